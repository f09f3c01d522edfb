"""Lints files: finds them, checks each in its own project, leaves out what is suppressed, and applies changes.

Each file is checked as if it were alone, so that no answer depends on which other files are looked at or in which
order. This module writes no file, and knows neither arguments nor formats of output.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pluginkit._source import edits
from pluginkit._source.environment import project_root
from pluginkit._source.lint.check import check
from pluginkit._source.lint.codes import RULES, selected
from pluginkit._source.lint.findings import Finding, Report
from pluginkit._source.project import Project
from pluginkit._source.sources import Source, top_folder

_NOQA = re.compile(r"#\s*noqa(?P<codes>\s*:\s*[A-Z]+[0-9]+(?:[\s,]+[A-Z]+[0-9]+)*)?", re.IGNORECASE)
_SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages", "build", "dist"})
# What every file contains that declares or implements hooks: the name of a marker, or of what it imports one from.
_RELEVANT = re.compile(rb"hook|impl|spec|plugin", re.IGNORECASE)
_MOST_ROUNDS = 5  # of changes, each of which may make room for others


class Selection(NamedTuple):
    """Which rules run.

    Attributes:
        select: Codes or their beginnings; nothing for those that are on.
        ignore: Those to leave out.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


class Linted(NamedTuple):
    """What was found in one file.

    Attributes:
        source: The file.
        report: The findings that are selected and not suppressed, and what was counted.
    """

    source: Source
    report: Report


class Linter:
    """Checks files, and keeps what it has read of their projects.

    Args:
        python: The interpreter or environment to look in; empty for that of each project.
        selection: Which rules run; without a `select` what the project's settings say.
        overlay: Text that stands for that of files.
    """

    def __init__(
        self, python: str = "", selection: Selection | None = None, overlay: Mapping[Path, str] | None = None
    ) -> None:
        self._python = python
        self._selection = selection or Selection()
        self.overlay: dict[Path, str] = dict(overlay or {})
        self._projects: dict[tuple[Path, Path], Project] = {}

    def project(self, path: Path) -> Project:
        """Return the project of a file, as the files beside it see it."""
        key = (project_root(path), top_folder(path))
        if key not in self._projects:
            self._projects[key] = Project(path, self._python, self.overlay)
        return self._projects[key]

    def lint(self, path: Path) -> Linted:
        """Check one file."""
        project = self.project(path)
        source = project.sources.at(path)
        report = check(source, project)
        codes = self._codes(project)
        kept = tuple(each for each in report.findings if each.code in codes and not is_suppressed(each, source))
        return Linted(source, report._replace(findings=kept))

    def _codes(self, project: Project) -> frozenset[str]:
        named = project.settings.get("lint", {})
        select = self._selection.select or tuple(named.get("select", ()))
        return selected(select, (*self._selection.ignore, *named.get("ignore", ())))

    def change(self, path: Path, text: str) -> None:
        """Let a text stand for that of a file, from now on."""
        self.overlay[path] = text
        for project in self._projects.values():
            project.forget(path)

    def fix(self, path: Path, *, unsafe: bool) -> tuple[str, Linted]:
        """Return a file's text with everything corrected that can be, and what is found in that."""
        linted = self.lint(path)
        for _ in range(_MOST_ROUNDS):
            changes = [edit for each in _apart(linted.report.findings, unsafe=unsafe) for edit in each.edits]
            if not changes:
                break
            self.change(path, edits.apply(linted.source, changes))
            linted = self.lint(path)
        return linted.source.text, linted


def _apart(findings: Iterable[Finding], *, unsafe: bool) -> Iterator[Finding]:
    """Yield the findings whose changes can be made together: all of a finding's changes, or none."""
    taken: list[edits.Edit] = []
    for each in findings:
        if not each.edits or not (each.is_safe or unsafe):
            continue
        if not any(_overlap(one, other) for one in each.edits for other in taken if one != other):
            taken += each.edits
            yield each


def _overlap(one: edits.Edit, other: edits.Edit) -> bool:
    return one.range.start <= other.range[2:] and other.range.start <= one.range[2:]


def is_suppressed(finding: Finding, source: Source) -> bool:
    """Tell whether a comment on the line of a finding suppresses it."""
    found = _NOQA.search(source.lines[finding.range.line - 1])
    if found is None:
        return False
    codes = found.group("codes")
    return codes is None or finding.code in re.findall(r"[A-Z]+[0-9]+", codes.upper())


def is_failure(finding: Finding, *, strict: bool) -> bool:
    """Tell whether a finding fails a run."""
    return strict or RULES[finding.code].severity != "note"


# -- files ------------------------------------------------------------------------------------------------------------


def files_in(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the Python files at some paths, those in folders if they may be about hooks; each one once.

    Environments, hidden folders and what builds leave behind are not entered.
    """
    seen: set[Path] = set()
    for path in paths:
        for file in [path] if path.is_file() else _below(path):
            absolute = file.absolute()
            if absolute not in seen:
                seen.add(absolute)
                yield absolute


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if not _is_skipped(Path(place, each)))
        for name in sorted(files):
            if name.endswith(".py") and _is_relevant(Path(place, name)):
                yield Path(place, name)


def _is_skipped(folder: Path) -> bool:
    return folder.name.startswith(".") or folder.name in _SKIPPED or (folder / "pyvenv.cfg").exists()


def _is_relevant(file: Path) -> bool:
    try:
        return _RELEVANT.search(file.read_bytes()) is not None
    except OSError:
        return True  # the finding says why
