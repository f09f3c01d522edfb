"""What a start costs: importing, registering and unregistering plugins, and the memory that they take."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import pluggy
from calls import make

from pluginkit import Registry, hookimpl, hookspec

if TYPE_CHECKING:
    from collections.abc import Callable

PLUGINS = 1000
HOOKS = tuple(f"hook{number}" for number in range(10))

pluggy_spec = pluggy.HookspecMarker("bench")
pluggy_impl = pluggy.HookimplMarker("bench")

_methods = "".join(f"    @spec\n    def {hook}(self, *, a: int, b: int, c: int) -> int: ...\n" for hook in HOOKS)
Spec: Any = make(f"class made(Protocol):\n{_methods}", Protocol=Protocol, spec=hookspec)
PluggySpec: Any = make(f"class made:\n{_methods}".replace("*, ", ""), spec=pluggy_spec)


def plugins(mark: Callable[[str], object]) -> list[object]:
    """Return plugins, each of a class of its own, that implement every hook."""
    methods = "".join(f"    @mark({hook!r})\n    def {hook}(self, a, b): return a\n" for hook in HOOKS)
    return [make(f"class made:\n{methods}", mark=mark)() for _ in range(PLUGINS)]


def ours() -> tuple[Any, list[object]]:
    """Return a registry, and plugins for it."""
    return Registry(Spec), plugins(lambda hook: hookimpl(getattr(Spec, hook)))


def theirs() -> tuple[Any, list[object]]:
    """Return a plugin manager, and plugins for it."""
    manager = pluggy.PluginManager("bench")
    manager.add_hookspecs(PluggySpec)
    return manager, plugins(lambda _: pluggy_impl)


def _register(host: Any, several: list[object]) -> None:
    for number, plugin in enumerate(several):
        host.register(plugin, f"plugin{number}")


def registering(setup: Callable[[], tuple[Any, list[object]]]) -> float:
    """Return the seconds that it takes to register all plugins, every check included."""
    host, several = setup()
    gc.collect()
    start = perf_counter()
    _register(host, several)
    return perf_counter() - start


def unregistering(setup: Callable[[], tuple[Any, list[object]]]) -> float:
    """Return the seconds that it takes to unregister all plugins."""
    host, several = setup()
    _register(host, several)
    gc.collect()
    start = perf_counter()
    for plugin in several:
        host.unregister(plugin)
    return perf_counter() - start


def churning(setup: Callable[[], tuple[Any, list[object]]]) -> float:
    """Return the seconds that it takes to register a plugin, call a hook and unregister it, 200 times, beside 20."""
    host, several = setup()
    _register(host, several[:20])
    plugin, call = several[20], host.hook.hook0
    call(a=1, b=2, c=3)
    gc.collect()
    start = perf_counter()
    for _ in range(200):
        host.register(plugin, "moving")
        call(a=1, b=2, c=3)
        host.unregister(plugin)
    return perf_counter() - start


OUR_HOST = """
from typing import Protocol
from pluginkit import Registry, hookimpl, hookspec
class Spec(Protocol):
    @hookspec
    def hook(self, *, a: int, b: int) -> int: ...
class Plugin:
    @hookimpl(Spec.hook)
    def hook(self, a: int) -> int: return a
registry = Registry(Spec)
registry.register(Plugin())
assert registry.hook.hook(a=1, b=2) == [1]
"""
THEIR_HOST = """
import pluggy
spec, impl = pluggy.HookspecMarker("bench"), pluggy.HookimplMarker("bench")
class Spec:
    @spec
    def hook(self, a: int, b: int) -> int: ...
class Plugin:
    @impl
    def hook(self, a: int) -> int: return a
