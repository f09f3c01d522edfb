"""`pluginkit profile`: runs a program, and says how long each plugin takes in it."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pluginkit.cli._files import replace_file
from pluginkit.cli._run import add_program, run_program
from pluginkit.cli._streams import add_format, as_json
from pluginkit.cli._target import add_target, callers_of, load_registry
from pluginkit.observe._flame import flame
from pluginkit.observe._timings import IMPORT, Timings, timings
from pluginkit.observe._trace import VARIABLE, read

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Container

SUMMARY = "run a program, and measure its plugins"
DESCRIPTION = """\
Run a program, print how long each plugin took in each hook of a registry, and draw it. Processes that the program
starts are measured as well. The program needs no change: it is run with PLUGINKIT_TRACE.
"""
EPILOG = """\
examples:
  pluginkit profile myhost:registry -- myhost build docs
  pluginkit profile myhost:AppSpec --output plugins.svg -- python -m myhost

Exit status: that of the program; 2 bad usage, or the program cannot be started.
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_target(parser)
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="draw the calls as a flame of plugins, an SVG picture"
    )
    add_format(parser)
    add_program(parser)


def run(options: Namespace) -> int:
    """Run the program, and write what was measured; return the program's exit status."""
    registry, _ = load_registry(options)
    hooks = {caller.spec.qualified_name for caller in callers_of(registry).values()}
    with TemporaryDirectory() as folder:
        file = Path(folder, "timings")
        status = run_program(options.program, {VARIABLE: f"timings:{file}"})
        measured = _of_hooks(read(file.read_text(encoding="utf-8")) if file.exists() else timings(), {*hooks, IMPORT})
    sys.stdout.flush()
    if options.format == "json":
        sys.stderr.write(as_json(measured.as_dict()))
    else:
        measured.print(sys.stderr)
    if options.output:
        replace_file(options.output, flame(measured.paths(), " ".join(options.program)))
    return status


def _of_hooks(measured: Timings, hooks: Container[str]) -> Timings:
    """Return the part of a table that is about some hooks."""
    kept = timings()
    for path, timing in measured.paths().items():
        if timing.hook in hooks:
            kept.add(tuple(key for key in path if key[1] in hooks), timing)
    return kept
