"""What a rewritten module has to be, said of the old one in the words of `verify`: by names and lines."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import libcst as cst

from pluginkit._source.migrate.uses import dotted
from pluginkit._source.migrate.verify import Expected, ExpectedHook, as_imported

if TYPE_CHECKING:
    from pluginkit._source.migrate.implementations import Implementation
    from pluginkit._source.migrate.rewrite import Plan
    from pluginkit._source.migrate.specs import Hook
    from pluginkit._source.migrate.uses import Module
    from pluginkit._source.migrate.verify import Key


def expect(module: Module, plan: Plan) -> Expected:
    """Return what a module has to be when a plan was carried out."""
    without, imported = _imports(module, plan)
    specs = plan.specs
    protocol = plan.names.get("Protocol", "")
    return Expected(
        implementations={_key(module, each.use.function): _implementation(each, plan) for each in plan.implementations},
        hooks={_key(module, each.function): _hook(each, plan) for each in specs.hooks} if specs else {},
        statements=frozenset(_assigned(module, each) for each in plan.removals.statements),
        without=without,
        imported=imported,
        spec=f"{specs.name} {protocol} {specs.summary}" if specs and specs.name else "",
        protocols={_key(module, each): protocol for each, done in specs.classes.items() if not done} if specs else {},
    )


def _key(module: Module, node: cst.FunctionDef | cst.ClassDef) -> Key:
    return node.name.value, module.line(node.name)


def _implementation(each: Implementation, plan: Plan) -> tuple[str, int, int]:
    decorators = list(each.use.function.decorators)
    position = decorators.index(each.use.decorator)
    reference = [] if each.form == "bare" else [f"{plan.names['spec']}.{each.hook}"]
    options = [f"{name}={cst.Module([]).code_for_node(argument.value)}" for name, argument in each.kept.items()]
    name = plan.names["hookimpl"] + (".function" if each.form == "function" else "")
    text = f"{name}({', '.join([*reference, *options])})" if reference or options else name
    return text, position, len(decorators) - 1 if each.below else position


def _hook(hook: Hook, plan: Plan) -> ExpectedHook:
    decorator = plan.names["hookspec"] + (f"({hook.mode}=True)" if hook.mode else "")
    position = list(hook.function.decorators).index(hook.use.decorator) if hook.use else None
    named = plan.names.get("Any", "Any")
    types = {name: named if text == "Any" else text.replace("Any", named) for name, text in hook.types.items()}
    return ExpectedHook(decorator, position, hook.is_method, types)


def _assigned(module: Module, statement: cst.BaseSmallStatement) -> Key:
    assert isinstance(statement, cst.Assign | cst.AnnAssign)
    target = statement.target if isinstance(statement, cst.AnnAssign) else statement.targets[0].target
    assert isinstance(target, cst.Name)
    return target.value, module.line(statement)


def _imports(module: Module, plan: Plan) -> tuple[Counter[str], Counter[str]]:
    """Return what is no longer imported, and what is imported instead."""
    without: Counter[str] = Counter()
    for alias in plan.removals.aliases:
        statement = module.parent(alias)
        source = ""
        if isinstance(statement, cst.ImportFrom):
            source = "." * len(statement.relative) + (dotted(statement.module) if statement.module else "")
        without[as_imported(source, alias.evaluated_name, alias.evaluated_alias)] += 1
    imported: Counter[str] = Counter()
    for times, imports in ((1, plan.imports), (len(plan.removals.local), plan.local)):
        for source, names in imports.items():
            for name, bound in names.items():
                imported[as_imported(source, name, bound)] += times
    return without, imported
