"""A project as source: its environment and settings, and the hooks that a module of it may implement.

Which hooks are known to a module depends on what it imports, on what is installed and on the settings of its project,
never on which other files are looked at. This module finds hooks; it does not judge implementations.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from pluginkit._source.environment import environment_for, own_folders, project_root, settings_of
from pluginkit._source.model import Hook, Implementation, Model, Spec, constant, full_name
from pluginkit._source.names import Binding, Definition, External, Meaning, Missing, ModuleName, Names, Scope
from pluginkit._source.sources import Source, Sources, module_name

_REGISTRIES = ("pluginkit.Registry", "pluginkit._registry.Registry")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Known(NamedTuple):
    """The hooks that an implementation may go by, where it does not refer to one.

    Attributes:
        hooks: The hooks by name; several of one name where specs differ.
        is_complete: Whether these are all: settings name the specs, and all of them are found.
        missing: What is named in settings and cannot be found.
    """

    hooks: Mapping[str, tuple[Hook, ...]]
    is_complete: bool = False
    missing: tuple[str, ...] = ()


class Project:
    """The source of one project, as a file of it sees it.

    Args:
        path: A file.
        python: The interpreter or the environment to take; see `environment_for`.
        overlay: Text that stands for that of files.
    """

    def __init__(self, path: Path, python: str = "", overlay: Mapping[Path, str] | None = None) -> None:
        self.root = project_root(path)
        self.environment = environment_for(self.root, python)
        self.settings: dict[str, Any] = settings_of(self.root)
        folders = (*own_folders(path, self.root), *self.environment.folders)
        self.model = Model(Names(Sources(folders, overlay, self.environment.mapping)))
        self._pluggy: dict[tuple[str, str, str], Known] = {}

    @property
    def sources(self) -> Sources:
        """Where its modules are found."""
        return self.model.names.sources

    def forget(self, path: Path) -> None:
        """Read everything again, now that a file has changed."""
        self.sources.forget(path)
        self.model.forget(path)
        top = module_name(path).partition(".")[0]
        self._pluggy = {key: known for key, known in self._pluggy.items() if top not in key[1:]}
        self.__dict__.pop("configured", None)

    # -- hooks of pluginkit -------------------------------------------------------------------------------------------

    @cached_property
    def configured(self) -> Known | None:
        """The hooks of the specs that the settings name, or None where they name none."""
        named = self.settings.get("specs", ())
        return self._of_references(named) if named else None

    def _of_references(self, references: Iterable[str]) -> Known:
        found = {reference: self.spec_named(reference) for reference in references}
        specs = [spec for spec in found.values() if spec is not None]
        missing = tuple(reference for reference, spec in found.items() if spec is None)
        is_complete = not missing and not any(spec.is_open for spec in specs)
        return Known(_by_name(hook for spec in specs for hook in spec.hooks.values()), is_complete, missing)

    def spec_named(self, reference: str) -> Spec | None:
        """Return the spec that `module:Spec` names."""
        module, _, name = reference.partition(":")
        first, *attributes = name.split(".")
        meaning = self.model.names.attribute(module, first)
        for each in attributes:
            meaning = self.model.names.member(meaning, each)
        return self.model.spec(meaning) if isinstance(meaning, Definition) else None

    def known_to(self, source: Source) -> Known:
        """Return the hooks that bare implementations of a module may go by."""
        if self.configured is not None:
            return self.configured
        specs = list(self._specs_in(self.model.names.scope(source)))
        return Known(_by_name(hook for spec in specs for hook in spec.hooks.values()))

    def _specs_in(self, module: Scope) -> Iterator[Spec]:
        """Yield the specs that a module defines or imports, those of registries among them."""
        for scope in module.walk():
            for bound in scope.bindings.values():
                for binding in bound:
                    spec = self.spec_of(self.model.names.bound(binding))
                    if spec is not None:
                        yield spec

    def spec_of(self, meaning: Meaning) -> Spec | None:
        """Return the spec that a name leads to: the class itself, or that of a registry."""
        if not isinstance(meaning, Definition):
            return None
        if isinstance(meaning.node, ast.Call):
            found = self.registry_spec(meaning.node, meaning.scope)
            return found[0] if found else None
        return self.model.spec(meaning)

    def registry_spec(self, call: ast.Call, scope: Scope) -> tuple[Spec, str] | None:
        """Return the spec of a call of `Registry`, and the pluggy project that it is for."""
        if full_name(self.model.names.resolve(call.func, scope)) not in _REGISTRIES or not call.args:
            return None
        meaning = self.model.names.resolve(call.args[0], scope)
        spec = self.model.spec(meaning) if isinstance(meaning, Definition) else None
        project = next((each.value for each in call.keywords if each.arg == "pluggy"), None)
        name = constant(project, scope, self.model.names) if project is not None else ""
        return (spec, name if isinstance(name, str) else "") if spec is not None else None

    # -- hooks of pluggy ----------------------------------------------------------------------------------------------

    def known_to_pluggy(self, implementation: Implementation) -> Known:
        """Return the hooks that an implementation with a marker of pluggy may go by.

        Those of the spec that the settings name for its project; or else those that are marked for the project in the
        package that makes its marker, and in its own.
        """
        marker = implementation.marker
        own = implementation.source.module.partition(".")[0]
        key = (marker.project, marker.home.partition(".")[0], own)
        if key not in self._pluggy:
            named = self.settings.get("pluggy", {}).get(marker.project)
            self._pluggy[key] = self._of_references([named]) if named else self._marked(*key, implementation.source)
        return self._pluggy[key]

    def _marked(self, project: str, home: str, own: str, source: Source) -> Known:
        found: list[Hook] = []
        for name in dict.fromkeys((home, own)):
            for each in self._spec_modules(name, source):
                found += self._hooks_for(project, each)
        return Known(_by_name(found))

    def _spec_modules(self, package: str, source: Source) -> Iterator[Source]:
        """Yield the modules of a package that may declare hooks of pluggy."""
        place = self.sources.place(package)
        folders = place.folders if place else ()
        files = [(file, folder) for folder in folders for file in sorted(folder.rglob("*.py"))]
        if place and place.file and not folders:
            files.append((place.file, place.file.parent))
        if not place:
            yield source
        for file, folder in files:
            text = self.sources.overlay.get(file)
            if b"hookspec" in (_bytes(file) if text is None else text.encode()).lower():
                inner = file.relative_to(folder.parent if folders else folder).with_suffix("").parts
                yield self.sources.at(file, ".".join(part for part in inner if part != "__init__"))

    def _hooks_for(self, project: str, source: Source) -> Iterator[Hook]:
        """Yield the hooks of a module that are marked for a project, and those that only have the project's prefix."""
        scope = self.model.names.scope(source)
        bindings = [each for inner in scope.walk() for bound in inner.bindings.values() for each in bound]
        functions = [each for each in bindings if isinstance(each.node, _FUNCTIONS)]
        hooks = [hook for each in functions if (hook := self.model.hook_at(Definition(each))) is not None]
        marked = [hook for hook in hooks if hook.marker.project == project]
        yield from marked
        if marked:  # such names are hooks as well, once their module is one of hooks
            for each in functions:
                if each.scope is scope and each.name.startswith(f"{project}_") and _is_plain(each.node):
                    yield _unmarked(each, marked[0], self.model)


