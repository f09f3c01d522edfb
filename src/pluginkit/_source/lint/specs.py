"""The rules about specs: what `@hookspec` and `Registry` would refuse of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pluginkit._fits import Misfit, declaration_misfits
from pluginkit._source import edits
from pluginkit._source.edits import Edit
from pluginkit._source.lint.findings import Finding, finding_at, likely
from pluginkit._source.model import Hook, Spec, full_name, name_range
from pluginkit._source.names import Binding, Function, class_scope
from pluginkit._source.project import Project
from pluginkit._source.sources import Range, Source

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def of_spec(spec: Spec, project: Project) -> Iterator[Finding]:
    for hook in spec.own.values():
        for misfit in declaration_misfits(hook.declaration):
            yield _of_declaration(misfit, hook)
        yield from _of_override(spec, hook)
    yield from _of_members(spec, project)
    yield from _of_bases(spec)


def _of_declaration(misfit: Misfit, hook: Hook) -> Finding:
    source, where = hook.source, hook.range
    change: tuple[Edit, ...] = ()
    parameter = next((each for each in hook.all_parameters if each.name == misfit.parameter), None)
    option = hook.options.get(misfit.parameter)
    match misfit.code:
        case "PK201":
            change = (edits.add_first_parameter(source, hook.node, "self"),)
        case "PK202":
            where = parameter.range if parameter else where
            is_plain = not hook.node.args.posonlyargs and not hook.node.args.kwonlyargs and not hook.node.args.vararg
            change = (edits.add_star(source, hook.node),) if is_plain else ()
        case "PK203":
            where = next(each.range for each in hook.all_parameters if each.kind in ("star", "rest"))
        case "PK204" if option is not None:
            where = source.range_of(option.value)
            suggestion, _ = likely(str(option.constant), hook.declaration.keyword_only)
            change = (Edit(where, f'"{suggestion}"'),) if suggestion else ()
        case _:
            where = option.range if option else where
    found = finding_at(source, misfit.code, f"{hook.qualified_name} {misfit.message}", where, misfit.hint)
    return found._replace(edits=change)


def _of_override(spec: Spec, hook: Hook) -> Iterator[Finding]:
    for base in spec.bases:
        other = base.own.get(hook.name)
        if other is not None and _form(other) != _form(hook):
            message = f"{hook.qualified_name} is not what it overrides, {other.qualified_name}"
            hint = "keep the parameters, which of them have defaults, and the mode"
            yield finding_at(hook.source, "PK208", message, hook.range, hint, hook=other)
            return


def _form(hook: Hook) -> tuple[object, ...]:
    """Return what an overriding hook has to keep."""
    pipeline = hook.options.get("pipeline")
    return (
        hook.mode,
        hook.is_async,
        hook.option("concurrent"),
        pipeline.constant if pipeline and hook.mode == "pipeline" else "",
        frozenset(each.name for each in hook.parameters),
        frozenset(each.name for each in hook.parameters if each.default),
    )


def _of_members(spec: Spec, project: Project) -> Iterator[Finding]:
    """Yield the members of a spec that are not hooks."""
    scope = class_scope(spec.definition)
    for name in scope.bindings:
        binding = scope.candidates(name)[0]
        if name.startswith("__") or name in spec.own or not spec.hooks:
            continue
        hint = "mark it with @hookspec, or move it out of the Protocol: a spec holds hooks only"
        where = _binding_range(binding, spec.source)
        found = finding_at(spec.source, "PK207", f"{spec.name}.{name} is not a hook", where, hint)
        if isinstance(binding.node, _FUNCTIONS) and not binding.node.decorator_list:
            yield found._replace(edits=_marked(binding.node, spec, project), is_safe=False)
        else:
            yield found


def _marked(node: Function, spec: Spec, project: Project) -> tuple[Edit, ...]:
    """Return the change that puts `@hookspec` above a method, as the other hooks of the spec have it."""
    name = next((each for each in ("hookspec",) if _means_hookspec(each, spec, project)), "")
    start = spec.source.range_of(node).start
    indent = spec.source.lines[start[0] - 1][: start[1]]
    return (edits.insert(spec.source, start, f"@{name}{edits.line_end(spec.source)}{indent}"),) if name else ()


def _means_hookspec(name: str, spec: Spec, project: Project) -> bool:
    meaning = project.model.names.lookup(name, project.model.names.scope(spec.source))
    return full_name(meaning).startswith("pluginkit.")


def _binding_range(binding: Binding, source: Source) -> Range:
    if isinstance(binding.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return name_range(binding.node, source)
    line, _ = binding.at
    column = max(source.lines[line - 1].find(binding.name), 0)
    return Range(line, column, line, column + len(binding.name))


def _of_bases(spec: Spec) -> Iterator[Finding]:
    """Yield two different hooks of one name that a spec inherits."""
    seen: dict[str, Hook] = {}
    for base in reversed(spec.bases):
        for name, hook in base.own.items():
            other = seen.get(name)
            inherited = other is None or any(other.same(each) for each in _inherited(base, name))
            if other is not None and not inherited and name not in spec.own:
                message = f"{hook.qualified_name} and {other.qualified_name} are different hooks of one name"
                where = name_range(spec.node, spec.source)
                yield finding_at(spec.source, "PK214", message, where, "rename one of them", hook=hook)
            seen[name] = hook


def _inherited(spec: Spec, name: str) -> list[Hook]:
    return [base.own[name] for base in spec.bases if name in base.own]
