"""`each`: what every implementation has given or raised; and `only`, the relay of some plugins."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from anyio.lowlevel import checkpoint
from hypothesis import given
from plugins import answering, plugin
from programs import Log, Plain, Program, in_call_order, model, plugins_of, programs
from specs import SPECS, AppSpec, AsyncSpec

from pluginkit import HookCallError, Outcome, PluginValidationError, Registry, hookimpl
from pluginkit.testing import override

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator

pytestmark = pytest.mark.usefixtures("tier")


@pytest.fixture
def registry() -> Registry[AppSpec]:
    """Return a registry without plugins."""
    return Registry(AppSpec)


@pytest.fixture(params=["asyncio", "trio"])
def run(request: pytest.FixtureRequest) -> Callable[[Callable[[], Awaitable[Any]]], Any]:
    """Return a function that runs an async function under asyncio, and then under Trio."""
    return lambda function: anyio.run(function, backend=request.param)


def raising(hook: Any, error: BaseException) -> Any:
    """Return a plugin whose implementation of a hook raises."""

    @hookimpl.function(hook)
    def implementation(**_: object) -> Any:
        raise error

    return plugin(implementation)


def pairs(outcomes: Any) -> list[tuple[str, Any]]:
    """Return the plugin and the answer of each outcome."""
    return [(outcome.plugin_name, outcome.unwrap()) for outcome in outcomes]


# -- outcomes ---------------------------------------------------------------------------------------------------------


def test_outcomes_come_in_call_order(registry: Registry[AppSpec]) -> None:
    """Each outcome has the plugin and its answer; what gives no answer has no outcome."""
    registry.register(answering(AppSpec.sections, ["a"]), "a")
    registry.register(answering(AppSpec.sections, None), "none")
    registry.register(answering(AppSpec.sections, ["b"]), "b")
    assert pairs(registry.hook.sections.each(document="d")) == [("b", ["b"]), ("a", ["a"])]


def test_an_outcome_has_what_was_raised(registry: Registry[AppSpec]) -> None:
    """A failure is an outcome, attributed to its plugin, and the others run; `unwrap` raises it."""
    error = ValueError("broken")
    registry.register(answering(AppSpec.sections, ["a"]), "a")
    registry.register(raising(AppSpec.sections, error), "broken")
    broken, a = registry.hook.sections.each(document="d")
    assert (broken.plugin_name, broken.value, broken.error) == ("broken", None, error)
    assert error.__notes__[0].startswith("in hook ReportSpec.sections, plugin 'broken' (")
    assert (a.value, a.error) == (["a"], None)
    assert repr(broken) == "<Outcome of plugin 'broken': raised ValueError('broken')>"
    assert repr(a) == "<Outcome of plugin 'a': ['a']>"
    with pytest.raises(ValueError, match="broken") as caught:
        broken.unwrap()
    assert caught.value is error


def test_implementations_run_lazily(registry: Registry[AppSpec]) -> None:
    """Nothing runs before its outcome is asked for, and plugins that come meanwhile are not asked."""
    ran: list[str] = []

    def noting(name: str) -> Any:
        @hookimpl.function(AppSpec.sections)
        def implementation(**_: object) -> list[str]:
            ran.append(name)
            return [name]

        return plugin(implementation)

    registry.register(noting("second"), "second")
    registry.register(noting("first"), "first")
    outcomes = registry.hook.sections.each(document="d")
    assert ran == []
    next(outcomes)
    assert ran == ["first"]
    registry.register(noting("late"), "late")
    assert [outcome.plugin_name for outcome in outcomes] == ["second"]
    assert ran == ["first", "second"]


def test_firstresult_stops_at_the_first_answer(registry: Registry[AppSpec]) -> None:
    """Those are asked that a call would ask, and those after a failure."""
    registry.register(answering(AppSpec.render, b"never"), "never")
    registry.register(answering(AppSpec.render, b"given"), "given")
    registry.register(raising(AppSpec.render, ValueError()), "broken")
    assert [outcome.plugin_name for outcome in registry.hook.render.each(document="d")] == ["broken", "given"]


def test_a_pipeline_threads_its_value(registry: Registry[AppSpec]) -> None:
    """Each implementation receives what the one before gave; a failure leaves the value as it was."""

    def adding(own: str) -> Any:
        @hookimpl.function(AppSpec.polish)
        def implementation(text: str, **_: object) -> str:
            return text + own

        return plugin(implementation)

    registry.register(adding("b"), "b")
    registry.register(raising(AppSpec.polish, ValueError()), "broken")
    registry.register(adding("a"), "a")
    values = [outcome.value for outcome in registry.hook.polish.each(text="-")]
    assert values == ["-a", None, "-ab"]


def test_wrappers_do_not_run(registry: Registry[AppSpec]) -> None:
    """`each` is for implementations: a wrapper would have to wait until all have been iterated over."""

    @hookimpl.function(AppSpec.sections, wrapper=True)
    def wrapper(**_: object) -> Generator[None, Any, Any]:
        raise AssertionError
        yield

    registry.register(plugin(wrapper), "wrapper")
    registry.register(answering(AppSpec.sections, ["a"]), "a")
    assert pairs(registry.hook.sections.each(document="d")) == [("a", ["a"])]


def test_arguments_are_checked_at_once(registry: Registry[AppSpec]) -> None:
    """What does not fit the hook is refused before the first step."""
    each: Any = registry.hook.sections.each
    with pytest.raises(HookCallError, match=r"^ReportSpec\.sections is missing the argument 'document' \[PK304\]"):
        each()


def test_interrupts_leave(registry: Registry[AppSpec]) -> None:
    """An interrupt is not an outcome of the plugin in which it arises."""
    registry.register(raising(AppSpec.sections, KeyboardInterrupt()), "interrupted")
    with pytest.raises(KeyboardInterrupt):
        list(registry.hook.sections.each(document="d"))


def real(program: Program) -> tuple[Registry[Any], Callable[[], Any], Log]:
    """Return a registry with the plugins of a program, what calls `each` of its hook, and what they write down."""
    log: Log = []
    spec: Any = SPECS[program.is_async, program.errors]
    registry: Registry[Any] = Registry(spec, on_error=lambda _: None)
    for name, each in plugins_of(program, log):
        registry.register(each, name)
    hook = registry.hook
    calls = {
        "collect": lambda: hook.sections.each(document=""),
        "firstresult": lambda: hook.render.each(document=""),
        "pipeline": lambda: hook.polish.each(text=""),
    }
    return registry, calls[program.mode], log


def expected(program: Program) -> tuple[list[Any], list[Any]]:
    """Return what a naive model says of `each`: the outcomes with their plugins, and what leaves."""
    value, found = "", []
    for name, member in in_call_order(program, Plain):
        if member.raises in (KeyboardInterrupt, GeneratorExit):
            return found, [member.raises]
        if member.raises:
            found.append((name, "raised"))
            continue
        if member.answer is None:
            continue
        value += member.answer
        found.append((name, value if program.mode == "pipeline" else member.answer))
        if program.mode == "firstresult":
            break
    return found, []


def told(outcome: Outcome[Any]) -> tuple[str, Any]:
    """Return an outcome as the model has it."""
    return outcome.plugin_name, "raised" if outcome.error else outcome.value


@given(programs(is_async=False))
def test_each_does_what_the_model_says(program: Program) -> None:
    """Whatever plugins do, `each` yields what the model says."""
    _, each, _ = real(program)
    found: list[Any] = []
    left: list[Any] = []
    try:
        for outcome in each():
            found.append(told(outcome))  # noqa: PERF401 - what came before an exception is kept
    except BaseException as error:
        left.append(type(error))
    assert (found, left) == expected(program)


@pytest.mark.parametrize("library", ["asyncio", "trio"])
@given(program=programs(is_async=True))
def test_each_of_async_hooks_does_what_the_model_says(library: str, program: Program) -> None:
    """Async hooks give the same, awaited."""

    async def main() -> tuple[list[Any], list[Any]]:
        _, each, _ = real(program)
        found: list[Any] = []
        try:
            async for outcome in each():
                found.append(told(outcome))  # noqa: PERF401 - as above
        except BaseException as error:
            return found, [type(error)]
        return found, []

    assert anyio.run(main, backend=library) == expected(program)


@given(programs(is_async=False))
def test_each_agrees_with_a_call(program: Program) -> None:
    """Where nothing raises and nothing wraps, `each` gives what a call gives, and the same implementations run."""
    calm = program._replace(
        members=tuple(each._replace(raises=None) for each in program.members if isinstance(each, Plain))
    )
    _, each, log = real(calm)
    answers = [outcome.unwrap() for outcome in each()]
    of_call = model(calm)
    first = next(iter(answers), None)
    combined = {"collect": answers, "firstresult": first, "pipeline": ["", *answers][-1]}
    assert (combined[calm.mode], log) == (of_call.result, of_call.log)


# -- concurrent hooks -------------------------------------------------------------------------------------------------


def steps(count: int, answer: object, *, error: BaseException | None = None, log: list[Any] | None = None) -> Any:
    """Return a plugin of the concurrent hook that awaits some steps, and notes when it is cancelled."""

    @hookimpl.function(AsyncSpec.sections_at_once)
    async def implementation(**_: object) -> Any:
        try:
            for _step in range(count):
                await checkpoint()
        except BaseException as exc:
            if log is not None:
                log.append(type(exc))
            raise
        if error is not None:
            raise error
        return answer

    return plugin(implementation)


def test_concurrent_outcomes_come_as_they_complete(run: Callable[[Callable[[], Awaitable[Any]]], Any]) -> None:
    """The first outcome is that of the quickest; one without an answer has none, and a failure cancels nobody."""
    registry = Registry(AsyncSpec)
    registry.register(steps(2, None, error=ValueError()), "broken")
    registry.register(steps(3, None), "none")
    registry.register(steps(0, ["quick"]), "quick")
    registry.register(steps(30, ["slow"]), "slow")

    async def main() -> list[Any]:
        return [told(outcome) async for outcome in registry.hook.sections_at_once.each(document="d")]

    assert run(main) == [("quick", ["quick"]), ("broken", "raised"), ("slow", ["slow"])]


def test_closing_cancels_the_rest(run: Callable[[Callable[[], Awaitable[Any]]], Any]) -> None:
    """Once the iteration is closed, nothing of it runs any more, and cleanup is done."""
    registry = Registry(AsyncSpec)
    cancelled: list[Any] = []
    registry.register(steps(0, ["quick"]), "quick")
    registry.register(steps(1_000_000, ["slow"], log=cancelled), "slow")

    async def main() -> str:
        outcomes = registry.hook.sections_at_once.each(document="d")
        async with aclosing(outcomes):
            async for outcome in outcomes:
                return outcome.plugin_name
        raise AssertionError

    assert run(main) == "quick"
    assert len(cancelled) == 1


def test_cancellation_from_outside_cancels_all(run: Callable[[Callable[[], Awaitable[Any]]], Any]) -> None:
    """Whoever iterates may be cancelled, and the implementations are."""
    registry = Registry(AsyncSpec)
    cancelled: list[Any] = []
    registry.register(steps(1_000_000, ["slow"], log=cancelled), "slow")

    async def main() -> bool:
        with anyio.move_on_after(0.01) as scope:
            async with aclosing(registry.hook.sections_at_once.each(document="d")) as outcomes:
                assert [outcome async for outcome in outcomes] == []
        return scope.cancelled_caught

    assert run(main)
    assert len(cancelled) == 1


def test_an_interrupt_ends_a_concurrent_iteration() -> None:
    """What always leaves is alone under Trio as well, and not within a group."""
    registry = Registry(AsyncSpec)
    registry.register(steps(1, None, error=GeneratorExit()), "interrupted")

    async def main() -> None:
        async for _ in registry.hook.sections_at_once.each(document="d"):
            raise AssertionError

    with pytest.raises(GeneratorExit):
        anyio.run(main, backend="trio")


def test_several_interrupts_end_it_in_a_group() -> None:
    """Several at once leave in a group under Trio."""
    registry = Registry(AsyncSpec)
    registry.register(steps(0, None, error=GeneratorExit()), "one")
    registry.register(steps(0, None, error=GeneratorExit()), "two")

    async def main() -> None:
        async for _ in registry.hook.sections_at_once.each(document="d"):
            raise AssertionError

    with pytest.raises(BaseExceptionGroup) as caught:
        anyio.run(main, backend="trio")
    assert len(caught.value.exceptions) == 2


def test_a_concurrent_hook_without_plugins(run: Callable[[Callable[[], Awaitable[Any]]], Any]) -> None:
    """There is nothing to wait for."""
    registry = Registry(AsyncSpec)

    async def main() -> list[Any]:
        return [outcome async for outcome in registry.hook.sections_at_once.each(document="d")]

    assert run(main) == []


def test_each_may_be_asked_for_before_a_loop_runs() -> None:
    """Like a coroutine, the iteration begins with its first step."""
    registry = Registry(AsyncSpec)
    outcomes: AsyncGenerator[Outcome[list[str]], None] = registry.hook.sections_at_once.each(document="d")
    registry.register(steps(0, ["late"]), "late")

    async def main() -> list[Any]:
        return [outcome async for outcome in outcomes]

    assert anyio.run(main) == []


# -- only -------------------------------------------------------------------------------------------------------------


def test_only_runs_the_plugins_that_are_named(registry: Registry[AppSpec]) -> None:
    """Calls through it run these plugins, by name or by the plugin itself, in call order."""
    a, b, c = (answering(AppSpec.sections, [name]) for name in "abc")
    for name, each in zip("abc", (a, b, c), strict=True):
        registry.register(each, name)
    relay = registry.only("a", c)
    assert relay.sections(document="d") == [["c"], ["a"]]
    assert pairs(relay.sections.each(document="d")) == [("c", ["c"]), ("a", ["a"])]
    assert registry.only().sections(document="d") == []


def test_only_goes_by_name(registry: Registry[AppSpec]) -> None:
    """It leaves out later plugins, and follows a replacement."""
    registry.register(answering(AppSpec.sections, ["a"]), "a")
    relay = registry.only("a")
    registry.register(answering(AppSpec.sections, ["b"]), "b")
    assert relay.sections(document="d") == [["a"]]
    registry.replace("a", answering(AppSpec.sections, ["new"]))
    assert relay.sections(document="d") == [["new"]]
    assert relay.sections.call_extra([lambda document: ["extra"]], document="d") == [["extra"], ["new"]]


def test_only_shows_its_plugins(registry: Registry[AppSpec]) -> None:
    """The representation of a caller says whom it runs."""
    for name in ("b", "a"):
        registry.register(answering(AppSpec.sections, [name]), name)
    assert repr(registry.only("b", "a").configured) == "<HistoricCaller TextSpec.configured of only a, b>"


def test_historic_calls_of_only_some(registry: Registry[AppSpec]) -> None:
    """A historic call through it is for those plugins; others that come later do not receive it."""
    received: list[str] = []

    def noting(name: str) -> Any:
        @hookimpl.function(AppSpec.configured)
        def implementation(**_: object) -> None:
            received.append(name)

        return plugin(implementation)

    registry.register(noting("a"), "a")
    registry.register(noting("b"), "b")
    registry.only("a").configured.call_historic(options={})
    registry.register(noting("late"), "late")
    registry.replace("a", noting("new a"))
    assert received == ["a", "new a"]


def test_only_of_a_plugin_that_is_not_there(registry: Registry[AppSpec]) -> None:
    """An unknown plugin is refused, with a suggestion."""
    registry.register(answering(AppSpec.sections, ["a"]), "alpha")
    with pytest.raises(
        PluginValidationError, match=r"^plugin 'alpah': is not registered \[PK404\]\n  Hint: did you mean 'alpha'\?$"
    ):
        registry.only("alpah")


def test_only_runs_what_a_test_substitutes(registry: Registry[AppSpec]) -> None:
    """A function that stands in for plugins runs through every relay."""
    registry.register(answering(AppSpec.sections, ["a"]), "a")
    with override(registry, AppSpec.sections, lambda document: [document]):
        assert registry.only("a").sections(document="d") == [["d"]]
