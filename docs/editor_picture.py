"""Take the pictures of README's misspelled plugin in an editor.

    MONACO=node_modules/monaco-editor python docs/editor_picture.py    # writes docs/_static/editor-{light,dark}.png

The editor is Monaco, which is the editor within VS Code, in a browser without a window. What it underlines and says is
what the language servers of pluginkit and pyright answer about the files of README.
"""

# ruff: noqa: INP001 - this is a command

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from browsers import browser, served  # noqa: E402 - it is found on the path above
from language_server import Server  # noqa: E402 - as above

FILE = re.compile(r"```python\n# (hooks\.py|misspelled\.py)\n(.*?)```", re.DOTALL)
SIZE = (720, 240)
PAGE = """
<!doctype html><meta charset="utf-8">
<style>* { animation: none !important } body { margin: 0 } #editor { width: 100vw; height: 100vh }</style>
<div id="editor"></div>
<script src="/vs/loader.js"></script>
<script>
require.config({ paths: { vs: "/vs" } });
require(["vs/editor/editor.main"], () => {
  const theme = location.search === "?dark" ? "vs-dark" : "vs";
  const editor = monaco.editor.create(document.getElementById("editor"), {
    value: TEXT, language: "python", theme, fontSize: 14, lineNumbersMinChars: 3, scrollBeyondLastLine: false,
    minimap: { enabled: false }, renderLineHighlight: "none", overviewRulerLanes: 0, fixedOverflowWidgets: false,
    padding: { top: 12 }, lightbulb: { enabled: "off" }, matchBrackets: "never", guides: { indentation: false },
    occurrencesHighlight: "off", selectionHighlight: false, cursorStyle: "line", hover: { above: false },
  });
  monaco.editor.setModelMarkers(editor.getModel(), "servers", PROBLEMS.map(each => ({
    severity: monaco.MarkerSeverity.Error, message: each.message, source: each.source, code: each.code,
    startLineNumber: each.range.start.line + 1, startColumn: each.range.start.character + 1,
    endLineNumber: each.range.end.line + 1, endColumn: each.range.end.character + 1,
  })));
  const fixes = TITLES.map(title => ({ title, kind: "quickfix", diagnostics: [], isPreferred: true }));
  const provideCodeActions = () => ({ actions: fixes, dispose() {} });
  monaco.languages.registerCodeActionProvider("python", { provideCodeActions });
  const { start } = PROBLEMS[0].range;
  editor.focus();
  editor.setPosition({ lineNumber: start.line + 1, column: start.character + 2 });
  setTimeout(() => editor.trigger("picture", "editor.action.showHover", {}), 3000);
});
</script>
"""
FRAME = """
<!doctype html><style>body {{ margin: 0 }} iframe {{ display: block; border: 0 }}</style>
<iframe src="/editor.html?{theme}" width="{width}" height="{height}"></iframe>
"""  # within the frame, the editor has all of the picture; the window itself is smaller


def problems(folder: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """Return what the language servers say of the misspelled plugin, and the titles of the fixes that ours offers."""
    with Server("pyright", folder) as pyright:
        others = pyright.problems("misspelled.py")
    with Server("pluginkit", folder) as server:
        ours = server.problems("misspelled.py")
        document = {"uri": (folder / "misspelled.py").as_uri()}
        asked = {"textDocument": document, "range": ours[0]["range"], "context": {"diagnostics": ours}}
        fixes = server.request("textDocument/codeAction", asked)
    return [*ours, *others], [each["title"] for each in fixes]


def page() -> str:
    """Return the page that shows the editor."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for file, text in FILE.findall((ROOT / "README.md").read_text("utf-8")):
            (folder / file).write_text(text, "utf-8")
        text = (folder / "misspelled.py").read_text("utf-8").strip()
        found, titles = problems(folder)
    shown = {"TEXT": text, "PROBLEMS": found, "TITLES": titles}
    return re.sub("|".join(shown), lambda match: json.dumps(shown[match[0]]), PAGE)


def take(address: str, picture: Path) -> None:
    """Write what a browser shows at an address, with two dots for each pixel."""
    options = [f"--window-size={SIZE[0]},{SIZE[1]}", f"--screenshot={picture}", "--virtual-time-budget=15000"]
    options += ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=2"]
    subprocess.run([browser(), *options, address], check=True)  # noqa: S603 - it starts a browser


def main() -> None:
    """Take both pictures."""
    monaco = Path(os.environ.get("MONACO", "node_modules/monaco-editor"), "min")
    if not monaco.is_dir():
        sys.exit("this needs the npm package monaco-editor: MONACO=FOLDER")
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(monaco, name, dirs_exist_ok=True)
        Path(name, "editor.html").write_text(page(), "utf-8")
        with served(Path(name)) as address:
            for theme in ("light", "dark"):
                frame = FRAME.format(theme=theme, width=SIZE[0], height=SIZE[1])
                Path(name, "frame.html").write_text(frame, "utf-8")
                take(f"{address}/frame.html", ROOT / "docs" / "_static" / f"editor-{theme}.png")


if __name__ == "__main__":
    main()
