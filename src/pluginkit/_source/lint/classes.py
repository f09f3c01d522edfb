"""The rules about classes that look like plugins, and are not."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pluginkit._source.lint.findings import Finding, finding_at
from pluginkit._source.model import Implementation, name_range
from pluginkit._source.names import Definition, Scope, class_scope
from pluginkit._source.project import Project
from pluginkit._source.sources import Source

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def of_classes(source: Source, project: Project) -> Iterator[Finding]:
    """Yield what looks like a plugin and is not one: a subclass of a spec, an override without a marker."""
    model = project.model
    for scope in model.names.scope(source).walk():
        for binding in (each for bound in scope.bindings.values() for each in bound):
            definition = Definition(binding)
            if not isinstance(binding.node, ast.ClassDef) or not binding.node.bases:
                continue
            if not model.is_protocol(definition):
                yield from _of_subclass(definition, binding.node, project)
                yield from _of_unmarked(definition, project)


def _of_subclass(definition: Definition, node: ast.ClassDef, project: Project) -> Iterator[Finding]:
    source = definition.scope.source
    for base in node.bases:
        meaning = project.model.names.resolve(base, definition.scope)
        spec = project.model.spec(meaning) if isinstance(meaning, Definition) else None
        if spec is not None and spec.hooks:
            message = f"'{node.name}' derives from the spec {spec.name}, and is not a Protocol"
            hint = "remove the base, and mark implementations with @hookimpl; or add 'Protocol' for a spec"
            yield finding_at(source, "PK116", message, source.range_of(base), hint)


def _of_unmarked(definition: Definition, project: Project) -> Iterator[Finding]:
    """Yield the methods without a marker that override an implementation of a base class."""
    model, source = project.model, definition.scope.source
    own = class_scope(definition)
    above = [class_scope(each) for each in model.names.mro(definition)[1:] if isinstance(each, Definition)]
    for name in own.bindings:
        node = own.candidates(name)[0].node
        if not isinstance(node, _FUNCTIONS) or node.decorator_list:
            continue
        overridden = next((each for each in (_marked_in(scope, name, project) for scope in above) if each), None)
        if overridden is not None:
            message = f"'{name}' overrides an implementation of '{overridden.plugin}' without @hookimpl"
            hint = "mark it with @hookimpl, or set it to None to leave the hook out"
            yield finding_at(source, "PK126", message, name_range(node, source), hint)


def _marked_in(scope: Scope, name: str, project: Project) -> Implementation | None:
    nodes = [each.node for each in scope.candidates(name)] if name in scope.bindings else []
    found = (each for each in project.model.implementations(scope.source) if each.node in nodes)
    return next((each for each in found if not each.marker.project), None)
