"""Turns the implementations of a hook into code that calls each of them directly.

A hook has one function for life, and `state` exchanges its code: that which is made here for the implementations of
one snapshot, and that which asks for the current ones (`looping_code`). All codes of a hook take the same arguments in
the same layout, because without a GIL another thread may be between binding arguments and running the code. Compiled
code gives the same answers as the loop of `loop`, with which it shares everything that happens once something was
raised. That of an async hook is that of an `async def`.

Source is compiled once for each *shape*: the hook's parameters and mode, and which arguments go where. What it calls
are constants of the code: names stand for them in the source, and each snapshot has a copy in which its own functions
replace them. So an implementation is freed with the code that calls it, and nothing that generated code uses can
have the name of a parameter. Each copy has a file name of its own, whose text is written only when somebody looks at
it: a traceback, a debugger. This module knows nothing of callers or registries.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from itertools import count
from types import CodeType, FunctionType, GeneratorType, MethodType
from typing import Any, overload
from weakref import ref

from pluginkit._call.aio import AnyGenerator, close_async, unwind_async
from pluginkit._call.awaiting import is_awaitable
from pluginkit._call.function import compiled, constant, for_hook
from pluginkit._call.generate import Shape, source_of
from pluginkit._call.loop import (
    add_note,
    below,
    close,
    note_of,
    record_failure,
    reraise,
    resume,
    wrapper_error,
    yielded_again,
)
from pluginkit._call.order import Snapshot
from pluginkit._declare.impl import HookImpl
from pluginkit._declare.signature import CO_ASYNC_GENERATOR, CO_GENERATOR, location_of
from pluginkit._declare.spec import BaseSpec

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows

_numbers = count(1)
_MOST_CODES = 512  # all are dropped when there are more
_codes: dict[tuple[object, ...], tuple[CodeType, tuple[int | None, ...]]] = {}
_BUILTINS: dict[str, object] = {each.__name__: each for each in (BaseException, StopIteration, StopAsyncIteration)}
_INTERRUPTED = object()  # the result of wrappers that an interrupt has left waiting


def can_compile(spec: BaseSpec, snapshot: Snapshot) -> bool:
    """Tell whether a call can be compiled: it calls Python functions, and each wrapper makes a real generator.

    Plugins have functions and bound methods only; a test may have any callable take their place. Async hooks whose
    implementations run at once, or may take a limited time, are left to the loop.
    """
    if spec.concurrent or spec.timeout is not None:
        return False
    return all(_is_python(impl.function) for impl in snapshot.registered) and all(
        _makes_generator(impl.function) for impl in snapshot.wrappers
    )


def _is_python(function: Any) -> bool:
    called = function.__func__ if type(function) is MethodType else function
    return type(called) is FunctionType


def _makes_generator(function: Any) -> bool:
    return bool(function.__code__.co_flags & (CO_GENERATOR | CO_ASYNC_GENERATOR))


class Valid:
    """How long code of an async hook is right, whose coroutines may be awaited later.

    Attributes:
        state: The state of the hook.
        snapshot: What the state has to have for its current snapshot.
        run: What a call is passed on to if it has another one.
    """

    __slots__ = ("run", "snapshot", "state")

    def __init__(self, state: Any, snapshot: Snapshot, run: Callable[..., Any]) -> None:
        self.state = state
        self.snapshot = snapshot
        self.run = run


def compile_call(spec: BaseSpec, snapshot: Snapshot, valid: Valid, *, sparse: bool = False) -> CodeType:
    """Return code that calls the implementations of a snapshot.

    Args:
        spec: The hook.
        snapshot: What it calls; `can_compile` is true of it.
        valid: How long the code is right, if the hook is async.
        sparse: Whether some of the answers are None.
    """
    shape = Shape(spec, snapshot, sparse=sparse)
    known = _codes.get(shape.key)
    if known is None:
        lines = list(source_of(shape, constant))
        known = compiled("\n".join(text for text, _ in lines)), tuple(place for _, place in lines)
        if len(_codes) >= _MOST_CODES:
            _codes.clear()
        _codes[shape.key] = known
    code, places = known
    generated = GeneratedCall(shape, snapshot.wrappers + snapshot.implementations, places)
    return for_hook(spec, code, generated.constants(valid), generated.file_name)


class GeneratedCall:
    """What a piece of generated code calls besides implementations, and the text of it; it lives as long as the code.

    Attributes:
        file_name: The file name of the code. To tools a name within `<` and `>` is not one of a file.
    """

    __slots__ = ("__weakref__", "_everybody", "_notes", "_places", "_shape", "file_name")

    def __init__(self, shape: Shape, everybody: Sequence[HookImpl], places: tuple[int | None, ...]) -> None:
        self._shape = shape
        self._everybody = everybody
        self._places = places
        self._notes: dict[int, str] = {}  # by place, written when they are first needed
        self.file_name = f"<pluginkit {shape.spec.qualified_name} {next(_numbers)}>"
        _give_to_tools(self)

    def constants(self, valid: Valid) -> dict[str, object]:
        """Return what the names of the source stand for."""
        own = ("blame", "failed", "idle", "again", "unwind", "end")
        names: dict[str, object] = {
            **{name: getattr(self, name) for name in own},
            **(self._async_constants(valid) if self._shape.spec.is_async else {}),
            "interrupted": _INTERRUPTED,
            **{f"f{place}": impl.function for place, impl in enumerate(self._everybody)},
        }
        return _BUILTINS | {self._shape.prefix + name: value for name, value in names.items()}

    def _async_constants(self, valid: Valid) -> dict[str, object]:
        """Return what other names stand for in an async hook."""
        return {
            "state": valid.state,
            "snapshot": valid.snapshot,
            "run": valid.run,
            "is_awaitable": is_awaitable,
            "again_async": self.again_async,
            "failed": self.failed_async,
            "unwind": self.unwind_async,
            "end": self.end_async,
        }

    def lines(self) -> list[str]:
        """Return the text, in which a comment behind each call says whose it is."""
        return [f"{text}{self._comment(place)}\n" for text, place in source_of(self._shape, str)]

    def _comment(self, place: int | None) -> str:
        if place is None:
            return ""
        impl = self._everybody[place]
        return f"  # {impl.plugin_name!r}, {location_of(impl.function)}"

    # What follows is shared with the loop: everything that happens once something was raised.

    def blame(self, exc: BaseException) -> None:
        """Note on an exception in which implementation it arose, going by the line."""
        traceback = exc.__traceback__
        # An interrupt may come at an instruction that belongs to no line.
        line: int | None = traceback.tb_lineno if traceback else None
        place = self._places[line - 1] if line else None
        if place is not None:
            add_note(exc, self._notes.get(place) or self._notes.setdefault(place, note_of(self._everybody[place])))

    def failed(self, exc: BaseException) -> list[BaseException]:
        """Take an exception that wrappers have to be resumed with."""
        self.blame(exc)
        return [below(exc)]

    def idle(self, place: int) -> BaseException:
        """Return the error about a wrapper that did not yield."""
        return wrapper_error(self._everybody[place], "did not yield")

    def again(self, place: int, generator: Generator[Any, Any, Any]) -> BaseException:
        """Return the error about a wrapper that has yielded twice."""
        return yielded_again(self._everybody[place], "second", [], close(generator))

    def unwind(self, failure: list[BaseException], *generators: GeneratorType[Any, Any, Any] | None) -> Any:
        """Resume the wrappers that have yielded, the last one first, and return the result if nothing is raised."""
        result: Any = None
        for place in range(len(generators) - 1, -1, -1):
            generator = generators[place]
            if generator is None or not generator.gi_suspended:
                continue
            if not failure:
                result = resume(self._everybody[place], generator, result, failure)
                continue
            origin = failure[0].__traceback__  # what follows is `resume`, without the cost of calling it
            try:
                generator.throw(failure[0])
            except BaseException as exc:
                if exc is failure[0]:
                    exc.with_traceback(origin)
                elif isinstance(exc, StopIteration):
                    failure.clear()
                    result = exc.value
                else:
                    record_failure(below(exc), self._everybody[place], failure, origin)
                    if generator.gi_suspended:  # interrupted before it was resumed
                        result = resume(self._everybody[place], generator, result, failure)
            else:
                failure[:] = [yielded_again(self._everybody[place], "second", failure, close(generator))]
            origin = None  # else a traceback and the frame of this function may hold each other
        return result

    def end(self, failure: list[BaseException], result: Any, *generators: GeneratorType[Any, Any, Any] | None) -> Any:
        """Raise what is on its way out, or return the result; what an interrupt has left is resumed first."""
        if result is _INTERRUPTED:
            result = self.unwind(failure, *generators)
        if failure:
            reraise(failure)
        return result

    def failed_async(self, exc: BaseException) -> list[BaseException]:
        """Do what `failed` does for an async hook. Its wrappers see what Python makes of a StopIteration."""
        failure = self.failed(exc)
        if isinstance(failure[0], StopIteration):
            error = RuntimeError("coroutine raised StopIteration")
            error.__cause__ = error.__context__ = failure[0]
            failure[:] = [error]
        return failure

    async def again_async(self, place: int, generator: AsyncGenerator[Any, Any]) -> BaseException:
        """Return the error about an async wrapper that has yielded three times."""
        return yielded_again(self._everybody[place], "third", [], await close_async(generator))

    async def unwind_async(self, failure: list[BaseException], nothing: Any, *generators: AnyGenerator | None) -> Any:
        """Do what `unwind` does for an async hook, which gives `nothing` without implementations."""

        async def give_nothing() -> Any:
            return nothing

        pairs = zip(self._everybody, generators, strict=False)
        started = [(impl, generator) for impl, generator in pairs if generator is not None]
        return await unwind_async(started, None, failure, give_nothing)

    async def end_async(
        self, failure: list[BaseException], result: Any, nothing: Any, *generators: AnyGenerator | None
    ) -> Any:
        """Do what `end` does for an async hook."""
        if result is _INTERRUPTED:
            result = await self.unwind_async(failure, nothing, *generators)
        if failure:
            reraise(failure)
        return result


def _give_to_tools(generated: GeneratedCall) -> None:
    """Let tracebacks and debuggers find the text of a generated call, as long as the code is there."""
    try:
        from linecache import cache  # late: it imports `tokenize`
    except ImportError:  # Python is shutting down, or a finalizer calls the hook in the middle of this import
        return
    text: Any = _Text(generated, cache)
    cache[generated.file_name] = (1, None, text, generated.file_name)


class _Text(Sequence[str]):
    """The lines of a generated call, as `linecache` keeps them; they are written when somebody looks at them."""

    def __init__(self, generated: GeneratedCall, cache: dict[str, Any]) -> None:
        file_name = generated.file_name
        self._generated = ref(generated, lambda _: cache.pop(file_name, None))

    def _lines(self) -> list[str]:
        generated = self._generated()
        return generated.lines() if generated else []

    def __len__(self) -> int:
        return len(self._lines())

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        return self._lines()[index]
