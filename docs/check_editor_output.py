"""Compare what the documentation says about type checkers with what they report.

    python docs/check_editor_output.py                        # mypy, pyright, ty and pyrefly, and pluginkit itself
    python docs/check_editor_output.py --column "mypy 1.16"   # one column of the tables, in its own environment
    python docs/check_editor_output.py --write README.md      # of some documents, and replace the outputs they show

In README.md and the pages below docs it checks

- that the files they show have no error in any checker, with the strict settings of tests/typing; apart from those
  that are shown to be wrong: their names begin with `wrong` or `misspelled`,
- that `print(<call>)  # <type>` in these files gives that type,
- that the output shown for `$ mypy <file>` and the like is the real one, without any settings,
- that the tables of docs/reference/typing.md are right: each row is made a file, checked, and run.

The checkers are those of the Python that runs this script, and they see the `pluginkit` that is installed there.
Exit status: 0 all is as it is written, 1 something is not, 2 a checker could not run.
"""

# ruff: noqa: INP001, T201 - this is a command, it is not imported, and it prints

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

DOCS = Path(__file__).resolve().parent
TYPING = DOCS.parent / "tests" / "typing"
sys.path.insert(0, str(TYPING))

from run import CHECKERS, SETTINGS, Checker, CheckerError, Errors, Line  # noqa: E402 - from tests/typing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BLOCK, LINE = re.MULTILINE | re.DOTALL, re.MULTILINE
SHOWN_FILE = re.compile(r"^```python\n(?P<text># (?P<name>\S+\.py)\n.*?)^```$", BLOCK)
HIDDEN_FILE = re.compile(r"^<!-- file: (?P<name>\S+)\n(?P<text>.*?)^-->$", BLOCK)
CONSOLE = re.compile(r"^```console\n(?P<text>.*?)^```$", BLOCK)
COMMAND = re.compile(r"^\$ (?P<command>.+)\n(?P<output>(?:(?!\$ ).*\n)*)", LINE)
PRINTED = re.compile(r"^print\((?P<call>.+)\)  # (?P<type>.+)$", LINE)
TABLE = re.compile(r"^\| (?P<kind>implementation|call|spec) \|(?P<columns>.+)\|\n\| -.+\n(?P<rows>(?:\|.+\|\n)+)", LINE)
WRONG = ("wrong", "misspelled")
RUN_TIME = "run time"
PROBE = Line("probe.py", 1)


def rewritten(text: str, folder: Path) -> str:
    """Return a document with the outputs that checkers really print."""
    folder.mkdir()
    write(folder, files_of(text))
    for command, shown in shown_commands(text):
        text = text.replace(f"$ {command}\n{shown}", f"$ {command}\n{output_of(command, folder)}")
    return text


def documents() -> list[Path]:
    """Return the documents, README.md first."""
    return [DOCS.parent / "README.md", *sorted(DOCS.rglob("*.md"))]


def files_of(text: str) -> dict[str, str]:
    """Return the files that a document shows, and those that it holds in comments, by name."""
    return {match["name"]: match["text"] for each in (HIDDEN_FILE, SHOWN_FILE) for match in each.finditer(text)}


def write(folder: Path, files: dict[str, str]) -> None:
    """Write files into a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def errors_in(files: dict[str, str], folder: Path, checker: Checker) -> Errors:
    """Return the errors that a checker finds in files, with the settings of tests/typing.

    A further file with an error is put beside them: a checker that does not find it sees nothing at all.
    """
    folder.mkdir(exist_ok=True)
    for settings in SETTINGS:
        shutil.copy(TYPING / settings, folder)
    write(folder, {**files, PROBE.file: 'probe: int = "an error"\n'})
    errors = checker.errors(folder)
    if not errors.pop(PROBE, ""):
        raise CheckerError(f"{checker.name} does not find the error in {PROBE.file}")
    return errors


# -- files and outputs --------------------------------------------------------------------------------------------


def with_types_asserted(text: str) -> str:
    """Return a file in which each `print(call)  # type` asserts that type; its first line is a comment."""
    asserted, number = PRINTED.subn(r"assert_type(\g<call>, \g<type>)", text)
    return asserted.replace("#", "from typing import assert_type  #", 1) if number else text


def wrong_files(text: str, folder: Path, checkers: Iterable[Checker]) -> Iterator[str]:
    """Yield the errors in those files of a document that ought to have none."""
    files = {name: source for name, source in files_of(text).items() if name.endswith((".py", ".pyi"))}
    clean = {name: with_types_asserted(source) for name, source in files.items() if not name.startswith(WRONG)}
    if not clean:
        return
    for checker in checkers:
        for line, message in errors_in(clean, folder, checker).items():
            yield f"{line.file}:{line.number}: {checker.name}: {message}"


def shown_commands(text: str) -> Iterator[tuple[str, str]]:
    """Yield the commands of a document that start a checker, and the outputs it shows."""
    names = {checker.name for checker in CHECKERS}
    for block in CONSOLE.finditer(text):
        for match in COMMAND.finditer(block["text"]):
            if match["command"].split()[0] in names:
                yield match["command"], match["output"]


def wrong_outputs(text: str, folder: Path) -> Iterator[str]:
    """Yield the commands of a document whose output is another one than it shows."""
    folder.mkdir()
    write(folder, files_of(text))
    for command, shown in shown_commands(text):
        real = output_of(command, folder)
        if real != shown:
            yield f"$ {command}\nprints\n{real}and not\n{shown}"


def output_of(command: str, folder: Path) -> str:
    """Return what a checker prints in a folder, with paths relative to it."""
    environment = {**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    for name in ("PYTHONPATH", "MYPYPATH"):
        environment.pop(name, None)
    done = subprocess.run(  # noqa: S603 - the documentation is our own
        [sys.executable, "-P", "-m", *command.split()],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in {0, 1}:
        raise CheckerError(f"$ {command} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    output = done.stdout.replace(f"{folder}{os.sep}", "")
    return "".join(f"{line.rstrip()}\n".replace("\N{NO-BREAK SPACE}", " ") for line in output.splitlines())


# -- tables -------------------------------------------------------------------------------------------------------


class Row(NamedTuple):
    """A row of a table: something that is written, and who refuses it."""

    kind: str
    written: str
    refused_by: dict[str, bool]

    def source(self) -> str:
        """Return the file that it stands for."""
        return PRELUDE + SOURCES[self.kind](self.written.split("` `"))


def _implementation(lines: list[str]) -> str:
    decorators = lines[:-1] or ["@hookimpl(AppSpec.sections)"]
    body = "return (yield)" if "Generator" in lines[-1] else "raise NotImplementedError"
    return _indented("class Plugin:", *decorators, f"{lines[-1]}:", f"    {body}")


def _call(lines: list[str]) -> str:
    return f"hook = Registry(AppSpec).hook\n{lines[0]}\n"


def _spec(lines: list[str]) -> str:
    return _indented("class Spec(Protocol):", *lines[:-1], f"{lines[-1]}: ...")


def _indented(head: str, *lines: str) -> str:
    return "".join([f"{head}\n", *(f"    {line}\n" for line in lines)])


SOURCES = {"implementation": _implementation, "call": _call, "spec": _spec}
PRELUDE = """\
# pyright: reportUnusedImport=false
from collections.abc import Generator
from typing import Protocol

