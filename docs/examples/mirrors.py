"""An async host: it fetches a page from several mirrors at once, and plugins say where and how.

    python docs/examples/mirrors.py

It starts a real HTTP server on this machine, fetches from it, prints the result, and stops.
"""

from __future__ import annotations

import asyncio
import threading
import urllib.request
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

from pluginkit import Registry, hookimpl, hookspec


class MirrorSpec(Protocol):
    """The hooks of a host that fetches pages."""

    @hookspec(concurrent=True)
    async def fetch(self, *, page: str) -> bytes:
        """Fetch a page; all mirrors are asked at once."""
        ...

    @hookspec(pipeline="body")
    async def decode(self, *, body: bytes) -> bytes:
        """Rewrite what was received."""
        ...

    @hookspec(historic=True)
    async def started(self, *, address: str) -> None:
        """Receive the address of the server."""
        ...


class Mirror:
    """A plugin: fetches from one folder of the server."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.address = ""

    @hookimpl(MirrorSpec.started)
    def started(self, address: str) -> None:
        """Remember the address of the server."""
        self.address = address

    @hookimpl(MirrorSpec.fetch)
    async def fetch(self, page: str) -> bytes:
        """Fetch a page from the folder."""
        return await asyncio.to_thread(self._get, f"{self.address}/{self.folder}/{page}")

    @staticmethod
    def _get(url: str) -> bytes:
        with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310 - our own server
            body: bytes = response.read()
            return body


class Patience:
    """A plugin: gives the mirrors some seconds, and continues without an answer when they take longer."""

    @hookimpl(MirrorSpec.fetch, wrapper=True)
    async def limited(self, **_: object) -> AsyncGenerator[list[bytes] | None, list[bytes]]:
        """Give up after a while."""
        try:
            async with asyncio.timeout(5):
                yield None
        except TimeoutError:
            yield []


class Upper:
    """A plugin that is not async, as plugins of async hooks may be."""

    @hookimpl(MirrorSpec.decode)
    def decode(self, body: bytes) -> bytes:
        """Raise the voice."""
        return body.upper()


class Handler(BaseHTTPRequestHandler):
    """Answers every request with its path."""

    def do_GET(self) -> None:
        """Answer a request."""
        body = f"you asked for {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it overrides
        """Keep quiet."""


@contextmanager
def serving() -> Generator[str, None, None]:
    """Run a server on this machine, at a port that is free, and give its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


async def main() -> list[bytes]:
    """Fetch one page from two mirrors."""
    registry = Registry(MirrorSpec)
    registry.register(Patience())
    registry.register(Upper())
    with serving() as address:
        await registry.hook.started.call_historic(address=address)
        for folder in ("north", "south"):
            await registry.aregister(Mirror(folder), folder)  # receives the server that was started before
        bodies = await registry.hook.fetch(page="index.html")
    return [await registry.hook.decode(body=body) for body in bodies]


if __name__ == "__main__":
    for body in asyncio.run(main()):
        print(body.decode())  # noqa: T201 - it is a program
