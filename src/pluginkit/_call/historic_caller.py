"""The caller of a historic hook, which is not called itself, and replays of what it was called with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from pluginkit._call.arguments import bind, call_error
from pluginkit._call.caller import BaseCaller
from pluginkit._call.history import HistoricCall
from pluginkit._call.policies import Guard
from pluginkit._call.store import Store
from pluginkit._declare.impl import HookImpl

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows


Replays: TypeAlias = Iterable[tuple[HistoricCall, HookImpl]]


def replay(replays: Replays, guard: Guard, store: Store) -> None:
    """Call implementations with remembered calls."""
    for call, impl in replays:
        call.tell(guard.asking(impl)(store.observed(impl), call.arguments))
    guard.leave()


async def replay_async(replays: Replays, guard: Guard, store: Store) -> None:
    """Call implementations of async hooks, and others, with remembered calls."""
    for call, impl in replays:
        call.tell(await guard.asking_async(impl)(store.observed(impl), call.arguments))
    guard.leave()


class HistoricCaller(BaseCaller):
    """Calls a historic hook; to checkers it is the `HistoricCaller` of `pluginkit`."""

    __slots__ = ()

    def __call__(self, /, *_: object, **__: object) -> Any:
        """Refuse the call, and say what to call instead."""
        spec = self._state.spec
        hint = f"write {spec.name}.call_historic(...): the call is remembered"
        raise call_error(spec, "is historic and cannot be called directly", hint, "PK303")

    def call_historic(
        self, result_callback: Callable[[Any], object] | None = None, /, *positional: object, **arguments: Any
    ) -> Any:
        """Call every implementation, then remember the call and replay it to each plugin registered later."""
        call = self._historic_call(result_callback, positional, arguments)
        guard, store = Guard(self._state.store.report), self._state.store
        with store.whole(self.spec, call.arguments):
            replay(((call, impl) for impl in self._state.remember(call, guard.kept)), guard, store)

    def _historic_call(
        self, callback: Callable[[Any], object] | None, positional: tuple[object, ...], arguments: dict[str, Any]
    ) -> HistoricCall:
        spec = self._state.spec
        if callback is not None and not callable(callback):
            names = ", ".join(f"{name}=..." for name in spec.parameters)
            hint = f"pass a function, or nothing; arguments go by name, as in call_historic({names})"
            raise call_error(spec, "got a callback that is not callable", hint, "PK305")
        return HistoricCall(bind(spec, positional, arguments), callback, self.excluded)


class AsyncHistoricCaller(HistoricCaller):
    """Calls an async historic hook; to checkers it is the `AsyncHistoricCaller` of `pluginkit`."""

    __slots__ = ()

    async def call_historic(
        self, result_callback: Callable[[Any], object] | None = None, /, *positional: object, **arguments: Any
    ) -> Any:
        """Call every implementation, then remember the call and replay it to each plugin registered later."""
        call = self._historic_call(result_callback, positional, arguments)
        guard, store = Guard(self._state.store.report), self._state.store
        with store.whole(self.spec, call.arguments):
            await replay_async(((call, impl) for impl in self._state.remember(call, guard.kept)), guard, store)
