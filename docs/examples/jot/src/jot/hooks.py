"""The hooks of the program: what a plugin can do."""

from __future__ import annotations

from typing import Protocol

import typer
from pluginkit import hookspec


class JotSpec(Protocol):
    """What plugins contribute. They come from the entry points of the group `jot.plugins`."""

    @hookspec
    def commands(self) -> typer.Typer:
        """Contribute commands: a group of them if the application has a name, and commands of `jot` itself if not."""
        ...

    @hookspec(pipeline="text")
    def adding(self, *, text: str) -> str:
        """Change a note before it is kept."""
        ...
