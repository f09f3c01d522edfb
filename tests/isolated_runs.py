"""Isolated plugins that are closed when a test ends, whatever it does."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from jobs import JobSpec

from pluginkit import Registry
from pluginkit.isolated import IsolatedPlugin, Limits, isolated

if TYPE_CHECKING:
    from collections.abc import Iterator


class Start(Protocol):
    """Starts a plugin, and registers it."""

    def __call__(self, target: str = "jobs:Jobs", **options: Any) -> Registry[JobSpec]: ...


@pytest.fixture
def start() -> Iterator[Start]:
    """Return a function that isolates a plugin, and gives a registry that has it."""
    with ExitStack() as closing:

        def make(target: str = "jobs:Jobs", **options: Any) -> Registry[JobSpec]:
            limits = Limits(**{"timeout": 20.0, **options.pop("limits", {})})
            plugin = closing.enter_context(isolated(JobSpec, target, limits=limits, **options))
            registry = Registry(JobSpec)
            registry.register(plugin, "jobs")
            return registry

        yield make


def plugin_of(registry: Registry[Any]) -> IsolatedPlugin:
    """Return the isolated plugin of a registry."""
    plugin = registry.get_plugin("jobs")
    assert isinstance(plugin, IsolatedPlugin)
    return plugin


def do(registry: Registry[JobSpec], action: str, detail: str = "") -> str:
    """Let the plugin do something, and return its answer."""
    (answer,) = registry.hook.do(action=action, detail=detail)
    return answer


def is_alive(pid: int) -> bool:
    """Tell whether a process runs, or is stopped; one that has ended and was not waited for does not count."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def group_of(pid: int) -> set[int]:
    """Return the processes that run in the group of a worker."""
    found = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and is_alive(int(folder.name)):
            try:
                if os.getpgid(int(folder.name)) == pid:
                    found.add(int(folder.name))
            except ProcessLookupError:
                pass
    return found


def pretending(folder: Path, code: str) -> Path:
    """Return a program that stands for a Python: it runs `code`, with what a worker is started with as arguments."""
    script, program = folder / "pretending.py", folder / "python"
    script.write_text(f"import sys\nsys.path[:0] = {sys.path!r}\n{code}\n", encoding="utf-8")
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {script} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return program
