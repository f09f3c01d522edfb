"""`pluginkit lint`: checks specs, implementations and calls of hooks in source, without importing anything."""

from __future__ import annotations

import gc
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from pluginkit._errors import CommandError
from pluginkit._source.lint.codes import RULES, explained
from pluginkit._source.lint.run import Linted, Linter, Selection, files_in, is_failure
from pluginkit.cli._colour import Colours
from pluginkit.cli._files import Change, write_all
from pluginkit.cli._lint_formats import FORMATS, Output
from pluginkit.cli._streams import add_output
from pluginkit.cli._text import diff_of

SUMMARY = "check plugins and specs without importing them"
DESCRIPTION = """\
Check specs, implementations and calls of hooks in Python files. Nothing is imported or executed. Each file is checked
against the hooks that it refers to; hosts on pluggy are understood as well. What cannot be checked is said and counted.
"""
EPILOG = """\
examples:
  pluginkit lint src
  pluginkit lint src --fix
  pluginkit lint src --python .venv --strict --format github
  pluginkit lint --explain PK101

A comment `# noqa: PK101` suppresses a finding on its line. Settings are in [tool.pluginkit] of pyproject.toml: `specs`,
`pluggy`, and `lint` with `select` and `ignore`.

Exit status: 0 no problems; 1 problems; 2 bad usage, or a path that does not exist.
"""


class LintError(CommandError):
    """The command cannot be run as it is given."""


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("paths", metavar="PATH", nargs="*", default=["."], help="a file or a folder (.)")
    parser.add_argument("--fix", action="store_true", help="correct what can be corrected safely")
    parser.add_argument("--unsafe", action="store_true", help="with --fix, also what may change what a program does")
    parser.add_argument("--diff", action="store_true", help="print what --fix would change; write nothing")
    parser.add_argument("--select", type=_codes, default=(), metavar="CODES", help="run these rules only, or ALL")
    parser.add_argument("--ignore", type=_codes, default=(), metavar="CODES", help="leave out these rules")
    parser.add_argument("--strict", action="store_true", help="treat what cannot be checked as an error")
    parser.add_argument("--python", default="", metavar="PATH", help="the interpreter or environment of the project")
    parser.add_argument("--format", choices=FORMATS, default="text", help="the output format (text)")
    add_output(parser)
    parser.add_argument("--explain", metavar="CODE", help="explain a rule")
    parser.add_argument("--stdin-filename", metavar="PATH", help="check the standard input as the content of a file")


def _codes(text: str) -> tuple[str, ...]:
    return tuple(each.strip().upper() for each in text.split(",") if each.strip())


def run(options: Namespace) -> int:
    """Check, and write what is found."""
    if options.explain:
        sys.stdout.write(_explained(options.explain.upper()))
        return 0
    for code in (*options.select, *options.ignore):
        if code != "ALL" and not any(each.startswith(code) for each in RULES):
            raise LintError(f"there is no rule '{code}'\n  Hint: pluginkit lint --explain ALL lists them", "PK816")
    if options.python and not Path(options.python).exists():
        raise LintError(f"there is no interpreter or environment '{options.python}'", "PK816")
    gc.disable()  # syntax trees are large and free of cycles, and the program ends soon
    try:
        return _linted(options)
    finally:
        gc.enable()


def _linted(options: Namespace) -> int:
    linter = Linter(options.python, Selection(options.select, options.ignore))
    output = _of_stdin(linter, options) if options.stdin_filename else _of_files(linter, options)
    failed = any(is_failure(each, strict=options.strict) for each, _ in output.findings)
    return 1 if failed or (options.diff and output.fixed) else 0


def _explained(code: str) -> str:
    if code == "ALL":
        return "".join(f"{rule.code}  {rule.name}: {rule.summary}\n" for rule in RULES.values())
    if code not in RULES:
        raise LintError(f"there is no rule '{code}'\n  Hint: pluginkit lint --explain ALL lists them", "PK816")
    return explained(RULES[code])


def _of_files(linter: Linter, options: Namespace) -> Output:
    paths = [Path(each) for each in options.paths]
    absent = next((path for path in paths if not path.exists()), None)
    if absent is not None:
        raise LintError(f"there is no file or folder '{absent}'", "PK808")
    found: list[Linted] = []
    changes: list[Change] = []
    fixed = 0
    for path in files_in(paths):
        linted = linter.lint(path)
        if (options.fix or options.diff) and linted.report.findings:
            before, linted = linted, _fixed(linter, path, options)
            fixed += max(len(before.report.findings) - len(linted.report.findings), 0)
            old, new = before.source.text, linted.source.text
            if options.diff:
                sys.stdout.writelines(diff_of(old, new, str(path)))
            elif old != new:
                changes.append(Change(path, new.encode(before.source.encoding)))
        found.append(linted)
    write_all(changes)
    output = Output(found, options.strict, fixed)
    sys.stdout.write(FORMATS[options.format](output, Colours.of(sys.stdout)) if not options.diff else "")
    return output


def _fixed(linter: Linter, path: Path, options: Namespace) -> Linted:
    return linter.fix(path, unsafe=options.unsafe)[1]


def _of_stdin(linter: Linter, options: Namespace) -> Output:
    """Check what is on the standard input; with --fix write the corrected text, and what is found to stderr."""
    path = Path(options.stdin_filename).absolute()
    linter.change(path, sys.stdin.read())
    linted = linter.lint(path)
    if options.fix:
        text, linted = linter.fix(path, unsafe=options.unsafe)
        sys.stdout.write(text)
    output = Output([linted], options.strict)
    stream = sys.stderr if options.fix else sys.stdout
    stream.write(FORMATS[options.format](output, Colours.of(stream)))
    return output
