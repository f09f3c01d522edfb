"""Changes of source text: what is replaced where, and the few changes that several tools make.

A change keeps everything that it is not about: line ends, comments, the format. Renaming a parameter and adding an
option are each written once, here. This module knows source and names; it does not judge.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pluginkit._source.names import Function, Scope
from pluginkit._source.sources import Range, Source

_SKIPPED = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)


class Edit(NamedTuple):
    """A change of one piece of a file.

    Attributes:
        range: What is replaced; empty where something is inserted.
        text: What replaces it.
    """

    range: Range
    text: str


def apply(source: Source, edits: Iterable[Edit]) -> str:
    """Return the text of a file with some changes; of those that overlap only the first is made."""
    parts: list[str] = []
    end = 0
    for edit in sorted(set(edits), key=lambda each: (each.range.start, each.range[2:])):
        start = source.offset(*edit.range.start)
        if start < end:
            continue
        parts += [source.text[end:start], edit.text]
        end = source.offset(edit.range.end_line, edit.range.end_column)
    return "".join([*parts, source.text[end:]])


def between(source: Source, start: int, end: int, text: str = "") -> Edit:
    """Return the change of what is between two indexes in the text."""
    return Edit(Range(*source.position(start), *source.position(end)), text)


def insert(source: Source, at: tuple[int, int], text: str) -> Edit:
    """Return the change that puts a text at a position."""
    return between(source, source.offset(*at), source.offset(*at), text)


def line_end(source: Source) -> str:
    """Return how lines of a file end."""
    found = re.search("\r\n|\r|\n", source.text)
    return found.group() if found else "\n"


# -- functions --------------------------------------------------------------------------------------------------------


class _Token(NamedTuple):
    """A token in the head of a function, with its place in the text; spaces and comments are left out."""

    text: str
    start: int
    end: int


def _head(source: Source, node: Function) -> list[_Token]:
    """Return the tokens between the brackets around a function's parameters, brackets included."""
    start = source.offset(*source.range_of(node).start)
    rows = [start, *(start + match.end() for match in re.finditer("\n", source.text[start:]))]
    found: list[_Token] = []
    depth = types = 0  # type parameters are in front of the bracket
    tokens = tokenize.generate_tokens(io.StringIO(source.text[start:], newline="").readline)
    while depth or not found:
        each = next(tokens)
        if each.type in _SKIPPED:
            continue
        types += {"[": 1, "]": -1}.get(each.string, 0) if not depth else 0
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(each.string, 0) if not types else 0
        if depth or found:
            found.append(
                _Token(each.string, rows[each.start[0] - 1] + each.start[1], rows[each.end[0] - 1] + each.end[1])
            )
    return found


def add_first_parameter(source: Source, node: Function, name: str) -> Edit:
    """Return the change that puts a parameter in front of all others."""
    bracket, following, *_ = _head(source, node)
    return between(source, bracket.end, bracket.end, name if following.text == ")" else f"{name}, ")


def add_rest(source: Source, node: Function, text: str = "**_: object") -> Edit:
    """Return the change that adds a `**rest` behind all other parameters."""
    *_, last, _ = _head(source, node)
    separator = {"(": "", ",": " "}.get(last.text, ", ")
    return between(source, last.end, last.end, f"{separator}{text}")


def remove_slash(source: Source, node: Function) -> Edit:
    """Return the change that removes the `/` between the parameters of a function."""
    head = _head(source, node)
    index = next(n for n, each in enumerate(head) if each.text == "/" and head[n - 1].text == ",")
    if head[index + 1].text == ",":
        return between(source, head[index].start, head[index + 2].start)
    return between(source, head[index - 1].start, head[index].end)  # the last one: with the comma before it


def add_star(source: Source, node: Function) -> Edit:
    """Return the change that makes all parameters but the first one keyword-only."""
    head = _head(source, node)
    depth, index = 0, 0
    while depth != 1 or head[index].text != ",":
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(head[index].text, 0)
        index += 1
    return between(source, head[index].end, head[index].end, " *,")


def rename_parameter(source: Source, scope: Scope, old: str, new: str) -> list[Edit] | None:
    """Return the changes that rename a parameter in a function's head and body; None where that is not certain.

    It is not where the new name has a meaning in the function, or where names are made at run time.
    """
    node = scope.node
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    used = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    if new in used or new in scope.bindings or used & {"locals", "vars", "eval", "exec"}:
        return None
    if any(old in inner.bindings for inner in scope.walk() if inner is not scope) or len(scope.bindings[old]) > 1:
        return None
    places = [
        source.range_of(each)
        for each in _within(node)
        if (isinstance(each, ast.Name) and each.id == old) or (isinstance(each, ast.arg) and each.arg == old)
    ]
    return [Edit(where._replace(end_line=where.line, end_column=where.column + len(old)), new) for where in places]


def _within(node: Function) -> Iterator[ast.Name | ast.arg]:
    """Yield the names in a function's body, and its own parameters."""
    arguments = node.args
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    for statement in node.body:
        yield from (each for each in ast.walk(statement) if isinstance(each, ast.Name))


# -- calls ------------------------------------------------------------------------------------------------------------


def add_option(source: Source, decorator: ast.expr, text: str) -> Edit:
    """Return the change that adds an option to a decorator."""
    where = source.range_of(decorator)
    if not isinstance(decorator, ast.Call):
        return insert(source, (where.end_line, where.end_column), f"({text})")
    has_others = decorator.args or decorator.keywords
    index = source.offset(where.end_line, where.end_column) - 1
    before = source.text[:index].rstrip()
    separator = "" if not has_others else " " if before.endswith(",") else ", "
    return between(source, len(before), index, f"{separator}{text}")
