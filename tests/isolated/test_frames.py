"""Frames, and the pipes that they go through: whole, in pieces, too large, and cut off."""

from __future__ import annotations

import os
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluginkit.isolated import _pipes, _wire
from pluginkit.isolated._pipes import FrameBuffer, FrameReader, FrameTooLargeError, write
from pluginkit.isolated._wire import ENCODER, HEADER, decoder_of, frame, reusable

if TYPE_CHECKING:
    from collections.abc import Iterator

FRAMES = st.lists(
    st.tuples(st.integers(0, 255), st.binary(max_size=40), st.integers(0, 65535), st.integers(0, 2**32 - 1))
)


class Pieces:
    """A file that gives what it has in pieces of given sizes, and in between nothing, as a pipe may."""

    def __init__(self, data: bytes, sizes: Iterator[int]) -> None:
        self._data = data
        self._sizes = sizes

    def read(self, size: int) -> bytes | None:
        """Give some bytes, None for none yet, and an empty text at the end."""
        count = min(size, next(self._sizes))
        if count == 0 and self._data:
            return None
        piece, self._data = self._data[:count], self._data[count:]
        return piece

    def readinto(self, view: memoryview) -> int | None:
        """Give some bytes into a buffer."""
        piece = self.read(len(view))
        if piece is not None:
            view[: len(piece)] = piece
        return None if piece is None else len(piece)


def cycled(sizes: list[int]) -> Iterator[int]:
    """Yield sizes again and again, with one at least that is more than nothing."""
    while True:
        yield from [*sizes, 1]


def sent(frames: list[tuple[int, bytes, int, int]]) -> bytes:
    """Return frames as they are sent."""
    return b"".join(bytes(frame(kind, body, index, number)) for kind, body, index, number in frames)


@given(frames=FRAMES, sizes=st.lists(st.integers(0, 30), max_size=8))
def test_frames_are_read_whatever_the_pieces(frames: list[tuple[int, bytes, int, int]], sizes: list[int]) -> None:
    """A reader gives the frames that were sent, and then notices the end."""
    waits: list[int] = []
    reader = FrameReader(Pieces(sent(frames), cycled(sizes)), 1000, lambda: waits.append(1))  # type: ignore[arg-type]
    decoded = []
    for _ in frames:
        kind, index, number, body = reader.read()  # the body is good until the next frame is read
        decoded.append((kind, decoder_of(bytes).decode(body), index, number))
    assert decoded == frames
    with pytest.raises(EOFError):
        reader.read()
    assert waits


@given(frames=FRAMES, sizes=st.lists(st.integers(0, 30), max_size=8))
def test_frames_are_put_together_whatever_the_pieces(
    frames: list[tuple[int, bytes, int, int]], sizes: list[int]
) -> None:
    """A buffer gives the frames that were sent, each as soon as it is complete."""
    buffer, data, found = FrameBuffer(1000), sent(frames), []
    for size in cycled(sizes):
        found += list(buffer.feed(data[:size]))
        data = data[size:]
        if not data:
            break
    decoded = [(kind, decoder_of(bytes).decode(body), index, number) for kind, index, number, body in found]
    assert decoded == frames


def test_buffers_are_kept_unless_they_take_up_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory of a large body is used again for the next one; beyond a limit it is given back."""
    monkeypatch.setattr(_pipes, "KEPT", 100)
    data = bytes(frame(1, b"a" * 50) + frame(2, b"b" * 40) + frame(3, b"c" * 200) + frame(4, b"d" * 30))
    reader = FrameReader(Pieces(data, cycled([20])), 1000)  # type: ignore[arg-type]
    first = reader.read()[3]
    assert decoder_of(bytes).decode(first) == b"a" * 50
    second = reader.read()[3]
    assert (decoder_of(bytes).decode(second), bytes(first[2:6])) == (b"b" * 40, b"bbbb")
    third = reader.read()[3]
    assert decoder_of(bytes).decode(third) == b"c" * 200
    fourth = reader.read()[3]
    assert (decoder_of(bytes).decode(fourth), bytes(third[2:6])) == (b"d" * 30, b"cccc")
    assert reusable(bytearray(50)) is not reusable(bytearray(50))
    kept = bytearray(50)
    assert reusable(kept) is kept
    monkeypatch.setattr(_wire, "KEPT", 49)
    assert len(reusable(kept)) == HEADER.size


@pytest.mark.parametrize("length", [5, 20])
def test_an_end_within_a_frame_is_noticed(length: int) -> None:
    """A pipe that is closed in a header, or in a body, raises EOFError."""
    reader = FrameReader(Pieces(bytes(frame(1, b"x" * 100))[:length], cycled([7])), 1000)  # type: ignore[arg-type]
    with pytest.raises(EOFError):
        reader.read()


def test_a_frame_that_is_too_large_is_not_read() -> None:
    """Nothing is allocated for a body that exceeds the limit."""
    header = HEADER.pack(2**32 - 1, 1, 0, 0)
    with pytest.raises(FrameTooLargeError) as caught:
        FrameReader(Pieces(header, cycled([20])), 1000).read()  # type: ignore[arg-type]
    assert caught.value.length == 2**32 - 1
    with pytest.raises(FrameTooLargeError):
        list(FrameBuffer(1000).feed(header))


def test_a_full_pipe_is_waited_for() -> None:
    """A frame that the pipe does not take at once is written in pieces."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    received = bytearray()
    with FileIO(writer, "wb") as file:
        write(file, b"x" * 1_000_000, lambda: received.extend(os.read(reader, 65536)))
        write(file, b"y")
    while data := os.read(reader, 65536):
        received += data
    os.close(reader)
    assert received == b"x" * 1_000_000 + b"y"


def test_a_blocking_pipe_is_written_to_without_waiting() -> None:
    """Without something that waits, the pipe itself blocks; what a system takes in part is written on."""

    class Short(FileIO):
        def write(self, data: object) -> int:
            return super().write(bytes(data)[:3])  # type: ignore[call-overload, no-any-return]

    reader, writer = os.pipe()
    with Short(writer, "wb") as file:
        write(file, b"0123456789")
    assert os.read(reader, 100) == b"0123456789"
    os.close(reader)


def test_none_is_a_body() -> None:
    """A frame with None is not a frame without a body."""
    assert len(frame(1, None)) == HEADER.size + 1
    assert len(frame(1)) == HEADER.size


def test_paths_cross_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """A path is encoded as its text, and only text is decoded to one."""
    assert decoder_of(Path).decode(ENCODER.encode(Path("a", "b"))) == Path("a", "b")
    with pytest.raises(Exception, match=r"^Expected `Path`, got `int`$"):
        decoder_of(Path).decode(ENCODER.encode(5))
    with pytest.raises(Exception, match=r"^Expected `complex`, got `str`$"):
        decoder_of(complex).decode(ENCODER.encode("x"))
    with pytest.raises(TypeError, match=r"^an object of class 'complex' is not data, and cannot cross"):
        ENCODER.encode(1j)
    monkeypatch.delitem(_wire.sys.modules, "pathlib")
    assert not _wire.is_path(Path)
