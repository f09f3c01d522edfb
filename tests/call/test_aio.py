"""Async hooks: results of each mode, concurrency, wrappers, cancellation, history; under asyncio and under Trio."""

from __future__ import annotations

import asyncio
import gc
import inspect
import sys
import types
import warnings
from typing import TYPE_CHECKING, Any, Protocol

import anyio
import pytest
from anyio.lowlevel import checkpoint
from plugins import answering, fresh, plugin, state
from specs import AppSpec, AsyncSpec

from pluginkit import HookCallError, HookSpecError, PluginValidationError, Registry, WrapperError, hookimpl, hookspec
from pluginkit._call.aio import call_async_hook
from pluginkit._call.awaiting import call_async_implementation
from pluginkit._call.order import Snapshot

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator

    from pluginkit._declare.impl import HookImpl

pytestmark = pytest.mark.usefixtures("tier")

Sections = list[list[str]]


@pytest.fixture
def registry() -> Registry[AsyncSpec]:
    """Return a registry without plugins."""
    return Registry(AsyncSpec)


@pytest.fixture(params=["asyncio", "trio"])
def run(request: pytest.FixtureRequest) -> Callable[[Callable[[], Awaitable[Any]]], Any]:
    """Return a function that runs an async function under asyncio, and then under Trio."""
    return lambda function: anyio.run(function, backend=request.param)


def awaiting(spec: Any, answer: object, **options: Any) -> Any:
    """Return a plugin whose `async def` implementation of one hook gives `answer`."""

    @hookimpl.function(spec, **options)
    async def implementation(**_: object) -> Any:
        await checkpoint()
        return answer

    return plugin(implementation)


def failing(spec: Any, error: BaseException) -> Any:
    """Return a plugin whose `async def` implementation of one hook raises `error`."""

    @hookimpl.function(spec)
    async def implementation(**_: object) -> Any:
        await checkpoint()
        raise error

    return plugin(implementation)


def wrapping(function: Callable[..., Any], spec: Any = AsyncSpec.sections) -> Any:
    """Return a plugin that wraps a hook with a function."""
    return plugin(hookimpl.function(spec, wrapper=True)(fresh(function)))


def where(function: Callable[..., Any]) -> str:
    """Return `file:line` of a function."""
    return f"{function.__code__.co_filename}:{function.__code__.co_firstlineno}"


# -- results -----------------------------------------------------------------------------------------------------------


def test_implementations_are_async_or_plain(registry: Registry[AsyncSpec], run: Any) -> None:
    """An async hook takes `async def` and plain implementations, and collects their answers in call order."""
    registry.register(answering(AsyncSpec.sections, ["plain"]), "plain")
    registry.register(awaiting(AsyncSpec.sections, None), "silent")
    registry.register(awaiting(AsyncSpec.sections, ["awaited"]), "awaited")
    assert run(lambda: registry.hook.sections(document="d")) == [["awaited"], ["plain"]]


def test_firstresult_stops_at_the_first_answer(registry: Registry[AsyncSpec], run: Any) -> None:
    """An async firstresult hook gives the first answer; later implementations do not run."""
    registry.register(failing(AsyncSpec.render, AssertionError("must not run")), "never")
    registry.register(awaiting(AsyncSpec.render, b"answer"), "answer")
    registry.register(awaiting(AsyncSpec.render, None), "silent")
    assert run(lambda: registry.hook.render(document="d")) == b"answer"
    registry.unregister("answer")
    registry.unregister("never")
    assert run(lambda: registry.hook.render(document="d")) is None


def test_pipeline_threads_its_parameter(registry: Registry[AsyncSpec], run: Any) -> None:
    """In an async pipeline each answer takes the parameter's place for the next; None keeps the value."""

    @hookimpl.function(AsyncSpec.polish)
    async def polish(text: str, width: int = 80) -> str:
        return f"{text} {width}"

    registry.register(plugin(polish), "polish")
    registry.register(awaiting(AsyncSpec.polish, None), "silent")
    assert run(lambda: registry.hook.polish(text="x")) == "x 80"


def test_wrong_arguments_are_refused(registry: Registry[AsyncSpec], run: Any) -> None:
    """A call with wrong arguments is refused before any implementation runs: a compiled one at once, by Python."""
    registry.register(failing(AsyncSpec.sections, AssertionError("it ran")), "failing")
    with pytest.raises(TypeError, match=r"missing 1 required .* 'document'|is missing the argument 'document'"):
        run(registry.hook.sections)
    with pytest.raises(HookCallError, match="got an unknown argument 'documnet'"):
        run(lambda: registry.hook.sections.call_extra([], documnet="d"))


