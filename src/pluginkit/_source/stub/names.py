"""What the names in a module's source mean, as far as a stub depends on it. Nothing is imported for that."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Classes whose members' values are part of their type.
_ENUMS = ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum")
_STATIC = ("typing.TYPE_CHECKING", "typing_extensions.TYPE_CHECKING", "TYPE_CHECKING", "MYPY")


class Meanings:
    """Resolves names through the imports of a module, wherever in it they stand.

    Args:
        tree: The module.
    """

    def __init__(self, tree: ast.Module) -> None:
        self._full: dict[str, str] = {}
        self._relative: dict[str, str] = {}  # what is imported from the module's own package
        for node in ast.walk(tree):
            match node:
                case ast.Import(aliases):
                    for alias in aliases:
                        name = alias.asname or alias.name.partition(".")[0]
                        self._full[name] = alias.name if alias.asname else name
                case ast.ImportFrom(module, aliases, 0):
                    for alias in aliases:
                        self._full[alias.asname or alias.name] = f"{module}.{alias.name}"
                case ast.ImportFrom(module, aliases, level):
                    for alias in aliases:
                        self._relative[alias.asname or alias.name] = f"{'.' * level}{module or ''}.{alias.name}"
                case _:
                    pass

    def full(self, node: ast.expr) -> str:
        """Return the full name of what a dotted name refers to, or an empty string; subscripts are left out."""
        match node:
            case ast.Name(name):
                return self._full.get(name, name)
            case ast.Attribute(value, name):
                return f"{self.full(value)}.{name}"
            case ast.Subscript(value):
                return self.full(value)
            case _:
                return ""

    def origin(self, name: str) -> str:
        """Return where a name comes from: its full name, also with the dots of a relative import, or itself."""
        return self._full.get(name) or self._relative.get(name, name)

    def is_typing(self, node: ast.expr, *names: str) -> bool:
        """Tell whether an expression is one of the names of `typing`."""
        return any(self.full(node) in (f"typing.{name}", f"typing_extensions.{name}") for name in names)

    def is_protocol(self, node: ast.ClassDef) -> bool:
        """Tell whether a class is a Protocol class."""
        return any(self.is_typing(base, "Protocol") for base in node.bases)

    def has_values(self, node: ast.ClassDef) -> bool:
        """Tell whether a class is an enumeration."""
        return any(self.full(base) in (*_ENUMS, *(f"enum.{name}" for name in _ENUMS)) for base in node.bases)

    def needs_value(self, annotation: ast.expr) -> bool:
        """Tell whether the value of an annotated name is part of its type."""
        return self.is_typing(annotation, "Final", "TypeAlias")

    def hook_options(self, decorators: Sequence[ast.expr]) -> list[str] | None:
        """Return the options of the `@hookspec` among some decorators, or None where there is none."""
        for decorator in decorators:
            called = isinstance(decorator, ast.Call)
            function = decorator.func if isinstance(decorator, ast.Call) else decorator
            if self.full(function) in ("pluginkit.hookspec", "pluginkit._declare.spec.hookspec"):
                return [k.arg or "" for k in decorator.keywords] if isinstance(decorator, ast.Call) and called else []
        return None

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


def identifiers(tree: ast.AST) -> set[str]:
    """Return every name that occurs in a tree."""
    found: set[str] = set()
    for node in ast.walk(tree):
        for field in ("id", "name", "arg", "asname", "attr"):
            if isinstance(name := getattr(node, field, None), str):
                found.add(name)
    return found


def bound(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement binds, in all of its branches."""
    match statement:
        case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
            yield name
        case ast.Assign(targets):
            yield from (node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))
        case ast.AnnAssign(ast.Name(name)):
            yield name
        case ast.Import(aliases) | ast.ImportFrom(_, aliases):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in aliases)
        case ast.If() | ast.Try() | ast.With() | ast.For() | ast.While():
            for child in ast.iter_child_nodes(statement):
                inner: list[ast.AST] = [*child.body] if isinstance(child, ast.ExceptHandler) else [child]
                yield from (name for node in inner if isinstance(node, ast.stmt) for name in bound(node))
        case _:
            pass


def type_variables(node: ast.ClassDef) -> set[str]:
    """Return the names between the brackets of a class's bases, its type variables among them."""
    subscripts = [base.slice for base in node.bases if isinstance(base, ast.Subscript)]
    return {name for subscript in subscripts for name in identifiers(subscript)}
