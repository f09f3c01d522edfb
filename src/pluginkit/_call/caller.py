"""What `registry.hook.<name>` is at run time: a caller, a view on the state of its hook.

The caller of a hook that is called directly is a function, the same one for life, with the signature of its hook; what
stands behind it is a `Caller` or an `AsyncCaller`. A historic hook has a `HistoricCaller`, which is not called itself.

A call reads the current snapshot once. It takes no lock, unless plugins have come or gone since the last call.
Callers know nothing of the registry.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import update_wrapper
from types import FunctionType, MethodType
from typing import Any, NoReturn
from weakref import ref

from pluginkit._call.aio import call_async_hook
from pluginkit._call.arguments import bind, call_error
from pluginkit._call.awaiting import call_async_implementation
from pluginkit._call.each import each_at_once, each_outcome, each_outcome_async
from pluginkit._call.function import hook_function, looping_code
from pluginkit._call.history import HistoricCall
from pluginkit._call.loop import call_hook, call_implementation
from pluginkit._call.modes import Arguments
from pluginkit._call.order import Excluded, Snapshot, shown
from pluginkit._call.policies import Guard, call_guarded, call_guarded_async
from pluginkit._call.state import HookState
from pluginkit._declare.impl import HookImpl
from pluginkit._declare.spec import BaseSpec
from pluginkit._errors import unpicklable
from pluginkit._implement.validate import extra_implementation

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows


# Compiling takes about as long as so many calls, so it pays only for a hook that is called often. If the
# environment variable is set to "loop" before the first call, none is compiled.
COMPILE_AFTER = 32

LOOP_ONLY = os.environ.get("PLUGINKIT_DISPATCH") == "loop"


class BaseCaller:
    """What all callers have in common.

    Attributes:
        excluded: The names of the plugins that are left out.
    """

    __slots__ = ("_state", "excluded")

    def __init__(self, state: HookState, excluded: Excluded = frozenset()) -> None:
        self._state = state
        self.excluded = excluded

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.spec.qualified_name}{shown(self.excluded)}>"

    def __reduce__(self) -> NoReturn:
        raise unpicklable(repr(self), "pickle the registry, and ask it for its hooks")

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

    def _wanted(self, snapshot: Snapshot) -> Snapshot:
        return snapshot.without(self.excluded) if self.excluded else snapshot

    def _loaded_snapshot(self) -> Snapshot:
        """Return what a call runs. Plugins that were registered lazily are loaded first."""
        return self._state.loaded(self.excluded)


class Caller(BaseCaller):
    """The object behind the function of a hook that is called directly.

    The function's code passes the first calls on to `run`. A hook that is called more often is compiled, and the state
    of the hook exchanges the code of the function, and exchanges it back when plugins come or go.
    """

    __slots__ = ("_calls", "_function", "_generation", "_sparse")

    def __init__(self, state: HookState, excluded: Excluded = frozenset()) -> None:
        super().__init__(state, excluded)
        self._generation = state.generation
        self._calls = 0  # how many went through the loop in this generation of the state
        self._sparse = False  # whether one of the answers was None
        self._function: Callable[[], FunctionType | None] = lambda: None

    def function(self) -> FunctionType:
        """Return a new function that calls the hook. The function keeps the caller alive, and not the other way."""
        spec = self.spec
        function = hook_function(spec, looping_code(spec, self.run))
        update_wrapper(function, MethodType(spec.function, spec))  # its text, annotations and signature
        function.__name__, function.__qualname__ = spec.name, spec.qualified_name
        function.__module__ = spec.owner.__module__
        vars(function).update(
            name=spec.name,
            spec=spec,
            excluded=self.excluded,
            implementations=self.implementations,
            call_extra=self.call_extra,
            each=self.each,
        )
        self._function = ref(function)
        return function

    def run(self, /, *values: Any) -> Any:
        """Call every implementation, and combine the answers."""
        arguments = dict(zip(self.spec.parameters, values, strict=True))
        if self.spec.errors != "raise":
            return call_guarded(self.spec, self._loaded_snapshot(), arguments, self._state.store.report)
        compiled = self._compiled()
        if compiled is not None:
            return compiled(**arguments)
        return call_hook(self.spec, self._loaded_snapshot(), arguments, self._ask)

    def call_extra(self, functions: Iterable[Callable[..., Any]], /, *positional: object, **arguments: Any) -> Any:
        """Call the hook with further functions, for this call only, as if their plugins were registered last."""
        bound = bind(self.spec, positional, arguments)
        snapshot = self._with_extra(functions)
        if self.spec.errors != "raise":
            return call_guarded(self.spec, snapshot, bound, self._state.store.report)
        return call_hook(self.spec, snapshot, bound)

    def each(self, /, *positional: object, **arguments: Any) -> Any:
        """Ask the implementations one by one, and yield what comes of each; wrappers do not run."""
        bound = bind(self.spec, positional, arguments)
        return each_outcome(self.spec, self._loaded_snapshot().implementations, bound)

    def _ask(self, impl: HookImpl, arguments: Arguments) -> Any:
        answer = call_implementation(impl, arguments)
        self._sparse |= answer is None
        return answer

    def _compiled(self) -> FunctionType | None:
        """Return a compiled function for this call, or None if it is to go through the loop."""
        if self._generation is not self._state.generation:
            self._generation, self._calls, self._sparse = self._state.generation, 0, False
        if LOOP_ONLY or self._calls < COMPILE_AFTER:
            self._calls += 1
            return None
        self._calls = 0
        try:
            from pluginkit._call.compile import Valid, can_compile, compile_call  # late: few hooks are called often
        except ImportError:  # Python is shutting down, or a finalizer calls the hook in the middle of this import
            return None
        current = self._state.snapshot
        snapshot = self._wanted(current)
        if snapshot.lazy or not can_compile(self.spec, snapshot):
            return None
        code = compile_call(self.spec, snapshot, Valid(self._state, current, self.run), sparse=self._sparse)
        function = self._function()
        if function is not None:
            self._state.publish(function, code, current)
        return hook_function(self.spec, code)

    def _with_extra(self, functions: Iterable[Callable[..., Any]]) -> Snapshot:
        extra = [extra_implementation(function, self.spec) for function in functions]
        return self._loaded_snapshot().with_extra(extra)


class AsyncCaller(Caller):
    """The object behind the function of an async hook that is called directly."""

    __slots__ = ()

    async def run(self, /, *values: Any) -> Any:
        """Call every implementation, and combine the answers."""
        arguments = dict(zip(self.spec.parameters, values, strict=True))
        if self.spec.errors != "raise":
            return await call_guarded_async(self.spec, self._loaded_snapshot(), arguments, self._state.store.report)
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
        snapshot = self._with_extra(functions)
        if self.spec.errors != "raise":
            return await call_guarded_async(self.spec, snapshot, bound, self._state.store.report)
        return await call_async_hook(self.spec, snapshot, bound)

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
        guard = Guard(self._state.store.report)
        for impl in self._state.remember(call, guard.kept):
            call.replay(impl, guard)
        guard.leave()

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
        guard = Guard(self._state.store.report)
        for impl in self._state.remember(call, guard.kept):
            await call.replay_async(impl, guard)
        guard.leave()


def caller_for(state: HookState, excluded: Excluded = frozenset()) -> FunctionType | BaseCaller:
    """Return a new caller for a hook, as its mode wants it."""
    spec = state.spec
    if spec.mode == "historic":
        return (AsyncHistoricCaller if spec.is_async else HistoricCaller)(state, excluded)
    return (AsyncCaller if spec.is_async else Caller)(state, excluded).function()


class HookRelay:
    """What `registry.hook` is at run time: a caller for each hook of a spec. To checkers it is the spec itself.

    Each spec has a relay class of its own, whose name is in the error for an unknown hook. A `__getattr__`
    could do that as well, but makes every attribute lookup slower.
    """

    __spec__: type = object  # no hook has such a name

    def __init__(self, callers: Mapping[str, object]) -> None:
        self.__dict__.update(callers)

    def __repr__(self) -> str:
        return f"<HookRelay of {self.__spec__.__name__}>"

    def __reduce__(self) -> NoReturn:
        raise unpicklable(repr(self), "pickle the registry, and ask it for its hooks")

    def __copy__(self) -> HookRelay:
        """Return a relay with the same callers."""
        return type(self)(vars(self))


def relay_class(spec: type) -> type[HookRelay]:
    """Return a new class for the relays of a spec."""
    return type(f"HookRelay[{spec.__name__}]", (HookRelay,), {"__spec__": spec, "__module__": __name__})
