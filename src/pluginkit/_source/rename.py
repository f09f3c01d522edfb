"""Renames a hook or a parameter of one: in its spec, in implementations, and in calls, wherever that is certain.

What the source does not decide is left as it is, and reported: a call on a registry whose spec is not known, a function
whose names are made at run time. This module gives changes; it writes no file.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from keyword import iskeyword
from typing import NamedTuple

from pluginkit._source import edits
from pluginkit._source.edits import Edit
from pluginkit._source.lint.calls import own_calls, receiver_spec
from pluginkit._source.model import Hook, Implementation, Spec, attribute_range
from pluginkit._source.names import Scope
from pluginkit._source.project import Project, target_of
from pluginkit._source.sources import Range, Source


class Undecided(NamedTuple):
    """A place that may have to be changed as well.

    Attributes:
        range: Where it is.
        reason: Why that cannot be decided.
    """

    range: Range
    reason: str


class Renaming(NamedTuple):
    """What is renamed.

    Attributes:
        hook: The name of the hook.
        places: Where it, and what overrides it, are declared: file and line.
        parameter: The name of the parameter; empty, where the hook itself is renamed.
        new: The new name.
    """

    hook: str
    places: frozenset[tuple[str, int]]
    parameter: str
    new: str

    def is_about(self, hook: Hook | None) -> bool:
        """Tell whether a hook is the one, or one of those that override it."""
        return hook is not None and _place(hook) in self.places


def _place(hook: Hook) -> tuple[str, int]:
    return str(hook.source.path), hook.node.lineno


def renaming(spec: Spec, hook: Hook, names: tuple[str, ...], specs: Iterable[Spec]) -> Renaming:
    """Return what is renamed.

    Args:
        spec: The spec that the hook is found in.
        hook: The hook.
        names: The new name of the hook; or a parameter, and its new name.
        specs: All specs of the project, of which some may override the hook.

    Raises:
        ValueError: The hook has no such parameter, or the new name cannot be taken.
    """
    parameter, new = ("", *names) if len(names) == 1 else names
    taken = hook.offer.parameters if parameter else tuple(spec.hooks)
    if parameter and parameter not in taken:
        raise ValueError(f"{hook.qualified_name} has no parameter '{parameter}'")
    if not new.isidentifier() or iskeyword(new):
        raise ValueError(f"'{new}' is not a name")
    if new in taken:
        raise ValueError(f"{hook.qualified_name if parameter else spec.name} already has '{new}'")
    related = {_place(hook)}
    families = [family for each in (*specs, spec) if (family := _family(each, hook.name))]
    for _ in families:  # as many rounds as there are links in the longest chain, at most
        related.update(*(family for family in families if family & related))
    return Renaming(hook.name, frozenset(related), parameter, new)


def _family(spec: Spec, name: str) -> set[tuple[str, int]]:
    """Return where a spec declares a hook, and where the hooks are that it overrides; nothing, if it declares none."""
    above = {_place(base.own[name]) for base in spec.bases if name in base.own}
    return above | {_place(spec.own[name])} if name in spec.own else set()


def rename(what: Renaming, source: Source, project: Project) -> tuple[list[Edit], list[Undecided]]:
    """Return the changes that a module needs, and the places that cannot be decided."""
    renamer = _Renamer(what, source, project)
    renamer.specs()
    renamer.implementations()
    renamer.names_and_calls()
    return sorted(set(renamer.edits)), sorted(set(renamer.undecided))


class _Renamer:
    """Collects what has to be changed in one module."""

    def __init__(self, what: Renaming, source: Source, project: Project) -> None:
        self._what = what
        self._source = source
        self._project = project
        self._model = project.model
        self.edits: list[Edit] = []
        self.undecided: list[Undecided] = []

    def specs(self) -> None:
        """Rename in the declarations of the hook."""
        for hook in self._model.hooks_by_node(self._source).values():
            if self._what.is_about(hook):
                self._in_declaration(hook)

    def _in_declaration(self, hook: Hook) -> None:
        if not self._what.parameter:
            self.edits.append(Edit(hook.range, self._what.new))
            return
        self._in_function(hook.scope.inner[hook.node], hook.range)
        pipeline = hook.options.get("pipeline")
        if pipeline is not None and pipeline.constant == self._what.parameter:
            self.edits.append(Edit(self._source.range_of(pipeline.value), f'"{self._what.new}"'))

    def _in_function(self, scope: Scope, where: Range) -> None:
        """Rename the parameter in a function, if that is certain."""
        found = edits.rename_parameter(self._source, scope, self._what.parameter, self._what.new)
        if found is None:
            self.undecided.append(Undecided(where, f"the function uses '{self._what.new}', or makes names at run time"))
        else:
            self.edits += found

    def implementations(self) -> None:
        """Rename in implementations: the name of those that go by it, and parameters."""
        for each in self._model.implementations(self._source):
            hooks = target_of(each, self._project).hooks
            if not any(self._what.is_about(hook) for hook in hooks):
                continue
            if len(hooks) > 1:
                self.undecided.append(Undecided(each.range, "the implementation may be one of several hooks"))
            elif self._what.parameter and any(one.name == self._what.parameter for one in each.parameters):
                self._in_function(each.scope.inner[each.node], each.range)
            elif not self._what.parameter and each.reference is None:
                self._bare(each)

    def _bare(self, implementation: Implementation) -> None:
        uses = [node for node in ast.walk(self._source.tree) if isinstance(node, ast.Name | ast.Attribute)]
        names = [getattr(node, "id", getattr(node, "attr", "")) for node in uses if not _is_caller(node)]
        if "specname" in implementation.options or implementation.name in names:
            reason = "the implementation goes by its name, which is used elsewhere"
            self.undecided.append(Undecided(implementation.range, reason))
        else:
            self.edits.append(Edit(implementation.range, self._what.new))

    def names_and_calls(self) -> None:
        """Rename where the hook is referred to, and in its calls."""
        for scope in self._model.names.scope(self._source).walk():
            for call in own_calls(scope):
                self._in_call(call, scope)
            if not self._what.parameter:
                for node in _attributes(scope):
                    self._in_reference(node, scope)

    def _in_reference(self, node: ast.Attribute, scope: Scope) -> None:
        """Rename in `Spec.hook` and in `registry.hook.name`, also where that is not called."""
        if node.attr != self._what.hook:
            return
        where = attribute_range(node, self._source)
        if self._what.is_about(self._model.hook_at(self._model.names.resolve(node, scope))) or self._called_on(
            node, scope, where
        ):
            self.edits.append(Edit(where, self._what.new))

    def _called_on(self, node: ast.Attribute, scope: Scope, where: Range) -> bool:
        """Tell whether an attribute is the caller of the hook; note where that is not certain."""
        spec = receiver_spec(node.value, scope, self._project)
        if spec is not None:
            return self._what.is_about(spec.hooks.get(node.attr))
        if isinstance(node.value, ast.Attribute) and node.value.attr == "hook":
            self.undecided.append(Undecided(where, f"the spec of '{ast.unparse(node.value)}' is not known"))
        return False

    def _in_call(self, call: ast.Call, scope: Scope) -> None:
        """Rename the argument in a call of the hook."""
        function = call.func
        if isinstance(function, ast.Attribute) and function.attr in ("call_historic", "call_extra"):
            function = function.value
        keyword = next((each for each in call.keywords if each.arg == self._what.parameter), None)
        if keyword is None or not self._what.parameter:
            return
        if not isinstance(function, ast.Attribute) or function.attr != self._what.hook:
            return
        start = self._source.range_of(keyword)
        where = start._replace(end_line=start.line, end_column=start.column + len(self._what.parameter))
        if self._called_on(function, scope, where):
            self.edits.append(Edit(where, self._what.new))


def _is_caller(node: ast.expr) -> bool:
    """Tell whether an expression is the caller of a hook, such as `registry.hook.sections`."""
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "hook"


def _attributes(scope: Scope) -> Iterator[ast.Attribute]:
    """Yield the attributes in a scope, those in decorators and defaults of functions in it among them."""
    waiting: list[ast.AST] = list(scope.node.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Attribute):
            yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += [*node.decorator_list, node.args]
        elif isinstance(node, ast.ClassDef):
            waiting += [*node.decorator_list, *node.bases]
        else:
            waiting.extend(ast.iter_child_nodes(node))
