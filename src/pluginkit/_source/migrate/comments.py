"""Comments of nodes that go or change: none is lost, except those that speak to a tool about the line that goes."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_TO_TOOLS: Final = re.compile(r"#\s*(noqa|type:|pragma|pylint|pyright|mypy|isort|nosec|ruff)", re.IGNORECASE)


class _Comments(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def visit_Comment(self, node: cst.Comment) -> None:
        self.found.append(node.value)


def comments_of(*nodes: cst.CSTNode) -> list[str]:
    """Return the comments in some nodes, in their order."""
    collector = _Comments()
    for node in nodes:
        node.visit(collector)
    return collector.found


def lost(before: Iterable[cst.CSTNode], after: Iterable[cst.CSTNode]) -> list[cst.EmptyLine]:
    """Return the comments that are in some nodes and not in those that replace them, as lines of their own."""
    kept = Counter(comments_of(*after))
    lines: list[cst.EmptyLine] = []
    for text in comments_of(*before):
        if kept[text]:
            kept[text] -= 1
        elif not is_to_tools(text):
            lines.append(cst.EmptyLine(comment=cst.Comment(text)))
    return lines


def is_to_tools(comment: str) -> bool:
    """Tell whether a comment speaks to a tool about its line."""
    return _TO_TOOLS.match(comment) is not None


def is_blank(line: cst.EmptyLine) -> bool:
    """Tell whether a line has no comment."""
    return line.comment is None


def joined(removed: Sequence[cst.EmptyLine], following: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """Return the lines above a statement that follows one that goes: all comments, and not more blank lines."""
    if any(not is_blank(line) for line in removed):
        return [*removed, *following]
    first = next((number for number, line in enumerate(following) if not is_blank(line)), len(following))
    return [*(removed if len(removed) > first else following[:first]), *following[first:]]
