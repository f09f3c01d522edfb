"""`pluginkit migrate`: rewrites modules that are written for pluggy. It reads, shows and writes; it decides nothing."""

from __future__ import annotations

import difflib
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pluginkit._errors import CommandError
from pluginkit._source.migrate.records import Migrated, Note, Source, Target
from pluginkit.cli._files import Change, restore, write_all
from pluginkit.cli._modules import Text, find, read
from pluginkit.cli._streams import add_format, add_output, as_json
from pluginkit.cli._text import counted

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence
    from types import ModuleType
    from typing import Self

SUMMARY = "rewrite modules that are written for pluggy"
DESCRIPTION = """\
Write a typed spec instead of pluggy's hook specs, and the decorators of pluginkit instead of pluggy's. Modes, defaults,
docstrings, annotations and comments are kept, and what is not annotated is marked. A module that cannot be decided is
left as it is, and printed with the reason and what to write. Modules are read and not imported; what git ignores is
left out of folders. Either all modules of a run are written, or none.
"""
EPILOG = """\
examples:
  pluginkit migrate src/myhost/hookspecs.py --diff
  pluginkit migrate src/myplugin --spec myhost.hookspecs:MyhostSpec

Exit status: 0 done; 1 with --check, if there is something to rewrite; 2 bad input, and nothing was written.
"""


class MigrateError(CommandError):
    """Modules cannot be migrated as it was asked for."""


class File(NamedTuple):
    """A module, and what becomes of it.

    Attributes:
        text: As it was read; None if it could not be read.
        migrated: What becomes of it.
        data: What will be in the file.
    """

    text: Text | None
    migrated: Migrated
    data: bytes

    @property
    def is_changed(self) -> bool:
        """Whether there is something to write."""
        return self.text is not None and self.data != self.text.data


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a module, or a folder with modules")
    parser.add_argument(
        "--project", default="", metavar="NAME", help="whose markers to migrate, where there are several"
    )
    parser.add_argument("--name", default="", help="the name for a spec (the project's name, followed by Spec)")
    parser.add_argument("--spec", default="", metavar="MODULE:SPEC", help="the spec that implementations will refer to")
    parser.add_argument("--infer", action="store_true", help="propose types for what is not annotated")
    exclude = "a pattern for files and folders to leave out; can be repeated"
    parser.add_argument("--exclude", action="append", default=[], metavar="PATTERN", help=exclude)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if there is something to rewrite")
    parser.add_argument("--diff", action="store_true", help="write nothing; print what would change")
    add_format(parser)
    parser.add_argument("--json", dest="format", action="store_const", const="json", help="the same as --format json")
    add_output(parser)


def run(options: Namespace) -> int:
    """Rewrite, and print what is left to the author."""
    target = _target(options)
    engine = _engine()
    is_dry = options.check or options.diff
    paths = find(options.paths, options.exclude)
    if not is_dry:
        for path in paths:
            restore(path)
    project, files = _migrate(engine, paths, target)
    changed = [file for file in files if file.is_changed]
    if not is_dry:
        write_all([Change(file.text.path, file.data, file.text.data) for file in changed if file.text])
    if options.format == "json":
        sys.stdout.write(_as_json(project, files, options))
    else:
        sys.stdout.writelines(_as_text(project, files, options))
    return 1 if options.check and changed else 0


def _target(options: Namespace) -> Target:
    module, _, spec = options.spec.partition(":")
    is_named = not module or all(part.isidentifier() for part in module.split("."))
    if bool(module) != spec.isidentifier() or not is_named or not (options.name or "Spec").isidentifier():
        raise MigrateError("--spec has to be MODULE:SPEC, and --name an identifier", "PK816")
    return Target(options.name, module, spec, options.project, options.infer)


def _engine() -> ModuleType:
    try:
        import_module("libcst")
    except ImportError:
        message = "pluginkit migrate needs LibCST, which is not installed"
        hint = "install it with: pip install 'typed-pluginkit[migrate]'"
        raise MigrateError(message + f"\n  Hint: {hint}", "PK817") from None
    return import_module("pluginkit._source.migrate.run")


