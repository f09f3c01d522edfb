"""`timeout=`: how long each implementation of an async hook may take."""

from __future__ import annotations

import asyncio
from types import FunctionType
from typing import TYPE_CHECKING, Any, Protocol

import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st
from plugins import plugin

from pluginkit import Failure, HookSpecError, Registry, hookimpl, hookspec

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("tier")


async def pause(seconds: float) -> None:
    """Wait, under whatever library runs."""
    try:
        await (trio.sleep if trio.lowlevel.in_trio_run() else asyncio.sleep)(seconds)
    except (asyncio.CancelledError, trio.Cancelled):
        raise


def run(library: str, function: Callable[[], Any]) -> Any:
    """Run an async function under a library."""
    return trio.run(function) if library == "trio" else asyncio.run(function())


LIBRARIES = pytest.mark.parametrize("library", ["asyncio", "trio"])
LIMIT = 0.05


class Spec(Protocol):
    """Hooks of each mode with a timeout, which is short."""

    @hookspec(timeout=LIMIT)
    async def collect(self, *, text: str) -> str: ...

    @hookspec(timeout=LIMIT, errors="skip")
    async def skipped(self, *, text: str) -> str: ...

    @hookspec(timeout=LIMIT, errors="group")
    async def grouped(self, *, text: str) -> str: ...

    @hookspec(timeout=LIMIT, concurrent=True, errors="skip")
    async def at_once(self, *, text: str) -> str: ...

    @hookspec(timeout=LIMIT, firstresult=True, errors="skip")
    async def first(self, *, text: str) -> str: ...

    @hookspec(timeout=LIMIT, pipeline="text", errors="skip")
    async def threaded(self, *, text: str) -> str: ...

    @hookspec(timeout=LIMIT, historic=True, errors="skip")
    async def started(self, *, text: str) -> str: ...


async def slow(text: str) -> str:
    """Take longer than may be."""
    await pause(60)
    return "slow"


async def quick(text: str) -> str:
    """Answer in time."""
    await pause(0)
    return f"{text}!"


def implementing(hook: Any, function: Any, **options: Any) -> object:
    """Return a plugin of a copy of a function: a mark stays where it is put."""
    copy = FunctionType(function.__code__, function.__globals__, function.__name__, None, function.__closure__)
    return plugin(hookimpl.function(hook, **options)(copy))


def registered(hook: Any, *functions: Any, on_error: Any = None) -> Registry[Spec]:
    """Return a registry with plugins that are named after their functions; the first runs first."""
    registry = Registry(Spec, order="first", **({"on_error": on_error} if on_error else {}))
    for function in functions:
        registry.register(implementing(hook, function), function.__name__)
    return registry


@LIBRARIES
def test_slow_implementation_is_cancelled(library: str) -> None:
    """What takes too long is cancelled, its cleanup runs, and a TimeoutError leaves that names the plugin."""
    cleaned: list[str] = []

    async def tidy(text: str) -> str:
        try:
            return await slow(text)
        finally:
            cleaned.append(text)

    registry = registered(Spec.collect, quick, tidy)
    with pytest.raises(TimeoutError) as raised:
        run(library, lambda: registry.hook.collect(text="a"))
    assert str(raised.value) == f"it took longer than {LIMIT} seconds"
    assert raised.value.__notes__ == [
        f"in hook Spec.collect, plugin 'tidy' ({__file__}:{tidy.__code__.co_firstlineno})"
    ]
    assert cleaned == ["a"]


@LIBRARIES
@pytest.mark.parametrize(
    ("hook", "expected"),
    [("skipped", ["a!"]), ("at_once", ["a!"]), ("first", "a!"), ("threaded", "a!")],
)
def test_others_go_on(hook: str, expected: object, library: str) -> None:
    """Where a hook goes on, a slow implementation has given no answer, in every mode, and is reported."""
    failures: list[Failure] = []
    registry = registered(getattr(Spec, hook), slow, quick, on_error=failures.append)
    assert run(library, lambda: getattr(registry.hook, hook)(text="a")) == expected
    assert [(each.plugin_name, type(each.error)) for each in failures] == [("slow", TimeoutError)]


@LIBRARIES
def test_group_has_the_timeouts(library: str) -> None:
    """With `errors="group"`, timeouts are in the group."""
    registry = registered(Spec.grouped, slow, quick)
    with pytest.raises(ExceptionGroup) as raised:
        run(library, lambda: registry.hook.grouped(text="a"))
    assert [type(each) for each in raised.value.exceptions] == [TimeoutError]


@LIBRARIES
def test_historic_calls_and_replays_are_limited(library: str) -> None:
    """A historic call, and each replay of it, may take so long."""
    failures: list[Failure] = []
    answers: list[str] = []
    registry = registered(Spec.started, slow, on_error=failures.append)

    async def main() -> None:
        await registry.hook.started.call_historic(answers.append, text="a")
        await registry.aregister(implementing(Spec.started, slow), "late")
        await registry.aregister(implementing(Spec.started, quick), "quick")

    run(library, main)
    assert [each.plugin_name for each in failures] == ["slow", "late"]
    assert answers == ["a!"]


