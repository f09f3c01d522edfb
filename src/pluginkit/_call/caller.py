"""What `registry.hook.<name>` is at run time: a caller, a view on the state of its hook.

A call reads the current snapshot once. It takes no lock, unless plugins have come or gone since the last call.
Callers know nothing of the registry.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from types import FunctionType, MethodType
from typing import Any
from weakref import ref

from pluginkit._call.aio import call_async_hook
from pluginkit._call.arguments import bind, call_error
from pluginkit._call.compile import can_compile, compile_call
from pluginkit._call.loop import call_hook
from pluginkit._call.order import Snapshot
from pluginkit._call.state import HistoricCall, HookState
from pluginkit._declare.spec import BaseSpec
from pluginkit._implement.impl import HookImpl
from pluginkit._implement.validate import extra_implementation

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows


# Compiling takes about as long as so many calls, so it pays only for a hook that is called often. Whoever sets the
# environment variable to "loop" before the first call has none compiled.
COMPILE_AFTER = 32

LOOP_ONLY = os.environ.get("PLUGINKIT_DISPATCH") == "loop"


class BaseCaller:
    """What all callers have in common.

    Attributes:
        excluded: The names of the plugins that are left out.
    """

    __slots__ = ("_state", "excluded")

    def __init__(self, state: HookState, excluded: frozenset[str] = frozenset()) -> None:
        self._state = state
        self.excluded = excluded

    def __repr__(self) -> str:
        without = f" without {', '.join(sorted(self.excluded))}" if self.excluded else ""
        return f"<{type(self).__name__} {self.spec.qualified_name}{without}>"

    @property
    def name(self) -> str:
        """The hook's name."""
        return self.spec.name

    @property
    def spec(self) -> BaseSpec:
        """The hook's declaration."""
        return self._state.spec

    def implementations(self) -> tuple[HookImpl, ...]:
        """Return what a call runs, in call order: the wrappers, outermost first, and then the others."""
        snapshot = self._loaded_snapshot()
        return snapshot.wrappers + snapshot.implementations

    def _snapshot(self) -> Snapshot:
        return self._wanted(self._state.snapshot)

    def _wanted(self, snapshot: Snapshot) -> Snapshot:
        return snapshot.without(self.excluded) if self.excluded else snapshot

    def _loaded_snapshot(self) -> Snapshot:
        """Return what a call runs. Plugins that were registered lazily are loaded, and may turn out to be different."""
        while (snapshot := self._snapshot()).lazy:
            self._state.load(snapshot)
        return snapshot


class _Wrapped:
    """The attribute from which `inspect` reads the signature of a caller. The class has none."""

    def __get__(self, caller: Caller | None, _: type[Caller]) -> MethodType:
        if caller is None:
            raise AttributeError
        return MethodType(caller.spec.function, caller.spec)


class Caller(BaseCaller):
    """Calls a hook that is called directly; to checkers it is a `HookCaller`, to `inspect` a function like its hook.

    The first calls go through the loop. A hook that is called more often is compiled, and the function takes the
    caller's place in its relay. When plugins come or go the caller takes it back, at the next call. References to
    either stay good: each hands a call on to what is current.
    """

    __slots__ = ("_compiled", "_looped", "_relay")

    def __init__(self, state: HookState, excluded: frozenset[str] = frozenset()) -> None:
        super().__init__(state, excluded)
        self._compiled: tuple[Snapshot, FunctionType] | None = None  # and the snapshot that it is right for
        self._looped = 0  # how many calls went through the loop since plugins came or went
        self._relay: Callable[[], HookRelay | None] = _no_relay

    def __call__(self, /, *positional: object, **arguments: Any) -> Any:
        """Call every implementation, and combine the answers."""
        function = self._function()
        if function is not None:
            return function(*positional, **arguments)
        bound = bind(self.spec, positional, arguments)
        return call_hook(self.spec, self._loaded_snapshot(), bound)

    def call_extra(self, functions: Iterable[Callable[..., Any]], /, *positional: object, **arguments: Any) -> Any:
        """Call the hook with further functions, for this call only, as if their plugins were registered last."""
        bound = bind(self.spec, positional, arguments)
        return call_hook(self.spec, self._with_extra(functions), bound)

    @property
    def __name__(self) -> str:
        return self.spec.name

    __wrapped__ = _Wrapped()

    def attach(self, relay: HookRelay) -> None:
        """Take note of the relay that this is a caller of. It is not kept alive: it holds the caller."""
        self._relay = ref(relay)

    def _function(self) -> FunctionType | None:
        """Return the compiled function, or None for a call that is to go through the loop."""
        if self._compiled is None and self._looped >= COMPILE_AFTER:
            self._compile()
        compiled = self._compiled
        if compiled is not None:
            return compiled[1]
        self._looped += 1
        return None

    def _compile(self) -> None:
        self._looped = 0
        current = self._state.snapshot
        snapshot = self._wanted(current)
        if not LOOP_ONLY and not snapshot.lazy and can_compile(self.spec, snapshot):
            function = compile_call(self.spec, snapshot, self._state, current, self._stale)
            self._compiled = current, _like(self, function)
            self._publish(self, function)

    def _stale(self, /, **arguments: Any) -> Any:
        """Take a call from a function that was compiled for an earlier snapshot."""
        compiled = self._compiled
        if compiled is not None and compiled[0] is not self._state.current:
            self._compiled = None
            self._publish(compiled[1], self)
        return self(**arguments)

    def _publish(self, old: object, new: object) -> None:
        """Put one thing in the place of another in the relay, unless somebody has put something else there."""
        relay = self._relay()
        if relay is not None and vars(relay).get(self.name) is old:
            vars(relay)[self.name] = new

    def _with_extra(self, functions: Iterable[Callable[..., Any]]) -> Snapshot:
        extra = [extra_implementation(function, self.spec) for function in functions]
        return self._loaded_snapshot().with_extra(extra)


