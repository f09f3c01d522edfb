"""Environments: the folders from which the modules of a project are imported. No interpreter is started to find out.

What `site` does when Python starts is done here as far as it can be read: `pyvenv.cfg`, lines of `.pth` files that name
a folder, and the table in the finder that setuptools writes for an editable install.
"""

from __future__ import annotations

import ast
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

from pluginkit._source.sources import top_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKS = ("pyproject.toml", "setup.cfg", "setup.py", ".git")  # what the root folder of a project has
_SITES = ("lib/python3*/site-packages", "lib/python3/dist-packages", "Lib/site-packages")


class Environment(NamedTuple):
    """The modules that are installed for a project.

    Attributes:
        shown: How a message names it.
        folders: Where modules are found.
        mapping: Modules that are elsewhere, by name.
    """

    shown: str
    folders: tuple[Path, ...]
    mapping: dict[str, Path]


def is_project(folder: Path) -> bool:
    """Tell whether a folder is the root of a project."""
    return any((folder / mark).exists() for mark in _MARKS)


def project_root(path: Path) -> Path:
    """Return the folder of the project that a file or a folder belongs to; without one, where modules start."""
    start = path if path.is_dir() else path.parent
    for folder in (start, *start.parents):
        if is_project(folder):
            return folder
    return top_folder(path) if path.is_file() else start


def own_folders(path: Path, root: Path) -> tuple[Path, ...]:
    """Return the folders of a project that a file of it imports from, the nearest one first."""
    return tuple(dict.fromkeys((top_folder(path), root / "src", root)))


def settings_of(root: Path) -> dict[str, Any]:
    """Return what the `pyproject.toml` of a project says in `[tool.pluginkit]`."""
    try:
        text = (root / "pyproject.toml").read_text("utf-8")
        if "pluginkit" not in text:
            return {}
        import tomllib  # late: most projects have no settings

        content = tomllib.loads(text)
    except (OSError, ValueError):
        return {}
    found = content.get("tool", {}).get("pluginkit", {})
    return found if _is_mapping(found) else {}


def _is_mapping(value: object) -> TypeGuard[dict[Any, Any]]:
    return isinstance(value, dict)


def environment_for(root: Path, python: str = "") -> Environment:
    """Return the environment of a project.

    Args:
        root: The folder of the project.
        python: An interpreter, or the folder of an environment. Without it: `VIRTUAL_ENV`, the `.venv` of the project
            or of a folder above it, or else the one that runs this.
    """
    prefix = _prefix(Path(python)) if python else _active(root)
    if prefix is None:
        folders = [Path(each) for each in sys.path if each and Path(each).is_dir()]
        return Environment(sys.prefix, tuple(folders), dict(_editables(folders)))
    folders = [*_with_links(_site_folders(prefix))]
    if _sees_system(prefix):
        folders += _with_links(_site_folders(_home(prefix)))
    return Environment(str(prefix), tuple(dict.fromkeys(folders)), dict(_editables(folders)))


def _prefix(python: Path) -> Path:
    """Return the folder of an environment, given it or its interpreter."""
    if python.is_dir():
        return python
    return python.absolute().parent.parent


def _active(root: Path) -> Path | None:
    named = os.environ.get("VIRTUAL_ENV")
    if named:
        return Path(named)
    found = (folder / ".venv" for folder in (root, *root.parents))
    return next((each for each in found if (each / "pyvenv.cfg").is_file()), None)


def _site_folders(prefix: Path) -> list[Path]:
    return [folder for pattern in _SITES for folder in sorted(prefix.glob(pattern))]


def _configuration(prefix: Path) -> dict[str, str]:
    try:
        lines = (prefix / "pyvenv.cfg").read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return {}
    pairs = (line.partition("=") for line in lines)
    return {key.strip().lower(): value.strip() for key, _, value in pairs}


def _sees_system(prefix: Path) -> bool:
    return _configuration(prefix).get("include-system-site-packages", "").lower() == "true"


def _home(prefix: Path) -> Path:
    return Path(_configuration(prefix).get("home", "")).parent


def _with_links(folders: list[Path]) -> Iterator[Path]:
    """Yield folders, each with those that its `.pth` files name."""
    for folder in folders:
        yield folder
        for file in sorted(folder.glob("*.pth")):
            for line in _lines(file):
                target = folder / line.strip()
                if line.strip() and not line.startswith(("#", "import ", "import\t")) and target.is_dir():
                    yield target


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return []


def _editables(folders: list[Path]) -> Iterator[tuple[str, Path]]:
    """Yield what the finders of setuptools map: the name of a module, and its folder or file."""
    for file in (each for folder in folders for each in sorted(folder.glob("__editable___*_finder.py"))):
        for line in _lines(file):
            if line.startswith("MAPPING"):
                yield from _literal_mapping(line)


def _literal_mapping(line: str) -> Iterator[tuple[str, Path]]:
    try:
        value: object = ast.literal_eval(line.partition(" = ")[2])
    except (ValueError, SyntaxError):
        return
    if _is_mapping(value):
        yield from ((name, Path(path)) for name, path in value.items() if isinstance(path, str))
