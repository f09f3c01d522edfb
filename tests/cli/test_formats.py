"""Reports for programs: what commands write with `--format json`, and that every command has that format."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from commands import module_here, run

from pluginkit.cli import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST = """\
from typing import Protocol
from pluginkit import Registry, hookimpl, hookspec
class AppSpec(Protocol):
    @hookspec
    def sections(self, *, document: str) -> str:
        \'Contribute a section.\'
        ...
class Plugin:
    @hookimpl(AppSpec.sections)
    def sections(self, document: str) -> str: return document
def make():
    registry = Registry(AppSpec)
    return registry, registry.load_modules(["json_host:Plugin"])
"""
IMPLEMENTATION = '''\
from json_host import AppSpec
from pluginkit import hookimpl


@hookimpl(AppSpec.sections)
def sections(self, document: str) -> str | None:
    """Contribute a section."""
    return None
'''


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make the current folder a project with a host."""
    (tmp_path / "pyproject.toml").write_text("")
    with module_here(tmp_path, monkeypatch, "json_host", HOST):
        yield tmp_path


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    """Return the exit status and the report of a command."""
    status, out, err = run(capsys, *arguments, "--format", "json")
    return status, json.loads(out or err)


@pytest.mark.parametrize("command", sorted({*COMMANDS} - {"lsp", "pluggy-run"}))
def test_every_command_that_reports_something_has_the_format(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Its help offers JSON; the others speak to an editor, or run a program."""
    with pytest.raises(SystemExit):
        run(capsys, command, "--help")
    assert "json" in capsys.readouterr().out.partition("--format")[2]


def test_docs(capsys: pytest.CaptureFixture[str]) -> None:
    """What there is to tell of each hook."""
    assert report(capsys, "docs", "json_host:make") == (
        0,
        [
            {
                "owner": "AppSpec",
                "name": "sections",
                "signature": "def sections(self, *, document: str) -> str",
                "documentation": "Contribute a section.",
                "rules": "A call gives the list of all answers, in call order. An answer of `None` is left out.",
                "deprecations": [],
                "plugins": ["json_host:Plugin"],
            }
        ],
    )


def test_show(capsys: pytest.CaptureFixture[str], here: Path) -> None:
    """The hook, where it is, and the source to paste."""
    status, found = report(capsys, "show", "json_host:AppSpec.sections")
    assert (status, found) == (
        0,
        {"hook": "AppSpec.sections", "location": f"{here / 'json_host.py'}:5", "source": IMPLEMENTATION},
    )


@pytest.mark.parametrize("is_dry", [True, False], ids=["diff", "write"])
def test_rename(capsys: pytest.CaptureFixture[str], here: Path, is_dry: bool) -> None:
    """The changed files, each with a diff, and the places that are not decided; whether it was written is said."""
    (here / "unknown.py").write_text("import pluginkit\ndef call(given): given.hook.sections(document='')\n")
    options = ["--diff"] if is_dry else []
    status, found = report(capsys, "rename", "json_host:AppSpec.sections", "parts", *options)
    assert (status, found["written"]) == (1, not is_dry)
    ((file, diff),) = ((each["file"], each["diff"]) for each in found["files"])
    assert (file, diff.count("+    def parts")) == (str(here / "json_host.py"), 1)
    ((undecided, place),) = ((each["file"], (each["line"], each["column"])) for each in found["undecided"])
    assert (undecided, place) == (str(here / "unknown.py"), (2, 29))
    assert ("def parts" in (here / "json_host.py").read_text()) is not is_dry


def test_stubs(capsys: pytest.CaptureFixture[str], here: Path) -> None:
    """Each stub, with a diff where it was stale; with --check nothing is written."""
    stub = here / "json_host.pyi"
    status, found = report(capsys, "stubs", "json_host.py", "--check")
    assert (status, found["written"], stub.exists()) == (1, False, False)
    status, written = report(capsys, "stubs", "json_host.py")
    assert (status, written["written"], written["stubs"]) == (0, True, found["stubs"])
    assert [each["file"] for each in written["stubs"]] == ["json_host.pyi"]
    assert "+class AppSpec(Protocol):" in written["stubs"][0]["diff"]
    assert report(capsys, "stubs", "json_host.py") == (
        0,
        {"written": True, "stubs": [{"file": "json_host.pyi", "diff": ""}]},
    )


def test_new(capsys: pytest.CaptureFixture[str], here: Path) -> None:
    """The name of the project, what is said of it, and its files."""
    status, found = report(capsys, "new", "host", "page-maker")
    assert (status, found["project"], found["about"]) == (
        0,
        "page-maker",
        "a host whose plugins are in the group 'page_maker.plugins'",
    )
    files = (path.relative_to(here / "page-maker") for path in (here / "page-maker").rglob("*") if path.is_file())
    assert found["files"] == sorted(path.as_posix() for path in files)


def test_profile(capsys: pytest.CaptureFixture[str]) -> None:
    """The table by plugin and hook; it goes to stderr, as stdout is the program's."""
    call = "import json_host; json_host.make()[0].hook.sections(document='')"
    status, out, err = run(capsys, "profile", "json_host:make", "--format", "json", "--", sys.executable, "-c", call)
    table = json.loads(err)
    assert (status, out, table["json_host:Plugin"]["AppSpec.sections"]["calls"]) == (0, "", 1)


@pytest.mark.parametrize(
    ("program", "status", "plugins", "message"),
    [
        (
            "sys.exit(bool(json_host.make()[1].loaded))",
            0,
            ["json_host:Plugin"],
            "it fails with 'json_host:Plugin'",
        ),
        ("sys.exit(0)", 1, [], "it works with its only plugin: there is nothing to find"),
    ],
    ids=["found", "nothing"],
)
def test_bisect(
    capsys: pytest.CaptureFixture[str], program: str, status: int, plugins: list[str], message: str
) -> None:
    """The plugins that fail, or none, what is said of them, and how many runs it took."""
    arguments = ("bisect", "json_host:make", "--format", "json", "--", sys.executable, "-c")
    found, out, err = run(capsys, *arguments, f"import sys, json_host; {program}")
    told = json.loads(out)
    assert (found, told["plugins"], told["runs"]) == (status, plugins, err.count("run "))
    assert told["message"].startswith(message)
