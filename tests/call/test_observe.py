"""Observers: what they see, and that they change nothing. Every test of dispatch runs observed as well, see `tier`."""

from __future__ import annotations

import asyncio
import gc
import logging
from contextlib import contextmanager, nullcontext
from functools import wraps
from typing import TYPE_CHECKING, Any, Protocol
from weakref import ref

import pytest
import trio
from plugins import plugin

from pluginkit import Call, Failure, Registry, WrapperError, hookimpl, hookspec
from pluginkit._call import caller as callers
from pluginkit._call.observing import Observers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Spec(Protocol):
    """One hook of each kind."""

    @hookspec
    def parts(self, *, text: str) -> str: ...

    @hookspec(errors="skip")
    def skipped(self, *, text: str) -> str: ...

    @hookspec(historic=True)
    def started(self, *, text: str) -> None: ...

    @hookspec
    async def fetch(self, *, text: str) -> str: ...

    @hookspec(concurrent=True)
    async def fetch_all(self, *, text: str) -> str: ...


Log = list[str]


def run(library: str, coroutine: Any) -> Any:
    """Run a coroutine under a library."""
    return trio.run(lambda: coroutine) if library == "trio" else asyncio.run(coroutine)


def show(log: Log) -> Callable[[Call], Any]:
    """Return an observer that notes what begins, what ends and what fails."""

    @contextmanager
    def around(call: Call) -> Iterator[None]:
        name = f"{call.kind} {call.spec.name} {call.plugin_name}".rstrip()
        log.append(f"+ {name}")
        try:
            yield
        except BaseException as error:
            log.append(f"! {name} {type(error).__name__}")
            raise
        log.append(f"- {name}")

    return around


def registry_of(**functions: Any) -> Registry[Any]:
    """Return a registry with plugins of one function each, by the name of the plugin."""
    registry: Registry[Any] = Registry(Spec, on_error=lambda _: None)
    for name, function in functions.items():
        registry.register(plugin(function), name)
    return registry


def failing(text: str) -> str:
    """Raise what a plugin raises."""
    raise LookupError(text)


@pytest.fixture(autouse=True)
def compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compile calls from the first one on, where they are not observed."""
    monkeypatch.setattr(callers, "COMPILE_AFTER", 0)


def test_observer_sees_arguments_place_and_plugin() -> None:
    """A call says which hook and plugin it is of, what the implementation takes, and where that is written."""
    seen: list[Call] = []

    def upper(text: str) -> str:
        return text.upper()

    registry = registry_of(upper=hookimpl.function(Spec.parts)(upper))
    with registry.observe(lambda call: nullcontext(seen.append(call))):
        assert registry.hook.parts(text="a") == ["A"]
    (call,) = seen
    (impl,) = registry.hook.parts.implementations()
    assert (call.kind, call.hook, call.plugin_name, dict(call.arguments)) == (
        "implementation",
        "Spec.parts",
        "upper",
        {"text": "a"},
    )
    assert call.implementation is impl
    assert call.location == f"{__file__}:{upper.__code__.co_firstlineno}"
    assert call.distribution is None
    assert repr(call) == "<Call: implementation of Spec.parts of plugin 'upper'>"
    with pytest.raises(TypeError):
        call.arguments["text"] = "b"  # type: ignore[index]


def test_observers_nest() -> None:
    """The first registered observer is the outermost, and whole calls are around those of implementations."""
    log: Log = []
    registry = registry_of(plain=hookimpl.function(Spec.parts)(lambda text: text))
    with registry.observe(show(log), per="call"), registry.observe(show(log)), registry.observe(show(log)):
        registry.hook.parts(text="a")
    one = "implementation parts plain"
    assert log == ["+ call parts", f"+ {one}", f"+ {one}", f"- {one}", f"- {one}", "- call parts"]


def test_closed_observer_sees_nothing() -> None:
    """Once an observation is closed, whenever that was, calls are compiled again and nothing is seen."""
    log: Log = []
    registry = registry_of(plain=hookimpl.function(Spec.parts)(lambda text: text))
    before = registry.hook.parts.__code__
    registry.hook.parts(text="a")
    compiled = registry.hook.parts.__code__
    assert compiled is not before
    first, second = registry.observe(show(log)), registry.observe(show(log))
    assert registry.hook.parts.__code__ is before
    registry.hook.parts(text="a")
    assert registry.hook.parts.__code__ is before
    first.close()
    first.close()
    registry.hook.parts(text="a")
    second.close()
    assert len(log) == 6
    registry.hook.parts(text="a")
    registry.hook.parts(text="a")
    assert len(log) == 6
    assert registry.hook.parts.__code__ is not before


def test_observer_that_comes_while_a_call_is_compiled_is_not_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Code that was compiled before an observer came is not published after it came."""
    from pluginkit._call import compile as compiling

    log: Log = []
    registry = registry_of(plain=hookimpl.function(Spec.parts)(lambda text: text))
    compile_call = compiling.compile_call

    def late(*args: Any, **options: Any) -> Any:
        code = compile_call(*args, **options)
        registry.observe(show(log))
        registry.hook.parts.implementations()
        return code

    monkeypatch.setattr(compiling, "compile_call", late)
    registry.hook.parts(text="a")
    assert not log
    registry.hook.parts(text="a")
    assert log == ["+ implementation parts plain", "- implementation parts plain"]


