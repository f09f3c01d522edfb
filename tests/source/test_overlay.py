"""Source as type checkers can check it: which implementations take the rest, and what stays as it is."""

from __future__ import annotations

import ast
from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pluginkit._source.overlay import with_rest
from pluginkit._source.project import Project

if TYPE_CHECKING:
    from pathlib import Path

HOST = """\
from typing import Protocol
from pluginkit import hookspec

class Spec(Protocol):
    @hookspec
    def x(self, *, a: int, b: int = 1, c: int) -> int: ...
    @hookspec
    async def y(self, *, a: int) -> int: ...
    @hookspec
    def z(self) -> int: ...
"""
HEAD = "from host import Spec\nfrom pluginkit import hookimpl\n\nclass Plugin:\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with a host."""
    (tmp_path / "host.py").write_text(HOST)
    return tmp_path


def overlaid(project: Path, body: str, head: str = HEAD) -> str:
    """Return what stands for the body of a plugin."""
    file = project / "plugin.py"
    file.write_text(head + indent(dedent(body), "    "), encoding="utf-8", newline="")
    source = Project(file)
    text = with_rest(source.sources.at(file), source)
    assert text.startswith(head)
    return dedent(text.removeprefix(head))


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("self", "self, **_others: object"),
        ("self, a: int", "self, a: int, **_others: object"),
        ("self, a: int,", "self, a: int, **_others: object"),
        ("self, c, a", "self, c, a, **_others: object"),
        ("self, *, b=2", "self, *, b=2, **_others: object"),
        ("self, a: dict[int, int] = {1: (2, 3)}", "self, a: dict[int, int] = {1: (2, 3)}, **_others: object"),
        ("self, _others_, a", None),
        ("self, /, a", "self, /, a, **_others: object"),
        ("self, a, b, c", None),
        ("self, a, **rest: object", None),
        ("self, a, *rest", None),
        ("self, a, /", None),
        ("self, d", None),
        ("self, a, d=1", None),
    ],
)
def test_which_take_the_rest(project: Path, parameters: str, expected: str | None) -> None:
    """Those that leave out parameters of the hook, and have none that it lacks."""
    body = "@hookimpl(Spec.x)\ndef x({}) -> int:\n    return 1\n"
    assert overlaid(project, body.format(parameters)) == body.format(expected or parameters)


@pytest.mark.parametrize(
    ("decorators", "takes"),
    [
        ("@hookimpl(Spec.x, tryfirst=True)", True),
        ("@hookimpl(Spec.x, wrapper=True)", True),
        ("@classmethod\n@hookimpl(Spec.x)", True),
        ("@staticmethod\n@hookimpl.function(Spec.x)", False),
        ("@hookimpl(Spec.y)", True),
        ("@hookimpl(Spec.z)", False),
        ("@hookimpl(Spec.unknown)", False),
        ("@hookimpl(unknown.x)", False),
        ("@hookimpl", False),
        ("@other", False),
        ("", False),
    ],
)
def test_of_which_hooks(project: Path, decorators: str, takes: bool) -> None:
    """Those that refer to a hook that can be found: checkers see no other."""
    before, after = f"{decorators}\ndef x(self", ") -> int:\n    return 1\n"
    assert overlaid(project, f"{before}{after}") == f"{before}{', **_others: object' if takes else ''}{after}"


def test_name_that_is_used(project: Path) -> None:
    """The name of the rest is one that the function does not use."""
    body = "@hookimpl(Spec.x)\ndef x(self, a: int) -> int:\n    return _others(lambda _others_: a)\n"
    assert "a: int, **_others__: object)" in overlaid(project, body)


def test_lines_stay(project: Path) -> None:
    """Every line stays where it is, with its comment, whatever the line ends."""
    body = "@hookimpl(Spec.x)\ndef x(\n    self,  # it\n    a: int,  # é, this\n) -> int: ...\n".replace("\n", "\r\n")
    expected = body.replace("a: int,", "a: int, **_others: object")
    assert overlaid(project, body) == expected


def test_function_of_a_module(project: Path) -> None:
    """Functions of a module take the rest as well."""
    head = "import host as h, pluginkit as pk\n"
    file = project / "plugin.py"
    file.write_text(f"{head}@pk.hookimpl.function(h.Spec.x)\ndef x(a: int) -> int: ...\n")
    source = Project(file)
    assert "def x(a: int, **_others: object)" in with_rest(source.sources.at(file), source)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.data())
def test_naive_model(project: Path, data: st.DataObject) -> None:
    """What is added is one `**` parameter, and only where all names are some of the hook's, but not all."""
    names = data.draw(st.lists(st.sampled_from("abcd"), unique=True))
    start = len(names) - data.draw(st.integers(0, 4))
    written = ["self", *(f"{name}: int{' = 1' if place >= start else ''}" for place, name in enumerate(names))]
    end = data.draw(st.sampled_from(["", ","]))
    text = overlaid(project, f"@hookimpl(Spec.x)\ndef x({', '.join(written)}{end}) -> int: ...\n")
    (function,) = ast.parse(text).body
    assert isinstance(function, ast.FunctionDef)
    assert [each.arg for each in function.args.args] == ["self", *names]
    assert (function.args.kwarg is not None) is (set(names) < set("abc"))
