"""Observers: what `Registry.observe` takes, and what the observers of `pluginkit.observe` are."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Protocol, assert_type

from pluginkit import Call, HookImpl, Observation, Registry, hookspec
from pluginkit.observe import Timing, Timings, log_calls, spans, timings


class AppSpec(Protocol):
    """Hooks, sync and async."""

    @hookspec
    def render(self, *, text: str) -> str: ...

    @hookspec
    async def fetch(self, *, url: str) -> bytes: ...


registry = Registry(AppSpec)


@contextmanager
def around(call: Call) -> Generator[None, None, None]:
    """See a call."""
    assert_type(call.hook, str)
    assert_type(call.plugin_name, str)
    assert_type(call.location, str)
    assert_type(call.arguments, Mapping[str, Any])
    assert_type(call.implementation, HookImpl | None)
    yield


class Manager:
    """A context manager that is a class."""

    def __init__(self, call: Call) -> None: ...

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def no_manager(call: Call) -> None:
    """Return nothing that can be entered."""


def generator(call: Call) -> Iterator[None]:
    """Lack `@contextmanager`."""
    yield


def other_argument(call: str) -> AbstractContextManager[None]:
    """Take something else than a call."""
    return nullcontext()


def no_argument() -> AbstractContextManager[None]:
    """Take nothing."""
    return nullcontext()


async def coroutine(call: Call) -> AbstractContextManager[None]:
    """Return something that has to be awaited."""
    return nullcontext()


assert_type(registry.observe(around), Observation)
assert_type(registry.observe(around, per="call"), Observation)
assert_type(registry.observe(Manager), Observation)
registry.observe(lambda call: nullcontext(call.plugin_name))
registry.observe(timings(), per="implementation")
registry.observe(log_calls())
registry.observe(log_calls(logging.getLogger("app"), logging.INFO), per="call")
registry.observe(spans())
with registry.observe(around) as observation:
    assert_type(observation, Observation)

table = timings()
assert_type(table, Timings)
assert_type([row.total for row in table], list[float])
assert_type(list(table), list[Timing])
assert_type(table.as_dict(), dict[str, dict[str, dict[str, float]]])

registry.observe(no_manager)  # reject: it gives no context manager
registry.observe(generator)  # reject: a generator is not a context manager
registry.observe(other_argument)  # reject: it takes no call
registry.observe(no_argument)  # reject: it takes nothing
registry.observe(coroutine)  # reject: it gives a coroutine
registry.observe(around, per="plugin")  # reject: unknown extent
registry.observe(around, "call")  # reject: options go by keyword
registry.observe()  # reject: the observer is missing
registry.observe(timings)  # reject: it is not called
registry.observe(log_calls)  # reject: it is not called
log_calls("app")  # reject: not a logger
timings(1)  # reject: options go by keyword
