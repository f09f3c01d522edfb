"""`pluginkit rename`: renames a hook or a parameter of one, in its spec, in implementations and in calls."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pluginkit._errors import CommandError
from pluginkit._source.edits import apply
from pluginkit._source.lint.run import Linter, files_in
from pluginkit._source.rename import Undecided, rename, renaming
from pluginkit._source.sources import Source
from pluginkit.cli._files import Change, write_all
from pluginkit.cli._hooks import add_hook, find_hook
from pluginkit.cli._streams import add_format, add_output, as_json
from pluginkit.cli._text import counted, diff_of

SUMMARY = "rename a hook, or a parameter of one"
DESCRIPTION = """\
Rename a hook, or a parameter of one, in its spec and in what overrides it, in implementations (bare ones too) and in
calls. What source does not tell is not changed, and listed. Nothing is imported.
"""
EPILOG = """\
examples:
  pluginkit rename myhost.hooks:ReportSpec.sections parts
  pluginkit rename myhost.hooks:ReportSpec.sections document text --diff
  pluginkit rename myhost.hooks:ReportSpec.sections parts --in src --in ../my-plugin

Exit status: 0 done; 1 done, and some places could not be decided; 2 bad usage, and nothing was written.
"""


class RenameError(CommandError):
    """The name cannot be changed."""


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_hook(parser)
    parser.add_argument("names", metavar="NAME", nargs="+", help="the new name; or a parameter, and its new name")
    parser.add_argument("--in", dest="paths", action="append", metavar="PATH", help="where to look for uses (.)")
    parser.add_argument("--diff", action="store_true", help="print what would change; write nothing")
    add_format(parser)
    add_output(parser)


def run(options: Namespace) -> int:
    """Rename, and list what could not be decided."""
    if len(options.names) > 2:  # noqa: PLR2004 - a parameter, and its new name
        hint = "give the new name, or a parameter and its new name"
        raise RenameError(f"there are too many names\n  Hint: {hint}", "PK816")
    _, spec, hook = find_hook(options)
    linter = Linter(options.python)
    files = list(files_in([Path(each) for each in options.paths or ["."]]))
    files += [path for path in {each.source.path for each in (spec, hook)} if path not in files]
    sources = [(linter.project(path), linter.project(path).sources.at(path)) for path in files]
    specs = [each for project, source in sources for each in project.model.specs(source)]
    try:
        what = renaming(spec, hook, tuple(options.names), specs)
    except ValueError as error:
        raise RenameError(f"cannot be renamed: {error}", "PK816") from None
    results = [(source, *rename(what, source, project)) for project, source in sources]  # before one is written
    texts = {source: apply(source, changes) for source, changes, _ in results if changes}
    if not options.diff:
        write_all(Change(source.path, text.encode(source.encoding)) for source, text in texts.items())
    undecided = [(source, each) for source, _, several in results for each in several]
    report = _as_json if options.format == "json" else _as_text
    sys.stdout.writelines(report(texts, undecided, is_dry=options.diff))
    return 1 if undecided else 0


def _as_text(
    texts: Mapping[Source, str], undecided: Sequence[tuple[Source, Undecided]], *, is_dry: bool
) -> Iterator[str]:
    if is_dry:
        for source, text in texts.items():
            yield from diff_of(source.text, text, str(source.path))
    for source, each in undecided:
        yield f"{source.path}:{each.range.line}:{each.range.column + 1}: not changed: {each.reason}\n"
    done = "to change" if is_dry else "changed"
    yield f"{counted(len(texts), 'file')} {done}, {counted(len(undecided), 'place')} not decided\n"


def _as_json(
    texts: Mapping[Source, str], undecided: Sequence[tuple[Source, Undecided]], *, is_dry: bool
) -> Iterator[str]:
    files = [
        {"file": str(source.path), "diff": "".join(diff_of(source.text, text, str(source.path)))}
        for source, text in texts.items()
    ]
    places = [
        {"file": str(source.path), "line": each.range.line, "column": each.range.column + 1, "reason": each.reason}
        for source, each in undecided
    ]
    yield as_json({"written": not is_dry, "files": files, "undecided": places})
