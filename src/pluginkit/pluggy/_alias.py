"""Answering `import pluggy` with this package, in this process and in those that it starts."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

__all__ = ["SHIM", "answer", "answer_below"]

# Holds a package `pluggy` that does nothing but call `answer`; it is meant to stand on the import path.
SHIM = Path(__file__).parent / "_shim"
_MODULES = (
    "_caller",
    "_callers",
    "_compat",
    "_config",
    "_decorators",
    "_execution",
    "_hooks",
    "_impl",
    "_manager",
    "_result",
    "_tracing",
    "_warnings",
)


def answer() -> None:
    """Have `import pluggy`, and that of its modules, give this package from now on."""
    for name in [name for name in sys.modules if name == "pluggy" or name.startswith("pluggy.")]:
        del sys.modules[name]
    for module in _MODULES:
        sys.modules[f"pluggy.{module}"] = import_module(f"pluginkit.pluggy.{module}")
    sys.modules["pluggy"] = import_module("pluginkit.pluggy")


def answer_below() -> None:
    """Do the same, in the processes that this one starts as well: PYTHONPATH has them find the shim first."""
    paths = [str(SHIM), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    answer()
