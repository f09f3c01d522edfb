"""`python -m jot` is the command `jot`."""

from __future__ import annotations

from jot.cli import main

main()
