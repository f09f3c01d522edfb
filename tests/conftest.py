"""What pytest hands to the tests."""

from __future__ import annotations

import pytest

from pluginkit import Registry
from specs import AppSpec


@pytest.fixture
def registry() -> Registry[AppSpec]:
    """Return a registry of `AppSpec` without a plugin."""
    return Registry(AppSpec)
