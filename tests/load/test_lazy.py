"""Lazy plugins: what a plugin implements is known without importing it, and it is loaded before it is needed."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from textwrap import dedent
from threading import Barrier, Event, Thread, current_thread
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
import trio
from plugins import answering, lines, refused
from specs import AppSpec

from pluginkit import Call, Distribution, PluginValidationError, Registry
from pluginkit._implement.plugin import Lazy
from pluginkit._load import cache
from pluginkit._load.cache import Cache, cache_folder, key_of
from pluginkit._load.lazy import LazyLoading, LazyPlugin
from pluginkit._registry import RegistryHost
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
    """An unknown plugin is loaded at once."""
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


def test_observers_see_the_import(install: Callable[..., Path]) -> None:
    """The import that a call needs is observed, with plugin and distribution, and then what the plugin does."""
    install()
    start()
    registry = start()
    seen: list[tuple[str, str, str, object]] = []

    def around(call: Call) -> nullcontext[None]:
        seen.append((call.kind, call.hook, call.plugin_name, call.distribution))
        return nullcontext()

    with registry.observe(around):
        assert registry.hook.sections(document="d") == [["d"]]
        assert registry.hook.sections(document="d") == [["d"]]
    distribution = ("lazy-dist", "1.0")
    called = ("implementation", "ReportSpec.sections", "mine", distribution)
    assert seen == [("load", "ReportSpec.sections", "mine", distribution), called, called]


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


def test_a_plugin_without_a_key(install: Callable[..., Path]) -> None:
    """A plugin whose files cannot be found is loaded at once each time, and nothing is written down."""
    install().unlink()
    lazy_module = ModuleType("lazy_plugin")
    lazy_module.Plugin = answering(AppSpec.sections, ["made"])
    for _ in range(2):
        sys.modules["lazy_plugin"] = lazy_module
        registry = Registry(AppSpec)
        registry.load_entrypoints(GROUP, lazy=True)
        assert registry.hook.sections(document="d") == [["made"]]
    assert not Cache(GROUP).path.exists()


def _find() -> list[Any]:
    from pluginkit._load.finding import find

    return list(find(GROUP).points)


def _rewrite(change: Callable[[dict[str, Any]], object]) -> None:
    cache = Cache(GROUP)
    content = json.loads(cache.path.read_text())
    for record in content.values():
        for each in record["implements"]:
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


def test_a_record_that_is_wrong_is_rewritten(install: Callable[..., Path]) -> None:
    """Whatever a record says, the next real load writes the right one, also where that is none."""
    install()
    start()
    path = Cache(GROUP).path
    right = path.read_text()
    for described in ([], [{"hook": "sections"}], "sections", None, 3, [None]):
        path.write_text(json.dumps({key: {**record, "implements": described} for key, record in _content().items()}))
        assert start().hook.sections(document="d") == [["d"]]
        assert path.read_text() == right
    for broken in ({"files": 3}, {"files": {"\0": [1, 2]}}, {"implements": []}, [], None):
        path.write_text(json.dumps(dict.fromkeys(_content(), broken)))
        start()
        assert is_imported()
        assert path.read_text() == right


def _content() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(Cache(GROUP).path.read_text())
    return content


def test_a_record_is_dropped_where_nothing_can_be_written_down(install: Callable[..., Path]) -> None:
    """A record of a plugin that turns out to implement something that waits for its hook is removed."""
    install(PLUGIN + "\n    @hookimpl(optional=True)\n    def from_elsewhere(self):\n        return 1\n")
    start()
    cache = Cache(GROUP)
    (point,) = _find()
    (impl,) = Registry(AppSpec).hook.sections.implementations() or _implementations()
    cache.put("mine", str(key_of(point)), (impl,))
    registry = start()
    assert not is_imported()
    registry.get_plugin("mine")
    assert _content() == {}


def _implementations() -> tuple[Any, ...]:
    registry = Registry(AppSpec)
    registry.register(answering(AppSpec.sections, ["d"]))
    return registry.hook.sections.implementations()


def test_an_order_that_a_record_makes_up_is_not_believed(install: Callable[..., Path]) -> None:
    """A record whose order contradicts that of the other plugins makes a plugin load at once, as it is."""
    install(PLUGIN.replace(', tryfirst=True, before="other"', ""))
    start()
    _rewrite(lambda each: each.update(before=["other"], after=["other"]))
    registry = Registry(AppSpec)
    registry.register(answering(AppSpec.sections, ["other"]), "other")
    del sys.modules["lazy_plugin"]
    registry.load_entrypoints(GROUP, lazy=True)
    assert is_imported()
    assert registry.hook.sections(document="d") == [["d"], ["other"]]


@pytest.mark.parametrize("inherited", ["class Plugin(Base): pass", "from lazy_base import Base as Plugin"])
def test_what_is_inherited_counts(install: Callable[..., Path], inherited: str) -> None:
    """A plugin that gets implementations from another distribution is loaded at once when that has changed."""
    base = install(PLUGIN.replace("class Plugin", "class Base"), "lazy_base")
    install(f"from lazy_base import Base\n{inherited}")
    for info in base.parent.glob("lazy_base-*/entry_points.txt"):
        info.unlink()
    start()
    start()
    assert not is_imported()
    base.write_text(base.read_text().replace("AppSpec.sections, tryfirst=True", "AppSpec.sections, trylast=True"))
    registry = start()
    assert is_imported()
    assert registry.hook.sections(document="d") == [["d"]]


def test_finders_that_cannot_find(install: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """A finder without `find_spec` is passed by, as an import does; one that fails makes a plugin load at once."""
    install()
    start()
    monkeypatch.setattr(sys, "meta_path", [object(), *sys.meta_path])
    start()
    assert not is_imported()

    class Failing:
        def find_spec(self, name: str, path: object, target: object = None) -> None:
            if name == "lazy_plugin":
                raise OSError(name)

    (point,) = _find()
    sys.meta_path.insert(0, Failing())
    assert key_of(point) is None


# -- how much is kept -------------------------------------------------------------------------------------------------


def test_records_of_many_environments_are_removed(install: Callable[..., Path]) -> None:
    """Of the files of environments, those that were used last are kept."""
    install()
    folder = Cache(GROUP).path.parent
    folder.mkdir(parents=True)
    for number in range(60):
        file = folder / f"{number:02}.json"
        file.write_text("{}")
        os.utime(file, (number, number))
    start()
    left = sorted(path.name for path in folder.iterdir() if path != Cache(GROUP).path)
    assert left == [f"{number:02}.json" for number in range(11, 60)]


def test_a_file_that_is_read_counts_as_used(install: Callable[..., Path]) -> None:
    """A start that reads a file marks it as used, and writes nothing into it."""
    install()
    start()
    path = Cache(GROUP).path
    os.utime(path, (1, 1))
    start()
    assert not is_imported()
    assert path.stat().st_mtime > 1


def test_records_of_many_plugins_are_removed(install: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """In one file, only so many plugins are kept: those that were written down last."""
    monkeypatch.setattr(cache, "_MOST_PLUGINS", 2)
    install()
    for name in "abc":
        Cache(GROUP).put(name, f"{name}\nkey", _implementations())
    assert list(_content()) == ["b\nkey", "c\nkey"]


def test_what_another_process_wrote_is_kept(install: Callable[..., Path]) -> None:
    """Two processes that write at the same time keep each other's plugins."""
    install()
    mine, theirs = Cache(GROUP), Cache(GROUP)
    theirs.put("a", "a\nkey", _implementations())
    mine.put("b", "b\nkey", _implementations())
    assert list(_content()) == ["a\nkey", "b\nkey"]


