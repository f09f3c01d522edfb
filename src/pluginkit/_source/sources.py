"""Modules as files: where they are, and what is written in them. Nothing is executed to find or to read one.

`importlib.util.find_spec` imports the parents of a module; here folders are searched as an import would search them.
This module knows files and environments; it does not know what is in the source that it returns.
"""

from __future__ import annotations

import ast
import codecs
import io
import os
import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_LINE_END = re.compile("\r\n|\r|\n")  # as Python counts lines; `str.splitlines` counts form feeds as well
_COMPILED = (".so", ".pyd")


class Range(NamedTuple):
    """A piece of a file. Lines count from 1, columns from 0, in characters; the end is behind the last character."""

    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def start(self) -> tuple[int, int]:
        """Line and column of its first character."""
        return self.line, self.column

    def contains(self, line: int, column: int) -> bool:
        """Tell whether a position is in it, or directly behind it."""
        return self.start <= (line, column) <= (self.end_line, self.end_column)


class Source:
    """The source of one module, parsed.

    Attributes:
        path: Its file.
        module: Its name.
        text: What is written in it, with the line ends that it has.
        is_package: Whether it is an `__init__.py`.
        encoding: The encoding of the file.
        error: Why it cannot be read or parsed, or None; its tree is empty then.
        is_unreadable: Whether it could not even be read.
    """

    def __init__(self, path: Path, module: str, text: str, error: SyntaxError | None = None) -> None:
        self.path = path
        self.module = module
        self.text = text
        self.encoding = "utf-8"
        self.is_package = path.name == "__init__.py"
        self.error: SyntaxError | None = error
        self.is_unreadable = error is not None
        self.tree = ast.Module([], [])
        try:
            self.tree = ast.parse(text, str(path)) if error is None else self.tree
        except SyntaxError as syntax_error:
            self.error = syntax_error
        except (ValueError, RecursionError, MemoryError) as other:  # a null byte, or too complex for the parser
            self.error = SyntaxError(str(other) or "it is too complex to be parsed")

    @property
    def package(self) -> str:
        """The package that its relative imports start from."""
        return self.module if self.is_package else self.module.rpartition(".")[0]

    @cached_property
    def lines(self) -> list[str]:
        """Its lines, without their ends."""
        return _LINE_END.split(self.text)

    @cached_property
    def _offsets(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    def column(self, line: int, byte: int) -> int:
        """Return the column of a position as `ast` counts it, in bytes of UTF-8."""
        text = self.lines[line - 1]
        return byte if text.isascii() else len(text.encode()[:byte].decode(errors="ignore"))

    def units(self, line: int, column: int) -> int:
        """Return the column of a position as editors count it, in units of UTF-16."""
        text = self.lines[line - 1][:column]
        return column if text.isascii() else len(text.encode("utf-16-le")) // 2

    def characters(self, line: int, units: int) -> int:
        """Return the column of a position that an editor counts."""
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return len(text.encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore"))

    def range_of(self, node: ast.expr | ast.stmt | ast.arg | ast.keyword | ast.alias | ast.excepthandler) -> Range:
        """Return where a node of its tree is."""
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return Range(
            node.lineno, self.column(node.lineno, node.col_offset), end_line, self.column(end_line, end_column)
        )

    def offset(self, line: int, column: int) -> int:
        """Return the index in the text of a position."""
        return self._offsets[min(line, len(self._offsets)) - 1] + column

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column of an index in the text."""
        line = bisect_right(self._offsets, offset)
        return line, offset - self._offsets[line - 1]

    def segment(self, where: Range) -> str:
        """Return the text of a range."""
        return self.text[self.offset(*where.start) : self.offset(where.end_line, where.end_column)]


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of a Python file, and the encoding that it declares.

    Raises:
        SyntaxError: The encoding is unknown, or the file is not in it.
    """
    encoding = _declared(data)
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError as error:
        raise SyntaxError(f"it is not in the encoding {encoding}: {error}") from None


def _declared(data: bytes) -> str:
    if not data.startswith(codecs.BOM_UTF8) and b"coding" not in b"".join(data.split(b"\n", 2)[:2]):
        return "utf-8"
    import tokenize  # late: few files say more than nothing of their encoding

    return tokenize.detect_encoding(io.BytesIO(data).readline)[0]


def read(path: Path, module: str) -> Source:
    """Return the source of a file; one that cannot be read has an error and an empty tree."""
    try:
        text, encoding = decode(path.read_bytes())
    except SyntaxError as error:
        return Source(path, module, "", error)
    except OSError as error:
        return Source(path, module, "", SyntaxError(f"it cannot be read: {error.strerror}"))
    source = Source(path, module, text)
    source.encoding = encoding
    return source


class Place(NamedTuple):
    """Where a module is.

    Attributes:
        file: Its source, or None where it has none: a namespace package, or compiled.
        folders: Where its submodules are.
    """

    file: Path | None
    folders: tuple[Path, ...] = ()


class Sources:
    """The modules that an import would find from a list of folders.

    Args:
        roots: The folders, as on `sys.path`.
        overlay: Text that stands for that of a file, such as what an editor has not saved, by absolute path.
        mapping: Modules that are elsewhere, by name, as editable installs have them.
    """

    def __init__(
        self,
        roots: Iterable[Path],
        overlay: Mapping[Path, str] | None = None,
        mapping: Mapping[str, Path] | None = None,
    ) -> None:
        self.roots = tuple(dict.fromkeys(roots))
        self.overlay: Mapping[Path, str] = overlay if overlay is not None else {}
        self._mapping = mapping or {}
        self._places: dict[str, Place | None] = {}
        self._read: dict[Path, Source] = {}
        self._listings: dict[Path, frozenset[str]] = {}

    def place(self, module: str) -> Place | None:
        """Return where a module is, or None where there is none."""
        if module not in self._places:
            self._places[module] = self._find(module)
        return self._places[module]

    def _find(self, module: str) -> Place | None:
        parent, _, name = module.rpartition(".")
        if not name.isidentifier():
            return None
        if not parent:
            found = self._search(self.roots, name)
            return found or (self._mapped(self._mapping[name]) if name in self._mapping else None)
        above = self.place(parent)
        return self._search(above.folders, name) if above else None

    def _search(self, folders: Iterable[Path], name: str) -> Place | None:
        portions: list[Path] = []
        for folder in folders:
            inner, file = folder / name, folder / f"{name}.py"
            if self._has(inner, "__init__.py"):
                return Place(inner / "__init__.py", (inner,))
            if self._has(folder, file.name):
                return Place(file)
            if any(each.startswith(f"{name}.") and each.endswith(_COMPILED) for each in self._listing(folder)):
                return Place(None)
            if name in self._listing(folder) and self._listing(inner):
                portions.append(inner)
        return Place(None, tuple(portions)) if portions else None

    def _mapped(self, path: Path) -> Place | None:
        """Return the place of a module that an editable install names: the folder of a package, or a file."""
        return self._search((path.parent,), path.stem)

    def _has(self, folder: Path, file: str) -> bool:
        return folder / file in self.overlay or file in self._listing(folder)

    def _listing(self, folder: Path) -> frozenset[str]:
        """Return the names in a folder; none, if it is not one."""
        if folder not in self._listings:
            try:
                self._listings[folder] = frozenset(each.name for each in os.scandir(folder))
            except OSError:
                self._listings[folder] = frozenset()
        return self._listings[folder]

    def module(self, name: str) -> Source | None:
        """Return the source of a module, or None where it has none."""
        place = self.place(name)
        return self.at(place.file, name) if place and place.file else None

    def at(self, path: Path, module: str = "") -> Source:
        """Return the source of a file; its name is what an import from the roots would call it."""
        if path not in self._read:
            name = module or module_name(path)
            text = self.overlay.get(path)
            self._read[path] = read(path, name) if text is None else Source(path, name, text)
        return self._read[path]

    def forget(self, path: Path) -> None:
        """Read a file again, the next time that it is asked for: it has changed."""
        self._read.pop(path, None)
        self._places.clear()
        self._listings.clear()


def module_name(path: Path) -> str:
    """Return the name by which a file is imported, from the folders above it that are packages."""
    names = [] if path.name == "__init__.py" else [path.stem]
    folder = path.absolute().parent
    while (folder / "__init__.py").is_file() and folder.name.isidentifier():
        names.insert(0, folder.name)
        folder = folder.parent
    return ".".join(names)


def top_folder(path: Path) -> Path:
    """Return the folder from which a file is imported: the one above its packages."""
    folder = path.absolute().parent
    while (folder / "__init__.py").is_file() and folder.name.isidentifier():
        folder = folder.parent
    return folder
