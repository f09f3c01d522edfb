"""What type checkers see of callers and decorators: Protocols, and nothing that runs.

`HookCaller` and `HistoricCaller` are public, for annotations and for test doubles. The rest types `@hookspec` and
`@hookimpl`. At run time the module is imported only when one of the public names is asked for.

The decorators come in two forms, because one overloaded decorator would take a function for a method whose `self`
happens to have another name, and its errors would say little.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterable
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, Protocol, TypeAlias, TypeVar, overload

if TYPE_CHECKING:
    from pluginkit._declare.spec import AsyncHistoricSpec, AsyncHookSpec, BaseSpec, HistoricSpec, HookSpec
    from pluginkit._implement.impl import HookImpl
    from pluginkit.shapes import ShapedAsyncHistoricSpec, ShapedAsyncSpec, ShapedHistoricSpec, ShapedSpec

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
R_contra = TypeVar("R_contra", contravariant=True)
Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)
S = TypeVar("S")
Method = TypeVar("Method", bound="MethodDecorator[..., Any] | AsyncMethodDecorator[..., Any]")
Function = TypeVar("Function", bound="FunctionDecorator[..., Any] | AsyncFunctionDecorator[..., Any]")
MethodWrapper = TypeVar(
    "MethodWrapper", bound="MethodWrapperDecorator[..., Any] | AsyncMethodWrapperDecorator[..., Any]"
)
FunctionWrapper = TypeVar(
    "FunctionWrapper", bound="FunctionWrapperDecorator[..., Any] | AsyncFunctionWrapperDecorator[..., Any]"
)
F = TypeVar("F", bound=Callable[..., object])

MYPY = False  # mypy alone takes it for true


class Something(Protocol):
    """To mypy any type but None; to the other checkers no type at all.

    What a hook returns is matched against `R | None`, to strip None. mypy joins the members of a union there, so that
    `int | str` becomes `object`. Matched against a variable alone, a union stays what it is. For mypy, therefore, the
    overloads for hooks that return a `Something` come first.
    """

    def __sizeof__(self) -> int: ...

    if not MYPY:
        no_type_has_this: None


N = TypeVar("N", bound=Something)


class Untyped:
    """What no hook returns; but a hook that returns Any, or has no annotation, passes for one that does.

    Its overloads come first: such a hook would pass for an async one as well.
    """


Names: TypeAlias = str | Iterable[str]


class HookCaller(Protocol[P, R_contra, Result_co]):
    """Calls one hook; `registry.hook.sections` is one, with the hook's own parameters and result.

    Example:
        >>> from typing import Protocol
        >>> from pluginkit import HookCaller, Registry, hookimpl, hookspec
        >>> class GreetSpec(Protocol):
        ...     @hookspec
        ...     def greet(self, *, name: str) -> str: ...
        >>> class Polite:
        ...     @hookimpl(GreetSpec.greet)
        ...     def greet(self, name: str) -> str:
        ...         return f"Good day, {name}."
        >>> registry = Registry(GreetSpec)
        >>> registration = registry.register(Polite())
        >>> greet = registry.hook.greet
        >>> greet(name="Ada")
        ['Good day, Ada.']
    """

    @property
    def name(self) -> str:
        """The hook's name.

        Example:
            >>> greet.name
            'greet'
        """
        ...

    @property
    def spec(self) -> BaseSpec:
        """The hook's declaration.

        Example:
            >>> greet.spec
            <HookSpec GreetSpec.greet (collect)>
        """
        ...

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Result_co:
        """Call every implementation, in call order, and combine the answers as the hook's mode says.

        Raises:
            TypeError: The arguments are not those of the hook.
            WrapperError: A wrapper did not yield exactly once.

        Example:
            >>> greet(name="Grace")
            ['Good day, Grace.']
        """
        ...

    def call_extra(
        self, functions: Iterable[Callable[P, R_contra | None]], /, *args: P.args, **kwargs: P.kwargs
    ) -> Result_co:
        """Call the hook with further functions, for this call only, as if their plugins were registered last.

        Raises:
            HookCallError: The arguments are not those of the hook.
            PluginValidationError: A function does not fit the hook.

        Example:
            >>> greet.call_extra([lambda name: f"Hello, {name}!"], name="Ada")
            ['Hello, Ada!', 'Good day, Ada.']
        """
        ...

    def implementations(self) -> tuple[HookImpl, ...]:
        """Return what a call runs, in call order: the wrappers, outermost first, and then the others.

        Example:
            >>> greet.implementations()
            (<HookImpl GreetSpec.greet of plugin 'Polite'>,)
        """
        ...


class AsyncHookCaller(Protocol[P, R_contra, Result_co]):
    """Calls one async hook: like a `HookCaller`, whose calls are awaited.

    Example:
        >>> import asyncio
        >>> from typing import Protocol
        >>> from pluginkit import AsyncHookCaller, Registry, hookimpl, hookspec
        >>> class FetchSpec(Protocol):
        ...     @hookspec
        ...     async def fetch(self, *, url: str) -> bytes: ...
        >>> class Files:
        ...     @hookimpl(FetchSpec.fetch)
        ...     async def fetch(self, url: str) -> bytes:
        ...         return url.encode()
        >>> registry = Registry(FetchSpec)
        >>> registration = registry.register(Files())
        >>> fetch = registry.hook.fetch
        >>> asyncio.run(fetch(url="about:blank"))
        [b'about:blank']
    """

    @property
    def name(self) -> str:
        """The hook's name.

        Example:
            >>> fetch.name
            'fetch'
        """
        ...

    @property
    def spec(self) -> BaseSpec:
        """The hook's declaration.

        Example:
            >>> fetch.spec
            <AsyncHookSpec FetchSpec.fetch (collect)>
        """
        ...

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Coroutine[Any, Any, Result_co]:
        """Call every implementation, and combine the answers as the hook's mode says, when awaited.

        Raises:
            TypeError: The arguments are not those of the hook.
            WrapperError: A wrapper did not yield as it has to.

        Example:
            >>> asyncio.run(fetch(url="about:config"))
            [b'about:config']
        """
        ...

    def call_extra(
        self,
        functions: Iterable[Callable[P, Coroutine[Any, Any, R_contra | None] | R_contra | None]],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Coroutine[Any, Any, Result_co]:
        """Call the hook with further functions, for this call only, as if their plugins were registered last.

        Raises:
            HookCallError: The arguments are not those of the hook.
            PluginValidationError: A function does not fit the hook.

        Example:
            >>> asyncio.run(fetch.call_extra([lambda url: b"extra"], url="about:blank"))
            [b'extra', b'about:blank']
        """
        ...

    def implementations(self) -> tuple[HookImpl, ...]:
        """Return what a call runs, in call order: the wrappers, outermost first, and then the others.

        Example:
            >>> fetch.implementations()
            (<HookImpl FetchSpec.fetch of plugin 'Files'>,)
        """
        ...


class HistoricCaller(Protocol[P, R_co]):
    """Calls one historic hook; such a hook has `call_historic`, and cannot be called directly.

    Example:
        >>> from typing import Protocol
        >>> from pluginkit import Registry, hookimpl, hookspec
        >>> class AppSpec(Protocol):
        ...     @hookspec(historic=True)
        ...     def configured(self, *, options: dict[str, str]) -> None: ...
        >>> registry = Registry(AppSpec)
        >>> configured = registry.hook.configured
        >>> configured.call_historic(options={"colour": "no"})
        >>> class Late:
        ...     @hookimpl(AppSpec.configured)
        ...     def configured(self, options: dict[str, str]) -> None:
        ...         print(options)
        >>> late = registry.register(Late())
        {'colour': 'no'}
    """

    @property
    def name(self) -> str:
        """The hook's name.

        Example:
            >>> configured.name
            'configured'
        """
        ...

    @property
    def spec(self) -> BaseSpec:
        """The hook's declaration.

        Example:
            >>> configured.spec
            <HistoricSpec AppSpec.configured (historic)>
        """
        ...

    def call_historic(
        self, result_callback: Callable[[R_co], object] | None = None, /, *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Call every implementation, then remember the call and replay it to each plugin registered later.

        Args:
            result_callback: Called with each answer, now and at every replay.
            *args: Always empty: a hook's arguments go by keyword.
            **kwargs: The hook's arguments. They are remembered as they are, not copied.

        Raises:
            HookCallError: The arguments are not those of the hook.

        Example:
            >>> configured.call_historic(options={"colour": "yes"})
            {'colour': 'yes'}
        """
        ...

    def implementations(self) -> tuple[HookImpl, ...]:
        """Return what a call runs, in call order.

        Example:
            >>> configured.implementations()
            (<HookImpl AppSpec.configured of plugin 'Late'>,)
        """
        ...


