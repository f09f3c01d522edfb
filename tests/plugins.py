"""What the tests share: plugins made on the spot, and a look at everything that a registry knows."""

from __future__ import annotations

from contextlib import contextmanager
from types import FunctionType, SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from pluginkit import Registry, hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

E = TypeVar("E", bound=BaseException)


def plugin(*functions: Callable[..., Any], **marked: Callable[..., Any]) -> SimpleNamespace:
    """Return a plugin that holds marked functions, under their own names or those given."""
    return SimpleNamespace(**{function.__name__: function for function in functions}, **marked)


def fresh(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a copy of a function that bears no mark: a second mark would make a second implementation."""
    made = FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    made.__kwdefaults__ = function.__kwdefaults__
    return made


def answering(spec: Any, answer: object, **options: Any) -> SimpleNamespace:
    """Return a plugin whose implementation of one hook gives `answer`, whatever it is called with."""

    @hookimpl.function(spec, **options)
    def answer_it(**_: object) -> object:
        return answer

    return plugin(answer_it)


def state(registry: Registry[Any]) -> tuple[object, ...]:
    """Return what can be seen of a registry, to compare before and after an operation that is refused."""
    names = registry.plugin_names()
    relay = {
        name: (caller, caller.implementations())
        for name, caller in vars(registry.hook).items()
        if not name.startswith("_")
    }
    known = registry._store.state
    history = {name: known.history(name) for name in known.hooks}
    snapshots = {name: registry._hooks[spec].state.snapshot for name, spec in known.hooks.items()}
    return names, known.plugins, known.blocked, relay, history, snapshots


def at(function: Any) -> str:
    """Return `file:line` of a function, as errors show it."""
    code = getattr(function, "__func__", function).__code__
    return f"{code.co_filename}:{code.co_firstlineno}"


def lines(*each: str) -> str:
    """Return lines as one text."""
    return "\n".join(each)


@contextmanager
def refused(registry: Registry[Any], error: type[E], match: str | None = None) -> Iterator[pytest.ExceptionInfo[E]]:
    """Expect an error, and that nothing of the registry has changed."""
    before = state(registry)
    with pytest.raises(error, match=match) as caught:
        yield caught
    assert state(registry) == before
