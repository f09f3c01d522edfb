"""Plugins that installed distributions offer under an entry point group.

The registry imports this module when it is asked to discover. Whatever a plugin does while it is imported, made or
registered, only that plugin fails.
"""

from __future__ import annotations

from pluginkit._entrypoints import find
from pluginkit._errors import PluginValidationError, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from pluginkit._entrypoints import Point


class LoadReport:
    """What `Registry.load_entrypoints` did.

    Attributes:
        loaded: The names of the plugins that were registered.
        skipped: The names that were blocked, or registered before; nothing of these was imported.
        failed: One error for each plugin that could not be loaded or registered.

    Example:
        >>> LoadReport(("links",), (), ())
        <LoadReport: 1 loaded, 0 skipped, 0 failed>
    """

    __slots__ = ("failed", "loaded", "skipped")

    def __init__(
        self, loaded: tuple[str, ...], skipped: tuple[str, ...], failed: tuple[PluginValidationError, ...]
    ) -> None:
        self.loaded: tuple[str, ...] = loaded
        self.skipped: tuple[str, ...] = skipped
        self.failed: tuple[PluginValidationError, ...] = failed

    def __repr__(self) -> str:
        return f"<LoadReport: {len(self.loaded)} loaded, {len(self.skipped)} skipped, {len(self.failed)} failed>"


def load(
    group: str, register: Callable[[object, str], object], *, skip: Container[str], ignore_errors: bool
) -> LoadReport:
    """Load every entry point of a group and hand what it is to `register`; see `Registry.load_entrypoints`."""
    loaded: list[str] = []
    skipped: list[str] = []
    failed: list[PluginValidationError] = []
    for point in sorted(find(group), key=lambda point: (point.name, _distribution(point), point.value)):
        if point.name in skip:
            skipped.append(point.name)
            continue
        doing = f"loaded from '{point.value}'"
        try:
            plugin = _made(point.load())
            doing = "registered"
            register(plugin, point.name)
        except (Exception, SystemExit) as exc:
            error = _failure(point, doing, exc)
            if not ignore_errors:
                raise error from exc
            error.__cause__ = exc
            failed.append(error)
        else:
            loaded.append(point.name)
    return LoadReport(tuple(loaded), tuple(skipped), tuple(failed))


def _made(plugin: object) -> object:
    """Return an instance of a plugin that is a class, and any other plugin as it is."""
    return plugin() if isinstance(plugin, type) else plugin


def _distribution(point: Point) -> str:
    return " ".join(filter(None, (point.distribution, point.version)))


def _failure(point: Point, doing: str, exc: BaseException) -> PluginValidationError:
    distribution = _distribution(point)
    if isinstance(exc, PluginValidationError):
        return PluginValidationError(point.name, exc.problems, distribution)
    notes = "".join(f", {note}" for note in getattr(exc, "__notes__", ()))
    message = f"cannot be {doing}: {_described(exc)}{notes}"
    hint = f"mend or uninstall {distribution or 'its distribution'}, or block the name before loading"
    return PluginValidationError(point.name, (Problem(message, hint=hint),), distribution)


def _described(exc: BaseException) -> str:
    try:
        text = str(exc)
    except Exception:  # it is the plugin's own exception, and may be broken as well
        text = "<exception str() failed>"
    return f"{type(exc).__name__}: {text}" if text else type(exc).__name__
