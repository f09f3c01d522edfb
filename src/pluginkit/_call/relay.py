"""What `registry.hook` is at run time: a caller for each hook, of the kind that the hook wants.

A host imports what its hooks need, when they are declared: callers of other kinds are not imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import FunctionType
from typing import NoReturn

from pluginkit._call.caller import BaseCaller, Caller
from pluginkit._call.order import Excluded
from pluginkit._call.state import HookState
from pluginkit._errors import unpicklable


def caller_for(state: HookState, excluded: Excluded = frozenset()) -> FunctionType | BaseCaller:
    """Return a new caller for a hook, as its mode wants it."""
    spec = state.spec
    if spec.mode == "historic":
        from pluginkit._call.historic_caller import AsyncHistoricCaller, HistoricCaller

        return (AsyncHistoricCaller if spec.is_async else HistoricCaller)(state, excluded)
    if spec.errors != "raise":
        from pluginkit._call.guarded_caller import AsyncGuardedCaller, GuardedCaller

        return (AsyncGuardedCaller if spec.is_async else GuardedCaller)(state, excluded).function()
    if spec.is_async:
        from pluginkit._call.async_caller import AsyncCaller

        return AsyncCaller(state, excluded).function()
    return Caller(state, excluded).function()


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
