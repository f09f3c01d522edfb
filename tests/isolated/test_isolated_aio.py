"""Async hooks of isolated plugins: several at once, cancelled, late, and killed."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from isolated_runs import do, is_alive, plugin_of
from jobs import JobSpec

from pluginkit.isolated import IsolationError, Limits, WorkerDied, WorkerTimeout, _plugin
from pluginkit.isolated._aio import Line
from pluginkit.isolated._client import Client
from pluginkit.isolated._process import Launch, Worker, launch_of
from pluginkit.isolated._wire import ANSWER, CALL, frame

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from isolated_runs import Start

    from pluginkit import Registry


def run(main: Coroutine[Any, Any, Any]) -> Any:
    """Run an event loop."""
    return asyncio.run(main)


async def wait(registry: Registry[JobSpec], seconds: float, action: str = "") -> str:
    """Let the plugin wait or do something, and return its answer."""
    (answer,) = await registry.hook.wait(seconds=seconds, action=action)
    return answer


def test_calls_overlap(start: Start) -> None:
    """Calls that wait do so at the same time, in one worker."""
    registry = start()

    async def main() -> set[str]:
        return {*await asyncio.gather(*(wait(registry, 0.2) for _ in range(50)))}

    began = time.monotonic()
    assert len(run(main())) == 1
    assert time.monotonic() - began < 50 * 0.2


def test_calls_are_shared_out(start: Start) -> None:
    """With several workers, calls go to the one that is least busy."""
    registry = start(workers=2)

    async def main() -> set[str]:
        return {*await asyncio.gather(*(wait(registry, 0.1) for _ in range(10)))}

    assert len(run(main())) == 2


def test_each_event_loop_has_workers(start: Start) -> None:
    """A second event loop has workers of its own, and those of the first one end."""
    registry = start()
    first = int(run(wait(registry, 0, "pid")))
    second = int(run(wait(registry, 0, "pid")))
    assert first != second
    assert not is_alive(first)
    assert is_alive(second)
    plugin_of(registry).close()
    assert not is_alive(second)


def test_only_so_many_are_in_flight(start: Start) -> None:
    """Calls beyond the limit wait until there is room."""
    registry = start(limits={"in_flight": 2})

    async def main() -> float:
        began = time.monotonic()
        await asyncio.gather(*(wait(registry, 0.1) for _ in range(6)))
        return time.monotonic() - began

    assert run(main()) >= 0.3


def test_large_frames_do_not_block(start: Start) -> None:
    """What the pipe does not take at once is written later, in both directions, and in order."""
    registry = start()

    async def main() -> None:
        large = "x" * 3_000_000
        answers = await asyncio.gather(*(registry.hook.connected.call_historic(address=large) for _ in range(4)))
        assert answers == [None] * 4
        assert await wait(registry, 0.5, "say") == "0.5"

    run(main())


def test_a_cancelled_call_is_cancelled_in_the_plugin(start: Start) -> None:
    """The plugin's coroutine is cancelled, and its worker goes on."""
    registry = start()

    async def main() -> None:
        before = await wait(registry, 0)
        task = asyncio.ensure_future(wait(registry, 60))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await wait(registry, 0) == before

    run(main())


def test_a_late_call_is_cancelled_in_the_plugin(start: Start) -> None:
    """A call that takes too long raises WorkerTimeout, and its worker goes on if it lets itself be cancelled."""
    registry = start(limits={"timeout": 0.2})

    async def main() -> None:
        before = await wait(registry, 0)
        with pytest.raises(WorkerTimeout) as caught:
            await wait(registry, 60)
        assert caught.value.message == "no answer within 0.2 s"
        assert await wait(registry, 0) == before

    run(main())


