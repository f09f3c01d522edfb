"""How stubs lay out what does not fit into a line: as `ruff format` does."""

from __future__ import annotations

import ast

import pytest
from plugins import lines

from pluginkit._source.stub.layout import Layout


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
