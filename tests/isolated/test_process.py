"""A worker process seen from the host: what it sends is not trusted, and waiting for it always ends."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

import pytest
from isolated_runs import do, is_alive, plugin_of, pretending
from jobs import JobSpec

from pluginkit import PluginValidationError, Registry
from pluginkit.isolated import IsolationError, Limits, WorkerDied, WorkerTimeout, _process, isolated
from pluginkit.isolated._process import LateError, Launch, Worker, launch_of, status_text

if TYPE_CHECKING:
    from pathlib import Path

    from isolated_runs import Start

# A worker that introduces itself as `jobs:Jobs` would, and then does something else.
FAKE = """
import os, time
from pluginkit.isolated import _loading, _wire
from pluginkit.isolated._wire import *

hello = msgspec.msgpack.decode(os.read(0, 65536)[HEADER.size:], type=Hello)
ready, _ = _loading.load(hello)
{change}
os.write(1, frame(READY, ready))
{then}
"""


def fake(folder: Path, then: str, change: str = "", **limits: float) -> Registry[JobSpec]:
    """Return a registry with a plugin whose worker does what `then` says."""
    registry = Registry(JobSpec)
    python = pretending(folder, FAKE.format(then=then, change=change))
    registry.register(
        isolated(JobSpec, "jobs:Jobs", python=python, limits=Limits(**{"timeout": 20.0, **limits})), "jobs"
    )
    return registry


@pytest.mark.parametrize(
    "then",
    [
        "os.read(0, 65536); os.write(1, HEADER.pack(100, ANSWER, 0, 0)[:5]); time.sleep(60)",
        "os.read(0, 65536); os.write(1, HEADER.pack(100, ANSWER, 0, 0) + b'x' * 50); time.sleep(60)",
        "[os.write(1, HEADER.pack(10**6, ANSWER, 0, 0)), [(os.write(1, b'x'), time.sleep(0.05)) for _ in range(999)]]",
    ],
    ids=["header", "body", "slow"],
)
def test_an_answer_that_stops_in_the_middle_ends_by_the_timeout(tmp_path: Path, then: str) -> None:
    """The deadline is that of the whole frame, however it comes."""
    registry = fake(tmp_path, then, timeout=0.3)
    began = time.monotonic()
    with pytest.raises(WorkerTimeout):
        do(registry, "say")
    assert time.monotonic() - began < 10


def test_a_frame_that_claims_too_much_ends_the_worker(tmp_path: Path) -> None:
    """Nothing is allocated for a frame beyond the limit, and its worker is ended."""
    registry = fake(tmp_path, "os.read(0, 65536); os.write(1, HEADER.pack(2**31, ANSWER, 0, 0)); time.sleep(60)")
    with pytest.raises(IsolationError) as caught:
        do(registry, "say")
    assert caught.value.message == f"the worker sent {2**31} bytes, and the limit is {64 * 1024 * 1024}"
    assert caught.value.hint == "raise Limits.answer"


def test_a_frame_that_claims_too_much_ends_an_async_worker(tmp_path: Path) -> None:
    """The same in an event loop."""
    import asyncio

    registry = fake(tmp_path, "os.read(0, 65536); os.write(1, HEADER.pack(2**31, ANSWER, 0, 0)); time.sleep(60)")
    with pytest.raises(WorkerDied) as caught:
        asyncio.run(registry.hook.wait(seconds=0.0))
    assert caught.value.message == f"the worker sent {2**31} bytes, and the limit is {64 * 1024 * 1024}"


def test_answers_that_nobody_asked_for_are_dropped(tmp_path: Path) -> None:
    """In an event loop, an answer to an unknown call is of no account."""
    import asyncio

    then = """
_, _, index, number = HEADER.unpack_from(os.read(0, 65536))
os.write(1, frame(ANSWER, "other", index, 999) + frame(ANSWER, "right", index, number))
time.sleep(60)
"""
    assert asyncio.run(fake(tmp_path, then).hook.wait(seconds=0.0)) == ["right"]


def test_an_answer_that_is_not_messagepack_is_an_error(tmp_path: Path) -> None:
    """Bytes that mean nothing are an error of the call."""
    registry = fake(tmp_path, "os.read(0, 65536); os.write(1, HEADER.pack(1, ANSWER, 0, 0) + b'\\xc1'); time.sleep(60)")
    with pytest.raises(IsolationError, match="the answer is not what the hook declares: "):
        do(registry, "say")


def test_an_introduction_that_is_none_is_refused(tmp_path: Path) -> None:
    """A worker that answers the greeting with something else is not used."""
    with pytest.raises(WorkerDied) as caught:
        fake(tmp_path, "", "os.write(1, frame(ANSWER, 5))")
    assert caught.value.message == "what it sends is not an answer"


def test_parameters_that_the_hook_does_not_have_are_refused(tmp_path: Path) -> None:
    """A name that a worker sends does not become code, unless the hook has it as well."""
    change = """
