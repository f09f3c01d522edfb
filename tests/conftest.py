"""What pytest hands to the tests."""

from __future__ import annotations

from contextlib import nullcontext
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from specs import AppSpec

from pluginkit import Registry
from pluginkit._call import caller as callers

if TYPE_CHECKING:
    from collections.abc import Callable

SNAPSHOTS = Path(__file__).parent / "snapshots"


@pytest.fixture
def registry() -> Registry[AppSpec]:
    """Return a registry of `AppSpec` without a plugin."""
    return Registry(AppSpec)


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Return a check that a text is that of a file in tests/snapshots; `--write-snapshots` writes the file instead."""
    write: bool = request.config.getoption("--write-snapshots")

    def check(name: str, text: str) -> None:
        path = SNAPSHOTS / name
        if write:
            path.write_text(text, encoding="utf-8", newline="\n")
        assert text == path.read_text(encoding="utf-8"), "if the change is meant, run pytest with --write-snapshots"

    return check


@pytest.fixture(params=["loop", "compiled", "observed"])
def tier(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a test three times: through the loop, compiled from the first call on, and observed."""
    monkeypatch.setattr(callers, "LOOP_ONLY", request.param == "loop")
    monkeypatch.setattr(callers, "COMPILE_AFTER", 0)
    if request.param == "observed":
        monkeypatch.setattr(Registry, "__init__", observed(Registry.__init__))
    return str(request.param)


def observed(make: Callable[..., None]) -> Callable[..., None]:
    """Return what makes a registry, and has two observers watch it that do nothing."""

    @wraps(make)
    def init(self: Registry[Any], *args: Any, **options: Any) -> None:
        make(self, *args, **options)
        self.observe(lambda _: nullcontext())
        self.observe(lambda _: nullcontext(), per="call")

    return init
