"""The language server and the entry point for python-lsp-server, driven as editors drive them."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from commands import run
from lsprotocol import types

from pluginkit._codes import CODES
from pluginkit.lsp import _pylsp, _server
from pluginkit.lsp._server import Server, make_server

if TYPE_CHECKING:
    from collections.abc import Iterator

HOOKS = """\
from typing import Protocol
from pluginkit import hookspec
class AppSpec(Protocol):
    @hookspec
    def sections(self, *, document: str, verbose: bool) -> list[str]: ...
"""
PLUGIN = """\
from hooks import AppSpec
from pluginkit import hookimpl
SMILE = "😀"; hook = AppSpec
class Plugin:
    @hookimpl(AppSpec.sections)
    def sections(self, documnt: str, **_: object) -> list[str]: return ["😀", documnt]
"""
MARKED = {"start": {"line": 5, "character": 23}, "end": {"line": 5, "character": 30}}
USED = {"start": {"line": 5, "character": 78}, "end": {"line": 5, "character": 85}}  # two units for the smile


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Write a project with one misspelled parameter."""
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "hooks.py").write_text(HOOKS)
    (tmp_path / "plugin.py").write_text(PLUGIN)
    return tmp_path


class Client:
    """Speaks the protocol with a server.

    Args:
        process: The server.
        folder: The project.
    """

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        self._process = process
        self._folder = folder
        self._number = 0

    def uri(self, name: str) -> str:
        """Return the URI of a file of the project."""
        return (self._folder / name).as_uri()

    def send(self, **message: Any) -> None:
        """Send a message."""
        assert self._process.stdin is not None
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(content), content))
        self._process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        """Return the next message."""
        assert self._process.stdout is not None
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        found: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return found

    def ask(self, method: str, **params: Any) -> Any:
        """Ask something, and return the answer."""
        self._number += 1
        self.send(id=self._number, method=method, params=params)
        while True:
            message = self.receive()
            if message.get("id") == self._number and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def tell(self, method: str, **params: Any) -> None:
        """Say something that has no answer."""
        self.send(method=method, params=params)

    def diagnostics(self, name: str, text: str, version: int) -> list[dict[str, Any]]:
        """Open a file, or change it, and return what the server then says of it."""
        document = {"uri": self.uri(name), "version": version}
        if version == 1:
            self.tell("textDocument/didOpen", textDocument={**document, "languageId": "python", "text": text})
        else:
            self.tell("textDocument/didChange", textDocument=document, contentChanges=[{"text": text}])
        while True:
            message = self.receive()
            if message.get("method") == "textDocument/publishDiagnostics":
                found: list[dict[str, Any]] = message["params"]["diagnostics"]
                return found

    def at(self, name: str, line: int, character: int) -> dict[str, Any]:
        """Return a position as a question has it."""
        return {"textDocument": {"uri": self.uri(name)}, "position": {"line": line, "character": character}}


@contextmanager
def served(folder: Path, *command: str) -> Iterator[Client]:
    """Start a server for a project, and end it."""
    arguments = [sys.executable, "-m", *command]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(arguments, cwd=folder, **pipes) as process:
        client = Client(process, folder)
        client.ask("initialize", processId=None, rootUri=folder.as_uri(), capabilities={})
        client.tell("initialized")
        yield client
        client.ask("shutdown")
        client.tell("exit")


def edits_of(action: dict[str, Any], uri: str) -> list[dict[str, Any]]:
    """Return the changes of a quick fix."""
    found: list[dict[str, Any]] = action["edit"]["changes"][uri]
    return found


def test_language_server(project: Path) -> None:
    """It marks the misspelled parameter while it is typed, offers the fix, and answers what editors ask of hooks."""
    with served(project, "pluginkit", "lsp") as client:
        (found,) = client.diagnostics("plugin.py", PLUGIN, 1)
        assert (found["range"], found["code"], found["severity"]) == (MARKED, "PK101", 1)
        assert found["codeDescription"] == {"href": CODES["PK101"].address}
        assert found["message"] == "AppSpec.sections: unknown parameter 'documnt'\ndid you mean 'document'?"
        (related,) = found["relatedInformation"]
        assert related["location"]["uri"] == client.uri("hooks.py")
        document = {"uri": client.uri("plugin.py")}
        (action,) = client.ask(
            "textDocument/codeAction", textDocument=document, range=MARKED, context={"diagnostics": []}
        )
        assert edits_of(action, client.uri("plugin.py")) == [
            {"range": MARKED, "newText": "document"},
            {"range": USED, "newText": "document"},
        ]
        hover = client.ask("textDocument/hover", **client.at("plugin.py", 4, 25))
        assert hover["contents"]["value"].startswith("```python\ndef sections(self, *, document: str")
        assert client.ask("textDocument/hover", **client.at("plugin.py", 0, 0)) is None
        (place,) = client.ask("textDocument/implementation", **client.at("hooks.py", 4, 10))
        assert (place["uri"], place["range"]["start"]) == (client.uri("plugin.py"), {"line": 5, "character": 8})
        (lens,) = client.ask("textDocument/codeLens", textDocument={"uri": client.uri("hooks.py")})
        assert lens["command"]["title"] == "1 implementation"
        assert client.diagnostics("plugin.py", PLUGIN.replace("documnt", "document"), 2) == []
        typed = PLUGIN.replace("documnt", "document") + "@hookimpl.function(AppSpec.sections)\ndef other("
        assert [each["code"] for each in client.diagnostics("plugin.py", typed, 3)] == ["PK001"]
        items = client.ask("textDocument/completion", **client.at("plugin.py", 7, 10))
        assert [each["insertText"] for each in items] == ["document: str", "verbose: bool", "**_: object"]
        assert client.ask("textDocument/completion", **client.at("plugin.py", 0, 0)) == []


