"""Whether functions fit hooks, as registration asks: what is written alike is asked once."""

from __future__ import annotations

from gc import collect
from itertools import product
from typing import Any, Protocol
from weakref import ref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluginkit import PluginValidationError, Registry, hookimpl, hookspec
from pluginkit._declare.impl import Mark
from pluginkit._declare.spec import hooks_of
from pluginkit._fits import misfits
from pluginkit._implement import validate
from pluginkit._implement.scan import scan


class PlainSpec(Protocol):
    """Hooks of several modes."""

    @hookspec
    def plain(self, *, a: int, b: int) -> int: ...
    @hookspec(historic=True)
    def historic(self, *, a: int) -> None: ...
    @hookspec
    async def awaited(self, *, a: int) -> int: ...


class OddSpec(Protocol):
    """A hook that has a parameter `self`."""

    @hookspec
    def odd(hook, *, self: int, a: int) -> int: ...  # noqa: N805


SPECS = (*hooks_of(PlainSpec).values(), *hooks_of(OddSpec).values())
DECORATORS = ("", "@staticmethod", "@classmethod", "@wrapped", "@partial", "@pretending")
SIGNATURES = (
    *("", "self", "a", "*args", "self, a", "self, b, a", "self, /, a", "self, a, /", "self, *, a", "self, c"),
    *("cls, a", "a, self", "self, *args", "self, **rest", "*, a", "*, self", "self, *, self_=1, a"),
)
MARKS = tuple(
    Mark(None, form, wrapper=wrapper) for form, wrapper in product(("either", "method", "function"), (False, True))
)
HEADER = """
from functools import partial, wraps
from inspect import signature
def wrapped(function):
    @wraps(function)
    def inner(*args, **kwargs): return function(*args, **kwargs)
    return inner
def pretending(function):
    function.__signature__ = signature(lambda self, zzz: None)
    return function
"""


def functions(decorator: str, parameters: str, kind: str, body: str) -> list[Any]:
    """Return plugins that have one function: an instance, and its class."""
    source = f"{HEADER}class Plugin:\n    {decorator}\n    @mark\n    {kind} made({parameters}): {body}\n"
    namespace: dict[str, Any] = {"mark": hookimpl}
    exec(source, namespace)
    return [namespace["Plugin"](), namespace["Plugin"]]


@given(
    st.sampled_from(DECORATORS),
    st.sampled_from(SIGNATURES),
    st.sampled_from(("def", "async def")),
    st.sampled_from(("pass", "yield")),
)
def test_what_is_remembered_hides_nothing(decorator: str, parameters: str, kind: str, body: str) -> None:
    """A function fits where the one predicate says so, whatever others the hook has seen before, or this one twice."""
    for plugin, mark, spec in product(functions(decorator, parameters, kind, body), MARKS, SPECS):
        for found in scan(plugin):
            taken = found.parameters_for(spec)
            found.mark = mark
            shape = validate._shape(found.function, taken, mark, found.binding, found.kind)
            expected = [each.message for each in misfits(shape, validate._offer(spec, shape))]
            for _ in range(2):
                answer, problems = validate.fit(found, spec)
                assert [each.message for each in problems] == expected
                assert answer == (taken.by_keyword, taken.rest)


def test_functions_that_are_written_alike_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plugins whose functions take the same are compared with the hook once; what a decorator has made is each time."""
    spec = hooks_of(PlainSpec)["plain"]
    asked: list[object] = []
    monkeypatch.setattr(validate, "misfits", lambda *given: asked.append(given) or misfits(*given))
    counts: list[int] = []
    for decorator, parameters in (("", "self, b"), ("@staticmethod", "b"), ("@wrapped", "self, b")):
        for _ in range(3):
            for found in scan(functions(decorator, parameters, "def", "pass")[0]):
                validate.fit(found, spec)
        counts.append(len(asked))
    assert counts == [1, 2, 5]


def test_what_is_remembered_keeps_no_plugin_alive() -> None:
    """Defaults of a function that was read are freed with its plugin."""

    class Given:
        pass

    default = Given()

    class Plugin:
        @hookimpl(PlainSpec.plain)
        def plain(self, *, b: int, extra: object = default) -> int: ...

    class Other:
        @hookimpl(PlainSpec.plain)
        def plain(self, *, b: object = default) -> int: ...

    registry = Registry(PlainSpec)
    with pytest.raises(PluginValidationError):
        registry.register(Plugin())
    registry.register(Other()).close()
    kept = ref(default)
    del default, Plugin, Other
    collect()
    assert kept() is None
