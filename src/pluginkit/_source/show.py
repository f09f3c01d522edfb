"""What is to be pasted to implement a hook, in any form, with the imports that it needs.

This module knows the model and the layout of what `new` writes; it reads no file itself.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from textwrap import dedent

from pluginkit._source.model import Hook, Model, Spec
from pluginkit._source.scaffold import WIDTH, Declaration, Declarations, Imports, method, wrapper
from pluginkit._source.stub.layout import Layout, Piece, signature

FORMS = ("method", "function", "wrapper", "bare")


def shown(model: Model, spec: Spec, hook: Hook, form: str) -> str:
    """Return an implementation of a hook that gives no answer, below its imports.

    Args:
        model: What is declared.
        spec: The spec that it is implemented for.
        hook: The hook; declared by the spec, or by one that it is composed of.
        form: One of `FORMS`.
    """
    imports = Imports()
    imports.add("pluginkit", "hookimpl")
    is_bare = form == "bare"
    name = spec.name.partition(".")[0]
    local = "" if is_bare else imports.add(spec.source.module, name)
    reference = local + spec.name[len(name) :]
    declaration = Declarations(model, hook.source).of(hook, imports)
    if form == "wrapper":
        generator = "AsyncGenerator" if hook.is_async else "Generator"
        imports.add("collections.abc", generator)
        lines: Sequence[str] = wrapper(reference, declaration)
    elif form == "function":
        lines = _function(reference, declaration)
    else:
        lines = dedent(method(reference, declaration)).splitlines()
    if is_bare:
        lines = ["@hookimpl" if line.startswith("@hookimpl(") else line for line in lines]
    return "\n".join([*imports.lines(), "", "", *lines]).rstrip() + "\n"


def _function(spec: str, declaration: Declaration) -> list[str]:
    """Return the lines of an implementation that is a function."""
    returns = declaration.returns
    if not declaration.gives_none:
        returns = ast.BinOp(returns, ast.BitOr(), ast.Constant(None))
    opening = f"{'async ' if declaration.is_async else ''}def {declaration.name}("
    parameters: list[Piece] = declaration.parameters
    head = signature(opening, parameters, returns, ":", Layout(WIDTH))
    summary = declaration.summary or f"Implement {spec}.{declaration.name}."
    return [f"@hookimpl.function({spec}.{declaration.name})", *head, f'    """{summary}"""', "    return None"]
