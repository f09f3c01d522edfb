"""`pluginkit explain`: in which order a hook calls its implementations, and why."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from pluginkit._call.order import reasons
from pluginkit._errors import closest
from pluginkit.cli._colour import Colours
from pluginkit.cli._streams import add_format, add_output, as_json, in_one_line
from pluginkit.cli._target import TargetError, add_target, callers_of, load_registry

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from pluginkit._declare.impl import HookImpl
    from pluginkit._registry import Registry

SUMMARY = "explain the call order of hooks"
DESCRIPTION = "Show in which order hooks call their implementations, and why each of them is where it is."
EPILOG = """\
examples:
  pluginkit explain myhost:make_registry
  pluginkit explain myhost:make_registry sections
  pluginkit explain myhost:registry sections --group myhost.plugins

Exit status: 0 done; 2 bad usage, or there is no such registry or hook.
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_target(parser)
    parser.add_argument("hook", metavar="HOOK", nargs="?", help="the name of the hook; without it, all are explained")
    add_format(parser)
    add_output(parser)


def run(options: Namespace) -> int:
    """Write the explanation."""
    registry, _ = load_registry(options)
    callers = [_caller(registry, options.hook)] if options.hook else list(callers_of(registry).values())
    first = registry.order == "first"
    if options.format == "json":
        sys.stdout.write(as_json([_record(each, first=first) for each in callers]))
        return 0
    colours = Colours.of(sys.stdout)
    parts = ["\n".join([*_explained(each, colours, first=first), ""]) for each in callers]
    sys.stdout.write("\n".join(parts))
    return 0


def _record(caller: Any, *, first: bool) -> dict[str, Any]:
    spec, implementations = caller.spec, caller.implementations()
    return {
        "hook": spec.qualified_name,
        "kind": spec.kind,
        "deprecations": list(spec.deprecations),
        "location": spec.location,
        "implementations": [
            {
                "plugin": impl.plugin_name,
                "wrapper": impl.mark.wrapper,
                "reasons": list(why),
                "location": impl.location,
            }
            for impl, why in zip(implementations, reasons(implementations, first=first), strict=True)
        ],
    }


def _caller(registry: Registry[Any], name: str) -> Any:
    callers = callers_of(registry)
    if name not in callers:
        hint = closest(name, callers)
        raise TargetError(f"the registry has no hook '{name}'" + (f"\n  Hint: {hint}" if hint else ""), "PK805")
    return callers[name]


def _explained(caller: Any, colours: Colours, *, first: bool) -> Iterator[str]:
    spec = caller.spec
    yield colours.bold(f"{spec.qualified_name} ({spec.kind})")
    yield from map(in_one_line, spec.deprecations)
    implementations: tuple[HookImpl, ...] = caller.implementations()
    if not implementations:
        yield "no plugin implements it"
    why_there = reasons(implementations, first=first)
    for place, (impl, why) in enumerate(zip(implementations, why_there, strict=True), start=1):
        kind = "wrapper, runs around those below" if impl.mark.wrapper else "implementation"
        yield f"{place:3}. {colours.bold(in_one_line(impl.plugin_name))}  {kind}"
        yield f"     {in_one_line('; '.join(why))}"
        yield colours.dim(f"     {in_one_line(impl.location)}")
