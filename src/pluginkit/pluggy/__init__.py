"""A drop-in for `import pluggy` 1.7: its names and its behaviour, on the loop of pluginkit.

A host that changes `import pluggy` to `from pluginkit import pluggy` keeps its plugins, as long as these take their
markers from the host. `python -m pluginkit pluggy-run -- PROGRAM` tries a host without changing a line, and `typed`
types the hooks of a manager, of this package or of pluggy.
"""

from __future__ import annotations

from pluginkit.pluggy._caller import HookCaller, HookRelay
from pluginkit.pluggy._config import HookimplOpts, HookspecOpts
from pluginkit.pluggy._decorators import HookimplMarker, HookspecMarker
from pluginkit.pluggy._impl import HookImpl
from pluginkit.pluggy._manager import PluginManager, PluginValidationError
from pluginkit.pluggy._result import HookCallError, Result
from pluginkit.pluggy._typed import SpecMismatchError, typed
from pluginkit.pluggy._warnings import PluggyTeardownRaisedWarning, PluggyWarning

TYPE_CHECKING = False
if TYPE_CHECKING:
    __version__: str

__all__ = [
    "HookCallError",
    "HookCaller",
    "HookImpl",
    "HookRelay",
    "HookimplMarker",
    "HookimplOpts",
    "HookspecMarker",
    "HookspecOpts",
    "PluggyTeardownRaisedWarning",
    "PluggyWarning",
    "PluginManager",
    "PluginValidationError",
    "Result",
    "SpecMismatchError",
    "__version__",
    "typed",
]

_ANSWERS_FOR = "1.7.0"


def __getattr__(name: str) -> str:
    """Give the version of the pluggy that is installed; without one, the version that this answers for."""
    if name != "__version__":
        raise AttributeError(f"module pluggy has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("pluggy")
    except PackageNotFoundError:
        return _ANSWERS_FOR
