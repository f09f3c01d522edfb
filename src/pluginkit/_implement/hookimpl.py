"""`@hookimpl` marks functions; it checks what can be told from the function and its options alone.

It knows neither the plugin that the function is in nor whether it fits the hook: that is for registration.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from types import FunctionType
from typing import TYPE_CHECKING, Any, cast

from pluginkit._declare.impl import MARKS, Mark
from pluginkit._declare.signature import is_async, location_of, qualified_name, unevaluated_signature
from pluginkit._declare.spec import BaseSpec
from pluginkit._errors import PluginValidationError, Problem, closest, coded
from pluginkit._fits import Form

if TYPE_CHECKING:
    from pluginkit._declare.decorators import HookImplMarker


def _mark(target: Any = None, /, **options: Any) -> Any:
    if isinstance(target, BaseSpec):
        return _decorator(_made(target, "method", options))
    decorator = _decorator(_made(None, "either", options))
    return decorator if target is None else decorator(target)


def _mark_function(spec: Any, /, **options: Any) -> Any:
    if not isinstance(spec, BaseSpec):
        raise _refused(spec, Mark(), "is not a hook", "write @hookimpl.function(Spec.hook)", "PK113")
    return _decorator(_made(spec, "function", options))


def _made(spec: BaseSpec | None, form: Form, options: dict[str, Any]) -> Mark:
    for name in options:
        if name not in _OPTIONS:
            hint = _OF_PLUGGY.get(name) or closest(name, _OPTIONS) or f"it has {', '.join(_OPTIONS)}"
            text = coded(f"@hookimpl has no option '{name}'", "PK111")
            raise TypeError(f"{text}\n  Hint: {hint}")
    return Mark(spec, form, **options)


_OPTIONS = ("tryfirst", "trylast", "before", "after", "wrapper", "optional")
_OF_PLUGGY = {
    "hookwrapper": "write wrapper=True, and return the result instead of calling force_result",
    "specname": "refer to the hook, as in @hookimpl(AppSpec.sections)",
    "optionalhook": "write optional=True",
}


def _decorator(mark: Mark) -> Callable[[Any], Any]:
    def decorate(function: Any) -> Any:
        _check_decorated(function, mark)
        try:
            setattr(function, MARKS, (*getattr(function, MARKS, ()), mark))
        except (AttributeError, TypeError):  # a built-in or bound function, or an object with slots
            function = _calling(function)
            setattr(function, MARKS, (mark,))
        return function

    return decorate


def _calling(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a Python function, which can be marked, that calls something which cannot be."""

    @wraps(function, updated=())
    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    @wraps(function, updated=())
    async def call_async(*args: Any, **kwargs: Any) -> Any:
        return await function(*args, **kwargs)

    made = call_async if is_async(function) else call
    vars(made)["__signature__"] = unevaluated_signature(function)  # without what is bound
    return made


vars(_mark)["function"] = _mark_function
hookimpl: HookImplMarker = cast("HookImplMarker", _mark)
"""Mark a function to be an implementation of a hook.

Three forms: `@hookimpl(AppSpec.sections)` for a method, `@hookimpl.function(AppSpec.sections)` for a function (of a
module, or a static method), and a bare `@hookimpl` for either, which goes by the function's name and is for plugins
that must not import their host. The first two are checked by type checkers, all of them at registration. The
decorated function stays what it was.

Anything else that can be called, and that `inspect.signature` can read, is marked by a call, as in
`hookimpl.function(AppSpec.sections)(functools.partial(...))`. What takes no attributes, such as a built-in function, is
left as it is, and a function that calls it is returned.

Args:
    tryfirst: Run before the implementations that do not say so.
    trylast: Run after the implementations that do not say so.
    before: The name of a plugin, or several, whose implementations run later.
    after: The name of a plugin, or several, whose implementations run earlier.
    wrapper: The function is a generator that runs around the implementations: it yields once, gets the result or
        has the exception raised at its `yield`, and returns the result.
    optional: A host may lack the hook.

Raises:
    PluginValidationError: The method form on a plain function, something that cannot be called or whose parameters
        cannot be read, or options that exclude each other.

Example:
    >>> from typing import Protocol
    >>> from pluginkit import Registry, hookimpl, hookspec
    >>> class GreetSpec(Protocol):
    ...     @hookspec
    ...     def greet(self, *, name: str, formal: bool) -> str: ...
    >>> class Polite:
    ...     @hookimpl(GreetSpec.greet)
    ...     def greet(self, name: str, **_: object) -> str:
    ...         return f"Good day, {name}."
    >>> registry = Registry(GreetSpec)
    >>> registration = registry.register(Polite())
    >>> registry.hook.greet(name="Ada", formal=True)
    ['Good day, Ada.']
"""


def _check_decorated(function: Any, mark: Mark) -> None:
    if isinstance(function, type):
        hint = f"name one of its hooks: @hookimpl({function.__name__}.some_hook)"
        raise _refused(function, mark, "is a class, not a function", hint, "PK113")
    if isinstance(function, str):
        hint = f"refer to the hook, as in @hookimpl(AppSpec.{function}), or mark a function of that name with @hookimpl"
        raise _refused(function, mark, "is the name of a hook, not a hook", hint, "PK113")
    if not callable(function) or isinstance(function, staticmethod | classmethod):
        message = f"is a {type(function).__name__}, not a function"  # pyright: ignore[reportUnknownArgumentType]
        raise _refused(function, mark, message, "put @hookimpl below other decorators", "PK109")
    called = getattr(function, "spec", None)
    if isinstance(called, BaseSpec):  # a caller is callable, but nothing that a plugin has
        hint = f"refer to the hook by its spec: @hookimpl({called.qualified_name})"
        raise _refused(function, mark, "is the caller of a registry, not a hook", hint, "PK113")
    if not isinstance(function, FunctionType) and unevaluated_signature(function) is None:
        hint = "write a function that calls it, and mark that"
        raise _refused(function, mark, "has parameters that cannot be read", hint, "PK127")
    if mark.tryfirst and mark.trylast:
        raise _refused(function, mark, "is both tryfirst and trylast", "keep one of them", "PK110")
    if mark.form == "method" and "." not in getattr(function, "__qualname__", ".").rpartition("<locals>.")[2]:
        hint = "write @hookimpl.function(...)"
        raise _refused(function, mark, "is marked as a method, but is a plain function", hint, "PK108")


def _refused(function: Any, mark: Mark, message: str, hint: str, code: str) -> PluginValidationError:
    name = qualified_name(function).strip("'")  # of a text it is the repr
    problem = Problem(
        f"'{name}' {message}",
        hook=mark.spec.qualified_name if mark.spec else "",
        location=location_of(function),
        hint=hint,
        code=code,
    )
    return PluginValidationError(getattr(function, "__module__", "?"), (problem,))
