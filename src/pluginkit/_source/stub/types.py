"""Types of what has no annotation, as far as they can be read off a value. Everything else keeps its value."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pluginkit._source.stub.layout import flat

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_OPAQUE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


class Inference:
    """Reads types off values.

    Args:
        unknown: How a stub writes `Any`.
    """

    def __init__(self, unknown: str) -> None:
        self.unknown = unknown

    def of(self, value: ast.expr) -> str | None:  # noqa: PLR0911 - one per kind of expression
        """Return the type of a value as it is written in an annotation, or None where it cannot be told."""
        match value:
            case ast.Constant(constant) if constant is not ...:
                return "None" if constant is None else type(constant).__name__
            case ast.JoinedStr():
                return "str"
            case ast.UnaryOp(ast.Not()) | ast.Compare():
                return "bool"
            case ast.UnaryOp(_, operand):
                return self.of(operand)
            case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() | ast.Mod(), right):
                return self._one([left, right])
            case ast.List(elements):
                return f"list[{self._one(elements) or self.unknown}]" if self._plain(elements) else None
            case ast.Set(elements):
                return f"set[{self._one(elements)}]" if self._one(elements) else None
            case ast.Dict(keys, values):
                return self._mapping(keys, values)
            case ast.Tuple(elements):
                types = [self.of(element) for element in elements]
                return f"tuple[{', '.join(filter(None, types)) or '()'}]" if all(types) else None
            case _:
                return None

    def _plain(self, elements: Sequence[ast.expr]) -> bool:
        return not elements or self._one(elements) is not None

    def _one(self, values: Sequence[ast.expr]) -> str | None:
        """Return the type that all of some values have."""
        types = {self.of(value) for value in values}
        return types.pop() if len(types) == 1 else None

    def _mapping(self, keys: Sequence[ast.expr | None], values: Sequence[ast.expr]) -> str | None:
        if not keys:
            return f"dict[{self.unknown}, {self.unknown}]"
        given = [key for key in keys if key is not None]
        key, value = self._one(given), self._one(values)
        return f"dict[{key}, {value}]" if key and value and len(given) == len(keys) else None

    def container(self, value: ast.expr) -> str:
        """Return the little that the kind of an expression says about its value."""
        match value:
            case ast.ListComp() | ast.List():
                return f"list[{self.unknown}]"
            case ast.DictComp() | ast.Dict():
                return f"dict[{self.unknown}, {self.unknown}]"
            case ast.SetComp() | ast.Set():
                return f"set[{self.unknown}]"
            case _:
                return self.unknown

    def variable(self, name: str, value: ast.expr) -> str | None:
        """Return the annotation for a variable of some value, or None where the value has to stay."""
        if name.startswith("__") and name not in ("__version__", "__author__", "__doc__"):
            return None  # such as __all__, __slots__ and __hash__, whose values checkers read
        known = self.of(value)
        return f"{self.unknown} | None" if known == "None" else known

    def returned(self, function: _Function) -> ast.expr | None:
        """Return what a function without an annotation gives, or None where that cannot be told."""
        own = list(_own(function.body))
        if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own) or _is_abstract(function):
            return None
        values = [node.value or ast.Constant(None) for node in own if isinstance(node, ast.Return)]
        found = self._one(values) if values else "None"
        return ast.parse(found, mode="eval").body if found else None

    def attributes(self, node: ast.ClassDef) -> dict[str, str]:
        """Return the attributes that the methods of a class set on `self`, with their types."""
        found: dict[str, str] = {}
        for method in node.body:
            if isinstance(method, _Function) and not method.decorator_list:
                for name, annotation in self._set_by(method):
                    found.setdefault(name, annotation)
        return found

    def _set_by(self, method: _Function) -> Iterator[tuple[str, str]]:
        arguments = [*method.args.posonlyargs, *method.args.args, *method.args.kwonlyargs]
        parameters = {each.arg: flat(each.annotation) for each in arguments if each.annotation}
        instance = arguments[0].arg if arguments else ""
        for node in _own(method.body):
            if isinstance(node, ast.AnnAssign):
                yield from ((name, flat(node.annotation)) for name in _attributes_of(node.target, instance))
            elif isinstance(node, ast.Assign):
                value = node.value
                known = parameters.get(value.id) if isinstance(value, ast.Name) else self.variable("", value)
                for target in node.targets:
                    one = isinstance(target, ast.Attribute)
                    yield from ((name, (one and known) or self.unknown) for name in _attributes_of(target, instance))


def _attributes_of(target: ast.expr, instance: str) -> Iterator[str]:
    """Yield the attributes of an object that a target sets, alone or in a tuple."""
    match target:
        case ast.Attribute(ast.Name(name), attribute) if name == instance:
            yield attribute
        case ast.Tuple(elements):
            yield from (name for element in elements for name in _attributes_of(element, instance))
        case _:
            pass


def _own(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """Yield the nodes of a function's body, but not of functions and classes within it."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop(0)
        yield node
        if not isinstance(node, _OPAQUE):
            waiting[:0] = ast.iter_child_nodes(node)


def _is_abstract(function: _Function) -> bool:
    """Tell whether a function has no body to read."""
    if any("abstract" in ast.unparse(d) or "overload" in ast.unparse(d) for d in function.decorator_list):
        return True
    last = function.body[-1]
    return isinstance(last, ast.Raise) or (isinstance(last, ast.Expr) and isinstance(last.value, ast.Constant))


def default(value: ast.expr) -> ast.expr:
    """Return a default as a stub has it: plain values as they are, and `...` for others."""
    match value:
        case ast.Constant(str(text)) if len(text) > 40 or not text.isprintable():  # noqa: PLR2004 - a long text
            return ast.Constant(...)
        case ast.Constant() | ast.UnaryOp(ast.USub(), ast.Constant()) | ast.Tuple([]):
            return value
        case _:
            return ast.Constant(...)


def field_default(value: ast.expr) -> ast.expr:
    """Return the value of an annotated name in a class: calls stay too, as fields of dataclasses are declared so."""
    return value if isinstance(value, ast.Call) else default(value)
