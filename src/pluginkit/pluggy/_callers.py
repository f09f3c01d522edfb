"""The call loop, under the name of the module that older versions of pluggy have it in."""

from __future__ import annotations

from pluginkit.pluggy._execution import (
    _multicall,  # pyright: ignore[reportPrivateUsage]
    _raise_wrapfail,  # pyright: ignore[reportPrivateUsage]
    _warn_teardown_exception,  # pyright: ignore[reportPrivateUsage]
    run_old_style_hookwrapper,
)

__all__ = ["_multicall", "_raise_wrapfail", "_warn_teardown_exception", "run_old_style_hookwrapper"]
