"""The function of a hook, and the code that it begins with, which passes a call on to the loop.

A hook that is called often gets other code, from `compile`, which makes it with what is here. This module knows nothing
of implementations.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any

from pluginkit._declare.spec import BaseSpec

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows

# Those of every hook. Generated code reads none of them; what it calls may look, to import something or to warn.
_GLOBALS = {"__name__": "pluginkit", "__tracebackhide__": True, "__builtins__": builtins}


def hook_function(spec: BaseSpec, code: CodeType) -> FunctionType:
    """Return a function that has the signature of a hook, and runs code of it."""
    function = FunctionType(code, _GLOBALS, spec.name)
    function.__kwdefaults__ = dict(spec.defaults)
    return function


def looping_code(spec: BaseSpec, run: Callable[..., Any]) -> CodeType:
    """Return code that passes all arguments of a hook to `run`, by position, in the order of the parameters."""
    key = (len(spec.parameters), spec.is_async)
    code = _looping.get(key) or _looping.setdefault(key, compiled(_looping_source(*key)))
    return for_hook(spec, code, {"_run": run}, "<pluginkit>")


_looping: dict[tuple[int, bool], CodeType] = {}


def _looping_source(number: int, is_async: bool) -> str:  # noqa: FBT001 - the key of a cache
    names = ", ".join(f"a{place}" for place in range(number))
    declared = f"{'async ' if is_async else ''}def hook({'*, ' if number else ''}{names})"
    return f"{declared}: return {'await ' if is_async else ''}{constant('_run')}({names})"


def constant(name: str) -> str:
    """Return source that loads a constant for which `name` stands until `for_hook` replaces it.

    Without the condition, which Python drops, compiling would warn that a string is not callable.
    """
    return f"({name!r} if True else 0)"


def compiled(source: str) -> CodeType:
    """Return the code of the one function in some source."""
    module = compile(source, "<pluginkit>", "exec", dont_inherit=True)
    (code,) = (each for each in module.co_consts if isinstance(each, CodeType))
    return code


def for_hook(spec: BaseSpec, code: CodeType, constants: dict[str, object], file_name: str) -> CodeType:
    """Return a copy of some code that is named like a hook, takes its parameters, and has constants of its own."""
    number = len(spec.parameters)
    return code.replace(
        co_name=spec.name,
        co_qualname=spec.qualified_name,
        co_filename=file_name,
        co_varnames=(*spec.parameters, *code.co_varnames[number:]),
        co_consts=tuple(constants.get(each, each) if isinstance(each, str) else each for each in code.co_consts),
    )
