"""`registry.hook.<name>` is one function for life: whatever comes and goes, only what it runs is exchanged."""

from __future__ import annotations

import asyncio
import copy
import functools
import gc
import inspect
import linecache
import sys
import weakref
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Protocol
from unittest import mock

import exchanges
import pytest
from plugins import answering, plugin

from pluginkit import Registry, hookimpl, hookspec
from pluginkit._call import caller as callers
from pluginkit._call import compile as compiling
from pluginkit._call import state as states
from pluginkit.testing import muted, override

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator


class Spec(Protocol):
    """A host with hooks of each mode that is called directly."""

    @hookspec
    def parts(self, *, text: str, limit: int = 3) -> list[str]:
        """Find parts."""
        ...

    @hookspec(firstresult=True)
    def first(self, *, text: str) -> str | None: ...

    @hookspec
    async def fetch(self, *, url: str) -> bytes: ...


class Plugin:
    """Implements all of them."""

    @hookimpl(Spec.parts)
    def parts(self, text: str) -> list[str]:
        return [text]

    @hookimpl(Spec.first)
    def first(self, text: str) -> str:
        return text

    @hookimpl(Spec.fetch)
    async def fetch(self, url: str) -> bytes:
        return url.encode()


@hookimpl.function(Spec.parts, wrapper=True)
def around(**_: object) -> Generator[None, list[list[str]], list[list[str]]]:
    """Change nothing."""
    return (yield)


@pytest.fixture
def registry() -> Registry[Spec]:
    """Return a registry without a plugin."""
    return Registry(Spec)


def heat(call: Callable[[], object]) -> None:
    """Make calls until the hook is compiled."""
    for _ in range(callers.COMPILE_AFTER + 1):
        call()


def code_of(caller: object) -> CodeType:
    """Return the code that a caller runs now."""
    assert isinstance(caller, FunctionType)
    return caller.__code__


def is_compiled(caller: object) -> bool:
    """Tell whether a caller runs compiled code now."""
    return code_of(caller).co_filename != "<pluginkit>"


def lives(registry: Registry[Spec]) -> Iterator[str]:
    """Let a hook go through what can happen to it, and yield what has happened."""
    yield "new"
    registration = registry.register(Plugin(), "plugin")
    yield "registered"
    heat(lambda: registry.hook.parts(text="a"))
    yield "compiled"
    registry.register(plugin(around), "around")
    heat(lambda: registry.hook.parts(text="a"))
    yield "compiled with a wrapper"
    registry.replace("plugin", Plugin())
    yield "replaced"
    with override(registry, Spec.parts, lambda text: [text, "override"]):
        heat(lambda: registry.hook.parts(text="a"))
        yield "overridden"
    registration.close()
    registry.unregister("around")
    yield "unregistered"
    heat(lambda: registry.hook.parts(text="a"))
    yield "compiled without an implementation"


def shown(caller: Any) -> tuple[object, ...]:
    """Return everything that can be seen of a caller from outside, what a wrong call raises included."""
    return (
        *(caller, repr(caller), caller.__name__, caller.__qualname__, caller.__module__, caller.__doc__),
        *(inspect.signature(caller), caller.__kwdefaults__, caller.name, caller.spec, caller.excluded),
        *(raised(caller), raised(lambda: caller(txt="a")), raised(lambda: caller("a"))),
        raised(lambda: caller(text="a", txt="a")),
    )


def raised(call: Callable[[], object]) -> str:
    """Return the type and the text of what a call raises."""
    with pytest.raises(TypeError) as caught:
        call()
    return f"{type(caught.value).__name__}: {caught.value}"


def test_nothing_that_can_be_seen_changes(registry: Registry[Spec]) -> None:
    """Identity, repr, signature, text and exceptions are the same at the first call and at the thousandth."""
    first = shown(registry.hook.parts)
    for happened in lives(registry):
        assert shown(registry.hook.parts) == first, happened


