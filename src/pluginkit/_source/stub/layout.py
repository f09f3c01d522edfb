"""Writing Python as `ruff format` does: one line where it fits, else brackets are opened, step by step.

It covers what stubs are made of: definitions, imports, assignments, and the expressions in them. It knows syntax
trees and a line length, and nothing of stubs or hooks.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

INDENT = "    "
_POWER = re.compile(r"\b([\w.]+) \*\* ([\w.]+)\b")  # between names and numbers there are no spaces


_BRACKETS: dict[type[ast.expr], tuple[str, str]] = {ast.List: ("[", "]"), ast.Tuple: ("(", ")"), ast.Set: ("{", "}")}


class Piece(NamedTuple):
    """One item between brackets: an expression, and what stands before and behind it.

    Attributes:
        before: Text in front, such as `name: `.
        node: The expression, or None where the text is all.
        after: Text behind, such as ` = ...`.
    """

    before: str
    node: ast.expr | None = None
    after: str = ""

    @property
    def flat(self) -> str:
        """The item in one line."""
        return self.before + (flat(self.node) if self.node else "") + self.after


class Layout:
    """Lays out code at a depth of indentation.

    Args:
        width: How long a line may be.
        depth: How far the code is indented, in steps.
    """

    def __init__(self, width: int, depth: int = 0) -> None:
        self.width = width
        self.depth = depth

    def fits(self, line: str) -> bool:
        """Tell whether a line has its place here."""
        return len(INDENT) * self.depth + len(line) <= self.width and "\n" not in line

    def deeper(self) -> Layout:
        """Return the layout of what is indented once more."""
        return Layout(self.width, self.depth + 1)

    def line(self, text: str) -> str:
        """Indent a line."""
        return INDENT * self.depth + text if text else ""

    def expression(  # noqa: PLR0911 - one per kind of expression
        self, before: str, node: ast.expr, after: str = "", *, bare: bool = True
    ) -> list[str]:
        """Lay out an expression; one that is `bare` stands in no brackets, and gets some where it has to be split."""
        if self.fits(before + flat(node) + after):
            return [self.line(before + flat(node) + after)]
        match node:
            case ast.Call(func, arguments, keywords):
                items = [Piece("", argument) for argument in arguments]
                items += [Piece(f"{k.arg}=" if k.arg else "**", k.value) for k in keywords]
                return self.brackets(f"{before}{flat(func)}(", items, f"){after}")
            case ast.Subscript(value, ast.Tuple(elements)) if elements:
                items = [Piece("", element) for element in elements]
                return self.brackets(f"{before}{flat(value)}[", items, f"]{after}")
            case ast.Subscript(value, index):
                return self.brackets(f"{before}{flat(value)}[", [Piece("", index)], f"]{after}", comma=False)
            case ast.List(elements) | ast.Tuple(elements) | ast.Set(elements) if elements:
                opening, closing = _BRACKETS[type(node)]
                items = [Piece("", element) for element in elements]
                return self.brackets(before + opening, items, closing + after, explode=len(items) > 1)
            case ast.Dict(keys, values) if keys:
                items = [Piece(f"{flat(k)}: " if k else "**", v) for k, v in zip(keys, values, strict=True)]
                return self.brackets(f"{before}{{", items, f"}}{after}", explode=True)
            case _:
                return self._split(before, node, after, bare=bare)

    def _split(self, before: str, node: ast.expr, after: str, *, bare: bool) -> list[str]:
        if bare and (isinstance(node, ast.BinOp) or self.deeper().fits(flat(node))):
            inner = self.deeper().expression("", node, bare=False)
            return [self.line(f"{before}("), *inner, self.line(f"){after}")]
        operands = _operands(node)
        if len(operands) == 1:
            return [self.line(line) for line in (before + flat(node) + after).splitlines()]
        first, *others = operands
        lines = self.expression(before, first, bare=False)
        for operand in others[:-1]:
            lines += self.expression("| ", operand, bare=False)
        return lines + self.expression("| ", others[-1], after, bare=False)

    def brackets(
        self,
        opening: str,
        items: Sequence[Piece],
        closing: str,
        *,
        explode: bool = False,
        comma: bool = True,
    ) -> list[str]:
        """Lay out items between brackets: in one line, else in one indented line, else one line each.

        Args:
            opening: What is left of the items, up to the bracket.
            items: What is in the brackets.
            closing: The closing bracket and what is behind it.
            explode: Leave out the second way.
            comma: Whether a comma may follow the last item.
        """
        together = ", ".join(item.flat for item in items)
        if self.fits(opening + together + closing) or not items:
            return [self.line(opening + together + closing)]
        inner = self.deeper()
        if inner.fits(together) and not explode:
            return [self.line(opening), inner.line(together), self.line(closing)]
        return [self.line(opening), *inner.each(items, comma=comma), self.line(closing)]

    def assigned_call(self, name: str, opening: str, items: Sequence[Piece]) -> list[str]:
        """Lay out the assignment of a call; it stands in brackets of its own where only they make it fit."""
        lines = self.brackets(f"{name} = {opening}", items, ")")
        if max(map(len, lines)) <= self.width:
            return lines
        inner = self.deeper().brackets(opening, items, ")")
        fits = max(map(len, inner)) <= self.width
        return [self.line(f"{name} = ("), *inner, self.line(")")] if fits else lines

    def each(self, items: Sequence[Piece], *, comma: bool) -> Iterable[str]:
        """Lay out items in one line each, with a comma behind it."""
        for item in items:
            end = "," if comma and not _takes_no_comma(items, item) else ""
            if item.node is None or self.fits(item.flat + end):
                yield self.line(item.flat + end)
            else:
                bare = bool(item.before) or len(items) > 1
                yield from self.expression(item.before, item.node, item.after + end, bare=bare and comma)


def _takes_no_comma(items: Sequence[Piece], item: Piece) -> bool:
    return item.flat == "*" and item is items[-1]


def _operands(node: ast.expr) -> list[ast.expr]:
    """Return the members of a union, or the expression itself."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_operands(node.left), node.right]
    return [node]