def _migrate(engine: ModuleType, paths: Sequence[Path], target: Target) -> tuple[str, list[File]]:
    """Read all modules before one is rewritten; those that cannot be read are noted."""
    texts: dict[Path, Text] = {}
    unread: dict[Path, File] = {}
    for path in paths:
        try:
            texts[path] = read(path)
        except (OSError, SyntaxError, ValueError, LookupError) as error:
            note = Note(1, f"this module cannot be read, and is passed over: {error}", "leave it out with --exclude")
            unread[path] = File(None, Migrated(path, "", "", (note,)), b"")
    with _Progress(len(texts)) as progress:
        result = engine.migrate([Source(path, text.text) for path, text in texts.items()], target, progress)
    done = {each.path: _file(texts[each.path], each) for each in result.modules}
    return result.project, [unread.get(path) or done[path] for path in paths]


def _file(text: Text, migrated: Migrated) -> File:
    try:
        return File(text, migrated, text.encoded(migrated.new))
    except UnicodeEncodeError:
        message = f"the new source cannot be written as {text.encoding}, so this module stays as it is"
        note = Note(1, message, "use names that the encoding has, or another encoding")
        return File(text, Migrated(text.path, text.text, text.text, (note,)), text.data)


class _Progress:
    """Shows how far a run is, on a terminal only.

    Args:
        number: How many modules there are.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._is_shown = sys.stderr.isatty()

    def __enter__(self) -> Self:
        self(0)
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_shown:
            sys.stderr.write("\r\033[K")

    def __call__(self, done: int) -> None:
        if self._is_shown:
            sys.stderr.write(f"\r{done}/{counted(self._number, 'module')}\033[K")
            sys.stderr.flush()


# -- what is printed --------------------------------------------------------------------------------------------------


def _as_text(project: str, files: Sequence[File], options: Namespace) -> Iterator[str]:
    if options.diff:
        for file in files:
            yield from _diff(file) if file.is_changed else ()
    for file in files:
        for note in file.migrated.notes:
            yield f"{file.migrated.path}:{note.line}: {note.message}\n  Hint: {note.hint}\n"
    yield from _summary(project, files, options)


def _summary(project: str, files: Sequence[File], options: Namespace) -> Iterator[str]:
    changed = [file for file in files if file.is_changed]
    done = "to rewrite" if options.check or options.diff else "rewritten"
    yield f"{counted(len(changed), 'module')} {done}, {len(files) - len(changed)} left as they are"
    counts = _counts(changed)
    notes = sum(len(file.migrated.notes) for file in files)
    told = [
        f"{counted(counts['hooks'], 'hook')} and {counted(counts['implementations'], 'implementation')} of {project}"
    ]
    yield f": {told[0]}\n" if changed and project else "\n"
    if notes:
        noted = sum(bool(file.migrated.notes) for file in files)
        yield f"{counted(notes, 'note')} on {counted(noted, 'module')}, see above\n"
    if following := _next(files, options):
        yield f"Next: {following}\n"


def _counts(changed: Sequence[File]) -> dict[str, int]:
    return {
        "hooks": sum(len(file.migrated.hooks) for file in changed),
        "implementations": sum(len(file.migrated.implementations) for file in changed),
    }


def _next(files: Sequence[File], options: Namespace) -> str:
    """Return what to do next."""
    changed = [file for file in files if file.is_changed]
    if not changed:
        return ""
    if options.check or options.diff:
        return "run the command without --check and --diff, to write this"
    if any("TODO" in file.migrated.new for file in changed):
        return "write the types at the comments that begin with TODO, then run your formatter and your type checker"
    return "run your formatter, your type checker, and your tests"


def _diff(file: File) -> Iterator[str]:
    name = str(file.migrated.path)
    old, new = (_lines(text) for text in (file.migrated.old, file.migrated.new))
    for line in difflib.unified_diff(old, new, name, name):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """Return the lines of a text; other characters than line ends do not end one."""
    return [f"{line}\n" for line in text.split("\n")[:-1]] + ([last] if (last := text.rpartition("\n")[2]) else [])


def _as_json(project: str, files: Sequence[File], options: Namespace) -> str:
    """Return what a program reads."""
    modules = [
        {
            "file": str(file.migrated.path),
            "changed": file.is_changed,
            "hooks": list(file.migrated.hooks) if file.is_changed else [],
            "implementations": list(file.migrated.implementations) if file.is_changed else [],
            "notes": [{"line": note.line, "message": note.message, "hint": note.hint} for note in file.migrated.notes],
            **({"diff": "".join(_diff(file))} if options.diff and file.is_changed else {}),
        }
        for file in files
    ]
    written = not (options.check or options.diff)
    return as_json({"version": 1, "project": project, "written": written, "modules": modules})
