"""What pytest hands to the tests."""

from __future__ import annotations

import pytest
from specs import AppSpec

from pluginkit import Registry, _caller


@pytest.fixture
def registry() -> Registry[AppSpec]:
    """Return a registry of `AppSpec` without a plugin."""
    return Registry(AppSpec)


@pytest.fixture(params=["loop", "compiled"])
def tier(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a test twice: with calls that go through the loop, and with calls that are compiled from the first on."""
    monkeypatch.setattr(_caller, "LOOP_ONLY", request.param == "loop")
    monkeypatch.setattr(_caller, "COMPILE_AFTER", 0)
    return str(request.param)
