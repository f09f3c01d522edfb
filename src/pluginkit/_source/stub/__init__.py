"""Stubs for spec modules: from the source of one to the text of the other.

`module` decides what of a module is kept, `hooks` writes the shapes of its hooks, `names` and `types` read what names
and values mean, `layout` writes lines as `ruff format` does. Nothing here reads or writes files.
"""
