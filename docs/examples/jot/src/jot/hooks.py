"""The hooks of the program: what a plugin can do."""

from __future__ import annotations

from typing import Protocol

import typer
from pluginkit import hookspec


class JotSpec(Protocol):
    """What plugins contribute. Their entry points are in the group `jot.plugins`."""

    @hookspec
    def commands(self) -> typer.Typer:
        """Contribute commands; an application with a name is a group, one without has no callback."""
        ...

    @hookspec(pipeline="text")
    def adding(self, *, text: str) -> str:
        """Change a note before it is kept."""
        ...
