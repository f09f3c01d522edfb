"""Paths as other programs write them: which file they mean, on this system or on another one."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from types import ModuleType


def file_meant(said: str, files: Iterable[str], folder: str, paths: ModuleType = os.path) -> str:
    """Return the one of some files that a path means, or the path as it is if it means none of them.

    A type checker writes paths relative to the folder that it runs in, or spells them in another way where the system
    takes them for the same: with a small drive letter on Windows, through a link, or in another case on macOS.

    Args:
        said: The path.
        files: The files.
        folder: The folder that the path is relative to.
        paths: How paths are written on the system.
    """
    known = tuple(files)

    def spelled(path: str) -> str:
        spelling: str = paths.normcase(paths.normpath(paths.join(folder, path)))
        return spelling

    by_spelling = (each for each in known if spelled(each) == spelled(said))
    by_file = (each for each in known if _is_same_file(Path(folder, each), Path(folder, said)))
    return next(chain(by_spelling, by_file), said)


def _is_same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # one of them is not a file here
        return False
