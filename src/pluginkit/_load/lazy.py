"""Plugins that are imported only when they are needed.

What a plugin implements is written down after a real load. A later start takes it from there, if the files of the
plugin are the same, and registers a stand-in for the plugin. Before a hook runs, the callers let stand-ins of that
hook load their plugins, which then replace them. So a plugin that turns out to be different from what was
written down is still called rightly.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeAlias
from warnings import warn

from pluginkit._errors import PluginValidationError, Problem
from pluginkit._implement.plugin import Lazy
from pluginkit._load.cache import Cache, key_of, restore
from pluginkit._load.discovery import Host, load_plugin
from pluginkit._load.entrypoints import EntryPoint
from pluginkit._load.turn import Turn, is_imported_here

Load: TypeAlias = Callable[[Host, EntryPoint, Lazy | None], None]


class LazyPlugin(Lazy):
    """Stands in for a plugin that is not loaded yet.

    Attributes:
        entry_point: Where the plugin is.
    """

    __slots__ = ("_loading", "_turn", "entry_point")

    def __init__(self, loading: LazyLoading, entry_point: EntryPoint) -> None:
        self._loading = loading
        self._turn = Turn()
        self.entry_point = entry_point
        self.distribution = entry_point.distribution

    def __repr__(self) -> str:
        return f"<plugin '{self.entry_point.name}' of {self.distribution}, not loaded>"

    def load(self, needed_by: str) -> bool:
        """Load the plugin, which replaces this, unless another thread has done so, or it was unregistered.

        Returns:
            False if the plugin is being loaded and the caller cannot wait, as when it is the plugin's own code.
        """
        if not self._loading.host.is_registered(self):
            return True
        if self._loading.is_at(self.entry_point) or not self._turn.take(f"plugin '{self.entry_point.name}'"):
            return False
        try:
            if self._loading.host.is_registered(self):
                self._loading.load_late(self, needed_by)
        finally:
            self._turn.give()
        return True


class LazyLoading:
    """Registers plugins without importing them, where what they implement is known.

    Args:
        host: Where they are registered.
        group: What their records are kept under: the group, with what else tells them from others.
        ignore_errors: Go on without a plugin that turns out to be wrong.
        load: Loads a plugin and registers it, or replaces its stand-in by it.
        key_of: Returns what the record of a plugin is filed under, or None where it has none.
        is_elsewhere: Plugins are imported in another process.
    """

    def __init__(
        self,
        host: Host,
        group: str,
        *,
        ignore_errors: bool,
        load: Load = load_plugin,
        key_of: Callable[[EntryPoint], str | None] = key_of,
        is_elsewhere: bool = False,
    ) -> None:
        self.host = host
        self._cache = Cache(group)
        self._ignore_errors = ignore_errors
        self._load = load
        self._key_of = key_of
        self._is_elsewhere = is_elsewhere

    def is_at(self, point: EntryPoint) -> bool:
        """Tell whether this thread is importing a plugin already, so that nobody can wait for that."""
        return not self._is_elsewhere and is_imported_here(point.module)

    def admit(self, point: EntryPoint) -> None:
        """Register a stand-in for a plugin, or the plugin itself."""
        key = self._key_of(point)
        described = self._cache.get(key) if key else None
        if described is None or not self._admit_stand_in(point, described):
            self._load(self.host, point, None)
            self._write_down(point, key)

    def _admit_stand_in(self, point: EntryPoint, described: object) -> bool:
        plugin = LazyPlugin(self, point)
        implementations = restore(plugin, point.name, described, self.host.hooks())
        return implementations is not None and self.host.admit_lazily(plugin, point.name, implementations)

    def _write_down(self, point: EntryPoint, key: str | None) -> None:
        if key is not None:
            self._cache.put(point.name, key, self.host.implementations_of(point.name))

    def load_late(self, plugin: LazyPlugin, needed_by: str) -> None:
        """Replace a stand-in by its plugin, unless the stand-in is unregistered meanwhile.

        Raises:
            PluginValidationError: It cannot be loaded; it stays as it is. Where errors are ignored it is unregistered
                instead, with a warning.
        """
        point = plugin.entry_point
        try:
            self._load(self.host, point, plugin)
        except PluginValidationError as error:
            if self.host.is_registered(plugin):
                self._fail(plugin, _late(error, needed_by))
        else:
            self._write_down(point, self._key_of(point))

    def _fail(self, plugin: LazyPlugin, error: PluginValidationError) -> None:
        if not self._ignore_errors:
            raise error from error.__cause__
        self.host.unregister(plugin)
        warn(str(error), RuntimeWarning, stacklevel=2)


def _late(error: PluginValidationError, needed_by: str) -> PluginValidationError:
    problem = Problem(f"was registered without being imported, and is needed by {needed_by}", code="PK505")
    late = PluginValidationError(error.plugin_name, (problem, *error.problems), error.distribution)
    late.__cause__ = error.__cause__
    return late


async def in_thread(function: Callable[[], object]) -> None:
    """Run a function in a thread, while the event loop that runs goes on: asyncio's, or Trio's."""
    trio = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_run():
        await trio.to_thread.run_sync(function)
    else:
        import asyncio  # late: programs that await have imported it

        await asyncio.to_thread(function)
