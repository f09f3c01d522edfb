"""Writing files in one step, so that no reader finds half of one. This module knows nothing of what is in them."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def replace_file(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a file in one step: readers find the old text or the new one.

    Where the path is a link, the file that it leads to is replaced. A file that is replaced keeps its mode.
    """
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.urandom(8).hex()}")  # threads, and machines that share the folder
    try:
        temporary.write_text(text, encoding, newline="\n")  # line endings are kept
        with suppress(FileNotFoundError):
            temporary.chmod(path.stat().st_mode)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
