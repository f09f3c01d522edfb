"""What a name means: whether it is a marker of pluggy, and of which project. By what it is, not by how it is called.

An assignment from `HookimplMarker(...)` is followed through aliases, imports and re-exports of all modules that can be
found. It knows nothing of decorators, and changes nothing.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from pluginkit._source.migrate.facts import Assigned, Binding, Facts, Imported

if TYPE_CHECKING:
    from collections.abc import Callable

    from pluginkit._source.migrate.records import Kind
    from pluginkit._source.migrate.tree import Tree

PYTEST: Final = "pytest"
_MARKER_CLASSES: Final[dict[str, Kind]] = {"HookimplMarker": "impl", "HookspecMarker": "spec"}
PLUGGY: Final = ("pluggy", "pluginkit.pluggy")
_KNOWN: Final[dict[str, tuple[Kind, str]]] = {  # what published hosts call theirs, where the host is not installed
    "tox.plugin.impl": ("impl", "tox"),
    "kedro.framework.hooks.hook_impl": ("impl", "kedro"),
    "kedro.framework.cli.hooks.cli_hook_impl": ("impl", "kedro_cli"),
    "hatchling.plugin.hookimpl": ("impl", "hatch"),
    "hatchling.plugin.specs.hookspec": ("spec", "hatch"),
    "devpi_server.config.hookimpl": ("impl", "devpiserver"),
    "devpi.main.hookimpl": ("impl", "devpiclient"),
    "conda.plugins.hookimpl": ("impl", "conda"),
}
_USUAL: Final[dict[str, Kind]] = {"hookimpl": "impl", "hook_impl": "impl", "hookspec": "spec", "hook_spec": "spec"}
_DEPTH: Final = 40  # names that lead back to themselves end there


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker of pluggy.

    Attributes:
        kind: What it marks.
        project: The project, or empty if it cannot be told.
    """

    kind: Kind
    project: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """A name that is bound more than once, and is a marker in some cases only, or several markers.

    Attributes:
        kind: What it marks in some case.
        project: The project in that case.
    """

    kind: Kind
    project: str


@dataclass(frozen=True, slots=True)
class MarkerClass:
    """A class of pluggy that makes markers."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Text:
    """A string that is written out."""

    value: str


@dataclass(frozen=True, slots=True)
class ModuleRef:
    """A module, or something of one that was not found.

    Attributes:
        name: Its dotted name.
        facts: What is known of it, if it was found.
    """

    name: str
    facts: Facts | None


Meaning: TypeAlias = "Marker | Unclear | MarkerClass | Text | ModuleRef | None"  # None is anything else
Lookup: TypeAlias = "Callable[[str], Meaning]"


class Meanings:
    """Tells what names and expressions of modules mean.

    Args:
        tree: The modules.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._depth = 0

    def of_name(self, facts: Facts, name: str) -> Meaning:
        """Return what a name of a module means."""
        bindings = facts.bindings.get(name)
        if bindings:
            return self.agreed([self.of_binding(facts, each) for each in bindings])
        if name in ("__name__", "__package__") and facts.name:
            return Text(facts.name if name == "__name__" or facts.is_package else facts.name.rpartition(".")[0])
        for star in facts.stars:
            module = self.tree.imported_by(facts, star)
            if module is not None and module is not facts and (found := self.of_name(module, name)):
                return found
        return None

    def agreed(self, meanings: list[Meaning]) -> Meaning:
        """Return what all meanings are; what they may be, if a marker is among them; or None."""
        if meanings and all(each == meanings[0] for each in meanings):
            return meanings[0]
        markers = [each for each in meanings if isinstance(each, Marker | Unclear)]
        return Unclear(markers[0].kind, markers[0].project) if markers else None

    def of_binding(self, facts: Facts, binding: Binding, lookup: Lookup | None = None) -> Meaning:
        """Return what a binding of a module gives its name."""
        if self._depth >= _DEPTH:
            return None
        self._depth += 1
        try:
            if isinstance(binding, Imported):
                return self._of_import(facts, binding)
            if isinstance(binding, Assigned):
                return self.of_expression(binding.value, lookup or (lambda name: self.of_name(facts, name)))
            return None
        finally:
            self._depth -= 1

    def of_expression(self, node: ast.expr, lookup: Lookup) -> Meaning:
        """Return what an expression means, where names mean what `lookup` says."""
        match node:
            case ast.Name(name):
                return lookup(name)
            case ast.Constant(str(value)):
                return Text(value)
            case ast.Attribute(value, attribute):
                base = self.of_expression(value, lookup)
                return self._attribute(base, attribute) if isinstance(base, ModuleRef) else None
            case ast.Call(function, arguments, keywords):
                return self._of_call(function, arguments, keywords, lookup)
            case _:
                return None

    def _of_call(
        self, function: ast.expr, arguments: list[ast.expr], keywords: list[ast.keyword], lookup: Lookup
    ) -> Meaning:
        called = self.of_expression(function, lookup)
        if isinstance(called, MarkerClass):
            given = [*arguments, *(each.value for each in keywords if each.arg == "project_name")]
            project = self.of_expression(given[0], lookup) if given else None
            return Marker(called.kind, project.value if isinstance(project, Text) else "")
        if isinstance(called, ModuleRef) and called.name in ("typing.cast", "typing_extensions.cast"):
            return self.of_expression(arguments[-1], lookup) if arguments else None
        return None

    def _of_import(self, facts: Facts, imported: Imported) -> Meaning:
        module = self.tree.imported_by(facts, imported)
        name = self.tree.absolute(facts, imported)
        reference = ModuleRef(name, module)
        if not imported.attribute:
            return reference
        return self._attribute(reference, imported.attribute, is_relative=bool(imported.level))

    def _attribute(self, base: ModuleRef, name: str, *, is_relative: bool = False) -> Meaning:
        """Return what an attribute of a module is: one of its names, or one of its modules."""
        qualified = f"{base.name}.{name}"
        if base.name.partition(".")[0] in ("pytest", "_pytest"):
            return Marker(_USUAL[name], PYTEST) if name in _USUAL else ModuleRef(qualified, None)
        if base.name in PLUGGY or base.name.startswith("pluggy."):
            return MarkerClass(_MARKER_CLASSES[name]) if name in _MARKER_CLASSES else ModuleRef(qualified, None)
        if base.facts is not None:
            found = self.of_name(base.facts, name)
            submodule = self.tree.submodule(base.facts, name)
            return ModuleRef(qualified, submodule) if found is None and submodule is not None else found
        module = self.tree.named(qualified)
        return ModuleRef(qualified, module) if module else _guessed(qualified, name, is_relative=is_relative)


def _guessed(qualified: str, name: str, *, is_relative: bool) -> Meaning:
    """Return what a name of a module means that was not found, by what it is called there."""
    top = qualified.partition(".")[0]
    if top in ("pluginkit", "typing", "typing_extensions"):
        return ModuleRef(qualified, None)
    if qualified in _KNOWN:
        return Marker(*_KNOWN[qualified])
    if name in _USUAL:
        return Marker(_USUAL[name], "" if is_relative else top)
    return ModuleRef(qualified, None)
