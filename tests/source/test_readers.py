"""Whatever reads specs from source reads the same: stubs, diff and lint agree with each other and with run time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lint_cases import linted

from pluginkit import BaseSpec, HookSpecError
from pluginkit._declare.spec import hooks_of
from pluginkit._source.diff import read_specs
from pluginkit._source.model import model_of
from pluginkit._source.stub.module import Options, StubError, generate
from pluginkit.cli.stubs import stubs_of

HEAD = "import contextlib\nfrom typing import Protocol\nfrom pluginkit import hookspec\n"
METHOD = "@hookspec{options}\n{indent}def a(self, *, x: int) -> int: ...\n"


def in_spec(options: str = "") -> str:
    """Return a spec with one hook."""
    return f"{HEAD}class S(Protocol):\n    {METHOD.format(options=options, indent='    ')}"


def at_run_time(source: str, name: str = "S") -> dict[str, BaseSpec] | str:
    """Return the hooks that run time sees in a spec, or why it refuses them."""
    namespace: dict[str, Any] = {"__name__": "m"}
    try:
        exec(source, namespace)
        spec: Any = namespace
        for each in name.split("."):
            spec = spec[each] if isinstance(spec, dict) else getattr(spec, each)
        return dict(hooks_of(spec))
    except HookSpecError as error:
        return error.message


def stubbed(source: str) -> str:
    """Return the stub of a module, or why there is none, without the name of the hook."""
    try:
        return generate(source, "m.py", "m", Options())
    except StubError as error:
        return error.problem.message.partition(" ")[2]


def compared(source: str, name: str = "S") -> dict[str, str] | str:
    """Return the modes that diff reads, or why it refuses the module, without the name of the hook."""
    try:
        return {hook: each.mode.partition("=")[0] for hook, each in read_specs(source)[name].hooks.items()}
    except StubError as error:
        return error.problem.message.partition(" ")[2]


@pytest.mark.parametrize(
    "options",
    [
        "",
        "()",
        "(historic=False)",
        "(historic=True)",
        "(firstresult=True)",
        "(firstresult=None, historic=False)",
        "(pipeline='x')",
        "(pipeline=None)",
        "(pipeline='nope')",
        "(pipeline='')",
        "(firstresult=True, historic=True)",
        "(firstresult=True, pipeline='x')",
        "(concurrent=True)",
        "(concurrent=False)",
    ],
)
def test_options(options: str) -> None:
    """A mode is on where run time turns it on, and what run time refuses is refused in its words."""
    source = in_spec(options)
    expected = at_run_time(source)
    found = compared(source)
    if isinstance(expected, str):
        assert (found, stubbed(source)) == (expected, expected)
        assert [each.message.partition(" ")[2] for each in linted(source)][:1] == [expected]
    else:
        assert found == {name: hook.mode for name, hook in expected.items()}
        assert "    @_S_a\n    @hookspec" in stubbed(source)
        assert linted(source) == []


PLACES = {
    "with contextlib.nullcontext():": "",
    "if True:": "",
    "try:": "except ImportError:\n        pass\n",
    "for _ in (1,):": "",
}


@pytest.mark.parametrize(("before", "after"), PLACES.items())
def test_hooks_in_statements(before: str, after: str) -> None:
    """A hook is one wherever in the body of its spec it is declared."""
    method = METHOD.format(options="", indent="        ")
    source = f"{HEAD}class S(Protocol):\n    {before}\n        {method}" + (f"    {after}" if after else "")
    expected = at_run_time(source.replace("for _ in (1,)", "if 1"))  # `_` would be a member
    assert isinstance(expected, dict)
    assert compared(source) == {"a": "collect"}
    assert "_S_self_x" in stubbed(source)


def test_nested_specs() -> None:
    """A spec in a class is one; its shapes stand before the outermost class, where its names can be seen."""
    source = f"{HEAD}class Outer:\n    class S(Protocol):\n        {METHOD.format(options='', indent='        ')}"
    expected = at_run_time(source, "Outer.S")
    assert isinstance(expected, dict)
    assert compared(source, "Outer.S") == {name: hook.mode for name, hook in expected.items()}
    stub = stubbed(source)
    assert stub.index("\n_S_a: ") < stub.index("\nclass Outer:")
    assert "        @_S_a\n        @hookspec\n" in stub


@pytest.mark.parametrize(
    "marker", ["from myhost.api import hookspec", "from myhost import api", "from myhost.api import *"]
)
def test_markers_that_a_package_hands_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, marker: str) -> None:
    """A marker is followed through the modules that it is imported from, under any name."""
    (tmp_path / "myhost").mkdir()
    (tmp_path / "myhost" / "__init__.py").write_text("raise RuntimeError\n")
    (tmp_path / "myhost" / "api.py").write_text("from pluginkit import hookspec\nmark = hookspec\n")
    decorator = "@api.mark" if "api\n" in f"{marker}\n" and "import api" in marker else "@hookspec"
    text = in_spec().replace("from pluginkit import hookspec", marker).replace("@hookspec", decorator)
    (tmp_path / "hooks.py").write_text(text)
    monkeypatch.chdir(tmp_path)
    (stub,) = stubs_of("hooks", None)
    assert "_S_self_x" in stub.text


def test_a_marker_that_is_not_there() -> None:
    """Where its module cannot be found, its name tells: a version of a module from a repository is read alone."""
    source = in_spec().replace("from pluginkit import hookspec", "from myhost.api import hookspec")
    assert compared(source) == {"a": "collect"}
    assert "_S_self_x" in stubbed(source)


def test_classes_with_arguments_of_types() -> None:
    """A base with type arguments is not an enumeration, so that the values of its members are types."""
    stub = generate("class A(list[int]):\n    x = 1\n", "m.py", "m", Options(specs=False))
    assert "    x: int\n" in stub


def test_what_is_bound_twice() -> None:
    """Of alternatives the first counts, as for type checkers."""
    source = (
        f"{HEAD}class S(Protocol):\n    if True:\n        @hookspec\n        def a(self, *, x: int) -> int: ...\n"
        "    else:\n        @hookspec\n        def a(self, *, y: int) -> int: ...\n"
    )
    assert list(read_specs(source)["S"].hooks["a"].parameters) == ["x"]
    model, module = model_of("m.py", "m", source)
    assert len(model.hooks_by_node(module)) == 2


OPTIONS = st.lists(
    st.sampled_from(["firstresult=True", "historic=True", "pipeline='x'", "concurrent=True", "historic=False"]),
    unique=True,
).filter(lambda given: len({each.partition("=")[0] for each in given}) == len(given))
PARAMETERS = st.lists(
    st.sampled_from(["self", "x", "y", "/", "*", "*args", "z=1", "**rest"]), unique=True, min_size=1, max_size=6
)


@given(name=st.sampled_from(["a", "_a", "__a"]), parameters=PARAMETERS, options=OPTIONS, is_async=st.booleans())
def test_declarations(name: str, parameters: list[str], options: list[str], is_async: bool) -> None:
    """What run time refuses of a declaration lint refuses in its words, and nothing else."""
    head = f"{'async ' if is_async else ''}def {name}({', '.join(parameters)})"
    source = f"{HEAD}class S(Protocol):\n    @hookspec({', '.join(options)})\n    {head}: ...\n"
    try:
        compile(source, "m.py", "exec")
    except SyntaxError:
        return
    expected = at_run_time(source)
    words = [each.message.partition(" ")[2] for each in linted(source)]
    assert expected in words if isinstance(expected, str) else words == []
