"""The record of an entry point, and reading the text that it is written in.

A file `entry_points.txt` has sections, one for each group, with a line for each entry point. Rules are those of
`importlib.metadata`. This module imports a plugin when it is asked to, and knows no registry.
"""

# Without `from __future__ import annotations`: a named tuple would compile the text of each annotation, at each start.

from collections.abc import Iterator
from importlib import import_module
from typing import NamedTuple

from pluginkit._implement.plugin import Distribution


class EntryPoint(NamedTuple):
    """One entry point of a distribution: a plugin that can be loaded.

    Attributes:
        name: Its name, which becomes the plugin's.
        value: What it refers to, `module` or `module:attribute`.
        group: The group under which it is offered; empty for a plugin of `load_modules`.
        distribution: The distribution that offers it.
        folder: Where the metadata of the distribution are; empty if that is not a folder.

    Example:
        >>> point = EntryPoint("joiner", "os:path.join", "some.group", Distribution("some-dist", "1.0"))
        >>> point.load().__name__
        'join'
    """

    name: str
    value: str
    group: str
    distribution: Distribution
    folder: str = ""

    @property
    def module(self) -> str:
        """The module that is imported.

        Example:
            >>> point.module
            'os'
        """
        return self.reference[0]

    @property
    def reference(self) -> tuple[str, str]:
        """The module, and the attribute of it that is the plugin; that is empty if the module is.

        Example:
            >>> point.reference
            ('os', 'path.join')
        """
        module, _, attribute = self.value.partition("[")[0].partition(":")
        return module.strip(), attribute.strip()

    def load(self) -> object:
        """Import what it refers to.

        Raises:
            Exception: Whatever importing raises; AttributeError for a missing attribute.

        Example:
            >>> import os
            >>> point.load() is os.path.join
            True
        """
        module, attribute = self.reference
        found: object = import_module(module)
        for name in filter(None, attribute.split(".")):
            found = getattr(found, name)
        return found


def lines_of(text: str) -> Iterator[tuple[str, int, str]]:
    """Yield group, number and text of each line that is to be an entry point."""
    group = ""
    for number, line in enumerate(map(str.strip, text.splitlines()), 1):
        if line.startswith("[") and line.endswith("]"):
            group = line.strip("[]")
        elif line and not line.startswith("#"):
            yield group, number, line


def normalised(name: str) -> str:
    """Return the name of a distribution in the one way of several in which it may be written."""
    name = name.lower().replace("-", "_").replace(".", "_")
    while "__" in name:
        name = name.replace("__", "_")
    return name
