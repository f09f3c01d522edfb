"""What isolation promises, each with what provokes it: the host goes on, and knows what happened."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from isolated_runs import do, group_of, is_alive, plugin_of
from jobs import Doc, JobSpec

from pluginkit import Registry, hookimpl
from pluginkit.isolated import IsolationError, RemoteError, RemoteTraceback, WorkerDied, WorkerTimeout, isolated

if TYPE_CHECKING:
    from isolated_runs import Start


class Local:
    """A plugin of the host's own."""

    @hookimpl(JobSpec.do)
    def do(self, action: str, **_: object) -> str:
        return f"local {action}"


def until_dead(pid: int) -> None:
    """Wait until a process is gone, but not for ever."""
    for _ in range(500):
        if not is_alive(pid):
            return
        time.sleep(0.01)
    raise AssertionError(f"process {pid} is still there")


# -- 1: nothing that a plugin does takes the host down, or makes another call fail ----------------------------------


@pytest.mark.parametrize(
    ("action", "what"),
    [("die", "ended with status 3"), ("segfault", "was ended by SIGSEGV"), ("forked_holder", "ended with status 6")],
)
def test_a_death_is_an_error_of_one_call(start: Start, action: str, what: str) -> None:
    """A plugin that ends its process raises WorkerDied, which says how; the next call has a new worker."""
    registry = start()
    first = do(registry, "pid")
    with pytest.raises(WorkerDied) as caught:
        do(registry, action)
    assert str(caught.value) == (
        f"isolated plugin 'jobs:Jobs': the worker {what} [PK708]\n  environment  {sys.executable}"
    )
    (impl,) = registry.hook.do.implementations()
    assert caught.value.__notes__ == [f"in hook JobSpec.do, plugin 'jobs' ({impl.location})"]
    assert do(registry, "pid") != first


def test_a_death_between_calls_fails_no_call(start: Start) -> None:
    """A worker that ended while it was idle is replaced before the next call."""
    registry = start()
    pid = int(do(registry, "pid"))
    os.kill(pid, signal.SIGKILL)
    until_dead(pid)
    assert int(do(registry, "pid")) != pid


def test_other_workers_go_on(start: Start) -> None:
    """While one worker hangs, calls of another one are answered, and none of them fails."""
    registry = start(workers=2, limits={"timeout": 2.0})
    failures: list[BaseException] = []

    def hang() -> None:
        try:
            do(registry, "hang")
        except WorkerTimeout as error:
            failures.append(error)

    thread = Thread(target=hang)
    thread.start()
    answers = [do(registry, "say", str(number)) for number in range(100)]
    thread.join()
    assert answers == [str(number) for number in range(100)]
    assert len(failures) == 1


def test_other_plugins_go_on(start: Start) -> None:
    """What a plugin of the host answers is untouched by a plugin that died before."""
    registry = start()
    registry.register(Local())
    with pytest.raises(WorkerDied):
        do(registry, "die")
    assert registry.hook.do(action="say", detail="isolated") == ["isolated", "local say"]


def test_output_is_not_an_answer(start: Start, capfd: pytest.CaptureFixture[str]) -> None:
    """What a plugin prints, or writes to file descriptor 1, comes on stderr of the host."""
    assert do(start(), "print", "hello") == "printed"
    captured = capfd.readouterr()
    assert (captured.out, sorted(captured.err.splitlines())) == ("", ["hello", "raw hello"])


def test_input_is_empty(start: Start) -> None:
    """A plugin that reads stdin gets nothing, and takes no frame away."""
    assert do(start(), "read") == ""


def test_sys_exit_is_an_answer(start: Start) -> None:
    """`sys.exit` in a plugin ends neither host nor worker: it is an exception of the call."""
    registry = start()
    first = do(registry, "pid")
    with pytest.raises(RemoteError) as caught:
        do(registry, "exit", "enough")
    assert (caught.value.type_name, caught.value.text) == ("SystemExit", "enough")
    assert do(registry, "pid") == first


