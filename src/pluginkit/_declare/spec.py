"""Specs: `@hookspec` turns a method of a Protocol into a `HookSpec`; `hooks_of` collects those of a class.

This is the only reader of specs. It knows nothing of plugins or of how hooks are called.
"""

from __future__ import annotations

from types import FunctionType

from pluginkit._declare.signature import is_async, location_of, qualified_name, read_parameters, signature_text
from pluginkit._errors import HookSpecError
from pluginkit._generic import Generic, P, R, Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Iterator
    from typing import Any, Concatenate, Literal, Self, TypeAlias, overload

    from pluginkit._declare.types import (
        AsyncHistoricCaller,
        AsyncHookCaller,
        CollectDecorator,
        ConcurrentDecorator,
        FirstResultDecorator,
        HistoricCaller,
        HistoricDecorator,
        HookCaller,
        N,
        PipelineDecorator,
        Untyped,
    )

    Mode: TypeAlias = Literal["collect", "firstresult", "pipeline", "historic"]


class BaseSpec:
    """One hook, read from its declaration; what hook specs of every mode have in common.

    Attributes:
        name: The method's name.
        owner: The Protocol that declares it.
        mode: How results are combined: collect, firstresult, pipeline or historic.
        pipeline: The parameter that a pipeline threads through its implementations, else an empty string.
        is_async: Whether the hook is declared with `async def`, and its calls are awaited.
        concurrent: Whether the implementations of an async hook run concurrently.
        parameters: The names of the hook's parameters, as declared.
        parameter_set: The same names.
        subsets: Those of the names that implementations take, each as one tuple for all of them.
        defaults: The values of those that have a default.
        function: The method as its author wrote it.

    Example:
        >>> from typing import Protocol
        >>> class TextSpec(Protocol):
        ...     @hookspec(pipeline="text")
        ...     def polish(self, *, text: str, width: int = 80) -> str: ...
        >>> hook = TextSpec.polish
        >>> hook.qualified_name, hook.mode, hook.pipeline
        ('TextSpec.polish', 'pipeline', 'text')
        >>> hook.parameters, hook.defaults
        (('text', 'width'), {'width': 80})
    """

    def __init__(self, function: FunctionType, mode: Mode, pipeline: str = "", *, concurrent: bool = False) -> None:
        parameters = read_parameters(function)
        self.is_async: bool = is_async(function)
        self.concurrent: bool = concurrent
        self.function = function
        self.mode: Mode = mode
        self.pipeline: str = pipeline
        self.parameters: tuple[str, ...] = parameters.keyword_only
        self.parameter_set: frozenset[str] = frozenset(self.parameters)
        self.subsets: dict[tuple[str, ...], tuple[str, ...]] = {}
        self.defaults: dict[str, object] = dict(parameters.keyword_defaults)
        self.name: str = function.__name__
        self.owner: type = object  # until the class exists
        self.__doc__ = function.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        if self.owner is object:
            self.owner = owner
            self.name = name

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.qualified_name} ({self.mode})>"

    @property
    def qualified_name(self) -> str:
        """The hook as errors name it.

        Example:
            >>> hook.qualified_name
            'TextSpec.polish'
        """
        return f"{self.owner.__name__}.{self.name}"

    @property
    def shape(self) -> tuple[object, ...]:
        """What an overriding hook has to keep, as type checkers want it.

        Example:
            >>> class WideSpec(TextSpec, Protocol):
            ...     @hookspec(pipeline="text")
            ...     def polish(self, *, text: str, width: int = 120) -> str: ...
            >>> WideSpec.polish.shape == hook.shape
            True
        """
        return (
            type(self),
            self.mode,
            self.pipeline,
            self.concurrent,
            self.parameter_set,
            frozenset(self.defaults),
        )

    @property
    def location(self) -> str:
        """The file and the line of the declaration.

        Example:
            >>> hook.location
            '...:2'
        """
        return location_of(self.function)

    @property
    def signature(self) -> str:
        """The hook's signature as it is written.

        Example:
            >>> hook.signature
            'TextSpec.polish(self, *, text: str, width: int = 80) -> str'
        """
        return signature_text(self.function)

    def _on(self, instance: object) -> Self:
        """Return the spec itself where it is read from its Protocol."""
        if instance is None:
            return self
        raise AttributeError(
            f"{self.qualified_name} declares a hook and cannot be called; call it through a registry: "
            f"registry.hook.{self.name}(...)"
        )


class HookSpec(BaseSpec, Generic[P, R, Result]):
    """A hook that is called directly, made by `@hookspec`.

    Read from its Protocol (`ReportSpec.sections`) it is what `@hookimpl` takes. `registry.hook.sections` is the
    `HookCaller` that belongs to it. The type parameters are the hook's parameters, what an implementation gives
    (None apart) and what a call gives.

    Example:
        >>> from typing import Protocol
        >>> class ReportSpec(Protocol):
        ...     @hookspec
        ...     def sections(self, *, document: str, verbose: bool = False) -> list[str]: ...
        >>> ReportSpec.sections
        <HookSpec ReportSpec.sections (collect)>
        >>> ReportSpec.sections.parameters
        ('document', 'verbose')
    """

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type) -> Self: ...
        @overload
        def __get__(self, instance: object, owner: type | None = None) -> HookCaller[P, R, Result]: ...

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return self._on(instance)

    if TYPE_CHECKING:

        def _implement(self, function: Callable[P, R | None], /) -> None: ...


