"""`pluginkit docs`: a reference of a host's hooks, for the host's own documentation."""

from __future__ import annotations

import sys
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pluginkit.cli._files import replace_file
from pluginkit.cli._streams import as_json, in_one_line, printable
from pluginkit.cli._target import add_target, callers_of, load_registry
from pluginkit.cli._text import diff_of

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from pluginkit._declare.spec import BaseSpec
    from pluginkit._registry import Registry

SUMMARY = "write a reference of hooks, in Markdown"
DESCRIPTION = """\
Write a reference of the hooks of a spec for the host's own documentation, in Markdown: signatures, what a call does,
docstrings, what is deprecated, and which plugins implement each hook, if the target has any.
"""
EPILOG = """\
examples:
  pluginkit docs myhost.hooks:AppSpec --output docs/hooks.md
  pluginkit docs myhost.hooks:AppSpec --output docs/hooks.md --check
  pluginkit docs myhost:make_registry --level 3

Exit status: 0 done, or current; 1 stale (with --check); 2 bad usage, or there is no registry at the target.
"""

DEEPEST = 6  # of headings in Markdown

_MODES = {
    "collect": "A call gives the list of all answers, in call order. An answer of `None` is left out.",
    "firstresult": "A call gives the first answer that is not `None`; later implementations do not run.",
    "pipeline": "Each answer replaces `{0}` for the next implementation, and a call gives the last value.",
    "historic": "Calls are remembered, and replayed to plugins that are registered later.",
}
_ERRORS = {
    "skip": "A plugin that raises is left out and reported, and the call goes on.",
    "group": "A plugin that raises does not stop the others; what was raised leaves as one `ExceptionGroup`.",
}


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_target(parser)
    levels = range(1, DEEPEST + 1)
    parser.add_argument("--level", type=int, choices=levels, default=2, metavar="N", help="the level of headings (2)")
    parser.add_argument(
        "--format", choices=("markdown", "json"), default="markdown", help="the output format (markdown)"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write to a file instead of stdout")
    parser.add_argument("--check", action="store_true", help="write nothing; print how the file differs, as a diff")


def run(options: Namespace) -> int:
    """Write the reference, or compare it with the file."""
    registry, _ = load_registry(options)
    is_json = options.format == "json"
    text = as_json([each._asdict() for each in references(registry)]) if is_json else reference(registry, options.level)
    if options.check:
        present = options.output.read_text("utf-8") if options.output and options.output.exists() else ""
        sys.stdout.writelines(diff_of(present, text, str(options.output or "stdout")))
        return int(present != text)
    if options.output:
        replace_file(options.output, text)
    else:
        sys.stdout.write(text)
    return 0


def reference(registry: Registry[Any], level: int = 2) -> str:
    """Return the reference of the hooks of a registry's spec, in the order of their declaration.

    Args:
        registry: Its spec is documented, and its plugins are named.
        level: The level of the headings.
    """
    return "\n".join("\n".join(_section(hook, "#" * level)) for hook in references(registry))


class HookReference(NamedTuple):
    """What the reference of a hook tells, whatever it is written in.

    Attributes:
        owner: The name of its spec.
        name: Its name.
        signature: Its signature, as Python writes it.
        documentation: Its docstring.
        rules: Sentences about what a call does.
        deprecations: Sentences about what is deprecated.
        plugins: The names of the plugins that implement it, in call order.
    """

    owner: str
    name: str
    signature: str
    documentation: str
    rules: str
    deprecations: list[str]
    plugins: list[str]


def references(registry: Registry[Any]) -> Iterator[HookReference]:
    """Yield what there is to tell of each hook of a registry's own spec, in the order of their declaration."""
    for caller in callers_of(registry).values():
        spec: BaseSpec = caller.spec
        owner = spec.owner.__name__
        yield HookReference(
            owner=owner,
            name=spec.name,
            signature=f"{'async ' if spec.is_async else ''}def {spec.signature.removeprefix(f'{owner}.')}",
            documentation=cleandoc(spec.__doc__ or ""),
            rules=" ".join(_rules(spec)),
            deprecations=[f"{each[0].upper()}{each[1:]}" for each in spec.deprecations],
            plugins=list(dict.fromkeys(impl.plugin_name for impl in caller.implementations())),
        )


def _section(hook: HookReference, marks: str) -> Iterator[str]:
    """Yield the lines about one hook."""
    yield from [f"{marks} {hook.name}", ""]
    yield from ["```python", printable(hook.signature), "```", ""]
    if hook.documentation:
        yield from [printable(hook.documentation), ""]
    yield from [hook.rules, ""]
    for each in hook.deprecations:
        yield from [f"*{printable(each)}*", ""]
    if hook.plugins:
        yield from [f"Implemented by: {', '.join(f'`{in_one_line(name)}`' for name in hook.plugins)}.", ""]


def _rules(spec: BaseSpec) -> Iterator[str]:
    """Yield sentences about what a call of a hook does."""
    yield _MODES[spec.mode].format(spec.pipeline)
    if spec.is_async:
        yield "Calls are awaited; implementations may be `async def` or plain."
    if spec.concurrent:
        yield "Implementations run at once."
    if spec.errors in _ERRORS:
        yield _ERRORS[spec.errors]
    if spec.timeout is not None:
        yield f"An implementation may take {spec.timeout:g} seconds."
