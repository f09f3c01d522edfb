"""Files that plugins keep: JSON, which is written as a whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def read(file: Path) -> dict[str, Any]:
    """Return what is in a file; nothing, if it is not there yet."""
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def write(file: Path, content: Mapping[str, object]) -> None:
    """Replace a file in one step: whoever reads it, or starts after a crash, finds the old content or the new."""
    beside = file.with_suffix(".new")
    beside.write_text(json.dumps(content, indent=2), encoding="utf-8")
    beside.replace(file)
