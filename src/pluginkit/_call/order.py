"""In which order the implementations of a hook run: pure functions and one immutable record.

The base order is: `tryfirst` ones, then those that say nothing, then `trylast` ones; within each, the last registered
first. `before` and `after` then hold implementations back: each place is taken by the first in base order that no
longer has to wait. Wrappers are ordered among themselves by the same rules and run outermost.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from pluginkit._implement.impl import HookImpl
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


def call_order(registered: Iterable[HookImpl]) -> tuple[HookImpl, ...]:
    """Return implementations, given in the order of registration, in call order.

    Raises:
        OrderCycleError: `before` and `after` contradict each other.
    """
    latest_first = tuple(registered)[::-1]
    base = sorted(latest_first, key=_group)
    if any(impl.mark.before or impl.mark.after for impl in base):
        return tuple(_constrained(base))
    return tuple(base)


def _group(impl: HookImpl) -> int:
    """Return 0, 1 or 2: tried first, neither, tried last."""
    return impl.mark.trylast - impl.mark.tryfirst + 1


def _constrained(base: Sequence[HookImpl]) -> list[HookImpl]:
    from graphlib import CycleError, TopologicalSorter
    from heapq import heappop, heappush

    # Places in the base order stand for the implementations, so that the smallest that is ready goes next.
    sorter = TopologicalSorter({place: _waits_for(place, base) for place in range(len(base))})
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


def _waits_for(place: int, base: Sequence[HookImpl]) -> list[int]:
    """Return the places of those that run before the one at `place`, by its own `after` or by their `before`."""
    waiting = base[place]
    return [
        other
        for other, impl in enumerate(base)
        if impl.plugin_name in waiting.mark.after or waiting.plugin_name in impl.mark.before
    ]


def reasons(ordered: Sequence[HookImpl]) -> list[tuple[str, ...]]:
    """Return for each implementation the rules that decide its position.

    Args:
        ordered: All of a hook, in call order.
    """
    return [tuple(_reasons(impl, ordered)) for impl in ordered]


def _reasons(impl: HookImpl, ordered: Sequence[HookImpl]) -> Iterable[str]:
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
        yield "the last registered goes first"
    elif not others:
        yield "the only one"
    elif not (impl.mark.tryfirst or impl.mark.trylast):
        yield "neither tryfirst nor trylast"


class Snapshot:
    """The implementations of a hook at one moment. It never changes: a registration makes another one.

    Attributes:
        registered: In the order of registration.
        wrappers: In call order, the outermost first.
        implementations: The others, in call order.
        lazy: The plugins among them that are not loaded yet.
    """

    __slots__ = ("implementations", "lazy", "registered", "wrappers")

    def __init__(self, registered: tuple[HookImpl, ...] = ()) -> None:
        self.registered = registered
        self.lazy = tuple(impl.plugin for impl in registered if is_a(impl.plugin, Lazy))
        self.wrappers = call_order(impl for impl in registered if impl.mark.wrapper)
        self.implementations = call_order(impl for impl in registered if not impl.mark.wrapper)

    @property
    def loaded(self) -> Snapshot:
        """A snapshot that leaves out the plugins that are not loaded yet; this one, if all are."""
        if not self.lazy:
            return self
        return Snapshot(tuple(impl for impl in self.registered if not is_a(impl.plugin, Lazy)))

    def without(self, plugin_names: Container[str]) -> Snapshot:
        """Return a snapshot that leaves out the implementations of some plugins."""
        return Snapshot(tuple(impl for impl in self.registered if impl.plugin_name not in plugin_names))

    def with_extra(self, extra: Iterable[HookImpl]) -> Snapshot:
        """Return a snapshot to which implementations are added, as the last registered."""
        return Snapshot((*self.registered, *extra))
