"""Lint on the files that type checkers check: it finds what they find of implementations, types apart."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pluginkit._source.lint.run import Linter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pluginkit._source.sources import Source

FILES = sorted(path for path in (Path(__file__).parents[1] / "typing").glob("*.py") if path.name != "run.py")
MARKER = re.compile(r"# reject(?:\([\w, ]+\))?: (.*)")  # as in tests/typing/run.py
LINTER = Linter()

# What is found where type checkers see nothing wrong, and why it is wrong.
BEYOND = {
    (
        "methods.py",
        "PK101",
    ): "a parameter with a default of its own that the hook does not give; registration refuses it",
    ("limits.py", "PK128"): "an implementation of a deprecated hook; registration warns of it",
    ("registries.py", "PK117"): "a class that is registered; registration refuses it",
}
# Why type checkers refuse an implementation that lint accepts: types, and parameters that are left out without `**_`.
TYPES = {
    "**rest does not take what the other parameters are",
    "a firstresult hook gives one answer, not a list of them",
    "a function of a wrong answer",
    "a number is not a bool",
    "a parameter is missing, and there is no **rest",
    "a wrapper gives what a call gives, a list of all answers",
    "a wrapper takes all parameters, or **rest",
    "a wrapper yields nothing",
    "a wrapping function takes all parameters, or **rest",
    "all parameters are missing, and there is no **rest",
    "an answer of another type than the value",
    "an answer that cannot be awaited",
    "an answer where there is none",
    "an iterator gets no result and returns none",
    "another answer when awaited",
    "it gets the result of the call, not one answer",
    "it returns nothing",
    "it returns one answer, not the result of the call",
    "it takes one of two types only",
    "it yields a value",
    "missing parameter without **rest",
    "mistyped parameter",
    "no default where the spec has one",
    "none of the choices",
    "none of the two",
    "none of the two, of a historic hook",
    "of a hook with so many parameters, two are left out without **rest",
    "one of two has a wrong type",
    "parameter of a wrong type",
    "right, but it takes the spec's type variable for a type",
    "the answer has a wrong type",
    "the answer is one item, not a list of them",
    "the hook takes no answers",
    "the hooks have different parameters, though it takes any",
    "there may be no result",
    "wrapper of other results",
    "wrong answer",
    "wrong answer of a firstresult hook",
    "wrong answer of an async hook",
    "wrong return",
    "wrong return of a plain implementation",
    "wrong value of a pipeline",
}


def rejected(source: Source) -> dict[int, str]:
    """Return the lines that type checkers refuse, with the reasons."""
    found = ((number, MARKER.search(line)) for number, line in enumerate(source.lines, 1))
    return {number: marker[1] for number, marker in found if marker}


@cache
def heads(source: Source) -> tuple[range, ...]:
    """Return the lines that belong together."""
    return tuple(_heads(source))


def _heads(source: Source) -> Iterator[range]:
    """Yield the lines that belong together: of definitions those up to the body, and those of other statements."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = min(node.lineno, *(each.lineno for each in node.decorator_list), node.lineno)
            yield range(first, max(node.body[0].lineno, node.lineno + 1))
        elif isinstance(node, ast.stmt):
            yield range(node.lineno, (node.end_lineno or node.lineno) + 1)


def together(source: Source, one: int, other: int) -> bool:
    """Tell whether two lines belong together."""
    return one == other or any(one in lines and other in lines for lines in heads(source))


def test_what_is_found_is_rejected() -> None:
    """What lint finds type checkers refuse as well, but for a few kinds that have a reason."""
    beyond: set[tuple[str, str]] = set()
    for path in FILES:
        source, report = LINTER.lint(path)
        for each in report.findings:
            if not any(together(source, each.range.line, line) for line in rejected(source)):
                beyond.add((path.name, each.code))
    assert beyond == BEYOND.keys()


def test_what_is_rejected_of_implementations_is_found() -> None:
    """What type checkers refuse of implementations lint finds, unless it is about types."""
    accepted: set[str] = set()
    for path in FILES:
        source, report = LINTER.lint(path)
        found = {each.range.line for each in report.findings}
        for line, reason in rejected(source).items():
            is_implementation = source.lines[line - 1].lstrip().startswith("@hookimpl")
            if is_implementation and not any(together(source, line, other) for other in found):
                accepted.add(reason)
    assert accepted == TYPES