def test_an_application_of_one_file_has_one_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """An application that unpacks itself into another folder each time has the same cache each time."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    before = Cache(GROUP).path
    monkeypatch.setattr(sys, "prefix", "/elsewhere")
    assert Cache(GROUP).path == before
    monkeypatch.setattr(sys, "frozen", False, raising=False)
    assert Cache(GROUP).path != before


# -- what a plugin does while it is loaded ----------------------------------------------------------------------------


CALLING = """
from threading import Thread
from concurrent.futures import ThreadPoolExecutor
from pluginkit import hookimpl
from specs import AppSpec
import lazy_host

def call():
    lazy_host.answers.append(lazy_host.registry.hook.sections(document="early"))
    lazy_host.registry.hook.configured.call_historic(options=lazy_host.heard)
    lazy_host.answers.append(lazy_host.registry.get_plugin("mine"))

class Plugin:
    def __init__(self):
        {made}

    @hookimpl(AppSpec.sections)
    def sections(self, document):
        return [document]

    @hookimpl(AppSpec.configured)
    def configured(self, options):
        options["count"] = options.get("count", "") + "."

{imported}
"""


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return a module in which plugins find the registry."""
    made = ModuleType("lazy_host")
    monkeypatch.setitem(sys.modules, "lazy_host", made)
    return made


