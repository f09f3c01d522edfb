"""The language server in Neovim, without a screen; `python -m nox -s editors` runs it, and needs Neovim on the PATH."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from test_language_server import HOOKS, PLUGIN

SCRIPT = Path(__file__).with_name("neovim.lua")


def test_neovim(tmp_path: Path) -> None:
    """The misspelled parameter is red, the quick fix corrects it, nothing is red then, and a lens counts."""
    for name, text in {"pyproject.toml": "", "hooks.py": HOOKS, "plugin.py": PLUGIN}.items():
        (tmp_path / name).write_text(text, "utf-8")
    output = tmp_path / "output.json"
    environment = {**os.environ, "PROJECT": str(tmp_path), "PYTHON": sys.executable, "OUTPUT": str(output)}
    command = ["nvim", "--headless", "--clean", "-n", "-c", f"luafile {SCRIPT}"]
    subprocess.run(command, env=environment, check=True, timeout=120, capture_output=True)
    found = json.loads(output.read_text("utf-8"))
    assert found["red"] == [5, 23, 5, 30]
    assert "def sections(self, document: str" in found["fixed"]
    assert (found["clean"], found["lens"]) == (True, "1 implementation")
