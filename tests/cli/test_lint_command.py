"""`pluginkit lint`: what it writes, what it changes, and how it ends."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from commands import module_here, run
from sarif_pydantic import Sarif

from pluginkit._source.lint.codes import RULES

HOOKS = """\
from typing import Protocol
from pluginkit import hookspec
class AppSpec(Protocol):
    @hookspec
    def sections(self, *, document: str, verbose: bool) -> list[str]: ...
"""
PLUGIN = """\
from hooks import AppSpec
from pluginkit import hookimpl
class Plugin:
    @hookimpl(AppSpec.sections)
    def sections(self, documnt: str, **_: object) -> list[str]:
        return [documnt]
"""
TEXT = """\
plugin.py:5:24: PK101 AppSpec.sections: unknown parameter 'documnt'
  5 |     def sections(self, documnt: str, **_: object) -> list[str]:
    |                        ^^^^^^^
  AppSpec.sections is at hooks.py:5
  Hint: did you mean 'document'?

1 spec, 1 implementation: 1 error, 1 can be corrected with --fix
"""
ASYNC = "from hooks import AppSpec\nfrom pluginkit import hookimpl\n@hookimpl.function(AppSpec.sections)\nasync def a(): ...\n"
UNKNOWN = "from pluginkit import hookimpl\n@hookimpl\ndef a(): ...\n"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the current folder a project with one misspelled parameter."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "hooks.py").write_text(HOOKS)
    (tmp_path / "plugin.py").write_text(PLUGIN)
    return tmp_path


def test_text(capsys: pytest.CaptureFixture[str]) -> None:
    """A person reads the line, what is marked in it, where the hook is, and what to do."""
    assert run(capsys, "lint") == (1, TEXT, "")
    assert run(capsys, "lint", "plugin.py", "hooks.py", ".") == (1, TEXT, "")


def test_lines_with_tabs_and_further_lines(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    """The marks stand below what they mark, also behind tabs; of several lines the first is shown."""
    (project / "plugin.py").write_text(
        "from pluginkit import hookimpl\nclass A:\n\t@hookimpl(\n\t\t(1,\n\t\t2)\n\t)\n\tdef a(self): ...\n"
    )
    assert run(capsys, "lint", "plugin.py")[1].splitlines()[:3] == [
        "plugin.py:4:3: PK002 what (1, 2) is cannot be told from source: 1 implementation is not checked",
        "  4 |   (1,",
        "    |   ^^^",
    ]
    (project / "plugin.py").write_text("def (")
    assert (
        run(capsys, "lint", "plugin.py")[1].splitlines()[0] == "plugin.py:1:5: PK001 cannot be parsed: invalid syntax"
    )
    (project / "plugin.py").write_bytes(b"# coding: odd\n")
    assert run(capsys, "lint", "plugin.py", "--format", "concise")[1].splitlines()[0] == (
        "plugin.py:1:1: PK001 cannot be parsed: unknown encoding: odd"
    )
    assert run(capsys, "lint", "plugin.py")[0] == 1


def test_concise(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    """A program reads a line for each finding, in the order of files and lines."""
    (project / "other.py").write_text(ASYNC)
    assert run(capsys, "lint", "--format", "concise")[1] == (
        "other.py:4:1: PK104 AppSpec.sections: is async, but the hook is not\n"
        "plugin.py:5:24: PK101 AppSpec.sections: unknown parameter 'documnt' [fix]\n"
        "1 spec, 2 implementations: 2 errors, 1 can be corrected with --fix\n"
    )


def test_no_problems(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    """Without a finding the last line says how much was looked at."""
    (project / "plugin.py").write_text(PLUGIN.replace("documnt", "document"))
    assert run(capsys, "lint") == (0, "1 spec, 1 implementation: no problems\n", "")


def test_what_cannot_be_checked(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    """It is said and counted, and fails with --strict only."""
    (project / "plugin.py").write_text(UNKNOWN)
    status, out, _ = run(capsys, "lint", "--format", "concise")
    assert (status, out.splitlines()[-1]) == (0, "1 spec, 1 implementation: no problems, 1 not checked")
    status, out, _ = run(capsys, "lint", "--format", "concise", "--strict")
    assert (status, out.splitlines()[-1]) == (1, "1 spec, 1 implementation: 1 error, 1 not checked")


SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "reference" / "lint.schema.json").read_text("utf-8"))


def test_json(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    """A tool reads positions from 1, and the changes that correct a finding."""
    (project / "other.py").write_text("from pluginkit import hookimpl\n@hookimpl(1)\ndef a(): ...\n")
    found = json.loads(run(capsys, "lint", "--format", "json")[1])
    jsonschema.validate(found, SCHEMA)
    assert {name: value for name, value in found.items() if name != "findings"} == {
        "version": 1,
        "specs": 1,
        "implementations": 2,
        "unresolved": 1,
    }
    first, second = found["findings"]
    assert (first["code"], first["fix"], first["related"]) == ("PK113", None, [])
    place = {"line": 5, "column": 24, "end_line": 5, "end_column": 31}
    again = {"line": 6, "column": 17, "end_line": 6, "end_column": 24}
    assert second == {
        "code": "PK101",
        "name": "unknown-parameter",
        "severity": "error",
        "message": "AppSpec.sections: unknown parameter 'documnt'",
        "hint": "did you mean 'document'?",
        "file": "plugin.py",
        **place,
        "related": [
            {"text": "AppSpec.sections", "file": "hooks.py", "line": 5, "column": 9, "end_line": 5, "end_column": 17}
        ],
        "fix": {"safe": True, "edits": [{"text": "document", **place}, {"text": "document", **again}]},
    }


def test_github(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    """GitHub shows a finding beside its line."""
    (project / "plugin.py").write_text(UNKNOWN)
    assert run(capsys, "lint", "--format", "github")[1] == (
        "::notice file=plugin.py,line=3,col=5,endLine=3,endColumn=6,title=pluginkit PK002::the hook 'a' cannot be found: "
        "no spec is known%0Aname the specs of the host in [tool.pluginkit] specs, or refer to the hook\n"
    )


def test_sarif(capsys: pytest.CaptureFixture[str], project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Code scanning services read SARIF, with the rules, the places and the changes."""
    (project / "other.py").write_text("from pluginkit import hookimpl\n@hookimpl(1)\ndef a(): ...\n")
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "m.py"
    elsewhere.write_text("def (")
    text = run(capsys, "lint", ".", str(elsewhere), "--format", "sarif")[1]
    Sarif.model_validate_json(text)
    (found,) = json.loads(text)["runs"]
    assert [rule["id"] for rule in found["tool"]["driver"]["rules"]] == list(RULES)
    other, plugin, parse = found["results"]
    assert (other["ruleId"], "fixes" in other, "relatedLocations" in other) == ("PK113", False, False)
    assert plugin["fixes"][0]["artifactChanges"][0]["artifactLocation"] == {"uri": "plugin.py"}
    assert plugin["relatedLocations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "hooks.py"}
    assert parse["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": elsewhere.as_uri()}


def test_fix(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    """What can be corrected safely is, and the rest is reported; with --unsafe, more is."""
    (project / "other.py").write_text(ASYNC)
    status, out, _ = run(capsys, "lint", "--fix", "--format", "concise")
    assert (status, out.splitlines()[-1]) == (1, "1 spec, 2 implementations: 1 error, 1 corrected")
    assert (project / "plugin.py").read_text() == PLUGIN.replace("documnt", "document")
    assert (project / "other.py").read_text() == ASYNC
    assert run(capsys, "lint", "--fix", "--unsafe") == (0, "1 spec, 2 implementations: no problems, 1 corrected\n", "")
    assert (project / "other.py").read_text() == ASYNC.replace("async ", "")


def test_fix_keeps_the_encoding(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    """A file keeps its encoding and its line ends."""
    text = f"# coding: latin-1\r\n{PLUGIN.replace(chr(10), chr(13) + chr(10))}# ä\r\n"
    (project / "plugin.py").write_bytes(text.encode("latin-1"))
    assert run(capsys, "lint", "--fix")[0] == 0
    assert (project / "plugin.py").read_bytes() == text.replace("documnt", "document").encode("latin-1")


def test_diff(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    """What would change is printed, and nothing is written."""
    (project / "plugin.py").write_text(PLUGIN.rstrip())
    status, out, _ = run(capsys, "lint", "--diff")
    assert status == 1
    assert [line for line in out.splitlines() if line[:1] in "+-"][2:] == [
        "-    def sections(self, documnt: str, **_: object) -> list[str]:",
        "-        return [documnt]",
        "+    def sections(self, document: str, **_: object) -> list[str]:",
        "+        return [document]",
    ]
    assert (project / "plugin.py").read_text() == PLUGIN.rstrip()


def test_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    """An editor passes what is not saved; with --fix it gets the corrected text back."""
    (project / "plugin.py").write_text("")
    monkeypatch.setattr(sys, "stdin", io.StringIO(PLUGIN))
    assert run(capsys, "lint", "--stdin-filename", "plugin.py", "--format", "concise")[:2] == (
        1,
        (
            "plugin.py:5:24: PK101 AppSpec.sections: unknown parameter 'documnt' [fix]\n"
            "0 specs, 1 implementation: 1 error, 1 can be corrected with --fix\n"
        ),
    )
    monkeypatch.setattr(sys, "stdin", io.StringIO(PLUGIN))
    assert run(capsys, "lint", "--stdin-filename", "plugin.py", "--fix") == (
        0,
        PLUGIN.replace("documnt", "document"),
        "0 specs, 1 implementation: no problems\n",
    )
    assert (project / "plugin.py").read_text() == ""


def test_explain(capsys: pytest.CaptureFixture[str]) -> None:
    """A rule is explained in a few lines, and all of them are listed."""
    assert run(capsys, "lint", "--explain", "pk101") == (
        0,
        (
            "PK101 unknown-parameter (an error, --fix corrects it)\n\nAn implementation takes a parameter that its hook does "
            "not have. Registration refuses it. Correct the name, or remove the parameter.\n"
        ),
        "",
    )
    assert "(a warning, --fix corrects it, off unless selected)" in run(capsys, "lint", "--explain", "PK118")[1]
    assert len(run(capsys, "lint", "--explain", "ALL")[1].splitlines()) == len(RULES)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--explain", "PK999"], "there is no rule 'PK999' [PK816]\n  Hint: pluginkit lint --explain ALL lists them"),
        (["--select", "E501"], "there is no rule 'E501' [PK816]\n  Hint: pluginkit lint --explain ALL lists them"),
        (["gone.py"], "there is no file or folder 'gone.py' [PK808]"),
        (["--python", "gone"], "there is no interpreter or environment 'gone' [PK816]"),
    ],
)
def test_bad_input(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    """What cannot be done ends with status 2."""
    assert run(capsys, "lint", *arguments) == (2, "", f"error: {message}\n")


def test_selection(capsys: pytest.CaptureFixture[str]) -> None:
    """Rules are selected and left out by codes."""
    assert run(capsys, "lint", "--ignore", "pk101, PK2")[0] == 0
    assert run(capsys, "lint", "--select", "PK2")[0] == 0
    assert run(capsys, "lint", "--select", "ALL", "--ignore", "PK2")[0] == 1


def test_nothing_is_executed(project: Path) -> None:
    """Neither a host nor a plugin nor a package around them runs, and other commands are not even imported."""
    (project / "host").mkdir()
    (project / "host" / "__init__.py").write_text("raise RuntimeError\n")
    (project / "host" / "hooks.py").write_text(f"{HOOKS}raise RuntimeError\n")
    (project / "plugin.py").write_text(f"{PLUGIN.replace('from hooks', 'from host.hooks')}raise RuntimeError\n")
    code = (
        "import sys\nfrom pluginkit.cli import main\nstatus = main(['lint', 'plugin.py', '--format', 'concise'])\n"
        "loaded = [name for name in sys.modules if name.startswith('pluginkit.cli.') and '._' not in name]\n"
        "print(status, loaded, 'host' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "plugin.py:5:24: PK101 AppSpec.sections: unknown parameter 'documnt' [fix]",
        "0 specs, 1 implementation: 1 error, 1 can be corrected with --fix",
        "1 ['pluginkit.cli.lint'] False",
    ]


def test_check_lints_the_implementations(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    """`pluginkit check` loads plugins, and says what lint finds within those that it registers, and there only."""
    text = PLUGIN.replace("documnt: str, **_: object", "*given: str")
    text = text.replace("documnt", "*given")
    host = (
        "from pluginkit import Registry\nregistry = Registry(AppSpec)\nregistry.register(Plugin(), 'listing')\n"
        "names = {}\nexec('def sections(**_): ...', names)\n"
        "made = staticmethod(hookimpl.function(AppSpec.sections)(names['sections']))\n"
        "registry.register(type('Made', (), {'sections': made})(), 'made')\n"
    )
    other = "class Other:\n    @hookimpl(AppSpec.sections)\n    def sections(self, wrong): ...\n"
    bare = "    @hookimpl(AppSpec.sections, before=[])\n    def other(self, **_): ...\n"
    with module_here(project, monkeypatch, "listing_host", f"{text}{bare}{other}{host}"):
        status, out, _ = run(capsys, "check", "listing_host:registry")
    sys.modules.pop("hooks")
    assert (status, out) == (
        0,
        (
            "warning: plugin 'listing': AppSpec.sections: '*given' receives nothing [PK115]\n"
            f"  at  {project / 'listing_host.py'}:5\n"
            "  Hint: remove '*given': arguments are passed by keyword\n\n"
            "2 plugins registered, 1 problem\n"
        ),
    )
