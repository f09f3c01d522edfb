"""Reads a rewritten module again, with Python's own parser, and compares it with the plan.

It knows nothing of LibCST: what it compares are two syntax trees, and the comments of two sources.
"""

from __future__ import annotations

import ast
import inspect
import io
import re
import tokenize
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from pluginkit._source.migrate.comments import is_to_tools

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Function: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"

_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
Key: TypeAlias = "tuple[str, int]"  # the name of a function, and the line of its `def`


@dataclass(frozen=True, slots=True)
class ExpectedHook:
    """What is expected of a hook.

    Attributes:
        decorator: Its new decorator, as it is written.
        position: Which of its old decorators is replaced; None if it had none.
        is_method: Whether it is in a class already.
        types: The types that it gets, by parameter, and for the result by `return`.
    """

    decorator: str
    position: int | None
    is_method: bool
    types: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of a module.

    Attributes:
        implementations: By function: the new decorator, which of the old ones it replaces, and where it stands.
        hooks: By function.
        statements: The assignments that go, by name and line.
        without: What is no longer imported.
        imported: What is imported instead, each as `from MODULE import NAME as BOUND`.
        spec: The class that functions move into, or empty.
        protocols: The classes that get a base, and its name.
    """

    implementations: Mapping[Key, tuple[str, int, int]] = field(default_factory=dict[Key, tuple[str, int, int]])
    hooks: Mapping[Key, ExpectedHook] = field(default_factory=dict[Key, ExpectedHook])
    statements: frozenset[Key] = frozenset()
    without: Counter[str] = field(default_factory=Counter[str])
    imported: Counter[str] = field(default_factory=Counter[str])
    spec: str = ""
    protocols: Mapping[Key, str] = field(default_factory=dict[Key, str])


def problem(old: str, new: str, expected: Expected) -> str:
    """Return in which way a rewritten module is not what was planned; empty, if it is.

    Args:
        old: Its source before.
        new: Its source after.
        expected: What was planned.
    """
    try:
        tree = ast.parse(new)
        compile(new, "<migrated>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return f"it would not be Python: {error}"
    if missing := _comments(old) - _comments(new):
        return f"the comment '{next(iter(missing))}' would be lost"
    before, after = ast.parse(old), tree
    imports = Counter(_imports(before))
    if imports - expected.without + expected.imported != Counter(_imports(after)):
        return "its imports would not be those that are planned"
    planned = _Planned(expected)
    planned.visit(before)
    lifted = _lifted(before, expected) if expected.spec else before
    for each in (lifted, after):
        _Neutral().visit(each)
    return "" if ast.dump(lifted) == ast.dump(after) else "it would differ in more than what is planned"


def _comments(source: str) -> Counter[str]:
    """Count the comments of a source; what was added to one at the end of a line is counted apart."""
    tokens = tokenize.generate_tokens(io.StringIO(source, newline="").readline)
    texts = (token.string for token in tokens if token.type == tokenize.COMMENT)
    parts = (part for text in texts for part in re.split(r"  (?=# TODO: )", text.rstrip()))
    return Counter(part for part in parts if not is_to_tools(part))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from (as_imported(module, each.name, each.asname) for each in node.names)
        elif isinstance(node, ast.Import):
            yield from (as_imported("", each.name, each.asname) for each in node.names)


def as_imported(module: str, name: str, bound: str | None) -> str:
    """Return how an imported name is counted."""
    return f"{module} {name} {bound or name}"


class _Neutral(ast.NodeTransformer):
    """Removes what may move without a difference: imports, which are counted, and the indentation of docstrings."""

    def visit_Import(self, node: ast.Import) -> None:
        """Remove it."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Remove it."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr:
        """Indent a string as its own first line."""
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            node.value.value = inspect.cleandoc(node.value.value)
            node.value.kind = None
        return node


class _Planned(ast.NodeTransformer):
    """Carries out what is planned on a syntax tree."""

    def __init__(self, expected: Expected) -> None:
        self._expected = expected

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Replace its decorator, and what a hook has to have."""
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        """Replace its decorator."""
        return self._function(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Add the base of a spec."""
        base = self._expected.protocols.get((node.name, node.lineno))
        if base is not None:
            new = ast.Name(base, ast.Load())
            plain = [
                index for index, each in enumerate(node.bases) if isinstance(each, ast.Name) and each.id == "object"
            ]
            node.bases = [*node.bases[: plain[0]], new, *node.bases[plain[0] + 1 :]] if plain else [*node.bases, new]
        return self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST | None:
        """Remove the assignment of a marker."""
        target = node.targets[0]
        if isinstance(target, ast.Name) and target.id == "__all__" and self._expected.spec:
            self._export(node.value)
        is_gone = isinstance(target, ast.Name) and (target.id, node.lineno) in self._expected.statements
        return None if is_gone else node

    def _export(self, value: ast.expr) -> None:
        """Put the class that functions move into in their place."""
        moved = {name for (name, _), hook in self._expected.hooks.items() if not hook.is_method}
        names = value.elts if isinstance(value, ast.List | ast.Tuple) else []
        is_moved = [isinstance(each, ast.Constant) and each.value in moved for each in names]
        if any(is_moved):
            first = is_moved.index(True)
            names[first] = ast.Constant(self._expected.spec.partition(" ")[0])
            names[:] = [each for index, each in enumerate(names) if index == first or not is_moved[index]]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        """Remove the assignment of a marker."""
        target = node.target
        is_gone = isinstance(target, ast.Name) and (target.id, node.lineno) in self._expected.statements
        return None if is_gone else node

    def _function(self, node: Function) -> ast.AST:
        self.generic_visit(node)
        key = (node.name, node.lineno)
        if key in self._expected.implementations:
            decorator, position, place = self._expected.implementations[key]
            del node.decorator_list[position]
            node.decorator_list.insert(place, _expression(decorator))
        if key in self._expected.hooks:
            _declare(node, self._expected.hooks[key])
        return node


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _declare(node: Function, hook: ExpectedHook) -> None:
    """Make a function what a hook of pluginkit is."""
    if hook.position is not None:
        del node.decorator_list[hook.position]
    node.decorator_list.insert(hook.position or 0, _expression(hook.decorator))
    arguments, given = node.args.args, node.args.defaults
    own = arguments[:1] if hook.is_method else [ast.arg("self")]
    others = arguments[hook.is_method :]
    for each in others:
        if each.arg in hook.types:
            each.annotation = _expression(hook.types[each.arg])
    node.args.args, node.args.defaults, node.args.kwonlyargs = own, [], others
    node.args.kw_defaults = [*[None] * (len(others) - len(given)), *given]
    if "return" in hook.types:
        node.returns = _expression(hook.types["return"])
    if len(node.body) == 1 and ast.get_docstring(node) is not None:
        node.body.append(ast.Expr(ast.Constant(...)))


def _lifted(tree: ast.Module, expected: Expected) -> ast.Module:
    """Move the hooks of a module into a class, where the last of them stands."""
    moved = [
        node
        for node in tree.body
        if isinstance(node, _FUNCTIONS)
        and (node.name, node.lineno) in expected.hooks
        and not expected.hooks[node.name, node.lineno].is_method
    ]
    name, base, summary = expected.spec.split(" ", 2)
    documented: list[ast.stmt] = [ast.Expr(ast.Constant(summary))]
    new = ast.parse(f"class {name}({base}): ...").body[0]
    assert isinstance(new, ast.ClassDef)
    new.body = [*documented, *moved]
    body = [new if node is moved[-1] else node for node in tree.body]
    tree.body = [node for node in body if node is new or node not in moved]
    return tree
