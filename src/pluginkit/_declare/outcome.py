"""What one implementation has given, or raised: the record that `each` of a caller yields.

It knows nothing of how implementations are called.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pluginkit._declare.impl import HookImpl

R_co = TypeVar("R_co", covariant=True)


class Outcome(Generic[R_co]):
    """What an implementation has given or raised, from `each` of a caller.

    Attributes:
        implementation: The implementation.
        value: Its answer, or None if it has failed.
        error: What it raised, or None.

    Example:
        >>> from typing import Protocol
        >>> from pluginkit import Registry, hookimpl, hookspec
        >>> class GreetSpec(Protocol):
        ...     @hookspec
        ...     def greet(self, *, name: str) -> str: ...
        >>> class Polite:
        ...     @hookimpl(GreetSpec.greet)
        ...     def greet(self, name: str) -> str:
        ...         return f"Good day, {name}."
        >>> registry = Registry(GreetSpec)
        >>> registration = registry.register(Polite())
        >>> [outcome] = registry.hook.greet.each(name="Ada")
        >>> outcome
        <Outcome of plugin 'Polite': 'Good day, Ada.'>
    """

    __slots__ = ("error", "implementation", "value")

    def __init__(self, implementation: HookImpl, value: R_co | None, error: BaseException | None) -> None:
        self.implementation: HookImpl = implementation
        self.value: R_co | None = value
        self.error: BaseException | None = error

    def __repr__(self) -> str:
        given = repr(self.value) if self.error is None else f"raised {self.error!r}"
        return f"<Outcome of plugin '{self.plugin_name}': {given}>"

    @property
    def plugin_name(self) -> str:
        """The plugin of the implementation.

        Example:
            >>> outcome.plugin_name
            'Polite'
        """
        return self.implementation.plugin_name

    def unwrap(self) -> R_co:
        """Return the answer, or raise what was raised.

        Example:
            >>> outcome.unwrap()
            'Good day, Ada.'
        """
        if self.error is not None:
            raise self.error
        value: Any = self.value
        answer: R_co = value
        return answer
