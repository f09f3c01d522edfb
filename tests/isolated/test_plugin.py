"""`isolated`: an ordinary plugin, whose implementations run elsewhere; and what is refused before it runs."""

from __future__ import annotations

import asyncio
import inspect
import os
import signal
import sys
import time
import typing
import venv
from pathlib import Path
from queue import SimpleQueue
from textwrap import dedent
from typing import TYPE_CHECKING, Any, Protocol

import jobs
import msgspec
import pytest
from isolated_runs import do, plugin_of, pretending
from jobs import Doc, JobSpec

import pluginkit
from pluginkit import PluginValidationError, Registry, hookimpl, hookspec
from pluginkit.isolated import IsolatedPlugin, Limits, WorkerDied, _sync, isolated
from pluginkit.isolated._client import Client
from pluginkit.isolated._process import launch_of
from pluginkit.isolated._sync import Pool
from pluginkit.observe import timings
from pluginkit.testing import HookContract

if TYPE_CHECKING:
    from collections.abc import Generator

    from isolated_runs import Start

SOURCE = Path(jobs.__file__)


def line_of(text: str) -> int:
    """Return the line of the plugin's file that has a text."""
    return SOURCE.read_text(encoding="utf-8").splitlines().index(text) + 1


# -- an ordinary plugin ---------------------------------------------------------------------------------------------


def test_every_mode_works(start: Start) -> None:
    """Hooks of each mode give what they give in process."""
    registry = start()
    assert registry.hook.do(action="say", detail="yes") == ["yes"]
    assert registry.hook.do(action="say") == [""]
    assert registry.hook.parcel(content=b"ab", times=2) == b"abab"
    assert registry.hook.parcel(content=b"ab", times=0) is None
    assert registry.hook.edit(doc=Doc("t"), tag="x") == Doc("t", ["x"])
    assert registry.hook.locate(path=Path("there")) == [Path("there", "below")]


def test_it_is_named_after_the_original(start: Start) -> None:
    """Without a name, the plugin is called after the class that it runs."""
    plugin = plugin_of(start())
    registry = Registry(JobSpec)
    assert registry.register(plugin).name == "Jobs"
    assert repr(plugin) == f"<isolated plugin 'jobs:Jobs' on {sys.executable}>"
    assert isinstance(plugin, IsolatedPlugin)
    assert plugin.target == "jobs:Jobs"
    assert plugin.environment.pluginkit == pluginkit.__version__
    assert plugin.environment.msgspec == msgspec.__version__


def test_implementations_are_where_the_original_is(start: Start) -> None:
    """Place, parameters, order and signature are those of the implementation that runs elsewhere."""
    registry = start()
    (impl,) = registry.hook.do.implementations()
    assert impl.location == f"{SOURCE}:{line_of('    @hookimpl(JobSpec.do, tryfirst=True)')}"
    assert (impl.parameters, impl.rest, impl.mark.tryfirst) == (("action", "detail"), False, True)
    assert impl.function.__qualname__ == "Jobs.do"
    assert str(inspect.signature(impl.function)) == "(action: 'str', detail: 'str') -> 'str'"
    assert typing.get_type_hints(impl.function) == {"action": str, "detail": str, "return": str}
    (impl,) = registry.hook.edit.implementations()
    assert impl.mark.after == ("other",)
    (impl,) = registry.hook.parcel.implementations()
    assert (impl.parameters, impl.rest) == (("content",), True)
    (impl,) = registry.hook.wait.implementations()
    assert inspect.iscoroutinefunction(impl.function)


def test_it_takes_part_in_the_order(start: Start) -> None:
    """Marks of the original decide on its place; wrappers of the host run around it."""

    class Host:
        @hookimpl(JobSpec.do)
        def do(self, action: str, **_: object) -> str:
            return "host"

        @hookimpl(JobSpec.do, wrapper=True)
        def around(self, **_: object) -> Generator[None, list[str], list[str]]:
            return [*(yield), "wrapped"]

    registry = start()
    registry.register(Host())
    assert registry.hook.do(action="say", detail="first") == ["first", "host", "wrapped"]


