"""Tracing: messages with tags, to a writer as text and to processors as they are.

A message never raises for what is in it: a broken value is shown as broken, and what no encoding takes is escaped.
"""

# The names are private to the package, or those that hosts know as private.
# pyright: reportPrivateUsage=false
from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, TypeAlias, cast

__all__ = ["TagTracer", "TagTracerSub"]

_Writer: TypeAlias = Callable[[str], object]
_Processor: TypeAlias = Callable[[tuple[str, ...], tuple[Any, ...]], object]


def _shown(convert: Callable[[object], str], obj: object) -> str:
    """Return the `str` or `repr` of an object, in characters that every writer takes."""
    try:
        text = convert(obj)
    except Exception as error:
        what = f"{_shown_error(error)} raised in {getattr(convert, '__name__', convert)}()"
        text = f"<[{what}] {type(obj).__name__} object at 0x{id(obj):x}>"
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def _shown_error(error: Exception) -> str:
    try:
        return repr(error)
    except Exception:
        return f"unpresentable {type(error).__name__}"


def _shown_value(value: object) -> str:
    """Return the text of a value: quoted where one could not see what it is."""
    if isinstance(value, Enum | os.PathLike):
        return _shown(repr, cast("object", value))
    if isinstance(value, str) and len(value.splitlines()) <= 1:
        bare = value and value.isprintable() and " " not in value
        return _shown(str if bare else repr, value)
    return _shown(str, value)


class TagTracer:
    """Hands messages to a writer and to processors.

    Attributes:
        indent: The nesting depth of the calls that messages are about.
    """

    def __init__(self) -> None:
        self._tags2proc: dict[tuple[str, ...], _Processor] = {}
        self._writer: _Writer | None = None
        self.indent: int = 0

    def get(self, name: str) -> TagTracerSub:
        """Return a tracer whose messages have a tag.

        Args:
            name: The tag.
        """
        return TagTracerSub(self, (name,))

    def setwriter(self, writer: _Writer | None) -> None:
        """Write messages, as text, with a function; without one they are not written.

        Args:
            writer: Takes the text of a message.
        """
        self._writer = writer

    def setprocessor(self, tags: str | tuple[str, ...], processor: _Processor) -> None:
        """Give the messages with certain tags to a function.

        Args:
            tags: The tags, all of them and in order; a string has colons between them.
            processor: Takes the tags and the arguments of a message.
        """
        if isinstance(tags, str):
            tags = tuple(tags.split(":"))
        else:
            assert isinstance(tags, tuple)
        self._tags2proc[tags] = processor

    def _processmessage(self, tags: tuple[str, ...], args: tuple[object, ...]) -> None:
        if self._writer is not None and args:
            self._writer(self._format_message(tags, args))
        processor = self._tags2proc.get(tags)
        if processor is not None:
            processor(tags, args)

    def _format_message(self, tags: Sequence[str], args: Sequence[object]) -> str:
        extra: Mapping[str, object] = {}
        if isinstance(args[-1], dict):
            *args, last = args
            extra = cast("Mapping[str, object]", last)
        margin = "  " * self.indent
        text = " ".join(_shown(str, arg) for arg in args)
        lines = [f"{margin}{text} [{':'.join(tags)}]"]
        for name, value in extra.items():
            shown = _shown_value(value)
            parts = shown.splitlines()
            if parts in ([], [shown]):
                lines.append(f"{margin}    {name}: {shown}")
            else:
                lines += [f"{margin}    {name}:", *(f"{margin}      {part}" for part in parts)]
        return "".join(f"{line}\n" for line in lines)


class TagTracerSub:
    """Sends messages with tags.

    Attributes:
        root: Where they go.
        tags: The tags.
    """

    def __init__(self, root: TagTracer, tags: tuple[str, ...]) -> None:
        self.root: TagTracer = root
        self.tags: tuple[str, ...] = tags

    def __call__(self, *args: object) -> None:
        """Send a message; a dict at the end is shown in lines of its own."""
        self.root._processmessage(self.tags, args)

    def get(self, name: str) -> TagTracerSub:
        """Return a tracer with a further tag.

        Args:
            name: The tag.
        """
        return type(self)(self.root, (*self.tags, name))