class AsyncHistoricCaller(Protocol[P, R_co]):
    """Calls one async historic hook: like a `HistoricCaller`, whose `call_historic` is awaited.

    Example:
        >>> import asyncio
        >>> from typing import Protocol
        >>> from pluginkit import Registry, hookimpl, hookspec
        >>> class AppSpec(Protocol):
        ...     @hookspec(historic=True)
        ...     async def started(self, *, address: str) -> None: ...
        >>> class Late:
        ...     @hookimpl(AppSpec.started)
        ...     async def started(self, address: str) -> None:
        ...         print(address)
        >>> registry = Registry(AppSpec)
        >>> started = registry.hook.started
        >>> async def main() -> None:
        ...     await started.call_historic(address="localhost")
        ...     await registry.aregister(Late())
        >>> asyncio.run(main())
        localhost
    """

    @property
    def name(self) -> str:
        """The hook's name.

        Example:
            >>> started.name
            'started'
        """
        ...

    @property
    def spec(self) -> BaseSpec:
        """The hook's declaration.

        Example:
            >>> started.spec
            <AsyncHistoricSpec AppSpec.started (historic)>
        """
        ...

    def call_historic(
        self, result_callback: Callable[[R_co], object] | None = None, /, *args: P.args, **kwargs: P.kwargs
    ) -> Coroutine[Any, Any, None]:
        """Call every implementation, then remember the call and replay it to each plugin registered later.

        Args:
            result_callback: Called with each answer, now and at every replay.
            *args: Always empty: a hook's arguments go by keyword.
            **kwargs: The hook's arguments. They are remembered as they are, not copied.

        Raises:
            HookCallError: The arguments are not those of the hook.

        Example:
            >>> asyncio.run(started.call_historic(address="127.0.0.1"))
            127.0.0.1
        """
        ...

    def implementations(self) -> tuple[HookImpl, ...]:
        """Return what a call runs, in call order.

        Example:
            >>> started.implementations()
            (<HookImpl AppSpec.started of plugin 'Late'>,)
        """
        ...


