"""Normalise line endings, and remove a byte order mark."""

from __future__ import annotations

from pluginkit import hookimpl

from proofread.hooks import ProofreadSpec


@hookimpl.function(ProofreadSpec.normalise, tryfirst=True)
def normalise(text: str, **_: object) -> str:
    """Go first, so that everyone else can split at newlines."""
    return text.removeprefix("\N{BYTE ORDER MARK}").replace("\r\n", "\n").replace("\r", "\n")
