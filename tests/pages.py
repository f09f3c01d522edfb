"""The blocks of Markdown pages, and the examples in docstrings, as Sybil runs them.

Each Markdown document has a namespace and an empty folder of its own, from which it can import. What its blocks mean:

- `python` that begins with `>>>` is a session: every answer is compared with the real one.
- `python` whose first line is a comment with a file name, such as `# hooks.py`, is that file: it is written into the
  folder, and imported.
- `python` whose first line is a comment such as `# in src/shop/hooks.py` is an excerpt of that file, beside the page;
  so is `toml` below `# in pyproject.toml`. Other `toml` is for projects of the readers.
- `python` otherwise is code that runs as it stands.
- `console` runs its commands in the folder and compares what they print: `$ python <file>`, and `$ <program> ...` for
  those in PROGRAMS. Those that start a type checker are for docs/check_editor_output.py; others are refused.
- A comment `<!-- file: <name>` holds a file that readers need not see.
- Blocks in other languages are not run.

Paths below the folder are compared, and so have to be written, relative to it; durations are written as 0.12s.
"""

from __future__ import annotations

import ast
import importlib
import os
import re
import shlex
import subprocess
import sys
from doctest import ELLIPSIS
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from sybil import Example, Region
from sybil.document import PythonDocStringDocument
from sybil.evaluators.doctest import DocTestEvaluator, OutputChecker
from sybil.parsers.abstract.doctest import DocTestStringParser
from sybil.parsers.markdown import PythonCodeBlockParser
from sybil.parsers.markdown.lexers import DirectiveInHTMLCommentLexer, FencedCodeBlockLexer

import pluginkit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sybil import Document

FILE_NAME = re.compile(r"# ([\w./-]+\.py)\n")
EXCERPT = re.compile(r"# in (?P<file>[\w./-]+\.(?:py|toml))\n(?P<text>.*)", re.DOTALL)
COMMANDS = re.compile(r"^\$ (?P<command>.+)\n(?P<output>(?:(?!\$ ).*\n)*)", re.MULTILINE)
QUOTES = '"""'
CHECKERS = ("mypy", "pyright", "ty", "pyrefly")
PROGRAMS = ("jot", "pluginkit", "proofread", "pytest")
MACHINES = ("CI", "BUILD_NUMBER", "GITHUB_ACTIONS", "FORCE_COLOR", "PY_COLORS")  # pages show what a person sees
CACHES = ("XDG_CACHE_HOME", "LOCALAPPDATA")  # by these, programs find the user's folder of caches
DURATION = re.compile(r"\b\d+\.\d\ds\b")


