"""What a generated stub costs a type checker: a spec of 50 hooks with 4 parameters, and 200 implementations.

    python benchmarks/stubs.py [--runs N] [--checkers mypy,pyright,ty,pyrefly]

Each checker checks the same plugins three ways, without a cache: against the module alone, where partial
implementations take `**_: object`; against its stub, the same; and against its stub, with bare implementations. Runs
are interleaved, and CPU time is measured, as other programs disturb it less than the clock. The table has the median of
each, and ratios to the first: those are what can be compared between machines.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from pluginkit._source.stub.module import Options, generate

HOOKS, IMPLEMENTATIONS, PER_CLASS = 50, 200, 10
PARAMETERS = {"document": "str", "verbose": "bool", "width": "int", "options": "dict[str, str]"}
WAYS = ("without", "with, `**_`", "with, bare")
COMMANDS = {
    "mypy": ["--strict", f"--cache-dir={os.devnull}", "plugins.py"],
    "pyright": ["--pythonpath", sys.executable, "plugins.py"],
    "ty": ["check", "--no-progress", "--python", sys.executable, "plugins.py"],
    "pyrefly": ["check", "--python-interpreter-path", sys.executable, "plugins.py"],
}


def spec() -> str:
    """Return the source of the spec module."""
    lines = ["from typing import Protocol", "from pluginkit import hookspec", "class AppSpec(Protocol):"]
    taken = ", ".join(f"{name}: {kind}" for name, kind in PARAMETERS.items())
    for number in range(HOOKS):
        lines += ["    @hookspec", f"    def hook_{number}(self, *, {taken}) -> list[str]: ..."]
    return "\n".join(lines) + "\n"


def plugins(*, bare: bool) -> str:
    """Return plugins whose implementations take from none to all of the parameters, in turn."""
    lines = ["from hooks import AppSpec", "from pluginkit import hookimpl"]
    for number in range(IMPLEMENTATIONS):
        if number % PER_CLASS == 0:
            lines.append(f"class Plugin{number}:")
        chosen = list(PARAMETERS.items())[: number % (len(PARAMETERS) + 1)]
        rest = [] if bare or len(chosen) == len(PARAMETERS) else ["**_: object"]
        taken = ", ".join(["self", *(f"{name}: {kind}" for name, kind in chosen), *rest])
        lines.append(f"    @hookimpl(AppSpec.hook_{number % HOOKS})")
        lines.append(f"    def impl_{number}({taken}) -> list[str]: return []")
    return "\n".join(lines) + "\n"


def write(folder: Path, way: str) -> None:
    """Write the project that is checked."""
    folder.mkdir()
    (folder / "hooks.py").write_text(spec())
    (folder / "plugins.py").write_text(plugins(bare="bare" in way))
    (folder / "pyrefly.toml").write_text('preset = "default"\nsearch-path = ["."]\n')
    (folder / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}\n')
    if way != "without":
        (folder / "hooks.pyi").write_text(generate(spec(), "hooks.py", "hooks", Options()))


def seconds(checker: str, folder: Path) -> float:
    """Run a checker, and return the CPU time that it took.

    Raises:
        SystemExit: It found an error; there is none.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", checker, *COMMANDS[checker]]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{checker} found errors in {folder.name}\n{done.stdout}{done.stderr}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def version(checker: str) -> str:
    """Return the version of a checker."""
    command = [sys.executable, "-m", checker, "--version"]
    words = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return next(word for word in words if word[0].isdigit())


def row(checker: str, folder: Path, runs: int) -> str:
    """Measure one checker, and return its row of the table."""
    times: dict[str, list[float]] = {way: [] for way in WAYS}
    for _ in range(runs):
        for number, way in enumerate(WAYS):
            times[way].append(seconds(checker, folder / str(number)))
    base, *others = [statistics.median(times[way]) for way in WAYS]
    ratios = [f"{other / base:.2f}" for other in others]
    return f"| {checker} {version(checker)} | " + " | ".join([f"{base:.2f} s", *ratios]) + " |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--checkers", default=",".join(COMMANDS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for number, way in enumerate(WAYS):
            write(Path(name) / str(number), way)
        print("| checker | without stub | stub, `**_` | stub, bare |")
        print("|---|---|---|---|")
        for checker in options.checkers.split(","):
            print(row(checker, Path(name), options.runs), flush=True)


if __name__ == "__main__":
    main()
