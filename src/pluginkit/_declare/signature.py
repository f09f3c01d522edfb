"""Reading what a callable takes, where it is, and how it is written.

The common case, a Python function or a method bound to something, is read from its code object; anything else goes
through `inspect`, which is imported only then. Annotations are shown in errors and never evaluated. This module
knows nothing of hooks.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from types import CodeType, FunctionType, GenericAlias, MethodType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inspect import Signature

# Bits of `co_flags`, as `inspect` names them.
CO_VARARGS, CO_VARKEYWORDS, CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR = 0x04, 0x08, 0x20, 0x80, 0x200


class Parameters:
    """What a callable takes; of a bound method without the parameter that is already bound.

    Attributes:
        positional_only: Names that cannot be given by keyword.
        positional: Names that can be given either way.
        keyword_only: Names that must be given by keyword.
        keyword_defaults: The defaults of keyword-only parameters.
        varargs: Whether there is an `*args`.
        rest: Whether there is a `**rest`.
    """

    __slots__ = ("keyword_defaults", "keyword_only", "positional", "positional_only", "rest", "varargs")

    def __init__(
        self,
        positional_only: tuple[str, ...] = (),
        positional: tuple[str, ...] = (),
        keyword_only: tuple[str, ...] = (),
        keyword_defaults: Mapping[str, object] | None = None,
        *,
        varargs: bool = False,
        rest: bool = False,
    ) -> None:
        self.positional_only: tuple[str, ...] = positional_only
        self.positional: tuple[str, ...] = positional
        self.keyword_only: tuple[str, ...] = keyword_only
        self.keyword_defaults: Mapping[str, object] = keyword_defaults or {}
        self.varargs: bool = varargs
        self.rest: bool = rest

    @property
    def by_keyword(self) -> tuple[str, ...]:
        """The names that can be given by keyword, in the order in which they are declared."""
        return self.positional + self.keyword_only


_LONGEST_CHAIN = 100  # of decorators; a callable that answers every question, such as a mock, has no end


def unwrap(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function that the author wrote, below a binding and decorators made with `functools.wraps`."""
    if isinstance(function, MethodType):
        function = function.__func__
    for _ in range(_LONGEST_CHAIN):
        inner = getattr(function, "__wrapped__", None)
        if inner is None:
            break
        function = inner
    return function


def qualified_name(function: Callable[..., Any]) -> str:
    """Return the name of a function with that of its class, or the repr of what has no name."""
    name: str | None = getattr(unwrap(function), "__qualname__", None)
    return repr(function) if name is None else name.rpartition("<locals>.")[2]


def is_async(function: Callable[..., Any]) -> bool:
    """Tell whether calling a function gives a coroutine; a decorator may have made it synchronous."""
    return _flags(function) & CO_COROUTINE != 0


def is_generator(function: Callable[..., Any]) -> bool:
    """Tell whether calling a function gives a generator: it is one, or a decorator returns that of one."""
    return (_flags(function) | _flags(unwrap(function))) & CO_GENERATOR != 0


def _flags(function: Callable[..., Any]) -> int:
    """Return the `co_flags` of what runs when a callable is called, not of what it wraps; 0 where that has no code."""
    code = _code_run_by(function)
    return code.co_flags if code else 0


def _code_run_by(function: Any) -> CodeType | None:
    """Return the code that a call runs: of a function, of what is bound, or of the `__call__` of an object.

    What is written in C and wraps a function, as `lru_cache` does, is taken to run that.
    """
    while isinstance(function, MethodType | partial):
        function = function.func if isinstance(function, partial) else function.__func__
    called = getattr(type(function), "__call__", None)  # noqa: B004  # pyright: ignore[reportUnknownArgumentType] - its code is read
    return _own_code(function) or _own_code(called) or code_of(function)


def _own_code(function: object) -> CodeType | None:
    code: object = getattr(function, "__code__", None)
    return code if type(code) is CodeType else None  # a mock may have something that resembles one


def is_async_generator(function: Callable[..., Any]) -> bool:
    """Tell whether a function is written as an async generator."""
    code = code_of(function)
    return code is not None and bool(code.co_flags & CO_ASYNC_GENERATOR)


def code_of(function: Callable[..., Any]) -> CodeType | None:
    """Return the code of the function that the author wrote, or None where it has none; Cython gives one as well."""
    return _own_code(unwrap(function))


_REDIRECTS = frozenset({"__wrapped__", "__signature__"})  # attributes of functions that take what others say they take


def _is_signed(function: object) -> bool:
    """Tell whether a callable, or one that it wraps, says itself what it takes, as mocks and some decorators do."""
    for _ in range(_LONGEST_CHAIN):
        if hasattr(function, "__signature__"):
            return True
        function = getattr(function, "__wrapped__", None)
        if function is None:
            break
    return False


