"""What the program expects of every plugin, as a contract that plugin authors run in their own tests."""

from __future__ import annotations

from pluginkit import Registry
from pluginkit.testing import HookContract, requires
from typer.main import get_group
from typer.testing import CliRunner

from jot.cli import make_app, names_of
from jot.hooks import JotSpec


class JotContract(HookContract[JotSpec]):
    """Derive a class from it, and set `plugin` to yours."""

    @requires(JotSpec.commands)
    def test_commands_have_names_of_their_own(self) -> None:
        """None of the commands is called like one of the program."""
        own = get_group(make_app(Registry(JotSpec))).commands
        for commands in self.hook.commands():
            assert not own.keys() & names_of(commands)

    @requires(JotSpec.commands)
    def test_commands_explain_themselves(self) -> None:
        """`jot COMMAND --help` says something of every command."""
        for commands in self.hook.commands():
            for name in names_of(commands):
                result = CliRunner().invoke(make_app(self.registry), [name, "--help"])
                assert result.exit_code == 0
                assert f" {name} " in result.output

    @requires(JotSpec.adding)
    def test_a_note_is_left_of_a_note(self) -> None:
        """What is added is changed, but not taken away."""
        assert self.hook.adding(text="Remember the milk").strip()
