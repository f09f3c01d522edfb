"""What pytest hands to the tests."""

from __future__ import annotations

import pytest
from specs import AppSpec

from pluginkit import Registry
from pluginkit._call import caller as callers


@pytest.fixture
def registry() -> Registry[AppSpec]:
    """Return a registry of `AppSpec` without a plugin."""
    return Registry(AppSpec)


@pytest.fixture(params=["loop", "compiled"])
def tier(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a test twice: with calls that go through the loop, and with calls that are compiled from the first on."""
    monkeypatch.setattr(callers, "LOOP_ONLY", request.param == "loop")
    monkeypatch.setattr(callers, "COMPILE_AFTER", 0)
    return str(request.param)
