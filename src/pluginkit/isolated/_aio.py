"""Calls of async hooks: a worker has several at once, in its event loop, and they are told apart by number.

A call that is cancelled, or takes too long, is cancelled in the worker. If that does not help, the worker is killed,
and with it what else it was at. Workers belong to the event loop that uses them: one of asyncio, also for programs
under Trio.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any

from pluginkit.isolated import _portal
from pluginkit.isolated._errors import WorkerDied, WorkerTimeout
from pluginkit.isolated._pipes import FrameBuffer, FrameTooLargeError
from pluginkit.isolated._process import end, status_text
from pluginkit.isolated._wire import CALL, CANCEL, HEADER, MUCH, RAISED, frame

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pluginkit.isolated._client import Client
    from pluginkit.isolated._process import Worker

_NUMBERS = 2**32


class Line:
    """A running worker, and the calls that it is at.

    Args:
        client: Starts workers, and knows the limits.
        worker: The worker, which nobody else talks to.
    """

    def __init__(self, client: Client, worker: Worker) -> None:
        self._client = client
        self._worker = worker
        self._loop = asyncio.get_running_loop()
        self._buffer = FrameBuffer(client.frame_limit)
        self._calls: dict[int, asyncio.Future[tuple[int, bytes]]] = {}
        self._late: set[int] = set()
        self._outbox: deque[memoryview] = deque()
        self._number = 0
        self._is_retiring = False
        self.told: set[int] = set()  # places in the history of the client
        self.is_open = True
        self._loop.add_reader(worker.answers.fileno(), self._read)
        if worker.pidfd >= 0:
            self._loop.add_reader(worker.pidfd, self._drain)

    def check_alive(self) -> bool:
        """Tell whether the worker is alive, also where the event loop has not noticed yet."""
        if self.is_open and self._worker.has_ended:
            self._drain()
        return self.is_open

    @property
    def is_old(self) -> bool:
        """Whether the worker has had as many calls as it may have."""
        return self._number == self._client.limits.calls

    # -- calls ----------------------------------------------------------------------------------------------------

    async def call(self, message: bytearray) -> tuple[int, bytes]:
        """Send a call, and return kind and body of what comes back."""
        number = self._number = (self._number + 1) % _NUMBERS
        length, kind, index, _ = HEADER.unpack_from(message)
        HEADER.pack_into(message, 0, length, kind, index, number)
        future: asyncio.Future[tuple[int, bytes]] = self._loop.create_future()
        self._calls[number] = future
        timeout = self._client.limits.timeout
        timer = None if timeout is None else self._loop.call_later(timeout, self._expire, number)
        self._send(message)
        try:
            return await future
        except asyncio.CancelledError:
            await self._cancel(number)
            raise
        finally:
            if timer is not None:
                timer.cancel()

    def _expire(self, number: int) -> None:
        """Cancel a call whose time is over."""
        if number in self._calls:
            self._late.add(number)
            self._send(frame(CANCEL, number=number))
            self._loop.call_later(self._client.limits.grace, self._give_up, number)

    async def _cancel(self, number: int) -> None:
        """Cancel a call that nobody waits for, and wait until the worker has."""
        if number not in self._calls:
            return
        confirmed = self._calls[number] = self._loop.create_future()
        confirmed.add_done_callback(_retrieve)
        self._send(frame(CANCEL, number=number))
        try:
            await asyncio.wait([confirmed], timeout=self._client.limits.grace)
        finally:
            self._give_up(number)

    def _give_up(self, number: int) -> None:
        """Kill the worker if a call that was cancelled still runs."""
        if number in self._calls:
            self._kill("was ended: another call in it was cancelled, and did not end")

    # -- the pipes ------------------------------------------------------------------------------------------------

    def _send(self, message: bytes | bytearray) -> None:
        if self._outbox:
            self._outbox.append(memoryview(message))
            return
        try:
            count = self._worker.requests.write(message) or 0
        except (OSError, ValueError):
            return  # it has ended, as its other pipe will tell
        if count < len(message):
            self._outbox.append(memoryview(message)[count:])
            self._loop.add_writer(self._worker.requests.fileno(), self._write)

    def _write(self) -> None:
        try:
            count = self._worker.requests.write(self._outbox[0]) or 0
        except OSError:
            self._outbox.clear()
        else:
            rest = self._outbox.popleft()[count:]
            if rest:
                self._outbox.appendleft(rest)
        if not self._outbox:
            self._loop.remove_writer(self._worker.requests.fileno())

    def _read(self) -> None:
        """Take what the worker has sent."""
        if self._take_some() == b"":
            self._died()

    def _drain(self) -> None:
        """Take what a worker that has ended has left."""
        while self._take_some():
            pass
        self._died()

    def _take_some(self) -> bytes | None:
        """Take one piece of what the worker has sent, and return it: None if there is nothing, b"" at the end."""
        if not self.is_open:
            return None
        data = self._worker.answers.read(MUCH)
        try:
            for kind, _, number, body in self._buffer.feed(data or b""):
                self._arrived(kind, number, bytes(body))
        except FrameTooLargeError as error:
            self._client.note_death()
            self._kill(f"sent {error.length} bytes, and the limit is {self._client.frame_limit}")
        return data

    def _arrived(self, kind: int, number: int, body: bytes) -> None:
        future = self._calls.pop(number, None)
        if future is not None and not future.done():
            if number in self._late:
                future.set_exception(self._timeout())
            else:
                future.set_result((kind, body))
        self._late.discard(number)
        if self._is_retiring:
            self.retire()

    # -- the end --------------------------------------------------------------------------------------------------

    def _died(self) -> None:
        if self.is_open:
            self._client.note_death()
            self._stop_listening()
            self._fail(status_text(self._worker.kill()))

    def _kill(self, why: str) -> None:
        self._stop_listening()
        self._worker.kill()
        self._fail(why)

    def _fail(self, what: str) -> None:
        """Let all calls fail."""
        calls, self._calls = self._calls, {}
        for number, future in calls.items():
            if not future.done():
                is_late = number in self._late
                future.set_exception(
                    self._timeout() if is_late else self._client.error(WorkerDied, f"the worker {what}")
                )

    def _timeout(self) -> Exception:
        return self._client.error(WorkerTimeout, f"no answer within {self._client.limits.timeout} s")

    def _stop_listening(self) -> None:
        self.is_open = False
        if not self._loop.is_closed():
            self._loop.remove_reader(self._worker.answers.fileno())
            self._loop.remove_writer(self._worker.requests.fileno())
            if self._worker.pidfd >= 0:
                self._loop.remove_reader(self._worker.pidfd)

    def retire(self) -> None:
        """End the worker as soon as it is at no call."""
        self._is_retiring = True
        if self.is_open and not self._calls:
            self._stop_listening()
            end([self._worker])

    def close(self) -> None:
        """End the worker; calls that it is at fail."""
        if self._calls and self.is_open and not self._loop.is_closed():
            self._kill("was ended: the plugin was closed")
        self._calls.clear()
        self.retire()

    def abandon(self) -> None:
        """Leave the worker to the process that has started it."""
        self.is_open = False
        self._worker.abandon()


def _retrieve(future: asyncio.Future[Any]) -> None:
    """Look at the exception of a future that nobody waits for any more."""
    future.exception()


class _Place:
    """The place of one worker, which is started when it is needed."""

    def __init__(self, client: Client, library: str) -> None:
        self._client = client
        self._library = library
        self._lock = asyncio.Lock()
        self._line: Line | None = None
        self.busy = 0  # how many calls are in it, or wait until it has started

    async def line(self) -> Line:
        """Return a worker that is alive, and knows what others were told."""
        line = self._line
        if line is not None and line.check_alive() and len(line.told) == len(self._client.history) and not line.is_old:
            return line
        async with self._lock:
            if self._line is not None and self._line.is_old:
                self._line.retire()
                self._line = None
            if self._line is None or not self._line.is_open:
                self._line = await self._started()
            await self._tell(self._line)
            return self._line

    async def _started(self) -> Line:
        """Start a worker in a thread, and let it end if nobody waits for it any more."""
        starting = asyncio.get_running_loop().run_in_executor(None, self._start)
        try:
            worker = await asyncio.shield(starting)
        except asyncio.CancelledError:
            starting.add_done_callback(_kill_started)
            raise
        return Line(self._client, worker)

    def _start(self) -> Worker:
        return self._client.start(self._library)

    async def _tell(self, line: Line) -> None:
        for place, remembered in enumerate(self._client.history):
            if place not in line.told:
                line.told.add(place)
                kind, body = await line.call(bytearray(remembered.message))
                self._client.result(kind, body, _nothing)

    def close(self) -> None:
        if self._line is not None:
            self._line.close()

    def abandon(self) -> None:
        if self._line is not None:
            self._line.abandon()


def _nothing(_: Any) -> None:
    """Decode an answer that is not needed."""


def _kill_started(starting: asyncio.Future[Worker]) -> None:
    if not starting.cancelled() and starting.exception() is None:
        starting.result().kill()


def _busy(place: _Place) -> int:
    return place.busy


class _LoopPool:
    """The workers of one event loop."""

    def __init__(self, client: Client, size: int, library: str) -> None:
        self._places = [_Place(client, library) for _ in range(size)]
        self._room = asyncio.Semaphore(size * client.limits.in_flight)

    async def send(self, message: bytearray) -> tuple[Line, int, bytes]:
        """Run a call in the worker that is least busy."""
        async with self._room:
            place = min(self._places, key=_busy)
            place.busy += 1
            try:
                line = await place.line()
                return line, *await line.call(message)
            finally:
                place.busy -= 1

    def close(self) -> None:
        for place in self._places:
            place.close()

    def abandon(self) -> None:
        for place in self._places:
            place.abandon()


class AsyncPool:
    """The workers for async hooks, by event loop.

    Args:
        client: Starts them.
        size: How many there may be in each event loop.
    """

    def __init__(self, client: Client, size: int) -> None:
        self._client = client
        self._size = size
        self._pools: dict[asyncio.AbstractEventLoop, _LoopPool] = {}

    def call(self, *given: Any) -> Awaitable[Any]:
        """Run an implementation, and return its answer; see `_call`."""
        return _portal.call(self._call, *given) if _portal.is_needed() else self._call(*given)

    def call_historic(self, *given: Any) -> Awaitable[Any]:
        """Run an implementation of a historic hook, and remember that for workers that start later."""
        return _portal.call(self._call_historic, *given) if _portal.is_needed() else self._call_historic(*given)

    async def _call(self, index: int, decode: Callable[[Any], Any], values: tuple[Any, ...]) -> Any:
        _, kind, body = await self._pool().send(frame(CALL, values, index))
        return self._client.result(kind, body, decode)

    async def _call_historic(self, index: int, decode: Callable[[Any], Any], values: tuple[Any, ...]) -> Any:
        message = frame(CALL, values, index)
        line, kind, body = await self._pool().send(message)
        if kind != RAISED:
            line.told.add(self._client.remember(bytes(message), is_async=True))
        return self._client.result(kind, body, decode)

    def _pool(self) -> _LoopPool:
        loop = asyncio.get_running_loop()
        pool = self._pools.get(loop)
        if pool is None:
            self._close_ended()
            library = "trio" if _portal.is_portal(loop) else "asyncio"
            pool = self._pools[loop] = _LoopPool(self._client, self._size, library)
        return pool

    def _close_ended(self) -> None:
        """End the workers of event loops that are no more."""
        for loop, pool in list(self._pools.items()):
            if loop.is_closed():
                pool.close()
                del self._pools[loop]

    def close(self) -> None:
        """End all workers, in the threads of their event loops."""
        pools, self._pools = self._pools, {}
        for loop, pool in pools.items():
            if loop.is_running() and loop is not _running_loop():
                loop.call_soon_threadsafe(pool.close)
            else:
                pool.close()

    def after_fork(self) -> None:
        """Leave the workers to the process that has started them."""
        pools, self._pools = self._pools, {}
        for pool in pools.values():
            pool.abandon()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
