"""Replace code by fillers: links, words and headings in code do not count. The lines stay where they are."""

from __future__ import annotations

import re

from markdown_it.token import Token
from pluginkit import hookimpl

from proofread.document import FILLER, blocks
from proofread.hooks import ProofreadSpec

# Some backticks, up to as many backticks again. One behind a backslash is an ordinary character.
SPAN = re.compile(r"(?<![\\`])(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)


@hookimpl.function(ProofreadSpec.normalise, after="front-matter")
def normalise(text: str, **_: object) -> str:
    """Replace code blocks and code within lines; front matter must be gone already, as it is not Markdown."""
    lines = text.split("\n")
    for token in blocks(text):
        start, end = token.map or (0, 0)
        if token.type in ("fence", "code_block"):
            lines[start:end] = [_emptied(lines[start], token), *[""] * (end - start - 1)]
        elif token.type == "inline":
            lines[start:end] = SPAN.sub(_filled, "\n".join(lines[start:end])).split("\n")
    return "\n".join(lines)


def _emptied(line: str, block: Token) -> str:
    """Return the first line of a block: its indentation and the mark of a list stay, or the list would end here."""
    before = line.partition(block.markup)[0] if block.markup else line[: -len(line.lstrip())]
    return before + FILLER


def _filled(span: re.Match[str]) -> str:
    return re.sub(r"\S", FILLER, span[0])