def test_frameworks_see_that_a_call_has_to_be_awaited(registry: Registry[AsyncSpec]) -> None:
    """What gives a coroutine is an `async def`, so that a framework that is handed it knows to await it."""
    coroutines = [
        registry.hook.sections,
        registry.hook.sections.call_extra,
        registry.hook.configured.call_historic,
        inspect.unwrap(registry.hook.sections),
    ]
    assert all(inspect.iscoroutinefunction(each) for each in coroutines)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of Python 3.14; frameworks ask it nevertheless
        assert asyncio.iscoroutinefunction(registry.hook.sections)


def test_call_extra_and_without(registry: Registry[AsyncSpec], run: Any) -> None:
    """`call_extra` and `without` are there for async hooks as well."""

    async def extra(**_: object) -> list[str]:
        return ["extra"]

    registry.register(awaiting(AsyncSpec.sections, ["a"]), "a")
    registry.register(awaiting(AsyncSpec.sections, ["b"]), "b")
    assert run(lambda: registry.hook.sections.call_extra([extra], document="d")) == [["extra"], ["b"], ["a"]]
    assert run(lambda: registry.without("a").sections(document="d")) == [["b"]]


def test_exception_carries_one_note(registry: Registry[AsyncSpec], run: Any) -> None:
    """An exception that leaves an async hook has one note, which names hook, plugin and place."""
    broken = failing(AsyncSpec.sections, ValueError("inside"))
    registry.register(broken, "broken")
    with pytest.raises(ValueError, match="inside") as caught:
        run(lambda: registry.hook.sections(document="d"))
    place = where(broken.implementation)
    assert caught.value.__notes__ == [f"in hook AsyncSpec.sections, plugin 'broken' ({place})"]


# -- concurrent --------------------------------------------------------------------------------------------------------


def test_concurrent_implementations_run_at_once(registry: Registry[AsyncSpec], run: Any) -> None:
    """The implementations of a concurrent hook run at the same time; the answers stay in call order."""

    async def call() -> Sections:
        arrived, first_done = [anyio.Event(), anyio.Event()], anyio.Event()

        def meeting(own: int) -> Any:
            @hookimpl.function(AsyncSpec.sections_at_once)
            async def sections(**_: object) -> list[str]:
                arrived[own].set()
                await arrived[1 - own].wait()
                await (first_done.wait() if own else checkpoint())
                first_done.set()
                return [str(own)]

            return plugin(sections)

        with registry.register(meeting(0)), registry.register(meeting(1)):
            return await registry.hook.sections_at_once(document="d")

    assert run(call) == [["1"], ["0"]]


def test_first_failure_cancels_the_others_and_leaves_as_it_is(registry: Registry[AsyncSpec], run: Any) -> None:
    """The first failure of a concurrent hook cancels the others, waits for their cleanup, and leaves as it is."""
    log: list[str] = []

    @hookimpl.function(AsyncSpec.sections_at_once)
    async def waiting(**_: object) -> list[str]:
        try:
            await anyio.sleep_forever()
        finally:
            with anyio.CancelScope(shield=True):
                await checkpoint()
                log.append("cleaned up")
        raise AssertionError("is cancelled")

    error = ValueError("first")
    registry.register(plugin(waiting), "waiting")
    registry.register(failing(AsyncSpec.sections_at_once, error), "failing")
    with pytest.raises(ValueError, match="first") as caught:
        run(lambda: registry.hook.sections_at_once(document="d"))
    assert caught.value is error
    assert log == ["cleaned up"]
    assert len(error.__notes__) == 1


def test_several_failures_leave_as_a_group(registry: Registry[AsyncSpec], run: Any) -> None:
    """Implementations of a concurrent hook that fail all the same, while others fail, leave in one group."""

    @hookimpl.function(AsyncSpec.sections_at_once)
    async def stubborn(**_: object) -> list[str]:
        try:
            await anyio.sleep_forever()
        finally:
            raise LookupError("second")

    registry.register(plugin(stubborn), "stubborn")
    registry.register(failing(AsyncSpec.sections_at_once, ValueError("first")), "failing")
    with pytest.raises(ExceptionGroup) as caught:
        run(lambda: registry.hook.sections_at_once(document="d"))
    assert sorted(map(str, caught.value.exceptions)) == ["first", "second"]


