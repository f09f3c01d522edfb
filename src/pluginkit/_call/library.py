"""Which library for async programs is running. None is imported: whoever runs one has imported it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Literal

from pluginkit._errors import coded

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows


def running_library() -> Literal["asyncio", "trio"]:
    """Return which library is running.

    Raises:
        RuntimeError: Neither is.
    """
    trio, asyncio = sys.modules.get("trio"), sys.modules.get("asyncio")
    if trio is not None and _in_task(trio.lowlevel.current_task):
        return "trio"
    if asyncio is not None and _in_task(asyncio.get_running_loop):
        return "asyncio"
    raise RuntimeError(
        coded("a hook that is concurrent or has a timeout needs asyncio or Trio, and neither is running", "PK603")
    )


def _in_task(current: Callable[[], object]) -> bool:
    """Tell whether a library is running, by asking it for its current task."""
    try:
        current()
    except RuntimeError:
        return False
    return True
