"""The records of what discovery did.

They are public, and annotations name them: every program imports them, also one that discovers nothing. So this module
imports nothing of what finds and loads plugins, unless a report is asked for a hint.
"""

# Without `from __future__ import annotations`: a named tuple would compile the text of each annotation, at each start.

from typing import NamedTuple

from pluginkit._errors import PluginValidationError, closest
from pluginkit._load.entrypoints import EntryPoint


class Skipped(NamedTuple):
    """An entry point that was not loaded; nothing of it was imported.

    Attributes:
        entry_point: The entry point.
        reason: Why it was skipped, such as "blocked".

    Example:
        >>> from pluginkit import Distribution, EntryPoint
        >>> Skipped(EntryPoint("links", "links", "report", Distribution("links", "1.0")), "blocked").reason
        'blocked'
    """

    entry_point: EntryPoint
    reason: str


class LoadReport(NamedTuple):
    """What `Registry.load_entrypoints` or `Registry.load_modules` did.

    Attributes:
        loaded: The plugins that were registered, with the distributions that offer them.
        skipped: Those that were skipped, and why.
        failed: One error for each plugin that could not be loaded or registered, and for each distribution whose
            entry points could not be read.
        unknown_group: The entry point group, if no installed distribution offers anything under it; else empty.

    Example:
        >>> LoadReport((), (), ())
        <LoadReport: 0 loaded, 0 skipped, 0 failed>
    """

    loaded: tuple[EntryPoint, ...]
    skipped: tuple[Skipped, ...]
    failed: tuple[PluginValidationError, ...]
    unknown_group: str = ""

    def __repr__(self) -> str:
        unknown = f", no distribution offers '{self.unknown_group}'" if self.unknown_group else ""
        counts = f"{len(self.loaded)} loaded, {len(self.skipped)} skipped, {len(self.failed)} failed"
        return f"<LoadReport: {counts}{unknown}>"

    def __str__(self) -> str:
        return "\n".join(filter(None, (repr(self), self.hint and f"Hint: {self.hint}")))

    @property
    def hint(self) -> str:
        """What to do about a group that is unknown, such as "did you mean 'report.plugins'?"; else empty.

        It looks through all installed distributions.

        Example:
            >>> LoadReport((), (), (), "console_script").hint
            "did you mean 'console_scripts'?"
        """
        if not self.unknown_group:
            return ""
        from pluginkit._load.finding import groups  # late: few programs ask

        return closest(self.unknown_group, groups()) or "install a distribution that offers it"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the plugins that were registered.

        Example:
            >>> from pluginkit import Distribution, EntryPoint
            >>> links = EntryPoint("links", "links", "report.plugins", Distribution("links", "1.0"))
            >>> LoadReport((links,), (), ()).names
            ('links',)
        """
        return tuple(point.name for point in self.loaded)
