"""What runs in the middle of an operation, as finalizers and signal handlers do, finds a whole state and leaves one.

Each operation is interrupted at each of its lines, by each of the others. What comes out is what one of the two
orders, one after the other, would have given.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from plugins import plugin

from pluginkit import PluginkitError, PluginValidationError, Registry, _registry, hookimpl, hookspec
from pluginkit._call.order import Snapshot
from pluginkit._call.state import HookState
from pluginkit._call.store import State, Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


INSIDE = re.compile(r"pluginkit.(_registry\.py|_call.(state|store|order|history|persistent|caller)\.py)")

ATOMIC = {"exchange", "_keep"}  # between their lines Python runs neither finalizers nor signal handlers


class EventSpec(Protocol):
    """A hook that collects, and one that remembers."""

    @hookspec
    def names(self) -> str: ...

    @hookspec(historic=True)
    def seen(self, *, event: str) -> None: ...


class LateSpec(Protocol):
    """A hook that is added later."""

    @hookspec
    def late(self) -> str: ...


class World:
    """A registry with a few plugins, and what they saw."""

    def __init__(self) -> None:
        self.registry = Registry(EventSpec)
        self.log: list[str] = []
        self.first = self.made("first")
        self.registry.register(self.first, "first")
        self.closing = self.registry.register(self.made("second"), "second")

    def made(self, name: str) -> object:
        """Return a plugin for all hooks."""

        @hookimpl.function(EventSpec.names)
        def names() -> str:
            return name

        @hookimpl.function(EventSpec.seen)
        def seen(event: str) -> None:
            self.log.append(f"{name} sees {event}")

        @hookimpl.function(LateSpec.late, optional=True)
        def late() -> str:
            return f"{name} is late"

        return plugin(names, seen, late)

    def outcome(self) -> object:
        """Return what can be seen from the outside, and check that it agrees with itself."""
        registry = self.registry
        names = registry.plugin_names()
        assert [registry.get_name(registry.get_plugin(name)) for name in names] == list(names)
        late = Registry.add_spec(registry, LateSpec).late()
        blocked = [name for name in ("first", "second", "third") if registry.is_blocked(name)]
        assert not set(blocked) & set(names)
        last = [name for name in self.registry.plugin_names() if name == "last"]
        registry.register(self.made("last"), "last")
        return names, registry.hook.names(), late, blocked, sorted(self.log), last, registry.is_registered(self.first)


OPERATIONS: dict[str, Callable[[World], object]] = {
    "register": lambda world: world.registry.register(world.made("third"), "third").name,
    "register by default": lambda world: world.registry.register(world.made("default")).name,
    "close": lambda world: world.closing.close(),
    "unregister": lambda world: world.registry.unregister("first") is world.first,
    "replace": lambda world: world.registry.replace("first", world.made("other first")).name,
    "block": lambda world: world.registry.set_blocked("third"),
    "block a plugin": lambda world: world.registry.set_blocked("second"),
    "unblock": lambda world: world.registry.unblock("third"),
    "add a spec": lambda world: world.registry.add_spec(LateSpec) and None,
    "call": lambda world: world.registry.hook.names() and None,
    "call a historic hook": lambda world: world.registry.hook.seen.call_historic(event="it"),
}


def attempt(operation: Callable[[World], object], world: World) -> object:
    """Run an operation, and return what it gives, or what it raises."""
    try:
        return operation(world)
    except PluginkitError as error:
        return str(error).partition("\n")[0]


def interrupted(world: World, name: str, interrupting: str, line: int) -> tuple[bool, object]:
    """Run an operation, and another one at one of its lines; return whether it has so many, and what comes out."""
    count = 0
    given: list[object] = []

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        code = frame.f_code
        if not INSIDE.search(code.co_filename) or code.co_name in ATOMIC:
            return None
        if event == "line":
            count += 1
            if count == line:
                sys.settrace(None)
                given.append(attempt(OPERATIONS[interrupting], world))
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        result = attempt(OPERATIONS[name], world)
    finally:
        sys.settrace(before)
    return bool(given), ({name: result, **dict.fromkeys([interrupting], *given)}, world.outcome()) if given else None


def in_turn(first: str, second: str) -> object:
    """Run two operations one after the other, and return what comes out."""
    world = World()
    results = {name: attempt(OPERATIONS[name], world) for name in (first, second)}
    return results, world.outcome()


INTERRUPTING = ("register", "close", "replace", "block", "add a spec", "call", "call a historic hook")
PAIRS = [(name, other) for name in OPERATIONS for other in INTERRUPTING if name != other]


@pytest.mark.parametrize(("name", "interrupting"), PAIRS, ids=[" / ".join(pair) for pair in PAIRS])
def test_interrupted_operation_is_done_before_or_behind(name: str, interrupting: str) -> None:
    """At whichever line an operation is interrupted, both are done as if one had come after the other."""
    allowed = [in_turn(name, interrupting), in_turn(interrupting, name)]
    line = 1
    while True:
        happened, outcome = interrupted(World(), name, interrupting, line)
        if not happened:
            break
        assert outcome in allowed, line
        line += 1
    assert line > 1


def meanwhile(monkeypatch: pytest.MonkeyPatch, method: str, change: Callable[[], object]) -> None:
    """Have something happen once, while a change of the state is worked out."""
    original = getattr(State, method)

    def interrupted(self: State, *arguments: object) -> object:
        monkeypatch.undo()
        change()
        return original(self, *arguments)

    monkeypatch.setattr(State, method, interrupted)


def test_a_registration_is_checked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin whose name is taken, or blocked, while it is registered is refused; a default name is another one."""
    world = World()
    registry = world.registry
    meanwhile(monkeypatch, "with_plugin", lambda: registry.register(world.made("a"), "a"))
    with pytest.raises(PluginValidationError, match="plugin 'a': the name is taken"):
        registry.register(world.made("other a"), "a")
    meanwhile(monkeypatch, "with_plugin", lambda: registry.set_blocked("b"))
    with pytest.raises(PluginValidationError, match="plugin 'b': the name is blocked"):
        registry.register(world.made("b"), "b")
    meanwhile(monkeypatch, "with_plugin", lambda: registry.register(world.made("first default")))
    assert registry.register(world.made("second default")).name == "SimpleNamespace-2"
    assert registry.hook.names() == ["second default", "first default", "a", "second", "first"]


