"""The host: makes a registry and a FastAPI application around it. It knows no plugin."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, Request
from fastapi.responses import RedirectResponse
from pluginkit import Registry

from shortlinks.hooks import ShortlinksSpec

GROUP = "shortlinks.plugins"

router = APIRouter()


def make_registry(folder: Path) -> Registry[ShortlinksSpec]:
    """Return a registry with the plugins of all installed distributions.

    Args:
        folder: Where plugins keep files.

    Raises:
        PluginValidationError: A plugin cannot be loaded. A server had better not start than serve half of its routes.
    """
    registry = Registry(ShortlinksSpec)
    registry.hook.configured.call_historic(folder=folder)
    registry.load_entrypoints(GROUP)
    return registry


def create_app(registry: Registry[ShortlinksSpec]) -> FastAPI:
    """Return an application with the routes of all plugins that are registered now."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            for context in registry.hook.lifespan():
                await stack.enter_async_context(context)
            yield

    app = FastAPI(
        title="Shortlinks",
        lifespan=lifespan,
        docs_url="/api/docs",
        openapi_url="/api/openapi.json",
        redoc_url=None,
    )
    app.state.hook = registry.hook
    for contributed in registry.hook.routes():
        app.include_router(contributed, prefix="/api")
    app.include_router(router)
    return app


def hook_of(request: Request) -> ShortlinksSpec:
    """Return the hooks, for routes that call some."""
    hook: ShortlinksSpec = request.app.state.hook
    return hook


Hook = Annotated[ShortlinksSpec, Depends(hook_of)]


@router.get("/{slug}", status_code=307, response_class=RedirectResponse)
async def follow(slug: str, hook: Hook, background: BackgroundTasks) -> str:
    """Send a visitor where a slug leads."""
    target = await hook.resolve(slug=slug)
    if target is None:
        raise HTTPException(404, f"no short link is called '{slug}'")
    target = await hook.rewrite(target=target, slug=slug)
    background.add_task(hook.followed, slug=slug, target=target)
    return target
