"""`python -m pluginkit`: the command line."""

from __future__ import annotations

import sys

from pluginkit.cli import main

sys.exit(main())
