"""Imports a migrated plugin, and registers what it has of implementations: `SPEC-IMPORT PROJECT MODULE`.

Entry points say what a host would register; the instances of classes, and modules. Run by `migrate_hosts.py`.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from pluginkit import Registry

GROUPS = ("llm", "tox", "kedro.hooks", "datasette")


def main() -> None:
    """Register the plugins of a module, and print how many hooks they implement."""
    imported, _, package = sys.argv[1:]
    namespace: dict[str, Any] = {}
    sys._called_from_test = True  # type: ignore[attr-defined]
    exec(imported, namespace)
    registry = Registry(namespace["Spec"])
    count = 0
    for point in (point for group in GROUPS for point in entry_points(group=group)):
        if point.module.partition(".")[0] == package:
            plugin: Any = import_module(point.module)
            plugin = getattr(plugin, point.attr) if point.attr else plugin
            registration = registry.register(plugin() if isinstance(plugin, type) else plugin)
            count += len(registry.get_hookcallers(registration.name) or ())
    if not count:
        raise SystemExit("there is no entry point")
    sys.stdout.write(f"registered, {count} {'hook' if count == 1 else 'hooks'}\n")


main()
