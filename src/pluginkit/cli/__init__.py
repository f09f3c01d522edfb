# PYTHON_ARGCOMPLETE_OK
"""The command line: one module per command. This one parses arguments and shows errors; it does nothing else.

The rest of pluginkit does not import it.
"""

from __future__ import annotations

import argparse
import codecs
import os
import sys
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING

from pluginkit._errors import PluginkitError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

# Each is a module of this package, named `cli.<command>` with `_` for `-`, that has SUMMARY, DESCRIPTION, EPILOG,
# `add_arguments` and `run`, which returns the exit status.
COMMANDS = (
    "lint", "lsp", "check", "list", "explain", "graph", "diff", "new", "show", "rename", "stubs", "migrate",
    "profile", "bisect", "pluggy-run",
)  # fmt: skip
BAD_INPUT = 2  # what argparse exits with as well


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, and return the exit status.

    Args:
        arguments: The command's name and its arguments; without them, those that the program was started with.
    """
    _show_in_any_encoding()
    parser = argparse.ArgumentParser(prog="pluginkit", description="Tools for hosts and plugins of pluginkit.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    given = sys.argv[1:] if arguments is None else arguments
    named = [name for name in COMMANDS if name in given[:1]]
    for name in named or COMMANDS:  # the others need not be imported
        command = import_module(f"pluginkit.cli.{name.replace('-', '_')}")
        added = commands.add_parser(
            name,
            help=command.SUMMARY,
            description=command.DESCRIPTION,
            epilog=command.EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_arguments(added)
        added.set_defaults(run=command.run)
    _offer_completion(parser)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except PluginkitError as error:
        sys.stderr.write(f"error: {error}\n")
        return BAD_INPUT


def _show_in_any_encoding() -> None:
    """Write what the encoding of a console lacks in other characters: on Windows, pipes have an old one."""
    codecs.register_error("pluginkit", _spell_out)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="pluginkit")


def _spell_out(error: UnicodeError) -> tuple[str, int]:
    """Return what is written instead of characters that an encoding lacks: `->` for an arrow, else an escape."""
    assert isinstance(error, UnicodeEncodeError)
    lacking = error.object[error.start : error.end]
    return lacking.replace("→", "->").encode("ascii", "backslashreplace").decode(), error.end


def _offer_completion(parser: argparse.ArgumentParser) -> None:
    """Let argcomplete answer the shell, where it is installed and the shell asks."""
    if "_ARGCOMPLETE" in os.environ:
        import_module("argcomplete").autocomplete(parser)
