"""The markers, and what is read of a function: its parameters, as a spec or an implementation."""

from __future__ import annotations

import inspect
import sys
import warnings
from collections.abc import Callable, Mapping
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar, final, overload

if TYPE_CHECKING:
    from pluginkit.pluggy._config import HookimplOpts, HookspecOpts

__all__ = ["HookSpec", "HookimplMarker", "HookspecMarker", "varnames"]

F = TypeVar("F", bound=Callable[..., object])
_Namespace: TypeAlias = ModuleType | type


@final
class HookspecMarker:
    """Marks functions as the hooks of a project, for `PluginManager.add_hookspecs`.

    Args:
        project_name: The name that the project's `PluginManager` has as well.

    Example:
        >>> from pluginkit.pluggy import HookspecMarker
        >>> hookspec = HookspecMarker("myproject")
        >>> @hookspec(firstresult=True)
        ... def render(document): ...
    """

    __slots__ = ("project_name",)

    def __init__(self, project_name: str) -> None:
        self.project_name: Final[str] = project_name

    @overload
    def __call__(
        self,
        function: F,
        firstresult: bool = False,
        historic: bool = False,
        warn_on_impl: Warning | None = None,
        warn_on_impl_args: Mapping[str, Warning] | None = None,
    ) -> F: ...

    @overload
    def __call__(
        self,
        function: None = ...,
        firstresult: bool = ...,
        historic: bool = ...,
        warn_on_impl: Warning | None = ...,
        warn_on_impl_args: Mapping[str, Warning] | None = ...,
    ) -> Callable[[F], F]: ...

    def __call__(
        self,
        function: F | None = None,
        firstresult: bool = False,
        historic: bool = False,
        warn_on_impl: Warning | None = None,
        warn_on_impl_args: Mapping[str, Warning] | None = None,
    ) -> F | Callable[[F], F]:
        """Mark a function, or return a decorator that does.

        Args:
            function: The function, where the marker is used without options.
            firstresult: A call stops at the first answer, and gives it.
            historic: Calls are remembered, and replayed to plugins that are registered later.
            warn_on_impl: Warn of each implementation with this.
            warn_on_impl_args: Warn of each implementation that takes one of these arguments.

        Returns:
            The function itself.

        Raises:
            ValueError: The hook is to be `historic` and `firstresult`.
        """

        def mark(func: F) -> F:
            if historic and firstresult:
                raise ValueError("cannot have a historic firstresult hook")
            opts: HookspecOpts = {
                "firstresult": firstresult,
                "historic": historic,
                "warn_on_impl": warn_on_impl,
                "warn_on_impl_args": warn_on_impl_args,
            }
            setattr(func, f"{self.project_name}_spec", opts)
            return func

        return mark if function is None else mark(function)


@final
class HookimplMarker:
    """Marks functions as implementations of a project's hooks, for `PluginManager.register`.

    Args:
        project_name: The name that the project's `PluginManager` has as well.

    Example:
        >>> from pluginkit.pluggy import HookimplMarker
        >>> hookimpl = HookimplMarker("myproject")
        >>> @hookimpl(tryfirst=True)
        ... def render(document):
        ...     return document.title()
    """

    __slots__ = ("project_name",)

    def __init__(self, project_name: str) -> None:
        self.project_name: Final[str] = project_name

    @overload
    def __call__(
        self,
        function: F,
        hookwrapper: bool = ...,
        optionalhook: bool = ...,
        tryfirst: bool = ...,
        trylast: bool = ...,
        specname: str | None = ...,
        wrapper: bool = ...,
    ) -> F: ...

    @overload
    def __call__(
        self,
        function: None = ...,
        hookwrapper: bool = ...,
        optionalhook: bool = ...,
        tryfirst: bool = ...,
        trylast: bool = ...,
        specname: str | None = ...,
        wrapper: bool = ...,
    ) -> Callable[[F], F]: ...

    def __call__(
        self,
        function: F | None = None,
        hookwrapper: bool = False,
        optionalhook: bool = False,
        tryfirst: bool = False,
        trylast: bool = False,
        specname: str | None = None,
        wrapper: bool = False,
    ) -> F | Callable[[F], F]:
        """Mark a function, or return a decorator that does. What contradicts itself is refused at registration.

        Args:
            function: The function, where the marker is used without options.
            hookwrapper: It is a wrapper of the old style, whose `yield` gives a `Result`.
            optionalhook: The host may lack the hook.
            tryfirst: Run as early as possible.
            trylast: Run as late as possible.
            specname: The hook, where it is not named as the function.
            wrapper: It is a wrapper, whose `yield` gives the result or raises, and which returns the result.

        Returns:
            The function itself.
        """

        def mark(func: F) -> F:
            opts: HookimplOpts = {
                "wrapper": wrapper,
                "hookwrapper": hookwrapper,
                "optionalhook": optionalhook,
                "tryfirst": tryfirst,
                "trylast": trylast,
                "specname": specname,
            }
            setattr(func, f"{self.project_name}_impl", opts)
            return func

        return mark if function is None else mark(function)