@lru_cache(maxsize=1024)  # a long expression is asked for at each step of its layout
def flat(node: ast.AST) -> str:
    """Return an expression or a statement in one line, with double quotes."""
    text = _POWER.sub(r"\1**\2", ast.unparse(node))
    if "'" not in text:
        return text
    lines = text.splitlines()
    for (row, start), (_, end) in reversed(list(_strings(text))):
        line = lines[row - 1]  # `unparse` writes no string over several lines, apart from docstrings
        lines[row - 1] = line[:start] + double_quoted(line[start:end]) + line[end:]
    return "\n".join(lines)


def _strings(text: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield start and end of each string literal; since Python 3.12 a formatted one is more than one token."""
    starts: list[tuple[int, int]] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        kind = tokenize.tok_name[token.type]
        if kind == "FSTRING_START":  # pragma: no cover - not before Python 3.12
            starts.append(token.start)
        elif kind == "FSTRING_END":  # pragma: no cover - not before Python 3.12
            start = starts.pop()
            if not starts:
                yield start, token.end
        elif kind == "STRING" and not starts:
            yield token.start, token.end


def double_quoted(literal: str) -> str:
    """Return a string literal with double quotes, unless that takes more escapes."""
    quote = literal.find("'")
    prefix, body = literal[:quote], literal[quote + 1 : -1]
    if not literal.endswith("'") or '"' in literal or "'" in prefix:
        return literal
    return f'{prefix}"{body}"'


def signature(
    opening: str, parameters: Sequence[Piece], returns: ast.expr | None, end: str, layout: Layout
) -> list[str]:
    """Lay out the head of a function; without parameters the return type is what can be split.

    Args:
        opening: Everything up to the parameters, with the bracket.
        parameters: The parameters.
        returns: What it returns, if that is written.
        end: What stands behind all that, such as a colon.
        layout: Where it stands.
    """
    if returns is None:
        return layout.brackets(opening, parameters, f"){end}")
    if not parameters:
        return layout.expression(f"{opening}) -> ", returns, end)
    lines = layout.brackets(opening, parameters, f") -> {flat(returns)}{end}", explode=len(parameters) == 1)
    closing = layout.expression(") -> ", returns, end) if len(lines) > 1 else lines[-1:]
    return lines[:-1] + closing
