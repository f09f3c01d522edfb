"""The order that a host chooses for its registry, and plugins without hooks."""

from __future__ import annotations

from types import ModuleType
from typing import Any, Protocol

import pytest
from plugins import refused
from specs import AppSpec

from pluginkit import PluginValidationError, Registry, hookimpl, hookspec


class EditSpec(Protocol):
    """Hooks in which the order shows."""

    @hookspec(pipeline="text")
    def edit(self, *, text: str) -> str: ...

    @hookspec(historic=True)
    def told(self, *, log: list[str]) -> None: ...


def editing(tag: str, **options: Any) -> object:
    """Return a plugin that appends its tag, and puts the result within it."""
    marked: Any = hookimpl

    class Plugin:
        @marked(EditSpec.edit, **options)
        def edit(self, text: str) -> str:
            return text + tag

        @hookimpl(EditSpec.edit, wrapper=True)
        def around(self, **_: object) -> Any:
            result = yield
            return f"{tag}({result})"

        @hookimpl(EditSpec.told)
        def told(self, log: list[str]) -> None:
            log.append(tag)

        @hookimpl(EditSpec.told)
        def told_later(self, log: list[str]) -> None:
            log.append(f"{tag}2")

    return Plugin()


def run(registry: Registry[EditSpec]) -> str:
    """Register three plugins, the last of which is tried first, and return what a call gives."""
    for tag in "abc":
        registry.register(editing(tag, tryfirst=tag == "c"), tag)
    return registry.hook.edit(text="")


def test_first_registered_first() -> None:
    """With `order="first"` plugins run as they were registered, after those that are tried first; wrappers alike."""
    registry = Registry(EditSpec, order="first")
    assert run(registry) == "a(b(c(cab)))"
    assert [each.plugin_name for each in registry.hook.edit.implementations()] == list("abccab")
    assert registry.without("a").edit(text="") == "b(c(cb))"
    assert registry.hook.edit.call_extra([lambda text: f"{text}!"], text="") == "a(b(c(cab!)))"


def test_last_registered_first() -> None:
    """By default plugins run in reverse."""
    registry = Registry(EditSpec)
    assert run(registry) == "c(b(a(cba)))"
    assert registry.hook.edit.call_extra([lambda text: f"{text}!"], text="") == "c(b(a(c!ba)))"


@pytest.mark.parametrize(("order", "expected"), [("first", ["a", "a2"]), ("last", ["a2", "a"])])
def test_replays_follow_the_order(order: Any, expected: list[str]) -> None:
    """Several implementations of a historic hook in one plugin are replayed in the order of the registry."""
    registry = Registry(EditSpec, order=order)
    log: list[str] = []
    registry.hook.told.call_historic(log=log)
    registry.register(editing("a"))
    assert log == expected


def test_another_order_is_refused() -> None:
    """There are two orders."""
    with pytest.raises(ValueError, match=r"^order= is 'last' or 'first', not 'fifo' \[PK408\]\n  Hint: leave it out"):
        Registry(EditSpec, order="fifo")  # type: ignore[arg-type]


def test_a_plugin_without_hooks_is_accepted_where_that_is_meant(registry: Registry[AppSpec]) -> None:
    """`allow_empty=True` registers a plugin that implements no hook; without it, it is refused."""
    theme = ModuleType("theme")
    with refused(registry, PluginValidationError, match="implements no hook"):
        registry.register(theme)
    with registry.register(theme, allow_empty=True):
        assert registry.plugin_names() == ("theme",)
    assert registry.plugin_names() == ()


def test_what_is_wrong_is_refused_all_the_same(registry: Registry[AppSpec]) -> None:
    """`allow_empty=True` accepts no implementation that does not fit."""

    class Plugin:
        @hookimpl
        def sections(self, documnet: str) -> list[str]: ...

    with refused(registry, PluginValidationError, match="unknown parameter"):
        registry.register(Plugin(), allow_empty=True)
