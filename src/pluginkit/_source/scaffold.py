"""What `pluginkit new plugin` writes of a host's hooks: declarations from its source, as implementations."""

from __future__ import annotations

import ast
import sys
from importlib.util import resolve_name
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pluginkit._errors import CommandError
from pluginkit._source.meanings import Meanings
from pluginkit._source.model import Hook, Model
from pluginkit._source.names import Names
from pluginkit._source.sources import Source as ModuleSource
from pluginkit._source.sources import Sources
from pluginkit._source.stub.layout import Layout, Piece, flat, signature
from pluginkit._source.stub.module import import_from
from pluginkit._source.typetext import read_type

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping
    from types import ModuleType

    from pluginkit._declare.spec import BaseSpec

WIDTH = 88  # of a line, where ruff is not configured
_NONE = ast.Constant(None)


class ScaffoldError(CommandError):
    """The project cannot be written."""


class Imports:
    """The imports of a module that is being written; whatever would take a name that is taken gets another one.

    Args:
        taken: The names that the module itself uses.
    """

    def __init__(self, *taken: str) -> None:
        self._origins: dict[str, tuple[str, str]] = dict.fromkeys(taken, ("", ""))  # by the name in this module

    def add(self, module: str, name: str, wanted: str = "") -> str:
        """Import a name of a module, or a module, and return the name that it has here.

        Args:
            module: The module.
            name: Its name there, or empty for the module itself.
            wanted: The name that it is to have here, if that is another one.
        """
        origin = (module, name)
        first = wanted or name or module.partition(".")[0]
        local, number = first, ""
        while self._origins.setdefault(local, origin) != origin:
            local, number = f"Host{first[0].upper()}{first[1:]}{number}", f"{int(number or 1) + 1}"
        return local

    def lines(self) -> list[str]:
        """Return the imports as ruff sorts them: those of the standard library, and then the others."""
        modules: list[tuple[str, list[str]]] = []
        names: dict[str, list[tuple[str, str]]] = {}
        for local, (module, name) in self._origins.items():
            if name:
                names.setdefault(module, []).append((name, local))
            elif module:
                written = f"import {module}" if local == module.partition(".")[0] else f"import {module} as {local}"
                modules.append((module, [written]))
        froms = [(module, _import_names(module, several)) for module, several in names.items()]
        ordered = [*sorted(modules), *sorted(froms, key=lambda each: each[0].lower())]
        own = [line for module, lines in ordered if _is_standard(module) for line in lines]
        others = [line for module, lines in ordered if not _is_standard(module) for line in lines]
        return [*own, *([""] if own and others else []), *others]


def _import_names(module: str, names: Iterable[tuple[str, str]]) -> list[str]:
    items = [name if name == local else f"{name} as {local}" for name, local in sorted(names, key=_as_sorted)]
    return import_from(module, [Piece(item) for item in items], Layout(WIDTH))


def _as_sorted(names: tuple[str, str]) -> tuple[int, str, str]:
    """Return what ruff sorts imported names by: constants, then classes, then the others."""
    name = names[0]
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2
    return kind, name.lower(), name


