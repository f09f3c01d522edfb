"""Marked functions and hooks become implementations, or problems: all that is wrong with a plugin.

This module knows one plugin at a time: no registry, no order, no call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MethodType
from typing import Any

from pluginkit._declare.signature import (
    Parameters,
    is_async,
    is_async_generator,
    is_generator,
    location_of,
    read_parameters,
    signature_text,
)
from pluginkit._declare.spec import BaseSpec
from pluginkit._errors import PluginValidationError, Problem, closest
from pluginkit._implement.impl import EXTRA, HookImpl, Mark
from pluginkit._implement.scan import MarkedFunction, is_a, marks_of


class Candidate:
    """A plugin read against the hooks of a registry, before anything is committed.

    Attributes:
        implementations: What can be registered, in the order of definition.
        waiting: Optional implementations of hooks that the registry does not have (yet).
        problems: Everything that is wrong with the plugin.
    """

    __slots__ = ("implementations", "problems", "waiting")

    def __init__(self) -> None:
        self.implementations: list[HookImpl] = []
        self.waiting: list[MarkedFunction] = []
        self.problems: list[Problem] = []


def read_plugin(
    plugin: object, plugin_name: str, found: list[MarkedFunction], hooks: Mapping[str, BaseSpec]
) -> Candidate:
    """Check every marked function of a plugin against `hooks`."""
    candidate = match(plugin, plugin_name, found, hooks)
    if not found:
        hint = "mark its implementations with @hookimpl"
        candidate.problems.append(Problem("implements no hook", hint=hint))
    return candidate


def match(
    plugin: object, plugin_name: str, found: Iterable[MarkedFunction], hooks: Mapping[str, BaseSpec]
) -> Candidate:
    """Sort the marked functions of a plugin into what fits the hooks, what waits for its hook, and what is wrong."""
    candidate = Candidate()
    for each in found:
        spec = _hook_for(each, hooks)
        if spec is None:
            if each.mark.optional:
                candidate.waiting.append(each)
            else:
                candidate.problems.append(_unknown_hook(each, hooks))
            continue
        parameters = each.parameters_for(spec)
        problems = [*_binding_problems(each, spec)] or _shape_problems(each.function, parameters, each.mark, spec)
        if problems:
            candidate.problems += problems
        else:
            impl = HookImpl(plugin, plugin_name, spec, each.function, each.mark, parameters)
            candidate.implementations.append(impl)
    return candidate


def extra_implementation(function: Callable[..., Any], spec: BaseSpec, name: str = EXTRA) -> HookImpl:
    """Return an implementation of a function that no plugin holds; `name` stands for the name of one.

    Raises:
        PluginValidationError: It does not fit the hook.
    """
    mark = Mark(spec, "function")
    parameters = read_parameters(function)
    problems = _shape_problems(function, parameters, mark, spec)
    if any(each.wrapper for each in marks_of(function.__func__ if is_a(function, MethodType) else function)):
        hint = "leave out wrapper=True, or register a plugin that has it"
        problems.append(
            _problem("is marked as a wrapper, and would be called as an implementation", function, spec, hint)
        )
    if problems:
        raise PluginValidationError(name, tuple(problems))
    return HookImpl(None, name, spec, function, mark, parameters)


def _hook_for(found: MarkedFunction, hooks: Mapping[str, BaseSpec]) -> BaseSpec | None:
    """Return the hook that a marked function implements: the one it refers to, or one that overrides that."""
    wanted = found.mark.spec
    return hooks.get(found.name) if wanted is None else hook_among(wanted, hooks)


def hook_among(wanted: BaseSpec, hooks: Mapping[str, BaseSpec]) -> BaseSpec | None:
    """Return a hook itself, or the one of `hooks` that overrides it."""
    spec = hooks.get(wanted.name)
    if spec is wanted:
        return spec
    return spec if spec is not None and wanted.owner in spec.owner.__mro__ else None


def expect_hook(hook: object, hint: str = "refer to a hook by its spec, as in {}") -> None:
    """Refuse what is no hook where one is wanted: the name of one, a spec, what `registry.hook` has.

    Args:
        hook: What may be one.
        hint: What to do instead, with a place for an example.

    Raises:
        TypeError: It is no hook.
    """
    if not isinstance(hook, BaseSpec):
        spec: object = getattr(hook, "spec", None)
        example = spec.qualified_name if isinstance(spec, BaseSpec) else "AppSpec.render"
        raise TypeError(f"{hook!r} is no hook\n  Hint: {hint.format(example)}")


def _unknown_hook(found: MarkedFunction, hooks: Mapping[str, BaseSpec]) -> Problem:
    wanted = found.mark.spec
    if wanted is None:
        hint = closest(found.name, hooks) or "name it after a hook, refer to the hook, or mark it optional=True"
        message = f"'{found.name}' is no hook of this registry"
        return Problem(message, hint=hint, **_written(found.function))
    return Problem(
        "is no hook of this registry",
        hook=wanted.qualified_name,
        hook_signature=wanted.signature,
        hint="add its spec to the registry, or mark the implementation optional=True",
        **_written(found.function),
    )


def _written(function: Callable[..., Any]) -> dict[str, str]:
    return {"implementation_signature": signature_text(function), "location": location_of(function)}


def _problem(message: str, function: Callable[..., Any], spec: BaseSpec, hint: str) -> Problem:
    return Problem(message, hook=spec.qualified_name, hook_signature=spec.signature, hint=hint, **_written(function))


def _binding_problems(found: MarkedFunction, spec: BaseSpec) -> Iterator[Problem]:
    """Yield what is wrong with the place of a marked function in its plugin."""
    form, binding = found.mark.form, found.binding
    if binding == "unbound":
        hint = f"register an instance, or put @staticmethod above @hookimpl.function({spec.qualified_name})"
        yield _problem("needs an instance, and the plugin is a class", found.function, spec, hint)
    elif binding == "covered":
        what = type(found.function).__name__
        hint = "leave out the decorator above @hookimpl"
        yield _problem(
            f"is marked, and another decorator has made it a {what}, no function", found.function, spec, hint
        )
    elif binding == "twofold":
        yield _problem("is a wrapper of both kinds", found.function, spec, "keep wrapper=True, or hookwrapper=True")
    elif form == "method" and binding == "free":
        hint = f"write @hookimpl.function({spec.qualified_name})"
        yield _problem("is marked as a method, and is a function", found.function, spec, hint)
    elif form == "function" and binding == "bound":
        hint = f"write @hookimpl({spec.qualified_name}), or put @staticmethod above"
        yield _problem("is marked as a function, and is a method", found.function, spec, hint)


def _shape_problems(function: Callable[..., Any], parameters: Parameters, mark: Mark, spec: BaseSpec) -> list[Problem]:
    """Return where a function does not fit its hook."""
    problems: list[Problem] = []
    if mark.wrapper and spec.mode == "historic":
        problems.append(_problem("a historic hook takes no wrapper", function, spec, "leave out wrapper=True"))
    if mark.wrapper and not (is_generator(function) or is_async_generator(function)):
        hint = "yield once, and return the result"
        problems.append(_problem("the wrapper is no generator function", function, spec, hint))
    if not spec.is_async and (is_async(function) or (mark.wrapper and is_async_generator(function))):
        hint = "write 'def' instead of 'async def'"
        problems.append(_problem("is async, and the hook is not", function, spec, hint))
    if parameters.positional_only or not spec.parameter_set.issuperset(parameters.by_keyword):
        problems += _parameter_problems(function, parameters, spec)
    return problems


def _parameter_problems(function: Callable[..., Any], parameters: Parameters, spec: BaseSpec) -> Iterator[Problem]:
    for name in parameters.positional_only:
        hint = "take away the '/': arguments go by keyword"
        yield _problem(f"parameter '{name}' is positional-only", function, spec, hint)
    for name in parameters.by_keyword:
        if name not in spec.parameter_set:
            hint = closest(name, spec.parameter_set - set(parameters.by_keyword)) or _takes(spec)
            yield _problem(f"unknown parameter '{name}'", function, spec, hint)


def _takes(spec: BaseSpec) -> str:
    names = ", ".join(f"'{name}'" for name in spec.parameters)
    return f"the hook gives {names or 'no argument'}"
