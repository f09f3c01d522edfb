"""Writes the source of a function that calls the implementations of a hook directly.

It writes text and calls nothing: `compile` makes code of it. Each line comes with the place of the implementation that
it calls, so that an exception is known to be that implementation's by the number of the line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from keyword import iskeyword
from types import MethodType
from typing import Any, TypeAlias

from pluginkit._call.order import Snapshot
from pluginkit._declare.impl import HookImpl
from pluginkit._declare.signature import is_async, is_async_generator
from pluginkit._declare.spec import BaseSpec

# The arguments of one implementation: those passed by position, and those passed by keyword.
Passed: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]
# A line of source, and the place of the implementation that it calls: wrappers first, in call order.
Line: TypeAlias = tuple[str, int | None]

MOST_LOCALS = 128  # up to so many answers a list display is faster than appending each
_ANSWERS_PER_ROW = 6
_EMPTY = {"collect": "[]", "firstresult": "None", "pipeline": ""}


class Shape:
    """All that the code of a function depends on; equal shapes share it.

    Attributes:
        spec: The hook: its name, parameters and mode.
        wrappers: What each wrapper is passed, in call order.
        implementations: What each other implementation is passed, in call order.
        coroutines: Of each of these, whether it is an `async def`.
        async_wrappers: Of each wrapper, whether it is an async generator.
        sparse: Whether some of their answers are None: appending the others is then faster than one list display.
        key: What makes two shapes equal.
    """

    __slots__ = ("async_wrappers", "coroutines", "implementations", "key", "sparse", "spec", "wrappers")

    def __init__(self, spec: BaseSpec, snapshot: Snapshot, *, sparse: bool) -> None:
        self.spec = spec
        self.wrappers = tuple(_passed(impl) for impl in snapshot.wrappers)
        self.implementations = tuple(_passed(impl) for impl in snapshot.implementations)
        self.coroutines = tuple(is_async(impl.function) for impl in snapshot.implementations)
        self.async_wrappers = tuple(is_async_generator(impl.function) for impl in snapshot.wrappers)
        self.sparse = sparse or len(snapshot.implementations) > MOST_LOCALS
        self.key = (
            *(spec.parameters, spec.mode, spec.pipeline, spec.is_async),
            *(self.wrappers, self.implementations, self.coroutines, self.async_wrappers, self.sparse),
        )

    @property
    def prefix(self) -> str:
        """What generated names begin with: more underscores than any parameter does, so that none can be the same."""
        return "_" * (1 + max((len(name) - len(name.lstrip("_")) for name in self.spec.parameters), default=0))


def _passed(impl: HookImpl) -> Passed:
    function: Any = impl.function  # `can_compile` has seen that there is code
    code = function.__code__
    named = code.co_varnames[type(function) is MethodType : code.co_argcount]
    positional = named if named == impl.parameters[: len(named)] else ()
    taken = impl.spec.parameters if impl.rest else impl.parameters
    return positional, tuple(name for name in taken if name not in positional)


def source_of(shape: Shape, constant: Callable[[str], str]) -> Iterator[Line]:
    """Yield the lines of the function; `constant` writes what is a constant of the code, given a name for it."""
    return _Source(shape, constant).function()


def _indented(lines: Iterator[Line], by: int) -> Iterator[Line]:
    for text, place in lines:
        yield " " * by + text, place


class _Source:
    """The source of one shape, method by method: each yields lines, beginning at the left."""

    def __init__(self, shape: Shape, constant: Callable[[str], str]) -> None:
        self.shape = shape
        self.spec = shape.spec
        self.prefix = shape.prefix
        self.builtin = constant

    def constant(self, name: str) -> str:
        """Return what loads a constant of the code."""
        return self.builtin(self.prefix + name)

    def function(self) -> Iterator[Line]:
        """Yield the whole function."""
        spec, shape = self.spec, self.shape
        # A hook may be called as no function can be written. The code is named after the hook in any case.
        name = spec.name if spec.name.isidentifier() and not iskeyword(spec.name) else "hook"
        # Defaults are set on the function, and code depends on none.
        declared = ", ".join(("*", *spec.parameters)) if spec.parameters else ""
        yield f"{'async ' if spec.is_async else ''}def {name}({declared}):", None
        if spec.is_async:  # plugins may come and go between the call, which makes a coroutine, and its first step
            yield f"    if {self.constant('state')}.current is not {self.constant('snapshot')}:", None
            yield f"        return await {self.constant('run')}({', '.join(spec.parameters)})", None
        if not shape.wrappers and not shape.implementations:
            yield f"    return {_EMPTY[spec.mode] or spec.pipeline}", None
            return
        yield from _indented(self.wrapped() if shape.wrappers else self.bare(), 4)

    def bare(self) -> Iterator[Line]:
        """Run implementations without wrappers."""
        yield "try:", None
        yield from _indented(self.body("return "), 4)
        yield f"except {self.builtin('BaseException')} as {self.prefix}exc:", None
        yield f"    {self.constant('blame')}({self.prefix}exc)", None
        yield "    raise", None

    def wrapped(self) -> Iterator[Line]:
        """Run implementations within wrappers.

        The outer `try` is for an interrupt while the wrappers are resumed with another exception.
        """
        spec, prefix = self.spec, self.prefix
        names = [f"{prefix}g{place}" for place in range(len(self.shape.wrappers))]
        generators = ", ".join(names)
        unwind, end = self.constant("unwind"), self.constant("end")
        if spec.is_async:  # a wrapper that swallows an exception may leave what the hook gives without implementations
            unwind, end = f"await {unwind}", f"await {end}"
            generators = f"{_EMPTY[spec.mode] or f'{prefix}given'}, {generators}"
            if spec.pipeline:
                yield f"{prefix}given = {spec.pipeline}", None
        yield f"{' = '.join(names)} = None", None
        yield "try:", None
        yield "    try:", None
        yield from _indented(self.around(), 8)
        yield f"    except {self.builtin('BaseException')} as {prefix}exc:", None
        yield f"        {prefix}failure = {self.constant('failed')}({prefix}exc)", None
        yield f"    {prefix}result = {unwind}({prefix}failure, {generators})", None
        yield f"except {self.builtin('BaseException')} as {prefix}exc:", None
        yield f"    {prefix}failure = {self.constant('failed')}({prefix}exc)", None
        yield f"    {prefix}result = {self.constant('interrupted')}", None
        yield f"return {end}({prefix}failure, {prefix}result, {generators})", None

    def around(self) -> Iterator[Line]:
        """Start the wrappers, run the others, and finish the wrappers in reverse order."""
        places = range(len(self.shape.wrappers))
        kinds = self.shape.async_wrappers
        for place in places:
            yield from (self.start_async if kinds[place] else self.start)(place, f"{self.prefix}g{place}")
        yield from self.body(f"{self.prefix}result = ")
        for place in reversed(places):
            yield from (self.finish_async if kinds[place] else self.finish)(place, f"{self.prefix}g{place}")
        yield f"return {self.prefix}result", None

    # A `try` and what it covers are in one line where they are within another `try`: otherwise Python puts an
    # instruction between the two that the outer one does not cover.

    def start(self, place: int, generator: str) -> Iterator[Line]:
        """Run a wrapper up to its `yield`."""
        yield f"{generator} = {self.call(place, self.shape.wrappers[place])}", place
        yield f"for {self.prefix}_ in {generator}:", place
        yield "    break", None
        yield "else:", None
        yield f"    raise {self.constant('idle')}({place})", None

    def finish(self, place: int, generator: str) -> Iterator[Line]:
        """Run a wrapper from its `yield` to its end."""
        yield f"try: {generator}.send({self.prefix}result)", place
        yield f"except {self.builtin('StopIteration')} as {self.prefix}stop:", None
        yield f"    {self.prefix}result = {self.prefix}stop.value", None
        yield "else:", None
        yield f"    raise {self.constant('again')}({place}, {generator})", None

    def start_async(self, place: int, generator: str) -> Iterator[Line]:
        """Run an async wrapper up to its first `yield`."""
        yield f"{generator} = {self.call(place, self.shape.wrappers[place])}", place
        yield f"try: await {generator}.asend(None)", place
        yield f"except {self.builtin('StopAsyncIteration')}:", None
        yield f"    raise {self.constant('idle')}({place}) from None", None

    def finish_async(self, place: int, generator: str) -> Iterator[Line]:
        """Run an async wrapper from its first `yield` to its end; at a second one it gives another result."""
        yield f"try: {self.prefix}result = await {generator}.asend({self.prefix}result)", place
        yield f"except {self.builtin('StopAsyncIteration')}: pass", None
        yield "else:", None
        yield f"    try: await {generator}.asend(None)", place
        yield f"    except {self.builtin('StopAsyncIteration')}: pass", None
        yield "    else:", None
        yield f"        {self.prefix}ended, {generator} = {generator}, None", None  # it is not to be resumed again
        yield f"        raise await {self.constant('again_async')}({place}, {self.prefix}ended)", None

    def body(self, give: str) -> Iterator[Line]:
        """Run the implementations that are not wrappers; `give` is what stands before the result."""
        mode = self.spec.mode
        first = len(self.shape.wrappers)
        places = range(first, first + len(self.shape.implementations))
        if not places:
            return iter(((f"{give}{_EMPTY[mode] or self.spec.pipeline}", None),))
        if mode == "firstresult":
            return self.firstresult(places, give)
        if mode == "pipeline":
            return self.pipeline(places, give)
        return (self.append if self.shape.sparse else self.display)(places, give)

    def call(self, place: int, passed: Passed) -> str:
        """Return a call of an implementation."""
        positional, keywords = passed
        arguments = ", ".join((*positional, *(f"{name}={name}" for name in keywords)))
        return f"{self.constant(f'f{place}')}({arguments})"

    def answer(self, place: int, name: str) -> Iterator[Line]:
        """Call an implementation that is not a wrapper, and put its answer into a variable."""
        number = place - len(self.shape.wrappers)
        call = self.call(place, self.shape.implementations[number])
        if not self.spec.is_async:
            yield f"{name} = {call}", place
        elif self.shape.coroutines[number]:
            yield f"{name} = await {call}", place
        else:  # what is not an `async def` gives something to await, or an answer
            yield f"{name} = {call}", place
            yield f"if {self.constant('is_awaitable')}({name}):", None
            yield f"    {name} = await {name}", place

    # The modes, each as in `modes`.

    def display(self, places: range, give: str) -> Iterator[Line]:
        """Collect answers of which few are None."""
        prefix = self.prefix
        names = [f"{prefix}r{number}" for number in range(len(places))]
        for name, place in zip(names, places, strict=True):
            yield from self.answer(place, name)
        yield "if (", None
        for start in range(0, len(names), _ANSWERS_PER_ROW):
            row = names[start : start + _ANSWERS_PER_ROW]
            yield f"    {'and ' if start else ''}{' and '.join(f'{name} is not None' for name in row)}", None
        yield "):", None
        yield f"    {give}[{', '.join(names)}]", None
        yield "else:", None
        listed = f"{', '.join(names)},"
        yield f"    {give}[{prefix}r for {prefix}r in ({listed}) if {prefix}r is not None]", None

    def append(self, places: range, give: str) -> Iterator[Line]:
        """Collect many answers, or answers of which many are None."""
        prefix = self.prefix
        yield f"{prefix}answers = []", None
        for place in places:
            yield from self.answer(place, f"{prefix}r")
            yield f"if {prefix}r is not None:", None
            yield f"    {prefix}answers.append({prefix}r)", None
        yield f"{give}{prefix}answers", None

    def firstresult(self, places: range, give: str) -> Iterator[Line]:
        """Stop at the first answer."""
        answer = f"{self.prefix}r"
        if give == "return ":
            for place in places:
                yield from self.answer(place, answer)
                yield f"if {answer} is not None:", None
                yield f"    return {answer}", None
            yield "return None", None
            return
        yield "while True:", None  # once, to leave it with the first answer
        for place in places:
            yield from _indented(self.answer(place, answer), 4)
            yield f"    if {answer} is not None:", None
            yield "        break", None
        yield "    break", None
        yield f"{give}{answer}", None

    def pipeline(self, places: range, give: str) -> Iterator[Line]:
        """Put each answer into the parameter that is threaded."""
        answer, threaded = f"{self.prefix}r", self.spec.pipeline
        for place in places:
            yield from self.answer(place, answer)
            yield f"if {answer} is not None:", None
            yield f"    {threaded} = {answer}", None
        yield f"{give}{threaded}", None
