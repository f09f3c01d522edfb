"""Plugin `tidy`: no needless spaces in notes."""

from __future__ import annotations

from pluginkit import hookimpl

from jot import JotSpec


@hookimpl.function(JotSpec.adding)
def adding(text: str) -> str:
    """Leave one space between words."""
    return " ".join(text.split())
