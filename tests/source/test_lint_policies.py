"""What lint says of policies: options of hooks that are refused, and what is deprecated."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pluginkit
from pluginkit._source.lint.codes import RULES
from pluginkit._source.lint.run import Linter

if TYPE_CHECKING:
    import pytest

SPEC = """
from typing import Protocol
from typing_extensions import deprecated
from pluginkit import hookimpl, hookspec
LIMIT = 2
def marked(function):
    return function
class S(Protocol):
    @hookspec(timeout=True)
    async def number(self, *, a: int) -> int: ...
    @hookspec(timeout=2)
    def plain(self, *, a: int) -> int: ...
    @hookspec(deprecated="use it not")
    def text(self, *, a: int) -> int: ...
    @hookspec(deprecated={"b": "gone"})
    def other(self, *, a: int) -> int: ...
    @hookspec(timeout=LIMIT, deprecated=dict(a="gone"))
    async def unknown(self, *, a: int) -> int: ...
    @hookspec(timeout=None, deprecated={"a": "it is 0"})
    @deprecated("use unknown")
    def old(self, *, a: int = 0) -> int: ...
    @hookspec
    @marked
    @deprecated(LIMIT * "x")
    def older(self, *, a: int = 0) -> int: ...
class Plugin:
    @hookimpl(S.old)
    def old(self, a: int) -> int: return a
    @hookimpl(S.unknown)
    def unknown(self, a: int) -> int: return a
    @hookimpl(S.older)
    def older(self, **rest: object) -> int: return 1
"""


def test_policies_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `@hookspec` refuses is an error, what is deprecated a warning; what cannot be told from source is neither."""
    monkeypatch.chdir(tmp_path)
    Path("host.py").write_text(SPEC)
    found = [(each.code, each.message) for each in Linter().lint(Path("host.py"))[1].findings]
    assert sorted(found) == [
        ("PK128", "S.old: is deprecated: use unknown"),
        ("PK128", "S.older: is deprecated"),
        ("PK129", "S.old: takes the deprecated parameter 'a': it is 0"),
        ("PK216", "S.number has timeout=True, which is not a number of seconds"),
        ("PK217", "S.plain cannot have a timeout: it is not async"),
        ("PK218", "S.other has no parameter 'b' for deprecated="),
        ("PK218", "S.text has deprecated='use it not', which does not map parameters to reasons"),
    ]


def test_every_misfit_is_a_rule_of_lint() -> None:
    """What the one predicate finds is never dropped: lint has a rule for each of its codes."""
    source = Path(pluginkit.__path__[0], "_fits.py").read_text("utf-8")
    assert set(re.findall(r'Misfit\(\s*"(PK\d+)"', source)) <= RULES.keys()
