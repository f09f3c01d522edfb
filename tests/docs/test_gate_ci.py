"""docs/how-to/gate-ci.md, followed word by word: by the author of a host, of a plugin, and by who maintains both.

Each starts with a project as `pluginkit new` writes it. Only installing is done otherwise, without an index.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from wheels import Environment

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "gate-ci.md"


class Job:
    """A job in a fresh environment: it runs the steps of the page in the folder of a project."""

    def __init__(self, tmp_path: Path) -> None:
        self.environment = Environment(tmp_path)
        self.path = os.pathsep.join([str(Path(self.environment.python).parent), os.environ["PATH"]])

    def run(self, command: str, folder: Path) -> subprocess.CompletedProcess[str]:
        """Run one command."""
        command = re.sub(r"^pluginkit ", "python -m pluginkit ", command)
        command = command.replace("pytest", "pytest -p no:cacheprovider")
        environment = {**os.environ, "PATH": self.path, "VIRTUAL_ENV": str(self.environment.folder / "env")}
        script = ["bash", "-eu", "-c", command]
        return subprocess.run(script, cwd=folder, env=environment, capture_output=True, text=True, check=False)

    def steps(self, heading: str, folder: Path) -> dict[str, int]:
        """Run the steps below a heading of the page, and return the exit status of each; what fails stops nothing."""
        _, _, text = PAGE.read_text(encoding="utf-8").partition(f"## {heading}\n")
        commands = re.findall(r"^- run: (.+)$", text.partition("\n## ")[0], re.MULTILINE)
        install, *checks = commands
        assert install.startswith("python -m pip install .")
        self.environment.pip("--no-build-isolation", "--force-reinstall", str(folder))
        return {command: self.run(command, folder).returncode for command in checks}


def git(folder: Path, *arguments: str) -> None:
    """Run git as somebody."""
    command = ["git", "-c", "user.name=host", "-c", "user.email=host@example.com", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """Return a job."""
    return Job(tmp_path)


@pytest.fixture
def host(job: Job, tmp_path: Path) -> Path:
    """Return the project of a host that has been released once."""
    assert job.run("pluginkit new host myhost", tmp_path).returncode == 0
    folder = tmp_path / "myhost"
    assert job.run("pluginkit stubs src/myhost/hooks.py", folder).returncode == 0
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    git(folder, "tag", "v1.2")
    return folder


def failed(statuses: dict[str, int]) -> list[str]:
    """Return the commands that failed, without what is behind their names."""
    return [" ".join(command.removeprefix("python -m ").split()[:2]) for command, status in statuses.items() if status]


@pytest.mark.slow
def test_a_host_passes_until_it_breaks_its_plugins(job: Job, host: Path) -> None:
    """All steps pass for a new host; renaming a parameter of a hook fails those that are about it.

    mypy reads the stub, which still has the old name.
    """
    statuses = job.steps("As a host", host)
    assert len(statuses) == 5
    assert failed(statuses) == []
    hooks = host / "src" / "myhost" / "hooks.py"
    hooks.write_text(hooks.read_text().replace("text: str) -> list", "body: str) -> list"))
    assert failed(job.steps("As a host", host)) == [
        "pluginkit lint",
        "pluginkit check",
        "pluginkit stubs",
        "pluginkit diff",
    ]
    assert job.run("pluginkit stubs src/myhost/hooks.py", host).returncode == 0
    assert failed(job.steps("As a host", host)) == ["pluginkit lint", "pluginkit check", "pluginkit diff", "mypy src"]


@pytest.mark.slow
def test_a_plugin_passes_until_its_host_changes(job: Job, host: Path, tmp_path: Path) -> None:
    """A new plugin passes all steps and is found by the host; a host that renames a parameter fails its schedule."""
    job.environment.pip("--no-build-isolation", str(host))
    made = job.run("pluginkit new plugin my-plugin --for myhost.hooks:MyhostSpec --group myhost.plugins", tmp_path)
    assert made.returncode == 0, made.stderr
    plugin = tmp_path / "my-plugin"
    statuses = job.steps("As a plugin", plugin)
    assert len(statuses) == 4
    assert failed(statuses) == []
    listed = job.run("pluginkit list myhost.host:make_registry", tmp_path)
    assert re.search(r"^my-plugin +registered +my-plugin 0\.1\.0", listed.stdout, re.MULTILINE)
    hooks = host / "src" / "myhost" / "hooks.py"
    hooks.write_text(hooks.read_text().replace("text: str) -> list", "body: str) -> list"))
    assert job.run("pluginkit stubs src/myhost/hooks.py", host).returncode == 0
    job.environment.pip("--no-build-isolation", "--force-reinstall", str(host))
    assert {"pluginkit lint", "mypy src", "pluginkit check"} <= set(failed(job.steps("As a plugin", plugin)))
