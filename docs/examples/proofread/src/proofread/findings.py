"""What comes out: one `Finding` for each problem, and a `Report` of all of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from proofread.document import Document


@dataclass(frozen=True, order=True)
class Finding:
    """One problem.

    Attributes:
        path: The document.
        line: The line, counted from 1.
        rule: The rule that is broken; it has the name of the plugin that checks it.
        message: What is wrong, a sentence without a full stop.
        hint: What to do, or empty.
    """

    path: Path
    line: int
    rule: str
    message: str
    hint: str = ""


@dataclass(frozen=True)
class Report:
    """What a run has found.

    Attributes:
        documents: The documents that were read, in the order in which they were found.
        findings: What is wrong with them, by document and line.
    """

    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]

    def by_path(self) -> dict[Path, list[Finding]]:
        """Return the findings of each document that has some."""
        grouped: dict[Path, list[Finding]] = {}
        for finding in self.findings:
            grouped.setdefault(finding.path, []).append(finding)
        return grouped

    def by_rule(self) -> dict[str, int]:
        """Return how often each rule is broken, the most frequent one first."""
        return dict(Counter(finding.rule for finding in self.findings).most_common())

    def excerpt(self, finding: Finding) -> str:
        """Return the line that a finding is about, as it is written."""
        document = next((each for each in self.documents if each.path == finding.path), None)
        in_file = document is not None and finding.line <= len(document.lines)
        return document.lines[finding.line - 1].strip() if document and in_file else ""

    def summary(self) -> str:
        """Return the outcome in one sentence."""
        total, read = len(self.findings), counted(len(self.documents), "file")
        return f"{counted(total, 'finding')} in {len(self.by_path())} of {read}" if total else f"No finding in {read}"


def counted(number: int, what: str) -> str:
    """Return a number of things in words."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