def test_implementations_can_be_asked_another_way(registry: Registry[AsyncSpec], run: Any) -> None:
    """However implementations of a concurrent hook are asked, their answers are combined in call order."""
    registry.register(awaiting(AsyncSpec.sections_at_once, ["a"]), "a")
    registry.register(awaiting(AsyncSpec.sections_at_once, ["b"]), "b")
    hook = AsyncSpec.sections_at_once
    snapshot = Snapshot(registry.hook.sections_at_once.implementations()[::-1])

    async def ask(impl: HookImpl, arguments: Any) -> Any:
        return [impl.plugin_name, *await call_async_implementation(impl, arguments)]

    assert run(lambda: call_async_hook(hook, snapshot, {"document": "d"}, ask)) == [["b", "b"], ["a", "a"]]


def cancelled_in(ends: Callable[[], Awaitable[Any]], hook: Any, log: list[str]) -> Any:
    """Return a plugin with an implementation that waits for ever, and a later one that ends as it is told."""

    @hookimpl.function(hook)
    async def waiting(**_: object) -> list[str]:
        try:
            await anyio.sleep_forever()
        finally:
            log.append("cancelled with it")
        raise AssertionError("is cancelled")

    @hookimpl.function(hook)
    async def ending(**_: object) -> Any:
        await checkpoint()
        return await ends()

    return plugin(waiting, ending)


async def shared_task_is_cancelled() -> None:
    """Wait for a task that somebody else has cancelled."""
    task = asyncio.create_task(asyncio.sleep(1))
    await checkpoint()
    task.cancel()
    await task


async def cancels_itself() -> None:
    """Cancel the task that this runs in."""
    task = asyncio.current_task()
    assert task is not None
    task.cancel()
    await checkpoint()


async def raises_what_was_kept() -> None:
    """Raise the cancellation of a scope that has ended."""
    kept: list[BaseException] = []
    with anyio.CancelScope() as scope:
        scope.cancel()
        try:
            await checkpoint()
        except BaseException as error:
            kept.append(error)
            raise
    raise kept.pop()


@pytest.mark.parametrize(
    ("library", "ends"),
    [
        ("asyncio", shared_task_is_cancelled),
        ("asyncio", cancels_itself),
        ("asyncio", raises_what_was_kept),
        ("trio", raises_what_was_kept),
    ],
)
def test_implementation_that_ends_cancelled_has_failed(library: str, ends: Callable[[], Awaitable[Any]]) -> None:
    """Where an implementation is cancelled and the call is not, the concurrent call raises that, and the others end."""
    log: list[str] = []
    registry = Registry(AsyncSpec)
    registry.register(cancelled_in(ends, AsyncSpec.sections_at_once, log), "cancelled")
    raised: list[BaseException] = []

    async def main() -> None:
        try:
            await registry.hook.sections_at_once(document="d")
        except BaseException as error:
            raised.append(error)

    anyio.run(main, backend=library)
    assert [type(error).__name__ for error in raised] == ["CancelledError" if library == "asyncio" else "Cancelled"]
    assert "plugin 'cancelled'" in raised[0].__notes__[0]
    assert log == ["cancelled with it"]


def test_cancellation_beside_a_failure_leaves_in_a_group() -> None:
    """A concurrent call of which one implementation fails, and another is cancelled by itself, raises both."""
    registry = Registry(AsyncSpec)
    registry.register(failing(AsyncSpec.sections_at_once, ValueError("failed")), "failing")

    @hookimpl.function(AsyncSpec.sections_at_once)
    async def cancelled(**_: object) -> list[str]:
        await checkpoint()
        raise asyncio.CancelledError

    registry.register(plugin(cancelled), "cancelled")
    with pytest.raises(BaseExceptionGroup) as caught:
        anyio.run(lambda: registry.hook.sections_at_once(document="d"), backend="asyncio")
    assert {type(error) for error in caught.value.exceptions} == {ValueError, asyncio.CancelledError}


def test_concurrent_call_that_is_cancelled_from_outside_stays_cancelled(run: Any) -> None:
    """A cancellation of the call itself cancels all implementations, and is not taken for a failure of theirs."""
    log: list[str] = []
    registry = Registry(AsyncSpec)
    registry.register(cancelled_in(anyio.sleep_forever, AsyncSpec.sections_at_once, log))

    async def main() -> bool:
        with anyio.move_on_after(0.01) as scope:
            await registry.hook.sections_at_once(document="d")
        return scope.cancelled_caught

    assert run(main)
    assert log == ["cancelled with it"]


