"""Finding entry points: those of every installed distribution, whatever is wrong with others.

`importlib.metadata` reads everything about every distribution, takes long to import, and gives nothing at all if one
of them is broken. Here one pass over `sys.path` reads the `entry_points.txt` of each distribution, and further files
only of those that offer what is wanted. What is found is the same. `importlib.metadata` is asked about everything that
is not a plain folder: archives, eggs, and finders that somebody has put into `sys.meta_path`. What Python ignores,
such as an entry of `sys.path` that is not text, is ignored here; what cannot be read though it may be wanted is an
error that names the distribution.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, NamedTuple

from pluginkit._errors import PluginValidationError, Problem
from pluginkit._implement.plugin import Distribution
from pluginkit._load.entrypoints import EntryPoint, lines_of, normalised

if TYPE_CHECKING:  # it takes long to import, and most programs do not need it
    from importlib import metadata

_MUCH = 65536  # bytes, more than such a file has
_FILE = "entry_points.txt"
_METADATA = ("METADATA", "PKG-INFO")  # in a .dist-info folder, and in an .egg-info one


class Found(NamedTuple):
    """What a search has found.

    Attributes:
        points: The entry points.
        broken: The errors about everything that could not be read.
    """

    points: tuple[EntryPoint, ...]
    broken: tuple[PluginValidationError, ...]


def find(group: str) -> Found:
    """Return the entry points of a group. Of two distributions of one name, the first on `sys.path` counts."""
    points: list[EntryPoint] = []
    broken: list[PluginValidationError] = []
    for offer in _offers(broken.append):
        try:
            content = offer.read()
            if group.encode(errors="replace") in content:
                points += _points(offer, content, group, broken.append)
        except Exception as exc:  # it is of another distribution, and may be anything
            broken.append(_unreadable(offer.name, exc))
    return Found(tuple(points), tuple(broken))


def groups() -> set[str]:
    """Return all groups under which something is offered."""
    found: set[str] = set()
    for offer in _offers(lambda _: None):
        try:
            found.update(group for group, _, _ in lines_of(offer.read().decode(errors="replace")))
        except Exception:  # noqa: S112 - whoever wants something of it is told by `find`
            continue
    return found


class _Offer(NamedTuple):
    """A distribution that may offer something.

    Attributes:
        name: What it is called where it is found, such as `report_links-1.0`.
        key: The same for all of one name.
        folder: Where its metadata are; empty if that is not a folder.
        read: Returns what is in its `entry_points.txt`.
        described: Returns its name and version.
    """

    name: str
    key: str
    folder: str
    read: Callable[[], bytes]
    described: Callable[[], Distribution]


def _points(
    offer: _Offer, content: bytes, group: str, report: Callable[[PluginValidationError], None]
) -> Iterator[EntryPoint]:
    """Yield what a distribution offers under a group, without repetitions; report what cannot be understood."""
    lines = [(number, line) for of, number, line in lines_of(content.decode(errors="replace")) if of == group]
    if not lines:
        return
    distribution = offer.described()
    try:
        content.decode()
    except UnicodeDecodeError as exc:
        message = f"its entry_points.txt is not UTF-8: {exc.reason} at byte {exc.start}"
        place = _place(offer, content.count(b"\n", 0, exc.start) + 1)
        problem = Problem(message, location=place, hint=f"fix or uninstall {distribution}", code="PK507")
        report(PluginValidationError("", (problem,), str(distribution)))
        return
    found: dict[EntryPoint, None] = {}
    for number, line in lines:
        name, equals, value = (part.strip() for part in line.partition("="))
        if name and equals:
            found[EntryPoint(name, value, group, distribution, offer.folder)] = None
        else:
            hint = f"fix or uninstall {distribution}"
            place = _place(offer, number)
            problem = Problem(f"'{line}' is not an entry point", location=place, hint=hint, code="PK507")
            report(PluginValidationError("", (problem,), str(distribution)))
    yield from found


def _place(offer: _Offer, line: int) -> str:
    return f"{offer.folder}{os.sep}{_FILE}:{line}" if offer.folder else ""


def _unreadable(name: str, exc: Exception) -> PluginValidationError:
    hint = f"fix or uninstall {name}"
    problem = Problem(f"cannot be read: {type(exc).__name__}: {exc}", hint=hint, code="PK507")
    error = PluginValidationError("", (problem,), name)
    error.__cause__ = exc
    return error


def _offers(report: Callable[[PluginValidationError], None]) -> Iterator[_Offer]:
    """Yield every distribution once, in the order in which an import would look for it."""
    seen: set[str] = set()
    for found in _by_finders(report):
        for offer in found:
            if offer.key not in seen:
                seen.add(offer.key)
                yield offer


def _by_finders(report: Callable[[PluginValidationError], None]) -> Iterator[Iterable[_Offer]]:
    """Yield what each finder finds. Those that look along `sys.path` all find the same."""
    is_done = False
    for finder in list(sys.meta_path):
        if finder is PathFinder or _is_backport(finder):
            if not is_done:
                entries: list[object] = [*sys.path]  # programs put other things there as well
                yield from (_in_entry(entry or os.curdir, report) for entry in entries if isinstance(entry, str))
            is_done = True
        elif find := getattr(finder, "find_distributions", None):
            yield _others(find, None, report)


def _is_backport(finder: object) -> bool:
    """Tell whether a finder is that of the package `importlib_metadata`, which replaces Python's."""
    kind = type(finder)
    return kind.__module__.partition(".")[0] == "importlib_metadata" and kind.__name__ == "MetadataPathFinder"