def test_memory_is_limited(start: Start) -> None:
    """A leak ends in a MemoryError of the plugin, long before the machine has none left; the worker lives."""
    registry = start(limits={"memory": 300_000_000})
    first = do(registry, "pid")
    with pytest.raises(MemoryError):
        for _ in range(10):
            do(registry, "grow", str(80_000_000))
    assert do(registry, "pid") == first


def test_a_fork_in_the_plugin_does_not_answer(start: Start) -> None:
    """A child that returns to where the worker waits for calls sends nothing, and takes no call away."""
    registry = start()
    assert do(registry, "fork") == "the parent"
    assert [do(registry, "say", str(number)) for number in range(20)] == [str(number) for number in range(20)]


def test_a_worker_that_ends_all_the_time_is_not_started_for_ever(start: Start) -> None:
    """After `restarts` within a minute a call fails at once, and no process is started."""
    registry = start(limits={"restarts": 2})
    for _ in range(3):
        with pytest.raises(WorkerDied, match="status 3"):
            do(registry, "die")
    with pytest.raises(WorkerDied) as caught:
        do(registry, "say")
    assert str(caught.value) == (
        "isolated plugin 'jobs:Jobs': "
        "the worker ended 3 times within a minute, and is not started again for now [PK708]\n"
        f"  environment  {sys.executable}\n"
        "  Hint: find out why it ends, or raise Limits.restarts"
    )


# -- 2: a call ends by its timeout ----------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["hang", "stop"])
def test_a_call_ends_by_its_timeout(start: Start, action: str) -> None:
    """A plugin that loops, or whose process is stopped, raises WorkerTimeout, and its worker is gone."""
    registry = start(limits={"timeout": 0.3})
    pid = int(do(registry, "pid"))
    with pytest.raises(WorkerTimeout) as caught:
        do(registry, action)
    assert str(caught.value) == (
        f"isolated plugin 'jobs:Jobs': no answer within 0.3 s [PK709]\n  environment  {sys.executable}"
    )
    assert isinstance(caught.value, TimeoutError)
    assert not is_alive(pid)


def test_a_stop_in_the_middle_of_a_frame(start: Start) -> None:
    """A worker that is stopped while the host is still sending ends by the timeout as well."""
    registry = start(limits={"timeout": 0.3})
    pid = int(do(registry, "pid"))
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(WorkerTimeout):
        registry.hook.parcel(content=bytes(10_000_000), times=1)
    assert not is_alive(pid)
    assert registry.hook.parcel(content=b"x", times=2) == b"xx"


# -- 3: what was killed is gone with its children -------------------------------------------------------------------


@pytest.mark.parametrize("action", ["child_and_hang", "child_and_die"])
def test_children_go_with_the_worker(start: Start, tmp_path: Path, action: str) -> None:
    """Processes that a plugin has started do not outlive its worker."""
    registry = start(limits={"timeout": 0.5})
    noted = tmp_path / "pid"
    with pytest.raises(IsolationError):
        do(registry, action, str(noted))
    until_dead(int(noted.read_text(encoding="utf-8")))


def test_closing_leaves_no_process(start: Start, tmp_path: Path) -> None:
    """A plugin that is closed has no process left, nor a child of one, and says so when it is called."""
    registry = start(workers=2)
    pid = int(do(registry, "pid"))
    child = int(do(registry, "child", str(tmp_path / "pid")))
    assert group_of(pid) >= {pid, child}
    plugin_of(registry).close()
    for process in (pid, child):
        until_dead(process)
    with pytest.raises(WorkerDied) as caught:
        do(registry, "say")
    assert caught.value.message == "it is closed"


def test_closing_lets_the_plugin_clean_up(start: Start, tmp_path: Path) -> None:
    """A worker that is closed runs what the plugin has registered with `atexit`."""
    registry = start()
    noted = tmp_path / "noted"
    do(registry, "at_exit", str(noted))
    plugin_of(registry).close()
    assert noted.read_text(encoding="utf-8") == "cleaned up"