class AsyncCaller(Caller):
    """Calls an async hook that is called directly; to checkers it is an `AsyncHookCaller`.

    What gives a coroutine here is an `async def`: frameworks look whether it is, and do not await it otherwise. Some
    ask `inspect.iscoroutinefunction` of the caller itself, which can be told from Python 3.12 on, or that of asyncio.
    """

    __slots__ = ()
    _is_marked = False  # as a coroutine function, for `inspect`; it is done once, before there is a caller

    def __init__(self, state: HookState, excluded: frozenset[str] = frozenset()) -> None:
        super().__init__(state, excluded)
        if not AsyncCaller._is_marked:
            import inspect  # late: who awaits has imported it

            getattr(inspect, "markcoroutinefunction", id)(AsyncCaller)
            AsyncCaller._is_marked = True

    @property
    def _is_coroutine(self) -> object:
        """What asyncio looks for on Python 3.11; who asks it has imported it."""
        return getattr(sys.modules.get("asyncio.coroutines"), "_is_coroutine", None)

    async def __call__(self, /, *positional: object, **arguments: Any) -> Any:
        """Call every implementation, and combine the answers."""
        function = self._function()
        if function is not None:
            return await function(*positional, **arguments)
        bound = bind(self.spec, positional, arguments)
        return await call_async_hook(self.spec, self._loaded_snapshot(), bound)

    async def call_extra(
        self, functions: Iterable[Callable[..., Any]], /, *positional: object, **arguments: Any
    ) -> Any:
        """Call the hook with further functions, for this call only, as if their plugins were registered last."""
        bound = bind(self.spec, positional, arguments)
        return await call_async_hook(self.spec, self._with_extra(functions), bound)


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
        for impl in self._state.remember(call):
            call.replay(impl)

    def _historic_call(
        self, callback: Callable[[Any], object] | None, positional: tuple[object, ...], arguments: dict[str, Any]
    ) -> HistoricCall:
        spec = self._state.spec
        bound = bind(spec, positional, arguments)
        if callback is not None and not callable(callback):
            raise call_error(spec, "got a callback that is not callable", "pass a function, or nothing", "PK305")
        return HistoricCall(bound, callback, self.excluded)


class AsyncHistoricCaller(HistoricCaller):
    """Calls an async historic hook; to checkers it is the `AsyncHistoricCaller` of `pluginkit`."""

    __slots__ = ()

    async def call_historic(
        self, result_callback: Callable[[Any], object] | None = None, /, *positional: object, **arguments: Any
    ) -> Any:
        """Call every implementation, then remember the call and replay it to each plugin registered later."""
        call = self._historic_call(result_callback, positional, arguments)
        for impl in self._state.remember(call):
            await call.replay_async(impl)


def _no_relay() -> None:
    """Stand in for the reference to a relay, in a caller that has none."""


def _like(caller: Caller, function: FunctionType) -> FunctionType:
    """Make a compiled function a caller: it has the methods of one, and the signature and text of its hook."""
    spec = caller.spec
    function.__doc__ = spec.__doc__
    function.__module__ = spec.owner.__module__
    vars(function).update(
        __wrapped__=caller.__wrapped__,  # `inspect.signature` reads it from there
        name=spec.name,
        spec=spec,
        excluded=caller.excluded,
        implementations=caller.implementations,
        call_extra=caller.call_extra,
    )
    return function


def caller_for(state: HookState, excluded: frozenset[str] = frozenset()) -> BaseCaller:
    """Return a new caller for a hook, as its mode wants it."""
    spec = state.spec
    if spec.mode == "historic":
        return (AsyncHistoricCaller if spec.is_async else HistoricCaller)(state, excluded)
    return (AsyncCaller if spec.is_async else Caller)(state, excluded)


class HookRelay:
    """What `registry.hook` is at run time: a caller for each hook of a spec. To checkers it is the spec itself.

    Each spec has a relay class of its own, whose name is in the error for a hook that there is not. A `__getattr__`
    could say it as well, but makes Python look up every attribute the long way.
    """

    __spec__: type = object  # no hook has such a name

    def __init__(self, callers: Mapping[str, BaseCaller]) -> None:
        self.__dict__.update(callers)
        for caller in callers.values():
            if isinstance(caller, Caller):
                caller.attach(self)

    def __repr__(self) -> str:
        return f"<HookRelay of {self.__spec__.__name__}>"


def relay_class(spec: type) -> type[HookRelay]:
    """Return a new class for the relays of a spec."""
    return type(f"HookRelay[{spec.__name__}]", (HookRelay,), {"__spec__": spec, "__module__": __name__})
