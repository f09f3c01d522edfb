"""What a plugin has raised, for hooks that go on without it, and what counts as that.

Interrupts and cancellation from outside are not failures of a plugin, and always leave a call. `policies` has what a
call does about failures.
"""

# Without `from __future__ import annotations`: a named tuple would compile the text of each annotation, at each start.

import sys
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias, TypeGuard

from pluginkit._declare.impl import HookImpl


class Failure(NamedTuple):
    """What a plugin raised in a hook that goes on without it; `on_error` of a registry takes it.

    Attributes:
        implementation: The implementation that failed, which may be a wrapper.
        error: What it raised.

    Example:
        >>> from typing import Protocol
        >>> from pluginkit import Failure, Registry, hookimpl, hookspec
        >>> class GreetSpec(Protocol):
        ...     @hookspec(errors="skip")
        ...     def greet(self, *, name: str) -> str: ...
        >>> class Broken:
        ...     @hookimpl(GreetSpec.greet)
        ...     def greet(self, name: str) -> str:
        ...         raise ValueError(name)
        >>> def report(failure: Failure) -> None:
        ...     print(f"{failure.plugin_name} failed in {failure.hook}: {failure.error!r}")
        >>> registry = Registry(GreetSpec, on_error=report)
        >>> registration = registry.register(Broken())
        >>> registry.hook.greet(name="Ada")
        Broken failed in GreetSpec.greet: ValueError('Ada')
        []
    """

    implementation: HookImpl
    error: BaseException

    @property
    def plugin_name(self) -> str:
        """The plugin that failed.

        Example:
            >>> Failure(registry.hook.greet.implementations()[0], ValueError()).plugin_name
            'Broken'
        """
        return self.implementation.plugin_name

    @property
    def hook(self) -> str:
        """The hook, as errors name it.

        Example:
            >>> Failure(registry.hook.greet.implementations()[0], ValueError()).hook
            'GreetSpec.greet'
        """
        return self.implementation.spec.qualified_name


Report: TypeAlias = Callable[[Failure], object]


def log_failure(failure: Failure) -> None:
    """Write a failure with its traceback to the logger `pluginkit`."""
    import logging  # late: a host that has no failing plugin need not import it

    message = "hook %s goes on without plugin '%s' (%s)"
    where = (failure.hook, failure.plugin_name, failure.implementation.location)
    logging.getLogger("pluginkit").error(message, *where, exc_info=failure.error)


def is_failure(exc: BaseException) -> bool:
    """Tell whether an exception is a failure of the plugin that raised it, and does not always leave."""
    if _is_group(exc):
        return all(map(is_failure, exc.exceptions))
    return not isinstance(exc, (KeyboardInterrupt, GeneratorExit)) and not _is_from_outside(exc)


def _is_group(exc: BaseException) -> TypeGuard[BaseExceptionGroup[BaseException]]:
    return isinstance(exc, BaseExceptionGroup)


def _is_from_outside(exc: BaseException) -> bool:
    """Tell whether an exception cancels the task that makes the call.

    It may also be the cancellation of something that the plugin awaits: a failure like any other.
    """
    asyncio, trio = (sys.modules.get(name) for name in ("asyncio", "trio"))
    try:
        if isinstance(exc, getattr(asyncio, "CancelledError", ())):
            task: Any = asyncio.current_task() if asyncio else None
            return task is not None and task.cancelling() > 0
        if isinstance(exc, getattr(trio, "Cancelled", ())):
            return trio is not None and trio.current_effective_deadline() == float("-inf")
    except RuntimeError:  # no event loop is running
        pass
    return False
