"""How stubs lay out what does not fit into a line: as `ruff format` does."""

from __future__ import annotations

import ast

import pytest
from plugins import lines

from pluginkit._source.stub.layout import Layout, Piece


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Alphabetical | Beta | Gamma", lines("x: (", "    Alphabetical", "    | Beta", "    | Gamma", ")")),
        ("Alphabetical | Beta", lines("x: Alphabetical | Beta")),
        (
            "dict[str, Alphabetical | Beta | Gamma]",
            lines(
                "x: dict[",
                *("    str,", "    (", "        Alphabetical", "        | Beta", "        | Gamma", "    ),"),
                "]",
            ),
        ),
    ],
)
def test_a_union_is_split_at_its_members(source: str, expected: str) -> None:
    """A union that does not fit has a member on each line, in brackets of its own."""
    expression = ast.parse(source, mode="eval").body
    assert "\n".join(Layout(22).expression("x: ", expression)) == expected


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (40, ["name = call(first_item, second_item)"]),
        (30, ["name = call(", "    first_item, second_item", ")"]),
        (11, ["name = call(", "    first_item,", "    second_item,", ")"]),
    ],
)
def test_an_assigned_call_is_broken_as_ruff_does(width: int, lines: list[str]) -> None:
    """In one line where it fits, else within its brackets; also where nothing makes it fit."""
    assert Layout(width).assigned_call("name", "call(", [Piece("first_item"), Piece("second_item")]) == lines


def test_an_assigned_call_may_stand_in_brackets() -> None:
    """Where only its first line is too long, brackets around the call make it fit."""
    assert Layout(18).assigned_call("a_long_name", "callable(", [Piece("one"), Piece("two")]) == [
        "a_long_name = (",
        "    callable(",
        "        one, two",
        "    )",
        ")",
    ]
