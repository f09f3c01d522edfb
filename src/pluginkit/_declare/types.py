"""What type checkers see of callers: Protocols, and nothing that runs.

They are public, for annotations and for test doubles. This module knows neither how hooks are declared nor what
implements them.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable, Iterator
from typing import Any, ParamSpec, Protocol, TypeVar

from pluginkit._declare.impl import HookImpl
from pluginkit._declare.outcome import Outcome
from pluginkit._declare.spec import BaseSpec

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)
R = TypeVar("R")
Result_co = TypeVar("Result_co", covariant=True)


class HookCaller(Protocol[P, R, Result_co]):
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

    # Without a docstring, or editors would show that instead of the hook's own.
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Result_co: ...

    def call_extra(self, functions: Iterable[Callable[P, R | None]], /, *args: P.args, **kwargs: P.kwargs) -> Result_co:
        """Call the hook with further functions, for this call only, as if their plugins were registered last.

        Raises:
            HookCallError: The arguments are not those of the hook.
            PluginValidationError: A function does not fit the hook.

        Example:
            >>> greet.call_extra([lambda name: f"Hello, {name}!"], name="Ada")
            ['Hello, Ada!', 'Good day, Ada.']
        """
        ...

    def each(self, *args: P.args, **kwargs: P.kwargs) -> Iterator[Outcome[R]]:
        """Ask the implementations one by one, in call order, and yield what comes of each: an answer, or an exception.

        Each runs only when the next outcome is asked for, so that a host may stop early. Those are asked that a call
        would ask: a firstresult hook stops at the first answer, and a pipeline threads its value through. One that
        gives no answer has no outcome. Wrappers do not run.

        Raises:
            HookCallError: The arguments are not those of the hook.

        Example:
            >>> for outcome in greet.each(name="Ada"):
            ...     print(outcome.plugin_name, "gives", outcome.value)
            Polite gives Good day, Ada.
        """
        ...

    def implementations(self) -> tuple[HookImpl, ...]:
        """Return what a call runs, in call order: the wrappers, outermost first, and then the others.

        Example:
            >>> greet.implementations()
            (<HookImpl GreetSpec.greet of plugin 'Polite'>,)
        """
        ...


class AsyncHookCaller(Protocol[P, R, Result_co]):
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

    # Without a docstring, for the same reason.
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Coroutine[Any, Any, Result_co]: ...

    def call_extra(
        self,
        functions: Iterable[Callable[P, Coroutine[Any, Any, R | None] | R | None]],
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

    def each(self, *args: P.args, **kwargs: P.kwargs) -> AsyncGenerator[Outcome[R], None]:
        """Ask the implementations one by one, in call order, and yield what comes of each: an answer, or an exception.

        It is like `each` of a `HookCaller`, for `async for`. Implementations of a concurrent hook all start with the
        first step, and their outcomes come as they complete. Closing the iteration cancels the others: use
        `contextlib.aclosing` where a loop may end early.

        Raises:
            HookCallError: The arguments are not those of the hook.

        Example:
            >>> async def main() -> None:
            ...     async for outcome in fetch.each(url="about:blank"):
            ...         print(outcome.plugin_name, "gives", outcome.value)
            >>> asyncio.run(main())
            Files gives b'about:blank'
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
