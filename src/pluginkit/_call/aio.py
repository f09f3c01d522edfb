"""The loop for async hooks: what `loop` does, awaited, and the same rules.

A wrapper is an async generator or a plain one. A result cannot be returned from an async generator, so its second
`yield` gives one. Nothing here needs an event loop of a certain kind, except concurrent implementations: these run in
the task group of whichever library is running, asyncio or Trio.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator
from typing import Any, TypeAlias

from pluginkit._call.awaiting import AsyncAsk, call_async_implementation
from pluginkit._call.concurrent import ask_all
from pluginkit._call.loop import (
    attribute,
    below,
    call_implementation,
    drive,
    expect_generator,
    record_failure,
    reraise,
    resume,
    start,
    wrapper_error,
    yielded_again,
)
from pluginkit._call.modes import MODES, Arguments, Calls
from pluginkit._call.order import Snapshot
from pluginkit._declare.impl import HookImpl
from pluginkit._declare.spec import BaseSpec

AnyGenerator: TypeAlias = AsyncGenerator[Any, Any] | Generator[Any, Any, Any]
Inside: TypeAlias = Callable[[], Awaitable[Any]]
AnyStarted: TypeAlias = list[tuple[HookImpl, AnyGenerator]]  # wrappers

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows


async def call_async_hook(
    spec: BaseSpec, snapshot: Snapshot, arguments: Arguments, ask: AsyncAsk = call_async_implementation
) -> Any:
    """Run the implementations of an async hook, within its wrappers, and return what they give together.

    Args:
        spec: The hook, which says how answers are combined.
        snapshot: What runs.
        arguments: All of the hook's arguments.
        ask: How to call an implementation that is not a wrapper, and await its answer.
    """

    async def inside(implementations: tuple[HookImpl, ...] = snapshot.implementations) -> Any:
        return await combine_async(spec, implementations, arguments, ask)

    if not snapshot.wrappers:
        return await inside()
    return await call_wrapped_async(snapshot.wrappers, inside, lambda: inside(()), arguments)


def combine_async(
    spec: BaseSpec, implementations: tuple[HookImpl, ...], arguments: Arguments, ask: AsyncAsk
) -> Coroutine[Any, Any, Any]:
    """Ask the implementations of an async hook, in turn or at once, and combine their answers."""
    return (_at_once if spec.concurrent else _in_turn)(spec, implementations, arguments, ask)


async def _in_turn(spec: BaseSpec, implementations: tuple[HookImpl, ...], arguments: Arguments, ask: AsyncAsk) -> Any:
    calls: Calls = MODES[spec.mode](spec, implementations, arguments)
    answer: Any = None
    while True:
        try:
            impl, given = calls.send(answer)
        except StopIteration as stop:
            return stop.value
        answer = await ask(impl, given)


async def _at_once(spec: BaseSpec, implementations: tuple[HookImpl, ...], arguments: Arguments, ask: AsyncAsk) -> Any:
    answers = iter(await ask_all(implementations, arguments, ask))
    return drive(MODES[spec.mode](spec, implementations, arguments), lambda _impl, _arguments: next(answers))


async def unwind_async(started: AnyStarted, result: Any, failure: list[BaseException], nothing: Inside) -> Any:
    """Resume all wrappers that have yielded, the last one first; after an interrupt this can be called again."""
    while started:
        impl, generator = started[-1]
        if not isinstance(generator, AsyncGenerator):
            if not failure or getattr(generator, "gi_suspended", True):
                result = resume(impl, generator, result, failure)
        elif not failure or getattr(generator, "ag_frame", True) is not None:
            result = await _resume(impl, generator, result, failure, nothing)
        started.pop()
    return result


async def begin_async(impl: HookImpl, arguments: Arguments, started: AnyStarted) -> None:
    """Make the generator of a wrapper, and run it up to its first `yield`."""
    made: AnyGenerator | None = call_implementation(impl, arguments)
    generator = made if isinstance(made, AsyncGenerator) else expect_generator(made, impl)
    started.append((impl, generator))
    await _start(impl, generator)


async def call_wrapped_async(
    wrappers: tuple[HookImpl, ...],
    inside: Inside,
    nothing: Inside,
    arguments: Arguments,
    *,
    begin: Callable[[HookImpl, Arguments, AnyStarted], Awaitable[None]] = begin_async,
    unwind: Callable[[AnyStarted, Any, list[BaseException], Inside], Awaitable[Any]] = unwind_async,
) -> Any:
    """Run something within wrappers, as `call_wrapped` of `loop` does."""
    started: AnyStarted = []
    failure: list[BaseException] = []  # the pending exception, if there is one
    result: Any = None
    try:
        try:
            for impl in wrappers:
                await begin(impl, arguments, started)
            result = await inside()
        except BaseException as exc:
            failure.append(below(exc))
        result = await unwind(started, result, failure, nothing)
    except BaseException as exc:  # an interrupt between two steps of this; see the twin of this in `loop`
        failure[:] = [below(exc)]
    if started:
        result = await unwind(started, None, failure, nothing)
    if failure:
        reraise(failure)
    return result


async def _start(impl: HookImpl, generator: AnyGenerator) -> None:
    """Run a wrapper up to its first `yield`."""
    if not isinstance(generator, AsyncGenerator):
        return start(impl, generator)
    try:
        await anext(generator)
    except StopAsyncIteration:
        raise wrapper_error(impl, "did not yield") from None
    except BaseException as exc:
        attribute(exc, impl)
        raise


async def _resume(
    impl: HookImpl,
    generator: AsyncGenerator[Any, Any],
    result: Any,
    failure: list[BaseException],
    nothing: Inside,
) -> Any:
    """Run a wrapper from its first `yield` to its end, and return the result; `failure` is brought up to date.

    A wrapper that swallows an exception and gives no result leaves what the hook gives without implementations.
    """
    origin = failure[0].__traceback__ if failure else None
    try:
        if failure:
            result = await generator.athrow(failure[0])
        else:
            result = await generator.asend(result)
    except StopAsyncIteration:
        swallowed = bool(failure)
        failure.clear()
        return await nothing() if swallowed else result
    except BaseException as exc:
        record_failure(below(exc), impl, failure, origin)
        waits = getattr(generator, "ag_frame", None) is not None  # interrupted before it was resumed
    else:
        failure.clear()
        waits = await _finish(impl, generator, failure)
        if not failure:
            return result
    return await _resume(impl, generator, result, failure, nothing) if waits else None


async def _finish(impl: HookImpl, generator: AsyncGenerator[Any, Any], failure: list[BaseException]) -> bool:
    """Run a wrapper from its second `yield` to its end, and return whether an interrupt has left it waiting there."""
    try:
        await anext(generator)
    except StopAsyncIteration:
        return False
    except BaseException as exc:
        record_failure(below(exc), impl, failure, None)
        return getattr(generator, "ag_frame", None) is not None
    failure[:] = [yielded_again(impl, "third", failure, await close_async(generator))]
    return False


async def close_async(generator: AsyncGenerator[Any, Any]) -> BaseException | None:
    """Close a wrapper that has yielded again, and return what it raises; see the twin of this in `loop`."""
    try:
        await generator.aclose()
    except BaseException as exc:
        return below(exc)
    return None
