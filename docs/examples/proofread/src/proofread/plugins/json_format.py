"""The format `json`: for other programs."""

from __future__ import annotations

import json
from dataclasses import asdict

from pluginkit import hookimpl

from proofread.findings import Report
from proofread.hooks import ProofreadSpec


@hookimpl.function(ProofreadSpec.render)
def render(report: Report, output_format: str) -> str | None:
    """Render an object with the paths of all files and the findings."""
    if output_format != "json":
        return None
    findings = [{**asdict(finding), "path": finding.path.as_posix()} for finding in report.findings]
    files = [document.path.as_posix() for document in report.documents]
    return json.dumps({"files": files, "findings": findings}, indent=2, ensure_ascii=False) + "\n"
