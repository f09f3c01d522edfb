"""The public names of `pluginkit.isolated`, and what importing them costs."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import pluginkit.isolated


def test_everything_public_is_there() -> None:
    """Every name of `__all__`, which is sorted, can be imported, and says where it is from."""
    names = pluginkit.isolated.__all__
    assert names == sorted(names)
    assert all(getattr(pluginkit.isolated, name) for name in names)


def test_unknown_name_is_an_attribute_error() -> None:
    """An unknown name raises an AttributeError, as for any module."""
    with pytest.raises(AttributeError, match=r"^module 'pluginkit\.isolated' has no attribute 'nope'$"):
        _ = pluginkit.isolated.nope  # type: ignore[attr-defined]


def run(code: str) -> str:
    """Return what a program prints, without msgspec."""
    start = f"import sys; sys.path[:0] = {sys.path!r}; sys.modules['msgspec'] = None"
    command = [sys.executable, "-c", f"{start}\n{code}"]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def test_nothing_is_imported_unless_asked() -> None:
    """`pluginkit` does not import it, and importing it imports nothing else."""
    assert run("import pluginkit; print('pluginkit.isolated' in sys.modules)") == "False\n"
    assert run("import pluginkit.isolated; print('subprocess' in sys.modules, 'asyncio' in sys.modules)") == (
        "False False\n"
    )


def test_a_missing_extra_says_what_to_install() -> None:
    """Without msgspec, the error has the command."""
    code = """
try:
    from pluginkit.isolated import isolated
except ModuleNotFoundError as error:
    print(error)
"""
    assert run(code) == (
        "pluginkit.isolated.isolated needs msgspec\n  Hint: install it with: pip install 'typed-pluginkit[isolated]'\n"
    )


def test_a_missing_extra_is_a_missing_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error is one that names the module, so that a host can go on without it."""

    def refuse(_: str) -> None:
        raise ModuleNotFoundError("No module named 'msgspec'", name="msgspec")

    monkeypatch.setattr(importlib, "import_module", refuse)
    with pytest.raises(ModuleNotFoundError) as caught:
        _ = pluginkit.isolated.isolated
    assert caught.value.name == "msgspec"


def test_another_missing_module_is_told_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that is missing for another reason is not blamed on the extra."""
    monkeypatch.setitem(sys.modules, "pluginkit.isolated._limits", None)
    with pytest.raises(ModuleNotFoundError, match=r"pluginkit\.isolated\._limits"):
        _ = pluginkit.isolated.Limits
