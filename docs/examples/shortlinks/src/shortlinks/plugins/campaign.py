"""Plugin `campaign`: tells a site where its visitors come from."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from pluginkit import hookimpl

from shortlinks.hooks import ShortlinksSpec


@hookimpl.function(ShortlinksSpec.rewrite)
async def rewrite(target: str, slug: str) -> str:
    """Add the parameters that analytics look for."""
    parts = urlsplit(target)
    query = [*parse_qsl(parts.query, keep_blank_values=True), ("utm_source", "shortlinks"), ("utm_campaign", slug)]
    return parts._replace(query=urlencode(query)).geturl()
