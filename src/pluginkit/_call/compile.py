"""Turns the implementations of a hook into one Python function that calls each of them directly.

The function has the hook's signature, and gives the same answers as the loop of `loop`, with which it shares
everything that happens once something was raised. That of an async hook is an `async def`. A function belongs to one
snapshot: a comparison at its beginning sends calls elsewhere once that is not the current one. It is never changed.

Code is compiled once for each *shape*: the hook's parameters and mode, and which arguments go where. Each function
has a copy of the code under a file name of its own, whose text is written only when somebody looks at it: a
traceback, a debugger. What it calls are its globals: a closure would be copied whole at every call, even by a hook
that stops at the first answer. This module knows nothing of callers or registries.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import count
from types import CodeType, FunctionType, GeneratorType, MethodType
from typing import Any, TypeAlias

from pluginkit._call.aio import is_coroutine
from pluginkit._call.loop import add_note, below, close, note_of, reraise, resume, wrapper_error, yielded_again
from pluginkit._call.order import Snapshot
from pluginkit._declare.signature import CO_GENERATOR, is_async, location_of
from pluginkit._declare.spec import BaseSpec
from pluginkit._implement.impl import HookImpl

# The arguments of one implementation: those passed by position, and those passed by keyword.
Passed: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]
# A line of source, and the place of the implementation that it calls: wrappers first, in call order.
Line: TypeAlias = tuple[str, int | None]

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows

MOST_LOCALS = 64  # up to so many answers a list display is faster than appending each
_ANSWERS_PER_ROW = 6
_numbers = count(1)
_MOST_CODES = 512  # all are dropped when there are more
_codes: dict[tuple[object, ...], tuple[CodeType, tuple[int | None, ...]]] = {}


class Shape:
    """All that the code of a function depends on; equal shapes share it.

    Attributes:
        spec: The hook: its name, parameters and mode.
        wrappers: What each wrapper is passed, in call order.
        implementations: What each other implementation is passed, in call order.
        coroutines: Of each of these, whether it is an `async def`.
        key: What makes two shapes equal.
    """

    __slots__ = ("coroutines", "implementations", "key", "spec", "wrappers")

    def __init__(self, spec: BaseSpec, snapshot: Snapshot) -> None:
        self.spec = spec
        self.wrappers = tuple(_passed(impl) for impl in snapshot.wrappers)
        self.implementations = tuple(_passed(impl) for impl in snapshot.implementations)
        self.coroutines = tuple(is_async(impl.function) for impl in snapshot.implementations)
        self.key = (
            *(spec.name, spec.parameters, tuple(spec.defaults), spec.mode, spec.pipeline, spec.is_async),
            *(self.wrappers, self.implementations, self.coroutines),
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


def can_compile(spec: BaseSpec, snapshot: Snapshot) -> bool:
    """Tell whether a call can be compiled: it calls Python functions, and each wrapper makes a real generator.

    Plugins have functions and bound methods only; a test may have any callable take their place. Async hooks with
    wrappers, or whose implementations run at once, are left to the loop.
    """
    if spec.is_async and (spec.concurrent or snapshot.wrappers):
        return False
    return all(_is_python(impl.function) for impl in snapshot.registered) and all(
        _makes_generator(impl.function) for impl in snapshot.wrappers
    )


def _is_python(function: Any) -> bool:
    called = function.__func__ if type(function) is MethodType else function
    return type(called) is FunctionType


def _makes_generator(function: Any) -> bool:
    return bool(function.__code__.co_flags & CO_GENERATOR)


def compile_call(
    spec: BaseSpec, snapshot: Snapshot, state: Any, published: Snapshot, stale: Callable[..., Any]
) -> FunctionType:
    """Return a function with the hook's signature that calls the implementations of a snapshot.

    Args:
        spec: The hook.
        snapshot: What it calls; `can_compile` is true of it.
        state: Holds the current snapshot of the hook.
        published: What `state` has to hold for the function to be right. It may hold something else by now.
        stale: Takes the arguments of a call, by keyword, if `state` holds something else; it is awaited if the hook is.
    """
    shape = Shape(spec, snapshot)
    code, places = _code(shape)
    everybody = snapshot.wrappers + snapshot.implementations
    text = GeneratedSource(shape, everybody)
    names: dict[str, object] = {
        "state": state,
        "snapshot": published,
        "stale": stale,
        **({"is_coroutine": is_coroutine} if spec.is_async else {}),
        **_exceptional_path(everybody, len(snapshot.wrappers), places),
        **{f"f{place}": impl.function for place, impl in enumerate(everybody)},
    }
    module = {shape.prefix + name: value for name, value in names.items()} | text.module()
    named = code.replace(co_filename=text.file_name, co_qualname=spec.qualified_name)
    function = FunctionType(named, module, spec.name)
    function.__kwdefaults__ = dict(spec.defaults)
    return function


def _code(shape: Shape) -> tuple[CodeType, tuple[int | None, ...]]:
    """Return the code of a shape, and for each of its lines the place of the implementation that it calls."""
    known = _codes.get(shape.key)
    if known is None:
        lines = list(source_of(shape))
        module = compile("\n".join(text for text, _ in lines), "<pluginkit>", "exec")
        (code,) = (each for each in module.co_consts if isinstance(each, CodeType))
        known = code, tuple(place for _, place in lines)
        if len(_codes) >= _MOST_CODES:
            _codes.clear()
        _codes[shape.key] = known
    return known


# -- what is shared with the loop: everything that happens once something was raised --------------------------------


def _exceptional_path(
    everybody: Sequence[HookImpl], wrappers: int, places: Sequence[int | None]
) -> dict[str, Callable[..., Any]]:
    """Return the functions that generated code calls when something was raised, or a wrapper went wrong."""
    notes: dict[int, str] = {}  # by place, written when they are first needed
    inside_out = range(wrappers - 1, -1, -1)

    def blame(exc: BaseException) -> None:
        traceback = exc.__traceback__
        place = places[traceback.tb_lineno - 1] if traceback else None
        if place is not None:
            add_note(exc, notes.get(place) or notes.setdefault(place, note_of(everybody[place])))

    def failed(exc: BaseException) -> list[BaseException]:
        blame(exc)
        return [below(exc)]

    def idle(place: int) -> BaseException:
        return wrapper_error(everybody[place], "did not yield")

    def again(place: int, generator: Generator[Any, Any, Any]) -> BaseException:
        return yielded_again(everybody[place], "second", [], close(generator))

    def unwind(failure: list[BaseException], *generators: GeneratorType[Any, Any, Any] | None) -> Any:
        result: Any = None
        for place in inside_out:
            generator = generators[place]
            if generator is not None and generator.gi_suspended:
                result = resume(everybody[place], generator, result, failure)
        if failure:
            reraise(failure)
        return result

    return {"blame": blame, "failed": failed, "idle": idle, "again": again, "unwind": unwind}


# -- the source -----------------------------------------------------------------------------------------------------


def source_of(shape: Shape) -> Iterator[Line]:
    """Yield the lines of the function."""
    spec, prefix = shape.spec, shape.prefix
    given = ", ".join(f"{name}={name}" for name in spec.parameters)
    # Defaults are set on the function; here it matters only that there are some.
    declared = ", ".join(f"{name}=None" if name in spec.defaults else name for name in spec.parameters)
    yield f"{'async ' if spec.is_async else ''}def {spec.name}({'*, ' if declared else ''}{declared}):", None
    yield f"    if {prefix}state.current is not {prefix}snapshot:", None
    yield f"        return {'await ' if spec.is_async else ''}{prefix}stale({given})", None
    if not shape.wrappers and not shape.implementations:
        yield f"    return {_EMPTY[spec.mode] or spec.pipeline}", None
        return
    yield "    try:", None
    yield from _indented(_wrapped(shape) if shape.wrappers else _body(shape, "return "), 8)
    yield f"    except BaseException as {prefix}exc:", None
    if shape.wrappers:
        generators = ", ".join(f"{prefix}g{place}" for place in range(len(shape.wrappers)))
        yield f"        {prefix}failure = {prefix}failed({prefix}exc)", None
        yield f"    return {prefix}unwind({prefix}failure, {generators})", None
    else:
        yield f"        {prefix}blame({prefix}exc)", None
        yield "        raise", None


_EMPTY = {"collect": "[]", "firstresult": "None", "pipeline": ""}


def _indented(lines: Iterator[Line], by: int) -> Iterator[Line]:
    for text, place in lines:
        yield " " * by + text, place


def _call(shape: Shape, place: int, passed: Passed) -> str:
    positional, keywords = passed
    arguments = ", ".join((*positional, *(f"{name}={name}" for name in keywords)))
    return f"{shape.prefix}f{place}({arguments})"


def _answer(shape: Shape, place: int, name: str) -> Iterator[Line]:
    """Call an implementation that is no wrapper, and put its answer into a variable."""
    number = place - len(shape.wrappers)
    call = _call(shape, place, shape.implementations[number])
    if not shape.spec.is_async:
        yield f"{name} = {call}", place
    elif shape.coroutines[number]:
        yield f"{name} = await {call}", place
    else:  # what is no `async def` gives a coroutine, or an answer
        yield f"{name} = {call}", place
        yield f"if {shape.prefix}is_coroutine({name}):", None
        yield f"    {name} = await {name}", place


def _wrapped(shape: Shape) -> Iterator[Line]:
    """Start the wrappers, run the others, and finish the wrappers in reverse order."""
    prefix = shape.prefix
    places = range(len(shape.wrappers))
    yield f"{' = '.join(f'{prefix}g{place}' for place in places)} = None", None
    for place in places:
        yield f"{prefix}g{place} = {_call(shape, place, shape.wrappers[place])}", place
        yield f"for {prefix}_ in {prefix}g{place}:", place
        yield "    break", None
        yield "else:", None
        yield f"    raise {prefix}idle({place})", None
    yield from _body(shape, f"{prefix}result = ")
    for place in reversed(places):
        yield "try:", None
        yield f"    {prefix}g{place}.send({prefix}result)", place
        yield f"except StopIteration as {prefix}stop:", None
        yield f"    {prefix}result = {prefix}stop.value", None
        yield "else:", None
        yield f"    raise {prefix}again({place}, {prefix}g{place})", None
    yield f"return {prefix}result", None


def _body(shape: Shape, give: str) -> Iterator[Line]:
    """Run the implementations that are no wrappers; `give` is what stands before the result."""
    mode = shape.spec.mode
    first = len(shape.wrappers)
    places = range(first, first + len(shape.implementations))
    if not places:
        return iter(((f"{give}{_EMPTY[mode] or shape.spec.pipeline}", None),))
    if mode == "firstresult":
        return _firstresult(shape, places, give)
    if mode == "pipeline":
        return _pipeline(shape, places, give)
    return (_collect if len(places) <= MOST_LOCALS else _append)(shape, places, give)


def _collect(shape: Shape, places: range, give: str) -> Iterator[Line]:
    prefix = shape.prefix
    names = [f"{prefix}r{number}" for number in range(len(places))]
    for name, place in zip(names, places, strict=True):
        yield from _answer(shape, place, name)
    yield "if (", None
    for start in range(0, len(names), _ANSWERS_PER_ROW):
        row = names[start : start + _ANSWERS_PER_ROW]
        yield f"    {'and ' if start else ''}{' and '.join(f'{name} is not None' for name in row)}", None
    yield "):", None
    yield f"    {give}[{', '.join(names)}]", None
    yield "else:", None
    listed = f"{', '.join(names)},"
    yield f"    {give}[{prefix}r for {prefix}r in ({listed}) if {prefix}r is not None]", None


def _append(shape: Shape, places: range, give: str) -> Iterator[Line]:
    prefix = shape.prefix
    yield f"{prefix}answers = []", None
    yield f"{prefix}append = {prefix}answers.append", None
    for place in places:
        yield from _answer(shape, place, f"{prefix}r")
        yield f"if {prefix}r is not None:", None
        yield f"    {prefix}append({prefix}r)", None
    yield f"{give}{prefix}answers", None


def _firstresult(shape: Shape, places: range, give: str) -> Iterator[Line]:
    answer = f"{shape.prefix}r"
    if give == "return ":
        for place in places:
            yield from _answer(shape, place, answer)
            yield f"if {answer} is not None:", None
            yield f"    return {answer}", None
        yield "return None", None
        return
    yield "while True:", None  # once, to leave it with the first answer
    for place in places:
        yield from _indented(_answer(shape, place, answer), 4)
        yield f"    if {answer} is not None:", None
        yield "        break", None
    yield "    break", None
    yield f"{give}{answer}", None


def _pipeline(shape: Shape, places: range, give: str) -> Iterator[Line]:
    answer, threaded = f"{shape.prefix}r", shape.spec.pipeline
    for place in places:
        yield from _answer(shape, place, answer)
        yield f"if {answer} is not None:", None
        yield f"    {threaded} = {answer}", None
    yield f"{give}{threaded}", None


class GeneratedSource:
    """The text of one function, for tracebacks and debuggers: the module spec and loader that they ask for it.

    Attributes:
        name: The name of a module of its own.
        file_name: Under which the code is compiled. Tools take a name within `<` and `>` for one without a text.
    """

    def __init__(self, shape: Shape, everybody: Sequence[HookImpl]) -> None:
        self._shape = shape
        self._everybody = everybody
        number = next(_numbers)
        self.name = f"pluginkit generated {number}"
        self.file_name = f"<pluginkit {shape.spec.qualified_name} {number}"
        self.loader = self

    def module(self) -> dict[str, Any]:
        """Return what the globals of the function say of it."""
        return {"__name__": self.name, "__spec__": self, "__loader__": self, "__tracebackhide__": True}

    def get_source(self, _: str) -> str:
        """Return the text, in which a comment behind each call says whose it is."""
        lines = (f"{text}{self._comment(place)}\n" for text, place in source_of(self._shape))
        return "".join(lines)

    def _comment(self, place: int | None) -> str:
        if place is None:
            return ""
        impl = self._everybody[place]
        return f"  # {impl.plugin_name!r}, {location_of(impl.function)}"
