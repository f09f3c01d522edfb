"""Random lives of a registry, against a naive model: plugins come and go, are called, and are loaded lazily or at once.

Operations run in any thread, some of them at the same time, and the collector runs at random and closes
registrations. The tests run some programs; `python tests/lives.py 10000` runs as many as it is told, from a seed on.
"""

from __future__ import annotations

import gc
import os
import random
import sys
import tempfile
import weakref
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Protocol

from pluginkit import PluginValidationError, Registry, hookimpl, hookspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GROUP = "lives.plugins"
MODULES = ("life_a", "life_b", "life_c", "life_d")
NAMES = ("one", "two", "three", *MODULES)
MODULE = """
from pluginkit import hookimpl
from lives import Spec

class Plugin:
    def __init__(self):
        self.heard = []

    @hookimpl(Spec.parts)
    def parts(self):
        return __name__

    @hookimpl(Spec.seen)
    def seen(self, number):
        self.heard.append(number)
"""


class Spec(Protocol):
    """A hook of each mode."""

    @hookspec
    def parts(self) -> str: ...

    @hookspec(firstresult=True)
    def first(self) -> str | None: ...

    @hookspec(pipeline="text")
    def line(self, *, text: str) -> str: ...

    @hookspec(historic=True)
    def seen(self, *, number: int) -> None: ...


class Entry:
    """What the model knows of one plugin: its name, what it says, and which hooks it implements, in which group."""

    def __init__(self, name: str, label: str, places: dict[str, int], plugin: Any = None) -> None:
        self.name, self.label, self.places, self.plugin = name, label, places, plugin


def made(label: str, places: dict[str, int]) -> SimpleNamespace:
    """Return a plugin with implementations in the groups given: tried first (0), neither (1), tried last (2)."""
    plugin = SimpleNamespace(heard=[])

    def options(hook: str) -> Any:
        return {"tryfirst": places[hook] == 0, "trylast": places[hook] == 2}

    def around() -> Iterator[Any]:
        answers = yield
        return [*answers, f"{label}!"]

    def seen(number: int) -> None:
        plugin.heard.append(number)

    functions: dict[str, tuple[Any, Callable[..., Any], bool]] = {
        "parts": (Spec.parts, lambda: label, False),
        "around": (Spec.parts, around, True),
        "first": (Spec.first, lambda: label, False),
        "line": (Spec.line, lambda text: text + label, False),
        "seen": (Spec.seen, seen, False),
    }
    for hook, (spec, function, wrapper) in functions.items():
        if hook in places and hook != "seen":
            setattr(plugin, hook, hookimpl.function(spec, wrapper=wrapper, **options(hook))(function))
    if "seen" in places:
        plugin.seen = hookimpl.function(Spec.seen)(functions["seen"][1])
    return plugin


class Widget:
    """Something in a cycle, which only the collector frees."""

    def __init__(self) -> None:
        self.me = self


