"""`pluginkit diff`: what it judges breaking does break, and what it judges compatible does not."""

from __future__ import annotations

import json
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol
from zipfile import ZipFile

import commands
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plugins import lines

from pluginkit import HookCallError, PluginValidationError, Registry, hookimpl, hookspec
from pluginkit._specdiff import changes, read_specs

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "from typing import Protocol, Optional, Union\nfrom pluginkit import hookspec\nfrom warnings import deprecated\n"


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
        (
            ", b: Union[int, str]",
            ", b: 'str | int'",
            "parameter 'b' takes Union[int, str] → 'str | int'",
            "compatible",
            "compatible",
        ),
        (", b", ", b: int", "parameter 'b' takes nothing → int", "breaking", "breaking"),
    ],
)
def test_parameters(old: str, new: str, message: str, callers: str, implementers: str) -> None:
    """Callers want to go on with what they pass, implementers with what they take."""
    found = judged(hook(f"def h(self, *, a: int{old}) -> int"), hook(f"def h(self, *, a: int{new}) -> int"))
    assert found == [("S.h", message, callers, implementers)]


@pytest.mark.parametrize(
    ("old", "new", "callers", "implementers"),
    [
        ("int", "int | None", "breaking", "compatible"),
        ("int | str", "int", "compatible", "breaking"),
        ("int", "str", "breaking", "breaking"),
    ],
)
def test_returns(old: str, new: str, callers: str, implementers: str) -> None:
    """Callers are pleased with fewer types of results, implementers with more."""
    found = judged(hook(f"def h(self) -> {old}"), hook(f"def h(self) -> {new}"))
    assert found == [("S.h", f"returns {old} → {new}", callers, implementers)]


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
    """A hook that becomes async takes the implementations that there are; one that is no longer async does not."""
    plain, other = hook("def h(self) -> int"), hook("async def h(self) -> int")
    assert judged(plain, other) == [("S.h", "mode collect → collect, async", "breaking", "compatible")]
    assert judged(other, plain) == [("S.h", "mode collect, async → collect", "breaking", "breaking")]


def test_deprecation() -> None:
    """A hook that is marked as deprecated goes on working, for now."""
    plain, marked = hook("def h(self) -> int"), hook("def h(self) -> int", "@deprecated('use i')\n    @hookspec")
    assert judged(plain, marked) == [("S.h", "deprecated", "deprecating", "deprecating")]
    assert judged(marked, plain) == [("S.h", "no longer deprecated", "compatible", "compatible")]
    assert judged(marked, marked) == []


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
        except HookCallError:
            failed = True
    assert failed is any(callers == "breaking" for _, _, callers, _ in found)


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
    (tmp_path / "hooks.py").write_text(NEW)


@pytest.mark.parametrize("old", ["git:HEAD:hooks.py", "host-1.0.whl:host/hooks.py"])
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
    """All of it is to be had as JSON."""
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
        }
    ]


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("git:absent:hooks.py", "git:absent:hooks.py cannot be read: fatal: "),
        ("absent.py", "absent.py cannot be read: "),
        ("absent.whl:hooks.py", "absent.whl:hooks.py cannot be read: "),
        ("host-1.0.whl:absent.py", "host-1.0.whl:absent.py cannot be read: "),
        ("broken.py", "broken.py is no Python: "),
        ("empty.py", "empty.py has no spec: no Protocol class with a hook"),
        ("absent_module", "absent_module"),
    ],
)
def test_bad_input(capsys: pytest.CaptureFixture[str], tmp_path: Path, version: str, message: str) -> None:
    """What cannot be read is exit status 2."""
    (tmp_path / "broken.py").write_text("class")
    (tmp_path / "empty.py").write_text("")
    status, out, errors = run(capsys, version, "hooks.py")
    assert (status, out) == (2, "")
    assert message in errors


def test_without_git(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git on this machine, its versions cannot be read."""
    monkeypatch.setenv("PATH", "")
    assert run(capsys, "git:HEAD:hooks.py", "hooks.py")[0] == 2
