"""Rule `duplicate-heading`: the headings of one section differ, so that a link to one of them is clear."""

from __future__ import annotations

from pluginkit import hookimpl

from proofread.document import Document, Heading
from proofread.findings import Finding
from proofread.hooks import ProofreadSpec


@hookimpl.function(ProofreadSpec.check)
def check(document: Document) -> list[Finding]:
    """Compare the headings that stand directly below the same heading, as they are written."""
    findings: list[Finding] = []
    first: dict[tuple[int, str], int] = {}  # the line of each text, by the line of the heading above it
    above: list[Heading] = []
    for heading in document.headings:
        above = [each for each in above if each.level < heading.level]
        place = (above[-1].line if above else 0, document.lines[heading.line - 1].strip(" #"))
        if place in first:
            message = f"the heading of line {first[place]} stands here again"
            findings.append(Finding(document.path, heading.line, "duplicate-heading", message, "say what differs"))
        first.setdefault(place, heading.line)
        above.append(heading)
    return findings
