"""The worker: it loads one plugin, and runs its implementations, one after the other.

It runs in the other environment, which needs pluginkit, msgspec, the plugin and the module of the spec. This module
knows the plugin and the pipes, and nothing of the host.
"""

from __future__ import annotations

import os
from io import FileIO
from typing import TYPE_CHECKING

import msgspec

from pluginkit.isolated._exceptions import pack
from pluginkit.isolated._guard import refusal
from pluginkit.isolated._pipes import FrameReader, write
from pluginkit.isolated._wire import CALL, HEADER, PROTOCOL, RAISED, READY, Hello, frame, reusable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pluginkit.isolated._callee import Callee
    from pluginkit.isolated._threaded import ThreadedReader

_ANY_SIZE = 2**32


def serve(requests: int, answers: int, *, guarded: bool) -> None:
    """Do what the host asks for, until it says that it is enough or closes the pipe.

    Args:
        requests: The pipe from the host.
        answers: The pipe to the host.
        guarded: Whether a process of its own watches over this one.
    """
    source, target = FileIO(requests, "rb", closefd=False), FileIO(answers, "wb", closefd=False)
    _keep_from_children(requests, answers)
    reader = FrameReader(source, _ANY_SIZE)
    hello = msgspec.msgpack.decode(reader.read()[3], type=Hello)
    if hello.protocol != PROTOCOL:
        text = f"it has version {PROTOCOL} of the frames, and the host has version {hello.protocol}"
        write(target, refusal(f"{text}: install the same version of pluginkit on both sides"))
        return
    callees = _introduce(hello, target)
    if callees and hello.library == "asyncio":
        from pluginkit.isolated._loop import serve_async  # late: it imports asyncio

        serve_async(source, target, callees)
    elif callees and hello.library == "trio":
        from pluginkit.isolated._trio_loop import serve_trio  # late: it imports Trio

        serve_trio(source, target, callees)
    elif callees:
        serve_calls(reader if guarded else _threaded(reader), target, callees)


def _threaded(reader: FrameReader) -> ThreadedReader:
    from pluginkit.isolated._threaded import ThreadedReader  # late: few systems need it

    return ThreadedReader(reader, lambda: os._exit(1))


def _keep_from_children(*pipes: int) -> None:
    """Keep the pipes from the processes that the plugin forks: they are not the worker, and must not answer."""

    def close_in_child() -> None:
        nothing = os.open(os.devnull, os.O_RDWR)
        for each in pipes:
            os.dup2(nothing, each, inheritable=False)
        os.close(nothing)

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=close_in_child)


def _introduce(hello: Hello, target: FileIO) -> Sequence[Callee]:
    """Load the plugin, tell the host what it implements, and return that."""
    from pluginkit.isolated._loading import load  # late: a host that has another version is told so before

    callees: Sequence[Callee] = ()
    try:
        if hello.memory is not None:
            _limit_memory(hello.memory)
        ready, callees = load(hello)
        message = frame(READY, ready)
    except BaseException as error:
        message = frame(RAISED, pack(error))
    write(target, message)
    return callees


def _limit_memory(most: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def serve_calls(reader: FrameReader | ThreadedReader, target: FileIO, callees: Sequence[Callee]) -> None:
    """Answer calls one after the other."""
    read = reader.read
    buffer = bytearray(HEADER.size)
    while True:
        try:
            kind, index, number, body = read()
        except EOFError:
            return
        if kind != CALL:
            return
        write(target, callees[index].call(index, number, body, buffer))
        buffer = reusable(buffer)
