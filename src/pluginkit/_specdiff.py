"""What changed between two versions of a spec module, and for whom that breaks something.

The modules are read and not imported. A change is judged for two parties: *callers*, the hosts that call a hook, and
*implementers*, the plugins that implement it. It knows nothing of files or of the command line.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal, NamedTuple

from pluginkit._stubgen.names import Meanings

if TYPE_CHECKING:
    from collections.abc import Iterator

    Verdict = Literal["compatible", "deprecating", "breaking"]

MODES = ("firstresult", "pipeline", "historic")


class Parameter(NamedTuple):
    """A parameter of a hook; what is not written is an empty string."""

    annotation: str
    default: str


class Hook(NamedTuple):
    """A hook as it is declared.

    Attributes:
        mode: Its options and whether it is async, in words.
        is_async: Whether it is declared with `async def`.
        parameters: By name.
        returns: The annotation of what an implementation gives, or an empty string.
        is_deprecated: Whether it is marked as deprecated.
        line: Where it is.
    """

    mode: str
    is_async: bool
    parameters: dict[str, Parameter]
    returns: str
    is_deprecated: bool
    line: int


class Spec(NamedTuple):
    """A Protocol class that declares hooks, or composes others."""

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


def read_specs(source: str) -> dict[str, Spec]:
    """Return the specs of a module by name.

    Raises:
        SyntaxError: The source is no Python.
    """
    tree = ast.parse(source)
    meanings = Meanings(tree)
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and meanings.is_protocol(node)]
    found = {node.name: _spec(node, meanings) for node in classes}
    return {name: spec for name, spec in found.items() if spec.hooks or spec.bases}


def _spec(node: ast.ClassDef, meanings: Meanings) -> Spec:
    hooks: dict[str, Hook] = {}
    for each in node.body:
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            hook = _hook(each, meanings)
            if hook is not None:
                hooks[each.name] = hook
    bases = tuple(ast.unparse(base) for base in node.bases if not meanings.is_typing(base, "Protocol"))
    return Spec(bases, hooks, node.lineno)


def _hook(node: ast.FunctionDef | ast.AsyncFunctionDef, meanings: Meanings) -> Hook | None:
    decorators = node.decorator_list
    if meanings.hook_options(decorators) is None:
        return None
    keywords = [keyword for each in decorators if isinstance(each, ast.Call) for keyword in each.keywords]
    modes = [ast.unparse(keyword) for keyword in keywords if keyword.arg in MODES]
    is_async = isinstance(node, ast.AsyncFunctionDef)
    deprecated = any(meanings.full(_called(each)).rpartition(".")[2] == "deprecated" for each in decorators)
    defaults = [ast.unparse(default) if default else "" for default in node.args.kw_defaults]
    annotations = [ast.unparse(each.annotation) if each.annotation else "" for each in node.args.kwonlyargs]
    names = [each.arg for each in node.args.kwonlyargs]
    parameters = dict(zip(names, map(Parameter, annotations, defaults), strict=True))
    returns = ast.unparse(node.returns) if node.returns else ""
    mode = f"{', '.join(modes) or 'collect'}{', async' if is_async else ''}"
    return Hook(mode, is_async, parameters, returns, deprecated, node.lineno)


def _called(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def changes(old: dict[str, Spec], new: dict[str, Spec]) -> list[Change]:
    """Return what changed, in the order of the names."""
    found: list[Change] = []
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            found.append(Change(name, "spec removed", "breaking", "breaking", old[name].line, 0))
        elif name not in old:
            found.append(Change(name, "spec added", "compatible", "compatible", 0, new[name].line))
        else:
            found += _in_spec(name, old[name], new[name])
    return found


def _in_spec(name: str, old: Spec, new: Spec) -> Iterator[Change]:
    for base in old.bases:
        if base not in new.bases:
            yield Change(name, f"base {base} removed", "breaking", "breaking", old.line, new.line)
    for base in new.bases:
        if base not in old.bases:
            yield Change(name, f"base {base} added", "compatible", "compatible", old.line, new.line)
    for hook in sorted(old.hooks.keys() | new.hooks.keys()):
        qualified = f"{name}.{hook}"
        if hook not in new.hooks:
            yield Change(qualified, "hook removed", "breaking", "breaking", old.hooks[hook].line, 0)
        elif hook not in old.hooks:
            yield Change(qualified, "hook added", "compatible", "compatible", 0, new.hooks[hook].line)
        else:
            yield from _in_hook(qualified, old.hooks[hook], new.hooks[hook])


def _in_hook(name: str, old: Hook, new: Hook) -> Iterator[Change]:
    def change(message: str, callers: Verdict, implementers: Verdict) -> Change:
        return Change(name, message, callers, implementers, old.line, new.line)

    if old.mode != new.mode:
        # An async hook takes plain implementations as well; everything else gives other results, or takes other ones.
        only_async = new.is_async and old.mode == new.mode.removesuffix(", async")
        yield change(f"mode {old.mode} → {new.mode}", "breaking", "compatible" if only_async else "breaking")
    for parameter in (*old.parameters, *(each for each in new.parameters if each not in old.parameters)):
        for message, callers, implementers in _in_parameter(
            old.parameters.get(parameter), new.parameters.get(parameter)
        ):
            yield change(f"parameter '{parameter}' {message}", callers, implementers)
    if old.returns != new.returns:
        callers, implementers = _judged(old.returns, new.returns)
        yield change(f"returns {_shown(old.returns)} → {_shown(new.returns)}", callers, implementers)
    if new.is_deprecated and not old.is_deprecated:
        yield change("deprecated", "deprecating", "deprecating")
    if old.is_deprecated and not new.is_deprecated:
        yield change("no longer deprecated", "compatible", "compatible")


def _in_parameter(old: Parameter | None, new: Parameter | None) -> Iterator[tuple[str, Verdict, Verdict]]:
    if old is None:
        is_required = new is not None and not new.default
        yield (
            "added" if is_required else "added with a default",
            "breaking" if is_required else "compatible",
            "compatible",
        )
    elif new is None:
        yield "removed", "breaking", "breaking"
    else:
        if old.annotation != new.annotation:
            implementers, callers = _judged(old.annotation, new.annotation)
            yield f"takes {_shown(old.annotation)} → {_shown(new.annotation)}", callers, implementers
        if old.default != new.default:
            message = f"default {_shown(old.default)} → {_shown(new.default)}"
            yield message, "compatible" if new.default else "breaking", "compatible"


def _judged(old: str, new: str) -> tuple[Verdict, Verdict]:
    """Judge a type for those who get it and for those who give it: fewer types please the one, more the other."""
    before, after = _members(old), _members(new)
    is_wider, is_narrower = before <= after, after <= before
    return "compatible" if is_narrower else "breaking", "compatible" if is_wider else "breaking"


def _members(annotation: str) -> frozenset[str]:
    """Return the members of a union, however it is written; a type that is no union is its only member."""
    return frozenset(_union(ast.parse(annotation, mode="eval").body)) if annotation else frozenset(("",))


def _union(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.BinOp(left, ast.BitOr(), right):
            yield from _union(left)
            yield from _union(right)
        case ast.Subscript(ast.Name("Union") | ast.Attribute(attr="Union"), ast.Tuple(elements)):
            for element in elements:
                yield from _union(element)
        case ast.Subscript(ast.Name("Optional") | ast.Attribute(attr="Optional"), inner):
            yield from _union(inner)
            yield "None"
        case ast.Constant(str(text)):
            yield from _members(text)
        case _:
            yield ast.unparse(node)


def _shown(text: str) -> str:
    return text or "nothing"
