"""The plugin for pytest, with the fixture `registry_for`.

A project asks for it in the `conftest.py` of its top-level folder:

    pytest_plugins = ["pluginkit.pytest_plugin"]

or in its settings, with `-p pluginkit.pytest_plugin` in `addopts`.

It has no entry point: pytest would import it, and rewrite the modules of pluginkit, in every project of an environment
where pluginkit happens to be installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pluginkit.testing import RegistryFor


@pytest.fixture
def registry_for() -> Iterator[RegistryFor]:
    """Return a maker of registries: `registry_for(Spec, *plugins)`; all plugins are unregistered after the test.

    Example:
        >>> from typing import Protocol
        >>> from pluginkit import hookspec
        >>> from pluginkit.testing import RecordingPlugin, RegistryFor
        >>> class GreetSpec(Protocol):
        ...     @hookspec
        ...     def greet(self, *, name: str) -> str: ...
        >>> def test_plugins_are_called(registry_for: RegistryFor) -> None:
        ...     recording = RecordingPlugin(GreetSpec)
        ...     registry = registry_for(GreetSpec, recording)
        ...     registry.hook.greet(name="Ada")
        ...     assert recording.calls_of(GreetSpec.greet) == [{"name": "Ada"}]
    """
    from pluginkit.testing._fixtures import registries  # late: most tests do not need it

    with registries() as maker:
        yield maker