@pytest.mark.parametrize("hook", ["sections", "sections_at_once"])
def test_any_awaitable_is_awaited(hook: str, run: Any) -> None:
    """Whatever an implementation of an async hook returns is awaited if it can be: not only coroutines."""

    class Later:
        def __await__(self) -> Any:
            yield from checkpoint().__await__()
            return ["awaitable"]

    @types.coroutine
    def old() -> Any:
        yield from checkpoint().__await__()
        return ["old coroutine"]

    def future() -> Any:
        later = asyncio.get_running_loop().create_future()
        later.set_result(["future"])
        return later

    made: list[Callable[[], Any]] = [Later, old, lambda: ["at once"], lambda: None]
    registry = Registry(AsyncSpec)
    for each in made:
        registry.register(plugin(implementation=hookimpl.function(getattr(AsyncSpec, hook))(calling(each))))
    call = getattr(registry.hook, hook)
    assert run(lambda: call(document="d")) == [["at once"], ["old coroutine"], ["awaitable"]]
    registry.register(plugin(implementation=hookimpl.function(getattr(AsyncSpec, hook))(future)))
    assert anyio.run(lambda: call(document="d"), backend="asyncio")[0] == ["future"]


def calling(make: Callable[[], Any]) -> Callable[[], Any]:
    """Return a function that calls another."""

    def call() -> Any:
        return make()

    return call


def test_concurrent_hook_needs_asyncio_or_trio(registry: Registry[AsyncSpec], monkeypatch: pytest.MonkeyPatch) -> None:
    """A concurrent hook that is awaited where neither asyncio nor Trio runs says so."""
    registry.register(awaiting(AsyncSpec.sections_at_once, []))
    for hidden in ("nothing", "trio", "asyncio"):
        monkeypatch.delitem(sys.modules, hidden, raising=False)
        call: Any = registry.hook.sections_at_once(document="d")
        with pytest.raises(
            RuntimeError,
            match=r"^a hook that is concurrent or has a timeout needs asyncio or Trio, and neither is running ",
        ):
            call.send(None)


def test_concurrent_hook_is_async() -> None:
    """`concurrent` is for async hooks that collect."""
    with pytest.raises(HookSpecError) as caught:

        @hookspec(concurrent=True)  # type: ignore[arg-type]
        def sections(self: object, *, document: str) -> list[str]: ...

    assert str(caught.value).startswith("sections cannot be concurrent: it is not async [PK205]\n")
    with pytest.raises(HookSpecError, match="cannot be firstresult and concurrent at once"):
        hookspec(firstresult=True, concurrent=True)(sections_of_nobody)  # type: ignore[call-overload]


async def sections_of_nobody(self: object, *, document: str) -> list[str]:
    """Stand for a method."""
    return [document]


# -- wrappers ----------------------------------------------------------------------------------------------------------


def test_second_yield_replaces_the_result(registry: Registry[AsyncSpec], run: Any) -> None:
    """An async wrapper gets the result at its first `yield`; a second one gives another, and the rest still runs."""
    log: list[str] = []

    async def wrapper(**_: object) -> AsyncGenerator[Sections | None, Sections]:
        result = yield None
        yield [*result, ["wrapped"]]
        await checkpoint()
        log.append("ended")

    registry.register(awaiting(AsyncSpec.sections, ["inside"]), "inside")
    registry.register(wrapping(wrapper), "wrapper")
    assert run(lambda: registry.hook.sections(document="d")) == [["inside"], ["wrapped"]]
    assert log == ["ended"]


def test_wrapper_without_second_yield_keeps_the_result(registry: Registry[AsyncSpec], run: Any) -> None:
    """An async wrapper that ends after its first `yield` leaves the result as it is."""
    seen: list[object] = []

    async def wrapper(**_: object) -> AsyncGenerator[Sections | None, Sections]:
        seen.append((yield None))

    registry.register(awaiting(AsyncSpec.sections, ["inside"]), "inside")
    registry.register(wrapping(wrapper), "wrapper")
    assert run(lambda: registry.hook.sections(document="d")) == [["inside"]]
    assert seen == [[["inside"]]]


