"""Types that hosts let cross to other processes: how values of a class become data, and data becomes values again.

Both sides have to know a type in the same way: the module of the spec is where it is registered. This module knows
nothing of frames.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")
D = TypeVar("D")


class Codec(NamedTuple):
    """How values of a class cross.

    Attributes:
        data: The type of what they cross as.
        encode: Makes that of a value.
        decode: Makes a value of that.
    """

    data: Any
    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]


_CODECS: dict[type[Any], Codec] = {}


def register_type(kind: type[T], data: type[D], encode: Callable[[T], D], decode: Callable[[D], T]) -> None:
    """Let values of a class cross to other processes, in arguments and answers of isolated plugins.

    Call it in the module that declares the spec, which both sides import. Values cross as data that can cross; values
    of a subclass arrive as values of the class.

    Args:
        kind: The class. It replaces what was registered for the class before.
        data: The type of what values cross as, such as `str` or `tuple[int, int]`.
        encode: Makes that of a value.
        decode: Makes a value of that. What it raises is an error of the call.

    Raises:
        TypeError: It is not a class, or one that can cross anyway.

    Example:
        >>> from fractions import Fraction
        >>> register_type(Fraction, str, str, Fraction)
    """
    _check_foreign(kind)
    _CODECS[kind] = Codec(data, encode, decode)


def _check_foreign(kind: object) -> None:
    """Refuse what is not a class, and a class whose values are data by themselves."""
    import msgspec.inspect as info  # late: a worker learns of types when it loads the spec

    if not isinstance(kind, type):
        raise TypeError(f"{kind!r} is not a class")
    if not isinstance(info.type_info(kind), info.CustomType):
        raise TypeError(f"values of '{kind.__qualname__}' can cross as they are")


def codec_of(kind: type[Any]) -> Codec | None:
    """Return how values of a class cross, or None."""
    return _CODECS.get(kind)


def codec_for(value: object) -> Codec | None:
    """Return how a value crosses: as one of its class, or of the nearest base; or None."""
    return next((codec for base in type(value).__mro__ if (codec := _CODECS.get(base))), None)
