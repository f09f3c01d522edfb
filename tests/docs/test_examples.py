"""The examples that are a single file do what the documentation shows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_mirrors_prints_what_the_documentation_shows() -> None:
    """The async example fetches from its own server, from two mirrors at once, and prints both answers in order."""
    command = [sys.executable, ROOT / "docs/examples/mirrors.py"]
    printed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert printed == "YOU ASKED FOR /SOUTH/INDEX.HTML\nYOU ASKED FOR /NORTH/INDEX.HTML\n"
    assert f"```text\n{printed}```" in (ROOT / "docs/how-to/async.md").read_text(encoding="utf-8")
