"""Does for async hooks what `each` does: in turn, or all at once, as they complete."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Sequence
from typing import Any, TypeAlias

from pluginkit._call.awaiting import call_async_implementation
from pluginkit._call.each import counts
from pluginkit._call.failure import is_failure
from pluginkit._call.library import running_library
from pluginkit._call.loop import below, reraise
from pluginkit._call.modes import MODES, Arguments
from pluginkit._declare.impl import HookImpl
from pluginkit._declare.outcome import Outcome
from pluginkit._declare.spec import BaseSpec

Outcomes: TypeAlias = AsyncGenerator[Outcome[Any], None]

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows


async def each_outcome_async(spec: BaseSpec, implementations: Sequence[HookImpl], arguments: Arguments) -> Outcomes:
    """Do what `each_outcome` does, for an async hook whose implementations are asked in turn."""
    calls = MODES[spec.mode](spec, implementations, arguments)
    answer: Any = None
    while True:
        try:
            impl, given = calls.send(answer)
        except StopIteration:
            return
        outcome = await _asked_async(impl, given)
        answer = outcome.value
        if counts(outcome):
            yield outcome


async def each_at_once(implementations: Sequence[HookImpl], arguments: Arguments) -> Outcomes:
    """Do what `each_outcome` does for a concurrent hook, as they complete; closing it cancels the others."""
    outcomes = (_under_trio if running_library() == "trio" else _under_asyncio)(implementations, arguments)
    try:
        async for outcome in outcomes:
            yield outcome
    finally:
        await outcomes.aclose()


async def _asked_async(impl: HookImpl, arguments: Arguments) -> Outcome[Any]:
    try:
        return Outcome(impl.original, await call_async_implementation(impl, arguments), None)
    except BaseException as exc:
        if not is_failure(exc):
            raise
        return Outcome(impl.original, None, below(exc))


# A task group within a generator would cancel whoever iterates, and not the generator. Under asyncio tasks do without.


async def _under_asyncio(implementations: Sequence[HookImpl], arguments: Arguments) -> Outcomes:
    import asyncio  # late: it is running

    tasks = [asyncio.create_task(_asked_async(impl, arguments)) for impl in implementations]
    waiting = set(tasks)
    try:
        while waiting:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in sorted(done, key=tasks.index):
                if counts(task.result()):
                    yield task.result()
    finally:
        for task in waiting:
            task.cancel()
        if waiting:
            await asyncio.wait(waiting)


async def _under_trio(implementations: Sequence[HookImpl], arguments: Arguments) -> Outcomes:
    trio: Any = sys.modules["trio"]
    send, receive = trio.open_memory_channel(len(implementations))  # there is a place for each: nobody waits to send
    failures: list[BaseException] = []

    async def answer(impl: HookImpl) -> None:
        send.send_nowait(await _asked_async(impl, arguments))

    try:
        async with trio.open_nursery() as nursery:
            for impl in implementations:
                nursery.start_soon(answer, impl)
            try:
                for _ in implementations:
                    outcome = await receive.receive()
                    if counts(outcome):
                        yield outcome
            except GeneratorExit:  # the nursery would put it into a group
                nursery.cancel_scope.cancel()
    except BaseExceptionGroup as group:
        failures += group.exceptions if len(group.exceptions) == 1 else [group]
    if failures:
        reraise(failures)
