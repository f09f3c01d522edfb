"""What the application expects of every plugin, as a contract that plugin authors run in their own tests."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from pluginkit.testing import HookContract, requires

from shortlinks.hooks import ShortlinksSpec

UNKNOWN = "a-slug-that-nobody-has-set"


class ShortlinksContract(HookContract[ShortlinksSpec]):
    """Derive a class from it, and set `plugin` to yours."""

    @requires(ShortlinksSpec.routes)
    def test_routes_have_a_prefix(self) -> None:
        """Routes are all below one path, so that those of two plugins do not meet by accident."""
        for router in self.hook.routes():
            assert router.prefix.startswith("/")

    @requires(ShortlinksSpec.resolve)
    def test_unknown_slugs_are_left_to_others(self) -> None:
        """A slug that nobody has heard of gets no answer."""
        assert asyncio.run(self.hook.resolve(slug=UNKNOWN)) is None

    @requires(ShortlinksSpec.rewrite)
    def test_addresses_remain_addresses(self) -> None:
        """Whatever is done to an address, a browser can be sent there, and the path stays."""
        for target in ("https://example.org", "https://example.org/a%20b?c=d&c=&e#f"):
            rewritten = urlsplit(asyncio.run(self.hook.rewrite(target=target, slug=UNKNOWN)))
            assert rewritten.scheme in {"http", "https"}
            assert rewritten.hostname
            assert rewritten.path == urlsplit(target).path
