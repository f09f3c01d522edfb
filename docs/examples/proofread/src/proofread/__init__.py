"""Proofread Markdown files.

Everything that is specific to a check, a format or a way of writing is a plugin: this package declares the hooks
(`hooks`), brings some plugins (`plugins`), and runs them (`host`, `cli`).
"""

from __future__ import annotations

from proofread.document import FILLER, Document, Heading, Image, Link, Passage
from proofread.findings import Finding, Report
from proofread.hooks import ProofreadSpec

__all__ = ["FILLER", "Document", "Finding", "Heading", "Image", "Link", "Passage", "ProofreadSpec", "Report"]
