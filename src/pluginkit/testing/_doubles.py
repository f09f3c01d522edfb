"""Plugins and functions that stand in for real ones: they record calls, or replace what a hook runs."""

# A registry has a private method for this module.
# pyright: reportPrivateUsage=false
from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, Protocol, TypeVar, overload

from pluginkit._call.awaiting import is_awaitable
from pluginkit._declare.impl import OVERRIDE
from pluginkit._declare.spec import hooks_of
from pluginkit._implement.hookimpl import hookimpl
from pluginkit._implement.validate import expect_hook, extra_implementation, hook_among

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator

    from pluginkit._declare.kinds import AsyncHistoricSpec, AsyncHookSpec, HistoricSpec, HookSpec
    from pluginkit._declare.spec import BaseSpec
    from pluginkit._registry import Registry

MYPY = False  # mypy alone takes it for true
P = ParamSpec("P")
R = TypeVar("R")
Function = TypeVar("Function")
Function_contra = TypeVar("Function_contra", contravariant=True)


class Implementable(Protocol[Function_contra]):
    """A hook as type checkers see it: something that functions of a certain type implement.

    Were the function's type put together from the hook's parameters and result instead, mypy would find parameters
    that fit both the hook and a function that does not fit it.
    """

    def _implement(self, function: Function_contra, /) -> None: ...


class RecordedCall(NamedTuple):
    """A call that a `RecordingPlugin` received.

    Attributes:
        hook: The name of the hook.
        arguments: All of its arguments, defaults included. They are the objects themselves, not copies: what is
            changed after the call shows here as well.

    Example:
        >>> RecordedCall("greet", {"name": "Ada"})
        RecordedCall(hook='greet', arguments={'name': 'Ada'})
    """

    hook: str
    arguments: dict[str, object]


class RecordingPlugin:
    """A plugin that implements every hook of a spec, records the calls, and gives no answer unless one is set.

    Its implementations are `tryfirst`, so that they see what the host calls a hook with: no plugin has changed it, or
    answered before, unless it is `tryfirst` as well and registered later. Its answers therefore count before
    those of others: `firstresult` hooks stop at them, and a pipeline continues with them.

    Args:
        spec: The Protocol class with the hooks.

    Raises:
        HookSpecError: `spec` is not a spec.

    Attributes:
        calls: What it was called with, the first call first. It can be cleared.

    Example:
        >>> from typing import Protocol
        >>> from pluginkit import Registry, hookspec
        >>> class GreetSpec(Protocol):
        ...     @hookspec
        ...     def greet(self, *, name: str, loud: bool = False) -> str: ...
        >>> registry, recording = Registry(GreetSpec), RecordingPlugin(GreetSpec)
        >>> registry.register(recording)
        <Registration of plugin 'RecordingPlugin'>
        >>> recording.answer(GreetSpec.greet, "Hello")
        >>> registry.hook.greet(name="Ada")
        ['Hello']
        >>> recording.calls
        [RecordedCall(hook='greet', arguments={'name': 'Ada', 'loud': False})]
    """

    def __init__(self, spec: Callable[..., Any]) -> None:
        self.calls: list[RecordedCall] = []
        self._spec: Any = spec
        self._hooks = hooks_of(spec)
        self._answers: dict[str, Callable[..., object]] = {}
        for hook in self._hooks.values():
            # Under names that no attribute can have otherwise: a hook may be called `calls`, or `answer`.
            vars(self)[f"hook {hook.name}"] = self._recorder(hook)

    def __repr__(self) -> str:
        return f"<RecordingPlugin of {self._spec.__name__}, {len(self.calls)} calls>"

    def answer(
        self,
        hook: HookSpec[..., R, Any] | AsyncHookSpec[..., R, Any] | HistoricSpec[..., R] | AsyncHistoricSpec[..., R],
        value: R | None,
    ) -> None:
        """Answer the calls of a hook with a value from now on; None means "no answer".

        Args:
            hook: A hook of the spec.
            value: What an implementation of it may return.

        Raises:
            TypeError: `hook` is not a hook, but its name, for example.
            ValueError: The spec has no such hook.

        Example:
            >>> recording.answer(GreetSpec.greet, "Good day")
            >>> registry.hook.greet(name="Grace")
            ['Good day']
        """

        def answer(**_: object) -> object:
            return value

        self._answers[self._known(hook).name] = answer

    if TYPE_CHECKING:
        if not MYPY:

            @overload
            def answer_with(
                self, hook: HookSpec[P, R, Any] | HistoricSpec[P, R], function: Callable[P, R | None]
            ) -> None: ...
            @overload
            def answer_with(
                self,
                hook: AsyncHookSpec[P, R, Any] | AsyncHistoricSpec[P, R],
                function: Callable[P, Coroutine[Any, Any, R | None] | R | None],
            ) -> None: ...

    def answer_with(self, hook: Implementable[Function], function: Function) -> None:
        """Answer the calls of a hook with what a function returns, or raises, from now on; until `answer` is called.

        Args:
            hook: A hook of the spec.
            function: What `@hookimpl.function(hook)` takes. A call is recorded before it reaches the function.

        Raises:
            PluginValidationError: The function does not fit the hook. Nothing has changed.
            TypeError: `hook` is not a hook, but its name, for example.
            ValueError: The spec has no such hook.

        Example:
            >>> def fail(name: str) -> str:
            ...     raise OSError(f"cannot greet {name}")
            >>> recording.answer_with(GreetSpec.greet, fail)
            >>> registry.hook.greet(name="Ada")
            Traceback (most recent call last):
            ...
            OSError: cannot greet Ada
            in hook GreetSpec.greet, plugin 'RecordingPlugin' (...)
        """
        implementation: Any = function
        known = self._known(hook)
        impl = extra_implementation(implementation, known, "<answer_with>")

        def answer(**arguments: object) -> object:
            return impl.function(**(arguments if impl.rest else {name: arguments[name] for name in impl.parameters}))

        self._answers[known.name] = answer

    def calls_of(self, hook: BaseSpec) -> list[dict[str, object]]:
        """Return the arguments of each call of a hook, the first call first.

        Args:
            hook: A hook of the spec.

        Raises:
            TypeError: `hook` is not a hook, but its name, for example.
            ValueError: The spec has no such hook.

        Example:
            >>> recording.calls_of(GreetSpec.greet)[0]
            {'name': 'Ada', 'loud': False}
        """
        name = self._known(hook).name
        return [call.arguments for call in self.calls if call.hook == name]

    def _known(self, hook: Any) -> BaseSpec:
        expect_hook(hook)
        known = hook_among(hook, self._hooks)
        if known is None:
            raise ValueError(f"{hook.qualified_name} is not a hook of {self._spec.__name__}")
        return known

    def _recorder(self, hook: BaseSpec) -> Callable[..., Any]:
        name = hook.name

        def record(**arguments: object) -> object:
            self.calls.append(RecordedCall(name, {each: arguments[each] for each in hook.parameters}))
            answer = self._answers.get(name)
            return answer and answer(**arguments)

        async def record_async(**arguments: object) -> object:
            answer = record(**arguments)
            return await answer if is_awaitable(answer) else answer

        mark: Any = hookimpl.function
        marked: Callable[..., Any] = mark(hook, tryfirst=True)(record_async if hook.is_async else record)
        return marked


