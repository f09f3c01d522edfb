"""Async hooks of isolated plugins in programs under Trio: the same promises as under asyncio."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest
import trio
from isolated_runs import is_alive, plugin_of

from pluginkit.isolated import Limits, WorkerDied, WorkerTimeout

if TYPE_CHECKING:
    from isolated_runs import Start
    from jobs import JobSpec

    from pluginkit import Registry

TARGET = "trio_jobs:TrioJobs"


async def wait(registry: Registry[JobSpec], seconds: float, action: str = "") -> str:
    """Let the plugin wait or do something, and return its answer."""
    (answer,) = await registry.hook.wait(seconds=seconds, action=action)
    return answer


def test_calls_overlap(start: Start) -> None:
    """Calls that wait do so at the same time, in one worker, which runs Trio as the host does."""
    registry = start(TARGET)
    answers: set[str] = set()

    async def one() -> None:
        answers.add(await wait(registry, 0.2))

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            for _ in range(50):
                nursery.start_soon(one)

    began = time.monotonic()
    trio.run(main)
    assert len(answers) == 1
    assert time.monotonic() - began < 50 * 0.2


def test_what_the_plugin_raises_is_raised(start: Start) -> None:
    """An exception crosses, and the worker goes on."""
    registry = start(TARGET)

    async def main() -> None:
        before = await wait(registry, 0)
        with pytest.raises(LookupError, match="gone"):
            await wait(registry, 0, "raise")
        assert await wait(registry, 0) == before

    trio.run(main)


@pytest.mark.parametrize("action", ["", "answer anyway"])
def test_a_cancelled_call_is_cancelled_in_the_plugin(start: Start, action: str) -> None:
    """The scope ends as cancelled once the plugin has let go, and the worker goes on."""
    registry = start(TARGET, limits={"grace": 10.0})

    async def main() -> None:
        before = await wait(registry, 0)
        with trio.move_on_after(0.1) as scope:
            await wait(registry, 0.5 if action else 60, action)
        assert scope.cancelled_caught
        assert await wait(registry, 0) == before

    trio.run(main)


def test_a_late_call_is_cancelled_in_the_plugin(start: Start) -> None:
    """A call that takes too long raises WorkerTimeout, and its worker goes on."""
    registry = start(TARGET, limits={"timeout": 0.3, "grace": 10.0})

    async def main() -> None:
        before = await wait(registry, 0)
        with pytest.raises(WorkerTimeout):
            await wait(registry, 60)
        assert await wait(registry, 0) == before

    trio.run(main)


def test_a_call_that_cannot_be_cancelled_is_killed(start: Start) -> None:
    """A plugin that blocks is ended after the grace, and later calls have another worker."""
    registry = start(TARGET, limits={"grace": 0.05})

    async def main() -> None:
        before = await wait(registry, 0)
        with trio.move_on_after(0.2) as scope:
            await wait(registry, 60, "block")
        assert scope.cancelled_caught
        assert await wait(registry, 0) != before

    trio.run(main)


def test_a_death_fails_what_the_worker_was_at(start: Start) -> None:
    """All calls in it raise WorkerDied."""
    registry = start(TARGET)
    errors: list[str] = []

    async def one(seconds: float, action: str) -> None:
        with pytest.raises(WorkerDied) as caught:
            await wait(registry, seconds, action)
        errors.append(caught.value.message)

    async def main() -> None:
        await wait(registry, 0)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(one, 60, "")
            await trio.sleep(0.1)
            nursery.start_soon(one, 0, "exit")

    trio.run(main)
    assert errors == ["the worker ended with status 3"] * 2


def test_historic_calls_reach_every_worker(start: Start) -> None:
    """A worker that starts later is told once what others were told; what failed is not repeated."""
    registry = start(TARGET)

    async def main() -> None:
        assert await registry.hook.connected.call_historic(address="first") is None
        with pytest.raises(ValueError, match="not that"):
            await registry.hook.connected.call_historic(address="raise")
        with pytest.raises(WorkerDied):
            await wait(registry, 0, "exit")
        assert await wait(registry, 0, "told") == "first"

    trio.run(main)


def test_closing_ends_calls(start: Start) -> None:
    """A call that is running raises WorkerDied, as later ones do, and no process is left."""
    registry = start(TARGET)
    pids: list[int] = []

    async def main() -> None:
        pids.append(int((await wait(registry, 0)).rpartition(" ")[2]))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(one)
            await trio.sleep(0.1)
            plugin_of(registry).close()
        with pytest.raises(WorkerDied, match="it is closed"):
            await wait(registry, 0)

    async def one() -> None:
        with pytest.raises(WorkerDied, match="the plugin was closed"):
            await wait(registry, 60)

    trio.run(main)
    assert not any(map(is_alive, pids))


def test_asyncio_and_trio_in_one_program(start: Start) -> None:
    """Each has workers of its own kind; a plugin for one of them fails in the other as it would in process."""
    import asyncio

    registry = start()

    async def under_trio() -> str:
        return await wait(registry, 0, "pid")

    first = asyncio.run(wait(registry, 0, "pid"))
    second = trio.run(under_trio)
    assert first != second
    assert asyncio.run(wait(registry, 0, "pid")) != second


def test_a_fork_has_a_thread_of_its_own(start: Start) -> None:
    """In a child of the host, calls are made by a thread and workers of its own."""
    registry = start(TARGET)

    async def main() -> None:
        assert (await wait(registry, 0)).startswith("waited in")

    trio.run(main)
    child = os.fork()
    if child == 0:
        try:
            trio.run(main)
        except BaseException:
            os._exit(1)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    trio.run(main)


def test_limits_of_a_hook_hold(start: Start) -> None:
    """Only so many calls are in flight."""
    registry = start(TARGET, limits={"in_flight": 2})

    async def one() -> None:
        await wait(registry, 0.1)

    async def main() -> float:
        began = time.monotonic()
        async with trio.open_nursery() as nursery:
            for _ in range(6):
                nursery.start_soon(one)
        return time.monotonic() - began

    assert trio.run(main) >= 0.3
    assert Limits().in_flight > 2