def test_wrappers_are_seen_from_beginning_to_end() -> None:
    """What a wrapper wraps is seen within it, and an exception that passes through it as well."""
    log: Log = []

    def around(text: str) -> Any:
        return (yield)

    registry = registry_of(
        inner=hookimpl.function(Spec.parts)(failing), outer=hookimpl.function(Spec.parts, wrapper=True)(around)
    )
    with registry.observe(show(log)), pytest.raises(LookupError):
        registry.hook.parts(text="a")
    assert log == [
        "+ wrapper parts outer",
        "+ implementation parts inner",
        "! implementation parts inner LookupError",
        "! wrapper parts outer LookupError",
    ]


@pytest.mark.parametrize("library", ["asyncio", "trio"])
@pytest.mark.parametrize("hook", ["fetch", "fetch_all"])
def test_async_calls_are_seen_until_their_answer_is_there(hook: str, library: str) -> None:
    """An async implementation is seen until it is awaited, plain functions that give a coroutine included."""
    log: Log = []

    async def slow(text: str) -> str:
        log.append("runs")
        return text

    async def around(text: str) -> Any:
        result = yield
        yield result

    spec = getattr(Spec, hook)
    registry = registry_of(slow=hookimpl.function(spec)(slow), outer=hookimpl.function(spec, wrapper=True)(around))
    with registry.observe(show(log)):
        assert run(library, getattr(registry.hook, hook)(text="a")) == ["a"]
    one, outer = f"implementation {hook} slow", f"wrapper {hook} outer"
    assert log == [f"+ {outer}", f"+ {one}", "runs", f"- {one}", f"- {outer}"]


def test_cancelled_call_is_left() -> None:
    """Cancellation leaves the observers of what is cancelled."""
    log: Log = []

    async def slow(text: str) -> str:
        await asyncio.sleep(60)
        return text

    async def main() -> None:
        task = asyncio.create_task(registry.hook.fetch_all(text="a"))
        await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    registry = registry_of(slow=hookimpl.function(Spec.fetch_all)(slow))
    with registry.observe(show(log)):
        asyncio.run(main())
    assert log == ["+ implementation fetch_all slow", "! implementation fetch_all slow CancelledError"]


def test_replays_are_seen() -> None:
    """Historic calls are seen, and their replays to plugins that come later; a whole call is seen once."""
    log: Log = []
    registry = registry_of(early=hookimpl.function(Spec.started)(lambda text: None))
    with registry.observe(show(log)), registry.observe(show(log), per="call"):
        registry.hook.started.call_historic(text="a")
        registry.register(plugin(hookimpl.function(Spec.started)(lambda text: None)), "late")
    assert log == [
        "+ call started",
        "+ implementation started early",
        "- implementation started early",
        "- call started",
        "+ implementation started late",
        "- implementation started late",
    ]


