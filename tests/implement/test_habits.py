"""What people write who come from pluggy: it is refused with a hint that says what to write here."""

from __future__ import annotations

from typing import Any, Protocol

import pytest

from pluginkit import HookCallError, PluginValidationError, Registry, hookimpl, hookspec


class Spec(Protocol):
    """Hooks."""

    @hookspec
    def parts(self, *, text: str) -> str: ...

    @hookspec(historic=True)
    def started(self, *, text: str) -> None: ...


@pytest.mark.parametrize(
    ("option", "hint"),
    [
        ("hookwrapper", "write wrapper=True, and return the result instead of calling force_result"),
        ("specname", "refer to the hook, as in @hookimpl(AppSpec.sections)"),
        ("optionalhook", "write optional=True"),
        ("try_first", "did you mean 'tryfirst'?"),
        ("x", "it has tryfirst, trylast, before, after, wrapper, optional"),
    ],
)
@pytest.mark.parametrize("form", ["bare", "method", "function"])
def test_options_of_pluggy(option: str, hint: str, form: str) -> None:
    """An option that `@hookimpl` does not have is refused, with the one that it has."""
    unchecked: Any = hookimpl
    with pytest.raises(TypeError) as refused:
        if form == "bare":
            unchecked(**{option: True})
        elif form == "method":
            unchecked(Spec.parts, **{option: True})
        else:
            unchecked.function(Spec.parts, **{option: True})
    assert str(refused.value) == f"@hookimpl has no option '{option}' [PK111]\n  Hint: {hint}"


def test_name_of_a_hook() -> None:
    """A text instead of the hook is refused."""
    unchecked: Any = hookimpl
    with pytest.raises(PluginValidationError) as refused:
        unchecked("parts")
    (problem,) = refused.value.problems
    assert problem.message == "'parts' is the name of a hook, not a hook"
    assert problem.hint == (
        "refer to the hook, as in @hookimpl(AppSpec.parts), or mark a function of that name with @hookimpl"
    )


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("add_hookspecs", "pass the spec to Registry(...), or add another one with add_spec"),
        ("load_setuptools_entrypoints", "call load_entrypoints"),
        ("subset_hook_caller", "call without, which leaves plugins out of all hooks"),
    ],
)
def test_methods_of_a_plugin_manager(name: str, hint: str) -> None:
    """A method that only pluggy's manager has is refused with its counterpart; any other name as Python does it."""
    registry: Any = Registry(Spec)
    with pytest.raises(AttributeError) as refused:
        getattr(registry, name)
    assert str(refused.value) == f"'Registry' object has no attribute '{name}'\n  Hint: {hint}"
    assert (refused.value.name, refused.value.obj) == (name, registry)
    assert not hasattr(registry, "nothing_like_it")
    with pytest.raises(AttributeError, match=r"^'Registry' object has no attribute 'nothing_like_it'$"):
        _ = registry.nothing_like_it


@pytest.mark.parametrize(
    ("positional", "named", "message", "hint"),
    [
        (
            ({"text": "a"},),
            {},
            "got a callback that is not callable",
            "pass a function, or nothing; arguments go by name, as in call_historic(text=...)",
        ),
        ((), {"kwargs": {"text": "a"}}, "got an unknown argument 'kwargs'", "**arguments"),
        ((), {"result_callback": print, "text": "a"}, "got an unknown argument 'result_callback'", "without a name"),
    ],
)
def test_historic_calls_as_in_pluggy(positional: Any, named: Any, message: str, hint: str) -> None:
    """A dictionary of arguments, or a callback by name, is refused, and nothing is remembered."""
    registry = Registry(Spec)
    with pytest.raises(HookCallError) as refused:
        registry.hook.started.call_historic(*positional, **named)
    assert refused.value.message == message
    assert hint in str(refused.value)
    received: list[str] = []

    class Plugin:
        @hookimpl(Spec.started)
        def started(self, text: str) -> None:
            received.append(text)

    registry.register(Plugin())
    assert received == []