@LIBRARIES
@pytest.mark.parametrize("hook", ["collect", "at_once"])
def test_each_and_extra_functions_are_limited(hook: str, library: str) -> None:
    """`each` yields the timeout as what came of the implementation, and further functions are limited as well."""
    registry = registered(getattr(Spec, hook), slow, quick, on_error=lambda _: None)

    async def main() -> list[tuple[str, str | None, type]]:
        outcomes = [each async for each in getattr(registry.hook, hook).each(text="a")]
        return sorted((each.plugin_name, each.value, type(each.error)) for each in outcomes)

    assert run(library, main) == [("quick", "a!", type(None)), ("slow", None, TimeoutError)]
    with pytest.raises(TimeoutError):
        run(library, lambda: registry.without("slow").collect.call_extra([slow], text="a"))


@LIBRARIES
def test_wrappers_and_plain_functions_are_not_limited(library: str) -> None:
    """A wrapper waits for others, and a plain function cannot be interrupted: both take as long as they take."""

    async def around(text: str) -> Any:
        await pause(2 * LIMIT)
        result = yield
        yield result

    def plain(text: str) -> str:
        return "plain"

    registry = registered(Spec.collect, quick, plain)
    registry.register(implementing(Spec.collect, around, wrapper=True), "around")
    assert run(library, lambda: registry.hook.collect(text="a")) == ["a!", "plain"]


@LIBRARIES
def test_own_timeout_error_is_the_plugins(library: str) -> None:
    """A TimeoutError that a plugin raises itself leaves as it is."""

    async def raising(text: str) -> str:
        await pause(0)
        raise TimeoutError(text)

    registry = registered(Spec.collect, raising)
    with pytest.raises(TimeoutError) as raised:
        run(library, lambda: registry.hook.collect(text="a"))
    assert str(raised.value) == "a"


def test_cancellation_from_outside_is_no_timeout() -> None:
    """A call that is cancelled is cancelled, also where the hook goes on."""
    failures: list[Failure] = []
    registry = registered(Spec.skipped, slow, on_error=failures.append)

    async def main() -> None:
        task = asyncio.create_task(registry.hook.skipped(text="a"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert failures == []


def test_timeout_needs_a_library() -> None:
    """Where neither asyncio nor Trio runs, a call is refused before an implementation is called."""
    called: list[str] = []

    def note(text: str) -> None:
        called.append(text)

    registry = registered(Spec.collect, note)
    call = registry.hook.collect(text="a")
    assert asyncio.iscoroutine(call)
    with pytest.raises(RuntimeError, match="neither is running"):
        call.send(None)
    assert called == []


MEMBERS = st.lists(st.sampled_from(["quick", "slow", "silent", "plain"]), max_size=3)


@LIBRARIES
@given(hook=st.sampled_from(["skipped", "at_once", "first", "threaded"]), members=MEMBERS)
@settings(max_examples=20, deadline=None)
def test_slow_ones_are_as_if_they_were_not_there(hook: str, members: list[str], library: str) -> None:
    """Whatever implementations there are, a call gives what it gives without the slow ones."""

    async def silent(text: str) -> None:
        await pause(0)

    def plain(text: str) -> str:
        return f"{text}?"

    functions = {"quick": quick, "slow": slow, "silent": silent, "plain": plain}
    results = []
    for names in (members, [name for name in members if name != "slow"]):
        registry = Registry(Spec, order="first", on_error=lambda _: None)
        for name in names:
            registry.register(implementing(getattr(Spec, hook), functions[name]))
        results.append(run(library, lambda registry=registry: getattr(registry.hook, hook)(text="a")))
    assert results[0] == results[1]


@pytest.mark.parametrize(
    ("timeout", "message"),
    [
        (value, f"has timeout={value!r}, which is not a number of seconds [PK216]")
        for value in (0, -1.5, True, float("nan"), float("inf"), "1")
    ],
)
def test_wrong_timeout_is_refused(timeout: Any, message: str) -> None:
    """A timeout is a number of seconds above 0."""

    async def fetch(self: object, *, text: str) -> str: ...

    with pytest.raises(HookSpecError) as refused:
        hookspec(timeout=timeout)(fetch)
    assert message in str(refused.value)
    assert "Hint: write a number of seconds above 0, or remove the option" in str(refused.value)


def test_sync_hook_has_no_timeout() -> None:
    """A hook that is not async cannot be interrupted, and is refused."""

    def render(self: object, *, text: str) -> str: ...

    with pytest.raises(HookSpecError) as refused:
        hookspec(timeout=1)(render)  # type: ignore[arg-type]
    assert "cannot have a timeout: it is not async [PK217]" in str(refused.value)
    assert "Hint: write 'async def', or remove the option: a plain function cannot be interrupted" in str(refused.value)
