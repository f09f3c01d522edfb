"""A plugin for a host under Trio, in a worker."""

from __future__ import annotations

import os
import time

import trio
import trio.lowlevel
from jobs import JobSpec

from pluginkit import hookimpl


class TrioJobs:
    """Waits as Trio does."""

    def __init__(self) -> None:
        self.told: list[str] = []

    @hookimpl(JobSpec.wait)
    async def wait(self, seconds: float, action: str) -> str:
        if action == "block":
            time.sleep(seconds)  # noqa: ASYNC251 - it is to block
        if action == "exit":
            os._exit(3)
        if action == "raise":
            raise LookupError("gone")
        if action == "told":
            return ",".join(self.told)
        if action == "answer anyway":
            with trio.CancelScope(shield=True):
                await trio.sleep(seconds)
        await trio.sleep(seconds)
        return f"waited in {os.getpid()}"

    @hookimpl(JobSpec.do)
    def do(self, action: str, detail: str) -> str:
        if action == "raise":
            raise ValueError(detail)
        return detail

    @hookimpl(JobSpec.connected)
    async def connected(self, address: str) -> str | None:
        await trio.lowlevel.checkpoint()
        if address == "raise":
            raise ValueError("not that")
        self.told.append(address)
        return address
