"""`load_environment`: the plugins of another environment, loaded, skipped and refused like those of the host's own."""

from __future__ import annotations

import importlib
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from isolated_runs import do, pretending
from jobs import JobSpec

from pluginkit import Distribution, PluginValidationError, Registry
from pluginkit.isolated import IsolatedPlugin, Limits, WorkerDied, load_environment
from pluginkit.isolated._process import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pluginkit import LoadReport

GROUP = "job.plugins"


@pytest.fixture
def registry() -> Iterator[Registry[JobSpec]]:
    """Return a registry whose isolated plugins are closed when the test ends."""
    made = Registry(JobSpec)
    with ExitStack() as closing:
        yield made
        for name in made.plugin_names():
            plugin = made.get_plugin(name)
            if isinstance(plugin, IsolatedPlugin):
                closing.enter_context(plugin)


def offer(folder: Path, distribution: str, *points: str) -> None:
    """Install a distribution that offers entry points."""
    info = folder / f"{distribution}-1.0.dist-info"
    info.mkdir()
    info.joinpath("METADATA").write_text(f"Name: {distribution}\nVersion: 1.0\n", encoding="utf-8")
    text = "\n".join(points)
    info.joinpath("entry_points.txt").write_text(f"[{GROUP}]\n{text}\n", encoding="utf-8")


def load(registry: Registry[JobSpec], folder: Path, **options: Any) -> LoadReport:
    """Load what a folder offers, on this Python."""
    paths = [folder, *filter(None, sys.path)]
    return load_environment(registry, JobSpec, GROUP, python=sys.executable, paths=paths, **options)


def test_plugins_are_loaded_with_their_distributions(registry: Registry[JobSpec], tmp_path: Path) -> None:
    """Each entry point becomes a plugin of its name, in the order of names, with limits and workers as given."""
    offer(tmp_path, "two", "second = jobs:Shouting", "first = jobs:Jobs [extra]")
    report = load(registry, tmp_path, workers=2, limits=Limits(timeout=5.0))
    assert report.names == ("first", "second")
    assert registry.plugin_names() == ("first", "second")
    assert registry.get_distribution("first") == Distribution("two", "1.0")
    assert registry.hook.do(action="say", detail="x") == ["x", "SAY X"]


def test_choices_hold(registry: Registry[JobSpec], tmp_path: Path) -> None:
    """Excluded, blocked and registered names, and those that are not among `only`, are skipped; nothing is started."""
    offer(tmp_path, "many", *(f"{name} = jobs:Jobs" for name in ("a", "b", "c", "d")))
    registry.set_blocked("b")
    report = load(registry, tmp_path, only=["a", "b", "c"], exclude=["a"])
    assert [(skipped.entry_point.name, skipped.reason) for skipped in report.skipped] == [
        ("a", "excluded"),
        ("b", "blocked"),
        ("d", "not among those to load"),
    ]
    assert report.names == ("c",)


def test_two_that_offer_one_name(registry: Registry[JobSpec], tmp_path: Path) -> None:
    """A name that two distributions offer is refused, unless one is preferred."""
    offer(tmp_path, "one", "job = jobs:Jobs")
    offer(tmp_path, "other", "job = jobs:Shouting")
    with pytest.raises(PluginValidationError, match=r"is offered more than once, by one 1\.0"):
        load(registry, tmp_path)
    assert registry.plugin_names() == ()
    load(registry, tmp_path, prefer={"job": "other"})
    assert do(registry, "say", "x") == "SAY X"


def test_each_failure_is_reported(registry: Registry[JobSpec], tmp_path: Path) -> None:
    """Plugins that cannot be loaded or registered are reported under their names, and the others are loaded."""
    offer(tmp_path, "bad", "a = jobs:Around", "b = jobs:Broken", "c = nowhere", "d = jobs:Jobs", "e = jobs:Shouting")
    registry.register(registry_blocker := _After(), "z")
    report = load(registry, tmp_path, ignore_errors=True, exclude=["e"])
    assert report.names == ("d",)
    assert [(error.plugin_name, error.distribution, len(error.problems)) for error in report.failed] == [
        ("a", "bad 1.0", 2),
        ("b", "bad 1.0", 1),
        ("c", "bad 1.0", 1),
    ]
    assert isinstance(report.failed[1].__cause__, RuntimeError)
    assert registry.is_registered(registry_blocker)


