"""`pluginkit diff`: what it judges breaking does break, and what it judges compatible does not."""

from __future__ import annotations

import json
import subprocess
import tarfile
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol
from zipfile import ZipFile

import commands
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plugins import lines

from pluginkit import PluginValidationError, Registry, hookimpl, hookspec
from pluginkit._source.diff import changes, read_specs

if TYPE_CHECKING:
    from pathlib import Path

HEAD = (
    "import typing, typing as t; from typing import *; from typing import Any, Dict, List, Literal, Optional, Union\n"
    "from typing import Protocol; from collections.abc import Callable; import sys\n"
    "from pluginkit import hookspec; from warnings import deprecated\n"
)


def spec(body: str, bases: str = "Protocol") -> str:
    """Return a module with one spec that has one hook."""
    return f"{HEAD}class S({bases}):\n    {body}\n"


def judged(old: str, new: str) -> list[tuple[str, str, str, str]]:
    """Return what changed between two modules."""
    return [each[:4] for each in changes(read_specs(old), read_specs(new))]


def hook(signature: str, decorator: str = "@hookspec") -> str:
    """Return a module with a hook of that signature."""
    return spec(f"{decorator}\n    {signature}: ...")


@pytest.mark.parametrize(
    ("old", "new", "message", "callers", "implementers"),
    [
        ("", ", b: int", "parameter 'b' added", "breaking", "compatible"),
        ("", ", b: int = 1", "parameter 'b' added with a default", "compatible", "compatible"),
        (", b: int", "", "parameter 'b' removed", "breaking", "breaking"),
        (", b: int", ", b: int = 1", "parameter 'b' default nothing → 1", "compatible", "compatible"),
        (", b: int = 1", ", b: int", "parameter 'b' default 1 → nothing", "breaking", "compatible"),
        (", b: int = 1", ", b: int = 2", "parameter 'b' default 1 → 2", "compatible", "compatible"),
        (", b: int", ", b: int | str", "parameter 'b' takes int → int | str", "compatible", "breaking"),
        (", b: Optional[int]", ", b: int", "parameter 'b' takes Optional[int] → int", "breaking", "compatible"),
        (", b: int", ", b: str", "parameter 'b' takes int → str", "breaking", "breaking"),
        (", b", ", b: int", "parameter 'b' takes nothing → int", "compatible", "compatible"),
        (", b: Any", ", b: int", "parameter 'b' takes Any → int", "compatible", "compatible"),
        (", b: int", ", b: object", "parameter 'b' takes int → object", "compatible", "breaking"),
        (", b: int", ", c: int", "parameter 'b' renamed to 'c'", "breaking", "breaking"),
    ],
)
def test_parameters(old: str, new: str, message: str, callers: str, implementers: str) -> None:
    """What callers pass has to stay valid, and so does what implementers take."""
    found = judged(hook(f"def h(self, *, a: int{old}) -> int"), hook(f"def h(self, *, a: int{new}) -> int"))
    assert found == [("S.h", message, callers, implementers)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Union[int, str]", "'str | int'"),
        ("Optional[int]", "int | None"),
        ("List[Union[int, str]]", "list[str | int]"),
        ("Callable[[Dict[str, int]], None]", "Callable[[dict[str, int]], None]"),
        ("typing.Any", "Any"),
        ("'list[\"int\"]'", "list[int]"),
        ("Literal['a']", "Literal['a']"),
        ("'no type'", "'no type'"),
        ("t.Any", "Any"),
    ],
)
def test_one_type_may_be_written_in_several_ways(old: str, new: str) -> None:
    """Quotes, aliases, `Optional` and the names that `typing` had for builtins make no difference."""
    assert judged(hook(f"def h(self, *, a: {old}) -> {old}"), hook(f"def h(self, *, a: {new}) -> {new}")) == []


@pytest.mark.parametrize(
    ("old", "new", "decorator", "callers", "implementers"),
    [
        ("int | str", "int", "@hookspec", "compatible", "breaking"),
        ("int", "str", "@hookspec", "breaking", "breaking"),
        ("int", "int | str", "@hookspec", "breaking", "breaking"),
        ("int", "int | str", "@hookspec(firstresult=True)", "breaking", "breaking"),
        ("int", "int | str", "@hookspec(historic=True)", "breaking", "compatible"),
        ("int", "int | None", "@hookspec", "compatible", "compatible"),
        ("int", "int | None", "@hookspec(firstresult=True)", "compatible", "compatible"),
        ("int", "Any", "@hookspec", "compatible", "compatible"),
        ("None", "int", "@hookspec", "breaking", "breaking"),
        ("int", "None", "@hookspec", "compatible", "breaking"),
    ],
)
def test_returns(old: str, new: str, decorator: str, callers: str, implementers: str) -> None:
    """Callers can handle fewer types of results. Wrappers fit no other result, and None never counts."""
    found = judged(hook(f"def h(self) -> {old}", decorator), hook(f"def h(self) -> {new}", decorator))
    assert found == [("S.h", f"returns {old} → {new}", callers, implementers)]


