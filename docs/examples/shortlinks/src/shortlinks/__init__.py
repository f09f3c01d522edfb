"""Serve short links with FastAPI.

The application knows one route, that of a short link. Storing links, counting visits and every further
route is a plugin: this package declares the hooks (`hooks`), calls them (`app`), and brings some plugins (`plugins`).
"""

from __future__ import annotations

from shortlinks.app import create_app, make_registry
from shortlinks.hooks import ShortlinksSpec

__all__ = ["ShortlinksSpec", "create_app", "make_registry"]
