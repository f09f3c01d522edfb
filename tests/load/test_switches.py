"""Switches: an environment variable in which users of a host say which plugins are left out."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from specs import AppSpec

from pluginkit import Registry
from pluginkit._load.switches import is_on, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PLUGIN = """
from pluginkit import hookimpl
from specs import AppSpec

@hookimpl.function(AppSpec.sections)
def sections():
    return [__name__]
"""
GROUP = "switched.plugins"


@pytest.fixture(autouse=True)
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install three plugins."""
    monkeypatch.syspath_prepend(tmp_path)
    known = set(sys.modules)
    for name in ("links", "spelling", "style"):
        info = tmp_path / f"switched_{name}-1.0.dist-info"
        info.mkdir()
        (tmp_path / f"switched_{name}.py").write_text(PLUGIN)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: switched_{name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = switched_{name}\n")
    importlib.invalidate_caches()
    yield
    for name in set(sys.modules) - known:
        del sys.modules[name]


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("variable", ["MYHOST_PLUGINS", "PLUGINKIT_SWITCHES"])
@pytest.mark.parametrize(
    ("value", "loaded"),
    [
        ("", ["links", "spelling", "style"]),
        ("-links", ["spelling", "style"]),
        ("-links,-style", ["spelling"]),
        (" -links  , -style ", ["spelling"]),
        ("none", []),
        ("none links", ["links"]),
        ("-links links", ["links", "spelling", "style"]),
        ("links none", []),
    ],
)
def test_users_switch_plugins_off(
    value: str, loaded: list[str], variable: str, lazy: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is switched off is not imported, and the report says which variable said so."""
    monkeypatch.setenv(variable, value)
    registry = Registry(AppSpec)
    report = registry.load_entrypoints(GROUP, switches="MYHOST_PLUGINS", lazy=lazy)
    assert list(registry.plugin_names()) == loaded
    assert [point.name for point in report.loaded] == loaded
    assert {reason for _, reason in report.skipped} <= {f"switched off by {variable}"}
    off = [point.name for point, _ in report.skipped]
    assert sorted([*loaded, *off]) == ["links", "spelling", "style"]
    assert not [name for name in off if f"switched_{name}" in sys.modules]


def test_variable_counts_only_where_the_host_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that names no variable is not touched by one that it does not know."""
    monkeypatch.setenv("MYHOST_PLUGINS", "none")
    registry = Registry(AppSpec)
    registry.load_entrypoints(GROUP)
    assert len(registry.plugin_names()) == 3


def test_both_variables_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin is on if neither variable switches it off."""
    monkeypatch.setenv("MYHOST_PLUGINS", "-links")
    monkeypatch.setenv("PLUGINKIT_SWITCHES", "none links style")
    registry = Registry(AppSpec)
    registry.load_entrypoints(GROUP, switches="MYHOST_PLUGINS")
    assert registry.plugin_names() == ("style",)


def test_unknown_name_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that no plugin has is reported with a suggestion, at the line that loads, and the others are loaded."""
    monkeypatch.setenv("MYHOST_PLUGINS", "-linsk -nothing-like-it -style")
    registry = Registry(AppSpec)
    with pytest.warns(RuntimeWarning) as warned:
        registry.load_entrypoints(GROUP, switches="MYHOST_PLUGINS")
    assert [str(each.message) for each in warned] == [
        "MYHOST_PLUGINS names 'linsk', which is not a plugin; did you mean 'links'?",
        "MYHOST_PLUGINS names 'nothing-like-it', which is not a plugin",
    ]
    assert {each.filename for each in warned} == {__file__}
    assert registry.plugin_names() == ("links", "spelling")


def test_named_modules_are_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a configuration names can be switched off in any host."""
    monkeypatch.setenv("PLUGINKIT_SWITCHES", "-switched_links")
    registry = Registry(AppSpec)
    report = registry.load_modules(["switched_links", "switched_style"])
    assert registry.plugin_names() == ("switched_style",)
    assert [(point.name, reason) for point, reason in report.skipped] == [
        ("switched_links", "switched off by PLUGINKIT_SWITCHES")
    ]


NAMES = st.sampled_from(["a", "b", "c"])
WORDS = st.lists(st.one_of(st.just("none"), NAMES, NAMES.map("-{}".format)), max_size=6)


@given(several=WORDS, commas=st.lists(st.sampled_from([",", " ", ", ", "  "]), min_size=6, max_size=6))
def test_switches_are_read_from_left_to_right(several: list[str], commas: list[str]) -> None:
    """The last word that is about a plugin counts; without one it is on."""
    text = "".join(word + comma for word, comma in zip(several, commas, strict=False))
    assert words(text) == several
    for name in "abc":
        about = [word for word in several if word in ("none", name, f"-{name}")]
        assert is_on(name, several) == (not about or about[-1] == name)
