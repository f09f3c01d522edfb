"""The names that occur in source, and those that its statements bind. What they mean is in `_source.names`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


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
