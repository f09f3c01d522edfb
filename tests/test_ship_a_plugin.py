"""docs/tutorial/ship-a-plugin.md, followed word by word in a fresh environment."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from wheels import Environment

PAGE = Path(__file__).parents[1] / "docs" / "tutorial" / "ship-a-plugin.md"


def test_following_the_page(tmp_path: Path) -> None:
    """Every command of the page works, and at its end the host finds the plugin."""
    environment = Environment(tmp_path, with_pip=True)
    blocks = re.findall(r"```shell\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    script = "".join(blocks).replace("pluginkit ", "python -m pluginkit ")
    assert script.count("\n") == 9
    path = os.pathsep.join([str(Path(environment.python).parent), os.environ["PATH"]])
    command = ["bash", "-eu", "-c", script]
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "wrote proofread-shouting: 4 hooks of ProofreadSpec\n" in done.stdout
    assert re.search(r"^proofread-shouting +registered +proofread-shouting 0\.1\.0 ", done.stdout, re.MULTILINE)
