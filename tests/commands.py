"""What the tests of the command line share: running a command in the process, and a module in the current folder."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pluginkit.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run a command, and return its exit status and what it writes."""
    status = main(arguments)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@contextmanager
def module_here(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, code: str) -> Iterator[Path]:
    """Make a folder the current one, with a module in it that is forgotten afterwards; give the module's file."""
    path = folder / f"{name}.py"
    path.write_text(code)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield path
    sys.modules.pop(name, None)
