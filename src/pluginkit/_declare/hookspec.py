"""`@hookspec` turns a method of a Protocol into a hook: it checks the method and the options, and chooses the record.

It knows nothing of the class that the method is in: the rules for whole specs are in `spec`.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, TypeVar, cast, overload

from pluginkit._declare.kinds import AsyncHistoricSpec, AsyncHookSpec, HistoricSpec, HookSpec
from pluginkit._declare.signature import is_async, location_of, qualified_name, read_parameters, signature_text
from pluginkit._declare.spec import BaseSpec, Errors, Mode
from pluginkit._errors import HookSpecError
from pluginkit._fits import Declaration, declaration_misfits

if TYPE_CHECKING:
    from pluginkit._declare.declared import (
        CollectDecorator,
        CollectHook,
        ConcurrentDecorator,
        FirstResultDecorator,
        HistoricDecorator,
        PipelineDecorator,
    )

P = ParamSpec("P")
Raw = TypeVar("Raw")


@overload
def hookspec(function: Callable[Concatenate[Any, P], Raw], /) -> CollectHook[P, Raw]: ...
@overload
def hookspec(*, errors: Errors = ...) -> CollectDecorator: ...
@overload
def hookspec(*, concurrent: Literal[True], errors: Errors = ...) -> ConcurrentDecorator: ...
@overload
def hookspec(*, firstresult: Literal[True], errors: Errors = ...) -> FirstResultDecorator: ...
@overload
def hookspec(*, pipeline: str, errors: Errors = ...) -> PipelineDecorator: ...
@overload
def hookspec(*, historic: Literal[True], errors: Errors = ...) -> HistoricDecorator: ...
def hookspec(
    function: Callable[..., Any] | None = None,
    /,
    *,
    firstresult: bool = False,
    pipeline: str | None = None,
    historic: bool = False,
    concurrent: bool = False,
    errors: Errors = "raise",
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

    Returns:
        A `HookSpec`, or a `HistoricSpec` where `historic` is set; an `AsyncHookSpec` or an `AsyncHistoricSpec` for
        an `async def`.

    Raises:
        HookSpecError: Options that exclude each other, a pipeline over an unknown parameter, an unknown value of
            `errors`, or a signature that is not keyword-only.

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
        method = _checked_method(function, chosen, pipeline, errors)
        mode: Mode = "historic" if historic else "pipeline" if pipeline else "firstresult" if firstresult else "collect"
        return _KINDS[mode, is_async(method)](method, mode, pipeline or "", concurrent=concurrent, errors=errors)

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


def _checked_method(function: Any, options: list[str], pipeline: str | None, errors: str) -> FunctionType:
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
        errors=errors,
    )
    for misfit in declaration_misfits(declaration):
        raise _error(function, misfit.message, misfit.hint, misfit.code)
    return cast("FunctionType", function)  # or one that Cython has compiled, which has the same attributes
