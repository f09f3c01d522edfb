"""Threads: calls see a whole set of implementations while others register, and historic calls reach each plugin once.

Nothing is timed: the threads do a fixed amount of work and meet at a barrier.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from threading import Barrier, Event, Thread

import pytest
from plugins import answering, plugin
from specs import AppSpec

from pluginkit import Registry, hookimpl

pytestmark = pytest.mark.usefixtures("tier")

ROUNDS = 300


@pytest.fixture(autouse=True)
def _frequent_switches() -> Iterator[None]:
    """Let threads interrupt one another as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def run_together(*works: Callable[[], None]) -> None:
    """Run functions in threads that start at once; raise what any of them raised."""
    barrier = Barrier(len(works))
    errors: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            barrier.wait()
            work()
        except BaseException as error:
            errors.append(error)

    threads = [Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


class Pair:
    """A plugin with a wrapper and an implementation: a call runs both or neither."""

    def __init__(self, name: str) -> None:
        self.name = name

    @hookimpl(AppSpec.sections)
    def inside(self, **_: object) -> list[str]:
        return [self.name]

    @hookimpl(AppSpec.sections, wrapper=True)
    def around(self, **_: object) -> Generator[None, list[list[str]], list[list[str]]]:
        result = yield
        return [*result, [f"{self.name} wrapped"]]


def test_calls_are_never_torn() -> None:
    """While plugins come and go, each call runs both the implementation and the wrapper of a plugin, or neither."""
    registry = Registry(AppSpec)
    registry.register(answering(AppSpec.sections, ["steady"]), "steady")

    def coming_and_going(name: str) -> Callable[[], None]:
        def work() -> None:
            for _ in range(ROUNDS):
                with registry.register(Pair(name), name):
                    pass

        return work

    def calling() -> None:
        for _ in range(ROUNDS):
            answers = [answer for [answer] in registry.hook.sections(document="d")]
            inside = {name for name in answers if not name.endswith("wrapped")}
            wrapped = {name.removesuffix(" wrapped") for name in answers if name.endswith("wrapped")}
            assert "steady" in inside
            assert inside - {"steady"} == wrapped
            assert len(answers) == len(set(answers))

    run_together(coming_and_going("a"), coming_and_going("b"), calling, calling)
    assert registry.plugin_names() == ("steady",)


def test_replace_leaves_no_gap() -> None:
    """While a plugin is replaced, each call sees the old one or the new one, and never both or neither."""
    registry = Registry(AppSpec)
    registry.register(answering(AppSpec.sections, ["0"]), "it")

    def replacing() -> None:
        for number in range(ROUNDS):
            registry.replace("it", answering(AppSpec.sections, [str(number)]))

    def calling() -> None:
        for _ in range(ROUNDS):
            assert len(registry.hook.sections(document="d")) == 1

    run_together(replacing, calling, calling)


def test_one_of_two_threads_gets_a_name() -> None:
    """Of threads that register under one name at the same time exactly one succeeds, each time."""
    registry = Registry(AppSpec)
    winners: Counter[int] = Counter()

    def claiming() -> None:
        for number in range(ROUNDS):
            try:
                registry.register(answering(AppSpec.sections, []), f"name {number}")
            except ValueError:
                continue
            winners[number] += 1

    run_together(claiming, claiming, claiming)
    assert len(registry.plugin_names()) == ROUNDS
    assert set(winners.values()) == {1}


def test_historic_calls_reach_each_plugin_once() -> None:
    """Every historic call reaches every plugin once, whichever of the two came first."""
    registry = Registry(AppSpec)
    heard: Counter[tuple[int, str]] = Counter()

    def listener(number: int) -> object:
        @hookimpl.function(AppSpec.configured)
        def configured(options: dict[str, str]) -> None:
            heard[number, options["call"]] += 1

        return plugin(configured)

    def registering(start: int) -> Callable[[], None]:
        return lambda: [registry.register(listener(number)) for number in range(start, start + 30)] and None

    def calling(thread: str) -> Callable[[], None]:
        def work() -> None:
            for number in range(30):
                registry.hook.configured.call_historic(options={"call": f"{thread}{number}"})

        return work

    run_together(registering(0), registering(100), calling("a"), calling("b"))
    assert len(heard) == 60 * 60
    assert set(heard.values()) == {1}


def test_lock_is_not_held_while_calls_are_replayed() -> None:
    """A plugin may wait, during its replay, for another thread that registers something."""
    registry = Registry(AppSpec)
    registry.hook.configured.call_historic(options={})
    done = Event()

    @hookimpl.function(AppSpec.configured)
    def configured(options: dict[str, str]) -> None:
        thread = Thread(target=lambda: registry.register(answering(AppSpec.sections, []), "other") and done.set())
        thread.start()
        thread.join()

    registry.register(plugin(configured), "waiting")
    assert done.is_set()
    assert registry.plugin_names() == ("other", "waiting")
