"""Whatever happens at whichever instruction of a call: a wrapper that has yielded is resumed, and state stays whole."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from functools import wraps
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from interrupts import at_instruction
from plugins import plugin

from pluginkit import Registry, hookimpl, hookspec
from pluginkit._call import caller as callers
from pluginkit._call.compile import GeneratedCall

if TYPE_CHECKING:
    from collections.abc import Callable


class Spec(Protocol):
    """A host with a sync hook and an async one."""

    @hookspec
    def parts(self, *, text: str) -> str: ...

    @hookspec
    async def fetch(self, *, text: str) -> str: ...


class Interrupt(KeyboardInterrupt):
    """What is raised at an instruction."""


def interrupt() -> None:
    """Raise it."""
    raise Interrupt


Log = list[str]


def wrapper(log: Log, name: str) -> Callable[..., Any]:
    """Return a wrapper that notes that it waits, and that it was resumed."""

    def around(text: str) -> Generator[None, Any, Any]:
        log.append(f"{name} waits")
        try:
            return (yield)
        except Interrupt:
            log.append(f"{name} was interrupted")
            raise
        finally:
            log.append(f"{name} was resumed")

    return around


def async_wrapper(log: Log, name: str) -> Callable[..., Any]:
    """Return an async wrapper that does the same."""

    async def around(text: str) -> AsyncGenerator[Any, Any]:
        log.append(f"{name} waits")
        try:
            result = yield
            yield result
        finally:
            log.append(f"{name} was resumed")

    return around


def failing() -> Callable[..., Any]:
    """Return an implementation that fails if it is wanted."""

    def fail(text: str) -> str:
        if text:
            raise LookupError(text)
        return "answer"

    return fail


def registered(log: Log, kind: str) -> Registry[Spec]:
    """Return a registry with an implementation within two wrappers."""
    registry = Registry(Spec)
    hook: Any = Spec.fetch if kind != "sync" else Spec.parts
    make = async_wrapper if kind == "async" else wrapper
    registry.register(plugin(hookimpl.function(hook)(failing())))
    for name in ("inner", "outer"):
        registry.register(plugin(hookimpl.function(hook, wrapper=True)(make(log, name))), name)
    return registry


def run(coroutine: Any) -> Any:
    """Run a coroutine that never waits, without an event loop."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("it waits")


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")  # interrupted between the two
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # interrupted while one is closed
@pytest.mark.parametrize("text", ["", "failure"])
@pytest.mark.parametrize("kind", ["sync", "async", "plain wrappers of an async hook"])
def test_interrupted_call_resumes_what_has_yielded(kind: str, text: str, tier: str) -> None:
    """An interrupt at any instruction, also while another exception is on its way, leaves no wrapper waiting."""
    log: Log = []
    registry = registered(log, kind)

    def call() -> None:
        try:
            if kind == "sync":
                registry.hook.parts(text=text)
            else:
                run(registry.hook.fetch(text=text))
        except LookupError:
            assert text

    call()
    for number in count():
        log.clear()
        try:
            if not at_instruction(number, interrupt, call):
                break
        except Interrupt:
            pass
        waiting = [each.split()[0] for each in log if each.endswith("waits")]
        resumed = [each.split()[0] for each in log if each.endswith("resumed")]
        assert resumed == waiting[::-1], (number, log)
    assert number > 50


def test_plugins_come_and_go_at_any_instruction(tier: str) -> None:
    """A finalizer that registers or unregisters a plugin in the middle of a call changes later calls alone."""
    changed = set()
    for number in count():
        registry = Registry(Spec)
        registration = registry.register(plugin(hookimpl.function(Spec.parts)(lambda: "moving")), "moving")
        registry.register(plugin(hookimpl.function(Spec.parts)(lambda: "steady")), "steady")
        new = plugin(hookimpl.function(Spec.parts)(lambda: "new"))
        action, after = [
            (lambda new=new, registry=registry: registry.register(new, "new"), ["new", "steady", "moving"]),
            (registration.close, ["steady"]),
            (lambda new=new, registry=registry: registry.replace("moving", new), ["steady", "new"]),
        ][number % 3]
        results: list[list[str]] = []
        call = registry.hook.parts
        there = at_instruction(number, action, lambda call=call, into=results: into.append(call(text="")))  # type: ignore[misc]
        if not there:
            break
        assert results in ([["steady", "moving"]], [after]), number
        changed.add(tuple(results[0]))
        assert [call(text="") for _ in range(3)] == [after] * 3, number
    assert number > 50
    assert len(changed) == 4


