"""Exchanges the code of hooks while threads call them, and says whether a call was torn, or anything was raised.

    python tests/call/exchanges.py [EXCHANGES]

A Python without a global lock is the hardest test of it.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from threading import Thread
from typing import NamedTuple, Protocol

from pluginkit import Registry, hookimpl, hookspec
from pluginkit._call import caller as callers


class Spec(Protocol):
    """Has parameters with and without a default, of which implementations take some."""

    @hookspec
    def parts(self, *, a: int, b: str, c: float, extra: str = "e") -> str:
        """Collect parts."""
        ...


class Steady:
    """A plugin that stays."""

    @hookimpl(Spec.parts)
    def parts(self, a: int, b: str) -> str:
        """Answer."""
        return f"in {a}{b}"


class Pair:
    """A plugin that comes and goes: a call runs both of its functions, or neither."""

    @hookimpl(Spec.parts)
    def parts(self, c: float, a: int, extra: str) -> str:
        """Answer."""
        return f"in pair {a}{c}{extra}"

    @hookimpl(Spec.parts, wrapper=True)
    def around(self, **_: object) -> Generator[None, list[str], list[str]]:
        """Add an answer."""
        result = yield
        return [*result, "out pair"]


class Report(NamedTuple):
    """What has happened.

    Attributes:
        exchanges: How often the code of a function was replaced.
        calls: How many calls other threads made meanwhile.
        wrong: Results that no set of plugins gives, and what was raised.
    """

    exchanges: int
    calls: int
    wrong: list[str]


RIGHT = (["in 1b"], ["in pair 12.0e", "in 1b", "out pair"])
PER_ROUND = 8  # two functions are compiled and exchanged back, with the plugin and without it


def exchange(number: int, threads: int = 2) -> Report:
    """Exchange code so many times while threads call the hook; `COMPILE_AFTER` has to be 0."""
    registry = Registry(Spec)
    registry.register(Steady(), "steady")
    with registry.register(Pair(), "absent"):
        hooks = (registry.hook, registry.without("absent"))
    wrong: list[str] = []
    calls = [0] * threads
    done = False

    def call() -> None:
        for hook in hooks:
            try:
                result = hook.parts(a=1, b="b", c=2.0)
            except BaseException as error:
                wrong.append(repr(error))
            else:
                if result not in RIGHT:
                    wrong.append(repr(result))

    def keep_calling(thread: int) -> None:
        while not done:
            call()
            calls[thread] += len(hooks)

    running = [Thread(target=keep_calling, args=(thread,)) for thread in range(threads)]
    for each in running:
        each.start()
    rounds = 0
    while rounds * PER_ROUND < number and not wrong:
        rounds += 1
        with registry.register(Pair(), "pair"):
            call()
        call()
    done = True
    for each in running:
        each.join()
    return Report(rounds * PER_ROUND, sum(calls), wrong)


if __name__ == "__main__":
    sys.setswitchinterval(1e-6)
    callers.COMPILE_AFTER = 0
    report = exchange(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
    what = f"{report.exchanges} exchanges, {report.calls} calls: {report.wrong or 'nothing was wrong'}"
    sys.stdout.write(f"Python {sys.version.split()[0]}, {what}\n")
    sys.exit(bool(report.wrong))
