"""In which order the implementations of a hook run: pure functions and one immutable record.

The base order is: `tryfirst` ones, then those that say nothing, then `trylast` ones; within each, the last registered
first, or the first registered where the registry says so. `before` and `after` then hold implementations back: each
place is taken by the first in base order that no longer has to wait. Wrappers are ordered among themselves by the same
rules and run outermost.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from typing import TypeAlias

from pluginkit._declare.impl import EXTRA, OVERRIDE, HookImpl
from pluginkit._implement.plugin import Lazy
from pluginkit._implement.scan import is_a


class OrderCycleError(Exception):
    """Some `before` and `after` of one hook contradict each other.

    Attributes:
        hook: The qualified hook.
        names: The plugins of the cycle: each has to run before the next, and the last one is the first again.
    """

    def __init__(self, hook: str, names: tuple[str, ...]) -> None:
        super().__init__(hook, names)
        self.hook = hook
        self.names = names


def call_order(registered: Iterable[HookImpl], *, first: bool = False) -> tuple[HookImpl, ...]:
    """Return implementations, given in the order of registration, in call order.

    Args:
        registered: The implementations.
        first: Whether the first registered runs first, instead of the last.

    Raises:
        OrderCycleError: `before` and `after` contradict each other.
    """
    base = tuple(registered)[:: 1 if first else -1]
    if not [impl for impl in base if impl.mark.is_ordered]:
        return base
    base = tuple(sorted(base, key=_group))
    if any(impl.mark.before or impl.mark.after for impl in base):
        return tuple(_constrained(base))
    return base


def _group(impl: HookImpl) -> int:
    """Return 0, 1 or 2: tried first, neither, tried last."""
    return impl.mark.trylast - impl.mark.tryfirst + 1


def _constrained(base: Sequence[HookImpl]) -> list[HookImpl]:
    from graphlib import CycleError, TopologicalSorter
    from heapq import heappop, heappush

    # Places in the base order stand for the implementations, so that the smallest that is ready goes next.
    sorter = TopologicalSorter(_waits(base))
    try:
        sorter.prepare()
    except CycleError as error:
        circle: list[int] = error.args[1]
        names = tuple(base[place].plugin_name for place in circle)
        raise OrderCycleError(base[0].spec.qualified_name, names) from None
    ready: list[int] = []
    ordered: list[HookImpl] = []
    while sorter.is_active():
        for place in sorter.get_ready():
            heappush(ready, place)
        place = heappop(ready)
        sorter.done(place)
        ordered.append(base[place])
    return ordered


def _waits(base: Sequence[HookImpl]) -> dict[int, list[int]]:
    """Return, for each place, those of the implementations that run before it, by its `after` or by their `before`."""
    places: dict[str, list[int]] = {}
    for place, impl in enumerate(base):
        places.setdefault(impl.plugin_name, []).append(place)
    waits: dict[int, set[int]] = {place: set() for place in range(len(base))}
    for place, impl in enumerate(base):
        for name in impl.mark.after:
            waits[place].update(places.get(name, ()))
        for name in impl.mark.before:
            for other in places.get(name, ()):
                waits[other].add(place)
    return {place: sorted(others) for place, others in waits.items()}


# For each name the others, each with the token of the plugin that says so.
Others: TypeAlias = dict[str, dict[tuple[object, str], None]]


class Constraints:
    """Which plugins of a hook run before which others, by what each says in `before` and `after`.

    It tells at once that most plugins cannot close a cycle, so that registering many of them takes no ordering. It
    knows plugins where an order knows implementations, and may know some that have gone: what it takes for a cycle may
    not be one.

    Attributes:
        said: The pairs of names, the earlier first, that plugins have brought; by the token of the plugin.
    """

    __slots__ = ("_earlier", "_later", "said")

    def __init__(self) -> None:
        self.said: dict[object, list[tuple[str, str]]] = {}
        self._later: Others = {}
        self._earlier: Others = {}

    def add(self, token: object, name: str, implementations: Iterable[HookImpl]) -> None:
        """Add what the implementations of a plugin say."""
        after, before = _named(implementations)
        pairs = [*((other, name) for other in after), *((name, other) for other in before)]
        if pairs:
            self.said[token] = pairs
        for earlier, later in pairs:
            self._later.setdefault(earlier, {})[token, later] = None
            self._earlier.setdefault(later, {})[token, earlier] = None

    def remove(self, token: object) -> None:
        """Forget what the implementations of a plugin say."""
        for earlier, later in self.said.pop(token, ()):
            _discard(self._later, earlier, (token, later))
            _discard(self._earlier, later, (token, earlier))

    def may_close_cycle(self, name: str, implementations: Iterable[HookImpl], present: Container[str]) -> bool:
        """Tell whether the implementations of a plugin could have to run before themselves, if they were added.

        Those that run after them are searched, and those that run before them, in turns: where either search comes to
        an end without the plugin there is no cycle, and one of them mostly comes to an end at once.

        Args:
            name: The name of the plugin.
            implementations: Those of the plugin.
            present: The names of all other plugins.
        """
        after, before = _named(implementations)
        if name in after or name in before:
            return True
        forward = _search(name, before, self._later, present)
        backward = _search(name, after, self._earlier, present)
        return any(
            later == name or later in after or earlier == name or earlier in before
            for later, earlier in zip(forward, backward, strict=False)
        )


def _discard(others: Others, name: str, each: tuple[object, str]) -> None:
    there = others.get(name, {})
    there.pop(each, None)
    if not there:
        others.pop(name, None)


def _named(implementations: Iterable[HookImpl]) -> tuple[dict[str, None], dict[str, None]]:
    """Return the plugins that implementations name in `after`, and those that they name in `before`; each once."""
    marks = [impl.mark for impl in implementations]
    return (
        dict.fromkeys(name for mark in marks for name in mark.after),
        dict.fromkeys(name for mark in marks for name in mark.before),
    )


def _search(start: str, named: Iterable[str], others: Others, present: Container[str]) -> Iterator[str]:
    """Yield every plugin that can be reached from one: those that it names, those that are next to it, and so on."""
    pending = [*named, *(name for _, name in others.get(start, ()))]
    seen: set[str] = set()
    while pending:
        name = pending.pop()
        if name not in seen and (name in present or name == start):
            seen.add(name)
            yield name
            pending += [other for _, other in others.get(name, ())]


def reasons(ordered: Sequence[HookImpl], *, first: bool = False) -> list[tuple[str, ...]]:
    """Return for each implementation the rules that decide its position.

    Args:
        ordered: All of a hook, in call order.
        first: Whether the first registered runs first, instead of the last.
    """
    return [tuple(_reasons(impl, ordered, first=first)) for impl in ordered]


def _reasons(impl: HookImpl, ordered: Sequence[HookImpl], *, first: bool) -> Iterable[str]:
    others = [other for other in ordered if other is not impl and other.mark.wrapper == impl.mark.wrapper]
    if impl.mark.tryfirst or impl.mark.trylast:
        yield "tryfirst" if impl.mark.tryfirst else "trylast"
    for other in others:
        if other.plugin_name in impl.mark.before:
            yield f"runs before '{other.plugin_name}', as it says"
        if other.plugin_name in impl.mark.after:
            yield f"runs after '{other.plugin_name}', as it says"
        if impl.plugin_name in other.mark.before:
            yield f"runs after '{other.plugin_name}', as that says"
        if impl.plugin_name in other.mark.after:
            yield f"runs before '{other.plugin_name}', as that says"
    if any(_group(other) == _group(impl) for other in others):
        yield f"the {'first' if first else 'last'} registered goes first"
    elif not others:
        yield "the only one"
    elif not (impl.mark.tryfirst or impl.mark.trylast):
        yield "neither tryfirst nor trylast"


class Only:
    """The names of all plugins but some: what a relay of only these excludes."""

    __slots__ = ("names",)

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(names)

    def __contains__(self, name: object) -> bool:
        return name not in self.names and name not in (EXTRA, OVERRIDE)


Excluded: TypeAlias = frozenset[str] | Only


def shown(excluded: Excluded) -> str:
    """Return how a caller shows whom it excludes."""
    if isinstance(excluded, Only):
        return f" of only {', '.join(sorted(excluded.names))}"
    return f" without {', '.join(sorted(excluded))}" if excluded else ""


class Snapshot:
    """The implementations of a hook at one moment. It never changes: a registration makes another one.

    Attributes:
        registered: In the order of registration.
        wrappers: In call order, the outermost first.
        implementations: The others, in call order.
        lazy: The plugins among them that are not loaded yet.
        first: Whether the first registered runs first, instead of the last.
        observed: Who observes calls, and what these run; kept here to be freed with the snapshot.
    """

    __slots__ = ("first", "implementations", "lazy", "observed", "registered", "wrappers")

    def __init__(self, registered: tuple[HookImpl, ...] = (), *, first: bool = False) -> None:
        self.registered = registered
        self.lazy = tuple([impl.plugin for impl in registered if is_a(impl.plugin, Lazy)])
        self.first = first
        self.observed: tuple[object, Snapshot] | None = None
        wrappers = [impl for impl in registered if impl.mark.wrapper]
        others = [impl for impl in registered if not impl.mark.wrapper] if wrappers else registered
        self.wrappers = call_order(wrappers, first=first)
        self.implementations = call_order(others, first=first)

    @property
    def loaded(self) -> Snapshot:
        """A snapshot that leaves out the plugins that are not loaded yet; this one, if all are."""
        if not self.lazy:
            return self
        return Snapshot(tuple(impl for impl in self.registered if not is_a(impl.plugin, Lazy)), first=self.first)

    def without(self, plugin_names: Container[str]) -> Snapshot:
        """Return a snapshot that leaves out the implementations of some plugins."""
        kept = tuple(impl for impl in self.registered if impl.plugin_name not in plugin_names)
        return Snapshot(kept, first=self.first)

    def mapped(self, change: Callable[[HookImpl], HookImpl]) -> Snapshot:
        """Return a snapshot in which other implementations stand in the places of these."""
        changed = {impl: change(impl) for impl in self.registered}
        made = Snapshot(first=self.first)
        made.registered = tuple(changed.values())
        made.wrappers = tuple(changed[impl] for impl in self.wrappers)
        made.implementations = tuple(changed[impl] for impl in self.implementations)
        return made

    def with_extra(self, extra: Iterable[HookImpl]) -> Snapshot:
        """Return a snapshot to which implementations are added, as the last registered."""
        return Snapshot((*self.registered, *extra), first=self.first)
