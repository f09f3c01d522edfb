"""What type checkers see of `@hookimpl`: the decorators that it gives, and which hook takes which.

Nothing here runs. The decorators have names that can be read in an error, since checkers print them. They come in two
forms, because one overloaded decorator would take a function for a method whose `self` happens to have another name,
and its errors would say little. Each kind of hook says which decorators it takes; this module knows no kind.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from typing import Any, Concatenate, Literal, ParamSpec, Protocol, TypeVar, overload

from pluginkit._declare.impl import Names

P = ParamSpec("P")
R = TypeVar("R")
Result = TypeVar("Result")
S = TypeVar("S")
F = TypeVar("F", bound=Callable[..., object])
Decorator = TypeVar("Decorator")
Method_co = TypeVar("Method_co", covariant=True)
Function_co = TypeVar("Function_co", covariant=True)


class hookimpl_by_name(Protocol):  # noqa: N801 - read in errors
    """`@hookimpl(...)` without a spec: matched by name at registration, so there is nothing to check here."""

    def __call__(self, function: F, /) -> F: ...


class hookimpl_of_method(Protocol[P, R]):  # noqa: N801 - read in errors
    """`@hookimpl(spec)`."""

    def __call__(
        self, implementation: Callable[Concatenate[S, P], R | None], /
    ) -> Callable[Concatenate[S, P], R | None]: ...


class hookimpl_of_function(Protocol[P, R]):  # noqa: N801 - read in errors
    """`@hookimpl.function(spec)`."""

    def __call__(self, implementation: Callable[P, R | None], /) -> Callable[P, R | None]: ...


class hookimpl_of_wrapper_method(Protocol[P, Result]):  # noqa: N801 - read in errors
    """`@hookimpl(spec, wrapper=True)`."""

    def __call__(
        self, implementation: Callable[Concatenate[S, P], Generator[None, Result, Result]], /
    ) -> Callable[Concatenate[S, P], Generator[None, Result, Result]]: ...


class hookimpl_of_wrapper_function(Protocol[P, Result]):  # noqa: N801 - read in errors
    """`@hookimpl.function(spec, wrapper=True)`."""

    def __call__(
        self, implementation: Callable[P, Generator[None, Result, Result]], /
    ) -> Callable[P, Generator[None, Result, Result]]: ...


class async_hookimpl_of_method(Protocol[P, R]):  # noqa: N801 - read in errors
    """`@hookimpl(spec)` for an async hook: an `async def`, or a plain method."""

    def __call__(
        self, implementation: Callable[Concatenate[S, P], Coroutine[Any, Any, R | None] | R | None], /
    ) -> Callable[Concatenate[S, P], Coroutine[Any, Any, R | None] | R | None]: ...


class async_hookimpl_of_function(Protocol[P, R]):  # noqa: N801 - read in errors
    """`@hookimpl.function(spec)` for an async hook."""

    def __call__(
        self, implementation: Callable[P, Coroutine[Any, Any, R | None] | R | None], /
    ) -> Callable[P, Coroutine[Any, Any, R | None] | R | None]: ...


class async_hookimpl_of_wrapper_method(Protocol[P, Result]):  # noqa: N801 - read in errors
    """`@hookimpl(spec, wrapper=True)` for an async hook: an async generator, or a plain one."""

    def __call__(
        self,
        implementation: Callable[
            Concatenate[S, P], AsyncGenerator[Result | None, Result] | Generator[None, Result, Result]
        ],
        /,
    ) -> Callable[Concatenate[S, P], AsyncGenerator[Result | None, Result] | Generator[None, Result, Result]]: ...


class async_hookimpl_of_wrapper_function(Protocol[P, Result]):  # noqa: N801 - read in errors
    """`@hookimpl.function(spec, wrapper=True)` for an async hook."""

    def __call__(
        self, implementation: Callable[P, AsyncGenerator[Result | None, Result] | Generator[None, Result, Result]], /
    ) -> Callable[P, AsyncGenerator[Result | None, Result] | Generator[None, Result, Result]]: ...


class Implementable(Protocol[Method_co, Function_co]):
    """A hook, with the decorators that `@hookimpl` and `@hookimpl.function` give for it."""

    def _method(self) -> Method_co: ...
    def _function(self) -> Function_co: ...


class Wrappable(Protocol[Method_co, Function_co]):
    """A hook that may have wrappers, with the decorators for those."""

    def _wrapper_method(self) -> Method_co: ...
    def _wrapper_function(self) -> Function_co: ...


class HookImplMarker(Protocol):
    """`hookimpl` itself.

    `tryfirst` and `trylast` exclude each other, and a historic hook cannot have wrappers: no overload has both.
    """

    @overload
    def __call__(self, function: F, /) -> F: ...
    @overload
    def __call__(
        self,
        *,
        tryfirst: bool = False,
        trylast: Literal[False] = False,
        before: Names = (),
        after: Names = (),
        wrapper: bool = False,
        optional: bool = False,
    ) -> hookimpl_by_name: ...
    @overload
    def __call__(
        self,
        *,
        tryfirst: Literal[False] = False,
        trylast: bool,
        before: Names = (),
        after: Names = (),
        wrapper: bool = False,
        optional: bool = False,
    ) -> hookimpl_by_name: ...
    @overload
    def __call__(
        self,
        spec: Implementable[Decorator, Any],
        /,
        *,
        tryfirst: bool = False,
        trylast: Literal[False] = False,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[False] = False,
        optional: bool = False,
    ) -> Decorator: ...
    @overload
    def __call__(
        self,
        spec: Implementable[Decorator, Any],
        /,
        *,
        tryfirst: Literal[False] = False,
        trylast: bool,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[False] = False,
        optional: bool = False,
    ) -> Decorator: ...
    @overload
    def __call__(
        self,
        spec: Wrappable[Decorator, Any],
        /,
        *,
        tryfirst: bool = False,
        trylast: Literal[False] = False,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[True],
        optional: bool = False,
    ) -> Decorator: ...
    @overload
    def __call__(
        self,
        spec: Wrappable[Decorator, Any],
        /,
        *,
        tryfirst: Literal[False] = False,
        trylast: bool,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[True],
        optional: bool = False,
    ) -> Decorator: ...

    @overload
    def function(
        self,
        spec: Implementable[Any, Decorator],
        /,
        *,
        tryfirst: bool = False,
        trylast: Literal[False] = False,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[False] = False,
        optional: bool = False,
    ) -> Decorator: ...
    @overload
    def function(
        self,
        spec: Implementable[Any, Decorator],
        /,
        *,
        tryfirst: Literal[False] = False,
        trylast: bool,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[False] = False,
        optional: bool = False,
    ) -> Decorator: ...
    @overload
    def function(
        self,
        spec: Wrappable[Any, Decorator],
        /,
        *,
        tryfirst: bool = False,
        trylast: Literal[False] = False,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[True],
        optional: bool = False,
    ) -> Decorator: ...
    @overload
    def function(
        self,
        spec: Wrappable[Any, Decorator],
        /,
        *,
        tryfirst: Literal[False] = False,
        trylast: bool,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[True],
        optional: bool = False,
    ) -> Decorator: ...
