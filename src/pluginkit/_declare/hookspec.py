"""`@hookspec` turns a method of a Protocol into a hook: it checks the method and the options, and chooses the record.

It knows nothing of the class that the method is in: what a whole spec has to fulfil is in `spec`.
"""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from pluginkit._declare.signature import is_async, location_of, qualified_name, read_parameters, signature_text
from pluginkit._declare.spec import AsyncHistoricSpec, AsyncHookSpec, BaseSpec, HistoricSpec, HookSpec
from pluginkit._errors import HookSpecError

P = ParamSpec("P")
R = TypeVar("R")

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any, Concatenate, Literal, overload

    from pluginkit._declare.spec import Mode
    from pluginkit._declare.types import (
        CollectDecorator,
        ConcurrentDecorator,
        FirstResultDecorator,
        HistoricDecorator,
        N,
        PipelineDecorator,
        Untyped,
    )


if TYPE_CHECKING:
    # In an order that is explained at `CollectDecorator` and `Untyped`.
    @overload
    def hookspec(function: Callable[Concatenate[Any, P], Untyped], /) -> HookSpec[P, Any, list[Any]]: ...
    @overload
    def hookspec(  # type: ignore[overload-overlap]
        function: Callable[Concatenate[Any, P], Coroutine[Any, Any, N]], /
    ) -> AsyncHookSpec[P, N, list[N]]: ...
    @overload
    def hookspec(  # type: ignore[overload-overlap]
        function: Callable[Concatenate[Any, P], Coroutine[Any, Any, None]], /
    ) -> AsyncHookSpec[P, None, list[None]]: ...
    @overload
    def hookspec(  # type: ignore[overload-overlap]
        function: Callable[Concatenate[Any, P], Coroutine[Any, Any, R | None]], /
    ) -> AsyncHookSpec[P, R, list[R]]: ...
    @overload
    def hookspec(function: Callable[Concatenate[Any, P], N], /) -> HookSpec[P, N, list[N]]: ...
    @overload
    def hookspec(function: Callable[Concatenate[Any, P], None], /) -> HookSpec[P, None, list[None]]: ...
    @overload
    def hookspec(function: Callable[Concatenate[Any, P], R | None], /) -> HookSpec[P, R, list[R]]: ...
    @overload
    def hookspec() -> CollectDecorator: ...
    @overload
    def hookspec(*, concurrent: Literal[True]) -> ConcurrentDecorator: ...
    @overload
    def hookspec(*, firstresult: Literal[True]) -> FirstResultDecorator: ...
    @overload
    def hookspec(*, pipeline: str) -> PipelineDecorator: ...
    @overload
    def hookspec(*, historic: Literal[True]) -> HistoricDecorator: ...


def hookspec(
    function: Callable[..., Any] | None = None,
    /,
    *,
    firstresult: bool = False,
    pipeline: str | None = None,
    historic: bool = False,
    concurrent: bool = False,
) -> Any:
    """Declare a method of a Protocol to be a hook.

    Without options the hook collects: a call gives the list of all answers, in call order. An implementation that
    returns None gives no answer, in every mode. Parameters are keyword-only, so that calls, implementations and
    type checkers all go by their names.

    A hook declared with `async def` is async: its calls are awaited, in every mode, and its implementations may be
    `async def` or plain.

    Args:
        function: The method, where the decorator is used without parentheses.
        firstresult: A call gives the first answer, or None; later implementations do not run.
        pipeline: The name of a parameter: each answer takes its place for the next implementation, and a call gives
            the last value.
        historic: The hook is called with `call_historic`; calls are remembered, and replayed to plugins that are
            registered later.
        concurrent: The implementations of an async hook that collects run concurrently. The answers stay in call
            order; the first failure cancels the others.

    Returns:
        A `HookSpec`, or a `HistoricSpec` where `historic` is set; an `AsyncHookSpec` or an `AsyncHistoricSpec` for
        an `async def`.

    Raises:
        HookSpecError: Options that exclude each other, a pipeline over a parameter that there is not, or a
            signature that is not keyword-only.

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
        _check_options(function, chosen)
        method = _checked_method(function)
        if pipeline is not None:
            _check_pipeline(method, pipeline)
        if concurrent and not is_async(method):
            raise _error(method, "cannot be concurrent: it is not async", "write 'async def', or leave the option out")
        mode: Mode = "historic" if historic else "pipeline" if pipeline else "firstresult" if firstresult else "collect"
        return _KINDS[mode, is_async(method)](method, mode, pipeline or "", concurrent=concurrent)

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


def _error(function: Callable[..., Any], message: str, hint: str) -> HookSpecError:
    return HookSpecError(message, qualified_name(function), signature_text(function), location_of(function), hint)


def _check_options(function: Callable[..., Any], chosen: list[str]) -> None:
    if len(chosen) > 1:
        raise _error(function, f"cannot be {' and '.join(chosen)} at once", "keep one of these options")


def _checked_method(function: Callable[..., Any]) -> FunctionType:
    """Return the method that becomes a hook; refuse others, and parameters that do not go by keyword only."""
    if not isinstance(function, FunctionType):
        raise _error(function, "is no method", "put @hookspec directly above 'def', in the body of a Protocol")
    if function.__name__.startswith("__"):
        raise _error(function, "has two underscores before its name", "choose another name: these are Python's own")
    parameters = read_parameters(function)
    before_star = parameters.positional_only + parameters.positional
    if not before_star:
        raise _error(function, "has no 'self'", "make it a method: its first parameter is 'self'")
    if len(before_star) > 1:
        raise _error(
            function, f"takes {_quoted(before_star[1:])} by position", "add '*,' after 'self': hooks go by keyword"
        )
    if parameters.varargs or parameters.rest:
        raise _error(function, "takes arguments without a name", "declare each parameter of the hook by name")
    return function


def _check_pipeline(function: Callable[..., Any], pipeline: str) -> None:
    names = read_parameters(function).keyword_only
    if pipeline not in names:
        hint = f"name one of its parameters: {_quoted(names)}" if names else "give the hook a parameter to thread"
        raise _error(function, f"has no parameter '{pipeline}' to thread", hint)


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)