def test_async_wrapper_can_suppress_inner_exception(registry: Registry[AsyncSpec], run: Any) -> None:
    """An async wrapper that swallows an exception gives a result with a second `yield`."""

    async def wrapper(**_: object) -> AsyncGenerator[Sections | None, Sections]:
        try:
            yield None
        except ValueError as error:
            yield [[f"suppressed {error}"]]

    registry.register(failing(AsyncSpec.sections, ValueError("inside")), "broken")
    registry.register(wrapping(wrapper), "wrapper")
    assert run(lambda: registry.hook.sections(document="d")) == [["suppressed inside"]]


@pytest.mark.parametrize(
    ("hook", "arguments", "nothing"),
    [("sections", {"document": "d"}, []), ("render", {"document": "d"}, None), ("polish", {"text": "x"}, "x")],
)
def test_swallowing_without_a_result_gives_nothing(
    registry: Registry[AsyncSpec], run: Any, hook: str, arguments: dict[str, str], nothing: object
) -> None:
    """An async wrapper that swallows an exception and gives no result leaves what a hook gives without plugins."""

    async def wrapper(**_: object) -> AsyncGenerator[None, Any]:
        try:
            yield
        except ValueError:
            pass

    spec = getattr(AsyncSpec, hook)
    registry.register(failing(spec, ValueError("inside")), "broken")
    registry.register(wrapping(wrapper, spec), "wrapper")
    assert run(lambda: getattr(registry.hook, hook)(**arguments)) == nothing


def test_plain_generators_wrap_async_hooks(registry: Registry[AsyncSpec], run: Any) -> None:
    """A plain generator wraps an async hook as it wraps others: what it returns is the result."""

    def wrapper(**_: object) -> Generator[None, Sections, Sections]:
        result = yield
        return [*result, ["wrapped"]]

    registry.register(awaiting(AsyncSpec.sections, ["inside"]), "inside")
    registry.register(wrapping(wrapper), "wrapper")
    assert run(lambda: registry.hook.sections(document="d")) == [["inside"], ["wrapped"]]


@pytest.mark.parametrize(("yields", "message"), [(0, "did not yield [PK601]"), (3, "yielded a third time [PK602]")])
def test_async_wrapper_yields_once_or_twice(registry: Registry[AsyncSpec], run: Any, yields: int, message: str) -> None:
    """An async wrapper that yields never, or more than twice, is a WrapperError that names it."""

    async def wrapper(**_: object) -> AsyncGenerator[Any, Any]:
        for _number in range(yields):
            yield []

    registry.register(wrapping(wrapper), "wrapper")
    with pytest.raises(WrapperError) as caught:
        run(lambda: registry.hook.sections(document="d"))
    assert str(caught.value) == (
        f"AsyncSpec.sections: the wrapper of plugin 'wrapper' {message}\n"
        f"  at  {where(wrapper)}\n"
        "  Hint: yield once, whatever happens inside; an async wrapper may replace the result with a second yield"
    )


@pytest.mark.parametrize("error", [LookupError("cleanup"), KeyboardInterrupt()])
def test_cleanup_that_fails_at_a_third_yield(registry: Registry[AsyncSpec], error: BaseException) -> None:
    """What an async wrapper raises when it is closed is the WrapperError's cause, or leaves if it is an interrupt."""

    async def wrapper(**_: object) -> AsyncGenerator[Any, Any]:
        yield
        yield []
        try:
            yield
        finally:
            raise error

    async def call() -> BaseException | None:
        try:
            await registry.hook.sections(document="d")
        except WrapperError as caught:
            return caught.__cause__
        except KeyboardInterrupt as caught:
            return caught
        return None

    registry.register(wrapping(wrapper), "wrapper")
    assert anyio.run(call) is error


def test_exception_after_the_second_yield_leaves(registry: Registry[AsyncSpec], run: Any) -> None:
    """What an async wrapper raises after its second `yield` leaves, and is noted to be its own."""

    async def wrapper(**_: object) -> AsyncGenerator[Any, Any]:
        yield
        yield []
        raise LookupError("late")

    registry.register(wrapping(wrapper), "wrapper")
    with pytest.raises(LookupError, match="late") as caught:
        run(lambda: registry.hook.sections(document="d"))
    assert caught.value.__notes__ == [f"in hook AsyncSpec.sections, plugin 'wrapper' ({where(wrapper)})"]


# -- cancellation ------------------------------------------------------------------------------------------------------


