"""Compiled calls: what is generated, when, and how it shows. That answers are the loop's is tested where those are."""

from __future__ import annotations

import asyncio
import inspect
import linecache
import os
import pdb  # noqa: T100 - its subject is a test's subject
import subprocess
import sys
import traceback
from io import StringIO
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Protocol, cast

import pytest
from plugins import plugin

from pluginkit import Registry, WrapperError, hookimpl, hookspec
from pluginkit._call import caller as callers
from pluginkit._call import compile as compiling

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Generator


class WordSpec(Protocol):
    """A host with a hook of each mode that is called directly."""

    @hookspec
    def words(self, *, text: str, limit: int = 3) -> list[str]:
        """Find words."""
        ...

    @hookspec(firstresult=True)
    def title(self, *, text: str) -> str | None: ...

    @hookspec(pipeline="text")
    def polish(self, *, text: str, width: int) -> str: ...

    @hookspec
    async def lookup(self, *, word: str) -> str: ...

    @hookspec(concurrent=True)
    async def lookup_at_once(self, *, word: str) -> str: ...


@pytest.fixture
def registry() -> Registry[WordSpec]:
    """Return a registry without a plugin."""
    return Registry(WordSpec)


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


def source(caller: object) -> str:
    """Return the text of a compiled call, with `?` for the folder of this file."""
    assert is_compiled(caller)
    text = "".join(linecache.getlines(code_of(caller).co_filename))
    return text.replace(str(Path(__file__).parent) + os.sep, "?")


def line(function: Callable[..., object]) -> int:
    """Return the line on which a function begins."""
    return cast("FunctionType", function).__code__.co_firstlineno


@hookimpl.function(WordSpec.words)
def words(text: str, *, limit: int) -> list[str]:
    """Take one argument by position and one by keyword."""
    return text.split()[:limit]


@hookimpl.function(WordSpec.words)
def letters(**arguments: Any) -> list[str]:
    """Take all arguments by keyword."""
    return list(arguments["text"])


@hookimpl.function(WordSpec.words)
def no_words(**_: object) -> None:
    """Give no answer."""
    return


@hookimpl.function(WordSpec.words, wrapper=True)
def around(text: str) -> Generator[None, list[list[str]], list[list[str]]]:
    """Add an answer."""
    found = yield
    return [*found, [text]]


@hookimpl.function(WordSpec.title)
def title(text: str) -> str | None:
    """Give an answer, or none."""
    return text or None


@hookimpl.function(WordSpec.polish)
def polish(text: str, **_: object) -> str:
    """Change the text."""
    return text.strip()


def test_collect_source(registry: Registry[WordSpec]) -> None:
    """A compiled call is readable: it calls each implementation, with a comment that says whose it is."""
    registry.register(plugin(words), "splitter")
    registry.register(plugin(letters), "letters")
    heat(lambda: registry.hook.words(text="a b"))
    assert source(registry.hook.words) == (
        f"""\
def words(*, text, limit):
    try:
        _r0 = _f0(text=text, limit=limit)  # 'letters', ?test_compile.py:{line(letters)}
        _r1 = _f1(text, limit=limit)  # 'splitter', ?test_compile.py:{line(words)}
        if (
            _r0 is not None and _r1 is not None
        ):
            return [_r0, _r1]
        else:
            return [_r for _r in (_r0, _r1,) if _r is not None]
    except BaseException as _exc:
        _blame(_exc)
        raise
"""
    )


def test_source_where_answers_are_none(registry: Registry[WordSpec]) -> None:
    """Where an implementation gave no answer to the first calls, answers are appended: a display would be slower."""
    registry.register(plugin(words), "splitter")
    registry.register(plugin(no_words), "silent")
    heat(lambda: registry.hook.words(text="a b"))
    assert source(registry.hook.words) == (
        f"""\
def words(*, text, limit):
    try:
        _answers = []
        _r = _f0(text=text, limit=limit)  # 'silent', ?test_compile.py:{line(no_words)}
        if _r is not None:
            _answers.append(_r)
        _r = _f1(text, limit=limit)  # 'splitter', ?test_compile.py:{line(words)}
        if _r is not None:
            _answers.append(_r)
        return _answers
    except BaseException as _exc:
        _blame(_exc)
        raise
"""
    )


