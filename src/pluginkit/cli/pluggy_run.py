"""`pluginkit pluggy-run`: runs a program whose `import pluggy` is answered by `pluginkit.pluggy`."""

from __future__ import annotations

import argparse
import runpy
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pluginkit._errors import CommandError
from pluginkit.pluggy._alias import answer_below

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SUMMARY = "run a program on pluginkit instead of pluggy"
DESCRIPTION = """\
Run a console script that is installed here, or `-m MODULE`, or a file. Where it, or a Python process that it starts,
imports pluggy, it gets pluginkit.pluggy. Nothing is changed on disk. Write -- in front of the program.
"""
EPILOG = "Exit status: that of the program; 2 if there is no such program."


class NoProgramError(CommandError):
    """There is nothing to run."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "program", metavar="-- PROGRAM [ARGUMENT ...]", nargs=argparse.REMAINDER, help="such as: -- pytest -q"
    )


def run(options: argparse.Namespace) -> int:
    """Run the program in this process, and return its exit status."""
    command: list[str] = options.program[options.program[:1] == ["--"] :]
    if not command or command == ["-m"]:
        hint = "write it after --, as in: pluginkit pluggy-run -- pytest"
        raise NoProgramError(f"no program is given\n  Hint: {hint}", "PK815")
    program = _program(command)  # an unknown one is refused before anything is changed
    answer_below()
    status = program()
    if status is None or isinstance(status, int):
        return status or 0
    sys.stderr.write(f"{status}\n")  # as `sys.exit` does
    return 1


def _program(command: Sequence[str]) -> Callable[[], Any]:
    """Return what runs a program, with its arguments in `sys.argv`."""
    name = command[0]
    if name == "-m":
        return lambda: _run_module(command[1:])
    if name.endswith(".py"):
        return lambda: _run_file(command)
    scripts = [*entry_points(group="console_scripts", name=name)]
    if not scripts:
        hint = "name a console script installed for this Python, or write -m MODULE, or name a file that ends in .py"
        raise NoProgramError(f"there is no program '{name}'\n  Hint: {hint}", "PK815")

    def run_script() -> Any:
        sys.argv[:] = command
        return scripts[0].load()()

    return run_script


def _run_module(command: Sequence[str]) -> None:
    sys.path.insert(0, "")  # as `python -m` has it
    sys.argv[:] = command
    runpy.run_module(command[0], run_name="__main__", alter_sys=True)


def _run_file(command: Sequence[str]) -> None:
    sys.path.insert(0, str(Path(command[0]).resolve().parent))  # as `python FILE` has it
    sys.argv[:] = command
    runpy.run_path(command[0], run_name="__main__")
