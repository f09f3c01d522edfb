"""The host: a Typer application of its own commands and those of plugins. It works without a plugin that fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from pluginkit import Registry
from typer.core import TyperGroup
from typer.main import get_group

from jot.hooks import JotSpec
from jot.notebook import Notebook, notebook_of
from jot.output import complain, complain_of

GROUP = "jot.plugins"


def main() -> None:
    """Run the command line."""
    make_app(make_registry())()


def make_registry() -> Registry[JotSpec]:
    """Return a registry with the plugins of all installed distributions; those that are broken are reported."""
    registry = Registry(JotSpec)
    for error in registry.load_entrypoints(GROUP, ignore_errors=True).failed:
        complain(str(error))
    return registry


def make_app(registry: Registry[JotSpec]) -> typer.Typer:
    """Return an application with the commands of all plugins, apart from those whose names are taken."""
    app = typer.Typer(help="Take notes.", no_args_is_help=True)

    @app.callback()
    def start(
        context: typer.Context,
        file: Annotated[Path, typer.Option(envvar="JOT_FILE", help="The file with the notes.")] = Path("notes.txt"),
    ) -> None:
        context.obj = Notebook(file, registry.hook)

    app.command()(add)
    app.command("list")(list_notes)
    known = set(get_group(app).commands)
    for plugin, commands, names in contributed(registry):
        taken = known & names
        if taken:
            complain(f"plugin '{plugin}' is left out: {', '.join(sorted(taken))} is there already")
        else:
            app.add_typer(commands)
            known |= names
    return app


def add(context: typer.Context, text: str) -> None:
    """Add a note."""
    typer.echo(notebook_of(context).add(text))


def list_notes(context: typer.Context) -> None:
    """List all notes."""
    for note in notebook_of(context).notes():
        typer.echo(note)


def contributed(registry: Registry[JotSpec]) -> Iterator[tuple[str, typer.Typer, set[str]]]:
    """Yield each plugin's name with its commands and their names; one that fails is reported."""
    plugins = registry.plugin_names()
    for plugin in plugins:
        alone = registry.without(*(other for other in plugins if other != plugin))
        try:
            found = [(commands, set(group_of(commands).commands)) for commands in alone.commands()]
        except Exception as error:
            complain_of(error)
        else:
            yield from ((plugin, commands, names) for commands, names in found)


def group_of(commands: typer.Typer) -> TyperGroup:
    """Return a group with nothing but the commands that an application would add.

    Raises:
        Exception: Typer cannot make commands of it, because of the type of a parameter, for example.
    """
    alone = typer.Typer()
    alone.add_typer(commands)
    return get_group(alone)
