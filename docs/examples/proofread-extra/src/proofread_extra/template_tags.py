"""Replace template tags by fillers: `{{ name }}`, `{% if name %}` and the like, which site generators fill in.

This plugin does not import its host: a bare `@hookimpl` goes by the function's name. It is checked when it is
registered, and it would work on any host that has a `normalise` hook with a `text`.
"""

from __future__ import annotations

import re

from pluginkit import hookimpl

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


@hookimpl(before="code")
def normalise(text: str) -> str:
    """Fill the tags, line for line; a backtick within a tag must not begin a code span."""
    return TAG.sub(lambda tag: re.sub(r"\S", "\N{OBJECT REPLACEMENT CHARACTER}", tag[0]), text)
