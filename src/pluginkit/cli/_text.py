"""Words that several commands write."""

from __future__ import annotations


def counted(number: int, word: str) -> str:
    """Return a number with a word, in the plural unless it is one."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
