"""Lets observers see calls, and changes nothing about these.

While somebody observes, a call runs copies of its implementations, whose functions let the observers in and out. So no
mode, policy or kind of hook knows of observers. What an observer raises is logged, once for each.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterable
from contextlib import AbstractContextManager
from functools import partial
from types import TracebackType
from typing import Any

from pluginkit._call.awaiting import is_awaitable
from pluginkit._call.failure import is_failure
from pluginkit._call.modes import Arguments
from pluginkit._call.observed import Around, Call, Kind
from pluginkit._call.order import Snapshot
from pluginkit._declare.impl import HookImpl
from pluginkit._declare.spec import BaseSpec
from pluginkit._errors import coded
from pluginkit._implement.plugin import Distribution

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows


class Observer:
    """One observer of a registry.

    Attributes:
        around: Gives what is entered before a call and left after it.
        whole: Whether it sees whole calls, instead of those of implementations.
    """

    __slots__ = ("_is_reported", "around", "whole")

    def __init__(self, around: Around, *, whole: bool) -> None:
        self.around = around
        self.whole = whole
        self._is_reported = False

    def report(self, error: BaseException, call: Call) -> None:
        """Write what the observer has raised to the logger `pluginkit`; only the first time."""
        if self._is_reported:
            return
        self._is_reported = True
        import logging  # late: observers that work need none

        message = "observer %r failed at %s and is not reported again"
        logging.getLogger("pluginkit").error(message, self.around, call.hook, exc_info=error)


def observer_of(around: Around, per: str) -> Observer:
    """Return a new observer.

    Raises:
        ValueError: `per` is neither "implementation" nor "call".
        TypeError: `around` cannot be called.
    """
    if per not in ("implementation", "call"):
        text = coded(f"per= is 'implementation' or 'call', not {per!r}", "PK409")
        raise ValueError(f"{text}\n  Hint: leave it out to see each call of a plugin")
    if not callable(around):
        text = coded(f"{around!r} cannot be called", "PK410")
        raise TypeError(f"{text}\n  Hint: pass a function that takes a Call and returns a context manager")
    return Observer(around, whole=per == "call")


class Observers:
    """All observers of a registry at one moment; it never changes."""

    __slots__ = ("_distribution_of", "_each", "_whole", "every")

    def __init__(self, every: Iterable[Observer], distribution_of: Callable[[str], Distribution | None]) -> None:
        self.every = tuple(every)
        self._each = tuple(observer for observer in self.every if not observer.whole)
        self._whole = tuple(observer for observer in self.every if observer.whole)
        self._distribution_of = distribution_of

    def __bool__(self) -> bool:
        return bool(self.every)

    def whole(self, spec: BaseSpec, arguments: Arguments) -> Watch:
        """Return what a whole call runs within."""
        return Watch(self._whole, Call("call", spec, "", arguments))

    def load(self, spec: BaseSpec, plugin_name: str) -> Watch:
        """Return what the import of a lazy plugin runs within, which a call of a hook needs."""
        return Watch(self._each, Call("load", spec, plugin_name, distribution_of=self._distribution_of))

    def snapshot(self, snapshot: Snapshot) -> Snapshot:
        """Return a snapshot whose implementations are observed."""
        if not self._each:
            return snapshot
        if snapshot.observed is None or snapshot.observed[0] is not self:
            snapshot.observed = self, snapshot.mapped(self.implementation)
        return snapshot.observed[1]

    def implementation(self, impl: HookImpl) -> HookImpl:
        """Return a copy of an implementation that is observed."""
        if not self._each:
            return impl
        function, each, distribution_of = impl.function, self._each, self._distribution_of
        spec, name = impl.spec, impl.plugin_name
        kind: Kind = "wrapper" if impl.mark.wrapper else "implementation"

        def watch(arguments: Arguments) -> Watch:
            return Watch(each, Call(kind, spec, name, arguments, impl, distribution_of))

        def call(**arguments: Any) -> Any:
            with watch(arguments):
                return function(**arguments)

        def call_async(**arguments: Any) -> Any:
            entered = watch(arguments)
            with entered:
                made = function(**arguments)
                if is_awaitable(made):
                    return _awaited(made, entered.kept())
            return made

        def wrap(**arguments: Any) -> Any:
            return _wrapped(function(**arguments), watch(arguments))

        return _ObservedImpl(impl, wrap if impl.mark.wrapper else call_async if impl.spec.is_async else call)


class _ObservedImpl(HookImpl):
    """A copy of an implementation that calls another function instead."""

    __slots__ = ("_original",)

    def __init__(self, original: HookImpl, function: Callable[..., Any]) -> None:
        self._original = original
        self.plugin = original.plugin
        self.plugin_name = original.plugin_name
        self.spec = original.spec
        self.function = function
        self.mark = original.mark
        self.taken = original.taken

    @property
    def original(self) -> HookImpl:
        """The implementation that is observed."""
        return self._original

    @property
    def location(self) -> str:
        """The file and the line of the implementation that is observed."""
        return self._original.location


async def _awaited(answer: Awaitable[Any], watch: Watch) -> Any:
    """Await an answer within what was entered before it was asked for, in the same task."""
    with watch:
        return await answer


class Watch:
    """Lets observers in before a call, the first registered first, and out after it; nothing they raise leaves it."""

    __slots__ = ("_call", "_entered", "_observers")

    def __init__(self, observers: tuple[Observer, ...], call: Call) -> None:
        self._observers = observers
        self._call = call
        self._entered: list[tuple[Observer, AbstractContextManager[object]]] = []

    def kept(self) -> Watch:
        """Return what has been entered, to be left later; this one leaves nothing any more."""
        kept = Watch((), self._call)
        kept._entered, self._entered = self._entered, []
        return kept

    def __enter__(self) -> None:
        for observer in self._observers:
            try:
                manager = observer.around(self._call)
                manager.__enter__()
            except BaseException as error:
                if not is_failure(error):
                    self.__exit__(type(error), error, error.__traceback__)
                    raise
                observer.report(error, self._call)
            else:
                self._entered.append((observer, manager))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        while self._entered:
            observer, manager = self._entered.pop()
            try:
                manager.__exit__(kind, error, traceback)
            except BaseException as own:
                if not is_failure(own):
                    self.__exit__(kind, error, traceback)
                    raise
                if own is not error:
                    observer.report(own, self._call)


def _wrapped(made: Any, watch: Watch) -> Any:
    """Return a generator of a wrapper so that it is observed, and anything else as it is, which is refused later."""
    if isinstance(made, Generator):
        return _Wrapper(made, watch)  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(made, AsyncGenerator):
        return _AsyncWrapper(made, watch)  # pyright: ignore[reportUnknownArgumentType]
    return made


class _Wrapper(Generator[Any, Any, Any]):
    """A generator of a wrapper that is observed: from when it begins to run until it ends."""

    def __init__(self, made: Generator[Any, Any, Any], watch: Watch) -> None:
        self._made = made
        self._watch = watch
        self._begun = False

    @property
    def gi_suspended(self) -> bool:
        """Whether it waits; where the generator itself does not say that, this does not either."""
        made: Any = self._made
        return bool(made.gi_suspended)

    def send(self, value: Any, /) -> Any:
        return self._step([partial(self._made.send, value)])

    def throw(self, error: Any, /, *rest: Any) -> Any:
        steps = [partial(self._made.throw, error, *rest)]
        del error, rest  # this frame may become a part of the traceback of what it holds
        return self._step(steps)

    def close(self) -> None:
        self._step([self._made.close])
        self._watch.__exit__(None, None, None)

    def _step(self, steps: list[Any]) -> Any:
        """Do what is in the list, which is emptied: no frame is to keep an exception that was thrown in."""
        if not self._begun:
            self._begun = True
            self._watch.__enter__()
        try:
            return steps.pop()()
        except StopIteration:
            self._watch.__exit__(None, None, None)
            raise
        except BaseException as error:
            self._watch.__exit__(type(error), error, error.__traceback__)
            raise


class _AsyncWrapper(AsyncGenerator[Any, Any]):
    """The same of an async wrapper."""

    def __init__(self, made: AsyncGenerator[Any, Any], watch: Watch) -> None:
        self._made = made
        self._watch = watch
        self._begun = False

    @property
    def ag_frame(self) -> Any:
        """What it runs, or None once it has ended."""
        made: Any = self._made
        return made.ag_frame

    async def asend(self, value: Any, /) -> Any:
        return await self._step([partial(self._made.asend, value)])

    async def athrow(self, error: Any, /, *rest: Any) -> Any:
        steps = [partial(self._made.athrow, error, *rest)]
        del error, rest  # as in `throw`
        return await self._step(steps)

    async def aclose(self) -> None:
        await self._step([self._made.aclose])
        self._watch.__exit__(None, None, None)

    async def _step(self, steps: list[Any]) -> Any:
        if not self._begun:
            self._begun = True
            self._watch.__enter__()
        try:
            return await steps.pop()()
        except StopAsyncIteration:
            self._watch.__exit__(None, None, None)
            raise
        except BaseException as error:
            self._watch.__exit__(type(error), error, error.__traceback__)
            raise