def test_a_call_that_cannot_be_cancelled_is_killed(start: Start) -> None:
    """A plugin that blocks is ended after the grace; calls beside it fail and say why, and later ones are answered."""
    registry = start(limits={"timeout": 0.5, "grace": 0.05})

    async def main() -> list[BaseException | str]:
        pid = int(await wait(registry, 0, "pid"))
        beside = asyncio.ensure_future(wait(registry, 0.4))
        blocking = asyncio.ensure_future(wait(registry, 60, "block"))
        await asyncio.sleep(0.1)
        blocking.cancel()
        found = await asyncio.gather(beside, blocking, return_exceptions=True)
        assert not is_alive(pid)
        assert await wait(registry, 0)
        with pytest.raises(WorkerTimeout):
            await wait(registry, 60, "hang")
        return found

    beside, blocking = run(main())
    assert isinstance(beside, WorkerDied)
    assert beside.message == "the worker was ended: another call in it was cancelled, and did not end"
    assert isinstance(blocking, asyncio.CancelledError)


def test_a_second_cancellation_does_not_wait(start: Start) -> None:
    """Cancelled again while the plugin is given its grace, the call ends at once, and so does the worker."""
    registry = start(limits={"grace": 30.0})

    async def main() -> None:
        pid = int(await wait(registry, 0, "pid"))
        task = asyncio.ensure_future(wait(registry, 60, "block"))
        await asyncio.sleep(0.1)
        task.cancel()
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not is_alive(pid)

    run(main())


@pytest.mark.parametrize(("action", "what"), [("die", "ended with status 3"), ("forked_holder", "ended with status 6")])
def test_a_death_fails_what_the_worker_was_at(start: Start, action: str, what: str) -> None:
    """All calls in flight in a worker that ends raise WorkerDied; the next one is answered by another."""
    registry = start()

    async def main() -> list[BaseException | str]:
        await wait(registry, 0)
        calls = (wait(registry, 60), wait(registry, 0, action))
        found = await asyncio.gather(*calls, return_exceptions=True)
        assert await wait(registry, 0)
        return found

    for error in run(main()):
        assert isinstance(error, WorkerDied)
        assert error.message == f"the worker {what}"


def test_an_answer_before_a_death_counts(start: Start) -> None:
    """What a worker has sent before it ended is still an answer."""
    registry = start()

    async def main() -> None:
        pid = int(await wait(registry, 0, "pid"))
        call = asyncio.ensure_future(wait(registry, 0.05))
        await asyncio.sleep(0)
        time.sleep(0.3)  # noqa: ASYNC251 - the answer comes, and the worker ends, while nobody looks
        os.kill(pid, signal.SIGKILL)
        while is_alive(pid):
            pass
        assert await call
        assert await wait(registry, 0)

    run(main())


def test_a_death_between_calls_fails_no_call(start: Start) -> None:
    """A worker that ended while it was idle is replaced before the next call, also if nobody has noticed yet."""
    registry = start()

    async def main() -> None:
        pid = int(await wait(registry, 0, "pid"))
        os.kill(pid, signal.SIGKILL)
        while is_alive(pid):
            pass
        assert int(await wait(registry, 0, "pid")) != pid

    run(main())


def test_a_worker_that_stops_reading_is_killed(start: Start) -> None:
    """Frames that wait to be written go with a worker that does not take them in time."""
    registry = start(limits={"timeout": 0.3})

    async def main() -> None:
        pid = int(await wait(registry, 0, "pid"))
        os.kill(pid, signal.SIGSTOP)
        calls = (registry.hook.connected.call_historic(address="x" * 3_000_000) for _ in range(3))
        for error in await asyncio.gather(*calls, return_exceptions=True):
            assert isinstance(error, WorkerTimeout)
        assert not is_alive(pid)

    run(main())


def test_answers_are_checked(start: Start) -> None:
    """An answer of another type is an error, and what the plugin raises is raised."""
    registry = start()

    async def main() -> None:
        with pytest.raises(IsolationError, match="the answer is not what the hook declares"):
            await wait(registry, 0, "wrong_type")
        with pytest.raises(ValueError, match=r"^0"):
            await wait(registry, 0, "raise")

    run(main())


