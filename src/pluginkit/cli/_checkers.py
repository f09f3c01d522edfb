"""Type checkers: which one a project uses, how it is started, and what it reports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple, TypeAlias

from pluginkit._errors import CommandError

Message: TypeAlias = tuple[str, int, str]  # the file, the line, and the text


class NoCheckerError(CommandError):
    """The requested type checker is not installed, or it could not run."""


class Checker(NamedTuple):
    """A type checker.

    Attributes:
        arguments: What it is started with, in front of the files.
        read: Reads its errors.
        settings: The files that configure it, apart from its table in `pyproject.toml`.
        otherwise: What it is started with as well where nothing configures it.
    """

    arguments: tuple[str, ...]
    read: Callable[[str], Iterator[Message]]
    settings: tuple[str, ...]
    otherwise: tuple[str, ...] = ()


def _of_mypy(output: str) -> Iterator[Message]:
    for each in (json.loads(line) for line in output.splitlines() if line.startswith("{")):
        if each["severity"] == "error":
            yield each["file"], each["line"], each["message"]


def _of_pyright(output: str) -> Iterator[Message]:
    for each in json.loads(output)["generalDiagnostics"]:
        if each["severity"] == "error":
            yield each["file"], each["range"]["start"]["line"] + 1, each["message"]


def _of_ty(output: str) -> Iterator[Message]:
    for each in json.loads(output):
        if each["severity"] == "major":
            yield each["location"]["path"], each["location"]["positions"]["begin"]["line"], each["description"]


def _of_pyrefly(output: str) -> Iterator[Message]:
    for each in json.loads(output)["errors"]:
        if each["severity"] == "error":
            yield each["path"], each["line"], each["description"]


CHECKERS = {
    "mypy": Checker(
        ("--output=json", "--no-error-summary", f"--cache-dir={os.devnull}"), _of_mypy, ("mypy.ini", ".mypy.ini")
    ),
    "pyright": Checker(("--outputjson", "--pythonpath", sys.executable), _of_pyright, ("pyrightconfig.json",)),
    "ty": Checker(("check", "--output-format=gitlab", "--no-progress", "--python", sys.prefix), _of_ty, ("ty.toml",)),
    "pyrefly": Checker(
        ("check", "--output-format=json", "--python-interpreter-path", sys.executable),
        _of_pyrefly,
        ("pyrefly.toml",),
        ("--preset", "default"),  # or it sees next to nothing
    ),
}


def chosen(wanted: str, root: Path) -> str:
    """Return the name of the checker to run.

    Args:
        wanted: Its name, or "auto" for the one that the project configures, or else any that is installed.
        root: The folder of the project.

    Raises:
        NoCheckerError: It is not installed.
    """
    names = sorted(CHECKERS, key=lambda name: not _is_configured(name, root)) if wanted == "auto" else [wanted]
    for name in names:
        if find_spec(name):
            return name
    several = " or ".join(", ".join(CHECKERS).rsplit(", ", 1)) if wanted == "auto" else wanted
    raise NoCheckerError(f"--static needs {several}, installed for the Python that runs this command", "PK802")


def _is_configured(name: str, root: Path) -> bool:
    if any((root / file).is_file() for file in CHECKERS[name].settings):
        return True
    try:
        tools = tomllib.loads((root / "pyproject.toml").read_text("utf-8")).get("tool", {})
    except (OSError, ValueError):
        return False
    return name in tools


def errors_of(name: str, files: Sequence[str], folder: Path) -> list[Message]:
    """Run a checker once, and return the errors that it reports.

    Args:
        name: The checker.
        files: What it checks.
        folder: Where it runs: it reads its settings there, and its paths are relative to it.

    Raises:
        NoCheckerError: It could not run. It reports nothing then, which does not mean that nothing is wrong.
    """
    checker = CHECKERS[name]
    otherwise = () if _is_configured(name, folder) else checker.otherwise
    done = _run([sys.executable, "-m", name, *checker.arguments, *otherwise, *files], folder)
    try:
        messages = [(str(folder / file), line, text) for file, line, text in checker.read(done.stdout)]
    except (ValueError, LookupError, TypeError):
        messages = []
        done.returncode = 2
    if done.returncode not in {0, 1}:
        said = (done.stderr or done.stdout).strip()
        raise NoCheckerError(f"{name} could not check the implementations: {said}", "PK818")
    return messages


def _run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - it is the checker that was named
        command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
    )
