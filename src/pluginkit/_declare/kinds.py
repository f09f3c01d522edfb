"""The kinds of hooks: called directly or remembered, sync or async. Each is a descriptor that gives a typed caller.

A hook read from its Protocol is the record itself; read from an instance of the Protocol, such as `registry.hook`, it
is a caller to type checkers. What reads the declaration and checks it is in `spec` and `hookspec`.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Self, TypeVar, overload

from pluginkit._declare.spec import BaseSpec
from pluginkit._declare.types import (
    AsyncHistoricCaller,
    AsyncHookCaller,
    HistoricCaller,
    HookCaller,
)

if TYPE_CHECKING:
    from pluginkit._declare.decorators import (
        async_hookimpl_of_function,
        async_hookimpl_of_method,
        async_hookimpl_of_wrapper_function,
        async_hookimpl_of_wrapper_method,
        hookimpl_of_function,
        hookimpl_of_method,
        hookimpl_of_wrapper_function,
        hookimpl_of_wrapper_method,
    )

P = ParamSpec("P")
R = TypeVar("R")
Result = TypeVar("Result")


class HookSpec(BaseSpec, Generic[P, R, Result]):
    """A hook that is called directly, made by `@hookspec`.

    Read from its Protocol (`ReportSpec.sections`), it is the argument of `@hookimpl`. `registry.hook.sections` is the
    matching `HookCaller`. The type parameters are the hook's parameters, what an implementation returns
    (except None) and what a call returns.

    Example:
        >>> from typing import Protocol
        >>> from pluginkit import hookspec
        >>> class ReportSpec(Protocol):
        ...     @hookspec
        ...     def sections(self, *, document: str, verbose: bool = False) -> list[str]: ...
        >>> ReportSpec.sections
        <HookSpec ReportSpec.sections (collect)>
        >>> ReportSpec.sections.parameters
        ('document', 'verbose')
    """

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> HookCaller[P, R, Result]: ...
    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self._on(instance)

    if TYPE_CHECKING:

        def _implement(self, function: Callable[P, R | None], /) -> None: ...
        def _method(self) -> hookimpl_of_method[P, R]: ...
        def _function(self) -> hookimpl_of_function[P, R]: ...
        def _wrapper_method(self) -> hookimpl_of_wrapper_method[P, Result]: ...
        def _wrapper_function(self) -> hookimpl_of_wrapper_function[P, Result]: ...


class HistoricSpec(BaseSpec, Generic[P, R]):
    """A hook whose calls are remembered and replayed to later plugins, made by `@hookspec(historic=True)`.

    The type parameters are the hook's parameters and what an implementation returns (except None).

    Example:
        >>> from typing import Protocol
        >>> from pluginkit import hookspec
        >>> class AppSpec(Protocol):
        ...     @hookspec(historic=True)
        ...     def configured(self, *, options: dict[str, str]) -> None: ...
        >>> AppSpec.configured
        <HistoricSpec AppSpec.configured (historic)>
    """

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> HistoricCaller[P, R]: ...
    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self._on(instance)

    if TYPE_CHECKING:

        def _implement(self, function: Callable[P, R | None], /) -> None: ...
        def _method(self) -> hookimpl_of_method[P, R]: ...
        def _function(self) -> hookimpl_of_function[P, R]: ...


class AsyncHookSpec(BaseSpec, Generic[P, R, Result]):
    """An async hook that is called directly, made by `@hookspec` above an `async def`.

    The type parameters are those of `HookSpec`: what an implementation returns, and what a call returns, once awaited.

    Example:
        >>> from typing import Protocol
        >>> from pluginkit import hookspec
        >>> class FetchSpec(Protocol):
        ...     @hookspec
        ...     async def fetch(self, *, url: str) -> bytes: ...
        >>> FetchSpec.fetch
        <AsyncHookSpec FetchSpec.fetch (collect)>
    """

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> AsyncHookCaller[P, R, Result]: ...
    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self._on(instance)

    if TYPE_CHECKING:

        def _implement(self, function: Callable[P, Coroutine[Any, Any, R | None] | R | None], /) -> None: ...
        def _method(self) -> async_hookimpl_of_method[P, R]: ...
        def _function(self) -> async_hookimpl_of_function[P, R]: ...
        def _wrapper_method(self) -> async_hookimpl_of_wrapper_method[P, Result]: ...
        def _wrapper_function(self) -> async_hookimpl_of_wrapper_function[P, Result]: ...


class AsyncHistoricSpec(BaseSpec, Generic[P, R]):
    """An async hook whose calls are remembered, made by `@hookspec(historic=True)` above an `async def`.

    Example:
        >>> from typing import Protocol
        >>> from pluginkit import hookspec
        >>> class AppSpec(Protocol):
        ...     @hookspec(historic=True)
        ...     async def started(self, *, address: str) -> None: ...
        >>> AppSpec.started
        <AsyncHistoricSpec AppSpec.started (historic)>
    """

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> AsyncHistoricCaller[P, R]: ...
    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self._on(instance)

    if TYPE_CHECKING:

        def _implement(self, function: Callable[P, Coroutine[Any, Any, R | None] | R | None], /) -> None: ...
        def _method(self) -> async_hookimpl_of_method[P, R]: ...
        def _function(self) -> async_hookimpl_of_function[P, R]: ...
