"""A Markdown document as checks see it: parsed once, with a line for everything.

The parser is markdown-it-py. It gives a place for whole paragraphs only; lines within them are counted here. This
module knows nothing of hooks or findings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

FILLER = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands for something that is there and is not prose, such as code. It is not part of a word."""

BREAKS = ("softbreak", "hardbreak")


_EVERYTHING = MarkdownIt("commonmark").enable("table")  # tables as GitHub has them
_BLOCKS = MarkdownIt("commonmark").enable("table").disable("inline")


def blocks(text: str) -> list[Token]:
    """Return the blocks of a Markdown text; what is within lines is left as it is written, which is much faster."""
    return _BLOCKS.parse(text)


def inline(text: str) -> Token:
    """Return one paragraph, parsed."""
    return _EVERYTHING.parseInline(text)[0]


@dataclass(frozen=True)
class Heading:
    """A heading: its level from 1 to 6, its text without markup, and its line."""

    level: int
    text: str
    line: int


@dataclass(frozen=True)
class Link:
    """Where a link or an image leads to, and its line."""

    target: str
    line: int


@dataclass(frozen=True)
class Image:
    """An image: its address, its alternative text (None where an HTML image has no such attribute), its line."""

    target: str
    alt: str | None
    line: int
    is_html: bool


@dataclass(frozen=True)
class Passage:
    """The plain text of a paragraph, a heading or a table cell, and its first line. It keeps its line breaks."""

    text: str
    line: int

    def line_at(self, offset: int) -> int:
        """Return the line of a character of the text."""
        return self.line + self.text.count("\n", 0, offset)


@dataclass(frozen=True)
class Document:
    """One Markdown file.

    Attributes:
        path: The file, as it was named at the command line or found below a folder that was.
        source: What is in the file.
        text: The same after the `normalise` hook: line for line, without what no check should look at.
    """

    path: Path
    source: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the source."""
        return re.split(r"\r\n?|\n", self.source)

    @cached_property
    def tokens(self) -> list[Token]:
        """The blocks of the normalised text, with all that is in them."""
        return _EVERYTHING.parse(self.text)

    @cached_property
    def headings(self) -> list[Heading]:
        """The headings, apart from those that are written in HTML."""
        return [
            Heading(int(token.tag[1:]), plain_text(text), first_line(token))
            for token, text in pairwise(self.tokens)
            if token.type == "heading_open"
        ]

    @cached_property
    def passages(self) -> list[Passage]:
        """All prose."""
        return [Passage(plain_text(token), first_line(token)) for token in self.tokens if token.type == "inline"]

    @cached_property
    def links(self) -> list[Link]:
        """All links and images, those that are written in HTML among them."""
        links = [Link(image.target, image.line) for image in self.images]
        for token, line in self._inside():
            if token.type == "link_open":
                links.append(Link(str(token.attrs["href"]), line))
            anchors = (tag for tag in html_tags(token, line) if tag.name == "a" and "href" in tag.attributes)
            links += (Link(tag.attributes["href"], tag.line) for tag in anchors)
        return links

    @cached_property
    def images(self) -> list[Image]:
        """All images, those that are written in HTML among them."""
        images: list[Image] = []
        for token, line in self._inside():
            if token.type == "image":
                images.append(Image(str(token.attrs["src"]), token.content, line, is_html=False))
            for tag in html_tags(token, line):
                if tag.name == "img":
                    target = tag.attributes.get("src", "")
                    images.append(Image(target, tag.attributes.get("alt"), tag.line, is_html=True))
        return images

    def _inside(self) -> Iterator[tuple[Token, int]]:
        """Yield what stands in paragraphs, and blocks of HTML, each with its line."""
        for token in self.tokens:
            line = first_line(token)
            if token.type == "html_block":
                yield token, line
            for child in token.children or ():
                yield child, line
                line += (child.type in BREAKS) + (child.type == "html_inline") * child.content.count("\n")


def first_line(token: Token) -> int:
    """Return the line on which a block begins, counted from 1."""
    return token.map[0] + 1 if token.map else 1


def plain_text(paragraph: Token) -> str:
    """Return the text of a paragraph, with its line breaks and without its markup."""
    return "".join(_plain(child) for child in paragraph.children or ())


def _plain(child: Token) -> str:
    if child.type in BREAKS:
        return "\n"
    if child.type in ("image", "html_inline"):
        return FILLER + "\n" * child.content.count("\n")
    return child.content  # text, and code that no plugin has taken out; that of other marks is empty


@dataclass(frozen=True)
class Tag:
    """The start of an HTML element; an attribute without a value has an empty one."""

    name: str
    attributes: dict[str, str]
    line: int


class _TagReader(HTMLParser):
    def __init__(self, line: int) -> None:
        super().__init__()
        self.first_line = line
        self.tags: list[Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.first_line + self.getpos()[0] - 1
        self.tags.append(Tag(tag, {name: value or "" for name, value in attrs}, line))


def html_tags(token: Token, line: int) -> list[Tag]:
    """Return the HTML elements that begin in a token, which itself begins on `line`."""
    return tags_in(token.content, line) if token.type in ("html_block", "html_inline") else []


def tags_in(html: str, line: int = 1) -> list[Tag]:
    """Return the HTML elements that begin in a text, which itself begins on `line`."""
    reader = _TagReader(line)
    reader.feed(html)
    return reader.tags
