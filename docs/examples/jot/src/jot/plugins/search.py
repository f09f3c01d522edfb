"""Plugin `search`: a command of `jot` itself."""

from __future__ import annotations

import typer
from pluginkit import hookimpl

from jot import JotSpec, notebook_of

app = typer.Typer()


@hookimpl.function(JotSpec.commands)
def commands() -> typer.Typer:
    """Contribute `jot search`."""
    return app


@app.command()
def search(context: typer.Context, word: str) -> None:
    """List the notes with a word."""
    for note in notebook_of(context).notes():
        if word.casefold() in note.casefold():
            typer.echo(note)