@pytest.mark.parametrize(("old", "new"), [("one", "two"), (".one", ".two"), ("one", ".one")])
def test_a_type_of_another_module_is_another_type(old: str, new: str) -> None:
    """The name alone does not decide."""
    before, after = (f"from {module} import X\n" + hook("def h(self, *, a: X) -> int") for module in (old, new))
    message = f"parameter 'a' takes {old}.X → {new}.X"
    assert judged(before, after) == [("S.h", message, "breaking", "breaking")]


@pytest.mark.parametrize("head", ["if sys.version_info >= (3, 12):", "try:"])
def test_hooks_in_branches(head: str) -> None:
    """A hook under a condition is one; of two, the first counts."""
    end = "\n    except A:\n        def h(self): ..." if head == "try:" else "\n    else:\n        def h(self): ..."
    inside = spec(f"{head}\n        @hookspec\n        def h(self, *, a: int) -> int: ...{end}")
    plain = hook("def h(self, *, a: int) -> int")
    assert judged(plain, inside) == judged(inside, plain) == []
    assert judged(inside, spec("@hookspec\n    def i(self) -> int: ...")) == [
        ("S.h", "hook removed", "breaking", "breaking"),
        ("S.i", "hook added", "compatible", "compatible"),
    ]


def test_options_that_are_turned_off() -> None:
    """Writing out a default explicitly is not a change."""
    plain = hook("def h(self) -> int")
    assert (
        judged(plain, hook("def h(self) -> int", "@hookspec(historic=False, pipeline=None, firstresult=False)")) == []
    )


def test_concurrency() -> None:
    """Implementations may not support running at once, and callers may not expect several failures."""
    plain = hook("async def h(self) -> int")
    at_once = hook("async def h(self) -> int", "@hookspec(concurrent=True)")
    assert judged(plain, at_once) == [("S.h", "concurrent", "breaking", "breaking")]
    assert judged(at_once, plain) == [("S.h", "no longer concurrent", "compatible", "compatible")]


@pytest.mark.parametrize(
    ("old", "new", "message", "implementers"),
    [
        ("", "errors='skip'", "errors raise → skip", "breaking"),
        ("errors='skip'", "errors='group'", "errors skip → group", "breaking"),
        ("errors='group'", "errors='raise'", "errors group → raise", "compatible"),
        ("", "errors=POLICY", "errors raise → POLICY", "compatible"),
    ],
)
def test_policies(old: str, new: str, message: str, implementers: str) -> None:
    """Callers get other results or exceptions; a plugin may raise to end the call, or count on being skipped."""
    before, after = (hook("def h(self) -> int", f"@hookspec({options})") for options in (old, new))
    assert judged(before, after) == [("S.h", message, "breaking", implementers)]
    plain = hook("def h(self) -> int")
    assert judged(plain, hook("def h(self) -> int", "@hookspec(errors='raise')")) == []


@pytest.mark.parametrize(
    ("old", "new", "message", "verdict"),
    [
        ("", "timeout=2", "timeout none → 2", "breaking"),
        ("timeout=2", "timeout=1.5", "timeout 2 → 1.5", "breaking"),
        ("timeout=2", "timeout=3", "timeout 2 → 3", "compatible"),
        ("timeout=2", "timeout=None", "timeout 2 → none", "compatible"),
        ("timeout=2", "timeout=LIMIT", "timeout 2 → LIMIT", "breaking"),
    ],
)
def test_timeout(old: str, new: str, message: str, verdict: str) -> None:
    """A timeout that comes, or leaves less time, breaks both sides; one that goes, or leaves more time, breaks none."""
    versions = [spec(f"@hookspec({options})\n    async def h(self) -> int: ...") for options in (old, new)]
    assert judged(*versions) == [("S.h", message, verdict, verdict)]
    assert judged(versions[0], versions[0]) == []


def test_deprecated_parameter() -> None:
    """A parameter that becomes deprecated is announced to those who implement the hook; a new one is just new."""
    old = spec("@hookspec\n    def h(self, *, a: int = 0) -> int: ...")
    new = spec("@hookspec(deprecated={'a': 'it is 0'})\n    def h(self, *, a: int = 0) -> int: ...")
    assert judged(old, new) == [("S.h", "parameter 'a' deprecated", "compatible", "deprecating")]
    added = spec("@hookspec(deprecated={'b': 'it is 0'})\n    def h(self, *, a: int = 0, b: int = 0) -> int: ...")
    assert judged(old, added) == [("S.h", "parameter 'b' added with a default", "compatible", "compatible")]


