"""The options of specs and implementations: plain dicts, which hosts read and make themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

__all__ = ["HookimplOpts", "HookspecOpts", "normalize_hookimpl_opts"]


class HookspecOpts(TypedDict):
    """What `@hookspec` says of a hook.

    Attributes:
        firstresult: A call stops at the first answer.
        historic: Calls are remembered, and replayed to plugins that are registered later.
        warn_on_impl: A warning for each implementation.
        warn_on_impl_args: Warnings for implementations that take certain arguments.
    """

    firstresult: bool
    historic: bool
    warn_on_impl: Warning | None
    warn_on_impl_args: Mapping[str, Warning] | None


class HookimplOpts(TypedDict):
    """What `@hookimpl` says of an implementation.

    Attributes:
        wrapper: It runs around the others, and is given their result by its `yield`.
        hookwrapper: It runs around the others, and is given a `Result` by its `yield`.
        optionalhook: The host may lack the hook.
        tryfirst: It runs as early as possible.
        trylast: It runs as late as possible.
        specname: The hook, where it is not named as the function.
    """

    wrapper: bool
    hookwrapper: bool
    optionalhook: bool
    tryfirst: bool
    trylast: bool
    specname: str | None


def normalize_hookimpl_opts(opts: HookimplOpts) -> None:
    """Add what is missing: a host that overrides `parse_hookimpl_opts` may give a part of the options."""
    opts.setdefault("wrapper", False)
    opts.setdefault("hookwrapper", False)
    opts.setdefault("optionalhook", False)
    opts.setdefault("tryfirst", False)
    opts.setdefault("trylast", False)
    opts.setdefault("specname", None)
