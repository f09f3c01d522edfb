"""`check --static`: partial implementations are checked exactly, by the checker of the project, in a copy of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from commands import module_here, run

from pluginkit.cli import _checkers
from pluginkit.cli._checkers import CHECKERS, NoCheckerError, chosen, errors_of
from pluginkit.cli._static import Copies, messages

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = """\
from collections.abc import Generator
from typing import Protocol
from pluginkit import Registry, hookimpl, hookspec

class Spec(Protocol):
    @hookspec
    def sections(self, *, document: str, verbose: bool) -> list[str]: ...

class Plugin:
    @hookimpl(Spec.sections)
    def partial(self, document: str) -> list[str]:
        return [document]

    @hookimpl(Spec.sections, wrapper=True)
    def around(self) -> Generator[None, list[list[str]], list[list[str]]]:
        return (yield)

    @hookimpl(Spec.sections)
    def mistyped(self, document: int) -> list[str]:  # wrong
        return [str(document)]

    @hookimpl(Spec.sections)
    def answering(self) -> list[int]:  # wrong
        return [1]

unrelated: int = "not about a plugin"
registry = Registry(Spec)
registry.register(Plugin(), "plugin")
empty = Registry(Spec)
"""
WRONG = {number - 1 for number, line in enumerate(HOST.splitlines(), 1) if "# wrong" in line}


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make a host in the current folder, and return its file."""
    with module_here(tmp_path, monkeypatch, "static_host", HOST) as path:
        yield path


def problems(capsys: pytest.CaptureFixture[str], target: str, checker: str) -> list[dict[str, Any]]:
    """Return what the command reports."""
    _, out, _ = run(capsys, "check", target, "--static", checker, "--format", "json")
    found: list[dict[str, Any]] = json.loads(out)["problems"]
    return found


def test_partial_implementations(capsys: pytest.CaptureFixture[str], host: Path) -> None:
    """Those that are right are accepted, without a stub; the wrong ones are reported where they are written."""
    found = problems(capsys, "static_host:registry", "mypy")
    assert {(each["rule"], each["plugin"], each["hook"], each["file"]) for each in found} == {
        ("PK801", "plugin", "Spec.sections", str(host))
    }
    assert {each["line"] for each in found} == WRONG
    assert all("mypy: Argument 1" in each["message"] for each in found)
    assert host.read_text() == HOST


def test_without_implementations(capsys: pytest.CaptureFixture[str], host: Path) -> None:
    """A registry without plugins needs no checker to run."""
    assert problems(capsys, "static_host:empty", "mypy") == []


def test_settings_of_the_project(capsys: pytest.CaptureFixture[str], host: Path) -> None:
    """The checker reads the settings of the project in the current folder."""
    host.with_name("mypy.ini").write_text("[mypy]\ndisable_error_code = arg-type\n")
    assert problems(capsys, "static_host:registry", "mypy") == []


