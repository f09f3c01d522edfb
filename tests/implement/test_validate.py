"""Whether functions fit hooks, as registration asks: most are accepted at first glance."""

from __future__ import annotations

from itertools import product
from typing import Any, Protocol

from hypothesis import given
from hypothesis import strategies as st

from pluginkit import hookimpl, hookspec
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
def test_a_first_glance_hides_nothing(decorator: str, parameters: str, kind: str, body: str) -> None:
    """What is accepted at first glance is what the one predicate accepts, whatever function, mark and hook."""
    for plugin, mark, spec in product(functions(decorator, parameters, kind, body), MARKS, SPECS):
        for found in scan(plugin):
            taken = found.parameters_for(spec)
            found.mark = mark
            shape = validate._shape(found.function, taken, mark, found.binding, found.kind)
            expected = [each.message for each in misfits(shape, validate._offer(spec, shape))]
            assert [each.message for each in validate.check(found, taken, spec)] == expected


def test_plain_functions_are_accepted_at_first_glance() -> None:
    """A method with `self`, and a function that is marked as one, need no second look."""
    spec = hooks_of(PlainSpec)["plain"]
    glances = [
        validate._is_plain(each.function, each.parameters_for(spec), each.mark, each.binding, spec)
        for decorator, parameters in (("", "self, a"), ("@staticmethod", "a"), ("@wrapped", "self, a"))
        for each in scan(functions(decorator, parameters, "def", "pass")[0])
    ]
    assert glances == [True, True, False]
