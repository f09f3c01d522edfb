"""What modules of a run need of each other, and of managers: names that others import, and specs that managers have.

It reads facts only, and decides nothing.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from pluginkit._source.migrate.facts import Imported
from pluginkit._source.migrate.implementations import KnownHook
from pluginkit._source.migrate.markers import PLUGGY, ModuleRef

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pluginkit._source.migrate.facts import Facts
    from pluginkit._source.migrate.markers import Meaning, Meanings

EVERYTHING: Final = "*"
_DEPTH: Final = 40  # bases that lead back to themselves end there
_MANAGERS: Final = tuple(f"{module}.PluginManager" for module in PLUGGY)


class Hosts:
    """Answers what modules need of each other.

    Args:
        meanings: What names mean, and the modules of the run.
    """

    def __init__(self, meanings: Meanings) -> None:
        self._meanings = meanings
        self._tree = meanings.tree
        self.needed: dict[Facts, dict[str, tuple[Facts, int]]] = {each: {} for each in self._tree.modules}
        self.given: list[tuple[Facts, ast.Call, Facts, str]] = []  # `add_hookspecs`: where, with what of which module
        self.managers: list[tuple[Facts, int]] = []
        for facts in self._tree.modules:
            for needed, name, line in self._needs(facts):
                if needed is not facts and needed in self.needed:
                    self.needed[needed].setdefault(name, (facts, line))

    def needs(self, facts: Facts, name: str) -> tuple[Facts, int] | None:
        """Return where another module needs a name of one, or None."""
        needed = self.needed[facts]
        is_public = name in facts.exported if facts.exported is not None else not name.startswith("_")
        return needed.get(name) or (needed.get(EVERYTHING) if is_public else None)

    def _needs(self, facts: Facts) -> Iterator[tuple[Facts, str, int]]:
        """Yield the names that a module needs of others, and note what it does with managers."""
        lookup = self.lookup(facts)
        for node in ast.walk(facts.tree):
            match node:
                case ast.ImportFrom(module, names, level):
                    for alias in names:
                        if found := self._tree.imported_by(facts, Imported(module or "", alias.name, level)):
                            yield found, alias.name, node.lineno
                case ast.Attribute() | ast.Name():
                    yield from self._needs_of(facts, node, lookup)
                case ast.Call(ast.Attribute(_, "add_hookspecs"), [argument]):
                    self._add_given(facts, node, argument)
                case _:
                    pass
        by_name = {each.name: each for each in self._tree.modules}
        for module, _, name in (mentioned.rpartition(".") for mentioned in facts.mentioned):
            if module in by_name:
                yield by_name[module], name, 1

    def _needs_of(
        self, facts: Facts, node: ast.Attribute | ast.Name, lookup: _Anywhere
    ) -> Iterator[tuple[Facts, str, int]]:
        meaning = self._meanings.of_expression(node, lookup)
        if isinstance(meaning, ModuleRef) and meaning.name in _MANAGERS:
            self.managers.append((facts, node.lineno))
        base = self._meanings.of_expression(node.value, lookup) if isinstance(node, ast.Attribute) else None
        if isinstance(base, ModuleRef) and base.facts is not None and isinstance(node, ast.Attribute):
            yield base.facts, node.attr, node.lineno

    def _add_given(self, facts: Facts, node: ast.Call, argument: ast.expr) -> None:
        match argument:
            case ast.Name(name) if name in facts.bindings and None in facts.bindings[name]:
                self.given.append((facts, node, facts, name))  # a class of the module itself
            case ast.Name(name):
                for binding in facts.anywhere(name):
                    meaning = self._meanings.of_binding(facts, binding)
                    if isinstance(meaning, ModuleRef) and meaning.facts:
                        self.given.append((facts, node, meaning.facts, ""))
                    elif isinstance(binding, Imported) and (found := self._tree.imported_by(facts, binding)):
                        self.given.append((facts, node, found, binding.attribute))
            case ast.Attribute(value, attribute):
                base = self._meanings.of_expression(value, self.lookup(facts))
                if isinstance(base, ModuleRef) and base.facts:
                    submodule = self._tree.submodule(base.facts, attribute)
                    self.given.append((facts, node, submodule or base.facts, "" if submodule else attribute))
            case ast.Subscript(ast.Attribute(attr="modules"), ast.Name("__name__")):
                self.given.append((facts, node, facts, ""))
            case _:
                pass

    def lookup(self, facts: Facts) -> _Anywhere:
        """Return what a name means in whichever scope of a module it is bound."""
        return _Anywhere(facts, self._meanings)


class _Anywhere:
    def __init__(self, facts: Facts, meanings: Meanings) -> None:
        self._facts = facts
        self._meanings = meanings
        self._known: dict[str, Meaning] = {}

    def __call__(self, name: str) -> Meaning:
        if name not in self._known:
            self._known[name] = None  # while it is looked up
            found = (self._meanings.of_binding(self._facts, each, self) for each in self._facts.anywhere(name))
            self._known[name] = next((each for each in found if each), None) or (
                self._meanings.of_name(self._facts, name) if not self._facts.anywhere(name) else None
            )
        return self._known[name]


def known_hooks(meanings: Meanings, module: str, spec: str) -> Mapping[str, KnownHook] | None:
    """Return the hooks of a Protocol, those of its bases included; None if one of them cannot be read."""
    facts = meanings.tree.named(module)
    return _class_hooks(meanings, facts, spec, depth=0) if facts is not None else None


def _class_hooks(meanings: Meanings, facts: Facts, name: str, *, depth: int) -> dict[str, KnownHook] | None:
    found = [node for node in ast.walk(facts.tree) if isinstance(node, ast.ClassDef) and node.name == name]
    if len(found) != 1 or depth > _DEPTH:
        return _imported_hooks(meanings, facts, name, depth=depth) if not found else None
    hooks: dict[str, KnownHook] = {}
    for base in found[0].bases:
        if ast.unparse(base).partition("[")[0].rpartition(".")[2] not in ("Protocol", "Generic"):
            inherited = _class_hooks(meanings, facts, ast.unparse(base), depth=depth + 1)
            if inherited is None:
                return None
            hooks |= inherited
    for node in ast.walk(found[0]):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.decorator_list:
            names = (*(each.arg for each in node.args.args[1:]), *(each.arg for each in node.args.kwonlyargs))
            hooks[node.name] = KnownHook(names, isinstance(node, ast.AsyncFunctionDef))
    return hooks


def _imported_hooks(meanings: Meanings, facts: Facts, name: str, *, depth: int) -> dict[str, KnownHook] | None:
    bindings = facts.bindings.get(name, [])
    binding = bindings[0] if len(bindings) == 1 else None
    module = meanings.tree.imported_by(facts, binding) if isinstance(binding, Imported) else None
    if module is None or not isinstance(binding, Imported) or not binding.attribute:
        return None
    return _class_hooks(meanings, module, binding.attribute, depth=depth + 1)
