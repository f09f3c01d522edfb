"""Types that are proposed for hooks that have none: from defaults, docstrings, implementations and calls.

A proposal is made only where all that is found agrees, and where the module of the spec knows its names. It reads
syntax trees, and changes nothing.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pluginkit._source.migrate.facts import Facts

    Function: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"

Proposals: TypeAlias = "dict[str, tuple[str, str]]"  # by parameter, or `return`: the type, and where it comes from
RESULT: Final = "return"
_SPHINX_TYPE: Final = re.compile(r":type\s+(\w+):\s*(.+)")
_SPHINX_PARAM: Final = re.compile(r":param\s+([\w.\[\], |]+?)\s+(\w+):")
_SPHINX_RESULT: Final = re.compile(r":rtype:\s*(.+)")
_GOOGLE: Final = re.compile(r"^\s+(\w+)\s*\(([^)]+)\):", re.MULTILINE)
_NUMPY: Final = re.compile(r"^\s*(\w+)\s+:\s+(.+)$", re.MULTILINE)
_GOOGLE_RESULT: Final = re.compile(r"^\s*Returns?:\n\s+([\w.\[\], |]+):\s", re.MULTILINE)


def propose(hook: Function, facts: Facts, implementations: Iterable[Function], calls: Iterable[ast.Call]) -> Proposals:
    """Return the types that are proposed for a hook.

    Args:
        hook: Its declaration.
        facts: The module that declares it.
        implementations: The functions that implement it.
        calls: The calls of it.
    """
    found: Proposals = {}
    for origin, pairs in (
        ("its default", _defaults(hook)),
        ("the docstring", _documented(ast.get_docstring(hook) or "")),
        ("implementations", _implemented(implementations)),
        ("calls", _called(calls)),
    ):
        agreed: defaultdict[str, set[str]] = defaultdict(set)
        for name, written in pairs:
            agreed[name].add(_type(written, facts))
        for name, types in agreed.items():
            if len(types) == 1 and (only := next(iter(types))):
                found.setdefault(name, (only, origin))
    return found


def calls_of(modules: Iterable[Facts]) -> Mapping[str, list[ast.Call]]:
    """Return all calls such as `manager.hook.name(...)`, by the name of the hook."""
    found: defaultdict[str, list[ast.Call]] = defaultdict(list)
    for facts in modules:
        for node in ast.walk(facts.tree):
            match node:
                case ast.Call(ast.Attribute(ast.Attribute(attr="hook") | ast.Name("hook"), name)):
                    found[name].append(node)
                case _:
                    pass
    return found


def _defaults(hook: Function) -> Iterator[tuple[str, str]]:
    arguments, given = hook.args.args, hook.args.defaults
    for argument, default in zip(arguments[len(arguments) - len(given) :], given, strict=True):
        if name := _literal(default):
            yield argument.arg, name


def _literal(node: ast.expr) -> str:
    """Return the type of a value that is written out, or nothing."""
    match node:
        case ast.Constant(value) if value is not None and value is not ...:
            return type(value).__name__
        case ast.JoinedStr():
            return "str"
        case ast.List() | ast.ListComp():
            return "list[Any]"
        case ast.Dict() | ast.DictComp():
            return "dict[Any, Any]"
        case _:
            return ""


def _documented(text: str) -> Iterator[tuple[str, str]]:
    for pattern in (_SPHINX_TYPE, _GOOGLE, _NUMPY):
        yield from ((match[1], match[2]) for match in pattern.finditer(text))
    yield from ((match[2], match[1]) for match in _SPHINX_PARAM.finditer(text))
    for pattern in (_SPHINX_RESULT, _GOOGLE_RESULT):
        yield from ((RESULT, match[1]) for match in pattern.finditer(text))


def _implemented(functions: Iterable[Function]) -> Iterator[tuple[str, str]]:
    for function in functions:
        for argument in function.args.args:
            if argument.annotation is not None:
                yield argument.arg, ast.unparse(argument.annotation)
        is_generator = any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(function))
        if function.returns is not None and not is_generator:
            yield RESULT, ast.unparse(function.returns)


def _called(calls: Iterable[ast.Call]) -> Iterator[tuple[str, str]]:
    for call in calls:
        for keyword in call.keywords:
            if keyword.arg and (name := _literal(keyword.value)):
                yield keyword.arg, name


def _type(written: str, facts: Facts) -> str:
    """Return a type as a module can write it, or nothing."""
    text = re.sub(r",?\s*optional$", "", written.strip().strip("'\"").rstrip("."))
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError:
        return ""
    allowed = (ast.Expression, ast.Name, ast.Load, ast.Attribute, ast.Subscript, ast.Tuple, ast.BinOp, ast.BitOr)
    nodes = list(ast.walk(tree))
    if not all(isinstance(node, (*allowed, ast.Constant)) for node in nodes):
        return ""
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    known = {name for name, value in vars(builtins).items() if isinstance(value, type)}
    return text if names <= known | {"Any"} | set(facts.bindings) else ""
