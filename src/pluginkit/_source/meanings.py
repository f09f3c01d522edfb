"""What the names of one module mean where types are read or written: `typing`'s own, enumerations, static conditions.

A facade of `names` for one module. It knows nothing of hooks.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pluginkit._source.names import External, is_typing

if TYPE_CHECKING:
    from pluginkit._source.names import Names, Scope
    from pluginkit._source.sources import Source

# Classes whose members' values are part of their type.
_ENUMS = ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum")
_STATIC = ("typing.TYPE_CHECKING", "typing_extensions.TYPE_CHECKING", "TYPE_CHECKING", "MYPY")


class Meanings:
    """Resolves the names of a module.

    Args:
        source: The module.
        names: What names mean.
    """

    def __init__(self, source: Source, names: Names) -> None:
        self._names = names
        self._scope: Scope = names.scope(source)

    def full(self, node: ast.expr) -> str:
        """Return the name by which a module imports what a dotted name refers to; subscripts are left out."""
        match node:
            case ast.Name(name):
                return self.origin(name)
            case ast.Attribute(value, name):
                return f"{self.full(value)}.{name}"
            case ast.Subscript(value):
                return self.full(value)
            case _:
                return ""

    def origin(self, name: str) -> str:
        """Return the full name that a module imports under a name, or the name itself."""
        found = self._scope.candidates(name)
        if found:
            imported = found[0].module
            return ".".join(each for each in (imported, found[0].attribute) if each) or name
        meaning = self._names.lookup(name, self._scope)
        is_starred = isinstance(meaning, External) and not meaning.full.startswith("builtins.")
        return meaning.full if is_starred and isinstance(meaning, External) else name

    def is_typing(self, node: ast.expr, *names: str) -> bool:
        """Tell whether an expression is one of the names of `typing`."""
        return is_typing(self._names.resolve(node, self._scope), *names)

    def has_values(self, node: ast.ClassDef) -> bool:
        """Tell whether a class is an enumeration."""
        return any(self.full(base) in (*_ENUMS, *(f"enum.{name}" for name in _ENUMS)) for base in node.bases)

    def needs_value(self, annotation: ast.expr) -> bool:
        """Tell whether the value of an annotated name is part of its type."""
        return self.is_typing(annotation, "Final", "TypeAlias")

    def is_overload(self, node: ast.stmt) -> bool:
        """Tell whether a statement is a function with `@overload`."""
        functions = (ast.FunctionDef, ast.AsyncFunctionDef)
        return isinstance(node, functions) and any(self.is_typing(d, "overload") for d in node.decorator_list)

    def is_static(self, test: ast.expr) -> bool:
        """Tell whether type checkers decide a condition: by TYPE_CHECKING, the Python version or the platform."""
        match test:
            case ast.BoolOp(values=values):
                return all(self.is_static(value) for value in values)
            case ast.UnaryOp(ast.Not(), operand):
                return self.is_static(operand)
            case ast.Compare(left):
                return self.full(left) in ("sys.version_info", "sys.platform")
            case ast.Call(ast.Attribute(value, "startswith")):
                return self.full(value) == "sys.platform"
            case _:
                return self.full(test) in _STATIC
