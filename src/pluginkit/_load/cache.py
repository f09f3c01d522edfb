"""What is known about plugins from an earlier load, in the user's cache directory.

A record says which hooks a plugin implements, and how; it holds nothing but data. It is good as long as the files are
the same: those of the plugin, and those that what it implements comes from, whoever installed them. A record that is
wrong in any way is ignored, and the next real load writes another one.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from time import time
from typing import Any, TypeGuard

from pluginkit._declare.impl import HookImpl, Mark
from pluginkit._declare.spec import BaseSpec
from pluginkit._files import replace_file
from pluginkit._implement.plugin import Lazy
from pluginkit._load.entrypoints import EntryPoint
from pluginkit._version import __version__

_FLAGS = ("tryfirst", "trylast", "wrapper", "optional")
_NAMES = ("before", "after")
_MOST_FILES = 50  # one for each environment and group
_MOST_PLUGINS = 1000
_DAY = 86400.0  # seconds


def cache_folder() -> Path:
    """Return the folder of the user's caches on this system."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "pluginkit" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "pluginkit"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pluginkit"


class Cache:
    """What is written down of the plugins of one group, in one environment."""

    def __init__(self, group: str) -> None:
        environment = f"{_environment()}\n{sys.version}\n{__version__}\n{group}"
        self.path: Path | None = None
        self._known: dict[str, Any] = {}
        with suppress(RuntimeError):  # the user has no home
            self.path = cache_folder() / f"{sha256(environment.encode()).hexdigest()[:32]}.json"
            self._known = _read(self.path)

    def get(self, key: str) -> object:
        """Return what is written down for a plugin, or None."""
        record = _mapping(self._known.get(key))
        if not _is_current(record.get("files")):
            return None
        return record.get("implements")

    def put(self, plugin: str, key: str, implementations: Sequence[HookImpl]) -> None:
        """Write down what a plugin implements, instead of what was known about it; nothing if it implements nothing."""
        mine = {known: record for known, record in self._known.items() if known.partition("\n")[0] == plugin}
        wanted = {key: _record(implementations)} if implementations else {}
        if self.path is None or mine == wanted:
            return
        others = {known: record for known, record in _read(self.path).items() if known.partition("\n")[0] != plugin}
        self._known = dict([*others.items(), *wanted.items()][-_MOST_PLUGINS:])
        with suppress(OSError):  # without a cache, the next start takes longer
            replace_file(self.path, json.dumps(self._known))
            _remove_oldest(self.path.parent)


def _environment() -> str:
    """Return what tells this environment from others: an application of one file unpacks itself anew each time."""
    return sys.executable if getattr(sys, "frozen", False) else sys.prefix


def _read(path: Path) -> dict[str, Any]:
    """Return what is in a file, or nothing; and mark a file that is in use as such, once a day."""
    try:
        found = _mapping(json.loads(path.read_text(encoding="utf-8")))
        if time() - path.stat().st_mtime > _DAY:
            os.utime(path)
    except (OSError, ValueError, RecursionError):
        return {}
    return found


def _mapping(value: Any) -> dict[str, Any]:
    """Return an object of JSON, or an empty one instead of anything else."""
    return value if _is_mapping(value) else {}


