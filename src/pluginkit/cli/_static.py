"""What a type checker says of implementations: it checks a copy of their projects, and is quoted on the originals.

In the copy, implementations that leave out parameters of their hook take the rest; see `overlay`. The checker is that
of the project, with the project's settings, and it runs once.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType
from typing import Any

from pluginkit._declare.impl import HookImpl
from pluginkit._declare.signature import code_of
from pluginkit._errors import PluginValidationError, coded
from pluginkit._files import replace_file
from pluginkit._registry import Registry
from pluginkit._source.environment import is_project, project_root
from pluginkit._source.overlay import with_rest
from pluginkit._source.project import Project
from pluginkit._source.sources import top_folder
from pluginkit.cli._checkers import chosen, errors_of
from pluginkit.cli._findings import Finding
from pluginkit.cli._paths import file_meant

_SITES = frozenset({"site-packages", "dist-packages"})
_SKIPPED = frozenset({"__pycache__", "node_modules", *_SITES})
_COPIED = (".py", ".pyi", ".toml", ".ini", ".cfg")  # what checkers read; the rest of a project may be large
_NAMED = frozenset({"py.typed", "pyrightconfig.json"})


def static_findings(registry: Registry[Any], checker: str) -> Iterator[Finding]:
    """Yield what a type checker refuses within the implementations of a registry.

    Args:
        registry: Its plugins are checked.
        checker: The name of a checker, or "auto" for the one that the project in the current folder uses.

    Raises:
        NoCheckerError: It is not installed, or cannot run.
    """
    root = project_root(Path.cwd())
    name = chosen(checker, root)
    implementations = [(impl, code) for impl in implementations_of(registry) if (code := code_of(impl.function))]
    files = {code.co_filename: Path(code.co_filename).absolute() for _, code in implementations}
    for file, line, text in messages(name, [path for path in files.values() if path.is_file()], root):
        for impl, code in implementations:
            if file == files[code.co_filename] and line in lines_of(code):
                yield _finding(impl, str(file), line, f"{name}: {text}")
                break


def messages(checker: str, files: list[Path], root: Path) -> Iterator[tuple[Path, int, str]]:
    """Yield the errors that a checker finds in files, in which partial implementations take the rest.

    Args:
        checker: Its name.
        files: The files.
        root: The project whose settings it reads.
    """
    if not files:
        return
    with TemporaryDirectory() as name:
        copies = Copies(Path(name).resolve())
        folder = copies.of_project(root)
        copied = {copies.of_file(file): file for file in files}
        for copy, file in copied.items():
            project = Project(file, sys.executable)
            source = project.sources.at(file)
            replace_file(copy, with_rest(source, project), source.encoding)
        originals = {str(copy): file for copy, file in copied.items()}
        for path, line, text in errors_of(checker, [*originals], folder):
            meant = file_meant(path, originals, str(folder))
            if meant in originals:
                yield originals[meant], line, text


class Copies:
    """Copies of the source that files belong to, side by side in one folder.

    Args:
        folder: Where they are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[Path, Path] = {}

    def of_project(self, root: Path) -> Path:
        """Return the copy of a project."""
        return self._of(root, root)

    def of_file(self, file: Path) -> Path:
        """Return the copy of a file, beside those of its project; of an installed one, beside those of its package."""
        root, part = _whereabouts(file)
        return self._of(root, part) / file.relative_to(root)

    def _of(self, root: Path, part: Path) -> Path:
        if part not in self._made:
            copy = self._made[part] = self._folder / str(len(self._made))
            copy.mkdir()
            for source in _sources(part):
                target = copy / source.relative_to(root)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
        return self._made[part]


def _whereabouts(file: Path) -> tuple[Path, Path]:
    """Return the folder that a file's path starts from in its copy, and the part of it that is copied."""
    if not _SITES & set(file.parts):
        root = project_root(file)
        return root, root
    site = top_folder(file)
    return site, site / file.relative_to(site).parts[0]


def _sources(part: Path) -> Iterator[Path]:
    """Yield the files of a project, a package or a module that checkers read."""
    if part.is_file():
        yield part
    for folder, folders, files in os.walk(part):
        folders[:] = [each for each in folders if _is_read(Path(folder, each), part)]
        yield from (Path(folder, file) for file in files if file.endswith(_COPIED) or file in _NAMED)


def _is_read(folder: Path, part: Path) -> bool:
    """Tell whether checkers read a folder: no environment, and of a folder that is not a project packages only."""
    if folder.name in _SKIPPED or folder.name.startswith(".") or (folder / "pyvenv.cfg").exists():
        return False
    return folder.parent != part or is_project(part) or any(folder.glob("__init__.py*"))


def implementations_of(registry: Registry[Any]) -> Iterator[HookImpl]:
    """Yield the implementations of all plugins of a registry, apart from lazy ones that turn out to be broken."""
    for name in registry.plugin_names():
        try:
            found = [impl for caller in registry.get_hookcallers(name) or () for impl in caller.implementations()]
        except PluginValidationError:  # whoever loads the target reports it
            continue
        yield from (impl for impl in found if impl.plugin_name == name)


def lines_of(code: CodeType) -> range:
    """Return the lines of a function, its decorators among them."""
    lines = [line for _, _, line in code.co_lines() if line]
    nested = [line for each in code.co_consts if isinstance(each, type(code)) for line in lines_of(each)]
    return range(code.co_firstlineno, max([*lines, *nested], default=code.co_firstlineno) + 1)


def _finding(impl: HookImpl, file: str, line: int, message: str) -> Finding:
    hook = impl.spec.qualified_name
    heading = f"plugin '{impl.plugin_name}': {hook}: {message}"
    text = f"{coded(heading, 'PK801')}\n  hook  {impl.spec.signature}\n  at    {file}:{line}"
    return Finding("PK801", heading, impl.plugin_name, "", hook, file, line, "", text)
