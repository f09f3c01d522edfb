"""`pluginkit profile` and `pluginkit bisect`: running a program to see which plugin is slow, or makes it fail."""

from __future__ import annotations

import io
import sys
from itertools import combinations
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluginkit.cli import bisect, main

if TYPE_CHECKING:
    from pathlib import Path

HOST = """
    from typing import Protocol
    from pluginkit import Registry, hookimpl, hookspec
    class TraceSpec(Protocol):
        @hookspec
        def add(self, *, text: str) -> str: ...
    class OtherSpec(Protocol):
        @hookspec
        def other(self, *, text: str) -> str: ...
    class Plugin:
        @hookimpl(TraceSpec.add, optional=True)
        def add(self, text): return text
        @hookimpl(OtherSpec.other, optional=True)
        def other(self, text): return text
    class Good(Plugin): ...
    class Bad(Plugin): ...
    class Worse(Plugin): ...
    def make():
        registry = Registry(TraceSpec)
        report = registry.load_modules(["traced_host:Good", "traced_host:Bad", "traced_host:Worse"])
        registry.register(Plugin(), "builtin")
        return registry, report
    def main():
        import sys
        registry, _ = make()
        other = Registry(OtherSpec)
        other.register(Plugin(), "other")
        other.hook.other(text="a")
        registry.hook.add(text="a")
        names = {name.partition(":")[2] for name in registry.plugin_names()}
        sys.exit({"fails": "Bad" in names, "together": {"Bad", "Worse"} <= names, "always": True,
                  "never": False, "three": 3}[sys.argv[1]])
"""


@pytest.fixture(autouse=True)
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write a host whose program fails with some of its plugins."""
    (tmp_path / "traced_host.py").write_text(dedent(HOST))
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", ":".join([str(tmp_path), *filter(None, sys.path)]))
    monkeypatch.delitem(sys.modules, "traced_host", raising=False)


PROGRAM = ("--", sys.executable, "-c", "import traced_host; traced_host.main()")


def test_profile_prints_a_table_and_draws(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The table is about the hooks of the target, and so is the picture; the exit status is the program's."""
    status = main(["profile", "traced_host:make", "-o", "flame.svg", *PROGRAM, "three"])
    out, err = capfd.readouterr()
    assert status == 3
    assert out == ""
    rows = [line.split()[:3] for line in err.splitlines()]
    assert rows[0] == ["plugin", "hook", "calls"]
    assert sorted(rows[1:]) == [
        ["builtin", "TraceSpec.add", "1"],
        ["traced_host:Bad", "TraceSpec.add", "1"],
        ["traced_host:Good", "TraceSpec.add", "1"],
        ["traced_host:Worse", "TraceSpec.add", "1"],
    ]
    picture = (tmp_path / "flame.svg").read_text("utf-8")
    assert picture.count("<rect") == 4
    assert "OtherSpec" not in picture


def test_profile_of_a_program_without_hooks(capfd: pytest.CaptureFixture[str]) -> None:
    """A program that calls no hook has an empty table."""
    assert main(["profile", "traced_host:make", "--", sys.executable, "-c", "pass"]) == 0
    assert capfd.readouterr().err == "plugin  hook  calls  total ms  mean ms  max ms  failures\n"


@pytest.mark.parametrize("command", ["profile", "bisect"])
def test_program_that_cannot_be_started(command: str, capfd: pytest.CaptureFixture[str]) -> None:
    """A program that does not exist is refused, with its name."""
    assert main([command, "traced_host:make", "--", "no-such-program"]) == 2
    message = capfd.readouterr().err.splitlines()
    assert "error: 'no-such-program' cannot be started" in message[-2]
    assert message[-2].endswith("[PK815]")


def test_killed_program_has_the_status_of_a_shell() -> None:
    """What a signal ends has 128 and its number, as in a shell."""
    killed = "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"
    assert main(["profile", "traced_host:make", "--", sys.executable, "-c", killed]) == 128 + 15


@pytest.mark.parametrize(
    ("how", "status", "message"),
    [
        ("fails", 0, "it fails with 'traced_host:Bad' alone\n"),
        (
            "together",
            0,
            "it fails with 'traced_host:Bad' and 'traced_host:Worse' together, and without any one of these it works\n",
        ),
        ("never", 1, "it works with all 3 plugins: there is nothing to find\n"),
        ("always", 1, "it fails without any of all 3 plugins: none of them is the reason\n"),
    ],
)
def test_bisect_finds_the_plugins(how: str, status: int, message: str, capfd: pytest.CaptureFixture[str]) -> None:
    """The plugin, or the plugins together, that make a program fail are named; others are not to blame."""
    assert main(["bisect", "traced_host:make", *PROGRAM, how]) == status
    out, err = capfd.readouterr()
    assert out == message
    assert err.splitlines()[0].startswith("run 1, with 3 of 3 plugins: ")


def test_bisect_asks(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """With `--interactive`, the user says what worked; the end of the input ends the search."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\nmaybe\ny\nn\nno\n"))
    assert main(["bisect", "traced_host:make", "--interactive", *PROGRAM, "never"]) == 0
    assert capfd.readouterr().out == "it fails with 'traced_host:Good' alone\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    assert main(["bisect", "traced_host:make", "--interactive", *PROGRAM, "never"]) == 130


def test_flaky_program_is_said_to_be(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """What failed with some plugins, and works with the same ones another time, is not blamed on them."""
    answers = iter([1, 0, 1, 0])
    monkeypatch.setattr(bisect, "run_program", lambda *_, **__: next(answers))
    assert main(["bisect", "traced_host:make", *PROGRAM, "never"]) == 1
    assert capfd.readouterr().out == "it failed with 'traced_host:Good', and works now: it does not always fail\n"


def test_each_set_is_run_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known of a set of plugins is not run again, unless that is asked for."""
    statuses = iter([1, 0])
    monkeypatch.setattr(bisect, "run_program", lambda *_, **__: next(statuses))
    runs = bisect.Runs(["a", "b"], ["program"], interactive=False)
    assert runs.fails(["a", "b"])
    assert runs.fails(["b", "a"])
    assert runs.count == 1
    assert not runs.fails(["a", "b"], again=True)
    assert runs.count == 2


NAMES = [f"p{number}" for number in range(7)]


@given(sets=st.lists(st.sets(st.sampled_from(NAMES), min_size=1, max_size=3), min_size=1, max_size=3))
def test_what_is_found_is_smallest(sets: list[set[str]]) -> None:
    """Whatever plugins fail together, a set of them is found that fails, and that works without any one of it."""

    def fails(on: list[str]) -> bool:
        return any(each <= set(on) for each in sets)

    found = bisect.smallest(NAMES, fails)
    assert fails(found)
    assert not any(fails(list(fewer)) for fewer in combinations(found, len(found) - 1))
    assert set(found) in sets
