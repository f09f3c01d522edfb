"""What an expression of LibCST is, where it is written out."""

from __future__ import annotations

import libcst as cst


def is_off(node: cst.BaseExpression) -> bool:
    """Tell whether an option is turned off by `False` or `None`."""
    return isinstance(node, cst.Name) and node.value in ("False", "None")


def is_on(node: cst.BaseExpression) -> bool:
    """Tell whether an option is turned on by `True`."""
    return isinstance(node, cst.Name) and node.value == "True"


def text_of(node: cst.BaseExpression) -> str | None:
    """Return a string that is written out, or None."""
    if isinstance(node, cst.SimpleString | cst.ConcatenatedString):
        value = node.evaluated_value
        return value if isinstance(value, str) else None
    return None
