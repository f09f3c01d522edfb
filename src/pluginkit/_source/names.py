"""What a name in source means: scopes, what binds a name in them, and where that leads, also in other modules.

A name may be bound several times. Of alternatives (`try` and `except`, the branches of an `if`) the first one that can
be found counts, of statements one after another the last one before the use. Names of libraries that the model knows
by name (the standard library, pluginkit, pluggy) are not followed into those. This module knows nothing of hooks.
"""

from __future__ import annotations

import ast
import builtins
import sys
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from pluginkit._source.sources import Source, Sources

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
ScopeNode: TypeAlias = ast.Module | ast.ClassDef | Function
Position: TypeAlias = tuple[int, int]

KNOWN = frozenset({"pluginkit", "pluggy", "typing_extensions", *sys.stdlib_module_names})
_END: Position = (sys.maxsize, 0)
_BUILTINS = frozenset(vars(builtins))


class Binding(NamedTuple):
    """What gives a name its value.

    Attributes:
        name: The name.
        scope: Where it is bound.
        node: The definition, the value that is assigned, the parameter; for an import the statement's alias.
        at: From where on it is bound.
        branch: The alternatives that the statement is in: which statement, and which branch of it.
        module: For an import the module, with its full name.
        attribute: For an import the name in that module; empty for the module itself.
        annotation: What the name is annotated with, or None.
    """

    name: str
    scope: Scope
    node: ast.AST | None
    at: Position
    branch: tuple[tuple[int, int], ...] = ()
    module: str = ""
    attribute: str = ""
    annotation: ast.expr | None = None


class Scope:
    """A module, a class or a function, and the names that are bound in it.

    Attributes:
        source: Its module.
        node: Its node in the tree.
        parent: The scope around it, or None for a module.
        name: Its name with those of the scopes around it, such as `Outer.S`.
    """

    def __init__(self, source: Source, node: ScopeNode, parent: Scope | None) -> None:
        self.source = source
        self.node = node
        self.parent = parent
        own = "" if isinstance(node, ast.Module) else node.name
        self.name: str = f"{parent.name}.{own}" if parent and parent.name else own
        self.bindings: dict[str, list[Binding]] = {}
        self.stars: list[str] = []
        self.inner: dict[ast.AST, Scope] = {}

    @property
    def is_class(self) -> bool:
        """Whether it is the body of a class."""
        return isinstance(self.node, ast.ClassDef)

    @property
    def is_function(self) -> bool:
        """Whether it is the body of a function."""
        return not isinstance(self.node, ast.ClassDef | ast.Module)

    def walk(self) -> Iterator[Scope]:
        """Yield it and all scopes in it, in the order of the source."""
        yield self
        for scope in self.inner.values():
            yield from scope.walk()

    def bind(self, binding: Binding) -> None:
        """Remember what binds a name."""
        self.bindings.setdefault(binding.name, []).append(binding)

    def candidates(self, name: str, before: Position = _END) -> list[Binding]:
        """Return what a name may mean at a position, the likeliest first."""
        bound = self.bindings.get(name, [])
        return list(_in_order([each for each in bound if each.at < before] or bound, 0))


def _in_order(bound: Sequence[Binding], depth: int) -> Iterator[Binding]:
    """Yield bindings: later statements first, and of the branches of one statement the first one first."""
    rest = list(bound)
    while rest:
        last = rest.pop()
        if len(last.branch) <= depth:
            yield last
            return  # what is before it is certainly replaced
        statement = last.branch[depth][0]
        group = [last]
        while rest and len(rest[-1].branch) > depth and rest[-1].branch[depth][0] == statement:
            group.insert(0, rest.pop())
        for number in dict.fromkeys(sorted(each.branch[depth][1] for each in group)):
            yield from _in_order([each for each in group if each.branch[depth][1] == number], depth + 1)


def _exported(module: str) -> Iterable[str]:
    """Return the names that a library known by name exports, if it is at hand; it is not imported to find out."""
    names: Iterable[str] = getattr(sys.modules.get(module), "__all__", ())
    return names


# -- building ---------------------------------------------------------------------------------------------------------


def scope_of(source: Source) -> Scope:
    """Return the scope of a module, with all scopes in it."""
    scope = Scope(source, source.tree, None)
    _Binder(scope, walruses=":=" in source.text).statements(source.tree.body, ())
    return scope