from hooks import AppSpec
from pluginkit import Registry, hookimpl, hookspec


"""


def rows_of(text: str) -> Iterator[Row]:
    """Yield the rows of the tables of a document."""
    for table in TABLE.finditer(text):
        columns = cells(table["columns"])
        for line in table["rows"].splitlines():
            written, *marks = cells(line.strip("|"))
            refused = [mark == "yes" for mark in marks]
            yield Row(table["kind"], written.strip("`"), dict(zip(columns, refused, strict=True)))


def cells(line: str) -> list[str]:
    """Return the cells of a line of a table."""
    return [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)]


def wrong_rows(text: str, folder: Path, columns: dict[str, Checker]) -> Iterator[str]:
    """Yield where the tables of a document are wrong."""
    rows = list(rows_of(text))
    if not rows:
        return
    files = {f"row{number}.py": row.source() for number, row in enumerate(rows)}
    hooks = {"hooks.py": files_of(text)["hooks.py"]}
    for column, checker in columns.items():
        refused = {line.file for line in errors_in({**files, **hooks}, folder, checker)}
        for name, row in zip(files, rows, strict=True):
            if row.refused_by[column] != (name in refused):
                yield f"{row.written}: {column}: {'not ' if row.refused_by[column] else ''}refused"


def wrong_at_run_time(text: str, folder: Path) -> Iterator[str]:
    """Yield where the run-time column of the tables of a document is wrong."""
    write(folder, files_of(text))
    sys.path.insert(0, str(folder))
    for row in rows_of(text):
        refusal = refusal_of(row)
        if row.refused_by[RUN_TIME] != bool(refusal):
            yield f"{row.written}: {RUN_TIME}: {refusal or 'not refused'}"


def refusal_of(row: Row) -> str:
    """Run what a row stands for, and return the error with which pluginkit refuses it, or an empty string."""
    from pluginkit import PluginkitError, Registry

    namespace: dict[str, Any] = {"__name__": "row"}
    try:
        exec(compile(row.source(), "row.py", "exec"), namespace)  # noqa: S102 - the documentation is our own
        if row.kind == "implementation":
            Registry(namespace["AppSpec"]).register(namespace["Plugin"]())
        elif row.kind == "spec":
            Registry(namespace["Spec"])
    except (PluginkitError, AttributeError, TypeError) as error:  # a wrong call is Python's own TypeError
        return str(error)
    return ""


# -- the command line ---------------------------------------------------------------------------------------------


def differences(document: Path, folder: Path, columns: dict[str, Checker], *, full: bool) -> Iterator[str]:
    """Yield everything in a document that is not as it is written."""
    text = document.read_text(encoding="utf-8")
    yield from wrong_files(text, folder / "clean", columns.values())
    yield from wrong_rows(text, folder / "rows", columns)
    if full:
        yield from wrong_outputs(text, folder / "shown")
        yield from wrong_at_run_time(text, folder / "rows")


def main() -> int:
    """Check every document, and return the exit status."""
    parser = argparse.ArgumentParser(description="Compare what the documentation says of type checkers.")
    parser.add_argument("--column", help="check the files, and one column of the tables, with one checker")
    parser.add_argument("--write", nargs="+", type=Path, default=[], help="replace the outputs that these show")
    options = parser.parse_args()
    column = options.column
    for document in options.write:
        with tempfile.TemporaryDirectory() as name:
            document.write_text(rewritten(document.read_text("utf-8"), Path(name).resolve() / "shown"), "utf-8")
    columns = {checker.name: checker for checker in CHECKERS}
    if column:
        columns = {column: columns[column.split()[0]]}
    wrong = False
    chosen = [path.resolve() for path in options.write] or documents()
    try:
        for document in chosen:
            with tempfile.TemporaryDirectory() as name:
                for difference in differences(document, Path(name).resolve(), columns, full=not column):
                    wrong = True
                    print(f"{document.relative_to(DOCS.parent)}: {difference}")
    except CheckerError as error:
        print(error, file=sys.stderr)
        return 2
    if not wrong:
        print(f"{len(chosen)} documents are as {', '.join(columns)} see them")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