def test_wrong_arguments_are_a_type_error_of_python(registry: Registry[Spec]) -> None:
    """What a call raises for wrong arguments names the hook and the argument, as for any function."""
    caller: Any = registry.hook.parts
    expected = [
        "TypeError: Spec.parts() missing 1 required keyword-only argument: 'text'",
        "TypeError: Spec.parts() got an unexpected keyword argument 'page'",
        "TypeError: Spec.parts() takes 0 positional arguments but 1 was given",
    ]
    calls: list[Callable[[], object]] = [caller, lambda: caller(text="a", page=1), lambda: caller("a")]
    assert [raised(call) for call in calls] == expected
    heat(lambda: caller(text="a"))
    assert [raised(call) for call in calls] == expected


def test_arguments_have_one_layout(registry: Registry[Spec]) -> None:
    """Every code of a hook takes the same parameters in the same places: a call may be bound while it is exchanged."""
    layouts = set()
    for _ in lives(registry):
        code = code_of(registry.hook.parts)
        counts = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount)
        flags = code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS)
        layouts.add((counts, code.co_varnames[:2], flags, code.co_freevars, code.co_cellvars))
    assert layouts == {((0, 0, 2), ("text", "limit"), 0, (), ())}


def test_function_is_in_every_relay_that_has_its_hook(registry: Registry[Spec]) -> None:
    """`add_spec` and `get_hookcallers` give the caller that `registry.hook` has."""
    registry.register(Plugin(), "plugin")
    assert registry.add_spec(Spec).parts is registry.hook.parts
    found = registry.get_hookcallers("plugin")
    assert found == (registry.hook.parts, registry.hook.first, registry.hook.fetch)


@pytest.mark.refcounts
@pytest.mark.parametrize("calls", [0, 1, 32, 33, 40])
def test_unregistered_plugin_is_freed_at_once(registry: Registry[Spec], calls: int) -> None:
    """However often its hooks were called, nothing keeps a plugin that was unregistered, blocked or replaced."""
    relay = registry.without(registry.register(plugin(around), "around").name)
    for remove in (
        lambda: registry.unregister("plugin"),
        lambda: registry.set_blocked("plugin"),
        lambda: registry.replace("plugin", Plugin()),
    ):
        registry.unblock("plugin")
        found = Plugin()
        registry.register(found, "plugin")
        for _ in range(calls):
            registry.hook.parts(text="a")
            relay.parts(text="a")
            asyncio.run(registry.hook.fetch(url="u"))
        alive = weakref.ref(found)
        del found
        remove()
        if alive() is not None:  # on Pythons that do not count references, or not those of code
            gc.collect()
        assert alive() is None


@pytest.mark.refcounts
def test_nothing_of_a_registry_waits_for_the_collector() -> None:
    """A registry and its relays are freed by their references alone, compiled or not."""
    gc.collect()
    gc.disable()
    try:
        registry = Registry(Spec)
        plain = Plugin()
        registry.register(plain, "plugin")
        relay = registry.without("plugin")
        for call in (registry.hook.parts, relay.parts):
            for _ in range(callers.COMPILE_AFTER + 1):
                call(text="a")
        del call
        alive = [weakref.ref(each) for each in (plain, registry, registry.hook.parts, relay, relay.parts)]
        del relay
        assert [each() is None for each in alive] == [False, False, False, True, True]
        del plain, registry
        assert [each() for each in alive] == [None] * 5
    finally:
        gc.enable()


@pytest.mark.refcounts
def test_text_goes_with_the_code(registry: Registry[Spec]) -> None:
    """`linecache` has the text of a compiled call as long as its code is there, and frees it with the code."""
    registry.register(Plugin(), "plugin")
    heat(lambda: registry.hook.parts(text="a"))
    name = code_of(registry.hook.parts).co_filename
    lines = linecache.getlines(name)
    linecache.checkcache()
    assert linecache.getlines(name) == lines
    assert (lines[0], lines[-1], linecache.getline(name, 2)) == (
        "def parts(*, text, limit):\n",
        "        raise\n",
        "    try:\n",
    )
    entry = linecache.cache[name]
    registry.unregister("plugin")
    gc.collect()
    assert name not in linecache.cache
    assert list(entry[2] or ()) == []


