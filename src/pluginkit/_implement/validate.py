"""Turns marked functions and hooks into implementations, or into problems: everything that is wrong with a plugin.

This module knows one plugin at a time: no registry, no order, no call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import FunctionType, MethodType, ModuleType
from typing import Any
from warnings import warn_explicit

from pluginkit._declare.impl import EXTRA, HookImpl, Mark
from pluginkit._declare.signature import (
    Parameters,
    code_of,
    is_async,
    is_async_generator,
    is_context_manager,
    is_generator,
    location_of,
    read_parameters,
    receiver_of,
    returns_text,
    signature_text,
    unwrap,
)
from pluginkit._declare.spec import IMPORT_ONCE, BaseSpec, Taken, is_imported_twice, twice
from pluginkit._errors import PluginValidationError, Problem, closest, coded
from pluginkit._fits import Binding, Misfit, Offer, Shape, misfits
from pluginkit._implement.scan import MarkedFunction, attributes, is_a, marks_of, unpacked


class Candidate:
    """A plugin read against the hooks of a registry, before anything is committed.

    Attributes:
        implementations: What can be registered, in the order in which it was found.
        waiting: Optional implementations of hooks that the registry does not have (yet).
        problems: Everything that is wrong with the plugin.
    """

    __slots__ = ("implementations", "problems", "waiting")

    def __init__(self) -> None:
        self.implementations: list[HookImpl] = []
        self.waiting: list[MarkedFunction] = []
        self.problems: list[Problem] = []


def read_plugin(
    plugin: object,
    plugin_name: str,
    found: list[MarkedFunction],
    hooks: Mapping[str, BaseSpec],
    *,
    allow_empty: bool = False,
) -> Candidate:
    """Check every marked function of a plugin against `hooks`; without any, it implements nothing."""
    candidate = match(plugin, plugin_name, found, hooks)
    if not (found or allow_empty):
        hint = "mark its implementations with @hookimpl"
        candidate.problems.append(Problem("implements no hook", hint=hint, code="PK120"))
    return candidate


def unmarked(plugin: object, hooks: Mapping[str, BaseSpec], found: Iterable[MarkedFunction]) -> Iterator[Problem]:
    """Yield a warning for each function of a plugin that has the name of a hook, and no mark.

    Args:
        plugin: The plugin.
        hooks: The hooks by name.
        found: Its marked functions.
    """
    marked = {each.name for each in found}
    own = {name: value for name, value, _ in attributes(plugin)}
    for name, value in own.items():
        function = unpacked(value)
        if name not in hooks or name in marked or not is_a(function, FunctionType):
            continue
        if is_a(plugin, ModuleType) and function.__module__ != plugin.__name__:
            continue  # it is imported from elsewhere
        hint = f"mark it with @hookimpl({hooks[name].qualified_name}), or rename it"
        misfit = Misfit("PK116", f"'{name}' has the name of the hook, and is not marked", hint)
        yield _problem(misfit, function, hooks[name])


def deprecations(implementations: Iterable[HookImpl]) -> Iterator[tuple[Problem, HookImpl]]:
    """Yield a warning for each implementation of a deprecated hook, and for each deprecated parameter one takes."""
    for impl in implementations:
        spec = impl.spec
        if spec.deprecated:
            misfit = Misfit("PK128", f"is deprecated: {spec.deprecated}", "")
            yield _problem(misfit, impl.function, spec), impl
        for name, reason in spec.deprecated_parameters.items():
            if name in impl.parameters:
                misfit = Misfit("PK129", f"takes the deprecated parameter '{name}': {reason}", "")
                yield _problem(misfit, impl.function, spec), impl


def warn_of_deprecations(implementations: Iterable[HookImpl]) -> None:
    """Issue a `DeprecationWarning` for each of them, at the line of the implementation."""
    for problem, impl in deprecations(implementations):
        written: Any = unwrap(impl.function)
        code = code_of(written)
        warn_explicit(
            f"plugin '{impl.plugin_name}': hook {impl.spec.qualified_name} {problem.message} [{problem.code}]",
            DeprecationWarning,
            code.co_filename if code else impl.location,
            code.co_firstlineno if code else 1,
            module=getattr(written, "__module__", None),
            registry=getattr(written, "__globals__", {}).setdefault("__warningregistry__", {}),
        )


def match(
    plugin: object, plugin_name: str, found: Iterable[MarkedFunction], hooks: Mapping[str, BaseSpec]
) -> Candidate:
    """Sort the marked functions of a plugin into what fits the hooks, what waits for its hook, and what is wrong."""
    candidate = Candidate()
    for each in found:
        wanted = each.mark.spec
        spec = hooks.get(each.name) if wanted is None else hook_among(wanted, hooks)
        if spec is None:
            if each.mark.optional:
                candidate.waiting.append(each)
            else:
                candidate.problems.append(_unknown_hook(each, hooks))
            continue
        taken, problems = fit(each, spec)
        if problems:
            candidate.problems += [_problem(problem, each.function, spec) for problem in problems]
        else:
            impl = HookImpl(plugin, plugin_name, spec, each.function, each.mark, taken)
            candidate.implementations.append(impl)
    return candidate


def extra_implementation(function: Callable[..., Any], spec: BaseSpec, name: str = EXTRA) -> HookImpl:
    """Return an implementation from a function without a plugin; `name` is its plugin name in errors.

    Raises:
        PluginValidationError: It does not fit the hook.
    """
    mark = Mark(spec, "function")
    parameters = read_parameters(function)
    shape = _shape(function, parameters, mark, "free")
    is_wrapper = any(each.wrapper for each in marks_of(function.__func__ if is_a(function, MethodType) else function))
    # That a wrapper is a generator function is not what is wrong with it.
    problems = misfits(shape, _offer(spec, shape, reads_answer=not is_wrapper))
    if is_wrapper:
        hint = "remove wrapper=True, or register a plugin that has it"
        problems.append(Misfit("PK122", "is marked as a wrapper, but would be called as an implementation", hint))
    if problems:
        raise PluginValidationError(name, tuple(_problem(problem, function, spec) for problem in problems))
    return HookImpl(None, name, spec, function, mark, (parameters.by_keyword, parameters.rest))


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
    message, hint = (
        "is not a hook of this registry",
        "add its spec to the registry, or mark the implementation optional=True",
    )
    namesake = hooks.get(wanted.name)
    if namesake is not None and is_imported_twice(wanted, namesake):
        message, hint = twice(wanted, namesake), IMPORT_ONCE
    return Problem(
        message,
        hook=wanted.qualified_name,
        hook_signature=wanted.signature,
        hint=hint,
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


def fit(found: MarkedFunction, spec: BaseSpec) -> tuple[Taken, list[Misfit]]:
    """Return what a marked function takes of a hook, and every reason why it does not fit.

    That a function fits is remembered with the hook, for others that are written alike: most plugins of a host are.
    """
    key = found.key()
    known = spec.fitting.get(key)
    if known is not None:
        return known, []
    parameters = found.parameters_for(spec)
    taken = (parameters.by_keyword, parameters.rest)
    shape = _shape(found.function, parameters, found.mark, found.binding, found.kind)
    problems = misfits(shape, _offer(spec, shape))
    if key is not None and not problems:
        spec.fitting[key] = taken
    return taken, problems


def _offer(spec: BaseSpec, shape: Shape, *, reads_answer: bool = True) -> Offer:
    """Return what a hook offers; its annotation is read only where it makes a difference."""
    is_special = shape.is_async or shape.is_generator or shape.is_async_generator
    returns = returns_text(spec.function) if is_special and reads_answer else ""
    return Offer(spec.qualified_name, spec.parameters, spec.mode, is_async=spec.is_async, returns=returns)


def _shape(function: Callable[..., Any], parameters: Parameters, mark: Mark, binding: Binding, kind: str = "") -> Shape:
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
        kind=kind,
        receiver=receiver_of(function) if binding == "bound" else None,
        is_context_manager=is_context_manager(function),
    )
