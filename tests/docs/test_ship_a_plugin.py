"""docs/how-to/ship-a-plugin.md, followed word by word in a fresh environment, which has ruff, mypy and pytest."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from wheels import Environment

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "how-to" / "ship-a-plugin.md"


def blocks(language: str) -> list[str]:
    """Return what the page shows in a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.slow
def test_following_the_page(tmp_path: Path) -> None:
    """Every command of the page works once hooks are deleted, and at its end the host finds the plugin."""
    environment = Environment(tmp_path)
    (tmp_path / "pluginkit").symlink_to(ROOT)
    folder = tmp_path / "folder"
    folder.mkdir()
    path = os.pathsep.join([str(Path(environment.python).parent), os.environ["PATH"]])

    def run(script: str, folder: Path) -> str:
        script = re.sub(r"^pluginkit ", "python -m pluginkit ", script, flags=re.MULTILINE)
        command = ["bash", "-eu", "-c", script]
        done = subprocess.run(
            command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    install, start, *others = blocks("shell")
    assert start.count("\n") + "".join(others).count("\n") == 10
    run(install.replace(" ruff mypy pytest", " --no-deps --quiet"), folder)
    assert "wrote proofread-shouting: 4 hooks of ProofreadSpec\n" in run(start, folder)
    project = folder / "proofread-shouting"
    files = {each.relative_to(project).as_posix() for each in project.rglob("*") if each.is_file()}
    assert files == set(re.findall(r"^\| `([^`]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    module = project / "src" / "proofread_shouting" / "plugin.py"
    heading = module.read_text(encoding="utf-8").partition("class Plugin:")[0]  # with what all hooks import
    plugin, contract = (block.partition("class ")[2] for block in blocks("python"))
    module.write_text(f"{heading}class {plugin}", encoding="utf-8")
    test = project / "tests" / "test_contract.py"
    heading = test.read_text(encoding="utf-8").partition("class TestContract(")[0]
    test.write_text(f"{heading}class {contract}", encoding="utf-8")
    listed = run("".join(others), project)
    cases = re.search(r"^tests/test_contract\.py (\S+)", listed, re.MULTILINE)
    assert cases is not None
    assert sorted(cases[1]) == [*"...ss"]  # two of them are about other hooks, and are skipped
    assert re.search(r"^proofread-shouting +registered +proofread-shouting 0\.1\.0 +check$", listed, re.MULTILINE)
