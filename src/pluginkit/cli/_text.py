"""Words that several commands write."""

from __future__ import annotations


def counted(number: int, word: str) -> str:
    """Return a number with a word, in the plural unless it is one."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def diff_of(old: str, new: str, name: str) -> list[str]:
    """Return the lines of a diff of one file."""
    import difflib  # late: it is slow to import, and few runs print a diff

    lines = difflib.unified_diff(old.splitlines(keepends=True), new.splitlines(keepends=True), name, name)
    return [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]
