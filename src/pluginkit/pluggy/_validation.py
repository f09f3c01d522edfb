"""`verify`: whether an implementation fits the declaration of its hook."""

from __future__ import annotations

import inspect
import warnings
from types import FunctionType
from typing import TYPE_CHECKING, Any, cast

from pluginkit._declare.signature import unevaluated_signature

if TYPE_CHECKING:
    from collections.abc import Callable

    from pluginkit.pluggy._caller import HookCaller
    from pluginkit.pluggy._impl import HookImpl

__all__ = ["PluginValidationError", "format_definition", "verify"]


class PluginValidationError(Exception):
    """A plugin does not fit the hooks of its host.

    Args:
        plugin: The plugin.
        message: What is wrong.

    Attributes:
        plugin: The plugin.
    """

    def __init__(self, plugin: object, message: str) -> None:
        super().__init__(message)
        self.plugin: Any = plugin


def verify(hook: HookCaller, impl: HookImpl) -> None:
    """Refuse an implementation that does not fit its hook, and give the warnings that the hook asks for.

    Args:
        hook: The hook, which is declared.
        impl: The implementation.

    Raises:
        PluginValidationError: It does not fit.
    """
    spec = hook.spec
    assert spec is not None
    is_wrapper = impl.wrapper or impl.hookwrapper
    if is_wrapper and hook.is_historic():
        raise PluginValidationError(
            impl.plugin,
            f"Plugin {impl.plugin_name!r}\nhook {hook.name!r}\nhistoric incompatible with yield/wrapper/hookwrapper",
        )
    if spec.warn_on_impl:
        _warn(spec.warn_on_impl, impl)
    unknown = set(impl.argnames).difference(spec.argnames, spec.kwargnames)
    if unknown:
        raise _refused(
            hook, impl, f"Argument(s) {unknown} are declared in the hookimpl but can not be found in the hookspec"
        )
    for name in (*impl.argnames, *impl.kwargnames):
        warning = (spec.warn_on_impl_args or {}).get(name)
        if warning is not None:
            _warn(warning, impl)
    if is_wrapper and not inspect.isgeneratorfunction(impl.function):
        text = "Declared as wrapper=True or hookwrapper=True but function is not a generator function"
        raise _refused(hook, impl, text)
    if impl.wrapper and impl.hookwrapper:
        raise _refused(hook, impl, "The wrapper=True and hookwrapper=True options are mutually exclusive")


def format_definition(func: Callable[..., object]) -> str:
    """Return the name and the parameters of a function.

    Args:
        func: The function.
    """
    return f"{cast('FunctionType', func).__name__}{unevaluated_signature(func)}"


def _refused(hook: HookCaller, impl: HookImpl, why: str) -> PluginValidationError:
    written = format_definition(impl.function)
    head = f"Plugin {impl.plugin_name!r} for hook {hook.name!r}\nhookimpl definition: {written}\n"
    return PluginValidationError(impl.plugin, head + why)


def _warn(warning: Warning, impl: HookImpl) -> None:
    """Give a warning, at the first line of an implementation."""
    function: Callable[..., object] = impl.function
    code = cast("FunctionType", function).__code__
    warnings.warn_explicit(warning, type(warning), filename=code.co_filename, lineno=code.co_firstlineno)
