# pyright: basic
# python-lsp-server has no types.
"""The entry point for python-lsp-server: what lint finds, and quick fixes, in editors that have that server already.

Only python-lsp-server imports this; pluginkit itself does without it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pylsp import hookimpl

from pluginkit._source.lint.codes import RULES
from pluginkit._source.lint.findings import Finding
from pluginkit._source.lint.run import Linted, Linter
from pluginkit._source.sources import Range, Source

_SEVERITIES = {"error": 1, "warning": 2, "note": 3}


@hookimpl
def pylsp_lint(document: Any) -> list[dict[str, Any]]:
    """Say what is wrong in a document."""
    source, report = _linted(document)
    return [_diagnostic(each, source) for each in report.findings]


@hookimpl
def pylsp_code_actions(document: Any, range: dict[str, Any]) -> list[dict[str, Any]]:  # noqa: A002 - the hook's name
    """Offer what corrects a document, for the lines that are selected."""
    first, last = range["start"]["line"], range["end"]["line"]
    source, report = _linted(document)
    found = [each for each in report.findings if each.edits and first <= each.range.line - 1 <= last]
    return [_action(each, source, document.uri) for each in found]


def _linted(document: Any) -> Linted:
    path = Path(document.path)
    linter = Linter()
    linter.change(path, document.source)
    return linter.lint(path)


def _diagnostic(finding: Finding, source: Source) -> dict[str, Any]:
    hint = f"\n{finding.hint}" if finding.hint else ""
    return {
        "source": "pluginkit",
        "range": _range(finding.range, source),
        "message": finding.message + hint,
        "severity": _SEVERITIES[RULES[finding.code].severity],
        "code": finding.code,
    }


def _action(finding: Finding, source: Source, uri: str) -> dict[str, Any]:
    edits = [{"range": _range(each.range, source), "newText": each.text} for each in finding.edits]
    return {
        "title": f"{finding.code}: {finding.hint or finding.message}",
        "kind": "quickfix",
        "diagnostics": [_diagnostic(finding, source)],
        "edit": {"changes": {uri: edits}},
    }


def _range(where: Range, source: Source) -> dict[str, Any]:
    ends = ((where.line, where.column), (where.end_line, where.end_column))
    start, end = ({"line": line - 1, "character": source.units(line, column)} for line, column in ends)
    return {"start": start, "end": end}
