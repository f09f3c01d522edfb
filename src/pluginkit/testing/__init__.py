"""What hosts and plugin authors need in their tests.

Nothing here needs a test framework. With pytest there is the fixture `registry_for` as well, and contracts are
collected like any other test class.
"""

from __future__ import annotations

from pluginkit.testing._contract import HookContract, requires
from pluginkit.testing._doubles import Call, RecordingPlugin, muted, override
from pluginkit.testing._fixtures import RegistryFor, assert_implements

__all__ = [
    "Call",
    "HookContract",
    "RecordingPlugin",
    "RegistryFor",
    "assert_implements",
    "muted",
    "override",
    "requires",
]
