"""What stands behind the caller of a hook that goes on when a plugin fails; such hooks are never compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pluginkit._call.arguments import bind
from pluginkit._call.async_caller import AsyncCaller
from pluginkit._call.caller import Caller
from pluginkit._call.policies import call_guarded, call_guarded_async

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows


class GuardedCaller(Caller):
    """The object behind the function of a hook that goes on."""

    __slots__ = ()

    def run(self, /, *values: Any) -> Any:
        """Call every implementation, and combine the answers."""
        arguments = dict(zip(self.spec.parameters, values, strict=True))
        return call_guarded(self.spec, self._loaded_snapshot(), arguments, self._state.store.report)

    def call_extra(self, functions: Iterable[Callable[..., Any]], /, *positional: object, **arguments: Any) -> Any:
        """Call the hook with further functions, for this call only, as if their plugins were registered last."""
        bound = bind(self.spec, positional, arguments)
        return call_guarded(self.spec, self._with_extra(functions), bound, self._state.store.report)


class AsyncGuardedCaller(AsyncCaller):
    """The object behind the function of an async hook that goes on."""

    __slots__ = ()

    async def run(self, /, *values: Any) -> Any:
        """Call every implementation, and combine the answers."""
        arguments = dict(zip(self.spec.parameters, values, strict=True))
        return await call_guarded_async(self.spec, self._loaded_snapshot(), arguments, self._state.store.report)

    async def call_extra(
        self, functions: Iterable[Callable[..., Any]], /, *positional: object, **arguments: Any
    ) -> Any:
        """Call the hook with further functions, for this call only, as if their plugins were registered last."""
        bound = bind(self.spec, positional, arguments)
        return await call_guarded_async(self.spec, self._with_extra(functions), bound, self._state.store.report)
