"""Markers, specs, implementations and callers, under the name of the module that older versions of pluggy have them in."""

from __future__ import annotations

from pluginkit.pluggy._caller import (
    HookCaller,
    HookRelay,
    _HookCaller,  # pyright: ignore[reportPrivateUsage]
    _HookExec,  # pyright: ignore[reportPrivateUsage]
    _HookRelay,  # pyright: ignore[reportPrivateUsage]
    _SubsetHookCaller,  # pyright: ignore[reportPrivateUsage]
)
from pluginkit.pluggy._config import HookimplOpts, HookspecOpts, normalize_hookimpl_opts
from pluginkit.pluggy._decorators import (
    HookimplMarker,
    HookSpec,
    HookspecMarker,
    _Namespace,  # pyright: ignore[reportPrivateUsage]
    varnames,
)
from pluginkit.pluggy._impl import (
    HookImpl,
    _HookImplFunction,  # pyright: ignore[reportPrivateUsage]
    _Plugin,  # pyright: ignore[reportPrivateUsage]
)

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
