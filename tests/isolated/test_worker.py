"""The worker, run in this process: what it answers to what a host sends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from io import FileIO
from threading import Thread
from types import ModuleType
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from jobs import Jobs, JobSpec

from pluginkit.isolated import _guard, _worker
from pluginkit.isolated._exceptions import unpack
from pluginkit.isolated._pipes import FrameReader, write
from pluginkit.isolated._threaded import ThreadedReader
from pluginkit.isolated._wire import (
    ANSWER,
    BYE,
    CALL,
    CANCEL,
    HELLO,
    PROTOCOL,
    RAISED,
    READY,
    REFUSED,
    Hello,
    Raised,
    Ready,
    frame,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Conversation:
    """What a host sends to a worker and receives from it."""

    def __init__(self, requests: FileIO, answers: FileIO) -> None:
        self.requests = requests
        self._reader = FrameReader(answers, 2**30)

    def send(self, kind: int, *body: object, index: int = 0, number: int = 0) -> None:
        write(self.requests, frame(kind, *body, index=index, number=number))

    def receive(self) -> tuple[int, int, int, Any]:
        """Return kind, implementation, call, and the body as it is decoded."""
        kind, index, number, body = self._reader.read()
        kinds: dict[int, Any] = {READY: Ready, RAISED: Raised}
        if kind == REFUSED:
            return kind, index, number, bytes(body).decode()
        return kind, index, number, msgspec.msgpack.decode(body, type=kinds.get(kind, Any))

    def greet(self, target: str = "jobs:Jobs", **options: Any) -> Any:
        """Say hello, and return what comes back."""
        spec = options.pop("spec", "jobs:JobSpec")
        protocol = options.pop("protocol", PROTOCOL)
        self.send(HELLO, Hello(protocol, spec, target, answer=1000, **options))
        return self.receive()[3]


@pytest.fixture
def forks(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """Keep the functions that would run in children of this process."""
    kept: list[Callable[[], None]] = []
    monkeypatch.setattr(os, "register_at_fork", lambda *, after_in_child: kept.append(after_in_child))
    return kept


@contextlib.contextmanager
def serving(run: Callable[[int, int], None]) -> Iterator[Conversation]:
    """Run a worker in a thread, and talk to it; it has to end by itself when it is told to."""
    (theirs, ours), (reading, writing) = os.pipe(), os.pipe()
    thread = Thread(target=run, args=(theirs, writing))
    thread.start()
    with FileIO(ours, "wb") as requests, FileIO(reading, "rb") as answers:
        yield Conversation(requests, answers)
        requests.close()
        thread.join()
        os.close(theirs)
        os.close(writing)


@pytest.fixture(params=[True, False], ids=["guarded", "threaded"])
def worker(request: pytest.FixtureRequest, forks: object) -> Iterator[Conversation]:
    """Return a conversation with a worker, as it is with a guard and without one."""
    with serving(lambda *pipes: _worker.serve(*pipes, guarded=request.param)) as conversation:
        yield conversation
        with contextlib.suppress(BrokenPipeError):  # it has ended by itself
            conversation.send(BYE)


def hooks(ready: Ready) -> list[str]:
    """Return the hooks of the implementations, in the order of their numbers."""
    return [described.hook for described in ready.implementations]


def test_it_describes_its_plugin(worker: Conversation) -> None:
    """The first answer has versions, implementations with their places, and shapes."""
    ready = worker.greet()
    assert hooks(ready) == ["do", "parcel", "edit", "configured", "locate", "wait", "connected"]
    assert ready.implementations[0].name == "Jobs.do"
    assert ready.implementations[0].tryfirst
    assert ready.implementations[2].after == ("other",)
    assert ready.executable == sys.executable
    assert ready.python == ".".join(map(str, sys.version_info[:3]))
    assert ready.shapes["do"] == "(action: str, detail: str = ...) -> union(str, none) [collect]"
    assert ready.problems == ()


def test_it_answers_calls(worker: Conversation) -> None:
    """A call gives an answer or an exception, with its numbers; what changes its arguments is refused."""
    worker.greet()
    worker.send(CALL, ("say", "yes"), number=7)
    assert worker.receive() == (ANSWER, 0, 7, "yes")
    worker.send(CALL, ({"title": "t", "tags": []}, "x"), index=2)
    assert worker.receive() == (ANSWER, 2, 0, {"title": "t", "tags": ["x"]})
    worker.send(CALL, ({"title": "t", "tags": []}, "in place"), index=2)
    kind, _, _, raised = worker.receive()
    assert (kind, raised.type_name, raised.text[:39]) == (
        RAISED,
        "TypeError",
        "the plugin changed an argument: 'doc'. ",
    )
    worker.send(CALL, (b"x", 2000), index=1)
    assert str(unpack(worker.receive()[3])) == "the answer has 2003 bytes, and the limit is 1000: raise Limits.answer"


def test_it_tells_of_problems(worker: Conversation) -> None:
    """Problems are told instead of implementations, and the worker ends."""
    ready = worker.greet("jobs:Around")
    assert [problem.message for problem in ready.problems] == [
        "unknown parameter 'tagg'",
        "a wrapper cannot run in another process",
    ]
    assert ready.implementations == ()


def test_it_tells_what_a_plugin_raised(worker: Conversation) -> None:
    """What is raised while the plugin is loaded is told, and the worker ends."""
    raised = worker.greet("jobs:Broken")
    assert (raised.type_name, raised.text) == ("RuntimeError", "no licence")


def test_it_refuses_another_protocol(worker: Conversation) -> None:
    """A host that speaks another version of the frames is told so."""
    assert worker.greet(protocol=99) == (
        f"it has version {PROTOCOL} of the frames, and the host has version 99: "
        "install the same version of pluginkit on both sides"
    )


def test_it_tells_of_entry_points(worker: Conversation) -> None:
    """Asked for a group, it loads nothing, and names the entry points."""
    ready = worker.greet("", spec="", group="console_scripts")
    assert any((point.name, point.value) == ("pluginkit", "pluginkit.cli:main") for point in ready.offered)


def test_it_limits_memory(worker: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit of memory is set before the plugin is imported."""
    import resource

    limits: list[object] = []
    monkeypatch.setattr(resource, "setrlimit", lambda *given: limits.append(given))
    worker.greet(memory=10**9)
    assert limits == [(resource.RLIMIT_DATA, (10**9, 10**9))]


