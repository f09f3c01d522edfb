"""Which bindings a module no longer needs, and which names are free for what it imports instead.

It knows neither implementations nor specs: only that some expressions will be gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from libcst import metadata as meta

from pluginkit._source.migrate.uses import dotted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pluginkit._source.migrate.uses import Module

    Small = cst.BaseSmallStatement


class Removals:
    """The markers and imports that nothing uses once some expressions are gone.

    Attributes:
        statements: Assignments that go.
        aliases: Names that go from imports.
        local: The statements in functions that lose something, and are followed by an import instead.
        bound: The bindings that go, by their node and name.

    Args:
        module: The module.
        gone: The expressions that go.
        is_marker: Whether an assigned expression is a marker that may go.
        is_kept: Whether a name of the module is needed by others.
    """

    def __init__(
        self,
        module: Module,
        gone: Iterable[cst.CSTNode],
        is_marker: Callable[[cst.BaseExpression], bool],
        is_kept: Callable[[str], bool],
    ) -> None:
        self._module = module
        self._is_marker = is_marker
        self._is_kept = is_kept
        self._gone: set[int] = set()
        self.statements: set[Small] = set()
        self.aliases: set[cst.ImportAlias] = set()
        self.local: dict[cst.SimpleStatementLine, cst.FunctionDef] = {}
        self.bound: set[meta.BaseAssignment] = set()
        for node in gone:
            self._leave(node)
        while self._pass():
            pass

    def _leave(self, node: cst.CSTNode) -> None:
        collector = _Identities()
        node.visit(collector)
        self._gone |= collector.found

    def _pass(self) -> bool:
        """Remove what has become unused, and tell whether anything has."""
        before = len(self.bound)
        for assignment in self._module.all_assignments():
            if assignment not in self.bound and self._is_unused(assignment):
                self._remove(assignment)
        return len(self.bound) > before

    def _is_unused(self, assignment: meta.BaseAssignment) -> bool:
        scope = assignment.scope
        if not isinstance(scope, meta.GlobalScope | meta.FunctionScope) or len(scope[assignment.name]) != 1:
            return False
        references = {id(each.node) for each in assignment.references}
        is_needed = isinstance(scope, meta.GlobalScope) and self._is_kept(assignment.name)
        return bool(references) and references <= self._gone and not is_needed

    def _remove(self, assignment: meta.BaseAssignment) -> None:
        node = assignment.node if isinstance(assignment, meta.Assignment | meta.ImportAssignment) else None
        statement = self._statement(node, assignment.name) if node is not None else None
        line = self._module.parent(statement) if statement is not None else None
        if statement is None or not isinstance(line, cst.SimpleStatementLine) or not self._is_plain(line):
            return
        self.bound.add(assignment)
        owner = self._module.owner(line)
        if isinstance(owner, cst.FunctionDef):
            self.local[line] = owner

    def _is_plain(self, line: cst.SimpleStatementLine) -> bool:
        """Tell whether a line is run in every case: it is in no block of the module or the function."""
        parent = self._module.parent(line)
        is_body = isinstance(parent, cst.IndentedBlock) and isinstance(self._module.parent(parent), cst.FunctionDef)
        return isinstance(parent, cst.Module) or is_body

    def _statement(self, node: cst.CSTNode, name: str) -> Small | None:
        """Mark what goes of a statement, and return it; None if nothing can go."""
        if isinstance(node, cst.Import | cst.ImportFrom):
            return self._import(node, name)
        parent = self._module.parent(node)
        statement = self._module.parent(parent) if isinstance(parent, cst.AssignTarget) else parent
        is_single = not isinstance(statement, cst.Assign) or len(statement.targets) == 1
        if isinstance(statement, cst.Assign | cst.AnnAssign) and is_single and statement.value:
            line = self._module.parent(statement)
            if self._is_marker(statement.value) and isinstance(line, cst.SimpleStatementLine) and self._is_plain(line):
                self.statements.add(statement)
                self._leave(statement)
                return statement
        return None

    def _import(self, node: cst.Import | cst.ImportFrom, name: str) -> Small | None:
        line = self._module.parent(node)
        if isinstance(node.names, cst.ImportStar) or not isinstance(line, cst.SimpleStatementLine):
            return None
        for alias in node.names:
            if (alias.evaluated_alias or alias.evaluated_name) == name and self._is_plain(line):
                self.aliases.add(alias)
                return node
        return None


class _Identities(cst.CSTVisitor):
    """Collects the identities of nodes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[int] = set()

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Collect one."""
        self.found.add(id(node))
        return True


class Names:
    """Chooses the names that imports bind.

    Args:
        module: The module.
        removals: What it no longer binds.
        has_stars: Whether it has star imports, which may bind any usual name.
    """

    def __init__(self, module: Module, removals: Removals, *, has_stars: bool) -> None:
        staying = [each for each in module.all_assignments() if each not in removals.bound]
        bound = [each.name for each in staying if not isinstance(each, meta.BuiltinAssignment)]
        self._taken = {name.partition(".")[0] for name in bound}
        self._has_stars = has_stars
        present = dict(_imports(module.tree, removals))
        self._present = {key: name for key, name in present.items() if bound.count(name) == 1}
        self.added: dict[tuple[str, str], str] = {}

    def of(self, module: str, name: str) -> str:
        """Return the name under which something is imported from a module; the import is added if it is missing."""
        key = (module, name)
        if key not in self._present:
            self._present[key] = self.added[key] = self._free(name, f"{module.rpartition('.')[2]}_{name}")
        return self._present[key]

    def _free(self, name: str, other: str) -> str:
        chosen = other if self._has_stars else name
        while chosen in self._taken:
            chosen, other = other, f"{other}_"
        self._taken.add(chosen)
        return chosen


def _imports(tree: cst.Module, removals: Removals) -> Iterable[tuple[tuple[str, str], str]]:
    """Yield what a module imports in any case, at its top, and under which names."""
    for line in tree.body:
        small = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
        if isinstance(small, cst.ImportFrom) and not isinstance(small.names, cst.ImportStar) and not small.relative:
            for alias in small.names:
                if alias not in removals.aliases and small.module is not None:
                    yield (dotted(small.module), alias.evaluated_name), alias.evaluated_alias or alias.evaluated_name
        elif isinstance(line, cst.FunctionDef | cst.ClassDef):
            return  # what is imported below the first function may be too late
