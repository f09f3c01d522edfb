"""One worker process, seen from the host: it is started, written to, read from, and killed with its children.

Where pipes can be polled (all but Windows), nothing here waits longer than until a deadline, for whatever reason the
worker does not read or write. On Windows a timer ends the process at the deadline, which ends the waiting. This
module knows nothing of hooks.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
from threading import Timer
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple, cast

from pluginkit.isolated._pipes import Frame, FrameReader, write
from pluginkit.isolated._wire import BYE, REFUSED, frame

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from io import FileIO

_PIPE_SIZE = 1024 * 1024  # large frames take half the time of what the usual 64 KiB take
_FAREWELL = 1.0  # seconds that a worker has to end by itself, its `atexit` functions included
_F_SETPIPE_SZ = 1031  # only Linux has it, and only there `fcntl` names it
POLLED = hasattr(select, "poll")

# What runs in the other environment before anything of it is known. It is written for every Python there is.
BOOT = f"""\
import os, sys
sys.path[:] = [entry for entry in sys.path if entry]
try:
    if sys.version_info < (3, 11):
        raise ImportError("Python 3.11 or later is needed, and this is %d.%d" % sys.version_info[:2])
    from pluginkit.isolated._guard import run
except BaseException as error:
    import struct
    text = ("%s: %s" % (type(error).__name__, error)).encode("utf-8")
    os.write(1, struct.pack("<IBHI", len(text), {REFUSED}, 0, 0) + text)
    os._exit(1)
