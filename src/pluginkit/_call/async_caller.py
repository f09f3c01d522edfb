"""What stands behind the caller of an async hook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from pluginkit._call.aio import call_async_hook
from pluginkit._call.arguments import bind
from pluginkit._call.awaiting import call_async_implementation
from pluginkit._call.caller import Caller
from pluginkit._call.each_async import each_at_once, each_outcome_async
from pluginkit._call.modes import Arguments
from pluginkit._call.order import Snapshot
from pluginkit._declare.impl import HookImpl

if TYPE_CHECKING:
    from pluginkit._call.observing import Observers  # imported with the first observer

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows


class AsyncCaller(Caller):
    """The object behind the function of an async hook that is called directly."""

    __slots__ = ()

    async def run(self, /, *values: Any) -> Any:
        """Call every implementation, and combine the answers."""
        arguments = dict(zip(self.spec.parameters, values, strict=True))
        if self._state.store.observers is not None:
            return await self._observed(self._state.store.observers, arguments)
        compiled = self._compiled()
        if compiled is not None:
            return await compiled(**arguments)
        # A concurrent hook is never compiled.
        ask = call_async_implementation if self.spec.concurrent else self._ask
        return await self._call(self._loaded_snapshot(), arguments, ask)

    async def call_extra(
        self, functions: Iterable[Callable[..., Any]], /, *positional: object, **arguments: Any
    ) -> Any:
        """Call the hook with further functions, for this call only, as if their plugins were registered last."""
        bound = bind(self.spec, positional, arguments)
        extra = self._extra(functions)
        if self._state.store.observers is not None:
            return await self._observed(self._state.store.observers, bound, extra)
        return await self._call(self._loaded_snapshot().with_extra(extra), bound, call_async_implementation)

    def each(self, /, *positional: object, **arguments: Any) -> Any:
        """Ask the implementations one by one, or at once, and yield what comes of each; wrappers do not run."""
        bound = bind(self.spec, positional, arguments)
        implementations = self._each_implementation()
        if self.spec.concurrent:
            return each_at_once(implementations, bound)
        return each_outcome_async(self.spec, implementations, bound)

    async def _call(self, snapshot: Snapshot, arguments: Arguments, ask: Any) -> Any:
        return await call_async_hook(self.spec, snapshot, arguments, ask)

    async def _observed(self, observers: Observers, arguments: Arguments, extra: Sequence[HookImpl] = ()) -> Any:
        with observers.whole(self.spec, arguments):
            snapshot = self._observed_snapshot(observers, extra)
            return await self._call(snapshot, arguments, call_async_implementation)

    async def _ask(self, impl: HookImpl, arguments: Arguments) -> Any:
        answer = await call_async_implementation(impl, arguments)
        self._sparse |= answer is None
        return answer
