"""What `pluginkit check` warns of, and how findings are chosen."""

from __future__ import annotations

import json
import sys
import warnings
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from commands import run

if TYPE_CHECKING:
    from pathlib import Path

HOST = """
    from typing import Protocol
    from typing_extensions import deprecated
    from pluginkit import Registry, hookimpl, hookspec
    class WarnedSpec(Protocol):
        @hookspec
        def parts(self, *, text: str) -> str: ...
        @hookspec(deprecated={"text": "it is empty"})
        @deprecated("use parts")
        def old(self, *, text: str = "") -> str: ...
    class Plugin:
        @hookimpl(WarnedSpec.parts, before=["othr", "other"], after=["nobody"])
        def parts(self, text): return text
        @hookimpl(WarnedSpec.old)
        def old(self, text): return text
    class Unmarked:
        @hookimpl(WarnedSpec.old)
        def something(self): return ""
        def parts(self, text): return text
    class Other:
        @hookimpl(WarnedSpec.parts)
        def parts(self, text): return text
    def make():
        registry = Registry(WarnedSpec)
        registry.register(Plugin(), "plugin")
        registry.register(Unmarked(), "unmarked")
        registry.register(Other(), "other")
        return registry
    def make_from_group():
        registry = Registry(WarnedSpec)
        return registry, registry.load_entrypoints("warned.plugins")
    def make_lazily():
        registry = Registry(WarnedSpec)
        return registry, registry.load_entrypoints("warned.plugins", lazy=True)
    def make_broken():
        registry = Registry(WarnedSpec)
        return registry, registry.load_modules(["warned_broken"], ignore_errors=True)
"""


@pytest.fixture(autouse=True)
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the host, a plugin of a distribution, and one that cannot be imported."""
    (tmp_path / "warned_host.py").write_text(dedent(HOST), "utf-8")
    (tmp_path / "warned_broken.py").write_text("def load():\n    raise ValueError('no')\nload()\n", "utf-8")
    info = tmp_path / "warned-1.0.dist-info"
    info.mkdir()
    info.joinpath("METADATA").write_text("Name: warned\nVersion: 1.0\n")
    info.joinpath("entry_points.txt").write_text("[warned.plugins]\nother = warned_host:Other\n")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    for name in ("warned_host", "warned_broken"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def problems(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[tuple[str, str]]]:
    """Return the exit status of a check, and code and message of what it finds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        status, out, _ = run(capsys, "check", *arguments, "--format", "json")
    return status, [(each["rule"], each["message"]) for each in json.loads(out)["problems"]]


EVERYTHING = [
    ("PK130", "plugin 'plugin': WarnedSpec.parts: after= names 'nobody', which is not a plugin of this registry"),
    ("PK130", "plugin 'plugin': WarnedSpec.parts: before= names 'othr', which is not a plugin of this registry"),
    ("PK128", "plugin 'plugin': WarnedSpec.old: is deprecated: use parts"),
    ("PK129", "plugin 'plugin': WarnedSpec.old: takes the deprecated parameter 'text': it is empty"),
    ("PK128", "plugin 'unmarked': WarnedSpec.old: is deprecated: use parts"),
    ("PK116", "plugin 'unmarked': WarnedSpec.parts: 'parts' has the name of the hook, and is not marked"),
]


def test_deprecated_hooks_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """`list`, `explain` and `graph` show what is deprecated."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        _, listed, _ = run(capsys, "list", "warned_host:make")
        _, explained, _ = run(capsys, "explain", "warned_host:make", "old")
        _, drawn, _ = run(capsys, "graph", "warned_host:make", "--format", "html")
    assert "parts, old (deprecated)" in listed
    assert explained.splitlines()[:3] == [
        "WarnedSpec.old (collect, deprecated)",
        "is deprecated: use parts",
        "parameter 'text' is deprecated: it is empty",
    ]
    assert "is deprecated: use parts" in drawn


def test_warnings_do_not_fail(capsys: pytest.CaptureFixture[str]) -> None:
    """Warnings are reported, by plugin and place, and the exit status is 0; with `--strict` it is 1."""
    assert problems(capsys, "warned_host:make") == (0, EVERYTHING)
    assert problems(capsys, "warned_host:make", "--strict") == (1, EVERYTHING)


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        (["--select", "PK128"], {"PK128"}),
        (["--select", "PK12"], {"PK128", "PK129"}),
        (["--select", "pk116, PK130"], {"PK116", "PK130"}),
        (["--ignore", "PK12,PK130"], {"PK116"}),
        (["--select", "PK12", "--ignore", "PK129"], {"PK128"}),
        (["--ignore", "PK"], set()),
    ],
)
def test_findings_are_chosen(options: list[str], codes: set[str], capsys: pytest.CaptureFixture[str]) -> None:
    """`--select` and `--ignore` take codes, or how these begin; what is not shown fails nothing."""
    status, found = problems(capsys, "warned_host:make", *options, "--strict")
    assert {code for code, _ in found} == codes
    assert status == (1 if codes else 0)


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_unknown_code_is_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown code is refused, with the nearest."""
    status, _, errors = run(capsys, "check", "warned_host:make", option, "PK12,PK1166")
    assert status == 2
    assert errors == "error: there is no problem 'PK1166' [PK816]\n  Hint: did you mean 'PK116'?\n"


def test_hint_names_the_nearest_plugin(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelled name in `before=` comes with what was perhaps meant."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        _, out, _ = run(capsys, "check", "warned_host:make", "--select", "PK130")
    assert "  Hint: did you mean 'other'?" in out
    assert "  Hint: correct the name, if the plugin is not just missing here" in out


def test_plugins_that_could_be_lazy(capsys: pytest.CaptureFixture[str]) -> None:
    """A group that is not loaded lazily is a note, which is shown where it is asked for."""
    note = ("PK509", "imports 1 plugin of 'warned.plugins' at the start: other")
    assert problems(capsys, "warned_host:make_from_group") == (0, [])
    assert problems(capsys, "warned_host:make_from_group", "--select", "PK509") == (0, [note])
    assert problems(capsys, "warned_host:make_from_group", "--strict") == (1, [note])
    for _ in range(2):
        assert problems(capsys, "warned_host:make_lazily", "--strict") == (0, [])


@pytest.mark.parametrize("format_", ["text", "json", "github", "sarif"])
def test_traceback_in_every_format(format_: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A plugin that cannot be loaded has its place, and with `--traceback` also how it got there."""
    status, out, _ = run(capsys, "check", "warned_host:make_broken", "--format", format_)
    assert status == 1
    assert "warned_broken.py" in out
    assert "in load" not in out
    status, out, _ = run(capsys, "check", "warned_host:make_broken", "--format", format_, "--traceback")
    assert status == 1
    assert "Traceback (most recent call last):" in out
    assert "in load" in out


def test_addresses_are_in_machine_formats(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON and SARIF have the address of what the documentation says of each code."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        _, out, _ = run(capsys, "check", "warned_host:make", "--select", "PK128", "--format", "json")
        _, sarif, _ = run(capsys, "check", "warned_host:make", "--select", "PK128", "--format", "sarif")
    address = "https://typed-pluginkit.readthedocs.io/en/latest/reference/messages.html#pk128"
    assert {each["address"] for each in json.loads(out)["problems"]} == {address}
    (rule,) = json.loads(sarif)["runs"][0]["tool"]["driver"]["rules"]
    assert rule["helpUri"] == address