run()
"""


class Launch(NamedTuple):
    """How workers are started.

    Attributes:
        command: The program and its arguments.
        environment: The environment variables, or None for those of the host.
        described: What errors call it.
    """

    command: tuple[str, ...]
    environment: Mapping[str, str] | None
    described: str


def launch_of(python: str | os.PathLike[str] | None, command: Sequence[str], paths: Sequence[str]) -> Launch:
    """Return how to start workers.

    Args:
        python: The Python of the other environment. Without one it is this Python, with what can be imported here.
        command: What to start it with, before its own name.
        paths: Folders that the worker imports from, before all others.
    """
    chosen = sys.executable if python is None else os.fspath(python)
    importable = [*paths]
    environment = dict(os.environ)
    if python is None:
        importable += [os.path.abspath(entry) for entry in sys.path]  # noqa: PTH100 - '' is the current folder
    else:
        environment = {name: value for name, value in environment.items() if not name.startswith("PYTHON")}
    if importable:
        environment["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(importable))
    described = " ".join([*command, chosen])
    return Launch((*command, chosen, "-c", BOOT), environment, described)


class LateError(Exception):
    """A deadline has passed."""


class Worker:
    """A running worker process.

    One thread at a time talks to it. Each of `send` and `receive` gives up at the deadline that `within` has set.

    Args:
        launch: How to start it.
        limit: How many bytes a frame of it may have.

    Raises:
        OSError: It cannot be started.
    """

    def __init__(self, launch: Launch, limit: int) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - the host says what to start
            launch.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=launch.environment,
            start_new_session=True,  # a group of its own, so that its children can be killed with it
        )
        self.requests = cast("FileIO", self._process.stdin)
        self.answers = cast("FileIO", self._process.stdout)
        self._deadline: float | None = None
        self._pidfd = -1
        self._timer: Timer | None = None
        self._is_late = False
        if POLLED:
            self._prepare_polling()
        self._reader = FrameReader(self.answers, limit, self._wait_readable if POLLED else None)

    def _prepare_polling(self) -> None:
        for file in (self.requests, self.answers):
            os.set_blocking(file.fileno(), False)
            with contextlib.suppress(ImportError, OSError):  # a user may have too many large pipes
                import fcntl

                fcntl.fcntl(file.fileno(), _F_SETPIPE_SZ, _PIPE_SIZE)
        self._readable = select.poll()
        self._readable.register(self.answers.fileno(), select.POLLIN)
        self._writable = select.poll()
        self._writable.register(self.requests.fileno(), select.POLLOUT)
        self._death = select.poll()
        with contextlib.suppress(AttributeError, OSError):  # a process that lets its children hold the pipes open
            self._pidfd = os.pidfd_open(self._process.pid)
            for each in (self._readable, self._writable, self._death):
                each.register(self._pidfd, select.POLLIN)

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    @property
    def pidfd(self) -> int:
        """A file descriptor that can be read when the process has ended, or -1."""
        return self._pidfd

    @property
    def has_ended(self) -> bool:
        """Whether the process ended by itself, as far as can be told without waiting."""
        return bool(self._death.poll(0)) if self._pidfd >= 0 else self._process.poll() is not None

    # -- talking --------------------------------------------------------------------------------------------------

    def within(self, seconds: float | None) -> None:
        """Set a deadline for what follows, or none."""
        self._deadline = None if seconds is None else monotonic() + seconds
        if not POLLED:
            self._set_timer(seconds)

    def _set_timer(self, seconds: float | None) -> None:
        """End the process at a deadline, and with it the waiting for its pipes."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if seconds is None else Timer(seconds, self._end_late)
        if self._timer is not None:
            self._timer.daemon = True
            self._timer.start()

    def _end_late(self) -> None:
        self._is_late = True
        self._process.kill()

    def send(self, message: bytes | bytearray) -> None:
        """Send a frame.

        Raises:
            LateError: The worker did not take it in time.
            EOFError: The worker has ended.
        """
        try:
            write(self.requests, message, self._wait_writable if POLLED else None)
        except OSError:
            raise self._ended() from None

    def receive(self) -> Frame:
        """Return the next frame.

        Raises:
            LateError: It did not come in time.
            EOFError: The worker has ended.
            FrameTooLargeError: It is too large.
        """
        try:
            return self._reader.read()
        except EOFError:
            raise self._ended() from None

    def _ended(self) -> Exception:
        return LateError() if self._is_late else EOFError()

    def _wait_readable(self) -> None:
        """Wait for an answer, or a part of it."""
        deadline = self._deadline
        found = self._readable.poll(None if deadline is None else max(0.0, (deadline - monotonic()) * 1000))
        if not found:
            raise LateError
        if len(found) == 1 and found[0][0] == self._pidfd:
            raise EOFError  # it has ended, and has left nothing to read

    def _wait_writable(self) -> None:
        """Wait until there is room for more of a request."""
        deadline = self._deadline
        if not self._writable.poll(None if deadline is None else max(0.0, (deadline - monotonic()) * 1000)):
            raise LateError
        if self.has_ended:  # a child of the worker may hold the pipe open
            raise EOFError

    # -- the end --------------------------------------------------------------------------------------------------

    def say_goodbye(self) -> None:
        """Ask the worker to end."""
        with contextlib.suppress(OSError, ValueError):
            self.requests.write(frame(BYE))

    def wait_ended(self, seconds: float) -> None:
        """Wait until the worker has ended by itself, but not longer than so many seconds."""
        if self._pidfd >= 0:
            self._death.poll(seconds * 1000)
        else:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)

    def kill(self) -> int:
        """End the process and its children, and return its status: negative for a signal."""
        if not POLLED:
            self._set_timer(None)
        self.interrupt()
        status = self._process.wait()
        self._close()
        return status

    def interrupt(self) -> None:
        """End the process and its children; the thread that talks to it notices."""
        # The process is not reaped before, so that its id stands for its group and for no other.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()

    def _close(self) -> None:
        with contextlib.suppress(OSError):  # unwritten output is discarded
            self.requests.close()
        self.answers.close()
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1

    def abandon(self) -> None:
        """Let go of a process that belongs to another one, from which this one was forked."""
        self._process.returncode = 0  # it is not ours to wait for
        self._close()


def end(workers: list[Worker]) -> None:
    """Let workers end by themselves, and kill those that do not."""
    for worker in workers:
        worker.say_goodbye()
    for worker in workers:
        worker.wait_ended(_FAREWELL)
        worker.kill()


def status_text(status: int) -> str:
    """Return how a process ended."""
    if status >= 0:
        return f"ended with status {status}"
    try:
        return f"was ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"was ended by signal {-status}"
