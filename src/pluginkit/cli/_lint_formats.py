"""How the findings of `pluginkit lint` are written: for people, one a line, as JSON, for GitHub, or as SARIF."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pluginkit import __version__
from pluginkit._source.lint.codes import RULES
from pluginkit._source.lint.findings import Finding
from pluginkit._source.lint.run import Linted
from pluginkit._source.sources import Range, Source
from pluginkit.cli._colour import Colours
from pluginkit.cli._text import counted

_LEVELS = {"error": "error", "warning": "warning", "note": "note"}
_GITHUB = {"error": "error", "warning": "warning", "note": "notice"}


class Output(NamedTuple):
    """All that a run found.

    Attributes:
        files: The files, in the order in which they were named.
        strict: Whether notes fail the run.
        fixed: How many findings were corrected.
    """

    files: Sequence[Linted]
    strict: bool = False
    fixed: int = 0

    @property
    def findings(self) -> list[tuple[Finding, Source]]:
        """The findings with their files."""
        return [(each, linted.source) for linted in self.files for each in linted.report.findings]

    def count(self, severity: str) -> int:
        """Return how many findings are of a severity."""
        return sum(self.severity(each) == severity for each, _ in self.findings)

    def severity(self, finding: Finding) -> str:
        """Return how serious a finding is: with `strict` each is an error."""
        return "error" if self.strict else RULES[finding.code].severity

    def total(self, what: str) -> int:
        """Return how many there are of what reports count."""
        return sum(int(getattr(linted.report, what)) for linted in self.files)


def shown(path: Path) -> str:
    """Return a path as it is shown: from here, where it is below."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _heading(finding: Finding) -> str:
    where = f"{shown(finding.path)}:{finding.range.line}:{finding.range.column + 1}"
    return f"{where}: {finding.code} {finding.message}"


def as_concise(output: Output, colours: Colours) -> str:
    """Return one line for each finding."""
    lines = [f"{_heading(each)}{' [fix]' if each.edits and each.is_safe else ''}" for each, _ in output.findings]
    return "\n".join([*lines, summary(output, colours), ""])


def as_text(output: Output, colours: Colours) -> str:
    """Return what a person reads: each finding with its line of source, its hook and a hint."""
    parts = ["\n".join(_lines(each, source, output, colours)) + "\n" for each, source in output.findings]
    return "\n".join([*parts, f"{summary(output, colours)}\n"])


def _lines(finding: Finding, source: Source, output: Output, colours: Colours) -> Iterator[str]:
    yield f"{(colours.red if output.severity(finding) == 'error' else colours.bold)(_heading(finding))}"
    where = finding.range
    line = source.lines[where.line - 1]
    end = where.end_column if where.end_line == where.line else len(line)
    number = str(where.line)
    yield f"  {number} | {line.expandtabs(1)}"
    yield f"  {' ' * len(number)} | {' ' * where.column}{'^' * max(end - where.column, 1)}"
    for each in finding.related:
        yield colours.dim(f"  {each.text} is at {shown(each.path)}:{each.range.line}")
    if finding.hint:
        yield f"  Hint: {finding.hint}"


def summary(output: Output, colours: Colours) -> str:
    """Return the last line: how much was looked at, and what was found."""
    implementations, unresolved = output.total("implementations"), output.total("unresolved")
    looked = f"{counted(output.total('specs'), 'spec')}, {counted(implementations, 'implementation')}"
    found = [counted(number, kind) for kind in ("error", "warning") if (number := output.count(kind))]
    parts = [colours.red(", ".join(found)) if found else colours.green("no problems")]
    if unresolved:
        parts.append(colours.bold(f"{unresolved} not checked"))
    if output.fixed:
        parts.append(f"{output.fixed} corrected")
    fixable = sum(bool(each.edits) and each.is_safe for each, _ in output.findings)
    if fixable:
        parts.append(f"{fixable} can be corrected with --fix")
    return f"{looked}: {', '.join(parts)}"