def test_firstresult_source(registry: Registry[WordSpec]) -> None:
    """A firstresult hook stops at the first answer."""
    registry.register(plugin(title), "a")
    registry.register(plugin(title), "b")
    heat(lambda: registry.hook.title(text="t"))
    assert source(registry.hook.title) == (
        f"""\
def title(*, text):
    try:
        _r = _f0(text)  # 'b', ?test_compile.py:{line(title)}
        if _r is not None:
            return _r
        _r = _f1(text)  # 'a', ?test_compile.py:{line(title)}
        if _r is not None:
            return _r
        return None
    except BaseException as _exc:
        _blame(_exc)
        raise
"""
    )


def test_pipeline_source(registry: Registry[WordSpec]) -> None:
    """A pipeline replaces its parameter by each answer."""
    registry.register(plugin(polish), "trim")
    heat(lambda: registry.hook.polish(text=" t", width=1))
    assert source(registry.hook.polish) == (
        f"""\
def polish(*, text, width):
    try:
        _r = _f0(text, width=width)  # 'trim', ?test_compile.py:{line(polish)}
        if _r is not None:
            text = _r
        return text
    except BaseException as _exc:
        _blame(_exc)
        raise
"""
    )


def test_wrapper_source(registry: Registry[WordSpec]) -> None:
    """Wrappers are started before, and finished after, in one flat `try`."""
    registry.register(plugin(words), "splitter")
    registry.register(plugin(around), "outer")
    heat(lambda: registry.hook.words(text="a"))
    outer = f"# 'outer', ?test_compile.py:{line(around)}"
    assert source(registry.hook.words) == (
        f"""\
def words(*, text, limit):
    _g0 = None
    try:
        try:
            _g0 = _f0(text)  {outer}
            for __ in _g0:  {outer}
                break
            else:
                raise _idle(0)
            _r0 = _f1(text, limit=limit)  # 'splitter', ?test_compile.py:{line(words)}
            if (
                _r0 is not None
            ):
                _result = [_r0]
            else:
                _result = [_r for _r in (_r0,) if _r is not None]
            try: _g0.send(_result)  {outer}
            except StopIteration as _stop:
                _result = _stop.value
            else:
                raise _again(0, _g0)
            return _result
        except BaseException as _exc:
            _failure = _failed(_exc)
        _result = _unwind(_failure, _g0)
    except BaseException as _exc:
        _failure = _failed(_exc)
        _result = _interrupted
    return _end(_failure, _result, _g0)
"""
    )


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("words", {"text": "t"}, []),
        ("title", {"text": "t"}, None),
        ("polish", {"text": "t", "width": 1}, "t"),
    ],
)
def test_nothing_to_call(registry: Registry[WordSpec], name: str, arguments: dict[str, Any], result: object) -> None:
    """A hook without implementations is compiled as well, and so is one that has only wrappers."""
    heat(lambda: getattr(registry.hook, name)(**arguments))
    assert is_compiled(getattr(registry.hook, name))
    assert getattr(registry.hook, name)(**arguments) == result

    spec: Any = getattr(WordSpec, name)

    @hookimpl.function(spec, wrapper=True)  # type: ignore[untyped-decorator]
    def see(**_: object) -> Generator[None, Any, Any]:
        seen.append((yield))
        return seen[-1]

    seen: list[object] = []
    registry.register(plugin(see), "see")
    heat(lambda: getattr(registry.hook, name)(**arguments))
    assert getattr(registry.hook, name)(**arguments) == result
    assert all(each == result for each in seen)


@pytest.mark.parametrize("number", [128, 129, 200])
def test_many_implementations(registry: Registry[WordSpec], number: int) -> None:
    """With many implementations the answers are appended; they are the same."""

    def answering(answer: list[str] | None) -> Callable[..., list[str] | None]:
        @hookimpl.function(WordSpec.words)
        def implementation(**_: object) -> list[str] | None:
            return answer

        return implementation

    for place in range(number):
        registry.register(plugin(answering([str(place)] if place % 3 else None)), f"p{place}")
    expected = registry.hook.words(text="t")
    heat(lambda: registry.hook.words(text="t"))
    assert is_compiled(registry.hook.words)
    assert registry.hook.words(text="t") == expected == [[str(place)] for place in reversed(range(number)) if place % 3]


def test_compiled_when_it_pays(registry: Registry[WordSpec]) -> None:
    """The first 32 calls after plugins came or went go through the loop."""
    for _ in range(2):
        for _ in range(32):
            registry.hook.words(text="t")
            assert not is_compiled(registry.hook.words)
        registry.hook.words(text="t")
        assert is_compiled(registry.hook.words)
        registry.register(plugin(words))