def test_a_hook_that_moves_into_a_base() -> None:
    """A hook is there whether it is inherited or not; what changes in a base is reported once."""
    own = spec("@hookspec\n    def h(self) -> int: ...")
    moved = f"{HEAD}class B(Protocol):\n    @hookspec\n    def h(self) -> int: ...\nclass S(B, Protocol): ...\n"
    assert judged(own, moved) == [
        ("B", "spec added", "compatible", "compatible"),
        ("S", "base B added", "compatible", "compatible"),
    ]
    assert judged(moved, moved.replace("-> int", "-> str")) == [("B.h", "returns int → str", "breaking", "breaking")]
    further = moved + "class C(S, Protocol): ...\n"
    assert judged(further, further.replace("class C(S,", "class C(S, B,")) == []


def test_a_base_that_is_left_out() -> None:
    """Its hooks go with it, which is reported once."""
    both = f"{HEAD}class B(Protocol):\n    @hookspec\n    def h(self) -> int: ...\nclass S(B, Protocol):\n    x = 1\n"
    more = both + "    @hookspec\n    def i(self) -> int: ...\n"
    assert judged(more, more.replace("class S(B, ", "class S(")) == [("S", "base B removed", "breaking", "breaking")]


def test_renames() -> None:
    """A removal and an addition that differ only in the name are reported as one change, if there is no doubt."""
    one = spec("@hookspec\n    def h(self, *, a: int) -> int: ...")
    assert judged(one, one.replace("def h", "def i")) == [("S.h", "hook renamed to 'i'", "breaking", "breaking")]
    assert judged(one, one.replace("class S", "class T")) == [("S", "spec renamed to T", "breaking", "breaking")]
    two = one.replace("def h", "def i") + "    @hookspec\n    def j(self, *, a: int) -> int: ...\n"
    assert [message for _, message, _, _ in judged(one, two)] == ["hook removed", "hook added", "hook added"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (hook("def h(self, a: int) -> int"), "S.h takes 'a' by position [PK202]"),
        (hook("def h(self) -> int", "@hookspec(concurrent=True)"), "S.h cannot be concurrent: it is not async [PK205]"),
        (hook("def h(self, **a: int) -> int"), "S.h takes *args or **kwargs [PK203]"),
        (
            hook("def h(self) -> int", "@hookspec(firstresult=True, historic=True)"),
            "S.h cannot be firstresult and historic at once [PK206]",
        ),
    ],
)
def test_what_hookspec_refuses(capsys: pytest.CaptureFixture[str], tmp_path: Path, source: str, message: str) -> None:
    """A hook that could not be declared is bad input, with its place."""
    (tmp_path / "wrong.py").write_text(source)
    status, out, errors = run(capsys, "wrong.py", "hooks.py")
    assert (status, out) == (2, "")
    assert message in errors
    assert "wrong.py:6" in errors


@pytest.mark.parametrize(
    ("old", "new", "message", "implementers"),
    [
        ("@hookspec", "@hookspec(firstresult=True)", "mode collect → firstresult=True", "breaking"),
        ("@hookspec(pipeline='a')", "@hookspec(historic=True)", "mode pipeline='a' → historic=True", "breaking"),
    ],
)
def test_modes(old: str, new: str, message: str, implementers: str) -> None:
    """Another mode gives other results."""
    signature = "def h(self, *, a: int) -> int"
    assert judged(hook(signature, old), hook(signature, new)) == [("S.h", message, "breaking", implementers)]


def test_async() -> None:
    """A hook that becomes async accepts existing implementations; one that is no longer async does not."""
    plain, other = hook("def h(self) -> int"), hook("async def h(self) -> int")
    assert judged(plain, other) == [("S.h", "mode collect → collect, async", "breaking", "compatible")]
    assert judged(other, plain) == [("S.h", "mode collect, async → collect", "breaking", "breaking")]


def test_deprecation() -> None:
    """A hook that is marked as deprecated still works."""
    plain, marked = hook("def h(self) -> int"), hook("def h(self) -> int", "@deprecated('use i')\n    @hookspec")
    assert judged(plain, marked) == [("S.h", "deprecated", "deprecating", "deprecating")]
    assert judged(marked, plain) == [("S.h", "no longer deprecated", "compatible", "compatible")]
    assert judged(marked, marked) == []
    text = spec(
        '@hookspec\n    def h(self) -> int:\n        """H.\n\n        .. deprecated:: 2.0\n        """\n        ...'
    )
    assert judged(plain, text) == [("S.h", "deprecated", "deprecating", "deprecating")]