class HistoricSpec(BaseSpec, Generic[P, R]):
    """A hook whose calls are remembered and replayed to later plugins, made by `@hookspec(historic=True)`.

    The type parameters are the hook's parameters and what an implementation gives (None apart).

    Example:
        >>> from typing import Protocol
        >>> class AppSpec(Protocol):
        ...     @hookspec(historic=True)
        ...     def configured(self, *, options: dict[str, str]) -> None: ...
        >>> AppSpec.configured
        <HistoricSpec AppSpec.configured (historic)>
    """

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type) -> Self: ...
        @overload
        def __get__(self, instance: object, owner: type | None = None) -> HistoricCaller[P, R]: ...

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return self._on(instance)

    if TYPE_CHECKING:

        def _implement(self, function: Callable[P, R | None], /) -> None: ...


class AsyncHookSpec(BaseSpec, Generic[P, R, Result]):
    """An async hook that is called directly, made by `@hookspec` above an `async def`.

    The type parameters are those of `HookSpec`: what an implementation gives, and what a call gives, once awaited.

    Example:
        >>> from typing import Protocol
        >>> class FetchSpec(Protocol):
        ...     @hookspec
        ...     async def fetch(self, *, url: str) -> bytes: ...
        >>> FetchSpec.fetch
        <AsyncHookSpec FetchSpec.fetch (collect)>
    """

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type) -> Self: ...
        @overload
        def __get__(self, instance: object, owner: type | None = None) -> AsyncHookCaller[P, R, Result]: ...

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return self._on(instance)

    if TYPE_CHECKING:

        def _implement(self, function: Callable[P, Coroutine[Any, Any, R | None] | R | None], /) -> None: ...


class AsyncHistoricSpec(BaseSpec, Generic[P, R]):
    """An async hook whose calls are remembered, made by `@hookspec(historic=True)` above an `async def`.

    Example:
        >>> from typing import Protocol
        >>> class AppSpec(Protocol):
        ...     @hookspec(historic=True)
        ...     async def started(self, *, address: str) -> None: ...
        >>> AppSpec.started
        <AsyncHistoricSpec AppSpec.started (historic)>
    """

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type) -> Self: ...
        @overload
        def __get__(self, instance: object, owner: type | None = None) -> AsyncHistoricCaller[P, R]: ...

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return self._on(instance)

    if TYPE_CHECKING:

        def _implement(self, function: Callable[P, Coroutine[Any, Any, R | None] | R | None], /) -> None: ...


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


# What `Protocol` and `ABC` put into a class, names with two underscores apart.
_PROTOCOL_MACHINERY = frozenset({"_abc_impl", "_is_protocol", "_is_runtime_protocol"})


def hooks_of(spec: object) -> dict[str, BaseSpec]:
    """Return the hooks of a spec by name: those it declares, and those it inherits.

    Raises:
        HookSpecError: `spec` is no Protocol class, has no hook, has a member that is no hook, or inherits two
            different hooks of one name.
    """
    if not isinstance(spec, type) or not getattr(spec, "_is_protocol", False):  # set by `typing.Protocol` itself
        name = spec.__name__ if isinstance(spec, type) else repr(spec)
        raise HookSpecError("is no Protocol class", name, hint="derive it from 'Protocol', directly")
    hooks: dict[str, BaseSpec] = {}
    for base in reversed(spec.__mro__):
        if base is object or base.__module__ in ("typing", "typing_extensions"):
            continue
        for name, member in _members(base):
            hooks[name] = _checked_member(base, name, member, hooks.get(name))
    if not hooks:
        raise HookSpecError("declares no hook", spec.__name__, hint="mark its methods with @hookspec")
    return hooks


def _members(base: type) -> Iterator[tuple[str, object]]:
    """Yield what a Protocol declares: methods, other values, and names that are only annotated (as None).

    Python 3.14 keeps annotations unevaluated; there the names that `Protocol` itself collected are read instead.
    """
    annotated: Iterable[str] = vars(base).get("__annotations__", getattr(base, "__protocol_attrs__", ()))
    for name in [*vars(base), *annotated]:
        if not name.startswith("__") and name not in _PROTOCOL_MACHINERY:
            yield name, getattr(base, name, None)


def _checked_member(base: type, name: str, member: object, inherited: BaseSpec | None) -> BaseSpec:
    if not isinstance(member, BaseSpec):
        hint = "mark it with @hookspec, or move it out of the Protocol: a spec holds hooks only"
        where = location_of(member) if isinstance(member, FunctionType) else ""
        raise HookSpecError("is no hook", f"{base.__name__}.{name}", location=where, hint=hint)
    if name != member.name:
        raise HookSpecError(
            f"is another name of {member.qualified_name}",
            f"{base.__name__}.{name}",
            hint=f"inherit from {member.owner.__name__}",
        )
    if inherited is None or inherited is member:
        return member
    if inherited.owner not in base.__mro__:
        raise different_hooks(member, inherited)
    if member.shape != inherited.shape:
        hint = "keep the parameters, which of them have defaults, and the mode"
        raise _clash(member, f"is not what it overrides, {inherited.qualified_name}", hint)
    return member


def different_hooks(hook: BaseSpec, other: BaseSpec) -> HookSpecError:
    """Return the error about two hooks of one name, in specs that are to be used together."""
    return _clash(hook, f"and {other.qualified_name} are different hooks of one name", "rename one of them")


def _clash(hook: BaseSpec, message: str, hint: str) -> HookSpecError:
    return HookSpecError(message, hook.qualified_name, hook.signature, hook.location, hint)
