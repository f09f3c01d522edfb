"""Plugins that are imported only when they are needed.

What a plugin implements is written down after a real load, in the user's cache directory. A later start takes it from
there, if the files of the plugin are the same, and puts a stand-in in the plugin's place. Before a hook runs, the
callers let stand-ins of that hook load what they stand for, which then takes their place. So a plugin that turns out
to be different from what was written down is right all the same. The cache holds nothing but data, and whatever is
wrong with it, plugins are loaded for real.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from hashlib import sha256
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from threading import RLock
from typing import Any
from warnings import warn

from pluginkit._declare.signature import Parameters
from pluginkit._declare.spec import BaseSpec
from pluginkit._errors import PluginValidationError, Problem
from pluginkit._files import replace_file
from pluginkit._implement.impl import HookImpl, Mark
from pluginkit._implement.plugin import Lazy
from pluginkit._load.discovery import Host, load_plugin
from pluginkit._load.entrypoints import EntryPoint
from pluginkit._version import __version__

_FLAGS = ("tryfirst", "trylast", "wrapper", "optional")
_NAMES = ("before", "after")


def cache_folder() -> Path:
    """Return where the user's caches are, on this system."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "pluginkit" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "pluginkit"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pluginkit"


class Cache:
    """What is written down of the plugins of one group, in one environment."""

    def __init__(self, group: str) -> None:
        environment = f"{sys.prefix}\n{sys.version}\n{__version__}\n{group}"
        self.path: Path | None = None
        found: object = None
        with suppress(OSError, ValueError, RecursionError, RuntimeError):  # the latter where the user has no home
            self.path = cache_folder() / f"{sha256(environment.encode()).hexdigest()[:32]}.json"
            found = json.loads(self.path.read_text(encoding="utf-8"))
        self._known: dict[str, Any] = found if isinstance(found, dict) else {}

    def get(self, key: str) -> object:
        """Return what is written down for a plugin, or None."""
        return self._known.get(key)

    def put(self, plugin: str, key: str, described: object) -> None:
        """Write down what a plugin implements, in the place of what was known of its earlier files."""
        if self._known.get(key) == described or self.path is None:
            return
        kept = {other: value for other, value in self._known.items() if other.partition("\n")[0] != plugin}
        self._known = {**kept, key: described}
        with suppress(OSError):  # without a cache, the next start takes longer
            replace_file(self.path, json.dumps(self._known))


