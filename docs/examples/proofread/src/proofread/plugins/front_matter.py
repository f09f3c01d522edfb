"""Blank the front matter: YAML between lines of `---`, or TOML between lines of `+++`, at the top of a file."""

from __future__ import annotations

import re

from pluginkit import hookimpl

from proofread.hooks import ProofreadSpec

FRONT_MATTER = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?\n)?\1[ \t]*$", re.DOTALL | re.MULTILINE)


@hookimpl.function(ProofreadSpec.normalise)
def normalise(text: str, **_: object) -> str:
    """Leave only the line breaks of the front matter."""
    return FRONT_MATTER.sub(lambda match: "\n" * match[0].count("\n"), text)
