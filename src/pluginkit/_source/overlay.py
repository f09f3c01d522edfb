"""Source as type checkers can check it: partial implementations take the rest, on the same line.

An implementation that leaves out parameters of its hook runs, and has no type in Python. With `**_: object` behind its
parameters it has one, and everything else of it is checked as it is written. It is added only where every parameter is
one of the hook: what else is wrong stays wrong. Lines stay where they are. This module runs no checker.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pluginkit._source import edits
from pluginkit._source.model import Implementation
from pluginkit._source.project import Project, target_of
from pluginkit._source.sources import Source


def with_rest(source: Source, project: Project) -> str:
    """Return the text of a module in which partial implementations take the rest.

    Args:
        source: The module.
        project: Where the hooks are found that it implements.
    """
    nodes = {each.node: each for each in project.model.implementations(source) if is_partial(each, project)}
    return edits.apply(source, (edits.add_rest(source, node, f"**{_free(node)}: object") for node in nodes))


def is_partial(implementation: Implementation, project: Project) -> bool:
    """Tell whether an implementation leaves out parameters of its hook, and does nothing else that is wrong.

    Args:
        implementation: It refers to its hook: checkers see no other.
        project: Where that is found.
    """
    if implementation.reference is None or implementation.rest is not None:
        return False
    hooks = target_of(implementation, project).hooks
    taken = {each.name for each in implementation.parameters if each.kind in ("positional", "keyword-only")}
    has_others = len(taken) < len(implementation.parameters)  # by position only, or `*args`
    return len(hooks) == 1 and not has_others and taken < {each.name for each in hooks[0].parameters}


def _free(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Return a name that a function does not use."""
    used = set(_names(node))
    name = "_others"
    while name in used:
        name += "_"
    return name


def _names(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            yield each.id
        elif isinstance(each, ast.arg):
            yield each.arg
