"""The rules about calls of hooks and of `register`, where it is certain what they are called on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pluginkit._source.edits import Edit
from pluginkit._source.lint.findings import Finding, finding_at, likely, listed
from pluginkit._source.model import Hook, Spec, attribute_range, full_name, own_nodes
from pluginkit._source.names import Binding, Definition, Meaning, Scope, class_scope, unquoted
from pluginkit._source.project import Project
from pluginkit._source.sources import Source

# What a module has somewhere that calls hooks or registers plugins, and what names and annotations of relays have:
# without these a call is not looked at, so that imports need not be followed for every call.
_CALLS = re.compile(r"\bhook|register\(", re.IGNORECASE)
_RELAY = re.compile(r"hook|spec", re.IGNORECASE)


def of_calls(source: Source, project: Project) -> Iterator[Finding]:
    """Yield what is wrong with calls of hooks, and with what is registered."""
    if not _CALLS.search(source.text):
        return
    for inner in project.model.names.scope(source).walk():
        for node in own_calls(inner):
            if isinstance(node.func, ast.Attribute):
                yield from _of_call(node, node.func, inner, project)


def own_calls(scope: Scope) -> Iterator[ast.Call]:
    """Yield the calls in a scope, without those in scopes within it."""
    for statement in scope.node.body:
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from (each for each in own_nodes([statement]) if isinstance(each, ast.Call))


def _of_call(call: ast.Call, function: ast.Attribute, scope: Scope, project: Project) -> Iterator[Finding]:
    if function.attr == "register":
        yield from _of_registration(call, function, scope, project)
    is_historic = function.attr == "call_historic"
    caller = function.value if is_historic else function
    spec = receiver_spec(caller.value, scope, project) if isinstance(caller, ast.Attribute) else None
    if spec is None or not isinstance(caller, ast.Attribute):
        return
    hook = spec.hooks.get(caller.attr)
    if hook is not None:
        yield from _of_arguments(call, caller, hook, scope, is_historic=is_historic)


def _of_arguments(
    call: ast.Call, caller: ast.Attribute, hook: Hook, scope: Scope, *, is_historic: bool
) -> Iterator[Finding]:
    source = scope.source
    if hook.mode == "historic" and not is_historic:
        hint = f"write {ast.unparse(caller)}.call_historic(...)"
        message = f"{hook.qualified_name} is historic and cannot be called directly"
        yield finding_at(source, "PK303", message, attribute_range(caller, source), hint, hook=hook)
    for each in call.args[is_historic:]:
        if not isinstance(each, ast.Starred):
            message = f"{hook.qualified_name} takes no positional arguments"
            yield finding_at(source, "PK302", message, source.range_of(each), "pass it by its name", hook=hook)
    if not call.args[is_historic:]:
        yield from _of_missing(call, caller, hook, source)
    names = hook.offer.parameters
    for keyword in call.keywords:
        if keyword.arg is not None and keyword.arg not in names:
            start = source.range_of(keyword)
            where = start._replace(end_line=start.line, end_column=start.column + len(keyword.arg))
            suggestion, hint = likely(keyword.arg, set(names) - {each.arg for each in call.keywords})
            message = f"{hook.qualified_name} got an unknown argument '{keyword.arg}'"
            found = finding_at(source, "PK301", message, where, hint or listed(names), hook=hook)
            yield found._replace(edits=(Edit(where, suggestion),) if suggestion else ())


def _of_missing(call: ast.Call, caller: ast.Attribute, hook: Hook, source: Source) -> Iterator[Finding]:
    given = {each.arg for each in call.keywords}
    if given - {each.name for each in hook.parameters}:  # `**arguments` may give the others, or a name is wrong
        return
    missing = [each.name for each in hook.parameters if each.default is None and each.name not in given]
    if missing:
        names = ", ".join(f"'{name}'" for name in missing)
        message = f"{hook.qualified_name} is missing the argument{'s' * (len(missing) > 1)} {names}"
        yield finding_at(source, "PK304", message, attribute_range(caller, source), "pass it by its name", hook=hook)


def receiver_spec(node: ast.expr, scope: Scope, project: Project) -> Spec | None:
    """Return the spec of what hooks are called on, where that is certain; None where it is not."""
    names = project.model.names
    if isinstance(node, ast.Attribute) and node.attr == "hook":
        return _registry_of(names.resolve(node.value, scope), project)
    bound = _bound_here(node, scope)
    if bound is None:
        return None
    if bound.annotation is not None and _RELAY.search(f"{bound.name} {ast.unparse(bound.annotation)}"):
        owner = names.resolve(bound.annotation, bound.scope)
        return project.model.spec(owner) if isinstance(owner, Definition) else None
    if isinstance(bound.node, ast.Attribute) and bound.node.attr == "hook":
        return receiver_spec(bound.node, bound.scope, project)
    return None


def _bound_here(node: ast.expr, scope: Scope) -> Binding | None:
    """Return what binds a name in the same module."""
    current: Scope | None = scope
    while isinstance(node, ast.Name) and current is not None:
        found = current.candidates(node.id) if current is scope or not current.is_class else []
        if found:
            return None if found[0].module else found[0]
        current = current.parent
    return None


def _registry_of(meaning: Meaning, project: Project) -> Spec | None:
    """Return the spec of a registry: of a call of `Registry`, or of what is annotated as one."""
    if not isinstance(meaning, Definition):
        return None
    annotation = unquoted(meaning.binding.annotation) if meaning.binding.annotation else None
    if isinstance(annotation, ast.Subscript):
        is_registry = full_name(project.model.names.resolve(annotation.value, meaning.scope)) == "pluginkit.Registry"
        owner = project.model.names.resolve(annotation.slice, meaning.scope) if is_registry else None
        return project.model.spec(owner) if isinstance(owner, Definition) else None
    found = project.registry_spec(meaning.node, meaning.scope) if isinstance(meaning.node, ast.Call) else None
    return found[0] if found else None


def _of_registration(call: ast.Call, function: ast.Attribute, scope: Scope, project: Project) -> Iterator[Finding]:
    """Yield that a class is registered whose implementations need an instance."""
    name = call.args[0] if call.args else None
    if not isinstance(name, ast.Name | ast.Attribute) or not ast.unparse(name).rpartition(".")[2][:1].isupper():
        return  # a class has a capital, by the habit of Python
    meaning = project.model.names.resolve(name, scope)
    if not isinstance(meaning, Definition) or not isinstance(meaning.node, ast.ClassDef):
        return
    body = class_scope(meaning)
    methods = [each for each in project.model.implementations(body.source) if each.scope is body and each.is_bound]
    is_plugin = any(not each.is_under("builtins.classmethod") for each in methods)
    if is_plugin and _registry_of(project.model.names.resolve(function.value, scope), project) is not None:
        written = ast.unparse(call.args[0])
        message = f"'{written}' is a class, and its implementations need an instance"
        where = scope.source.range_of(call.args[0])
        yield finding_at(scope.source, "PK117", message, where, f"register an instance: {written}()")
