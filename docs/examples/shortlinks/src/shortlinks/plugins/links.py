"""Plugin `links`: keeps links in a file, and has routes to set, list and delete them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Body, HTTPException
from pluginkit import hookimpl
from pydantic import HttpUrl

from shortlinks import files
from shortlinks.hooks import ShortlinksSpec


class Links:
    """The links of `links.json`."""

    def __init__(self) -> None:
        self._file = Path("links.json")
        self._targets: dict[str, str] = {}
        self._writing = asyncio.Lock()

    @hookimpl(ShortlinksSpec.configured)
    def configured(self, folder: Path) -> None:
        """Read the file."""
        self._file = folder / "links.json"
        self._targets = files.read(self._file)

    @hookimpl(ShortlinksSpec.resolve)
    async def resolve(self, slug: str) -> str | None:
        """Look the slug up."""
        return self._targets.get(slug)

    @hookimpl(ShortlinksSpec.routes)
    def routes(self) -> APIRouter:
        """Serve `/api/links`."""
        router = APIRouter(prefix="/links", tags=["links"])
        router.add_api_route("", self.links, methods=["GET"])
        router.add_api_route("/{slug}", self.set_link, methods=["PUT"], status_code=204)
        router.add_api_route("/{slug}", self.delete_link, methods=["DELETE"], status_code=204)
        return router

    async def links(self) -> dict[str, str]:
        """Return all links."""
        return self._targets

    async def set_link(self, slug: str, target: Annotated[HttpUrl, Body(embed=True)]) -> None:
        """Make a slug lead to an address."""
        self._targets[slug] = str(target)
        await self._write()

    async def delete_link(self, slug: str) -> None:
        """Delete a slug."""
        if self._targets.pop(slug, None) is None:
            raise HTTPException(404, f"no short link is called '{slug}'")
        await self._write()

    async def _write(self) -> None:
        """Write the file in a thread, so that other requests need not wait, one change after the other."""
        async with self._writing:
            await asyncio.to_thread(files.write, self._file, dict(self._targets))