class Trip:
    """Awaits, and cancels the call at one of its awaits."""

    scope: anyio.CancelScope

    def __init__(self, at: int) -> None:
        self.at = at
        self.passed = 0

    async def step(self) -> None:
        """Await something; at the chosen await, be cancelled."""
        self.passed += 1
        if self.passed == self.at:
            self.scope.cancel()
        await checkpoint()


def tripping_plugins(trip: Trip, log: list[str]) -> list[Any]:
    """Return five implementations and three wrappers, one of them plain, that step and log their cleanup."""

    def async_wrapper(name: str) -> Any:
        async def around(**_: object) -> AsyncGenerator[Any, Any]:
            await trip.step()
            log.append(f"{name} started")
            try:
                yield
                await trip.step()
            finally:
                with anyio.CancelScope(shield=True):
                    await checkpoint()
                log.append(f"{name} cleaned up")

        return wrapping(around)

    def plain_wrapper(**_: object) -> Generator[None, Any, Any]:
        log.append("plain started")
        try:
            return (yield)
        finally:
            log.append("plain cleaned up")

    @hookimpl.function(AsyncSpec.sections)
    async def sections(**_: object) -> list[str]:
        await trip.step()
        return []

    implementations = [plugin(sections) for _ in range(5)]
    return [*implementations, async_wrapper("inner"), wrapping(plain_wrapper), async_wrapper("outer")]


def test_cancellation_at_every_await_unwinds_every_wrapper(run: Any) -> None:
    """Cancelled at any await, every wrapper that has started is cleaned up, in reverse; none is left to the loop."""
    steps = 0
    for at in range(1, 100):
        log: list[str] = []
        trip = Trip(at)
        left: list[object] = []
        if call_and_cancel(run, trip, log, left):
            steps = trip.passed
            break
        started = [line.removesuffix(" started") for line in log if line.endswith("started")]
        cleaned = [line.removesuffix(" cleaned up") for line in log if line.endswith("cleaned up")]
        assert cleaned == started[::-1]
        assert left == []
    assert steps == 9  # before and after two async wrappers, and in five implementations


def call_and_cancel(run: Any, trip: Trip, log: list[str], left: list[object]) -> bool:
    """Call the hook, and return whether it came to its end; `left` takes generators left to the loop's finaliser."""
    registry = Registry(AsyncSpec)
    for each in tripping_plugins(trip, log):
        registry.register(each)

    async def main() -> bool:
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(finalizer=left.append)
        with anyio.CancelScope() as trip.scope:
            await registry.hook.sections(document="d")
        gc.collect()
        sys.set_asyncgen_hooks(*hooks)
        return not trip.scope.cancelled_caught

    ended: bool = run(main)
    return ended


