"""What a stub says of one hook: the shapes that its implementations may have, as callback Protocols.

A shape is a subset of the hook's parameters, with the answer written out. As the parameters are keyword-only in it, an
implementation may take them in any order, by position or by keyword. Methods and functions have shapes of their own:
the first parameter of a method's is named `self`, so that neither is taken for the other.

The shapes are the constraints of a type variable whose name lists the parameters, since checkers print it. They have
no type variables in them, and they are constraints and not a union: both would cost checkers several times as much.
Hooks of one spec that take and give the same share a type variable.
This module knows one hook at a time, as a record; it reads no source.
"""

from __future__ import annotations

import ast
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from pluginkit._source.stub.layout import Layout, Piece, signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

# What the generated classes are made of: the name here, and where a stub imports it from.
SUPPORT = {
    "Callable": "collections.abc",
    "Coroutine": "collections.abc",
    "Any": "typing",
    "Protocol": "typing",
    "TypeVar": "typing",
    "shaped": "pluginkit.shapes",
}

FEW = 2  # so many parameters of a hook may be taken, however many it has


class Parameter(NamedTuple):
    """A parameter of a hook; a default makes no difference, as calls pass it on."""

    name: str
    annotation: ast.expr | None

    @property
    def piece(self) -> Piece:
        """The parameter as it is written, without its default."""
        return Piece(f"{self.name}: ", self.annotation) if self.annotation else Piece(self.name)


class Hook(NamedTuple):
    """A hook as its source declares it.

    Attributes:
        owner: The name of its Protocol.
        name: Its name.
        parameters: What it takes.
        is_async: Whether it is declared with `async def`.
        returns: What it is declared to return.
    """

    owner: str
    name: str
    parameters: tuple[Parameter, ...]
    is_async: bool = False
    returns: ast.expr | None = None


class Names:
    """Gives out names for a stub's own use that nothing else in the module has.

    Args:
        taken: The names in the module's source.
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self.support = {name: self.new(f"_{name}") for name in SUPPORT}

    def new(self, wanted: str) -> str:
        """Return the wanted name, or one like it."""
        name = wanted
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name


def subsets(parameters: Sequence[Parameter], limit: int) -> Iterator[tuple[Parameter, ...]]:
    """Yield the subsets that have a shape, larger ones first.

    Up to the limit these are all of them. Above it, they are those that leave out one at most, and those of few: their
    number grows with the square of the parameters only.
    """
    number = len(parameters)
    for size in range(number, -1, -1):
        if number <= limit or size <= FEW or size >= number - 1:
            yield from combinations(parameters, size)


class HookClasses:
    """Writes the classes that a stub has for one hook.

    Args:
        hook: The hook.
        names: Gives out names.
        layout: Where the classes stand.
        limit: Up to how many parameters every subset of them has a shape.
        variables: The type variables that are there already, by what they are made of; others are added.

    Attributes:
        name: What stands above `@hookspec` as a decorator.
        lines: The source of all of them.
    """

    def __init__(
        self, hook: Hook, names: Names, layout: Layout, limit: int, variables: dict[tuple[str, ...], str]
    ) -> None:
        self._names = names
        self._layout = layout
        self._hook = hook
        self._variables = variables
        self._chosen = list(subsets(hook.parameters, limit))
        # Without underscores in front: two of them would be mangled in the body of a class.
        self.name = names.new(f"_{hook.owner.lstrip('_')}_{hook.name}")
        self.lines: list[str] = []
        self._answer = self._gives()
        method = self._decorator("Method", self._variable("", self._methods))
        function = self._decorator("Function", self._variable("_without_self", self._functions))
        kinds = f"{method}, {function}"
        self.lines += self._layout.expression(f"{self.name}: ", parse_expression(f"{self._support('shaped')}[{kinds}]"))

    def _support(self, name: str) -> str:
        return self._names.support[name]

    def _gives(self) -> ast.expr:
        """Return what an implementation returns: the answer of the hook, or None."""
        node = self._hook.returns
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node = parse_expression(node.value)
        anything = self._support("Any")
        answer = ast.unparse(node) if node else anything
        plain = answer if answer == anything or answer.split(" | ")[-1] == "None" else f"{answer} | None"
        if self._hook.is_async:
            plain = f"{self._support('Coroutine')}[{anything}, {anything}, {plain}] | {plain}"
        return parse_expression(plain)

    def _methods(self) -> Iterator[str]:
        """Write the shapes of methods, and yield their names."""
        anything, star = self._support("Any"), Piece("/")
        for subset in self._chosen:
            yield self._shape("self", [star, Piece(f"self: {anything}")], subset)
        # A first parameter of another name, such as `cls`, goes with all the others only.
        yield self._shape("first", [Piece(f"first: {anything}"), star], self._chosen[0])

    def _functions(self) -> Iterator[str]:
        """Write the shapes of functions, and yield their names."""
        for subset in self._chosen:
            yield self._shape("function", [Piece("/")], subset)

    def _variable(self, ending: str, shapes: Callable[[], Iterator[str]]) -> str:
        """Return the name of the type variable for some shapes; both are written if no hook before had the same."""
        parameters = self._hook.parameters
        types = (ast.unparse(each.annotation) if each.annotation else "" for each in parameters)
        key = (ending, ast.unparse(self._answer), *(each.name for each in parameters), *types)
        if key not in self._variables:
            pieces = [*map(Piece, shapes())]
            name = self._names.new("_".join(["_some_of", *(each.name for each in parameters)]) + ending)
            opening = f"{self._support('TypeVar')}("
            self.lines += [*self._layout.assigned_call(name, opening, [Piece(f'"{name}"'), *pieces]), ""]
            self._variables[key] = name
        return self._variables[key]

    def _shape(self, kind: str, first: list[Piece], subset: tuple[Parameter, ...]) -> str:
        """Write the Protocol of one shape, and return its name."""
        owner = f"_{self._hook.owner.lstrip('_')}"
        name = self._names.new("_".join([owner, kind, *(parameter.name for parameter in subset)]))
        own = "_self"  # the Protocol's own `self` must have another name than the method's, and than the parameters
        while any(parameter.name == own for parameter in subset):
            own += "_"
        star = [Piece("*")] if subset else []
        pieces = [Piece(own), *first, *star, *(parameter.piece for parameter in subset)]
        self._callback(name, pieces, self._answer)
        return name

    def _decorator(self, kind: str, variable: str) -> str:
        """Write the class of a decorator that takes one of the shapes, and return its name."""
        name = self._names.new(f"{self.name}_{kind}")
        given = parse_expression(f"{self._support('Callable')}[..., {ast.unparse(self._answer)}]")
        self._callback(name, [Piece("self"), Piece(f"implementation: {variable}"), Piece("/")], given)
        return name

    def _callback(self, name: str, pieces: list[Piece], returns: ast.expr) -> None:
        """Write a Protocol that is called."""
        self.lines += self._layout.brackets(f"class {name}(", [Piece(self._support("Protocol"))], "):")
        self.lines += [*signature("def __call__(", pieces, returns, ": ...", self._layout.deeper()), ""]


def parse_expression(text: str) -> ast.expr:
    """Return the syntax tree of an expression."""
    return ast.parse(text, mode="eval").body
