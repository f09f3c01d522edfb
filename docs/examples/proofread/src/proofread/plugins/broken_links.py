"""Rule `broken-link`: a relative link leads to a file, and to a heading of it, that is there.

Links to other machines are not checked, and neither are those that begin with a slash: a server knows their folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markdown_it.token import Token
from pluginkit import hookimpl

from proofread.document import FILLER, Document, Link, blocks, inline, plain_text, tags_in
from proofread.findings import Finding
from proofread.hooks import ProofreadSpec

RULE = "broken-link"
MARKDOWN = (".md", ".markdown")
HTML_HEADING = re.compile(r"<(h[1-6])\b[^>]*>(.*?)</\1>", re.DOTALL | re.IGNORECASE)


class BrokenLinks:
    """Checks links, and remembers the anchors of the documents that are linked to."""

    def __init__(self) -> None:
        self._anchors: dict[Path, frozenset[str]] = {}

    @hookimpl(ProofreadSpec.check)
    def check(self, document: Document) -> list[Finding]:
        """Follow every relative link."""
        findings = (self._followed(document, link) for link in document.links)
        return [finding for finding in findings if finding]

    def _followed(self, document: Document, link: Link) -> Finding | None:
        """Return what is wrong with a link."""
        target = unquote(link.target)
        if FILLER in target:
            return None
        try:
            parts = urlsplit(target)
        except ValueError as error:
            return Finding(document.path, link.line, RULE, f"'{target}' is not an address: {error}")
        if parts.scheme or parts.netloc or parts.path.startswith("/"):
            return None
        file = document.path.parent / parts.path if parts.path else document.path
        if not _exists(file):
            hint = _closest(file.name, (each.name for each in _siblings(file)))
            return Finding(document.path, link.line, RULE, f"'{target}' leads to no file", hint)
        return self._at_anchor(document, link, file, parts.fragment)

    def _at_anchor(self, document: Document, link: Link, file: Path, anchor: str) -> Finding | None:
        if anchor in ("", "top") or file.suffix.lower() not in MARKDOWN or not file.is_file():
            return None
        if file not in self._anchors:
            source = document.source if file == document.path else file.read_text(encoding="utf-8", errors="replace")
            self._anchors[file] = frozenset(anchors(source))
        if anchor in self._anchors[file]:
            return None
        message = f"'{unquote(link.target)}' leads to no heading of {file.name}"
        return Finding(document.path, link.line, RULE, message, _closest(anchor, self._anchors[file]))


def anchors(source: str) -> Iterator[str]:
    """Yield what a link to this document can have behind the `#`."""
    tokens = blocks(source)
    taken: dict[str, int] = {}
    for heading in _headings(tokens):
        explicit = re.search(r"\{[^}]*#([\w-]+)[^}]*\}\s*$", heading)
        if explicit:
            yield explicit[1]
        slug = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        yield f"{slug}-{taken[slug]}" if slug in taken else slug
        yield re.sub(r"-+", "-", slug)  # as other renderers than GitHub's have it
        taken[slug] = taken.get(slug, 0) + 1
    for token in tokens:
        if token.type in ("inline", "html_block") and "<" in token.content:
            for tag in tags_in(token.content):
                yield from (tag.attributes[name] for name in ("id", "name") if name in tag.attributes)


def _headings(tokens: list[Token]) -> Iterator[str]:
    """Yield the texts of headings, in Markdown and in HTML."""
    for token, following in pairwise(tokens):
        if token.type == "heading_open":
            yield plain_text(inline(following.content))
        if token.type == "html_block":
            for heading in HTML_HEADING.finditer(token.content):
                yield re.sub(r"<[^>]*>", "", heading[2])


def _exists(file: Path) -> bool:
    try:
        return file.exists()
    except OSError:  # the name is too long for one
        return False


def _siblings(file: Path) -> Iterable[Path]:
    return file.parent.iterdir() if _exists(file.parent) and file.parent.is_dir() else ()


def _closest(name: str, candidates: Iterable[str]) -> str:
    close = get_close_matches(name, sorted(candidates), n=1, cutoff=0.8)
    return f"did you mean '{close[0]}'?" if close else ""
