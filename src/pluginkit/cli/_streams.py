"""What commands write, and where to: their report to stdout or a file, and what hosts and plugins print to stderr."""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import sys
from contextlib import contextmanager, redirect_stdout, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pluginkit.cli._files import replace_file

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Generator

# What moves the cursor, hides text or turns its direction around; a line break is none of these.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_COMMAND = re.compile(r"^(\s*)(::|##\[)", re.MULTILINE)  # at the beginning of a line, CI systems run what follows


def add_output(parser: ArgumentParser) -> None:
    """Add the option that writes a report to a file."""
    parser.add_argument(
        "-o", "--output", dest="report", type=Path, metavar="FILE", help="write to a file, once all is done"
    )


def add_format(parser: ArgumentParser) -> None:
    """Add the option that has a report written for programs."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="the output format (text)")


def as_json(value: object) -> str:
    """Return a report for programs."""
    return f"{json.dumps(value, indent=2)}\n"


@contextmanager
def report_to(file: Path | None) -> Generator[None, None, None]:
    """Have what is written to stdout go to a file at the end, or to stdout; nothing is written after an error."""
    if file is None:
        yield
        return
    buffer = io.StringIO()
    with redirect_stdout(buffer):
        yield
    replace_file(file, buffer.getvalue())


@contextmanager
def prints_to_stderr() -> Generator[None, None, None]:
    """Have what code of hosts and plugins prints go to stderr: a report on stdout stays one that programs can read.

    That goes for `print`, and for what is written to the file descriptor, as programs that are started do.
    """
    kept = _point_at_stderr()
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        for descriptor in kept:
            os.dup2(descriptor, _STDOUT)
            os.close(descriptor)


_STDOUT, _STDERR = 1, 2


def _point_at_stderr() -> list[int]:
    """Let the descriptor of stdout lead to stderr; return another one for stdout, unless that is closed."""
    kept: list[int] = []
    with suppress(OSError, ValueError, AttributeError):
        sys.stdout.flush()
    with suppress(OSError):
        kept.append(os.dup(_STDOUT))
        os.dup2(_STDERR, _STDOUT)
    return kept


def show_in_any_encoding() -> None:
    """Write what the encoding of a console lacks in other characters: on Windows, pipes have an old one."""
    codecs.register_error("pluginkit", _spell_out)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="pluginkit")


def _spell_out(error: UnicodeError) -> tuple[str, int]:
    """Return what is written instead of characters that an encoding lacks: `->` for an arrow, else an escape."""
    assert isinstance(error, UnicodeEncodeError)
    lacking = error.object[error.start : error.end]
    return lacking.replace("→", "->").encode("ascii", "backslashreplace").decode(), error.end


def printable(text: str) -> str:
    """Return a text of hosts and plugins as it can be shown: it moves no cursor, and gives CI systems no command."""
    escaped = _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
    return _COMMAND.sub(lambda found: f"{found[1]}{found[2][0]} {found[2][1:]}", escaped)


def in_one_line(text: str) -> str:
    """Return a name or a text of hosts and plugins as one line that can be shown."""
    return printable(text).replace("\n", "\\n").replace("\t", "\\t")


def drop_what_cannot_be_written() -> None:
    """Let what is left for stdout go nowhere, if its reader has gone or the disk is full: Python would try it again."""
    try:
        sys.stdout.flush()
    except OSError:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
