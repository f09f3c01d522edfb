"""Entry points of installed distributions, read straight from their files.

`importlib.metadata` reads everything about every distribution and takes long to import. Here one pass over `sys.path`
reads the `entry_points.txt` of each distribution, and further files only of those that offer what is wanted. Rules are
those of `importlib.metadata`, which is asked about everything that is no plain folder: archives, eggs, and finders
that somebody has put into `sys.meta_path`. This module imports a plugin when it is asked to, and knows no registry.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.machinery import BuiltinImporter, FrozenImporter, PathFinder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import Distribution

_STANDARD_FINDERS: tuple[object, ...] = (BuiltinImporter, FrozenImporter, PathFinder)
_MUCH = 65536  # bytes, more than such a file has
_METADATA = ("METADATA", "PKG-INFO")  # in a .dist-info folder, and in an .egg-info one


class Point:
    """One entry point.

    Attributes:
        name: Its name.
        value: What it refers to, `module` or `module:attribute`.
        distribution: The name of the distribution that offers it; empty if there is no metadata.
        version: The version of that distribution.
    """

    __slots__ = ("distribution", "name", "value", "version")

    def __init__(self, name: str, value: str, distribution: str, version: str) -> None:
        self.name = name
        self.value = value
        self.distribution = distribution
        self.version = version

    def load(self) -> object:
        """Import what it refers to.

        Raises:
            Exception: Whatever importing raises; AttributeError for an attribute that there is not.
        """
        module, _, attributes = self.value.partition("[")[0].partition(":")
        found: object = import_module(module.strip())
        for name in filter(None, attributes.strip().split(".")):
            found = getattr(found, name)
        return found


def find(group: str) -> list[Point]:
    """Return the entry points of a group. Of two distributions of one name, the first on `sys.path` counts."""
    finders: list[object] = [*sys.meta_path]
    if any(hasattr(finder, "find_distributions") and finder not in _STANDARD_FINDERS for finder in finders):
        return [point for _, points in _by_metadata(group, None) for point in points]
    found: dict[str, list[Point]] = {}
    for entry in sys.path:
        for name, points in _in_entry(entry or os.curdir, group):
            found.setdefault(name, points)
    return [point for points in found.values() for point in points]


def _in_entry(entry: str, group: str) -> Iterator[tuple[str, list[Point]]]:
    """Yield, for each distribution in an entry of `sys.path`, its normalised name and its points of the group."""
    if entry.lower().endswith(".egg") or os.path.isfile(entry):  # noqa: PTH113 - `pathlib` is slow to import
        yield from _by_metadata(group, [entry])
        return
    try:
        names = os.listdir(entry)  # noqa: PTH208
    except OSError:
        return
    for name in names:
        stem, dot, kind = name.rpartition(".")
        if dot and kind.lower() in ("dist-info", "egg-info"):
            yield _normalised(stem.partition("-")[0]), _in_folder(f"{entry}{os.sep}{name}", group)


def _normalised(name: str) -> str:
    return name.lower().replace("-", "_").replace(".", "_")


def _in_folder(folder: str, group: str) -> list[Point]:
    content = _read(f"{folder}{os.sep}entry_points.txt")
    if group.encode() not in content:
        return []
    pairs = list(_pairs(content.decode(), group))
    return [Point(*pair, *_name_and_version(folder)) for pair in pairs]


def _pairs(text: str, group: str) -> Iterator[tuple[str, str]]:
    """Yield names and values of one section."""
    section = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            section = line.strip("[]")
        elif section == group and line and not line.startswith("#"):
            name, _, value = line.partition("=")
            yield name.strip(), value.strip()


def _name_and_version(folder: str) -> tuple[str, str]:
    fields: dict[str, str] = {}
    content = next(filter(None, (_read(f"{folder}{os.sep}{name}") for name in _METADATA)), b"")
    for line in content.decode(errors="replace").splitlines():
        field, colon, value = line.partition(":")
        if not colon:  # the header ends here
            break
        fields.setdefault(field, value.strip())
    return fields.get("Name", ""), fields.get("Version", "")


def _read(path: str) -> bytes:
    """Return what is in a file, or nothing where there is no such file; in half the time that `open` takes."""
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError:
        return b""
    try:
        parts: list[bytes] = []
        while part := os.read(file, _MUCH):
            parts.append(part)
            if len(part) < _MUCH:
                break
        return b"".join(parts)
    except OSError:  # a folder, for one
        return b""
    finally:
        os.close(file)


def _by_metadata(group: str, path: list[str] | None) -> Iterator[tuple[str, list[Point]]]:
    """Yield what `importlib.metadata` finds, on a path or everywhere."""
    from importlib.metadata import distributions

    seen: set[str] = set()
    for distribution in distributions() if path is None else distributions(path=path):
        name, version = _fields(distribution)
        key = _normalised(name)
        if key not in seen:
            seen.add(key)
            points = [point for point in distribution.entry_points if point.group == group]
            yield key, [Point(point.name, point.value, name, version) for point in points]


def _fields(distribution: Distribution) -> tuple[str, str]:
    # `distribution.name` warns where there is no metadata, and is to raise KeyError one day.
    metadata = distribution.metadata
    name, version = (metadata[field] if field in metadata else "" for field in ("Name", "Version"))  # noqa: SIM401
    return name, version
