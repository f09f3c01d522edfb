"""`HookImpl`: one implementation of one hook."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar, final

from pluginkit.pluggy._decorators import varnames
from pluginkit.pluggy._result import Result

if TYPE_CHECKING:
    from pluginkit.pluggy._config import HookimplOpts

__all__ = ["HookImpl"]

T = TypeVar("T")
_Plugin: TypeAlias = object
_HookImplFunction: TypeAlias = Callable[..., T | Generator[None, Result[T], None]]


@final
class HookImpl:
    """One implementation of one hook, by one plugin.

    Attributes:
        function: What is called; a method is bound.
        argnames: The arguments that it requires; they are passed by position.
        kwargnames: The arguments that it has defaults for; they are passed by keyword.
        plugin: The plugin.
        opts: What the marker says, its own dict.
        plugin_name: The name of the plugin.
        wrapper: Whether it is a wrapper.
        hookwrapper: Whether it is a wrapper of the old style.
        optionalhook: Whether the host may lack the hook.
        tryfirst: Whether it runs as early as possible.
        trylast: Whether it runs as late as possible.
    """

    __slots__ = (
        "argnames",
        "function",
        "hookwrapper",
        "kwargnames",
        "optionalhook",
        "opts",
        "plugin",
        "plugin_name",
        "tryfirst",
        "trylast",
        "wrapper",
    )

    def __init__(
        self,
        plugin: _Plugin,
        plugin_name: str,
        function: _HookImplFunction[object],
        hook_impl_opts: HookimplOpts,
    ) -> None:
        self.function: Final[_HookImplFunction[object]] = function
        self.argnames: tuple[str, ...]
        self.kwargnames: tuple[str, ...]
        self.argnames, self.kwargnames = varnames(function)
        self.plugin: Final[_Plugin] = plugin
        self.opts: Final[HookimplOpts] = hook_impl_opts
        self.plugin_name: Final[str] = plugin_name
        self.wrapper: Final[bool] = hook_impl_opts["wrapper"]
        self.hookwrapper: Final[bool] = hook_impl_opts["hookwrapper"]
        self.optionalhook: Final[bool] = hook_impl_opts["optionalhook"]
        self.tryfirst: Final[bool] = hook_impl_opts["tryfirst"]
        self.trylast: Final[bool] = hook_impl_opts["trylast"]

    def __repr__(self) -> str:
        return f"<HookImpl plugin_name={self.plugin_name!r}, plugin={self.plugin!r}>"
