"""`pluginkit graph`: hooks and plugins as a diagram, or as a page to look at."""

from __future__ import annotations

import sys
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from pluginkit._call.order import reasons
from pluginkit.cli._target import add_target, callers_of, load_registry
from pluginkit.cli._text import counted

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Iterator, Sequence

    from pluginkit._registry import Registry

SUMMARY = "draw the hooks and plugins of a host"
DESCRIPTION = """\
Draw which plugin implements which hook, and in which order they are called: as a Mermaid diagram, for Graphviz, or as
one HTML page that needs nothing else.
"""
EPILOG = """\
examples:
  pluginkit graph myhost:make_registry > plugins.mmd
  pluginkit graph myhost:make_registry --format dot | dot -Tsvg > plugins.svg
  pluginkit graph myhost:registry --group myhost.plugins --format html > plugins.html

Exit status: 0 done; 2 bad usage, or there is no registry at the target.
"""


class Step(NamedTuple):
    """One implementation of a hook.

    Attributes:
        plugin: The plugin.
        is_wrapper: Whether it runs around those after it.
        why: Why it is where it is.
        location: `file:line`.
    """

    plugin: str
    is_wrapper: bool
    why: str
    location: str


class Picture(NamedTuple):
    """A hook, and what it calls in call order."""

    name: str
    mode: str
    steps: tuple[Step, ...]


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_target(parser)
    parser.add_argument("--format", choices=FORMATS, default="mermaid", help="the output format (mermaid)")


def run(options: Namespace) -> int:
    """Write the graph."""
    registry, _ = load_registry(options)
    sys.stdout.write(FORMATS[options.format](pictures(registry), options.target))
    return 0


def pictures(registry: Registry[Any]) -> list[Picture]:
    """Return all hooks of a registry's spec, in the order of their declaration."""
    return [
        Picture(each.spec.qualified_name, each.spec.kind, _steps(each, first=registry.order == "first"))
        for each in callers_of(registry).values()
    ]


def _steps(caller: Any, *, first: bool) -> tuple[Step, ...]:
    ordered = caller.implementations()
    return tuple(
        Step(impl.plugin_name, impl.mark.wrapper, "; ".join(why), impl.location)
        for impl, why in zip(ordered, reasons(ordered, first=first), strict=True)
    )


def _edges(several: Sequence[Picture]) -> Iterator[tuple[int, int, int, Step]]:
    """Yield the places of hook and plugin, the position in the call order, and the step."""
    plugins = _plugins(several)
    for hook, picture in enumerate(several):
        for position, step in enumerate(picture.steps, start=1):
            yield hook, plugins.index(step.plugin), position, step


def _plugins(several: Sequence[Picture]) -> list[str]:
    return list(dict.fromkeys(step.plugin for picture in several for step in picture.steps))


def as_mermaid(several: Sequence[Picture], _: str) -> str:
    """Return a Mermaid flowchart: hooks on the left, plugins on the right; dotted lines lead to wrappers."""
    lines = ["flowchart LR"]
    lines += [f'  h{place}["{_mermaid(each.name)}<br>{each.mode}"]' for place, each in enumerate(several)]
    lines += [f'  p{place}(["{_mermaid(name)}"])' for place, name in enumerate(_plugins(several))]
    for hook, plugin, position, step in _edges(several):
        line = f"-. {position} wrapper .->" if step.is_wrapper else f"-- {position} -->"
        lines.append(f"  h{hook} {line} p{plugin}")
    return "\n".join([*lines, ""])


def _mermaid(text: str) -> str:
    """Escape what has a meaning in a label, in Mermaid's own way."""
    return "".join(each if each.isalnum() or each in "._- " else f"#{ord(each)};" for each in text)


def as_dot(several: Sequence[Picture], title: str) -> str:
    """Return the same for Graphviz."""
    lines = [
        f"digraph {_dot(title)} {{",
        "  rankdir=LR",
        '  node [fontname="sans-serif"]',
        '  edge [fontname="sans-serif"]',
    ]
    for place, each in enumerate(several):
        lines.append(f"  h{place} [shape=box, label={_dot(f'{each.name} ({each.mode})')}]")
    for place, name in enumerate(_plugins(several)):
        lines.append(f"  p{place} [shape=box, style=rounded, label={_dot(name)}]")
    for hook, plugin, position, step in _edges(several):
        style = f'label="{position} wrapper", style=dashed' if step.is_wrapper else f'label="{position}"'
        lines.append(f"  h{hook} -> p{plugin} [{style}]")
    return "\n".join([*lines, "}", ""])


def _dot(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def as_html(several: Sequence[Picture], title: str) -> str:
    """Return one page, which loads nothing: each hook with its call order, and wrappers as rings around it."""
    page = files("pluginkit.cli").joinpath("graph.html").read_text(encoding="utf-8")
    counts = f"{counted(len(several), 'hook')}, {counted(len(_plugins(several)), 'plugin')}"
    parts = {"TITLE": escape(title), "COUNTS": counts, "HOOKS": "\n".join(map(_card, several))}
    for name, text in parts.items():
        page = page.replace(f"<!-- {name} -->", text)
    return page


def _card(picture: Picture) -> str:
    names = " ".join([picture.name, picture.mode, *(step.plugin for step in picture.steps)]).lower()
    owner, _, name = picture.name.rpartition(".")
    heading = f'<h2><span class="owner">{escape(owner)}.</span>{escape(name)}</h2>'
    inside = _rings(list(enumerate(picture.steps, start=1))) or '<p class="nothing">no plugin implements it</p>'
    mode = f'<span class="mode">{picture.mode}</span>'
    return f'<section class="hook" data-names="{escape(names)}"><header>{heading}{mode}</header>{inside}</section>'


def _rings(steps: Sequence[tuple[int, Step]]) -> str:
    """Return steps with their positions: a wrapper is a ring around all that come after it."""
    if steps and steps[0][1].is_wrapper:
        return f'<div class="ring">{_step(*steps[0])}{_rings(steps[1:])}</div>'
    items = "".join(f"<li>{_step(*each)}</li>" for each in steps)
    return f"<ol>{items}</ol>" if items else ""


def _step(position: int, step: Step) -> str:
    kind = ' <span class="kind">wrapper</span>' if step.is_wrapper else ""
    name = f'<span class="position">{position}</span><span class="plugin">{escape(step.plugin)}</span>{kind}'
    details = f'<span class="why">{escape(step.why)}</span><span class="place">{escape(step.location)}</span>'
    return f'<div class="step">{name}{details}</div>'


FORMATS: dict[str, Callable[[Sequence[Picture], str], str]] = {"mermaid": as_mermaid, "dot": as_dot, "html": as_html}
