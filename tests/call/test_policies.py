"""Hooks that go on when a plugin raises: what is left out, reported, grouped, and what always leaves."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

import anyio
import pytest
import trio
from anyio.lowlevel import checkpoint
from plugins import answering, at, lines, plugin, state
from specs import SPECS, AppSpec, AsyncSpec

from pluginkit import Failure, HookSpecError, Registry, WrapperError, hookimpl, hookspec

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Generator

pytestmark = pytest.mark.usefixtures("tier")

Reports = list[tuple[str, str, BaseException]]


def going(errors: Literal["skip", "group"], *, is_async: bool = False) -> tuple[Any, Registry[Any], Reports]:
    """Return a spec whose hooks go on, a registry of it, and where it reports."""
    reports: Reports = []

    def report(failure: Failure) -> None:
        reports.append((failure.plugin_name, failure.hook, failure.error))

    spec: Any = SPECS[is_async, errors]
    return spec, Registry(spec, on_error=report), reports


def raising(hook: Any, error: BaseException) -> Any:
    """Return a plugin whose implementation of a hook raises."""

    @hookimpl.function(hook)
    def implementation(**_: object) -> Any:
        raise error

    return plugin(implementation)


@pytest.fixture(params=["asyncio", "trio"])
def run(request: pytest.FixtureRequest) -> Callable[[Callable[[], Awaitable[Any]]], Any]:
    """Return a function that runs an async function under asyncio, and then under Trio."""
    return lambda function: anyio.run(function, backend=request.param)


# -- declaring --------------------------------------------------------------------------------------------------------


def test_a_hook_raises_unless_it_says_otherwise() -> None:
    """Without `errors=` a call ends with what a plugin raises."""
    assert AppSpec.sections.errors == "raise"
    assert SPECS[False, "skip"].__dict__["sections"].errors == "skip"


def thread(self: object, *, text: str) -> str:
    """Be a hook."""
    ...


def test_an_unknown_policy() -> None:
    """A value of `errors` that is not a policy is refused where the hook is declared."""
    with pytest.raises(HookSpecError) as caught:
        hookspec(errors=cast("Any", "ignore"))(thread)
    assert str(caught.value) == lines(
        "thread has errors='ignore', which is not a policy [PK215]",
        "  hook  thread(self: object, *, text: str) -> str",
        f"  at    {at(thread)}",
        "  Hint: write 'raise', 'skip' or 'group'",
    )


def test_an_overriding_hook_may_have_another_policy() -> None:
    """A spec that composes others decides what its host does when a plugin fails."""

    class Own(AppSpec, Protocol):
        @hookspec(errors="skip")
        def sections(self, *, document: str, verbose: bool = False) -> list[str]: ...

    reports: list[Failure] = []
    registry = Registry(Own, on_error=reports.append)
    registry.register(raising(AppSpec.sections, ValueError()), "broken")
    assert registry.hook.sections(document="d") == []
    assert [failure.hook for failure in reports] == ["Own.sections"]


# -- skip -------------------------------------------------------------------------------------------------------------


def test_skip_reports_to_the_logger(caplog: pytest.LogCaptureFixture) -> None:
    """Without `on_error`, what is skipped is logged, with the plugin, the place and the traceback."""
    spec: Any = SPECS[False, "skip"]
    registry: Registry[Any] = Registry(spec)
    error = ValueError("broken")
    broken = raising(spec.sections, error)
    registry.register(broken, "broken")
    registry.register(answering(spec.sections, ["a"]), "a")
    assert registry.hook.sections(document="d") == [["a"]]
    (record,) = caplog.records
    (implementation,) = [impl for impl in registry.hook.sections.implementations() if impl.plugin_name == "broken"]
    assert (record.name, record.levelno) == ("pluginkit", logging.ERROR)
    assert record.getMessage() == f"hook Going.sections goes on without plugin 'broken' ({implementation.location})"
    assert (record.exc_info or ())[1] is error


def test_skipped_errors_are_attributed() -> None:
    """What is reported has its note, as what leaves a hook has."""
    spec, registry, reports = going("skip")
    registry.register(raising(spec.sections, ValueError("broken")), "broken")
    assert registry.hook.sections(document="d") == []
    ((name, hook, error),) = reports
    assert (name, hook) == ("broken", "Going.sections")
    assert [note.split(" (")[0] for note in error.__notes__] == ["in hook Going.sections, plugin 'broken'"]


def test_exits_are_skipped() -> None:
    """A plugin that exits has failed like any other."""
    spec, registry, reports = going("skip")
    registry.register(raising(spec.sections, SystemExit(3)), "broken")
    assert registry.hook.sections(document="d") == []
    assert [repr(error) for _, _, error in reports] == ["SystemExit(3)"]


@pytest.mark.parametrize("errors", ["skip", "group"])
@pytest.mark.parametrize(
    "error",
    [
        KeyboardInterrupt(),
        GeneratorExit(),
        BaseExceptionGroup("several", [ValueError(), BaseExceptionGroup("inner", [KeyboardInterrupt()])]),
    ],
)
def test_interrupts_leave(errors: Literal["skip", "group"], error: BaseException) -> None:
    """An interrupt ends the call whatever the policy, alone or in a group."""
    spec, registry, reports = going(errors)
    registry.register(answering(spec.sections, ["a"]), "a")
    registry.register(raising(spec.sections, error), "interrupted")
    registry.register(raising(spec.sections, ValueError()), "broken")
    with pytest.raises(type(error)) as caught:
        registry.hook.sections(document="d")
    assert caught.value is error
    assert [name for name, _, _ in reports] == (["broken"] if errors == "skip" else [])


def test_what_on_error_raises_leaves() -> None:
    """A host that gives up raises in `on_error`; wrappers are resumed with that."""
    spec: Any = SPECS[False, "skip"]

    def give_up(failure: Failure) -> None:
        raise LookupError(failure.plugin_name)

    registry: Registry[Any] = Registry(spec, on_error=give_up)
    seen: list[BaseException] = []

    @hookimpl.function(spec.sections, wrapper=True)
    def wrapper(**_: object) -> Generator[None, Any, Any]:
        try:
            return (yield)
        except LookupError as error:
            seen.append(error)
            raise

    registry.register(plugin(wrapper), "wrapper")
    registry.register(raising(spec.sections, ValueError()), "broken")
    with pytest.raises(LookupError, match="broken") as caught:
        registry.hook.sections(document="d")
    assert seen == [caught.value]


def test_what_on_error_raises_about_a_wrapper_leaves() -> None:
    """The wrappers around one that fails are resumed with what `on_error` raises."""
    spec: Any = SPECS[False, "skip"]

    def give_up(failure: Failure) -> None:
        raise LookupError(failure.plugin_name)

    registry: Registry[Any] = Registry(spec, on_error=give_up)
    seen: list[str] = []

    @hookimpl.function(spec.sections, wrapper=True)
    def broken(**_: object) -> Generator[None, Any, Any]:
        yield
        raise ValueError

    @hookimpl.function(spec.sections, wrapper=True)
    def outer(**_: object) -> Generator[None, Any, Any]:
        try:
            return (yield)
        except LookupError as error:
            seen.append(str(error))
            raise

    registry.register(plugin(broken), "broken")
    registry.register(plugin(outer), "outer")
    with pytest.raises(LookupError, match="broken"):
        registry.hook.sections(document="d")
    assert seen == ["broken"]


@pytest.mark.parametrize("errors", ["skip", "group"])
def test_a_wrapper_that_fails_while_an_interrupt_leaves(errors: Literal["skip", "group"]) -> None:
    """A wrapper cannot replace an interrupt by failing; its failure is reported, as no group leaves."""
    spec, registry, reports = going(errors)

    @hookimpl.function(spec.sections, wrapper=True)
    def broken(**_: object) -> Generator[None, Any, Any]:
        try:
            yield
        finally:
            raise ValueError

    registry.register(raising(spec.sections, KeyboardInterrupt()), "interrupted")
    registry.register(plugin(broken), "broken")
    with pytest.raises(KeyboardInterrupt):
        registry.hook.sections(document="d")
    assert [name for name, _, _ in reports] == ["broken"]


def test_further_functions_are_skipped() -> None:
    """The functions of `call_extra` are implementations like any other."""
    spec, registry, reports = going("skip")
    registry.register(answering(spec.sections, ["a"]), "a")

    def broken(**_: object) -> list[str]:
        raise ValueError

    assert registry.hook.sections.call_extra([broken], document="d") == [["a"]]
    assert [hook for _, hook, _ in reports] == ["Going.sections"]


# -- group ------------------------------------------------------------------------------------------------------------


def test_group_runs_all_and_raises_once() -> None:
    """All that was raised is in one group, in call order; nothing is reported."""
    spec, registry, reports = going("group")
    first, second = ValueError("first"), SystemExit(3)
    ran: list[str] = []

    @hookimpl.function(spec.sections)
    def runs(**_: object) -> list[str]:
        ran.append("runs")
        return []

    registry.register(plugin(runs), "runs")
    registry.register(raising(spec.sections, second), "second")
    registry.register(raising(spec.sections, first), "first")
    with pytest.raises(BaseExceptionGroup) as caught:
        registry.hook.sections(document="d")
    assert caught.value.exceptions == (first, second)
    assert caught.value.message == "2 failed in Going.sections"
    assert [error.__notes__[0].split("'")[1] for error in (first, second)] == ["first", "second"]
    assert (ran, reports) == (["runs"], [])


def test_a_wrapper_may_swallow_a_group() -> None:
    """Wrappers run around the group as around any exception."""
    spec, registry, _ = going("group")

    @hookimpl.function(spec.sections, wrapper=True)
    def wrapper(**_: object) -> Generator[None, Any, Any]:
        try:
            return (yield)
        except ExceptionGroup as group:
            return [["swallowed", *map(str, group.exceptions)]]

    registry.register(plugin(wrapper), "wrapper")
    registry.register(raising(spec.sections, ValueError("broken")), "broken")
    assert registry.hook.sections(document="d") == [["swallowed", "broken"]]


def test_a_group_of_a_wrapper_stays_as_it_is() -> None:
    """A wrapper that handles part of a group leaves the rest of it, and no group within a group."""
    spec, registry, _ = going("group")

    @hookimpl.function(spec.sections, wrapper=True)
    def wrapper(**_: object) -> Generator[None, Any, Any]:
        try:
            return (yield)
        except* ValueError:
            pass
        return None

    registry.register(plugin(wrapper), "wrapper")
    registry.register(raising(spec.sections, ValueError()), "handled")
    registry.register(raising(spec.sections, KeyError()), "broken")
    with pytest.raises(ExceptionGroup) as caught:
        registry.hook.sections(document="d")
    assert list(map(repr, caught.value.exceptions)) == ["KeyError()"]


def test_a_wrapper_that_yields_again_is_in_a_group() -> None:
    """What the package raises about a wrapper is grouped as well."""
    spec, registry, _ = going("group")

    @hookimpl.function(spec.sections, wrapper=True)
    def wrapper(**_: object) -> Generator[None, Any, Any]:
        yield
        yield

    registry.register(plugin(wrapper), "wrapper")
    with pytest.raises(ExceptionGroup) as caught:
        registry.hook.sections(document="d")
    assert [type(error) for error in caught.value.exceptions] == [WrapperError]


@pytest.mark.refcounts
@pytest.mark.parametrize("errors", ["skip", "group"])
def test_no_garbage(errors: Literal["skip", "group"]) -> None:
    """A call in which plugins fail leaves nothing for the garbage collector."""
    spec: Any = SPECS[False, errors]
    registry: Registry[Any] = Registry(spec, on_error=lambda _: None)

    def fails(**_: object) -> Any:
        raise ValueError

    @hookimpl.function(spec.sections, wrapper=True)
    def wrapper(**_: object) -> Generator[None, Any, Any]:
        yield
        raise ValueError

    registry.register(plugin(hookimpl.function(spec.sections)(fails)), "broken")
    registry.register(plugin(wrapper), "wrapper")

    def call() -> None:
        try:
            registry.hook.sections(document="d")
        except ExceptionGroup:
            pass

    call()
    gc.collect()
    gc.disable()
    try:
        call()
        assert gc.collect() == 0
    finally:
        gc.enable()


# -- historic hooks ---------------------------------------------------------------------------------------------------


def test_historic_calls_skip() -> None:
    """A historic call that a plugin fails in is remembered, and its replays skip as well."""
    spec, registry, reports = going("skip")
    registry.register(raising(spec.configured, ValueError()), "broken")
    answers: list[str] = []
    registry.hook.configured.call_historic(answers.append, options={})
    registry.register(raising(spec.configured, ValueError()), "late")
    registry.register(answering(spec.configured, "a"), "a")
    assert registry.plugin_names() == ("broken", "late", "a")
    assert [name for name, _, _ in reports] == ["broken", "late"]
    assert answers == ["a"]


def test_historic_calls_group() -> None:
    """A historic call that ends with a group has called everybody, and is not remembered."""
    spec, registry, reports = going("group")
    registry.register(answering(spec.configured, "a"), "a")
    registry.register(raising(spec.configured, ValueError()), "broken")
    answers: list[str] = []
    with pytest.raises(ExceptionGroup) as caught:
        registry.hook.configured.call_historic(answers.append, options={})
    assert (len(caught.value.exceptions), answers, reports) == (1, ["a"], [])
    registry.register(answering(spec.configured, "late"), "late")
    assert answers == ["a"]


def test_replays_group() -> None:
    """A plugin that fails in replays receives them all, is refused with one group, and nothing has changed."""
    spec, registry, _ = going("group")
    for _ in range(2):
        registry.hook.configured.call_historic(options={})
    before = state(registry)
    with pytest.raises(ExceptionGroup) as caught:
        registry.register(raising(spec.configured, ValueError()), "broken")
    assert caught.value.message == "2 failed in Going.configured"
    assert state(registry) == before


def test_a_callback_is_not_a_plugin() -> None:
    """What the callback of a historic call raises ends the call: it is the host's."""
    spec, registry, reports = going("skip")
    registry.register(answering(spec.configured, "a"), "a")

    def broken(_: str) -> None:
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        registry.hook.configured.call_historic(broken, options={})
    assert reports == []


