"""Call order: the latest first, tryfirst and trylast, before and after, wrappers outermost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plugins import answering, plugin, state
from specs import AppSpec

from pluginkit import PluginValidationError, Registry, hookimpl
from pluginkit._call import order as order_module

if TYPE_CHECKING:
    from collections.abc import Generator

pytestmark = pytest.mark.usefixtures("tier")


def order(registry: Registry[AppSpec]) -> list[str]:
    """Return the names of the plugins in call order."""
    return [impl.plugin_name for impl in registry.hook.sections.implementations()]


def registered(**options: dict[str, Any]) -> Registry[AppSpec]:
    """Return a registry with a plugin for each argument, whose implementation has these options."""
    registry = Registry(AppSpec)
    for name, each in options.items():
        registry.register(answering(AppSpec.sections, [name], **each), name)
    return registry


def test_last_registered_is_called_first() -> None:
    """Implementations are called in the reverse order of registration."""
    assert order(registered(a={}, b={}, c={})) == ["c", "b", "a"]


def test_tryfirst_comes_before_and_trylast_after_the_others() -> None:
    """`tryfirst` comes before the others and `trylast` after them; within each, the last registered first."""
    registry = registered(
        a={"trylast": True}, b={"tryfirst": True}, c={}, d={"tryfirst": True}, e={"trylast": True}, f={}
    )
    assert order(registry) == ["d", "b", "f", "c", "e", "a"]


def test_implementations_of_one_plugin_run_the_last_defined_first() -> None:
    """Of several implementations in one plugin, the one that is defined last is called first."""

    class Two:
        @hookimpl(AppSpec.sections)
        def one(self, **_: object) -> list[str]:
            return ["one"]

        @hookimpl(AppSpec.sections)
        def two(self, **_: object) -> list[str]:
            return ["two"]

    registry = Registry(AppSpec)
    registry.register(Two())
    assert registry.hook.sections(document="d") == [["two"], ["one"]]


@pytest.mark.parametrize("names", ["c", ["c"], ["c", "absent"]])
def test_before_and_after_name_other_plugins(names: Any) -> None:
    """`before` and `after` name one plugin or several; names that are not registered count for nothing."""
    assert order(registered(a={"before": names}, b={}, c={})) == ["b", "a", "c"]
    assert order(registered(c={}, b={}, a={"after": names})) == ["b", "c", "a"]


def test_before_outweighs_tryfirst() -> None:
    """`before` and `after` count more than `tryfirst` and `trylast`."""
    assert order(registered(a={"trylast": True, "before": "b"}, b={"tryfirst": True}, c={})) == ["c", "a", "b"]


def test_wrappers_are_outermost_and_ordered_among_themselves() -> None:
    """Wrappers are called before all others, in an order of their own by the same rules."""

    def wrapper(**options: Any) -> Any:
        @hookimpl.function(AppSpec.sections, wrapper=True, **options)
        def around(**_: object) -> Generator[None, list[list[str]], list[list[str]]]:
            return (yield)

        return plugin(around)

    registry = registered(a={"tryfirst": True}, b={})
    registry.register(wrapper(trylast=True), "last")
    registry.register(wrapper(), "w1")
    registry.register(wrapper(after="w3"), "w2")
    registry.register(wrapper(), "w3")
    assert order(registry) == ["w3", "w2", "w1", "last", "a", "b"]


def test_cycle_is_refused_and_printed() -> None:
    """A plugin whose `before` and `after` contradict those of others is refused; the message shows the cycle."""
    registry = registered(a={"before": "b"}, b={"before": "c"})
    known = state(registry)
    with pytest.raises(PluginValidationError) as caught:
        registry.register(answering(AppSpec.sections, [], before="a"), "c")
    assert str(caught.value) == (
        "plugin 'c': ReportSpec.sections: before= and after= form a cycle: c → a → b → c [PK124]\n"
        "  Hint: remove one of these before= or after= options"
    )
    assert state(registry) == known


def test_plugin_before_itself_is_refused() -> None:
    """A plugin that is to run before itself is a cycle of one."""
    registry = registered(a={})
    known = state(registry)
    with pytest.raises(PluginValidationError, match="form a cycle: b → b"):
        registry.register(answering(AppSpec.sections, [], before="b"), "b")
    assert state(registry) == known


class Options(NamedTuple):
    """The options of one implementation, whose plugin's name is its place in the list."""

    group: str
    before: frozenset[int]
    after: frozenset[int]


NAMES = st.frozensets(st.integers(0, 5), max_size=2)
OPTIONS = st.lists(st.builds(Options, st.sampled_from(["", "tryfirst", "trylast"]), NAMES, NAMES), max_size=6)