def test_workers_are_replaced_after_some_calls(start: Start) -> None:
    """After `calls` calls a worker takes no more, and ends when it has answered those that it has."""
    registry = start(limits={"calls": 2})

    async def main() -> None:
        first = int(await wait(registry, 0, "pid"))
        slow = asyncio.ensure_future(wait(registry, 60))
        await asyncio.sleep(0)  # until it is sent
        second = int(await wait(registry, 0, "pid"))
        assert second != first
        assert is_alive(first)
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        assert not is_alive(first)
        assert int(await wait(registry, 0, "pid")) == second
        assert int(await wait(registry, 0, "pid")) != second

    run(main())


def test_historic_calls_reach_every_worker(start: Start) -> None:
    """What a historic hook said, sync or async, is said to workers for async hooks that start later."""
    registry = start()
    registry.hook.configured.call_historic(options={"a": ""})

    async def main() -> None:
        await registry.hook.connected.call_historic(address="b")
        assert await wait(registry, 0, "told") == "a b"
        with pytest.raises(WorkerDied):
            await wait(registry, 0, "die")
        assert await wait(registry, 0, "told") == "a b"

    run(main())
    assert do(registry, "told") == "a"  # sync workers cannot run an async hook


def test_a_historic_call_that_fails_is_not_repeated(start: Start) -> None:
    """A call that raised is not remembered for other workers."""
    registry = start()

    async def main() -> None:
        with pytest.raises(OverflowError):
            await registry.hook.connected.call_historic(address=2**70)  # type: ignore[arg-type]
        with pytest.raises(Exception, match="Expected `str`, got `int`"):
            await registry.hook.connected.call_historic(address=5)  # type: ignore[arg-type]
        assert await wait(registry, 0, "told") == ""

    run(main())


def test_closing_ends_calls(start: Start) -> None:
    """A plugin that is closed ends its workers, and the calls that they are at."""
    registry = start()

    async def main() -> None:
        pid = int(await wait(registry, 0, "pid"))
        call = asyncio.ensure_future(wait(registry, 60))
        await asyncio.sleep(0.1)
        plugin_of(registry).close()
        with pytest.raises(WorkerDied) as caught:
            await call
        assert caught.value.message == "the worker was ended: the plugin was closed"
        assert not is_alive(pid)
        with pytest.raises(WorkerDied):
            await wait(registry, 0)

    run(main())


def test_closing_from_another_thread(start: Start) -> None:
    """A plugin can be closed from a thread that does not run the event loop."""
    registry = start()

    async def main() -> None:
        await wait(registry, 0)
        call = asyncio.ensure_future(wait(registry, 60))
        await asyncio.sleep(0.1)
        await asyncio.to_thread(plugin_of(registry).close)
        with pytest.raises(WorkerDied):
            await call

    run(main())


def test_a_start_that_nobody_waits_for_leaves_no_process(start: Start) -> None:
    """A call that is cancelled while its worker starts ends the worker as soon as it has started."""
    registry = start()

    async def main() -> None:
        call = asyncio.ensure_future(wait(registry, 0))
        await asyncio.sleep(0.02)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    run(main())
    gc.collect()


def test_a_start_that_fails_and_nobody_waits_for(start: Start) -> None:
    """A call that is cancelled while its worker fails to start leaves nothing behind either."""
    registry = start()
    plugin_of(registry).close()

    async def main() -> None:
        call = asyncio.ensure_future(wait(registry, 0))
        await asyncio.sleep(0)
        call.cancel()
        with pytest.raises((asyncio.CancelledError, WorkerDied)):
            await call

    run(main())


def test_a_fork_has_workers_of_its_own(start: Start) -> None:
    """A process that is forked from the host leaves the workers of its event loop alone."""
    registry = start()

    async def main() -> None:
        before = await wait(registry, 0)
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)  # noqa: ASYNC222 - it ends at once
        assert await wait(registry, 0) == before

    run(main())


def test_what_a_fork_leaves_alone_ends_by_itself(start: Start) -> None:
    """After a fork a plugin has let go of its workers, and starts others."""
    registry = start(workers=2)
    pids = {int(do(registry, "pid")), int(run(wait(registry, 0, "pid")))}
    _plugin._after_fork()
    for pid in pids:
        os.waitpid(pid, 0)
    assert int(do(registry, "pid")) not in pids
    assert int(run(wait(registry, 0, "pid"))) not in pids