def test_views_extra_functions_and_each_are_seen() -> None:
    """`without`, `call_extra` and `each` are observed like any call."""
    log: Log = []
    registry = registry_of(plain=hookimpl.function(Spec.parts)(lambda text: text))
    with registry.observe(show(log)):
        assert registry.only("plain").parts(text="a") == ["a"]
        assert registry.without("plain").parts.call_extra([lambda text: "extra"], text="a") == ["extra"]
        outcomes = list(registry.hook.parts.each(text="a"))
    assert log[::2] == [
        "+ implementation parts plain",
        "+ implementation parts <extra>",
        "+ implementation parts plain",
    ]
    assert [each.implementation for each in outcomes] == list(registry.hook.parts.implementations())


def test_failure_names_the_implementation_itself() -> None:
    """What `on_error` gets of an observed call is what it gets of any other."""
    failures: list[Failure] = []
    registry = Registry(Spec, on_error=failures.append)
    registry.register(plugin(hookimpl.function(Spec.skipped)(failing)), "failing")
    with registry.observe(lambda _: nullcontext()):
        assert registry.hook.skipped(text="a") == []
    assert failures[0].implementation is registry.hook.skipped.implementations()[0]
    assert failures[0].error.__notes__ == [
        f"in hook Spec.skipped, plugin 'failing' ({__file__}:{failing.__code__.co_firstlineno})"
    ]


def broken_enter(call: Call) -> Any:
    """Fail before a call."""
    raise RuntimeError(call.hook)


