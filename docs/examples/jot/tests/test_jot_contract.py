"""The plugins keep the contract that the program ships."""

from __future__ import annotations

import pytest
import typer
from pluginkit import hookimpl

from jot import JotSpec
from jot.plugins import search, tags, tidy
from jot.testing import JotContract


class TestSearch(JotContract):
    """It has a command."""

    plugin = search


class TestTags(JotContract):
    """It has a group of commands."""

    plugin = tags


class TestTidy(JotContract):
    """It has none."""

    plugin = tidy


class Poor(JotContract):
    """A plugin that breaks the contract; it is made a test below, case by case."""

    __test__ = False

    class Plugin:
        """It has a command without help, called like one of the program, and a callback that Typer ignores."""

        @hookimpl(JotSpec.commands)
        def commands(self) -> typer.Typer:
            """Contribute it."""
            app = typer.Typer()
            app.callback()(lambda: None)
            app.command("add")(lambda: None)
            return app

        @hookimpl(JotSpec.adding)
        def adding(self, text: str) -> str:
            """Leave nothing."""
            return text and ""

    plugin = Plugin


@pytest.mark.filterwarnings("ignore:The 'callback' parameter")
def test_the_contract_says_what_is_wrong() -> None:
    """Each case fails for a plugin that it is about, with a message for the plugin's author."""
    poor = Poor()
    with pytest.raises(AssertionError, match="jot has commands of these names: add"):
        poor.test_commands_have_names_of_their_own()
    with pytest.raises(AssertionError, match="'add' has no help: write a docstring"):
        poor.test_commands_explain_themselves()
    with pytest.raises(UserWarning, match="'callback'"):
        poor.test_nothing_is_ignored()
    with pytest.raises(AssertionError, match="nothing is left of 'Remember the milk'"):
        poor.test_something_is_left_of_a_note()