def _in_entry(entry: str, report: Callable[[PluginValidationError], None]) -> Iterator[_Offer]:
    """Yield the distributions in an entry of `sys.path`."""
    if entry.lower().endswith(".egg") or os.path.isfile(entry):  # noqa: PTH113 - `pathlib` is slow to import
        from importlib.metadata import MetadataPathFinder

        yield from _others(MetadataPathFinder.find_distributions, [entry], report)
        return
    try:
        names = os.listdir(entry)  # noqa: PTH208
    except (OSError, ValueError):
        return
    for name in names:
        stem, dot, kind = name.rpartition(".")
        if dot and kind.lower() in ("dist-info", "egg-info"):
            yield _in_folder(stem, f"{entry}{os.sep}{name}")


def _in_folder(stem: str, folder: str) -> _Offer:
    key = normalised(stem.partition("-")[0])
    return _Offer(stem, key, folder, lambda: _read(f"{folder}{os.sep}{_FILE}"), lambda: _distribution(folder, stem))


def _distribution(folder: str, stem: str) -> Distribution:
    """Return name and version from the metadata, or from the name of their folder."""
    fields: dict[str, str] = {}
    content = next(filter(None, (_read(f"{folder}{os.sep}{name}") for name in _METADATA)), b"")
    for line in content.decode(errors="replace").splitlines():
        field, colon, value = line.partition(":")
        if not colon:  # the header ends here
            break
        fields.setdefault(field.lower(), value.strip())
    name, _, version = stem.partition("-")
    return Distribution(fields.get("name") or name, fields.get("version") or version)


def _read(path: str) -> bytes:
    """Return what is in a file, or nothing where it cannot be read; in half the time that `open` takes."""
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError):
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


def _others(
    find_distributions: Callable[..., Iterable[metadata.Distribution]],
    path: list[str] | None,
    report: Callable[[PluginValidationError], None],
) -> Iterator[_Offer]:
    """Yield what a finder finds, on a path or everywhere; until it fails."""
    from importlib.metadata import DistributionFinder

    context = DistributionFinder.Context() if path is None else DistributionFinder.Context(path=path)
    try:
        for distribution in find_distributions(context):
            yield _offer_of(distribution)
    except Exception as exc:  # the finder may raise anything
        report(_unreadable("of a finder", exc))


def _offer_of(distribution: metadata.Distribution) -> _Offer:
    described = _described(distribution)

    def read() -> bytes:
        return (distribution.read_text(_FILE) or "").encode()

    name = str(described) or "a distribution without a name"
    return _Offer(name, normalised(described.name), "", read, lambda: described)


def _described(distribution: metadata.Distribution) -> Distribution:
    """Return name and version of a distribution, as far as its metadata can be read."""
    try:  # `distribution.name` warns where there is no metadata, and is to raise KeyError one day
        fields = distribution.metadata
        return Distribution(*(str(fields[field]) if field in fields else "" for field in ("Name", "Version")))
    except Exception:  # they may be missing, or not be text
        return Distribution("", "")
