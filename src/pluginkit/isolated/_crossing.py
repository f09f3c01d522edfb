"""What can cross to another process: the types of a hook's parameters and of its answer.

Both sides ask this module. The host refuses hooks that cannot cross, and both make a text of what crosses, its
shape, which is the same where the spec is the same. It runs no plugin and knows no process.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec.inspect as info

from pluginkit import Problem
from pluginkit.isolated._codecs import codec_of
from pluginkit.isolated._wire import is_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pluginkit import BaseSpec, HookImpl

_IMMUTABLE = (
    info.NoneType,
    info.BoolType,
    info.IntType,
    info.FloatType,
    info.StrType,
    info.BytesType,
    info.EnumType,
    info.LiteralType,
    info.DateTimeType,
    info.DateType,
    info.TimeType,
    info.TimeDeltaType,
    info.UUIDType,
    info.DecimalType,
)
_PARTS = (info.UnionType, info.TupleType, info.VarTupleType, info.FrozenSetType)


class Shape(NamedTuple):
    """What crosses for one hook.

    Attributes:
        parameters: The types of its parameters by name.
        answer: The type of an answer, None included.
    """

    parameters: Mapping[str, Any]
    answer: Any


def shape_of(hook: BaseSpec) -> Shape:
    """Return the types of a hook.

    Raises:
        NameError: A type cannot be resolved at run time.
    """
    hints = typing.get_type_hints(hook.function, include_extras=True)
    answer = hints.get("return", typing.Any)
    optional: typing.Any = typing.Optional  # its argument is known at run time only
    return Shape({name: hints.get(name, typing.Any) for name in hook.parameters}, optional[answer])


def problems_of(hook: BaseSpec) -> list[Problem]:
    """Return all that keeps a hook from crossing to another process."""
    try:
        shape = shape_of(hook)
    except NameError as error:
        hint = f"import {error.name!r} at run time too: it is there for type checkers only"
        return [_problem(hook, f"has a type that is not defined at run time: {error.name!r}", hint, "PK702")]
    except Exception as error:
        return [_problem(hook, f"has a type that cannot be evaluated: {error}", "correct the annotation", "PK702")]
    places = [(f"parameter '{name}'", kind) for name, kind in shape.parameters.items()]
    return [
        _problem(hook, f"{place} cannot cross to another process: {message}", hint, "PK701")
        for place, kind in [*places, ("the answer", shape.answer)]
        for message, hint in _refusals(kind)
    ]


def _problem(hook: BaseSpec, message: str, hint: str, code: str) -> Problem:
    where = {"hook": hook.qualified_name, "hook_signature": hook.signature, "location": hook.location}
    return Problem(message, hint=hint, code=code, **where)


def _refusals(kind: Any) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a type, and what to do."""
    try:
        found = info.type_info(kind)
    except Exception as error:  # whatever msgspec raises for a type that it does not know
        text, _, _ = str(error).partition(" - type ")
        yield text, "declare a type whose values can be told apart as data, such as one dataclass"
        return
    seen: dict[str, tuple[str, str]] = {}
    for part in _walk(found, set()):
        refusal = _refusal(part)
        if refusal:
            seen.setdefault(refusal[0], refusal)
    yield from seen.values()


def _refusal(part: info.Type) -> tuple[str, str] | None:
    if isinstance(part, info.AnyType):
        return "it has a part of any type", "write the type out: no Any, no bare list or dict, no TypeVar"
    if isinstance(part, (info.MemoryViewType, info.RawType, info.ExtType)):
        return f"{_label(part)} is not a value of its own", "use bytes"
    if isinstance(part, info.CustomType):
        kind = _class_of(part)
        if not is_path(kind) and codec_of(kind) is None:
            name = getattr(kind, "__qualname__", str(kind))
            return f"{name} is not data", "use a dataclass or a builtin type, or register_type(...)"
    return None


def _class_of(part: info.CustomType) -> Any:
    return typing.get_origin(part.cls) or part.cls


def _walk(part: Any, seen: set[int]) -> Iterator[info.Type]:
    """Yield a type and all types in it, each once."""
    if id(part) in seen:
        return
    seen.add(id(part))
    yield part
    for inner in _inside(part):
        yield from _walk(inner, seen)


