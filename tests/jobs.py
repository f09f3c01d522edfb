"""A spec and a plugin that does what it is told to, for workers: it ends, hangs, prints, forks, or answers."""

from __future__ import annotations

import asyncio
import atexit
import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pluginkit import hookimpl, hookspec

if TYPE_CHECKING:
    from collections.abc import Generator


@dataclass
class Doc:
    """Something that a plugin could change."""

    title: str
    tags: list[str] = field(default_factory=list)


class JobSpec(Protocol):
    """Hooks of each mode, all of which can cross to another process."""

    @hookspec
    def do(self, *, action: str, detail: str = "") -> str: ...

    @hookspec(firstresult=True)
    def parcel(self, *, content: bytes, times: int) -> bytes | None: ...

    @hookspec(pipeline="doc")
    def edit(self, *, doc: Doc, tag: str) -> Doc: ...

    @hookspec(historic=True)
    def configured(self, *, options: dict[str, str]) -> str | None: ...

    @hookspec
    def locate(self, *, path: Path) -> Path: ...

    @hookspec
    async def wait(self, *, seconds: float, action: str = "") -> str: ...

    @hookspec(historic=True)
    async def connected(self, *, address: str) -> str | None: ...


class OwnError(Exception):
    """An exception that the host cannot make again."""


class Jobs:
    """Does what it is told to."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.calls = 0

    @hookimpl(JobSpec.do, tryfirst=True)
    def do(self, action: str, detail: str) -> str:
        self.calls += 1
        answer: str = getattr(self, f"_{action}")(detail)
        return answer

    @hookimpl(JobSpec.parcel)
    def parcel(self, content: bytes, **rest: int) -> bytes | None:
        return content * rest["times"] or None

    @hookimpl(JobSpec.edit, after="other")
    def edit(self, doc: Doc, tag: str) -> Doc:
        if tag == "in place":
            doc.tags.append(tag)
            return doc
        return Doc(doc.title, [*doc.tags, tag])

    @hookimpl(JobSpec.configured)
    def configured(self, options: dict[str, str]) -> str | None:
        if "raise" in options:
            raise ValueError("not that")
        self.told.append(",".join(options))
        return f"told {len(self.told)}"

    @hookimpl(JobSpec.locate)
    def locate(self, path: Path) -> Path:
        return path / "below"

    @hookimpl(JobSpec.wait)
    async def wait(self, seconds: float, action: str) -> str:
        self.calls += 1
        if action:
            answer: str = getattr(self, f"_{action}")(str(seconds))
            return answer
        await asyncio.sleep(seconds)
        return f"waited in {os.getpid()}"

    @hookimpl(JobSpec.connected)
    async def connected(self, address: str) -> str | None:
        await asyncio.sleep(0)
        self.told.append(address)
        return address

    # -- answers --------------------------------------------------------------------------------------------------

    def _say(self, detail: str) -> str:
        return detail

    def _pid(self, detail: str) -> str:
        return str(os.getpid())

    def _calls(self, detail: str) -> str:
        return str(self.calls)

    def _told(self, detail: str) -> str:
        return " ".join(self.told)

    def _print(self, detail: str) -> str:
        sys.stdout.write(f"{detail}\n")
        sys.stdout.flush()
        os.write(1, f"raw {detail}\n".encode())
        return "printed"

    def _read(self, detail: str) -> str:
        return sys.stdin.read() + os.read(0, 10).decode()

    def _variable(self, detail: str) -> str:
        return os.environ.get(detail, "")

    def _wrong_type(self, detail: str) -> str:
        return 5  # type: ignore[return-value]

    def _not_data(self, detail: str) -> str:
        return object()  # type: ignore[return-value]

    def _grow(self, detail: str) -> str:
        kept = getattr(self, "kept", [])
        kept.append(bytearray(int(detail)))
        self.kept = kept
        return str(len(kept))

    # -- exceptions -----------------------------------------------------------------------------------------------

    def _raise(self, detail: str) -> str:
        error = ValueError(detail)
        error.add_note("a note of the plugin")
        try:
            raise KeyError("inner")
        except KeyError as cause:
            raise error from cause

    def _own_error(self, detail: str) -> str:
        raise OwnError(detail)

    def _exit(self, detail: str) -> str:
        sys.exit(detail)

    def _os_error(self, detail: str) -> str:
        raise FileNotFoundError(2, "No such file or directory", detail)

    # -- the end of the process -----------------------------------------------------------------------------------

    def _die(self, detail: str) -> str:
        os._exit(3)

    def _segfault(self, detail: str) -> str:
        ctypes.string_at(0)
        return ""

    def _die_later(self, detail: str) -> str:
        os.posix_spawn("/bin/sh", ["sh", "-c", f"kill -9 {os.getpid()}"], {})
        return ""

    def _mark_and_die(self, detail: str) -> str:
        with Path(detail).open("a", encoding="utf-8") as file:
            file.write("ran\n")
        os._exit(4)

    def _hang(self, detail: str) -> str:
        while True:
            pass

    def _stop(self, detail: str) -> str:
        os.kill(os.getpid(), signal.SIGSTOP)
        return ""

    def _child(self, detail: str) -> str:
        """Start a process that outlives this one, and write its id to a file."""
        child = subprocess.Popen(["/bin/sleep", "60"])
        Path(detail).write_text(str(child.pid), encoding="utf-8")
        return str(child.pid)

    def _child_and_hang(self, detail: str) -> str:
        self._child(detail)
        return self._hang(detail)

    def _child_and_die(self, detail: str) -> str:
        self._child(detail)
        os._exit(5)

    def _fork(self, detail: str) -> str:
        """Fork, and let the child return to where the worker waits for calls."""
        if os.fork() == 0:
            return "the child"
        os.wait()
        return "the parent"

    def _forked_holder(self, detail: str) -> str:
        """End while a forked child lives on."""
        if os.fork() == 0:
            time.sleep(60)
        os._exit(6)

    def _at_exit(self, detail: str) -> str:
        atexit.register(lambda: Path(detail).write_text("cleaned up", encoding="utf-8"))
        return ""

    def _never_end(self, detail: str) -> str:
        atexit.register(time.sleep, 60)
        return ""

    def _block(self, detail: str) -> str:
        time.sleep(float(detail))
        return ""


class SyncJobs(Jobs):
    """The same without async hooks."""

    wait = None  # type: ignore[assignment]
    connected = None  # type: ignore[assignment]


class Around:
    """A wrapper, which cannot run in another process, beside an unknown parameter."""

    @hookimpl(JobSpec.do, wrapper=True)
    def around(self) -> Generator[None, list[str], list[str]]:
        return (yield)

    @hookimpl
    def edit(self, doc: Doc, tagg: str) -> Doc:
        return doc


class Shouting:
    """A second implementation of one hook, and all parameters under one name."""

    @hookimpl(JobSpec.do)
    def do(self, **everything: str) -> str:
        return " ".join(everything.values()).upper()


class Broken:
    """Cannot be made."""

    def __init__(self) -> None:
        raise RuntimeError("no licence")