class _Binder:
    """Fills a scope with what its statements bind."""

    def __init__(self, scope: Scope, *, walruses: bool) -> None:
        self._scope = scope
        self._walruses = walruses

    def statements(self, body: Iterable[ast.stmt], branch: tuple[tuple[int, int], ...]) -> None:
        for node in body:
            self._statement(node, branch)

    def _statement(self, node: ast.stmt, branch: tuple[tuple[int, int], ...]) -> None:
        match node:
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                self._bind(node.name, node, node, branch)
                self._enter(node)
            case ast.Import() | ast.ImportFrom():
                self._imports(node, branch)
            case ast.AnnAssign(ast.Name(name), annotation, value):
                self._bind(name, value, node, branch, annotation)
            case _:
                for target, its in _targets(node):
                    self._target(target, its, node, branch)
        for number, body in enumerate(_bodies(node)):
            is_straight = isinstance(node, ast.With | ast.AsyncWith)
            self.statements(body, branch if is_straight else (*branch, (id(node), number)))
        if self._walruses:
            self._expressions(node)

    def _bind(
        self,
        name: str,
        value: ast.AST | None,
        node: ast.stmt,
        branch: tuple[tuple[int, int], ...],
        annotation: ast.expr | None = None,
    ) -> None:
        self._scope.bind(Binding(name, self._scope, value, _bound_at(node), branch, annotation=annotation))

    def _target(
        self, target: ast.expr | None, value: ast.expr | None, node: ast.stmt, branch: tuple[tuple[int, int], ...]
    ) -> None:
        match target:
            case ast.Name(name):
                self._bind(name, value, node, branch)
            case ast.Tuple(elements) | ast.List(elements):
                values: Sequence[ast.expr | None] = [None for _ in elements]
                if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(elements):
                    values = value.elts
                for each, its in zip(elements, values, strict=True):
                    self._target(each, its, node, branch)
            case ast.Starred(inner):
                self._target(inner, None, node, branch)
            case _:
                pass

    def _imports(self, node: ast.Import | ast.ImportFrom, branch: tuple[tuple[int, int], ...]) -> None:
        at, scope = _bound_at(node), self._scope
        for alias in node.names:
            if isinstance(node, ast.Import):
                local = alias.asname or alias.name.partition(".")[0]
                scope.bind(Binding(local, scope, alias, at, branch, alias.name if alias.asname else local))
                continue
            module = absolute(node, scope.source)
            if alias.name == "*":
                scope.stars.append(module)
            else:
                local = alias.asname or alias.name
                scope.bind(Binding(local, scope, alias, at, branch, module, alias.name))

    def _enter(self, node: ast.ClassDef | Function) -> None:
        inner = Scope(self._scope.source, node, self._scope)
        self._scope.inner[node] = inner
        if not isinstance(node, ast.ClassDef):
            for each in _arguments(node.args):
                at = (each.lineno, each.col_offset)
                inner.bind(Binding(each.arg, inner, each, at, annotation=each.annotation))
        _Binder(inner, walruses=self._walruses).statements(node.body, ())

    def _expressions(self, node: ast.stmt) -> None:
        """Bind what `:=` assigns within a statement, below no other scope."""
        if isinstance(node, ast.Expr | ast.Assign | ast.Return | ast.If | ast.While):
            value = node.test if isinstance(node, ast.If | ast.While) else node.value
            for each in ast.walk(value) if value else ():
                if isinstance(each, ast.NamedExpr):
                    self._bind(each.target.id, each.value, node, ())


def _targets(node: ast.stmt) -> Iterator[tuple[ast.expr | None, ast.expr | None]]:
    """Yield what a statement assigns to, each with its value where that is written."""
    match node:
        case ast.Assign(targets, value):
            yield from ((target, value) for target in targets)
        case ast.With(items) | ast.AsyncWith(items):
            yield from ((item.optional_vars, None) for item in items)
        case ast.For(target) | ast.AsyncFor(target):
            yield target, None
        case _:
            pass


def _bound_at(node: ast.stmt) -> Position:
    """Return from where on a statement's names are bound: its end, unless there are statements in it that use them."""
    if isinstance(node, ast.With | ast.AsyncWith | ast.For | ast.AsyncFor | ast.If | ast.While):
        return node.lineno, node.col_offset
    return node.end_lineno or node.lineno, node.end_col_offset or 0