def test_several_event_loops_at_a_time(start: Start) -> None:
    """Event loops in two threads have a worker each, and neither ends that of the other."""
    registry = start()
    first = asyncio.new_event_loop()
    pid = int(first.run_until_complete(wait(registry, 0, "pid")))
    assert int(run(wait(registry, 0, "pid"))) != pid
    assert int(first.run_until_complete(wait(registry, 0, "pid"))) == pid
    first.close()


def test_a_worker_is_told_only_what_it_does_not_know(start: Start) -> None:
    """A worker that ran one historic call, and another that ran a second one, are told of the other's."""
    registry = start(workers=2)

    async def main() -> None:
        pause = asyncio.ensure_future(wait(registry, 0.3))
        await asyncio.sleep(0.2)
        await registry.hook.connected.call_historic(address="a")
        await pause
        await registry.hook.connected.call_historic(address="b")
        told = await asyncio.gather(*(wait(registry, 0, "told") for _ in range(2)))
        assert [sorted(each.split()) for each in told] == [["a", "b"]] * 2

    run(main())


# -- one worker, and what comes in unlucky moments ------------------------------------------------------------------


def other_process(code: str) -> Worker:
    """Return something that is not one of our workers."""
    return Worker(Launch((sys.executable, "-c", code), None, "python"), 10**6)


def line_to(worker: Worker) -> Line:
    """Return what talks to a worker in an event loop."""
    return Line(Client(launch_of(None, [], []), "", "a:B", Limits()), worker)


def test_what_comes_after_the_answer_is_of_no_account() -> None:
    """A timeout or a cancellation of a call that has been answered does nothing."""

    async def main() -> None:
        worker = other_process("import time; time.sleep(60)")
        line = line_to(worker)
        line._expire(5)
        await line._cancel(5)
        line._give_up(5)
        assert line.is_open
        line.close()
        assert not line.is_open
        assert line._take_some() is None
        line._died()
        line.close()

    run(main())


def test_frames_for_a_worker_that_has_ended_are_dropped() -> None:
    """What cannot be written is dropped: the end of the worker fails the calls."""

    async def main() -> None:
        worker = other_process("import time; time.sleep(60)")
        line = line_to(worker)
        line._send(b"x" * 3_000_000)
        assert line._outbox
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait_ended(10)
        line._write()
        assert not line._outbox
        line._send(b"x")
        assert not line._outbox
        assert not line.check_alive()

    run(main())


def test_what_a_worker_has_left_is_read() -> None:
    """A worker that has answered and ended, before anybody looked, has answered."""
    code = "from pluginkit.isolated._wire import *; import os; os.read(0, 99); os.write(1, frame(ANSWER, 5, 0, 1))"

    async def main() -> None:
        worker = other_process(f"import sys; sys.path[:0] = {sys.path!r}; {code}")
        line = line_to(worker)
        call = asyncio.ensure_future(line.call(frame(CALL, ())))
        await asyncio.sleep(0)
        worker.wait_ended(10)
        assert not line.check_alive()
        assert await call == (ANSWER, b"\x05")

    run(main())


def test_a_call_that_was_cancelled_as_its_worker_ended() -> None:
    """A call that is cancelled at the same time gets nothing else."""

    async def main() -> None:
        worker = other_process("import time; time.sleep(60)")
        line = line_to(worker)
        call = asyncio.ensure_future(line.call(frame(CALL, ())))
        await asyncio.sleep(0)
        call.cancel()
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait_ended(10)
        line._drain()
        with pytest.raises(asyncio.CancelledError):
            await call

    run(main())


def test_a_death_without_process_file_descriptors(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the end of a process cannot be polled, that of its pipe is."""
    monkeypatch.delattr(os, "pidfd_open")
    registry = start()

    async def main() -> None:
        with pytest.raises(WorkerDied):
            await wait(registry, 0, "die")
        assert await wait(registry, 0)

    run(main())