def test_async_historic_calls(run: Callable[[Callable[[], Awaitable[Any]]], Any]) -> None:
    """Async historic hooks go on as the others do, in calls and in replays."""
    spec, registry, reports = going("skip", is_async=True)

    async def main() -> None:
        registry.register(raising(spec.configured, ValueError()), "broken")
        await registry.hook.configured.call_historic(options={})
        await registry.aregister(raising(spec.configured, ValueError()), "late")

    run(main)
    assert [name for name, _, _ in reports] == ["broken", "late"]


def test_async_historic_calls_that_raise(run: Callable[[Callable[[], Awaitable[Any]]], Any]) -> None:
    """Without a policy an async historic call ends with what a plugin raises, and is not remembered."""
    registry = Registry(AsyncSpec)
    registry.register(raising(AsyncSpec.configured, ValueError("broken")), "broken")

    async def main() -> None:
        with pytest.raises(ValueError, match="broken"):
            await registry.hook.configured.call_historic(options={})

    run(main)


# -- async hooks ------------------------------------------------------------------------------------------------------


def after(*steps: Callable[[], Coroutine[Any, Any, object]], hook: Any, answer: object = None) -> Any:
    """Return a plugin whose implementation awaits some steps before it answers."""

    @hookimpl.function(hook)
    async def implementation(**_: object) -> Any:
        for step in steps:
            await step()
        return answer

    return plugin(implementation)


