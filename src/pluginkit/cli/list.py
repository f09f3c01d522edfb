"""`pluginkit list`: the plugins of a host, where they come from, and what became of them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from pluginkit._errors import PluginValidationError
from pluginkit.cli._colour import Colours
from pluginkit.cli._streams import add_format, add_output, as_json, in_one_line
from pluginkit.cli._target import add_target, load_registry

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence

    from pluginkit._registry import Registry
    from pluginkit.cli._target import Target

SUMMARY = "list the plugins of a host"
DESCRIPTION = "List the plugins of a registry with their distribution, version, hooks and state."
EPILOG = """\
examples:
  pluginkit list myhost:make_registry
  pluginkit list myhost:registry --group myhost.plugins --format json

Exit status: 0 done; 2 bad usage, or there is no registry at the target.
"""


class Row(NamedTuple):
    """One plugin.

    Attributes:
        name: Its name.
        state: "registered", "skipped" or "failed".
        distribution: The distribution that brought it, or empty.
        version: Its version, or empty.
        hooks: The hooks that it implements.
        why: Why it was skipped or failed, in one line.
        location: `file:line` of what failed, or empty.
    """

    name: str
    state: str
    distribution: str
    version: str
    hooks: tuple[str, ...]
    why: str = ""
    location: str = ""


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_target(parser)
    add_format(parser)
    parser.add_argument("--json", dest="format", action="store_const", const="json", help="the same as --format json")
    add_output(parser)


def run(options: Namespace) -> int:
    """Write the list."""
    rows = list(_rows(*load_registry(options)))
    if options.format == "json":
        sys.stdout.write(as_json([row._asdict() for row in rows]))
    else:
        sys.stdout.write(table(rows, Colours.of(sys.stdout)))
    return 0


def _rows(registry: Registry[Any], target: Target) -> Iterator[Row]:
    failed = [error for error in target.errors if isinstance(error, PluginValidationError)]
    late = {error.plugin_name for error in failed}
    for name in registry.plugin_names():
        if name not in late:
            yield _registered(registry, name)
    for point, reason in target.report.skipped:
        if not registry.is_registered(point.name):
            yield Row(point.name, "skipped", *point.distribution, (), reason)
    for error in {(error.plugin_name, error.distribution): error for error in failed}.values():
        yield _failed(error)


def _registered(registry: Registry[Any], name: str) -> Row:
    distribution = registry.get_distribution(name) or ("", "")
    callers = registry.get_hookcallers(name) or ()
    hooks = tuple(f"{caller.name} (deprecated)" if caller.spec.deprecated else caller.name for caller in callers)
    return Row(name, "registered", *distribution, hooks)


def _failed(error: PluginValidationError) -> Row:
    distribution, _, version = error.distribution.rpartition(" ")
    problem = error.problems[-1]
    why = str(problem).splitlines()[0]
    return Row(error.plugin_name, "failed", distribution, version, (), why, problem.location)


def table(rows: Sequence[Row], colours: Colours) -> str:
    """Return the rows as aligned lines."""
    cells: list[tuple[str, ...]] = [("plugin", "state", "distribution", "hooks")]
    for row in rows:
        brought_by = f"{row.distribution} {row.version}".strip() or "-"
        why = f"{row.why} ({row.location})" if row.location else row.why
        shown = (row.name or "-", row.state, brought_by, why or ", ".join(row.hooks))
        cells.append(tuple(map(in_one_line, shown)))
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join([colours.bold(lines[0]), *lines[1:], ""])