def test_it_ends_with_the_pipe(forks: object) -> None:
    """A worker whose pipe is closed ends, also without a goodbye."""
    with serving(lambda *pipes: _worker.serve(*pipes, guarded=True)) as conversation:
        conversation.greet()


def test_its_pipes_are_not_for_children(forks: list[Callable[[], None]]) -> None:
    """In a process that the plugin forks, the pipes lead nowhere."""
    with serving(lambda *pipes: _worker.serve(*pipes, guarded=True)) as conversation:
        conversation.greet()
        conversation.send(BYE)
    reader, writer = os.pipe()
    _worker._keep_from_children(writer)
    forks[-1]()
    os.write(writer, b"x")
    os.close(writer)
    assert os.read(reader, 10) == b""
    os.close(reader)


def test_a_system_without_forks_has_no_children(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is forked, nothing has to be kept from children."""
    monkeypatch.delattr(os, "register_at_fork")
    _worker._keep_from_children(0)


def test_a_thread_notices_that_the_host_is_gone() -> None:
    """Without a guard, the end of the pipe ends the worker even while the plugin is busy."""
    reader, writer = os.pipe()
    ended: list[bool] = []
    with FileIO(reader, "rb") as file:
        threaded = ThreadedReader(FrameReader(file, 1000), lambda: ended.append(True))
        os.write(writer, frame(CALL, 5, number=3))
        assert threaded.read()[2] == 3
        os.close(writer)
        while not ended:
            pass


# -- async hooks ----------------------------------------------------------------------------------------------------


ASYNC = pytest.mark.parametrize(
    ("library", "target", "cancelled"),
    [
        ("asyncio", "jobs:Jobs", "asyncio.exceptions.CancelledError"),
        ("trio", "trio_jobs:TrioJobs", "trio.Cancelled"),
    ],
)


@ASYNC
def test_async_calls_overlap_and_are_cancelled(forks: object, library: str, target: str, cancelled: str) -> None:
    """Calls run side by side; one that is cancelled says so, and a late cancellation is of no account."""
    with serving(lambda *pipes: _worker.serve(*pipes, guarded=True)) as conversation:
        ready = conversation.greet(target, library=library)
        wait, do = hooks(ready).index("wait"), hooks(ready).index("do")
        for number, seconds in ((1, 10.0), (2, 0.0)):
            conversation.send(CALL, (seconds, ""), index=wait, number=number)
        kind, _, number, _ = conversation.receive()
        assert (kind, number) == (ANSWER, 2)
        conversation.send(CANCEL, number=2)
        conversation.send(CANCEL, number=1)
        kind, _, number, raised = conversation.receive()
        assert (kind, number, raised.type_name) == (RAISED, 1, cancelled)
        conversation.send(CALL, ("say", "plain"), index=do, number=3)
        assert conversation.receive() == (ANSWER, do, 3, "plain")
        conversation.send(CALL, ("raise", "wrong"), index=do, number=4)
        assert conversation.receive()[3].text == "wrong"
        conversation.send(BYE)


@ASYNC
def test_a_call_can_be_cancelled_before_it_began(forks: object, library: str, target: str, cancelled: str) -> None:
    """A call and its cancellation that come together give one frame."""
    with serving(lambda *pipes: _worker.serve(*pipes, guarded=True)) as conversation:
        wait = hooks(conversation.greet(target, library=library)).index("wait")
        together = frame(CALL, (10.0, ""), index=wait, number=1) + frame(CANCEL, number=1) + frame(BYE) + frame(BYE)
        write(conversation.requests, together)
        kind, _, number, raised = conversation.receive()
        assert (kind, number, raised.type_name) == (RAISED, 1, cancelled)


@ASYNC
def test_an_async_worker_ends_with_the_pipe(forks: object, library: str, target: str, cancelled: str) -> None:
    """A worker for async hooks whose pipe is closed ends, also without a goodbye."""
    del cancelled
    with serving(lambda *pipes: _worker.serve(*pipes, guarded=True)) as conversation:
        conversation.greet(target, library=library)


# -- the guard ------------------------------------------------------------------------------------------------------


class Ended(BaseException):
    """A process would end here."""


def test_the_guard_ends_the_group_when_the_host_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of the pipe ends all processes of the group."""
    killed: list[object] = []
    monkeypatch.setattr(os, "killpg", lambda *given: killed.append(given))
    monkeypatch.setattr(os, "closerange", lambda *_: None)
    reader, writer = os.pipe()
    os.write(writer, b"requests that the worker has not read yet")
    thread = Thread(target=_guard.guard, args=(reader, (os.getpid(), 2**22 + 1)))
    thread.start()
    assert killed == []
    os.close(writer)
    thread.join()
    assert killed == [(0, 9)]
    os.close(reader)


def test_the_guard_keeps_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """It closes all file descriptors but those that it watches."""
    closed: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "closerange", lambda *given: closed.append(given))
    _guard._close_others({3, 7})
    assert closed == [(0, 3), (4, 7), (8, 264)]


