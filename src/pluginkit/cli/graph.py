"""`pluginkit graph`: hooks and plugins as a diagram, or as a page to look at."""

from __future__ import annotations

import json
import sys
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pluginkit._call.order import reasons
from pluginkit._errors import PluginValidationError
from pluginkit.cli._streams import add_output, in_one_line
from pluginkit.cli._target import add_target, callers_of, load_registry
from pluginkit.cli._text import counted

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Iterator, Sequence

    from pluginkit._declare.spec import BaseSpec
    from pluginkit._registry import Registry
    from pluginkit.cli._target import Target

SUMMARY = "draw the hooks and plugins of a host"
DESCRIPTION = """\
Draw which plugin implements which hook, and in which order they are called: as a Mermaid diagram, for Graphviz, or as
one HTML page that needs nothing else.
"""
EPILOG = """\
examples:
  pluginkit graph myhost:make_registry > plugins.mmd
  pluginkit graph myhost:make_registry --format dot | dot -Tsvg > plugins.svg
  pluginkit graph myhost:registry --group myhost.plugins --format html --output plugins.html

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
    """A hook, and what it calls in call order.

    Attributes:
        name: The qualified hook.
        mode: Its mode, and whatever else calls depend on.
        steps: What it calls.
        summary: The first line of its docstring, or what is deprecated.
        location: `file:line`.
    """

    name: str
    mode: str
    steps: tuple[Step, ...]
    summary: str = ""
    location: str = ""


class Failed(NamedTuple):
    """A plugin that could not be loaded or registered.

    Attributes:
        plugin: Its name, or the distribution.
        why: What is wrong, in one line.
        location: `file:line`, or empty.
    """

    plugin: str
    why: str
    location: str


class Graph(NamedTuple):
    """All that is drawn."""

    hooks: tuple[Picture, ...]
    failed: tuple[Failed, ...]
    title: str


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_target(parser)
    parser.add_argument("--format", choices=FORMATS, default="mermaid", help="the output format (mermaid)")
    add_output(parser)


def run(options: Namespace) -> int:
    """Write the graph."""
    registry, target = load_registry(options)
    graph = Graph(tuple(pictures(registry)), tuple(_failures(target)), options.target)
    sys.stdout.write(FORMATS[options.format](graph))
    return 0


def pictures(registry: Registry[Any]) -> list[Picture]:
    """Return all hooks of a registry's spec, in the order of their declaration."""
    return [
        Picture(spec.qualified_name, spec.kind, _steps(each, first=registry.order == "first"), *_about(spec))
        for each in callers_of(registry).values()
        for spec in [each.spec]
    ]


def _about(spec: BaseSpec) -> tuple[str, str]:
    summary = (spec.__doc__ or "").strip().partition("\n")[0]
    return in_one_line("; ".join([*filter(None, [summary]), *spec.deprecations])), in_one_line(spec.location)


def _failures(target: Target) -> Iterator[Failed]:
    for error in [each for each in target.errors if isinstance(each, PluginValidationError)]:
        problem = error.problems[-1]
        texts = (error.plugin_name or error.distribution, str(problem).splitlines()[0], problem.location)
        yield Failed(*map(in_one_line, texts))