def test_it_can_replace_and_be_replaced(start: Start) -> None:
    """`replace` puts an isolated plugin where one of the host was, and the other way round."""
    registry = start()
    other = plugin_of(start("jobs:Shouting"))
    registry.replace("jobs", other)
    assert registry.hook.do(action="say", detail="x") == ["SAY X"]


class JobContract(HookContract[JobSpec]):
    """What a host expects of plugins that do jobs."""

    def test_it_says_what_it_is_told(self) -> None:
        """The answer is what the plugin was told to say."""
        assert self.hook.do(action="say", detail="this") == ["this"]


def test_it_passes_a_contract(start: Start) -> None:
    """A contract of the host runs on an isolated plugin as on any."""
    plugin = plugin_of(start())

    class Isolated(JobContract):
        def make_plugin(self) -> object:
            return plugin

    case = Isolated()
    case.test_implements_the_spec()
    case.test_it_says_what_it_is_told()


def test_all_arguments_reach_one_that_takes_the_rest(start: Start) -> None:
    """An implementation with only `**rest` gets every argument."""
    assert do(start("jobs:Shouting"), "say", "this") == "SAY THIS"


def test_a_module_can_be_the_plugin(start: Start, tmp_path: Path) -> None:
    """A target without an attribute is a module whose functions are implementations."""
    tmp_path.joinpath("job_module.py").write_text(
        dedent("""
            from jobs import JobSpec
            from pluginkit import hookimpl

            @hookimpl.function(JobSpec.do)
            def run(action, **_):
                return f"module {action}"
        """),
        encoding="utf-8",
    )
    registry = start("job_module", paths=[tmp_path])
    assert do(registry, "say") == "module say"
    assert Registry(JobSpec).register(plugin_of(registry)).name == "job_module"


def test_calls_of_threads_run_side_by_side(start: Start) -> None:
    """As many calls run at the same time as there are workers; further ones wait."""
    from concurrent.futures import ThreadPoolExecutor

    registry = start(workers=2)
    with ThreadPoolExecutor(6) as threads:
        pids = set(threads.map(lambda _: _slow_pid(registry), range(12)))
    assert len(pids) == 2


def test_calls_take_turns(start: Start) -> None:
    """A call that waits for a worker gets it before one that comes later, however busy others are."""
    from threading import Event, Thread

    registry = start()
    done = Event()
    calls = [0, 0, 0]

    def keep_calling(place: int) -> None:
        while not done.is_set():
            do(registry, "block", "0.001")
            calls[place] += 1

    threads = [Thread(target=keep_calling, args=(place,)) for place in range(3)]
    for thread in threads:
        thread.start()
    while sum(calls) < 150:
        time.sleep(0.01)
    done.set()
    for thread in threads:
        thread.join()
    assert max(calls) - min(calls) < 50


def test_an_interrupt_while_waiting_takes_no_worker_away(start: Start) -> None:
    """Ctrl-C while all workers are busy leaves the call, and the worker goes to the next one."""
    from threading import Thread

    registry = start()
    do(registry, "say")
    busy = Thread(target=do, args=(registry, "block", "0.5"))
    busy.start()
    time.sleep(0.1)
    Thread(target=lambda: (time.sleep(0.1), os.kill(os.getpid(), signal.SIGINT))).start()
    with pytest.raises(KeyboardInterrupt):
        do(registry, "say")
    busy.join()
    assert do(registry, "say", "on") == "on"


class Interrupted(SimpleQueue):  # type: ignore[type-arg]
    """A queue at which the first one who waits is interrupted."""

    ended = False

    def get(self, *given: Any, **options: Any) -> Any:
        if not Interrupted.ended:
            Interrupted.ended = True
            raise KeyboardInterrupt
        return super().get(*given, **options)


