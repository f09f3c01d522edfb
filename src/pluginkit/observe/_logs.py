"""A log of every call."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from functools import partial

from pluginkit._call.observed import Around, Call


def log_calls(logger: logging.Logger | None = None, level: int = logging.DEBUG) -> Around:
    """Return an observer that logs each call with its arguments, and what it raises.

    The arguments are formatted only where a handler writes them, and nothing is done while the level is not enabled.

    Args:
        logger: Where to; without it, to the logger `pluginkit`.
        level: At which level.

    Example:
        >>> import logging, sys
        >>> from typing import Protocol
        >>> from pluginkit import Registry, hookimpl, hookspec
        >>> class GreetSpec(Protocol):
        ...     @hookspec
        ...     def greet(self, *, name: str) -> str: ...
        >>> class Polite:
        ...     @hookimpl(GreetSpec.greet)
        ...     def greet(self, name: str) -> str:
        ...         return f"Good day, {name}."
        >>> logger = logging.Logger("example")
        >>> logger.addHandler(logging.StreamHandler(sys.stdout))
        >>> registry = Registry(GreetSpec)
        >>> registration = registry.register(Polite())
        >>> with registry.observe(log_calls(logger)):
        ...     registry.hook.greet(name="Ada")
        Polite: GreetSpec.greet(name='Ada')
        ['Good day, Ada.']
    """
    log = logging.getLogger("pluginkit") if logger is None else logger

    write = partial(log.log, level)
    return lambda call: told(call, write) if log.isEnabledFor(level) else nullcontext()


@contextmanager
def told(call: Call, write: Callable[..., None]) -> Generator[None, None, None]:
    """Write a call, and what it raises, by a function that takes a text with `%s` and what stands in it."""
    write("%s", Shown(call))
    try:
        yield
    except BaseException as error:
        write("%s raised %s: %s", Shown(call), type(error).__name__, error)
        raise


class Shown:
    """A call as one line of text, which is made only when it is written."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def __str__(self) -> str:
        call = self._call
        owner = f"{call.plugin_name}: " if call.plugin_name else ""
        if call.kind == "load":
            return f"{owner}imported for {call.hook}"
        return f"{owner}{call.hook}({', '.join(f'{name}={value!r}' for name, value in call.arguments.items())})"
