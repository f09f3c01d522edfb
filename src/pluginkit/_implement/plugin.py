"""The records of plugins: one that is registered, and the stand-in for one that is not loaded yet.

They know nothing of how a plugin is found, checked or called.
"""

# Without `from __future__ import annotations`: a named tuple would compile the text of each annotation, at each start.

from collections.abc import Iterable
from typing import NamedTuple

from pluginkit._declare.impl import HookImpl
from pluginkit._implement.scan import MarkedFunction


class Distribution(NamedTuple):
    """An installed distribution, as its metadata name it.

    Attributes:
        name: Its name; empty if it has lost its metadata.
        version: Its version.

    Example:
        >>> str(Distribution("report-links", "1.0"))
        'report-links 1.0'
    """

    name: str
    version: str

    def __str__(self) -> str:
        return " ".join(filter(None, self))


class Lazy:
    """The stand-in for a plugin that is not loaded yet; `_load.lazy` implements it.

    Attributes:
        distribution: The distribution that offers the plugin.
    """

    __slots__ = ("distribution",)

    distribution: Distribution

    def load(self, needed_by: str) -> bool:
        """Load the plugin, which replaces this stand-in.

        Args:
            needed_by: What it is needed for, as an error names it.

        Returns:
            Whether the plugin has replaced this. Otherwise the plugin is being loaded, and the caller that
            needs it continues without it.
        """
        del needed_by  # nothing replaces this one
        return False


class RegisteredPlugin:
    """What a registry knows about one plugin. It never changes.

    Attributes:
        name: The name of the plugin.
        plugin: The plugin.
        implementations: By hook, in the order of definition.
        constrained: Whether one of them has a `before` or `after`.
        distribution: The distribution that the plugin was loaded from, or None.
        token: Stays the same when waiting implementations take effect, and a new record replaces this one.
        waiting: Optional implementations of hooks that the registry does not have.
    """

    __slots__ = ("constrained", "distribution", "implementations", "name", "plugin", "token", "waiting")

    def __init__(
        self,
        name: str,
        plugin: object,
        implementations: Iterable[HookImpl],
        waiting: Iterable[MarkedFunction],
        *,
        token: object = None,
        distribution: Distribution | None = None,
    ) -> None:
        self.name: str = name
        self.plugin: object = plugin
        self.distribution: Distribution | None = distribution
        self.token: object = token or object()
        self.implementations: dict[str, tuple[HookImpl, ...]] = {}
        self.constrained: bool = False
        for impl in implementations:
            if impl.mark.before or impl.mark.after:
                self.constrained = True
            hook = impl.spec.name
            self.implementations[hook] = (*self.implementations.get(hook, ()), impl)
        self.waiting: tuple[MarkedFunction, ...] = tuple(waiting)
