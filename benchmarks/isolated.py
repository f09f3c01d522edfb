"""What a call of an isolated plugin costs, as ratios taken in one run; pinned to one core where that can be done.

    python -m nox -s bench_isolated

The measure is a ping-pong: 32 bytes through two pipes to another Python and back, without any serialiser. What is
compared does the same call, with the same arguments: `multiprocessing` with a `Connection`, a `ProcessPoolExecutor`
of one worker, execnet, and the isolated plugins of cpex. Each round takes all of them in turns, and each ratio is the
median of the rounds' own ratios. Without pinning, waking up an idle core takes most of the time, and ratios mean
nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import multiprocessing
import os
import platform
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import execnet
from isolated_plugin import BenchSpec, Doc, Plugin

from pluginkit import Registry
from pluginkit.isolated import Limits, WorkerDied, WorkerTimeout, isolated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIMITS = Limits(timeout=20.0, restarts=10**6)
IN_FLIGHT = 64
DOC = Doc("On isolation", "Some text. " * 10, ["a", "b", "c"], 7, 20, "en", "Ada", "1.0", 0.5, False)  # noqa: FBT003


# -- what is compared -----------------------------------------------------------------------------------------------

ECHO = """
import os
size = int(os.environ["SIZE"])
view = memoryview(bytearray(size))
readv, write = os.readv, os.write
while True:
    have = 0
    while have < size:
        count = readv(0, [view[have:]])
        if not count:
            raise SystemExit
        have += count
    rest = view
    while rest:
        rest = rest[write(1, rest):]
"""


PING = """
import os
read, write = os.read, os.write
while True:
    data = read(0, 64)
    if not data:
        break
    write(1, data)
"""


class Ping:
    """Another Python that sends 32 bytes back, with nothing around the two system calls of each side."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", PING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._there, self._back = self._process.stdin.fileno(), self._process.stdout.fileno()

    def __call__(self) -> None:
        """Send and receive."""
        os.write(self._there, b"x" * 32)
        os.read(self._back, 64)

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        for file in (self._process.stdin, self._process.stdout):
            assert file is not None
            file.close()


