"""What calls cost: hooks of pluginkit, the same hooks of pluggy, and functions that somebody wrote by hand.

Implementations take two of three parameters and are distinct functions. The hand-written function is the limit: it
calls each of them directly and appends what is not None. Around wrappers it drives bare generators, and would leave
them hanging after an exception.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import pluggy
from timing import ratios

from pluginkit import Registry, hookimpl, hookspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Call = Callable[[], object]

WARM = 100  # calls before the first measurement; ours are compiled after 32

pluggy_spec = pluggy.HookspecMarker("bench")
pluggy_impl = pluggy.HookimplMarker("bench")


class Spec(Protocol):
    """The hooks, for pluginkit."""

    @hookspec
    def collect(self, *, a: int, b: int, c: int) -> int:
        """Collect answers."""
        ...

    @hookspec(firstresult=True)
    def first(self, *, a: int, b: int, c: int) -> int | None:
        """Ask for an answer."""
        ...


class PluggySpec:
    """The hooks, for pluggy."""

    @pluggy_spec
    def collect(self, a: int, b: int, c: int) -> None:
        """Collect answers."""

    @pluggy_spec(firstresult=True)
    def first(self, a: int, b: int, c: int) -> None:
        """Ask for an answer."""


def make(text: str, **names: object) -> Any:
    """Return the function `made` of a source text: each has code of its own, as in different plugins."""
    namespace: dict[str, Any] = dict(names)
    exec(text, namespace)  # noqa: S102 - the texts are those below
    return namespace["made"]


def answering(text: str) -> Any:
    """Return an implementation that gives an answer."""
    return make(f"def made(a, b):\n    return {text}")


def wrapping(swallow: bool = False) -> Any:  # noqa: FBT001, FBT002 - one of two texts
    """Return a wrapper that returns the result as it is; it may swallow exceptions."""
    if swallow:
        return make("def made(a, b):\n    try:\n        return (yield)\n    except ValueError:\n        return []")
    return make("def made(a, b):\n    result = yield\n    return result")


def raising() -> Any:
    """Return an implementation that fails."""
    return make("def made(a, b):\n    raise ValueError")


class Holder:
    """A plugin: whatever it is given as attributes."""

    def __init__(self, **functions: object) -> None:
        vars(self).update(functions)


def ours(hook: str, implementations: Iterable[Any], wrappers: Iterable[Any]) -> Any:
    """Return the hook in pluginkit."""
    registry = Registry(Spec)
    for function in implementations:
        registry.register(Holder(made=hookimpl.function(getattr(Spec, hook))(function)))
    for function in wrappers:
        registry.register(Holder(made=hookimpl.function(getattr(Spec, hook), wrapper=True)(function)))
    return registry.hook


def theirs(hook: str, implementations: Iterable[Any], wrappers: Iterable[Any]) -> Any:
    """Return the hook in pluggy."""
    manager = pluggy.PluginManager("bench")
    manager.add_hookspecs(PluggySpec)
    for function in implementations:
        manager.register(Holder(**{hook: pluggy_impl(function)}))
    for function in wrappers:
        manager.register(Holder(**{hook: pluggy_impl(wrapper=True)(function)}))
    return manager.hook


def by_hand(hook: str, implementations: list[Any], wrappers: list[Any]) -> Any:
    """Return a function that calls everything directly."""
    names = {f"f{place}": function for place, function in enumerate(reversed(implementations))}
    around = {f"w{place}": function for place, function in enumerate(reversed(wrappers))}
    lines = [f"g{place} = w{place}(a, b)\n    next(g{place})" for place in range(len(around))]
    lines.append("result = []" if hook == "collect" else "result = None")
    for name in names:
        lines.append(f"answer = {name}(a, b)")
        lines.append("if answer is not None: " + ("result.append(answer)" if hook == "collect" else "return answer"))
    for place in reversed(range(len(around))):
        finish = f"g{place}.send(result)"
        lines.append(f"try: {finish}\n    except StopIteration as stop: result = stop.value")
    return make("def made(*, a, b, c):\n    " + "\n    ".join([*lines, "return result"]), **names, **around)


class CallWorkload(NamedTuple):
    """One row about calls.

    Attributes:
        label: What is called.
        bar: The most it may take: as multiples of pluggy, and of the hand-written function.
        hook: The name of the hook.
        implementations: In the order of registration.
        wrappers: The same.
        fails: Whether the call raises ValueError.
        has_limit: Whether there is a hand-written function to compare with.
    """

    label: str
    bar: tuple[float | None, float | None]
    hook: str
    implementations: list[Any]
    wrappers: list[Any]
    fails: bool = False
    has_limit: bool = True

    def measure(self, rounds: int) -> tuple[float, float | None]:
        """Return the ratios to pluggy, and to the hand-written function."""
        setups = [ours(*self[2:5]), theirs(*self[2:5])]
        contenders = [self._call(setup) for setup in setups]
        if self.has_limit:
            function = by_hand(*self[2:5])
            contenders.append(lambda: function(a=1, b=2, c=3))
        for contender in contenders:
            for _ in range(WARM):
                contender()
        found = ratios(contenders[0], contenders[1:], rounds)
        return found[0], found[1] if self.has_limit else None

    def _call(self, hook: Any) -> Call:
        if not self.fails:
            return make(f"def made(): return hook.{self.hook}(a=1, b=2, c=3)", hook=hook)  # type: ignore[no-any-return]
        return make(  # type: ignore[no-any-return]
            f"def made():\n    try: hook.{self.hook}(a=1, b=2, c=3)\n    except ValueError: pass", hook=hook
        )


def _answers(number: int) -> list[Any]:
    return [answering("a") for _ in range(number)]


def _wrappers(number: int) -> list[Any]:
    return [wrapping() for _ in range(number)]


def _silent(number: int) -> list[Any]:
    return [answering("None") for _ in range(number)]


WORKLOADS = (
    CallWorkload("collect, no implementation", (0.12, 1.1), "collect", [], []),
    CallWorkload("collect, 1 implementation", (0.12, 1.1), "collect", _answers(1), []),
    CallWorkload("collect, 5 implementations", (0.12, 1.1), "collect", _answers(5), []),
    CallWorkload("collect, 20 implementations", (0.12, 1.0), "collect", _answers(20), []),
    CallWorkload("collect, 100 implementations", (0.16, 1.0), "collect", _answers(100), []),
    CallWorkload("collect, 20 that give None", (0.12, 1.1), "collect", _silent(20), []),
    CallWorkload("collect, 17 of 20 give None", (0.12, 1.1), "collect", [*_silent(17), *_answers(3)], []),
    CallWorkload("collect, 100 that give None", (0.16, 1.1), "collect", _silent(100), []),
    CallWorkload("firstresult, the first of 20 answers", (0.1, 1.15), "first", _answers(20), []),
    CallWorkload("firstresult, the last of 20 answers", (0.1, 1.05), "first", [answering("a"), *_silent(19)], []),
    CallWorkload("1 wrapper around 1", (0.27, 1.1), "collect", _answers(1), _wrappers(1)),
    CallWorkload("5 wrappers around 5", (0.35, 1.1), "collect", _answers(5), _wrappers(5)),
    CallWorkload("20 wrappers around 20", (0.45, 1.1), "collect", _answers(20), _wrappers(20)),
    CallWorkload(
        "exception through 5 wrappers", (0.6, None), "collect", [raising()], _wrappers(5), fails=True, has_limit=False
    ),
    CallWorkload(
        "exception swallowed by the outermost of 5",
        (0.8, None),
        "collect",
        [raising()],
        [*_wrappers(4), wrapping(swallow=True)],
        has_limit=False,
    ),
)


def cyclic_garbage() -> int:
    """Return how many objects an exception through five wrappers leaves to the garbage collector."""
    hook = ours("collect", [raising()], _wrappers(5))
    for _ in range(WARM):
        _fail(hook)
    gc.collect()
    gc.disable()
    _fail(hook)
    gc.enable()
    return gc.collect()


def _fail(hook: Any) -> None:
    try:
        hook.collect(a=1, b=2, c=3)
    except ValueError:
        pass
    else:
        raise AssertionError("the implementation raises")
