"""What one module binds, imports and uses, read from its syntax tree. It knows no other module."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_DOTTED = re.compile(r"[\w.]+(:\w+)?")


@dataclass(frozen=True, slots=True)
class Imported:
    """A name that an import binds.

    Attributes:
        module: The module that is imported, or that something is imported from, as it is written.
        attribute: What is imported from it, or empty.
        level: How many dots stand before the module.
    """

    module: str
    attribute: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class Assigned:
    """A name that an assignment binds.

    Attributes:
        value: What is assigned.
    """

    value: ast.expr


Binding: TypeAlias = "Imported | Assigned | None"  # None is anything else: a function, a class, the target of a loop


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What is known of a module.

    Attributes:
        path: Its file.
        name: Its name, as an import would have it from the folder above its outermost package.
        text: Its source.
        tree: Its syntax tree.
        bindings: What binds the names of the module itself.
        inner: What binds the names of its functions and classes, whichever they are.
        stars: What it imports all names from.
        exported: The names in its `__all__`; None if it has none.
        mentioned: Dotted names in its strings, as `mock.patch` takes them.
    """

    path: Path
    name: str
    text: str
    tree: ast.Module
    bindings: dict[str, list[Binding]] = field(default_factory=dict[str, list[Binding]])
    inner: dict[str, list[Binding]] = field(default_factory=dict[str, list[Binding]])
    stars: list[Imported] = field(default_factory=list[Imported])
    exported: frozenset[str] | None = None
    mentioned: frozenset[str] = frozenset()

    @property
    def is_package(self) -> bool:
        """Whether it is the module of a package."""
        return self.path.name == "__init__.py"

    def anywhere(self, name: str) -> list[Binding]:
        """Return all that binds a name, in whichever scope."""
        return [*self.bindings.get(name, ()), *self.inner.get(name, ())]


def read_facts(path: Path, text: str) -> Facts:
    """Read a module.

    Raises:
        SyntaxError: It is not Python.
        ValueError: It is not Python, for a reason that Python has no place for.
    """
    tree = ast.parse(text)
    strings = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    mentioned = frozenset(each.replace(":", ".") for each in strings if "." in each and _DOTTED.fullmatch(each))
    facts = Facts(path, module_name(path), text, tree, exported=_exported(tree), mentioned=mentioned)
    for node, is_inner in _statements(tree.body, is_inner=False):
        for name, binding in bound(node):
            (facts.inner if is_inner else facts.bindings).setdefault(name, []).append(binding)
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            facts.stars.append(Imported(node.module or "", "", node.level))
    return facts


def module_name(path: Path) -> str:
    """Return the name of a module by the packages that it is in."""
    names = [] if path.name == "__init__.py" else [path.stem]
    folder = path.absolute().parent
    while (folder / "__init__.py").exists():
        names.insert(0, folder.name)
        folder = folder.parent
    return ".".join(names)


def _statements(nodes: Iterable[ast.AST], *, is_inner: bool) -> Iterator[tuple[ast.AST, bool]]:
    """Yield all nodes, and whether they are in a function or a class."""
    for node in nodes:
        yield node, is_inner
        yield from _statements(ast.iter_child_nodes(node), is_inner=is_inner or isinstance(node, _SCOPES))


def bound(node: ast.AST) -> Iterator[tuple[str, Binding]]:
    """Yield the names that a node binds by itself."""
    match node:
        case ast.Import(names):
            for alias in names:
                top = alias.name.partition(".")[0]
                yield (alias.asname, Imported(alias.name)) if alias.asname else (top, Imported(top))
        case ast.ImportFrom(module, names, level):
            for alias in names:
                if alias.name != "*":
                    yield alias.asname or alias.name, Imported(module or "", alias.name, level)
        case ast.Assign(targets, value):
            yield from ((each.id, Assigned(value)) for each in targets if isinstance(each, ast.Name))
            others = (each for target in targets if not isinstance(target, ast.Name) for each in ast.walk(target))
            yield from ((each.id, None) for each in others if isinstance(each, ast.Name))
        case ast.AnnAssign(ast.Name(name), value=ast.expr() as value) | ast.NamedExpr(
            ast.Name(name), ast.expr() as value
        ):
            yield name, Assigned(value)
        case _:
            yield from ((name, None) for name in _otherwisebound(node))


def _otherwisebound(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)) | ast.arg(arg=name):
            yield name
        case ast.AugAssign(ast.Name(name)) | ast.For(ast.Name(name)) | ast.AsyncFor(ast.Name(name)):
            yield name
        case ast.Delete(targets):
            yield from (each.id for each in targets if isinstance(each, ast.Name))
        case (
            ast.For(ast.expr() as target)
            | ast.AsyncFor(ast.expr() as target)
            | ast.comprehension(ast.expr() as target)
            | ast.withitem(optional_vars=ast.expr() as target)
        ):
            yield from (each.id for each in ast.walk(target) if isinstance(each, ast.Name))
        case _:
            pass


def _exported(tree: ast.Module) -> frozenset[str] | None:
    """Return all strings of the statements that name `__all__`: what they do with it, each of them may be in it."""
    found: set[str] = set()
    has_all = False
    for node in tree.body:
        names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        if "__all__" in names and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            has_all = True
            found |= {
                each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)
            }
    return frozenset(found) if has_all else None