def test_hooks_are_compiled_without_linecache(registry: Registry[Spec], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where `linecache` cannot be imported any more, as while Python shuts down, calls only have no text."""
    registry.register(Plugin(), "plugin")
    with monkeypatch.context() as patched:
        patched.setitem(sys.modules, "linecache", None)
        heat(lambda: registry.hook.parts(text="a"))
    name = code_of(registry.hook.parts).co_filename
    assert name.startswith("<pluginkit Spec.parts ")
    assert linecache.getlines(name) == []


def test_hooks_are_looped_without_the_compiler(registry: Registry[Spec], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the compiler cannot be imported, as while Python shuts down, calls go on through the loop."""
    registry.register(Plugin(), "plugin")
    with monkeypatch.context() as patched:
        patched.setitem(sys.modules, "pluginkit._call.compile", None)
        for _ in range(3 * callers.COMPILE_AFTER):
            assert registry.hook.parts(text="a") == [["a"]]
        assert not is_compiled(registry.hook.parts)
    heat(lambda: registry.hook.parts(text="a"))
    assert is_compiled(registry.hook.parts)


def test_relay_may_be_gone_before_the_registry(registry: Registry[Spec]) -> None:
    """A caller is kept by who has it, not by its relay; and a caller of a relay that is gone is no longer exchanged."""
    registry.register(Plugin(), "p")
    registry.register(Plugin(), "q")
    call = registry.without("p").parts
    heat(functools.partial(call, text="a"))
    assert is_compiled(call)
    assert call(text="a") == [["a"]]
    registry.unregister("q")
    assert not is_compiled(call)
    assert call(text="a") == []
    heat(functools.partial(call, text="a"))
    extra = call.call_extra
    del call
    registry.unregister("p")
    assert extra([lambda: ["extra"]], text="a") == [["extra"]]


def test_what_somebody_else_put_into_a_relay_stays(registry: Registry[Spec]) -> None:
    """A test double takes the place of a caller as long as it is patched, and the caller is the same afterwards."""
    call = registry.hook.parts
    with mock.patch.object(registry.hook, "parts", autospec=True) as double:
        heat(lambda: call(text="a"))
        assert registry.hook.parts(text="a") is double.return_value
        with pytest.raises(TypeError, match="missing a required"):
            registry.hook.parts()  # type: ignore[call-arg]
    assert registry.hook.parts is call
    with mock.patch.object(call, "call_extra", return_value=[]) as extra:
        assert call.call_extra([lambda: ["extra"]], text="a") == []
    extra.assert_called_once()


def test_caller_can_be_wrapped_and_copied(registry: Registry[Spec]) -> None:
    """`functools.wraps` makes a function like a caller, and a copy of a caller is the caller."""

    @functools.wraps(registry.hook.parts)
    def logged(**arguments: Any) -> list[list[str]]:
        return registry.hook.parts(**arguments)

    registry.register(Plugin())
    assert inspect.signature(logged) == inspect.signature(registry.hook.parts)
    assert logged(text="a") == [["a"]]
    assert (logged.__name__, logged.__qualname__, logged.__doc__) == ("parts", "Spec.parts", "Find parts.")
    assert copy.copy(registry.hook.parts) is copy.deepcopy(registry.hook.parts) is registry.hook.parts


def test_async_caller_is_an_async_function(registry: Registry[Spec]) -> None:
    """To whoever asks, the caller of an async hook is an `async def`, compiled or not."""

    async def main() -> None:
        for _ in range(callers.COMPILE_AFTER + 1):
            assert await registry.hook.fetch(url="u") == [b"u"]

    assert inspect.iscoroutinefunction(registry.hook.fetch)
    registry.register(Plugin())
    asyncio.run(main())
    assert is_compiled(registry.hook.fetch)
    assert inspect.iscoroutinefunction(registry.hook.fetch)


# -- odd hooks --------------------------------------------------------------------------------------------------------


def spec_of(name: str, *parameters: str, **defaults: object) -> Any:
    """Return a spec with one hook that has any name, and parameters of any names."""
    names = [*parameters, *(f"{each}=None" for each in defaults)]
    namespace: dict[str, Any] = {}
    exec(f"def method(self{', *, ' if names else ''}{', '.join(names)}): ...", namespace)
    method = namespace["method"]
    method.__kwdefaults__ = defaults or None
    return type(Protocol)("OddSpec", (Protocol,), {name: hookspec(method), "__module__": __name__})


@pytest.mark.parametrize("name", ["class", "None", "def", "hook", "_run", "π", "two words", ""])
def test_hook_may_have_any_name(name: str) -> None:
    """A hook may be called as no function can be written."""
    registry = Registry(spec_of(name, "x"))
    registry.register(plugin(hookimpl.function(getattr(registry._spec, name))(lambda x: x)))
    call = getattr(registry.hook, name)
    for _ in range(callers.COMPILE_AFTER + 1):
        assert call(x=1) == [1]
    assert is_compiled(call)
    assert (call.__name__, call.__qualname__, call.name) == (name, f"OddSpec.{name}", name)
    assert code_of(call).co_name == name


@pytest.mark.parametrize(
    "names",
    [
        ("BaseException", "StopIteration"),
        ("_f0", "_r0", "_exc", "__r", "_blame"),
        ("a0", "a1", "hook", "_run"),
        ("_state", "_snapshot", "_g0", "_failure", "_unwind", "_result", "_stop"),
        ("self_", "cls", "list", "len", "__tracebackhide__", "__builtins__"),
        ("é", "ﬁn"),
    ],
)
def test_parameters_may_have_any_name(names: tuple[str, ...]) -> None:
    """Parameters may be called like what Python has, and like what generated code has."""
    spec = spec_of("odd", *names)
    registry = Registry(spec)
    names = spec.odd.parameters  # as Python writes them
    registry.register(plugin(hookimpl.function(spec.odd)(lambda **rest: rest)))
    given = {name: number for number, name in enumerate(names)}
    for wrapped in (False, True):
        if wrapped:
            registry.register(plugin(hookimpl.function(spec.odd, wrapper=True)(lambda **_: (yield))), "around")
        for _ in range(callers.COMPILE_AFTER + 1):
            result = registry.hook.odd(**given)
        assert is_compiled(registry.hook.odd)
        assert result == [given]
    registry.unregister("around")

    @hookimpl.function(spec.odd)
    def broken(**_: object) -> None:
        raise LookupError("mine")

    registry.register(plugin(broken))
    for _ in range(callers.COMPILE_AFTER + 2):
        with pytest.raises(LookupError, match="mine"):
            registry.hook.odd(**given)


@pytest.mark.parametrize("number", [0, 1, 300])
def test_hook_may_have_many_parameters(number: int) -> None:
    """A hook has as many parameters as it likes, and defaults are those that were declared, whatever they are."""
    given = {f"p{place}": place for place in range(number)}
    spec = spec_of("odd", *given, last=(marker := object()))
    registry = Registry(spec)
    registry.register(plugin(hookimpl.function(spec.odd)(lambda **rest: rest)))
    for _ in range(callers.COMPILE_AFTER + 1):
        assert registry.hook.odd(**given) == [{**given, "last": marker}]
    assert is_compiled(registry.hook.odd)


def test_hook_may_have_many_implementations(registry: Registry[Spec]) -> None:
    """Code has as many constants as there are implementations."""
    for number in range(500):
        registry.register(answering(Spec.parts, [str(number)]))
    expected = [[str(number)] for number in reversed(range(500))]
    for _ in range(callers.COMPILE_AFTER + 1):
        assert registry.hook.parts(text="a") == expected
    assert is_compiled(registry.hook.parts)


# -- exchanges while something else happens ---------------------------------------------------------------------------


def test_threads_see_whole_exchanges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Code is exchanged while threads call: no call is torn, and none gets an error that is not its own."""
    monkeypatch.setattr(callers, "COMPILE_AFTER", 0)
    report = exchanges.exchange(2_000)
    assert report.wrong == []
    assert report.exchanges >= 2_000


def test_only_one_of_several_threads_publishes(registry: Registry[Spec], monkeypatch: pytest.MonkeyPatch) -> None:
    """What a thread compiles after another has published is for its own call, and is exchanged for nothing."""
    monkeypatch.setattr(callers, "COMPILE_AFTER", 0)
    registry.register(Plugin(), "plugin")
    can_compile = compiling.can_compile

    def slowly(*arguments: Any) -> bool:
        monkeypatch.setattr(compiling, "can_compile", can_compile)
        assert registry.hook.parts(text="other") == [["other"]]  # as from another thread
        return can_compile(*arguments)

    monkeypatch.setattr(compiling, "can_compile", slowly)
    assert registry.hook.parts(text="a") == [["a"]]
    assert is_compiled(registry.hook.parts)
    registry.unregister("plugin")
    assert not is_compiled(registry.hook.parts)
    assert registry.hook.parts(text="a") == []


def test_muted_hook_is_exchanged(registry: Registry[Spec]) -> None:
    """What a test substitutes counts from the next call on, and no longer than it wants."""
    registry.register(Plugin())
    heat(lambda: registry.hook.first(text="a"))
    with muted(registry, Spec.first):
        assert registry.hook.first(text="a") is None
        heat(lambda: registry.hook.first(text="a"))
        assert is_compiled(registry.hook.first)
    assert registry.hook.first(text="a") == "a"


def test_code_outlives_its_function(registry: Registry[Spec]) -> None:
    """Code of a caller that is gone still calls the hook, and is exchanged for nothing."""
    registry.register(Plugin())
    code = code_of(registry.without(registry.register(Plugin(), "other").name).parts)
    call = FunctionType(code, {})
    call.__kwdefaults__ = {"limit": 3}
    for _ in range(callers.COMPILE_AFTER + 1):
        assert call(text="a") == [["a"]]
    assert call.__code__ is code


def test_plugin_goes_while_implementations_are_put_in_order(
    registry: Registry[Spec], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A finalizer that unregisters a plugin while the others are put in order is not overlooked."""
    registration = registry.register(Plugin(), "plugin")
    ordered = states.HookState.ordered

    def meanwhile(*arguments: Any) -> Any:
        monkeypatch.undo()
        found = ordered(*arguments)
        registration.close()
        return found

    monkeypatch.setattr(states.HookState, "ordered", meanwhile)
    assert registry.hook.parts(text="a") == []
    assert registry.hook.parts(text="a") == []


def test_plugin_goes_while_code_is_published(registry: Registry[Spec], monkeypatch: pytest.MonkeyPatch) -> None:
    """A finalizer that unregisters a plugin while code that calls it is published is not overlooked."""
    registration = registry.register(Plugin(), "plugin")

    def meanwhile(*arguments: Any) -> Any:
        monkeypatch.undo()
        registration.close()
        return weakref.ref(*arguments)

    for _ in range(callers.COMPILE_AFTER):
        registry.hook.parts(text="a")
    looping = code_of(registry.hook.parts)
    monkeypatch.setattr(states, "ref", lambda *given: meanwhile(*given) if given[1:] else weakref.ref(*given))
    assert registry.hook.parts(text="a") == [["a"]]
    assert code_of(registry.hook.parts) is looping
    assert registry.hook.parts(text="a") == []
