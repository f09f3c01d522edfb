"""What `import pluginkit` costs and offers."""

from __future__ import annotations

import subprocess
import sys

import pytest

import pluginkit


def test_import_is_lean() -> None:
    """`import pluginkit` imports nothing slow besides `typing`, which every spec imports for its Protocol."""
    before = "import sys, typing, threading; before = set(sys.modules)"
    code = f"{before}; import pluginkit; print(*sorted(set(sys.modules) - before))"
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"]
    imported = set(subprocess.run(command, capture_output=True, check=True, text=True).stdout.split())
    assert "pluginkit._registry" in imported
    assert not imported & {"asyncio", "dataclasses", "importlib.metadata", "inspect", "json", "pathlib"}


def test_everything_public_is_there() -> None:
    """Every name of `__all__`, which is sorted, can be imported."""
    assert pluginkit.__all__ == sorted(pluginkit.__all__)
    assert all(getattr(pluginkit, name) for name in pluginkit.__all__)


def test_unknown_name_is_an_attribute_error() -> None:
    """A name that the package does not have raises an AttributeError, as for any module."""
    with pytest.raises(AttributeError, match=r"^module 'pluginkit' has no attribute 'nope'$"):
        _ = pluginkit.nope  # type: ignore[attr-defined]


def test_generics_can_be_subscripted() -> None:
    """`Registry[AppSpec]` can be written where annotations are evaluated."""
    assert pluginkit.Registry[int].__origin__ is pluginkit.Registry
    assert pluginkit.HookSpec[..., int, int].__origin__ is pluginkit.HookSpec
