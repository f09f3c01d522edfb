"""What changed between two versions of a spec module, and for whom that breaks something.

The modules are read and not imported. A change is judged for two parties: *callers*, the hosts that call a hook, and
*implementers*, the plugins that implement it. It knows nothing of files or of the command line.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal, NamedTuple

from pluginkit._source.meanings import Meanings
from pluginkit._source.model import MODES, model_of
from pluginkit._source.stub.module import check_hook
from pluginkit._source.typetext import Type, read_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pluginkit._source.model import Hook as DeclaredHook

    Verdict = Literal["compatible", "deprecating", "breaking"]


class Parameter(NamedTuple):
    """A parameter of a hook; a default that is not written is an empty string."""

    type: Type
    default: str


class Hook(NamedTuple):
    """A hook as it is declared.

    Attributes:
        mode: Its mode as it is written, such as `firstresult=True`; `collect` where nothing is.
        is_async: Whether it is declared with `async def`.
        is_concurrent: Whether its implementations run at once.
        errors: What a call does when a plugin raises, as it is written; `raise` where nothing is.
        timeout: How long an implementation may take, as it is written; `none` where nothing is.
        deprecated: The parameters that are deprecated.
        parameters: By name.
        returns: What an implementation gives.
        is_deprecated: Whether it is marked as deprecated.
        owner: The spec that declares it.
        line: Where it is.
    """

    mode: str
    is_async: bool
    is_concurrent: bool
    errors: str
    timeout: str
    deprecated: tuple[str, ...]
    parameters: dict[str, Parameter]
    returns: Type
    is_deprecated: bool
    owner: str
    line: int

    @property
    def shape(self) -> tuple[object, ...]:
        """What stays when it is given another name."""
        parameters = {name: (each.type.members, each.default) for name, each in self.parameters.items()}
        return self.mode, self.is_async, self.errors, parameters, self.returns.members


class Spec(NamedTuple):
    """A Protocol class that declares hooks, or composes others.

    Attributes:
        bases: The names of all specs that it is composed of; what those of other modules are composed of is not known.
        hooks: Its hooks, those of bases in the same module among them.
        line: Where it is.
    """

    bases: tuple[str, ...]
    hooks: dict[str, Hook]
    line: int


class Change(NamedTuple):
    """One difference.

    Attributes:
        what: The qualified hook, or the spec.
        message: What changed.
        callers: What it is for those who call the hook.
        implementers: What it is for those who implement it.
        old_line: Where it was, or 0.
        new_line: Where it is, or 0.
    """

    what: str
    message: str
    callers: Verdict
    implementers: Verdict
    old_line: int
    new_line: int

    @property
    def verdict(self) -> Verdict:
        """The worse of both."""
        both = (self.callers, self.implementers)
        return "breaking" if "breaking" in both else "deprecating" if "deprecating" in both else "compatible"


# -- reading ----------------------------------------------------------------------------------------------------------


def read_specs(text: str, path: str = "") -> dict[str, Spec]:
    """Return the specs of a module by name; a name like `Outer.S` is that of a class in a class.

    Args:
        text: The module's source.
        path: Where it comes from, for errors.

    Raises:
        SyntaxError: The source is not valid Python.
        StubError: A hook is one that `@hookspec` refuses.
    """
    model, source = model_of(path, "", text)
    if source.error is not None:
        raise source.error
    meanings = Meanings(source, model.names)
    found: dict[str, Spec] = {}
    for spec in model.specs(source):
        order = [spec, *spec.bases]
        hooks = {name: _hook(hook, meanings, path) for name, hook in spec.hooks.items()}
        written = [base for each in order for base in each.node.bases]
        bases = [ast.unparse(base) for base in written if not meanings.is_typing(base, "Protocol", "Generic")]
        found[spec.name] = Spec(tuple(dict.fromkeys(bases)), hooks, spec.node.lineno)
    return found


def _hook(hook: DeclaredHook, meanings: Meanings, path: str) -> Hook:
    check_hook(hook, path)
    defaults = [ast.unparse(each.default) if each.default else "" for each in hook.parameters]
    types = [read_type(each.annotation, meanings) for each in hook.parameters]
    names = [each.name for each in hook.parameters]
    mode = next((option for option in hook.modes if option.name in MODES), None)
    errors, timeout = hook.options.get("errors"), hook.options.get("timeout")
    return Hook(
        f"{mode.name}={ast.unparse(mode.value)}" if mode else "collect",
        hook.is_async,
        hook.option("concurrent"),
        "raise"
        if errors is None
        else errors.constant
        if isinstance(errors.constant, str)
        else ast.unparse(errors.value),
        "none" if timeout is None or timeout.constant is None else ast.unparse(timeout.value),
        tuple(hook.deprecated_parameters),
        dict(zip(names, map(Parameter, types, defaults), strict=True)),
        read_type(hook.returns, meanings),
        hook.is_deprecated,
        hook.scope.name,
        hook.node.lineno,
    )


# -- comparing --------------------------------------------------------------------------------------------------------


def changes(old: dict[str, Spec], new: dict[str, Spec]) -> list[Change]:
    """Return what changed, in the order of the names."""
    found: list[Change] = []
    shapes = [{name: _shape(spec) for name, spec in each.items()} for each in (old, new)]
    renamed = _renamed(*shapes)
    for name in sorted(old.keys() | new.keys()):
        if name in renamed:
            message = f"spec renamed to {renamed[name]}"
            found.append(Change(name, message, "breaking", "breaking", old[name].line, new[renamed[name]].line))
        elif name not in new:
            found.append(Change(name, "spec removed", "breaking", "breaking", old[name].line, 0))
        elif name not in old and name not in renamed.values():
            found.append(Change(name, "spec added", "compatible", "compatible", 0, new[name].line))
        elif name in old:
            found += _in_spec(name, old[name], new[name], old.keys() & new.keys())
    return found


def _shape(spec: Spec) -> tuple[object, ...]:
    return spec.bases, {name: hook.shape for name, hook in spec.hooks.items()}


def _renamed(old: Mapping[str, object], new: Mapping[str, object]) -> dict[str, str]:
    """Return the new names of what was removed and added again, unchanged, under exactly one other name."""
    gone = {name: each for name, each in old.items() if name not in new}
    come = {name: each for name, each in new.items() if name not in old}
    found: dict[str, str] = {}
    for name, shape in gone.items():
        alike = [other for other, each in come.items() if each == shape]
        if len(alike) == 1 and sum(each == shape for each in gone.values()) == 1:
            found[name] = alike[0]
    return found


def _in_spec(name: str, old: Spec, new: Spec, common: Iterable[str]) -> Iterator[Change]:
    removed = [base for base in old.bases if base not in new.bases]
    for base in removed:
        yield Change(name, f"base {base} removed", "breaking", "breaking", old.line, new.line)
    for base in new.bases:
        if base not in old.bases:
            yield Change(name, f"base {base} added", "compatible", "compatible", old.line, new.line)
    before = {each: hook for each, hook in old.hooks.items() if hook.owner not in removed or each in new.hooks}
    renamed = _renamed(
        {each: hook.shape for each, hook in before.items()}, {each: hook.shape for each, hook in new.hooks.items()}
    )
    for each in sorted(before.keys() | new.hooks.keys()):
        was, now = before.get(each), new.hooks.get(renamed.get(each, each))
        owners = {hook.owner for hook in (was, now) if hook is not None}
        if len(owners) == 1 and owners <= set(common) - {name}:
            continue  # it is reported where it is declared
        if was is not None and each in renamed:
            line = now.line if now else 0
            message = f"hook renamed to '{renamed[each]}'"
            yield Change(f"{name}.{each}", message, "breaking", "breaking", was.line, line)
        elif now is None:
            yield Change(f"{name}.{each}", "hook removed", "breaking", "breaking", was.line if was else 0, 0)
        elif was is None:
            if each not in renamed.values() and now.owner in (name, *(set(new.bases) - set(old.bases))):
                yield Change(f"{name}.{each}", "hook added", "compatible", "compatible", 0, now.line)
        else:
            yield from _in_hook(f"{name}.{each}", was, now)


def _in_hook(name: str, old: Hook, new: Hook) -> Iterator[Change]:
    def change(message: str, callers: Verdict, implementers: Verdict) -> Change:
        return Change(name, message, callers, implementers, old.line, new.line)

    before, after = (f"{hook.mode}{', async' if hook.is_async else ''}" for hook in (old, new))
    if before != after:
        # An async hook takes plain implementations as well; everything else gives other results, or takes other ones.
        only_async = new.is_async and old.mode == new.mode
        yield change(f"mode {before} → {after}", "breaking", "compatible" if only_async else "breaking")
    if new.is_concurrent and not old.is_concurrent:
        # Implementations were never run at once before, and several failures now leave as a group.
        yield change("concurrent", "breaking", "breaking")
    if old.is_concurrent and not new.is_concurrent:
        yield change("no longer concurrent", "compatible", "compatible")
    for message, callers, implementers in _in_policies(old, new):
        yield change(message, callers, implementers)
    for message, callers, implementers in _in_parameters(old.parameters, new.parameters):
        yield change(f"parameter {message}", callers, implementers)
    if old.returns.members != new.returns.members:
        callers, implementers = _returned(old, new)
        yield change(f"returns {_shown(old.returns, new.returns)}", callers, implementers)
    if new.is_deprecated and not old.is_deprecated:
        yield change("deprecated", "deprecating", "deprecating")
    if old.is_deprecated and not new.is_deprecated:
        yield change("no longer deprecated", "compatible", "compatible")


def _in_policies(old: Hook, new: Hook) -> Iterator[tuple[str, Verdict, Verdict]]:
    if old.errors != new.errors:
        # A plugin may raise to end the call, or be tolerated when it fails; with "group" what it raises still leaves.
        skips = "skip" in (old.errors, new.errors)
        yield f"errors {old.errors} → {new.errors}", "breaking", "breaking" if skips else "compatible"
    if old.timeout != new.timeout:
        verdict: Verdict = "compatible" if _is_longer(old.timeout, new.timeout) else "breaking"
        yield f"timeout {old.timeout} → {new.timeout}", verdict, verdict
    for name in new.deprecated:
        if name in old.parameters and name not in old.deprecated:
            yield f"parameter '{name}' deprecated", "compatible", "deprecating"


def _is_longer(old: str, new: str) -> bool:
    """Tell whether a timeout leaves implementations more time than before; one that is not a number may not."""
    try:
        return new == "none" or (old != "none" and float(old) <= float(new))
    except ValueError:
        return False


def _returned(old: Hook, new: Hook) -> tuple[Verdict, Verdict]:
    """Judge what implementations return. None means "no answer" in every mode, so it makes no difference.

    A wrapper takes what the others give and gives it back, so it fits no other result; historic hooks have none.
    """
    before, after = old.returns.without_none(), new.returns.without_none()
    is_wider, is_narrower = after.includes(before), before.includes(after)
    is_same = is_wider and is_narrower
    callers: Verdict = "compatible" if is_narrower else "breaking"
    has_wrappers = not new.mode.startswith("historic")
    return callers, "compatible" if is_same or (is_wider and not has_wrappers) else "breaking"


def _in_parameters(old: dict[str, Parameter], new: dict[str, Parameter]) -> Iterator[tuple[str, Verdict, Verdict]]:
    renamed = _renamed(
        {name: (each.type.members, each.default) for name, each in old.items()},
        {name: (each.type.members, each.default) for name, each in new.items()},
    )
    for name in (*old, *(each for each in new if each not in old and each not in renamed.values())):
        if name in renamed:
            yield f"'{name}' renamed to '{renamed[name]}'", "breaking", "breaking"
            continue
        for message, callers, implementers in _in_parameter(old.get(name), new.get(name)):
            yield f"'{name}' {message}", callers, implementers


def _in_parameter(old: Parameter | None, new: Parameter | None) -> Iterator[tuple[str, Verdict, Verdict]]:
    if new is None:
        yield "removed", "breaking", "breaking"
    elif old is None and new.default:
        yield "added with a default", "compatible", "compatible"
    elif old is None:
        yield "added", "breaking", "compatible"
    else:
        if old.type.members != new.type.members:
            callers: Verdict = "compatible" if new.type.includes(old.type) else "breaking"
            implementers: Verdict = "compatible" if old.type.includes(new.type) else "breaking"
            yield f"takes {_shown(old.type, new.type)}", callers, implementers
        if old.default != new.default:
            message = f"default {old.default or 'nothing'} → {new.default or 'nothing'}"
            yield message, "compatible" if new.default else "breaking", "compatible"


def _shown(old: Type, new: Type) -> str:
    """Return two types as they are written; with full names, where they would look the same otherwise."""
    if old.written == new.written:
        return f"{old.full} → {new.full}"
    return f"{old.written or 'nothing'} → {new.written or 'nothing'}"
