"""The hooks of the application: what a plugin can do, and all that it has to import."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from fastapi import APIRouter
from pluginkit import hookspec


class ShortlinksSpec(Protocol):
    """What plugins contribute. Their entry points are in the group `shortlinks.plugins`."""

    @hookspec(historic=True)
    def configured(self, *, folder: Path) -> None:
        """Remember the folder for files; the call is replayed to later plugins."""
        ...

    @hookspec
    def lifespan(self) -> AbstractAsyncContextManager[None]:
        """Give what is entered before the first request, and left after the last one."""
        ...

    @hookspec
    def routes(self) -> APIRouter:
        """Contribute routes; they are served below `/api`."""
        ...

    @hookspec(firstresult=True)
    async def resolve(self, *, slug: str) -> str | None:
        """Return the address of a slug, or None for an unknown slug."""
        ...

    @hookspec(pipeline="target")
    async def rewrite(self, *, target: str, slug: str) -> str:
        """Change the address that a visitor is sent to."""
        ...

    @hookspec
    async def followed(self, *, slug: str, target: str) -> None:
        """Handle a visit, after the visitor was sent to an address."""
        ...
