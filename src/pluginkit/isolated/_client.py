"""What the workers of one isolated plugin have in common, in the host: how they start, and what was said to them.

A worker that ends too often is not started again for a while. New workers are told what earlier ones were told
through historic hooks. This module knows no call; `_sync` and `_aio` make them.
"""

from __future__ import annotations

from collections import deque
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import msgspec

from pluginkit import PluginValidationError, Problem
from pluginkit.isolated._errors import IsolationError, WorkerDied, WorkerTimeout
from pluginkit.isolated._exceptions import unpack
from pluginkit.isolated._limits import MEBIBYTE, Limits
from pluginkit.isolated._pipes import FrameTooLargeError
from pluginkit.isolated._process import LateError, Launch, Worker, status_text
from pluginkit.isolated._wire import HELLO, PROTOCOL, RAISED, READY, REFUSED, Hello, Raised, Ready, frame

if TYPE_CHECKING:
    from collections.abc import Callable

_MINUTE = 60.0
_INSTALL = "install typed-pluginkit[isolated], the plugin and the module of the spec in that environment"


class Remembered(NamedTuple):
    """A call of a historic hook, for workers that start later.

    Attributes:
        message: The frame of the call.
        is_async: Whether its hook is async: workers for sync hooks cannot run it.
    """

    message: bytes
    is_async: bool


class Client:
    """Starts the workers of a plugin, and says what went wrong with them.

    Args:
        launch: How workers are started.
        spec: The spec, as `module:attribute`.
        target: The plugin, as `module:attribute`.
        limits: What a worker may take.
    """

    def __init__(self, launch: Launch, spec: str, target: str, limits: Limits) -> None:
        self.launch = launch
        self.spec = spec
        self.target = target
        self.limits = limits
        self.history: tuple[Remembered, ...] = ()
        self.is_closed = False
        self._ready: Ready | None = None
        self._deaths: deque[float] = deque(maxlen=limits.restarts + 1)
        self._lock = Lock()

    @property
    def frame_limit(self) -> int:
        """How many bytes a frame may have: exceptions have room, however small answers are to be."""
        return max(self.limits.answer, MEBIBYTE)

    # -- starting -------------------------------------------------------------------------------------------------

    def start(self, library: str = "") -> Worker:
        """Start a worker that has loaded the plugin, and that runs calls as `Hello.library` says.

        Raises:
            WorkerDied: It ended or gave no sign in time, or too many have ended before; or the plugin is closed.
            PluginValidationError: The plugin cannot be loaded.
        """
        self._check_startable()
        worker, ready = self.greet(self._hello(library))
        if self._ready is None:
            self._ready = ready
        elif not _is_same(ready, self._ready):
            worker.kill()
            raise self.error(WorkerDied, "it is not what was registered: it has changed", "replace the plugin")
        return worker

    def describe(self) -> tuple[Worker, Ready]:
        """Start the first worker, and return it with what it says of the plugin."""
        worker = self.start()
        assert self._ready is not None
        return worker, self._ready

    def greet(self, hello: Hello) -> tuple[Worker, Ready]:
        """Start a worker, tell it what to do, and return it with its answer."""
        try:
            worker = Worker(self.launch, self.frame_limit)
        except OSError as error:
            raise self.error(WorkerDied, f"it cannot be started: {error}", "name a Python that there is") from error
        try:
            worker.within(self.limits.start)
            worker.send(frame(HELLO, hello))
            kind, _, _, body = worker.receive()
            ready = self._checked(kind, body)
        except BaseException as error:
            self.lost(worker, error, f"was not ready within {self.limits.start} s", _INSTALL)
        return worker, ready

    def _hello(self, library: str) -> Hello:
        limits = self.limits
        return Hello(PROTOCOL, self.spec, self.target, "", limits.memory, limits.answer, library)

    def _checked(self, kind: int, body: Any) -> Ready:
        if kind == READY:
            return msgspec.msgpack.decode(body, type=Ready)
        if kind == REFUSED:
            text = bytes(body).decode(errors="replace")
            raise self.error(WorkerDied, f"its environment cannot be used: {text}", _INSTALL)
        if kind == RAISED:
            raise self._unloadable(body)
        raise self.error(WorkerDied, "what it sends is not an answer", _INSTALL)

    def _unloadable(self, body: Any) -> PluginValidationError:
        cause = unpack(msgspec.msgpack.decode(body, type=Raised))
        kind = getattr(cause, "type_name", type(cause).__name__)
        text = getattr(cause, "text", str(cause))
        message = f"cannot be loaded in {self.launch.described}: {kind}: {text}"
        error = PluginValidationError(self.target, (Problem(message, hint=_INSTALL, code="PK706"),))
        error.__cause__ = cause
        return error

    # -- going wrong ----------------------------------------------------------------------------------------------

    def _check_startable(self) -> None:
        if self.is_closed:
            raise self.error(WorkerDied, "it is closed", "make another one with isolated(...)")
        with self._lock:
            is_full = len(self._deaths) > self.limits.restarts
            if is_full and self._deaths[0] > monotonic() - _MINUTE:
                count = len(self._deaths)
                message = f"the worker ended {count} times within a minute, and is not started again for now"
                raise self.error(WorkerDied, message, "find out why it ends, or raise Limits.restarts")

    def note_death(self) -> None:
        """Count a worker that ended by itself."""
        with self._lock:
            self._deaths.append(monotonic())

    def lost(self, worker: Worker, error: BaseException, late: str, hint: str = "") -> NoReturn:
        """Kill a worker in which something went wrong, and say what it was.

        Raises:
            WorkerTimeout: A deadline has passed.
            WorkerDied: The worker had ended.
            IsolationError: What it sent is too large.
            BaseException: Anything else, as it is.
        """
        status = worker.kill()
        if isinstance(error, LateError):
            raise self.error(WorkerTimeout, late, hint) from None
        if isinstance(error, EOFError):
            self.note_death()
            raise self.error(WorkerDied, f"the worker {status_text(status)}", hint) from None
        if isinstance(error, FrameTooLargeError):
            self.note_death()
            message = f"the worker sent {error.length} bytes, and the limit is {self.frame_limit}"
            raise self.error(IsolationError, message, "raise Limits.answer") from None
        raise error

    def error(self, kind: type[IsolationError], message: str, hint: str = "") -> IsolationError:
        """Return an error about this plugin."""
        return kind(message, self.target, self.launch.described, hint)

    # -- what workers are told ------------------------------------------------------------------------------------

    def remember(self, message: bytes, *, is_async: bool) -> int:
        """Keep a call of a historic hook for workers that start later, and return its place."""
        with self._lock:
            self.history = (*self.history, Remembered(message, is_async))
            return len(self.history) - 1

    def result(self, kind: int, body: Any, decode: Callable[[Any], Any]) -> Any:
        """Return the answer of a call, or raise what the implementation raised.

        Raises:
            IsolationError: The answer does not have the type that the hook declares.
        """
        if kind == RAISED:
            raise unpack(msgspec.msgpack.decode(body, type=Raised))
        try:
            return decode(body)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise self.error(IsolationError, f"the answer is not what the hook declares: {error}") from None

    def after_fork(self) -> None:
        """Be usable in a process that was forked from the host."""
        self._lock = Lock()


def _is_same(ready: Ready, first: Ready) -> bool:
    """Tell whether a plugin implements what it did, and what crosses is the same."""

    def signatures(found: Ready) -> list[tuple[object, ...]]:
        return [(each.hook, each.parameters, each.rest) for each in found.implementations]

    return signatures(ready) == signatures(first) and ready.shapes == first.shapes