# The decorators of `@hookspec`. Overloads for `async def` come early, or a coroutine would be taken for a result.
# Of each kind the one for `N` is for mypy, see `Something`, and the one for None comes before `R | None`, where a hook
# that returns None would leave R open. What mypy is told to ignore is that a coroutine fits the later ones as well.


class CollectDecorator(Protocol):
    """`@hookspec()`."""

    @overload
    def __call__(self, function: Callable[Concatenate[Any, P], Untyped], /) -> HookSpec[P, Any, list[Any]]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, function: Callable[Concatenate[Any, P], Coroutine[Any, Any, N]], /
    ) -> AsyncHookSpec[P, N, list[N]]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, function: Callable[Concatenate[Any, P], Coroutine[Any, Any, None]], /
    ) -> AsyncHookSpec[P, None, list[None]]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, function: Callable[Concatenate[Any, P], Coroutine[Any, Any, R | None]], /
    ) -> AsyncHookSpec[P, R, list[R]]: ...
    @overload
    def __call__(self, function: Callable[Concatenate[Any, P], N], /) -> HookSpec[P, N, list[N]]: ...
    @overload
    def __call__(self, function: Callable[Concatenate[Any, P], None], /) -> HookSpec[P, None, list[None]]: ...
    @overload
    def __call__(self, function: Callable[Concatenate[Any, P], R | None], /) -> HookSpec[P, R, list[R]]: ...


