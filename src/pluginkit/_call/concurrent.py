"""Runs the implementations of a concurrent hook at once, in the task group of whichever library is running.

An implementation that ends with a cancellation of its own, because what it awaited was cancelled, has failed like any
other. A task group takes that for a cancellation that it asked for, and says nothing: they are told apart here. This
module knows nothing of modes or wrappers.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, TypeAlias

from pluginkit._call.awaiting import AsyncAsk, call_async_implementation, is_awaitable
from pluginkit._call.library import running_library
from pluginkit._call.loop import attribute, below, call_implementation, reraise
from pluginkit._call.modes import Arguments
from pluginkit._declare.impl import HookImpl

Failures: TypeAlias = list[BaseException]  # of implementations, before they could be cancelled

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows


async def ask_all(implementations: Sequence[HookImpl], arguments: Arguments, ask: AsyncAsk) -> list[Any]:
    """Ask implementations at once, and return their answers in the same order.

    The first failure cancels the others, and leaves once their cleanup is done; if several fail at once, in a group.

    Args:
        implementations: What is asked.
        arguments: All of the hook's arguments.
        ask: How one is asked.
    """
    failures: Failures = []
    runner = _under_trio if running_library() == "trio" else _under_asyncio
    answers = await runner(implementations, arguments, ask, failures)
    if len(failures) > 1:
        failures[:] = [BaseExceptionGroup("several implementations failed at once", failures)]
    if failures:
        reraise(failures)
    return answers


class _OwnCancellation(Exception):  # noqa: N818 - nobody sees it: it takes a cancellation out of a task
    """Takes a cancellation that nobody asked for out of a task: it would be one that the task group asked for."""

    def __init__(self, cancellation: BaseException) -> None:
        super().__init__(cancellation)


async def _under_asyncio(
    implementations: Sequence[HookImpl], arguments: Arguments, ask: AsyncAsk, failures: Failures
) -> list[Any]:
    import asyncio  # late: it is running

    parent: Any = asyncio.current_task()
    before = parent.cancelling()
    failed: list[HookImpl] = []

    async def answer(impl: HookImpl) -> Any:
        try:
            if ask is not call_async_implementation or impl.spec.timeout is not None:
                return await ask(impl, arguments)
            made = call_implementation(impl, arguments)  # the same, without a coroutine of its own
            return await made if is_awaitable(made) else made
        except asyncio.CancelledError as exc:
            task: Any = asyncio.current_task()
            if task.cancelling() and (failed or parent.cancelling() > before):
                raise
            failed.append(impl)
            attribute(exc, impl)
            raise _OwnCancellation(below(exc)) from None
        except BaseException as exc:
            failed.append(impl)
            attribute(exc, impl)
            raise

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(answer(impl)) for impl in implementations]
    except BaseExceptionGroup as group_error:
        failures += [exc.args[0] if isinstance(exc, _OwnCancellation) else exc for exc in group_error.exceptions]
        return []
    return [task.result() for task in tasks]


async def _under_trio(
    implementations: Sequence[HookImpl], arguments: Arguments, ask: AsyncAsk, failures: Failures
) -> list[Any]:
    trio: Any = sys.modules["trio"]
    answers: list[Any] = [None] * len(implementations)
    own: Failures = []

    async def answer(place: int, impl: HookImpl) -> None:
        try:
            answers[place] = await ask(impl, arguments)
        except trio.Cancelled as exc:
            if trio.current_effective_deadline() == _PASSED:
                raise
            attribute(exc, impl)
            own.append(below(exc))
            nursery.cancel_scope.cancel()
        except BaseException as exc:
            attribute(exc, impl)
            raise

    try:
        async with trio.open_nursery() as nursery:
            for place, impl in enumerate(implementations):
                nursery.start_soon(answer, place, impl)
    except BaseExceptionGroup as group_error:
        failures += group_error.exceptions
    failures += own
    own.clear()
    return answers


_PASSED = float("-inf")  # the deadline of what was cancelled
