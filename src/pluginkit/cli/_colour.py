"""Colours on a terminal; `NO_COLOR` turns them off (https://no-color.org), and `FORCE_COLOR` on anywhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO


class Colours:
    """Colours texts, or leaves them as they are.

    Args:
        enabled: Whether there are colours.
    """

    def __init__(self, *, enabled: bool) -> None:
        self._enabled = enabled

    @classmethod
    def of(cls, stream: TextIO) -> Colours:
        """Return the colours for a stream."""
        if os.environ.get("NO_COLOR"):
            return cls(enabled=False)
        if os.environ.get("FORCE_COLOR"):
            return cls(enabled=True)
        return cls(enabled=os.environ.get("TERM") != "dumb" and stream.isatty())

    def _coloured(self, text: str, code: int) -> str:
        return f"\033[{code}m{text}\033[0m" if self._enabled else text

    def red(self, text: str) -> str:
        """Mark what is wrong."""
        return self._coloured(text, 31)

    def green(self, text: str) -> str:
        """Mark what is right."""
        return self._coloured(text, 32)

    def bold(self, text: str) -> str:
        """Mark a heading, or a name."""
        return self._coloured(text, 1)

    def dim(self, text: str) -> str:
        """Mark what is less important."""
        return self._coloured(text, 2)
