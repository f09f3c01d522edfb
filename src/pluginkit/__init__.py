"""A statically typed plugin framework: hook specs are `typing.Protocol` classes.

A host declares its hooks as methods of a Protocol, plugins implement them, and a `Registry` of that Protocol
validates, orders and calls them. The same signatures type the host's calls, check the plugins in the editor, and
check them again when they are registered.
"""

from __future__ import annotations

from pluginkit._declare.spec import AsyncHistoricSpec, AsyncHookSpec, BaseSpec, HistoricSpec, HookSpec, hookspec
from pluginkit._errors import (
    HookCallError,
    HookSpecError,
    PluginkitError,
    PluginValidationError,
    Problem,
    WrapperError,
)
from pluginkit._implement.impl import HookImpl, hookimpl
from pluginkit._registry import Registration, Registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pluginkit._declare.types import AsyncHistoricCaller, AsyncHookCaller, HistoricCaller, HookCaller
    from pluginkit._load.discovery import LoadReport, Skipped
    from pluginkit._load.entrypoints import Distribution, EntryPoint

__version__ = "0.1.0"

__all__ = [
    "AsyncHistoricCaller",
    "AsyncHistoricSpec",
    "AsyncHookCaller",
    "AsyncHookSpec",
    "BaseSpec",
    "Distribution",
    "EntryPoint",
    "HistoricCaller",
    "HistoricSpec",
    "HookCallError",
    "HookCaller",
    "HookImpl",
    "HookSpec",
    "HookSpecError",
    "LoadReport",
    "PluginValidationError",
    "PluginkitError",
    "Problem",
    "Registration",
    "Registry",
    "Skipped",
    "WrapperError",
    "__version__",
    "hookimpl",
    "hookspec",
]


def __getattr__(name: str) -> object:
    """Import late what few programs need, or is for annotations only, and needs modules that are slow to import."""
    from importlib import import_module

    late = {
        "AsyncHistoricCaller": "_declare.types",
        "AsyncHookCaller": "_declare.types",
        "Distribution": "_load.entrypoints",
        "EntryPoint": "_load.entrypoints",
        "HistoricCaller": "_declare.types",
        "HookCaller": "_declare.types",
        "LoadReport": "_load.discovery",
        "Skipped": "_load.discovery",
    }
    if name in late:
        return getattr(import_module(f"pluginkit.{late[name]}"), name)
    raise AttributeError(f"module 'pluginkit' has no attribute '{name}'")
