"""Reading requests in a thread: on systems where nothing else tells that the host is gone while the plugin is busy.

That is Windows, where no process can be forked to watch over the worker. This module knows frames and no plugin.
"""

from __future__ import annotations

from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from pluginkit.isolated._wire import BYE

if TYPE_CHECKING:
    from collections.abc import Callable

    from pluginkit.isolated._pipes import Frame, FrameReader


class ThreadedReader:
    """Reads frames in a thread, where nothing else tells that the host is gone while the plugin is busy.

    Args:
        reader: Reads the frames.
        at_end: What to do when the host is gone.
    """

    def __init__(self, reader: FrameReader, at_end: Callable[[], None]) -> None:
        self._reader = reader
        self._at_end = at_end
        self._frames: SimpleQueue[Frame] = SimpleQueue()
        Thread(target=self._run, daemon=True, name="pluginkit-requests").start()

    def read(self) -> Frame:
        """Return the next frame."""
        return self._frames.get()

    def _run(self) -> None:
        try:
            while True:
                found = self._reader.read()
                self._frames.put(found)
                if found[0] == BYE:
                    return
        except EOFError:
            self._at_end()
