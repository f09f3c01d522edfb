"""Specs: the records of hooks, and `hooks_of`, which collects those of a Protocol class.

This is the only reader of specs. It knows nothing of plugins or of how hooks are called.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from types import FunctionType
from typing import Literal, Self, TypeAlias, get_origin

from pluginkit._declare.signature import annotations_as_text, is_async, location_of, read_parameters, signature_text
from pluginkit._errors import HookSpecError, coded

Mode: TypeAlias = Literal["collect", "firstresult", "pipeline", "historic"]
Errors: TypeAlias = Literal["raise", "skip", "group"]
Deprecated: TypeAlias = Mapping[str, str]  # parameters, and why they are
Taken: TypeAlias = tuple[tuple[str, ...], bool]  # parameters of a hook, and whether `**rest` takes the others


class BaseSpec:
    """One hook, read from its declaration; what hook specs of every mode have in common.

    Attributes:
        name: The method's name.
        owner: The Protocol that declares it.
        mode: How results are combined: collect, firstresult, pipeline or historic.
        pipeline: The parameter that a pipeline threads through its implementations, else an empty string.
        is_async: Whether the hook is declared with `async def`, and its calls are awaited.
        concurrent: Whether the implementations of an async hook run concurrently.
        errors: What a call does when a plugin raises: raise, skip or group.
        timeout: How many seconds each async implementation may take, or None.
        deprecated: Why the hook is deprecated, or an empty string.
        deprecated_parameters: Its parameters that are deprecated, and why.
        parameters: The names of the hook's parameters, as declared.
        parameter_set: The same names.
        fitting: What functions take that were found to fit, by what decides it.
        defaults: The values of those that have a default.
        function: The method as its author wrote it.

    Example:
        >>> from typing import Protocol
        >>> from pluginkit import hookspec
        >>> class TextSpec(Protocol):
        ...     @hookspec(pipeline="text")
        ...     def polish(self, *, text: str, width: int = 80) -> str: ...
        >>> hook = TextSpec.polish
        >>> hook.qualified_name, hook.mode, hook.pipeline
        ('TextSpec.polish', 'pipeline', 'text')
        >>> hook.parameters, hook.defaults
        (('text', 'width'), {'width': 80})
    """

    def __init__(
        self,
        function: FunctionType,
        mode: Mode,
        pipeline: str = "",
        *,
        concurrent: bool = False,
        errors: Errors = "raise",
        timeout: float | None = None,
        deprecated: str = "",
        deprecated_parameters: Deprecated | None = None,
    ) -> None:
        parameters = read_parameters(function)
        self.is_async: bool = is_async(function)
        self.concurrent: bool = concurrent
        self.errors: Errors = errors
        self.timeout: float | None = timeout
        self.deprecated: str = deprecated
        self.deprecated_parameters: Deprecated = dict(deprecated_parameters or {})
        self.function = function
        self.mode: Mode = mode
        self.pipeline: str = pipeline
        self.parameters: tuple[str, ...] = parameters.keyword_only
        self.parameter_set: frozenset[str] = frozenset(self.parameters)
        self.fitting: dict[Hashable, Taken] = {}
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
    def kind(self) -> str:
        """The mode, and whatever else calls depend on, in a few words.

        Example:
            >>> hook.kind
            'pipeline'
        """
        return ", ".join(
            [
                self.mode,
                *(["async"] if self.is_async else []),
                *(["concurrent"] if self.concurrent else []),
                *([f"errors={self.errors}"] if self.errors != "raise" else []),
                *([f"timeout={self.timeout}"] if self.timeout is not None else []),
                *(["deprecated"] if self.deprecated else []),
            ]
        )

    @property
    def deprecations(self) -> tuple[str, ...]:
        """What is deprecated, and why: one sentence each.

        Example:
            >>> hook.deprecations
            ()
        """
        parameters = [f"parameter '{name}' is deprecated: {why}" for name, why in self.deprecated_parameters.items()]
        return (*([f"is deprecated: {self.deprecated}"] if self.deprecated else []), *parameters)

    @property
    def shape(self) -> tuple[object, ...]:
        """What an overriding hook has to keep, as type checkers require it.

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
            coded(f"{self.qualified_name} declares a hook and cannot be called", "PK306")
            + f"\n  Hint: call it through a registry: registry.hook.{self.name}(...)"
        )


