"""Change and call one registry from eight threads for a while: `python tests/stress.py SECONDS`.

Prints what was done and what went wrong; any fault is a failure. The session `tests_free_threaded` runs it without the
global interpreter lock. What must hold, whatever the other threads do meanwhile:

- A call sees one set of plugins: each runs its wrapper and its implementation, or neither. No call is torn.
- A plugin is called from its registration on, until it is unregistered. None is lost.
- A plugin that is replaced is there in its old form or its new one, once.
- A plugin receives each historic call once, whether that came before its registration or after it.
- A lazy plugin is imported at its first call, and answers that call.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Protocol

from pluginkit import Registry, hookimpl, hookspec

THREADS = 8
KEPT = 200  # plugins that stay, and as many historic calls
LAZY = 20
GROUP = "stress.plugins"


class Spec(Protocol):
    """A hook of each mode."""

    @hookspec
    def parts(self, *, number: int, extra: str = "") -> str: ...

    @hookspec(firstresult=True)
    def first(self, *, number: int) -> int | None: ...

    @hookspec(pipeline="text")
    def polish(self, *, text: str) -> str: ...

    @hookspec(historic=True)
    def told(self, *, key: str) -> None: ...

    @hookspec
    def lazily(self, *, number: int) -> str: ...


class Pair:
    """A plugin with a wrapper and an implementation of one hook: a call runs both or neither."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.heard: list[str] = []

    @hookimpl(Spec.parts)
    def parts(self, number: int, **_: object) -> str:
        """Say that the implementation ran."""
        return f"in {self.name}"

    @hookimpl(Spec.parts, wrapper=True)
    def around(self, **_: object) -> Generator[None, list[str], list[str]]:
        """Say that the wrapper ran."""
        answers = yield
        return [*answers, f"out {self.name}"]

    @hookimpl(Spec.polish)
    def polish(self, text: str) -> str:
        """Add a full stop."""
        return f"{text}."

    @hookimpl(Spec.told)
    def told(self, key: str) -> None:
        """Note a historic call."""
        self.heard.append(key)


class Steady(Pair):
    """The one plugin that answers `first`."""

    @hookimpl(Spec.first)
    def first(self, number: int) -> int:
        """Give back the number."""
        return number


