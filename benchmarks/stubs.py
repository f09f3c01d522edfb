"""What partial implementations cost a type checker: with `**_`, with a generated stub, and in an overlay.

    python benchmarks/stubs.py [--runs N] [--checkers mypy,pyright,ty,pyrefly] [--hosts 50x5,10x6,10x8]

A host of `50x5` has 50 hooks with 5 parameters each, and 300 implementations. Each checker checks the same plugins
three ways, without a cache: against the module alone, where partial implementations take `**_: object`; bare, with
its stub; bare, in the overlay of `pluginkit check --static`, which is made as part of the run. Runs are interleaved,
and CPU time is measured, as other programs disturb it less than the clock. The table has ratios of medians to the first
way: those are what can be compared between machines.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pluginkit._source.overlay import with_rest
from pluginkit._source.project import Project
from pluginkit._source.stub.module import Options, generate

IMPLEMENTATIONS, PER_CLASS = 300, 30
PARAMETERS = {
    "document": "str", "verbose": "bool", "width": "int", "options": "dict[str, str]",
    "depth": "int", "title": "str", "strict": "bool", "seed": "int",
}  # fmt: skip
WAYS = ("without", "stub", "overlay")
BARS = {
    "50x5": {"mypy": 1.8, "pyright": 2.8, "ty": 7.0, "pyrefly": 2.1},
    "10x6": {"mypy": 1.2, "pyright": 1.8, "ty": 4.0, "pyrefly": 1.3},
    "10x8": {"mypy": 1.2, "pyright": 1.8, "ty": 4.0, "pyrefly": 1.3},
}
OVERLAY_BAR = 1.2
COMMANDS = {
    "mypy": ["--strict", f"--cache-dir={os.devnull}", "plugins.py"],
    "pyright": ["--pythonpath", sys.executable, "plugins.py"],
    "ty": ["check", "--no-progress", "--python", sys.executable, "plugins.py"],
    "pyrefly": ["check", "--python-interpreter-path", sys.executable, "plugins.py"],
}


def spec(hooks: int, parameters: int) -> str:
    """Return the source of the spec module."""
    lines = ["from typing import Protocol", "from pluginkit import hookspec", "class AppSpec(Protocol):"]
    taken = ", ".join(f"{name}: {kind}" for name, kind in list(PARAMETERS.items())[:parameters])
    for number in range(hooks):
        lines += ["    @hookspec", f"    def hook_{number}(self, *, {taken}) -> list[str]: ..."]
    return "\n".join(lines) + "\n"


def plugins(hooks: int, parameters: int, *, bare: bool) -> str:
    """Return plugins whose implementations take up to two of the parameters, or all but one, or all, in turn."""
    given = list(PARAMETERS.items())[:parameters]
    lines = ["from hooks import AppSpec", "from pluginkit import hookimpl"]
    numbers = (0, 1, 2, parameters - 1, parameters)
    for number in range(IMPLEMENTATIONS):
        if number % PER_CLASS == 0:
            lines.append(f"class Plugin{number}:")
        chosen = given[: numbers[number % len(numbers)]]
        rest = [] if bare or len(chosen) == parameters else ["**_: object"]
        taken = ", ".join(["self", *(f"{name}: {kind}" for name, kind in chosen), *rest])
        lines.append(f"    @hookimpl(AppSpec.hook_{number % hooks})")
        lines.append(f"    def impl_{number}({taken}) -> list[str]: return []")
    return "\n".join(lines) + "\n"


def write(folder: Path, way: str, hooks: int, parameters: int) -> None:
    """Write the project that is checked."""
    folder.mkdir(parents=True)
    (folder / "hooks.py").write_text(spec(hooks, parameters))
    (folder / "plugins.py").write_text(plugins(hooks, parameters, bare=way != "without"))
    (folder / "pyrefly.toml").write_text('preset = "default"\nsearch-path = ["."]\n')
    (folder / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}\n')
    if way == "stub":
        (folder / "hooks.pyi").write_text(generate(spec(hooks, parameters), "hooks.py", "hooks", Options()))


def seconds(checker: str, folder: Path, way: str) -> float:
    """Run a checker, and return the CPU time that it took, with that of making an overlay.

    Raises:
        SystemExit: It found an error; there is none.
    """
    start = time.process_time()
    plugin = folder / "plugins.py"
    written = plugin.read_text()
    if way == "overlay":
        project = Project(plugin)
        plugin.write_text(with_rest(project.sources.at(plugin), project))
    own = time.process_time() - start
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", checker, *COMMANDS[checker]]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    plugin.write_text(written)
    if done.returncode:
        raise SystemExit(f"{checker} found errors: {way}\n{done.stdout[:2000]}{done.stderr[:2000]}")
    return own + after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(checkers: list[str], hosts: list[str], runs: int, folder: Path) -> list[list[str]]:
    """Return the rows of the table."""
    rows = []
    for host in hosts:
        hooks, parameters = map(int, host.split("x"))
        for way in WAYS:
            write(folder / host / way, way, hooks, parameters)
        for checker in checkers:
            taken: dict[str, list[float]] = {way: [] for way in WAYS}
            for _ in range(runs):
                for way in WAYS:
                    taken[way].append(seconds(checker, folder / host / way, way))
            first, *others = (statistics.median(taken[way]) for way in WAYS)
            bars = (BARS.get(host, {}).get(checker, 0.0), OVERLAY_BAR)
            ratios = [
                f"{other / first:.2f}" + (f" (≤ {bar})" if bar else "") for other, bar in zip(others, bars, strict=True)
            ]
            rows.append([host, checker, f"{first:.2f} s", *ratios])
    return rows


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description="Measure what partial implementations cost type checkers.")
    parser.add_argument("--runs", type=int, default=5, help="of each, the median counts (%(default)s)")
    parser.add_argument("--checkers", default=",".join(COMMANDS), help="which ones (%(default)s)")
    parser.add_argument("--hosts", default=",".join(BARS), help="hooks x parameters (%(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        rows = measure(options.checkers.split(","), options.hosts.split(","), options.runs, Path(name))
    print("| host | checker | with `**_` | stub | overlay |\n| --- | --- | --- | --- | --- |")
    for row in rows:
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