def read_parameters(function: Callable[..., Any]) -> Parameters:
    """Return what `function` takes.

    A callable that cannot be inspected, such as some built-in functions, is taken to accept any keyword argument.
    """
    written: Any = function.__func__ if isinstance(function, MethodType) else function
    is_redirected = type(written) is not FunctionType or not _REDIRECTS.isdisjoint(vars(written))
    author: Any = unwrap(function) if is_redirected else written
    code = _own_code(author)
    if code is None or (is_redirected and _is_signed(function)):
        return _inspected(function)
    names = code.co_varnames
    positional_end = code.co_argcount
    keyword_end = positional_end + code.co_kwonlyargcount
    bound = 1 if isinstance(function, MethodType) else 0
    return Parameters(
        names[bound : code.co_posonlyargcount],
        names[max(bound, code.co_posonlyargcount) : positional_end],
        names[positional_end:keyword_end],
        author.__kwdefaults__,
        varargs=bool(code.co_flags & CO_VARARGS),
        rest=bool(code.co_flags & CO_VARKEYWORDS),
    )


# From Python 3.14 on, annotations are evaluated when they are read, which may fail or run code: they are
# requested as text. This is `annotationlib.Format.STRING`, and that module is slow to import.
_TEXT = 4
_AS_TEXT: dict[str, Any] = {"annotation_format": _TEXT} if sys.version_info >= (3, 14) else {}


def annotations_as_text(owner: type) -> dict[str, str]:
    """Return the annotations of a class that keeps them unevaluated, as Python 3.14 does."""
    annotations: dict[str, str] = import_module("annotationlib").get_annotations(owner, format=_TEXT)
    return annotations


def unevaluated_signature(function: Callable[..., Any]) -> Signature | None:
    """Return the signature of a callable, or None where it has none that can be read.

    Its annotations are text, or what they were evaluated to when the function was made.
    """
    import inspect

    try:
        return inspect.signature(function, **_AS_TEXT)
    except Exception:  # some built-in functions have none, and `__signature__` may be anything
        return None


def _inspected(function: Callable[..., Any]) -> Parameters:
    import inspect

    signature = unevaluated_signature(function)
    if signature is None:
        return Parameters(rest=True)
    listed = signature.parameters.values()
    given = function.keywords if isinstance(function, partial) else ()
    parameters = [parameter for parameter in listed if parameter.name not in given]
    kinds = inspect.Parameter

    def named(kind: object) -> tuple[str, ...]:
        return tuple(parameter.name for parameter in parameters if parameter.kind is kind)

    return Parameters(
        named(kinds.POSITIONAL_ONLY),
        named(kinds.POSITIONAL_OR_KEYWORD),
        named(kinds.KEYWORD_ONLY),
        varargs=bool(named(kinds.VAR_POSITIONAL)),
        rest=bool(named(kinds.VAR_KEYWORD)),
    )


def location_of(function: Callable[..., Any]) -> str:
    """Return `file:line` of a function as it is written, or its repr where there is no code."""
    code = code_of(function) or _code_run_by(function)
    return f"{code.co_filename}:{code.co_firstlineno}" if code else repr(function)


def receiver_of(function: Callable[..., Any]) -> str | None:
    """Return the name of the parameter that a bound method gives its object to.

    Empty, where it has none; None, where that is `*args`, or where there is no Python code.
    """
    code = code_of(function)
    if code is None or (not code.co_argcount and code.co_flags & CO_VARARGS):
        return None
    return code.co_varnames[0] if code.co_argcount else ""


def is_context_manager(function: Callable[..., Any]) -> bool:
    """Tell whether `contextlib` has made a generator function a context manager."""
    called = function.__func__ if isinstance(function, MethodType) else function
    return isinstance(called, FunctionType) and called.__globals__.get("__name__") == "contextlib"


def returns_text(function: Callable[..., Any]) -> str:
    """Return the annotation of what a function returns as it is written, or an empty string."""
    signature = unevaluated_signature(unwrap(function))
    if signature is None or signature.return_annotation is signature.empty:
        return ""
    return repr(_as_written(signature.return_annotation))


class _AsWritten:
    """An annotation that shows as its source does: `inspect` would put a string annotation in quotes."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def signature_text(function: Callable[..., Any]) -> str:
    """Return the name and the signature of a function as they are written, for an error's text."""
    name = qualified_name(function)
    signature = unevaluated_signature(unwrap(function))
    if signature is None:
        return f"{name}(...)"
    parameters = [p.replace(annotation=_as_written(p.annotation)) for p in signature.parameters.values()]
    returns = _as_written(signature.return_annotation)
    return f"{name}{signature.replace(parameters=parameters, return_annotation=returns)}"


def _as_written(annotation: object) -> object:
    import inspect

    if (
        isinstance(annotation, type)
        and not isinstance(annotation, GenericAlias)
        and annotation is not inspect.Signature.empty
    ):
        return _AsWritten(annotation.__qualname__)
    return _AsWritten(annotation) if isinstance(annotation, str) else annotation