def _steps(caller: Any, *, first: bool) -> tuple[Step, ...]:
    ordered = caller.implementations()
    return tuple(
        Step(in_one_line(impl.plugin_name), impl.mark.wrapper, in_one_line("; ".join(why)), in_one_line(impl.location))
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


def as_mermaid(graph: Graph) -> str:
    """Return a Mermaid flowchart: hooks on the left, plugins on the right; dotted lines lead to wrappers."""
    several, lines = graph.hooks, ["flowchart LR"]
    lines += [f'  h{place}["{_mermaid(each.name)}<br>{each.mode}"]' for place, each in enumerate(several)]
    lines += [f'  p{place}(["{_mermaid(name)}"])' for place, name in enumerate(_plugins(several))]
    for hook, plugin, position, step in _edges(several):
        line = f"-. {position} wrapper .->" if step.is_wrapper else f"-- {position} -->"
        lines.append(f"  h{hook} {line} p{plugin}")
    for place, failed in enumerate(graph.failed):
        lines += [f'  f{place}["{_mermaid(failed.plugin)}<br>{_mermaid(failed.why)}"]', f"  style f{place} stroke:#c00"]
    return "\n".join([*lines, ""])


def _mermaid(text: str) -> str:
    """Escape what has a meaning in a label, in Mermaid's own way."""
    return "".join(each if each.isalnum() or each in "._- " else f"#{ord(each)};" for each in text)


def as_dot(graph: Graph) -> str:
    """Return the same for Graphviz."""
    several = graph.hooks
    lines = [
        f"digraph {_dot(graph.title)} {{",
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
    for place, failed in enumerate(graph.failed):
        lines.append(f"  f{place} [shape=box, color=red, label={_dot(f'{failed.plugin}: {failed.why}')}]")
    return "\n".join([*lines, "}", ""])


def _dot(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def as_html(graph: Graph) -> str:
    """Return one page, which loads nothing: each hook with its call order, and wrappers as rings around it."""
    several = graph.hooks
    page = files("pluginkit.cli").joinpath("graph.html").read_text(encoding="utf-8")
    counts = f"{counted(len(several), 'hook')}, {counted(len(_plugins(several)), 'plugin')}"
    counts += f", {len(graph.failed)} failed" if graph.failed else ""
    cards = "\n".join([*map(_failed_card, graph.failed), *map(_card, several)])
    parts = {"TITLE": escape(graph.title), "COUNTS": counts, "HOOKS": cards}
    for name, text in parts.items():
        page = page.replace(f"<!-- {name} -->", text)
    return page


def _card(picture: Picture) -> str:
    names = " ".join([picture.name, picture.mode, *(step.plugin for step in picture.steps)]).lower()
    owner, _, name = picture.name.rpartition(".")
    heading = f'<h2><span class="owner">{escape(owner)}.</span>{escape(name)}</h2>'
    inside = _rings(list(enumerate(picture.steps, start=1))) or '<p class="nothing">no plugin implements it</p>'
    mode = f'<span class="mode">{escape(picture.mode)}</span>'
    about = f'<p class="about">{escape(picture.summary)}{_place(picture.location)}</p>'
    return (
        f'<section class="hook" data-names="{escape(names)}"><header>{heading}{mode}</header>{about}{inside}</section>'
    )


def _failed_card(failed: Failed) -> str:
    heading = f'<header><h2>{escape(failed.plugin)}</h2><span class="mode">failed</span></header>'
    inside = f'<p class="about">{escape(failed.why)}{_place(failed.location)}</p>'
    return f'<section class="hook failed" data-names="{escape(failed.plugin.lower())}">{heading}{inside}</section>'


def _place(location: str) -> str:
    """Return `file:line` as a link to the file."""
    file, _, line = location.rpartition(":")
    if not (line.isdecimal() and Path(file).is_absolute()):
        return f'<span class="place">{escape(location)}</span>' if location else ""
    address = Path(file).as_uri()
    return f'<a class="place" href="{escape(address)}">{escape(location)}</a>'


def _rings(steps: Sequence[tuple[int, Step]]) -> str:
    """Return steps with their positions: a wrapper is a ring around all that come after it."""
    if steps and steps[0][1].is_wrapper:
        return f'<div class="ring">{_step(*steps[0])}{_rings(steps[1:])}</div>'
    items = "".join(f"<li>{_step(*each)}</li>" for each in steps)
    return f"<ol>{items}</ol>" if items else ""


def _step(position: int, step: Step) -> str:
    kind = ' <span class="kind">wrapper</span>' if step.is_wrapper else ""
    name = f'<span class="position">{position}</span><span class="plugin">{escape(step.plugin)}</span>{kind}'
    details = f'<span class="why">{escape(step.why)}</span>{_place(step.location)}'
    return f'<div class="step">{name}{details}</div>'


def as_json(graph: Graph) -> str:
    """Return the same for programs."""
    hooks = [{**each._asdict(), "steps": [step._asdict() for step in each.steps]} for each in graph.hooks]
    return f"{json.dumps({'hooks': hooks, 'failed': [each._asdict() for each in graph.failed]}, indent=2)}\n"


FORMATS: dict[str, Callable[[Graph], str]] = {
    "mermaid": as_mermaid,
    "dot": as_dot,
    "html": as_html,
    "json": as_json,
}
