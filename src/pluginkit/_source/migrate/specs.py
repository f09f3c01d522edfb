"""What hook specs become: functions move into a Protocol class, classes become one. All of a module's, or none.

It knows what pluggy and pluginkit make of options and parameters. It writes nothing, and knows no other module.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import libcst as cst

from pluginkit._source.migrate.literals import is_off, is_on, text_of
from pluginkit._source.migrate.records import Note, UndecidedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pluginkit._source.migrate.uses import Module, Use

MODES: Final = ("firstresult", "historic")
_WARNINGS: Final = ("warn_on_impl", "warn_on_impl_args")
_STAY: Final = "so the specs of this module stay as they are"
_AGAIN: Final = "and run the command again"


@dataclass(frozen=True, slots=True, eq=False)
class Hook:
    """What becomes of a hook.

    Attributes:
        use: Where it is; None for one that is known by its name alone.
        function: The function that declares it.
        mode: `firstresult`, `historic`, or empty.
        is_method: Whether it is in a class already.
        types: The types that are written for what has none, by parameter, and for the result by `return`.
        proposed: Which of these are proposals.
    """

    function: cst.FunctionDef
    line: int
    use: Use | None
    mode: str
    is_method: bool
    types: dict[str, str] = field(default_factory=dict[str, str])
    proposed: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def name(self) -> str:
        """The name of the hook."""
        return self.function.name.value

    @property
    def parameters(self) -> tuple[cst.Param, ...]:
        """Its parameters, without `self`."""
        return tuple(self.function.params.params[self.is_method :])


@dataclass(frozen=True, slots=True, eq=False)
class Specs:
    """What becomes of the specs of a module.

    Attributes:
        hooks: The hooks.
        classes: The classes that become Protocols, and whether one of their bases is one already.
        name: The class that functions move into; empty if there are none.
        summary: Its docstring.
        notes: What is left to the author.
        exported: The `__all__` in which the class takes the place of the functions, if they are in it.
    """

    hooks: list[Hook]
    classes: dict[cst.ClassDef, bool]
    name: str = ""
    summary: str = ""
    notes: list[Note] = field(default_factory=list[Note])
    exported: cst.BaseExpression | None = None


def decide(module: Module, uses: Sequence[Use], project: str, name: str, is_spec: Callable[[str], bool]) -> Specs:
    """Return what becomes of all specs of a module.

    Args:
        module: The module.
        uses: The functions that the project's marker decorates.
        project: The project.
        name: The name for the class that functions move into, or empty for one made of the project's name.
        is_spec: Whether a name of the module is a class that becomes a spec too, or is one.

    Raises:
        UndecidedError: One of them is not decided.
    """
    notes: list[Note] = []
    specs = Specs([], {}, notes=[])
    for use in uses:
        try:
            specs.hooks.append(_hook(module, use, specs.notes))
        except UndecidedError as error:
            notes += error.notes
    if project == "pytest":
        specs.hooks.extend(_by_name(module, specs))
    for hook in specs.hooks:
        owner = module.owner(hook.function)
        if isinstance(owner, cst.ClassDef):
            specs.classes.setdefault(owner, _is_protocol(owner))
    for owner in specs.classes:
        notes += _class_problems(module, owner, is_spec)
    if any(not hook.is_method for hook in specs.hooks):
        chosen = name or spec_name(project)
        summary = f"The hooks of {project or 'the host'}."
        specs = Specs(specs.hooks, specs.classes, chosen, summary, specs.notes, _exported(module, specs.hooks))
        notes += _function_problems(module, specs)
    if notes:
        raise UndecidedError(*dict.fromkeys(notes))
    return specs


def spec_name(project: str) -> str:
    """Return the name for the spec of a project."""
    return f"{re.sub(r'[^0-9A-Za-z]+', ' ', project or 'host').title().replace(' ', '')}Spec"


def _undecided(line: int, name: str, what: str, hint: str) -> UndecidedError:
    return UndecidedError(Note(line, f"{name} {what}, {_STAY}", hint))


def _hook(module: Module, use: Use, warned: list[Note]) -> Hook:
    function, line = use.function, use.line
    is_method = use.owner == "class"
    if use.owner == "function":
        raise _undecided(line, use.name, "is in a function", f"put it into a class, {_AGAIN}")
    if not is_method and not isinstance(module.parent(function), cst.Module):
        raise _undecided(line, use.name, "is in a block", f"declare the hook in every case, {_AGAIN}")
    if function.asynchronous is not None:
        hint = f"write a plain function: what pluggy gives for such a hook are coroutines, {_AGAIN}"
        raise _undecided(line, use.name, "is declared with 'async def'", hint)
    _check_parameters(use, is_method=is_method)
    _check_decorators(use)
    return Hook(function, line, use, _mode(use, warned), is_method)


def _check_parameters(use: Use, *, is_method: bool) -> None:
    parameters = use.function.params
    has_star = not isinstance(parameters.star_arg, cst.MaybeSentinel)
    if has_star or parameters.posonly_params or parameters.kwonly_params or parameters.star_kwarg:
        hint = f"declare each parameter by name, without '*' or '/', {_AGAIN}"
        raise _undecided(use.line, use.name, "takes arguments of several kinds", hint)
    names = [each.name.value for each in parameters.params]
    if is_method and names[:1] != ["self"]:
        raise _undecided(use.line, use.name, "does not take 'self' first", f"add it, {_AGAIN}")
    for name in [use.name, *names[is_method:]]:
        if name == "self" or (name.startswith("__") and not name.endswith("__")):
            hint = f"choose another name, {_AGAIN}"
            raise _undecided(use.line, use.name, f"has the name '{name}', which means something else in a class", hint)


def _check_decorators(use: Use) -> None:
    """Refuse other decorators: what they make of a hook of a Protocol is not known."""
    for each in use.function.decorators:
        expression = each.decorator.func if isinstance(each.decorator, cst.Call) else each.decorator
        last = expression.attr if isinstance(expression, cst.Attribute) else expression
        name = last.value if isinstance(last, cst.Name) else "..."
        if each is not use.decorator and name != "deprecated":
            raise _undecided(use.line, use.name, f"has another decorator, '{name}'", f"remove it, {_AGAIN}")


def _mode(use: Use, warned: list[Note]) -> str:
    """Return the mode that the options of a decorator turn on."""
    on: list[str] = []
    for argument in use.arguments:
        if argument.star or argument.keyword is None:
            raise _undecided(use.line, use.name, "has options that are not named", f"write NAME=True, {_AGAIN}")
        name = argument.keyword.value
        if is_off(argument.value):
            continue
        if name in _WARNINGS:
            warned.append(Note(use.line, f"{use.name}: '{name}' has no counterpart", "warn where the hook is called"))
        elif name not in MODES:
            raise _undecided(use.line, use.name, f"has the option '{name}', which is not known", f"remove it, {_AGAIN}")
        elif not is_on(argument.value):
            raise _undecided(use.line, use.name, f"is {name} in some cases", f"write {name}=True, {_AGAIN}")
        else:
            on.append(name)
    if len(on) > 1:
        raise _undecided(use.line, use.name, "is firstresult and historic at once", f"keep one of them, {_AGAIN}")
    return on[0] if on else ""


def _by_name(module: Module, specs: Specs) -> Iterator[Hook]:
    """Yield the functions that pytest knows by their names: those of a module that has marked ones as well."""
    if any(not hook.is_method for hook in specs.hooks):
        known = {hook.name for hook in specs.hooks}
        for node in module.tree.body:
            name = node.name.value if isinstance(node, cst.FunctionDef) and not node.decorators else ""
            if isinstance(node, cst.FunctionDef) and name.startswith("pytest_") and name not in known:
                message = f"{name}: it has no marker, and is taken for a hook by its name"
                specs.notes.append(Note(module.line(node.name), message, "check that it is one"))
                yield Hook(node, module.line(node.name), None, "", is_method=False)


def _is_protocol(owner: cst.ClassDef) -> bool:
    return any(_base_name(each.value) == "Protocol" for each in owner.bases)


def _base_name(node: cst.BaseExpression) -> str:
    """Return the last name of a base class."""
    if isinstance(node, cst.Subscript):
        node = node.value
    last = node.attr if isinstance(node, cst.Attribute) else node
    return last.value if isinstance(last, cst.Name) else ""


def _class_problems(module: Module, owner: cst.ClassDef, is_spec: Callable[[str], bool]) -> Iterator[Note]:
    line, name = module.line(owner.name), owner.name.value
    inner = {node.name.value for node in module.tree.body if isinstance(node, cst.ClassDef)}
    for base in owner.bases:
        called = _base_name(base.value)
        if base.star or not (called in ("Protocol", "Generic", "object") or (called and is_spec(called))):
            hint = f"declare the hooks in a class without it, {_AGAIN}"
            what = module.tree.code_for_node(base.value)
            yield Note(line, f"{name} has the base '{what}', which is not a spec, {_STAY}", hint)
    if owner.keywords:
        yield Note(line, f"{name} has a metaclass, {_STAY}", f"declare the hooks in a class without it, {_AGAIN}")
    if owner.decorators:
        yield Note(line, f"{name} has a decorator, {_STAY}", f"remove it, {_AGAIN}")
    for place in module.calls_of(name) if name in inner else ():
        hint = f"give the class itself to the manager, {_AGAIN}"
        yield Note(place, f"{name} is instantiated, which a Protocol cannot be, {_STAY}", hint)


def _function_problems(module: Module, specs: Specs) -> Iterator[Note]:
    functions = [hook for hook in specs.hooks if not hook.is_method]
    first = functions[0].line
    if module.facts.bindings.get(specs.name):
        yield Note(first, f"there is a '{specs.name}' in this module already, {_STAY}", "choose a name with --name")
    for hook in functions:
        if len(module.facts.bindings.get(hook.name, ())) > 1:
            yield Note(hook.line, f"{hook.name} is bound more than once, {_STAY}", f"rename one of them, {_AGAIN}")
        for place in module.references_to(hook.name):
            hint = f"remove the use, {_AGAIN}: the hook will be {specs.name}.{hook.name}"
            yield Note(place, f"{hook.name} is used as a function here, {_STAY}", hint)
        if hook.name in (module.facts.exported or ()) and specs.exported is None:
            yield Note(hook.line, f"{hook.name} is in '__all__', {_STAY}", f"remove it from there, {_AGAIN}")
        yield from _rebound(module, hook)


def _exported(module: Module, hooks: Sequence[Hook]) -> cst.BaseExpression | None:
    """Return the value of an `__all__` that is one list of strings, if functions that become hooks are in it."""
    names = {hook.name for hook in hooks if not hook.is_method}
    if not names & (module.facts.exported or frozenset()) or len(module.references_to("__all__")):
        return None
    for line in module.tree.body if len(module.facts.bindings.get("__all__", ())) == 1 else ():
        small = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
        if isinstance(small, cst.Assign) and module.tree.code_for_node(small.targets[0].target) == "__all__":
            is_list = isinstance(small.value, cst.List | cst.Tuple)
            if is_list and all(text_of(each.value) is not None for each in small.value.elements):  # type: ignore[attr-defined]
                return small.value
    return None


def _rebound(module: Module, hook: Hook) -> Iterator[Note]:
    """Yield the names of a hook's defaults and annotations that mean something else further down."""
    for name in sorted(module.names_in_header(hook.function)):
        if len(module.facts.bindings.get(name, ())) > 1 and not module.is_only_imported(name):
            hint = f"bind '{name}' once, {_AGAIN}"
            yield Note(hook.line, f"{hook.name} refers to '{name}', which is bound more than once, {_STAY}", hint)