def test_a_worker_that_is_handed_out_during_an_interrupt_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that a call gets just as it is interrupted goes back."""
    monkeypatch.setattr(_sync, "SimpleQueue", Interrupted)
    pool = Pool(Client(launch_of(None, [], []), "jobs:JobSpec", "jobs:Jobs", Limits()), 2, None)
    first: SimpleQueue[Any] = SimpleQueue()
    pool._waiting.append(first)  # so that the next one waits too
    with pytest.raises(KeyboardInterrupt):
        pool._take()
    assert first.qsize() == 1
    assert len(pool._idle) == 1
    assert not pool._waiting


def _slow_pid(registry: Registry[JobSpec]) -> str:
    do(registry, "block", "0.01")
    return do(registry, "pid")


def test_workers_are_replaced_after_some_calls(start: Start) -> None:
    """After `calls` calls a worker ends by itself, and another one takes over."""
    registry = start(limits={"calls": 2})
    pids = [do(registry, "pid") for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


# -- historic hooks -------------------------------------------------------------------------------------------------


def test_new_workers_are_told_what_others_were_told(start: Start) -> None:
    """What a historic hook said is said to each worker that starts later, once and in order."""
    registry = start(workers=2)
    registry.hook.configured.call_historic(options={"a": ""})
    registry.hook.configured.call_historic(options={"b": ""})
    assert do(registry, "told") == "a b"
    with pytest.raises(WorkerDied):
        do(registry, "die")
    assert do(registry, "told") == "a b"


def test_a_historic_call_that_fails_is_not_repeated(start: Start) -> None:
    """A call that raised is not remembered for other workers."""
    registry = start()
    with pytest.raises(ValueError, match=r"^not that"):
        registry.hook.configured.call_historic(options={"raise": ""})
    with pytest.raises(WorkerDied):
        do(registry, "die")
    assert do(registry, "told") == ""


def test_a_replay_reaches_the_plugin(start: Start) -> None:
    """Calls before the registration are replayed to an isolated plugin as to any."""
    plugin = plugin_of(start())
    registry = Registry(JobSpec)
    registry.hook.configured.call_historic(options={"early": ""})
    registry.register(plugin)
    assert do(registry, "told") == "early"


def test_a_worker_that_cannot_be_told_is_not_used(start: Start, tmp_path: Path) -> None:
    """A new worker that fails at what others took is dropped, and the call says why."""
    tmp_path.joinpath("once.py").write_text(
        dedent(f"""
            import os
            from jobs import Jobs as Original, JobSpec
            from pluginkit import hookimpl

            class Jobs(Original):
                @hookimpl(JobSpec.configured)
                def configured(self, options):
                    noted = {str(tmp_path / "noted")!r}
                    if os.path.exists(noted):
                        raise RuntimeError("only once")
                    open(noted, "w").close()
        """),
        encoding="utf-8",
    )
    registry = start("once:Jobs", paths=[tmp_path])
    registry.hook.configured.call_historic(options={})
    with pytest.raises(WorkerDied):
        do(registry, "die")
    for _ in range(2):
        with pytest.raises(RuntimeError, match=r"^only once"):
            do(registry, "say")


# -- what is refused ------------------------------------------------------------------------------------------------


def test_all_problems_at_once() -> None:
    """What does not fit, and what cannot run elsewhere, is in one error, with the places in the other environment."""
    with pytest.raises(PluginValidationError) as caught:
        isolated(JobSpec, "jobs:Around")
    assert [(problem.message, problem.hook, problem.hint) for problem in caught.value.problems] == [
        ("unknown parameter 'tagg'", "JobSpec.edit", "did you mean 'tag'?"),
        (
            "a wrapper cannot run in another process",
            "JobSpec.do",
            "register the wrapper as a plugin of the host: it runs around isolated plugins too",
        ),
    ]
    assert caught.value.problems[1].location == f"{SOURCE}:{line_of('    @hookimpl(JobSpec.do, wrapper=True)')}"
    assert caught.value.plugin_name == "jobs:Around"


def test_a_plugin_that_cannot_be_made_is_refused() -> None:
    """What a plugin raises while it is made is in the error, and the traceback of the worker behind it."""
    with pytest.raises(PluginValidationError) as caught:
        isolated(JobSpec, "jobs:Broken")
    assert str(caught.value) == (
        f"plugin 'jobs:Broken': cannot be loaded in {sys.executable}: RuntimeError: no licence [PK706]\n"
        "  Hint: install typed-pluginkit[isolated], the plugin and the module of the spec in that environment"
    )
    cause = caught.value.__cause__
    assert isinstance(cause, RuntimeError)
    assert 'raise RuntimeError("no licence")' in str(cause.__cause__)


@pytest.mark.parametrize(("target", "reason"), [("no_such_module", "ModuleNotFoundError"), ("jobs:Nope", "Attribute")])
def test_a_target_that_is_not_there_is_refused(target: str, reason: str) -> None:
    """A module or an attribute that the other environment does not have is named."""
    with pytest.raises(PluginValidationError, match=f"^plugin '{target}': cannot be loaded in .*: {reason}"):
        isolated(JobSpec, target)


def test_a_python_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A Python that does not exist is said to be missing."""
    with pytest.raises(WorkerDied, match=r"it cannot be started: .*No such file or directory"):
        isolated(JobSpec, "jobs:Jobs", python=tmp_path / "python")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import sys; sys.version_info = (3, 9, 1)", "Python 3.11 or later is needed, and this is 3.9"),
        ("import sys; sys.modules['msgspec'] = None", "import of msgspec halted; None in sys.modules"),
        (
            "import sys; sys.modules['pluginkit'] = None",
            "ModuleNotFoundError: No module named 'pluginkit.isolated'; 'pluginkit' is not a package",
        ),
    ],
)
def test_an_environment_that_cannot_be_used_is_refused(tmp_path: Path, code: str, said: str) -> None:
    """An old Python, or one without what is needed, says so itself."""
    with pytest.raises(WorkerDied) as caught:
        isolated(JobSpec, "jobs:Jobs", python=pretending(tmp_path, f"{code}; exec(sys.argv[-1])"))
    assert caught.value.message.startswith("its environment cannot be used: ")
    assert caught.value.message.endswith(said)
    assert (
        caught.value.hint
        == "install typed-pluginkit[isolated], the plugin and the module of the spec in that environment"
    )