def _inside(part: info.Type) -> Iterator[info.Type]:
    """Yield the types that a type is made of."""
    codec = codec_of(_class_of(part)) if isinstance(part, info.CustomType) else None
    if codec is not None:
        yield info.type_info(codec.data)
    for name in part.__struct_fields__:
        for each in _several(getattr(part, name)):
            if isinstance(each, info.Type):
                yield each
            elif isinstance(each, info.Field):
                yield each.type


def _several(value: Any) -> tuple[Any, ...]:
    """Return a tuple as it is, and anything else in one."""
    return value if issubclass(type(value), tuple) else (value,)


def is_mutable(kind: Any) -> bool:
    """Tell whether a value of a type can be changed, or something in it."""
    return any(map(_may_change, _walk(info.type_info(kind), set())))


def _may_change(part: info.Type) -> bool:
    if isinstance(part, info.CustomType):  # a path cannot be changed; of others nothing is known
        return not is_path(_class_of(part))
    return not isinstance(part, (*_IMMUTABLE, *_PARTS))


def shape_text(hook: BaseSpec) -> str:
    """Return what crosses for a hook, as text; the same on both sides where the spec is the same."""
    shape = shape_of(hook)
    names: dict[Any, str] = {}
    parameters = [
        f"{name}: {_text(info.type_info(kind), names)}{' = ...' if name in hook.defaults else ''}"
        for name, kind in shape.parameters.items()
    ]
    answer = _text(info.type_info(shape.answer), names)
    mode = f"{hook.mode}{' ' + hook.pipeline if hook.pipeline else ''}{', async' if hook.is_async else ''}"
    return "\n".join([f"({', '.join(parameters)}) -> {answer} [{mode}]", *names.values()])


def _text(part: info.Type, names: dict[Any, str]) -> str:
    """Return a type as text; what its class consists of goes into `names`, once for each class."""
    kind = getattr(part, "cls", None)
    if kind is None:
        return f"{_label(part)}{_details(part, names)}"
    name = getattr(kind, "__qualname__", str(kind))
    if kind not in names:
        names[kind] = name  # so that a type that contains itself comes to an end
        names[kind] = f"{name} = {_label(part)}{_details(part, names)}"
    return name


def _label(part: info.Type) -> str:
    return type(part).__name__.removesuffix("Type").lower()


def _details(part: info.Type, names: dict[Any, str]) -> str:
    """Return what a type is made of, and its constraints."""
    if isinstance(part, info.EnumType):
        return f"({', '.join(f'{each.name}={each.value!r}' for each in part.cls)})"
    if isinstance(part, info.LiteralType):
        return f"({', '.join(sorted(map(repr, part.values)))})"
    details: list[str] = []
    codec = codec_of(_class_of(part)) if isinstance(part, info.CustomType) else None
    if codec is not None:
        details.append(f"as {_text(info.type_info(codec.data), names)}")
    for name in part.__struct_fields__:
        value = getattr(part, name)
        if name == "cls" or value is None:
            continue
        details += [_detail(name, each, names) for each in _several(value)]
    return f"({', '.join(details)})" if details else ""


def _detail(name: str, value: Any, names: dict[Any, str]) -> str:
    if isinstance(value, info.Field):
        return f"{value.encode_name}: {_text(value.type, names)}{'' if value.required else ' = ...'}"
    return _text(value, names) if isinstance(value, info.Type) else f"{name}={value!r}"


def wrapper_problem(impl: HookImpl) -> Problem:
    """Return the problem that a wrapper is: what it runs around is on the other side."""
    return Problem(
        "a wrapper cannot run in another process",
        hook=impl.spec.qualified_name,
        hook_signature=impl.spec.signature,
        location=impl.location,
        hint="register the wrapper as a plugin of the host: it runs around isolated plugins too",
        code="PK703",
    )


def taken(hook: BaseSpec, parameters: Sequence[str], *, rest: bool) -> tuple[str, ...]:
    """Return the parameters of a hook that an implementation takes, in the order of the hook: that of frames."""
    return tuple(name for name in hook.parameters if rest or name in parameters)
