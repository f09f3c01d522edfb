"""The plugins keep the contract that the application ships."""

from __future__ import annotations

from shortlinks.plugins import campaign
from shortlinks.plugins.links import Links
from shortlinks.plugins.visits import Visits
from shortlinks.testing import ShortlinksContract


class TestLinks(ShortlinksContract):
    """It keeps links in a file."""

    plugin = Links


class TestVisits(ShortlinksContract):
    """It counts."""

    plugin = Visits


class TestCampaign(ShortlinksContract):
    """It is a module."""

    plugin = campaign
