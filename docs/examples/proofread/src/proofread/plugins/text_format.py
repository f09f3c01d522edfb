"""The format `text`: a line for each finding that editors and terminals can follow, and one for its hint."""

from __future__ import annotations

from collections.abc import Iterator

from pluginkit import hookimpl

from proofread.findings import Report
from proofread.hooks import ProofreadSpec


@hookimpl.function(ProofreadSpec.render)
def render(report: Report, output_format: str) -> str | None:
    """Render text."""
    return "".join(f"{line}\n" for line in _lines(report)) if output_format == "text" else None


def _lines(report: Report) -> Iterator[str]:
    for finding in report.findings:
        yield f"{finding.path.as_posix()}:{finding.line}: {finding.rule}: {finding.message}"
        if finding.hint:
            yield f"    Hint: {finding.hint}"
    yield report.summary()
