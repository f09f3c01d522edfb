"""Frames: what host and worker send each other, and the records in them. Both sides import it.

A frame is a header of fixed size and a body. The header has the length of the body, the kind of frame, the number of
an implementation and the number of a call. Bodies are MessagePack, decoded into the types that are declared: data
only, nothing that could run. This module does no input or output.
"""

from __future__ import annotations

import sys
from struct import Struct as Layout
from typing import Any

import msgspec

from pluginkit.isolated._codecs import codec_for, codec_of

PROTOCOL = 1  # raised with every change that an older side would misread

HEADER = Layout("<IBHI")  # length of the body, kind, implementation, call
SOME = 8192  # what the first read of a frame asks for: most frames are smaller
KEPT = 16 * 1024 * 1024  # the largest buffer that is kept for later frames
MUCH = 65536  # what an event loop asks for at once

# From the host.
HELLO, CALL, CANCEL, BYE = 1, 2, 3, 4
# From the worker.
READY, REFUSED, ANSWER, RAISED = 11, 12, 13, 14


class Hello(msgspec.Struct, frozen=True):
    """What a worker is to do.

    Attributes:
        protocol: The version of the frames.
        spec: The spec, as `module:attribute`; empty where only entry points are asked for.
        target: The plugin, as `module:attribute`; empty where only entry points are asked for.
        group: The group whose entry points are asked for, or empty.
        memory: How many bytes may be allocated, or None.
        answer: How many bytes an answer may have.
        library: The library that runs calls, several at once: "asyncio" or "trio"; empty for one call at a time.
    """

    protocol: int
    spec: str
    target: str
    group: str = ""
    memory: int | None = None
    answer: int = 0
    library: str = ""


class Described(msgspec.Struct, frozen=True):
    """One implementation of the plugin.

    Attributes:
        hook: The hook's name.
        name: The function as it is called in the plugin, such as `Terms.terms`.
        parameters: Those of the hook's parameters that it takes.
        rest: Whether it takes the others as well.
        file: The file that it is in.
        line: The line there.
        tryfirst: As its mark says; so are the next ones.
        trylast: See above.
        before: See above.
        after: See above.
    """

    hook: str
    name: str
    parameters: tuple[str, ...]
    rest: bool
    file: str
    line: int
    tryfirst: bool = False
    trylast: bool = False
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


class Reported(msgspec.Struct, frozen=True):
    """One thing that is wrong with the plugin: a `Problem` as plain data."""

    message: str
    hook: str = ""
    hook_signature: str = ""
    implementation_signature: str = ""
    location: str = ""
    hint: str = ""
    code: str = ""


class Offered(msgspec.Struct, frozen=True):
    """One entry point of the other environment.

    Attributes:
        name: Its name.
        value: The plugin, as `module` or `module:attribute`.
        distribution: What offers it; so is the next one.
        version: See above.
        folder: The folder of its metadata.
        key: What is another one when a file of the plugin has changed, or empty.
    """

    name: str
    value: str
    distribution: str
    version: str
    folder: str
    key: str = ""


class Broken(msgspec.Struct, frozen=True):
    """Something of the other environment that cannot be read: an error as plain data."""

    problems: tuple[Reported, ...]
    distribution: str


class Ready(msgspec.Struct, frozen=True):
    """What the worker found.

    Attributes:
        python: The version of Python there.
        executable: The Python there.
        pluginkit: The version of pluginkit there.
        msgspec: The version of msgspec there.
        shapes: What crosses, by hook, as text: parameters, answer, and the types in them.
        implementations: What the plugin implements.
        problems: What is wrong with it.
        offered: The entry points, where these were asked for.
        broken: What could not be read of them.
    """

    python: str
    executable: str
    pluginkit: str
    msgspec: str
    shapes: dict[str, str] = {}
    implementations: tuple[Described, ...] = ()
    problems: tuple[Reported, ...] = ()
    offered: tuple[Offered, ...] = ()
    broken: tuple[Broken, ...] = ()


class Raised(msgspec.Struct, frozen=True):
    """An exception.

    Attributes:
        type_name: Its class, with its module where that is not `builtins`.
        text: Its text.
        arguments: What it was made of, if that is plain data; else None.
        notes: Its notes.
        traceback: Its traceback, with the exceptions that led to it.
    """

    type_name: str
    text: str
    arguments: tuple[Any, ...] | None
    notes: tuple[str, ...]
    traceback: str


def is_path(kind: type[Any]) -> bool:
    """Tell whether a class is one of paths; `pathlib` is slow to import, and without it there is none."""
    pathlib = sys.modules.get("pathlib")
    return pathlib is not None and issubclass(kind, pathlib.PurePath)


def encode_other(value: object) -> object:
    """Encode what MessagePack has no form for: paths, as text, and types that are registered.

    Raises:
        TypeError: It is neither.
    """
    codec = codec_for(value)
    if codec is not None:
        return codec.encode(value)
    if is_path(type(value)):
        return str(value)
    raise TypeError(f"an object of class '{type(value).__qualname__}' is not data, and cannot cross to another process")


def decode_other(kind: type[Any], value: object) -> object:
    """Decode what `encode_other` has encoded.

    Raises:
        TypeError: It is not the text of a path.
        ValueError: It is not what a registered type crosses as.
    """
    codec = codec_of(kind)
    if codec is not None:
        data = msgspec.convert(value, codec.data, dec_hook=decode_other)
        try:
            return codec.decode(data)
        except Exception as error:
            raise ValueError(f"no value of {kind.__qualname__}: {type(error).__name__}: {error}") from error
    if not is_path(kind) or not isinstance(value, str):
        raise TypeError(f"Expected `{kind.__qualname__}`, got `{type(value).__name__}`")
    return kind(value)


def decoder_of(kind: Any) -> msgspec.msgpack.Decoder[Any]:
    """Return the decoder of a type."""
    return msgspec.msgpack.Decoder(kind, dec_hook=decode_other)


ENCODER = msgspec.msgpack.Encoder(enc_hook=encode_other)


EMPTY = object()  # stands for no body: None is a value like others


def frame(
    kind: int, body: object = EMPTY, index: int = 0, number: int = 0, buffer: bytearray | None = None
) -> bytearray:
    """Return a frame.

    Args:
        kind: What it is.
        body: What is in it.
        index: The number of an implementation.
        number: The number of a call.
        buffer: Where it is made. Memory that was used before costs half as much as memory that the system gives.

    Raises:
        TypeError: Something in the body cannot be encoded; other exceptions for numbers and texts that cannot be.
    """
    made = bytearray(HEADER.size) if buffer is None else buffer
    if body is not EMPTY:
        ENCODER.encode_into(body, made, HEADER.size)
    HEADER.pack_into(made, 0, len(made) - HEADER.size, kind, index, number)
    return made


def reusable(buffer: bytearray) -> bytearray:
    """Return a buffer to make further frames in, or a new one where keeping it would take up much."""
    return buffer if HEADER.size <= len(buffer) <= KEPT else bytearray(HEADER.size)
