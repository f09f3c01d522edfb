"""What the program expects of every plugin, as a contract that plugin authors run in their own tests."""

from __future__ import annotations

import warnings

from pluginkit import Registry
from pluginkit.testing import HookContract, requires
from typer.main import get_group

from jot.cli import group_of, make_app
from jot.hooks import JotSpec


class JotContract(HookContract[JotSpec]):
    """Derive a class from it, and set `plugin` to yours."""

    @requires(JotSpec.commands)
    def test_commands_have_names_of_their_own(self) -> None:
        """No command has the name of a command of the program."""
        own = get_group(make_app(Registry(JotSpec))).commands
        for commands in self.hook.commands():
            taken = own.keys() & group_of(commands).commands.keys()
            assert not taken, f"jot has commands of these names: {', '.join(taken)}"

    @requires(JotSpec.commands)
    def test_commands_explain_themselves(self) -> None:
        """`jot --help` describes every command."""
        for commands in self.hook.commands():
            for name, command in group_of(commands).commands.items():
                assert command.help, f"'{name}' has no help: write a docstring"

    @requires(JotSpec.commands)
    def test_nothing_is_ignored(self) -> None:
        """Typer warns of what it leaves out, such as the callback of an application without a name."""
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for commands in self.hook.commands():
                group_of(commands)

    @requires(JotSpec.adding)
    def test_something_is_left_of_a_note(self) -> None:
        """Added notes may be changed, but not removed."""
        note = self.hook.adding(text="Remember the milk")
        assert note.strip(), "nothing is left of 'Remember the milk'"
