"""The host: makes a registry and a FastAPI application around it. It knows no plugin."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, Request
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from pluginkit import Registry

from shortlinks.hooks import ShortlinksSpec

GROUP = "shortlinks.plugins"

logger = logging.getLogger(__name__)
router = APIRouter()


def make_registry(folder: Path) -> Registry[ShortlinksSpec]:
    """Return a registry with the plugins of all installed distributions.

    Args:
        folder: Where plugins keep files.

    Raises:
        PluginValidationError: A plugin cannot be loaded. A server should not start with half of its routes.
    """
    registry = Registry(ShortlinksSpec)
    registry.hook.configured.call_historic(folder=folder)
    registry.load_entrypoints(GROUP)
    return registry


def create_app(registry: Registry[ShortlinksSpec]) -> FastAPI:
    """Return an application with the routes of all plugins that are registered now.

    Raises:
        ValueError: Two plugins have the same route: one would hide the other.
    """
    app = FastAPI(
        title="Shortlinks",
        lifespan=lambda _: lifespan(registry.hook),
        docs_url="/api/docs",
        openapi_url="/api/openapi.json",
        redoc_url=None,
    )
    app.state.registry = registry
    served: set[tuple[str, str]] = set()
    for contributed in registry.hook.routes():
        refuse_twins(contributed, served)
        app.include_router(contributed, prefix="/api")
    app.include_router(router)
    return app


def refuse_twins(contributed: APIRouter, served: set[tuple[str, str]]) -> None:
    """Add the routes of a router to those that are served, and refuse one that is there already."""
    for route in contributed.routes:
        if isinstance(route, APIRoute):
            for method in route.methods or ():
                if (method, route.path) in served:
                    raise ValueError(f"two plugins serve {method} {route.path}")
                served.add((method, route.path))


@asynccontextmanager
async def lifespan(hook: ShortlinksSpec) -> AsyncGenerator[None]:
    """Enter what plugins give for the lifespan of the server, and leave it in reverse order."""
    async with AsyncExitStack() as stack:
        for context in hook.lifespan():
            await stack.enter_async_context(context)
        yield


def registry_of(request: Request) -> Registry[ShortlinksSpec]:
    """Return the registry, for routes that call hooks."""
    registry: Registry[ShortlinksSpec] = request.app.state.registry
    return registry


Plugins = Annotated[Registry[ShortlinksSpec], Depends(registry_of)]


@router.get("/{slug}", status_code=307, response_class=RedirectResponse)
async def follow(slug: str, plugins: Plugins, background: BackgroundTasks) -> str:
    """Send a visitor where a slug leads."""
    target = await plugins.hook.resolve(slug=slug)
    if target is None:
        raise HTTPException(404, f"no short link is called '{slug}'")
    target = await plugins.hook.rewrite(target=target, slug=slug)
    background.add_task(tell, plugins, slug, target)
    return target


async def tell(plugins: Registry[ShortlinksSpec], slug: str, target: str) -> None:
    """Report a visit to all plugins at once; what one raises is logged."""
    names = plugins.plugin_names()
    alone = [plugins.without(*(other for other in names if other != name)) for name in names]
    calls = [hook.followed(slug=slug, target=target) for hook in alone]
    for outcome in await asyncio.gather(*calls, return_exceptions=True):
        if isinstance(outcome, Exception):
            logger.error("a plugin failed to handle a visit", exc_info=outcome)
