"""Hooks and parameters that are deprecated: who is warned, where, and that a warning changes nothing."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from plugins import plugin
from typing_extensions import deprecated

from pluginkit import HookSpecError, Registry, hookimpl, hookspec
from pluginkit._registry import RegistryHost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Spec(Protocol):
    """What is deprecated, and what is not."""

    @hookspec
    @deprecated("use render")
    def draw(self, *, text: str) -> str:
        """Draw it."""
        ...

    @hookspec(firstresult=True)
    @deprecated("use fetch_all", category=None)
    async def fetch(self, *, url: str = "x") -> str: ...

    @hookspec(deprecated={"width": "it is always 80"})
    def render(self, *, text: str, width: int = 80) -> str: ...

    @hookspec(historic=True)
    @deprecated("use render")
    def started(self, *, text: str) -> None: ...


def draw(text: str) -> str:
    """Implement a deprecated hook."""
    return text


async def fetch(url: str) -> str:
    """Implement one that is async."""
    return url


def render(text: str, width: int) -> str:
    """Take a deprecated parameter."""
    return f"{text}{width}"


def taking_the_rest(text: str, **_: object) -> str:
    """Take it among others."""
    return text


@pytest.fixture
def caught() -> Iterator[list[warnings.WarningMessage]]:
    """Catch every warning."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield caught


def implementing(hook: Any, function: Callable[..., Any]) -> object:
    """Return a plugin of a function."""
    return plugin(hookimpl.function(hook)(function))


def test_deprecated_hook_is_like_any_other(caught: list[warnings.WarningMessage]) -> None:
    """`@deprecated` changes neither the mode, nor the signature, nor what a call gives; calls do not warn."""
    assert (Spec.draw.kind, Spec.draw.deprecated) == ("collect, deprecated", "use render")
    assert (Spec.fetch.kind, Spec.fetch.defaults) == ("firstresult, async, deprecated", {"url": "x"})
    assert Spec.draw.signature == "Spec.draw(self, *, text: str) -> str"
    assert Spec.draw.__doc__ == "Draw it."
    assert Spec.render.deprecations == ("parameter 'width' is deprecated: it is always 80",)
    registry = Registry(Spec)
    registry.register(implementing(Spec.draw, lambda text: text), "p")
    caught.clear()
    assert registry.hook.draw(text="a") == ["a"]
    assert caught == []


@pytest.mark.parametrize(
    ("hook", "function", "message"),
    [
        (Spec.draw, draw, "hook Spec.draw is deprecated: use render [PK128]"),
        (Spec.fetch, fetch, "hook Spec.fetch is deprecated: use fetch_all [PK128]"),
        (Spec.render, render, "hook Spec.render takes the deprecated parameter 'width': it is always 80 [PK129]"),
    ],
)
def test_registration_warns_at_the_implementation(
    hook: Any, function: Callable[..., Any], message: str, caught: list[warnings.WarningMessage]
) -> None:
    """Each is one DeprecationWarning, at the line of the implementation."""
    registry = Registry(Spec)
    registry.register(implementing(hook, function), "p")
    (warning,) = caught
    assert str(warning.message) == f"plugin 'p': {message}"
    assert warning.category is DeprecationWarning
    assert (warning.filename, warning.lineno) == (__file__, function.__code__.co_firstlineno)


def test_what_does_not_take_it_is_not_warned_of(caught: list[warnings.WarningMessage]) -> None:
    """An implementation that takes other parameters, or the rest, is none of a deprecated parameter."""
    registry = Registry(Spec)
    registry.register(implementing(Spec.render, taking_the_rest))
    registry.register(implementing(Spec.render, lambda text: text))
    assert caught == []


def test_warning_that_is_an_error_refuses_the_plugin() -> None:
    """With `-W error` a plugin is refused before anything has changed: no replay, no registration."""
    replayed: list[str] = []
    registry = Registry(Spec)
    registry.hook.started.call_historic(text="a")

    class Plugin:
        @hookimpl(Spec.started)
        def started(self, text: str) -> None:
            replayed.append(text)

    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        with pytest.raises(DeprecationWarning, match="hook Spec"):
            registry.register(Plugin(), "p")
    assert registry.plugin_names() == ()
    assert replayed == []


def test_warning_is_shown_once(caught: list[warnings.WarningMessage]) -> None:
    """With Python's default filter, registering the same plugin again does not warn again."""
    warnings.simplefilter("default")

    def again(text: str) -> str:
        return text

    same = implementing(Spec.draw, again)
    for _ in range(2):
        Registry(Spec).register(same, "p")
    assert len(caught) == 1


def test_added_spec_warns_of_those_that_waited(caught: list[warnings.WarningMessage]) -> None:
    """An optional implementation that waits for its hook is warned of once it takes effect."""

    class Other(Protocol):
        @hookspec
        def other(self, *, text: str) -> str: ...

    registry = Registry(Other)

    class Plugin:
        @hookimpl(Other.other)
        def other(self, text: str) -> str: ...

        @hookimpl(Spec.draw, optional=True)
        def draw(self, text: str) -> str: ...

    registry.register(Plugin(), "p")
    assert caught == []
    registry.add_spec(Spec)
    assert [str(each.message) for each in caught] == ["plugin 'p': hook Spec.draw is deprecated: use render [PK128]"]


def test_function_without_code_is_named_by_itself(caught: list[warnings.WarningMessage]) -> None:
    """A callable that is not a Python function is warned of as well."""

    class Drawing:
        def __call__(self, text: str) -> str:
            return text

    class Plugin:
        draw = staticmethod(hookimpl.function(Spec.draw)(Drawing()))

    Registry(Spec).register(Plugin(), "p")
    assert [str(each.message) for each in caught] == ["plugin 'p': hook Spec.draw is deprecated: use render [PK128]"]


def test_check_reads_what_is_deprecated() -> None:
    """What a registry's plugins implement that is deprecated can be asked for, by plugin."""
    registry = Registry(Spec)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        registry.register(implementing(Spec.draw, lambda text: text), "p")
        registry.register(implementing(Spec.render, lambda text: text), "q")
    (error,) = RegistryHost(registry).deprecations()
    assert (error.plugin_name, [problem.code for problem in error.problems]) == ("p", ["PK128"])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("use render", "has deprecated='use render', which does not map parameters to reasons [PK218]"),
        ({"text": 1}, "has deprecated={'text': 1}, which does not map parameters to reasons [PK218]"),
        ({"txt": "gone"}, "has no parameter 'txt' for deprecated= [PK218]"),
    ],
)
def test_wrong_deprecation_is_refused(value: Any, message: str) -> None:
    """`deprecated=` maps parameters of the hook to reasons."""

    def render(self: object, *, text: str) -> str: ...

    with pytest.raises(HookSpecError) as refused:
        hookspec(deprecated=value)(render)
    assert message in str(refused.value)


def test_hook_without_parameters_has_no_deprecated_one() -> None:
    """Where a hook has no parameters, the hint is to remove the option."""

    def render(self: object) -> str: ...

    with pytest.raises(HookSpecError, match="Hint: remove the option"):
        hookspec(deprecated={"text": "gone"})(render)
