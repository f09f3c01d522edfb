"""The language server: messages of the protocol become questions to `Features`, and its answers messages.

Positions of the protocol count lines from 0, and characters in units of UTF-16.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeAlias

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from pluginkit import __version__
from pluginkit._codes import CODES
from pluginkit._source.edits import Edit
from pluginkit._source.features import Completion, Features
from pluginkit._source.lint.codes import RULES
from pluginkit._source.lint.findings import Finding
from pluginkit._source.sources import Range, Source

_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "note": types.DiagnosticSeverity.Information,
}


def path_of(uri: str) -> Path:
    """Return the file that a URI is about."""
    return Path(to_fs_path(uri) or uri)


def uri_of(path: Path) -> str:
    """Return the URI of a file."""
    return from_fs_path(str(path)) or str(path)


def to_range(where: Range, source: Source) -> types.Range:
    """Return a range as the protocol counts it."""
    ends = [(where.line, where.column), (where.end_line, where.end_column)]
    start, end = (types.Position(line - 1, source.units(line, column)) for line, column in ends)
    return types.Range(start, end)


# What is asked about a position.
Asked: TypeAlias = types.CompletionParams | types.HoverParams | types.ImplementationParams


class Server(LanguageServer):
    """A language server with the features of pluginkit.

    Args:
        python: The interpreter or environment to look in; empty for that of each project.
    """

    def __init__(self, python: str = "") -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType] - pygls leaves a type open
            "pluginkit", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full
        )
        self.features = Features(python)

    def source(self, uri: str) -> Source:
        """Return the source of a document."""
        path = path_of(uri)
        return self.features.linter.project(path).sources.at(path)

    def position(self, params: Asked) -> tuple[Path, int, int]:
        """Return the file, the line and the column that a message is about."""
        source, at = self.source(params.text_document.uri), params.position
        return source.path, at.line + 1, source.characters(at.line + 1, at.character)

    def update(self, uri: str) -> None:
        """Read a document again, and say what is found in it."""
        path = path_of(uri)
        self.features.change(path, self.workspace.get_text_document(uri).source)
        source, report = self.features.linter.lint(path)
        found = [to_diagnostic(each, source) for each in report.findings]
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found))


def to_location(path: Path, where: Range) -> types.Location:
    """Return a place in any file as the protocol has it; the names of hooks are counted alike in all units."""
    start, end = types.Position(where.line - 1, where.column), types.Position(where.end_line - 1, where.end_column)
    return types.Location(uri_of(path), types.Range(start, end))


def to_diagnostic(finding: Finding, source: Source) -> types.Diagnostic:
    """Return a finding as the protocol has it."""
    related = [
        types.DiagnosticRelatedInformation(to_location(each.path, each.range), each.text) for each in finding.related
    ]
    hint = f"\n{finding.hint}" if finding.hint else ""
    return types.Diagnostic(
        to_range(finding.range, source),
        finding.message + hint,
        severity=_SEVERITIES[RULES[finding.code].severity],
        code=finding.code,
        code_description=types.CodeDescription(CODES[finding.code].address),
        source="pluginkit",
        related_information=related,
    )


def to_edits(changes: Iterable[Edit], source: Source) -> list[types.TextEdit]:
    """Return changes as the protocol has them."""
    return [types.TextEdit(to_range(each.range, source), each.text) for each in changes]


def make_server(python: str = "") -> Server:
    """Return a server that answers what an editor asks."""
    server = Server(python)
    for method, answer, *options in _ANSWERS:
        server.feature(method, *options)(answer)
    return server


def _opened(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
    ls.update(params.text_document.uri)


def _changed(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
    ls.update(params.text_document.uri)


def _actions(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    uri = params.text_document.uri
    source, report = ls.features.linter.lint(path_of(uri))
    lines = range(params.range.start.line, params.range.end.line + 1)
    found = [each for each in report.findings if each.edits and each.range.line - 1 in lines]
    return [_action(each, source, uri) for each in found]


def _completed(ls: Server, params: types.CompletionParams) -> list[types.CompletionItem]:
    return [_item(each) for each in ls.features.completions(*ls.position(params))]


def _hovered(ls: Server, params: types.HoverParams) -> types.Hover | None:
    text = ls.features.hover(*ls.position(params))
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text)) if text else None


def _implemented(ls: Server, params: types.ImplementationParams) -> list[types.Location]:
    found = ls.features.implementations(*ls.position(params))
    return [to_location(path, where) for path, where in found]


def _lenses(ls: Server, params: types.CodeLensParams) -> list[types.CodeLens]:
    source = ls.source(params.text_document.uri)
    found = ls.features.lenses(source.path)
    return [types.CodeLens(to_range(each.range, source), types.Command(each.title, "")) for each in found]


_ANSWERS: tuple[tuple[Any, ...], ...] = (
    (types.TEXT_DOCUMENT_DID_OPEN, _opened),
    (types.TEXT_DOCUMENT_DID_CHANGE, _changed),
    (types.TEXT_DOCUMENT_CODE_ACTION, _actions),
    (types.TEXT_DOCUMENT_COMPLETION, _completed, types.CompletionOptions(trigger_characters=["(", ",", " "])),
    (types.TEXT_DOCUMENT_HOVER, _hovered),
    (types.TEXT_DOCUMENT_IMPLEMENTATION, _implemented),
    (types.TEXT_DOCUMENT_CODE_LENS, _lenses),
)


def _item(completion: Completion) -> types.CompletionItem:
    return types.CompletionItem(
        completion.label,
        kind=types.CompletionItemKind.Variable,
        detail=completion.detail,
        documentation=completion.documentation or None,
        insert_text=completion.text,
    )


def _action(finding: Finding, source: Source, uri: str) -> types.CodeAction:
    title = f"{finding.code}: {finding.hint or finding.message}"
    change = types.WorkspaceEdit(changes={uri: to_edits(finding.edits, source)})
    diagnostics = [to_diagnostic(finding, source)]
    kind = types.CodeActionKind.QuickFix
    return types.CodeAction(title, kind, diagnostics, is_preferred=finding.is_safe, edit=change)
