"""Which thread is loading a plugin, and which threads may wait for it.

A plugin is loaded by one thread, and others that need it wait. But its code may do anything meanwhile: it may call the
host, start threads that do, wait for a thread, or import a module that another thread is importing. A thread that would
wait for a thread that waits for it continues instead. While code of a plugin runs, no lock is held that somebody could
wait for without end. This module knows nothing of plugins.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from threading import get_ident
from time import monotonic
from types import FrameType
from warnings import warn

_SLICE = 0.02  # seconds after which a waiting thread checks whether waiting makes sense
_PATIENCE = 10.0  # seconds after which a thread without progress counts as waiting for this one
_IMPORTING = "<frozen importlib._bootstrap>"
_WAITING = {"acquire", "join", "wait", "_wait_for_tstate_lock"}  # functions in which threads wait for each other

_waits: dict[int, Turn] = {}  # by thread, for what it waits


class Turn:
    """The turn to load one plugin, which one thread has at a time.

    Attributes:
        owner: The thread that has it.
    """

    __slots__ = ("_lock", "_process", "owner")

    def __init__(self) -> None:
        self.owner: int | None = None
        self._lock = threading.Lock()
        self._process = os.getpid()

    def take(self, what: str) -> bool:
        """Wait for the turn, and return True; or return False if it cannot come as long as this thread waits.

        Args:
            what: What is loaded, for the warning to whoever has waited too long.
        """
        me = get_ident()
        if self.owner == me:
            return False
        if self._process != os.getpid():  # this is a forked child: the thread that had the turn is in its parent
            self._lock, self._process = threading.Lock(), os.getpid()
        if not self._lock.acquire(timeout=_SLICE):
            _waits[me] = self
            try:
                if not self._wait(me, what):
                    return False
            finally:
                del _waits[me]
        self.owner = me
        return True

    def give(self) -> None:
        """End this thread's turn."""
        self.owner = None
        self._lock.release()

    def _wait(self, me: int, what: str) -> bool:
        last: tuple[int, int] | None = None
        since = monotonic()
        while not self._lock.acquire(timeout=_SLICE):
            at = _place(self.owner)
            if self._waits_for(me) or _may_wait_for_me(self.owner, for_long=at == last):
                return False
            if at != last:
                last, since = at, monotonic()
            elif monotonic() - since > _PATIENCE:
                warn(f"{what} is being loaded by a thread that does not go on: going on without it", RuntimeWarning, 2)
                return False
        return True

    def _waits_for(self, me: int) -> bool:
        """Tell whether the thread that has the turn waits for a turn of this thread, or for one that does."""
        seen: set[int] = set()
        turn: Turn | None = self
        while turn is not None and (owner := turn.owner) is not None and owner not in seen:
            if owner == me:
                return True
            seen.add(owner)
            turn = _waits.get(owner)
        return False


def _frame(thread: int | None) -> FrameType | None:
    return sys._current_frames().get(thread or 0)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - it is documented


def _place(thread: int | None) -> tuple[int, int] | None:
    """Return a value that changes when a thread makes progress."""
    frame = _frame(thread)
    return (id(frame), frame.f_lasti) if frame else None


def _may_wait_for_me(thread: int | None, *, for_long: bool) -> bool:
    """Tell whether a thread waits for something that this thread may have to release.

    That is a module, if this thread is importing one; or else anything that threads wait for.
    """
    frame = _frame(thread)
    if frame is None:
        return False
    file, is_waiting = frame.f_code.co_filename, frame.f_code.co_name in _WAITING
    if file == _IMPORTING:
        return is_waiting and any(each.f_code.co_filename == file for each in _frames())
    return is_waiting and for_long and file == threading.Event.wait.__code__.co_filename


def is_imported_here(module: str) -> bool:
    """Tell whether this thread is running the code of a module for its import."""
    return any(each.f_code.co_name == "<module>" and each.f_globals.get("__name__") == module for each in _frames())


def _frames() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - it is documented
    while frame is not None:
        yield frame
        frame = frame.f_back