def absolute(node: ast.ImportFrom, source: Source) -> str:
    """Return the full name of the module that a statement imports from."""
    if not node.level:
        return node.module or ""
    parts = source.package.split(".")
    if node.level > len(parts):  # beyond the top of what is known
        return "." * node.level + (node.module or "")
    kept = parts[: len(parts) - node.level + 1]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _arguments(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    yield from (each for each in (arguments.vararg, arguments.kwarg) if each is not None)


def _bodies(node: ast.stmt) -> list[list[ast.stmt]]:
    """Return the blocks in a statement that are not scopes of their own, the likelier ones first."""
    match node:
        case ast.If(test, body, orelse):
            return [orelse, body] if _is_negated(test) else [body, orelse]
        case ast.Try(body, handlers, orelse, final) | ast.TryStar(body, handlers, orelse, final):
            return [[*body, *orelse, *final], *(handler.body for handler in handlers)]
        case ast.Match(cases=cases):
            return [each.body for each in cases]
        case ast.With() | ast.AsyncWith() | ast.For() | ast.AsyncFor() | ast.While():
            return [node.body, getattr(node, "orelse", [])]
        case _:
            return []


def _is_negated(test: ast.expr) -> bool:
    """Tell whether a condition is `not TYPE_CHECKING`: what checkers see is in the other branch."""
    match test:
        case ast.UnaryOp(ast.Not(), ast.Name("TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
            return True
        case _:
            return False


# -- resolving --------------------------------------------------------------------------------------------------------


class Definition(NamedTuple):
    """A name leads to a definition in source: a class, a function, a value or a parameter.

    Attributes:
        binding: What binds it.
    """

    binding: Binding

    @property
    def node(self) -> ast.AST | None:
        """The node of the definition or the value."""
        return self.binding.node

    @property
    def scope(self) -> Scope:
        """Where it is defined."""
        return self.binding.scope


class ModuleName(NamedTuple):
    """A name leads to a module.

    Attributes:
        name: The full name of the module.
    """

    name: str


class External(NamedTuple):
    """A name leads to something that is known by name, and not followed.

    Attributes:
        full: Its full name, such as `typing.Protocol`.
    """

    full: str


class Missing(NamedTuple):
    """A name leads to something that cannot be found.

    Attributes:
        full: Its full name.
        module: The module that is missing, or that lacks the name.
        exists: Whether there is such a module.
    """

    full: str
    module: str
    exists: bool = False


Meaning: TypeAlias = Definition | ModuleName | External | Missing | None


class Names:
    """Resolves names, across the modules of some sources.

    Args:
        sources: Where modules are found.
    """

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self._scopes: dict[int, tuple[Source, Scope]] = {}
        self._active: set[tuple[int, str]] = set()
        self._attributes: dict[tuple[str, str], Meaning] = {}

    def scope(self, source: Source) -> Scope:
        """Return the scope of a module."""
        known = self._scopes.get(id(source))
        if known is None:
            known = self._scopes[id(source)] = (source, scope_of(source))
        return known[1]

    def forget(self, path: Path) -> None:
        """Resolve everything again, as a file has changed; what other files bind stays."""
        self._scopes = {key: known for key, known in self._scopes.items() if known[0].path != path}
        self._attributes.clear()

    def resolve(self, node: ast.AST | None, scope: Scope) -> Meaning:
        """Return what an expression means in a scope; None where source does not tell."""
        match node:
            case ast.Name(name):
                return self.lookup(name, scope, (node.lineno, node.col_offset))
            case ast.Attribute(value, name):
                return self.member(self.resolve(value, scope), name)
            case ast.Subscript(value) | ast.NamedExpr(_, value):
                return self.resolve(value, scope)
            case ast.IfExp(body=body, orelse=orelse):
                return self._best(self.resolve(each, scope) for each in (body, orelse))
            case ast.Constant(str()):
                return self.resolve(unquoted(node), scope)
            case _:
                return None

    def lookup(self, name: str, scope: Scope, at: Position = _END) -> Meaning:
        """Return what a name means at a position in a scope."""
        key = (id(scope), name)
        if key in self._active:
            return None
        self._active.add(key)
        try:
            return self._lookup(name, scope, at)
        finally:
            self._active.discard(key)

    def _lookup(self, name: str, scope: Scope, at: Position) -> Meaning:
        current: Scope | None = scope
        while current is not None:
            if current is scope or not current.is_class:
                found = current.candidates(name, at)
                if found:
                    return self._best(self.bound(each) for each in found)
                starred = self._starred(name, current)
                if starred is not None:
                    return starred
            at = _END if current.is_function else at  # a function runs later
            current = current.parent
        return None

    def _starred(self, name: str, scope: Scope) -> Meaning:
        """Return what `from module import *` brings under a name."""
        unknown: Meaning = External(f"builtins.{name}") if name in _BUILTINS and scope.parent is None else None
        for module in reversed(scope.stars):
            if module.partition(".")[0] in KNOWN and name not in _exported(module):
                continue
            found = self.attribute(module, name)
            if not isinstance(found, Missing):
                return found
            if not found.exists and unknown is None:
                unknown = found
        return unknown

    def _best(self, meanings: Iterable[Meaning]) -> Meaning:
        """Return the first that is found; else the first that is known to be missing."""
        missing: Meaning = None
        for meaning in meanings:
            if isinstance(meaning, Missing):
                missing = missing or meaning
            elif meaning is not None:
                return meaning
        return missing

    def bound(self, binding: Binding) -> Meaning:
        """Return what a binding gives its name."""
        if binding.module:
            return self.attribute(binding.module, binding.attribute) if binding.attribute else self._module(binding)
        if isinstance(binding.node, ast.Name | ast.Attribute | ast.Subscript | ast.IfExp | ast.NamedExpr):
            return self.resolve(binding.node, binding.scope) or Definition(binding)
        return Definition(binding)

    def _module(self, binding: Binding) -> Meaning:
        name = binding.module
        if name.partition(".")[0] in KNOWN:
            return External(name)
        return ModuleName(name) if self.sources.place(name) else Missing(name, name)

    def attribute(self, module: str, name: str) -> Meaning:
        """Return what a name of a module means."""
        if module.partition(".")[0] in KNOWN:
            return External(f"{module}.{name}")
        key = (module, name)
        if key not in self._attributes:
            self._attributes[key] = None  # where modules import each other
            self._attributes[key] = self._attribute(module, name)
        return self._attributes[key]

    def _attribute(self, module: str, name: str) -> Meaning:
        place, full = self.sources.place(module), f"{module}.{name}"
        if place is None:
            return Missing(full, module)
        source = self.sources.module(module)
        if source is not None:
            scope = self.scope(source)
            found = self.lookup(name, scope) if name in scope.bindings or scope.stars else None
            if found is not None and found != External(f"builtins.{name}"):
                return found
        if self.sources.place(full):
            return ModuleName(full)
        if source is None and place.folders:  # a folder that happens to have the name
            return Missing(full, module)
        is_open = source is None or "__getattr__" in self.scope(source).bindings or source.error is not None
        return None if is_open else Missing(full, module, exists=True)

    def member(self, owner: Meaning, name: str) -> Meaning:
        """Return what an attribute of something means."""
        match owner:
            case ModuleName(module):
                return self.attribute(module, name)
            case External(full):
                return External(f"{full}.{name}")
            case Missing(full, module, exists):
                return Missing(f"{full}.{name}", module, exists)
            case Definition(Binding(node=ast.ClassDef())):
                return self.of_class(owner, name)
            case _:
                return None

    def of_class(self, owner: Definition, name: str) -> Meaning:
        """Return what a name means that a class, or one of its bases, binds."""
        missing: Meaning = None
        for each in self.mro(owner):
            if isinstance(each, Definition):
                scope = class_scope(each)
                found = scope.candidates(name)
                if found:
                    return self._best(self.bound(one) for one in found)
            elif isinstance(each, Missing) and missing is None:
                missing = Missing(f"{each.full}.{name}", each.module, each.exists)
        return missing

    def mro(self, owner: Definition) -> list[Meaning]:
        """Return a class and all its bases, in the order in which attributes are found; some may be missing."""
        return self._linear(owner, ())

    def _linear(self, owner: Definition, below: tuple[Definition, ...]) -> list[Meaning]:
        if owner in below or not isinstance(owner.node, ast.ClassDef):
            return []
        bases = [_as_base(self.resolve(base, owner.scope)) for base in owner.node.bases]
        lines: list[list[Meaning]] = [
            self._linear(base, (*below, owner)) if isinstance(base, Definition) else [base] for base in bases
        ]
        return [owner, *_merged([line for line in [*lines, bases] if line])]


def _as_base(meaning: Meaning) -> Meaning:
    """Return what a base class means; what is made at run time, such as a parameter, is not known."""
    return None if isinstance(meaning, Definition) and not isinstance(meaning.node, ast.ClassDef) else meaning


def _merged(lines: list[list[Meaning]]) -> list[Meaning]:
    """Merge orders of bases as Python does; where there is no such order, from left to right."""
    merged: list[Meaning] = []
    while lines:
        heads = [line[0] for line in lines]
        chosen = next((head for head in heads if not any(head in line[1:] for line in lines)), heads[0])
        merged.append(chosen)
        lines = [kept for line in lines if (kept := [each for each in line if each != chosen])]
    return merged


def is_typing(meaning: Meaning, *names: str) -> bool:
    """Tell whether a name leads to one of some names of `typing`."""
    return isinstance(meaning, External) and meaning.full in {
        f"{module}.{name}" for module in ("typing", "typing_extensions") for name in names
    }


def class_scope(definition: Definition) -> Scope:
    """Return the scope of a class's body."""
    assert definition.node is not None
    return definition.scope.inner[definition.node]


def unquoted(node: ast.expr) -> ast.expr | None:
    """Return an annotation out of its quotes, at their place; None where they hold something else."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return node
    try:
        tree = ast.parse(node.value.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return None
    for each in ast.walk(tree):
        ast.copy_location(each, node)
    return tree
