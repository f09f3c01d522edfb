"""What pytest hands to the tests of isolated plugins."""

from __future__ import annotations

from isolated_runs import start

__all__ = ["start"]
