"""For PyInstaller: what a bundle of a host needs so that discovery works in it as it does outside.

PyInstaller finds this package by an entry point, and runs `hook-pluginkit.py` for every program that imports pluginkit.
It follows imports, but a plugin is named by the metadata of its distribution. So the hook adds both, for each installed
distribution that needs pluginkit, itself or through others. This package knows nothing of registries.
"""

from __future__ import annotations

import re
from importlib.metadata import Distribution, EntryPoint, distributions
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PROGRAMS = ("console_scripts", "gui_scripts", "pyinstaller40")  # these groups do not offer plugins


def get_hook_dirs() -> list[str]:
    """Return the folder of the hook."""
    return [str(Path(__file__).parent)]


def offering(needed: str, installed: Iterable[Distribution]) -> Iterator[tuple[str, list[str]]]:
    """Yield the distributions that offer plugins, and the modules of their entry points.

    Args:
        needed: The name of the distribution that they need.
        installed: All that are installed.
    """
    known = {normalised(each.metadata["Name"]): each for each in installed if "Name" in each.metadata}
    for name in sorted(_needing(needed, {name: _requirements(each) for name, each in known.items()})):
        points = [point for point in known[name].entry_points if point.group not in _PROGRAMS]
        if points:
            yield name, sorted({_module(point) for point in points})


def installed() -> Iterable[Distribution]:
    """Return all distributions that are installed."""
    return distributions()


def normalised(name: str) -> str:
    """Return the name of a distribution in the one way of several in which it may be written."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _needing(needed: str, requirements: dict[str, set[str]]) -> set[str]:
    """Return the names whose requirements lead to one of them."""
    found = {needed}
    while more := {name for name, wanted in requirements.items() if wanted & found} - found:
        found |= more
    return found & requirements.keys()


def _requirements(distribution: Distribution) -> set[str]:
    return {normalised(re.split(r"[^\w.-]", each, maxsplit=1)[0]) for each in distribution.requires or ()}


def _module(point: EntryPoint) -> str:
    return point.value.partition("[")[0].partition(":")[0].strip()
