"""Plugins in their own processes: in another environment, or where they may hang, leak or crash.

`isolated` gives a plugin that is registered like any other, and whose implementations run elsewhere. It needs the
extra `typed-pluginkit[isolated]`, which is msgspec, here and in the other environment.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pluginkit.isolated._codecs import register_type
    from pluginkit.isolated._environment import load_environment
    from pluginkit.isolated._errors import IsolationError, RemoteError, RemoteTraceback, WorkerDied, WorkerTimeout
    from pluginkit.isolated._limits import Limits
    from pluginkit.isolated._plugin import Environment, IsolatedPlugin, isolated

__all__ = [
    "Environment",
    "IsolatedPlugin",
    "IsolationError",
    "Limits",
    "RemoteError",
    "RemoteTraceback",
    "WorkerDied",
    "WorkerTimeout",
    "isolated",
    "load_environment",
    "register_type",
]

# Imported late: a worker starts with importing this package, and needs none of it.
_WHERE = {
    "Environment": "_plugin",
    "IsolatedPlugin": "_plugin",
    "IsolationError": "_errors",
    "Limits": "_limits",
    "RemoteError": "_errors",
    "RemoteTraceback": "_errors",
    "WorkerDied": "_errors",
    "WorkerTimeout": "_errors",
    "isolated": "_plugin",
    "load_environment": "_environment",
    "register_type": "_codecs",
}


def __getattr__(name: str) -> object:
    """Import what is asked for."""
    from importlib import import_module

    if name not in _WHERE:
        raise AttributeError(f"module 'pluginkit.isolated' has no attribute '{name}'")
    try:
        module = import_module(f"pluginkit.isolated.{_WHERE[name]}")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "msgspec":
            raise
        raise ModuleNotFoundError(
            f"pluginkit.isolated.{name} needs msgspec\n"
            "  Hint: install it with: pip install 'typed-pluginkit[isolated]'",
            name="msgspec",
        ) from None
    return getattr(module, name)
