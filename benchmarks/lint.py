"""What `pluginkit lint` costs, as processor time, against starting Python and against mypy."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

ROUNDS = 5
HOOKS, IMPLEMENTATIONS, FILES = 50, 300, 10

README = {
    "hooks.py": """\
from typing import Protocol
from pluginkit import hookspec
class ReportSpec(Protocol):
    @hookspec
    def sections(self, *, document: str, verbose: bool) -> list[str]: ...
""",
    "plugin.py": """\
from hooks import ReportSpec
from pluginkit import hookimpl
class Summary:
    @hookimpl(ReportSpec.sections)
    def sections(self, document: str, **_: object) -> list[str]:
        return [document]
""",
}


def large() -> dict[str, str]:
    """Return a spec of many hooks, and many implementations of them."""
    methods = "".join(
        f"    @hookspec\n    def hook{n}(self, *, document: str, verbose: bool) -> list[str]: ...\n"
        for n in range(HOOKS)
    )
    files = {
        "hooks.py": f"from typing import Protocol\nfrom pluginkit import hookspec\nclass Spec(Protocol):\n{methods}"
    }
    head = "from hooks import Spec\nfrom pluginkit import hookimpl\nclass Plugin:\n"
    for file in range(FILES):
        numbers = [(file + index) % HOOKS for index in range(IMPLEMENTATIONS // FILES)]
        files[f"plugin{file}.py"] = head + "".join(
            f"    @hookimpl(Spec.hook{n})\n    def hook{n}(self, document: str, **_: object) -> list[str]:\n"
            f"        return [document]\n"
            for n in numbers
        )
    return files


def seconds(folder: str, *arguments: str) -> float:
    """Return the processor time that a command takes, its children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    command = [sys.executable, *arguments]
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measured(folder: str, *commands: tuple[str, ...]) -> list[float]:
    """Return the middle times of some commands, taken in turn so that all meet the same load."""
    rounds = [[seconds(folder, *command) for command in commands] for _ in range(ROUNDS)]
    return [median(each) for each in zip(*rounds, strict=True)]


def report(name: str, files: dict[str, str], cold: Callable[[str], tuple[str, ...]]) -> None:
    """Print a row: lint against an empty program, and against mypy."""
    with TemporaryDirectory() as folder:
        for path, text in {**files, "pyproject.toml": ""}.items():
            Path(folder, path).write_text(text, "utf-8")
        lint, mypy = ("-m", "pluginkit", "lint"), cold(folder)
        seconds(folder, *mypy)
        empty, package, own, other = measured(folder, ("-c", "pass"), ("-c", "import pluginkit"), lint, mypy)
        figures = (empty, package, own, other, own / empty, own / other)
        print(name.ljust(28) + "".join(f"{figure:>9.3f}" for figure in figures))


if __name__ == "__main__":
    names = ("python", "import", "lint", "mypy", "÷ python", "÷ mypy")
    print("seconds of processor time".ljust(28) + "".join(f"{name:>9}" for name in names))
    report("README, mypy warm", README, lambda _: ("-m", "mypy", "."))
    report(f"{HOOKS} hooks, mypy cold", large(), lambda _: ("-m", "mypy", "--no-incremental", "."))
