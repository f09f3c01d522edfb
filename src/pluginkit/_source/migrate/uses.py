"""Where a module uses markers: the functions that they decorate, and all else that refers to them.

It reads the lossless tree of LibCST. It changes nothing, and does not judge.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

import libcst as cst
from libcst import metadata as meta

from pluginkit._source.migrate.facts import Imported, bound
from pluginkit._source.migrate.markers import Marker, Unclear

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pluginkit._source.migrate.facts import Facts
    from pluginkit._source.migrate.markers import Meaning, Meanings
    from pluginkit._source.migrate.pages import Shielded

    Owner = Literal["module", "class", "function"]

_PROVIDERS = (meta.ScopeProvider, meta.ParentNodeProvider, meta.PositionProvider)


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """A function that a marker decorates.

    Attributes:
        function: The function.
        decorator: The decorator.
        marker: The marker; unclear, if the name is bound more than once.
        owner: What the function is in: itself, not what that is in.
        line: The line of its `def`.
        scope: What the name of the decorator belongs to.
    """

    function: cst.FunctionDef
    decorator: cst.Decorator
    marker: Marker | Unclear
    owner: Owner
    line: int

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.function.name.value

    @property
    def called(self) -> cst.BaseExpression:
        """What names the marker: the decorator, or what it calls."""
        expression = self.decorator.decorator
        return expression.func if isinstance(expression, cst.Call) else expression

    @property
    def arguments(self) -> tuple[cst.Arg, ...]:
        """What the marker is called with."""
        expression = self.decorator.decorator
        return tuple(expression.args) if isinstance(expression, cst.Call) else ()


class Module:
    """A module, its lossless tree, and where its names lead to.

    Args:
        facts: What is known of it.
        meanings: What names mean.
        page: Its source, as LibCST can take it.
    """

    def __init__(self, facts: Facts, meanings: Meanings, page: Shielded) -> None:
        self.facts = facts
        self._meanings = meanings
        self._page = page
        self.wrapper = meta.MetadataWrapper(cst.parse_module(page.text), unsafe_skip_copy=True)
        self.tree = self.wrapper.module
        resolved = self.wrapper.resolve_many(_PROVIDERS)
        self._scopes = cast("Mapping[cst.CSTNode, meta.Scope | None]", resolved[meta.ScopeProvider])
        self._parents = cast("Mapping[cst.CSTNode, cst.CSTNode]", resolved[meta.ParentNodeProvider])
        self._positions = cast("Mapping[cst.CSTNode, meta.CodeRange]", resolved[meta.PositionProvider])
        self._depth = 0
        self.uses = tuple(self._uses())

    def line(self, node: cst.CSTNode) -> int:
        """Return the line of a node."""
        return self._page.original_line(self._positions[node].start.line)

    def parent(self, node: cst.CSTNode) -> cst.CSTNode:
        """Return the node that another one is a part of."""
        return self._parents[node]

    def owner(self, node: cst.CSTNode) -> cst.CSTNode:
        """Return the function, class or module that a node is in."""
        node = self._parents[node]
        while not isinstance(node, cst.FunctionDef | cst.ClassDef | cst.Module | cst.Lambda):
            node = self._parents[node]
        return node

    def assignments(self, expression: cst.BaseExpression) -> tuple[meta.BaseAssignment, ...]:
        """Return what binds the first name of an expression such as `hookimpl` or `pluggy.hookimpl`."""
        while isinstance(expression, cst.Attribute):
            expression = expression.value
        scope = self._scopes.get(expression)
        return tuple(scope[expression.value]) if scope and isinstance(expression, cst.Name) else ()

    def all_assignments(self) -> Iterator[meta.BaseAssignment]:
        """Yield every binding of the module, in whichever scope."""
        for scope in {each for each in self._scopes.values() if each is not None}:
            yield from scope.assignments

    def references_to(self, name: str) -> list[int]:
        """Return the lines that refer to a name of the module."""
        scope = next(each for each in self._scopes.values() if isinstance(each, meta.GlobalScope))
        found = [each for assignment in scope[name] for each in assignment.references]
        return sorted({self.line(each.node) for each in found})

    def calls_of(self, name: str) -> list[int]:
        """Return the lines that call a name of the module."""
        calls = (node for node in ast.walk(self.facts.tree) if isinstance(node, ast.Call))
        return sorted({node.lineno for node in calls if isinstance(node.func, ast.Name) and node.func.id == name})

    def names_in_header(self, function: cst.FunctionDef) -> set[str]:
        """Return the names in the defaults, annotations and decorators of a function."""
        parts: list[cst.CSTNode | None] = [function.returns, *function.decorators]
        parts += [part for each in function.params.params for part in (each.annotation, each.default)]
        names = _Names()
        for part in parts:
            if part is not None:
                part.visit(names)
        return names.found

    def is_only_imported(self, name: str) -> bool:
        """Tell whether all that binds a name are imports, such as those of a `try` statement."""
        return all(isinstance(each, Imported) for each in self.facts.bindings[name])

    def meaning(self, expression: cst.BaseExpression) -> Meaning:
        """Return what an expression means where it stands."""
        parsed = ast.parse(self.tree.code_for_node(expression).strip(), mode="eval").body
        scope = self._scopes.get(_first_name(expression))
        return self._meanings.of_expression(parsed, lambda name: self._of_name(name, scope))

    def _of_name(self, name: str, scope: meta.Scope | None) -> Meaning:
        found: Collection[meta.BaseAssignment] = scope[name] if scope is not None else set()
        if all(isinstance(each.scope, meta.GlobalScope | meta.BuiltinScope) for each in found):
            return self._meanings.of_name(self.facts, name)
        return self._meanings.agreed([self._of_assignment(each, name) for each in found])

    def _of_assignment(self, assignment: meta.BaseAssignment, name: str) -> Meaning:
        if isinstance(assignment, meta.ImportAssignment):
            (statement,) = ast.parse(self.tree.code_for_node(assignment.node)).body
            return self._meanings.of_binding(self.facts, dict(bound(statement)).get(name))
        parent = self._parents.get(assignment.node) if isinstance(assignment, meta.Assignment) else None
        if isinstance(parent, cst.AssignTarget):
            parent = self._parents[parent]
        value = parent.value if isinstance(parent, cst.Assign | cst.AnnAssign | cst.NamedExpr) else None
        if value is None or self._depth > len(self.facts.inner):
            return None
        self._depth += 1
        try:
            return self.meaning(value)
        finally:
            self._depth -= 1

    def _uses(self) -> Iterator[Use]:
        finder = _Functions()
        self.tree.visit(finder)
        for function, owner in finder.found:
            for decorator in function.decorators:
                expression = decorator.decorator
                marker = self.meaning(expression.func if isinstance(expression, cst.Call) else expression)
                if isinstance(marker, Marker | Unclear):
                    yield Use(function, decorator, marker, owner, self.line(function.name))


def _first_name(expression: cst.BaseExpression) -> cst.CSTNode:
    while isinstance(expression, cst.Attribute | cst.Call):
        expression = expression.value if isinstance(expression, cst.Attribute) else expression.func
    return expression


def dotted(node: cst.BaseExpression) -> str:
    """Return a dotted name as it is written, without spaces."""
    if isinstance(node, cst.Attribute):
        return f"{dotted(node.value)}.{node.attr.value}"
    return node.value if isinstance(node, cst.Name) else ""


class _Names(cst.CSTVisitor):
    """Collects the names that are read."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def visit_Name(self, node: cst.Name) -> None:
        """Collect a name."""
        self.found.add(node.value)


class _Functions(cst.CSTVisitor):
    """Finds all functions, and what each of them is in."""

    def __init__(self) -> None:
        super().__init__()
        self._owners: list[Owner] = ["module"]
        self.found: list[tuple[cst.FunctionDef, Owner]] = []

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """Enter a function."""
        self.found.append((node, self._owners[-1]))
        self._owners.append("function")

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:  # noqa: ARG002 - LibCST gives the name
        """Leave it."""
        self._owners.pop()

    def visit_ClassDef(self, node: cst.ClassDef) -> None:  # noqa: ARG002 - LibCST gives the name
        """Enter a class."""
        self._owners.append("class")

    def leave_ClassDef(self, original_node: cst.ClassDef) -> None:  # noqa: ARG002 - LibCST gives the name
        """Leave it."""
        self._owners.pop()