class ConcurrentDecorator(Protocol):
    """`@hookspec(concurrent=True)`."""

    @overload
    def __call__(
        self, function: Callable[Concatenate[Any, P], Coroutine[Any, Any, N]], /
    ) -> AsyncHookSpec[P, N, list[N]]: ...
    @overload
    def __call__(
        self, function: Callable[Concatenate[Any, P], Coroutine[Any, Any, None]], /
    ) -> AsyncHookSpec[P, None, list[None]]: ...
    @overload
    def __call__(
        self, function: Callable[Concatenate[Any, P], Coroutine[Any, Any, R | None]], /
    ) -> AsyncHookSpec[P, R, list[R]]: ...


class FirstResultDecorator(Protocol):
    """`@hookspec(firstresult=True)`."""

    @overload
    def __call__(self, function: Callable[Concatenate[Any, P], Untyped], /) -> HookSpec[P, Any, Any]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, function: Callable[Concatenate[Any, P], Coroutine[Any, Any, R]], /
    ) -> AsyncHookSpec[P, R, R | None]: ...
    @overload
    def __call__(self, function: Callable[Concatenate[Any, P], R], /) -> HookSpec[P, R, R | None]: ...


class PipelineDecorator(Protocol):
    """`@hookspec(pipeline="parameter")`."""

    @overload
    def __call__(self, function: Callable[Concatenate[Any, P], Untyped], /) -> HookSpec[P, Any, Any]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, function: Callable[Concatenate[Any, P], Coroutine[Any, Any, N]], /
    ) -> AsyncHookSpec[P, N, N]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, function: Callable[Concatenate[Any, P], Coroutine[Any, Any, R | None]], /
    ) -> AsyncHookSpec[P, R, R]: ...
    @overload
    def __call__(self, function: Callable[Concatenate[Any, P], N], /) -> HookSpec[P, N, N]: ...
    @overload
    def __call__(self, function: Callable[Concatenate[Any, P], R | None], /) -> HookSpec[P, R, R]: ...


class HistoricDecorator(Protocol):
    """`@hookspec(historic=True)`."""

    @overload
    def __call__(self, function: Callable[Concatenate[Any, P], Untyped], /) -> HistoricSpec[P, Any]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, function: Callable[Concatenate[Any, P], Coroutine[Any, Any, N]], /
    ) -> AsyncHistoricSpec[P, N]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, function: Callable[Concatenate[Any, P], Coroutine[Any, Any, None]], /
    ) -> AsyncHistoricSpec[P, None]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, function: Callable[Concatenate[Any, P], Coroutine[Any, Any, R | None]], /
    ) -> AsyncHistoricSpec[P, R]: ...
    @overload
    def __call__(self, function: Callable[Concatenate[Any, P], N], /) -> HistoricSpec[P, N]: ...
    @overload
    def __call__(self, function: Callable[Concatenate[Any, P], None], /) -> HistoricSpec[P, None]: ...
    @overload
    def __call__(self, function: Callable[Concatenate[Any, P], R | None], /) -> HistoricSpec[P, R]: ...


class NamedDecorator(Protocol):
    """`@hookimpl(...)` without a spec: matched by name at registration, so there is nothing to check here."""

    def __call__(self, function: F, /) -> F: ...