def _is_plain(node: ast.AST | None) -> bool:
    """Tell whether a function has no decorator: with one it is marked, as a hook or an implementation."""
    return not getattr(node, "decorator_list", None)


def _unmarked(binding: Binding, like: Hook, model: Model) -> Hook:
    """Return the hook that a function is which has no marker, in a module of hooks."""
    assert isinstance(binding.node, ast.FunctionDef | ast.AsyncFunctionDef)
    plain = ast.copy_location(ast.Name("hookspec"), binding.node)
    return Hook(like.marker._replace(node=plain), binding.node, binding.scope, model.names)


def _by_name(hooks: Iterable[Hook]) -> dict[str, tuple[Hook, ...]]:
    found: dict[str, dict[int, Hook]] = {}
    for hook in hooks:
        found.setdefault(hook.name, {})[id(hook.node)] = hook
    return {name: tuple(several.values()) for name, several in found.items()}


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


class Target(NamedTuple):
    """What an implementation implements.

    Attributes:
        hooks: The hook; several where a bare implementation may mean one of them; none where it is not known.
        reason: Why there is none: "missing" (a module is not installed), "unknown-hook" (its spec has no such hook),
            "not-a-hook" (it refers to something else), "unknown" (nothing tells). Empty where there is one.
        spec: The spec that was looked in, if it is known.
        missing: What is missing, if that is the reason.
        known: For a bare implementation, the hooks that it may go by.
    """

    hooks: tuple[Hook, ...] = ()
    reason: str = ""
    spec: Spec | None = None
    missing: Missing | None = None
    known: Known | None = None


def target_of(implementation: Implementation, project: Project) -> Target:
    """Return what an implementation implements."""
    if implementation.marker.missing is not None:
        return Target(reason="missing", missing=implementation.marker.missing)
    if implementation.reference is not None:
        return _referred(implementation.reference, implementation.scope, project.model)
    is_pluggy = bool(implementation.marker.project)
    known = project.known_to_pluggy(implementation) if is_pluggy else project.known_to(implementation.source)
    hooks = known.hooks.get(implementation.hook_name, ())
    return Target(hooks, "" if hooks else "unknown", known=known)


def _referred(reference: ast.expr, scope: Scope, model: Model) -> Target:
    is_text = isinstance(reference, ast.Constant)  # which is not read as an annotation in quotes
    meaning = External("builtins.str") if is_text else model.names.resolve(reference, scope)
    hook = model.hook_at(meaning)
    if hook is not None:
        return Target((hook,))
    match meaning:
        case Missing():
            return Target(reason="missing", missing=meaning)
        case External() | ModuleName() | Definition(Binding(node=ast.ClassDef() | ast.Constant())):
            return Target(reason="not-a-hook")
        case Definition(Binding(node=ast.FunctionDef() | ast.AsyncFunctionDef())):
            return Target(reason="not-a-hook")
        case None if isinstance(reference, ast.Attribute):
            return _absent(reference, scope, model)
        case _:
            return Target(reason="unknown")


def _absent(reference: ast.Attribute, scope: Scope, model: Model) -> Target:
    """Tell why an attribute of a spec is not there."""
    owner = model.names.resolve(reference.value, scope)
    spec = model.spec(owner) if isinstance(owner, Definition) else None
    if spec is None or spec.is_open:
        return Target(reason="unknown")
    return Target(reason="unknown-hook", spec=spec)
