"""`pluginkit bisect`: finds the plugins that make a program fail, by running it with fewer and fewer of them."""

from __future__ import annotations

import sys
from math import ceil, log2
from typing import TYPE_CHECKING

from pluginkit._errors import PluginValidationError
from pluginkit._load.switches import EVERY_HOST, NONE
from pluginkit.cli._run import add_program, run_program
from pluginkit.cli._streams import add_format, add_output, as_json
from pluginkit.cli._target import add_target, load_registry
from pluginkit.cli._text import counted

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Sequence

    from pluginkit._registry import Registry
    from pluginkit.cli._target import Target

SUMMARY = "find the plugins that make a program fail"
DESCRIPTION = """\
Run a program again and again, each time with some of the plugins of a registry switched off, until the plugin is found
that makes it fail, or the smallest set of plugins that fail together. Plugins are those that distributions offer, and
those that a configuration names. The host needs no change: PLUGINKIT_SWITCHES says which plugins are off.
"""
EPILOG = """\
examples:
  pluginkit bisect myhost:make_registry -- myhost build docs
  pluginkit bisect myhost:registry --group myhost.plugins --interactive -- myhost

Exit status: 0 found; 1 nothing to find: it works with all plugins, fails without any, or not always; 2 bad usage, or
the program cannot be started.
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_target(parser)
    parser.add_argument(
        "--interactive", action="store_true", help="ask after each run whether it worked; its exit status is ignored"
    )
    add_format(parser)
    add_output(parser)
    add_program(parser)


def run(options: Namespace) -> int:
    """Search, and say what was found."""
    names = candidates(*load_registry(options))
    runs = Runs(names, options.program, interactive=options.interactive)
    found, message = _search(names, runs)
    is_json = options.format == "json"
    sys.stdout.write(as_json({"plugins": found, "message": message, "runs": runs.count}) if is_json else f"{message}\n")
    return 0 if found else 1


def _search(names: Sequence[str], runs: Runs) -> tuple[list[str], str]:
    """Return the plugins that make the program fail, or none, and what is said of them."""
    if not runs.fails(names):
        return [], f"it works with {_all(names)}: there is nothing to find"
    if runs.fails([]):
        return [], f"it fails without any of {_all(names)}: none of them is the reason"
    found = smallest(names, runs.fails)
    if not runs.fails(found, again=True):
        return [], f"it failed with {_quoted(found)}, and works now: it does not always fail"
    told = f"it fails with {_quoted(found)}"
    return found, f"{told} alone" if len(found) == 1 else f"{told} together, and without any one of these it works"


def candidates(registry: Registry[object], target: Target) -> list[str]:
    """Return the plugins that can be switched off: those that were loaded, or could not be."""
    loaded = [name for name in registry.plugin_names() if registry.get_distribution(name)]
    failed = [error.plugin_name for error in target.errors if isinstance(error, PluginValidationError)]
    named = [point.name for point in target.report.loaded]
    return list(dict.fromkeys([*loaded, *named, *filter(None, failed)]))


class Runs:
    """Runs of the program, each with some plugins, and how they went.

    Attributes:
        count: How many there were.
    """

    def __init__(self, names: Sequence[str], program: Sequence[str], *, interactive: bool) -> None:
        self.count: int = 0
        self._names = names
        self._program = program
        self._interactive = interactive
        self._known: dict[frozenset[str], bool] = {}

    def fails(self, on: Sequence[str], *, again: bool = False) -> bool:
        """Tell whether the program fails with only these plugins; it is run unless that is known."""
        key = frozenset(on)
        if again or key not in self._known:
            self._known[key] = self._run(on)
        return self._known[key]

    def _run(self, on: Sequence[str]) -> bool:
        self.count += 1
        sys.stderr.write(f"run {self.count}, with {len(on)} of {counted(len(self._names), 'plugin')}: ")
        sys.stderr.flush()
        status = run_program(self._program, {EVERY_HOST: " ".join([NONE, *on])}, quiet=not self._interactive)
        fails = _answer() if self._interactive else status != 0
        left = f", about {counted(ceil(log2(len(on))), 'run')} to go" if fails and len(on) > 1 else ""
        sys.stderr.write(f"{'fails' if fails else 'works'}{left}\n")
        return fails


def _answer() -> bool:
    while True:
        sys.stderr.write("did it work? [y/n] ")
        sys.stderr.flush()
        answer = sys.stdin.readline().strip().lower()
        if answer in ("y", "yes", "n", "no"):
            return answer[0] == "n"
        if not answer:
            raise KeyboardInterrupt  # the end of the input


def smallest(names: Sequence[str], fails: Callable[[Sequence[str]], bool]) -> list[str]:
    """Return a smallest part of some names that fails: without any one of them, it does not.

    This is delta debugging: of ever more parts of equal size, keep the first that fails alone, or else the first
    without which the rest fails.

    Args:
        names: What fails together.
        fails: Tells whether some of them fail.
    """
    left, parts = list(names), 2
    while len(left) > 1:
        chunks = [left[len(left) * place // parts : len(left) * (place + 1) // parts] for place in range(parts)]
        rests = [[name for name in left if name not in chunk] for chunk in chunks] if parts > 2 else []  # noqa: PLR2004
        smaller = next((each for each in (*chunks, *rests) if fails(each)), None)
        if smaller is not None:
            parts = 2 if smaller in chunks else max(parts - 1, 2)
            left = smaller
        elif parts == len(left):
            break
        else:
            parts = min(2 * parts, len(left))
    return left


def _all(names: Sequence[str]) -> str:
    if len(names) == 1:
        return "its only plugin"
    return f"all {len(names)} plugins" if names else "the plugins, of which there are none"


def _quoted(names: Sequence[str]) -> str:
    return " and ".join(f"'{name}'" for name in names)
