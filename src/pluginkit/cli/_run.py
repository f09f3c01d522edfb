"""Running the program that a command is given behind `--`, in a process of its own."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from pluginkit._errors import CommandError

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Mapping, Sequence


class NotStartedError(CommandError):
    """A program cannot be started."""


def add_program(parser: ArgumentParser) -> None:
    """Add the argument for the program."""
    parser.add_argument("program", nargs="+", metavar="COMMAND", help="what to run, behind --, with its arguments")


def run_program(program: Sequence[str], variables: Mapping[str, str], *, quiet: bool = False) -> int:
    """Run a program with further environment variables, and return its exit status as a shell gives it.

    Args:
        program: What to run, and its arguments.
        variables: What to add to the environment.
        quiet: Whether what it writes is dropped, and nothing can be typed.

    Raises:
        NotStartedError: The program is missing, or cannot be started.
    """
    stream = subprocess.DEVNULL if quiet else None
    environment = {**os.environ, **variables}
    try:
        done = subprocess.run(  # noqa: S603 - to run it is what the command is asked for
            program, env=environment, check=False, stdin=stream, stdout=stream, stderr=stream
        )
    except (OSError, ValueError) as error:
        hint = "write the program as in a shell, behind --, with a path where it is not on the PATH"
        raise NotStartedError(f"'{program[0]}' cannot be started: {error}\n  Hint: {hint}", "PK815") from error
    return done.returncode if done.returncode >= 0 else 128 - done.returncode