import msgspec
first = msgspec.structs.replace(ready.implementations[0], parameters=("a=print('run')",))
ready = msgspec.structs.replace(ready, implementations=(first,))
"""
    with pytest.raises(PluginValidationError, match="unknown parameter"):
        fake(tmp_path, "time.sleep(60)", change)


def test_a_hook_that_the_host_does_not_have_is_refused(tmp_path: Path) -> None:
    """An implementation of an unknown hook is refused, whatever shapes the worker sends."""
    change = """
import msgspec
first = msgspec.structs.replace(ready.implementations[0], hook="nope")
ready = msgspec.structs.replace(ready, implementations=(first,))
"""
    with pytest.raises(PluginValidationError, match="the worker implements a hook that the host does not have: 'nope'"):
        fake(tmp_path, "time.sleep(60)", change)


def test_a_name_like_one_of_ours_does_not_collide(tmp_path: Path) -> None:
    """Parameters that are called like what the generated functions use are just parameters."""
    tmp_path.joinpath("colliding.py").write_text(
        "from typing import Protocol\n"
        "from pluginkit import hookimpl, hookspec\n"
        "class Spec(Protocol):\n"
        "    @hookspec\n"
        "    def rest(self, *, call: int, call_: int, rest: int) -> int: ...\n"
        "class Plugin:\n"
        "    @hookimpl(Spec.rest)\n"
        "    def rest(self, call, **others): return call + sum(others.values())\n",
        encoding="utf-8",
    )
    sys.path.insert(0, str(tmp_path))
    try:
        from colliding import Spec  # type: ignore[import-not-found]

        with isolated(Spec, "colliding:Plugin") as plugin:
            registry = Registry(Spec)
            registry.register(plugin)
            assert registry.hook.rest(call=1, call_=2, rest=3) == [6]
    finally:
        sys.path.remove(str(tmp_path))


# -- where pipes cannot be polled -----------------------------------------------------------------------------------


@pytest.fixture
def unpolled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do as on Windows: nothing can be polled, and there are no process groups."""
    monkeypatch.setattr(_process, "POLLED", False)
    monkeypatch.delattr(os, "killpg")


@pytest.mark.usefixtures("unpolled")
def test_calls_work_without_polling(start: Start) -> None:
    """Calls are answered, a death is noticed, and closing ends the worker."""
    registry = start("jobs:SyncJobs")
    pid = int(do(registry, "pid"))
    assert registry.hook.parcel(content=b"x" * 1_000_000, times=2) == b"x" * 2_000_000
    with pytest.raises(WorkerDied, match="status 3"):
        do(registry, "die")
    assert do(registry, "pid") != str(pid)
    pid = int(do(registry, "pid"))
    plugin_of(registry).close()
    assert not is_alive(pid)


@pytest.mark.usefixtures("unpolled")
@pytest.mark.parametrize("action", ["hang", "stop"])
def test_a_call_ends_by_its_timeout_without_polling(start: Start, action: str) -> None:
    """A timer ends the process at the deadline, and with it the waiting."""
    registry = start("jobs:SyncJobs", limits={"timeout": 0.3})
    with pytest.raises(WorkerTimeout):
        do(registry, action)
    assert do(registry, "say", "on") == "on"