HOST = """
import os, sys, time
from jobs import JobSpec
from pluginkit import Registry
from pluginkit.isolated import Limits, isolated

registry = Registry(JobSpec)
registry.register(isolated(JobSpec, "jobs:Jobs", limits=Limits(timeout=None)))
pid = registry.hook.do(action="pid")[0]
if sys.argv[1] == "forked" and os.fork() == 0:
    time.sleep(60)  # this one holds the pipes of its parent open, as far as it knows
print(pid, flush=True)
registry.hook.do(action=sys.argv[2], detail=sys.argv[3])
"""


@pytest.mark.parametrize("forked", ["alone", "forked"])
@pytest.mark.parametrize("action", ["child_and_hang", "stop"])
def test_nothing_outlives_a_host_that_is_killed(tmp_path: Path, forked: str, action: str) -> None:
    """The worker of a host that is killed goes as well, with its children, whatever the plugin does."""
    noted = tmp_path / "pid"
    host = subprocess.Popen(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{HOST}", forked, action, str(noted)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert host.stdout is not None
    pid = int(host.stdout.readline())
    if action == "child_and_hang":
        while not (noted.exists() and noted.read_text(encoding="utf-8")):
            time.sleep(0.01)
    os.kill(host.pid, signal.SIGKILL)
    host.wait()
    until_dead(pid)
    if action == "child_and_hang":
        until_dead(int(noted.read_text(encoding="utf-8")))
    if forked == "forked":
        os.killpg(host.pid, signal.SIGKILL)
    host.stdout.close()


def test_the_end_of_the_host_ends_its_workers(tmp_path: Path) -> None:
    """A host that ends without closing anything leaves no process."""
    code = f"import sys; sys.path[:0] = {sys.path!r}\n{HOST}"
    done = subprocess.run([sys.executable, "-c", code, "alone", "say", ""], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    until_dead(int(done.stdout))


def test_a_plugin_that_is_forgotten_leaves_no_process() -> None:
    """A plugin that nobody refers to any more ends its workers."""
    registry = Registry(JobSpec)
    registry.register(isolated(JobSpec, "jobs:Jobs"), "jobs")
    pid = int(do(registry, "pid"))
    registry.unregister("jobs")
    until_dead(pid)


# -- 4: a typed answer, or an error ---------------------------------------------------------------------------------


def test_an_answer_of_another_type_is_an_error(start: Start) -> None:
    """What is not of the type that the hook declares does not reach the host."""
    registry = start()
    with pytest.raises(IsolationError) as caught:
        do(registry, "wrong_type")
    assert caught.value.message == "the answer is not what the hook declares: Expected `str | null`, got `int`"
    assert do(registry, "say", "on") == "on"


def test_an_answer_that_is_not_data_is_an_error(start: Start) -> None:
    """An answer that cannot be encoded raises TypeError, and the worker lives."""
    registry = start()
    first = do(registry, "pid")
    with pytest.raises(TypeError) as caught:
        do(registry, "not_data")
    assert str(caught.value) == "an object of class 'object' is not data, and cannot cross to another process"
    assert do(registry, "pid") == first


def test_an_answer_that_is_too_large_is_an_error(start: Start) -> None:
    """An answer beyond the limit is refused by the worker, which lives."""
    registry = start(limits={"answer": 1000})
    first = do(registry, "pid")
    with pytest.raises(ValueError, match=r"^the answer has 10003 bytes, and the limit is 1000: raise Limits\.answer"):
        registry.hook.parcel(content=b"x", times=10_000)
    assert do(registry, "pid") == first


def test_arguments_that_cannot_cross_are_refused_by_the_host(start: Start) -> None:
    """An argument that cannot be encoded raises in the host, and is not sent."""
    registry = start()
    with pytest.raises(OverflowError):
        registry.hook.parcel(content=b"", times=2**70)
    assert do(registry, "say", "on") == "on"


def test_arguments_of_another_type_are_refused(start: Start) -> None:
    """An argument of another type than the hook declares does not reach the plugin."""
    registry = start()
    with pytest.raises(RemoteError) as caught:
        registry.hook.do(action="say", detail=5)  # type: ignore[arg-type]
    assert str(caught.value) == "msgspec.ValidationError: Expected `str`, got `int` - at `$[1]`"
    assert do(registry, "calls") == "1"


# -- 6: at most one run of a call -----------------------------------------------------------------------------------


def test_a_call_runs_once(start: Start, tmp_path: Path) -> None:
    """A call during which the worker ends is not repeated."""
    noted = tmp_path / "noted"
    with pytest.raises(WorkerDied):
        do(start(), "mark_and_die", str(noted))
    assert noted.read_text(encoding="utf-8") == "ran\n"


# -- 7 is in test_exceptions.py: nothing is unpickled ----------------------------------------------------------------
# -- 8: changed arguments raise --------------------------------------------------------------------------------------


def test_a_changed_argument_is_an_error(start: Start) -> None:
    """A plugin that changes its copy of an argument is told that the host would not see it."""
    registry = start()
    doc = Doc("title")
    with pytest.raises(TypeError) as caught:
        registry.hook.edit(doc=doc, tag="in place")
    assert str(caught.value) == (
        "the plugin changed an argument: 'doc'. It runs in another process, where the host does not see that; "
        "return what is to be changed"
    )
    assert doc == Doc("title")
    assert registry.hook.edit(doc=doc, tag="new") == Doc("title", ["new"])


# -- errors that tell where ------------------------------------------------------------------------------------------


def test_an_exception_keeps_its_type_and_shows_where_it_arose(start: Start) -> None:
    """A builtin exception is raised again, with its notes, and the traceback of the worker as its cause."""
    registry = start()
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - its text is below
        do(registry, "raise", "wrong")
    assert str(caught.value) == "wrong"
    (impl,) = registry.hook.do.implementations()
    assert caught.value.__notes__ == [
        "a note of the plugin",
        f"in hook JobSpec.do, plugin 'jobs' ({impl.location})",
    ]
    cause = caught.value.__cause__
    assert isinstance(cause, RemoteTraceback)
    assert 'raise KeyError("inner")' in cause.text
    assert "The above exception was the direct cause of the following exception" in cause.text
    assert "pluginkit/isolated" not in cause.text


def test_an_exception_of_the_plugins_own_is_told(start: Start) -> None:
    """An exception class that the host does not have becomes a RemoteError with its name."""
    with pytest.raises(RemoteError) as caught:
        do(start(), "own_error", "no such model")
    assert str(caught.value) == "jobs.OwnError: no such model"


def test_an_os_error_keeps_its_file(start: Start) -> None:
    """An OSError has its number and its file, as in the plugin."""
    with pytest.raises(FileNotFoundError) as caught:
        do(start(), "os_error", "a.txt")
    assert (caught.value.errno, caught.value.filename) == (2, "a.txt")


# -- forks and signals in the host -----------------------------------------------------------------------------------


def test_a_fork_of_the_host_has_workers_of_its_own(start: Start) -> None:
    """A process that is forked from the host starts workers; both go on, and their frames do not mix."""
    registry = start()
    ours = do(registry, "pid")
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            theirs = [do(registry, "pid") for _ in range(20)]
            plugin_of(registry).close()
            os.write(writer, " ".join(sorted(set(theirs))).encode())
        finally:
            os._exit(0)
    assert {do(registry, "pid") for _ in range(200)} == {ours}
    os.waitpid(child, 0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as file:
        (theirs,) = file.read().split()
    assert theirs != ours
    until_dead(int(theirs))


def test_an_interrupt_in_a_call_drops_its_worker(start: Start) -> None:
    """Ctrl-C in a call leaves it; the answer that may come later is not that of the next call."""
    registry = start()
    first = int(do(registry, "pid"))
    Thread(target=lambda: (time.sleep(0.2), os.kill(os.getpid(), signal.SIGINT))).start()
    with pytest.raises(KeyboardInterrupt):
        do(registry, "block", "10")
    assert not is_alive(first)
    assert do(registry, "say", "on") == "on"
