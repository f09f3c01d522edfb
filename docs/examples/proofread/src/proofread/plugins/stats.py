"""`--stats`: count and time the checks from around them, and say so on stderr. Neither the host nor a check knows."""

from __future__ import annotations

import sys
from collections.abc import Generator
from time import perf_counter

from pluginkit import hookimpl

from proofread.document import Document
from proofread.findings import Finding, Report, counted
from proofread.hooks import ProofreadSpec


class Stats:
    """Measures one run."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._answers = 0

    @hookimpl(ProofreadSpec.check, wrapper=True, tryfirst=True)
    def measured(self, document: Document) -> Generator[None, list[list[Finding]], list[list[Finding]]]:
        """Time the checks of one document, all other wrappers included."""
        begin = perf_counter()
        try:
            answers = yield
        finally:
            self._seconds[document.path.as_posix()] = perf_counter() - begin
        self._answers += len(answers)
        return answers

    @hookimpl(ProofreadSpec.render, wrapper=True)
    def said(self, report: Report, **_: object) -> Generator[None, str | None, str | None]:
        """Write what was measured, once everything is done."""
        text = yield
        files, seconds = counted(len(self._seconds), "file"), sum(self._seconds.values())
        sys.stderr.write(f"stats: {counted(self._answers, 'check')} of {files} in {seconds:.3f} s\n")
        if self._seconds:
            slowest = max(self._seconds, key=self._seconds.__getitem__)
            sys.stderr.write(f"stats: slowest {slowest}, {self._seconds[slowest]:.3f} s\n")
        for rule, count in report.by_rule().items():
            sys.stderr.write(f"stats: {rule} {count}\n")
        return text
