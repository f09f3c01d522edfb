"""The record of a call that an observer sees, and the handle of an observer.

Both are public, and annotations name them. How calls are observed is in `observing`, which is imported with the first
observer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from types import MappingProxyType, TracebackType
from typing import Any, Literal, Self, TypeAlias

from pluginkit._declare.impl import HookImpl
from pluginkit._declare.spec import BaseSpec
from pluginkit._implement.plugin import Distribution

Kind: TypeAlias = Literal["implementation", "wrapper", "load", "call"]


_NONE: dict[str, Any] = {}


class Call:
    """What an observer sees: one call of an implementation, or one call of a hook.

    Attributes:
        kind: What is called: an "implementation", a "wrapper", or, for observers of whole calls, the hook itself, as a
            "call". "load" is the import of a lazy plugin that a call needs.
        spec: The hook.
        plugin_name: The plugin that is called or loaded; empty for a whole call.
        implementation: What is called; None for a whole call, or while a plugin is loaded.

    Example:
        >>> from contextlib import contextmanager
        >>> from typing import Protocol
        >>> from pluginkit import Call, Registry, hookimpl, hookspec
        >>> class GreetSpec(Protocol):
        ...     @hookspec
        ...     def greet(self, *, name: str) -> str: ...
        >>> class Polite:
        ...     @hookimpl(GreetSpec.greet)
        ...     def greet(self, name: str) -> str:
        ...         return f"Good day, {name}."
        >>> @contextmanager
        ... def show(call: Call):
        ...     print(f"{call.plugin_name} begins {call.hook} with {dict(call.arguments)}")
        ...     yield
        >>> registry = Registry(GreetSpec)
        >>> registration = registry.register(Polite())
        >>> with registry.observe(show):
        ...     registry.hook.greet(name="Ada")
        Polite begins GreetSpec.greet with {'name': 'Ada'}
        ['Good day, Ada.']
    """

    __slots__ = ("_arguments", "_distribution_of", "implementation", "kind", "plugin_name", "spec")

    def __init__(  # noqa: PLR0917 - made for each observed call, and arguments by name take longer
        self,
        kind: Kind,
        spec: BaseSpec,
        plugin_name: str = "",
        arguments: Mapping[str, Any] = _NONE,
        implementation: HookImpl | None = None,
        distribution_of: Callable[[str], Distribution | None] | None = None,
    ) -> None:
        self.kind: Kind = kind
        self.spec: BaseSpec = spec
        self.plugin_name: str = plugin_name
        self._arguments = arguments
        self.implementation: HookImpl | None = implementation
        self._distribution_of = distribution_of

    def __repr__(self) -> str:
        plugin = f" of plugin '{self.plugin_name}'" if self.plugin_name else ""
        return f"<Call: {self.kind} of {self.hook}{plugin}>"

    @property
    def arguments(self) -> Mapping[str, Any]:
        """What it is called with; read-only.

        Example:
            >>> Call("call", registry.hook.greet.spec, arguments={"name": "Ada"}).arguments["name"]
            'Ada'
        """
        return MappingProxyType(dict(self._arguments))

    @property
    def hook(self) -> str:
        """The hook, as errors name it.

        Example:
            >>> Call("call", registry.hook.greet.spec).hook
            'GreetSpec.greet'
        """
        return self.spec.qualified_name

    @property
    def location(self) -> str:
        """The file and the line of what is called.

        Example:
            >>> Call("call", registry.hook.greet.spec).location
            '...:2'
        """
        return self.spec.location if self.implementation is None else self.implementation.location

    @property
    def distribution(self) -> Distribution | None:
        """The distribution that the plugin was loaded from, or None.

        Example:
            >>> Call("call", registry.hook.greet.spec).distribution
        """
        return self._distribution_of(self.plugin_name) if self._distribution_of else None


Around: TypeAlias = Callable[[Call], AbstractContextManager[object]]


class Observation:
    """That an observer sees the calls of a registry, from `Registry.observe`; closing it ends that.

    Example:
        >>> from contextlib import nullcontext
        >>> from typing import Protocol
        >>> from pluginkit import Registry, hookspec
        >>> class GreetSpec(Protocol):
        ...     @hookspec
        ...     def greet(self, *, name: str) -> str: ...
        >>> registry = Registry(GreetSpec)
        >>> observation = registry.observe(lambda call: nullcontext(print(call)), per="call")
        >>> registry.hook.greet(name="Ada")
        <Call: call of GreetSpec.greet>
        []
        >>> observation.close()
        >>> registry.hook.greet(name="Ada")
        []
    """

    __slots__ = ("_end",)

    def __init__(self, end: Callable[[], None]) -> None:
        self._end = end

    def close(self) -> None:
        """Stop observing; calls that have begun are seen to their end. Closed again, nothing happens.

        Example:
            >>> observation.close()
        """
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
