"""The worker for async hooks: it runs its implementations in one event loop, several at once.

A call that the host no longer waits for is cancelled. This module knows the pipes and the implementations, and
nothing of the host.
"""

from __future__ import annotations

import asyncio
import os
from functools import partial
from typing import TYPE_CHECKING

from pluginkit.isolated._exceptions import pack
from pluginkit.isolated._pipes import FrameBuffer, write
from pluginkit.isolated._wire import CALL, CANCEL, MUCH, RAISED, frame

if TYPE_CHECKING:
    from collections.abc import Sequence
    from io import FileIO

    from pluginkit.isolated._callee import Callee

_ANY_SIZE = 2**32


def serve_async(source: FileIO, target: FileIO, callees: Sequence[Callee]) -> None:
    """Answer calls until the host says that it is enough."""
    os.set_blocking(source.fileno(), False)
    asyncio.run(_Serving(source, target, callees).run())


class _Serving:
    """The calls that run."""

    def __init__(self, source: FileIO, target: FileIO, callees: Sequence[Callee]) -> None:
        self._source = source
        self._target = target
        self._callees = callees
        self._buffer = FrameBuffer(_ANY_SIZE)
        self._tasks: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Run calls until the host is gone, or says goodbye."""
        loop = asyncio.get_running_loop()
        self._ended = loop.create_future()
        loop.add_reader(self._source.fileno(), self._read)
        try:
            await self._ended
        finally:
            loop.remove_reader(self._source.fileno())

    def _read(self) -> None:
        data = self._source.read(MUCH)
        if data == b"":
            self._end()
        for kind, index, number, body in self._buffer.feed(data or b""):
            if kind == CALL:
                task = asyncio.get_running_loop().create_task(self._answer(index, number, body))
                self._tasks[number] = task
                task.add_done_callback(partial(self._done, number))
            elif kind == CANCEL:
                if number in self._tasks:  # else its answer is on its way
                    self._tasks[number].cancel()
            else:
                self._end()

    async def _answer(self, index: int, number: int, body: bytes | memoryview) -> None:
        """Run a call, and send what it gives; a callback of the task would send it one round of the loop later."""
        write(self._target, await self._callees[index].call_async(index, number, body))

    def _end(self) -> None:
        if not self._ended.done():
            self._ended.set_result(None)

    def _done(self, number: int, task: asyncio.Task[None]) -> None:
        del self._tasks[number]
        if task.cancelled():  # before it began
            write(self._target, frame(RAISED, pack(asyncio.CancelledError()), 0, number))
        else:
            task.result()