# -- the same, at chosen places ---------------------------------------------------------------------------------------


class Waiting(Generator[Any, Any, Any]):
    """A wrapper that is not a generator of Python's own, and is interrupted whenever it is told to be."""

    def __init__(self, log: Log, *interrupted: str) -> None:
        self.log = log
        self.interrupted = list(interrupted)
        self.waits = False

    def at(self, place: str) -> None:
        """Raise an interrupt, if it is wanted at this place."""
        if place in self.interrupted:
            self.interrupted.remove(place)
            raise Interrupt

    @property
    def gi_suspended(self) -> bool:
        """Whether it waits to be resumed."""
        self.at("asked")
        return self.waits

    def send(self, value: Any) -> Any:
        """Begin, or end with the result."""
        if not self.waits:
            self.waits = True
            return None
        self.at("sent")
        self.waits = False
        self.log.append("resumed with a result")
        raise StopIteration(value)

    def throw(self, *exception: Any) -> Any:
        """End with an exception."""
        self.at("thrown")
        self.waits = False
        self.log.append(f"resumed with {type(exception[0]).__name__}")
        raise exception[0]


@pytest.mark.parametrize("hook", ["parts", "fetch"])
@pytest.mark.parametrize(
    ("text", "places", "raised", "log"),
    [
        ("", [], None, ["resumed with a result"]),
        ("", ["sent"], Interrupt, ["resumed with Interrupt"]),
        ("failure", ["thrown"], Interrupt, ["resumed with Interrupt"]),
        ("failure", ["asked"], Interrupt, ["resumed with Interrupt"]),
        ("failure", [], LookupError, ["resumed with LookupError"]),
    ],
)
def test_interrupt_before_a_wrapper_is_resumed(
    hook: str, text: str, places: list[str], raised: type[BaseException] | None, log: Log
) -> None:
    """A wrapper that waits when an interrupt comes is resumed with the interrupt, and once."""
    seen: Log = []
    spec: Any = getattr(Spec, hook)
    registry = Registry(Spec)
    registry.register(plugin(hookimpl.function(spec)(failing())))

    @hookimpl.function(spec, wrapper=True)
    @wraps(wrapper(seen, ""))
    def around(text: str) -> Waiting:
        return Waiting(seen, *places)

    registry.register(plugin(around))

    def call() -> Any:
        return registry.hook.parts(text=text) if hook == "parts" else run(registry.hook.fetch(text=text))

    if raised is None:
        assert call() == ["answer"]
    else:
        with pytest.raises(raised):
            call()
    assert seen == log


class AsyncWaiting(AsyncGenerator[Any, Any]):
    """The same for async wrappers: it gives its result with a second `yield`."""

    def __init__(self, log: Log, *interrupted: str) -> None:
        self.log = log
        self.interrupted = list(interrupted)
        self.ag_frame: object = "there"
        self.begun = False

    def at(self, place: str) -> None:
        """Raise an interrupt, if it is wanted at this place."""
        if place in self.interrupted:
            self.interrupted.remove(place)
            raise Interrupt

    async def asend(self, value: Any) -> Any:
        """Begin, give the result, or end."""
        if not self.begun:
            self.begun = True
            return None
        if value is None:
            self.at("finished")
            self.ag_frame = None
            raise StopAsyncIteration
        self.at("sent")
        self.log.append("resumed with a result")
        return value

    async def athrow(self, *exception: Any) -> Any:
        """End with an exception."""
        self.at("thrown")
        self.ag_frame = None
        self.log.append(f"resumed with {type(exception[0]).__name__}")
        raise exception[0]