@pytest.mark.usefixtures("unpolled")
def test_a_worker_that_does_not_end_is_killed_without_polling(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that does not end by itself is killed when it is closed."""
    monkeypatch.setattr(_process, "_FAREWELL", 0.1)
    registry = start("jobs:SyncJobs", limits={"timeout": None})
    pid = int(do(registry, "pid"))
    do(registry, "never_end")
    plugin_of(registry).close()
    assert not is_alive(pid)


@pytest.mark.usefixtures("unpolled")
def test_async_hooks_are_refused_without_polling() -> None:
    """Async hooks need pipes that can be polled: an implementation of one is refused."""
    with pytest.raises(PluginValidationError) as caught:
        isolated(JobSpec, "jobs:Jobs")
    assert [(problem.hook, problem.code) for problem in caught.value.problems] == [
        ("JobSpec.wait", "PK710"),
        ("JobSpec.connected", "PK710"),
    ]


@pytest.mark.usefixtures("unpolled")
def test_a_limit_of_memory_is_refused_without_polling() -> None:
    """Where a limit cannot be kept, it is refused."""
    with pytest.raises(ValueError, match=r"^Limits\.memory cannot be kept on this system$"):
        isolated(JobSpec, "jobs:SyncJobs", limits=Limits(memory=10**9))


def test_closing_during_a_call_ends_it(start: Start) -> None:
    """A call that runs while its plugin is closed raises WorkerDied."""
    from threading import Thread

    registry = start()
    found: list[BaseException] = []

    def call() -> None:
        try:
            do(registry, "block", "60")
        except WorkerDied as error:
            found.append(error)

    do(registry, "say")
    thread = Thread(target=call)
    thread.start()
    time.sleep(0.2)
    plugin_of(registry).close()
    thread.join()
    assert len(found) == 1


def test_a_system_without_process_file_descriptors(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the end of a process cannot be polled, that of its pipes is, and the process is asked for."""
    monkeypatch.delattr(os, "pidfd_open")
    registry = start()
    first = do(registry, "pid")
    assert registry.hook.parcel(content=b"x" * 3_000_000, times=1) == b"x" * 3_000_000
    with pytest.raises(WorkerDied, match="status 3"):
        do(registry, "die")
    assert do(registry, "pid") != first


def test_a_system_without_process_file_descriptors_async(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same in an event loop."""
    import asyncio

    monkeypatch.delattr(os, "pidfd_open")
    registry = start()
    assert asyncio.run(registry.hook.wait(seconds=0.0))


def test_a_command_that_cannot_have_larger_pipes(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pipes cannot be enlarged, they are used as they are."""
    import fcntl

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(fcntl, "fcntl", refuse)
    assert start().hook.parcel(content=b"x" * 300_000, times=1) == b"x" * 300_000


def test_how_processes_end() -> None:
    """A status is told as a number, and a signal by its name, if it has one."""
    assert [status_text(status) for status in (0, 3, -9, -11, -64, -99)] == [
        "ended with status 0",
        "ended with status 3",
        "was ended by SIGKILL",
        "was ended by SIGSEGV",
        "was ended by SIGRTMAX",
        "was ended by signal 99",
    ]


def test_how_workers_are_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """This Python gets what can be imported here; another one nothing of the host's, and only the folders given."""
    monkeypatch.setattr(sys, "path", ["", "/lib/one"])
    monkeypatch.setenv("PYTHONHOME", "/of/the/host")
    here, there = launch_of(None, [], ["/mine"]), launch_of("/other/python", ["nice"], [])
    assert here.environment is not None
    assert there.environment is not None
    assert here.environment["PYTHONPATH"].split(os.pathsep) == ["/mine", os.getcwd(), "/lib/one"]  # noqa: PTH109
    assert here.environment["PYTHONHOME"] == "/of/the/host"
    assert not [name for name in there.environment if name.startswith("PYTHON")]
    assert there.command[:3] == ("nice", "/other/python", "-c")
    assert (here.described, there.described) == (sys.executable, "nice /other/python")


def test_a_worker_is_there_until_it_is_killed() -> None:
    """A worker that was killed has ended; to say goodbye to it, or to kill it again, is of no account."""
    worker = Worker(launch_of(None, [], []), 1000)
    assert not worker.has_ended
    assert worker.pid
    worker.interrupt()
    worker.wait_ended(10)
    assert worker.has_ended
    assert worker.kill() == -9
    worker.say_goodbye()
    assert worker.kill() == -9


HOLDER = """
import os, time
if os.fork() == 0:
    time.sleep(60)
"""


def test_a_child_that_holds_the_pipes_hides_no_death() -> None:
    """A process that has ended is noticed, although a child of it keeps both pipes open."""
    worker = Worker(Launch((sys.executable, "-c", HOLDER), None, "python"), 1000)
    worker.wait_ended(10)
    for seconds in (None, 10.0):
        worker.within(seconds)
        with pytest.raises(EOFError):
            worker.receive()
    with pytest.raises(EOFError):
        worker.send(b"x" * 3_000_000)
    worker.kill()


def test_a_process_that_does_not_read_is_noticed() -> None:
    """Sending to a process that has ended, or to one that does not read, gives up."""
    worker = Worker(Launch((sys.executable, "-c", "import time; time.sleep(60)"), None, "python"), 1000)
    worker.within(0.1)
    with pytest.raises(LateError):
        worker.send(b"x" * 3_000_000)
    worker.interrupt()
    worker.wait_ended(10)
    with pytest.raises(EOFError):
        worker.send(b"x")
    worker.kill()


def test_a_call_without_a_limit_waits(start: Start) -> None:
    """Without a timeout, an answer is waited for."""
    assert do(start(limits={"timeout": None}), "block", "0.2") == ""
