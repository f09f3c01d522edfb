"""What a stub says of one hook: the shapes that its implementations may have, as callback Protocols.

A shape is a subset of the hook's parameters. As they are keyword-only in it, an implementation may take them in any
order, by position or by keyword. Methods and functions have shapes of their own: the first parameter of a method's is
named `self`, so that neither is taken for the other. This module knows one hook at a time, as a record; it reads no
source.
"""

from __future__ import annotations

import ast
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from pluginkit._source.stub.layout import Layout, Piece

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# What the generated classes are made of: the name here, and where a stub imports it from.
SUPPORT = {
    "AsyncGenerator": "collections.abc",
    "Coroutine": "collections.abc",
    "Generator": "collections.abc",
    "Any": "typing",
    "Protocol": "typing",
    "Answer_co": "pluginkit.shapes",
    "P": "pluginkit.shapes",
    "R": "pluginkit.shapes",
    "Result": "pluginkit.shapes",
    "ShapedAsyncFunction": "pluginkit.shapes",
    "ShapedAsyncFunctionWrapper": "pluginkit.shapes",
    "ShapedAsyncHistoricSpec": "pluginkit.shapes",
    "ShapedAsyncMethod": "pluginkit.shapes",
    "ShapedAsyncMethodWrapper": "pluginkit.shapes",
    "ShapedAsyncSpec": "pluginkit.shapes",
    "ShapedFunction": "pluginkit.shapes",
    "ShapedFunctionWrapper": "pluginkit.shapes",
    "ShapedHistoricSpec": "pluginkit.shapes",
    "ShapedMethod": "pluginkit.shapes",
    "ShapedMethodWrapper": "pluginkit.shapes",
    "ShapedSpec": "pluginkit.shapes",
}


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
        historic: Whether it is, and so has no wrappers.
        is_async: Whether it is declared with `async def`.
    """

    owner: str
    name: str
    parameters: tuple[Parameter, ...]
    historic: bool = False
    is_async: bool = False


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
    """Yield the subsets that have a shape, larger ones first; above the limit, those that leave out one at most."""
    smallest = 0 if len(parameters) <= limit else len(parameters) - 1
    for size in range(len(parameters), smallest - 1, -1):
        yield from combinations(parameters, size)


class HookClasses:
    """Writes the classes that a stub has for one hook.

    Attributes:
        name: The class that stands above `@hookspec` as a decorator.
        lines: The source of all of them.
    """

    def __init__(self, hook: Hook, names: Names, layout: Layout, limit: int) -> None:
        self._names = names
        self._layout = layout
        self._hook = hook
        # Without underscores in front: two of them would be mangled in the body of a class.
        self.name = names.new(f"_{hook.owner.lstrip('_')}_{hook.name}")
        self.lines: list[str] = []
        chosen = list(subsets(hook.parameters, limit))
        methods = [self._shape("self", [Piece(f"self: {self._support('Any')}")], subset) for subset in chosen]
        functions = [self._shape("function", [], subset) for subset in chosen]
        self._specification(methods, functions)

    def _support(self, name: str) -> str:
        return self._names.support[name]

    def _shape(self, kind: str, first: list[Piece], subset: tuple[Parameter, ...]) -> str:
        """Write the Protocol of one shape, and return its name."""
        name = self._names.new("_".join([self.name, kind, *(parameter.name for parameter in subset)]))
        answer = self._support("Answer_co")
        own = "_self"  # the Protocol's own `self` must have another name than the method's, and than the parameters
        while any(parameter.name == own for parameter in subset):
            own += "_"
        star = [Piece("*")] if subset else []
        pieces = [Piece(own), Piece("/"), *first, *star, *(parameter.piece for parameter in subset)]
        self.lines += self._layout.brackets(f"class {name}(", [Piece(f"{self._support('Protocol')}[{answer}]")], "):")
        self.lines += self._layout.deeper().brackets("def __call__(", pieces, f") -> {answer}: ...")
        self.lines.append("")
        return name

    def _specification(self, methods: list[str], functions: list[str]) -> None:
        """Write the decorators for implementations, and the class of the hook that holds them."""
        answer, result = self._support("R"), self._support("Result")
        plain, wrapped = self._gives(answer, result)
        arguments = [self._support("P"), answer]
        arguments += [] if self._hook.historic else [result]
        arguments.append(self._decorator("Method", answer, methods, plain))
        arguments.append(self._decorator("Function", answer, functions, plain))
        if not self._hook.historic:
            arguments.append(self._decorator("MethodWrapper", result, methods, wrapped))
            arguments.append(self._decorator("FunctionWrapper", result, functions, wrapped))
        base = self._shaped("HistoricSpec" if self._hook.historic else "Spec")
        self._class(self.name, f"{base}[{', '.join(arguments)}]")

    def _gives(self, answer: str, result: str) -> tuple[str, str]:
        """Return what an implementation returns, and what a wrapper does."""
        plain, wrapped = f"{answer} | None", f"{self._support('Generator')}[None, {result}, {result}]"
        if not self._hook.is_async:
            return plain, wrapped
        anything = self._support("Any")
        awaited = f"{self._support('Coroutine')}[{anything}, {anything}, {plain}]"
        return f"{awaited} | {plain}", f"{self._support('AsyncGenerator')}[{result} | None, {result}] | {wrapped}"

    def _shaped(self, kind: str) -> str:
        """Return what a stub calls the class of that kind for such a hook."""
        return self._support(f"ShapedAsync{kind}" if self._hook.is_async else f"Shaped{kind}")

    def _decorator(self, kind: str, variable: str, shapes: list[str], gives: str) -> str:
        """Write the class of a decorator that takes one of the shapes, and return it with its parameters."""
        name = self._names.new(f"{self.name}_{kind}")
        variables = f"{self._support('P')}, {variable}"
        union = " | ".join(f"{shape}[{gives}]" for shape in shapes)
        self._class(name, f"{self._shaped(kind)}[{variables}, {union}]", f"{self._support('Protocol')}[{variables}]")
        return f"{name}[{variables}]"

    def _class(self, name: str, *bases: str) -> None:
        pieces = [Piece("", parse_expression(base)) for base in bases]
        self.lines += self._layout.brackets(f"class {name}(", pieces, "): ...")


def parse_expression(text: str) -> ast.expr:
    """Return the syntax tree of an expression."""
    return ast.parse(text, mode="eval").body
