"""A statically typed plugin framework: hook specs are `typing.Protocol` classes.

A host declares its hooks as methods of a Protocol, plugins implement them, and a `Registry` of that Protocol
validates, orders and calls them. The same signatures type the host's calls, check the plugins in the editor, and
check them again when they are registered.
"""

from __future__ import annotations

from pluginkit._call.failure import Failure
from pluginkit._call.observed import Call, Observation
from pluginkit._declare.hookspec import hookspec
from pluginkit._declare.impl import HookImpl
from pluginkit._declare.kinds import AsyncHistoricSpec, AsyncHookSpec, HistoricSpec, HookSpec
from pluginkit._declare.outcome import Outcome
from pluginkit._declare.spec import BaseSpec
from pluginkit._declare.types import AsyncHistoricCaller, AsyncHookCaller, HistoricCaller, HookCaller
from pluginkit._errors import HookCallError, HookSpecError, PluginkitError, PluginValidationError, Problem, WrapperError
from pluginkit._implement.hookimpl import hookimpl
from pluginkit._implement.plugin import Distribution
from pluginkit._load.entrypoints import EntryPoint
from pluginkit._load.report import LoadReport, Skipped
from pluginkit._neighbours import warn_of_another_project
from pluginkit._registry import Registration, Registry
from pluginkit._version import __version__

__all__ = [
    "AsyncHistoricCaller",
    "AsyncHistoricSpec",
    "AsyncHookCaller",
    "AsyncHookSpec",
    "BaseSpec",
    "Call",
    "Distribution",
    "EntryPoint",
    "Failure",
    "HistoricCaller",
    "HistoricSpec",
    "HookCallError",
    "HookCaller",
    "HookImpl",
    "HookSpec",
    "HookSpecError",
    "LoadReport",
    "Observation",
    "Outcome",
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

warn_of_another_project(__path__[0])