async def fail() -> None:
    """Raise."""
    raise ValueError


def test_concurrent_hooks_skip(run: Callable[[Callable[[], Awaitable[Any]]], Any]) -> None:
    """A failure cancels nobody: the others give their answers."""
    spec, registry, reports = going("skip", is_async=True)
    hook = spec.sections_at_once
    registry.register(after(checkpoint, checkpoint, checkpoint, hook=hook, answer=["slow"]), "slow")
    registry.register(after(checkpoint, fail, hook=hook), "broken")
    registry.register(after(hook=hook, answer=["quick"]), "quick")

    async def main() -> Any:
        return await registry.hook.sections_at_once(document="d")

    assert run(main) == [["quick"], ["slow"]]
    assert [name for name, _, _ in reports] == ["broken"]


def test_concurrent_hooks_group(run: Callable[[Callable[[], Awaitable[Any]]], Any]) -> None:
    """The group is in call order, in whatever order they fail."""
    spec, registry, _ = going("group", is_async=True)
    hook = spec.sections_at_once
    registry.register(after(fail, hook=hook), "quick")
    registry.register(after(checkpoint, checkpoint, fail, hook=hook), "slow")

    async def main() -> None:
        await registry.hook.sections_at_once(document="d")

    with pytest.raises(ExceptionGroup) as caught:
        run(main)
    assert [error.__notes__[0].split("'")[1] for error in caught.value.exceptions] == ["slow", "quick"]


