"""`python -m proofread` is the command `proofread`."""

from __future__ import annotations

import sys

from proofread.cli import main

sys.exit(main())
