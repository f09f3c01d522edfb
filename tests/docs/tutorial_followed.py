"""docs/tutorial/first-host.md, followed word by word in a fresh environment. Run by `python -m nox -s docs`.

The page becomes one script for a shell: its files are written, its commands run, one after the other. Where the page
shows what a command prints, that is what it has to print.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from shlex import quote

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "tutorial" / "first-host.md"
BLOCK = re.compile(r"^```(?P<language>python|shell|console)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# (?P<name>\S+\.py)\n")
COMMAND = re.compile(r"^\$ (?P<command>.+)\n(?P<output>(?:(?!\$ ).*\n)*)", re.MULTILINE)


def script(page: str) -> tuple[str, list[str]]:
    """Return the page as a script, and what its commands have to print; each leaves that in a file, by its number."""
    lines, shown = ["set -eu", 'outputs="$PWD"'], []
    for block in BLOCK.finditer(page):
        if block["language"] == "shell":
            lines.append(block["text"])
        elif block["language"] == "python":
            file = FILE.match(block["text"])
            assert file is not None, f"a block that is not a file: {block['text']}"
            lines.append(f"printf %s {quote(block['text'])} > {file['name']}")
        else:
            for command in COMMAND.finditer(block["text"]):
                lines.append(f'{command["command"]} > "$outputs"/{len(shown)} 2>&1 || true')
                shown.append(command["output"])
    return "\n".join(lines), shown


def constraints() -> str:
    """Return the versions of type checkers that the project is checked with: others may word things otherwise."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    requirements = [each for each in groups["tests"] if isinstance(each, str)]  # the others are groups in it
    return "\n".join(each for each in requirements if each.startswith("mypy=="))


def test_following_the_tutorial(tmp_path: Path) -> None:
    """A newcomer who types what the page shows sees what the page shows."""
    tracked = ["pyproject.toml", "README.md", "LICENSE"]
    (tmp_path / "pluginkit").mkdir()
    for name in tracked:
        shutil.copy(ROOT / name, tmp_path / "pluginkit")
    shutil.copytree(ROOT / "src", tmp_path / "pluginkit" / "src", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "constraints.txt").write_text(constraints(), encoding="utf-8")
    text, shown = script(PAGE.read_text(encoding="utf-8"))
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "MYPY", "VIRTUAL"))
    }
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**inherited, "PATH": path, "PIP_CONSTRAINT": str(tmp_path / "constraints.txt"), "NO_COLOR": "1"}
    command = ["bash", "-c", text]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    prefix = f"{(tmp_path / 'facts').resolve()}{os.sep}"
    printed = [(tmp_path / str(number)).read_text(encoding="utf-8").replace(prefix, "") for number in range(len(shown))]
    assert len(shown) == 9
    assert printed == shown