def test_cancelled_task_cleans_up_with_awaits() -> None:
    """A cancelled asyncio task runs the cleanup of wrappers that await in `finally`, and stays cancelled."""
    registry = Registry(AsyncSpec)
    log: list[str] = []

    async def wrapper(**_: object) -> AsyncGenerator[Any, Any]:
        try:
            yield
        finally:
            await asyncio.sleep(0)
            log.append("cleaned up")

    @hookimpl.function(AsyncSpec.sections)
    async def sections(**_: object) -> list[str]:
        await asyncio.sleep(3600)
        return []

    registry.register(plugin(sections))
    for name in ("inner", "outer"):
        registry.register(wrapping(wrapper), name)

    async def main() -> None:
        task = asyncio.ensure_future(registry.hook.sections(document="d"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert log == ["cleaned up", "cleaned up"]


# -- history -----------------------------------------------------------------------------------------------------------


class Receiving:
    """A plugin that receives configurations, and answers with what it received."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    @hookimpl(AsyncSpec.configured)
    async def configured(self, options: dict[str, str]) -> str:
        await checkpoint()
        self.heard.append(options["call"])
        return options["call"]


def test_async_historic_call_reaches_plugins_now_and_later(registry: Registry[AsyncSpec], run: Any) -> None:
    """An async historic call is awaited, remembered, and replayed by `aregister`; the callback gets each answer."""
    early, late, answers = Receiving(), Receiving(), []

    async def main() -> None:
        registry.register(early)
        await registry.hook.configured.call_historic(answers.append, options={"call": "1"})
        await registry.aregister(late, "late")

    run(main)
    assert (early.heard, late.heard, answers) == (["1"], ["1"], ["1", "1"])
    assert registry.plugin_names() == ("Receiving", "late")


def test_plain_register_of_a_plugin_that_has_to_await_is_refused(registry: Registry[AsyncSpec], run: Any) -> None:
    """`register` refuses a plugin to which an async call has to be replayed, and says what to do."""
    run(lambda: registry.hook.configured.call_historic(options={"call": "1"}))
    known, late = state(registry), Receiving()
    with pytest.raises(PluginValidationError) as caught:
        registry.register(late)
    assert str(caught.value) == (
        "plugin 'Receiving': AsyncSpec.configured: has earlier calls to replay, which have to be awaited [PK405]\n"
        "  hook  AsyncSpec.configured(self, *, options: dict[str, str]) -> str | None\n"
        f"  at    {where(Receiving.configured)}\n"
        "  Hint: await registry.aregister(...) or registry.areplace(...) instead"
    )
    assert (state(registry), late.heard) == (known, [])


def test_areplace_replays_before_it_replaces(registry: Registry[AsyncSpec], run: Any) -> None:
    """`areplace` awaits what is replayed to the new plugin, and keeps the place of the old one."""
    old, new = Receiving(), Receiving()
    registry.register(old, "it")
    registry.register(Receiving(), "other")

    async def main() -> None:
        await registry.hook.configured.call_historic(options={"call": "1"})
        await registry.areplace("it", new)

    run(main)
    assert new.heard == ["1"]
    assert registry.plugin_names() == ("it", "other")
    assert registry.get_plugin("it") is new


def test_replay_that_fails_leaves_nothing_behind(registry: Registry[AsyncSpec], run: Any) -> None:
    """An exception during a replay leaves as it is, and the plugin is not registered."""
    run(lambda: registry.hook.configured.call_historic(options={"call": "1"}))
    known = state(registry)
    with pytest.raises(ValueError, match="at replay"):
        run(lambda: registry.aregister(failing(AsyncSpec.configured, ValueError("at replay"))))
    assert state(registry) == known


def test_async_historic_call_that_fails_is_not_remembered(registry: Registry[AsyncSpec], run: Any) -> None:
    """An async historic call during which an implementation raises is not remembered."""
    registry.register(failing(AsyncSpec.configured, ValueError("inside")), "broken")
    known = state(registry)
    with pytest.raises(ValueError, match="inside"):
        run(lambda: registry.hook.configured.call_historic(options={"call": "1"}))
    assert state(registry) == known


# -- what does not fit -------------------------------------------------------------------------------------------------


def test_async_wrapper_of_a_sync_hook_is_refused() -> None:
    """A sync hook refuses an async implementation, wrappers included."""
    registry = Registry(AppSpec)
    known = state(registry)

    async def wrapper(**_: object) -> AsyncGenerator[Any, Any]:
        yield

    with pytest.raises(PluginValidationError, match=r"ReportSpec\.sections: is async, but the hook is not"):
        registry.register(wrapping(wrapper, AppSpec.sections))
    assert state(registry) == known


def test_coroutine_function_is_not_a_wrapper(registry: Registry[AsyncSpec]) -> None:
    """A wrapper of an async hook that never yields is refused."""
    known = state(registry)

    async def wrapper(**_: object) -> Any:
        return []

    with pytest.raises(PluginValidationError, match=r"AsyncSpec\.sections: the wrapper is not a generator function"):
        registry.register(wrapping(wrapper))
    assert state(registry) == known


class StoppingSpec(Protocol):
    """An async hook."""

    @hookspec
    async def parts(self) -> str: ...


def test_wrappers_of_an_async_hook_see_a_runtime_error_for_a_stop_iteration(tier: str) -> None:
    """A StopIteration cannot leave a coroutine: Python makes it the cause of a RuntimeError, which wrappers see."""
    seen: list[BaseException] = []

    class Stopping:
        @hookimpl(StoppingSpec.parts)
        def parts(self) -> str:
            raise StopIteration

        @hookimpl(StoppingSpec.parts, wrapper=True)
        async def around(self) -> AsyncGenerator[list[str] | None, list[str]]:
            try:
                yield None
            except RuntimeError as exc:
                seen.append(exc)
                raise

    registry = Registry(StoppingSpec)
    registry.register(Stopping())
    for _ in range(2):
        with pytest.raises(RuntimeError, match="coroutine raised StopIteration"):
            registry.hook.parts().send(None)
    assert [type(each.__cause__) for each in seen] == [StopIteration] * 2
