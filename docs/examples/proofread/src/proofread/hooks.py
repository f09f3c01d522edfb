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
        """Take note of what was given as `--option NAME=VALUE`; a plugin that is loaded later is told as well."""
        ...

    @hookspec(pipeline="text")
    def normalise(self, *, text: str, path: Path) -> str:
        """Replace what no check should look at, and keep every line on its line."""
        ...

    @hookspec
    def check(self, *, document: Document) -> list[Finding]:
        """Look at one document, and give what is wrong with it."""
        ...

    @hookspec(firstresult=True)
    def render(self, *, report: Report, output_format: str) -> str | None:
        """Give the report in a format, or None for a format that is somebody else's."""
        ...
