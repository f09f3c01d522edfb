"""What can cross to another process, and what is said of a type that cannot."""

from __future__ import annotations

import collections.abc as c
import datetime as dt
import decimal
import enum
import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Generic, Literal, NamedTuple, Protocol, TypedDict, TypeVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluginkit import hookimpl, hookspec
from pluginkit._implement.scan import scan
from pluginkit._implement.validate import read_plugin
from pluginkit.isolated._crossing import is_mutable, problems_of, shape_text, taken, wrapper_problem
from pluginkit.isolated._wire import ENCODER, decoder_of

if TYPE_CHECKING:
    from collections import OrderedDict
    from collections.abc import Generator

    from pluginkit import BaseSpec

T = TypeVar("T")


@dataclass
class Point:
    """Data."""

    x: int
    y: int = 0


@dataclass(frozen=True)
class Fixed:
    """Data that does not change."""

    x: int


@dataclass
class Tree:
    """Data that contains itself."""

    children: list[Tree]
    parent: Tree | None = None


@dataclass
class Pair(Generic[T]):
    """Generic data."""

    first: T


class Named(NamedTuple):
    """Data."""

    name: str


class Keys(TypedDict, total=False):
    """Data."""

    key: int


class Colour(enum.Enum):
    """Data."""

    RED = "red"


class Plain:
    """Not data."""


@dataclass
class Holder:
    """Data with something in it that is not."""

    plain: Plain


class Readable(Protocol):
    """Not data either."""

    def read(self) -> str: ...


def hook_of(kind: Any) -> BaseSpec:
    """Return a hook whose parameter and answer have a type."""

    def give(self: object, *, value: Any, other: int = 0) -> Any: ...

    give.__annotations__ = {"value": kind, "other": int, "return": kind}
    return hookspec(give)


DATA: list[Any] = [
    int, str, bool, float, bytes, None, Point, Fixed, Tree, Pair[int], Named, Keys, Colour, Path, PurePosixPath,
    Path | None, list[Path], dt.datetime, dt.timedelta, decimal.Decimal, uuid.UUID, set[int],
    frozenset[str], tuple[int, ...], tuple[int, str], dict[tuple[int, int], str], Sequence[int], Mapping[str, Point],
    Literal["a", "b"], int | str | None, int | Point,
]  # fmt: skip


@pytest.mark.parametrize("kind", DATA, ids=str)
def test_data_can_cross(kind: Any) -> None:
    """Builtin types, records and paths, and containers of them, are accepted, and have decoders."""
    assert problems_of(hook_of(kind)) == []
    assert shape_text(hook_of(kind))
    decoder_of(kind)


ANYTHING = "it has a part of any type"
REFUSED: list[tuple[Any, str]] = [
    (Any, ANYTHING),
    (list, ANYTHING),
    (dict[str, Any], ANYTHING),
    (T, ANYTHING),
    (object, "object is not data"),
    (Callable[[int], str], "Callable is not data"),
    (Iterator[int], "Iterator is not data"),
    (c.Iterable[int], "Iterable is not data"),
    (Readable, "Readable is not data"),
    (Plain, "Plain is not data"),
    (Holder, "Plain is not data"),
    (type[int], "type is not data"),
    (re.Pattern[str], "Pattern is not data"),
    (complex, "complex is not data"),
    (memoryview, "memoryview is not a value of its own"),
    (Point | Fixed, "Type unions may not contain more than one dataclass or attrs type"),
    (Path | str, "Type unions containing a custom type may not contain any additional types other than `None`"),
]


@pytest.mark.parametrize(("kind", "reason"), REFUSED, ids=str)
def test_what_is_not_data_is_refused(kind: Any, reason: str) -> None:
    """Each place of such a type is a problem of its own, with the reason and a hint."""
    problems = problems_of(hook_of(kind))
    assert [problem.message for problem in problems] == [
        f"{place} cannot cross to another process: {reason}" for place in ("parameter 'value'", "the answer")
    ]
    assert all(problem.hint and problem.hook and problem.location and problem.hook_signature for problem in problems)


def test_all_problems_of_a_hook_are_found() -> None:
    """What is wrong in several parameters, or several times in one, is told once each."""

    class Spec(Protocol):
        @hookspec
        def several(self, *, one: tuple[Plain, Any, Plain], two: complex, three: int) -> None: ...

    assert [problem.message for problem in problems_of(Spec.several)] == [
        "parameter 'one' cannot cross to another process: Plain is not data",
        "parameter 'one' cannot cross to another process: it has a part of any type",
        "parameter 'two' cannot cross to another process: complex is not data",
    ]


def test_types_for_checkers_only_are_told() -> None:
    """A type that is imported under TYPE_CHECKING cannot be resolved, and the hint says what to do."""

    class Spec(Protocol):
        @hookspec
        def order(self, *, things: OrderedDict[str, int]) -> None: ...

    (problem,) = problems_of(Spec.order)
    assert problem.message == "has a type that is not defined at run time: 'OrderedDict'"
    assert problem.hint == "import 'OrderedDict' at run time too: it is there for type checkers only"


def test_annotations_that_cannot_be_evaluated_are_told() -> None:
    """Any other error of an annotation is a problem as well."""
    hook = hook_of("1 / 0")
    (problem,) = problems_of(hook)
    assert problem.message == "has a type that cannot be evaluated: division by zero"


