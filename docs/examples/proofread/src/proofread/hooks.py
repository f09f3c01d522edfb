"""The hooks of the program: what a plugin can do, and all that it has to import."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from pluginkit import hookspec

from proofread.document import Document
from proofread.findings import Finding, Report


class ProofreadSpec(Protocol):
    """What plugins contribute. They come from here and from the entry points of the group `proofread.plugins`."""

    @hookspec(historic=True)
    def configured(self, *, options: Mapping[str, str]) -> None:
        """Take note of what was given as `--option NAME=VALUE`; it is replayed to plugins that are loaded later."""
        ...

    @hookspec(pipeline="text")
    def normalise(self, *, text: str, path: Path) -> str:
        """Replace what no check should look at, and keep every line on its line."""
        ...

    @hookspec
    def check(self, *, document: Document) -> list[Finding]:
        """Check one document, and return its problems."""
        ...

    @hookspec(firstresult=True)
    def render(self, *, report: Report, output_format: str) -> str | None:
        """Return the report in a format, or None for other formats."""
        ...
