"""The modules of a run, and those that they import: found and read, never imported. It knows no meaning of names."""

from __future__ import annotations

import importlib.util
import sys
import tokenize
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

from pluginkit._source.migrate.facts import Facts, Imported, read_facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Tree:
    """Modules by their files, and by their names.

    Args:
        modules: The modules of the run. Others are read when something of them is asked for.
    """

    def __init__(self, modules: Iterable[Facts]) -> None:
        self.modules = tuple(modules)
        self._by_path: dict[Path, Facts | None] = {each.path.resolve(): each for each in self.modules}
        self._by_name: dict[str, Facts | None] = {each.name: each for each in self.modules}
        self._roots = tuple(dict.fromkeys(root for each in self.modules if (root := _root(each))))

    def imported_by(self, facts: Facts, imported: Imported) -> Facts | None:
        """Return the module that an import of another one names, or None if it is not found."""
        return self._relative(facts, imported) if imported.level else self.named(imported.module)

    def submodule(self, facts: Facts, name: str) -> Facts | None:
        """Return a module of a package."""
        return self._at(facts.path.parent / name) if facts.is_package else None

    def absolute(self, facts: Facts, imported: Imported) -> str:
        """Return the name of the module that an import names, as far as it is known."""
        if not imported.level:
            return imported.module
        package = facts.name.split(".") if facts.name else []
        up = imported.level - facts.is_package
        return ".".join([*package[: len(package) - up], *([imported.module] if imported.module else [])])

    def named(self, name: str) -> Facts | None:
        """Return a module by its absolute name: one of the run or beside it, or one that this Python would import."""
        if name not in self._by_name:
            self._by_name[name] = self._found(name)
        return self._by_name[name]

    def _found(self, name: str) -> Facts | None:
        for root in self._roots:
            if found := self._at(root.joinpath(*name.split("."))):
                return found
        origin = locate(name)
        return self._read(origin) if origin else None

    def _relative(self, facts: Facts, imported: Imported) -> Facts | None:
        folder = facts.path.absolute().parent
        for _ in range(imported.level - 1):
            folder = folder.parent
        return self._at(folder.joinpath(*imported.module.split(".")) if imported.module else folder)

    def _at(self, place: Path) -> Facts | None:
        for path in (place / "__init__.py", place.with_name(f"{place.name}.py")):
            if path.resolve() in self._by_path or path.is_file():
                return self._read(path)
        return None

    def _read(self, path: Path) -> Facts | None:
        key = path.resolve()
        if key not in self._by_path:
            try:
                with tokenize.open(path) as file:
                    self._by_path[key] = read_facts(path, file.read())
            except (OSError, SyntaxError, ValueError, RecursionError):
                self._by_path[key] = None
        return self._by_path[key]


def _root(facts: Facts) -> Path | None:
    """Return the folder that the outermost package of a module is in."""
    depth = len(facts.name.split(".")) - (not facts.is_package)
    parents = facts.path.absolute().parents
    return parents[depth] if facts.name and depth < len(parents) else None


def locate(name: str) -> Path | None:
    """Return the file of a module that this Python would import, without importing anything."""
    top, *rest = name.split(".")
    if top in sys.stdlib_module_names:
        return None  # no marker comes from there
    spec = _top_level(top)
    for end in range(len(rest)):
        where: Sequence[str] = (spec.submodule_search_locations if spec else None) or []
        spec = PathFinder.find_spec(".".join([top, *rest[: end + 1]]), where)
    return Path(spec.origin) if spec and spec.origin and spec.origin.endswith(".py") else None


def _top_level(name: str) -> ModuleSpec | None:
    try:
        return importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None
