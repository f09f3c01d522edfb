"""The built-in plugins, one module each. Most are modules with marked functions; those with a memory are classes."""

from __future__ import annotations

from proofread.plugins import (
    code,
    duplicate_headings,
    front_matter,
    heading_jumps,
    html_format,
    json_format,
    line_endings,
    missing_alt_text,
    text_format,
    unclosed_fences,
)
from proofread.plugins.broken_links import BrokenLinks
from proofread.plugins.repeated_words import RepeatedWords


def builtin_plugins() -> dict[str, object]:
    """Return the built-in plugins by name, those with a memory as new instances. A check is named after its rule."""
    return {
        "text": text_format,
        "json": json_format,
        "html": html_format,
        "line-endings": line_endings,
        "front-matter": front_matter,
        "code": code,
        "broken-link": BrokenLinks(),
        "missing-alt-text": missing_alt_text,
        "repeated-word": RepeatedWords(),
        "heading-jump": heading_jumps,
        "duplicate-heading": duplicate_headings,
        "unclosed-fence": unclosed_fences,
    }
