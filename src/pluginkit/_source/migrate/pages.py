"""Form feeds in front of code, which LibCST cannot keep: they are written as comments while it has the source."""

from __future__ import annotations

import io
import re
import tokenize
from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

_SPACE: Final = " \t\f"


@dataclass(frozen=True, slots=True)
class Shielded:
    """A source without form feeds in front of code.

    Attributes:
        text: The source, with a comment above each line that had one.
        mark: What these comments begin with.
        prefixes: What stood in front of the code.
        lines: The lines of the comments.
    """

    text: str
    mark: str
    prefixes: tuple[str, ...]
    lines: tuple[int, ...]

    def original_line(self, line: int) -> int:
        """Return the line of the source that a line of the text is."""
        return line - bisect_left(self.lines, line)

    def restored(self, text: str) -> str:
        """Return a text with what the comments stand for."""
        pattern = rf"[ \t]*{re.escape(self.mark)}(\d+)#(\r\n|\n|\r)"
        return re.sub(pattern, lambda match: self.prefixes[int(match[1])], text) if self.prefixes else text


def shielded(text: str) -> Shielded:
    """Return a source as LibCST can keep it."""
    mark = "# page "
    while mark in text:
        mark += "- "
    lines = io.StringIO(text, newline="").readlines()
    starts = _starts(text, lines) if "\f" in text else {}
    ending = "\r\n" if "\r\n" in text else "\n" if "\n" in text else "\r"
    parts: list[str] = []
    prefixes: list[str] = []
    places: list[int] = []
    for number, line in enumerate(lines, 1):
        if number in starts:
            end = line.rindex("\f", 0, starts[number]) + 1
            places.append(number + len(places))
            parts += [f"{line[end : starts[number]]}{mark}{len(prefixes)}#{ending}", line[end:]]
            prefixes.append(line[:end])
        else:
            parts.append(line)
    return Shielded("".join(parts), mark, tuple(prefixes), tuple(places))


def _starts(text: str, lines: list[str]) -> dict[int, int]:
    """Return the lines whose first token follows a form feed, and where that token is."""
    inside = _inside_strings(text)
    found: dict[int, int] = {}
    for number, line in enumerate(lines, 1):
        code = line.lstrip(_SPACE)
        is_code = code.strip("\r\n") and number not in inside
        is_continued = number > 1 and lines[number - 2].rstrip("\r\n").endswith("\\")
        if is_code and not is_continued and "\f" in line[: len(line) - len(code)]:
            found[number] = len(line) - len(code)
    return found


def _inside_strings(text: str) -> set[int]:
    """Return the lines that begin within a string."""
    tokens = tokenize.generate_tokens(io.StringIO(text, newline="").readline)
    inside: set[int] = set()
    depth = 0
    for token in tokens:
        name = tokenize.tok_name[token.type]
        depth += name.endswith("STRING_START")
        depth -= name.endswith("STRING_END")
        if token.type == tokenize.STRING or name.endswith("STRING_MIDDLE") or depth:
            inside |= set(range(token.start[0] + 1, token.end[0] + 1))
    return inside
