"""Plugins that are found by name: those that installed distributions offer, and those that a configuration names.

The registry imports this module when it is asked to discover. Whatever a plugin does while it is imported, made or
registered, only that plugin fails.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol
from warnings import warn

from pluginkit._declare.impl import HookImpl
from pluginkit._declare.spec import BaseSpec
from pluginkit._errors import PluginValidationError, Problem, closest, coded
from pluginkit._implement.plugin import Distribution, Lazy
from pluginkit._load.entrypoints import EntryPoint, normalised
from pluginkit._load.report import LoadReport, Skipped
from pluginkit._load.switches import Switches

_LOADERS = {"pluginkit", "importlib", "_frozen_importlib", "_frozen_importlib_external"}  # their code is nobody's own


class Host(Protocol):
    """What loading needs of a registry."""

    def is_blocked(self, name: str) -> bool:
        """Tell whether a name is blocked."""
        ...

    def is_registered(self, name_or_plugin: object) -> bool:
        """Tell whether a plugin is registered."""
        ...

    def unregister(self, name_or_plugin: object) -> object:
        """Unregister a plugin."""
        ...

    def admit(
        self, plugin: object, name: str, distribution: Distribution | None, *, replacing: bool, stand_in: Lazy | None
    ) -> object:
        """Register a plugin, or replace its stand-in by it, and record its distribution."""
        ...

    def admit_lazily(self, plugin: Lazy, name: str, implementations: Iterable[HookImpl]) -> bool:
        """Register a stand-in and return True, or return False if the plugin itself is needed."""
        ...

    def implementations_of(self, name: str) -> tuple[HookImpl, ...]:
        """Return what a plugin implements; nothing if one of its implementations waits for its hook."""
        ...

    def hooks(self) -> Mapping[str, BaseSpec]:
        """Return the hooks by name."""
        ...


class Choice:
    """Which of the existing entry points a host wants.

    Args:
        only: The names that may be loaded, or None for all.
        exclude: Names that are not loaded.
        prefer: By name, the distribution to take.
        switches: The environment variable in which users switch plugins off, or an empty string.
    """

    def __init__(
        self,
        only: Iterable[str] | None,
        exclude: Iterable[str] | None,
        prefer: Mapping[str, str],
        switches: str = "",
    ) -> None:
        for option, given in (("only", only), ("exclude", exclude)):
            if isinstance(given, str):
                raise TypeError(coded(f"{option}= takes several names: write {option}=[{given!r}]", "PK506"))
        self.only = None if only is None else frozenset(only)
        self.exclude = frozenset(exclude or ())
        self.prefer = {name: normalised(distribution) for name, distribution in prefer.items()}
        self.switches = Switches(switches)

    def against(self, point: EntryPoint) -> str:
        """Return why an entry point is not wanted, or an empty string."""
        if self.only is not None and point.name not in self.only:
            return "not among those to load"
        if point.name in self.exclude:
            return "excluded"
        preferred = self.prefer.get(point.name)
        if preferred is not None and preferred != normalised(point.distribution.name):
            return "another distribution is preferred"
        return self.switches.against(point.name)

    def missing(self, points: Iterable[EntryPoint]) -> Iterator[PluginValidationError]:
        """Yield an error for each name that is wanted, and that no distribution offers."""
        offered = {point.name for point in points}
        for name in sorted((self.only or frozenset()) - offered):
            hint = closest(name, offered) or "install the distribution that offers it"
            problem = Problem("no installed distribution offers it", hint=hint, code="PK504")
            yield PluginValidationError(name, (problem,))


class _Loading:
    """One run of loading: it collects the report."""

    def __init__(self, host: Host, *, ignore_errors: bool) -> None:
        self.host = host
        self.ignore_errors = ignore_errors
        self.loaded: list[EntryPoint] = []
        self.skipped: list[Skipped] = []
        self.failed: list[PluginValidationError] = []

    def wanted(self, points: Iterable[EntryPoint], choice: Choice) -> list[list[EntryPoint]]:
        """Return the entry points that are wanted, those of one name together; skip the others."""
        by_name: dict[str, list[EntryPoint]] = {}
        for point in points:
            candidates = by_name.setdefault(point.name, [])
            reason = choice.against(point) or _needless(point, candidates)
            if reason:
                self.skipped.append(Skipped(point, reason))
            elif not self.is_taken(point):
                candidates.append(point)
        for message in choice.switches.unknown(by_name):
            warn(message, RuntimeWarning, stacklevel=4)  # where the host loads its plugins
        return list(by_name.values())

    def is_taken(self, point: EntryPoint) -> bool:
        """Skip a name that is blocked, or that is registered already."""
        if self.host.is_blocked(point.name):
            self.skipped.append(Skipped(point, "blocked"))
        elif self.host.is_registered(point.name):
            self.skipped.append(Skipped(point, "registered before"))
        else:
            return False
        return True

    def attempt(self, point: EntryPoint, admit: Callable[[EntryPoint], None]) -> None:
        """Let `admit` load an entry point, and report how it went."""
        try:
            admit(point)
        except PluginValidationError as error:
            self.fail(error)
        else:
            self.loaded.append(point)

    def fail(self, error: PluginValidationError) -> None:
        """Raise an error, or report it."""
        if not self.ignore_errors:
            raise error
        self.failed.append(error)

    def report(self) -> LoadReport:
        return LoadReport(tuple(self.loaded), tuple(self.skipped), tuple(self.failed))


def load_group(
    host: Host,
    found: Iterable[EntryPoint],
    choice: Choice,
    admit: Callable[[EntryPoint], None],
    *,
    ignore_errors: bool,
    broken: Iterable[PluginValidationError] = (),
) -> LoadReport:
    """Load the entry points of a group that are wanted; see `Registry.load_entrypoints`.

    Args:
        host: The registry.
        found: The entry points of the group.
        choice: Which of them are wanted.
        admit: Loads one of them: at once, or lazily.
        ignore_errors: Go on after an error, and report it.
        broken: What could not be read.
    """
    loading = _Loading(host, ignore_errors=ignore_errors)
    points = sorted(found, key=lambda point: (point.name, point.distribution, point.value))
    for error in (*broken, *choice.missing(points)):
        loading.fail(error)
    for candidates in loading.wanted(points, choice):
        several = [point for point in candidates if not loading.is_taken(point)]  # that may have changed meanwhile
        if len(several) > 1:
            loading.fail(_conflict(several))
        elif several:
            loading.attempt(several[0], admit)
    return loading.report()


def load_modules(host: Host, names: Iterable[str], *, ignore_errors: bool) -> LoadReport:
    """Load plugins that are named; see `Registry.load_modules`."""
    loading, switches = _Loading(host, ignore_errors=ignore_errors), Switches()
    for name in names:
        point = EntryPoint(name, name, "", Distribution("", ""))
        if reason := switches.against(name):
            loading.skipped.append(Skipped(point, reason))
        elif not loading.is_taken(point):
            loading.attempt(point, at_once(host))
    return loading.report()


def at_once(host: Host) -> Callable[[EntryPoint], None]:
    """Return a function that loads and registers the plugin of an entry point."""
    return lambda point: load_plugin(host, point)


def load_plugin(host: Host, point: EntryPoint, stand_in: Lazy | None = None) -> None:
    """Load a plugin and register it, or replace its stand-in by it.

    Raises:
        PluginValidationError: It cannot be loaded, whatever it raised, or cannot be registered.
    """
    doing = f"loaded from '{point.value}'"
    try:
        loaded = point.load()
        plugin = loaded() if isinstance(loaded, type) else loaded
        doing = "registered"
        host.admit(plugin, point.name, _known(point), replacing=stand_in is not None, stand_in=stand_in)
    except KeyboardInterrupt:  # it comes from the user; whatever else is raised comes from the plugin
        raise
    except BaseException as exc:
        raise _failure(point, doing, exc) from exc


def _known(point: EntryPoint) -> Distribution | None:
    return point.distribution if point.group else None


def _needless(point: EntryPoint, others: list[EntryPoint]) -> str:
    """Return why an entry point cannot be a plugin of its own, or an empty string."""
    if os.path.basename(point.folder).startswith("~"):  # noqa: PTH119 - `pathlib` is slow to import
        return "left behind by an interrupted installation"
    same = [other for other in others if other.reference == point.reference]
    return f"the same as that of {same[0].distribution}" if same else ""


def _conflict(points: list[EntryPoint]) -> PluginValidationError:
    name = points[0].name
    offers = " and ".join(
        f"{point.distribution or 'a distribution without a name'} ('{point.value}')" for point in points
    )
    hint = f"uninstall all but one, or choose: prefer={{{name!r}: {points[0].distribution.name!r}}}"
    problem = Problem(f"is offered more than once, by {offers}", hint=hint, code="PK503")
    return PluginValidationError(name, (problem,))


def _failure(point: EntryPoint, doing: str, exc: BaseException) -> PluginValidationError:
    distribution = str(point.distribution)
    if isinstance(exc, PluginValidationError):
        return PluginValidationError(point.name, exc.problems, distribution)
    notes = "".join(f", {note}" for note in getattr(exc, "__notes__", ()))
    message = f"cannot be {doing}: {_described(exc)}{notes}"
    code = "PK502" if doing == "registered" else "PK501"
    problem = Problem(message, location=_place(point, exc), hint=_remedy(point), code=code)
    return PluginValidationError(point.name, (problem,), distribution)


def _place(point: EntryPoint, exc: BaseException) -> str:
    """Return `file:line` of the last line of the plugin's own code that led to an exception; empty if there is none.

    Code is the plugin's own if it is in the same package. If none of it has run, any code counts.
    """
    package = point.module.partition(".")[0]
    lines = list(places(exc))
    own = [line for owner, line in lines if owner == package]
    others = [line for _, line in lines]
    return _place_of_text(package, exc) or (own or others or [""])[-1]


def places(exc: BaseException) -> Iterator[tuple[str, str]]:
    """Yield the top-level package and `file:line` of each line that led to an exception, except of what loads code."""
    traceback = exc.__traceback__
    while traceback is not None:
        package = str(traceback.tb_frame.f_globals.get("__name__")).partition(".")[0]
        if package not in _LOADERS:
            yield package, f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}"
        traceback = traceback.tb_next


def _place_of_text(package: str, exc: BaseException) -> str:
    """Return the place in a file of a package that is not Python, or an empty string."""
    file = exc.filename if isinstance(exc, SyntaxError) else None
    if (file and file.endswith(f"{os.sep}{package}.py")) or f"{os.sep}{package}{os.sep}" in (file or ""):
        return f"{file}:{getattr(exc, 'lineno', 1)}"
    return ""


def _remedy(point: EntryPoint) -> str:
    if not point.group:
        return "fix it, or remove it from the names to load"
    return f"fix or uninstall {str(point.distribution) or 'its distribution'}, or block the name before loading"


def _described(exc: BaseException) -> str:
    try:
        text = str(exc)
    except Exception:  # it is the plugin's own exception, and may be broken as well
        text = "<exception str() failed>"
    return f"{type(exc).__name__}: {text}" if text else type(exc).__name__
