"""`pluginkit lsp`: a language server on standard input and output."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from importlib.util import find_spec

from pluginkit._errors import CommandError

SUMMARY = "start the language server"
DESCRIPTION = """\
Start a language server on standard input and output: what lint finds while typing, quick fixes, completion of
parameters and implementations, hovers, and the number of implementations above each hook. It needs the extra lsp.
"""
EPILOG = """\
examples:
  pluginkit lsp

Exit status: 0 the editor has ended it; 2 pygls is not installed.
"""


class ServerError(CommandError):
    """The server cannot be started."""


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--python", default="", metavar="PATH", help="the interpreter or environment of the project")


def run(options: Namespace) -> int:
    """Start the server, and serve until the editor ends it."""
    if find_spec("pygls") is None:
        hint = "install it, as in: pip install 'typed-pluginkit[lsp]'"
        raise ServerError(f"the language server needs pygls\n  Hint: {hint}", "PK815")
    from pluginkit.lsp._server import make_server

    make_server(options.python).start_io()
    return 0
