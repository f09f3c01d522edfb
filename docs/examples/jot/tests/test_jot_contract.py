"""The plugins keep the contract that the program ships."""

from __future__ import annotations

from jot.plugins import search, tags, tidy
from jot.testing import JotContract


class TestSearch(JotContract):
    """It has a command."""

    plugin = search


class TestTags(JotContract):
    """It has a group of commands."""

    plugin = tags


class TestTidy(JotContract):
    """It has none."""

    plugin = tidy
