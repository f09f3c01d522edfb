"""The start of a worker: it takes the pipes away from the plugin, and sees to it that nothing outlives the host.

Where a process can be forked, a guard watches from a process of its own, which also a plugin that never returns, or
that is stopped, cannot keep from its work. It is forked before anything large is imported. Elsewhere, a thread notices
that the host has closed the pipe; see `_worker`. This module imports nothing that is slow to
import.
"""

from __future__ import annotations

import os
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CAN_FORK = hasattr(os, "fork")
WINDOWS = sys.platform == "win32"


def run() -> None:
    """Be a worker until the host says that it is enough, or ends."""
    requests, answers = take_pipes()
    if CAN_FORK:
        start_guard(requests)
    try:
        from pluginkit.isolated._worker import serve  # late: the guard does without
    except ImportError as error:
        os.write(answers, refusal(f"{type(error).__name__}: {error}"))
        return
    serve(requests, answers, guarded=CAN_FORK)


def refusal(text: str) -> bytes:
    """Return a frame that says why there is no worker; `_wire` has the same numbers."""
    body = text.encode(errors="backslashreplace")
    return struct.pack("<IBHI", len(body), 12, 0, 0) + body


def take_pipes() -> tuple[int, int]:
    """Return file descriptors of the pipes; what the plugin prints goes to stderr, and what it reads is empty."""
    requests, answers = os.dup(0), os.dup(1)  # neither is inherited by what the plugin starts
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    if WINDOWS:
        _set_binary(requests, answers)
    return requests, answers


def _set_binary(*files: int) -> None:
    """Keep line ends as they are; elsewhere than on Windows they are anyway."""
    import msvcrt

    system: Any = (msvcrt, os)  # to checkers on other systems, neither has these names
    for each in files:
        system[0].setmode(each, system[1].O_BINARY)


def start_guard(requests: int) -> None:
    """Start the process that watches over this one."""
    watched = (os.getppid(), os.getpid())
    if os.fork() == 0:
        try:
            guard(requests, watched)
        finally:
            os._exit(0)


def guard(requests: int, watched: tuple[int, ...]) -> None:
    """Wait until the host or the worker is gone, and end all processes of this group.

    The host is gone when nobody can write requests any more, or when the process that started the worker has ended: a
    fork of the host may hold the pipe open.

    Args:
        requests: The pipe from the host.
        watched: The processes, where their end can be waited for.
    """
    import select
    import signal

    poll = select.poll()
    poll.register(requests, 0)  # tells of its end, and of nothing else
    kept = {requests}
    for process in watched:
        pidfd = _pidfd(process)
        if pidfd is not None:
            poll.register(pidfd, select.POLLIN)
            kept.add(pidfd)
    _close_others(kept)
    poll.poll()
    os.killpg(0, signal.SIGKILL)


def _pidfd(process: int) -> int | None:
    """Return a file descriptor that can be read when a process ends, or None where there is no such thing."""
    try:
        return os.pidfd_open(process)
    except (AttributeError, OSError):
        return None


def _close_others(kept: set[int]) -> None:
    """Close what the guard would hold open for no reason, stdout and stderr included."""
    start = 0
    for each in sorted(kept):
        os.closerange(start, each)
        start = each + 1
    os.closerange(start, start + 256)
