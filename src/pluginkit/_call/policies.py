"""What a call does about what plugins raise, where its hook goes on: `errors="skip"` and `errors="group"`.

An implementation that fails has given no answer, and a wrapper that fails is as if it had not been there. What was
raised is reported, or kept and raised in one group once all have run. What counts as a failure is in `failure`, how
answers are combined in `modes`, how wrappers run in `loop` and `aio`.
"""

from __future__ import annotations

from typing import Any

from pluginkit._call.aio import AnyStarted, Inside, begin_async, call_wrapped_async, combine_async, unwind_async
from pluginkit._call.awaiting import AsyncAsk, call_async_implementation
from pluginkit._call.failure import Failure, Report, is_failure
from pluginkit._call.loop import Ask, Started, begin, below, call_implementation, call_wrapped, drive, reraise, unwind
from pluginkit._call.modes import MODES, Arguments
from pluginkit._call.order import Snapshot
from pluginkit._declare.impl import HookImpl
from pluginkit._declare.spec import BaseSpec

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows


class Guard:
    """Takes what plugins raise in one call, as the hook of each implementation wants it.

    Attributes:
        kept: What is to be raised in a group. No frame of a traceback may lead to it once the call is over.
    """

    __slots__ = ("_report", "kept")

    def __init__(self, report: Report) -> None:
        self._report = report
        self.kept: list[Failure] = []

    def asking(self, impl: HookImpl) -> Ask:
        """Return how an implementation is asked for its answer."""
        return call_implementation if impl.spec.errors == "raise" else self.ask

    def asking_async(self, impl: HookImpl) -> AsyncAsk:
        """Return how an implementation of an async hook is asked for its answer."""
        return call_async_implementation if impl.spec.errors == "raise" else self.ask_async

    def ask(self, impl: HookImpl, arguments: Arguments) -> Any:
        """Call one implementation; if it fails, it has given no answer."""
        try:
            return call_implementation(impl, arguments)
        except BaseException as exc:
            if not is_failure(exc):
                raise
            failed = [below(exc)]
        self.take(impl, failed)
        return None

    async def ask_async(self, impl: HookImpl, arguments: Arguments) -> Any:
        """Call one implementation of an async hook, and await its answer; if it fails, it has given none."""
        try:
            return await call_async_implementation(impl, arguments)
        except BaseException as exc:
            if not is_failure(exc):
                raise
            failed = [below(exc)]
        self.take(impl, failed)
        return None

    def take(self, impl: HookImpl, failed: list[BaseException]) -> None:
        """Report what an implementation has raised, or keep it. The list is emptied: frames may lead to it."""
        failure = Failure(impl.original, failed.pop())
        if impl.spec.errors == "group":
            self.kept.append(failure)
        else:
            self._report(failure)

    def leave(self) -> None:
        """Raise what is kept, in one group."""
        if self.kept:
            hooks = ", ".join(dict.fromkeys(failure.hook for failure in self.kept))
            group = [_grouped(hooks, [failure.error for failure in self.kept])]
            self.kept.clear()
            reraise(group)

    # -- wrappers ---------------------------------------------------------------------------------------------------

    def begin(self, impl: HookImpl, arguments: Arguments, started: Started) -> None:
        """Run a wrapper up to its `yield`; if it fails, it is left out."""
        number = len(started)
        try:
            begin(impl, arguments, started)
        except BaseException as exc:
            if not is_failure(exc):
                raise
            failed = [below(exc)]
        else:
            return
        del started[number:]
        self.take(impl, failed)

    async def begin_async(self, impl: HookImpl, arguments: Arguments, started: AnyStarted) -> None:
        """Do what `begin` does, for an async hook."""
        number = len(started)
        try:
            await begin_async(impl, arguments, started)
        except BaseException as exc:
            if not is_failure(exc):
                raise
            failed = [below(exc)]
        else:
            return
        del started[number:]
        self.take(impl, failed)

    def unwind(self, started: Started, result: Any, failure: list[BaseException]) -> Any:
        """Resume all wrappers that have yielded, the last one first; after an interrupt this can be called again."""
        while started:
            pending = failure[:]
            given = unwind([started[-1]], result, failure)
            result = self._settle(started[-1][0], pending, failure, (result, given))
            started.pop()
        return result

    async def unwind_async(
        self, started: AnyStarted, result: Any, failure: list[BaseException], nothing: Inside
    ) -> Any:
        """Do what `unwind` does, for an async hook."""
        while started:
            pending = failure[:]
            given = await unwind_async([started[-1]], result, failure, nothing)
            result = self._settle(started[-1][0], pending, failure, (result, given))
            started.pop()
        return result

    def _settle(
        self, impl: HookImpl, pending: list[BaseException], failure: list[BaseException], results: tuple[Any, Any]
    ) -> Any:
        """Return the result once a wrapper has ended: what it has given, or the one before if it has failed.

        Args:
            impl: The wrapper.
            pending: The exception that it was resumed with, if there was one; emptied.
            failure: The exception that is on its way now, if there is one; brought up to date.
            results: The result before the wrapper was resumed, and behind it.
        """
        before = pending[:]
        pending.clear()
        if not failure or before == failure or not is_failure(failure[0]):
            return results[1]
        if impl.spec.errors == "group" and all(map(is_failure, before)):
            if not isinstance(failure[0], BaseExceptionGroup):
                failure[:] = [_grouped(impl.spec.qualified_name, failure)]
            return None
        failed = failure[:]
        failure[:] = before
        self._report(Failure(impl.original, failed.pop()))
        return results[0]


def _grouped(hooks: str, errors: list[BaseException]) -> BaseException:
    return BaseExceptionGroup(f"{len(errors)} failed in {hooks}", errors)


def call_guarded(spec: BaseSpec, snapshot: Snapshot, arguments: Arguments, report: Report) -> Any:
    """Do what `call_hook` does, for a hook that goes on when a plugin fails."""
    guard = Guard(report)

    def inside() -> Any:
        result = drive(MODES[spec.mode](spec, snapshot.implementations, arguments), guard.ask)
        guard.leave()
        return result

    try:
        return call_wrapped(snapshot.wrappers, inside, arguments, begin=guard.begin, unwind=guard.unwind)
    finally:
        guard.kept.clear()


async def call_guarded_async(spec: BaseSpec, snapshot: Snapshot, arguments: Arguments, report: Report) -> Any:
    """Do what `call_async_hook` does, for a hook that goes on when a plugin fails."""
    guard = Guard(report)
    places = {impl.original: place for place, impl in enumerate(snapshot.wrappers + snapshot.implementations)}

    async def inside() -> Any:
        result = await combine_async(spec, snapshot.implementations, arguments, guard.ask_async)
        guard.kept.sort(key=lambda failure: places[failure.implementation])  # at once they fail in any order
        guard.leave()
        return result

    async def nothing() -> Any:  # what was kept until something else left has left with it
        return await combine_async(spec, (), arguments, guard.ask_async)

    wrapped = (snapshot.wrappers, inside, nothing, arguments)
    try:
        return await call_wrapped_async(*wrapped, begin=guard.begin_async, unwind=guard.unwind_async)
    finally:
        guard.kept.clear()
