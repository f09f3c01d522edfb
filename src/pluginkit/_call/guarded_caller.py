"""What stands behind the caller of a hook that goes on when a plugin fails; such hooks are never compiled."""

from __future__ import annotations

from typing import Any

from pluginkit._call.async_caller import AsyncCaller
from pluginkit._call.caller import Caller
from pluginkit._call.modes import Arguments
from pluginkit._call.order import Snapshot
from pluginkit._call.policies import call_guarded, call_guarded_async

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows


class GuardedCaller(Caller):
    """The object behind the function of a hook that goes on."""

    __slots__ = ()

    def _call(self, snapshot: Snapshot, arguments: Arguments, ask: Any) -> Any:
        del ask  # the guard asks
        return call_guarded(self.spec, snapshot, arguments, self._state.store.report)

    def _compiled(self) -> None:
        return None


class AsyncGuardedCaller(AsyncCaller):
    """The object behind the function of an async hook that goes on."""

    __slots__ = ()

    async def _call(self, snapshot: Snapshot, arguments: Arguments, ask: Any) -> Any:
        del ask  # the guard asks
        return await call_guarded_async(self.spec, snapshot, arguments, self._state.store.report)

    def _compiled(self) -> None:
        return None
