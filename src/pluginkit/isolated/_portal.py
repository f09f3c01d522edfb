"""Calls of isolated plugins from programs under Trio: an event loop of asyncio in a thread of its own makes them.

So there is one way in which calls are sent, cancelled and limited. A call is awaited, and cancelled, as others are.
All plugins share the thread, which waits for nothing that could block it.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

_lock = Lock()
_loops: list[asyncio.AbstractEventLoop] = []  # one, once it is needed


def is_needed() -> bool:
    """Tell whether Trio runs here; whoever runs it has imported it."""
    trio = sys.modules.get("trio")
    return trio is not None and bool(trio.lowlevel.in_trio_run())


def is_portal(loop: asyncio.AbstractEventLoop) -> bool:
    """Tell whether an event loop is the one for programs under Trio."""
    return loop in _loops


def _loop() -> asyncio.AbstractEventLoop:
    with _lock:
        if not _loops:
            _loops.append(asyncio.new_event_loop())
            Thread(target=_loops[0].run_forever, daemon=True, name="pluginkit-isolated").start()
        return _loops[0]


def after_fork() -> None:
    """Start another thread when it is needed: that of the parent is not here."""
    global _lock  # noqa: PLW0603 - somebody may have held it
    _lock = Lock()
    _loops.clear()


async def call(function: Callable[..., Coroutine[Any, Any, Any]], *arguments: Any) -> Any:
    """Run a coroutine function in the event loop, and return its result; it is cancelled when this is.

    A cancellation waits until the coroutine has ended, which it does within the grace of the worker.
    """
    trio = sys.modules["trio"]
    loop, token, done = _loop(), trio.lowlevel.current_trio_token(), trio.Event()
    tasks: list[asyncio.Task[Any]] = []

    def notify(_: object) -> None:
        with suppress(trio.RunFinishedError):
            token.run_sync_soon(done.set)

    def begin() -> None:
        tasks.append(loop.create_task(function(*arguments)))
        tasks[0].add_done_callback(notify)

    def cancel() -> None:
        tasks[0].cancel()

    loop.call_soon_threadsafe(begin)
    try:
        await done.wait()
    except BaseException:
        loop.call_soon_threadsafe(cancel)
        with trio.CancelScope(shield=True):
            await done.wait()
        raise
    return tasks[0].result()
