"""Finds the marked functions of a plugin without running anything of it: only dictionaries are read.

A marked callable of another type than Python's functions is bound by its own `__get__`.

It knows nothing of hooks.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from types import FunctionType, GetSetDescriptorType, MemberDescriptorType, MethodType, ModuleType, NoneType
from typing import Any, TypeGuard, TypeVar

from pluginkit._declare.impl import MARKS, Mark
from pluginkit._declare.signature import (
    CO_ASYNC_GENERATOR,
    CO_COROUTINE,
    CO_GENERATOR,
    CO_VARARGS,
    CO_VARKEYWORDS,
    Parameters,
    read_parameters,
)
from pluginkit._declare.spec import BaseSpec
from pluginkit._fits import Binding

T = TypeVar("T")

# Flags of the code of functions that take or return something special.
_KINDS = CO_VARARGS | CO_VARKEYWORDS | CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR

# What classes have most besides functions, and what holds no attributes.
_UNMARKED = {str, type(None), tuple, int, GetSetDescriptorType}


class MarkedFunction:
    """A marked function of a plugin, and what would be called.

    Attributes:
        name: The attribute of the plugin.
        function: The callable; bound, if it is a method.
        mark: What its `@hookimpl` says.
        binding: What happens to its first parameter: the plugin or its class takes it ("bound"), nothing takes it
            ("free"), or it is left open, because the plugin is a class and the function needs an instance ("unbound").
            Or the function cannot be an implementation: another decorator has replaced it ("decorated"), pluggy's
            marker has made it a wrapper of both kinds ("ambiguous"), or a subclass overrides it without a mark
            ("overridden").
        kind: What the other decorator has made of it.
        origin: The function as the plugin has it, before it is bound.
    """

    __slots__ = ("binding", "function", "kind", "mark", "name", "origin")

    def __init__(  # noqa: PLR0917 - made ten times for each plugin, and arguments by name take longer
        self,
        name: str,
        function: Callable[..., Any],
        mark: Mark,
        binding: Binding,
        kind: str = "",
        origin: Callable[..., Any] | None = None,
    ) -> None:
        self.name = name
        self.function = function
        self.mark = mark
        self.binding: Binding = binding
        self.kind = kind
        self.origin = function if origin is None else origin

    def key(self) -> Hashable:
        """Return what decides whether the function fits a hook, and what it takes; None where more than that does.

        Decorators, and whoever sets a signature, leave further attributes beside the marks.
        """
        written = self.function.__func__ if isinstance(self.function, MethodType) else self.function
        if type(written) is not FunctionType or len(written.__dict__) > 1:
            return None
        code = written.__code__
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        kinds = code.co_argcount, code.co_posonlyargcount, code.co_flags & _KINDS
        return names, kinds, self.binding, self.mark.form, self.mark.wrapper

    def parameters_for(self, spec: BaseSpec) -> Parameters:
        """Return the parameters of the function for a hook."""
        del spec  # they are the same for every hook
        return read_parameters(self.function)


def is_a(value: object, kind: type[T]) -> TypeGuard[T]:
    """Tell whether a value is of a type, as `isinstance` does, without running a `__class__` of the value's own."""
    return issubclass(type(value), kind)


def scan(plugin: object) -> list[MarkedFunction]:
    """Return the marked functions of a plugin in the order of their definition, those of base classes first.

    Only dictionaries are read: no property, descriptor or `__getattr__` of the plugin runs.
    """
    found: dict[str, list[MarkedFunction]] = {}
    for name, value, owner in attributes(plugin):
        marks = marks_of(value)
        if marks:
            found[name] = marked_at(name, value, owner, plugin, marks)
        elif type(value) not in _PLAIN and (inside := _marked_inside(value)):
            kind = type(value).__name__
            found[name] = [MarkedFunction(name, inside, mark, "decorated", kind) for mark in marks_of(inside)]
        elif name in found:
            found[name] = [] if value is None else [_overridden(each, value) for each in found[name]]
    return _without_aliases([each for several in found.values() for each in several])


def _overridden(found: MarkedFunction, value: object) -> MarkedFunction:
    function = unpacked(value)
    shown: Any = function if is_a(function, FunctionType) else found.function
    return MarkedFunction(found.name, shown, found.mark, "overridden")


def _without_aliases(found: list[MarkedFunction]) -> list[MarkedFunction]:
    """Leave out further names of a function: it implements a hook once.

    A bare mark goes by the name. There, the function's own name counts, and others only where it is gone.
    """
    if len({id(each.origin) for each in found}) == len(found):
        return found
    kept: dict[tuple[int, int], MarkedFunction] = {}
    for each in found:
        key = id(each.origin), id(each.mark)
        present = kept.get(key)
        if present is None or (each.mark.spec is None and each.name == getattr(each.origin, "__name__", "")):
            kept[key] = each
    return list(kept.values())