class Stress:
    """What the threads share, and what each of them does over and over."""

    def __init__(self, seconds: float) -> None:
        self.registry = Registry(Spec)
        self.registry.register(Steady("steady"), "steady")
        self.registry.register(Pair("swapped"), "swapped")
        self.pause = seconds / KEPT / 2  # spreads what is kept over the time
        self.until = time.monotonic() + seconds
        self.faults: list[str] = []
        self.done: Counter[str] = Counter()
        self.kept: list[Pair] = []
        self.keys: list[str] = []
        self.loads: list[Registry[Spec]] = []

    def run(self) -> None:
        """Let the threads work until the time is over, and check what is left."""
        works = [self.come_and_go, self.come_and_go, self.call, self.call, self.swap, self.keep, self.tell, self.load]
        threads = [threading.Thread(target=self._repeat, args=(work, index)) for index, work in enumerate(works)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self._check_kept()

    def _repeat(self, work: Callable[[int], None], index: int) -> None:
        while time.monotonic() < self.until and not self.faults:
            try:
                work(index)
            except BaseException:
                self.faults.append(f"{work.__name__}: {traceback.format_exc()}")

    def check_parts(self, answers: list[str]) -> None:
        """Refuse the answers of a call that saw half of a plugin, or one twice."""
        inside = Counter(answer[3:] for answer in answers if answer.startswith("in "))
        around = Counter(answer[4:] for answer in answers if answer.startswith("out "))
        whole = inside == around and set(inside.values()) == {1} and {"steady", "swapped"} <= set(inside)
        if not whole:
            self.faults.append(f"torn call: {answers}")

    def come_and_go(self, index: int) -> None:
        """Register a plugin, find it in a call, and unregister it."""
        name = f"guest{index}"
        with self.registry.register(Pair(name), name):
            answers = self.registry.hook.parts(number=index)
            self.check_parts(answers)
            if f"in {name}" not in answers:
                self.faults.append(f"lost registration: {name}")
        if f"in {name}" in self.registry.hook.parts(number=index):
            self.faults.append(f"called after it was unregistered: {name}")
        self.done["registered and unregistered"] += 1

    def call(self, index: int) -> None:
        """Call hooks of each mode."""
        for _ in range(100):
            self.check_parts(self.registry.hook.parts(number=index))
            if self.registry.hook.first(number=index) != index:
                self.faults.append("the first answer is not that of the steady plugin")
            if not self.registry.hook.polish(text="x").startswith("x.."):
                self.faults.append("a plugin did not polish")
        self.done[f"calls of thread {index}"] += 300

    def swap(self, _index: int) -> None:
        """Replace a plugin."""
        self.registry.replace("swapped", Pair("swapped"))
        self.done["replaced"] += 1

    def keep(self, _index: int) -> None:
        """Register a plugin that stays."""
        if len(self.kept) < KEPT:
            plugin = Pair(f"kept{len(self.kept)}")
            self.registry.register(plugin, plugin.name)
            self.kept.append(plugin)
        time.sleep(self.pause)

    def tell(self, _index: int) -> None:
        """Make a historic call."""
        if len(self.keys) < KEPT:
            self.keys.append(f"call{len(self.keys)}")
            self.registry.hook.told.call_historic(key=self.keys[-1])
        time.sleep(self.pause)

    def load(self, index: int) -> None:
        """Load plugins lazily, and call them from two threads at once for the first time."""
        registry = Registry(Spec)
        report = registry.load_entrypoints(GROUP, lazy=True)
        if len(report.loaded) != LAZY:
            self.faults.append(f"of {LAZY} lazy plugins, {len(report.loaded)} were loaded")
        answers: list[list[str]] = []
        threads = [
            threading.Thread(target=lambda: answers.append(registry.hook.lazily(number=index))) for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wanted = sorted(f"lazy{number}" for number in range(LAZY))
        if [sorted(each) for each in answers] != [wanted, wanted]:
            self.faults.append(f"lazy plugins answered {answers}")
        self.done["loaded lazily"] += LAZY
        for number in range(LAZY):
            sys.modules.pop(f"stress_lazy{number}", None)

    def _check_kept(self) -> None:
        for plugin in self.kept:
            heard = Counter(plugin.heard)
            if heard != Counter(self.keys):
                self.faults.append(f"history: {plugin.name} heard {heard - Counter(self.keys)} too often")
            if not self.registry.is_registered(plugin):
                self.faults.append(f"lost registration: {plugin.name}")
        self.done["kept"] = len(self.kept)
        self.done["historic calls"] = len(self.keys)


def write_lazy_plugins(folder: Path) -> None:
    """Write distributions with one lazy plugin each."""
    source = """\
from stress import Spec
from pluginkit import hookimpl

class Plugin:
    @hookimpl(Spec.lazily)
    def lazily(self, number: int) -> str:
        return "{name}"
"""
    for number in range(LAZY):
        name = f"lazy{number}"
        (folder / f"stress_{name}.py").write_text(source.format(name=name), encoding="utf-8")
        metadata = folder / f"stress_{name}-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: stress-{name}\nVersion: 1.0\n", "utf-8")
        points = f"[{GROUP}]\n{name} = stress_{name}:Plugin\n"
        (metadata / "entry_points.txt").write_text(points, encoding="utf-8")


def main(seconds: float) -> int:
    """Run for some seconds, print the figures, and return the exit status."""
    sys.setswitchinterval(1e-6)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = folder
        sys.modules["stress"] = sys.modules[__name__]  # for the plugins, when this file is the program
        sys.path.insert(0, folder)
        write_lazy_plugins(Path(folder))
        stress = Stress(seconds)
        stress.run()
    locked = getattr(sys, "_is_gil_enabled", lambda: True)()
    print(f"{sys.version.split()[0]}, {'with' if locked else 'without'} the global interpreter lock, {seconds:g} s")
    for what, number in sorted(stress.done.items()):
        print(f"{what}: {number:,}")
    for fault in stress.faults[:5]:
        print(f"FAULT {fault}")
    print(f"faults: {len(stress.faults)}")
    return 1 if stress.faults else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