def naive_order(options: list[Options]) -> list[int] | None:
    """Return the places in call order, or None if there is a cycle: always the first that nothing holds back."""
    left = [
        place
        for group in ("tryfirst", "", "trylast")
        for place in reversed(range(len(options)))
        if options[place].group == group
    ]
    ordered: list[int] = []
    while left:
        free = [
            place
            for place in left
            if not any(other in options[place].after or place in options[other].before for other in left)
        ]
        if not free:
            return None
        ordered.append(free[0])
        left.remove(free[0])
    return ordered


@given(OPTIONS)
def test_order_is_that_of_the_model(options: list[Options]) -> None:
    """Any set of options gives the order that always takes the first that nothing holds back, or is refused."""
    registry = Registry(AppSpec)
    for place, (group, before, after) in enumerate(options):
        names: dict[str, Any] = {"before": map(str, before), "after": map(str, after)}
        extension = answering(AppSpec.sections, [str(place)], **names, **({group: True} if group else {}))
        expected = naive_order(options[: place + 1])
        known = state(registry)
        if expected is None:
            with pytest.raises(PluginValidationError, match="form a cycle"):
                registry.register(extension, str(place))
            assert state(registry) == known
            return
        registry.register(extension, str(place))
        assert order(registry) == [str(each) for each in expected]


class Change(NamedTuple):
    """A plugin of some name comes with these options, or goes; if it is there already, it is replaced."""

    name: int
    goes: bool
    options: tuple[Options, ...]
    wrappers: tuple[Options, ...]


SEVERAL = st.lists(st.builds(Options, st.just(""), NAMES, NAMES), max_size=2).map(tuple)
CHANGES = st.lists(st.builds(Change, st.integers(0, 5), st.booleans(), SEVERAL, SEVERAL), max_size=12)


def has_cycle(present: dict[int, Change]) -> bool:
    """Tell whether some implementations, or some wrappers, each wait for one another."""
    for kind in ("options", "wrappers"):
        left = [(name, option) for name, change in present.items() for option in getattr(change, kind)]
        while left:
            free = [
                (name, option)
                for name, option in left
                if not any(other in option.after or name in its.before for other, its in left)
            ]
            if not free:
                return True
            left = [each for each in left if each not in free]
    return False


def made(change: Change) -> object:
    """Return a plugin of a change; it implements another hook as well, so that it may implement this one no more."""
    functions: list[Any] = [hookimpl.function(AppSpec.render)(lambda: None)]
    for kind, options in ((False, change.options), (True, change.wrappers)):
        for option in options:
            names: dict[str, Any] = {"before": map(str, option.before), "after": map(str, option.after)}
            mark: Any = hookimpl.function(AppSpec.sections, wrapper=kind, **names)
            functions.append(mark((lambda: (yield)) if kind else (lambda: None)))
    return plugin(**{f"f{number}": function for number, function in enumerate(functions)})


@given(CHANGES)
def test_a_cycle_is_refused_when_it_closes(changes: list[Change]) -> None:
    """Whatever came and went before, a plugin is refused exactly if it closes a cycle, and nothing has changed."""
    registry = Registry(AppSpec)
    present: dict[int, Change] = {}
    for change in changes:
        if change.goes:
            if present.pop(change.name, None):
                registry.unregister(str(change.name))
            continue
        extension, known = made(change), state(registry)
        admit = registry.replace if change.name in present else lambda name, each: registry.register(each, name)
        if has_cycle({**present, change.name: change}):
            with pytest.raises(PluginValidationError, match="form a cycle"):
                admit(str(change.name), extension)
            assert state(registry) == known
        else:
            admit(str(change.name), extension)
            present[change.name] = change
        order(registry)
    for name in present:
        registry.unregister(str(name))
    hook = registry._state_of(AppSpec.sections, "")
    assert [getattr(each, slot) for each in hook.constraints for slot in each.__slots__] == [{}] * 6


@pytest.mark.parametrize("option", ["before", "after"])
def test_registering_a_chain_puts_nothing_in_order(option: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plugins that each name the one before, or a name that nobody has, are accepted without an ordering."""
    registry = Registry(AppSpec)
    monkeypatch.setattr(order_module, "call_order", None)
    registry.register(answering(AppSpec.sections, [], before="absent", after="absent"), "first")
    for number in range(20):
        options = {option: str(number - 1)}
        registry.register(answering(AppSpec.sections, [], **options), str(number))
    monkeypatch.undo()
    expected = list(map(str, range(20)))
    assert [name for name in order(registry) if name != "first"] == (expected if option == "after" else expected[::-1])