def test_registration_while_a_call_is_compiled(registry: Registry[WordSpec], monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin that comes while a call is compiled is not missed by later calls; that call goes on with what it has."""
    registry.register(plugin(words), "first")
    can_compile = compiling.can_compile

    def meanwhile(*arguments: Any) -> bool:
        monkeypatch.undo()
        registry.register(plugin(words), "second")
        return can_compile(*arguments)

    for _ in range(callers.COMPILE_AFTER):
        registry.hook.words(text="a")
    monkeypatch.setattr(compiling, "can_compile", meanwhile)
    assert registry.hook.words(text="a") == [["a"]]
    assert not is_compiled(registry.hook.words)
    assert registry.hook.words(text="a") == [["a"], ["a"]]


def test_defaults(registry: Registry[WordSpec]) -> None:
    """Defaults of the spec are filled in."""
    registry.register(plugin(words))
    heat(lambda: registry.hook.words(text="a"))
    assert registry.hook.words(text="a b c d") == [["a", "b", "c"]]


class OddSpec(Protocol):
    """A host whose parameters are named as generated code might name something."""

    @hookspec
    def odd(self, *, _f0: int, _r: int, __state: int, _exc: int = 5) -> int: ...


def test_names_do_not_collide() -> None:
    """Parameters may have any name, that of something in the generated code too."""

    @hookimpl.function(OddSpec.odd)
    def odd(_f0: int, _r: int, **rest: int) -> Any:
        return _f0, _r, rest

    registry = Registry(OddSpec)
    registry.register(plugin(odd))
    arguments: dict[str, Any] = dict.fromkeys(OddSpec.odd.parameters, 7)
    expected = cast("Any", registry.hook.odd)(**arguments)
    heat(lambda: cast("Any", registry.hook.odd)(**arguments))
    assert is_compiled(registry.hook.odd)
    assert cast("Any", registry.hook.odd)(**arguments) == expected


def test_callable_that_is_not_a_function(registry: Registry[WordSpec]) -> None:
    """What a decorator has made of an implementation is called by keyword."""
    from functools import wraps

    def logged(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def inner(*args: Any, **kwargs: Any) -> Any:
            calls.append((args, kwargs))
            return function(*args, **kwargs)

        return inner

    calls: list[tuple[Any, Any]] = []
    registry.register(plugin(logged(words)))
    heat(lambda: registry.hook.words(text="a"))
    assert registry.hook.words(text="a") == [["a"]]
    assert set(map(repr, calls)) == {"((), {'text': 'a', 'limit': 3})"}


def test_wrapper_that_does_not_make_a_generator_itself(registry: Registry[WordSpec]) -> None:
    """A wrapper below a decorator stays in the loop: what comes out of the decorator cannot be known."""
    from functools import wraps

    @wraps(around)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        return around(*args, **kwargs)

    registry.register(plugin(decorated))
    heat(lambda: registry.hook.words(text="a"))
    assert not is_compiled(registry.hook.words)
    assert registry.hook.words(text="a") == [["a"]]


def test_equal_shapes_share_code(registry: Registry[WordSpec]) -> None:
    """Code is compiled once for a shape; each function has a copy under a file name of its own."""
    registry.register(plugin(words), "p")
    other = Registry(WordSpec)
    other.register(plugin(words), "q")
    for each in (registry, other):
        heat(lambda each=each: each.hook.words(text="a"))  # type: ignore[misc]
    first, second = cast("Any", registry.hook.words).__code__, cast("Any", other.hook.words).__code__
    assert first.co_code == second.co_code
    assert first.co_filename != second.co_filename
    assert "'q'" in source(other.hook.words)


def test_few_shapes_are_kept(registry: Registry[WordSpec], monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache of code does not grow without end."""
    monkeypatch.setattr(compiling, "_MOST_CODES", 2)
    codes: dict[Any, Any] = {}
    monkeypatch.setattr(compiling, "_codes", codes)
    for number in range(5):
        registry.register(plugin(words), f"p{number}")
        heat(lambda: registry.hook.words(text="a"))
        assert len(codes) <= 2


def test_traceback_shows_the_generated_line(registry: Registry[WordSpec]) -> None:
    """A traceback goes through the generated line, whose comment names the plugin."""

    @hookimpl.function(WordSpec.words)
    def broken(text: str, **_: object) -> list[str]:
        if text == "bad":
            raise ValueError(text)
        return []

    registry.register(plugin(words), "good")
    registry.register(plugin(broken), "broken")
    heat(lambda: registry.hook.words(text="a"))
    with pytest.raises(ValueError, match="bad") as caught:
        registry.hook.words(text="bad")
    shown = "".join(traceback.format_exception(caught.value))
    assert f"in words\n    _r0 = _f0(text, limit=limit)  # 'broken', {__file__}:{line(broken)}\n" in shown
    assert [entry.name for entry in traceback.extract_tb(caught.tb)][1:] == ["words", "broken"]
    assert caught.value.__notes__ == [f"in hook WordSpec.words, plugin 'broken' ({__file__}:{line(broken)})"]
    assert [str(entry.frame.code.name) for entry in caught.traceback.filter(caught)][-1:] == ["broken"]
    assert "words" not in [entry.frame.code.name for entry in caught.traceback.filter(caught)]


def test_debugger_steps_into_the_generated_call(registry: Registry[WordSpec]) -> None:
    """Stepping goes from the host through the generated call into the implementation, and shows its text."""
    registry.register(plugin(words), "splitter")
    heat(lambda: registry.hook.words(text="a"))
    out = StringIO()
    debugger = pdb.Pdb(stdin=StringIO("step\n" * 8 + "continue\n"), stdout=out, nosigint=True, readrc=False)
    before = sys.gettrace()
    try:
        debugger.runcall(lambda: registry.hook.words(text="a"))
    finally:
        sys.settrace(before)  # what measures coverage, on some Pythons
    assert "-> _r0 = _f0(text, limit=limit)  # 'splitter'" in out.getvalue()
    assert "-> return text.split()[:limit]" in out.getvalue()


@pytest.mark.parametrize("compiled", [True, False])
def test_switch(*, compiled: bool) -> None:
    """PLUGINKIT_DISPATCH=loop turns compilation off."""
    program = """
from typing import Protocol
from pluginkit import Registry, hookspec
class S(Protocol):
    @hookspec
    def h(self) -> int: ...
registry = Registry(S)
for _ in range(100):
    registry.hook.h()
print(registry.hook.h.__code__.co_filename)
"""
    environment = {**os.environ, "PLUGINKIT_DISPATCH": "" if compiled else "loop"}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == ("<pluginkit S.h 1>\n" if compiled else "<pluginkit>\n")


@pytest.mark.parametrize("yields", [0, 2])
def test_wrapper_error_after_compilation(registry: Registry[WordSpec], yields: int) -> None:
    """A wrapper that goes wrong only once it is compiled is named, and the others still unwind."""
    goes_wrong = False

    @hookimpl.function(WordSpec.words, wrapper=True)
    def inner(**_: object) -> Generator[None, Any, Any]:
        if goes_wrong and not yields:
            return None
        result = yield
        if goes_wrong:
            yield
        return result

    @hookimpl.function(WordSpec.words, wrapper=True)
    def outer(**_: object) -> Generator[None, Any, Any]:
        try:
            return (yield)
        finally:
            ended.append("outer")

    ended: list[str] = []
    registry.register(plugin(inner), "inner")
    registry.register(plugin(outer), "outer")
    heat(lambda: registry.hook.words(text="a"))
    assert is_compiled(registry.hook.words)
    goes_wrong = True
    ended.clear()
    with pytest.raises(WrapperError, match="'inner'") as caught:
        registry.hook.words(text="a")
    assert ended == ["outer"]
    assert not hasattr(caught.value, "__notes__")


# -- async hooks ------------------------------------------------------------------------------------------------------


@hookimpl.function(WordSpec.lookup)
async def dictionary(word: str) -> str:
    """Answer as a coroutine does."""
    return word.upper()


@hookimpl.function(WordSpec.lookup)
def index(word: str) -> str:
    """Answer at once."""
    return word.lower()


def heat_async(call: Callable[[], Coroutine[Any, Any, Any]]) -> None:
    """Await calls until the hook is compiled."""

    async def main() -> None:
        for _ in range(callers.COMPILE_AFTER + 1):
            await call()

    asyncio.run(main())


def test_async_source(registry: Registry[WordSpec]) -> None:
    """A compiled call of an async hook awaits what is `async def`, and of other answers those that are coroutines."""
    registry.register(plugin(dictionary), "dictionary")
    registry.register(plugin(index), "index")
    heat_async(lambda: registry.hook.lookup(word="a"))
    assert source(registry.hook.lookup) == (
        f"""\
async def lookup(*, word):
    if _state.current is not _snapshot:
        return await _run(word)
    try:
        _r0 = _f0(word)  # 'index', ?test_compile.py:{line(index)}
        if _is_awaitable(_r0):
            _r0 = await _r0  # 'index', ?test_compile.py:{line(index)}
        _r1 = await _f1(word)  # 'dictionary', ?test_compile.py:{line(dictionary)}
        if (
            _r0 is not None and _r1 is not None
        ):
            return [_r0, _r1]
        else:
            return [_r for _r in (_r0, _r1,) if _r is not None]
    except BaseException as _exc:
        _blame(_exc)
        raise
"""
    )


def test_compiled_async_call_is_an_async_function(registry: Registry[WordSpec]) -> None:
    """To whoever asks, a compiled call of an async hook is an `async def` with the hook's name and signature."""
    heat_async(lambda: registry.hook.lookup(word="a"))
    call: Any = registry.hook.lookup
    assert inspect.iscoroutinefunction(call)
    assert (call.__qualname__, str(inspect.signature(call))) == ("WordSpec.lookup", "(*, word: 'str') -> 'str'")


def test_async_call_runs_what_is_registered_when_it_is_awaited(registry: Registry[WordSpec]) -> None:
    """Plugins that come or go after a call was made, and before it is awaited, count; compiled or not."""
    cold = registry.hook.lookup(word="a")
    heat_async(lambda: registry.hook.lookup(word="a"))
    hot = registry.hook.lookup(word="a")
    registration = registry.register(plugin(dictionary), "p")
    assert [asyncio.run(call) for call in (cold, hot, registry.hook.lookup(word="a"))] == [["A"]] * 3
    heat_async(lambda: registry.hook.lookup(word="a"))
    hot = registry.hook.lookup(word="a")
    registration.close()
    assert [asyncio.run(call) for call in (hot, registry.hook.lookup(word="a"))] == [[]] * 2


def test_async_failure_names_the_plugin(registry: Registry[WordSpec]) -> None:
    """What is raised while an answer is awaited has the note of the implementation that it comes from."""

    @hookimpl.function(WordSpec.lookup)
    async def broken(word: str) -> str:
        await asyncio.sleep(0)
        if not word:
            raise LookupError("no word")
        return word

    for each in (index, broken, dictionary):
        registry.register(plugin(each), each.__name__)
    heat_async(lambda: registry.hook.lookup(word="a"))
    assert is_compiled(registry.hook.lookup)
    with pytest.raises(LookupError, match="no word") as caught:
        asyncio.run(registry.hook.lookup(word=""))
    place = f"{Path(__file__)}:{line(broken)}"
    assert caught.value.__notes__ == [f"in hook WordSpec.lookup, plugin 'broken' ({place})"]


def test_concurrent_calls_are_left_to_the_loop(registry: Registry[WordSpec]) -> None:
    """A hook whose implementations run at once is not compiled: what it costs are its tasks."""
    heat_async(lambda: registry.hook.lookup_at_once(word="a"))
    assert not is_compiled(registry.hook.lookup_at_once)


def test_async_wrapper_source(registry: Registry[WordSpec]) -> None:
    """A compiled async call starts and finishes async wrappers as it does others, and awaits them."""

    @hookimpl.function(WordSpec.lookup, wrapper=True)
    async def outer(**_: object) -> AsyncGenerator[Any, Any]:
        yield None

    registry.register(plugin(dictionary), "dictionary")
    registry.register(plugin(outer), "outer")
    heat_async(lambda: registry.hook.lookup(word="a"))
    place = f"# 'outer', ?test_compile.py:{line(outer)}"
    assert source(registry.hook.lookup) == (
        f"""\
async def lookup(*, word):
    if _state.current is not _snapshot:
        return await _run(word)
    _g0 = None
    try:
        try:
            _g0 = _f0(word=word)  {place}
            try: await _g0.asend(None)  {place}
            except StopAsyncIteration:
                raise _idle(0) from None
            _r0 = await _f1(word)  # 'dictionary', ?test_compile.py:{line(dictionary)}
            if (
                _r0 is not None
            ):
                _result = [_r0]
            else:
                _result = [_r for _r in (_r0,) if _r is not None]
            try: _result = await _g0.asend(_result)  {place}
            except StopAsyncIteration: pass
            else:
                try: await _g0.asend(None)  {place}
                except StopAsyncIteration: pass
                else:
                    _ended, _g0 = _g0, None
                    raise await _again_async(0, _ended)
            return _result
        except BaseException as _exc:
            _failure = _failed(_exc)
        _result = await _unwind(_failure, [], _g0)
    except BaseException as _exc:
        _failure = _failed(_exc)
        _result = _interrupted
    return await _end(_failure, _result, [], _g0)
"""
    )
