"""What an async call costs: a collecting hook over 10 trivial implementations, as ratios taken in one run.

    python -m nox -s bench_async

The measure is a hand-written loop that awaits each implementation and keeps what is not None. apluggy runs its
implementations concurrently; it is compared with the concurrent hook of pluginkit, which does the same. The rounds are
interleaved, and each ratio is the median of the rounds' own ratios.
"""

from __future__ import annotations

import asyncio
import platform
import statistics
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from importlib.metadata import version
from typing import Protocol

import apluggy

from pluginkit import Registry, hookimpl, hookspec

ROUNDS, CALLS, IMPLEMENTATIONS = 60, 100, 10


class Spec(Protocol):
    """The hooks that are called."""

    @hookspec
    async def work(self, *, number: int) -> int:
        """Run one after the other."""
        ...

    @hookspec(concurrent=True)
    async def work_at_once(self, *, number: int) -> int:
        """Run concurrently."""
        ...


class Plugin:
    """A trivial implementation of both."""

    @hookimpl(Spec.work)
    async def work(self, number: int) -> int:
        """Do almost nothing."""
        return number + 1

    @hookimpl(Spec.work_at_once)
    async def work_at_once(self, number: int) -> int:
        """Do almost nothing."""
        return number + 1


class Around:
    """A wrapper that changes nothing."""

    @hookimpl(Spec.work, wrapper=True)
    async def around(self, **_: object) -> AsyncGenerator[list[int] | None, list[int]]:
        """Let the others run."""
        yield None


ACalls = Callable[[], Awaitable[object]]


def contestants() -> dict[str, ACalls]:
    """Return what is called, by name; the hand-written loop is the measure."""
    plugins = [Plugin() for _ in range(IMPLEMENTATIONS)]
    registry, wrapped = Registry(Spec), Registry(Spec)
    for plugin in plugins:
        registry.register(plugin)
        wrapped.register(plugin)
    wrapped.register(Around())

    async def by_hand() -> list[int]:
        answers = []
        for plugin in plugins:
            answer = await plugin.work(number=1)
            if answer is not None:
                answers.append(answer)
        return answers

    return {
        "by hand": by_hand,
        "pluginkit": lambda: registry.hook.work(number=1),
        "pluginkit, within a wrapper": lambda: wrapped.hook.work(number=1),
        "pluginkit, concurrent": lambda: registry.hook.work_at_once(number=1),
        "apluggy (concurrent)": apluggy_call(),
    }


def apluggy_call() -> ACalls:
    """Return the same call with apluggy."""
    spec, impl = apluggy.HookspecMarker("bench"), apluggy.HookimplMarker("bench")

    class Hooks:
        @spec
        async def work(self, number: int) -> int:
            raise NotImplementedError

    class Implementing:
        @impl
        async def work(self, number: int) -> int:
            return number + 1

    manager = apluggy.PluginManager("bench")
    manager.add_hookspecs(Hooks)
    for _ in range(IMPLEMENTATIONS):
        manager.register(Implementing())
    return lambda: manager.ahook.work(number=1)


async def timed(call: ACalls) -> float:
    """Return the time of some calls, in seconds."""
    start = time.perf_counter()
    for _ in range(CALLS):
        await call()
    return time.perf_counter() - start


async def main() -> None:
    """Print the table."""
    calls = contestants()
    ratios: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        times = {name: await timed(call) for name, call in calls.items()}
        for name, taken in times.items():
            ratios[name].append(taken / times["by hand"])
    print(f"Python {platform.python_version()}, pluginkit {version('pluginkit')}, apluggy {version('apluggy')}\n")
    print(f"| async collect, {IMPLEMENTATIONS} implementations | time, by hand = 1 |\n|---|--:|")
    for name, rounds in ratios.items():
        print(f"| {name} | {statistics.median(rounds):.1f} |")


if __name__ == "__main__":
    asyncio.run(main())
