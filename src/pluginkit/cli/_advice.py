"""What `pluginkit check` warns of though nothing is refused: what will go, what is never called, what has no effect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pluginkit._errors import PluginValidationError, Problem, closest
from pluginkit._registry import RegistryHost
from pluginkit.cli._static import implementations_of
from pluginkit.cli._text import counted

if TYPE_CHECKING:
    from pluginkit._registry import Registry
    from pluginkit.cli._target import Target


def warnings_about(registry: Registry[Any], target: Target) -> Iterator[PluginValidationError]:
    """Yield warnings about the plugins of a registry, in the form of errors."""
    host = RegistryHost(registry)
    yield from host.unmarked()
    yield from host.deprecations()
    yield from _order(registry, target)
    yield from _unknown_groups(target)
    yield from _eager_groups(host, target)


def _order(registry: Registry[Any], target: Target) -> Iterator[PluginValidationError]:
    """Yield a warning for each name in `before=` and `after=` that no plugin has, whether it is loaded or not."""
    known = {*registry.plugin_names(), *(skipped.entry_point.name for skipped in target.report.skipped)}
    known |= {error.plugin_name for error in target.report.failed}
    for impl in implementations_of(registry):
        for option, names in (("before", impl.mark.before), ("after", impl.mark.after)):
            for name in names:
                if name not in known:
                    yield PluginValidationError(
                        impl.plugin_name,
                        (
                            Problem(
                                f"{option}= names '{name}', which is not a plugin of this registry",
                                hook=impl.spec.qualified_name,
                                location=impl.location,
                                hint=closest(name, known) or "correct the name, if the plugin is not just missing here",
                                code="PK130",
                            ),
                        ),
                    )


def _unknown_groups(target: Target) -> Iterator[PluginValidationError]:
    """Yield a warning for each group that no distribution offers."""
    for group, hint in target.unknown_groups:
        yield PluginValidationError("", (Problem(f"no distribution offers '{group}'", hint=hint, code="PK508"),))


def _eager_groups(host: RegistryHost, target: Target) -> Iterator[PluginValidationError]:
    """Yield a warning for each group whose plugins might be imported later."""
    for group in host.eager_groups():
        names = [point.name for point in target.report.loaded if point.group == group]
        if names:
            message = f"imports {counted(len(names), 'plugin')} of '{group}' at the start: {', '.join(names)}"
            hint = "load_entrypoints(..., lazy=True) imports a plugin when one of its hooks is called"
            yield PluginValidationError("", (Problem(message, hint=hint, code="PK509"),))
