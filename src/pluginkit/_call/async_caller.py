"""What stands behind the caller of an async hook."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pluginkit._call.aio import call_async_hook
from pluginkit._call.arguments import bind
from pluginkit._call.awaiting import call_async_implementation
from pluginkit._call.caller import Caller
from pluginkit._call.each_async import each_at_once, each_outcome_async
from pluginkit._call.modes import Arguments
from pluginkit._declare.impl import HookImpl

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows


class AsyncCaller(Caller):
    """The object behind the function of an async hook that is called directly."""

    __slots__ = ()

    async def run(self, /, *values: Any) -> Any:
        """Call every implementation, and combine the answers."""
        arguments = dict(zip(self.spec.parameters, values, strict=True))
        compiled = self._compiled()
        if compiled is not None:
            return await compiled(**arguments)
        # A concurrent hook is never compiled.
        ask = call_async_implementation if self.spec.concurrent else self._ask
        return await call_async_hook(self.spec, self._loaded_snapshot(), arguments, ask)

    async def call_extra(
        self, functions: Iterable[Callable[..., Any]], /, *positional: object, **arguments: Any
    ) -> Any:
        """Call the hook with further functions, for this call only, as if their plugins were registered last."""
        bound = bind(self.spec, positional, arguments)
        return await call_async_hook(self.spec, self._with_extra(functions), bound)

    def each(self, /, *positional: object, **arguments: Any) -> Any:
        """Ask the implementations one by one, or at once, and yield what comes of each; wrappers do not run."""
        bound = bind(self.spec, positional, arguments)
        implementations = self._loaded_snapshot().implementations
        if self.spec.concurrent:
            return each_at_once(implementations, bound)
        return each_outcome_async(self.spec, implementations, bound)

    async def _ask(self, impl: HookImpl, arguments: Arguments) -> Any:
        answer = await call_async_implementation(impl, arguments)
        self._sparse |= answer is None
        return answer