def annotate(specs: Specs, proposals: Mapping[str, Mapping[str, tuple[str, str]]]) -> bool:
    """Fill in the types that are missing, and tell whether one of them is `Any`.

    Args:
        specs: The specs.
        proposals: By hook, and by parameter or `return`: a type, and where it comes from.
    """
    has_any = False
    for hook in specs.hooks:
        proposed = proposals.get(hook.name, {})
        bare = [each.name.value for each in hook.parameters if each.annotation is None]
        bare += ["return"] if hook.function.returns is None else []
        for name in bare:
            if name in proposed:
                hook.types[name], hook.proposed[name] = proposed[name]
            else:
                hook.types[name] = "None" if name == "return" and hook.mode == "historic" else "Any"
        has_any |= any(re.search(r"\bAny\b", each) for each in hook.types.values())
        specs.notes.extend(_missing(hook))
    return has_any


def _missing(hook: Hook) -> Iterator[Note]:
    bare = [name for name in hook.types if name not in hook.proposed]
    if bare:
        listed = ", ".join("the result" if name == "return" else f"'{name}'" for name in bare)
        yield Note(hook.line, f"{hook.name}: no type is written for {listed}", "write it instead of Any")
    if hook.proposed:
        listed = ", ".join(
            f"{'the result' if name == 'return' else name}: {hook.types[name]} (from {origin})"
            for name, origin in hook.proposed.items()
        )
        yield Note(hook.line, f"{hook.name}: types are proposed for {listed}", "check them, and remove the comment")
