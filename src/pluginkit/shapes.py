"""What generated stubs are made of: hooks that list which shapes their implementations may have.

`pluginkit stubs` writes stubs that use `shaped`, so that type checkers accept an implementation that takes only some of
its hook's parameters. It is for checkers: nothing here does anything at run time, and nothing else of pluginkit imports
it there. It must not know how stubs are written.

In a stub, `@shaped` stands above `@hookspec`. Its type parameters are the decorators that `@hookimpl` and
`@hookimpl.function` give for the hook; wrappers are checked as without a stub. Everything else is as in `declared`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, overload

from pluginkit._declare.declared import (
    AsyncGiven,
    AsyncNothing,
    AsyncUnion,
    AsyncUnknown,
    AsyncWhole,
    CollectHook,
    Declared,
    FirstResultHook,
    HistoricHook,
    Nothing,
    NotNone,
    Optional,
    PipelineHook,
    Union,
    Unknown,
    Untyped,
)
from pluginkit._declare.kinds import AsyncHistoricSpec, AsyncHookSpec, HistoricSpec, HookSpec
from pluginkit._declare.types import AsyncHistoricCaller, AsyncHookCaller, HistoricCaller, HookCaller

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")
Raw = TypeVar("Raw")
Result = TypeVar("Result")
M = TypeVar("M")
F = TypeVar("F")


class ShapedSpec(HookSpec[P, R, Result], Generic[P, R, Result, M, F]):
    """A `HookSpec` with the decorators for its implementations."""

    if TYPE_CHECKING:

        def _method(self) -> M: ...  # type: ignore[override]  # ty: ignore[incompatible-method-override]
        def _function(self) -> F: ...  # type: ignore[override]  # ty: ignore[incompatible-method-override]


class ShapedHistoricSpec(HistoricSpec[P, R], Generic[P, R, M, F]):
    """A `HistoricSpec` with the decorators for its implementations."""

    if TYPE_CHECKING:

        def _method(self) -> M: ...  # type: ignore[override]  # ty: ignore[incompatible-method-override]
        def _function(self) -> F: ...  # type: ignore[override]  # ty: ignore[incompatible-method-override]


class ShapedAsyncSpec(AsyncHookSpec[P, R, Result], Generic[P, R, Result, M, F]):
    """An `AsyncHookSpec` with the decorators for its implementations."""

    if TYPE_CHECKING:

        def _method(self) -> M: ...  # type: ignore[override]  # ty: ignore[incompatible-method-override]
        def _function(self) -> F: ...  # type: ignore[override]  # ty: ignore[incompatible-method-override]


class ShapedAsyncHistoricSpec(AsyncHistoricSpec[P, R], Generic[P, R, M, F]):
    """An `AsyncHistoricSpec` with the decorators for its implementations."""

    if TYPE_CHECKING:

        def _method(self) -> M: ...  # type: ignore[override]  # ty: ignore[incompatible-method-override]
        def _function(self) -> F: ...  # type: ignore[override]  # ty: ignore[incompatible-method-override]


class ShapedCollectHook(Declared[Raw, Raw, Raw, NotNone, Untyped], Generic[P, Raw, M, F]):
    """A `CollectHook` with the decorators for its implementations."""

    @overload
    def __get__(self: Unknown, instance: None, owner: type) -> ShapedSpec[P, Any, list[Any], M, F]: ...
    @overload
    def __get__(self: AsyncUnknown, instance: None, owner: type) -> ShapedAsyncSpec[P, Any, list[Any], M, F]: ...
    @overload
    def __get__(self: AsyncNothing, instance: None, owner: type) -> ShapedAsyncSpec[P, None, list[None], M, F]: ...
    @overload
    def __get__(self: AsyncUnion[R], instance: None, owner: type) -> ShapedAsyncSpec[P, R, list[R], M, F]: ...
    @overload
    def __get__(self: AsyncGiven[R], instance: None, owner: type) -> ShapedAsyncSpec[P, R, list[R], M, F]: ...
    @overload
    def __get__(self: Nothing, instance: None, owner: type) -> ShapedSpec[P, None, list[None], M, F]: ...
    @overload
    def __get__(self: Union[R], instance: None, owner: type) -> ShapedSpec[P, R, list[R], M, F]: ...
    @overload
    def __get__(self: Optional[S, R], instance: None, owner: type) -> ShapedSpec[P, R, list[R], M, F]: ...
    @overload
    def __get__(self, instance: None, owner: type) -> ShapedSpec[P, Raw, list[Raw], M, F]: ...
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


class ShapedFirstResultHook(Declared[Raw, Raw, Raw, NotNone, Untyped], Generic[P, Raw, M, F]):
    """A `FirstResultHook` with the decorators for its implementations."""

    @overload
    def __get__(self: Unknown, instance: None, owner: type) -> ShapedSpec[P, Any, Any, M, F]: ...
    @overload
    def __get__(self: AsyncUnknown, instance: None, owner: type) -> ShapedAsyncSpec[P, Any, Any, M, F]: ...
    @overload
    def __get__(self: AsyncWhole[R], instance: None, owner: type) -> ShapedAsyncSpec[P, R, R | None, M, F]: ...
    @overload
    def __get__(self: Optional[S, R], instance: None, owner: type) -> ShapedSpec[P, Raw, Raw | None, M, F]: ...
    @overload
    def __get__(self, instance: None, owner: type) -> ShapedSpec[P, Raw, Raw | None, M, F]: ...
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


class ShapedPipelineHook(Declared[Raw, Raw, Raw, NotNone, Untyped], Generic[P, Raw, M, F]):
    """A `PipelineHook` with the decorators for its implementations."""

    @overload
    def __get__(self: Unknown, instance: None, owner: type) -> ShapedSpec[P, Any, Any, M, F]: ...
    @overload
    def __get__(self: AsyncUnknown, instance: None, owner: type) -> ShapedAsyncSpec[P, Any, Any, M, F]: ...
    @overload
    def __get__(self: AsyncNothing, instance: None, owner: type) -> ShapedAsyncSpec[P, None, None, M, F]: ...
    @overload
    def __get__(self: AsyncUnion[R], instance: None, owner: type) -> ShapedAsyncSpec[P, R, R, M, F]: ...
    @overload
    def __get__(self: AsyncGiven[R], instance: None, owner: type) -> ShapedAsyncSpec[P, R, R, M, F]: ...
    @overload
    def __get__(self: Nothing, instance: None, owner: type) -> ShapedSpec[P, None, None, M, F]: ...
    @overload
    def __get__(self: Union[R], instance: None, owner: type) -> ShapedSpec[P, R, R, M, F]: ...
    @overload
    def __get__(self: Optional[S, R], instance: None, owner: type) -> ShapedSpec[P, R, R, M, F]: ...
    @overload
    def __get__(self, instance: None, owner: type) -> ShapedSpec[P, Raw, Raw, M, F]: ...
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


class ShapedHistoricHook(Declared[Raw, Raw, Raw, NotNone, Untyped], Generic[P, Raw, M, F]):
    """A `HistoricHook` with the decorators for its implementations."""

    @overload
    def __get__(self: Unknown, instance: None, owner: type) -> ShapedHistoricSpec[P, Any, M, F]: ...
    @overload
    def __get__(self: AsyncUnknown, instance: None, owner: type) -> ShapedAsyncHistoricSpec[P, Any, M, F]: ...
    @overload
    def __get__(self: AsyncNothing, instance: None, owner: type) -> ShapedAsyncHistoricSpec[P, None, M, F]: ...
    @overload
    def __get__(self: AsyncUnion[R], instance: None, owner: type) -> ShapedAsyncHistoricSpec[P, R, M, F]: ...
    @overload
    def __get__(self: AsyncGiven[R], instance: None, owner: type) -> ShapedAsyncHistoricSpec[P, R, M, F]: ...
    @overload
    def __get__(self: Nothing, instance: None, owner: type) -> ShapedHistoricSpec[P, None, M, F]: ...
    @overload
    def __get__(self: Union[R], instance: None, owner: type) -> ShapedHistoricSpec[P, R, M, F]: ...
    @overload
    def __get__(self: Optional[S, R], instance: None, owner: type) -> ShapedHistoricSpec[P, R, M, F]: ...
    @overload
    def __get__(self, instance: None, owner: type) -> ShapedHistoricSpec[P, Raw, M, F]: ...
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


class shaped(Generic[M, F]):  # noqa: N801 - it is a decorator
    """Gives a hook the decorators for its implementations."""

    @overload
    def __call__(self, spec: CollectHook[P, Raw], /) -> ShapedCollectHook[P, Raw, M, F]: ...
    @overload
    def __call__(self, spec: FirstResultHook[P, Raw], /) -> ShapedFirstResultHook[P, Raw, M, F]: ...
    @overload
    def __call__(self, spec: PipelineHook[P, Raw], /) -> ShapedPipelineHook[P, Raw, M, F]: ...
    @overload
    def __call__(self, spec: HistoricHook[P, Raw], /) -> ShapedHistoricHook[P, Raw, M, F]: ...
    def __call__(self, spec: Any, /) -> Any:
        """Give a hook its decorators."""
        ...
