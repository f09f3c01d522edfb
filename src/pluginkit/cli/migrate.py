"""`pluginkit migrate`: rewrites modules that are written for pluggy."""

from __future__ import annotations

import difflib
import sys
import tokenize
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pluginkit._errors import CommandError
from pluginkit._files import replace_file
from pluginkit._source.migrate import Migration, Target, migrate
from pluginkit.cli._text import counted

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Iterator, Sequence

SUMMARY = "rewrite modules that are written for pluggy"
DESCRIPTION = """\
Write a typed spec instead of pluggy's hook specs, and the decorators of pluginkit instead of pluggy's. Modes,
defaults, docstrings, annotations and comments are kept, and what is not annotated is marked. What cannot be decided is
printed. Modules are read and not imported.
"""
EPILOG = """\
examples:
  pluginkit migrate src/myhost/hookspecs.py --diff
  pluginkit migrate src/myplugin --spec myhost.hookspecs:MyhostSpec

Exit status: 0 done; 1 with --check, if there is something to rewrite; 2 bad input, and nothing was written.
"""


class MigrateError(CommandError):
    """A module cannot be rewritten."""


class File(NamedTuple):
    """A module, and what becomes of it."""

    path: Path
    encoding: str
    newline: str
    old: str
    migration: Migration


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a module, or a folder with modules")
    parser.add_argument("--name", default="", help="the name for a spec (the project's name, followed by Spec)")
    parser.add_argument("--spec", default="", metavar="MODULE:SPEC", help="the spec that implementations will refer to")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if there is something to rewrite")
    parser.add_argument("--diff", action="store_true", help="write nothing; print what would change")


def run(options: Namespace) -> int:
    """Rewrite, and print what is left to the author."""
    module, _, spec = options.spec.partition(":")
    if bool(module) != spec.isidentifier() or not (options.name or "Spec").isidentifier():
        raise MigrateError("--spec has to be MODULE:SPEC, and --name an identifier", "PK816")
    target = Target(options.name, module, spec)
    files = [_read(path, target) for path in _modules(options.paths)]  # all are read before one is written
    changed = [file for file in files if file.migration.text != file.old]
    for file in changed:
        if options.diff:
            sys.stdout.writelines(_diff(file))
        elif not options.check:
            replace_file(file.path, file.migration.text.replace("\n", file.newline), file.encoding)
    for file in files:
        for note in file.migration.notes:
            sys.stdout.write(f"{file.path}:{note.line}: {note.message}\n  Hint: {note.hint}\n")
    done = "to rewrite" if options.check or options.diff else "rewritten"
    sys.stdout.write(f"{counted(len(changed), 'module')} {done}, {len(files) - len(changed)} left as they are\n")
    return 1 if options.check and changed else 0


def _modules(paths: Iterable[str]) -> Iterator[Path]:
    for path in map(Path, paths):
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def _read(path: Path, target: Target) -> File:
    try:
        data = path.read_bytes()
        encoding, _ = tokenize.detect_encoding(BytesIO(data).readline)
        text = data.decode(encoding)
        newline = "\r\n" if "\r\n" in text else "\n"
        old = text.replace("\r\n", "\n")
        return File(path, encoding, newline, old, migrate(old, target))
    except (OSError, SyntaxError, ValueError) as error:
        raise MigrateError(f"{path} cannot be read: {error}", "PK806") from None


def _diff(file: File) -> Iterator[str]:
    old, new = (text.splitlines(keepends=True) for text in (file.old, file.migration.text))
    lines: Sequence[str] = [*difflib.unified_diff(old, new, str(file.path), str(file.path))]
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
