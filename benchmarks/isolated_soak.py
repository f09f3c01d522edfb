"""Calls from threads and tasks to isolated plugins whose workers are killed, stopped and slowed at random.

    python -m nox -s soak_isolated -- --seconds 60

It fails if a call takes longer than its limit and what killing a worker may take, if a call runs twice, if an answer
is not that of its call, if a process is left, or if the memory of the host grows. Linux only: it looks into `/proc`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from soak_plugin import SoakSpec

from pluginkit import Registry
from pluginkit.isolated import IsolationError, Limits, isolated

TIMEOUT, START = 1.0, 5.0
LATEST = TIMEOUT + START + 2.0  # on a machine that does other things as well, and with four calls that wait for two
THREADS, TASKS = 4, 12
WARM, GROWTH = 0.3, 30_000  # after which part of the time, by how many KB the host may grow


def workers() -> list[int]:
    """Return the processes that this one has started, and that have not ended."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if folder.name.isdecimal():
                fields = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
                if int(fields[1]) == os.getpid() and fields[0] not in "ZX":
                    found.append(int(folder.name))
    return found


def groups(ids: set[int]) -> list[int]:
    """Return the processes that are left of some process groups."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if folder.name.isdecimal() and os.getpgid(int(folder.name)) in ids:
                state = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
                found += [int(folder.name)] if state not in "ZX" else []
    return found


def memory() -> int:
    """Return how much memory this process has, in KB."""
    text = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmRSS:"))


class Soak:
    """What is counted, and what went wrong."""

    def __init__(self, registry: Registry[SoakSpec], until: float) -> None:
        self.registry = registry
        self.until = until
        self.outcomes: Counter[str] = Counter()
        self.failures: list[str] = []
        self.seen: set[int] = set()
        self._lock = threading.Lock()
        self._next = 0

    def number(self) -> int:
        """Return the number of the next call."""
        with self._lock:
            self._next += 1
            return self._next

    def note(self, number: int, began: float, outcome: str) -> None:
        """Count a call that has ended."""
        took = time.monotonic() - began
        with self._lock:
            self.outcomes[outcome] += 1
            if took > LATEST:
                self.failures.append(f"call {number} took {took:.1f} s, and ended with: {outcome}")

    def call(self) -> None:
        """Make calls of sync hooks, in a thread."""
        chance = random.Random(threading.get_ident())  # noqa: S311 - nothing depends on it
        while time.monotonic() < self.until:
            number, began = self.number(), time.monotonic()
            try:
                size = chance.choice((0, 10, 1_000, 300_000))
                answer = self.registry.hook.work(number=number, content=b"x" * size, seconds=chance.random() / 500)
                outcome = "answered" if answer == (number, size) else "wrong"
            except IsolationError as error:
                outcome = type(error).__name__
            self.note(number, began, outcome)

    async def acall(self) -> None:
        """Make calls of async hooks, in a task; some are cancelled."""
        chance = random.Random(self.number())  # noqa: S311 - nothing depends on it
        while time.monotonic() < self.until:
            number, began = self.number(), time.monotonic()
            call = asyncio.ensure_future(self.registry.hook.awork(number=number, seconds=chance.random() / 50))
            if chance.random() < 0.1:  # noqa: PLR2004 - one in ten
                await asyncio.sleep(chance.random() / 50)
                call.cancel()
            try:
                outcome = "answered" if await call == number else "wrong"
            except IsolationError as error:
                outcome = type(error).__name__
            except asyncio.CancelledError:
                outcome = "cancelled"
            self.note(number, began, outcome)

    async def tasks(self) -> None:
        """Run the tasks."""
        await asyncio.gather(*(self.acall() for _ in range(TASKS)))

    def disturb(self) -> None:
        """Kill, stop and slow workers, in a thread."""
        chance = random.Random(0)  # noqa: S311 - nothing depends on it
        while time.monotonic() < self.until:
            time.sleep(chance.random() / 2)
            for pid in chance.sample(found := workers(), min(1, len(found))):
                self.seen.add(pid)
                with contextlib.suppress(ProcessLookupError):
                    how = chance.choice(("kill", "stop", "slow"))
                    os.kill(pid, signal.SIGKILL if how == "kill" else signal.SIGSTOP)
                    self.outcomes[f"workers: {how}"] += 1
                    if how == "slow":
                        time.sleep(chance.random() / 5)
                        os.kill(pid, signal.SIGCONT)

    def run(self) -> None:
        """Run everything."""
        threads = [threading.Thread(target=self.call) for _ in range(THREADS)]
        threads += [threading.Thread(target=self.disturb), threading.Thread(target=lambda: asyncio.run(self.tasks()))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def main() -> int:
    """Soak, and return the exit status."""
    parser = argparse.ArgumentParser(description="Disturb isolated plugins at random.")
    parser.add_argument("--seconds", type=float, default=600.0, help="how long (600)")
    seconds: float = parser.parse_args().seconds
    with TemporaryDirectory() as folder:
        log = Path(folder, "calls")
        os.environ["SOAK_LOG"] = str(log)
        limits = Limits(timeout=TIMEOUT, start=START, restarts=10**6, calls=2000)
        plugin = isolated(SoakSpec, "soak_plugin:Plugin", workers=2, limits=limits)
        registry = Registry(SoakSpec)
        registry.register(plugin)
        soak = Soak(registry, time.monotonic() + seconds)
        early: list[int] = []
        timer = threading.Timer(seconds * WARM, lambda: early.append(memory()))
        timer.start()
        soak.run()
        timer.join()
        late = memory()
        soak.seen |= set(workers())
        plugin.close()
        runs = Counter(log.read_text(encoding="ascii").split())
    report(soak, runs, early[0], late)
    return 1 if soak.failures else 0


def report(soak: Soak, runs: Counter[str], early: int, late: int) -> None:
    """Print what happened, and what should not have."""
    twice = [number for number, count in runs.items() if count > 1]
    soak.failures += [f"call {number} ran {runs[number]} times" for number in twice]
    soak.failures += [f"{soak.outcomes['wrong']} answers were those of other calls"] if soak.outcomes["wrong"] else []
    soak.failures += [f"process {pid} is left" for pid in [*workers(), *groups(soak.seen)]]
    if late - early > GROWTH:
        soak.failures.append(f"the host grew from {early} to {late} KB")
    for name, count in sorted(soak.outcomes.items()):
        print(f"{name:24}{count:10}")
    print(f"{'runs':24}{sum(runs.values()):10}\n{'memory of the host, KB':24}{early:10} then {late}")
    for failure in soak.failures:
        print(f"FAILED: {failure}")


if __name__ == "__main__":
    sys.exit(main())
