"""Measures the second start of a host with 100 plugins, whose imports take 20 ms each, in fresh processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

PLUGINS, IMPORT_TAKES = 100, 0.02  # seconds
ROUNDS = 5
HOST = """
from time import perf_counter
from typing import Protocol
import pluginkit

class Spec(Protocol):
    @pluginkit.hookspec
    def hook(self, *, number: int) -> int: ...
    @pluginkit.hookspec
    def other(self) -> int: ...

registry = pluginkit.Registry(Spec)
start = perf_counter()
report = registry.load_entrypoints("bench", lazy={lazy})
registry.hook.other()
print(perf_counter() - start)
assert len(report.loaded) == {plugins}
"""


def install(folder: Path) -> None:
    """Put the distributions into a folder."""
    for number in range(PLUGINS):
        folder.joinpath(f"plugin{number}.py").write_text(
            f"import time\ntime.sleep({IMPORT_TAKES})\n"
            "from pluginkit import hookimpl\n@hookimpl\ndef hook(number): return number\n"
        )
        info = folder / f"plugin{number}-1.0.dist-info"
        info.mkdir()
        info.joinpath("METADATA").write_text(f"Metadata-Version: 2.1\nName: plugin{number}\nVersion: 1.0\n")
        info.joinpath("RECORD").write_text("")
        info.joinpath("entry_points.txt").write_text(f"[bench]\nplugin{number} = plugin{number}\n")


def start(folder: Path, *, lazy: bool) -> float:
    """Return the milliseconds that finding and registering the plugins takes, and a call that needs none of them."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(folder), *filter(None, sys.path)]),
        "XDG_CACHE_HOME": str(folder / "cache"),
    }
    program = HOST.format(lazy=lazy, plugins=PLUGINS)
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout) * 1000


def main() -> None:
    """Print what starts take."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        install(folder)
        print(f"at once      {median(start(folder, lazy=False) for _ in range(ROUNDS)):6.0f} ms")
        print(f"lazy, first  {start(folder, lazy=True):6.0f} ms")
        print(f"lazy, second {median(start(folder, lazy=True) for _ in range(ROUNDS)):6.0f} ms")


if __name__ == "__main__":
    main()