def test_a_worker_that_is_not_ready_in_time_is_refused(tmp_path: Path) -> None:
    """What takes longer than `start` to be ready is ended."""
    from pluginkit.isolated import WorkerTimeout

    with pytest.raises(WorkerTimeout, match=r"was not ready within 0\.2 s"):
        isolated(
            JobSpec,
            "jobs:Jobs",
            python=pretending(tmp_path, "import time; time.sleep(60)"),
            limits=Limits(start=0.2),
        )


def test_a_worker_that_ends_at_once_is_refused(tmp_path: Path) -> None:
    """What ends before it is ready is reported with its status."""
    with pytest.raises(WorkerDied, match="the worker ended with status 7"):
        isolated(JobSpec, "jobs:Jobs", python=pretending(tmp_path, "sys.exit(7)"))


def test_a_spec_that_another_process_does_not_find_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A spec in a function, or in the script that runs, cannot be imported by a worker."""

    class Local(Protocol):
        @hookspec
        def do(self) -> str: ...

    with pytest.raises(PluginValidationError) as caught:
        isolated(Local, "jobs:Jobs")
    assert str(caught.value) == (
        "plugin 'jobs:Jobs': another process cannot import the spec Local: it is defined in a function [PK704]\n"
        "  Hint: move the spec to a module that the environment of the plugin can import"
    )
    monkeypatch.setattr(JobSpec, "__module__", "__main__")
    with pytest.raises(PluginValidationError, match="it is defined in the script that runs"):
        isolated(JobSpec, "jobs:Jobs")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"workers": 0}, "workers=0 is not a positive integer"),
        ({"workers": True}, "workers=True is not a positive integer"),
        ({"limits": 5}, r"limits=5 is not a Limits: write limits=Limits\(timeout=5\.0\)"),
        ({"command": "nice"}, "command='nice' is a text: write one item for each argument"),
    ],
)
def test_wrong_arguments_are_refused(options: dict[str, Any], message: str) -> None:
    """Arguments of a wrong kind are refused before anything is started."""
    with pytest.raises((TypeError, ValueError), match=f"^{message}$"):
        isolated(JobSpec, "jobs:Jobs", **options)


# -- another environment --------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an environment that has pluginkit and msgspec, and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    for package in (pluginkit, msgspec):
        site.joinpath(package.__name__).symlink_to(Path(package.__path__[0]))
    return folder


def test_a_plugin_runs_on_another_environment(
    environment: Path, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other environment needs pluginkit, msgspec, the spec and the plugin; nothing of the host's gets there."""
    for name in ("jobs.py",):
        tmp_path.joinpath(name).write_text(SOURCE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", "/of/the/host")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    registry = start(python=environment / "bin" / "python", paths=[tmp_path])
    assert plugin_of(registry).environment.executable == str(environment / "bin" / "python")
    assert do(registry, "variable", "PYTHONPATH") == str(tmp_path)
    assert do(registry, "variable", "PYTHONWARNINGS") == ""
    assert registry.hook.edit(doc=Doc("t"), tag="x") == Doc("t", ["x"])


def test_another_version_of_the_spec_is_found_at_the_start(environment: Path, tmp_path: Path) -> None:
    """A spec that has other types in the other environment is refused, with both."""
    text = SOURCE.read_text(encoding="utf-8")
    tmp_path.joinpath("jobs.py").write_text(text.replace("title: str", "title: int"), encoding="utf-8")
    with pytest.raises(PluginValidationError) as caught:
        isolated(JobSpec, "jobs:Jobs", python=environment / "bin" / "python", paths=[tmp_path])
    (problem,) = caught.value.problems
    assert problem.hook == "JobSpec.edit"
    assert problem.hint == "install the same version of the spec in both environments"
    assert problem.message.splitlines() == [
        f"the spec is not the same in {environment / 'bin' / 'python'}",
        "here:",
        "  (doc: Doc, tag: str) -> union(Doc, none) [pipeline doc]",
        "  Doc = dataclass(title: str, tags: list(str) = ...)",
        "there:",
        "  (doc: Doc, tag: str) -> union(Doc, none) [pipeline doc]",
        "  Doc = dataclass(title: int, tags: list(str) = ...)",
    ]


def test_a_hook_that_only_the_other_side_has_is_found(environment: Path, tmp_path: Path) -> None:
    """A hook that the host does not have is refused as well."""
    text = SOURCE.read_text(encoding="utf-8").replace("locate", "find")
    tmp_path.joinpath("jobs.py").write_text(text, encoding="utf-8")
    with pytest.raises(PluginValidationError) as caught:
        isolated(JobSpec, "jobs:Jobs", python=environment / "bin" / "python", paths=[tmp_path])
    (problem,) = caught.value.problems
    assert (problem.hook, "there is no such hook" in problem.message) == ("find", True)


def test_a_plugin_that_has_changed_since_is_not_used(tmp_path: Path, start: Start) -> None:
    """A worker that starts later, with a plugin that implements something else by then, is refused."""
    text = "from jobs import JobSpec, Jobs as Original\nclass Jobs(Original): ...\n"
    tmp_path.joinpath("changing.py").write_text(text, encoding="utf-8")
    registry = start("changing:Jobs", paths=[tmp_path])
    tmp_path.joinpath("changing.py").write_text(text.replace("...", "do = None"), encoding="utf-8")
    with pytest.raises(WorkerDied, match="status 3"):
        do(registry, "die")
    with pytest.raises(WorkerDied) as caught:
        do(registry, "say")
    assert caught.value.message == "it is not what was registered: it has changed"
    assert caught.value.hint == "replace the plugin"


def test_a_command_starts_the_worker(start: Start) -> None:
    """`command` is what the Python is started with."""
    registry = start(command=["env", "STARTED_BY=env"])
    assert do(registry, "variable", "STARTED_BY") == "env"
    assert do(start(), "variable", "STARTED_BY") == os.environ.get("STARTED_BY", "")


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_the_time_of_a_worker_is_the_plugins(start: Start, is_async: bool) -> None:
    """Observers see calls of an isolated plugin as those of others: their time, their failures, their exceptions."""
    registry = start()
    table = timings()
    with registry.observe(table):
        if is_async:
            asyncio.run(registry.hook.wait(seconds=0.2))  # type: ignore[arg-type]
        else:
            registry.hook.do(action="block", detail="0.2")
        with pytest.raises(ValueError, match="wrong"):
            registry.hook.do(action="raise", detail="wrong")
    rows = {row.hook: row for row in table}
    first = rows["JobSpec.wait" if is_async else "JobSpec.do"]
    assert (first.plugin_name, first.total >= 0.2) == ("jobs", True)
    assert rows["JobSpec.do"].failures == 1
