"""What is read of a callable: its parameters, its place, and how it is written.

Annotations are evaluated in this file, so there is no `from __future__ import annotations`: both kinds are shown.
"""

import functools
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from plugins import at

from pluginkit._declare.signature import Parameters, location_of, read_parameters, signature_text

EMPTY = {"positional_only": (), "positional": (), "keyword_only": (), "varargs": False, "rest": False}


def everything(a: int, b: int = 1, /, c: int = 2, *d: int, e: int, f: int = 3, **g: int) -> None:
    """Take parameters of every kind."""


def nothing() -> None:
    """Take nothing."""


def annotated_with_text(a: "list[int]", *, b: "Missing" = 1) -> "dict[str, Missing]":  # noqa: F821 - never evaluated
    """Have annotations that are text, one of them without a meaning."""


class Host:
    """Holds methods of every kind."""

    def method(self, a: int, *, b: int = 1) -> None: ...

    def hidden(self, a: int, /, b: int) -> None: ...

    def loose(*args: int, **rest: int) -> None: ...

    @classmethod
    def of_class(cls, a: int) -> None: ...

    @staticmethod
    def static(a: int) -> None: ...

    def __call__(self, a: int, *b: int, d: int, **e: int) -> None: ...


def wrapped(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return what a decorator makes of a function."""

    @functools.wraps(function)
    def around(*args: Any, **rest: Any) -> Any:
        return function(*args, **rest)

    return around


def read(function: Callable[..., Any]) -> dict[str, object]:
    """Return what is read of a function's parameters, where it differs from no parameters."""
    parameters = read_parameters(function)
    return {name: getattr(parameters, name) for name in EMPTY if getattr(parameters, name) != EMPTY[name]}


OF_EVERY_KIND = {"positional": ("c",), "keyword_only": ("e", "f"), "varargs": True, "rest": True}


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (nothing, {}),
        (everything, {"positional_only": ("a", "b"), **OF_EVERY_KIND}),
        (Host.method, {"positional": ("self", "a"), "keyword_only": ("b",)}),
        (Host.static, {"positional": ("a",)}),
    ],
)
def test_the_parameters_of_a_function_are_told_apart_by_kind(
    function: Callable[..., Any], expected: dict[str, object]
) -> None:
    """Parameters are listed by how they can be given, in the order of their declaration."""
    assert read(function) == expected


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (Host().method, {"positional": ("a",), "keyword_only": ("b",)}),
        (Host().hidden, {"positional_only": ("a",), "positional": ("b",)}),
        (Host().loose, {"varargs": True, "rest": True}),
        (Host.of_class, {"positional": ("a",)}),
    ],
)
def test_what_a_method_is_bound_to_is_not_a_parameter(method: Callable[..., Any], expected: dict[str, object]) -> None:
    """The parameter that takes the instance or the class is not listed once it is taken."""
    assert read(method) == expected


def test_the_defaults_of_keyword_only_parameters_are_known() -> None:
    """Defaults are read for parameters that go by keyword only."""
    assert read_parameters(everything).keyword_defaults == {"f": 3}
    assert read_parameters(nothing).keyword_defaults == {}


def test_parameters_that_can_be_given_by_keyword() -> None:
    """Both kinds of parameters that can be given by keyword are, in the order of their declaration."""
    assert read_parameters(everything).by_keyword == ("c", "e", "f")
    assert Parameters().by_keyword == ()


@pytest.mark.parametrize("decorator", [wrapped, functools.lru_cache])
def test_a_decorated_function_takes_what_the_function_below_takes(decorator: Callable[..., Any]) -> None:
    """Decorators made with `functools.wraps` are looked through."""
    assert read(decorator(wrapped(everything))) == read(everything)
    assert read(decorator(Host.method).__get__(Host())) == read(Host().method)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (Host(), {"positional": ("a",), "keyword_only": ("d",), "varargs": True, "rest": True}),
        (functools.partial(everything, 1, 2), OF_EVERY_KIND),
        (len, {"positional_only": ("obj",)}),
    ],
)
def test_other_callables_are_inspected(function: Callable[..., Any], expected: dict[str, object]) -> None:
    """A callable other than a Python function is read with `inspect`."""
    assert read(function) == expected


def test_a_callable_that_cannot_be_inspected_takes_any_keyword() -> None:
    """A built-in callable without a signature is taken to accept every keyword argument."""
    assert read(dict) == {"rest": True}


def test_a_function_is_found_where_it_is_written() -> None:
    """The place of a function is its file and line, below bindings and decorators."""
    assert location_of(everything) == at(everything)
    assert location_of(Host().method) == at(Host.method)
    assert location_of(wrapped(everything)) == at(everything)


def test_a_builtin_function_has_no_place() -> None:
    """What is not written in Python is shown instead of its place."""
    assert location_of(len) == "<built-in function len>"


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (nothing, "nothing() -> None"),
        (everything, "everything(a: int, b: int = 1, /, c: int = 2, *d: int, e: int, f: int = 3, **g: int) -> None"),
        (annotated_with_text, "annotated_with_text(a: list[int], *, b: Missing = 1) -> dict[str, Missing]"),
        (lambda a, b=(): None, "<lambda>(a, b=())"),
        (Host.method, "Host.method(self, a: int, *, b: int = 1) -> None"),
        (Host().method, "Host.method(self, a: int, *, b: int = 1) -> None"),
        (wrapped(wrapped(nothing)), "nothing() -> None"),
        (len, "len(obj, /)"),
        (dict, "dict(...)"),
    ],
)
def test_a_signature_is_shown_as_it_is_written(function: Callable[..., Any], text: str) -> None:
    """A signature is shown with its name, its annotations and its defaults; annotations are not evaluated."""
    assert signature_text(function) == text


def test_a_function_is_named_without_the_function_that_made_it() -> None:
    """The name of a function or class within a function is shown without what is around."""

    class Plugin:
        def method(self) -> None: ...

    assert signature_text(Plugin.method) == "Plugin.method(self) -> None"


def test_callable_without_a_name_is_shown_itself() -> None:
    """What has no name of its own is shown in full before its parameters."""
    function = functools.partial(lambda a, b: None, 1)
    assert signature_text(function) == f"{function!r}(b)"


def test_endless_chain_of_decorators_is_given_up() -> None:
    """A callable that claims to wrap itself, or that answers every question, can still be read."""

    def function(document: str) -> None: ...

    vars(function)["__wrapped__"] = function
    assert read_parameters(function).by_keyword == ("document",)
    assert read_parameters(mock.call).rest
