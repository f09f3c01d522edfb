"""Rule `unclosed-fence`: a code block that is opened with backticks or tildes is closed as well."""

from __future__ import annotations

from markdown_it.token import Token
from pluginkit import hookimpl

from proofread.document import Document, blocks, first_line
from proofread.findings import Finding
from proofread.hooks import ProofreadSpec


@hookimpl.function(ProofreadSpec.check)
def check(document: Document) -> list[Finding]:
    """Look at the code blocks of the source: the normalised text has none."""
    return [
        Finding(
            document.path,
            first_line(token),
            "unclosed-fence",
            "the code block that begins here never ends",
            f"close it with {token.markup}",
        )
        for token in blocks(document.source)
        if token.type == "fence" and not _is_closed(token)
    ]


def _is_closed(fence: Token) -> bool:
    start, end = fence.map or (0, 0)
    return end - start == fence.content.count("\n") + 2  # the two fences
