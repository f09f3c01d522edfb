"""Lazy plugins: what a plugin implements is known without importing it, and it is loaded before it is needed."""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path
from textwrap import dedent
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest
from plugins import answering, lines
from specs import AppSpec

from pluginkit import PluginValidationError, Registry
from pluginkit._load import lazy
from pluginkit._load.lazy import Cache, LazyPlugin, cache_folder, key_of
from pluginkit.testing import muted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GROUP = "lazy.plugins"

PLUGIN = """
from pluginkit import hookimpl
from specs import AppSpec

class Plugin:
    @hookimpl(AppSpec.sections, tryfirst=True, before="other")
    def sections(self, document, **_):
        return [document]

    @hookimpl(AppSpec.render, wrapper=True)
    def around(self):
        return (yield)

    @hookimpl(AppSpec.configured)
    def configured(self, options):
        options["received"] = "yes"
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """Return a function that installs a distribution with one module, and gives the module's file."""
    site = tmp_path / "site"
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))
    known = set(sys.modules)

    def install(code: str = PLUGIN, module: str = "lazy_plugin") -> Path:
        info = site / f"{module.partition('.')[0]}-1.0.dist-info"
        info.mkdir(parents=True, exist_ok=True)
        info.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: lazy-dist\nVersion: 1.0\n")
        info.joinpath("RECORD").write_text("")
        info.joinpath("entry_points.txt").write_text(f"[{GROUP}]\nmine = {module}:Plugin\n")
        path = site.joinpath(*module.split(".")).with_suffix(".py")
        path.parent.mkdir(exist_ok=True)
        path.write_text(dedent(code))
        forget()
        return path

    def forget() -> None:
        for name in set(sys.modules) - known:
            del sys.modules[name]
        importlib.invalidate_caches()

    yield install
    forget()


def start() -> Registry[AppSpec]:
    """Return a registry as at the start of a program: nothing of a plugin is imported."""
    for name in [name for name in sys.modules if name.startswith("lazy_plugin")]:
        del sys.modules[name]
    registry = Registry(AppSpec)
    registry.load_entrypoints(GROUP, lazy=True)
    return registry


def is_imported(module: str = "lazy_plugin") -> bool:
    """Tell whether the plugin was imported."""
    return module in sys.modules


def test_first_start_loads(install: Callable[..., Path]) -> None:
    """A plugin that nothing is known of is loaded at once."""
    install()
    registry = start()
    assert is_imported()
    assert registry.hook.sections(document="d") == [["d"]]


def test_second_start_does_not_import(install: Callable[..., Path]) -> None:
    """A plugin that was loaded before is imported when a hook that it implements is first called, and no earlier."""
    install()
    start()
    registry = start()
    assert not is_imported()
    assert registry.plugin_names() == ("mine",)
    assert str(registry.get_distribution("mine")) == "lazy-dist 1.0"
    assert [caller.name for caller in registry.get_hookcallers("mine") or ()] == ["sections", "render", "configured"]
    registry.hook.polish(text="t", width=1)
    registry.without("mine").sections(document="d")
    assert not is_imported()
    assert registry.hook.sections(document="d") == [["d"]]
    assert is_imported()
    assert type(registry.get_plugin("mine")).__name__ == "Plugin"
    assert str(registry.get_distribution("mine")) == "lazy-dist 1.0"


@pytest.mark.parametrize(
    "need",
    [
        lambda registry: registry.hook.render(document="d"),
        lambda registry: registry.hook.configured.call_historic(options={}),
        lambda registry: registry.hook.sections.call_extra([], document="d"),
        lambda registry: registry.hook.sections.implementations(),
        lambda registry: registry.get_plugin("mine"),
    ],
    ids=["wrapper", "historic", "call_extra", "implementations", "get_plugin"],
)
def test_what_loads(install: Callable[..., Path], need: Callable[[Registry[AppSpec]], object]) -> None:
    """Whatever needs the plugin itself loads it, once; its order and options are those of a plugin loaded at once."""
    install()
    start()
    registry = start()
    assert not is_imported()
    need(registry)
    assert is_imported()
    plugin = registry.get_plugin("mine")
    assert not isinstance(plugin, LazyPlugin)
    (impl,) = registry.hook.sections.implementations()
    assert (impl.plugin, impl.parameters, impl.rest) == (plugin, ("document",), True)
    assert (impl.mark.tryfirst, impl.mark.before) == (True, ("other",))


def test_historic_call_reaches_it_once(install: Callable[..., Path]) -> None:
    """A lazy plugin receives a historic call once; an earlier call makes it load at once."""
    install()
    start()
    registry = start()
    options: dict[str, str] = {}
    registry.hook.configured.call_historic(options=options)
    assert options == {"received": "yes"}
    late = Registry(AppSpec)
    del sys.modules["lazy_plugin"]
    late.hook.configured.call_historic(options=(received := {}))
    late.load_entrypoints(GROUP, lazy=True)
    assert (is_imported(), received) == (True, {"received": "yes"})


