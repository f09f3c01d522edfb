"""Rule `long-sentence`: a sentence has at most 40 words, or as many as `--option long-sentence.words=30` says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pluginkit import hookimpl

from proofread import Document, Finding, Passage, ProofreadSpec

RULE = "long-sentence"
# Up to a full stop (or alike) with a space and no small letter behind it: "e.g. this" goes on, "3.5" does as well.
SENTENCE = re.compile(r"\S.*?(?:[.!?][\"'”’)]*(?=\s+[^a-z\s])|\Z)", re.DOTALL)


class LongSentences:
    """A class, because it has something to remember: the host makes an instance of it."""

    def __init__(self) -> None:
        self._most = 40

    @hookimpl(ProofreadSpec.configured)
    def configured(self, options: Mapping[str, str]) -> None:
        """Read the limit; the call is replayed to this plugin, which is loaded after the options were read."""
        self._most = int(options.get(f"{RULE}.words", self._most))

    @hookimpl(ProofreadSpec.check)
    def check(self, document: Document) -> list[Finding]:
        """Count the words of every sentence."""
        return [finding for passage in document.passages for finding in self._in_passage(document, passage)]

    def _in_passage(self, document: Document, passage: Passage) -> Iterator[Finding]:
        for sentence in SENTENCE.finditer(passage.text):
            words = sum(bool(re.search(r"\w", part)) for part in sentence[0].split())
            if words > self._most:
                line = passage.line_at(sentence.start())
                yield Finding(document.path, line, RULE, f"the sentence has {words} words", "make it two")
