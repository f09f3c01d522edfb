"""What the application expects of every plugin, as a contract that plugin authors run in their own tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from pluginkit.testing import HookContract, requires

from shortlinks.app import lifespan
from shortlinks.hooks import ShortlinksSpec

UNKNOWN = "a-slug-that-nobody-has-set"
TARGETS = ("https://example.org", "https://example.org/a%20b?c=d&c=&e#f")


class ShortlinksContract(HookContract[ShortlinksSpec]):
    """Derive a class from it, and set `plugin` to yours."""

    @asynccontextmanager
    async def served(self) -> AsyncGenerator[ShortlinksSpec]:
        """Give the hooks, as while a server runs that has nothing but the plugin, and an empty folder."""
        with TemporaryDirectory() as folder:
            self.hook.configured.call_historic(folder=Path(folder))
            async with lifespan(self.hook):
                yield self.hook

    @requires(ShortlinksSpec.routes)
    def test_routes_have_a_prefix(self) -> None:
        """Routes are all below one path, so that those of two plugins do not meet by accident."""
        for router in self.hook.routes():
            assert router.prefix.startswith("/"), "make it APIRouter(prefix='/the-name-of-the-plugin')"

    @requires(ShortlinksSpec.resolve)
    def test_unknown_slugs_are_left_to_others(self) -> None:
        """An unknown slug gets no answer."""

        async def case() -> str | None:
            async with self.served() as hook:
                return await hook.resolve(slug=UNKNOWN)

        target = asyncio.run(case())
        assert target is None, f"{UNKNOWN} leads to {target}"

    @requires(ShortlinksSpec.rewrite)
    def test_addresses_remain_addresses(self) -> None:
        """A rewritten address is still one that a browser can open, with the same path."""

        async def case() -> list[str]:
            async with self.served() as hook:
                return [await hook.rewrite(target=target, slug=UNKNOWN) for target in TARGETS]

        for target, rewritten in zip(TARGETS, asyncio.run(case()), strict=True):
            before, after = urlsplit(target), urlsplit(rewritten)
            assert after.scheme in {"http", "https"}, f"{rewritten} is not the address of a web site"
            assert after.hostname, f"{rewritten} has no host"
            assert after.path == before.path, f"{target} became {rewritten}, with another path"
