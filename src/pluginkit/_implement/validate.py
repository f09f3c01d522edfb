"""Turns marked functions and hooks into implementations, or into problems: everything that is wrong with a plugin.

This module knows one plugin at a time: no registry, no order, no call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import FunctionType, MethodType
from typing import Any

from pluginkit._declare.impl import EXTRA, HookImpl, Mark
from pluginkit._declare.signature import (
    CO_COROUTINE,
    Parameters,
    is_async,
    is_async_generator,
    is_generator,
    location_of,
    read_parameters,
    receiver_of,
    signature_text,
)
from pluginkit._declare.spec import BaseSpec
from pluginkit._errors import PluginValidationError, Problem, closest, coded
from pluginkit._fits import Binding, Misfit, Offer, Shape, misfits
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
        candidate.problems.append(Problem("implements no hook", hint=hint, code="PK120"))
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
        problems = check(each.function, parameters, each.mark, each.binding, spec)
        if problems:
            candidate.problems += [_problem(problem, each.function, spec) for problem in problems]
        else:
            impl = HookImpl(plugin, plugin_name, spec, each.function, each.mark, parameters)
            candidate.implementations.append(impl)
    return candidate


def extra_implementation(function: Callable[..., Any], spec: BaseSpec, name: str = EXTRA) -> HookImpl:
    """Return an implementation from a function without a plugin; `name` is its plugin name in errors.

    Raises:
        PluginValidationError: It does not fit the hook.
    """
    mark = Mark(spec, "function")
    parameters = read_parameters(function)
    problems = check(function, parameters, mark, "free", spec)
    if any(each.wrapper for each in marks_of(function.__func__ if is_a(function, MethodType) else function)):
        hint = "remove wrapper=True, or register a plugin that has it"
        problems.append(Misfit("PK122", "is marked as a wrapper, but would be called as an implementation", hint))
    if problems:
        raise PluginValidationError(name, tuple(_problem(problem, function, spec) for problem in problems))
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
    """Refuse anything but a hook: its name, a spec, or a caller of `registry.hook`.

    Args:
        hook: What may be one.
        hint: What to do instead, with a place for an example.

    Raises:
        TypeError: It is not a hook.
    """
    if not isinstance(hook, BaseSpec):
        spec: object = getattr(hook, "spec", None)
        example = spec.qualified_name if isinstance(spec, BaseSpec) else "AppSpec.render"
        raise TypeError(f"{coded(f'{hook!r} is not a hook', 'PK113')}\n  Hint: {hint.format(example)}")


def _unknown_hook(found: MarkedFunction, hooks: Mapping[str, BaseSpec]) -> Problem:
    wanted = found.mark.spec
    if wanted is None:
        hint = closest(found.name, hooks) or "name it after a hook, refer to the hook, or mark it optional=True"
        message = f"'{found.name}' is not a hook of this registry"
        return Problem(message, hint=hint, code="PK103", **_written(found.function))
    return Problem(
        "is not a hook of this registry",
        hook=wanted.qualified_name,
        hook_signature=wanted.signature,
        hint="add its spec to the registry, or mark the implementation optional=True",
        code="PK103",
        **_written(found.function),
    )


def _written(function: Callable[..., Any]) -> dict[str, str]:
    return {"implementation_signature": signature_text(function), "location": location_of(function)}


def _problem(misfit: Misfit, function: Callable[..., Any], spec: BaseSpec) -> Problem:
    return Problem(
        misfit.message,
        hook=spec.qualified_name,
        hook_signature=spec.signature,
        hint=misfit.hint,
        code=misfit.code,
        **_written(function),
    )


def check(
    function: Callable[..., Any], parameters: Parameters, mark: Mark, binding: Binding, spec: BaseSpec
) -> list[Misfit]:
    """Return every reason why a function does not fit a hook; most functions fit at first glance."""
    if _is_plain(function, parameters, mark, binding, spec):
        return []
    return misfits(_shape(function, parameters, mark, binding), _offer(spec))


def _is_plain(
    function: Callable[..., Any], parameters: Parameters, mark: Mark, binding: Binding, spec: BaseSpec
) -> bool:
    """Tell whether a function is so plain that `misfits` has nothing to say: it is costly to ask for each function.

    That is a function of a module, or a method whose first parameter is `self`; neither async nor a wrapper, with
    parameters that the hook has. What is not plain may fit as well.
    """
    names = spec.parameter_set
    if mark.wrapper or parameters.positional_only or not names.issuperset(parameters.by_keyword):
        return False
    if binding == "free":
        return mark.form != "method" and (spec.is_async or not is_async(function))
    if binding != "bound" or mark.form == "function" or "self" in names or not isinstance(function, MethodType):
        return False
    called = function.__func__
    if not isinstance(called, FunctionType) or hasattr(called, "__wrapped__"):
        return False
    code = called.__code__
    is_method = code.co_argcount > 0 and code.co_varnames[0] == "self"
    return is_method and (spec.is_async or not code.co_flags & CO_COROUTINE)


def _offer(spec: BaseSpec) -> Offer:
    return Offer(spec.qualified_name, spec.parameters, spec.mode, is_async=spec.is_async)


def _shape(function: Callable[..., Any], parameters: Parameters, mark: Mark, binding: Binding) -> Shape:
    """Return what is asked of a function, to see whether it fits a hook."""
    return Shape(
        parameters.positional_only,
        parameters.by_keyword,
        is_async=is_async(function),
        is_generator=is_generator(function),
        is_async_generator=is_async_generator(function),
        form=mark.form,
        binding=binding,
        wrapper=mark.wrapper,
        kind=type(function).__name__ if binding == "decorated" else "",
        receiver=receiver_of(function) if binding == "bound" else None,
    )