def key_of(point: EntryPoint) -> str | None:
    """Return what a description is filed under: it is another one when a file of the plugin has changed.

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
    return f"{point.name}\n{sha256(identity.encode()).hexdigest()}"


def _stamp(path: Path) -> str:
    if path.name == "RECORD" and not path.exists():
        return f"{path}:none"
    found = path.stat()
    return f"{path}:{found.st_mtime_ns}:{found.st_size}"


def _spec_of(module: str) -> ModuleSpec | None:
    """Find a module as an import would, without importing the packages that it is in."""
    first, *rest = module.split(".")
    spec: ModuleSpec | None = None
    for finder in sys.meta_path:
        spec = finder.find_spec(first, None)
        if spec is not None:
            break
    name = first
    for part in rest:
        if spec is None:
            break
        name = f"{name}.{part}"
        spec = PathFinder.find_spec(name, spec.submodule_search_locations or ())
    return spec


def describe(implementations: Sequence[HookImpl]) -> list[dict[str, object]]:
    """Return what a plugin implements as plain data."""
    return [
        {
            "hook": impl.spec.name,
            "owner": f"{impl.spec.owner.__module__}.{impl.spec.qualified_name}",
            "parameters": list(impl.parameters),
            "rest": impl.rest,
            **{flag: getattr(impl.mark, flag) for flag in _FLAGS},
            **{names: list(getattr(impl.mark, names)) for names in _NAMES},
        }
        for impl in implementations
    ]


def restore(plugin: Lazy, name: str, described: Any, hooks: dict[str, BaseSpec]) -> list[HookImpl] | None:
    """Return the implementations that were described, or None if that is not what the hooks of today allow."""
    try:
        found = [_restored(plugin, name, each, hooks) for each in described]
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return found or None


def _restored(plugin: Lazy, name: str, each: dict[str, Any], hooks: dict[str, BaseSpec]) -> HookImpl:
    spec = hooks[each["hook"]]
    parameters = tuple(each["parameters"])
    is_same = each["owner"] == f"{spec.owner.__module__}.{spec.qualified_name}"
    if not is_same or not spec.parameter_set.issuperset(parameters) or (each["wrapper"] and spec.mode == "historic"):
        raise ValueError(each)
    options: dict[str, Any] = {option: each[option] for option in (*_FLAGS, *_NAMES)}
    taken = Parameters(keyword_only=parameters, rest=bool(each["rest"]))
    function: Any = plugin  # there is none yet, and none is called: callers load the plugin first
    return HookImpl(plugin, name, spec, function, Mark(spec, **options), taken)


class LazyPlugin(Lazy):
    """Stands in the place of a plugin that is not loaded yet.

    Attributes:
        entry_point: Where the plugin is.
    """

    __slots__ = ("_loading", "_lock", "entry_point")

    def __init__(self, loading: LazyLoading, entry_point: EntryPoint) -> None:
        self._loading = loading
        self._lock = RLock()
        self.entry_point = entry_point
        self.distribution = entry_point.distribution

    def __repr__(self) -> str:
        return f"<plugin '{self.entry_point.name}' of {self.distribution}, not loaded>"

    def load(self, needed_by: str) -> None:
        """Load the plugin, and let it take this place; without effect if another thread has, or it was unregistered."""
        with self._lock:
            if self._loading.host.is_registered(self):
                self._loading.load_late(self, needed_by)


class LazyLoading:
    """Registers plugins without importing them, where what they implement is known.

    Attributes:
        host: Where they are registered.
    """

    def __init__(self, host: Host, group: str, *, ignore_errors: bool) -> None:
        self.host = host
        self._cache = Cache(group)
        self._ignore_errors = ignore_errors

    def admit(self, point: EntryPoint) -> None:
        """Register a stand-in for a plugin, or the plugin itself."""
        key = key_of(point)
        described = self._cache.get(key) if key else None
        if described is None or not self._admit_stand_in(point, described):
            load_plugin(self.host, point, replacing=False)
            self._write_down(point, key)

    def _admit_stand_in(self, point: EntryPoint, described: object) -> bool:
        plugin = LazyPlugin(self, point)
        implementations = restore(plugin, point.name, described, self.host.hooks())
        return implementations is not None and self.host.admit_lazily(plugin, point.name, implementations)

    def _write_down(self, point: EntryPoint, key: str | None) -> None:
        implementations = self.host.implementations_of(point.name)
        if key is not None and implementations:
            self._cache.put(point.name, key, describe(implementations))

    def load_late(self, plugin: LazyPlugin, needed_by: str) -> None:
        """Put a plugin in the place of its stand-in.

        Raises:
            PluginValidationError: It cannot be loaded; it stays as it is. Where errors are ignored it is unregistered
                instead, with a warning.
        """
        point = plugin.entry_point
        try:
            load_plugin(self.host, point, replacing=True)
        except PluginValidationError as error:
            if not self._ignore_errors:
                raise _late(error, needed_by) from error.__cause__
            self.host.unregister(plugin)
            warn(str(_late(error, needed_by)), RuntimeWarning, stacklevel=2)
        else:
            self._write_down(point, key_of(point))


def _late(error: PluginValidationError, needed_by: str) -> PluginValidationError:
    problem = Problem(f"was registered without being imported, and is needed by {needed_by}", code="PK505")
    return PluginValidationError(error.plugin_name, (problem, *error.problems), error.distribution)