class _After:
    """A plugin of the host's own."""

    from pluginkit import hookimpl

    @hookimpl(JobSpec.do, after="jobs")
    def do(self, **_: object) -> None:
        """Give no answer."""


def test_a_plugin_that_cannot_be_registered_is_ended(registry: Registry[JobSpec], tmp_path: Path) -> None:
    """A plugin that the registry refuses has no process left."""
    from pluginkit import hookimpl

    class Before:
        @hookimpl(JobSpec.edit, after="job")
        def edit(self) -> None:
            """Give no answer."""

    registry.register(Before(), "other")
    offer(tmp_path, "bad", "job = jobs:Jobs")
    with pytest.raises(PluginValidationError, match=r"job → other → job|other → job → other"):
        load(registry, tmp_path)
    assert registry.plugin_names() == ("other",)


def test_a_plugin_whose_worker_ends_is_reported(registry: Registry[JobSpec], tmp_path: Path) -> None:
    """A plugin that ends its process while it is imported is one that cannot be loaded."""
    tmp_path.joinpath("ending.py").write_text("import os; os._exit(9)", encoding="utf-8")
    offer(tmp_path, "bad", "job = ending")
    (error,) = load(registry, tmp_path, ignore_errors=True).failed
    assert str(error) == (
        f"plugin 'job' of bad 1.0: cannot be loaded from 'ending' in {sys.executable}: "
        "the worker ended with status 9 [PK706]\n"
        "  Hint: install typed-pluginkit[isolated], the plugin and the module of the spec in that environment"
    )


def test_an_environment_that_cannot_be_used_is_refused(registry: Registry[JobSpec], tmp_path: Path) -> None:
    """An environment without pluginkit is an error of its own, not one of a plugin."""
    python = pretending(tmp_path, "sys.modules['pluginkit'] = None; exec(sys.argv[-1])")
    with pytest.raises(WorkerDied) as caught:
        load_environment(registry, JobSpec, GROUP, python=python)
    assert caught.value.target == f"entry points of {GROUP}"


def test_wrong_choices_are_refused(registry: Registry[JobSpec], tmp_path: Path) -> None:
    """A name where several are wanted is refused before anything is started."""
    with pytest.raises(TypeError, match=r"^only= takes several names: write only=\['a'\] \[PK506\]$"):
        load(registry, tmp_path, only="a")


def test_what_cannot_be_read_is_reported(registry: Registry[JobSpec], tmp_path: Path) -> None:
    """A line that is not an entry point is an error of its distribution, with its place in the other environment."""
    offer(tmp_path, "bad", "nonsense", "job = jobs:Jobs")
    report = load(registry, tmp_path, ignore_errors=True)
    assert report.names == ("job",)
    (error,) = report.failed
    (problem,) = error.problems
    assert (error.distribution, problem.message, problem.code) == (
        "bad 1.0",
        "'nonsense' is not an entry point",
        "PK507",
    )
    assert problem.location == f"{tmp_path / 'bad-1.0.dist-info' / 'entry_points.txt'}:2"


# -- lazily -----------------------------------------------------------------------------------------------------------