def test_further_functions_of_async_hooks(run: Callable[[Callable[[], Awaitable[Any]]], Any]) -> None:
    """The functions of `call_extra` are skipped in an async hook as well."""
    _, registry, reports = going("skip", is_async=True)

    async def broken(**_: object) -> list[str]:
        raise ValueError

    async def main() -> Any:
        return await registry.hook.sections.call_extra([broken], document="d")

    assert run(main) == []
    assert len(reports) == 1


@pytest.mark.parametrize("hook", ["sections", "sections_at_once"])
def test_own_cancellation_is_a_failure(hook: str) -> None:
    """A plugin that awaits something which is cancelled has failed; the call goes on."""
    spec, registry, reports = going("skip", is_async=True)

    async def cancelled() -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        future.cancel()
        await future

    registry.register(after(hook=getattr(spec, hook), answer=["a"]), "a")
    registry.register(after(cancelled, hook=getattr(spec, hook)), "cancelled")

    async def main() -> Any:
        return await getattr(registry.hook, hook)(document="d")

    assert asyncio.run(main()) == [["a"]]
    assert [(name, type(error)) for name, _, error in reports] == [("cancelled", asyncio.CancelledError)]


def test_own_cancellation_under_trio() -> None:
    """A Cancelled that nobody asked for is a failure under Trio as well."""
    spec, registry, reports = going("skip", is_async=True)
    kept: list[BaseException] = []

    async def cancelled() -> None:
        with trio.CancelScope() as scope:
            scope.cancel()
            try:
                await trio.lowlevel.checkpoint()
            except trio.Cancelled as error:
                kept.append(error)
                raise
        raise kept[0]

    registry.register(after(cancelled, hook=spec.sections), "cancelled")

    async def main() -> Any:
        return await registry.hook.sections(document="d")

    assert trio.run(main) == []
    assert [name for name, _, _ in reports] == ["cancelled"]


