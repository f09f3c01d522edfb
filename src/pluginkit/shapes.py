"""What generated stubs are made of: hooks that list which shapes their implementations may have.

`pluginkit stubs` writes stubs that use these names, so that type checkers accept an implementation that takes only
some of its hook's parameters. They are for checkers: nothing here does anything at run time, and nothing else of
pluginkit imports it there. It must not know how stubs are written.

A hook's class in a stub is a `ShapedSpec`, a `ShapedHistoricSpec`, or the async form of one. Its last type parameters
are the decorators that `@hookimpl` and `@hookimpl.function` give for it. They are classes of their own, and not the
unions of shapes that they accept: type checkers would compare those unions at each use, which takes mypy several times
as long.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, overload

from pluginkit._declare.spec import AsyncHistoricSpec, AsyncHookSpec, HistoricSpec, HookSpec

P = ParamSpec("P")
R = TypeVar("R")
Result = TypeVar("Result")
Answer_co = TypeVar("Answer_co", covariant=True)
S = TypeVar("S")
Shape_contra = TypeVar("Shape_contra", contravariant=True)
Method = TypeVar("Method")
Function = TypeVar("Function")
MethodWrapper = TypeVar("MethodWrapper")
FunctionWrapper = TypeVar("FunctionWrapper")


class ShapedMethod(Protocol[P, R, Shape_contra]):
    """`@hookimpl(spec)`: whatever it takes without a stub, and methods of one of the shapes."""

    @overload
    def __call__(self, method: Callable[Concatenate[S, P], R | None], /) -> Callable[Concatenate[S, P], R | None]: ...
    @overload
    def __call__(self, method: Shape_contra, /) -> Callable[..., R | None]: ...


class ShapedFunction(Protocol[P, R, Shape_contra]):
    """`@hookimpl.function(spec)`: whatever it takes without a stub, and functions of one of the shapes."""

    @overload
    def __call__(self, function: Callable[P, R | None], /) -> Callable[P, R | None]: ...
    @overload
    def __call__(self, function: Shape_contra, /) -> Callable[..., R | None]: ...


class ShapedMethodWrapper(Protocol[P, Result, Shape_contra]):
    """`@hookimpl(spec, wrapper=True)`, in the same way."""

    @overload
    def __call__(
        self, method: Callable[Concatenate[S, P], Generator[None, Result, Result]], /
    ) -> Callable[Concatenate[S, P], Generator[None, Result, Result]]: ...
    @overload
    def __call__(self, method: Shape_contra, /) -> Callable[..., Generator[None, Result, Result]]: ...


class ShapedFunctionWrapper(Protocol[P, Result, Shape_contra]):
    """`@hookimpl.function(spec, wrapper=True)`, in the same way."""

    @overload
    def __call__(
        self, function: Callable[P, Generator[None, Result, Result]], /
    ) -> Callable[P, Generator[None, Result, Result]]: ...
    @overload
    def __call__(self, function: Shape_contra, /) -> Callable[..., Generator[None, Result, Result]]: ...


class ShapedAsyncMethod(Protocol[P, R, Shape_contra]):
    """`@hookimpl(spec)` for an async hook, in the same way."""

    @overload
    def __call__(
        self, method: Callable[Concatenate[S, P], Coroutine[Any, Any, R | None] | R | None], /
    ) -> Callable[Concatenate[S, P], Coroutine[Any, Any, R | None] | R | None]: ...
    @overload
    def __call__(self, method: Shape_contra, /) -> Callable[..., Coroutine[Any, Any, R | None] | R | None]: ...


class ShapedAsyncFunction(Protocol[P, R, Shape_contra]):
    """`@hookimpl.function(spec)` for an async hook, in the same way."""

    @overload
    def __call__(
        self, function: Callable[P, Coroutine[Any, Any, R | None] | R | None], /
    ) -> Callable[P, Coroutine[Any, Any, R | None] | R | None]: ...
    @overload
    def __call__(self, function: Shape_contra, /) -> Callable[..., Coroutine[Any, Any, R | None] | R | None]: ...


class ShapedAsyncMethodWrapper(Protocol[P, Result, Shape_contra]):
    """`@hookimpl(spec, wrapper=True)` for an async hook, in the same way."""

    @overload
    def __call__(
        self,
        method: Callable[Concatenate[S, P], AsyncGenerator[Result | None, Result] | Generator[None, Result, Result]],
        /,
    ) -> Callable[Concatenate[S, P], AsyncGenerator[Result | None, Result] | Generator[None, Result, Result]]: ...
    @overload
    def __call__(
        self, method: Shape_contra, /
    ) -> Callable[..., AsyncGenerator[Result | None, Result] | Generator[None, Result, Result]]: ...


class ShapedAsyncFunctionWrapper(Protocol[P, Result, Shape_contra]):
    """`@hookimpl.function(spec, wrapper=True)` for an async hook, in the same way."""

    @overload
    def __call__(
        self, function: Callable[P, AsyncGenerator[Result | None, Result] | Generator[None, Result, Result]], /
    ) -> Callable[P, AsyncGenerator[Result | None, Result] | Generator[None, Result, Result]]: ...
    @overload
    def __call__(
        self, function: Shape_contra, /
    ) -> Callable[..., AsyncGenerator[Result | None, Result] | Generator[None, Result, Result]]: ...


class ShapedSpec(HookSpec[P, R, Result], Generic[P, R, Result, Method, Function, MethodWrapper, FunctionWrapper]):
    """A `HookSpec` with the decorators for its implementations; a stub puts it above `@hookspec`."""

    def __init__(self, spec: HookSpec[P, R, Result], /) -> None: ...


class ShapedHistoricSpec(HistoricSpec[P, R], Generic[P, R, Method, Function]):
    """A `HistoricSpec` with the decorators for its implementations; a stub puts it above `@hookspec`."""

    def __init__(self, spec: HistoricSpec[P, R], /) -> None: ...


class ShapedAsyncSpec(
    AsyncHookSpec[P, R, Result], Generic[P, R, Result, Method, Function, MethodWrapper, FunctionWrapper]
):
    """An `AsyncHookSpec` with the decorators for its implementations; a stub puts it above `@hookspec`."""

    def __init__(self, spec: AsyncHookSpec[P, R, Result], /) -> None: ...


class ShapedAsyncHistoricSpec(AsyncHistoricSpec[P, R], Generic[P, R, Method, Function]):
    """An `AsyncHistoricSpec` with the decorators for its implementations; a stub puts it above `@hookspec`."""

    def __init__(self, spec: AsyncHistoricSpec[P, R], /) -> None: ...
