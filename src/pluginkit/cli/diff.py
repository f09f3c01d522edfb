"""`pluginkit diff`: what changed between two versions of a spec module, and whether that breaks anything."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tokenize
from pathlib import Path
from tarfile import TarError
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from pluginkit._errors import CommandError
from pluginkit._source.diff import changes, read_specs
from pluginkit.cli._colour import Colours
from pluginkit.cli._streams import add_format, add_output, as_json
from pluginkit.cli._text import counted
from pluginkit.cli.stubs import find

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from pluginkit._source.diff import Change, Spec

SUMMARY = "compare two versions of a spec module"
DESCRIPTION = """\
Report what changed between two versions of a spec module, and what each change is for those who call a hook and for
those who implement it: compatible, deprecating or breaking. The modules are read and not imported.

A version is a file, a module that can be imported, `git:REVISION:path/to/file.py`, or a file in a wheel or a source
distribution: `file.whl:package/module.py`, `file.tar.gz:src/package/module.py`.
"""
EPILOG = """\
examples:
  pluginkit diff git:v1.2:src/myhost/hooks.py src/myhost/hooks.py
  pluginkit diff dist/myhost-1.2-py3-none-any.whl:myhost/hooks.py myhost.hooks --format json

Exit status: 0 nothing breaks; 1 a change is breaking; 2 bad input.
"""


class VersionError(CommandError):
    """A version of a module cannot be read."""


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("old", metavar="OLD", help="the version before")
    parser.add_argument("new", metavar="NEW", help="the version after")
    add_format(parser)
    add_output(parser)


def run(options: Namespace) -> int:
    """Compare, and write what changed."""
    found = changes(_specs(options.old), _specs(options.new))
    if options.format == "json":
        listed = [
            {**change._asdict(), "verdict": change.verdict, "old": options.old, "new": options.new} for change in found
        ]
        sys.stdout.write(as_json(listed))
    else:
        sys.stdout.write(_text(found, options, Colours.of(sys.stdout)))
    return 1 if any(change.verdict == "breaking" for change in found) else 0


def _text(found: Sequence[Change], options: Namespace, colours: Colours) -> str:
    lines: list[str] = []
    for change in found:
        verdict = {"breaking": colours.red, "compatible": colours.green}.get(change.verdict, colours.bold)
        lines.append(f"{verdict(change.verdict)}: {change.what}: {change.message}")
        if change.verdict != "compatible":
            lines.append(f"  callers: {change.callers}, implementers: {change.implementers}")
        sides = ((options.old, change.old_line), (options.new, change.new_line))
        lines += [colours.dim(f"  {version}:{line}") for version, line in sides if line]
    return "\n".join([*lines, counted(len(found), "change"), ""])


def _specs(version: str) -> dict[str, Spec]:
    text = _source(version)
    try:
        specs = read_specs(text, version)
    except (SyntaxError, ValueError) as error:
        raise VersionError(f"{version} is not valid Python: {error}", "PK001") from None
    if not specs:
        raise VersionError(f"{version} has no spec: no Protocol class with a hook", "PK807")
    return specs


def _source(version: str) -> str:
    if version.startswith("git:"):
        return _from_git(version)
    wheel, is_wheel, member = version.rpartition(".whl:")
    sdist, is_sdist, path_in_sdist = version.rpartition(".tar.gz:")
    try:
        if is_wheel:
            with ZipFile(f"{wheel}.whl") as archive:
                return archive.read(member).decode()
        if is_sdist:
            return _from_sdist(Path(f"{sdist}.tar.gz"), path_in_sdist)
        path = Path(version) if version.endswith(".py") else find(version).path
        with tokenize.open(path) as file:
            return file.read()
    except (OSError, KeyError, BadZipFile, TarError, SyntaxError, UnicodeDecodeError) as error:
        raise VersionError(f"{version} cannot be read: {error}", "PK806") from None


def _from_sdist(path: Path, member: str) -> str:
    """Return a file of a source distribution; its one folder need not be named."""
    with tarfile.open(path) as archive:
        names = [name for name in archive.getnames() if name == member or name.partition("/")[2] == member]
        file = archive.extractfile(names[0]) if names else None
        if file is None:
            raise KeyError(f"there is no file '{member}' in the archive")
        return file.read().decode()


def _from_git(version: str) -> str:
    revision, _, path = version.removeprefix("git:").partition(":")
    command = ["git", "show", "--end-of-options", f"{revision}:./{path}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)  # noqa: S603
    except OSError as error:
        raise VersionError(f"{version} cannot be read: {error}", "PK806") from None
    except subprocess.CalledProcessError as error:
        raise VersionError(f"{version} cannot be read: {str(error.stderr).strip()}", "PK806") from None
    return done.stdout