class Folder:
    """The folder of a document, importable from while the document is run."""

    def __init__(self) -> None:
        self._directory = TemporaryDirectory()
        self.path = Path(self._directory.name).resolve()
        self._before = list(sys.path), sys.dont_write_bytecode
        self._environment = {name: os.environ.get(name) for name in CACHES}
        self._caches = TemporaryDirectory()  # other runs of the tests, at the same time, write to the user's
        os.environ.update(dict.fromkeys(CACHES, self._caches.name))
        sys.path.insert(0, str(self.path))
        sys.dont_write_bytecode = True  # a file may be written again within the second that its bytecode is valid for

    def close(self) -> None:
        """Forget what was imported from the folder, and remove it."""
        sys.path[:], sys.dont_write_bytecode = self._before
        for variable, value in self._environment.items():
            os.environ.pop(variable)
            os.environ.update({} if value is None else {variable: value})
        self._caches.cleanup()
        for name, module in list(sys.modules.items()):
            if Path(getattr(module, "__file__", None) or os.sep).is_relative_to(self.path):
                del sys.modules[name]
        importlib.invalidate_caches()
        self._directory.cleanup()

    def write(self, name: str, text: str) -> None:
        """Write a file; what is a module is imported anew."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        importlib.invalidate_caches()
        if path.suffix == ".py":
            present = sys.modules.pop(path.stem, None)
            if present is not None and present.__file__ != str(path):
                raise ValueError(f"the module {path.stem} is imported already, from {present.__file__}")
            importlib.import_module(path.stem)

    def run(self, arguments: list[str]) -> str:
        """Return what Python prints when it is started in the folder; a warning is an error."""
        environment = {name: value for name, value in os.environ.items() if name not in MACHINES}
        environment |= {"PYTHONPATH": str(Path(pluginkit.__file__).parents[1]), "COLUMNS": "80"}
        command = [sys.executable, "-B", "-W", "error", *arguments]
        done = subprocess.run(
            command, cwd=self.path, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
        )
        return DURATION.sub("0.12s", self.relative(done.stdout + done.stderr))

    def relative(self, text: str) -> str:
        """Return a text in which the paths below the folder are relative to it."""
        return text.replace(f"{self.path}{os.sep}", "")


class _RelativeChecker(OutputChecker):
    """Compares outputs in which paths are relative to the folder of the document."""

    folder: Folder

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        return super().check_output(want, self.folder.relative(got), optionflags)

    def output_difference(self, example: Any, got: str, optionflags: int) -> str:
        return super().output_difference(example, self.folder.relative(got), optionflags)


class _SessionEvaluator(DocTestEvaluator):
    """Runs one `>>>` of a Markdown document."""

    def __init__(self) -> None:
        super().__init__(ELLIPSIS)
        self._checker = _RelativeChecker()
        vars(self.runner).update(_checker=self._checker)  # Sybil has no option for it

    def __call__(self, sybil_example: Example) -> str:
        self._checker.folder = sybil_example.namespace["__folder__"]
        return super().__call__(sybil_example)


class PythonParser(PythonCodeBlockParser):
    """Finds sessions, files, excerpts and plain code."""

    def __init__(self) -> None:
        super().__init__()
        self.doctest_parser = DocTestStringParser(_SessionEvaluator())

    def __call__(self, document: Document) -> Iterator[Region]:
        """Yield them in the order of the document."""
        for region in super().__call__(document):
            if isinstance(region.parsed, str) and FILE_NAME.match(region.parsed):
                region.evaluator = self._write
            elif isinstance(region.parsed, str) and EXCERPT.match(region.parsed):
                region.evaluator = _compare
            yield region

    @staticmethod
    def _write(example: Example) -> None:
        name = FILE_NAME.match(example.parsed)
        assert name is not None
        example.namespace["__folder__"].write(name[1], str(example.parsed))


class TomlParser:
    """Finds excerpts of settings."""

    def __init__(self) -> None:
        self._lexer = FencedCodeBlockLexer("toml")

    def __call__(self, document: Document) -> Iterator[Region]:
        """Yield them in the order of the document."""
        for region in self._lexer(document):
            region.parsed = region.lexemes["source"]
            region.evaluator = _compare
            if EXCERPT.match(region.parsed):
                yield region


def _compare(example: Example) -> str | None:
    """Say if an excerpt is not in its file."""
    excerpt = EXCERPT.match(example.parsed)
    assert excerpt is not None
    file = Path(example.path).parent / excerpt["file"]
    is_there = f"\n{excerpt['text']}" in f"\n{file.read_text(encoding='utf-8')}"
    return None if is_there else f"this is not in {excerpt['file']}"


class ConsoleParser:
    """Finds the commands of `console` blocks."""

    def __init__(self) -> None:
        self._lexer = FencedCodeBlockLexer("console")

    def __call__(self, document: Document) -> Iterator[Region]:
        """Yield them in the order of the document."""
        for region in self._lexer(document):
            region.parsed = region.lexemes["source"]
            region.evaluator = self._run
            yield region

    @staticmethod
    def _run(example: Example) -> str | None:
        commands = list(COMMANDS.finditer(example.parsed))
        if "".join(command[0] for command in commands) != example.parsed:
            return "not all of this is a command, or what one prints"
        for command in commands:
            program, *arguments = shlex.split(command["command"])
            if program in CHECKERS:
                continue
            if program in PROGRAMS:
                arguments = ["-m", program, *arguments]
            elif program != "python":
                return f"do not know how to check '{command['command']}'"
            output = example.namespace["__folder__"].run(arguments)
            if output != command["output"]:
                return f"$ {command['command']}\nprints\n{output}\nand not\n{command['output']}"
        return None


class HiddenFileParser:
    """Finds the files in comments."""

    def __init__(self) -> None:
        self._lexer = DirectiveInHTMLCommentLexer("file")

    def __call__(self, document: Document) -> Iterator[Region]:
        """Yield them in the order of the document."""
        for region in self._lexer(document):
            region.parsed = region.lexemes
            region.evaluator = self._write
            yield region

    @staticmethod
    def _write(example: Example) -> None:
        example.namespace["__folder__"].write(example.parsed["arguments"], str(example.parsed["source"]))


class DocStrings(PythonDocStringDocument):
    """A module whose docstrings are run, those below assignments among them."""

    @staticmethod
    def extract_docstrings(python_source_code: str) -> Iterator[tuple[int, int, str]]:
        """Yield start, end and text of every string that stands alone."""
        starts = [0]
        for line in python_source_code.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        for node in ast.walk(ast.parse(python_source_code)):
            match node:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    start = starts[node.lineno - 1] + node.col_offset + len(QUOTES)
                    yield start, start + len(text), text


def open_folder(namespace: dict[str, Any]) -> None:
    """Give a document its folder."""
    namespace.update(__name__="__main__", __folder__=Folder())


def close_folder(namespace: dict[str, Any]) -> None:
    """Remove the folder of a document."""
    namespace["__folder__"].close()
