"""What an async call costs: a collecting hook over 10 trivial implementations, as ratios taken in one run.

    python -m nox -s bench_async

The measure of each call is the same written by hand: a loop that awaits each implementation and keeps what is not None,
such a loop inside an async generator, a task group. apluggy runs its implementations concurrently. The rounds are
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
WARM = 50  # calls before the first measurement


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


def contestants() -> dict[str, tuple[ACalls, ACalls]]:
    """Return what is called, by name, with the same written by hand."""
    plugins = [Plugin() for _ in range(IMPLEMENTATIONS)]
    registry, wrapped = Registry(Spec), Registry(Spec)
    for plugin in plugins:
        registry.register(plugin)
        wrapped.register(plugin)
    wrapped.register(Around())

    around = Around()

    async def in_turn() -> list[int]:
        answers = []
        for plugin in plugins:
            answer = await plugin.work(number=1)
            if answer is not None:
                answers.append(answer)
        return answers

    async def within() -> list[int]:
        generator = around.around(number=1)
        await anext(generator)
        result = await in_turn()
        try:
            return await generator.asend(result) or []
        except StopAsyncIteration:
            return result

    async def at_once() -> list[int]:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(plugin.work_at_once(number=1)) for plugin in plugins]
        return [answer for task in tasks if (answer := task.result()) is not None]

    return {
        "pluginkit": (lambda: registry.hook.work(number=1), in_turn),
        "pluginkit, within a wrapper": (lambda: wrapped.hook.work(number=1), within),
        "pluginkit, concurrent": (lambda: registry.hook.work_at_once(number=1), at_once),
        "apluggy (concurrent)": (apluggy_call(), at_once),
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
    for _ in range(WARM):
        for pair in calls.values():
            await pair[0]()
    for _ in range(ROUNDS):
        for name, (call, by_hand) in calls.items():
            ratios[name].append(await timed(call) / await timed(by_hand))
    print(f"Python {platform.python_version()}, pluginkit {version('typed-pluginkit')}, apluggy {version('apluggy')}\n")
    print(f"| async collect, {IMPLEMENTATIONS} implementations | time, the same by hand = 1 |\n|---|--:|")
    for name, rounds in ratios.items():
        print(f"| {name} | {statistics.median(rounds):.2f} |")


if __name__ == "__main__":
    asyncio.run(main())
