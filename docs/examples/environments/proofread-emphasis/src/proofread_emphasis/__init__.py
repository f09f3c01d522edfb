"""Rule `lonely-asterisk`: an asterisk that begins no emphasis, and was meant to.

It asks markdown-it-py for pieces of text as they were before they were joined, through a rule that versions from 3 on
no longer have under this name. So it needs an environment of its own beside a host that has a newer version.
"""

from __future__ import annotations

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pluginkit import hookimpl

from proofread import Document, Finding, Passage, ProofreadSpec

RULE = "lonely-asterisk"
PIECES = MarkdownIt("commonmark").disable("text_collapse")


@hookimpl.function(ProofreadSpec.check)
def check(document: Document) -> list[Finding]:
    """Look for asterisks that stand alone, and not between spaces."""
    return [finding for passage in document.passages for finding in in_passage(document, passage)]


def in_passage(document: Document, passage: Passage) -> Iterator[Finding]:
    """Yield a finding for each such asterisk of a passage."""
    position = 0
    for before, piece, after in around(PIECES.parseInline(passage.text)[0].children or []):
        position = passage.text.find(piece, position)
        if piece == "*" and not (before[-1:] == " " and after[:1] == " "):
            message = "the asterisk begins no emphasis"
            yield Finding(document.path, passage.line_at(position), RULE, message, "close it, or write \\*")


def around(tokens: list[Token]) -> Iterator[tuple[str, str, str]]:
    """Yield the content of each token with that of its neighbours."""
    texts = [" ", *(token.content for token in tokens), " "]
    yield from zip(texts, texts[1:], texts[2:], strict=False)
