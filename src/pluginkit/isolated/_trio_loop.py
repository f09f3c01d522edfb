"""The worker for async hooks of programs under Trio: as `_loop` does it for asyncio."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import trio

from pluginkit.isolated._pipes import FrameBuffer, write
from pluginkit.isolated._wire import CALL, CANCEL, MUCH

if TYPE_CHECKING:
    from collections.abc import Sequence
    from io import FileIO

    from pluginkit.isolated._callee import Callee

_ANY_SIZE = 2**32


def serve_trio(source: FileIO, target: FileIO, callees: Sequence[Callee]) -> None:
    """Answer calls until the host says that it is enough."""
    os.set_blocking(source.fileno(), False)
    trio.run(_Serving(source, target, callees).run)


class _Serving:
    """The calls that run."""

    def __init__(self, source: FileIO, target: FileIO, callees: Sequence[Callee]) -> None:
        self._source = source
        self._target = target
        self._callees = callees
        self._scopes: dict[int, trio.CancelScope] = {}

    async def run(self) -> None:
        """Run calls until the host is gone, or says goodbye."""
        buffer = FrameBuffer(_ANY_SIZE)
        async with trio.open_nursery() as nursery:
            while True:
                await trio.lowlevel.wait_readable(self._source.fileno())
                data = self._source.read(MUCH)
                frames = list(buffer.feed(data or b""))
                for kind, index, number, body in frames:
                    if kind == CALL:
                        self._scopes[number] = trio.CancelScope()
                        nursery.start_soon(self._answer, index, number, body)
                    elif kind == CANCEL and number in self._scopes:  # else its answer is on its way
                        self._scopes[number].cancel()
                if data == b"" or any(kind not in {CALL, CANCEL} for kind, *_ in frames):
                    nursery.cancel_scope.cancel()
                    return

    async def _answer(self, index: int, number: int, body: bytes | memoryview) -> None:
        """Run a call, and send what it gives: also that it was cancelled, which ends with the scope."""
        with self._scopes[number]:
            write(self._target, await self._callees[index].call_async(index, number, body))
        del self._scopes[number]
