"""Markers, specs, implementations and callers, under the name of the module that older pluggies have them in."""

# The names are private to the package, or those that hosts know as private.
# pyright: reportPrivateUsage=false
from __future__ import annotations

from pluginkit.pluggy._caller import HookCaller, HookRelay, _HookCaller, _HookExec, _HookRelay, _SubsetHookCaller
from pluginkit.pluggy._config import HookimplOpts, HookspecOpts, normalize_hookimpl_opts
from pluginkit.pluggy._decorators import HookimplMarker, HookSpec, HookspecMarker, _Namespace, varnames
from pluginkit.pluggy._impl import HookImpl, _HookImplFunction, _Plugin

__all__ = [
    "HookCaller",
    "HookImpl",
    "HookRelay",
    "HookSpec",
    "HookimplMarker",
    "HookimplOpts",
    "HookspecMarker",
    "HookspecOpts",
    "_HookCaller",
    "_HookExec",
    "_HookImplFunction",
    "_HookRelay",
    "_Namespace",
    "_Plugin",
    "_SubsetHookCaller",
    "normalize_hookimpl_opts",
    "varnames",
]
