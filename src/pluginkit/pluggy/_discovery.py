"""Finding what is marked in a plugin or a namespace, without running any of its code."""

from __future__ import annotations

import inspect
from types import FunctionType, MemberDescriptorType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MarkedFunction", "find", "options_of"]

_ABSENT = object()


class MarkedFunction(NamedTuple):
    """A function of a plugin or a namespace.

    Attributes:
        marked: What may carry the options of a marker.
        function: What is called; it is bound as reading the attribute would bind it.
    """

    marked: object
    function: Callable[..., object]


def find(owner: object, name: str) -> MarkedFunction | None:
    """Return the function that an attribute is: a function, a method, a class method or a static method.

    Args:
        owner: A plugin or a namespace.
        name: The attribute's name.

    Returns:
        None for anything else, such as a property, which is not read.
    """
    is_instance = not isinstance(owner, type | ModuleType)
    if is_instance:
        own = _own_value(owner, name)
        if own is not _ABSENT:  # it is handed out as it is: what is stored in an instance is not bound
            return _unbound(own)
    value = inspect.getattr_static(owner, name, None)
    if isinstance(value, staticmethod):
        return MarkedFunction(value, value.__func__)
    if isinstance(value, classmethod):
        cls = type(owner) if is_instance else owner
        bound = cast("Callable[..., object]", getattr(cast("object", value), "__get__")(None, cls))  # noqa: B009 - of unknown type
        return MarkedFunction(cast("object", value), bound)
    if is_instance and isinstance(value, FunctionType):
        return MarkedFunction(value, MethodType(value, owner))
    return _unbound(value)


def _unbound(value: object) -> MarkedFunction | None:
    if isinstance(value, MethodType):
        return MarkedFunction(value.__func__, value)
    return MarkedFunction(value, value) if isinstance(value, FunctionType) else None


def _own_value(owner: object, name: str) -> object:
    """Return what an instance stores under a name, in its dict or in a slot."""
    try:
        stored: object = object.__getattribute__(owner, "__dict__")
    except AttributeError:
        stored = None
    if isinstance(stored, dict) and name in stored:
        return cast("dict[str, object]", stored)[name]
    slot = inspect.getattr_static(owner, name, None)
    if not isinstance(slot, MemberDescriptorType):
        return _ABSENT
    try:
        return cast("object", slot.__get__(owner, type(owner)))
    except AttributeError:  # nothing has been stored there
        return _ABSENT


def options_of(found: MarkedFunction | None, attribute: str) -> dict[str, Any] | None:
    """Return the options that a marker has left on a function, or on the function below a class or static method.

    Args:
        found: The function.
        attribute: The attribute that holds them.
    """
    if found is None:
        return None
    options = getattr(found.marked, attribute, None)
    if options is None:
        options = getattr(getattr(found.marked, "__func__", None), attribute, None)
    return cast("dict[str, Any]", options) if isinstance(options, dict) else None
