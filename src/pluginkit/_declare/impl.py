"""The records of implementations: what a mark says, and one implementation of one hook by one plugin.

They stand here, and not with `@hookimpl`, because callers show them, and specs show their callers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from pluginkit._declare.signature import location_of
from pluginkit._declare.spec import BaseSpec, Taken
from pluginkit._errors import coded
from pluginkit._fits import Form

Names: TypeAlias = str | Iterable[str]

MARKS = "__pluginkit_impl__"  # the attribute of a function that holds its marks, a tuple

EXTRA = "<extra>"  # the plugin name of the functions of a `call_extra`
OVERRIDE = "<override>"  # and of a function that a test substitutes for plugins


class Mark:
    """What one `@hookimpl` says about the function below it.

    Attributes:
        spec: The hook it implements, or None to go by the function's name.
        form: Which form of the decorator it was.
        tryfirst: Whether it runs before those that do not say so.
        trylast: Whether it runs after those that do not say so.
        before: The plugins it runs before.
        after: The plugins it runs after.
        wrapper: Whether it is a generator that runs around the others.
        optional: Whether the host may lack the hook.
        is_ordered: Whether one of the four says when it runs; most say nothing.
    """

    __slots__ = ("after", "before", "form", "is_ordered", "optional", "spec", "tryfirst", "trylast", "wrapper")

    def __init__(
        self,
        spec: BaseSpec | None = None,
        form: Form = "either",
        *,
        tryfirst: bool = False,
        trylast: bool = False,
        before: Names = (),
        after: Names = (),
        wrapper: bool = False,
        optional: bool = False,
    ) -> None:
        self.spec: BaseSpec | None = spec
        self.form: Form = form
        self.tryfirst: bool = tryfirst
        self.trylast: bool = trylast
        self.before: tuple[str, ...] = _as_tuple(before)
        self.after: tuple[str, ...] = _as_tuple(after)
        self.wrapper: bool = wrapper
        self.optional: bool = optional
        self.is_ordered: bool = bool(tryfirst or trylast or self.before or self.after)


def _as_tuple(names: str | Iterable[object]) -> tuple[str, ...]:
    several = (names,) if isinstance(names, str) else tuple(names)
    chosen = tuple(name for name in several if isinstance(name, str))
    if len(chosen) < len(several):
        raise TypeError(coded("before= and after= take the names of plugins, not the plugins", "PK123"))
    return chosen


class HookImpl:
    """One implementation of one hook, by one plugin.

    Attributes:
        plugin: The plugin.
        plugin_name: The name under which it is registered.
        spec: The hook.
        function: What is called; a method is bound.
        taken: `parameters` and `rest`; implementations that take the same share it.
        mark: What its `@hookimpl` says: `wrapper`, `tryfirst`, `trylast`, `before`, `after`, `optional`.

    Example:
        >>> from pluginkit import Registry, hookimpl, hookspec
        >>> from typing import Protocol
        >>> class GreetSpec(Protocol):
        ...     @hookspec
        ...     def greet(self, *, name: str) -> str: ...
        >>> class Polite:
        ...     @hookimpl(GreetSpec.greet)
        ...     def greet(self, name: str) -> str: ...
        >>> registry = Registry(GreetSpec)
        >>> registration = registry.register(Polite())
        >>> registry.hook.greet.implementations()
        (<HookImpl GreetSpec.greet of plugin 'Polite'>,)
        >>> (impl,) = registry.hook.greet.implementations()
        >>> impl.plugin_name, impl.parameters
        ('Polite', ('name',))
    """

    __slots__ = ("function", "mark", "plugin", "plugin_name", "spec", "taken")

    def __init__(  # noqa: PLR0917 - made ten times for each plugin, and arguments by name take longer
        self,
        plugin: object,
        plugin_name: str,
        spec: BaseSpec,
        function: Callable[..., Any],
        mark: Mark,
        taken: Taken,
    ) -> None:
        self.plugin: object = plugin
        self.plugin_name: str = plugin_name
        self.spec: BaseSpec = spec
        self.function: Callable[..., Any] = function
        self.mark: Mark = mark
        self.taken: Taken = taken

    def __repr__(self) -> str:
        return f"<HookImpl {self.spec.qualified_name} of plugin '{self.plugin_name}'>"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the hook's parameters that it takes.

        Example:
            >>> impl.parameters
            ('name',)
        """
        return self.taken[0]

    @property
    def rest(self) -> bool:
        """Whether it takes the others as `**rest`.

        Example:
            >>> impl.rest
            False
        """
        return self.taken[1]

    @property
    def original(self) -> HookImpl:
        """The implementation itself, where an observed call runs a copy of it.

        Example:
            >>> impl.original is impl
            True
        """
        return self

    @property
    def location(self) -> str:
        """The file and the line of the function.

        Example:
            >>> impl.location
            '...:2'
        """
        return location_of(self.function)
