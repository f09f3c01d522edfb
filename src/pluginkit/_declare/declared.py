"""What type checkers see of `@hookspec`: a hook as it is declared, and what it becomes when it is read.

Nothing here runs: at run time `@hookspec` gives one of the records of `kinds`. To a checker it gives one of the four
classes at the end of this module, with one signature for all hooks, so that no two overloads can fit a declaration.
They matter: where a type contains `Any`, mypy and ty give up on overloads of which several fit, without a word.

What a hook is depends on what it is declared to return: a coroutine makes it async, and None means "no answer". This is
decided where the hook is read, by overloads of `__get__` that differ in the type of `self` alone. Checkers drop those
that do not fit it before they look at anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeAlias, TypeVar, overload

from pluginkit._declare.kinds import AsyncHistoricSpec, AsyncHookSpec, HistoricSpec, HookSpec
from pluginkit._declare.types import AsyncHistoricCaller, AsyncHookCaller, HistoricCaller, HookCaller

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")
Raw = TypeVar("Raw")
Raw_co = TypeVar("Raw_co", covariant=True)
Raw_contra = TypeVar("Raw_contra", contravariant=True)
Some_contra = TypeVar("Some_contra", contravariant=True)
Checker_co = TypeVar("Checker_co", covariant=True)

MYPY = False  # mypy alone takes it for true


class Untyped:
    """What no hook returns; but a hook that returns Any, or has no annotation, passes for one that does."""


class NotNone(Protocol):
    """To mypy, any type but None and Protocols: those have no methods but their own."""

    def __sizeof__(self) -> int: ...


class Mypy(Protocol):
    """To mypy, any type; to the other checkers, a type that nothing has."""

    if not MYPY:
        no_type_has_this: None


class Declared(Generic[Raw, Raw_co, Raw_contra, Some_contra, Checker_co]):
    """What a hook is declared to return, as often as `self` has to be asked about it.

    `Raw` is the type itself, invariant, and so `Declared[S | None, ...]` fits only what has a None in it. The next two
    are the same type again; where they are variables they take it in part, from below or from above. mypy joins the
    members of a union that it takes from below: of `str | Path | None` it would keep `object`. From above, as what is
    both of that type and `NotNone`, it keeps `str | Path`. The others do the opposite. The last parameter is what
    tells them apart.
    """


Unknown: TypeAlias = Declared[Untyped, Any, Any, Any, Any]
Nothing: TypeAlias = Declared[None, Any, Any, Any, Any]
Union: TypeAlias = Declared[Any, NotNone | None, R, R, Mypy]
Optional: TypeAlias = Declared[S | None, R | None, Any, Any, Any]
AsyncUnknown: TypeAlias = Declared[Any, Coroutine[Any, Any, Untyped], Any, Any, Any]
AsyncNothing: TypeAlias = Declared[Any, Coroutine[Any, Any, None], Any, Any, Any]
AsyncUnion: TypeAlias = Declared[Any, Coroutine[Any, Any, NotNone | None], Coroutine[Any, Any, R], R, Mypy]
AsyncGiven: TypeAlias = Declared[Any, Coroutine[Any, Any, R | None], Any, Any, Any]
AsyncWhole: TypeAlias = Declared[Any, Coroutine[Any, Any, R], Any, Any, Any]

# Overloads for None as `instance` come first, all of them: ty compares what is left, and gives up where that differs in
# kind. In each group, a hook that returns Any would fit every overload, and one that gives a coroutine the later ones.


class CollectHook(Declared[Raw, Raw, Raw, NotNone, Untyped], Generic[P, Raw]):
    """A hook that collects."""

    @overload
    def __get__(self: Unknown, instance: None, owner: type) -> HookSpec[P, Any, list[Any]]: ...
    @overload
    def __get__(self: AsyncUnknown, instance: None, owner: type) -> AsyncHookSpec[P, Any, list[Any]]: ...
    @overload
    def __get__(self: AsyncNothing, instance: None, owner: type) -> AsyncHookSpec[P, None, list[None]]: ...
    @overload
    def __get__(self: AsyncUnion[R], instance: None, owner: type) -> AsyncHookSpec[P, R, list[R]]: ...
    @overload
    def __get__(self: AsyncGiven[R], instance: None, owner: type) -> AsyncHookSpec[P, R, list[R]]: ...
    @overload
    def __get__(self: Nothing, instance: None, owner: type) -> HookSpec[P, None, list[None]]: ...
    @overload
    def __get__(self: Union[R], instance: None, owner: type) -> HookSpec[P, R, list[R]]: ...
    @overload
    def __get__(self: Optional[S, R], instance: None, owner: type) -> HookSpec[P, R, list[R]]: ...
    @overload
    def __get__(self, instance: None, owner: type) -> HookSpec[P, Raw, list[Raw]]: ...
    @overload
    def __get__(self: Unknown, instance: object, owner: type | None = None) -> HookCaller[P, Any, list[Any]]: ...
    @overload
    def __get__(
        self: AsyncUnknown, instance: object, owner: type | None = None
    ) -> AsyncHookCaller[P, Any, list[Any]]: ...
    @overload
    def __get__(
        self: AsyncNothing, instance: object, owner: type | None = None
    ) -> AsyncHookCaller[P, None, list[None]]: ...
    @overload
    def __get__(self: AsyncUnion[R], instance: object, owner: type | None = None) -> AsyncHookCaller[P, R, list[R]]: ...
    @overload
    def __get__(self: AsyncGiven[R], instance: object, owner: type | None = None) -> AsyncHookCaller[P, R, list[R]]: ...
    @overload
    def __get__(self: Nothing, instance: object, owner: type | None = None) -> HookCaller[P, None, list[None]]: ...
    @overload
    def __get__(self: Union[R], instance: object, owner: type | None = None) -> HookCaller[P, R, list[R]]: ...
    @overload
    def __get__(self: Optional[S, R], instance: object, owner: type | None = None) -> HookCaller[P, R, list[R]]: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> HookCaller[P, Raw, list[Raw]]: ...
    def __get__(self, instance: Any, owner: Any = None) -> Any: ...


class FirstResultHook(Declared[Raw, Raw, Raw, NotNone, Untyped], Generic[P, Raw]):
    """A hook that gives the first answer, or None.

    There is no None to take out. Without an overload for it, pyright takes a hook that returns Any for Any itself.
    """

    @overload
    def __get__(self: Unknown, instance: None, owner: type) -> HookSpec[P, Any, Any]: ...
    @overload
    def __get__(self: AsyncUnknown, instance: None, owner: type) -> AsyncHookSpec[P, Any, Any]: ...
    @overload
    def __get__(self: AsyncWhole[R], instance: None, owner: type) -> AsyncHookSpec[P, R, R | None]: ...
    @overload
    def __get__(self: Optional[S, R], instance: None, owner: type) -> HookSpec[P, Raw, Raw | None]: ...
    @overload
    def __get__(self, instance: None, owner: type) -> HookSpec[P, Raw, Raw | None]: ...
    @overload
    def __get__(self: Unknown, instance: object, owner: type | None = None) -> HookCaller[P, Any, Any]: ...
    @overload
    def __get__(self: AsyncUnknown, instance: object, owner: type | None = None) -> AsyncHookCaller[P, Any, Any]: ...
    @overload
    def __get__(
        self: AsyncWhole[R], instance: object, owner: type | None = None
    ) -> AsyncHookCaller[P, R, R | None]: ...
    @overload
    def __get__(
        self: Optional[S, R], instance: object, owner: type | None = None
    ) -> HookCaller[P, Raw, Raw | None]: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> HookCaller[P, Raw, Raw | None]: ...
    def __get__(self, instance: Any, owner: Any = None) -> Any: ...


class PipelineHook(Declared[Raw, Raw, Raw, NotNone, Untyped], Generic[P, Raw]):
    """A pipeline."""

    @overload
    def __get__(self: Unknown, instance: None, owner: type) -> HookSpec[P, Any, Any]: ...
    @overload
    def __get__(self: AsyncUnknown, instance: None, owner: type) -> AsyncHookSpec[P, Any, Any]: ...
    @overload
    def __get__(self: AsyncNothing, instance: None, owner: type) -> AsyncHookSpec[P, None, None]: ...
    @overload
    def __get__(self: AsyncUnion[R], instance: None, owner: type) -> AsyncHookSpec[P, R, R]: ...
    @overload
    def __get__(self: AsyncGiven[R], instance: None, owner: type) -> AsyncHookSpec[P, R, R]: ...
    @overload
    def __get__(self: Nothing, instance: None, owner: type) -> HookSpec[P, None, None]: ...
    @overload
    def __get__(self: Union[R], instance: None, owner: type) -> HookSpec[P, R, R]: ...
    @overload
    def __get__(self: Optional[S, R], instance: None, owner: type) -> HookSpec[P, R, R]: ...
    @overload
    def __get__(self, instance: None, owner: type) -> HookSpec[P, Raw, Raw]: ...
    @overload
    def __get__(self: Unknown, instance: object, owner: type | None = None) -> HookCaller[P, Any, Any]: ...
    @overload
    def __get__(self: AsyncUnknown, instance: object, owner: type | None = None) -> AsyncHookCaller[P, Any, Any]: ...
    @overload
    def __get__(self: AsyncNothing, instance: object, owner: type | None = None) -> AsyncHookCaller[P, None, None]: ...
    @overload
    def __get__(self: AsyncUnion[R], instance: object, owner: type | None = None) -> AsyncHookCaller[P, R, R]: ...
    @overload
    def __get__(self: AsyncGiven[R], instance: object, owner: type | None = None) -> AsyncHookCaller[P, R, R]: ...
    @overload
    def __get__(self: Nothing, instance: object, owner: type | None = None) -> HookCaller[P, None, None]: ...
    @overload
    def __get__(self: Union[R], instance: object, owner: type | None = None) -> HookCaller[P, R, R]: ...
    @overload
    def __get__(self: Optional[S, R], instance: object, owner: type | None = None) -> HookCaller[P, R, R]: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> HookCaller[P, Raw, Raw]: ...
    def __get__(self, instance: Any, owner: Any = None) -> Any: ...


class HistoricHook(Declared[Raw, Raw, Raw, NotNone, Untyped], Generic[P, Raw]):
    """A historic hook."""

    @overload
    def __get__(self: Unknown, instance: None, owner: type) -> HistoricSpec[P, Any]: ...
    @overload
    def __get__(self: AsyncUnknown, instance: None, owner: type) -> AsyncHistoricSpec[P, Any]: ...
    @overload
    def __get__(self: AsyncNothing, instance: None, owner: type) -> AsyncHistoricSpec[P, None]: ...
    @overload
    def __get__(self: AsyncUnion[R], instance: None, owner: type) -> AsyncHistoricSpec[P, R]: ...
    @overload
    def __get__(self: AsyncGiven[R], instance: None, owner: type) -> AsyncHistoricSpec[P, R]: ...
    @overload
    def __get__(self: Nothing, instance: None, owner: type) -> HistoricSpec[P, None]: ...
    @overload
    def __get__(self: Union[R], instance: None, owner: type) -> HistoricSpec[P, R]: ...
    @overload
    def __get__(self: Optional[S, R], instance: None, owner: type) -> HistoricSpec[P, R]: ...
    @overload
    def __get__(self, instance: None, owner: type) -> HistoricSpec[P, Raw]: ...
    @overload
    def __get__(self: Unknown, instance: object, owner: type | None = None) -> HistoricCaller[P, Any]: ...
    @overload
    def __get__(self: AsyncUnknown, instance: object, owner: type | None = None) -> AsyncHistoricCaller[P, Any]: ...
    @overload
    def __get__(self: AsyncNothing, instance: object, owner: type | None = None) -> AsyncHistoricCaller[P, None]: ...
    @overload
    def __get__(self: AsyncUnion[R], instance: object, owner: type | None = None) -> AsyncHistoricCaller[P, R]: ...
    @overload
    def __get__(self: AsyncGiven[R], instance: object, owner: type | None = None) -> AsyncHistoricCaller[P, R]: ...
    @overload
    def __get__(self: Nothing, instance: object, owner: type | None = None) -> HistoricCaller[P, None]: ...
    @overload
    def __get__(self: Union[R], instance: object, owner: type | None = None) -> HistoricCaller[P, R]: ...
    @overload
    def __get__(self: Optional[S, R], instance: object, owner: type | None = None) -> HistoricCaller[P, R]: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> HistoricCaller[P, Raw]: ...
    def __get__(self, instance: Any, owner: Any = None) -> Any: ...


class CollectDecorator(Protocol):
    """`@hookspec()`."""

    def __call__(self, function: Callable[Concatenate[Any, P], Raw], /) -> CollectHook[P, Raw]: ...


class FirstResultDecorator(Protocol):
    """`@hookspec(firstresult=True)`."""

    def __call__(self, function: Callable[Concatenate[Any, P], Raw], /) -> FirstResultHook[P, Raw]: ...


class PipelineDecorator(Protocol):
    """`@hookspec(pipeline="parameter")`."""

    def __call__(self, function: Callable[Concatenate[Any, P], Raw], /) -> PipelineHook[P, Raw]: ...


class HistoricDecorator(Protocol):
    """`@hookspec(historic=True)`."""

    def __call__(self, function: Callable[Concatenate[Any, P], Raw], /) -> HistoricHook[P, Raw]: ...


class AsyncCollectDecorator(Protocol):
    """`@hookspec(concurrent=True)` or `@hookspec(timeout=seconds)`: for a hook that is async."""

    def __call__(
        self, function: Callable[Concatenate[Any, P], Coroutine[Any, Any, Raw]], /
    ) -> CollectHook[P, Coroutine[Any, Any, Raw]]: ...


class AsyncFirstResultDecorator(Protocol):
    """`@hookspec(firstresult=True, timeout=seconds)`."""

    def __call__(
        self, function: Callable[Concatenate[Any, P], Coroutine[Any, Any, Raw]], /
    ) -> FirstResultHook[P, Coroutine[Any, Any, Raw]]: ...


class AsyncPipelineDecorator(Protocol):
    """`@hookspec(pipeline="parameter", timeout=seconds)`."""

    def __call__(
        self, function: Callable[Concatenate[Any, P], Coroutine[Any, Any, Raw]], /
    ) -> PipelineHook[P, Coroutine[Any, Any, Raw]]: ...


class AsyncHistoricDecorator(Protocol):
    """`@hookspec(historic=True, timeout=seconds)`."""

    def __call__(
        self, function: Callable[Concatenate[Any, P], Coroutine[Any, Any, Raw]], /
    ) -> HistoricHook[P, Coroutine[Any, Any, Raw]]: ...
