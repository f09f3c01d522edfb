"""The registry that a command is about: finds it, or makes it, and loads further plugins into it."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from pluginkit._errors import CommandError, HookSpecError, PluginkitError, PluginValidationError
from pluginkit._load.discovery import places
from pluginkit._load.report import LoadReport
from pluginkit._registry import Registry
from pluginkit.cli._streams import prints_to_stderr

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence
    from types import ModuleType
    from typing import TypeGuard

HELP = "module:registry, or module:factory; the factory gives a registry, or a registry and a LoadReport"


class TargetError(CommandError):
    """There is no registry at the target."""


class Target(NamedTuple):
    """What a command works on.

    Attributes:
        registry: The registry, or None where it could not even be made.
        report: What was loaded by the factory, if it says so, and by the command.
        errors: What is wrong with plugins, or with specs.
        unknown_groups: The entry point groups that no distribution offers, each with a hint.
    """

    registry: Registry[Any] | None
    report: LoadReport
    errors: tuple[PluginkitError, ...]
    unknown_groups: tuple[tuple[str, str], ...] = ()


def add_target(parser: ArgumentParser) -> None:
    """Add the arguments by which a command gets its target."""
    parser.add_argument("target", metavar="TARGET", help=HELP)
    parser.add_argument(
        "--group", action="append", default=[], metavar="GROUP", help="load this entry point group into the registry"
    )


def load_target(options: Namespace) -> Target:
    """Return the target that the arguments name; whatever is wrong with plugins is collected.

    Raises:
        TargetError: There is no such module, attribute or registry, or making it failed.
    """
    with prints_to_stderr():
        return _load_target(options)


def _load_target(options: Namespace) -> Target:
    try:
        registry, report = _resolved(options.target)
    except (PluginValidationError, HookSpecError) as error:
        return Target(None, LoadReport((), (), ()), (error,))
    reports = [report, *(registry.load_entrypoints(group, ignore_errors=True) for group in options.group)]
    report = _merged(reports)
    unknown = tuple((each.unknown_group, each.hint) for each in reports if each.unknown_group)
    return Target(registry, report, (*report.failed, *_errors_of_lazy_plugins(registry)), unknown)


def load_registry(options: Namespace) -> tuple[Registry[Any], Target]:
    """Return the registry of a target, and the target.

    Raises:
        PluginkitError: It has none.
    """
    target = load_target(options)
    for group, hint in target.unknown_groups:
        sys.stderr.write(f"warning: no distribution offers '{group}': {hint}\n")
    if target.registry is None:
        raise target.errors[0]
    return target.registry, target


def _resolved(reference: str) -> tuple[Registry[Any], LoadReport]:
    found = _loaded(reference)
    registry, report = _registry_and_report(found)
    if not _is_registry(registry):
        raise TargetError(f"'{reference}' gives {found!r}, which is not a registry\n  Hint: write {HELP}", "PK803")
    return registry, report if isinstance(report, LoadReport) else LoadReport((), (), ())


def _registry_and_report(found: Any) -> tuple[object, object]:
    """Return what may be a registry, and what may be a report."""
    is_pair = issubclass(type(found), tuple) and len(found) == 2  # noqa: PLR2004
    return (found[0], found[1]) if is_pair else (found, None)


def _is_registry(value: object) -> TypeGuard[Registry[Any]]:
    return isinstance(value, Registry)


def _loaded(reference: str) -> object:
    """Return what is at a target, or what the factory there gives."""
    module_name, _, attributes = reference.partition(":")
    if not module_name or not attributes:
        raise TargetError(f"'{reference}' is not a target\n  Hint: write {HELP}", "PK803")
    try:
        found: object = module_from_here(module_name)
        for name in attributes.split("."):
            found = getattr(found, name)
        return _registry_of(found) if callable(found) else found
    except (PluginValidationError, HookSpecError):
        raise
    except KeyboardInterrupt:  # it comes from the user; whatever else is raised comes from the host
        raise
    except BaseException as exc:
        at = f"\n  at {place}" if (place := _place(exc)) else ""
        raise TargetError(f"'{reference}' cannot be loaded: {type(exc).__name__}: {exc}{at}", "PK804") from exc


def _registry_of(found: Any) -> object:
    """Return what a factory gives; a spec stands for a registry of it that has no plugins."""
    return Registry(found) if getattr(found, "_is_protocol", False) else found()


def module_from_here(name: str) -> ModuleType:
    """Import a module, and look for it in the current folder first, as `python -m` does."""
    if os.getcwd() not in sys.path:  # noqa: PTH109
        sys.path.insert(0, os.getcwd())  # noqa: PTH109
    return import_module(name)


def callers_of(registry: Registry[Any]) -> dict[str, Any]:
    """Return the callers of a registry's own spec by the names of their hooks."""
    relay: Any = registry.hook
    return cast("dict[str, Any]", vars(relay))


def _merged(reports: Sequence[LoadReport]) -> LoadReport:
    return LoadReport(
        tuple(chain.from_iterable(each.loaded for each in reports)),
        tuple(chain.from_iterable(each.skipped for each in reports)),
        tuple(chain.from_iterable(each.failed for each in reports)),
    )


def _place(exc: BaseException) -> str:
    """Return `file:line` of the last line of the host's own code, or of the file that Python cannot read."""
    if isinstance(exc, SyntaxError) and exc.filename:
        return f"{exc.filename}:{exc.lineno}"
    return ["", *(line for _, line in places(exc))][-1]


def _errors_of_lazy_plugins(registry: Registry[Any]) -> list[PluginValidationError]:
    """Load the plugins that were registered lazily, and return what is wrong with them."""
    errors: list[PluginValidationError] = []
    for name in registry.plugin_names():
        try:
            registry.get_plugin(name)
        except PluginValidationError as error:
            errors.append(error)
    return errors
