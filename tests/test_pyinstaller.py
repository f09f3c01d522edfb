"""What a bundle of PyInstaller gets: metadata and modules of all that needs pluginkit and offers entry points."""

from __future__ import annotations

import runpy
import sys
from importlib.metadata import distributions
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from pluginkit import _pyinstaller
from pluginkit._pyinstaller import get_hook_dirs, offering

if TYPE_CHECKING:
    from collections.abc import Iterable

INSTALLED = {
    "typed-pluginkit": ([], "[console_scripts]\npluginkit = pluginkit.cli:main\n"),
    "Some.Host": (["typed_pluginkit>=0.1; python_version > '3'"], ""),
    "links": (["some-host"], "[host.plugins]\nlinks = links.plugin:Plugin [extra]\nmore = links.more\n"),
    "deep": (["links[fast] (>=1)"], "[host.plugins]\ndeep = deep\n[gui_scripts]\nx = deep.gui:main\n"),
    "program": (["links"], "[console_scripts]\nprogram = program:main\n"),
    "stranger": (["other"], "[host.plugins]\nstranger = stranger\n"),
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a folder of installed distributions, one of which has lost its metadata."""
    for name, (requirements, points) in INSTALLED.items():
        folder = tmp_path / f"{name}-1.0.dist-info"
        folder.mkdir()
        wanted = "".join(f"Requires-Dist: {each}\n" for each in requirements)
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{wanted}")
        (folder / "entry_points.txt").write_text(points)
    (tmp_path / "lost-1.0.dist-info").mkdir()
    (tmp_path / "lost-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\n")
    return tmp_path


def test_what_needs_it_and_offers_plugins(site: Path) -> None:
    """Those that need it through others count; programs do not, nor does what needs something else."""
    found = list(offering("typed-pluginkit", distributions(path=[str(site)])))
    assert found == [("deep", ["deep"]), ("links", ["links.more", "links.plugin"])]


def test_requirements_in_a_circle(site: Path) -> None:
    """Distributions may need one another."""
    host = site / "Some.Host-1.0.dist-info" / "METADATA"
    host.write_text(f"{host.read_text()}Requires-Dist: deep\n")
    assert [name for name, _ in offering("typed-pluginkit", distributions(path=[str(site)]))] == ["deep", "links"]


def test_the_hook(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hook gives PyInstaller the modules to import, and the metadata to copy."""

    def installed() -> Iterable[object]:
        return distributions(path=[str(site)])

    hooks = SimpleNamespace(copy_metadata=lambda name: [(f"/site/{name}", name)])
    monkeypatch.setitem(sys.modules, "PyInstaller", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "PyInstaller.utils", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "PyInstaller.utils.hooks", hooks)
    monkeypatch.setattr(_pyinstaller, "installed", installed)
    (folder,) = get_hook_dirs()
    hook = runpy.run_path(str(Path(folder, "hook-pluginkit.py")))
    assert hook["hiddenimports"] == ["deep", "links.more", "links.plugin"]
    assert hook["datas"] == [("/site/deep", "deep"), ("/site/links", "links")]


def test_all_that_is_installed_is_looked_at() -> None:
    """The hook looks at the environment that the program is bundled from."""
    assert "pytest" in {each.metadata["Name"] for each in _pyinstaller.installed()}