class BrokenExit:
    """Fails after a call, or swallows what it raises."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> bool:
        if self.error:
            raise self.error
        return True


@pytest.mark.parametrize(
    "around", [broken_enter, lambda _: BrokenExit(RuntimeError()), lambda _: None], ids=["enter", "exit", "no manager"]
)
def test_failure_of_an_observer_changes_nothing(around: Any, caplog: pytest.LogCaptureFixture) -> None:
    """What an observer raises is logged once, the others see the call, and its outcome is the same."""
    log: Log = []
    registry = registry_of(plain=hookimpl.function(Spec.parts)(lambda text: text))
    with registry.observe(show(log)), registry.observe(around), registry.observe(show(log)):
        assert registry.hook.parts(text="a") == ["a"]
        assert registry.hook.parts(text="a") == ["a"]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert caplog.messages == [f"observer {around!r} failed at Spec.parts and is not reported again"]
    assert len(log) == 8


def test_observer_cannot_swallow_an_exception() -> None:
    """A context manager that swallows what a call raises swallows nothing."""
    registry = registry_of(failing=hookimpl.function(Spec.parts)(failing))
    with registry.observe(lambda _: BrokenExit(None)), pytest.raises(LookupError, match="a"):
        registry.hook.parts(text="a")


@pytest.mark.parametrize("when", ["enter", "exit"])
def test_interrupt_in_an_observer_leaves(when: str) -> None:
    """Ctrl-C in the code of an observer interrupts the call, and leaves the observers that were entered."""
    log: Log = []

    def interrupted(call: Call) -> Any:
        if when == "enter":
            raise KeyboardInterrupt
        return BrokenExit(KeyboardInterrupt())

    registry = registry_of(plain=hookimpl.function(Spec.parts)(lambda text: text))
    with registry.observe(show(log)), registry.observe(interrupted), pytest.raises(KeyboardInterrupt):
        registry.hook.parts(text="a")
    one = "implementation parts plain"
    assert log == [f"+ {one}", f"! {one} KeyboardInterrupt" if when == "enter" else f"- {one}"]


@pytest.mark.refcounts
def test_observed_failure_leaves_no_garbage() -> None:
    """An exception in an observed call within wrappers leaves nothing to the garbage collector."""

    def around(text: str) -> Any:
        return (yield)

    registry = registry_of(
        inner=hookimpl.function(Spec.parts)(failing), outer=hookimpl.function(Spec.parts, wrapper=True)(around)
    )
    with registry.observe(lambda _: nullcontext()):
        for _ in range(2):
            gc.collect()
            gc.disable()
            try:
                try:
                    registry.hook.parts(text="a")
                except LookupError:
                    pass
                garbage = gc.collect()
            finally:
                gc.enable()
    assert garbage == 0


@pytest.mark.parametrize(
    ("around", "options", "error", "message"),
    [
        (
            nullcontext,
            {"per": "all"},
            ValueError,
            "per= is 'implementation' or 'call', not 'all' [PK409]\n  Hint: leave it out to see each call of a plugin",
        ),
        (
            None,
            {},
            TypeError,
            "None cannot be called [PK410]\n  Hint: pass a function that takes a Call and returns a context manager",
        ),
    ],
)
def test_wrong_observer_is_refused(around: Any, options: Any, error: type[Exception], message: str) -> None:
    """An observer that cannot be called, or an unknown extent, is refused, and nothing has changed."""
    registry = registry_of(plain=hookimpl.function(Spec.parts)(lambda text: text))
    with pytest.raises(error) as refused:
        registry.observe(around, **options)
    assert str(refused.value) == message
    registry.hook.parts(text="a")
    assert registry.hook.parts.__code__.co_filename != "<pluginkit>"


def test_observer_of_whole_calls_sees_no_implementations() -> None:
    """With observers of whole calls alone, implementations run as they are, replays included."""
    log: Log = []
    registry = registry_of(early=hookimpl.function(Spec.started)(lambda text: None))
    with registry.observe(show(log), per="call"):
        registry.hook.started.call_historic(text="a")
        registry.register(plugin(hookimpl.function(Spec.started)(lambda text: None)), "late")
    assert log == ["+ call started", "- call started"]


def test_observer_that_raises_what_the_call_has_raised(caplog: pytest.LogCaptureFixture) -> None:
    """A context manager that raises the exception of the call again, as some do, has not failed."""

    class Again:
        def __enter__(self) -> None: ...

        def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
            if error is not None:
                raise error

    registry = registry_of(failing=hookimpl.function(Spec.parts)(failing))
    with registry.observe(lambda _: Again()), pytest.raises(LookupError, match="a"):
        registry.hook.parts(text="a")
    assert not caplog.records


def test_wrapper_that_makes_no_generator_is_refused_as_ever() -> None:
    """A decorator may have made something else of a wrapper: the error is the one of a call that is not observed."""

    def around(text: str) -> Any:
        return (yield)

    @wraps(around)
    def replaced(text: str) -> None: ...

    registry = registry_of(odd=hookimpl.function(Spec.parts, wrapper=True)(replaced))
    errors = []
    for observed in (False, True):
        with registry.observe(lambda _: nullcontext()) if observed else nullcontext():
            with pytest.raises(TypeError, match="a wrapper makes a generator") as refused:
                registry.hook.parts(text="a")
            errors.append((str(refused.value), refused.value.__notes__))
    assert errors[0] == errors[1]


def test_closed_wrapper_is_left() -> None:
    """A wrapper that yields twice is closed, and its observers are left."""
    log: Log = []

    def twice(text: str) -> Any:
        yield
        yield

    async def thrice(text: str) -> Any:
        yield
        yield
        yield

    registry = registry_of(
        twice=hookimpl.function(Spec.parts, wrapper=True)(twice),
        thrice=hookimpl.function(Spec.fetch, wrapper=True)(thrice),
    )
    with registry.observe(show(log)):
        with pytest.raises(WrapperError):
            registry.hook.parts(text="a")
        with pytest.raises(WrapperError):
            asyncio.run(registry.hook.fetch(text="a"))
    assert log == [
        "+ wrapper parts twice",
        "- wrapper parts twice",
        "+ wrapper fetch thrice",
        "- wrapper fetch thrice",
    ]


def test_observers_are_exchanged_only_if_they_are_the_same() -> None:
    """Observers that came meanwhile are not lost."""
    registry = registry_of()
    store = registry._store
    assert not store.exchange_observers(Observers((), lambda _: None), None)
    assert store.exchange_observers(None, None)


@pytest.mark.refcounts
def test_unregistered_plugin_is_freed_while_calls_are_observed() -> None:
    """What was made for observed calls keeps no plugin alive."""

    class Plugin:
        @hookimpl(Spec.parts)
        def parts(self, text: str) -> str:
            return text

    registry = registry_of()
    with registry.observe(lambda _: nullcontext()):
        plugin_ = Plugin()
        gone = ref(plugin_)
        registration = registry.register(plugin_)
        registry.hook.parts(text="a")
        registration.close()
        del plugin_, registration
        assert gone() is None
