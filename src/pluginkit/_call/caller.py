"""What all callers have in common, and what stands behind the caller of a sync hook: a view on the state of the hook.

The caller of a hook that is called directly is a function, the same one for life, with the signature of its hook; what
stands behind it is a `Caller`.

A call reads the current snapshot once. It takes no lock, unless plugins have come or gone since the last call.
Callers know nothing of the registry.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from functools import update_wrapper
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, NoReturn
from weakref import ref

from pluginkit._call.arguments import bind
from pluginkit._call.each import each_outcome
from pluginkit._call.function import hook_function, looping_code
from pluginkit._call.loop import call_hook, call_implementation
from pluginkit._call.modes import Arguments
from pluginkit._call.order import Excluded, Snapshot, shown
from pluginkit._call.state import HookState
from pluginkit._declare.impl import HookImpl
from pluginkit._declare.spec import BaseSpec
from pluginkit._errors import unpicklable
from pluginkit._implement.validate import extra_implementation

if TYPE_CHECKING:
    from pluginkit._call.observing import Observers  # imported with the first observer

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
        if self._state.store.observers is not None:
            return self._observed(self._state.store.observers, arguments)
        compiled = self._compiled()
        if compiled is not None:
            return compiled(**arguments)
        return self._call(self._loaded_snapshot(), arguments, self._ask)

    def call_extra(self, functions: Iterable[Callable[..., Any]], /, *positional: object, **arguments: Any) -> Any:
        """Call the hook with further functions, for this call only, as if their plugins were registered last."""
        bound = bind(self.spec, positional, arguments)
        extra = self._extra(functions)
        if self._state.store.observers is not None:
            return self._observed(self._state.store.observers, bound, extra)
        return self._call(self._loaded_snapshot().with_extra(extra), bound, call_implementation)

    def each(self, /, *positional: object, **arguments: Any) -> Any:
        """Ask the implementations one by one, and yield what comes of each; wrappers do not run."""
        bound = bind(self.spec, positional, arguments)
        return each_outcome(self.spec, self._each_implementation(), bound)

    def _each_implementation(self) -> tuple[HookImpl, ...]:
        snapshot, observers = self._loaded_snapshot(), self._state.store.observers
        return (snapshot if observers is None else observers.snapshot(snapshot)).implementations

    def _call(self, snapshot: Snapshot, arguments: Arguments, ask: Any) -> Any:
        return call_hook(self.spec, snapshot, arguments, ask)

    def _observed(self, observers: Observers, arguments: Arguments, extra: Sequence[HookImpl] = ()) -> Any:
        with observers.whole(self.spec, arguments):
            snapshot = self._observed_snapshot(observers, extra)
            return self._call(snapshot, arguments, call_implementation)

    def _observed_snapshot(self, observers: Observers, extra: Sequence[HookImpl]) -> Snapshot:
        snapshot = self._loaded_snapshot()
        return observers.snapshot(snapshot.with_extra(extra) if extra else snapshot)

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

    def _extra(self, functions: Iterable[Callable[..., Any]]) -> list[HookImpl]:
        return [extra_implementation(function, self.spec) for function in functions]
