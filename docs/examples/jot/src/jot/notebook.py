"""Where notes are kept, and how commands get at them."""

from __future__ import annotations

from pathlib import Path

import typer

from jot.hooks import JotSpec
from jot.output import complain_of


class Notebook:
    """The notes in a file, one on each line."""

    def __init__(self, file: Path, hook: JotSpec) -> None:
        self._file = file
        self._hook = hook

    def notes(self) -> list[str]:
        """Return all notes, the oldest first."""
        return self._file.read_text(encoding="utf-8").splitlines() if self._file.exists() else []

    def add(self, text: str) -> str:
        """Add a note, and return it as it is kept. It is kept as it was given if a plugin fails."""
        try:
            text = self._hook.adding(text=text)
        except Exception as error:
            complain_of(error)
        note = " ".join(text.splitlines())
        with self._file.open("a", encoding="utf-8") as file:
            file.write(f"{note}\n")
        return note


def notebook_of(context: typer.Context) -> Notebook:
    """Return the notebook that a command is for.

    Raises:
        LookupError: The command was not called by `jot`.
    """
    notebook = context.find_object(Notebook)
    if notebook is None:
        raise LookupError("there is no notebook: this command was not called by jot")
    return notebook
