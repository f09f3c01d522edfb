"""Prints what one observer that does nothing costs, beside pluggy's `add_hookcall_monitoring`.

Each row compares calls that are observed with the same calls that are not, in turns, in one process.

Usage: python benchmarks/observers.py [--rounds N]
"""

from __future__ import annotations

import argparse
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Protocol

import pluggy
from calls import make
from timing import ratios

from pluginkit import Registry, hookimpl, hookspec
from pluginkit.observe import timings

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

WARM = 64
pluggy_spec = pluggy.HookspecMarker("bench")
pluggy_impl = pluggy.HookimplMarker("bench")


class Spec(Protocol):
    """What is called."""

    @hookspec
    def hook(self, *, a: int, b: int) -> int:
        """Add."""
        ...


class PluggySpec:
    """The same for pluggy."""

    @pluggy_spec
    def hook(self, a: int, b: int) -> int:
        """Add."""
        ...


def plugins(mark: Any, number: int) -> list[Any]:
    """Return plugins that answer."""
    return [make("class made:\n    @mark\n    def hook(self, a, b): return a", mark=mark)() for _ in range(number)]


def ours(number: int) -> tuple[Registry[Spec], Callable[[], object]]:
    """Return a registry, and a call of it."""
    registry = Registry(Spec)
    for plugin in plugins(hookimpl(Spec.hook), number):
        registry.register(plugin)
    return registry, make("def made(): return hook(a=1, b=2)", hook=registry.hook.hook)


def theirs(number: int) -> tuple[pluggy.PluginManager, Callable[[], object]]:
    """Return a plugin manager of pluggy, and a call of it."""
    manager = pluggy.PluginManager("bench")
    manager.add_hookspecs(PluggySpec)
    for plugin in plugins(pluggy_impl, number):
        manager.register(plugin)
    return manager, make("def made(): return hook.hook(a=1, b=2)", hook=manager.hook)


@contextmanager
def generator(_: object) -> Generator[None, None, None]:
    """Observe with what most people write."""
    yield


OBSERVERS: dict[str, tuple[Any, Any]] = {
    "one for whole calls": (lambda _: nullcontext(), "call"),
    "one for each implementation": (lambda _: nullcontext(), "implementation"),
    "the same, a generator": (generator, "implementation"),
    "`timings()`": (timings(), "implementation"),
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=61)
    rounds = parser.parse_args().rounds
    print("| observer | 1 implementation | 5 | 20 |\n|---|--:|--:|--:|")
    rows: dict[str, list[float]] = {name: [] for name in ("pluggy's, for whole calls", *OBSERVERS)}
    for number in (1, 5, 20):
        manager, watched = theirs(number)
        manager.add_hookcall_monitoring(lambda *_: None, lambda *_: None)
        base = theirs(number)[1]
        for _ in range(WARM):
            watched(), base()
        rows["pluggy's, for whole calls"] += ratios(watched, [base], rounds)
        for name, (around, per) in OBSERVERS.items():
            registry, call = ours(number)
            registry.observe(around, per=per)
            for _ in range(WARM):
                call()
            rows[name] += ratios(call, [base], rounds)
    for name, figures in rows.items():
        print(f"| {name} | {' | '.join(f'{figure:.2f}' for figure in figures)} |")


if __name__ == "__main__":
    main()
