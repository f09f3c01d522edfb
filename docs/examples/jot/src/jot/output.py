"""Messages for stderr, so that stdout has nothing but answers."""

from __future__ import annotations

import typer


def complain(message: str) -> None:
    """Write a message."""
    typer.echo(f"jot: {message}", err=True)


def complain_of(error: Exception) -> None:
    """Write an exception of a plugin, with the note that names its hook, the plugin and the line."""
    notes: tuple[str, ...] = getattr(error, "__notes__", ())
    complain("\n".join([f"{type(error).__name__}: {error}", *notes]))
