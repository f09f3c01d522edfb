"""Exceptions that cross: packed as plain data in the worker, made again in the host.

Only builtin exceptions are made again, from plain arguments, and only if the copy reads like the original. Nothing is
unpickled, and no class is imported because a worker names it.
"""

from __future__ import annotations

import builtins

from pluginkit.isolated._errors import RemoteError, RemoteTraceback
from pluginkit.isolated._wire import Raised

_PLAIN = (str, int, float, bool, bytes, type(None))
_MOST = 100_000  # characters of a text that crosses


def pack(error: BaseException) -> Raised:
    """Return an exception as plain data, whatever it does when it is asked for its text."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return Raised(name, _text(error), _arguments(error), _notes(error), _traceback(error))


def _text(error: BaseException) -> str:
    try:
        return _sendable(str(error))
    except Exception:
        return "<exception str() failed>"


def _sendable(text: str) -> str:
    """Return a text without what UTF-8 has no form for, and not too long."""
    return text[:_MOST].encode(errors="backslashreplace").decode()


def _arguments(error: BaseException) -> tuple[object, ...] | None:
    arguments = error.args
    if isinstance(error, OSError) and error.filename is not None:
        arguments = (error.errno, error.strerror, error.filename)
    is_plain = all(type(each) in _PLAIN and _fits(each) for each in arguments)
    return tuple(arguments) if is_plain else None


def _fits(value: object) -> bool:
    if isinstance(value, str | bytes):
        return len(value) <= _MOST and (isinstance(value, bytes) or value == _sendable(value))
    return not isinstance(value, int) or -(2**63) <= value < 2**64


def _notes(error: BaseException) -> tuple[str, ...]:
    notes = getattr(error, "__notes__", ())
    return tuple(_sendable(note) for note in notes if isinstance(note, str))


def _traceback(error: BaseException) -> str:
    """Return the traceback, without the frames of the worker itself."""
    import traceback  # late: it is slow to import, and workers are to start fast

    below = error.__traceback__
    while below is not None and below.tb_frame.f_globals.get("__name__", "").startswith("pluginkit.isolated."):
        below = below.tb_next
    try:
        lines = traceback.format_exception(type(error), error, below or error.__traceback__)
    except Exception:
        return "<the traceback cannot be shown>"
    return _sendable("".join(lines).rstrip())


def unpack(raised: Raised) -> BaseException:
    """Return an exception to raise here; its `__cause__` shows the traceback of the worker."""
    error = _builtin(raised) or RemoteError(raised.type_name, raised.text)
    for note in raised.notes:
        error.add_note(note)
    error.__cause__ = RemoteTraceback(raised.traceback)
    return error


def _builtin(raised: Raised) -> Exception | None:
    """Return a builtin exception that reads like the original, or None.

    One that is not an `Exception`, such as SystemExit, is for the worker and not for the host.
    """
    kind = getattr(builtins, raised.type_name, None)
    if raised.arguments is None or not (isinstance(kind, type) and issubclass(kind, Exception)):
        return None
    try:
        made = kind(*raised.arguments)
    except Exception:
        return None
    return made if str(made) == raised.text else None
