"""Which plugins a user has switched off, in an environment variable: safe mode for the users of a host.

It holds names, separated by commas or spaces, that are read from left to right: `none` switches all plugins off,
`-name` one, and `name` one on again. So `-links` leaves one out, and `none links` loads that one only.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from pluginkit._errors import closest

EVERY_HOST = "PLUGINKIT_SWITCHES"  # works for hosts that read no variable of their own; `pluginkit bisect` sets it
NONE = "none"


class Switches:
    """What a variable says, and what `PLUGINKIT_SWITCHES` says, in any host.

    Args:
        variable: The variable of the host, or an empty string if it has none.
    """

    def __init__(self, variable: str = "") -> None:
        self._variable = variable
        self._words = {name: words(os.environ.get(name, "")) for name in (variable, EVERY_HOST) if name}

    def against(self, name: str) -> str:
        """Return why a plugin is not to be loaded, or an empty string."""
        for variable, several in self._words.items():
            if not is_on(name, several):
                return f"switched off by {variable}"
        return ""

    def unknown(self, offered: Iterable[str]) -> Iterator[str]:
        """Yield a message for each name in the variable of the host that no plugin has."""
        known = set(offered)
        for word in self._words.get(self._variable, ()):
            name = word.removeprefix("-")
            if word != NONE and name not in known:
                hint = closest(name, known)
                yield f"{self._variable} names '{name}', which is not a plugin" + (f"; {hint}" if hint else "")


def words(text: str) -> list[str]:
    """Return the names that a text has, with what stands before them."""
    return text.replace(",", " ").split()


def is_on(name: str, several: Iterable[str]) -> bool:
    """Tell whether a plugin is on after all switches."""
    on = True
    for word in several:
        if word in (NONE, f"-{name}"):
            on = False
        elif word == name:
            on = True
    return on
