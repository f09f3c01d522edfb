"""Asks one implementation of an async hook, and awaits its answer where that can be awaited."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Coroutine
from types import CoroutineType, GeneratorType
from typing import Any, TypeAlias, TypeGuard

from pluginkit._call.library import running_library
from pluginkit._call.loop import attribute, call_implementation
from pluginkit._call.modes import Arguments
from pluginkit._declare.impl import HookImpl

AsyncAsk: TypeAlias = Callable[[HookImpl, Arguments], Coroutine[Any, Any, Any]]

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows


async def call_async_implementation(impl: HookImpl, arguments: Arguments) -> Any:
    """Call one implementation, and await its answer where that can be awaited."""
    seconds = impl.spec.timeout
    within = None if seconds is None else _WITHIN[running_library()]
    answer = call_implementation(impl, arguments)
    if not is_awaitable(answer):
        return answer
    try:
        return await (answer if within is None or seconds is None else within(answer, seconds))
    except BaseException as exc:
        attribute(exc, impl)
        raise


async def _within_asyncio(answer: Awaitable[Any], seconds: float) -> Any:
    import asyncio  # late: it is running

    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            return await answer
    except TimeoutError as error:
        if not limit.expired():  # it is one that the implementation has raised itself
            raise
        raise _took_longer(seconds) from error.__cause__


async def _within_trio(answer: Awaitable[Any], seconds: float) -> Any:
    trio: Any = sys.modules["trio"]
    with trio.move_on_after(seconds):
        return await answer
    raise _took_longer(seconds)  # nothing else leaves the block without an answer or an exception


def _took_longer(seconds: float) -> TimeoutError:
    return TimeoutError(f"it took longer than {seconds} seconds")


_WITHIN = {"asyncio": _within_asyncio, "trio": _within_trio}


_ITERABLE_COROUTINE = 0x100  # the bit of `co_flags` that `types.coroutine` sets


def is_awaitable(answer: object) -> TypeGuard[Awaitable[Any]]:
    """Tell whether an answer can be awaited: a coroutine, a future, a task, or anything else."""
    return (
        type(answer) is CoroutineType  # in most cases this avoids asking an ABC
        or isinstance(answer, Awaitable)
        or (type(answer) is GeneratorType and bool(answer.gi_code.co_flags & _ITERABLE_COROUTINE))
    )
