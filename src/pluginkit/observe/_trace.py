"""What `PLUGINKIT_TRACE` asks for: every registry of a program is observed, without a change to the program.

`calls` writes each call to stderr, `timings` a table at the end. `timings:FILE` adds what was measured to a file
instead, from which `pluginkit profile` reads it.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache

from pluginkit._call.observed import Around, Call
from pluginkit.observe._logs import told
from pluginkit.observe._timings import Timing, Timings, timings

VARIABLE = "PLUGINKIT_TRACE"


def traced(wanted: str) -> Around | None:
    """Return the observer that a value of the variable asks for, or None if it asks for none that there is."""
    name, _, file = wanted.partition(":")
    if name == "timings":
        return _table(file)
    if wanted == "calls":
        return lambda call: told(call, _write_call)
    _complain(wanted)
    return None


@cache
def _complain(wanted: str) -> None:
    sys.stderr.write(f"pluginkit: {VARIABLE} is 'calls' or 'timings', not {wanted!r}; nothing is traced\n")


def _write_call(text: str, *values: object) -> None:
    sys.stderr.write(f"{text % values}\n")


@cache
def _table(file: str) -> Callable[[Call], AbstractContextManager[object]]:
    """Return the one table of this process, which is written when it ends."""
    table = timings()
    atexit.register(_write, table, file)
    if hasattr(os, "register_at_fork"):  # pragma: no branch - not on Windows
        os.register_at_fork(after_in_child=table.clear)  # the parent writes what there is
    return table


def _write(table: Timings, file: str) -> None:
    if not file:
        table.print(sys.stderr)
        return
    line = json.dumps([[path, timing] for path, timing in table.paths().items()])
    with open(file, "a", encoding="utf-8") as out:  # noqa: PTH123 - appended to by several processes
        out.write(f"{line}\n")


def read(text: str) -> Timings:
    """Return the table that processes have added to a file."""
    table = timings()
    for line in text.splitlines():
        for path, timing in json.loads(line):
            table.add(tuple((plugin, hook) for plugin, hook in path), Timing(*timing))
    return table
