"""Rule `repeated-word`: no word stands twice in a row, not even across a line break.

A repeated name, such as "Duran Duran", may be meant: what begins with a capital is left alone. So are "had had" and
"that that". Other words are allowed with `--option repeated-word.allow=very,so`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pluginkit import hookimpl

from proofread.document import Document, Passage
from proofread.findings import Finding
from proofread.hooks import ProofreadSpec

RULE = "repeated-word"
# A word, and ahead of it the same again; neither is a part of something longer, such as an address.
PAIR = re.compile(r"(?<![\w'’.@-])([^\W\d_]+)(?=\s+(\1)(?![\w'’@-]|[.:/]\w))", re.IGNORECASE)


class RepeatedWords:
    """Finds repeated words, apart from those that are allowed."""

    def __init__(self) -> None:
        self._allowed = {"had", "that"}

    @hookimpl(ProofreadSpec.configured)
    def configured(self, options: Mapping[str, str]) -> None:
        """Read the additional words that are allowed."""
        self._allowed.update(options.get(f"{RULE}.allow", "").lower().split(","))

    @hookimpl(ProofreadSpec.check)
    def check(self, document: Document) -> list[Finding]:
        """Find repeated words in every passage."""
        return [finding for passage in document.passages for finding in self._in_passage(document, passage)]

    def _in_passage(self, document: Document, passage: Passage) -> Iterator[Finding]:
        for pair in PAIR.finditer(passage.text):
            word = pair[2]
            if not (word.istitle() or word.lower() in self._allowed):
                line = passage.line_at(pair.start(2))
                yield Finding(document.path, line, RULE, f"'{word}' stands twice in a row", "take one away")
