"""Check the files of this folder with every type checker, and compare the errors with the marked lines.

    python tests/typing/run.py                    # mypy, pyright, ty and pyrefly
    python tests/typing/run.py --only mypy        # one of them, such as the oldest mypy in its own environment
    python tests/typing/run.py --self-test        # does every checker's missing and extra error come to light?

The checkers are those of the Python that runs this script, and they see the `pluginkit` that is installed there.
Their settings are in the files beside this one. A line that must be rejected ends in a comment `# reject:` and the
reason; `# reject(mypy, pyright):` stands where only these do. Exit status: 0 all as marked, 1 a difference, 2 a checker
could not run.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tokenize
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
SETTINGS = ("mypy.ini", "pyrightconfig.json", "ty.toml", "pyrefly.toml")
MARKER = re.compile(r"# reject(?:\(([\w, ]+)\))?: ")


class Line(NamedTuple):
    """A line of a checked file."""

    file: str
    number: int


Errors = dict[Line, str]  # the first message for each line


class CheckerError(Exception):
    """A checker could not run."""


def mypy_errors(output: str) -> Iterator[tuple[str, int, str]]:
    """Read one JSON object per line; notes belong to the error before them."""
    for each in map(json.loads, output.splitlines()):
        if each["severity"] == "error":
            yield each["file"], each["line"], each["message"]


def pyright_errors(output: str) -> Iterator[tuple[str, int, str]]:
    """Read pyright's report; its lines count from 0."""
    for each in json.loads(output)["generalDiagnostics"]:
        if each["severity"] == "error":
            yield each["file"], each["range"]["start"]["line"] + 1, each["message"]


def ty_errors(output: str) -> Iterator[tuple[str, int, str]]:
    """Read what ty writes for GitLab, where errors are "major"."""
    for each in json.loads(output):
        if each["severity"] == "major":
            yield each["location"]["path"], each["location"]["positions"]["begin"]["line"], each["description"]


def pyrefly_errors(output: str) -> Iterator[tuple[str, int, str]]:
    """Read pyrefly's report."""
    for each in json.loads(output)["errors"]:
        if each["severity"] == "error":
            yield each["path"], each["line"], each["description"]


class Checker(NamedTuple):
    """How a checker is started, in the folder it checks, and how its output is read."""

    name: str
    arguments: tuple[str, ...]
    read: Callable[[str], Iterator[tuple[str, int, str]]]

    def version(self) -> str:
        """Return its version number."""
        return next(word for word in self._run("--version").split() if word[0].isdigit())

    def errors(self, folder: Path) -> Errors:
        """Return the lines of a folder in which it finds an error."""
        errors: Errors = {}
        for line, message in self.messages(folder):
            errors.setdefault(line, message)
        return errors

    def messages(self, folder: Path) -> Iterator[tuple[Line, str]]:
        """Yield the errors that it finds in a folder, the first line of each."""
        for file, number, message in self.read(self._run(*self.arguments, folder=folder)):
            yield Line(Path(file).name, number), message.splitlines()[0]

    def _run(self, *arguments: str, folder: Path = HERE) -> str:
        command = [sys.executable, "-P", "-m", self.name, *arguments]
        environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "MYPYPATH")}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1) or not done.stdout:
            raise CheckerError(f"{self.name} ended with {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout


CHECKERS = (
    Checker("mypy", ("--output=json", f"--cache-dir={os.devnull}", "."), mypy_errors),
    Checker("pyright", ("--outputjson", "--pythonpath", sys.executable), pyright_errors),
    Checker("ty", ("check", "--output-format=gitlab", "--no-progress", "--python", sys.executable), ty_errors),
    Checker("pyrefly", ("check", "--output-format=json", "--python-interpreter-path", sys.executable), pyrefly_errors),
)


def marked_lines(folder: Path, checker: str) -> set[Line]:
    """Return the lines of a folder that end in a marker for a checker."""
    marked: set[Line] = set()
    for path in folder.glob("*.py"):
        with tokenize.open(path) as file:
            for token in tokenize.generate_tokens(file.readline):
                marker = MARKER.match(token.string) if token.type == tokenize.COMMENT else None
                if marker and (marker[1] is None or checker in marker[1].split(", ")):
                    marked.add(Line(path.name, token.start[0]))
    return marked


def differences(errors: Errors, marked: set[Line]) -> Errors:
    """Return the lines on which a checker and the markers disagree, and what is the matter."""
    missing = dict.fromkeys(marked - errors.keys(), "no error, and the line is marked")
    extra = {line: message for line, message in errors.items() if line not in marked}
    return missing | extra


def compare(checkers: Iterable[Checker]) -> bool:
    """Print where the checkers and the markers of this folder disagree, and a table; return whether all agree."""
    files = list(HERE.glob("*.py"))
    written = sum(bool(line.strip()) for file in files for line in file.read_text(encoding="utf-8").splitlines())
    table: list[tuple[str, ...]] = [("checker", "version", "files", "lines accepted", "lines rejected", "differences")]
    agreed = True
    for checker in checkers:
        errors, marked = checker.errors(HERE), marked_lines(HERE, checker.name)
        found = differences(errors, marked)
        for line in sorted(found):
            print(f"{HERE / line.file}:{line.number}: {checker.name}: {found[line]}")
        rejected = len(marked & errors.keys())
        counts = map(str, (len(files), written - len(errors), rejected, len(found)))
        table.append((checker.name, checker.version(), *counts))
        agreed = agreed and not found
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return agreed


PROBE = """\
length: int = "an error, and no marker"
width: int = 80  # reject: a marker, and no error
height: int = "an error, and a marker"  # reject: it is as it should be
depth: int = "an error, and a marker"  # reject(mypy, pyright, ty, pyrefly): it is as it should be
volume: int = "an error, and a marker for others"  # reject(none): there is no such checker


def untyped(value): ...  # only a strict checker minds
"""
EXTRA, MISSING, OTHERS, STRICT = (Line("probe.py", number) for number in (1, 2, 5, 8))
NOTICED = {
    "mypy": {EXTRA, MISSING, OTHERS, STRICT},
    "pyright": {EXTRA, MISSING, OTHERS, STRICT},
    "ty": {EXTRA, MISSING, OTHERS},
    "pyrefly": {EXTRA, MISSING, OTHERS},  # with its preset `basic` it would notice MISSING only
}


def self_test(checkers: Iterable[Checker]) -> bool:
    """Print and return whether a missing and an extra error come to light, with the settings of this folder."""
    passed = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for settings in SETTINGS:
            shutil.copy(HERE / settings, folder)
        (folder / "probe.py").write_text(PROBE, encoding="utf-8")
        for checker in checkers:
            found = differences(checker.errors(folder), marked_lines(folder, checker.name)).keys()
            passed = passed and found == NOTICED[checker.name]
            print(f"{checker.name}: {'as it should be' if found == NOTICED[checker.name] else sorted(found)}")
    return passed


def main() -> int:
    """Run what the command line asks for, and return the exit status."""
    parser = argparse.ArgumentParser(description="Compare the errors of type checkers with the marked lines.")
    parser.add_argument("--only", choices=[checker.name for checker in CHECKERS], help="run one checker only")
    parser.add_argument("--self-test", action="store_true", help="test whether differences come to light")
    options = parser.parse_args()
    checkers = [checker for checker in CHECKERS if options.only in (None, checker.name)]
    try:
        passed = self_test(checkers) if options.self_test else compare(checkers)
    except CheckerError as error:
        print(error, file=sys.stderr)
        return 2
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
