"""The program: its own commands, those of plugins, and the handling of broken plugins."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import typer
from pluginkit import Registry, hookimpl
from pluginkit.testing import RecordingPlugin, RegistryFor, override
from typer.testing import CliRunner

from jot import JotSpec
from jot.cli import make_app, make_registry


@pytest.fixture(autouse=True)
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have a notebook of its own in each test."""
    file = tmp_path / "notes.txt"
    monkeypatch.setenv("JOT_FILE", str(file))
    return file


def jot(registry: Registry[JotSpec], *arguments: str) -> str:
    """Run the program, and return what it prints."""
    result = CliRunner().invoke(make_app(registry), arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_notes_are_kept() -> None:
    """A note that was added is listed, as a plugin has changed it."""
    registry = make_registry()
    assert jot(registry, "add", "buy   milk #shop") == "buy milk #shop\n"
    jot(registry, "add", "call Ada")
    assert jot(registry, "list") == "buy milk #shop\ncall Ada\n"


def test_a_plugin_adds_a_command(registry_for: RegistryFor) -> None:
    """An application without a name adds its commands to those of the program."""
    registry = make_registry()
    jot(registry, "add", "buy milk")
    jot(registry, "add", "call Ada")
    assert jot(registry, "search", "MILK") == "buy milk\n"
    assert CliRunner().invoke(make_app(registry_for(JotSpec)), ["search", "milk"]).exit_code == 2


def test_a_plugin_adds_a_group_of_commands() -> None:
    """An application with a name is a group of commands."""
    registry = make_registry()
    for note in ("buy milk #shop", "buy tea #shop #urgent", "call Ada"):
        jot(registry, "add", note)
    assert jot(registry, "tags", "list") == "2 shop\n1 urgent\n"
    assert jot(registry, "tags", "show", "urgent") == "buy tea #shop #urgent\n"
    assert "Find notes by their tags." in jot(registry, "--help")


def test_what_is_added_goes_through_plugins(registry_for: RegistryFor, notes: Path) -> None:
    """Every plugin may change a note; one that is made longer than a line is made one line again."""

    def louder(text: str) -> str:
        return text.upper()

    recording = RecordingPlugin(JotSpec)
    registry = registry_for(JotSpec, recording)
    recording.answer(JotSpec.adding, "in\ntwo lines")
    jot(registry, "add", "x")
    with override(registry, JotSpec.adding, louder):
        jot(registry, "add", "loud")
    assert notes.read_text(encoding="utf-8") == "in two lines\nLOUD\n"
    assert recording.calls_of(JotSpec.adding) == [{"text": "x"}]


class Command:
    """A plugin with one command."""

    def __init__(self, name: str) -> None:
        self.app = typer.Typer()
        self.app.command(name)(self.run)

    @hookimpl(JotSpec.commands)
    def commands(self) -> typer.Typer:
        """Contribute it."""
        return self.app

    def run(self) -> None:
        """Say so."""
        typer.echo("the plugin's")


@pytest.mark.parametrize("name", ["add", "list", "taken"])
def test_a_name_that_is_taken_stays(registry_for: RegistryFor, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """No plugin replaces a command of the program, or of a plugin that was registered before."""
    registry = registry_for(JotSpec, Command("taken"))
    registry.register(Command(name), "second")
    jot(registry, "add", "a note")
    assert jot(registry, "list") == "a note\n"
    line = f"jot: plugin 'second' is left out: {name} is there already\n"
    assert capsys.readouterr().err == line * 2


def test_a_plugin_that_fails_is_left_out(registry_for: RegistryFor, capsys: pytest.CaptureFixture[str]) -> None:
    """A plugin whose commands cannot be made is named on stderr, and the others are there."""

    class Failing:
        @hookimpl(JotSpec.commands)
        def commands(self) -> typer.Typer:
            raise OSError("no commands today")

    app = make_app(registry_for(JotSpec, Failing(), Command("works")))
    first, second = capsys.readouterr().err.splitlines()
    assert first == "jot: OSError: no commands today"
    assert second.startswith("in hook JotSpec.commands, plugin 'Failing' (")
    assert CliRunner().invoke(app, ["works"]).output == "the plugin's\n"


def test_a_plugin_with_wrong_commands_is_left_out(
    registry_for: RegistryFor, capsys: pytest.CaptureFixture[str]
) -> None:
    """Commands that Typer cannot make are left out, and the others are there."""

    class Wrong:
        @hookimpl(JotSpec.commands)
        def commands(self) -> typer.Typer:
            app = typer.Typer()

            @app.command()
            def wrong(numbers: list[list[int]]) -> None:
                """Take an argument that no command line can give."""
                typer.echo(numbers)

            return app

    app = make_app(registry_for(JotSpec, Wrong(), Command("works")))
    assert capsys.readouterr().err.startswith("jot: AssertionError: ")
    assert CliRunner().invoke(app, ["works"]).output == "the plugin's\n"
    assert CliRunner().invoke(app, ["wrong", "1"]).exit_code == 2


def test_a_note_is_kept_where_a_plugin_fails(registry_for: RegistryFor, notes: Path) -> None:
    """A note is kept as it was given if a plugin fails, and the plugin is named on stderr."""

    class Failing:
        @hookimpl(JotSpec.adding)
        def adding(self, text: str) -> str:
            raise OSError(f"no idea what to do with {text}")

    result = CliRunner().invoke(make_app(registry_for(JotSpec, Failing())), ["add", "a note"])
    assert (result.exit_code, result.stdout) == (0, "a note\n")
    first, second = result.stderr.splitlines()
    assert first == "jot: OSError: no idea what to do with a note"
    assert second.startswith("in hook JotSpec.adding, plugin 'Failing' (")
    assert notes.read_text(encoding="utf-8") == "a note\n"


def run(arguments: Sequence[str], folder: Path) -> tuple[int, str, str]:
    """Run the program in its own process, with a folder on the path for imports."""
    command = [sys.executable, "-m", "jot", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_a_broken_distribution_is_reported(tmp_path: Path) -> None:
    """A plugin that does not fit is reported with the two signatures and a hint, and the program works."""
    metadata = tmp_path / "broken-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text("[jot.plugins]\nbroken = broken\n", encoding="utf-8")
    source = "from pluginkit import hookimpl\n\n@hookimpl\ndef adding(txet: str) -> str:\n    return txet\n"
    (tmp_path / "broken.py").write_text(source, encoding="utf-8")
    status, out, errors = run(["add", "works"], tmp_path)
    assert (status, out) == (0, "works\n")
    assert errors.startswith("jot: plugin 'broken' of broken 1.0: JotSpec.adding: unknown parameter 'txet' [PK101]\n")
    assert errors.endswith("  Hint: did you mean 'text'?\n")
    assert run(["search", "work"], tmp_path)[:2] == (0, "works\n")