if TYPE_CHECKING:
    if not MYPY:
        # The others infer what a lambda takes from these: strict pyright wants to know it.
        @overload
        @contextmanager
        def override(
            registry: Registry[Any], hook: HookSpec[P, R, Any] | HistoricSpec[P, R], function: Callable[P, R | None]
        ) -> Generator[None]: ...
        @overload
        @contextmanager
        def override(
            registry: Registry[Any],
            hook: AsyncHookSpec[P, R, Any] | AsyncHistoricSpec[P, R],
            function: Callable[P, Coroutine[Any, Any, R | None] | R | None],
        ) -> Generator[None]: ...


@contextmanager
def override(registry: Registry[Any], hook: Implementable[Function], function: Function) -> Generator[None]:
    """Make a hook call one function only while the `with` block runs: no plugin, and no wrapper.

    Plugins that are registered meanwhile are called afterwards. Overrides nest, and the innermost counts, as with
    `muted`. A running call is not affected. `call_extra` calls its functions beside this one. A historic call is
    remembered as usual, and earlier ones are replayed to plugins that are registered meanwhile.

    Args:
        registry: The registry with the hook.
        hook: The hook, as in `AppSpec.render`.
        function: What `@hookimpl.function(hook)` takes.

    Raises:
        PluginValidationError: The registry has no such hook, or the function does not fit it. Nothing has changed.
        TypeError: `hook` is not a hook, but its name, for example, or `registry.hook.render`.

    Example:
        >>> from typing import Protocol
        >>> from pluginkit import Registry, hookspec
        >>> class GreetSpec(Protocol):
        ...     @hookspec
        ...     def greet(self, *, name: str) -> str: ...
        >>> registry = Registry(GreetSpec)
        >>> with override(registry, GreetSpec.greet, lambda name: f"Hello, {name}"):
        ...     registry.hook.greet(name="Ada")
        ['Hello, Ada']
        >>> registry.hook.greet(name="Ada")
        []
    """
    spec: Any = hook
    implementation: Any = function
    state = registry._state_of(spec, "<override>")  # noqa: SLF001
    restore = state.substitute((extra_implementation(implementation, state.spec, OVERRIDE),))
    try:
        yield
    finally:
        restore()


@contextmanager
def muted(registry: Registry[Any], *hooks: BaseSpec) -> Generator[None]:
    """Make hooks call nothing while the `with` block runs: neither plugins nor wrappers.

    `call_extra` still calls its functions. Historic calls are handled as by `override`.

    Args:
        registry: The registry with the hooks.
        hooks: The hooks, as in `AppSpec.render`.

    Raises:
        PluginValidationError: The registry has no such hook. Nothing has changed.
        TypeError: One of them is not a hook, but its name, for example, or `registry.hook.render`.

    Example:
        >>> from typing import Protocol
        >>> from pluginkit import Registry, hookspec
        >>> class GreetSpec(Protocol):
        ...     @hookspec(firstresult=True)
        ...     def greet(self, *, name: str) -> str | None: ...
        >>> registry, recording = Registry(GreetSpec), RecordingPlugin(GreetSpec)
        >>> recording.answer(GreetSpec.greet, "Hello")
        >>> with registry.register(recording), muted(registry, GreetSpec.greet):
        ...     print(registry.hook.greet(name="Ada"))
        None
    """
    states = [registry._state_of(hook, "<muted>") for hook in hooks]  # noqa: SLF001
    with ExitStack() as stack:
        for state in states:
            stack.callback(state.substitute(()))
        yield
