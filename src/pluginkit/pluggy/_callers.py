"""The call loop, under the name of the module that older versions of pluggy have it in."""

# The names are private to the package, or those that hosts know as private.
# pyright: reportPrivateUsage=false
from __future__ import annotations

from pluginkit.pluggy._execution import _multicall, _raise_wrapfail, _warn_teardown_exception, run_old_style_hookwrapper

__all__ = ["_multicall", "_raise_wrapfail", "_warn_teardown_exception", "run_old_style_hookwrapper"]
