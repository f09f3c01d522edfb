"""Finds the marked functions of a plugin without running anything of it: only dictionaries are read.

It knows nothing of hooks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import FunctionType, GetSetDescriptorType, MemberDescriptorType, MethodType
from typing import Any, TypeGuard, TypeVar

from pluginkit._declare.impl import MARKS, Mark
from pluginkit._declare.signature import Parameters, read_parameters
from pluginkit._declare.spec import BaseSpec
from pluginkit._fits import Binding

T = TypeVar("T")

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
            Or the function cannot be an implementation: another decorator has replaced it ("decorated"), or pluggy's
            marker has made it a wrapper of both kinds ("ambiguous").
    """

    __slots__ = ("binding", "function", "mark", "name")

    def __init__(self, name: str, function: Callable[..., Any], mark: Mark, binding: Binding) -> None:
        self.name = name
        self.function = function
        self.mark = mark
        self.binding: Binding = binding

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
        elif name in found:
            found[name] = []  # overridden, and no longer marked
    return [each for several in found.values() for each in several]


def marks_of(value: object) -> tuple[Mark, ...]:
    """Return the marks of a function, or of the function in a static or class method."""
    if type(value) in _UNMARKED:
        return ()
    function = unpacked(value)
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
    kind = type(value)
    function: Any = unpacked(value)
    binding: Binding = "bound"
    if not issubclass(type(function), FunctionType):
        binding = "decorated"
    elif owner is None or issubclass(kind, staticmethod):
        binding = "free"
    elif issubclass(kind, classmethod):
        function = MethodType(function, owner)
    elif plugin is owner:
        binding = "unbound"
    else:
        function = MethodType(function, plugin)
    return [MarkedFunction(name, function, mark, binding) for mark in marks]