class MethodDecorator(Protocol[P, R]):
    """`@hookimpl(spec)`."""

    def __call__(self, method: Callable[Concatenate[S, P], R | None], /) -> Callable[Concatenate[S, P], R | None]: ...


class FunctionDecorator(Protocol[P, R]):
    """`@hookimpl.function(spec)`."""

    def __call__(self, function: Callable[P, R | None], /) -> Callable[P, R | None]: ...


class MethodWrapperDecorator(Protocol[P, Result]):
    """`@hookimpl(spec, wrapper=True)`."""

    def __call__(
        self, method: Callable[Concatenate[S, P], Generator[None, Result, Result]], /
    ) -> Callable[Concatenate[S, P], Generator[None, Result, Result]]: ...


class FunctionWrapperDecorator(Protocol[P, Result]):
    """`@hookimpl.function(spec, wrapper=True)`."""

    def __call__(
        self, function: Callable[P, Generator[None, Result, Result]], /
    ) -> Callable[P, Generator[None, Result, Result]]: ...


class AsyncMethodDecorator(Protocol[P, R]):
    """`@hookimpl(spec)` for an async hook: an `async def`, or a plain method."""

    def __call__(
        self, method: Callable[Concatenate[S, P], Coroutine[Any, Any, R | None] | R | None], /
    ) -> Callable[Concatenate[S, P], Coroutine[Any, Any, R | None] | R | None]: ...


class AsyncFunctionDecorator(Protocol[P, R]):
    """`@hookimpl.function(spec)` for an async hook."""

    def __call__(
        self, function: Callable[P, Coroutine[Any, Any, R | None] | R | None], /
    ) -> Callable[P, Coroutine[Any, Any, R | None] | R | None]: ...


class AsyncMethodWrapperDecorator(Protocol[P, Result]):
    """`@hookimpl(spec, wrapper=True)` for an async hook: an async generator, or a plain one."""

    def __call__(
        self,
        method: Callable[Concatenate[S, P], AsyncGenerator[Result | None, Result] | Generator[None, Result, Result]],
        /,
    ) -> Callable[Concatenate[S, P], AsyncGenerator[Result | None, Result] | Generator[None, Result, Result]]: ...


class AsyncFunctionWrapperDecorator(Protocol[P, Result]):
    """`@hookimpl.function(spec, wrapper=True)` for an async hook."""

    def __call__(
        self, function: Callable[P, AsyncGenerator[Result | None, Result] | Generator[None, Result, Result]], /
    ) -> Callable[P, AsyncGenerator[Result | None, Result] | Generator[None, Result, Result]]: ...


