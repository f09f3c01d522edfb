"""`load_environment`: the plugins that another environment offers, each in a process of its own.

A worker of that environment reads its entry points; nothing is imported for that. What is loaded, skipped and
refused, and how it is reported, is as for the plugins of the host's own environment.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

from pluginkit import Distribution, EntryPoint, LoadReport, PluginValidationError, Problem
from pluginkit._load.discovery import Choice, load_group
from pluginkit._load.lazy import LazyLoading
from pluginkit._registry import RegistryHost
from pluginkit.isolated._client import Client
from pluginkit.isolated._errors import IsolationError
from pluginkit.isolated._limits import Limits
from pluginkit.isolated._plugin import isolated, problem_of
from pluginkit.isolated._process import Launch, end, launch_of
from pluginkit.isolated._wire import PROTOCOL, Hello

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pluginkit import Registry
    from pluginkit._implement.plugin import Lazy
    from pluginkit._load.discovery import Host


def load_environment(
    registry: Registry[Any],
    spec: Callable[..., object],
    group: str,
    *,
    python: str | os.PathLike[str],
    workers: int = 1,
    limits: Limits = Limits(),  # noqa: B008 - it does not change
    command: Sequence[str] = (),
    paths: Sequence[str | os.PathLike[str]] = (),
    only: Iterable[str] | None = None,
    exclude: Iterable[str] | None = None,
    prefer: Mapping[str, str] | None = None,
    ignore_errors: bool = False,
    lazy: bool = False,
) -> LoadReport:
    """Register the plugins that another environment offers under an entry point group, each isolated.

    Each plugin has workers of its own. They end with the program, or when the plugin that `registry.get_plugin` gives
    is closed.

    Args:
        registry: Where they are registered.
        spec: The spec whose hooks they implement: that of the registry, or one that it is composed of.
        group: The entry point group.
        python: The Python of the other environment.
        workers: As for `isolated`; for each plugin.
        limits: As for `isolated`.
        command: As for `isolated`.
        paths: As for `isolated`.
        only: The names that may be loaded; one that nothing offers is an error.
        exclude: Names that are not loaded.
        prefer: For a name that several distributions offer, the distribution that is to be taken.
        ignore_errors: Go on after a plugin that cannot be loaded or registered, and report it.
        lazy: Start the workers of a plugin only when a hook that it implements is first called. What it implements is
            known from an earlier start, as for `Registry.load_entrypoints`.

    Returns:
        What was loaded, skipped, and failed.

    Raises:
        PluginValidationError: A plugin cannot be loaded or registered. Plugins before it stay registered.
        WorkerDied: The environment cannot be used.

    Example:
        >>> import sys
        >>> from typing import Protocol
        >>> from pluginkit import Registry, hookspec
        >>> class GreetSpec(Protocol):
        ...     @hookspec
        ...     def greet(self, *, name: str) -> str: ...
        >>> load_environment(Registry(GreetSpec), GreetSpec, "greet.plugins", python=sys.executable)
        <LoadReport: 0 loaded, 0 skipped, 0 failed>
    """
    choice = Choice(only, exclude, prefer or {})
    host = RegistryHost(registry)

    def load(host: Host, point: EntryPoint, stand_in: Lazy | None) -> None:
        target = point.value.partition("[")[0].strip()
        try:
            plugin = isolated(spec, target, python=python, workers=workers, limits=limits, command=command, paths=paths)
        except (IsolationError, PluginValidationError) as error:
            raise _of(point, error) from error.__cause__
        try:
            host.admit(plugin, point.name, point.distribution, replacing=stand_in is not None, stand_in=stand_in)
        except BaseException:
            plugin.close()
            raise

    folders = [os.fspath(path) for path in paths]
    launch = launch_of(python, command, folders)
    keys, broken = find_there(launch, group, limits)
    admit: Callable[[EntryPoint], None] = partial(load, host, stand_in=None)
    if lazy:
        place = "\n".join((group, *launch.command, *folders))
        loading = LazyLoading(host, place, ignore_errors=ignore_errors, load=load, key_of=keys.get, is_elsewhere=True)
        admit = loading.admit
    return load_group(host, keys, choice, admit, ignore_errors=ignore_errors, broken=broken)


def _of(point: EntryPoint, error: IsolationError | PluginValidationError) -> PluginValidationError:
    """Return an error as one about the plugin of an entry point."""
    if isinstance(error, PluginValidationError):
        problems = error.problems
    else:
        message = f"cannot be loaded from '{point.value}' in {error.environment}: {error.message}"
        problems = (Problem(message, hint=error.hint, code="PK706"),)
    return PluginValidationError(point.name, problems, str(point.distribution))


def find_there(
    launch: Launch, group: str, limits: Limits
) -> tuple[dict[EntryPoint, str | None], list[PluginValidationError]]:
    """Return the entry points of a group in another environment, and an error for whatever cannot be read there.

    Each comes with what its record is filed under; see `LazyLoading`.

    Raises:
        WorkerDied: The environment cannot be used.
    """
    client = Client(launch, "", f"entry points of {group}", limits)
    worker, ready = client.greet(Hello(PROTOCOL, "", "", group))
    end([worker])
    points = {
        EntryPoint(each.name, each.value, group, Distribution(each.distribution, each.version), each.folder): (
            each.key or None
        )
        for each in ready.offered
    }
    broken = [
        PluginValidationError("", tuple(map(problem_of, each.problems)), each.distribution) for each in ready.broken
    ]
    return points, broken
