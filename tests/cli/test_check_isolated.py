"""`pluginkit check --isolated`: hooks that plugins in another process cannot implement."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
from commands import module_here, run
from plugins import lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST = """
from collections.abc import Callable
from typing import Protocol
from pluginkit import Registry, hookspec

class ReportSpec(Protocol):
    @hookspec
    def sections(self, *, document: str) -> list[str]: ...

    @hookspec
    def visit(self, *, found: Callable[[str], None]) -> None: ...

class PlainSpec(Protocol):
    @hookspec
    def sections(self, *, document: str) -> list[str]: ...

registry = Registry(ReportSpec)

def fails():
    from typing import Any
    class Bad(Protocol):
        hook: Any
    Registry(Bad)
"""


@pytest.fixture(autouse=True)
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make a host in the current folder, and return its file."""
    with module_here(tmp_path, monkeypatch, "crossing_host", HOST) as path:
        yield path


@pytest.mark.parametrize("target", ["crossing_host:registry", "crossing_host:ReportSpec"])
def test_what_cannot_cross_is_a_problem(capsys: pytest.CaptureFixture[str], host: Path, target: str) -> None:
    """The hooks of a registry, or of a spec, are reported with their places."""
    status, out, err = run(capsys, "check", target, "--isolated")
    out = out.replace("collections.abc.", "")  # annotations are shown as written on Python 3.14 and later only
    assert (status, out, err) == (
        1,
        lines(
            "error: ReportSpec.visit: parameter 'found' cannot cross to another process: Callable is not data [PK701]",
            "  hook  ReportSpec.visit(self, *, found: Callable[[str], None]) -> None",
            f"  at    {host}:10",
            "  Hint: use a dataclass or a builtin type, or register_type(...)",
            "",
            "0 plugins registered, 1 problem",
            "",
        ),
        "",
    )
    assert run(capsys, "check", target) == (0, "0 plugins registered, no problems\n", "")


def test_a_spec_that_can_cross(capsys: pytest.CaptureFixture[str]) -> None:
    """A spec all of whose types are data has no problems."""
    assert run(capsys, "check", "crossing_host:PlainSpec", "--isolated")[0] == 0


def test_the_rule_has_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    """Other formats name the rule, the hook and the place."""
    _, out, _ = run(capsys, "check", "crossing_host:ReportSpec", "--isolated", "--format", "json")
    (problem,) = json.loads(out)["problems"]
    assert (problem["rule"], problem["hook"], problem["line"]) == ("PK701", "ReportSpec.visit", 10)


def test_a_target_without_a_registry(capsys: pytest.CaptureFixture[str]) -> None:
    """A spec that cannot be used is the only problem."""
    status, out, _ = run(capsys, "check", "crossing_host:fails", "--isolated", "--format", "json")
    assert (status, [each["rule"] for each in json.loads(out)["problems"]]) == (1, ["PK207"])


def test_it_needs_the_extra(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without msgspec, the error says what to install."""
    monkeypatch.setitem(sys.modules, "pluginkit.isolated._crossing", None)
    assert run(capsys, "check", "crossing_host:registry", "--isolated") == (
        2,
        "",
        "error: --isolated needs msgspec [PK817]\n  Hint: install it with: pip install 'typed-pluginkit[isolated]'\n",
    )