manager = pluggy.PluginManager("bench")
manager.add_hookspecs(Spec)
manager.register(Plugin())
assert manager.hook.hook(a=1, b=2) == [1]
"""


def running(program: str) -> float:
    """Return the seconds that a whole process of a host takes, which has one spec and one plugin."""
    start = perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return perf_counter() - start


PROGRAM = """
import sys
from time import perf_counter
from typing import Protocol
import pluggy, pluginkit
{spec}
start = perf_counter()
assert {load} == 10
print(perf_counter() - start)
"""
OURS = PROGRAM.format(
    spec="class Spec(Protocol):\n    @pluginkit.hookspec\n    def hook(self) -> int: ...",
    load="len(pluginkit.Registry(Spec).load_entrypoints('bench').loaded)",
)
THEIRS = PROGRAM.format(spec="", load="pluggy.PluginManager('bench').load_setuptools_entrypoints('bench')")


def install(folder: Path, offering: int, others: int) -> None:
    """Put distributions into a folder, some of which offer a plugin."""
    folder.joinpath("bench_plugin.py").write_text(
        "import pluggy, pluginkit\nclass Plugin:\n"
        "    @pluggy.HookimplMarker('bench')\n    @pluginkit.hookimpl\n    def hook(self): return 1\n"
        f"{', '.join(f'p{number}' for number in range(offering))}, = (Plugin() for _ in range({offering}))\n"
    )
    for number in range(offering + others):
        info = folder / f"dist{number}-1.0.dist-info"
        info.mkdir()
        info.joinpath("METADATA").write_text(f"Metadata-Version: 2.1\nName: dist{number}\nVersion: 1.0\n")
        group = "bench" if number < offering else "console_scripts"
        info.joinpath("entry_points.txt").write_text(f"[{group}]\np{number} = bench_plugin:p{number}\n")


def discovering(program: str) -> float:
    """Return the seconds that a fresh process takes to find and load 10 plugins among 500 distributions."""
    with TemporaryDirectory() as folder:
        install(Path(folder), 10, 490)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([folder, *filter(None, sys.path)])}
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout)


def memory(setup: Callable[[], tuple[Any, list[object]]]) -> float:
    """Return the bytes that a registered implementation takes, before any call."""
    host, several = setup()
    gc.collect()
    tracemalloc.start()
    _register(host, several)
    gc.collect()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return taken / (PLUGINS * len(HOOKS))


def hot_memory() -> float:
    """Return the bytes that an implementation of a compiled hook takes on top of that."""
    registry, several = ours()
    _register(registry, several[:100])
    call = make("def made(): hook.hook0(a=1, b=2, c=3)", hook=registry.hook)
    for _ in range(2):
        call()
    gc.collect()
    tracemalloc.start()
    for _ in range(100):
        call()
    gc.collect()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return taken / 100


class StartWorkload(NamedTuple):
    """One row about starts: what is measured of both, and the most that ours may be, as a multiple of pluggy's."""

    label: str
    bar: float
    ours: Callable[[], float]
    theirs: Callable[[], float]

    def measure(self, rounds: int) -> float:
        """Return the median of the ratios of pairs."""
        self.ours(), self.theirs()
        return median(self.ours() / self.theirs() for _ in range(rounds))


WORKLOADS = (
    StartWorkload("register 1,000 plugins with 10 hooks", 0.15, lambda: registering(ours), lambda: registering(theirs)),
    StartWorkload(
        "unregister 1,000 plugins with 10 hooks",
        0.06,
        lambda: unregistering(ours),
        lambda: unregistering(theirs),
    ),
    StartWorkload(
        "register, call and unregister beside 20 plugins", 0.2, lambda: churning(ours), lambda: churning(theirs)
    ),
    StartWorkload(
        "the whole process of a host with one plugin", 0.8, lambda: running(OUR_HOST), lambda: running(THEIR_HOST)
    ),
    StartWorkload(
        "find 10 plugins among 500 distributions",
        0.2,
        lambda: discovering(OURS),
        lambda: discovering(THEIRS),
    ),
    StartWorkload("memory of a registered implementation", 1.0, lambda: memory(ours), lambda: memory(theirs)),
)
