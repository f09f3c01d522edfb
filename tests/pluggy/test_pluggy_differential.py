"""Random programs run on real pluggy and on the drop-in, and everything that can be seen of them is compared.

Intended differences, all there are (programs avoid the first two; the others cannot be seen in what is compared):

1. A wrapper that yields twice does not keep the wrappers around it from being resumed: they get the RuntimeError.
   pluggy leaves them suspended, so that their cleanup runs whenever the garbage collector comes to it.
2. That RuntimeError has no context; pluggy's has whatever exception was handled before.
3. Tracebacks have no frames of wrappers that let an exception through.
4. The warning about an exception of an old-style wrapper is attributed to the first caller outside the package,
   however many layers of monitoring there are in between; pluggy counts a fixed number of frames.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import pluggy as real
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pluginkit import pluggy as ours

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

Log = list[Any]


class Odd(BaseException):
    """An exception that is not an `Exception`."""


RAISED = (ValueError, StopIteration, GeneratorExit, KeyboardInterrupt, RuntimeError, Odd)


class Impl(NamedTuple):
    """An implementation, and what it does before and after its `yield` if it is a wrapper."""

    hook: str
    kind: str
    group: tuple[bool, bool]
    takes: str
    before: str
    after: str
    answer: int | None
    raises: type[BaseException]
    registers: bool


class Step(NamedTuple):
    """One thing that a host does."""

    does: str
    number: int
    arguments: dict[str, int]


# Most of what is drawn has to fit, and to meet on one hook: what is refused is not called. One in some ten does not.
TAKES = ("", "a", "a", "a", "a, b", "b, a", "a=7", "a, b=8", "a, *, k=1", "a, c=9", "q")
AFTERS = ("return", "return", "replace", "raise", "swallow", "force", "force_exception", "nothing", "again")
KINDS = ("plain", "plain", "plain", "plain", "wrapper", "wrapper", "hookwrapper", "hookwrapper")
GROUPS = ((False, False), (False, False), (False, False), (True, False), (False, True), (True, True))


def implementations(*hooks: str, kinds: tuple[str, ...] = KINDS) -> st.SearchStrategy[Impl]:
    """Return a strategy for implementations of some hooks."""
    return st.builds(
        Impl,
        hook=st.sampled_from(hooks),
        kind=st.sampled_from(kinds),
        group=st.sampled_from(GROUPS),
        takes=st.sampled_from(TAKES),
        before=st.sampled_from([*["go"] * 14, "raise", "no yield"]),
        after=st.sampled_from(AFTERS),
        answer=st.sampled_from([None, 0, 1, 2]),
        raises=st.sampled_from(RAISED),
        registers=st.sampled_from([*[False] * 12, True]),
    )


several = st.one_of(
    implementations("collect"),
    implementations("collect", "first"),
    implementations("first"),
    implementations("collect", "first", "unknown"),
    implementations("history", kinds=("plain", "plain", "plain", "plain", "plain", "plain", "plain", "wrapper")),
)
plugin_lists = st.lists(st.lists(several, min_size=1, max_size=2), min_size=2, max_size=9)
ARGUMENTS = (
    *[{"a": 1, "b": 2}] * 6,
    {"a": 3, "b": 0, "c": 4},
    {"a": 0, "q": 1, "b": 3},
    {"a": 0},
    {"b": 2, "d": 1},
    {},
)
steps = st.builds(
    Step,
    does=st.sampled_from(
        [
            *["collect", "first"] * 5,
            *["history", "extra", "subset", "register", "unregister"] * 2,
            "unknown",
            "block",
            "unblock",
            "specs",
            "monitor",
            "trace",
            "pending",
            "late",
        ]
    ),
    number=st.integers(0, 8),
    arguments=st.sampled_from(ARGUMENTS),
)
programs = st.tuples(st.lists(st.integers(0, 8), max_size=9, unique=True), st.lists(steps, min_size=4, max_size=12))


def specs(pluggy: Any) -> type:
    """Return a class of hooks."""
    spec = pluggy.HookspecMarker("p")

    class Specs:
        @spec
        def collect(self, a: int, b: int = 5) -> None: ...

        @spec(firstresult=True)
        def first(self, a: int, b: int) -> None: ...

        @spec(historic=True, warn_on_impl_args={"b": DeprecationWarning("b")})
        def history(self, a: int, b: int = 6) -> None: ...

    return Specs


def late_specs(pluggy: Any) -> type:
    """Return a class with a hook that plugins may have implemented before."""

    class Late:
        @pluggy.HookspecMarker("p")(firstresult=True, warn_on_impl=UserWarning("late"))
        def unknown(self, a: int) -> None: ...

    return Late


class World:
    """A manager of one of the two packages, and what happens to it."""

    def __init__(self, pluggy: Any, plugins: list[list[Impl]]) -> None:
        self.pluggy = pluggy
        self.pm = pluggy.PluginManager("p")
        self.log: Log = []
        self.plugins = [self.plugin(place, each) for place, each in enumerate(plugins)]
        self.undo: list[Callable[[], None]] = []

    def plugin(self, place: int, members: list[Impl]) -> Any:
        """Return a plugin with these implementations."""
        plugin = type("Plugin", (), {"__repr__": lambda _: f"<plugin {place}>"})()
        for number, impl in enumerate(members):
            setattr(plugin, f"m{number}", self.function(f"{place}.{number}", impl))
        return plugin

    def function(self, name: str, impl: Impl) -> Any:
        """Return a function that does what `impl` says; its parameters are written out."""
        body = {"plain": self.plain, "wrapper": self.wrapper, "hookwrapper": self.hookwrapper}[impl.kind]
        run = body(name, impl)
        call = "run(dict(locals()))" if impl.kind == "plain" else "(yield from run(dict(locals())))"
        code = f"def f({impl.takes}):\n    return {call}"
        namespace: dict[str, Any] = {"run": run}
        exec(code, namespace)
        first, last = impl.group
        options: dict[str, Any] = {} if impl.kind == "plain" else {impl.kind: True}
        marker = self.pluggy.HookimplMarker("p")(
            specname=impl.hook, tryfirst=first, trylast=last, optionalhook=impl.answer == 0, **options
        )
        return marker(namespace["f"])

    def begin(self, name: str, impl: Impl, arguments: dict[str, Any]) -> None:
        """Do what comes first in every implementation."""
        self.log.append(("start", name, sorted(arguments.items())))
        if impl.registers:
            self.attempt(lambda: self.pm.register(self.plugins[-1], "inner"))
        if impl.before == "raise":
            raise impl.raises(name)

    def plain(self, name: str, impl: Impl) -> Callable[[dict[str, Any]], Any]:
        def run(arguments: dict[str, Any]) -> int | None:
            self.begin(name, impl, arguments)
            return impl.answer

        return run

    def wrapper(self, name: str, impl: Impl) -> Callable[[dict[str, Any]], Generator[None, Any, Any]]:
        def run(arguments: dict[str, Any]) -> Generator[None, Any, Any]:
            self.begin(name, impl, arguments)
            if impl.before == "no yield":
                return None
            try:
                result = yield
                self.log.append(("result", name, repr(result)))
            except BaseException as error:
                self.log.append(("error", name, *described(error)))
                if impl.after == "swallow":
                    return None
                if impl.after == "replace":
                    raise impl.raises(name) from error
                raise
            if impl.after == "raise":
                raise impl.raises(name)
            return [name] if impl.after == "replace" else result

        return run

    def hookwrapper(self, name: str, impl: Impl) -> Callable[[dict[str, Any]], Generator[None, Any, Any]]:
        def run(arguments: dict[str, Any]) -> Generator[None, Any, Any]:
            self.begin(name, impl, arguments)
            if impl.before == "no yield":
                return
            outcome = yield
            error = outcome.exception
            self.log.append(("outcome", name, described(error) if error else repr(outcome.get_result())))
            if impl.after == "again":
                yield
            if impl.after == "raise":
                raise impl.raises(name)
            if impl.after == "force":
                outcome.force_result([name])
            if impl.after == "force_exception":
                outcome.force_exception(impl.raises(name))
            if impl.after == "replace":
                outcome.get_result()

        return run

    def attempt(self, act: Callable[[], Any]) -> None:
        """Do something, and write down what comes of it."""
        try:
            result = act()
        except BaseException as error:
            self.log.append(("raised", *described(error)))
        else:
            self.log.append(("gave", repr(result)))

    def step(self, step: Step) -> Any:  # noqa: PLR0911, PLR0912 - one line for each
        """Do what a step says."""
        pm, number = self.pm, step.number
        plugin = self.plugins[number % len(self.plugins)]
        match step.does:
            case "register":
                return pm.register(plugin, f"p{number % len(self.plugins)}")
            case "history":
                given = step.arguments or None
                return pm.hook.history.call_historic(lambda answer: self.log.append(("callback", answer)), given)
            case "extra":
                return pm.hook.collect.call_extra([lambda a: a, lambda b: b], step.arguments)
            case "subset":
                caller = pm.subset_hook_caller("collect", [plugin])
                return caller(**step.arguments), repr(caller), [impl.plugin_name for impl in caller.get_hookimpls()]
            case "unregister":
                return pm.unregister(name=f"p{number}")
            case "block":
                return pm.set_blocked(f"p{number}")
            case "unblock":
                return pm.unblock(f"p{number}")
            case "specs":
                return pm.add_hookspecs(specs(self.pluggy))
            case "late":
                return pm.add_hookspecs(late_specs(self.pluggy))
            case "monitor":
                return self.monitor()
            case "trace":
                pm.trace.root.setwriter(self.log.append)
                return pm.enable_tracing() and None
            case "pending":
                return pm.check_pending()
            case name:
                return getattr(pm.hook, name)(**step.arguments)

    def monitor(self) -> None:
        """Watch calls."""
        self.pm.add_hookcall_monitoring(
            lambda name, impls, kwargs: self.log.append(("before", name, [i.plugin_name for i in impls], dict(kwargs))),
            lambda outcome, name, *_: self.log.append(
                ("after", name, outcome.exception and described(outcome.exception))
            ),
        )

    def state(self) -> Any:
        """Return what can be seen of the manager."""
        hooks = vars(self.pm.hook)
        return (
            repr(self.pm.list_name_plugin()),
            {
                name: [(i.plugin_name, i.argnames, i.kwargnames) for i in hook.get_hookimpls()]
                for name, hook in hooks.items()
            },
            [[c.name for c in self.pm.get_hookcallers(p) or ()] for p in self.plugins],
        )


def described(error: BaseException) -> tuple[Any, ...]:
    """Return what identifies an exception, and what it was raised from."""
    cause = error.__cause__ and described(error.__cause__)
    text = str(error).replace("pluggy._caller.", "").replace("pluginkit.", "")
    return (type(error).__name__, text.partition("namespace <")[0], cause)


def placed(warning: warnings.WarningMessage) -> tuple[str, str, bool]:
    """Return a warning, and whether it is attributed to this file; those of old-style wrappers are: see above."""
    here = warning.filename == __file__ or warning.category.__name__ == "PluggyTeardownRaisedWarning"
    return warning.category.__name__, str(warning.message), here


def history(pluggy: Any, plugins: list[list[Impl]], program: list[Step]) -> Log:
    """Return all that happens."""
    world = World(pluggy, plugins)
    for step in [Step("specs", 0, {}), *program]:
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            world.attempt(lambda step=step: world.step(step))  # type: ignore[misc]
        world.log.append((step.does, world.state(), [placed(warning) for warning in seen]))
    return world.log


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plugin_lists, programs)
def test_the_drop_in_does_what_pluggy_does(plugins: list[list[Impl]], program: tuple[list[int], list[Step]]) -> None:
    """Results, exceptions, warnings, side effects and the state of the manager are those of pluggy."""
    first, then = program
    called = [Step(name, 0, ARGUMENTS[0]) for name in ("collect", "first", "history")]
    whole = [*(Step("register", number, {}) for number in first), *called, *then]
    assert history(ours, plugins, whole) == history(real, plugins, whole)
