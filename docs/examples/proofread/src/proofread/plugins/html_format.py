"""The format `html`: one page that needs nothing else, with the lines that the findings are about."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from pluginkit import hookimpl

from proofread.document import FILLER
from proofread.findings import Finding, Report
from proofread.hooks import ProofreadSpec


@hookimpl.function(ProofreadSpec.render)
def render(report: Report, output_format: str) -> str | None:
    """Render a page."""
    if output_format != "html":
        return None
    page = Template(files("proofread").joinpath("page.html").read_text(encoding="utf-8"))
    sections = [_section(report, path, findings) for path, findings in report.by_path().items()]
    return page.substitute(
        summary=escape(report.summary()),
        state="found" if report.findings else "clean",
        rules="".join(_chip(rule, count) for rule, count in report.by_rule().items()),
        sections="\n".join(sections),
    )


def _chip(rule: str, count: int) -> str:
    return f'<li><span class="rule">{escape(rule)}</span> {count}</li>'


def _section(report: Report, path: Path, findings: list[Finding]) -> str:
    rows = "\n".join(_row(report, finding) for finding in findings)
    name = escape(path.as_posix())
    return f'<section>\n<h2>{name} <span class="count">{len(findings)}</span></h2>\n<ol>\n{rows}\n</ol>\n</section>'


def _row(report: Report, finding: Finding) -> str:
    excerpt = escape(report.excerpt(finding))
    message = escape(finding.message.replace(FILLER, "…"))
    hint = f'<p class="hint">Hint: {escape(finding.hint)}</p>' if finding.hint else ""
    return (
        f'<li><span class="line">{finding.line}</span><div><p><span class="rule">{escape(finding.rule)}</span>'
        f"{message}</p>{hint}<pre>{excerpt}</pre></div></li>"
    )
