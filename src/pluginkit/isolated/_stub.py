"""The functions of an isolated plugin: each has the parameters and the place of an implementation that runs elsewhere.

What the worker says of an implementation is data, and only what the hook itself has becomes code: the names of its
parameters. This module knows no process.
"""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Any

from pluginkit import PluginValidationError, Problem, hookimpl
from pluginkit.isolated._crossing import taken

if TYPE_CHECKING:
    from collections.abc import Callable

    from pluginkit import BaseSpec
    from pluginkit.isolated._wire import Described


def stub_of(hook: BaseSpec, described: Described, call: Callable[[tuple[Any, ...]], Any]) -> Callable[..., Any]:
    """Return a marked function that hands its arguments to `call`, in the order in which they cross.

    Raises:
        PluginValidationError: The worker names a parameter that the hook does not have.
    """
    unknown = [name for name in described.parameters if name not in hook.parameter_set]
    if unknown:
        problem = Problem(f"unknown parameter {unknown[0]!r}", hook=hook.qualified_name, code="PK101")
        raise PluginValidationError(described.name, (problem,))
    names = set(hook.parameters)
    send, rest = _free("call", names), _free("rest", names)
    source = _source(hook, described, send, rest)
    namespace: dict[str, Any] = {}
    exec(compile(source, described.file, "exec", dont_inherit=True), namespace)  # noqa: S102 - see above
    made: FunctionType = namespace[hook.name]
    code = made.__code__.replace(co_firstlineno=described.line)
    function = FunctionType(code, {**hook.function.__globals__, send: call}, hook.name)
    function.__qualname__ = described.name
    function.__module__ = hook.owner.__module__
    function.__annotations__ = {
        name: kind
        for name, kind in hook.function.__annotations__.items()
        if name in described.parameters or name == "return"
    }
    mark: Any = hookimpl.function
    return mark(  # type: ignore[no-any-return]
        hook,
        tryfirst=described.tryfirst,
        trylast=described.trylast,
        before=described.before,
        after=described.after,
    )(function)


def _free(name: str, names: set[str]) -> str:
    """Return a name that no parameter has."""
    while name in names:
        name += "_"
    return name


def _source(hook: BaseSpec, described: Described, send: str, rest: str) -> str:
    """Return the function as text: one line, which is that of the implementation."""
    parameters = [*described.parameters, *([f"**{rest}"] if described.rest else [])]
    values = [
        name if name in described.parameters else f"{rest}[{name!r}]"
        for name in taken(hook, described.parameters, rest=described.rest)
    ]
    definition, answer = ("async def", "await ") if hook.is_async else ("def", "")
    arguments = f"({''.join(f'{value}, ' for value in values)})"
    return f"{definition} {hook.name}({', '.join(parameters)}): return {answer}{send}({arguments})"
