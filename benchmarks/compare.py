"""Compares pluginkit with pluggy and with hand-written calls; prints a table, and writes it and a chart for the docs.

The contenders of a row are measured in turns, in one process, so that whatever else the machine does hits all alike.
A figure is the median of the ratios of such pairs; absolute times are worth nothing on another machine.

Usage: python benchmarks/compare.py [--rounds N] [--write PAGE]
"""

from __future__ import annotations

import argparse
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import calls
import chart
import starts

FEW, MANY = 15, 61


class Bar(NamedTuple):
    """What a row has to reach.

    Attributes:
        pluggy: The most that it may take, as a multiple of what pluggy takes; None where there is no comparison.
        limit: The same, of what hand-written calls take.
    """

    pluggy: float | None
    limit: float | None


class Row(NamedTuple):
    """A workload, what was measured, and what is wanted."""

    label: str
    bar: Bar
    pluggy: float | None
    limit: float | None

    @property
    def is_met(self) -> bool:
        """Whether it is as fast as wanted."""
        pairs = ((self.pluggy, self.bar.pluggy), (self.limit, self.bar.limit))
        return all(measured <= wanted for measured, wanted in pairs if measured is not None and wanted is not None)


def measure(rounds: int) -> list[Row]:
    """Measure every workload."""
    rows: list[Row] = []
    for call in calls.WORKLOADS:
        pluggy, limit = call.measure(rounds)
        rows.append(Row(call.label, Bar(*call.bar), pluggy, limit))
    rows += [
        Row(start.label, Bar(start.bar, None), start.measure(max(3, rounds // 8)), None) for start in starts.WORKLOADS
    ]
    return rows


def table(rows: list[Row]) -> str:
    """Return the rows in Markdown; where something is slower than it should be, the row says so."""
    lines = ["| workload | vs pluggy | wanted | vs hand-written | wanted | |", "|---|--:|--:|--:|--:|---|"]
    for row in rows:
        figures = (row.pluggy, row.bar.pluggy, row.limit, row.bar.limit)
        cells = ["" if figure is None else f"{figure:.2f}" for figure in figures]
        lines.append(f"| {row.label} | {' | '.join(cells)} | {'' if row.is_met else 'missed'} |")
    return "\n".join(lines)


def machine() -> str:
    """Name what was measured, and where."""
    names = f"pluginkit {version('typed-pluginkit')}, pluggy {version('pluggy')}"
    return f"CPython {platform.python_version()}, {names}, {platform.system()} on {platform.machine()}"


def main() -> None:
    """Measure, print, and write what the documentation shows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=MANY, help=f"pairs for each figure ({MANY}; {FEW} for a look)")
    parser.add_argument("--write", type=Path, help="the page whose table for this Python is replaced")
    options = parser.parse_args()
    rows = measure(options.rounds)
    text = f"{machine()}\n\n{table(rows)}\n"
    print(text)
    print(f"Cyclic garbage of an exception through five wrappers: {calls.cyclic_garbage()}")
    if options.write:
        write(options.write, rows, text)


def write(page: Path, rows: list[Row], text: str) -> None:
    """Replace the table of this Python in a page, and the chart beside it."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    before, mark, rest = page.read_text(encoding="utf-8").partition(f"<!-- figures: {python} -->\n")
    _, end, after = rest.partition("<!-- end of figures -->\n")
    if not mark or not end:
        raise SystemExit(f"{page} has no place for the figures of Python {python}")
    page.write_text(f"{before}{mark}{text}{end}{after}", encoding="utf-8")
    bars = [(row.label, row.pluggy) for row in rows if row.pluggy is not None]
    page.with_name(f"performance-{python}.svg").write_text(chart.svg(bars, machine()), encoding="utf-8")


if __name__ == "__main__":
    main()
