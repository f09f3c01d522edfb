"""A plugin with a misspelled parameter, to see who notices. It is not meant to work: `demo.py` shows the errors."""

from __future__ import annotations

from pluginkit import hookimpl

from proofread import Document, Finding, ProofreadSpec


class Shouting:
    """Would find exclamation marks, without a typing mistake."""

    @hookimpl(ProofreadSpec.check)
    def check(self, documnet: Document, **_: object) -> list[Finding]:
        """Find lines that end with an exclamation mark."""
        return [
            Finding(documnet.path, number, "shouting", "the line shouts", "say it with a full stop")
            for number, line in enumerate(documnet.lines, start=1)
            if line.endswith("!")
        ]
