"""The state of a registry: values that never change, names, histories, and the lock in a forked child."""

from __future__ import annotations

import os
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plugins import answering
from specs import AppSpec

from pluginkit import Registry
from pluginkit._call.history import NO_HISTORY, HistoricCall, History
from pluginkit._call.persistent import OrderedMap, PersistentMap
from pluginkit._call.store import _renew_locks

if TYPE_CHECKING:
    from collections.abc import Iterator


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 300))))
def test_persistent_map_is_a_dict_that_keeps_its_past(changes: list[tuple[bool, int]]) -> None:
    """A mapping has what a dict would have after the same changes, and every mapping before keeps what it had."""
    known: list[tuple[PersistentMap[int, str], dict[int, str]]] = [(PersistentMap(), {})]
    for adding, key in changes:
        mapping, model = known[-1]
        if adding:
            known.append((mapping.with_item(key, str(len(known))), {**model, key: str(len(known))}))
        else:
            known.append((mapping.without(key), {other: value for other, value in model.items() if other != key}))
    for mapping, model in known:
        assert {key: mapping.get(key) for key in range(301) if key in mapping} == model
        assert mapping.get(-1, "nothing") == "nothing"


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 20))))
def test_ordered_map_is_a_dict_that_keeps_its_past(changes: list[tuple[bool, int]]) -> None:
    """A mapping has the items of a dict after the same changes, in the same order, whenever it is looked at."""
    known: list[tuple[OrderedMap[int, str], dict[int, str]]] = [(OrderedMap(), {})]
    for adding, key in changes:
        mapping, model = known[-1]
        if adding:
            known.append((mapping.with_item(key, str(len(known))), {**model, key: str(len(known))}))
        elif key in model:
            known.append((mapping.without(key), {other: value for other, value in model.items() if other != key}))
    for mapping, model in known:
        assert list(mapping.items()) == list(model.items())
        assert (list(mapping.values()), len(mapping)) == (list(model.values()), len(model))
        assert [mapping.get(key) for key in range(21)] == [model.get(key) for key in range(21)]
        assert {key for key in range(21) if key in mapping} == set(model)


def test_mappings_that_grow() -> None:
    """However much there is in a mapping, it has what a dict has, in the same order where it keeps one."""
    mapping: PersistentMap[int, int] = PersistentMap()
    ordered: OrderedMap[int, int] = OrderedMap()
    model: dict[int, int] = {}
    keys = [number * 16 for number in range(3000)]
    for key in keys + keys[::7]:
        mapping, ordered, model[key] = mapping.with_item(key, -key), ordered.with_item(key, -key), -key
    for key in keys[::3]:
        mapping, ordered = mapping.without(key), ordered.without(key)
        del model[key]
    assert dict(mapping.items()) == model
    assert list(ordered.items()) == list(model.items())
    assert ordered.get(keys[1]) == -keys[1]
    with pytest.raises(KeyError):
        ordered[keys[0]]
    assert keys[0] not in ordered
    assert keys[0] not in mapping


def test_history_keeps_the_order_of_calls() -> None:
    """A history gives the calls since any of them, the first one first, and keeps what it had when it goes on."""
    calls = [HistoricCall({}, None, frozenset()) for _ in range(4)]
    histories = [NO_HISTORY]
    for call in calls:
        histories.append(History(histories[-1], call))
    assert [len(history) for history in histories] == [0, 1, 2, 3, 4]
    for length, history in enumerate(histories):
        assert [history.since(count) for count in range(5)] == [calls[count:length] for count in range(5)]


NAMES = st.sampled_from(["P", "P-2", "P-3", "P-4", "P-02", "P-0", "-2", "P-2-2", "P-x"])


@given(st.lists(st.tuples(st.booleans(), NAMES), max_size=30))
def test_default_names_take_the_first_free_number(changes: list[tuple[bool, str]]) -> None:
    """Without a name, a plugin gets that of its class with the first number that is free, whatever came and went."""
    registry = Registry(AppSpec)

    def expected(wanted: str) -> str:
        numbered = (f"{wanted}-{number}" for number in range(2, 40))
        return next(name for name in [wanted, *numbered] if not registry.is_registered(name))

    for adding, name in changes:
        if adding and not registry.is_registered(name):
            registry.register(answering(AppSpec.sections, []), name)
        elif not adding and registry.is_registered(name):
            registry.unregister(name)
        for wanted in ("P", "P-2"):
            assert registry._store.state.free_name(wanted) == expected(wanted)


@pytest.fixture
def held() -> Iterator[Registry[AppSpec]]:
    """Return a registry whose lock is held by another thread."""
    registry = Registry(AppSpec)
    registry.register(answering(AppSpec.sections, ["d"]), "it")
    taken, done = Event(), Event()

    def hold() -> None:
        with registry._store.lock:
            taken.set()
            done.wait()

    thread = Thread(target=hold)
    thread.start()
    taken.wait()
    yield registry
    done.set()
    thread.join()


def test_lock_is_renewed(held: Registry[AppSpec]) -> None:
    """After a fork no registry waits for a thread that does not exist in the child."""
    _renew_locks()
    assert held.hook.sections(document="d") == [["d"]]
    held.register(answering(AppSpec.sections, ["e"]), "other")
    assert held.plugin_names() == ("it", "other")


if hasattr(os, "fork"):

    @pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
    def test_forked_child_calls_and_registers(held: Registry[AppSpec]) -> None:
        """A child that is forked while another thread holds the registry's lock can call hooks, and change plugins."""
        child = os.fork()
        if child == 0:
            try:
                held.unregister("it")
                os._exit(len(held.hook.sections(document="d")))
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert held.is_registered("it")
