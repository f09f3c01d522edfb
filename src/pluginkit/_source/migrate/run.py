"""The order of a migration: read all modules, choose the project, then plan, rewrite and verify each of them.

Modules do not depend on each other's changes: a marker that another module needs stays, so that a run which was
stopped half-way can be continued by another one.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst
from libcst import metadata as meta

from pluginkit._errors import CommandError
from pluginkit._source.migrate import implementations, specs
from pluginkit._source.migrate.expected import expect
from pluginkit._source.migrate.facts import Imported, read_facts
from pluginkit._source.migrate.hosts import Hosts, known_hooks
from pluginkit._source.migrate.implementations import KnownHook
from pluginkit._source.migrate.infer import calls_of, propose
from pluginkit._source.migrate.markers import PYTEST, Marker, Meanings, Unclear
from pluginkit._source.migrate.names import Names, Removals
from pluginkit._source.migrate.pages import Shielded, shielded
from pluginkit._source.migrate.records import Migrated, Note, UndecidedError
from pluginkit._source.migrate.rewrite import Plan, rewrite
from pluginkit._source.migrate.tree import Tree
from pluginkit._source.migrate.uses import Module
from pluginkit._source.migrate.verify import problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pluginkit._source.migrate.facts import Facts
    from pluginkit._source.migrate.implementations import Implementation
    from pluginkit._source.migrate.infer import Proposals
    from pluginkit._source.migrate.records import Kind, Source, Target
    from pluginkit._source.migrate.specs import Specs
    from pluginkit._source.migrate.uses import Use


class SeveralProjectsError(CommandError):
    """The modules have markers of several projects, and none was chosen."""


@dataclass(frozen=True, slots=True)
class Result:
    """What has become of a run.

    Attributes:
        project: The project whose markers were migrated, or empty if it cannot be told.
        modules: What has become of each module, in the order in which they were given.
    """

    project: str
    modules: tuple[Migrated, ...]


def migrate(sources: Sequence[Source], target: Target, progress: Callable[[int], None] = lambda _: None) -> Result:
    """Migrate the modules of a run.

    Args:
        sources: The modules.
        target: What is to be migrated, and what the new source refers to.
        progress: Is told how many modules are done.

    Raises:
        SeveralProjectsError: There are markers of several projects.
    """
    read: dict[Source, Facts] = {}
    unread: dict[Source, Migrated] = {}
    for source in sources:
        try:
            read[source] = read_facts(source.path, source.text)
        except (SyntaxError, ValueError, RecursionError) as error:
            unread[source] = _passed_over(source, error)
    run = _Run(read.values(), target)
    done: list[Migrated] = []
    for source in sources:
        done.append(unread[source] if source in unread else run.migrated(read[source]))
        progress(len(done))
    return Result(run.project, tuple(done))


def _passed_over(source: Source, error: Exception) -> Migrated:
    line = error.lineno if isinstance(error, SyntaxError) and error.lineno else 1
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    note = Note(line, f"this is not Python, and is passed over: {message}", "leave it out with --exclude")
    return Migrated(source.path, source.text, source.text, (note,))


class _Run:
    """What is common to the modules of a run."""

    def __init__(self, modules: Iterable[Facts], target: Target) -> None:
        self._target = target
        self._meanings = Meanings(Tree(modules))
        self._hosts = Hosts(self._meanings)
        self._modules: dict[Facts, Module | Note] = {}
        self._pages: dict[Facts, Shielded] = {}
        for facts in self._meanings.tree.modules:
            if self._is_candidate(facts):
                self._parse(facts)
        self.project = self._project()
        self._declared = self._declared_hooks()
        self._calls: Mapping[str, Sequence[ast.Call]] = calls_of(self._meanings.tree.modules) if target.infer else {}

    # -- reading ----------------------------------------------------------------------------------------------------

    def _is_candidate(self, facts: Facts) -> bool:
        """Tell whether a function of a module may be decorated by a marker."""
        lookup = self._hosts.lookup(facts)
        for node in ast.walk(facts.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for each in node.decorator_list:
                    called = each.func if isinstance(each, ast.Call) else each
                    if isinstance(self._meanings.of_expression(called, lookup), Marker | Unclear):
                        return True
        return False

    def _parse(self, facts: Facts) -> None:
        page = self._pages[facts] = shielded(facts.text)
        try:
            module = Module(facts, self._meanings, page)
        except (cst.ParserSyntaxError, RecursionError) as error:
            self._modules[facts] = _unparsed(str(error).partition("\n")[0])
            return
        is_lossless = page.restored(module.tree.code) == facts.text
        self._modules[facts] = module if is_lossless else _unparsed("it would not stay as it is")

    def _uses(self, kind: Kind | None = None) -> Iterator[tuple[Facts, Use]]:
        for facts, module in self._modules.items():
            if isinstance(module, Module):
                yield from ((facts, use) for use in module.uses if kind in (None, use.marker.kind))

    def _project(self) -> str:
        """Return the project whose markers are migrated."""
        if self._target.project:
            return self._target.project
        found: dict[str, str] = {}
        for facts, use in self._uses():
            found.setdefault(use.marker.project, f"{facts.path}:{use.line}")
        named = sorted(found.keys() - {"", PYTEST})
        if len(named) > 1:
            places = "".join(f"\n  '{name}', at {found[name]}" for name in named)
            message = f"there are markers of {len(named)} projects"
            raise SeveralProjectsError(message + f"{places}\n  Hint: name the one to migrate with --project", "PK822")
        return named[0] if named else ""

    def _declared_hooks(self) -> Mapping[str, KnownHook] | None:
        """Return the hooks that implementations can have, as far as they are known."""
        if self._target.module and (known := known_hooks(self._meanings, self._target.module, self._target.spec)):
            return known
        if not self._hosts.managers:
            return None  # a plugin may declare some hooks, and implement those of its host
        found: dict[str, KnownHook] = {}
        for _, use in self._uses("spec"):
            if use.marker.project == self.project:
                names = [each.name.value for each in use.function.params.params]
                parameters = tuple(names[use.owner == "class" :])
                found[use.name] = KnownHook(parameters, use.function.asynchronous is not None)
        return found or None

    # -- one module -------------------------------------------------------------------------------------------------

    def migrated(self, facts: Facts) -> Migrated:
        """Return what becomes of a module."""
        module = self._modules.get(facts)
        notes = list(self._manager_notes(facts))
        if isinstance(module, Note):
            notes.append(module)
        if not isinstance(module, Module):
            return Migrated(facts.path, facts.text, facts.text, tuple(sorted(notes)))
        found, declared = self._decided(module, notes)
        new = facts.text
        if found or declared:
            plan = self._plan(module, found, declared)
            new = self._pages[facts].restored(rewrite(module.tree, plan))
            if what := problem(facts.text, new, expect(module, plan)):
                hint = "report this as a bug, with the module"
                notes = [Note(1, f"{what}, so this module stays as it is", hint)]
                return Migrated(facts.path, facts.text, facts.text, tuple(notes))
        notes += declared.notes if declared else []
        notes += _reordered(module, found)
        hooks = tuple(each.name for each in declared.hooks) if declared else ()
        implemented = tuple(each.use.name for each in found)
        return Migrated(facts.path, facts.text, new, tuple(sorted(set(notes))), hooks, implemented)

    def _decided(self, module: Module, notes: list[Note]) -> tuple[list[Implementation], Specs | None]:
        """Decide on both kinds of marks, and note what is not decided."""
        found: list[Implementation] = []
        declared: Specs | None = None
        try:
            uses = self._own(module, "impl")
            found = implementations.decide(uses, self._declared, by_reference=bool(self._target.module))
        except UndecidedError as error:
            notes += error.notes
        try:
            uses = self._own(module, "spec")
            declared = self._specs(module, uses) if uses else None
        except UndecidedError as error:
            notes += error.notes
        return found, declared

    def _own(self, module: Module, kind: Kind) -> list[Use]:
        """Return the functions that the project's marker of a kind decorates.

        Raises:
            UndecidedError: For some of them that cannot be told.
        """
        uses = [use for use in module.uses if use.marker.kind == kind and use.marker.project == self.project]
        notes: list[Note] = []
        seen: set[cst.FunctionDef] = set()
        others = {use.function for use in module.uses if use.marker.kind != kind and use.marker.project == self.project}
        for use in uses:
            if isinstance(use.marker, Unclear):
                what, hint = "its marker is bound more than once", "bind it once, and run the command again"
                notes.append(Note(use.line, f"{use.name}: {what}, so the decorators of this module stay", hint))
            if use.function in seen | others:
                hint = "remove one of them, and run the command again"
                notes.append(Note(use.line, f"{use.name} has several markers, so they stay as they are", hint))
            seen.add(use.function)
        if uses:
            notes += self._marked_by_call(module, kind)
        if notes:
            raise UndecidedError(*notes)
        return uses

    def _marked_by_call(self, module: Module, kind: Kind) -> Iterator[Note]:
        """Yield the calls that mark functions without being a decorator."""
        lookup = self._hosts.lookup(module.facts)
        decorators = {
            id(each)
            for node in ast.walk(module.facts.tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            for each in node.decorator_list
        }
        for node in ast.walk(module.facts.tree):
            if isinstance(node, ast.Call) and id(node) not in decorators:
                meaning = self._meanings.of_expression(node.func, lookup)
                if isinstance(meaning, Marker) and (meaning.kind, meaning.project) == (kind, self.project):
                    hint = "write it as a decorator, and run the command again"
                    message = "a marker is called as a function here, so the decorators of this module stay"
                    yield Note(node.lineno, message, hint)

    def _specs(self, module: Module, uses: Sequence[Use]) -> Specs:
        facts = module.facts
        notes = [*self._foreign_managers(facts, uses), *self._needed_hooks(facts, uses)]
        if notes:
            raise UndecidedError(*notes)
        declared = specs.decide(module, uses, self.project, self._target.name, lambda name: self._is_spec(facts, name))
        specs.annotate(declared, self._proposals(facts, declared))
        return declared

    def _is_spec(self, facts: Facts, name: str) -> bool:
        """Tell whether a class is, or becomes, a spec."""
        own = [(each, use) for each, use in self._uses("spec") if use.marker.project == self.project]
        classes = {(each, self._class_of(each, use)) for each, use in own if use.owner == "class"}
        if (facts, name) in classes:
            return True
        imports = [each for each in facts.bindings.get(name, ()) if isinstance(each, Imported)]
        return any((self._meanings.tree.imported_by(facts, each), each.attribute) in classes for each in imports)

    def _class_of(self, facts: Facts, use: Use) -> str:
        module = self._modules[facts]
        assert isinstance(module, Module)
        owner = module.owner(use.function)
        return owner.name.value if isinstance(owner, cst.ClassDef) else ""

    def _needed_hooks(self, facts: Facts, uses: Sequence[Use]) -> Iterator[Note]:
        """Yield the hooks that other modules refer to as functions of the module."""
        for use in uses:
            place = self._hosts.needs(facts, use.name) if use.owner == "module" else None
            if place is not None:
                what = f"{use.name} is used as a function by {place[0].path}:{place[1]}"
                hint = "remove that use, and run the command again"
                yield Note(use.line, f"{what}, so the specs of this module stay as they are", hint)

    # -- managers ---------------------------------------------------------------------------------------------------

    def _foreign_managers(self, facts: Facts, uses: Sequence[Use]) -> Iterator[Note]:
        """Yield the calls that give the specs of a module to a manager that the registry cannot stand in for."""
        for where, call, module, _ in self._hosts.given:
            if module is not facts:
                continue
            place = f"{where.path}:{call.lineno}"
            if not self._hosts.managers:
                hint = "keep them until that host has a registry; registry.add_spec takes them then"
                message = f"the hooks of this module are for the manager of another project ({place}), so they stay"
                yield Note(uses[0].line, message, hint)
            elif where is facts and call.col_offset == 0:
                hint = "move the manager into a module of its own, and run the command again"
                message = f"the hooks of this module are given to a manager when it is imported ({place}), so they stay"
                yield Note(uses[0].line, message, hint)

    def _manager_notes(self, facts: Facts) -> Iterator[Note]:
        """Yield what a host has to write instead of its manager."""
        for where, call, module, name in self._hosts.given:
            found = self._modules.get(module)
            if where is facts and isinstance(found, Module) and self._becomes_spec(found):
                spec = name or self._target.name or specs.spec_name(self.project)
                hint = f"replace the manager: Registry({spec}, pluggy={self.project!r})"
                yield Note(call.lineno, f"{ast.unparse(call)}: these hooks are in a Protocol now", hint)

    def _becomes_spec(self, module: Module) -> bool:
        notes: list[Note] = []
        return self._decided(module, notes)[1] is not None

    # -- what is proposed, and what is planned ----------------------------------------------------------------------

    def _proposals(self, facts: Facts, declared: Specs) -> Mapping[str, Proposals]:
        if not self._target.infer:
            return {}
        functions = _functions_by_line(facts)
        proposed: dict[str, Proposals] = {}
        for hook in declared.hooks:
            implemented = [
                _functions_by_line(each)[use.name, use.line]
                for each, use in self._uses("impl")
                if use.name == hook.name and use.marker.project == self.project
            ]
            node = functions[hook.name, hook.line]
            proposed[hook.name] = propose(node, facts, implemented, self._calls.get(hook.name, ()))
            if hook.mode == "firstresult" and (result := proposed[hook.name].get("return")) and "None" not in result[0]:
                proposed[hook.name]["return"] = (f"{result[0]} | None", result[1])
        return proposed

    def _plan(self, module: Module, found: Sequence[Implementation], declared: Specs | None) -> Plan:
        facts = module.facts
        kinds = {*(["impl"] if found else []), *(["spec"] if declared else [])}
        gone = [each.use.called for each in found]
        gone += [hook.use.called for hook in declared.hooks if hook.use] if declared else []

        def is_marker(value: cst.BaseExpression) -> bool:
            meaning = module.meaning(value)
            is_own = isinstance(meaning, Marker) and meaning.kind in kinds and meaning.project == self.project
            return is_own and not (self._is_host and isinstance(meaning, Marker) and meaning.kind == "impl")

        def is_kept(name: str) -> bool:
            is_public = facts.is_package and self._is_host and isinstance(self._meanings.of_name(facts, name), Marker)
            return is_public or name in (facts.exported or ()) or self._hosts.needs(facts, name) is not None

        removals = Removals(module, gone, is_marker, is_kept)
        names = Names(module, removals, has_stars=bool(facts.stars))
        chosen = {"hookimpl": names.of("pluginkit", "hookimpl")} if found else {}
        reference: dict[str, str] = {}
        if found and self._target.module and not self._is_target(facts):
            reference["spec"] = names.of(self._target.module, self._target.spec)
        elif found and self._target.module:
            reference["spec"] = self._target.spec
        if declared:
            chosen["hookspec"] = names.of("pluginkit", "hookspec")
            has_any = any("Any" in each for hook in declared.hooks for each in hook.types.values())
            chosen |= {"Any": names.of("typing", "Any")} if has_any else {}
            chosen["Protocol"] = names.of("typing", "Protocol")
        imports: dict[str, dict[str, str]] = {}
        for (source, name), bound in names.added.items():
            imports.setdefault(source, {})[name] = bound
        is_local = bool(found) and not declared and all(_is_local(module, each.use, removals) for each in found)
        where = {"local": imports} if is_local else {"imports": imports}
        if not is_local:
            removals.local.clear()
        return Plan(found, declared, removals, chosen | reference, **where)

    @property
    def _is_host(self) -> bool:
        return any(use.marker.project == self.project for _, use in self._uses("spec"))

    def _is_target(self, facts: Facts) -> bool:
        return facts is self._meanings.tree.named(self._target.module)


def _is_local(module: Module, use: Use, removals: Removals) -> bool:
    """Tell whether the marker of a function is bound in a function, and goes."""
    bound = module.assignments(use.called)
    return bool(bound) and all(each in removals.bound and isinstance(each.scope, meta.FunctionScope) for each in bound)


def _reordered(module: Module, found: Sequence[Implementation]) -> Iterator[Note]:
    """Yield the hooks whose implementations in one plugin run in another order: pluggy goes by their names."""
    several: dict[tuple[cst.CSTNode, str], list[Use]] = {}
    for each in found:
        several.setdefault((module.owner(each.use.function), each.hook), []).append(each.use)
    for (_, hook), uses in several.items():
        names = [use.name for use in uses]
        if names != sorted(names):
            listed = ", ".join(names)
            message = f"'{hook}' is implemented by {listed}: pluggy orders them by name, pluginkit as they are written"
            yield Note(uses[0].line, message, "check the order; tryfirst and trylast change it")


def _functions_by_line(facts: Facts) -> dict[tuple[str, int], ast.FunctionDef | ast.AsyncFunctionDef]:
    functions = (node for node in ast.walk(facts.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {(node.name, node.lineno): node for node in functions}


def _unparsed(why: str) -> Note:
    return Note(1, f"LibCST cannot rewrite this module: {why}", "rewrite it by hand, or leave it out with --exclude")
