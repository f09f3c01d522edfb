"""What proofread expects of every plugin, as a contract that plugin authors run in their own tests."""

from __future__ import annotations

from pathlib import Path

from pluginkit.testing import HookContract, requires

from proofread.document import Document
from proofread.findings import Report
from proofread.hooks import ProofreadSpec

PAGE = """\
# A title

Some text, [a link](no-such-page.md) and an ![](picture.png).
{{ a tag }} and
`code` on lines of their own.

### A heading that jumps

The the last line ends without a line break."""


class ProofreadContract(HookContract[ProofreadSpec]):
    """Derive a class from it, and set `plugin` to yours; `texts` may be set to documents that it finds something in."""

    texts: tuple[str, ...] = ()

    def documents(self) -> list[Document]:
        """Return the documents that the cases look at."""
        return [Document(Path("page.md"), text, text) for text in ("", "\n", PAGE, *self.texts)]

    @requires(ProofreadSpec.check)
    def test_findings_are_in_their_document(self) -> None:
        """A finding names the document, and one of its lines."""
        for document in self.documents():
            for findings in self.hook.check(document=document):
                for finding in findings:
                    assert finding.path == document.path
                    assert 1 <= finding.line <= len(document.lines)

    @requires(ProofreadSpec.check)
    def test_messages_are_not_sentences(self) -> None:
        """A message has no full stop: formats put it into their own lines."""
        for document in self.documents():
            for findings in self.hook.check(document=document):
                assert not any(finding.message.endswith(".") for finding in findings)

    @requires(ProofreadSpec.normalise)
    def test_every_line_stays_on_its_line(self) -> None:
        """Plugins that remove text leave the line breaks."""
        for document in self.documents():
            text = self.hook.normalise(text=document.source, path=document.path)
            assert text.count("\n") == document.source.count("\n")

    @requires(ProofreadSpec.render)
    def test_other_formats_are_left_to_others(self) -> None:
        """An unknown format gets no answer."""
        assert self.hook.render(report=Report((), ()), output_format="no-such-format") is None
