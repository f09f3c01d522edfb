"""Runs the implementations of a concurrent hook at once, in the task group of whichever library is running.

An implementation that ends with a cancellation of its own, because what it awaited was cancelled, has failed like any
other. A task group takes that for a cancellation that it asked for, and says nothing: they are told apart here. This
module knows nothing of modes or wrappers.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from pluginkit._call.loop import attribute, below, call_implementation, reraise
from pluginkit._call.modes import Arguments
from pluginkit._declare.impl import HookImpl
from pluginkit._declare.signature import is_async
from pluginkit._errors import coded

if TYPE_CHECKING:
    from asyncio import Task

AsyncAsk: TypeAlias = Callable[[HookImpl, Arguments], Coroutine[Any, Any, Any]]
Failures: TypeAlias = list[BaseException]  # of implementations, before they could be cancelled

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows


async def ask_all(
    implementations: Sequence[HookImpl], arguments: Arguments, ask: AsyncAsk, *, directly: bool
) -> list[Any]:
    """Ask implementations at once, and return their answers in the same order.

    The first failure cancels the others, and leaves once their cleanup is done; if several fail at once, in a group.

    Args:
        implementations: What is asked.
        arguments: All of the hook's arguments.
        ask: How one is asked.
        directly: Whether an `async def` may be called without `ask`, which costs a coroutine of its own.
    """
    failures: Failures = []
    answers = await _runner()(implementations, arguments, _direct(ask) if directly else ask, failures)
    if len(failures) > 1:
        failures[:] = [BaseExceptionGroup("several implementations failed at once", failures)]
    if failures:
        reraise(failures)
    return [answers[place] for place in range(len(implementations))]


def _runner() -> Callable[[Sequence[HookImpl], Arguments, AsyncAsk, Failures], Coroutine[Any, Any, dict[int, Any]]]:
    """Return what runs implementations under the library that is running."""
    trio, asyncio = sys.modules.get("trio"), sys.modules.get("asyncio")
    if trio is not None and _in_task(trio.lowlevel.current_task):
        return _under_trio
    if asyncio is not None and _in_task(asyncio.get_running_loop):
        return _under_asyncio
    raise RuntimeError(coded("a concurrent hook needs asyncio or Trio, and neither is running", "PK603"))


def _in_task(current: Callable[[], object]) -> bool:
    """Tell whether a library is running, by asking it for its current task."""
    try:
        current()
    except RuntimeError:
        return False
    return True


def _direct(ask: AsyncAsk) -> AsyncAsk:
    def call(impl: HookImpl, arguments: Arguments) -> Coroutine[Any, Any, Any]:
        made: Coroutine[Any, Any, Any] = (call_implementation if is_async(impl.function) else ask)(impl, arguments)
        return made

    return call


async def _under_asyncio(
    implementations: Sequence[HookImpl], arguments: Arguments, ask: AsyncAsk, failures: Failures
) -> dict[int, Any]:
    import asyncio  # late: it is running

    tasks: dict[Task[Any], HookImpl] = {}
    failed: list[Task[Any]] = []

    def note_end(task: Task[Any]) -> None:
        if task.cancelled():
            if failed and task.cancelling():  # because another has failed
                return
            for other in tasks:
                other.cancel()
        elif task.exception() is None:
            return
        failed.append(task)

    try:
        async with asyncio.TaskGroup() as group:
            for impl in implementations:
                task = group.create_task(ask(impl, arguments))
                tasks[task] = impl
                task.add_done_callback(note_end)
    except BaseExceptionGroup as group_error:
        failures += group_error.exceptions
    finally:
        for task in failed:
            _attribute_end(task, tasks[task], failures)
    return {} if failures else {place: task.result() for place, task in enumerate(tasks)}


def _attribute_end(task: Task[Any], impl: HookImpl, failures: Failures) -> None:
    """Note on the exception of a task whose it is. A cancellation, of which no task group tells, goes to `failures`."""
    try:
        task.result()
    except BaseException as exc:
        attribute(exc, impl)
        if task.cancelled():
            failures.append(below(exc))


async def _under_trio(
    implementations: Sequence[HookImpl], arguments: Arguments, ask: AsyncAsk, failures: Failures
) -> dict[int, Any]:
    trio: Any = sys.modules["trio"]
    answers: dict[int, Any] = {}
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
