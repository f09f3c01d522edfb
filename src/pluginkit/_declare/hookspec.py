"""`@hookspec` turns a method of a Protocol into a hook: it checks the method and the options, and chooses the record.

It knows nothing of the class that the method is in: the rules for whole specs are in `spec`.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, TypeVar, cast, overload

from pluginkit._declare.kinds import AsyncHistoricSpec, AsyncHookSpec, HistoricSpec, HookSpec
from pluginkit._declare.signature import is_async, location_of, qualified_name, read_parameters, signature_text
from pluginkit._declare.spec import BaseSpec, Deprecated, Errors, Mode
from pluginkit._errors import HookSpecError
from pluginkit._fits import Declaration, declaration_misfits

if TYPE_CHECKING:
    from pluginkit._declare.declared import (
        AsyncCollectDecorator,
        AsyncFirstResultDecorator,
        AsyncHistoricDecorator,
        AsyncPipelineDecorator,
        CollectDecorator,
        CollectHook,
        FirstResultDecorator,
        HistoricDecorator,
        PipelineDecorator,
    )

P = ParamSpec("P")
Raw = TypeVar("Raw")

_NONE: Deprecated = {}


@overload
def hookspec(function: Callable[Concatenate[Any, P], Raw], /) -> CollectHook[P, Raw]: ...
@overload
def hookspec(*, errors: Errors = ..., deprecated: Deprecated = ...) -> CollectDecorator: ...
@overload
def hookspec(
    *, concurrent: Literal[True], errors: Errors = ..., timeout: float | None = ..., deprecated: Deprecated = ...
) -> AsyncCollectDecorator: ...
@overload
def hookspec(*, timeout: float, errors: Errors = ..., deprecated: Deprecated = ...) -> AsyncCollectDecorator: ...
@overload
def hookspec(
    *, firstresult: Literal[True], errors: Errors = ..., deprecated: Deprecated = ...
) -> FirstResultDecorator: ...
@overload
def hookspec(
    *, firstresult: Literal[True], timeout: float, errors: Errors = ..., deprecated: Deprecated = ...
) -> AsyncFirstResultDecorator: ...
@overload
def hookspec(*, pipeline: str, errors: Errors = ..., deprecated: Deprecated = ...) -> PipelineDecorator: ...
@overload
def hookspec(
    *, pipeline: str, timeout: float, errors: Errors = ..., deprecated: Deprecated = ...
) -> AsyncPipelineDecorator: ...
@overload
def hookspec(*, historic: Literal[True], errors: Errors = ..., deprecated: Deprecated = ...) -> HistoricDecorator: ...
@overload
def hookspec(
    *, historic: Literal[True], timeout: float, errors: Errors = ..., deprecated: Deprecated = ...
) -> AsyncHistoricDecorator: ...
def hookspec(
    function: Callable[..., Any] | None = None,
    /,
    *,
    firstresult: bool = False,
    pipeline: str | None = None,
    historic: bool = False,
    concurrent: bool = False,
    errors: Errors = "raise",
    timeout: float | None = None,
    deprecated: Deprecated = _NONE,
) -> Any:
    """Declare a method of a Protocol as a hook.

    Without options the hook collects: a call gives the list of all answers, in call order. An implementation that
    returns None gives no answer, in every mode. Parameters are keyword-only: calls, implementations and
    type checkers all use their names.

    A hook declared with `async def` is async: its calls are awaited, in every mode, and its implementations may be
    `async def` or plain.

    Args:
        function: The method, where the decorator is used without parentheses.
        firstresult: A call gives the first answer, or None; later implementations do not run.
        pipeline: The name of a parameter: each answer replaces it for the next implementation, and a call returns
            the last value.
        historic: The hook is called with `call_historic`; calls are remembered, and replayed to plugins that are
            registered later.
        concurrent: The implementations of an async hook that collects run concurrently. The answers stay in call
            order; the first failure cancels the others.
        errors: What a call does when a plugin raises. "raise" ends the call with it. "skip" goes on as if the
            implementation had not been there, and reports it to `on_error` of the registry. "group" goes on as well,
            and then raises all that was raised in one `ExceptionGroup`. `KeyboardInterrupt`, `GeneratorExit` and a
            cancellation from outside always end the call.
        timeout: How many seconds each async implementation of an async hook may take, under asyncio and Trio. Then it
            is cancelled, and has raised a `TimeoutError`. Wrappers, which wait for others, are not limited, and neither
            is what a plain function does before it returns.
        deprecated: Parameters that are deprecated, each with the reason. Registering an implementation that takes one
            warns at its own line. A hook that is deprecated itself is marked with `@deprecated` below `@hookspec`.

    Returns:
        A `HookSpec`, or a `HistoricSpec` where `historic` is set; an `AsyncHookSpec` or an `AsyncHistoricSpec` for
        an `async def`.

    Raises:
        HookSpecError: Options that exclude each other, a pipeline or a deprecation of an unknown parameter, an unknown
            value of `errors`, a timeout of a hook that is not async, or a signature that is not keyword-only.

    Example:
        >>> from typing import Protocol
        >>> class TextSpec(Protocol):
        ...     @hookspec
        ...     def words(self, *, text: str) -> list[str]: ...
        ...     @hookspec(pipeline="text")
        ...     def polish(self, *, text: str, width: int = 80) -> str: ...
        >>> TextSpec.polish.mode
        'pipeline'
    """

    def declare(function: Callable[..., Any]) -> BaseSpec:
        options = {"firstresult": firstresult, "pipeline": pipeline, "historic": historic, "concurrent": concurrent}
        chosen = [name for name, value in options.items() if value not in (None, False)]
        written, reason = _below_deprecated(function)
        limits: dict[str, object] = {"errors": errors, "timeout": timeout, "deprecated": deprecated}
        method = _checked_method(written, chosen, pipeline, limits)
        mode: Mode = "historic" if historic else "pipeline" if pipeline else "firstresult" if firstresult else "collect"
        return _KINDS[mode, is_async(method)](
            method,
            mode,
            pipeline or "",
            concurrent=concurrent,
            errors=errors,
            timeout=timeout,
            deprecated=reason,
            deprecated_parameters=deprecated,
        )

    return declare if function is None else declare(function)


_KINDS: dict[tuple[Mode, bool], type[BaseSpec]] = {
    ("collect", False): HookSpec,
    ("collect", True): AsyncHookSpec,
    ("firstresult", False): HookSpec,
    ("firstresult", True): AsyncHookSpec,
    ("pipeline", False): HookSpec,
    ("pipeline", True): AsyncHookSpec,
    ("historic", False): HistoricSpec,
    ("historic", True): AsyncHistoricSpec,
}


def _error(function: Callable[..., Any], message: str, hint: str, code: str) -> HookSpecError:
    where = (qualified_name(function), signature_text(function), location_of(function))
    return HookSpecError(message, *where, hint, code)


def _below_deprecated(function: Any) -> tuple[Any, str]:
    """Return the method that `@deprecated` may have wrapped, and why it is deprecated, or an empty text."""
    reason = getattr(function, "__deprecated__", None)
    return (getattr(function, "__wrapped__", function), reason) if isinstance(reason, str) else (function, "")


def _checked_method(function: Any, options: list[str], pipeline: str | None, limits: dict[str, object]) -> FunctionType:
    """Return the method that becomes a hook; refuse others, and what does not fit a hook."""
    if isinstance(function, MethodType) or not isinstance(getattr(function, "__code__", None), CodeType):
        hint = "put @hookspec directly above 'def', in the body of a Protocol"
        raise _error(function, "is not a method", hint, "PK212")
    taken = read_parameters(function)
    declaration = Declaration(
        function.__name__,
        taken.positional_only + taken.positional,
        taken.keyword_only,
        is_open=taken.varargs or taken.rest,
        options=tuple(options),
        pipeline=pipeline,
        is_async=is_async(function),
        **limits,
    )
    for misfit in declaration_misfits(declaration):
        raise _error(function, misfit.message, misfit.hint, misfit.code)
    return cast("FunctionType", function)  # or one that Cython has compiled, which has the same attributes