@pytest.mark.parametrize(
    ("method", "change"),
    [
        ("with_blocked", lambda registry: registry.set_blocked("x")),
        ("without_plugin", lambda registry: registry.unregister("first")),
        ("with_hooks", lambda registry: registry.add_spec(LateSpec)),
        ("with_call", lambda registry: registry.hook.seen.call_historic(event="it")),
    ],
)
def test_a_change_is_worked_out_again(
    monkeypatch: pytest.MonkeyPatch, method: str, change: Callable[[Registry[EventSpec]], object]
) -> None:
    """What happens while a change is worked out is not undone by the change."""
    world = World()
    meanwhile(monkeypatch, method, lambda: world.registry.register(world.made("third"), "third"))
    change(world.registry)
    assert world.registry.hook.names()[0] == "third"
    assert ("third sees it" in world.log) is (method == "with_call")


def test_a_plugin_that_is_unregistered_by_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two that unregister a plugin one gets it, and the other an error; the plugin of that name since then stays."""
    world = World()
    registry = world.registry
    meanwhile(monkeypatch, "without_plugin", lambda: registry.unregister("first"))
    with pytest.raises(PluginValidationError, match="plugin 'first': is not registered"):
        registry.unregister("first")
    assert registry.plugin_names() == ("second",)
    meanwhile(monkeypatch, "without_plugin", lambda: registry.replace("second", world.made("other")))
    assert registry.unregister("second") is not world.closing.plugin
    assert registry.plugin_names() == ()


@pytest.mark.parametrize("change", ["register", "add_spec"])
def test_a_plugin_is_looked_at_again(monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    """A plugin is checked once more if hooks were added, or its default name was taken, since it was looked at."""
    world = World()
    original = _registry.read_plugin

    def interrupted(*arguments: Any, **options: Any) -> Any:
        monkeypatch.undo()
        read = original(*arguments, **options)
        if change == "register":
            world.registry.register(world.made("first default"))
        else:
            world.registry.add_spec(LateSpec)
        return read

    monkeypatch.setattr(_registry, "read_plugin", interrupted)
    name = world.registry.register(world.made("default")).name
    assert name == {"register": "SimpleNamespace-2", "add_spec": "SimpleNamespace"}[change]
    assert world.registry.add_spec(LateSpec).late()[0] == "default is late"


def test_an_order_that_is_out_of_date_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin that comes while a call puts the implementations in order is called by the next one."""
    world = World()
    original = HookState.ordered

    def interrupted(self: HookState, plugins: Any) -> Snapshot:
        monkeypatch.undo()
        made = original(self, plugins)
        world.registry.register(world.made("third"), "third")
        return made

    monkeypatch.setattr(HookState, "ordered", interrupted)
    assert world.registry.hook.names() == ["third", "second", "first"]
    assert world.registry.hook.names() == ["third", "second", "first"]


class Changing(HookState):
    """The state of a hook that changes once, between any two instructions: when it is asked for the third time."""

    __slots__ = ("asked",)

    @property
    def generation(self) -> object:
        """Return what says whether anything has changed."""
        self.asked += 1
        return self.asked == 3

    @generation.setter
    def generation(self, _: object) -> None:
        self.asked = 0


def test_an_order_that_goes_out_of_date_as_it_is_kept() -> None:
    """What has changed at the very moment when an order is kept is noticed, and the order is made again."""
    world = World()
    state = Changing(EventSpec.names, world.registry._store)
    assert [impl.plugin_name for impl in state.snapshot.implementations] == ["second", "first"]
    assert state.asked == 6


def test_codes_are_restored_to_functions_that_are_there() -> None:
    """A hook whose relay is gone, though its function was compiled, is renewed like any other."""
    world = World()
    relay = world.registry.without("second")
    for _ in range(100):
        assert relay.names() == ["first"]
    del relay
    world.registry.register(world.made("third"), "third")
    assert world.registry.hook.names() == ["third", "second", "first"]


def test_a_hook_that_is_called_just_before_a_change_is_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a hook put in order, after it was told of a change and before that was in force, is put in order again."""
    world = World()
    original = Store.exchange

    def interrupted(self: Store, before: State, after: State) -> bool:
        monkeypatch.undo()
        assert world.registry.hook.names() == ["second", "first"]
        return original(self, before, after)

    monkeypatch.setattr(Store, "exchange", interrupted)
    world.registry.register(world.made("third"), "third")
    assert world.registry.hook.names() == ["third", "second", "first"]
