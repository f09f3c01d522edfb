"""Which modules a command takes from the paths that it was given, and how they are read.

Folders are searched; what git ignores in them, hidden folders, virtual environments and what is excluded is left out.
It knows nothing of what is in the modules.
"""

from __future__ import annotations

import fnmatch
import os
import subprocess
import tokenize
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pluginkit._errors import CommandError
from pluginkit.cli._files import identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_LEFT_OUT = ("__pycache__", "__pypackages__", "node_modules", "site-packages")
_GIT = ("git", "-c", "core.fsmonitor=false")


class ModulesError(CommandError):
    """There is no such file or folder."""


class Text(NamedTuple):
    """A module as it was read.

    Attributes:
        path: Its file.
        data: What is in it.
        text: The same as text, without a byte order mark.
        encoding: How it is encoded.
        mark: Its byte order mark, or nothing.
    """

    path: Path
    data: bytes
    text: str
    encoding: str
    mark: bytes

    def encoded(self, text: str) -> bytes:
        """Return what a file with another text has in it.

        Raises:
            UnicodeEncodeError: The encoding has no place for a character of it.
        """
        return self.mark + text.encode(self.encoding)


def read(path: Path) -> Text:
    """Read a module.

    Raises:
        OSError: It cannot be read.
        SyntaxError: Its encoding is not known.
        ValueError: It is not text in its encoding.
    """
    data = path.read_bytes()
    encoding, _ = tokenize.detect_encoding(BytesIO(data).readline)
    mark = data[:3] if encoding == "utf-8-sig" else b""
    encoding = "utf-8" if mark else encoding
    module = Text(path, data, data[len(mark) :].decode(encoding), encoding, mark)
    if module.encoded(module.text) != data:
        raise ValueError(f"it would not stay as it is when it is written as {encoding}")
    return module


def find(paths: Iterable[str], exclude: Sequence[str]) -> list[Path]:
    """Return the modules at some paths, each file once.

    Args:
        paths: Files, which are taken as they are, and folders, which are searched.
        exclude: Patterns for files and folders to leave out.

    Raises:
        ModulesError: There is nothing at one of the paths.
    """
    found: dict[object, Path] = {}
    for path in map(Path, paths):
        if not path.exists():
            raise ModulesError(f"there is no file or folder '{path}'", "PK808")
        for each in _search(path, exclude) if path.is_dir() else [path]:
            found.setdefault(identity(each), each)
    return list(found.values())


def _search(folder: Path, exclude: Sequence[str]) -> Iterator[Path]:
    found: list[Path] = []
    for parent, folders, files in os.walk(folder):
        here = Path(parent)
        folders[:] = sorted(each for each in folders if not _is_left_out(here / each, exclude))
        names = (here / each for each in sorted(files) if each.endswith(".py"))
        found += [path for path in names if path.is_file() and not _matches(path, exclude)]
    ignored = _ignored(found)
    return (path for path in found if path not in ignored)


def _is_left_out(folder: Path, exclude: Sequence[str]) -> bool:
    is_usual = folder.name.startswith(".") or folder.name in _LEFT_OUT or (folder / "pyvenv.cfg").exists()
    return is_usual or _matches(folder, exclude)


def _matches(path: Path, exclude: Sequence[str]) -> bool:
    """Tell whether a path is excluded: by its name, or by where it is from here."""
    here = Path.cwd()
    absolute = path.absolute()
    names = {path.name, path.as_posix(), absolute.as_posix()}
    if absolute.is_relative_to(here):
        names.add(absolute.relative_to(here).as_posix())
    patterns = [each.rstrip("/") for each in exclude]
    return any(fnmatch.fnmatch(name, pattern) for name in names for pattern in patterns)


def _ignored(paths: Sequence[Path]) -> set[Path]:
    """Return the paths that git ignores; none, where there is no git."""
    ignored: set[Path] = set()
    for root, inside in _by_repository(paths).items():
        given = b"".join(os.fsencode(path.absolute().relative_to(root)) + b"\0" for path in inside)
        command = [*_GIT, "-C", str(root), "check-ignore", "-z", "--stdin"]
        try:
            done = subprocess.run(command, input=given, capture_output=True, check=False)  # noqa: S603 - it is git
        except OSError:
            return set()
        names = {root / os.fsdecode(each) for each in done.stdout.split(b"\0") if each}
        ignored |= {path for path in inside if path.absolute() in names}
    return ignored


def _by_repository(paths: Sequence[Path]) -> dict[Path, list[Path]]:
    """Return the paths below each repository: one may be inside another."""
    roots: dict[Path, Path | None] = {}
    found: dict[Path, list[Path]] = {}
    for path in paths:
        parent = path.absolute().parent
        if parent not in roots:
            above = (each for each in (parent, *parent.parents) if (each / ".git").exists())
            roots[parent] = next(above, None)
        if (root := roots[parent]) is not None:
            found.setdefault(root, []).append(path)
    return found
