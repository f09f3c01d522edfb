"""What a registry knows at one moment, and the one place where that is replaced.

All of it is one immutable record. A change works out another record and puts it there in one assignment, if the record
is still the one that the change began with: a finalizer or a signal handler may run between any two instructions, and
may change the registry as well. So nobody ever sees half of a change, and looking something up takes no lock.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from threading import RLock
from typing import TYPE_CHECKING
from weakref import WeakSet

from pluginkit._call.failure import Report, log_failure
from pluginkit._call.history import NO_HISTORY, HistoricCall, History
from pluginkit._call.modes import Arguments
from pluginkit._call.persistent import OrderedMap, PersistentMap
from pluginkit._declare.impl import HookImpl
from pluginkit._declare.spec import BaseSpec
from pluginkit._implement.plugin import RegisteredPlugin

if TYPE_CHECKING:
    from pluginkit._call.observing import Observers  # imported with the first observer

_LONG = 10  # digits; longer numbers do not occur

_NO_PLUGINS: OrderedMap[str, RegisteredPlugin] = OrderedMap()
_NOT_BLOCKED: PersistentMap[str, None] = PersistentMap()
_NO_IDS: PersistentMap[int, RegisteredPlugin] = PersistentMap()
_NO_NUMBERS: PersistentMap[str, int] = PersistentMap()
_NO_HISTORIES: Mapping[str, History] = {}


class State:
    """All that a registry knows at one moment; it never changes.

    Attributes:
        hooks: The hooks by name.
        plugins: By name, in the order of registration.
        blocked: The names that are blocked.
        by_id: The plugins by their identity.
        numbers: By name, the number up to which all numbered names are taken.
        histories: The calls that historic hooks remember.
    """

    __slots__ = ("blocked", "by_id", "histories", "hooks", "numbers", "plugins")

    def __init__(  # noqa: PLR0917 - one is made at each change
        self,
        hooks: Mapping[str, BaseSpec],
        plugins: OrderedMap[str, RegisteredPlugin] = _NO_PLUGINS,
        blocked: PersistentMap[str, None] = _NOT_BLOCKED,
        by_id: PersistentMap[int, RegisteredPlugin] = _NO_IDS,
        numbers: PersistentMap[str, int] = _NO_NUMBERS,
        histories: Mapping[str, History] = _NO_HISTORIES,
    ) -> None:
        self.hooks = hooks
        self.plugins = plugins
        self.blocked = blocked
        self.by_id = by_id
        self.numbers = numbers
        self.histories = histories

    def find(self, plugin: object) -> RegisteredPlugin | None:
        """Return what is known of a plugin, or None."""
        return self.by_id.get(id(plugin))

    def history(self, hook: str) -> History:
        """Return the calls that a hook remembers."""
        return self.histories.get(hook, NO_HISTORY)

    def free_name(self, wanted: str) -> str:
        """Return a name that no plugin has: the name itself, or with the first free number appended."""
        if wanted not in self.plugins:
            return wanted
        number = self.numbers.get(wanted, 1) + 1
        while f"{wanted}-{number}" in self.plugins:
            number += 1
        return f"{wanted}-{number}"

    def with_plugin(self, entry: RegisteredPlugin) -> State:
        """Return a state that has a plugin: at the end, or at the place of the plugin of that name."""
        replaced = self.plugins.get(entry.name)
        numbers = self.numbers if replaced else _counted(self.numbers, entry.name)
        by_id = self.by_id.without(id(replaced.plugin)) if replaced else self.by_id
        return self._with(self.plugins.with_item(entry.name, entry), by_id.with_item(id(entry.plugin), entry), numbers)

    def without_plugin(self, entry: RegisteredPlugin) -> State:
        """Return a state that does not have a plugin."""
        numbers = _uncounted(self.numbers, entry.name)
        return self._with(self.plugins.without(entry.name), self.by_id.without(id(entry.plugin)), numbers)

    def _with(
        self,
        plugins: OrderedMap[str, RegisteredPlugin],
        by_id: PersistentMap[int, RegisteredPlugin],
        numbers: PersistentMap[str, int],
    ) -> State:
        return State(self.hooks, plugins, self.blocked, by_id, numbers, self.histories)

    def with_blocked(self, name: str) -> State:
        """Return a state in which a name is blocked, and no plugin has it."""
        entry = self.plugins.get(name)
        rest = self if entry is None else self.without_plugin(entry)
        return _blocking(rest, self.blocked.with_item(name, None))

    def without_blocked(self, name: str) -> State:
        """Return a state in which a name is not blocked."""
        return _blocking(self, self.blocked.without(name))

    def with_hooks(self, hooks: Mapping[str, BaseSpec]) -> State:
        """Return a state that has further hooks."""
        every = {**self.hooks, **hooks}
        return State(every, self.plugins, self.blocked, self.by_id, self.numbers, self.histories)

    def with_call(self, hook: str, call: HistoricCall) -> State:
        """Return a state in which a hook remembers a further call."""
        histories = {**self.histories, hook: History(self.history(hook), call)}
        return State(self.hooks, self.plugins, self.blocked, self.by_id, self.numbers, histories)


def _blocking(state: State, blocked: PersistentMap[str, None]) -> State:
    return State(state.hooks, state.plugins, blocked, state.by_id, state.numbers, state.histories)


def _counted(numbers: PersistentMap[str, int], name: str) -> PersistentMap[str, int]:
    """Note that a name is taken, if all numbers below its own are."""
    wanted, number = _numbered(name)
    return numbers.with_item(wanted, number) if number == numbers.get(wanted, 1) + 1 else numbers


def _uncounted(numbers: PersistentMap[str, int], name: str) -> PersistentMap[str, int]:
    """Note that a name is free, and that no number above its own may be taken before it."""
    wanted, number = _numbered(name)
    if not 1 < number <= numbers.get(wanted, 1):
        return numbers
    return numbers.with_item(wanted, number - 1) if number - 1 > 1 else numbers.without(wanted)


def _numbered(name: str) -> tuple[str, int]:
    """Split a name into what it was made of and its number, which is 0 where there is none."""
    if not name[-1:].isdigit():
        return name, 0
    wanted, _, end = name.rpartition("-")
    number = int(end) if end.isascii() and end.isdecimal() and len(end) < _LONG else 0
    return (wanted, number) if str(number) == end else (name, 0)


class Store:
    """Where the state of a registry is.

    Attributes:
        state: The state.
        first: Whether the first registered runs first, instead of the last.
        report: Takes what plugins raise in hooks that go on without them.
        observers: Who observes calls, if somebody does.
        lock: Held by whoever exchanges it, and never while code of a plugin runs. Ask for it each time: in a child
            process that was forked there is another one.
    """

    __slots__ = ("__weakref__", "first", "lock", "observers", "report", "state")

    def __init__(self, state: State, *, first: bool = False, report: Report = log_failure) -> None:
        self.state = state
        self.first = first
        self.report = report
        self.observers: Observers | None = None
        self.lock = RLock()
        _stores.add(self)

    def observed(self, impl: HookImpl) -> HookImpl:
        """Return what a call runs for an implementation: a copy that is observed, or itself."""
        return impl if self.observers is None else self.observers.implementation(impl)

    def whole(self, spec: BaseSpec, arguments: Arguments) -> AbstractContextManager[object]:
        """Return what a call of a hook runs within."""
        return nullcontext() if self.observers is None else self.observers.whole(spec, arguments)

    def exchange(self, before: State, after: State) -> bool:
        """Replace a state by another, and return True; or return False if it was replaced meanwhile.

        The caller holds the lock. Between the comparison and the assignment Python runs neither a finalizer nor a
        signal handler.
        """
        if self.state is before:
            self.state = after
            return True
        return False

    def exchange_observers(self, before: Observers | None, after: Observers | None) -> bool:
        """Replace the observers by others, as `exchange` does with the state."""
        if self.observers is before:
            self.observers = after
            return True
        return False


_stores: WeakSet[Store] = WeakSet()


def _renew_locks() -> None:
    """Give each store another lock: in a child process there is no thread that could release the one it had."""
    for store in list(_stores):
        store.lock = RLock()


if hasattr(os, "register_at_fork"):  # pragma: no branch - not on Windows
    os.register_at_fork(after_in_child=_renew_locks)