class Echo:
    """Another Python that sends back so many bytes as it gets, through pipes like those of isolated plugins."""

    def __init__(self, size: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", ECHO],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={**os.environ, "SIZE": str(size)},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._there, self._back = self._process.stdin.fileno(), self._process.stdout.fileno()
        with contextlib.suppress(ImportError, OSError):
            import fcntl

            for each in (self._there, self._back):
                fcntl.fcntl(each, 1031, 1048576)  # the larger pipe of Linux
        self._message = memoryview(bytearray(size))
        self._answer = memoryview(bytearray(size))

    def __call__(self) -> None:
        """Send and receive."""
        rest = self._message
        while rest:
            rest = rest[os.write(self._there, rest) :]
        rest = self._answer
        while rest:
            rest = rest[os.readv(self._back, [rest]) :]

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        for file in (self._process.stdin, self._process.stdout):
            assert file is not None
            file.close()


def small(name: str, text: str) -> list[str]:
    """Give a short answer, in processes of others."""
    return [name, text]


def same(value: Any) -> Any:
    """Give something back, in processes of others."""
    return value


def answer(connection: Any) -> None:
    """Answer calls that come through a `Connection`."""
    while True:
        with contextlib.suppress(EOFError):
            name, arguments = connection.recv()
            connection.send(globals()[name](*arguments))
            continue
        return


class OverConnection:
    """Calls through a `multiprocessing.Connection`."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=answer, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def call(self, name: str, *arguments: object) -> Any:
        """Call a function there."""
        self._ours.send((name, arguments))
        return self._ours.recv()

    def close(self) -> None:
        """End it."""
        self._ours.close()
        self._process.join()


class OverExecnet:
    """Calls through an execnet channel, which takes builtin types."""

    def __init__(self) -> None:
        self._gateway = execnet.makegateway()
        self._channel = self._gateway.remote_exec("while True: channel.send(channel.receive())")

    def call(self, *arguments: object) -> Any:
        """Send arguments there and back."""
        self._channel.send(list(arguments))
        return self._channel.receive()

    def close(self) -> None:
        """End it."""
        self._gateway.exit()


# -- taking times ---------------------------------------------------------------------------------------------------


def seconds(call: Callable[[], object], number: int) -> list[float]:
    """Return what each of so many calls takes."""
    taken = []
    for _ in range(number):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return taken


@dataclass
class Row:
    """What was measured of one way to call.

    Attributes:
        times: What each call took, by round.
    """

    name: str
    call: Callable[[], object]
    number: int
    times: list[list[float]]

    def middle(self) -> list[float]:
        """Return the median of each round."""
        return [median(times) for times in self.times]

    def against(self, other: Row) -> float:
        """Return the median of the rounds' ratios to another."""
        return median(ours / theirs for ours, theirs in zip(self.middle(), other.middle(), strict=True))

    def tail(self) -> float:
        """Return the 99th percentile as a multiple of the median."""
        every = [each for times in self.times for each in times]
        return quantiles(every, n=100)[98] / median(every)


def measured(rounds: int, *ways: tuple[str, Callable[[], object], int]) -> list[Row]:
    """Take the times of several ways to call, in turns."""
    rows = [Row(name, call, number, []) for name, call, number in ways]
    for row in rows:
        seconds(row.call, max(1, row.number // 10))
    for _ in range(rounds):
        for row in rows:
            row.times.append(seconds(row.call, row.number))
    return rows


def show(rows: list[Row], bars: dict[str, float]) -> None:
    """Print a table: what each way takes, as a multiple of the first one; and whether its bar is met."""
    print(f"{'':44}{'p50 µs':>10}{'x':>8}{'p99/p50':>9}")
    for row in rows:
        ratio = row.against(rows[0])
        bar = bars.get(row.name)
        verdict = "" if bar is None else f"  bar {bar:g}: {'met' if ratio <= bar else 'missed'}"
        print(f"{row.name:44}{median(row.middle()) * 1e6:10.1f}{ratio:8.2f}{row.tail():9.1f}{verdict}")
    print()


def compare_small(rounds: int, registry: Registry[BenchSpec], cpex: Callable[[], object] | None) -> None:
    """Print what short calls take."""
    connection, channel, echo = OverConnection(), OverExecnet(), Ping()
    local = Registry(BenchSpec)
    local.register(Plugin())
    pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
    ways: list[tuple[str, Callable[[], object], int]] = [
        ("ping-pong, 32 bytes", echo, 300),
        ("pluginkit, in process", partial(local.hook.small, name="x", text="hello"), 300),
        ("pluginkit.isolated, short call", partial(registry.hook.small, name="x", text="hello"), 300),
        ("pluginkit.isolated, record of 10 fields", partial(registry.hook.record, doc=DOC), 300),
        ("multiprocessing, short call", partial(connection.call, "small", "x", "hello"), 150),
        ("multiprocessing, record of 10 fields", partial(connection.call, "same", DOC), 150),
        ("execnet, short call", partial(channel.call, "x", "hello"), 60),
        ("ProcessPoolExecutor, short call", lambda: pool.submit(small, "x", "hello").result(), 30),
        ("ProcessPoolExecutor, record of 10 fields", lambda: pool.submit(same, DOC).result(), 30),
    ]
    if cpex is not None:
        ways.append(("cpex, isolated plugin, short call", cpex, 20))
    rows = measured(rounds, *ways)
    show(rows, {"pluginkit.isolated, short call": 4.0, "pluginkit.isolated, record of 10 fields": 6.0})
    if cpex is not None:
        print(f"cpex takes {rows[-1].against(rows[2]):.0f} times what pluginkit.isolated takes (bar: 15)\n")
    for each in (connection, channel, echo):
        each.close()
    pool.shutdown()


def compare_large(rounds: int, registry: Registry[BenchSpec], size: int, number: int) -> None:
    """Print what large calls take, against raw frames of that size."""
    connection, channel, echo = OverConnection(), OverExecnet(), Echo(size)
    pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
    value: Any = "x" * size if size < 10**6 else b"x" * size
    ours = partial(registry.hook.text, text=value) if size < 10**6 else partial(registry.hook.content, content=value)
    rows = measured(
        rounds,
        (f"raw, {size:,} bytes", echo, number),
        ("pluginkit.isolated", ours, number),
        ("multiprocessing", partial(connection.call, "same", value), number),
        ("execnet", partial(channel.call, value), number),
        ("ProcessPoolExecutor", lambda: pool.submit(same, value).result(), number),
    )
    show(rows, {"pluginkit.isolated": 2.7})
    for each in (connection, channel, echo):
        each.close()
    pool.shutdown()


async def many(registry: Registry[BenchSpec], rounds: int) -> float:
    """Return what each of several calls in flight takes."""
    call = partial(registry.hook.small_async, name="x", text="hello")
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        await asyncio.gather(*(call() for _ in range(IN_FLIGHT)))
        taken.append((time.perf_counter() - start) / IN_FLIGHT)
    return median(taken)


async def one(registry: Registry[BenchSpec], number: int) -> float:
    """Return what a call takes that is the only one in flight."""
    taken = []
    for _ in range(number):
        start = time.perf_counter()
        await registry.hook.small_async(name="x", text="hello")
        taken.append(time.perf_counter() - start)
    return median(taken)


def compare_async(rounds: int, registry: Registry[BenchSpec], cpex: Callable[[], object] | None) -> None:
    """Print what calls of async hooks take, one at a time and several in flight."""
    ping = Ping()
    with asyncio.Runner() as runner:
        runner.run(one(registry, 100))
        found = [
            (median(seconds(ping, 300)), runner.run(one(registry, 200)), runner.run(many(registry, 7)), _median(cpex))
            for _ in range(rounds)
        ]
    ping.close()
    print(f"async: one call in flight takes {median(one / ping for ping, one, _, _ in found):.2f} ping-pongs (bar: 6)")
    print(f"async: of {IN_FLIGHT} in flight, each takes {median(each / ping for ping, _, each, _ in found):.2f}")
    if cpex is not None:
        many_times = median(other / each for _, _, each, other in found)
        print(f"       a call of cpex takes {many_times:.0f} of these (bar: 15)")
    print()


def _median(call: Callable[[], object] | None) -> float:
    return median(seconds(call, 10)) if call is not None else 0.0


def compare_starts(rounds: int) -> None:
    """Print how long a worker takes to be ready, and to be ready again after it has ended; and what it takes up."""

    def plain() -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        return time.perf_counter() - start

    ratios, again = [], []
    for _ in range(rounds):
        bare = plain()
        start = time.perf_counter()
        plugin = isolated(BenchSpec, "isolated_plugin:Plugin", limits=LIMITS)
        ready = time.perf_counter() - start
        ratios.append(ready / bare)
        with plugin:
            registry = Registry(BenchSpec)
            registry.register(plugin)
            start = time.perf_counter()
            with contextlib.suppress(WorkerDied):
                registry.hook.misbehave(how="end")
            registry.hook.small(name="x", text="hello")
            again.append(time.perf_counter() - start - ready)
            memory = int(registry.hook.misbehave(how="memory") or 0) / 1024
    print(f"start: ready after {median(ratios):.1f} times what `python -c pass` takes (bar: 6)")
    print(f"       answer after a death: {median(again) * 1e3:+.0f} ms to being ready (bar: +20)")
    print(f"       memory of a worker: {memory:.0f} MB (bar: 25)\n")


def compare_timeouts(rounds: int) -> None:
    """Print by how much calls exceed their timeouts."""
    limits = Limits(timeout=0.2, restarts=10**6)
    late = []
    with isolated(BenchSpec, "isolated_plugin:Plugin", limits=limits) as plugin:
        registry = Registry(BenchSpec)
        registry.register(plugin)
        for _ in range(rounds):
            registry.hook.small(name="x", text="hello")
            start = time.perf_counter()
            with contextlib.suppress(WorkerTimeout):
                registry.hook.misbehave(how="hang")
            late.append(time.perf_counter() - start - 0.2)
    print(f"timeout: exceeded by {median(late) * 1e3:.0f} ms, {max(late) * 1e3:.0f} at most (bar: 100)")


# -- cpex -----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def cpex_client() -> Iterator[Callable[[], object] | None]:
    """Give what calls an isolated plugin of cpex through its own client, or None where that cannot be started."""
    try:
        from isolated_cpex import client
    except Exception as error:
        print(f"cpex cannot be compared: {type(error).__name__}: {error}\n")
        yield None
        return
    with TemporaryDirectory() as folder, client(Path(folder)) as call:
        yield call


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=20, help="how often everything is measured (20)")
    rounds: int = parser.parse_args().rounds
    if hasattr(os, "sched_setaffinity"):
        core = max(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {core})
    names = ", ".join(f"{name} {version(name)}" for name in ("msgspec", "execnet", "cpex"))
    print(f"Python {platform.python_version()}, {names}, pinned to one core, {rounds} rounds\n")
    with cpex_client() as cpex, isolated(BenchSpec, "isolated_plugin:Plugin", limits=LIMITS) as plugin:
        registry = Registry(BenchSpec)
        registry.register(plugin)
        compare_small(rounds, registry, cpex)
        compare_large(rounds, registry, 100_000, 20)
        compare_large(rounds, registry, 10_000_000, 1)
        compare_async(rounds, registry, cpex)
    compare_starts(rounds)
    compare_timeouts(max(3, rounds // 4))


if __name__ == "__main__":
    main()
