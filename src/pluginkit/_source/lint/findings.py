"""The records of findings, and how they are made: each points at the very name that is wrong.

This module knows no rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from pluginkit._errors import closest
from pluginkit._source.edits import Edit
from pluginkit._source.model import Hook
from pluginkit._source.sources import Range, Source


class Related(NamedTuple):
    """Another place that a finding is about.

    Attributes:
        path: Its file.
        range: Where it is.
        text: What is there.
    """

    path: Path
    range: Range
    text: str


class Finding(NamedTuple):
    """One problem.

    Attributes:
        code: Its code, such as `PK101`.
        message: What is wrong, in one line.
        path: The file.
        range: The name, option or decorator that is wrong.
        hint: What to do, or empty.
        related: Where the hook is.
        edits: The changes that correct it; none where there are none.
        is_safe: Whether these keep what the program does, apart from correcting it.
    """

    code: str
    message: str
    path: Path
    range: Range
    hint: str = ""
    related: tuple[Related, ...] = ()
    edits: tuple[Edit, ...] = ()
    is_safe: bool = True


class Report(NamedTuple):
    """What was found in one module.

    Attributes:
        findings: The problems, in the order of the source.
        specs: How many specs it declares.
        implementations: How many implementations it has.
        unresolved: How many of these could not be checked.
    """

    findings: tuple[Finding, ...]
    specs: int = 0
    implementations: int = 0
    unresolved: int = 0


def finding_at(
    source: Source, code: str, message: str, where: Range, hint: str = "", *, hook: Hook | None = None
) -> Finding:
    """Return a finding in a module; its message names the hook that it is about, and it shows where that is."""
    related = (Related(hook.source.path, hook.range, hook.qualified_name),) if hook else ()
    return Finding(code, message, source.path, where, hint, related)


def likely(name: str, candidates: Iterable[str]) -> tuple[str, str]:
    """Return the candidate that a name was probably meant to be, and a hint that says so; or nothing."""
    hint = closest(name, candidates)
    return hint.removeprefix("did you mean '").removesuffix("'?"), hint


def listed(names: Iterable[str]) -> str:
    """Return a hint with the names that there are."""
    listed_names = ", ".join(f"'{name}'" for name in names)
    return f"there is {listed_names}" if listed_names else ""
