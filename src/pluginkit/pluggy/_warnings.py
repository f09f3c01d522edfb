"""The warnings of pluggy. Filters name them `pluggy.…`, so that is the module they say they are of."""

from __future__ import annotations

from typing import final

__all__ = ["PluggyTeardownRaisedWarning", "PluggyWarning"]


class PluggyWarning(UserWarning):
    """What all warnings of this package are."""

    __module__ = "pluggy"


@final
class PluggyTeardownRaisedWarning(PluggyWarning):
    """An old-style wrapper raised an exception after its `yield`, instead of giving it to `force_exception`."""

    __module__ = "pluggy"