class HookImplMarker(Protocol):
    """`hookimpl` itself.

    `tryfirst` and `trylast` exclude each other, and a historic hook takes no wrapper: no overload has both.
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
    ) -> NamedDecorator: ...
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
    ) -> NamedDecorator: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self,
        spec: ShapedSpec[P, R, Result, Method, Function, MethodWrapper, FunctionWrapper]
        | ShapedAsyncSpec[P, R, Result, Method, Function, MethodWrapper, FunctionWrapper],
        /,
        *,
        tryfirst: bool = False,
        trylast: Literal[False] = False,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[True],
        optional: bool = False,
    ) -> MethodWrapper: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self,
        spec: ShapedSpec[P, R, Result, Method, Function, MethodWrapper, FunctionWrapper]
        | ShapedAsyncSpec[P, R, Result, Method, Function, MethodWrapper, FunctionWrapper],
        /,
        *,
        tryfirst: Literal[False] = False,
        trylast: bool,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[True],
        optional: bool = False,
    ) -> MethodWrapper: ...
    @overload
    def __call__(
        self,
        spec: ShapedSpec[P, R, Result, Method, Function, MethodWrapper, FunctionWrapper]
        | ShapedAsyncSpec[P, R, Result, Method, Function, MethodWrapper, FunctionWrapper]
        | ShapedHistoricSpec[P, R, Method, Function]
        | ShapedAsyncHistoricSpec[P, R, Method, Function],
        /,
        *,
        tryfirst: bool = False,
        trylast: Literal[False] = False,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[False] = False,
        optional: bool = False,
    ) -> Method: ...
    @overload
    def __call__(
        self,
        spec: ShapedSpec[P, R, Result, Method, Function, MethodWrapper, FunctionWrapper]
        | ShapedAsyncSpec[P, R, Result, Method, Function, MethodWrapper, FunctionWrapper]
        | ShapedHistoricSpec[P, R, Method, Function]
        | ShapedAsyncHistoricSpec[P, R, Method, Function],
        /,
        *,
        tryfirst: Literal[False] = False,
        trylast: bool,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[False] = False,
        optional: bool = False,
    ) -> Method: ...
    @overload
    def __call__(
        self,
        spec: HookSpec[P, R, Result],
        /,
        *,
        tryfirst: bool = False,
        trylast: Literal[False] = False,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[True],
        optional: bool = False,
    ) -> MethodWrapperDecorator[P, Result]: ...
    @overload
    def __call__(
        self,
        spec: HookSpec[P, R, Result],
        /,
        *,
        tryfirst: Literal[False] = False,
        trylast: bool,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[True],
        optional: bool = False,
    ) -> MethodWrapperDecorator[P, Result]: ...
    @overload
    def __call__(
        self,
        spec: HookSpec[P, R, Result] | HistoricSpec[P, R],
        /,
        *,
        tryfirst: bool = False,
        trylast: Literal[False] = False,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[False] = False,
        optional: bool = False,
    ) -> MethodDecorator[P, R]: ...
    @overload
    def __call__(
        self,
        spec: HookSpec[P, R, Result] | HistoricSpec[P, R],
        /,
        *,
        tryfirst: Literal[False] = False,
        trylast: bool,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[False] = False,
        optional: bool = False,
    ) -> MethodDecorator[P, R]: ...
    @overload
    def __call__(
        self,
        spec: AsyncHookSpec[P, R, Result],
        /,
        *,
        tryfirst: bool = False,
        trylast: Literal[False] = False,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[True],
        optional: bool = False,
    ) -> AsyncMethodWrapperDecorator[P, Result]: ...
    @overload
    def __call__(
        self,
        spec: AsyncHookSpec[P, R, Result],
        /,
        *,
        tryfirst: Literal[False] = False,
        trylast: bool,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[True],
        optional: bool = False,
    ) -> AsyncMethodWrapperDecorator[P, Result]: ...
    @overload
    def __call__(
        self,
        spec: AsyncHookSpec[P, R, Result] | AsyncHistoricSpec[P, R],
        /,
        *,
        tryfirst: bool = False,
        trylast: Literal[False] = False,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[False] = False,
        optional: bool = False,
    ) -> AsyncMethodDecorator[P, R]: ...
    @overload
    def __call__(
        self,
        spec: AsyncHookSpec[P, R, Result] | AsyncHistoricSpec[P, R],
        /,
        *,
        tryfirst: Literal[False] = False,
        trylast: bool,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[False] = False,
        optional: bool = False,
    ) -> AsyncMethodDecorator[P, R]: ...

    @overload
    def function(  # type: ignore[overload-overlap]
        self,
        spec: ShapedSpec[P, R, Result, Method, Function, MethodWrapper, FunctionWrapper]
        | ShapedAsyncSpec[P, R, Result, Method, Function, MethodWrapper, FunctionWrapper],
        /,
        *,
        tryfirst: bool = False,
        trylast: Literal[False] = False,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[True],
        optional: bool = False,
    ) -> FunctionWrapper: ...
    @overload
    def function(  # type: ignore[overload-overlap]
        self,
        spec: ShapedSpec[P, R, Result, Method, Function, MethodWrapper, FunctionWrapper]
        | ShapedAsyncSpec[P, R, Result, Method, Function, MethodWrapper, FunctionWrapper],
        /,
        *,
        tryfirst: Literal[False] = False,
        trylast: bool,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[True],
        optional: bool = False,
    ) -> FunctionWrapper: ...
    @overload
    def function(
        self,
        spec: ShapedSpec[P, R, Result, Method, Function, MethodWrapper, FunctionWrapper]
        | ShapedAsyncSpec[P, R, Result, Method, Function, MethodWrapper, FunctionWrapper]
        | ShapedHistoricSpec[P, R, Method, Function]
        | ShapedAsyncHistoricSpec[P, R, Method, Function],
        /,
        *,
        tryfirst: bool = False,
        trylast: Literal[False] = False,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[False] = False,
        optional: bool = False,
    ) -> Function: ...
    @overload
    def function(
        self,
        spec: ShapedSpec[P, R, Result, Method, Function, MethodWrapper, FunctionWrapper]
        | ShapedAsyncSpec[P, R, Result, Method, Function, MethodWrapper, FunctionWrapper]
        | ShapedHistoricSpec[P, R, Method, Function]
        | ShapedAsyncHistoricSpec[P, R, Method, Function],
        /,
        *,
        tryfirst: Literal[False] = False,
        trylast: bool,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[False] = False,
        optional: bool = False,
    ) -> Function: ...
    @overload
    def function(
        self,
        spec: HookSpec[P, R, Result],
        /,
        *,
        tryfirst: bool = False,
        trylast: Literal[False] = False,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[True],
        optional: bool = False,
    ) -> FunctionWrapperDecorator[P, Result]: ...
    @overload
    def function(
        self,
        spec: HookSpec[P, R, Result],
        /,
        *,
        tryfirst: Literal[False] = False,
        trylast: bool,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[True],
        optional: bool = False,
    ) -> FunctionWrapperDecorator[P, Result]: ...
    @overload
    def function(
        self,
        spec: HookSpec[P, R, Result] | HistoricSpec[P, R],
        /,
        *,
        tryfirst: bool = False,
        trylast: Literal[False] = False,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[False] = False,
        optional: bool = False,
    ) -> FunctionDecorator[P, R]: ...
    @overload
    def function(
        self,
        spec: HookSpec[P, R, Result] | HistoricSpec[P, R],
        /,
        *,
        tryfirst: Literal[False] = False,
        trylast: bool,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[False] = False,
        optional: bool = False,
    ) -> FunctionDecorator[P, R]: ...
    @overload
    def function(
        self,
        spec: AsyncHookSpec[P, R, Result],
        /,
        *,
        tryfirst: bool = False,
        trylast: Literal[False] = False,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[True],
        optional: bool = False,
    ) -> AsyncFunctionWrapperDecorator[P, Result]: ...
    @overload
    def function(
        self,
        spec: AsyncHookSpec[P, R, Result],
        /,
        *,
        tryfirst: Literal[False] = False,
        trylast: bool,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[True],
        optional: bool = False,
    ) -> AsyncFunctionWrapperDecorator[P, Result]: ...
    @overload
    def function(
        self,
        spec: AsyncHookSpec[P, R, Result] | AsyncHistoricSpec[P, R],
        /,
        *,
        tryfirst: bool = False,
        trylast: Literal[False] = False,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[False] = False,
        optional: bool = False,
    ) -> AsyncFunctionDecorator[P, R]: ...
    @overload
    def function(
        self,
        spec: AsyncHookSpec[P, R, Result] | AsyncHistoricSpec[P, R],
        /,
        *,
        tryfirst: Literal[False] = False,
        trylast: bool,
        before: Names = (),
        after: Names = (),
        wrapper: Literal[False] = False,
        optional: bool = False,
    ) -> AsyncFunctionDecorator[P, R]: ...
