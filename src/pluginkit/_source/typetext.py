"""Types as a module's source writes them, compared without being imported.

Two ways to write one type are equal: aliases of imports, quotes, `Optional` and `Union`, and the generic names that
`typing` had for builtins.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pluginkit._source.meanings import Meanings

_TYPING = ("typing.", "typing_extensions.")
_BUILTIN = ("Dict", "FrozenSet", "List", "Set", "Tuple", "Type")


class Type(NamedTuple):
    """A type.

    Attributes:
        written: As it stands in the source, or empty.
        members: The types of the union, or the type itself. Nothing is known about it if `Any` is among them.
    """

    written: str
    members: frozenset[str]

    @property
    def is_unknown(self) -> bool:
        """Whether every type fits it."""
        return "Any" in self.members

    @property
    def full(self) -> str:
        """It with full names."""
        return " | ".join(sorted(self.members))

    def without_none(self) -> Type:
        """Return what is left without None."""
        return self._replace(members=self.members - {"None"})

    def includes(self, other: Type) -> bool:
        """Tell whether every value of the other type is of this type as well."""
        return self.is_unknown or other.is_unknown or "object" in self.members or other.members <= self.members


def read_type(node: ast.expr | None, meanings: Meanings) -> Type:
    """Return the type that an annotation says; without one it is unknown.

    Args:
        node: The annotation.
        meanings: What the names of its module mean.
    """
    if node is None:
        return Type("", frozenset({"Any"}))
    return Type(ast.unparse(node), frozenset(_members(node, meanings)))


def _members(node: ast.expr, meanings: Meanings) -> Iterator[str]:
    match node:
        case ast.BinOp(left, ast.BitOr(), right):
            yield from _members(left, meanings)
            yield from _members(right, meanings)
        case ast.Subscript(value, inner) if meanings.is_typing(value, "Union"):
            for each in inner.elts if isinstance(inner, ast.Tuple) else [inner]:
                yield from _members(each, meanings)
        case ast.Subscript(value, inner) if meanings.is_typing(value, "Optional"):
            yield from _members(inner, meanings)
            yield "None"
        case ast.Constant(str(text)):
            yield from _members(_parsed(text), meanings)
        case _:
            yield _full(node, meanings)


def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return ast.Name(text)


def _full(node: ast.expr, meanings: Meanings) -> str:
    """Return the text of a type that is not a union, with full names."""
    match node:
        case ast.Name(name):
            return _plain(meanings.origin(name))
        case ast.Attribute(value, name):
            return _plain(f"{_full(value, meanings)}.{name}")
        case ast.Subscript(value, inner) if meanings.is_typing(value, "Literal", "Annotated"):
            return f"{_full(value, meanings)}[{ast.unparse(inner)}]"
        case ast.Subscript(value, inner):
            return f"{_full(value, meanings)}[{_inside(inner, meanings)}]"
        case ast.List(elements):
            return f"[{', '.join(_inside(each, meanings) for each in elements)}]"
        case _:
            return ast.unparse(node)


def _inside(node: ast.expr, meanings: Meanings) -> str:
    elements = node.elts if isinstance(node, ast.Tuple) else [node]
    return ", ".join(" | ".join(sorted(set(_members(each, meanings)))) for each in elements)


def _plain(name: str) -> str:
    """Return a name of `typing` without its module, and as the builtin that it stands for."""
    for module in _TYPING:
        name = name.removeprefix(module)
    return name.lower() if name in _BUILTIN else name
