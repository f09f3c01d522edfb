"""Check the types of what the documentation shows, sessions among it, with mypy and pyright.

    python docs/check_snippets.py

Each page of README.md and docs becomes a package: its files are modules of it, and what is typed in sessions, or stands
alone, is one more, line for line. All pages are checked in one run of each checker, with strict settings.

Errors may be in a statement whose answer is a traceback. They have to be in files whose names begin with `wrong` or
`misspelled`, and in a block below the comment `<!-- refused by type checkers -->`: one checker has to find one there.
Everything else is as free of errors as a host or a plugin ought to be. `check_editor_output.py` checks what is said of
errors.

Exit status: 0 there is no error, 1 there is one, 2 a checker could not run.
"""

# ruff: noqa: INP001, T201 - this is a command, it is not imported, and it prints

from __future__ import annotations

import doctest
import json
import os
import re
import subprocess
import sys
import tempfile
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from check_editor_output import DOCS, HIDDEN_FILE, WRONG, documents

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK = re.compile(
    r"^(?P<refused><!-- refused by type checkers -->\n+)?```python\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
FILE = re.compile(r"# (?P<name>\S+\.py)\n")
EXCERPT = re.compile(r"# in [\w./-]+\.py\n")  # of a file that is checked as a whole
IMPORT = re.compile(r"^(?P<indent>[ ]*)(?P<word>from|import) (?P<module>\w+)\b", re.MULTILINE)
MYPY_LINE = re.compile(r"^(?P<file>\S+?):(?P<line>\d+): error: (?P<message>.*)$", re.MULTILINE)
PYRIGHT = {
    "typeCheckingMode": "strict",
    "pythonVersion": "3.11",
    "reportUnusedExpression": False,  # a session shows the value of an expression
    "reportUnusedFunction": False,
    "reportUnusedVariable": False,
    "reportUnusedClass": False,
    "reportRedeclaration": False,  # and may define a thing twice
    "reportPossiblyUnboundVariable": False,  # in a loop that runs, or after an exception that is raised
}


class Module(NamedTuple):
    """What a page shows of one module; its lines are those of the page, and empty where something else stands."""

    page: Path
    file: str
    text: str
    may_fail: frozenset[int]
    must_fail: frozenset[range]


def modules_of(page: Path, number: int) -> Iterator[Module]:
    """Yield the modules of a page. No page shows a file twice: tests/docs/test_docs_blocks.py sees to that."""
    text, package = page.read_text(encoding="utf-8"), f"page{number}"
    files = {match["name"]: _padded(text, match) for match in HIDDEN_FILE.finditer(text)}
    session = Session(text)
    for block in BLOCK.finditer(text):
        file = FILE.match(block["text"])
        if file:
            files[file["name"]] = _padded(text, block)
        elif not EXCERPT.match(block["text"]):
            session.add(block)
    sources = {name: source for name, source in files.items() if name.endswith((".py", ".pyi"))}
    local = {Path(name).stem for name in sources}
    for name, source in sources.items():
        wrong_lines = [_lines(source)] if Path(name).name.startswith(WRONG) else []
        may_fail, must_fail = frozenset(chain(*wrong_lines)), frozenset(wrong_lines)
        yield Module(page, f"{package}/{name}", within(package, source, local), may_fail, must_fail)
    if any(session.lines):
        source = within(package, "\n".join(session.lines) + "\n", local)
        may_fail, must_fail = frozenset(session.may_fail), frozenset(session.must_fail)
        yield Module(page, f"{package}/session_of_page.py", source, may_fail, must_fail)


def _padded(text: str, match: re.Match[str]) -> str:
    """Return what a block holds, below as many empty lines as there are lines before it."""
    return "\n" * text.count("\n", 0, match.start("text")) + match["text"]


def _lines(source: str) -> range:
    """Return the numbers of the lines that a padded source has text in."""
    return range(len(source) - len(source.lstrip("\n")) + 1, source.count("\n") + 1)


class Session:
    """What the sessions of a page say, and what stands alone, each line in its place."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.lines = [""] * (text.count("\n") + 1)
        self.may_fail: set[int] = set()
        self.must_fail: set[range] = set()

    def add(self, block: re.Match[str]) -> None:
        """Add a block."""
        first = self._text.count("\n", 0, block.start("text"))
        statements = [(0, block["text"], False)]
        if block["text"].startswith(">>>"):
            examples = doctest.DocTestParser().get_examples(block["text"])
            statements = [(each.lineno, each.source, each.exc_msg is not None) for each in examples]
        for start, source, raises in statements:
            lines = source.splitlines()
            where = range(first + start, first + start + len(lines))
            self.lines[where.start : where.stop] = lines
            self.may_fail |= {line + 1 for line in where if raises or block["refused"]}
        if block["refused"]:
            self.must_fail.add(range(first + 1, first + 1 + block["text"].count("\n")))


def within(package: str, source: str, local: set[str]) -> str:
    """Return a source whose imports of the page's own files are those of the package."""

    def changed(match: re.Match[str]) -> str:
        if match["module"] not in local:
            return match[0]
        if match["word"] == "from":
            return f"{match['indent']}from {package}.{match['module']}"
        return f"{match['indent']}from {package} import {match['module']}"

    return IMPORT.sub(changed, source)


def write(folder: Path, modules: list[Module]) -> None:
    """Write the modules, and the settings of the checkers."""
    for module in modules:
        path = folder / module.file
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(module.text, encoding="utf-8")
    (folder / "probe.py").write_text('probe: int = "an error"\n', encoding="utf-8")
    (folder / "pyrightconfig.json").write_text(json.dumps(PYRIGHT), encoding="utf-8")


def run(folder: Path, *command: str) -> str:
    """Return what a checker prints."""
    environment = {**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    done = subprocess.run(  # noqa: S603 - the documentation is our own
        [sys.executable, "-P", "-m", *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if "probe.py" not in done.stdout:
        sys.stderr.write(f"{command[0]} does not find the error in probe.py\n{done.stdout}{done.stderr}")
        raise SystemExit(2)
    return done.stdout


def mypy_errors(folder: Path) -> Iterator[tuple[str, int, str]]:
    """Yield file, line and message of each error that mypy finds."""
    output = run(folder, "mypy", "--strict", "--allow-redefinition-new", "--local-partial-types", "--no-pretty", ".")
    for match in MYPY_LINE.finditer(output):
        yield match["file"], int(match["line"]), match["message"]


def pyright_errors(folder: Path) -> Iterator[tuple[str, int, str]]:
    """Yield file, line and message of each error that pyright finds."""
    for each in json.loads(run(folder, "pyright", "--outputjson", "--pythonpath", sys.executable))[
        "generalDiagnostics"
    ]:
        if each["severity"] == "error":
            file = Path(each["file"]).relative_to(folder).as_posix()
            yield file, each["range"]["start"]["line"] + 1, each["message"]


def wrong(modules: list[Module], errors: dict[str, list[tuple[str, int, str]]]) -> Iterator[str]:
    """Yield the errors where none may be, and the places where one has to be and is not."""
    by_file = {module.file: module for module in modules}
    found: set[tuple[str, int]] = set()
    for checker, several in errors.items():
        for file, line, message in several:
            module = by_file.get(file)
            found.add((file, line))
            if module and line not in module.may_fail:
                yield f"{_name(module)}:{line}: {checker}: {message}"
    for module in modules:
        for lines in module.must_fail:
            if not any((module.file, line) in found for line in lines):
                yield f"{_name(module)}:{lines.start}: no type checker refuses this"


def _name(module: Module) -> str:
    return (
        module.page.relative_to(DOCS.parent).as_posix() if module.page.is_relative_to(DOCS.parent) else module.page.name
    )


def main() -> int:
    """Check every page, and return the exit status."""
    modules = [module for number, page in enumerate(documents()) for module in modules_of(page, number)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        write(folder, modules)
        errors = {"mypy": list(mypy_errors(folder)), "pyright": list(pyright_errors(folder))}
    found = list(wrong(modules, errors))
    print("\n".join(found) or f"{len(modules)} modules of {len(documents())} pages have no type error")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