def test_a_hook_without_annotations_is_refused() -> None:
    """A parameter or an answer without annotation can be anything."""
    hook = hook_of(int)
    hook.function.__annotations__ = {}
    assert len(problems_of(hook)) == 3


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (int, False),
        (str | None, False),
        (tuple[int, str], False),
        (frozenset[int], False),
        (Path, False),
        (Colour, False),
        (list[int], True),
        (set[int], True),
        (Point, True),
        (Fixed, True),
        (tuple[list[int], ...], True),
        (Point | None, True),
    ],
    ids=str,
)
def test_what_can_change(kind: Any, expected: bool) -> None:
    """Only what can be changed, or holds something that can, is compared after a call."""
    assert is_mutable(kind) is expected


def test_the_shape_of_a_hook() -> None:
    """A shape shows parameters, which have defaults, answer and mode, and what classes consist of."""

    class Spec(Protocol):
        @hookspec(pipeline="tree")
        async def grow(self, *, tree: Tree, by: Literal["b", "a"] = "a", colour: Colour = Colour.RED) -> Tree: ...

        @hookspec
        def name(self, *, value: Named | None, short: msgspec.Meta | None = None) -> list[dict[str, int]]: ...

    assert shape_text(Spec.grow) == (
        "(tree: Tree, by: literal('a', 'b') = ..., colour: Colour = ...) -> union(Tree, none)"
        " [pipeline tree, async]\n"
        "Tree = dataclass(children: list(Tree), parent: union(Tree, none) = ...)\n"
        "Colour = enum(RED='red')"
    )


def test_constraints_are_part_of_a_shape() -> None:
    """A type with a constraint is another one than that without."""
    from typing import Annotated

    assert shape_text(hook_of(int)) != shape_text(hook_of(Annotated[int, msgspec.Meta(gt=1)]))


KINDS = st.recursive(
    st.sampled_from([int, str, bytes, bool, Point, Named, Colour, Path]),
    lambda inner: st.one_of(
        inner.map(lambda kind: list[kind]),  # type: ignore[valid-type]
        inner.map(lambda kind: dict[str, kind]),  # type: ignore[valid-type]
        st.tuples(inner, inner).map(lambda kinds: tuple[kinds]),  # type: ignore[valid-type]
        inner.map(lambda kind: kind | None),
    ),
    max_leaves=6,
)


@given(kind=KINDS, data=st.data())
def test_what_is_accepted_comes_back_as_it_was(kind: Any, data: st.DataObject) -> None:
    """Every value of a type that is accepted crosses, and is equal on the other side; so is its type."""
    assert problems_of(hook_of(kind)) == []
    value = data.draw(_values(kind))
    back = decoder_of(kind).decode(ENCODER.encode(value))
    assert back == value
    assert type(back) is type(value)


@given(kind=KINDS, other=KINDS)
def test_shapes_tell_types_apart(kind: Any, other: Any) -> None:
    """Two types have one shape exactly if they are the same."""
    assert (shape_text(hook_of(kind)) == shape_text(hook_of(other))) is (kind == other or _same(kind, other))


def _same(kind: Any, other: Any) -> bool:
    """Tell whether two types are optional in the same way: an answer is optional anyway, a parameter is not."""
    return str(kind) == str(other)


def _values(kind: Any) -> st.SearchStrategy[Any]:
    numbers, texts = st.integers(-(2**63), 2**63), st.sampled_from(["", "a", "é", "日本", "a b"])
    known: dict[Any, st.SearchStrategy[Any]] = {
        int: numbers,
        str: texts,
        bytes: st.binary(),
        bool: st.booleans(),
        type(None): st.none(),
        Point: st.builds(Point, numbers, numbers),
        Named: st.builds(Named, texts),
        Colour: st.just(Colour.RED),
        Path: texts.map(Path),
    }
    if kind in known:
        return known[kind]
    arguments = [_values(each) for each in kind.__args__]
    origin = getattr(kind, "__origin__", None)
    if origin is list:
        return st.lists(arguments[0], max_size=3)
    if origin is dict:
        return st.dictionaries(arguments[0], arguments[1], max_size=3)
    return st.tuples(*arguments) if origin is tuple else st.one_of(*arguments)


def test_taken_parameters_are_in_the_order_of_the_hook() -> None:
    """An implementation that takes the rest takes all, in one order; another one those that it names."""
    hook = hook_of(int)
    assert taken(hook, ["other", "value"], rest=False) == ("value", "other")
    assert taken(hook, [], rest=True) == ("value", "other")
    assert taken(hook, ["other"], rest=False) == ("other",)


def test_a_wrapper_is_a_problem() -> None:
    """A wrapper is refused with its place."""

    class Spec(Protocol):
        @hookspec
        def go(self) -> int: ...

    class Wraps:
        @hookimpl(Spec.go, wrapper=True)
        def around(self) -> Generator[None, list[int], list[int]]:
            return (yield)

    plugin = Wraps()
    (impl,) = read_plugin(plugin, "wraps", scan(plugin), {"go": Spec.go}).implementations
    assert wrapper_problem(impl).location == impl.location
