"""The hook that a command is about, found in source: `module:Spec.hook`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from pluginkit._errors import CommandError, closest
from pluginkit._source.model import Hook, Spec
from pluginkit._source.project import Project


class HookError(CommandError):
    """There is no such hook in the source."""


def add_hook(parser: ArgumentParser) -> None:
    """Add the arguments by which a command gets its hook."""
    parser.add_argument("hook", metavar="HOOK", help="MODULE:SPEC.HOOK")
    parser.add_argument("--python", default="", metavar="PATH", help="the interpreter or environment of the project")


def find_hook(options: Namespace) -> tuple[Project, Spec, Hook]:
    """Return the hook that the arguments name, the spec that it is found in, and the project.

    Raises:
        HookError: There is none.
    """
    project = Project(Path.cwd(), options.python)
    reference, _, name = options.hook.rpartition(".")
    if ":" not in reference:
        raise HookError(f"'{options.hook}' does not name a hook\n  Hint: write MODULE:SPEC.HOOK", "PK816")
    spec = project.spec_named(reference)
    if spec is None:
        hint = "name its module as it is imported, or name an environment with --python"
        raise HookError(f"there is no spec '{reference}'\n  Hint: {hint}", "PK808")
    if name not in spec.hooks:
        hint = closest(name, spec.hooks) or f"it has {', '.join(spec.hooks)}"
        raise HookError(f"{spec.name} has no hook '{name}'\n  Hint: {hint}", "PK805")
    return project, spec, spec.hooks[name]
