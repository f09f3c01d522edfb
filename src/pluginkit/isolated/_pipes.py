"""Reading and writing frames through pipes: at once and waiting, or as they come. Both sides use it.

What waits, and until when, is up to the caller: this module knows no process and no clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from pluginkit.isolated._wire import HEADER, KEPT, SOME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import FileIO

Frame: TypeAlias = tuple[int, int, int, "memoryview | bytes"]  # kind, implementation, call, body
_SIZE = HEADER.size


class FrameTooLargeError(Exception):
    """A frame is larger than what is accepted; nothing was allocated for it."""

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length


class FrameReader:
    """Reads one frame after the other.

    Args:
        file: The pipe. If it does not block, `wait` is called before each read.
        limit: How many bytes a body may have.
        wait: Returns when there may be something to read; it raises to give up.
    """

    def __init__(self, file: FileIO, limit: int, wait: Callable[[], object] | None = None) -> None:
        self._file = file
        self._limit = limit
        self._wait = wait
        self._rest = b""  # what was read of the next frames
        self._kept = bytearray()  # where large bodies are read to: fresh memory would cost twice as much

    def read(self) -> Frame:
        """Return the next frame, whose body is good until the one after it is read.

        Raises:
            EOFError: The pipe was closed, at the end of a frame or within one.
            FrameTooLargeError: The body exceeds the limit.
        """
        data = self._rest
        if not data:  # the usual case, without a call more than it takes
            if self._wait is not None:
                self._wait()
            data = self._file.read(SOME) or self._some()
        while len(data) < _SIZE:
            data += self._some()
        length, kind, index, number = HEADER.unpack_from(data)
        if length > self._limit:
            raise FrameTooLargeError(length)
        more = len(data) - _SIZE - length
        self._rest = data[-more:] if more > 0 else b""
        if more < 0:
            return kind, index, number, self._large(length, data)
        return kind, index, number, memoryview(data)[_SIZE : _SIZE + length]

    def _some(self) -> bytes:
        while True:
            if self._wait is not None:
                self._wait()
            data = self._file.read(SOME)
            if data:
                return data
            if data is not None:
                raise EOFError

    def _large(self, length: int, data: bytes) -> memoryview:
        """Read a body straight to where it stays."""
        if len(self._kept) < length:
            self._kept = bytearray(length)
        body = memoryview(self._kept)[:length]
        if length > KEPT:
            self._kept = bytearray()
        have = len(data) - _SIZE
        body[:have] = data[_SIZE:]
        while have < length:
            if self._wait is not None:
                self._wait()
            count = self._file.readinto(body[have:])
            if count == 0:
                raise EOFError
            have += count or 0
        return body


class FrameBuffer:
    """Puts frames together from what comes, for an event loop.

    Args:
        limit: How many bytes a body may have.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._data = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Yield the frames that are complete.

        Raises:
            FrameTooLargeError: The body of one exceeds the limit.
        """
        self._data += data
        start = 0
        while len(self._data) - start >= _SIZE:
            length, kind, index, number = HEADER.unpack_from(self._data, start)
            if length > self._limit:
                raise FrameTooLargeError(length)
            end = start + _SIZE + length
            if len(self._data) < end:
                break
            yield kind, index, number, bytes(self._data[start + _SIZE : end])
            start = end
        del self._data[:start]


def write(file: FileIO, frame: bytes | bytearray | memoryview, wait: Callable[[], object] | None = None) -> None:
    """Write a whole frame.

    Args:
        file: The pipe. If it does not block, `wait` is called where it is full.
        frame: What to write.
        wait: Returns when there may be room; it raises to give up.

    Raises:
        BrokenPipeError: Nobody reads the pipe any more.
    """
    count = file.write(frame)
    if count == len(frame):
        return
    rest = memoryview(frame)[count or 0 :]
    while rest:
        if wait is not None:
            wait()
        rest = rest[file.write(rest) or 0 :]
