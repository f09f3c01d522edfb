"""What `pluginkit check` found, one record each, and how they are written: as text, JSON, for GitHub, or as SARIF."""

from __future__ import annotations

import json
import os
from pathlib import Path
from traceback import format_exception
from typing import TYPE_CHECKING, Any, NamedTuple

from pluginkit import __version__
from pluginkit._codes import CODES
from pluginkit._errors import HookSpecError, PluginkitError, PluginValidationError
from pluginkit.cli._streams import printable
from pluginkit.cli._text import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pluginkit._codes import Code
    from pluginkit._errors import Problem
    from pluginkit.cli._colour import Colours


class Finding(NamedTuple):
    """One problem.

    Attributes:
        rule: The code of what kind of problem it is, one of `CODES`.
        message: What is wrong, in one line.
        plugin: The name of the plugin; empty if it is not about one.
        distribution: The distribution that brought it, or empty.
        hook: The qualified hook, or empty.
        file: The file it is in, or empty.
        line: The line, or 0.
        hint: What to do, or empty.
        text: The whole text of the problem.
        traceback: How the code of a plugin got where it failed, where that is asked for; else empty.
    """

    rule: str
    message: str
    plugin: str = ""
    distribution: str = ""
    hook: str = ""
    file: str = ""
    line: int = 0
    hint: str = ""
    text: str = ""
    traceback: str = ""

    @property
    def address(self) -> str:
        """Where the documentation says more."""
        return CODES[self.rule].address


def findings_of(error: PluginkitError, *, with_traceback: bool = False) -> Iterator[Finding]:
    """Yield what an error is about, one finding for each problem in it.

    Args:
        error: The error.
        with_traceback: Whether to add the traceback of what has caused it.
    """
    cause = error.__cause__
    shown = "".join(format_exception(cause)) if with_traceback and cause is not None else ""
    if isinstance(error, PluginValidationError):
        for problem in error.problems:
            yield _of_problem(error, problem)._replace(traceback=shown)
    elif isinstance(error, HookSpecError):
        file, line = place_of(error.location)
        message = f"{error.hook} {error.message}"
        yield Finding(_rule(error.code, "PK200"), message, "", "", error.hook, file, line, error.hint, str(error))


def _of_problem(error: PluginValidationError, problem: Problem) -> Finding:
    file, line = place_of(problem.location)
    heading = str(problem).splitlines()[0].removesuffix(f" [{problem.code}]")
    about = f"plugin '{error.plugin_name}'" if error.plugin_name else f"distribution {error.distribution}"
    message = f"{about}: {heading}" if error.plugin_name or error.distribution else heading
    text = str(PluginValidationError(error.plugin_name, (problem,), error.distribution))
    found = (problem.hook, file, line, problem.hint, text)
    return Finding(_rule(problem.code, "PK400"), message, error.plugin_name, error.distribution, *found)


def _rule(code: str, general: str) -> str:
    """Return a code of the catalogue; for a problem of the host's own, the general one."""
    return code if code in CODES else general


def place_of(location: str) -> tuple[str, int]:
    """Return file and line of a location such as `plugin.py:7`; an empty file for anything else."""
    file, _, line = location.rpartition(":")
    return (file, int(line)) if line.isdecimal() else ("", 0)


def as_text(findings: Sequence[Finding], checked: int, colours: Colours) -> str:
    """Return text for people."""
    parts = [f"{colours.red(CODES[each.rule].severity)}: {printable(_whole(each))}\n" for each in findings]
    problems = colours.red(counted(len(findings), "problem")) if findings else colours.green("no problems")
    return "\n".join([*parts, f"{counted(checked, 'plugin')} registered, {problems}\n"])


def as_json(findings: Sequence[Finding], checked: int, _: Colours) -> str:
    """Return JSON, as docs/reference/check.schema.json describes it."""
    listed = [_record(finding) for finding in findings]
    return f"{json.dumps({'version': 1, 'registered': checked, 'problems': listed}, indent=2)}\n"


def _record(finding: Finding) -> dict[str, Any]:
    fields = {field: value for field, value in finding._asdict().items() if field != "text"}
    return {**fields, "severity": CODES[finding.rule].severity, "address": finding.address}


def _whole(finding: Finding) -> str:
    """Return the text of a finding, with the traceback below it."""
    return f"{finding.text}\n{finding.traceback}".rstrip()


def as_github(findings: Sequence[Finding], _: int, __: Colours) -> str:
    """Return commands that GitHub Actions shows beside the lines that they are about."""
    return "".join(_github_line(finding) for finding in findings)


def _github_line(finding: Finding) -> str:
    return f"::{CODES[finding.rule].severity} {_github_place(finding)}::{_escaped(_whole(finding))}\n"


def _github_place(finding: Finding) -> str:
    fields = {"title": f"pluginkit: {finding.rule} {CODES[finding.rule].name}"}
    if finding.file:
        fields = {"file": _relative(finding.file), "line": str(finding.line), **fields}
    return ",".join(f"{name}={_escaped(value, ':,')}" for name, value in fields.items())


def _escaped(text: str, more: str = "") -> str:
    """Escape a text as the commands of GitHub Actions want it."""
    for character in f"%\r\n{more}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def as_sarif(findings: Sequence[Finding], _: int, __: Colours) -> str:
    """Return SARIF 2.1.0, which code scanning services take."""
    rules = [_sarif_rule(CODES[code]) for code in sorted({finding.rule for finding in findings})]
    driver = {"name": "pluginkit", "version": __version__, "rules": rules}
    run = {"tool": {"driver": driver}, "results": [_sarif_result(finding) for finding in findings]}
    content = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return f"{json.dumps(content, indent=2)}\n"


def _sarif_rule(code: Code) -> dict[str, Any]:
    described = {"shortDescription": {"text": code.text}, "defaultConfiguration": {"level": code.severity}}
    return {"id": code.code, "name": code.name, "helpUri": code.address, **described}


def _sarif_result(finding: Finding) -> dict[str, Any]:
    level = CODES[finding.rule].severity
    result: dict[str, Any] = {"ruleId": finding.rule, "level": level, "message": {"text": _whole(finding)}}
    if finding.file:
        path = Path(_relative(finding.file))
        uri = path.resolve().as_uri() if path.is_absolute() else path.as_posix()
        region = {"startLine": finding.line}
        place = {"artifactLocation": {"uri": uri}, "region": region}
        result["locations"] = [{"physicalLocation": place}]
    return result


def _relative(file: str) -> str:
    """Return a path from the current folder, if the file is below it."""
    path = Path(file)
    here = Path(os.getcwd())  # noqa: PTH109
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else file


FORMATS: dict[str, Callable[[Sequence[Finding], int, Colours], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings without repetitions, by plugin and place."""
    return sorted(dict.fromkeys(findings), key=lambda each: (each.plugin, each.file, each.line, each.message))