def test_muted_historic_call_is_not_heard_later(install: Callable[..., Path]) -> None:
    """A lazy plugin is loaded by a muted historic call as by any other, so it does not receive the call later."""
    install()
    start()
    registry = start()
    options: dict[str, str] = {}
    with muted(registry, AppSpec.configured):
        registry.hook.configured.call_historic(options=options)
    assert registry.hook.sections(document="d") == [["d"]]
    assert options == {}


def test_order_among_others(install: Callable[..., Path]) -> None:
    """A lazy plugin keeps its place: it is called before those that were registered before it, or that it names."""
    install()
    start()
    registry = start()

    registry.register(answering(AppSpec.sections, ["other"]), "other")
    assert registry.hook.sections(document="d") == [["d"], ["other"]]
    assert registry.plugin_names() == ("mine", "other")


def test_unregistered_before_it_was_loaded(install: Callable[..., Path]) -> None:
    """A lazy plugin that is unregistered is never imported."""
    install()
    start()
    registry = start()
    stand_in = registry.unregister("mine")
    assert repr(stand_in) == "<plugin 'mine' of lazy-dist 1.0, not loaded>"
    assert registry.hook.sections(document="d") == []
    assert isinstance(stand_in, LazyPlugin)
    stand_in.load("nothing")
    assert not is_imported()
    assert registry.plugin_names() == ()


# -- what has changed -------------------------------------------------------------------------------------------------


def test_changed_file_is_loaded_for_real(install: Callable[..., Path]) -> None:
    """A plugin whose file has changed, as in an editable installation, is loaded at once, and written down anew."""
    path = install()
    start()
    path.write_text(path.read_text() + "\n# changed\n")
    assert start() is not None
    assert is_imported()
    start()
    assert not is_imported()


@pytest.mark.parametrize("module", ["lazy_plugin", "lazy_plugin.inner"])
def test_key(install: Callable[..., Path], module: str) -> None:
    """The key changes with the module, and with what lies beside a module in a package."""
    path = install("class Plugin: pass", module)
    (point,) = _find()
    before = key_of(point)
    assert before is not None
    assert before == key_of(point)
    (path.parent / "beside.py").write_text("1")
    assert (key_of(point) == before) is (module == "lazy_plugin")
    path.write_text("class Plugin:\n    pass")
    assert key_of(point) != before
    assert not is_imported()


def test_key_of_a_package(install: Callable[..., Path]) -> None:
    """The key of a package changes with every module below it."""
    inner = install("", "lazy_plugin.inner")
    inner.with_name("__init__.py").write_text("class Plugin: pass")
    (point,) = _find()
    point = point._replace(value="lazy_plugin:Plugin")
    before = key_of(point)
    inner.write_text("changed = 1")
    assert key_of(point) not in (before, None)


@pytest.mark.parametrize("change", [{"value": "absent.module"}, {"value": "absent"}, {"folder": ""}, {"folder": "/no"}])
def test_no_key(install: Callable[..., Path], change: dict[str, str]) -> None:
    """What cannot be found has no key, and is loaded at once."""
    install()
    (point,) = _find()
    assert key_of(point._replace(**change)) is None


def _find() -> list[Any]:
    from pluginkit._load.entrypoints import find

    return find(GROUP)


def _rewrite(change: Callable[[dict[str, Any]], object]) -> None:
    cache = Cache(GROUP)
    content = json.loads(cache.path.read_text())
    for described in content.values():
        for each in described:
            change(each)
    cache.path.write_text(json.dumps(content))


@pytest.mark.parametrize(
    "change",
    [
        lambda each: each.update(parameters=["document"], rest=False, wrapper=False) if each["hook"] == "render" else 0,
        lambda each: each.update(tryfirst=False, parameters=[]),
    ],
)
def test_different_from_what_was_known(
    install: Callable[..., Path], change: Callable[[dict[str, Any]], object]
) -> None:
    """A plugin that turns out different is registered as it is, the call goes right, and the cache is corrected."""
    install()
    start()
    right = Cache(GROUP).path.read_text()
    _rewrite(change)
    registry = start()
    assert not is_imported()
    assert registry.hook.render(document="d") is None
    assert registry.hook.sections(document="d") == [["d"]]
    assert Cache(GROUP).path.read_text() == right


