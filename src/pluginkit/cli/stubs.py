"""`pluginkit stubs`: finds modules, and writes or checks their stubs.

It is the only part of the generator that touches files. A module is found as an import would find it, but is not
imported, and neither are the packages that it is in.
"""

from __future__ import annotations

import difflib
import os
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pluginkit._errors import PluginkitError
from pluginkit._source.model import Model
from pluginkit._source.names import Names
from pluginkit._source.sources import Sources, module_name, top_folder
from pluginkit._source.stub.module import DEFAULT_LIMIT, DEFAULT_WIDTH, MARK, Options, StubError, stub_of
from pluginkit.cli._files import Change, write_all
from pluginkit.cli._streams import add_format, as_json

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence

SUMMARY = "write the stubs of spec modules"
DESCRIPTION = """\
Write MODULE.pyi beside each module, a stub in which every hook lists the shapes that its implementations may have, so
that type checkers accept those that take only some of the hook's parameters. The module is read and not imported.
"""
EPILOG = "Exit status: 0 done, or current; 1 stale (with --check); 2 bad input, and nothing was written."


class SeveralStubsError(PluginkitError):
    """Several modules have no stub, for a reason each."""


class Source(NamedTuple):
    """A module that was found.

    Attributes:
        path: Its file.
        module: Its name.
    """

    path: Path
    module: str

    def stub_path(self, output: Path | None) -> Path:
        """Return where its stub belongs: beside it, or below `output` in folders named as its packages."""
        if output is None:
            return self.path.with_suffix(".pyi")
        packages = self.module.split(".")
        folders = packages if self.path.name == "__init__.py" else packages[:-1]
        return output.joinpath(*folders, f"{self.path.stem}.pyi")


class Stub(NamedTuple):
    """A stub as it should be.

    Attributes:
        path: Its file.
        text: Its text.
    """

    path: Path
    text: str

    @property
    def written(self) -> str | None:
        """What the file holds, or None where there is none."""
        return self.path.read_text("utf-8") if self.path.exists() else None


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("modules", metavar="MODULE", nargs="+", help="the name of a module, or the path of its file")
    parser.add_argument("--output", metavar="DIR", type=Path, help="write below DIR, in folders named as the packages")
    parser.add_argument("--check", action="store_true", help="write nothing; print what is stale as a diff")
    add_format(parser)
    parser.add_argument("--force", action="store_true", help="replace stubs that were not generated")
    parser.add_argument(
        "--max-params",
        metavar="N",
        type=int,
        default=DEFAULT_LIMIT,
        help="for hooks with more parameters, list only the shapes that leave out one (default: %(default)s)",
    )


def run(options: Namespace) -> int:
    """Write or check the stubs of some modules, and return the exit status.

    Raises:
        PluginkitError: Something is wrong with a module, or with a file in its stub's place; nothing was written.
    """
    stubs, errors = _all_stubs(options)
    if len(errors) > 1:
        raise SeveralStubsError("\n".join([f"{len(errors)} modules have no stub", *map(str, errors)]))
    if errors:
        raise errors[0]
    stale = {stub: "".join(_diff(stub)) for stub in stubs if stub.written != stub.text}
    if not options.check:
        write_all(Change(stub.path, stub.text.encode()) for stub in stale)
    if options.format == "json":
        listed = [{"file": str(stub.path), "diff": stale.get(stub, "")} for stub in stubs]
        sys.stdout.write(as_json({"written": not options.check, "stubs": listed}))
    elif options.check:
        sys.stdout.writelines(stale.values())
    else:
        told = (f"wrote {stub.path}" if stub in stale else f"{stub.path} is current" for stub in stubs)
        sys.stdout.writelines(f"{each}\n" for each in told)
    return 1 if options.check and stale else 0


def _all_stubs(options: Namespace) -> tuple[list[Stub], list[StubError]]:
    stubs: dict[Path, Stub] = {}
    errors: list[StubError] = []
    for module in options.modules:
        try:
            for stub in stubs_of(module, options.output, options.max_params):
                _check_generated(stub, force=options.force)
                stubs[stub.path] = stub
        except StubError as error:
            errors.append(error)
    return list(stubs.values()), errors


def _check_generated(stub: Stub, *, force: bool) -> None:
    if not force and stub.written is not None and not stub.written.startswith(MARK):
        hint = "move it away, or use --force to replace it"
        raise StubError("this stub was not generated", str(stub.path), hint, code="PK811")


def _diff(stub: Stub) -> Iterator[str]:
    old = stub.written or ""
    names = (str(stub.path) if stub.written is not None else os.devnull, str(stub.path))
    return difflib.unified_diff(old.splitlines(keepends=True), stub.text.splitlines(keepends=True), *names)


# -- which stubs there are ----------------------------------------------------------------------------------------


