"""How long each plugin takes in each hook, without what it calls of other plugins."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from threading import RLock
from time import perf_counter
from types import TracebackType
from typing import NamedTuple, TextIO, TypeAlias

from pluginkit._call.observed import Call

IMPORT = "(import)"  # stands for a hook where a lazy plugin is imported

Key: TypeAlias = tuple[str, str]  # the plugin, and the hook
Path: TypeAlias = tuple[Key, ...]  # from the outermost call to the innermost


class Timing(NamedTuple):
    """What the calls of one hook took in one plugin.

    Attributes:
        plugin_name: The plugin.
        hook: The hook as errors name it, or "(import)" for the import of a lazy plugin.
        calls: How many there were.
        total: The seconds that they took altogether.
        max: The seconds that the longest took.
        failures: How many raised an exception of their own.

    Example:
        >>> Timing("links", "ReportSpec.check", 4, 2.0, 1.5, 0).mean
        0.5
    """

    plugin_name: str
    hook: str
    calls: int
    total: float
    max: float
    failures: int

    @property
    def mean(self) -> float:
        """The seconds that a call took on average.

        Example:
            >>> Timing("links", "ReportSpec.check", 0, 0.0, 0.0, 0).mean
            0.0
        """
        return self.total / self.calls if self.calls else 0.0


def timings(*, clock: Callable[[], float] = perf_counter) -> Timings:
    """Return an observer that measures how long each plugin takes in each hook.

    Args:
        clock: Returns the time in seconds.

    Example:
        >>> from typing import Protocol
        >>> from pluginkit import Registry, hookimpl, hookspec
        >>> class GreetSpec(Protocol):
        ...     @hookspec
        ...     def greet(self, *, name: str) -> str: ...
        >>> class Polite:
        ...     @hookimpl(GreetSpec.greet)
        ...     def greet(self, name: str) -> str:
        ...         return f"Good day, {name}."
        >>> registry = Registry(GreetSpec)
        >>> registration = registry.register(Polite())
        >>> table = timings()
        >>> with registry.observe(table):
        ...     registry.hook.greet(name="Ada")
        ['Good day, Ada.']
        >>> table.as_dict()["Polite"]["GreetSpec.greet"]["calls"]
        1
    """
    return Timings(clock=clock)


class Timings:
    """A table of plugin and hook, which fills while it observes a registry, or several.

    The time of a call is that of the plugin's own code, which it may spend waiting: what the plugin calls of other
    plugins, and what a wrapper wraps, counts for these. Where implementations run at once, their times overlap.

    Example:
        >>> table = timings()
        >>> list(table)
        []
    """

    def __init__(self, *, clock: Callable[[], float] = perf_counter) -> None:
        self.clock: Callable[[], float] = clock
        self._paths: dict[Path, Timing] = {}
        self._lock = RLock()  # a finalizer may call a hook while this thread holds it

    def __call__(self, call: Call) -> Running:
        """Return what a call runs within, for `Registry.observe`."""
        return Running(self, (call.plugin_name, IMPORT if call.kind == "load" else call.hook))

    def __iter__(self) -> Iterator[Timing]:
        """Return the rows, those that took longest first."""
        with self._lock:
            paths = list(self._paths.items())
        rows: dict[Key, Timing] = {}
        for path, timing in paths:
            key = path[-1]
            rows[key] = _sum(rows[key], timing) if key in rows else timing
        return iter(sorted(rows.values(), key=lambda row: (-row.total, row.plugin_name, row.hook)))

    def __str__(self) -> str:
        return table(self)

    def print(self, file: TextIO | None = None) -> None:
        """Write the table.

        Args:
            file: Where to; without it, to stdout.

        Example:
            >>> timings().print()
            plugin  hook  calls  total ms  mean ms  max ms  failures
        """
        (sys.stdout if file is None else file).write(f"{self}\n")

    def as_dict(self) -> dict[str, dict[str, dict[str, float]]]:
        """Return the table by plugin and hook: calls, total, mean, max and failures; times are in seconds.

        Example:
            >>> timings().as_dict()
            {}
        """
        found: dict[str, dict[str, dict[str, float]]] = {}
        for row in self:
            values = {"calls": row.calls, "total": row.total, "mean": row.mean}
            values |= {"max": row.max, "failures": row.failures}
            found.setdefault(row.plugin_name, {})[row.hook] = values
        return found

    def paths(self) -> dict[Path, Timing]:
        """Return the same by nested calls: a tuple of plugin and hook, for each call on the way to the innermost.

        Example:
            >>> timings().paths()
            {}
        """
        with self._lock:
            return dict(self._paths)

    def clear(self) -> None:
        """Forget what was measured.

        Example:
            >>> table.clear()
            >>> list(table)
            []
        """
        with self._lock:
            self._paths.clear()

    def add(self, path: Path, timing: Timing) -> None:
        """Add what was measured: in another process, for example.

        Example:
            >>> table = timings()
            >>> table.add((("links", "check"),), Timing("links", "check", 1, 0.5, 0.5, 0))
            >>> table.as_dict()["links"]["check"]["total"]
            0.5
        """
        with self._lock:
            present = self._paths.get(path)
            self._paths[path] = timing if present is None else _sum(present, timing)


def _sum(one: Timing, other: Timing) -> Timing:
    return Timing(
        one.plugin_name,
        one.hook,
        one.calls + other.calls,
        one.total + other.total,
        max(one.max, other.max),
        one.failures + other.failures,
    )


class Running:
    """A call that is measured.

    Attributes:
        table: Where it is added.
        outer: The call within which it runs, as far as the same table measures it.
        path: The calls from the outermost to this one.
        inside: The seconds of the calls that this one has made.
        failed_inside: The identity of what one of these has raised.
    """

    __slots__ = ("before", "failed_inside", "inside", "outer", "path", "start", "table")

    def __init__(self, table: Timings, key: Key) -> None:
        outer: Running | None = _current.get()
        while outer is not None and outer.table is not table:
            outer = outer.outer
        self.table: Timings = table
        self.outer: Running | None = outer
        self.path: Path = (*(outer.path if outer else ()), key)
        self.inside: float = 0.0
        self.failed_inside: int = 0
        self.before: Running | None = _current.get()
        self.start: float = 0.0

    def __enter__(self) -> None:
        _current.set(self)
        self.start = self.table.clock()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        taken = self.table.clock() - self.start
        _current.set(self.before)
        if self.outer is not None:
            self.outer.inside += taken
            self.outer.failed_inside = id(error)
        own = max(0.0, taken - self.inside)
        failures = int(error is not None and id(error) != self.failed_inside)
        self.table.add(self.path, Timing(*self.path[-1], 1, own, own, failures))


_current: ContextVar[Running | None] = ContextVar("pluginkit.timings", default=None)


def table(rows: Iterable[Timing]) -> str:
    """Return rows as aligned text; times are in milliseconds."""
    cells: list[tuple[str, ...]] = [("plugin", "hook", "calls", "total ms", "mean ms", "max ms", "failures")]
    for row in rows:
        times = [f"{1000 * seconds:.3f}" for seconds in (row.total, row.mean, row.max)]
        cells.append((row.plugin_name, row.hook, str(row.calls), *times, str(row.failures)))
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place < 2 else cell.rjust(width)  # noqa: PLR2004 - names are on the left
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    )
