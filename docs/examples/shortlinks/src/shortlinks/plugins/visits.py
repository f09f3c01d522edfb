"""Plugin `visits`: counts how often each link is followed."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter
from pluginkit import hookimpl

from shortlinks import files
from shortlinks.hooks import ShortlinksSpec


class Visits:
    """The numbers of `visits.json`. It is read when the server starts, and written when the server stops."""

    def __init__(self) -> None:
        self._file = Path("visits.json")
        self._visits = Counter[str]()

    @hookimpl(ShortlinksSpec.configured)
    def configured(self, folder: Path) -> None:
        """Take note of the folder."""
        self._file = folder / "visits.json"

    @hookimpl(ShortlinksSpec.lifespan)
    @asynccontextmanager
    async def lifespan(self) -> AsyncGenerator[None]:
        """Keep the numbers for the next run, even if another plugin fails to stop."""
        self._visits = Counter(files.read(self._file))
        try:
            yield
        finally:
            files.write(self._file, self._visits)

    @hookimpl(ShortlinksSpec.followed)
    async def followed(self, slug: str, **_: object) -> None:
        """Count a visit."""
        self._visits[slug] += 1

    @hookimpl(ShortlinksSpec.routes)
    def routes(self) -> APIRouter:
        """Serve `/api/visits`."""
        router = APIRouter(prefix="/visits", tags=["visits"])
        router.add_api_route("", self.visits, methods=["GET"])
        return router

    async def visits(self) -> dict[str, int]:
        """Return the number of visits of each slug, the most visited first."""
        return dict(self._visits.most_common())
