"""Both plugins keep the contract that proofread ships."""

from __future__ import annotations

from proofread.testing import ProofreadContract
from proofread_extra import template_tags
from proofread_extra.long_sentences import LongSentences


class TestLongSentences(ProofreadContract):
    """It is given a sentence that is too long."""

    plugin = LongSentences
    texts = ("A line.\n\n" + "word " * 50 + "end.\n",)


class TestTemplateTags(ProofreadContract):
    """It is given tags on several lines."""

    plugin = template_tags
    texts = ("{{ a }} `{% b\n  c %}` {{ d\n}}",)
