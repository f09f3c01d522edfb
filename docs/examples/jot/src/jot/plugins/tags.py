"""Plugin `tags`: a group of commands. A tag is a word of a note that begins with `#`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

import typer
from pluginkit import hookimpl

from jot import JotSpec, notebook_of

app = typer.Typer(name="tags", help="Find notes by their tags.", no_args_is_help=True)


@hookimpl.function(JotSpec.commands)
def commands() -> typer.Typer:
    """Contribute `jot tags`."""
    return app


def tags_in(notes: Iterable[str]) -> Counter[str]:
    """Return how often there is each tag."""
    return Counter(tag for note in notes for tag in re.findall(r"#(\w+)", note))


@app.command("list")
def list_tags(context: typer.Context) -> None:
    """List all tags, and in how many places they are."""
    for tag, count in sorted(tags_in(notebook_of(context).notes()).items()):
        typer.echo(f"{count} {tag}")


@app.command()
def show(context: typer.Context, tag: str) -> None:
    """List the notes with a tag."""
    for note in notebook_of(context).notes():
        if tag in tags_in([note]):
            typer.echo(note)
