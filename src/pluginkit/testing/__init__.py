"""What hosts and plugin authors need in their tests.

Nothing here needs a test framework. With pytest, contracts are collected like any other test class, and the plugin
`pluginkit.pytest_plugin` has a fixture that makes registries.
"""

from __future__ import annotations

from pluginkit.testing._contract import HookContract, requires
from pluginkit.testing._doubles import RecordedCall, RecordingPlugin, muted, override
from pluginkit.testing._fixtures import RegistryFor, assert_implements

__all__ = [
    "HookContract",
    "RecordedCall",
    "RecordingPlugin",
    "RegistryFor",
    "assert_implements",
    "muted",
    "override",
    "requires",
]
