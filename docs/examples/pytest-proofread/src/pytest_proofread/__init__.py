"""Run the checks of proofread in pytest. The fixtures are in `plugin`, which pytest finds by its entry point."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from proofread import Report

__all__ = ["Proofread"]


class Proofread(Protocol):
    """The type of the fixtures `proofread` and `proofread_check`, for the annotations of tests."""

    def __call__(self, *paths: str | Path) -> Report:
        """Proofread files, and the Markdown files below folders; relative ones are relative to pytest's root folder.

        Returns:
            The report, in which nothing is found.

        Raises:
            pytest.fail.Exception: Something is found: the message is the report.
        """
        ...