def test_hooks_and_specs() -> None:
    """What is added is compatible, what is removed is breaking: hooks, specs, and what a spec is composed of."""
    one = spec("@hookspec\n    def h(self) -> int: ...")
    two = (
        one
        + "    @hookspec\n    def i(self) -> int: ...\n"
        + "class T(S, V, Protocol): ...\nclass Plain(Protocol):\n    def x(self) -> int: ...\n"
    )
    assert judged(one, two) == [
        ("S.i", "hook added", "compatible", "compatible"),
        ("T", "spec added", "compatible", "compatible"),
    ]
    assert judged(two, one) == [
        ("S.i", "hook removed", "breaking", "breaking"),
        ("T", "spec removed", "breaking", "breaking"),
    ]
    assert judged(two, two.replace("class T(S,", "class T(U,")) == [
        ("T", "base S removed", "breaking", "breaking"),
        ("T", "base U added", "compatible", "compatible"),
    ]


NAMES = ("a", "b", "c")
SHAPES = st.dictionaries(st.sampled_from(NAMES), st.booleans(), max_size=3)


def registry_of(parameters: dict[str, bool]) -> Any:
    """Return a registry of a spec whose hook has these parameters, with a default where it is said."""
    listed = ", ".join(f"{name}: int{' = 1' if default else ''}" for name, default in parameters.items())
    namespace: dict[str, Any] = {"Protocol": Protocol, "hookspec": hookspec}
    exec(
        f"class S(Protocol):\n    @hookspec\n    def h(self{', *, ' if listed else ''}{listed}) -> int: ...", namespace
    )
    return Registry(namespace["S"])


def source_of(parameters: dict[str, bool]) -> str:
    """Return the source of that spec."""
    listed = ", ".join(f"{name}: int{' = 1' if default else ''}" for name, default in parameters.items())
    return hook(f"def h(self{', *, ' if listed else ''}{listed}) -> int")


@given(old=SHAPES, new=SHAPES)
def test_verdicts_are_what_happens(old: dict[str, bool], new: dict[str, bool]) -> None:
    """A breaking change for implementers is refused at registration, one for callers at the call, and no other is."""
    found = judged(source_of(old), source_of(new))
    namespace: dict[str, Any] = {"hookimpl": hookimpl}
    exec(f"@hookimpl\ndef h({', '.join(old)}): return 1", namespace)
    plugin = type("Plugin", (), {"h": staticmethod(namespace["h"])})()
    registry_of(old).register(plugin)
    refused = False
    with suppress(PluginValidationError):
        registry_of(new).register(plugin)
        refused = True
    assert refused is not any(implementers == "breaking" for _, _, _, implementers in found)
    failed = False
    for passed in (list(old), [name for name, default in old.items() if not default]):
        arguments = dict.fromkeys(passed, 1)
        registry_of(old).hook.h(**arguments)
        try:
            registry_of(new).hook.h(**arguments)
        except TypeError:
            failed = True
    assert failed is any(callers == "breaking" for _, _, callers, _ in found)


MODE = st.sampled_from(["", "firstresult=True", "historic=True", "pipeline='a'"])
HOOKS = st.dictionaries(st.sampled_from(("h", "i")), st.tuples(MODE, st.booleans()), min_size=1)


def of_hooks(hooks: dict[str, tuple[str, bool]]) -> str:
    """Return the source of a spec with hooks of these modes, async where it is said."""
    listed = (
        f"    @hookspec({mode})\n    {'async ' if is_async else ''}def {name}(self, *, a: int) -> int: ...\n"
        for name, (mode, is_async) in hooks.items()
    )
    return f"{HEAD}class S(Protocol):\n{''.join(listed)}"


@given(old=HOOKS, new=HOOKS, is_async=st.booleans(), wraps=st.booleans())
def test_what_a_registry_refuses_is_breaking(
    old: dict[str, tuple[str, bool]], new: dict[str, tuple[str, bool]], is_async: bool, wraps: bool
) -> None:
    """A plugin that could be registered, and no longer can be, is reported; whatever hooks come, go and change mode."""
    name = min(old)
    body = "yield" if wraps else "return 1"
    namespace: dict[str, Any] = {"hookimpl": hookimpl, "hookspec": hookspec, "Protocol": Protocol}
    head = f"@hookimpl(wrapper={wraps})\n{'async ' if is_async else ''}def {name}(a): {body}\n"
    exec(head, namespace)
    plugin = type("Plugin", (), {name: staticmethod(namespace[name])})()
    accepted = list[bool]()
    for source in (old, new):
        exec(of_hooks(source).removeprefix(HEAD), namespace)
        try:
            Registry(namespace["S"]).register(plugin)
            accepted.append(True)
        except PluginValidationError:
            accepted.append(False)
    if accepted == [True, False]:
        assert "breaking" in {implementers for _, _, _, implementers in judged(of_hooks(old), of_hooks(new))}