def _is_standard(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names


class Declaration(NamedTuple):
    """A hook as its source declares it, with the names that it has in the module that is written.

    Attributes:
        name: The name of the hook.
        mode: Its mode.
        is_async: Whether it is declared with `async def`.
        parameters: Its parameters.
        returns: What an implementation gives.
        gives_none: Whether that says None, or anything at all.
        summary: The first line of its docstring, or empty.
    """

    name: str
    mode: str
    is_async: bool
    parameters: list[Piece]
    returns: ast.expr
    gives_none: bool
    summary: str


class Declarations:
    """The hooks that a module declares, as they are written in another one.

    Args:
        model: What is declared.
        source: The module.
    """

    def __init__(self, model: Model, source: ModuleSource) -> None:
        self._module = source.module
        self._scope = model.names.scope(source)
        self.meanings = Meanings(source, model.names)

    def of(self, hook: Hook, imports: Imports) -> Declaration:
        """Return the declaration of a hook, and import what it needs."""
        names = _Names(self, imports)
        parameters: list[Piece] = []
        for each in hook.parameters:
            after = f" = {flat(names.in_value(each.default))}" if each.default else ""
            parameters.append(Piece(f"{each.name}: ", names.in_type(each.annotation), after))
        members = read_type(hook.returns, self.meanings).members
        summary = hook.documentation.partition("\n")[0]
        gives_none = bool(members & {"None", "Any", "object"})
        returns = names.in_type(hook.returns)
        return Declaration(hook.name, hook.mode, hook.is_async, parameters, returns, gives_none, summary)

    def origin(self, name: str) -> tuple[str, str] | None:
        """Return the module that a name comes from, and its name there; a builtin has none."""
        bound = self._scope.candidates(name)
        if not bound:
            return None
        return (bound[0].module, bound[0].attribute) if bound[0].module else (self._module, name)


class Source(Declarations):
    """The source of a module that declares hooks.

    Args:
        module: Its name; it was imported.

    Raises:
        ScaffoldError: There is none.
    """

    def __init__(self, module: str) -> None:
        path = sys.modules[module].__file__
        if path is None:
            raise ScaffoldError(f"the source of {module} cannot be found", "PK809")
        model = Model(Names(Sources(())))
        source = model.names.sources.at(Path(path), module)
        super().__init__(model, source)
        self._hooks = {(each.scope.name, each.name): each for each in model.hooks_by_node(source).values()}

    def declaration(self, hook: BaseSpec, imports: Imports) -> Declaration:
        """Return the declaration of a hook, and import what it needs.

        Raises:
            ScaffoldError: It is not in the source.
        """
        found = self._hooks.get((hook.owner.__qualname__, hook.name))
        if found is None:
            raise ScaffoldError(f"{hook.qualified_name} is not written in {self._module}", "PK810")
        return self.of(found, imports)


def _imports(nodes: Iterable[ast.AST], package: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the names that statements import, each with its module, and its name there or none."""
    for node in nodes:
        match node:
            case ast.ImportFrom(module, aliases, level):
                source = resolve_name("." * level + (module or ""), package)
                for alias in aliases:
                    yield alias.asname or alias.name, (source, alias.name)
            case ast.Import(aliases):
                for alias in aliases:
                    yield alias.asname or alias.name.partition(".")[0], (alias.name, "")
            case _:
                pass


def loaded_groups(module: ModuleType) -> Iterator[str]:
    """Yield the entry point groups that the sources of a module or a package load, as far as they are written there.

    Args:
        module: The module or package of the host; it was imported.
    """
    folders = [Path(each) for each in getattr(module, "__path__", ())]
    own = [Path(module.__file__)] if module.__file__ and not folders else []
    for path in (*own, *(file for folder in folders for file in sorted(folder.rglob("*.py")))):
        tree = _parsed(path)
        constants = dict(_constants(tree))
        for node in ast.walk(tree):
            match node:
                case ast.Call(ast.Attribute(attr="load_entrypoints"), [ast.Constant(value), *_]):
                    group: object = value
                case ast.Call(ast.Attribute(attr="load_entrypoints"), [ast.Name(name), *_]):
                    group = constants.get(name)
                case _:
                    group = None
            if isinstance(group, str):
                yield group


def contracts_for(module: str, spec: str) -> list[tuple[str, str]]:
    """Return the contracts for a spec that the module `testing` of its host's package has: module and name of each.

    Only the source is read: the module may import what is not installed here. What is private, or has a plugin
    already, is not for others.

    Args:
        module: The module of the spec; it was imported. Of the packages that it is in, the innermost one that has a
            module `testing` counts.
        spec: The name of the spec.
    """
    wanted: object = getattr(sys.modules[module], spec)
    package = module
    while package:
        for folder in getattr(sys.modules[package], "__path__", ()):
            name = f"{package}.testing"
            for file, parent in ((Path(folder, "testing.py"), package), (Path(folder, "testing/__init__.py"), name)):
                if file.is_file():
                    return [(name, contract) for contract in _contracts(_parsed(file), parent, wanted)]
        package = package.rpartition(".")[0]
    return []


def _contracts(tree: ast.Module, package: str, spec: object) -> list[str]:
    """Return the classes of a module that derive from `HookContract[spec]`, directly or from one that does."""
    meanings = {name: _meaning(name, *origin) for name, origin in _imports(tree.body, package)}
    found: dict[str, ast.ClassDef] = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and any(_is_contract(base, spec, meanings, found) for base in node.bases):
            found[node.name] = node
    return [name for name, node in found.items() if not name.startswith("_") and "plugin" not in _assigned(node)]


def _meaning(name: str, module: str, attribute: str) -> object:
    """Return what an imported name stands for, where that was imported already."""
    if not attribute:  # `import a.b` binds `a`, and `import a.b as c` what is within
        return sys.modules.get(name if module.partition(".")[0] == name else module)
    return getattr(sys.modules.get(module), attribute, sys.modules.get(f"{module}.{attribute}"))


def _is_contract(base: ast.expr, spec: object, meanings: Mapping[str, object], contracts: Container[str]) -> bool:
    match base:
        case ast.Name(name):
            return name in contracts
        case ast.Subscript(contract, argument) if flat(contract).rpartition(".")[2] == "HookContract":
            first, *attributes = flat(argument).split(".")
            meaning = meanings.get(first)
            for each in attributes:
                meaning = getattr(meaning, each, None)
            return meaning is spec
        case _:
            return False


def _assigned(node: ast.ClassDef) -> set[str]:
    """Return the names that are assigned to in the body of a class."""
    targets = [target for each in node.body if isinstance(each, ast.Assign) for target in each.targets]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _parsed(path: Path) -> ast.Module:
    """Return what is in a file; nothing, if it cannot be read."""
    try:
        return ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError, MemoryError, RecursionError):  # the last two where it is too complex
        return ast.Module([], [])


def _constants(tree: ast.Module) -> Iterator[tuple[str, object]]:
    """Yield the names of a module that stand for plain values."""
    for node in tree.body:
        match node:
            case ast.Assign(targets, ast.Constant(value)):
                yield from ((target.id, value) for target in targets if isinstance(target, ast.Name))
            case _:
                pass


class _Names(ast.NodeTransformer):
    """Gives the names in an expression of the host the names that they have in the plugin."""

    def __init__(self, source: Declarations, imports: Imports) -> None:
        self._source = source
        self._imports = imports
        self._quotes = True

    def in_type(self, node: ast.expr | None) -> ast.expr:
        """Return an annotation; what is in quotes is taken out of them. What is not annotated takes any object."""
        self._quotes = True
        found: ast.expr = self.visit(node or ast.Name("object"))
        return found

    def in_value(self, node: ast.expr) -> ast.expr:
        """Return a value; strings stay strings."""
        self._quotes = False
        found: ast.expr = self.visit(node)
        return found

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Import a name."""
        origin = self._source.origin(node.id)
        return ast.Name(self._imports.add(*origin, wanted=node.id)) if origin else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Write unions with `|`, and leave the values of a `Literal` alone."""
        if self._source.meanings.is_typing(node.value, "Optional"):
            return ast.BinOp(self.visit(node.slice), ast.BitOr(), _NONE)
        if self._source.meanings.is_typing(node.value, "Union") and isinstance(node.slice, ast.Tuple):
            first, *others = [self.visit(each) for each in node.slice.elts]
            return _joined(first, others)
        values = isinstance(node.value, ast.Name | ast.Attribute) and flat(node.value).endswith("Literal")
        index = node.slice if values else self.visit(node.slice)
        return ast.Subscript(self.visit(node.value), index)

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """Take a type out of its quotes."""
        if self._quotes and isinstance(node.value, str):
            found: ast.expr = self.visit(ast.parse(node.value.strip(), mode="eval").body)
            return found
        return node


def _members(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the types of a union."""
    if isinstance(node, ast.BinOp):
        yield from _members(node.left)
        yield from _members(node.right)
    else:
        yield node


def _joined(first: ast.expr, others: Iterable[ast.expr]) -> ast.expr:
    """Return the union of types."""
    for other in others:
        first = ast.BinOp(first, ast.BitOr(), other)
    return first


def method(spec: str, declaration: Declaration) -> str:
    """Return an implementation that gives no answer.

    Args:
        spec: The name of the spec in the plugin.
        declaration: The hook.
    """
    layout, returns = Layout(WIDTH, 1), declaration.returns
    if not declaration.gives_none:
        returns = ast.BinOp(returns, ast.BitOr(), _NONE)
    opening = f"{'async def' if declaration.is_async else 'def'} {declaration.name}("
    head = signature(opening, [Piece("self"), *declaration.parameters], returns, ":", layout)
    summary = _docstring(declaration.summary or f"Implement {spec}.{declaration.name}.")
    body = [f"        {summary}", "        return None", ""]
    return "\n".join([f"    @hookimpl({spec}.{declaration.name})", *head, *body])


def _docstring(summary: str) -> str:
    text = summary.replace("\\", "\\\\").replace('"""', r"\"\"\"")
    return f'"""{text} """' if text.endswith('"') else f'"""{text}"""'


def wrapper_example(spec: str, declarations: Iterable[Declaration]) -> str:
    """Return a wrapper of the first hook that can have one, as a comment.

    Args:
        spec: The name of the spec in the plugin.
        declarations: The hooks.
    """
    wrapped = next((each for each in declarations if each.mode != "historic"), None)
    if wrapped is None:
        return ""
    heading = "A wrapper runs around the others; its generator is of collections.abc:"
    lines = [heading, "", *wrapper(spec, wrapped)]
    return "\n" + "".join(f"    # {line}".rstrip() + "\n" for line in lines)


def wrapper(spec: str, declaration: Declaration) -> list[str]:
    """Return the lines of a wrapper that changes nothing.

    Args:
        spec: The name of the spec in the plugin.
        declaration: The hook.
    """
    name, result = declaration.name, flat(declaration.returns)
    if declaration.mode == "collect":
        first, *others = [each for each in _members(declaration.returns) if flat(each) != "None"] or [_NONE]
        result = f"list[{flat(_joined(first, others))}]"
    elif declaration.mode == "firstresult" and not declaration.gives_none:
        result = f"{result} | None"
    generator = f"Generator[None, {result}, {result}]"
    giving, ending = "yield", "return result"
    if declaration.is_async:
        generator, giving, ending = f"AsyncGenerator[{result} | None, {result}]", "yield None", "yield result"
    return [
        f"@hookimpl({spec}.{name}, wrapper=True)",
        f"{'async ' if declaration.is_async else ''}def around_{name}(",
        "    self, **_: object",
        f") -> {generator}:",
        f"    result = {giving}",
        f"    {ending}",
    ]
