"""Does an implementation fit its hook? The one predicate, over plain records.

Registration asks it of functions, `pluginkit lint` asks it of source: both fill in the same two records, so their
verdicts cannot drift apart. Each problem has a code of the catalogue in `_codes`. This module reads neither functions
nor source, and knows nothing of plugins, marks or registries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias, TypeGuard

from pluginkit._errors import closest

# Whether a function is written to be bound to its plugin; a bare `@hookimpl` leaves it open.
Form: TypeAlias = Literal["method", "function", "either"]
# What happens to a function's first parameter. "bound": its plugin, or the class of that, takes it; "free": nothing
# takes it; "unbound": the plugin is a class, and the function needs an instance. Or the function cannot be called as
# an implementation: "decorated" by another decorator, or "ambiguous", marked as both kinds of wrapper that pluggy has.
Binding: TypeAlias = Literal["bound", "free", "unbound", "decorated", "ambiguous", "overridden"]


class Offer:
    """What a hook gives its implementations.

    Attributes:
        name: The qualified hook, such as `AppSpec.sections`.
        parameters: The names of its parameters, as declared.
        mode: Its mode: collect, firstresult, pipeline or historic.
        is_async: Whether it is declared with `async def`.
        returns: The annotation of its answer as it is written, or empty: only a generator function or an async
            implementation of a hook that is not async makes a difference by it.
    """

    __slots__ = ("is_async", "mode", "name", "parameters", "returns")

    def __init__(
        self,
        name: str,
        parameters: tuple[str, ...],
        mode: str = "collect",
        *,
        is_async: bool = False,
        returns: str = "",
    ) -> None:
        self.name: str = name
        self.parameters: tuple[str, ...] = parameters
        self.mode: str = mode
        self.is_async: bool = is_async
        self.returns: str = returns


class Shape:
    """What an implementation takes, and what kind of function it is.

    Attributes:
        positional_only: The parameters that cannot be given by keyword, without the one that is bound.
        by_keyword: Those that can be, as declared.
        is_async: Whether it is a coroutine function.
        is_generator: Whether it is a generator function.
        is_async_generator: Whether it is an async generator function.
        form: The form of its `@hookimpl`.
        binding: What becomes of its first parameter.
        wrapper: Whether it is marked as a wrapper.
        kind: What another decorator has made of it, where it is decorated by one.
        receiver: The name of the parameter that is bound, empty where there is none that could be; None where nothing
            is bound, or `*args` is.
        is_context_manager: Whether `contextlib` has made it a context manager.
    """

    __slots__ = (
        "binding",
        "by_keyword",
        "form",
        "is_async",
        "is_async_generator",
        "is_context_manager",
        "is_generator",
        "kind",
        "positional_only",
        "receiver",
        "wrapper",
    )

    def __init__(
        self,
        positional_only: tuple[str, ...] = (),
        by_keyword: tuple[str, ...] = (),
        *,
        is_async: bool = False,
        is_generator: bool = False,
        is_async_generator: bool = False,
        form: Form = "either",
        binding: Binding = "free",
        wrapper: bool = False,
        kind: str = "",
        receiver: str | None = None,
        is_context_manager: bool = False,
    ) -> None:
        self.positional_only: tuple[str, ...] = positional_only
        self.by_keyword: tuple[str, ...] = by_keyword
        self.is_async: bool = is_async
        self.is_generator: bool = is_generator
        self.is_async_generator: bool = is_async_generator
        self.form: Form = form
        self.binding: Binding = binding
        self.wrapper: bool = wrapper
        self.kind: str = kind
        self.receiver: str | None = receiver
        self.is_context_manager: bool = is_context_manager


class Misfit:
    """One reason why an implementation does not fit.

    Attributes:
        code: The code of the problem, such as `PK101`.
        message: What is wrong, without the name of the hook.
        hint: What to do, one imperative sentence.
        parameter: The parameter that it is about, or empty.
        suggestion: The name that this parameter was probably meant to have, or empty.
    """

    __slots__ = ("code", "hint", "message", "parameter", "suggestion")

    def __init__(self, code: str, message: str, hint: str, parameter: str = "", suggestion: str = "") -> None:
        self.code: str = code
        self.message: str = message
        self.hint: str = hint
        self.parameter: str = parameter
        self.suggestion: str = suggestion


# What a generator certainly is not. Any other name may be an alias, a Protocol or a type variable.
_NO_ITERATORS = frozenset(
    {
        *("None", "bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "set", "str"),
        *("tuple", "type", "Dict", "FrozenSet", "List", "Literal", "Optional", "Set", "Tuple", "Union", "typing", "t"),
    }
)


def _may_be_iterator(annotation: str) -> bool:
    names = _outer_names(annotation)
    return not names or not _NO_ITERATORS.issuperset(names)


def _is_awaitable(annotation: str) -> bool:
    return not {"Awaitable", "Coroutine"}.isdisjoint(_outer_names(annotation))


def _outer_names(annotation: str) -> list[str]:
    """Return the names in an annotation, without those within brackets; it is not evaluated."""
    import re

    return re.findall(r"[^\W\d]\w*", re.sub(r"\[.*\]", "", annotation, flags=re.DOTALL))


def misfits(shape: Shape, offer: Offer) -> list[Misfit]:
    """Return every reason why an implementation does not fit a hook; none, if it does.

    Where its place in the plugin is wrong, nothing else is asked: what it takes depends on that.
    """
    return [*_misplaced(shape, offer)] or [*_wrong_kind(shape, offer), *_wrong_parameters(shape, offer)]


def _misplaced(shape: Shape, offer: Offer) -> Iterator[Misfit]:
    match shape.binding, shape.form:
        case "unbound", _:
            hint = f"register an instance, or put @staticmethod above @hookimpl.function({offer.name})"
            yield Misfit("PK117", "needs an instance, but the plugin is a class", hint)
        case "decorated", _:
            message = f"is marked, but another decorator has made it a {shape.kind}, not a function"
            yield Misfit("PK109", message, "remove the decorator above @hookimpl")
        case "ambiguous", _:
            yield Misfit("PK121", "is a wrapper of both kinds", "keep wrapper=True, or hookwrapper=True")
        case "overridden", _:
            hint = "mark it with @hookimpl, or set it to None to leave the hook out"
            yield Misfit("PK126", "is overridden without @hookimpl", hint)
        case "free", "method":
            hint = f"write @hookimpl.function({offer.name})"
            yield Misfit("PK108", "is marked as a method, but is a function", hint)
        case "bound", "function":
            hint = f"write @hookimpl({offer.name}), or put @staticmethod above"
            yield Misfit("PK108", "is marked as a function, but is a method", hint)
        case "bound", _ if shape.receiver == "" or shape.receiver in offer.parameters:
            hint = "add 'self' as the first parameter"
            if shape.receiver:
                first = shape.receiver
                yield Misfit("PK107", f"has no 'self': '{first}' would be the plugin", hint, first)
            else:
                yield Misfit("PK107", "has no 'self'", hint)
        case _:
            pass


def _wrong_kind(shape: Shape, offer: Offer) -> Iterator[Misfit]:
    if shape.wrapper and offer.mode == "historic":
        yield Misfit("PK106", "a historic hook cannot have wrappers", "remove wrapper=True")
    if shape.wrapper and shape.is_context_manager:
        hint = "remove the decorator: a wrapper is the generator function itself"
        yield Misfit("PK114", "the wrapper is made a context manager", hint)
    elif shape.wrapper and not (shape.is_generator or shape.is_async_generator):
        yield Misfit("PK105", "the wrapper is not a generator function", "yield once, and return the result")
    if not shape.wrapper and (shape.is_generator or shape.is_async_generator) and not _may_be_iterator(offer.returns):
        hint = "add wrapper=True, or return the answer"
        yield Misfit("PK112", "is a generator function, and not marked as a wrapper", hint)
    is_async = shape.is_async and not (offer.is_async or _is_awaitable(offer.returns))
    if is_async or (shape.wrapper and shape.is_async_generator and not offer.is_async):
        hint = "write 'def' instead of 'async def', or declare the hook with 'async def'"
        yield Misfit("PK104", "is async, but the hook is not", hint)


def _wrong_parameters(shape: Shape, offer: Offer) -> Iterator[Misfit]:
    for name in shape.positional_only:
        hint = "remove the '/': arguments are passed by keyword"
        yield Misfit("PK102", f"parameter '{name}' is positional-only", hint, name)
    for name in shape.by_keyword:
        if name not in offer.parameters:
            free = [each for each in offer.parameters if each not in shape.by_keyword]
            likely = closest(name, free)
            suggestion = likely.removeprefix("did you mean '").removesuffix("'?")
            yield Misfit("PK101", f"unknown parameter '{name}'", likely or _given(offer), name, suggestion)


def _given(offer: Offer) -> str:
    if offer.parameters:
        return f"use {_quoted(offer.parameters)}"
    return "remove it: the hook has no parameters"


# -- hooks ------------------------------------------------------------------------------------------------------------


class Declaration:
    """A method that is declared to be a hook.

    Attributes:
        name: Its own name.
        positional: Its parameters that can be given by position, `self` among them.
        keyword_only: Those that cannot.
        is_open: Whether it has `*args` or `**rest`.
        options: The names of the options that are on, of those that exclude each other.
        pipeline: The parameter that a pipeline is to thread, or None.
        is_async: Whether it is a coroutine function.
        errors: What it does when a plugin raises, or None if that is not known.
        timeout: How many seconds each implementation may take; None if it may take any, `...` if that is not known.
        deprecated: Which parameters are deprecated, and why; `...` if that is not known.
    """

    __slots__ = (
        *("deprecated", "errors", "is_async", "is_open", "keyword_only"),
        *("name", "options", "pipeline", "positional", "timeout"),
    )

    def __init__(
        self,
        name: str,
        positional: tuple[str, ...],
        keyword_only: tuple[str, ...],
        *,
        is_open: bool = False,
        options: tuple[str, ...] = (),
        pipeline: str | None = None,
        is_async: bool = False,
        errors: object = "raise",
        timeout: object = None,
        deprecated: object = ...,
    ) -> None:
        self.name: str = name
        self.positional: tuple[str, ...] = positional
        self.keyword_only: tuple[str, ...] = keyword_only
        self.is_open: bool = is_open
        self.options: tuple[str, ...] = options
        self.pipeline: str | None = pipeline
        self.is_async: bool = is_async
        self.errors: object = errors
        self.timeout: object = timeout
        self.deprecated: object = deprecated


def declaration_misfits(hook: Declaration) -> Iterator[Misfit]:
    """Yield every reason why a method cannot be a hook, in the order in which `@hookspec` asks."""
    if len(hook.options) > 1:
        both = " and ".join(hook.options)
        yield Misfit("PK206", f"cannot be {both} at once", "keep one of these options", hook.options[1])
    if hook.name.startswith("__"):
        hint = "choose another name: these are Python's own"
        yield Misfit("PK209", "has a name that starts with two underscores", hint)
    if not hook.positional:
        yield Misfit("PK201", "has no 'self'", "make it a method: its first parameter is 'self'")
    if len(hook.positional) > 1:
        names, hint = _quoted(hook.positional[1:]), "add '*,' after 'self': hooks are called by keyword"
        yield Misfit("PK202", f"takes {names} by position", hint, hook.positional[1])
    if hook.is_open:
        yield Misfit("PK203", "takes *args or **kwargs", "declare each parameter of the hook by name")
    yield from _misfits_of_options(hook)


def _misfits_of_options(hook: Declaration) -> Iterator[Misfit]:
    if hook.pipeline is not None and hook.pipeline not in hook.keyword_only:
        names = _quoted(hook.keyword_only)
        hint = f"name one of its parameters: {names}" if names else "give the hook a parameter"
        yield Misfit("PK204", f"has no parameter '{hook.pipeline}' for pipeline=", hint, "pipeline")
    if "concurrent" in hook.options and not hook.is_async:
        hint = "write 'async def', or remove the option"
        yield Misfit("PK205", "cannot be concurrent: it is not async", hint, "concurrent")
    if hook.errors is not None and hook.errors not in POLICIES:
        hint = "write 'raise', 'skip' or 'group'"
        yield Misfit("PK215", f"has errors={hook.errors!r}, which is not a policy", hint, "errors")
    if hook.timeout is not None and hook.timeout is not ... and not _is_duration(hook.timeout):
        hint = "write a number of seconds above 0, or remove the option"
        yield Misfit("PK216", f"has timeout={hook.timeout!r}, which is not a number of seconds", hint, "timeout")
    if hook.timeout is not None and not hook.is_async:
        hint = "write 'async def', or remove the option: a plain function cannot be interrupted"
        yield Misfit("PK217", "cannot have a timeout: it is not async", hint, "timeout")
    if hook.deprecated is not ...:
        yield from _misfits_of_deprecated(hook.deprecated, hook.keyword_only)


POLICIES = ("raise", "skip", "group")


def _is_duration(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < float("inf")


def _misfits_of_deprecated(value: object, parameters: tuple[str, ...]) -> Iterator[Misfit]:
    if not _is_mapping(value) or not all(isinstance(reason, str) for reason in value.values()):
        hint = "write {'parameter': 'reason'}; a hook itself is marked with @deprecated below @hookspec"
        yield Misfit("PK218", f"has deprecated={value!r}, which does not map parameters to reasons", hint, "deprecated")
        return
    for name in value:
        if name not in parameters:
            hint = f"name one of its parameters: {_quoted(parameters)}" if parameters else "remove the option"
            yield Misfit("PK218", f"has no parameter '{name}' for deprecated=", hint, "deprecated")


def _is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    return isinstance(value, Mapping)


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)
