"""Rule `duplicate-heading`: the headings of one section differ, so that a link to one of them is clear."""

from __future__ import annotations

from pluginkit import hookimpl

from proofread.document import Document
from proofread.findings import Finding
from proofread.hooks import ProofreadSpec


@hookimpl.function(ProofreadSpec.check)
def check(document: Document) -> list[Finding]:
    """Compare the headings that stand directly below the same heading, as they are written."""
    findings: list[Finding] = []
    seen: dict[tuple[str, ...], int] = {}
    above: list[tuple[int, str]] = []
    for heading in document.headings:
        above = [(level, text) for level, text in above if level < heading.level]
        above.append((heading.level, document.lines[heading.line - 1].strip(" #")))
        place = tuple(text for _, text in above)
        if place in seen:
            message = f"the heading of line {seen[place]} is repeated"
            findings.append(
                Finding(document.path, heading.line, "duplicate-heading", message, "let it say what is special here")
            )
        seen.setdefault(place, heading.line)
    return findings