@pytest.mark.parametrize("errors", ["skip", "group"])
@pytest.mark.parametrize("hook", ["sections", "sections_at_once"])
def test_cancellation_from_outside_leaves(
    run: Callable[[Callable[[], Awaitable[Any]]], Any], hook: str, errors: Literal["skip", "group"]
) -> None:
    """Whoever cancels the call gets it cancelled, whatever the policy."""
    spec, registry, reports = going(errors, is_async=True)
    registry.register(after(anyio.sleep_forever, hook=getattr(spec, hook)), "waits")

    async def main() -> bool:
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as group:
                group.start_soon(cancel, scope)
                await getattr(registry.hook, hook)(document="d")
        return scope.cancelled_caught

    async def cancel(scope: anyio.CancelScope) -> None:
        await checkpoint()
        await checkpoint()
        scope.cancel()

    assert run(main)
    assert reports == []


def test_a_cancellation_without_an_event_loop() -> None:
    """Where no event loop runs, nobody can cancel from outside."""
    spec, registry, reports = going("skip")
    registry.register(raising(spec.sections, asyncio.CancelledError()), "asyncio")
    assert registry.hook.sections(document="d") == []
    assert len(reports) == 1


def test_a_host_without_asyncio(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither library need be imported."""
    monkeypatch.delitem(sys.modules, "asyncio")
    monkeypatch.delitem(sys.modules, "trio")
    spec, registry, reports = going("skip")
    registry.register(raising(spec.sections, ValueError()), "broken")
    assert registry.hook.sections(document="d") == []
    assert len(reports) == 1


class SwallowSpec(Protocol):
    """An async hook whose failures leave in a group."""

    @hookspec(errors="group")
    async def parts(self) -> str: ...


def test_what_was_kept_does_not_come_back_from_a_wrapper() -> None:
    """An async wrapper that swallows what always leaves gives the empty result: what was kept for the group is gone."""

    class Failing:
        @hookimpl(SwallowSpec.parts)
        def parts(self) -> str:
            raise ValueError

    class Leaving:
        @hookimpl(SwallowSpec.parts)
        def parts(self) -> str:
            raise GeneratorExit

    class Swallowing:
        @hookimpl(SwallowSpec.parts, wrapper=True)
        async def around(self) -> AsyncGenerator[list[str] | None, list[str]]:
            with suppress(GeneratorExit):
                yield None

    registry = Registry(SwallowSpec)
    for each in (Leaving(), Failing(), Swallowing()):
        registry.register(each)
    with pytest.raises(StopIteration) as caught:
        registry.hook.parts().send(None)
    assert caught.value.value == []
