"""The plugin for pytest: the fixture `registry_for`. It is found by its entry point, and needs no configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pluginkit.testing import RegistryFor


@pytest.fixture
def registry_for() -> Iterator[RegistryFor]:
    """Return a maker of registries: `registry_for(Spec, *plugins)`; all plugins are unregistered after the test."""
    from pluginkit.testing._fixtures import registries  # late: most tests do without

    with registries() as maker:
        yield maker