# What `Protocol` and `ABC` put into a class, apart from names with two underscores; PyPy's `ABC` is written in Python.
_PROTOCOL_MACHINERY = frozenset(
    {
        *("_is_protocol", "_is_runtime_protocol"),
        *("_abc_impl", "_abc_registry", "_abc_cache", "_abc_negative_cache", "_abc_negative_cache_version"),
    }
)


def hooks_of(spec: object) -> dict[str, BaseSpec]:
    """Return the hooks of a spec by name: those it declares, and those it inherits.

    Raises:
        HookSpecError: `spec` is not a Protocol class, has no hooks or a member that is not a hook, or inherits two
            different hooks with the same name.
    """
    spec = get_origin(spec) or spec  # a generic spec that is made specific, such as `Spec[int]`
    if not isinstance(spec, type) or not getattr(spec, "_is_protocol", False):  # set by `typing.Protocol` itself
        name = spec.__name__ if isinstance(spec, type) else repr(spec)
        raise HookSpecError("is not a Protocol class", name, hint="derive it directly from 'Protocol'", code="PK210")
    hooks: dict[str, BaseSpec] = {}
    for base in reversed(spec.__mro__):
        if base is object or base.__module__ in ("typing", "typing_extensions"):
            continue
        for name, member in _members(base):
            hooks[name] = _checked_member(base, name, member, hooks.get(name))
    if not hooks:
        raise HookSpecError("declares no hook", spec.__name__, hint="mark its methods with @hookspec", code="PK211")
    return hooks


def _members(base: type) -> Iterator[tuple[str, object]]:
    """Yield what a Protocol declares itself: methods, other values, and names that are only annotated (as None)."""
    for name in [*vars(base), *_annotated(base)]:
        if not name.startswith("__") and name not in _PROTOCOL_MACHINERY:
            yield name, getattr(base, name, None)


def _annotated(base: type) -> Iterable[str]:
    """Return the names that a class annotates itself.

    From Python 3.14 on, annotations are evaluated when they are read, which may fail or run code: they are
    requested as text.
    """
    if getattr(base, "__annotate__", None) is None:
        written: Iterable[str] = vars(base).get("__annotations__", ())
        return written
    return annotations_as_text(base)


def _checked_member(base: type, name: str, member: object, inherited: BaseSpec | None) -> BaseSpec:
    if not isinstance(member, BaseSpec):
        hint = "mark it with @hookspec, or move it out of the Protocol: a spec holds hooks only"
        where = location_of(member) if isinstance(member, FunctionType) else ""
        raise HookSpecError("is not a hook", f"{base.__name__}.{name}", location=where, hint=hint, code="PK207")
    if name != member.name:
        raise HookSpecError(
            f"is another name for {member.qualified_name}",
            f"{base.__name__}.{name}",
            hint=f"inherit from {member.owner.__name__}",
            code="PK213",
        )
    if inherited is None or inherited is member:
        return member
    if inherited.owner not in base.__mro__:
        raise different_hooks(member, inherited)
    if member.shape != inherited.shape:
        hint = "keep the parameters, which of them have defaults, and the mode"
        raise _clash(member, f"differs from the hook that it overrides, {inherited.qualified_name}", hint, "PK208")
    return member


def different_hooks(hook: BaseSpec, other: BaseSpec) -> HookSpecError:
    """Return the error about two hooks with the same name, in specs that are used together."""
    if is_imported_twice(hook, other):
        return _clash(hook, twice(hook, other), IMPORT_ONCE, "PK214")
    message = f"and {other.qualified_name} are different hooks with the same name"
    return _clash(hook, message, "rename one of them", "PK214")


IMPORT_ONCE = "import the spec under one name: move it to a module of its own, or start the program with 'python -m'"


def is_imported_twice(hook: BaseSpec, other: BaseSpec) -> bool:
    """Tell whether two hooks are one declaration, in a module that was imported under two names."""
    return hook is not other and (hook.location, hook.qualified_name) == (other.location, other.qualified_name)


def twice(hook: BaseSpec, other: BaseSpec) -> str:
    """Return what is wrong with two hooks that are one declaration."""
    names = f"'{hook.owner.__module__}' and as '{other.owner.__module__}'"
    return f"is there twice: its module was imported as {names}"


def _clash(hook: BaseSpec, message: str, hint: str, code: str) -> HookSpecError:
    return HookSpecError(message, hook.qualified_name, hook.signature, hook.location, hint, code)