class Life:
    """One registry and its model, and the operations on both."""

    def __init__(self, seed: int, pool: ThreadPoolExecutor) -> None:
        self.random = random.Random(seed)  # noqa: S311 - it is to be repeated
        self.pool = pool
        self.registry = Registry(Spec)
        self.kept = self.registry.hook.parts
        self.entries: list[Entry] = []
        self.blocked: set[str] = set()
        self.history: list[int] = []
        self.count = 0

    # -- the model -------------------------------------------------------------------------------------------------

    def called(self, hook: str, leaving: str = "") -> list[str]:
        """Return what the implementations of a hook say, in call order."""
        wanted = [entry for entry in reversed(self.entries) if hook in entry.places and entry.name != leaving]
        return [entry.label for entry in sorted(wanted, key=lambda entry: entry.places[hook])]

    def parts(self, leaving: str = "") -> list[str]:
        """Return what the hook `parts` gives, its wrappers included."""
        return [*self.called("parts", leaving), *(f"{label}!" for label in reversed(self.called("around", leaving)))]

    def known(self, name: str) -> Entry | None:
        """Return the entry of a name, or None."""
        return next((entry for entry in self.entries if entry.name == name), None)

    def refusal(self, name: str, plugin: object, *, replacing: bool = False) -> list[str]:
        """Return the codes of the problems that a registration has."""
        known = self.known(name)
        mine = [entry for entry in self.entries if plugin is not None and entry.plugin is plugin]
        same = [entry for entry in mine if not (replacing and entry is known)]
        blocked = ["PK402"] if name in self.blocked else []
        taken = ["PK401"] if known and not replacing else []
        return [*blocked, *taken, *(["PK403"] if same else [])]

    # -- the operations --------------------------------------------------------------------------------------------

    def new(self) -> Entry:
        """Return a new plugin for some hooks."""
        self.count += 1
        hooks = self.random.sample(["parts", "around", "first", "line", "seen"], self.random.randint(1, 5))
        label = f"{self.count}."
        places = {hook: self.random.choice([0, 1, 1, 2]) for hook in hooks}
        return Entry("", label, places, made(label, places))

    def expect(self, codes: list[str], operation: Callable[[], Any]) -> Any:
        """Run an operation, and compare whether it is refused, and why."""
        try:
            result, problems = operation(), ()
        except PluginValidationError as error:
            result, problems = None, error.problems
        assert [problem.code for problem in problems] == codes
        return result

    def register(self) -> None:
        """Register a new plugin, or one that is registered, under a name or a default one."""
        entry = self.new()
        if self.entries and self.random.random() < 0.1:
            known = self.random.choice(self.entries)
            if known.plugin is not None:
                entry = Entry("", known.label, known.places, known.plugin)
        given = self.random.choice([*NAMES, None])
        numbered = (f"SimpleNamespace-{number}" for number in range(2, 1000))
        default = next(name for name in ["SimpleNamespace", *numbered] if not self.known(name))
        name = given or default
        codes = self.refusal(name, entry.plugin)
        registration = self.expect(codes, lambda: self.registry.register(entry.plugin, given))
        if registration is not None:
            assert registration.name == name
            self.entries.append(Entry(name, entry.label, entry.places, entry.plugin))

    def close(self) -> None:
        """Register a plugin for a while."""
        with self.expect(self.refusal("while", None), lambda: self.registry.register(self.new().plugin, "while")):
            assert "while" in self.registry.plugin_names()
        assert not self.registry.is_registered("while")

    def unregister(self) -> None:
        """Unregister a plugin by name, or as the object, or one that is not registered."""
        name = self.random.choice(NAMES)
        known = self.known(name)
        by_name = known is None or known.plugin is None or self.random.random() < 0.5
        wanted = name if by_name else known and known.plugin
        self.expect([] if known else ["PK404"], lambda: self.registry.unregister(wanted))
        self.entries = [entry for entry in self.entries if entry.name != name]

    def replace(self) -> None:
        """Replace a plugin."""
        name, entry = self.random.choice(NAMES), self.new()
        known = self.known(name)
        codes = ["PK404"] if known is None else self.refusal(name, entry.plugin, replacing=True)
        if self.expect(codes, lambda: self.registry.replace(name, entry.plugin)) is not None and known:
            self.entries[self.entries.index(known)] = Entry(name, entry.label, entry.places, entry.plugin)

    def block(self) -> None:
        """Block a name, or unblock it."""
        name = self.random.choice(NAMES)
        if self.random.random() < 0.6:
            self.registry.set_blocked(name)
            self.blocked.add(name)
            self.entries = [entry for entry in self.entries if entry.name != name]
        else:
            assert self.registry.unblock(name) is (name in self.blocked)
            self.blocked.discard(name)

    def load(self) -> None:
        """Load some plugins of the environment, lazily or at once."""
        wanted = sorted(self.random.sample(MODULES, self.random.randint(1, len(MODULES))))
        if self.random.random() < 0.5:
            for module in MODULES:
                sys.modules.pop(module, None)
        report = self.registry.load_entrypoints(GROUP, only=wanted, lazy=self.random.random() < 0.7)
        loaded = [name for name in wanted if name not in self.blocked and not self.known(name)]
        skipped = [(name, "blocked" if name in self.blocked else "registered before") for name in wanted]
        assert list(report.names) == loaded
        reasons = [(each.entry_point.name, each.reason) for each in report.skipped if each.entry_point.name in wanted]
        assert reasons == [each for each in skipped if each[0] not in loaded]
        self.entries += [Entry(name, name, {"parts": 1, "seen": 1}) for name in loaded]

    def call(self) -> None:
        """Call a hook, often enough that it may be compiled."""
        for _ in range(self.random.choice([1, 1, 2, 40])):
            assert lasting(self.registry.hook.parts()) == self.parts()
        assert lasting(self.kept()) == self.parts()
        assert self.registry.hook.first() == next(iter(self.called("first")), None)
        assert self.registry.hook.line(text="-") == "".join(["-", *self.called("line")])

    def call_without(self) -> None:
        """Call a hook without a plugin."""
        if self.entries:
            name = self.random.choice(self.entries).name
            assert lasting(self.registry.without(name).parts()) == self.parts(leaving=name)

    def call_historic(self) -> None:
        """Call a hook that remembers."""
        self.count += 1
        self.history.append(self.count)
        self.registry.hook.seen.call_historic(number=self.count)

    def leave(self) -> None:
        """Register a plugin that is unregistered when the collector finds what it belongs to."""
        self.count += 1
        widget = Widget()
        plugin = made(f"fleeting {self.count}", {"parts": 1})
        weakref.finalize(widget, self.registry.register(plugin, f"fleeting {self.count}").close)

    def collect(self) -> None:
        """Have the collector run, and then often."""
        gc.collect()
        assert not [name for name in self.registry.plugin_names() if name.startswith("fleeting")]
        gc.set_threshold(self.random.choice([1, 5, 50, 700]))

    def at_once(self) -> None:
        """Have threads register, call, replace and unregister plugins of their own at the same time."""

        def work(mine: str) -> Entry:
            entries = [Entry(mine, f"{mine}{number}.", {"parts": 1, "seen": 1}) for number in range(3)]
            for entry in entries:
                entry.plugin = made(entry.label, entry.places)
            registration = self.registry.register(entries[0].plugin, mine)
            assert f"{mine}0." in self.registry.hook.parts()
            registration.close()
            assert f"{mine}0." not in self.kept()
            self.registry.register(entries[1].plugin, mine)
            self.registry.replace(mine, entries[2].plugin)
            assert [label for label in self.kept() if label.startswith(mine)] == [f"{mine}2."]
            return entries[2]

        self.count += 3
        several = [f"t{self.count - number} " for number in range(3)]
        futures = [self.pool.submit(work, mine) for mine in several]
        self.call_historic()
        present = {future.result().name: future.result() for future in futures}
        names = lasting(self.registry.plugin_names())
        assert names[: len(self.entries)] == [entry.name for entry in self.entries]
        assert sorted(names[len(self.entries) :]) == sorted(several)
        self.entries += [present[name] for name in names[len(self.entries) :]]

    # -- a life ----------------------------------------------------------------------------------------------------

    def live(self) -> None:
        """Run some operations, each in this thread or in another one, and compare after each."""
        operations = [self.register, self.register, self.unregister, self.replace, self.block, self.load, self.call]
        operations += [self.call, self.call_without, self.call_historic, self.leave, self.collect, self.close]
        for _ in range(self.random.randint(5, 25)):
            operation = self.random.choice(operations)
            if self.random.random() < 0.03:
                operation = self.at_once
            if self.random.random() < 0.2 and operation != self.at_once:
                self.pool.submit(operation).result()
            else:
                operation()
            self.compare()
        self.settle()

    def compare(self) -> None:
        """Compare what can be seen of the registry with the model."""
        registry = self.registry
        assert lasting(registry.plugin_names()) == [entry.name for entry in self.entries]
        assert {name for name in NAMES if registry.is_blocked(name)} == self.blocked
        assert all(entry.plugin is None or registry.get_name(entry.plugin) == entry.name for entry in self.entries)

    def settle(self) -> None:
        """Compare everything, once all plugins are loaded: each has received each historic call once."""
        self.collect()
        self.call()
        for entry in self.entries:
            heard = getattr(self.registry.get_plugin(entry.name), "heard", [])
            expected = self.history if "seen" in entry.places else []
            assert Counter(heard) == Counter(expected)
            assert entry.name.startswith("t") or heard == expected


