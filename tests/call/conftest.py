"""What pytest collects here."""

from __future__ import annotations

import sys

collect_ignore = [] if sys.version_info >= (3, 14) else ["test_interpreters.py"]  # there is one interpreter before
