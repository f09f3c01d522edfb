"""How the time of what a host does many times grows: how many times as long twice as much takes.

Near linear growth is a factor of 2; the bar is 2.5. Each factor is the median of several runs, in which the two
sizes take turns.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Protocol

from pluginkit import Registry, hookimpl, hookspec

RUNS = 7
BAR = 2.5


class Spec(Protocol):
    """A hook, and one that remembers its calls."""

    @hookspec
    def parts(self, *, text: str) -> str:
        """Give a part."""
        ...

    @hookspec(historic=True)
    def seen(self, *, number: int) -> None:
        """Take note."""


class Plugin:
    """A plugin for one hook."""

    @hookimpl(Spec.parts)
    def parts(self, text: str) -> str:
        """Give the text back."""
        return text


class Listener:
    """A plugin to which calls are replayed."""

    @hookimpl(Spec.seen)
    def seen(self, number: int) -> None:
        """Take note of nothing."""


def historic_calls(count: int) -> None:
    """Call a historic hook."""
    registry = Registry(Spec)
    for number in range(count):
        registry.hook.seen.call_historic(number=number)


def replays(count: int) -> Callable[[], None]:
    """Prepare calls, and register a plugin that gets them all."""
    registry = Registry(Spec)
    for number in range(count):
        registry.hook.seen.call_historic(number=number)
    return lambda: registry.unregister(registry.register(Listener()).name) and None


def default_names(count: int) -> None:
    """Register instances of one class, each of which gets a name."""
    registry = Registry(Spec)
    for _ in range(count):
        registry.register(Plugin())


def unregistering(count: int) -> Callable[[], None]:
    """Prepare plugins, and unregister them."""
    registry = Registry(Spec)
    registrations = [registry.register(Plugin()) for _ in range(count)]
    return lambda: [registration.close() for registration in registrations] and None


def blocking(count: int) -> None:
    """Block names, and unblock them."""
    registry = Registry(Spec)
    for number in range(count):
        registry.set_blocked(f"name {number}")
    for number in range(count):
        registry.unblock(f"name {number}")


WORKLOADS: dict[str, tuple[int, Callable[[int], Callable[[], None] | None]]] = {
    "historic calls": (2000, historic_calls),
    "replays to one plugin": (2000, replays),
    "default names": (800, default_names),
    "unregistering": (800, unregistering),
    "blocking and unblocking": (2000, blocking),
}


def seconds(workload: Callable[[int], Callable[[], None] | None], count: int) -> float:
    """Return how long a workload takes; if it prepares something, without that."""
    begin = perf_counter()
    prepared = workload(count)
    if prepared is not None:
        begin = perf_counter()
        prepared()
    return perf_counter() - begin


def factors(workload: Callable[[int], Callable[[], None] | None], count: int) -> tuple[float, float]:
    """Return how many times as long two doublings take, one after the other."""
    runs = [[seconds(workload, count * times) for times in (1, 2, 4)] for _ in range(RUNS)]
    return median(run[1] / run[0] for run in runs), median(run[2] / run[1] for run in runs)


def main() -> None:
    """Print a table, with a mark behind what is above the bar."""
    print(f"{'workload':<26}{'count':>7}{'first':>8}{'second':>8}")
    for name, (count, workload) in WORKLOADS.items():
        first, second = factors(workload, count)
        above = "  above the bar" if max(first, second) > BAR else ""
        print(f"{name:<26}{count:>7}{first:>8.2f}{second:>8.2f}{above}")


if __name__ == "__main__":
    main()
