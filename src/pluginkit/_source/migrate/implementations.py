"""What the decorators of implementations become: decided for all of a module, or for none.

It knows what pluggy and pluginkit make of options and parameters. It writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

import libcst as cst

from pluginkit._source.migrate.literals import is_off, is_on, text_of
from pluginkit._source.migrate.records import Note, UndecidedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pluginkit._source.migrate.uses import Use

_NEW_NAMES: Final = {"tryfirst": "tryfirst", "trylast": "trylast", "wrapper": "wrapper", "optionalhook": "optional"}
_RECEIVERS: Final = ("self", "cls")
_TRANSPARENT: Final = ("override", "no_type_check", "deprecated", "overload")  # they return the function itself
_STAY: Final = "so the decorators of this module stay as they are"
_AGAIN: Final = "and run the command again"


@dataclass(frozen=True, slots=True)
class KnownHook:
    """What is known of a hook that is implemented.

    Attributes:
        parameters: Its parameters, without `self`.
        is_async: Whether it is declared with `async def`.
    """

    parameters: tuple[str, ...]
    is_async: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Implementation:
    """What becomes of a decorator.

    Attributes:
        use: Where it is.
        hook: The hook that is implemented.
        form: How the hook is named: by the function's name, or by reference, for a method or a function.
        kept: The arguments that stay, by the name that they have in pluginkit.
        below: Whether the decorator moves below the others.
    """

    use: Use
    hook: str
    form: Literal["bare", "method", "function"]
    kept: Mapping[str, cst.Arg] = field(default_factory=dict[str, cst.Arg])
    below: bool = False


def decide(uses: Sequence[Use], hooks: Mapping[str, KnownHook] | None, *, by_reference: bool) -> list[Implementation]:
    """Return what becomes of all decorators of a module.

    Args:
        uses: The functions that the project's marker decorates.
        hooks: The hooks of the spec by name, if they are known.
        by_reference: Whether the hook is named by reference, as with `--spec`.

    Raises:
        UndecidedError: One of them is not decided.
    """
    decided: list[Implementation] = []
    notes: list[Note] = []
    for use in uses:
        try:
            implementation = _decide(use, by_reference=by_reference)
            notes += _misfits(implementation, hooks)
            decided.append(implementation)
        except UndecidedError as error:
            notes += error.notes
    if notes:
        raise UndecidedError(*notes)
    return decided


def _undecided(use: Use, what: str, hint: str) -> UndecidedError:
    return UndecidedError(Note(use.line, f"{use.name} {what}, {_STAY}", hint))


def _decide(use: Use, *, by_reference: bool) -> Implementation:
    _check_parameters(use)
    _check_receiver(use)
    options = _options(use)
    hook = _hook(use, options)
    if hook != use.name and not by_reference:
        raise _undecided(use, f"implements '{hook}'", f"name the spec with --spec MODULE:SPEC, {_AGAIN}")
    kept = {_NEW_NAMES[name]: argument for name, argument in options.items() if name in _NEW_NAMES}
    if "trylast" in kept and is_on(kept["trylast"].value):
        kept.pop("tryfirst", None)  # with both, pluggy runs it last
    if "trylast" in kept and "tryfirst" in kept:
        raise _undecided(use, "is tryfirst and trylast at once", f"keep one of them, {_AGAIN}")
    is_free = use.owner != "class" or "staticmethod" in _names(use.function.decorators)
    form: Literal["method", "function"] = "function" if is_free else "method"
    return Implementation(use, hook, form if by_reference else "bare", kept, below=_moves_below(use))


def _options(use: Use) -> dict[str, cst.Arg]:
    """Return the options of a decorator that are not turned off."""
    found: dict[str, cst.Arg] = {}
    for argument in use.arguments:
        if argument.star or argument.keyword is None:
            raise _undecided(use, "has options that are not named", f"write each as NAME=True, {_AGAIN}")
        name = argument.keyword.value
        if name not in _NEW_NAMES and name not in ("hookwrapper", "specname"):
            raise _undecided(use, f"has the option '{name}', which is not known", f"remove it, {_AGAIN}")
        if not is_off(argument.value):
            found[name] = argument
    if "hookwrapper" in found:
        hint = "write wrapper=True, take the result from the yield, and return it; then run the command again"
        raise _undecided(use, "is an old-style wrapper", hint)
    if "wrapper" in found and not is_on(found["wrapper"].value):
        raise _undecided(use, "is a wrapper in some cases", f"write wrapper=True or remove it, {_AGAIN}")
    return found


def _hook(use: Use, options: Mapping[str, cst.Arg]) -> str:
    if "specname" not in options:
        return use.name
    name = text_of(options["specname"].value)
    if name is None:
        raise _undecided(use, "has a specname that is not written out", f"write it as a string, {_AGAIN}")
    return name or use.name


def _check_parameters(use: Use) -> None:
    """Refuse parameters to which pluggy gives nothing, or by position only; pluginkit would treat them differently."""
    parameters = use.function.params
    if parameters.posonly_params:
        raise _undecided(use, "has positional-only parameters", f"remove the '/', {_AGAIN}")
    if parameters.kwonly_params:
        hint = f"remove the '*', or the parameters if they keep their defaults, {_AGAIN}"
        raise _undecided(use, "has keyword-only parameters, to which pluggy gives nothing", hint)
    if isinstance(parameters.star_arg, cst.Param) or parameters.star_kwarg is not None:
        name = "*" + parameters.star_arg.name.value if isinstance(parameters.star_arg, cst.Param) else ""
        name = name or "**" + (parameters.star_kwarg.name.value if parameters.star_kwarg else "")
        hint = f"remove it, {_AGAIN}; or replace it with the parameters that it is meant to take"
        raise _undecided(use, f"has '{name}', to which pluggy gives nothing", hint)


def _check_receiver(use: Use) -> None:
    """Refuse functions of a class that take no instance: pluggy calls them on the class, pluginkit does not."""
    names = _names(use.function.decorators)
    if use.owner != "class" or "staticmethod" in names:
        return
    first = use.function.params.params[:1]
    if not first or (first[0].name.value.lstrip("_") not in _RECEIVERS and "classmethod" not in names):
        raise _undecided(use, "is in a class and does not take 'self'", f"add self or @staticmethod, {_AGAIN}")


def _names(decorators: Sequence[cst.Decorator]) -> list[str]:
    """Return the last name of each decorator."""
    found: list[str] = []
    for each in decorators:
        expression = each.decorator.func if isinstance(each.decorator, cst.Call) else each.decorator
        last = expression.attr if isinstance(expression, cst.Attribute) else expression
        found.append(last.value if isinstance(last, cst.Name) else "")
    return found


def _moves_below(use: Use) -> bool:
    """Tell whether the decorator has to move below others: pluginkit marks functions, and nothing else.

    Raises:
        UndecidedError: It stands above a decorator that may return anything.
    """
    decorators = list(use.function.decorators)
    below = _names(decorators[decorators.index(use.decorator) + 1 :])
    for name in below:
        if name not in ("staticmethod", "classmethod", *_TRANSPARENT) and not name.endswith(("hookimpl", "hook_impl")):
            hint = f"put the marker below the other decorators, {_AGAIN}"
            raise _undecided(use, f"has the decorator '{name or '...'}' below its marker", hint)
    return any(name in ("staticmethod", "classmethod") for name in below)


def _misfits(implementation: Implementation, hooks: Mapping[str, KnownHook] | None) -> Iterator[Note]:
    """Yield what registration would refuse, if the hooks are known; and what it refuses of most hooks, if not."""
    use = implementation.use
    is_async = use.function.asynchronous is not None
    hook = hooks.get(implementation.hook) if hooks is not None else None
    if hooks is not None and hook is None:
        if "optional" not in implementation.kept:
            hint = f"correct the name, or write optionalhook=True, {_AGAIN}"
            yield Note(use.line, f"{use.name}: there is no hook '{implementation.hook}', {_STAY}", hint)
        return
    if is_async and not (hook and hook.is_async):
        hint = f"return the coroutine from a plain function, {_AGAIN}"
        if hook is None:
            hint += "; or name a spec that declares the hook with async def"
        yield Note(use.line, f"{use.name} is an async implementation of a plain hook, {_STAY}", hint)
    if hook is not None:
        parameters = [each.name.value for each in use.function.params.params][
            use.owner == "class" and not _is_static(use) :
        ]
        for name in parameters:
            if name not in hook.parameters:
                hint = f"remove it, {_AGAIN}; the hook has {', '.join(hook.parameters) or 'no parameters'}"
                yield Note(use.line, f"{use.name}: the hook has no parameter '{name}', {_STAY}", hint)


def _is_static(use: Use) -> bool:
    return "staticmethod" in _names(use.function.decorators)
