"""What pytest hands to the tests."""

from __future__ import annotations

import pytest
from specs import AppSpec

from pluginkit import Registry


@pytest.fixture
def registry() -> Registry[AppSpec]:
    """Return a registry of `AppSpec` without a plugin."""
    return Registry(AppSpec)
