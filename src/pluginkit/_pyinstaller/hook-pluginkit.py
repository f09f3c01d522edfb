"""What PyInstaller adds to a program that imports pluginkit: the plugins that are installed, and their metadata."""

from __future__ import annotations

from importlib import import_module

from pluginkit._pyinstaller import installed, offering
from pluginkit.cli._requirement import DISTRIBUTION

_copy_metadata = import_module("PyInstaller.utils.hooks").copy_metadata  # it is there when this runs, and only then

datas: list[tuple[str, str]] = []
hiddenimports: list[str] = []
for _name, _modules in offering(DISTRIBUTION, installed()):
    datas += _copy_metadata(_name)
    hiddenimports += _modules