def test_python_lsp_server(project: Path) -> None:
    """Where python-lsp-server is installed, it says what lint finds, and offers the fix."""
    with served(project, "pylsp") as client:
        found = client.diagnostics("plugin.py", PLUGIN, 1)
        (own,) = (each for each in found if each["source"] == "pluginkit")
        assert (own["range"], own["code"]) == (MARKED, "PK101")
        document = {"uri": client.uri("plugin.py")}
        actions = client.ask(
            "textDocument/codeAction", textDocument=document, range=MARKED, context={"diagnostics": []}
        )
        (action,) = (each for each in actions if each["title"].startswith("PK101"))
        assert edits_of(action, client.uri("plugin.py"))[0] == {"range": MARKED, "newText": "document"}


def test_hooks_of_python_lsp_server(project: Path) -> None:
    """They answer for the text of the document, whatever is saved; for lines without a finding there is no fix."""
    document = SimpleNamespace(path=str(project / "plugin.py"), source=PLUGIN, uri="file:///plugin.py")
    (found,) = _pylsp.pylsp_lint(document)
    assert (found["range"], found["severity"]) == (MARKED, 1)
    (action,) = _pylsp.pylsp_code_actions(document, MARKED)
    assert [each["range"] for each in edits_of(action, "file:///plugin.py")] == [MARKED, USED]
    lines = {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}}
    assert _pylsp.pylsp_code_actions(document, lines) == []
    document.source = "from pluginkit import hookimpl\n@hookimpl(1)\ndef a(): ...\n"
    assert [each["message"] for each in _pylsp.pylsp_lint(document)] == [
        "1 is not a hook\nrefer to a hook by its spec, as in @hookimpl(AppSpec.sections)"
    ]


def test_the_command_starts_the_server(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """It serves on standard input and output; without pygls it says what to install."""
    started: list[bool] = []
    monkeypatch.setattr("pluginkit.lsp._server.Server.start_io", lambda self: started.append(True))
    assert run(capsys, "lsp") == (0, "", "")
    assert started == [True]
    monkeypatch.setattr("pluginkit.cli.lsp.find_spec", lambda name: None)
    assert run(capsys, "lsp") == (
        2,
        "",
        (
            "error: the language server needs pygls [PK815]\n"
            "  Hint: install it, as in: pip install 'typed-pluginkit[lsp]'\n"
        ),
    )


def test_answers_in_this_process(monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    """What is answered over a pipe is answered to a call as well."""
    texts = {"plugin.py": PLUGIN, "hooks.py": HOOKS}
    told: list[types.PublishDiagnosticsParams] = []
    open_documents = SimpleNamespace(get_text_document=lambda uri: SimpleNamespace(source=texts[Path(uri).name]))
    monkeypatch.setattr(Server, "workspace", open_documents)
    monkeypatch.setattr(Server, "text_document_publish_diagnostics", lambda _, params: told.append(params))
    server = make_server()
    asked: dict[str, Any] = {method: partial(answer, server) for method, answer, *_ in _server._ANSWERS}
    plugin, hooks = (types.TextDocumentIdentifier((project / name).as_uri()) for name in texts)
    item = types.TextDocumentItem(plugin.uri, "python", 1, PLUGIN)
    asked[types.TEXT_DOCUMENT_DID_OPEN](types.DidOpenTextDocumentParams(item))
    changed = types.VersionedTextDocumentIdentifier(2, plugin.uri)
    asked[types.TEXT_DOCUMENT_DID_CHANGE](types.DidChangeTextDocumentParams(changed, []))
    assert [[each.code for each in params.diagnostics] for params in told] == [["PK101"], ["PK101"]]
    where = told[0].diagnostics[0].range
    (action,) = asked[types.TEXT_DOCUMENT_CODE_ACTION](
        types.CodeActionParams(plugin, where, types.CodeActionContext([]))
    )
    assert (action.title, action.is_preferred) == ("PK101: did you mean 'document'?", True)
    hover = asked[types.TEXT_DOCUMENT_HOVER](types.HoverParams(plugin, types.Position(4, 25)))
    assert "AppSpec.sections" in hover.contents.value
    assert asked[types.TEXT_DOCUMENT_HOVER](types.HoverParams(plugin, types.Position(0, 0))) is None
    (place,) = asked[types.TEXT_DOCUMENT_IMPLEMENTATION](types.ImplementationParams(hooks, types.Position(4, 10)))
    assert place.uri == plugin.uri
    (lens,) = asked[types.TEXT_DOCUMENT_CODE_LENS](types.CodeLensParams(hooks))
    assert lens.command.title == "1 implementation"
    texts["plugin.py"] += "@hookimpl.function(AppSpec.sections)\ndef other("
    server.update(plugin.uri)
    items = asked[types.TEXT_DOCUMENT_COMPLETION](types.CompletionParams(plugin, types.Position(7, 10)))
    assert [each.insert_text for each in items] == ["document: str", "verbose: bool", "**_: object"]
