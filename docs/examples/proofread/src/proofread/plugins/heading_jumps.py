"""Rule `heading-jump`: a heading is at most one level below the one before it."""

from __future__ import annotations

from itertools import pairwise

from pluginkit import hookimpl

from proofread.document import Document
from proofread.findings import Finding
from proofread.hooks import ProofreadSpec


@hookimpl.function(ProofreadSpec.check)
def check(document: Document) -> list[Finding]:
    """Compare each heading with the one before it; a document may begin on any level."""
    return [
        Finding(
            document.path,
            heading.line,
            "heading-jump",
            f"a heading of level {heading.level} follows one of level {before.level}",
            f"make it level {before.level + 1}",
        )
        for before, heading in pairwise(document.headings)
        if heading.level > before.level + 1
    ]
