"""Entry points of installed distributions, read straight from their files.

`importlib.metadata` reads everything about every distribution and takes long to import. Here one pass over `sys.path`
reads the `entry_points.txt` of each distribution, and further files only of those that offer what is wanted. Rules are
those of `importlib.metadata`, which is asked about everything that is no plain folder: archives, eggs, and finders
that somebody has put into `sys.meta_path`. This module imports a plugin when it is asked to, and knows no registry.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.machinery import BuiltinImporter, FrozenImporter, PathFinder
from typing import TYPE_CHECKING, NamedTuple

from pluginkit._implement.plugin import Distribution

if TYPE_CHECKING:  # it takes long to import, and most programs do without
    from importlib import metadata

_STANDARD_FINDERS: tuple[object, ...] = (BuiltinImporter, FrozenImporter, PathFinder)
_MUCH = 65536  # bytes, more than such a file has
_METADATA = ("METADATA", "PKG-INFO")  # in a .dist-info folder, and in an .egg-info one


class EntryPoint(NamedTuple):
    """One entry point of a distribution: a plugin that can be loaded.

    Attributes:
        name: Its name, which becomes the plugin's.
        value: What it refers to, `module` or `module:attribute`.
        group: The group under which it is offered; empty for a plugin of `load_modules`.
        distribution: The distribution that offers it.
        folder: Where the metadata of the distribution are; empty if that is no folder.

    Example:
        >>> point = EntryPoint("joiner", "os:path.join", "some.group", Distribution("some-dist", "1.0"))
        >>> point.load().__name__
        'join'
    """

    name: str
    value: str
    group: str
    distribution: Distribution
    folder: str = ""

    @property
    def module(self) -> str:
        """The module that is imported.

        Example:
            >>> point.module
            'os'
        """
        return self.value.partition("[")[0].partition(":")[0].strip()

    def load(self) -> object:
        """Import what it refers to.

        Raises:
            Exception: Whatever importing raises; AttributeError for an attribute that there is not.

        Example:
            >>> import os
            >>> point.load() is os.path.join
            True
        """
        attributes = self.value.partition("[")[0].partition(":")[2]
        found: object = import_module(self.module)
        for name in filter(None, attributes.strip().split(".")):
            found = getattr(found, name)
        return found


def find(group: str) -> list[EntryPoint]:
    """Return the entry points of a group. Of two distributions of one name, the first on `sys.path` counts."""
    finders: list[object] = [*sys.meta_path]
    if any(hasattr(finder, "find_distributions") and finder not in _STANDARD_FINDERS for finder in finders):
        return [point for _, points in _by_metadata(group, None) for point in points]
    found: dict[str, list[EntryPoint]] = {}
    for entry in sys.path:
        for name, points in _in_entry(entry or os.curdir, group):
            found.setdefault(name, points)
    return [point for points in found.values() for point in points]


def _in_entry(entry: str, group: str) -> Iterator[tuple[str, list[EntryPoint]]]:
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
            yield normalised(stem.partition("-")[0]), _in_folder(f"{entry}{os.sep}{name}", group)


def normalised(name: str) -> str:
    """Return the name of a distribution in the one way of several in which it may be written."""
    return name.lower().replace("-", "_").replace(".", "_")


def _in_folder(folder: str, group: str) -> list[EntryPoint]:
    content = _read(f"{folder}{os.sep}entry_points.txt")
    if group.encode() not in content:
        return []
    pairs = list(_pairs(content.decode(), group))
    distribution = _distribution(folder) if pairs else Distribution("", "")
    return [EntryPoint(name, value, group, distribution, folder) for name, value in pairs]


def _pairs(text: str, group: str) -> Iterator[tuple[str, str]]:
    """Yield names and values of one section."""
    section = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            section = line.strip("[]")
        elif section == group and line and not line.startswith("#"):
            name, _, value = line.partition("=")
            yield name.strip(), value.strip()


def _distribution(folder: str) -> Distribution:
    fields: dict[str, str] = {}
    content = next(filter(None, (_read(f"{folder}{os.sep}{name}") for name in _METADATA)), b"")
    for line in content.decode(errors="replace").splitlines():
        field, colon, value = line.partition(":")
        if not colon:  # the header ends here
            break
        fields.setdefault(field, value.strip())
    return Distribution(fields.get("Name", ""), fields.get("Version", ""))


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


def _by_metadata(group: str, path: list[str] | None) -> Iterator[tuple[str, list[EntryPoint]]]:
    """Yield what `importlib.metadata` finds, on a path or everywhere."""
    from importlib.metadata import distributions

    seen: set[str] = set()
    for distribution in distributions() if path is None else distributions(path=path):
        found = _described(distribution)
        key = normalised(found.name)
        if key not in seen:
            seen.add(key)
            points = [point for point in distribution.entry_points if point.group == group]
            yield key, [EntryPoint(point.name, point.value, group, found) for point in points]


def _described(distribution: metadata.Distribution) -> Distribution:
    # `distribution.name` warns where there is no metadata, and is to raise KeyError one day.
    fields = distribution.metadata
    return Distribution(*(fields[field] if field in fields else "" for field in ("Name", "Version")))  # noqa: SIM401
