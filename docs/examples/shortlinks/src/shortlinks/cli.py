"""The command line: serve the application."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from shortlinks.app import create_app, make_registry


class Arguments(argparse.Namespace):
    """What was given at the command line."""

    folder: Path
    host: str
    port: int


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until the program is interrupted."""
    parser = argparse.ArgumentParser("shortlinks", description="Serve short links.")
    parser.add_argument("--folder", type=Path, default=Path(), help="where plugins keep files; by default, here")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen at; 0 chooses one")
    given = parser.parse_args(arguments, Arguments())
    uvicorn.run(create_app(make_registry(given.folder)), host=given.host, port=given.port)