@pytest.mark.parametrize(
    ("text", "places", "raised", "log"),
    [
        ("", [], None, ["resumed with a result"]),
        ("", ["sent"], Interrupt, ["resumed with Interrupt"]),
        ("", ["finished"], Interrupt, ["resumed with a result", "resumed with Interrupt"]),
        ("failure", ["thrown"], Interrupt, ["resumed with Interrupt"]),
        ("failure", [], LookupError, ["resumed with LookupError"]),
    ],
)
def test_interrupt_before_an_async_wrapper_is_resumed(
    text: str, places: list[str], raised: type[BaseException] | None, log: Log
) -> None:
    """An async wrapper that waits when an interrupt comes is resumed with it, also if it has given its result."""
    seen: Log = []

    @hookimpl.function(Spec.fetch, wrapper=True)
    @wraps(async_wrapper(seen, ""))
    def around(text: str) -> AsyncWaiting:
        return AsyncWaiting(seen, *places)

    registry = Registry(Spec)
    registry.register(plugin(hookimpl.function(Spec.fetch)(failing())))
    registry.register(plugin(around))
    if raised is None:
        assert run(registry.hook.fetch(text=text)) == ["answer"]
    else:
        with pytest.raises(raised):
            run(registry.hook.fetch(text=text))
    assert seen == log


def test_interrupt_while_a_compiled_call_unwinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """What still waits is resumed with the interrupt, and the interrupt is what is raised."""
    monkeypatch.setattr(callers, "COMPILE_AFTER", 0)
    unwind = GeneratedCall.unwind

    def interrupted(*arguments: Any) -> Any:
        monkeypatch.setattr(GeneratedCall, "unwind", unwind)
        raise Interrupt

    log: Log = []
    registry = registered(log, "sync")
    monkeypatch.setattr(GeneratedCall, "unwind", interrupted)
    with pytest.raises(Interrupt):
        registry.hook.parts(text="failure")
    assert log[2:] == [f"{name} {what}" for name in ("inner", "outer") for what in ("was interrupted", "was resumed")]


@pytest.mark.parametrize(("place", "log"), [("thrown", ["resumed with Interrupt"]), ("", ["resumed with LookupError"])])
def test_interrupt_before_a_compiled_call_resumes_a_wrapper(place: str, log: Log) -> None:
    """A wrapper that waits when an interrupt comes is resumed with the interrupt, and once."""
    seen: Log = []
    registry = registered([], "sync")
    generated = object.__new__(GeneratedCall)
    generated._everybody = registry.hook.parts.implementations()
    waiting: Any = Waiting(seen, place)
    waiting.send(None)
    failure: list[BaseException] = [LookupError()]
    assert generated.unwind(failure, waiting) is None
    assert (type(failure[0]), seen) == (Interrupt if place else LookupError, log)


def test_interrupt_while_a_compiled_async_call_unwinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """What still waits of an async call is resumed with the interrupt, and the interrupt is what is raised."""
    monkeypatch.setattr(callers, "COMPILE_AFTER", 0)
    unwind = GeneratedCall.unwind_async

    async def interrupted(*arguments: Any) -> Any:
        monkeypatch.setattr(GeneratedCall, "unwind_async", unwind)
        raise Interrupt

    log: Log = []
    registry = registered(log, "async")
    monkeypatch.setattr(GeneratedCall, "unwind_async", interrupted)
    with pytest.raises(Interrupt):
        run(registry.hook.fetch(text="failure"))
    assert log == ["outer waits", "inner waits", "inner was resumed", "outer was resumed"]


@pytest.mark.parametrize("made", [[], iter(()), None])
def test_wrapper_makes_a_generator(made: object) -> None:
    """A wrapper whose decorator makes something else of its generator is refused when it is called."""

    @hookimpl.function(Spec.parts, wrapper=True)
    @wraps(wrapper([], ""))
    def around(text: str) -> Any:
        return made

    registry = Registry(Spec)
    registry.register(plugin(around), "around")
    with pytest.raises(TypeError) as caught:
        registry.hook.parts(text="")
    assert str(caught.value) == f"a wrapper makes a generator, and this one has made {made!r}"
    assert "plugin 'around'" in caught.value.__notes__[0]
