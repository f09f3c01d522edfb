"""What pytest takes for many trivial tests on stock pluggy and on the drop-in, as a ratio taken in one run.

    python -m nox -s bench_pluggy

Each round runs both, in an order that alternates; each ratio is of one round, and the median of these is printed.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

QUIET = ("-q", "-p", "no:cacheprovider", "--no-header")
STOCK = (sys.executable, "-m", "pytest", *QUIET)
DROP_IN = (sys.executable, "-m", "pluginkit", "pluggy-run", "--", "-m", "pytest", *QUIET)


def timed(command: tuple[str, ...], folder: str, tests: int) -> float:
    """Return the time that a program takes, in seconds; all tests have to pass."""
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    taken = time.perf_counter() - start
    if f"{tests} passed" not in done.stdout:
        raise SystemExit(done.stdout)
    return taken


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tests", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    times: dict[tuple[str, ...], list[float]] = {STOCK: [], DROP_IN: []}
    with tempfile.TemporaryDirectory() as folder:
        code = "".join(f"def test_{number}():\n    pass\n" for number in range(options.tests))
        Path(folder, "test_trivial.py").write_text(code, "utf-8")
        for place in range(options.rounds):
            for command in (STOCK, DROP_IN) if place % 2 else (DROP_IN, STOCK):
                times[command].append(timed(command, folder, options.tests))
    ratios = [ours / stock for ours, stock in zip(times[DROP_IN], times[STOCK], strict=True)]
    print(f"Python {platform.python_version()}, pytest {version('pytest')}, pluggy {version('pluggy')}\n")
    print(f"| pytest, {options.tests} trivial tests, {options.rounds} rounds | seconds | stock pluggy = 1 |")
    print("|---|--:|--:|")
    print(f"| stock pluggy | {statistics.median(times[STOCK]):.2f} | 1.00 |")
    spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
    print(
        f"| pluginkit.pluggy | {statistics.median(times[DROP_IN]):.2f} | {statistics.median(ratios):.2f} ({spread}) |"
    )


if __name__ == "__main__":
    main()
