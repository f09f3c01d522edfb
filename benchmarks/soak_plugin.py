"""The spec and the plugin that `isolated_soak.py` disturbs: it writes down which calls it runs."""

from __future__ import annotations

import asyncio
import os
import time
from typing import Protocol

from pluginkit import hookimpl, hookspec


class SoakSpec(Protocol):
    """Hooks that tell which call they answer."""

    @hookspec(firstresult=True)
    def work(self, *, number: int, content: bytes, seconds: float) -> tuple[int, int] | None:
        """Give the number back, and the size."""
        ...

    @hookspec(firstresult=True)
    async def awork(self, *, number: int, seconds: float) -> int | None:
        """Give the number back."""
        ...


class Plugin:
    """Works for a while."""

    def __init__(self) -> None:
        self._log = os.open(os.environ["SOAK_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    @hookimpl(SoakSpec.work)
    def work(self, number: int, content: bytes, seconds: float) -> tuple[int, int]:
        """Work."""
        os.write(self._log, b"%d\n" % number)
        time.sleep(seconds)
        return number, len(content)

    @hookimpl(SoakSpec.awork)
    async def awork(self, number: int, seconds: float) -> int:
        """Work."""
        os.write(self._log, b"%d\n" % number)
        await asyncio.sleep(seconds)
        return number