def as_json(output: Output, _: Colours) -> str:
    """Return JSON: positions count from 1, the end is behind the last character."""
    content = {
        "version": 1,
        "specs": output.total("specs"),
        "implementations": output.total("implementations"),
        "unresolved": output.total("unresolved"),
        "findings": [_as_object(each, output) for each, _ in output.findings],
    }
    return _dumped(content)


def _dumped(content: object) -> str:
    import json  # late: the format for people does without

    return f"{json.dumps(content, indent=2)}\n"


def _as_object(finding: Finding, output: Output) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": RULES[finding.code].name,
        "severity": output.severity(finding),
        "message": finding.message,
        "hint": finding.hint,
        "file": shown(finding.path),
        **_positions(finding.range),
        "related": [
            {"text": each.text, "file": shown(each.path), **_positions(each.range)} for each in finding.related
        ],
        "fix": _as_fix(finding) if finding.edits else None,
    }


def _as_fix(finding: Finding) -> dict[str, Any]:
    listed = [{"text": each.text, **_positions(each.range)} for each in finding.edits]
    return {"safe": finding.is_safe, "edits": listed}


def _positions(where: Range) -> dict[str, int]:
    return {
        "line": where.line,
        "column": where.column + 1,
        "end_line": where.end_line,
        "end_column": where.end_column + 1,
    }


def as_github(output: Output, _: Colours) -> str:
    """Return commands that GitHub Actions shows beside the lines that they are about."""
    return "".join(_github_line(each, output) for each, _ in output.findings)


def _github_line(finding: Finding, output: Output) -> str:
    where = finding.range
    fields = {
        "file": shown(finding.path),
        "line": where.line,
        "col": where.column + 1,
        "endLine": where.end_line,
        "endColumn": where.end_column + 1,
        "title": f"pluginkit {finding.code}",
    }
    listed = ",".join(f"{name}={escaped(str(value), ':,')}" for name, value in fields.items())
    text = "\n".join(each for each in (finding.message, finding.hint) if each)
    return f"::{_GITHUB[output.severity(finding)]} {listed}::{escaped(text)}\n"


def escaped(text: str, more: str = "") -> str:
    """Escape a text as the commands of GitHub Actions want it."""
    for character in f"%\r\n{more}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def as_sarif(output: Output, _: Colours) -> str:
    """Return SARIF 2.1.0, which code scanning services take."""
    rules = [
        {
            "id": rule.code,
            "name": rule.name,
            "shortDescription": {"text": rule.summary},
            "fullDescription": {"text": rule.reason},
            "defaultConfiguration": {"level": rule.severity, "enabled": rule.is_on},
        }
        for rule in RULES.values()
    ]
    driver = {"name": "pluginkit", "version": __version__, "rules": rules}
    results = [_sarif_result(each, output) for each, _ in output.findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    content = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return _dumped(content)


def _sarif_result(finding: Finding, output: Output) -> dict[str, Any]:
    text = "\n".join(each for each in (finding.message, finding.hint) if each)
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": list(RULES).index(finding.code),
        "level": output.severity(finding),
        "message": {"text": text},
        "locations": [{"physicalLocation": _physical(finding.path, finding.range)}],
    }
    if finding.related:
        result["relatedLocations"] = [
            {"physicalLocation": _physical(each.path, each.range), "message": {"text": each.text}}
            for each in finding.related
        ]
    if finding.edits:
        replacements = [
            {"deletedRegion": _region(each.range), "insertedContent": {"text": each.text}} for each in finding.edits
        ]
        change = {"artifactLocation": {"uri": _uri(finding.path)}, "replacements": replacements}
        result["fixes"] = [{"description": {"text": finding.hint or finding.message}, "artifactChanges": [change]}]
    return result


def _physical(path: Path, where: Range) -> dict[str, Any]:
    return {"artifactLocation": {"uri": _uri(path)}, "region": _region(where)}


def _uri(path: Path) -> str:
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else path.as_uri()


def _region(where: Range) -> dict[str, int]:
    return {
        "startLine": where.line,
        "startColumn": where.column + 1,
        "endLine": where.end_line,
        "endColumn": where.end_column + 1,
    }


FORMATS: dict[str, Callable[[Output, Colours], str]] = {
    "text": as_text,
    "concise": as_concise,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}