def _is_mapping(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _remove_oldest(folder: Path) -> None:
    """Remove the records that were not used for longest: their environments may no longer exist."""
    files = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[_MOST_FILES:]:
        path.unlink(missing_ok=True)


def key_of(point: EntryPoint) -> str | None:
    """Return what a record is filed under: it is another one when a file of the plugin has changed.

    These are the metadata of its distribution, and the Python files beside its module or, for a package, below it:
    an editable installation changes without being installed again. None if they cannot be found.
    """
    spec = _spec_of(point.module)
    if spec is None or spec.origin is None or not point.folder:
        return None
    origin = Path(spec.origin)
    files: Iterable[Path] = (origin,)  # beside a module of its own may be everything that is installed
    if spec.submodule_search_locations:
        files = origin.parent.rglob("*.py")
    elif "." in point.module:
        files = origin.parent.glob("*.py")
    try:
        stamps = sorted(_stamp(path) for path in (Path(point.folder), Path(point.folder, "RECORD"), *files))
    except OSError:
        return None
    identity = "\n".join((point.value, str(point.distribution), *stamps))
    return f"{point.name}\n{sha256(identity.encode(errors='surrogateescape')).hexdigest()}"


def _stamp(path: Path) -> str:
    if path.name == "RECORD" and not path.exists():
        return f"{path}:none"
    found = path.stat()
    return f"{path}:{found.st_mtime_ns}:{found.st_size}"


def _spec_of(module: str) -> ModuleSpec | None:
    """Find a module as an import would, without importing the packages that it is in."""
    try:
        first, *rest = module.split(".")
        spec = next(filter(None, (_found_by(finder, first) for finder in sys.meta_path)), None)
        name = first
        for part in rest:
            name = f"{name}.{part}"
            spec = spec and PathFinder.find_spec(name, spec.submodule_search_locations or ())
    except Exception:  # what finders raise is for the import to show
        return None
    return spec


def _found_by(finder: object, module: str) -> ModuleSpec | None:
    find = getattr(finder, "find_spec", None)  # an import passes by those that have none
    found: ModuleSpec | None = find(module, None) if find else None
    return found


def _record(implementations: Sequence[HookImpl]) -> dict[str, object]:
    return {
        "implements": [_described(impl) for impl in implementations],
        "files": {path: _file_stamp(path) for path in sorted(set(_sources(implementations)))},
    }


def _described(impl: HookImpl) -> dict[str, object]:
    return {
        "hook": impl.spec.name,
        "owner": f"{impl.spec.owner.__module__}.{impl.spec.qualified_name}",
        "parameters": list(impl.parameters),
        "rest": impl.rest,
        **{flag: getattr(impl.mark, flag) for flag in _FLAGS},
        **{names: list(getattr(impl.mark, names)) for names in _NAMES},
    }


def _sources(implementations: Sequence[HookImpl]) -> Iterator[str]:
    """Yield the files that what a plugin implements comes from: those of its functions, and of its classes."""
    for impl in implementations:
        yield impl.location.rpartition(":")[0]
        owner = impl.plugin if isinstance(impl.plugin, type) else type(impl.plugin)
        for each in owner.__mro__:
            file = getattr(sys.modules.get(each.__module__), "__file__", None)
            if isinstance(file, str):
                yield file


def _file_stamp(path: str) -> list[int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - it is done for each file at each start
    except (OSError, ValueError):
        return None
    return [found.st_mtime_ns, found.st_size]


def _is_current(files: object) -> bool:
    return _is_mapping(files) and all(_file_stamp(path) == stamp for path, stamp in files.items())


def restore(plugin: Lazy, name: str, described: Any, hooks: Mapping[str, BaseSpec]) -> list[HookImpl] | None:
    """Return the implementations that were described, or None if the current hooks do not allow them."""
    try:
        found = [_restored(plugin, name, each, hooks) for each in described]
    except Exception:  # anything may be in the file
        return None
    return found or None


def _restored(plugin: Lazy, name: str, each: dict[str, Any], hooks: Mapping[str, BaseSpec]) -> HookImpl:
    spec = hooks[each["hook"]]
    parameters = tuple(each["parameters"])
    is_same = each["owner"] == f"{spec.owner.__module__}.{spec.qualified_name}"
    if not is_same or not spec.parameter_set.issuperset(parameters) or (each["wrapper"] and spec.mode == "historic"):
        raise ValueError(each)
    options: dict[str, Any] = {option: each[option] for option in (*_FLAGS, *_NAMES)}
    function: Any = plugin  # a placeholder that is never called: callers load the plugin first
    return HookImpl(plugin, name, spec, function, Mark(spec, **options), (parameters, bool(each["rest"])))