def stubs_of(module: str, output: Path | None, limit: int = DEFAULT_LIMIT) -> Iterator[Stub]:
    """Yield the stub of a module; below an output folder, those of its packages too.

    A checker takes a folder for a package where it has an `__init__.pyi`.

    Raises:
        StubError: There is no such module, or it has no stub.
    """
    source = find(module)
    yield _stub(source, output, limit, specs=True)
    if output is not None:
        for package in _packages(source):
            yield _stub(package, output, limit, specs=False)


def stubs_to_ship(root: Path, specs: Sequence[str], limit: int) -> list[Stub]:
    """Return the stubs that the wheel of a project holds, for a build hook that writes them there.

    Args:
        root: The folder of the project.
        specs: The paths of its spec modules.
        limit: Up to how many parameters every subset of them has a shape.

    Raises:
        StubError: No module is named, or one has no stub, or has one in the source tree.
    """
    if not specs:
        hint = 'write specs = ["src/myhost/hooks.py"], or what it is called, for the build hook'
        raise StubError("no spec module is named for the wheel", str(root / "pyproject.toml"), hint, code="PK819")
    stubs = [next(stubs_of(str(root / spec), None, limit)) for spec in specs]
    for stub in stubs:
        if stub.path.exists():
            hint = "remove it: the wheel gets a new one, and editors find uses of hooks without it"
            raise StubError("the source tree has a stub of its own", str(stub.path), hint, code="PK820")
    return stubs


def _stub(source: Source, output: Path | None, limit: int, *, specs: bool) -> Stub:
    path = source.stub_path(output)
    options = Options(limit, line_length(path.absolute().parent), specs=specs)
    shown = _relative(source.path)
    model = Model(Names(_sources(source.path)))
    read = model.names.sources.at(source.path.absolute(), source.module)
    if read.error is not None and read.is_unreadable:
        hint = "name a Python file in a known encoding"
        raise StubError(f"this file cannot be read: {read.error.msg}", shown, hint, code="PK806")
    return Stub(path, stub_of(model, read, shown, options))


def _packages(source: Source) -> Iterator[Source]:
    """Yield the packages that a module is in, the innermost one first."""
    names = source.module.split(".")
    folder = source.path.parent
    if source.path.name == "__init__.py":
        folder = folder.parent
    for end in range(len(names) - 1, 0, -1):
        if (folder / "__init__.py").exists():
            yield Source(folder / "__init__.py", ".".join(names[:end]))
        folder = folder.parent


def _relative(path: Path) -> str:
    """Return a path as it is shown: from here, where it is below."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


# -- finding modules ----------------------------------------------------------------------------------------------


def find(module: str) -> Source:
    """Find a module by its name or by the path of its file, without importing anything.

    Raises:
        StubError: There is none.
    """
    if module.endswith(".py") or os.sep in module:
        return _find_file(Path(module))
    return _find_name(module)


def _find_file(path: Path) -> Source:
    if not path.is_file():
        hint = "name a module, or the path of its file"
        raise StubError(f"there is no file '{path}'", hint=hint, code="PK808")
    return Source(path, module_name(path))


def _sources(path: Path | None = None) -> Sources:
    """Return what can be imported here, and beside a file."""
    beside = [] if path is None else [top_folder(path)]
    return Sources([*beside, Path.cwd(), *(Path(each or ".") for each in sys.path)])


def _find_name(module: str) -> Source:
    sources, parts = _sources(), module.split(".")
    for end in range(1, len(parts) + 1):
        name = ".".join(parts[:end])
        if not all(parts) or sources.place(name) is None:
            hint = "run the command where the module can be imported, or name the path of its file"
            raise StubError(f"there is no module '{name}'", hint=hint, code="PK808")
    place = sources.place(module)
    if place is None or place.file is None:
        hint = "name the module that declares the hooks"
        raise StubError(f"module '{module}' has no Python source", hint=hint, code="PK809")
    return Source(Path(_relative(place.file)), module)


# -- how lines are broken -----------------------------------------------------------------------------------------


def line_length(folder: Path) -> int:
    """Return the line length that ruff is configured to, for files of a folder."""
    for place in (folder, *folder.parents):
        for name in (".ruff.toml", "ruff.toml", "pyproject.toml"):
            settings = _ruff_settings(place / name)
            if settings is not None:
                return _line_length_of(settings, place)
    return DEFAULT_WIDTH


def _ruff_settings(path: Path) -> dict[str, Any] | None:
    """Return the settings of ruff in a file, or None if it has none."""
    try:
        settings = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return settings.get("tool", {}).get("ruff") if path.name == "pyproject.toml" else settings


def _line_length_of(settings: dict[str, Any], folder: Path) -> int:
    if "line-length" not in settings and "extend" in settings:
        base = folder / settings["extend"]
        return _line_length_of(_ruff_settings(base) or {}, base.parent)
    return int(settings.get("line-length", DEFAULT_WIDTH))