# -- the command ------------------------------------------------------------------------------------------------------

OLD = hook("def h(self, *, a: int) -> int")
NEW = hook("def h(self, *, a: int, b: int) -> int")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the command."""
    return commands.run(capsys, "diff", *arguments)


@pytest.fixture(autouse=True)
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put two versions of a module into the current folder: files, a commit, and a wheel."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "hooks.py").write_text(OLD)
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "hooks.py"], [*identity, "commit", "-q", "-m", "m"]):
        subprocess.run(["git", *command], check=True, capture_output=True)  # noqa: S607
    with ZipFile(tmp_path / "host-1.0.whl", "w") as wheel:
        wheel.writestr("host/hooks.py", OLD)
    with tarfile.open(tmp_path / "host-1.0.tar.gz", "w:gz") as sdist:
        sdist.add(tmp_path / "hooks.py", "host-1.0/hooks.py")
    (tmp_path / "hooks.py").write_text(NEW)


@pytest.mark.parametrize(
    "old",
    [
        "git:HEAD:hooks.py",
        "host-1.0.whl:host/hooks.py",
        "host-1.0.tar.gz:host-1.0/hooks.py",
        "host-1.0.tar.gz:hooks.py",
    ],
)
@pytest.mark.parametrize("new", ["hooks.py", "hooks"])
def test_breaking_change(capsys: pytest.CaptureFixture[str], old: str, new: str) -> None:
    """A breaking change is exit status 1; both places are named."""
    assert run(capsys, old, new) == (
        1,
        lines(
            "breaking: S.h: parameter 'b' added",
            "  callers: breaking, implementers: compatible",
            f"  {old}:6",
            f"  {new}:6",
            "1 change",
            "",
        ),
        "",
    )


def test_compatible_change(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Without a breaking change the exit status is 0."""
    assert run(capsys, "hooks.py", "hooks.py") == (0, "0 changes\n", "")
    (tmp_path / "more.py").write_text(f"{NEW}    @hookspec\n    def i(self) -> int: ...\n")
    assert run(capsys, "hooks.py", "more.py") == (0, "compatible: S.i: hook added\n  more.py:8\n1 change\n", "")


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    """The changes are available as JSON."""
    _, out, _ = run(capsys, "git:HEAD:hooks.py", "hooks.py", "--format", "json")
    assert json.loads(out) == [
        {
            "what": "S.h",
            "message": "parameter 'b' added",
            "callers": "breaking",
            "implementers": "compatible",
            "old_line": 6,
            "new_line": 6,
            "verdict": "breaking",
            "old": "git:HEAD:hooks.py",
            "new": "hooks.py",
        }
    ]


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("git:absent:hooks.py", "git:absent:hooks.py cannot be read: fatal: "),
        ("absent.py", "absent.py cannot be read: "),
        ("absent.whl:hooks.py", "absent.whl:hooks.py cannot be read: "),
        ("host-1.0.whl:absent.py", "host-1.0.whl:absent.py cannot be read: "),
        ("host-1.0.tar.gz:absent.py", "host-1.0.tar.gz:absent.py cannot be read: "),
        ("hooks.tar.gz:hooks.py", "hooks.tar.gz:hooks.py cannot be read: "),
        ("broken.py", "broken.py is not valid Python: "),
        ("empty.py", "empty.py has no spec: no Protocol class with a hook"),
        ("absent_module", "absent_module"),
    ],
)
def test_bad_input(capsys: pytest.CaptureFixture[str], tmp_path: Path, version: str, message: str) -> None:
    """What cannot be read is exit status 2."""
    (tmp_path / "broken.py").write_text("class")
    (tmp_path / "hooks.tar.gz").write_text("no archive")
    (tmp_path / "empty.py").write_text("")
    status, out, errors = run(capsys, version, "hooks.py")
    assert (status, out) == (2, "")
    assert message in errors


def test_without_git(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git on this machine, its versions cannot be read."""
    monkeypatch.setenv("PATH", "")
    assert run(capsys, "git:HEAD:hooks.py", "hooks.py")[0] == 2
