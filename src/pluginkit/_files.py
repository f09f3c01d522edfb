"""Writing files in one step, so that no reader finds half of one. This module knows nothing of what is in them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def replace_file(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a file in one step: readers find the old text or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding, newline="\n")  # line endings are kept
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