_DEPTH = 4  # of decorators above a mark, each of which keeps what it was given somewhere


def _marked_inside(value: object, depth: int = _DEPTH) -> Any:
    """Return the marked function that something else keeps, such as a property, or None; nothing of it runs."""
    for inner in _kept_by(value):
        found = inner if marks_of(inner) else _marked_inside(inner, depth - 1) if depth else None
        if found is not None:
            return found
    return None


# Types whose values keep no function, or only what they call or hold, as any other may.
_PLAIN = frozenset(
    {FunctionType, MethodType, ModuleType, NoneType, bool, bytes, dict, float, int, list, str, tuple, type}
    | {GetSetDescriptorType, MemberDescriptorType}
)


def _kept_by(value: object) -> Iterator[object]:
    """Yield what a descriptor or a callable object keeps: in its dictionary, in its slots, or in those of C."""
    kind = type(value)
    if kind in _PLAIN or issubclass(kind, type):
        return
    if not any("__get__" in vars(base) or "__call__" in vars(base) for base in kind.__mro__):
        return
    yield from tuple(own_dict(value).values())
    if issubclass(kind, property):  # PyPy's keeps its functions in no slots
        yield from (vars(property)[name].__get__(value) for name in ("fget", "fset", "fdel"))
    for base in kind.__mro__:
        for member in tuple(vars(base).values()):
            if isinstance(member, MemberDescriptorType):
                with suppress(AttributeError):  # a slot that is empty
                    yield member.__get__(value)


def marks_of(value: object) -> tuple[Mark, ...]:
    """Return the marks of a function, or of the function in a static or class method."""
    kind = type(value)
    if kind in _UNMARKED:
        return ()
    function = value if kind is FunctionType else unpacked(value)
    # Asked for its dictionary, a function would make one, and keep it.
    marks: Any = getattr(function, MARKS, ()) if type(function) is FunctionType else own_dict(function).get(MARKS, ())
    found: tuple[Mark, ...] = marks  # only `hookimpl` writes there
    return found


def attributes(plugin: object) -> Iterator[tuple[str, object, type | None]]:
    """Yield the attributes of a plugin's class and of its bases, with the class, and then the plugin's own."""
    is_class = is_a(plugin, type)
    owner: Any = plugin if is_class else type(plugin)
    bases: tuple[type, ...] = owner.__mro__[:-1]  # the last one is `object`
    for base in reversed(bases):
        for name, value in tuple(vars(base).items()):
            yield name, value, owner
    if not is_class:
        for name, value in tuple(own_dict(plugin).items()):
            yield name, value, None


def own_dict(value: object) -> Mapping[str, object]:
    """Return the dictionary of a value, or an empty one if its class has slots, or its own `__dict__`."""
    for base in type(value).__mro__:
        own: Any = vars(base).get("__dict__")
        if isinstance(own, GetSetDescriptorType | MemberDescriptorType):
            found: Mapping[str, object] = own.__get__(value)
            return found
        if own is not None:
            break
    return {}


def unpacked(value: Any) -> Any:
    """Return the function in a static or class method, and any other value as it is."""
    return value.__func__ if issubclass(type(value), staticmethod | classmethod) else value


def marked_at(
    name: str, value: object, owner: type | None, plugin: object, marks: tuple[Mark, ...]
) -> list[MarkedFunction]:
    """Return what the marks of an attribute say; `owner` is the class that has it, or None where the plugin has."""
    kind = type(value)
    if isinstance(value, FunctionType) and owner is not None and plugin is not owner:  # as nearly all are
        method = MethodType(value, plugin)
        return [MarkedFunction(name, method, mark, "bound", "", value) for mark in marks]
    origin: Any = unpacked(value)
    function: Any = origin
    binding: Binding = "bound"
    if not callable(function):
        binding = "decorated"
    elif owner is None or issubclass(kind, staticmethod) or not _is_bound_in_classes(function):
        binding = "free"
    elif issubclass(kind, classmethod):
        function = MethodType(function, owner)
    elif plugin is owner:
        binding = "unbound"
    else:
        binder: Any = type(function)
        function = binder.__get__(function, plugin, owner)
    made = _type_name(function) if binding == "decorated" else ""
    return [MarkedFunction(name, function, mark, binding, made, origin) for mark in marks]


def _type_name(value: object) -> str:
    return type(value).__name__


def _is_bound_in_classes(function: object) -> bool:
    """Tell whether a callable of a class receives the instance; `partial` does from Python 3.14 on."""
    if type(function) is FunctionType:
        return True
    return hasattr(type(function), "__get__") and (sys.version_info >= (3, 14) or not is_a(function, partial))