PLUGIN = """\
from jobs import JobSpec
from pluginkit import hookimpl
class Plugin:
    @hookimpl(JobSpec.do{options})
    def do(self, action: str, **_: object) -> str: return f"{answer} {{action}}"
"""


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Worker]:
    """Have a cache of its own, and return the workers that are started from here on."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    found: list[Worker] = []
    begin = Worker.__init__

    def begun(worker: Worker, *arguments: Any) -> None:
        begin(worker, *arguments)
        found.append(worker)

    monkeypatch.setattr(Worker, "__init__", begun)
    return found


def write(folder: Path, answer: str, options: str = "") -> None:
    """Write a plugin, with another length for each answer, and the distribution that offers it."""
    (folder / "written.py").write_text(PLUGIN.format(answer=answer, options=options), encoding="utf-8")


def reloaded(registry: Registry[JobSpec], folder: Path, **options: Any) -> LoadReport:
    """Load what a folder offers once more, as the next start of the host does."""
    for name in registry.plugin_names():
        plugin = registry.get_plugin(name)
        registry.unregister(name)
        if isinstance(plugin, IsolatedPlugin):
            plugin.close()
    return load(registry, folder, lazy=True, **options)


def test_a_later_start_starts_no_worker_until_a_hook_is_called(
    registry: Registry[JobSpec], tmp_path: Path, started: list[Worker]
) -> None:
    """The first load starts the plugin, and writes down what it implements; the next one only asks what there is."""
    offer(tmp_path, "one", "job = written:Plugin")
    write(tmp_path, "first", ", tryfirst=True")
    eager = load(registry, tmp_path, lazy=True)
    implementations = [(each.mark.tryfirst, each.parameters) for each in registry.hook.do.implementations()]
    assert len(started) == 2
    report = reloaded(registry, tmp_path)
    assert report == eager
    assert len(started) == 3
    assert [(each.mark.tryfirst, each.parameters) for each in registry.hook.do.implementations()] == implementations
    assert registry.hook.do(action="say", detail="x") == ["first say"]
    assert len(started) == 4
    assert isinstance(registry.get_plugin("job"), IsolatedPlugin)


def test_a_plugin_that_has_changed_is_started_at_once(
    registry: Registry[JobSpec], tmp_path: Path, started: list[Worker]
) -> None:
    """What is written down is good only as long as its files in the other environment are the same."""
    offer(tmp_path, "one", "job = written:Plugin")
    write(tmp_path, "first")
    load(registry, tmp_path, lazy=True)
    write(tmp_path, "another", ", trylast=True")
    started.clear()
    assert reloaded(registry, tmp_path).names == ("job",)
    assert len(started) == 2
    assert [each.mark.trylast for each in registry.hook.do.implementations()] == [True]
    assert do(registry, "say", "x") == "another say"


def test_what_cannot_be_started_late_says_who_needed_it(
    registry: Registry[JobSpec], tmp_path: Path, started: list[Worker]
) -> None:
    """A plugin that breaks after it was registered raises when it is needed, and stays registered."""
    offer(tmp_path, "one", "job = written:Plugin")
    write(tmp_path, "first")
    load(registry, tmp_path, lazy=True)
    reloaded(registry, tmp_path)
    (tmp_path / "written.py").unlink()
    for _ in range(2):
        with pytest.raises(PluginValidationError) as caught:
            registry.hook.do(action="say", detail="x")
        assert [problem.code for problem in caught.value.problems] == ["PK505", "PK706"]
        assert "needed by hook JobSpec.do" in caught.value.problems[0].message
        assert registry.plugin_names() == ("job",)
    assert all(worker.has_ended for worker in started)
    registry.unregister("job")


def test_an_error_that_is_ignored_unregisters_the_plugin(
    registry: Registry[JobSpec], tmp_path: Path, started: list[Worker]
) -> None:
    """With ignore_errors=True, a plugin that turns out to be wrong is left out, with a warning."""
    offer(tmp_path, "one", "job = written:Plugin")
    write(tmp_path, "first")
    load(registry, tmp_path, lazy=True)
    reloaded(registry, tmp_path, ignore_errors=True)
    (tmp_path / "written.py").unlink()
    with pytest.warns(RuntimeWarning, match="is needed by hook JobSpec.do"):
        assert registry.hook.do(action="say", detail="x") == []
    assert registry.plugin_names() == ()
    assert all(worker.has_ended for worker in started)


def test_a_module_of_the_same_name_here_is_another_one(
    registry: Registry[JobSpec], tmp_path: Path, started: list[Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module of the host may call a hook while it is imported, whatever modules are called in the environment."""
    offer(tmp_path, "one", "job = written:Plugin")
    write(tmp_path, "first")
    load(registry, tmp_path, lazy=True)
    reloaded(registry, tmp_path)
    started.clear()
    here = tmp_path / "here"
    here.mkdir()
    (here / "written.py").write_text("import builtins\nanswers = builtins.called()\n")
    monkeypatch.syspath_prepend(str(here))
    monkeypatch.setattr("builtins.called", lambda: registry.hook.do(action="say", detail="x"), raising=False)
    monkeypatch.delitem(sys.modules, "written", raising=False)
    assert importlib.import_module("written").answers == ["first say"]
    assert len(started) == 1
    del sys.modules["written"]
