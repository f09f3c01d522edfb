"""What the rooms of a migration pass to each other. It knows none of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

Kind = Literal["impl", "spec"]


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """Something that is left to the author.

    Attributes:
        line: Where it is in the source, counted from 1.
        message: What was not decided, or is to be done by hand.
        hint: What to do.
    """

    line: int
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be migrated, and what the new source refers to.

    Attributes:
        name: The name for a spec, or empty for one made of the project's name.
        module: The module of a spec that implementations refer to, or empty.
        spec: That spec.
        project: The project whose markers are migrated, or empty for the only one there is.
        infer: Whether types are proposed for what is not annotated.
    """

    name: str = ""
    module: str = ""
    spec: str = ""
    project: str = ""
    infer: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A module as it was read.

    Attributes:
        path: Its file.
        text: Its source, without a byte order mark; the ends of lines are those of the file.
    """

    path: Path
    text: str


@dataclass(frozen=True, slots=True)
class Migrated:
    """What has become of a module.

    Attributes:
        path: Its file.
        old: Its source before.
        new: Its source after; the same one, if there is nothing to change.
        notes: What is left to the author.
        hooks: The hooks that are declared for pluginkit now.
        implementations: The implementations that are marked for pluginkit now.
    """

    path: Path
    old: str
    new: str
    notes: tuple[Note, ...] = ()
    hooks: tuple[str, ...] = ()
    implementations: tuple[str, ...] = ()


class UndecidedError(Exception):
    """Something of a module cannot be decided, so that part of the module stays as it is."""

    def __init__(self, *notes: Note) -> None:
        super().__init__(*notes)
        self.notes = notes