def test_the_guard_is_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is forked, and the child never returns, whatever happens."""
    ran: list[object] = []

    def end(status: int) -> None:
        raise Ended

    monkeypatch.setattr(os, "fork", lambda: 5)
    _guard.start_guard(0)
    monkeypatch.setattr(os, "fork", lambda: 0)
    monkeypatch.setattr(os, "_exit", end)
    monkeypatch.setattr(_guard, "guard", lambda *given: ran.append(given))
    with pytest.raises(Ended):
        _guard.start_guard(0)
    assert ran == [(0, (os.getppid(), os.getpid()))]


def test_pipes_do_not_translate_line_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows, the pipes are set to be binary."""
    modes: list[tuple[int, int]] = []
    msvcrt = ModuleType("msvcrt")
    vars(msvcrt)["setmode"] = lambda *given: modes.append(given)
    monkeypatch.setitem(sys.modules, "msvcrt", msvcrt)
    monkeypatch.setattr(_guard, "WINDOWS", True)
    monkeypatch.setattr(os, "O_BINARY", 0x8000, raising=False)
    for name in ("dup", "open", "close", "dup2"):
        monkeypatch.setattr(os, name, lambda *_: 7)
    _guard.take_pipes()
    assert modes == [(7, 0x8000), (7, 0x8000)]


def test_the_pipes_are_taken_from_the_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stdin is empty then, and stdout is stderr."""
    moved: list[tuple[int, int]] = []
    copies = iter((100, 101))
    monkeypatch.setattr(os, "dup", lambda _: next(copies))
    monkeypatch.setattr(os, "open", lambda *_: 50)
    monkeypatch.setattr(os, "close", lambda _: None)
    monkeypatch.setattr(os, "dup2", lambda *given: moved.append(given))
    assert _guard.take_pipes() == (100, 101)
    assert moved == [(50, 0), (2, 1)]


@pytest.mark.parametrize("can_fork", [True, False])
def test_the_worker_runs(monkeypatch: pytest.MonkeyPatch, can_fork: bool) -> None:
    """The pipes are taken, the guard is started where it can be, and then requests are served."""
    events: list[object] = []
    monkeypatch.setattr(_guard, "CAN_FORK", can_fork)
    monkeypatch.setattr(_guard, "take_pipes", lambda: (3, 4))
    monkeypatch.setattr(_guard, "start_guard", events.append)
    monkeypatch.setattr(_worker, "serve", lambda *pipes, guarded: events.append((pipes, guarded)))
    _guard.run()
    assert events == [3, ((3, 4), True)] if can_fork else [((3, 4), False)]


def test_the_worker_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that cannot be imported refuses."""
    reader, writer = os.pipe()
    monkeypatch.setattr(_guard, "take_pipes", lambda: (0, writer))
    monkeypatch.setattr(_guard, "CAN_FORK", False)
    monkeypatch.setitem(sys.modules, "pluginkit.isolated._worker", None)
    _guard.run()
    os.close(writer)
    with FileIO(reader, "rb") as file:
        kind, _, _, body = FrameReader(file, 1000).read()
    assert (kind, bytes(body).decode()) == (
        REFUSED,
        "ModuleNotFoundError: import of pluginkit.isolated._worker halted; None in sys.modules",
    )


def test_the_end_of_a_process_cannot_always_be_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are no process file descriptors, the guard has the pipe only."""
    monkeypatch.delattr(os, "pidfd_open")
    assert _guard._pidfd(os.getpid()) is None


def test_the_plugin_of_the_tests_is_what_it_says() -> None:
    """The plugin implements every hook of its spec."""
    assert {name for name in vars(Jobs) if not name.startswith("_")} == {
        name for name in vars(JobSpec) if not name.startswith("_")
    }
    assert asyncio.iscoroutinefunction(Jobs.wait)
