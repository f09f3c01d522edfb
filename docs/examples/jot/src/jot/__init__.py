"""Take notes at the command line.

The program can add notes and list them. Every further command is a plugin: this package declares the hooks (`hooks`),
calls them (`cli`, `notebook`), and brings some plugins (`plugins`).
"""

from __future__ import annotations

from jot.hooks import JotSpec
from jot.notebook import Notebook, notebook_of

__all__ = ["JotSpec", "Notebook", "notebook_of"]
