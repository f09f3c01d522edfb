"""The command line. Exit codes: 0 nothing found, 1 something found, 2 bad usage or a plugin that failed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

from pluginkit import LoadReport
from pluginkit.observe import timings

from proofread.findings import Report
from proofread.hooks import ProofreadSpec
from proofread.host import describe, make_registry, markdown_files, proofread
from proofread.plugins import builtin_plugins
from proofread.stats import Stats

CLEAN, FOUND, FAILED = 0, 1, 2


class UsageError(Exception):
    """Something given at the command line cannot be used."""


class Arguments(argparse.Namespace):
    """What was given at the command line."""

    paths: list[Path]
    format: str
    disable: list[str]
    environment: list[Path]
    option: list[str]
    output: Path | None
    stats: bool
    timings: bool
    list_plugins: bool


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser("proofread", description="Proofread Markdown files.")
    add = parser.add_argument
    add("paths", nargs="*", type=Path, metavar="PATH", help="a file, or a folder to search for Markdown files")
    add("--format", default="text", help="text (the default), json, html, or what a plugin adds")
    add("--output", type=Path, metavar="FILE", help="write the report to a file")
    add("--disable", action="append", default=[], metavar="PLUGIN", help="leave out a plugin; may be repeated")
    add(
        "--environment",
        action="append",
        default=[],
        type=Path,
        metavar="PYTHON",
        help="also run the plugins of another environment, there; may be repeated",
    )
    add(
        "--option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="tell the plugins something; may be repeated",
    )
    add("--stats", action="store_true", help="count and time the checks, on stderr")
    add("--timings", action="store_true", help="show how long each plugin takes in each hook, on stderr")
    add("--list-plugins", action="store_true", help="list the plugins, their hooks and where they come from, and stop")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit code."""
    parser = make_parser()
    try:
        return run(parser.parse_args(arguments, Arguments()))
    except UsageError as error:
        parser.error(str(error))
    except Exception as error:  # exit code 1 would mean that there are findings
        notes: list[str] = getattr(error, "__notes__", [])
        complain("\n  ".join([f"{type(error).__name__}: {error}", *notes]))
        return FAILED


def run(arguments: Arguments) -> int:
    """Do what the command line says."""
    options = dict(named_value(option) for option in arguments.option)
    registry, loaded = make_registry(disabled=arguments.disable, options=options, environments=arguments.environment)
    for error in loaded.failed:
        complain(str(error))
    check_disabled(arguments.disable, loaded)
    if arguments.list_plugins:
        sys.stdout.write(table([("plugin", "hooks", "from"), *describe(registry)]))
        return CLEAN
    stats, measured = Stats(), timings()
    if arguments.stats:
        registry.observe(stats)
    if arguments.timings:
        registry.observe(measured)
    report = proofread(registry.hook, markdown_files(existing(arguments.paths)))
    write(render(registry.hook, report, arguments.format), arguments.output)
    if arguments.stats:
        sys.stderr.write("".join(f"stats: {line}\n" for line in stats.lines(report)))
    if arguments.timings:
        measured.print(sys.stderr)
    return FOUND if report.findings else CLEAN


def render(hook: ProofreadSpec, report: Report, output_format: str) -> str:
    """Return the report as the first plugin that knows the format gives it."""
    text = hook.render(report=report, output_format=output_format)
    if text is None:
        raise UsageError(f"no plugin renders the format '{output_format}'")
    return text


def write(text: str, output: Path | None) -> None:
    """Write the report to a file, or to stdout."""
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write the report: {error}") from error


def named_value(option: str) -> tuple[str, str]:
    """Return name and value of a `--option`."""
    name, equals, value = option.partition("=")
    if not (name and equals):
        raise UsageError(f"--option takes NAME=VALUE, not '{option}'")
    return name, value


def existing(paths: Sequence[Path]) -> Sequence[Path]:
    """Return the paths; refuse an empty list, and a path that does not exist."""
    if not paths:
        raise UsageError("name a file or a folder")
    for path in paths:
        if not path.exists():
            raise UsageError(f"there is no '{path}'")
    return paths


def check_disabled(disabled: Iterable[str], loaded: LoadReport) -> None:
    """Refuse the name of an unknown plugin."""
    known = {*builtin_plugins(), *(each.entry_point.name for each in loaded.skipped), *loaded.names}
    for name in disabled:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            raise UsageError(f"there is no plugin '{name}'" + (f"; did you mean '{close[0]}'?" if close else ""))


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """Return rows as lines with aligned columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def complain(message: str) -> None:
    """Write a message to stderr."""
    sys.stderr.write(f"proofread: {message}\n")