@pytest.mark.parametrize(
    "change",
    [
        lambda each: each.update(hook="absent"),
        lambda each: each.update(owner="elsewhere.Spec.sections"),
        lambda each: each.update(parameters=["absent"]),
        lambda each: each.pop("rest"),
        lambda each: each.update(before=3),
        lambda each: each.update(hook="configured", owner="specs.TextSpec.configured", wrapper=True, parameters=[]),
    ],
)
def test_description_that_does_not_fit(
    install: Callable[..., Path], change: Callable[[dict[str, Any]], object]
) -> None:
    """A description that today's hooks do not allow is not used: the plugin is loaded at once."""
    install()
    start()
    _rewrite(change)
    assert start().hook.sections(document="d") == [["d"]]
    assert is_imported()


@pytest.mark.parametrize("content", ["", "{", "[]", "\udcff", "[" * 100_000, '{"a": 1}'])
def test_broken_cache(install: Callable[..., Path], content: str) -> None:
    """Whatever is in the file of the cache, plugins are loaded."""
    install()
    start()
    Cache(GROUP).path.write_bytes(content.encode(errors="surrogateescape"))
    assert start().hook.sections(document="d") == [["d"]]


def test_a_user_without_a_home(install: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a place for a cache, plugins are loaded for real at every start."""

    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    install()
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name)
    monkeypatch.setattr(Path, "home", no_home)
    for _ in range(2):
        assert start().hook.sections(document="d") == [["d"]]
        assert is_imported()


def test_cache_that_cannot_be_written(install: Callable[..., Path], tmp_path: Path) -> None:
    """Without a place for the cache, every start loads."""
    (tmp_path / "cache").write_text("a file, no folder")
    install()
    for _ in range(2):
        assert start().hook.sections(document="d") == [["d"]]
        assert is_imported()


def test_waiting_implementations_are_not_written_down(install: Callable[..., Path]) -> None:
    """A plugin with implementations of hooks that the host may get later is loaded at once, every time."""
    install(
        PLUGIN
        + """
    @hookimpl(optional=True)
    def from_elsewhere(self):
        return 1
"""
    )
    for _ in range(2):
        start()
        assert is_imported()


# -- what fails late --------------------------------------------------------------------------------------------------


def _break_it(path: Path) -> None:
    """Make a plugin fail without its file changing."""
    code = "raise ValueError('no')"
    known = path.stat()
    path.write_text(code.ljust(known.st_size))
    os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))
    importlib.invalidate_caches()
    for cached in path.parent.rglob("*.pyc"):
        cached.unlink()


def test_late_failure(install: Callable[..., Path]) -> None:
    """A plugin that fails late says which plugin and which hook, whenever the hook is called; it stays as it is."""
    path = install()
    start()
    _break_it(path)
    registry = start()
    for _ in range(2):
        with pytest.raises(PluginValidationError) as caught:
            registry.hook.sections(document="d")
        assert str(caught.value) == lines(
            "plugin 'mine' of lazy-dist 1.0: 2 problems",
            "",
            "  was registered without being imported, and is needed by hook ReportSpec.sections [PK505]",
            "",
            "  cannot be loaded from 'lazy_plugin:Plugin': ValueError: no [PK501]",
            "    Hint: fix or uninstall lazy-dist 1.0, or block the name before loading",
        )
        assert isinstance(caught.value.__cause__, ValueError)
        assert registry.plugin_names() == ("mine",)
    with pytest.raises(PluginValidationError, match="needed by get_plugin"):
        registry.get_plugin("mine")


def test_late_failure_where_errors_are_ignored(install: Callable[..., Path]) -> None:
    """With `ignore_errors` a plugin that fails late is unregistered, with a warning, and the call goes on."""
    path = install()
    start()
    _break_it(path)
    sys.modules.pop("lazy_plugin", None)
    registry = Registry(AppSpec)
    registry.load_entrypoints(GROUP, lazy=True, ignore_errors=True)
    with pytest.warns(RuntimeWarning, match="needed by hook ReportSpec.sections"):
        assert registry.hook.sections(document="d") == []
    assert registry.plugin_names() == ()


def test_threads_load_once(install: Callable[..., Path]) -> None:
    """Threads that need a plugin at the same time wait for one of them to load it, and all get its answer."""
    install()
    start()
    registry = start()
    barrier = Barrier(8)
    answers: list[object] = []

    def call() -> None:
        barrier.wait()
        answers.append(registry.hook.sections(document="d"))

    threads = [Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [[["d"]]] * 8


@pytest.mark.parametrize(
    ("platform", "folder"),
    [("win32", "local/pluginkit/Cache"), ("darwin", "home/Library/Caches/pluginkit"), ("linux", "xdg/pluginkit")],
)
def test_cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, platform: str, folder: str) -> None:
    """The cache is where the system wants caches."""
    monkeypatch.setattr(lazy.sys, "platform", platform)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    assert cache_folder() == tmp_path / folder
