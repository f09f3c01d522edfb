"""Another project's distribution, whose package has the name of this one, is noticed where it is beside it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import pluginkit
from pluginkit._neighbours import warn_of_another_project

MESSAGE = (
    "the distribution 'pluginkit 0.5.1' is another project: the files of both are mixed up in this package\n"
    "  Hint: uninstall 'pluginkit' and 'typed-pluginkit', and install 'typed-pluginkit' again"
)


@pytest.mark.parametrize("kind", ["dist-info", "egg-info"])
def test_another_project_beside_the_package(tmp_path: Path, kind: str) -> None:
    """Its metadata are enough: its files may have been replaced."""
    (tmp_path / f"pluginkit-0.5.1.{kind}").mkdir()
    with pytest.warns(RuntimeWarning) as caught:
        warn_of_another_project(str(tmp_path / "pluginkit"))
    assert [str(each.message) for each in caught] == [MESSAGE]


@pytest.mark.parametrize("name", ["typed_pluginkit-1.0.dist-info", "pluginkit_links-1.0.dist-info", "pluginkit-old"])
def test_other_names_are_no_reason_to_warn(tmp_path: Path, name: str) -> None:
    """Distributions of other names, this one among them, have nothing to do with it."""
    (tmp_path / name).mkdir()
    with warnings.catch_warnings(record=True, action="always") as caught:
        warn_of_another_project(str(tmp_path / "pluginkit"))
    assert caught == []


def test_a_package_in_an_archive(tmp_path: Path) -> None:
    """Where there is no folder beside the package, nothing can be mixed up."""
    warn_of_another_project(str(tmp_path / "app.pyz" / "pluginkit"))


def test_the_import_warns(tmp_path: Path) -> None:
    """The warning comes with the import, and names the line that imports."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(pluginkit.__path__[0]), tmp_path / "pluginkit", ignore=ignored)
    (tmp_path / "pluginkit-0.5.1.dist-info").mkdir()
    (tmp_path / "host.py").write_text("import sys\nimport pluginkit\n", encoding="utf-8")
    command = [sys.executable, "host.py"]
    done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, check=True)
    assert done.stderr == f"{tmp_path / 'host.py'}:2: RuntimeWarning: {MESSAGE}\n  import pluginkit\n"
