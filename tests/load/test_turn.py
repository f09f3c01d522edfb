"""Who may wait for a plugin that another thread is loading: whoever does not make that thread wait."""

from __future__ import annotations

import sys
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

import pytest

from pluginkit._load import turn as module
from pluginkit._load.turn import Turn, is_imported_here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def owned(turn: Turn, meanwhile: Callable[[], object]) -> Thread:
    """Return a thread that has a turn, and does something in it."""
    taken = Event()

    def work() -> None:
        assert turn.take("it")
        taken.set()
        meanwhile()
        turn.give()

    thread = Thread(target=work)
    thread.start()
    taken.wait()
    return thread


def test_one_thread_does_not_wait_for_itself() -> None:
    """A thread that has a turn does not get it once more, and can give it."""
    turn = Turn()
    assert turn.take("it")
    assert not turn.take("it")
    turn.give()
    assert turn.take("it")


def test_others_wait_for_a_thread_that_goes_on() -> None:
    """While a thread is at work, another one waits for its turn."""
    turn, stop = Turn(), Event()

    def busy() -> None:
        while not stop.is_set():
            pass

    thread = owned(turn, busy)
    waiting = Event()
    got: list[bool] = []

    def wait() -> None:
        waiting.set()
        got.append(turn.take("it"))
        turn.give()

    other = Thread(target=wait)
    other.start()
    waiting.wait()
    other.join(0.1)
    assert got == []
    stop.set()
    other.join()
    thread.join()
    assert got == [True]


def test_a_thread_that_waits_for_others_is_not_waited_for() -> None:
    """A thread that waits for another thread may wait for this one: it is not waited for."""
    turn, go = Turn(), Event()
    thread = owned(turn, go.wait)
    assert not turn.take("it")
    go.set()
    thread.join()
    assert turn.take("it")


def test_threads_that_wait_for_each_other() -> None:
    """Two threads that have a turn each do not both wait for the turn of the other."""
    one, two = Turn(), Turn()
    got: list[bool] = []
    both = [Event(), Event()]

    def meanwhile(own: int, other: Turn) -> None:
        both[own].set()
        both[1 - own].wait()
        got.append(other.take("it"))
        if got[-1]:
            other.give()

    threads = [owned(one, lambda: meanwhile(0, two)), owned(two, lambda: meanwhile(1, one))]
    for thread in threads:
        thread.join()
    assert False in got


def test_a_circle_of_others_is_no_reason_to_look_forever() -> None:
    """A thread that is in no circle finds out that others are in one."""
    one, two = Turn(), Turn()
    one.owner, two.owner = -1, -2
    module._waits.update({-1: two, -2: one})
    try:
        assert not one._waits_for(-3)
        assert one._waits_for(-2)
    finally:
        module._waits.clear()


def test_patience_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that does not go on for long is not waited for, and a warning says so."""
    monkeypatch.setattr(module, "_PATIENCE", 0.05)
    turn, lock = Turn(), Lock()
    lock.acquire()
    thread = owned(turn, lock.acquire)
    with pytest.warns(RuntimeWarning, match="it is being loaded by a thread that does not go on: going on without it"):
        assert not turn.take("it")
    lock.release()
    thread.join()


def test_a_turn_of_a_thread_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a forked child, the turn of a thread of the parent is free."""
    turn, go = Turn(), Event()
    thread = owned(turn, go.wait)
    turn._process = -1
    lock = turn._lock
    assert turn.take("it")
    turn._lock = lock
    go.set()
    thread.join()


def test_a_thread_of_which_nothing_is_known_is_waited_for() -> None:
    """A thread that is just taking its turn, or has ended, waits for nobody."""
    assert module._place(None) is None
    assert not module._may_wait_for_me(None, for_long=True)


def test_importing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that imports a module is not waited for by one whose import it waits for, and knows what it imports."""
    monkeypatch.syspath_prepend(tmp_path)
    seen: dict[str, object] = {}
    turn, there = Turn(), Event()

    def use() -> None:
        seen["imported here"] = is_imported_here("turn_imported"), is_imported_here("turn")
        thread = Thread(target=load)
        thread.start()
        there.wait()
        seen["waited"] = turn.take("it")
        seen["thread"] = thread

    def load() -> None:
        assert turn.take("it")
        there.set()
        __import__("turn_imported")
        turn.give()

    monkeypatch.setattr(module, "use", use, raising=False)
    (tmp_path / "turn_imported.py").write_text("from pluginkit._load import turn\nturn.use()\n")
    __import__("turn_imported")
    thread = seen.pop("thread")
    assert isinstance(thread, Thread)
    thread.join()
    del sys.modules["turn_imported"]
    assert seen == {"imported here": (True, False), "waited": False}
    assert not is_imported_here("turn_imported")