@pytest.mark.parametrize(
    ("made", "imported"),
    [
        ("call()", ""),
        ("pass", "call()"),
        ("thread = Thread(target=call); thread.start(); thread.join()", ""),
        ("lazy_host.pool.submit(call).result()", ""),
        ("pass", "thread = Thread(target=call); thread.start(); thread.join()"),
    ],
    ids=["made", "imported", "its thread", "a thread of the host", "its thread while it is imported"],
)
def test_plugin_that_calls_the_host_while_it_is_loaded(
    host: ModuleType, install: Callable[..., Path], made: str, imported: str
) -> None:
    """A plugin that calls the host while it is loaded does so without itself, lazily as at once, in any thread."""
    install(CALLING.format(made=made, imported=imported))
    with ThreadPoolExecutor(1) as pool:
        for lazily in (False, True):  # the first start writes down what the second knows
            host.pool, host.answers, host.heard = pool, [], {}
            sys.modules.pop("lazy_plugin", None)
            host.registry = registry = Registry(AppSpec)
            registry.register(answering(AppSpec.sections, ["other"]), "other")
            registry.load_entrypoints(GROUP, lazy=True)
            assert is_imported() is not lazily
            assert registry.hook.sections(document="d") == [["d"], ["other"]]
            assert (host.answers, host.heard) == ([[["other"]], None], {"count": "."})


