"""Binds the arguments of a call to the parameters of its hook, and says what does not fit."""

from __future__ import annotations

from typing import Any

from pluginkit._call.modes import Arguments
from pluginkit._declare.spec import BaseSpec
from pluginkit._errors import HookCallError, closest

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows


def bind(spec: BaseSpec, positional: tuple[object, ...], given: dict[str, Any]) -> Arguments:
    """Return all of the hook's arguments: those given, and the defaults of the spec for the others.

    Raises:
        HookCallError: Something was given by position, is unknown, or is missing.
    """
    if positional:
        hint = f"name them: {', '.join(f'{name}=...' for name in spec.parameters)}" if spec.parameters else ""
        raise call_error(spec, "takes no positional arguments", hint, "PK302")
    arguments = {**spec.defaults, **given}
    if arguments.keys() != set(spec.parameters):
        raise _mismatch(spec, arguments)
    return {name: arguments[name] for name in spec.parameters}


def _mismatch(spec: BaseSpec, arguments: Arguments) -> HookCallError:
    missing = [name for name in spec.parameters if name not in arguments]
    unknown = [name for name in arguments if name not in spec.parameters]
    if unknown:
        hint = _OF_PLUGGY.get(unknown[0]) or closest(unknown[0], missing or spec.parameters)
        return call_error(spec, f"got {_listed('an unknown argument', 'unknown arguments', unknown)}", hint, "PK301")
    return call_error(spec, f"is missing {_listed('the argument', 'the arguments', missing)}", "", "PK304")


_OF_PLUGGY = {
    "kwargs": "pass the arguments by name instead of as a dictionary: **arguments",
    "result_callback": "pass the callback first, without a name",
}


def _listed(one: str, many: str, names: list[str]) -> str:
    return f"{one if len(names) == 1 else many} {', '.join(repr(name) for name in names)}"


def call_error(spec: BaseSpec, message: str, hint: str, code: str) -> HookCallError:
    return HookCallError(message, spec.qualified_name, spec.signature, spec.location, hint, code)
