"""Calls of sync hooks: each worker has one at a time, so that a deadline and a death concern one call only.

A call is sent once. Whatever happens to its worker, it is not repeated.
"""

from __future__ import annotations

import contextlib
from collections import deque
from queue import SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING, Any

from pluginkit.isolated._process import end
from pluginkit.isolated._wire import CALL, HEADER, RAISED, frame, reusable

if TYPE_CHECKING:
    from collections.abc import Callable

    from pluginkit.isolated._client import Client
    from pluginkit.isolated._process import Worker


class Slot:
    """The place of one worker, which is started when it is needed."""

    def __init__(self, client: Client, worker: Worker | None = None) -> None:
        self._client = client
        self.worker: Worker | None = worker
        self._calls = 0
        self._told: set[int] = set()  # places in the history of the client
        self.message = bytearray(HEADER.size)  # that of the last call

    def exchange(self, index: int, values: tuple[Any, ...]) -> tuple[int, Any]:
        """Send a call, and return kind and body of what comes back; the body is good until the next call."""
        message = self.message = frame(CALL, values, index, 0, reusable(self.message))
        worker = self._current()
        try:
            worker.within(self._client.limits.timeout)
            worker.send(message)
            kind, _, _, body = worker.receive()
        except BaseException as error:
            self.worker = None
            self._client.lost(worker, error, f"no answer within {self._client.limits.timeout} s")
        self._calls += 1
        if self._calls == self._client.limits.calls:
            self.worker = None
            end([worker])
        return kind, body

    def _current(self) -> Worker:
        """Return a worker that is alive, and knows what others were told."""
        if self.worker is not None and self.worker.has_ended:
            self.worker.kill()
            self.worker = None
            self._client.note_death()
        if self.worker is None:
            self._told.clear()
            self._calls = 0
            self.worker = self._client.start()
        if len(self._told) < len(self._client.history):
            self._tell(self.worker)
        return self.worker

    def _tell(self, worker: Worker) -> None:
        """Tell a worker what others were told through historic hooks before it started."""
        for place, remembered in enumerate(self._client.history):
            if place in self._told:
                continue
            self._told.add(place)
            if not remembered.is_async:
                try:
                    worker.within(self._client.limits.timeout)
                    worker.send(remembered.message)
                    kind, _, _, body = worker.receive()
                    self._client.result(kind, body, _nothing)
                except BaseException as error:
                    self.worker = None
                    self._client.lost(worker, error, f"no answer within {self._client.limits.timeout} s")

    def note_told(self, place: int) -> None:
        """Note that the worker knows of a historic call: it has run it."""
        self._told.add(place)


def _nothing(_: Any) -> None:
    """Decode an answer that is not needed."""


class Pool:
    """The workers for sync hooks.

    Args:
        client: Starts them.
        size: How many there may be.
        first: One that runs already.
    """

    def __init__(self, client: Client, size: int, first: Worker | None) -> None:
        self._client = client
        self._slots = [Slot(client, first if number == 0 else None) for number in range(size)]
        self._idle = deque(reversed(self._slots))  # the last one is taken first, so that few are started
        self._waiting: deque[SimpleQueue[Slot]] = deque()  # each gets a slot, in the order in which they came
        self._lock = Lock()

    def call(self, index: int, decode: Callable[[Any], Any], values: tuple[Any, ...]) -> Any:
        """Run an implementation, and return its answer."""
        slot = self._take()
        try:
            kind, body = slot.exchange(index, values)
            return self._client.result(kind, body, decode)
        finally:
            self._give(slot)

    def call_historic(self, index: int, decode: Callable[[Any], Any], values: tuple[Any, ...]) -> Any:
        """Run an implementation of a historic hook, and remember that for workers that start later."""
        slot = self._take()
        try:
            kind, body = slot.exchange(index, values)
            if kind != RAISED:
                slot.note_told(self._client.remember(bytes(slot.message), is_async=False))
            return self._client.result(kind, body, decode)
        finally:
            self._give(slot)

    def _take(self) -> Slot:
        """Return a free slot; a caller that comes while others wait is the last of them."""
        if not self._waiting:
            try:
                return self._idle.pop()
            except IndexError:
                pass
        mine: SimpleQueue[Slot] = SimpleQueue()
        self._waiting.append(mine)
        self._hand_out()  # one may have come back before others could know that somebody waits
        try:
            return mine.get()
        except BaseException:  # an interrupt: what was handed out meanwhile goes to the next one
            with self._lock:
                with contextlib.suppress(ValueError):
                    self._waiting.remove(mine)
                if not mine.empty():
                    self._idle.append(mine.get())
            self._hand_out()
            raise

    def _give(self, slot: Slot) -> None:
        self._idle.append(slot)
        if self._waiting:
            self._hand_out()

    def _hand_out(self) -> None:
        """Give slots to those who wait."""
        with self._lock:
            while self._waiting:
                try:
                    slot = self._idle.pop()
                except IndexError:
                    return
                self._waiting.popleft().put(slot)

    def close(self) -> None:
        """Let all workers end. One that is in a call is killed, which the call notices."""
        idle: list[Slot] = []
        with contextlib.suppress(IndexError):
            while True:
                idle.append(self._idle.pop())
        for slot in self._slots:
            worker = slot.worker
            if slot not in idle and worker is not None:
                worker.interrupt()
        end([slot.worker for slot in idle if slot.worker is not None])
        for slot in idle:
            slot.worker = None
            self._give(slot)

    def after_fork(self) -> None:
        """Leave the workers to the process that has started them, and have others here."""
        for slot in self._slots:
            if slot.worker is not None:
                slot.worker.abandon()
        self.__init__(self._client, len(self._slots), None)  # type: ignore[misc]