# PyPy's builtin methods call their first parameter `obj`.
_IMPLICIT = ("self", "cls", *["obj"] * (sys.implementation.name == "pypy"))
# Methods without `self` of a plugin whose users cannot do anything about it.
_KNOWN_WITHOUT_SELF = ("TimeoutHooks.pytest_timeout_set_timer", "TimeoutHooks.pytest_timeout_cancel_timer")


def varnames(func: object, *, legacy_noself: bool = False) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the parameters that a callable requires, and of those that have defaults.

    Parameters that are keyword-only are left out, and so is the one that a method is bound by. What is not a Python
    function has none.

    Args:
        func: A function, a method, a class, or an object that can be called.
        legacy_noself: Warn of a method without `self`.
    """
    function, bound = _underlying(func)
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType):
        return (), ()
    names: tuple[str, ...] = code.co_varnames[: code.co_argcount]
    required = len(names) - len(function.__defaults__ or ())
    if not required:
        return (), names
    path: str = function.__qualname__.rpartition("<locals>.")[2]
    skipped = 1 if bound or ("." in path and names[0] in _IMPLICIT) else 0
    if legacy_noself and not skipped and "." in path and path not in _KNOWN_WITHOUT_SELF:
        text = (
            f"{function.__qualname__} is a method but its first parameter {names[0]!r} is not 'self'."
            " Add 'self' as the first parameter or use @staticmethod."
            " This will become an error in a future version of pluggy."
        )
        warnings.warn(text, DeprecationWarning, stacklevel=2)
    return names[skipped:required], names[required:]


def _underlying(func: Any) -> tuple[Any, bool]:
    """Return the function below a callable, and whether its first parameter is bound."""
    if isinstance(func, type):
        return inspect.unwrap(getattr(func, "__init__")), True  # noqa: B009 - checkers distrust it on an instance
    if not inspect.isroutine(func):
        func = getattr(func, "__call__", func)  # noqa: B004 - it is not asked for, but read
    bound = inspect.ismethod(func)
    func = inspect.unwrap(func)
    if inspect.ismethod(func):
        return func.__func__, True
    return func, bound


@final
class HookSpec:
    """A hook as it was declared.

    Attributes:
        namespace: The module or class that declares it.
        function: Its declaration.
        name: Its name.
        argnames: The arguments that a call has to give.
        kwargnames: The arguments that have defaults.
        kwargdefaults: Their defaults.
        opts: What the marker says.
        warn_on_impl: The warning for each implementation.
        warn_on_impl_args: The warnings for arguments.
    """

    __slots__ = (
        "argnames",
        "function",
        "kwargdefaults",
        "kwargnames",
        "name",
        "namespace",
        "opts",
        "warn_on_impl",
        "warn_on_impl_args",
    )

    def __init__(self, namespace: _Namespace, name: str, opts: HookspecOpts) -> None:
        self.namespace: _Namespace = namespace
        self.name: str = name
        self.function: Callable[..., object] = getattr(namespace, name)
        is_method = isinstance(namespace, type) and not isinstance(
            inspect.getattr_static(namespace, name), staticmethod
        )
        self.argnames: tuple[str, ...]
        self.kwargnames: tuple[str, ...]
        self.argnames, self.kwargnames = varnames(self.function, legacy_noself=is_method)
        defaults: tuple[object, ...] = getattr(inspect.unwrap(self.function), "__defaults__", None) or ()
        self.kwargdefaults: dict[str, object] = dict(zip(self.kwargnames, defaults, strict=False))
        self.opts: HookspecOpts = opts
        self.warn_on_impl: Warning | None = opts.get("warn_on_impl")
        self.warn_on_impl_args: Mapping[str, Warning] | None = opts.get("warn_on_impl_args")
