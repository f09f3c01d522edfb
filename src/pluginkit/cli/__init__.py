# PYTHON_ARGCOMPLETE_OK
"""The command line: one module per command. This one parses arguments and shows errors; it does nothing else.

The rest of pluginkit does not import it.
"""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from importlib import import_module
from traceback import format_exception
from typing import TYPE_CHECKING

from pluginkit._errors import PluginkitError
from pluginkit._version import __version__
from pluginkit.cli._checkers import CHECKERS
from pluginkit.cli._streams import drop_what_cannot_be_written, printable, report_to, show_in_any_encoding

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

# Each is a module of this package, named `cli.<command>` with `_` for `-`, that has SUMMARY, DESCRIPTION, EPILOG,
# `add_arguments` and `run`, which returns the exit status.
COMMANDS = (
    "lint", "lsp", "check", "list", "explain", "graph", "diff", "new", "docs", "show", "rename", "stubs", "migrate",
    "profile", "bisect", "pluggy-run",
)  # fmt: skip
# What argparse exits with as well; and what a shell says of a program that Ctrl-C, or a closed pipe, has ended.
BAD_INPUT, INTERRUPTED, PIPE_CLOSED = 2, 130, 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, and return the exit status.

    Args:
        arguments: The command's name and its arguments; without them, those that the program was started with.
    """
    show_in_any_encoding()
    given = sys.argv[1:] if arguments is None else [*arguments]
    parser = _parser(given)
    if not given:
        parser.print_help()
        return 0
    options = argparse.Namespace()
    try:
        options = parser.parse_args(_apart(given))
        with report_to(getattr(options, "report", None)):
            status = int(options.run(options))
        sys.stdout.flush()
    except BrokenPipeError:
        drop_what_cannot_be_written()
        status = PIPE_CLOSED
    except KeyboardInterrupt:
        status = _failed("interrupted", INTERRUPTED)
    except Exception as error:
        status = _failed(_message(error, shows_all=getattr(options, "traceback", False)), BAD_INPUT)
    return status


def _apart(given: Sequence[str]) -> Sequence[str]:
    """Return arguments in which `--static` has its value, which it would take from its neighbour otherwise."""
    end = given.index("--") if "--" in given else len(given)
    alone = [
        place
        for place, each in enumerate(given[:end])
        if each == "--static" and given[place + 1 : place + 2] not in [[name] for name in CHECKERS]
    ]
    return ["--static=auto" if place in alone else each for place, each in enumerate(given)]


def _message(error: Exception, *, shows_all: bool) -> str:
    """Return what is said of an error, below its traceback where that is wanted."""
    if isinstance(error, PluginkitError):
        cause, text = error.__cause__, str(error)
    else:
        cause, text = error, f"{type(error).__name__}: {error}"
    if isinstance(error, OSError):
        drop_what_cannot_be_written()
    elif cause is error:
        text += "\n  Hint: this is a fault of pluginkit, or of the code that it has loaded: please report it"
    shown = "".join(format_exception(cause)) if shows_all and cause is not None else ""
    return printable(f"{text}\n{shown}".rstrip())


def _failed(message: str, status: int) -> int:
    with suppress(OSError, ValueError):
        sys.stderr.write(f"error: {message}\n")
    return status


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser; of commands, it knows the one that is given, or all."""
    parser = argparse.ArgumentParser(prog="pluginkit", description="Tools for hosts and plugins of pluginkit.")
    parser.add_argument("--version", action="version", version=f"pluginkit {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
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
    return parser


def _offer_completion(parser: argparse.ArgumentParser) -> None:
    """Let argcomplete answer the shell, where it is installed and the shell asks."""
    if "_ARGCOMPLETE" in os.environ:
        import_module("argcomplete").autocomplete(parser)