def test_projects_and_packages_side_by_side(tmp_path: Path) -> None:
    """A project is copied without what checkers do not read; of what is installed, only the package of a file."""
    project, site = tmp_path / "project", tmp_path / "env" / "site-packages"
    wanted = ["pyproject.toml", "src/a/__init__.py", "src/a/py.typed", "src/a/x.pyi", "pyrightconfig.json"]
    others = [".git/x.py", "data.json", "__pycache__/x.py", "venv/pyvenv.cfg", "venv/x.py", "site-packages/x.py"]
    for name in (*wanted, *others):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).touch()
    for name in ("one/__init__.py", "one/deep/__init__.py", "two/__init__.py", "single.py"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(name)
    folder = tmp_path / "copies"
    folder.mkdir()
    copies = Copies(folder)
    copy = copies.of_project(project)
    assert {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()} == set(wanted)
    assert copies.of_file(project / "src" / "a" / "__init__.py") == copy / "src" / "a" / "__init__.py"
    deep = copies.of_file(site / "one" / "deep" / "__init__.py")
    assert deep.read_text() == "one/deep/__init__.py"
    assert copies.of_file(site / "one" / "__init__.py").parent == deep.parents[1]
    assert copies.of_file(site / "single.py").read_text() == "single.py"
    assert [path.name for path in folder.rglob("two")] == []


def test_folder_that_is_not_a_project(tmp_path: Path) -> None:
    """Of a folder without a project, modules and packages are copied, and other folders are not."""
    for name in ("a.py", "package/__init__.py", "package/inner/x.py", "anything/x.py"):
        (tmp_path / "here" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "here" / name).touch()
    (tmp_path / "copies").mkdir()
    copy = Copies(tmp_path / "copies").of_project(tmp_path / "here")
    assert {path.relative_to(copy).as_posix() for path in copy.rglob("*.py")} == {
        "a.py",
        "package/__init__.py",
        "package/inner/x.py",
    }


def test_errors_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a checker says of other files is left out."""
    file = tmp_path / "plugin.py"
    file.write_text("x = 1\n")

    def errors(name: str, files: list[str], folder: Path) -> list[tuple[str, int, str]]:
        return [(files[0], 1, "here"), (str(folder / "other.py"), 1, "there")]

    monkeypatch.setattr("pluginkit.cli._static.errors_of", errors)
    assert list(messages("mypy", [file], tmp_path)) == [(file, 1, "here")]


# -- checkers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, "mypy"),
        ({"pyrightconfig.json": ""}, "pyright"),
        ({"pyproject.toml": "[tool.ty]"}, "ty"),
        ({"pyproject.toml": "[tool.pyrefly]\n[tool.pyright]"}, "pyright"),
        ({"pyproject.toml": "not toml"}, "mypy"),
        ({"pyproject.toml": "[project]", "pyrefly.toml": ""}, "pyrefly"),
    ],
)
def test_checker_of_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], expected: str
) -> None:
    """Without a name it is the one that the project configures, or else the first that is installed."""
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(_checkers, "find_spec", lambda _: True)
    assert chosen("auto", tmp_path) == expected


@pytest.mark.parametrize(("wanted", "named"), [("auto", "mypy, pyright, ty or pyrefly"), ("ty", "ty")])
def test_checker_that_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str, named: str
) -> None:
    """Without the requested checker nothing is checked, and the command says so."""
    monkeypatch.setattr(_checkers, "find_spec", lambda _: None)
    with pytest.raises(NoCheckerError) as error:
        chosen(wanted, tmp_path)
    assert str(error.value) == f"--static needs {named}, installed for the Python that runs this command [PK802]"


class Done:
    """What a checker leaves."""

    def __init__(self, stdout: str, returncode: int = 1, stderr: str = "") -> None:
        self.stdout = stdout
        self.returncode = returncode
        self.stderr = stderr


PLACE = {"severity": "error", "line": 7, "message": "m", "description": "m"}
REPORTS = {
    "mypy": "\n".join(map(json.dumps, [PLACE | {"file": "p.py"}, PLACE | {"file": "p.py", "severity": "note"}])),
    "pyright": json.dumps(
        {
            "generalDiagnostics": [
                PLACE | {"file": "p.py", "severity": severity, "range": {"start": {"line": 6}}}
                for severity in ("error", "warning")
            ]
        }
    ),
    "ty": json.dumps(
        [
            PLACE | {"severity": severity, "location": {"path": "p.py", "positions": {"begin": {"line": 7}}}}
            for severity in ("major", "minor")
        ]
    ),
    "pyrefly": json.dumps({"errors": [PLACE | {"path": "p.py"}, PLACE | {"path": "p.py", "severity": "warn"}]}),
}


@pytest.mark.parametrize("name", CHECKERS)
def test_what_checkers_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Of what a checker writes, errors are taken, with lines that count from 1; it runs once, in the project."""
    started: list[tuple[list[str], Path]] = []

    def start(command: list[str], folder: Path) -> Done:
        started.append((command, folder))
        return Done(REPORTS[name])

    monkeypatch.setattr(_checkers, "_run", start)
    assert errors_of(name, ["p.py"], tmp_path) == [(str(tmp_path / "p.py"), 7, "m")]
    ((command, folder),) = started
    assert (command[:3], command[-1], folder) == ([sys.executable, "-m", name], "p.py", tmp_path)
    assert ("--preset" in command) is (name == "pyrefly")


@pytest.mark.parametrize(
    ("done", "said"), [(Done("", 2, "crashed\n"), "crashed"), (Done("odd", 1), "odd"), (Done("[]", 1), "[]")]
)
def test_checker_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, done: Done, said: str) -> None:
    """A checker that could not check is an error: it is not that nothing is wrong."""
    monkeypatch.setattr(_checkers, "_run", lambda *_: done)
    with pytest.raises(NoCheckerError) as error:
        errors_of("pyright", ["p.py"], tmp_path)
    assert str(error.value) == f"pyright could not check the implementations: {said} [PK818]"


def test_checker_with_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the project configures pyrefly, its preset stays."""
    (tmp_path / "pyrefly.toml").write_text("")
    started: list[list[str]] = []
    monkeypatch.setattr(_checkers, "_run", lambda command, _: started.append(command) or Done('{"errors": []}', 0))
    assert errors_of("pyrefly", ["p.py"], tmp_path) == []
    assert "--preset" not in started[0]