def test_two_plugins_that_need_each_other_in_two_threads(host: ModuleType, install: Callable[..., Path]) -> None:
    """Plugins that are loaded by two threads, and call each other's hooks meanwhile, do not wait without end."""
    code = """
from pluginkit import hookimpl
from specs import AppSpec
import lazy_host

class Plugin:
    def __init__(self):
        lazy_host.barrier and lazy_host.barrier.wait()
        lazy_host.registry.hook.{other}(document="early")

    @hookimpl(AppSpec.{own})
    def own(self):
        return {answer}
"""
    install(code.format(own="sections", other="render", answer="['one']"))
    two = install(code.format(own="render", other="sections", answer="b'two'"), "lazy_plugin_two")
    two.with_name("lazy_plugin_two-1.0.dist-info").joinpath("entry_points.txt").write_text(
        f"[{GROUP}]\ntwo = lazy_plugin_two:Plugin\n"
    )
    host.barrier = None
    host.registry = Registry(AppSpec)
    start()
    host.registry = registry = start()
    host.barrier = Barrier(2)
    answers: list[object] = []
    threads = [
        Thread(target=lambda: answers.append(registry.hook.sections(document="d"))),
        Thread(target=lambda: answers.append(registry.hook.render(document="d"))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert registry.hook.sections(document="d") == [["one"]]
    assert registry.hook.render(document="d") == b"two"
    assert len(answers) == 2


def test_a_plugin_that_somebody_imports_meanwhile(host: ModuleType, install: Callable[..., Path]) -> None:
    """A thread that imports a plugin's module, which calls the host, and one that needs the plugin, both go on."""
    install(CALLING.format(made="pass", imported="lazy_host.reached.set(); lazy_host.go.wait(); call()"))
    host.reached, host.go, host.answers, host.heard = Event(), Event(), [], {}
    host.go.set()
    host.registry = Registry(AppSpec)
    start()
    host.registry = registry = start()
    host.reached.clear()
    host.go.clear()
    host.answers = []
    importing = Thread(target=importlib.import_module, args=("lazy_plugin",))
    importing.start()
    host.reached.wait()
    calling = Thread(target=lambda: host.answers.append(registry.hook.sections(document="d")))
    calling.start()
    host.go.set()
    importing.join()
    calling.join()
    assert [answer for answer in host.answers if answer == [["d"]]] == [[["d"]]]
    assert registry.hook.sections(document="e") == [["e"]]


@pytest.mark.parametrize("change", ["set_blocked", "unregister"])
def test_what_is_unregistered_while_it_is_loaded(host: ModuleType, install: Callable[..., Path], change: str) -> None:
    """A lazy plugin that is blocked or unregistered while it is loaded is not called, and nothing fails."""
    install(CALLING.format(made="lazy_host.during()", imported=""))
    host.during = lambda: None
    start()
    registry = start()
    host.during = lambda: getattr(registry, change)("mine")
    assert registry.hook.sections(document="d") == []
    assert registry.plugin_names() == ()
    assert registry.is_blocked("mine") is (change == "set_blocked")


def test_a_name_that_another_plugin_takes_while_it_is_loaded(host: ModuleType, install: Callable[..., Path]) -> None:
    """A plugin that takes the name of a lazy one while that is loaded keeps it."""
    install(CALLING.format(made="lazy_host.during()", imported=""))
    host.during = lambda: None
    start()
    registry = start()
    other = answering(AppSpec.sections, ["other"])
    host.during = lambda: registry.unregister("mine") and registry.register(other, "mine")
    assert registry.hook.sections(document="d") == [["other"]]
    assert registry.get_plugin("mine") is other


def test_a_stand_in_whose_plugin_never_comes(registry: Registry[AppSpec]) -> None:
    """A call leaves out a plugin that cannot be there before it goes on, and others go on with theirs."""
    registry.register(answering(AppSpec.sections, ["other"]), "other")
    stand_in = Lazy()
    stand_in.distribution = Distribution("never", "1.0")
    described = [cache._described(impl) for impl in _implementations()]
    implementations = cache.restore(stand_in, "never", described, {"sections": AppSpec.sections})
    assert implementations
    assert registry._admit_lazily(stand_in, "never", implementations)
    assert registry.hook.sections(document="d") == [["other"]]
    assert registry.without("other").sections(document="d") == []
    assert registry.get_plugin("never") is None
    assert registry.is_registered("never")


@pytest.mark.parametrize("lazily", [False, True])
@pytest.mark.parametrize("change", ["set_blocked", "register"])
def test_a_name_that_an_earlier_plugin_takes(
    host: ModuleType, install: Callable[..., Path], change: str, lazily: bool
) -> None:
    """A name that a plugin blocks or takes while it is loaded is not loaded behind it, in the same run."""
    install(CALLING.format(made="lazy_host.during()", imported=""))
    info = install("1 / 0", "lazy_plugin_z").with_name("lazy_plugin_z-1.0.dist-info") / "entry_points.txt"
    info.write_text(f"[{GROUP}]\nz = lazy_plugin_z:Plugin\n")
    registry = Registry(AppSpec)
    taking = {"set_blocked": ("z",), "register": (answering(AppSpec.render, b"z"), "z")}[change]
    host.during = lambda: getattr(registry, change)(*taking)
    report = registry.load_entrypoints(GROUP, lazy=lazily)
    assert report.names == ("mine",)
    reason = {"set_blocked": "blocked", "register": "registered before"}[change]
    assert [(skipped.entry_point.name, skipped.reason) for skipped in report.skipped] == [("z", reason)]


def test_a_stand_in_does_not_take_a_name_that_is_blocked(install: Callable[..., Path]) -> None:
    """A stand-in for a name that is blocked or taken is refused as a plugin would be, and nothing is loaded."""
    install()
    registry = Registry(AppSpec)
    (impl,) = _implementations()
    stand_in = LazyPlugin(LazyLoading(RegistryHost(registry), GROUP, ignore_errors=False), _find()[0])
    registry.set_blocked("mine")
    with refused(registry, PluginValidationError, match="the name is blocked"):
        registry._admit_lazily(stand_in, "mine", [impl])
    assert not is_imported()


# -- loading off the event loop ---------------------------------------------------------------------------------------


def test_aload(install: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """`aload` loads lazy plugins in a thread, and the event loop goes on; nothing is left to load."""
    install(f"import threading\nthread = threading.current_thread()\n{PLUGIN}")
    start()
    for run in (lambda function: asyncio.run(function()), trio.run):
        registry = start()
        assert not is_imported()
        run(registry.aload)
        assert sys.modules["lazy_plugin"].thread is not current_thread()
        assert not isinstance(registry.get_plugin("mine"), LazyPlugin)
        run(registry.aload)


def test_aload_of_a_plugin_that_fails(install: Callable[..., Path]) -> None:
    """A plugin that cannot be loaded fails `aload` as it would fail a call."""
    path = install()
    start()
    _break_it(path)
    registry = start()
    with pytest.raises(PluginValidationError, match="needed by aload"):
        asyncio.run(registry.aload())
    assert registry.plugin_names() == ("mine",)


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
            f"    at  {path}:1",
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
    """The cache is in the folder that the system uses for caches."""
    monkeypatch.setattr(cache.sys, "platform", platform)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    assert cache_folder() == tmp_path / folder
