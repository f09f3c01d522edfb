"""`--stats`: count and time the checks, by observing them. Neither a check nor a hook knows."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from time import perf_counter

from pluginkit import Call

from proofread.findings import Report, counted
from proofread.hooks import ProofreadSpec


class Stats:
    """Measures one run; `Registry.observe` takes it."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._checks = 0

    @contextmanager
    def __call__(self, call: Call) -> Generator[None, None, None]:
        """Time one check of one document."""
        begin = perf_counter()
        yield
        if call.spec is ProofreadSpec.check:
            path = call.arguments["document"].path.as_posix()
            self._seconds[path] = self._seconds.get(path, 0.0) + perf_counter() - begin
            self._checks += 1

    def lines(self, report: Report) -> list[str]:
        """Return what was measured, once everything is done."""
        files, seconds = counted(len(report.documents), "file"), sum(self._seconds.values())
        lines = [f"{counted(self._checks, 'check')} of {files} in {seconds:.3f} s"]
        if self._seconds:
            slowest = max(self._seconds, key=self._seconds.__getitem__)
            lines.append(f"slowest {slowest}, {self._seconds[slowest]:.3f} s")
        return [*lines, *(f"{rule} {count}" for rule, count in report.by_rule().items())]
