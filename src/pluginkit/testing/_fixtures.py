"""Registries for tests, and the check of a plugin without one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from warnings import warn

from pluginkit._errors import PluginValidationError
from pluginkit._registry import Registry, RegistryHost

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

Spec = TypeVar("Spec")


class RegistryFor(Protocol):
    """The type of the fixture `registry_for`, for the annotations of tests.

    Example:
        >>> from typing import Protocol
        >>> from pluginkit import hookspec
        >>> class GreetSpec(Protocol):
        ...     @hookspec
        ...     def greet(self, *, name: str) -> str: ...
        >>> def test_nobody_greets(registry_for: RegistryFor) -> None:
        ...     assert registry_for(GreetSpec).hook.greet(name="Ada") == []
    """

    def __call__(self, spec: Callable[..., Spec], /, *plugins: object, pluggy: str = "") -> Registry[Spec]:
        """Return a new registry with plugins; at the end of the test they are all unregistered.

        Args:
            spec: The Protocol class that declares the hooks.
            plugins: Plugins to register, the first one first.
            pluggy: The name of a pluggy project whose marks are accepted, as of `Registry`.

        Raises:
            HookSpecError: `spec` is not a spec.
            PluginValidationError: A plugin cannot be registered.

        Example:
            >>> with registries() as registry_for:
            ...     test_nobody_greets(registry_for)
        """
        ...


@contextmanager
def registries() -> Generator[RegistryFor]:
    """Yield a function that makes registries; in the end all their plugins are unregistered, the last one first."""
    made: list[Registry[Any]] = []

    def registry_for(spec: Callable[..., Spec], /, *plugins: object, pluggy: str = "") -> Registry[Spec]:
        registry = Registry(spec, pluggy=pluggy)
        made.append(registry)
        for plugin in plugins:
            registry.register(plugin)
        return registry

    try:
        yield registry_for
    finally:
        for registry in reversed(made):
            for name in reversed(registry.plugin_names()):
                registry.unregister(name)


def assert_implements(plugin: object, spec: Callable[..., Any], *, pluggy: str = "") -> None:
    """Fail unless a plugin can be registered with a spec. It is not registered, and none of its code is called.

    Args:
        plugin: What `Registry.register` takes: an instance, a module, or a class with static or class methods.
        spec: The Protocol class that declares the hooks.
        pluggy: The name of a pluggy project whose marks are accepted, as of `Registry`.

    Warns:
        UserWarning: A function has the name of a hook, and is not marked.

    Raises:
        AssertionError: It cannot be registered; the message is the report of registration, with all problems.
        HookSpecError: `spec` is not a spec.

    Example:
        >>> from typing import Protocol
        >>> from pluginkit import hookimpl, hookspec
        >>> class GreetSpec(Protocol):
        ...     @hookspec
        ...     def greet(self, *, name: str) -> str: ...
        >>> class Polite:
        ...     @hookimpl(GreetSpec.greet)
        ...     def greet(self, name: str) -> str:
        ...         return f"Good day, {name}."
        >>> assert_implements(Polite(), GreetSpec)
    """
    __tracebackhide__ = True
    registry = Registry(spec, pluggy=pluggy)
    try:
        registry.register(plugin)
    except PluginValidationError as error:
        raise AssertionError(str(error)) from None
    for warning in RegistryHost(registry).unmarked():
        warn(str(warning), UserWarning, stacklevel=2)