def lasting(labels: Any) -> list[str]:
    """Return names or labels without those of plugins that the collector may unregister."""
    return [label for label in labels if not label.startswith("fleeting")]


@contextmanager
def environment() -> Iterator[ThreadPoolExecutor]:
    """Have an environment with the plugins that are loaded, a cache of its own, and threads."""
    before = [*sys.path], dict(os.environ), gc.get_threshold()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(3) as pool:
        for name in MODULES:
            sys.modules.pop(name, None)
            info = Path(folder, f"{name}-1.0.dist-info")
            info.mkdir()
            info.joinpath("METADATA").write_text(f"Name: {name}\nVersion: 1.0\n")
            info.joinpath("entry_points.txt").write_text(f"[{GROUP}]\n{name} = {name}:Plugin\n")
            Path(folder, f"{name}.py").write_text(MODULE)
        os.environ.update(XDG_CACHE_HOME=folder, LOCALAPPDATA=folder, HOME=folder)
        sys.path = [folder, *(path for path in sys.path if "site-packages" not in path)]
        sys.modules["lives"] = sys.modules[__name__]
        gc.freeze()  # what other tests have left would be looked through thousands of times
        try:
            yield pool
        finally:
            gc.unfreeze()
            sys.path, environ, threshold = before
            os.environ.clear()
            os.environ.update(environ)
            gc.set_threshold(*threshold)
            for name in MODULES:
                sys.modules.pop(name, None)


def run(start: int, count: int) -> None:
    """Run programs; a difference is an AssertionError with the seed."""
    with environment() as pool:
        for seed in range(start, start + count):
            try:
                Life(seed, pool).live()
            except BaseException as error:
                error.add_note(f"in the life of seed {seed}")
                raise


if __name__ == "__main__":
    run(int(sys.argv[2]) if len(sys.argv) > 2 else 0, int(sys.argv[1]))
    print(f"{sys.argv[1]} programs without a difference")  # noqa: T201
