"""Rule `missing-alt-text`: every image has a text for those who do not see it.

In HTML `alt=""` says that an image only decorates; Markdown has no way to say so.
"""

from __future__ import annotations

from pluginkit import hookimpl

from proofread.document import Document, Image
from proofread.findings import Finding
from proofread.hooks import ProofreadSpec

RULE = "missing-alt-text"
HINT = "say what the image shows"


@hookimpl.function(ProofreadSpec.check)
def check(document: Document) -> list[Finding]:
    """Find images without a text."""
    return [
        Finding(document.path, image.line, RULE, f"the image '{image.target}' has no alternative text", HINT)
        for image in document.images
        if not _has_text(image)
    ]


def _has_text(image: Image) -> bool:
    return image.alt is not None if image.is_html else bool(image.alt and image.alt.strip())
