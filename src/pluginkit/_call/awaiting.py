"""Asks one implementation of an async hook, and awaits its answer where that can be awaited."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from types import CoroutineType, GeneratorType
from typing import Any, TypeAlias, TypeGuard

from pluginkit._call.loop import attribute, call_implementation
from pluginkit._call.modes import Arguments
from pluginkit._declare.impl import HookImpl

AsyncAsk: TypeAlias = Callable[[HookImpl, Arguments], Coroutine[Any, Any, Any]]

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows


async def call_async_implementation(impl: HookImpl, arguments: Arguments) -> Any:
    """Call one implementation, and await its answer where that can be awaited."""
    answer = call_implementation(impl, arguments)
    if not is_awaitable(answer):
        return answer
    try:
        return await answer
    except BaseException as exc:
        attribute(exc, impl)
        raise


_ITERABLE_COROUTINE = 0x100  # the bit of `co_flags` that `types.coroutine` sets


def is_awaitable(answer: object) -> TypeGuard[Awaitable[Any]]:
    """Tell whether an answer can be awaited: a coroutine, a future, a task, or anything else."""
    return (
        type(answer) is CoroutineType  # in most cases this avoids asking an ABC
        or isinstance(answer, Awaitable)
        or (type(answer) is GeneratorType and bool(answer.gi_code.co_flags & _ITERABLE_COROUTINE))
    )
