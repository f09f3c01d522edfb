"""A client for language servers over stdio: what a test asks of an editor, and nothing more."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any, Self
from urllib.parse import unquote, urlparse

COMMANDS = {
    "pyright": ["pyright-langserver", "--stdio"],
    "ty": ["ty", "server"],
    "pyrefly": ["pyrefly", "lsp"],
}
OURS = {"pluginkit": ["pluginkit", "lsp"]}
CAPABILITIES: dict[str, Any] = {
    "textDocument": {
        "hover": {"contentFormat": ["plaintext", "markdown"]},
        "completion": {"completionItem": {"snippetSupport": False}},
        "definition": {"linkSupport": True},
        "publishDiagnostics": {},
        "rename": {},
    },
    "workspace": {"configuration": True, "workspaceFolders": True, "workspaceEdit": {"documentChanges": True}},
}
PATIENCE = 60.0  # seconds; on an idle machine an answer takes a fraction of one


class Server:
    """A language server that runs in a folder, with the files that are open in it.

    Args:
        name: Which one; it is installed beside the Python that runs.
        folder: The project.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        scripts = Path(sys.executable).parent
        program, *arguments = {**COMMANDS, **OURS}[name]
        command = [str(scripts / program), *arguments]
        environment = {**os.environ, "VIRTUAL_ENV": sys.prefix, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._answers: dict[int, Any] = {}
        self._diagnostics: dict[str, list[dict[str, Any]]] = {}
        self._changed = threading.Condition()
        self._number = 0
        threading.Thread(target=self._listen, daemon=True).start()
        root = {"uri": folder.as_uri(), "name": folder.name}
        self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": root["uri"],
                "workspaceFolders": [root],
                "capabilities": CAPABILITIES,
            },
        )
        self.notify("initialized", {})
        for path in sorted(folder.glob("*.py")):
            document = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": path.read_text("utf-8")}
            self.notify("textDocument/didOpen", {"textDocument": document})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.request("shutdown", None)
        self.notify("exit", None)
        self._process.communicate(timeout=PATIENCE)

    # -- messages -----------------------------------------------------------------------------------------------------

    def notify(self, method: str, parameters: object) -> None:
        """Send a message that has no answer."""
        self._send({"method": method, "params": parameters})

    def request(self, method: str, parameters: object) -> Any:
        """Send a message, and return its answer; None if it is an error."""
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, "params": parameters})
        with self._changed:
            assert self._changed.wait_for(lambda: number in self._answers, PATIENCE), f"{self.name}: {method}"
        return self._answers[number].get("result")

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        while (message := _read(self._process.stdout)) is not None:
            with self._changed:
                self._take(message)
                self._changed.notify_all()

    def _take(self, message: dict[str, Any]) -> None:
        method = message.get("method", "")
        if method == "textDocument/publishDiagnostics":
            self._diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif method == "workspace/configuration":
            settings = {"pythonPath": sys.executable, "diagnosticMode": "openFilesOnly"}
            self._send({"id": message["id"], "result": [settings for _ in message["params"]["items"]]})
        elif "id" in message and method:
            self._send({"id": message["id"], "result": None})
        elif "id" in message:
            self._answers[message["id"]] = message

    # -- what an editor asks ------------------------------------------------------------------------------------------

    def at(self, file: str, text: str, offset: int = 0) -> dict[str, Any]:
        """Return the place of a text in a file."""
        path = self.folder / file
        before = path.read_text("utf-8").partition(text)[0] + text[:offset]
        position = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        return {"textDocument": {"uri": path.as_uri()}, "position": position}

    def problems(self, file: str) -> list[dict[str, Any]]:
        """Return what the server says of a file; it has to say something."""
        uri = (self.folder / file).as_uri()
        if self.name == "ty":
            answer: dict[str, Any] = self.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
            return list(answer["items"])
        with self._changed:
            assert self._changed.wait_for(lambda: self._diagnostics.get(uri), PATIENCE)
        return self._diagnostics[uri]

    def red(self, file: str) -> list[str]:
        """Return the texts of a file that are marked as errors."""
        found = self.problems(file)
        lines = (self.folder / file).read_text("utf-8").splitlines()
        ranges = [each["range"] for each in found if each.get("severity", 1) == 1]
        return [lines[each["start"]["line"]][each["start"]["character"] : each["end"]["character"]] for each in ranges]

    def hover(self, place: dict[str, Any]) -> str:
        """Return what is shown at a place."""
        return json.dumps(self.request("textDocument/hover", place))

    def completions(self, place: dict[str, Any]) -> list[str]:
        """Return what is offered at a place."""
        answer = self.request("textDocument/completion", place) or []
        items = answer["items"] if isinstance(answer, dict) else answer
        return [item["label"].rstrip("=") for item in items]

    def definitions(self, place: dict[str, Any]) -> list[tuple[str, int]]:
        """Return the files and lines where the name at a place is defined."""
        answer = self.request("textDocument/definition", place) or []
        return sorted(map(_where, [answer] if isinstance(answer, dict) else answer))

    def references(self, place: dict[str, Any]) -> list[tuple[str, int]]:
        """Return the files and lines where the name at a place is used, its declaration among them."""
        context = {"context": {"includeDeclaration": True}}
        return sorted(map(_where, self.request("textDocument/references", place | context) or []))

    def renamed(self, place: dict[str, Any], name: str) -> dict[str, str]:
        """Return the files of the project after the name at a place is changed."""
        answer = self.request("textDocument/rename", place | {"newName": name}) or {}
        changes = dict(answer.get("changes") or {})
        changes |= {each["textDocument"]["uri"]: each["edits"] for each in answer.get("documentChanges") or []}
        texts = {path.name: path.read_text("utf-8") for path in self.folder.glob("*.py")}
        for uri, edits in changes.items():
            texts[_name(uri)] = _edited(_path(uri).read_text("utf-8"), edits)
        return texts


def _read(stream: IO[bytes]) -> dict[str, Any] | None:
    length = 0
    while line := stream.readline().strip():
        name, _, value = line.partition(b":")
        length = int(value) if name.lower() == b"content-length" else length
    return json.loads(stream.read(length)) if length else None


def _path(uri: str) -> Path:
    return Path(unquote(urlparse(uri).path))


def _name(uri: str) -> str:
    return _path(uri).name


def _where(location: dict[str, Any]) -> tuple[str, int]:
    place = location.get("targetSelectionRange") or location["range"]
    return _name(location.get("targetUri") or location["uri"]), place["start"]["line"] + 1


def _edited(text: str, edits: list[dict[str, Any]]) -> str:
    lines = text.splitlines(keepends=True)
    places = [(each["range"]["start"], each["range"]["end"], each["newText"]) for each in edits]
    for start, end, new in sorted(places, key=lambda each: (each[0]["line"], each[0]["character"]), reverse=True):
        line = lines[start["line"]]
        lines[start["line"]] = line[: start["character"]] + new + line[end["character"] :]
    return "".join(lines)
