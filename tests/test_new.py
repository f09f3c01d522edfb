"""`pluginkit new plugin`: what it writes passes its own checks, and a host finds it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import commands
import pytest
from commands import module_here
from wheels import Environment

import pluginkit

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = '''
from __future__ import annotations

import decimal
import os.path
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, TypeAlias

from pluginkit import Registry, hookspec

Options: TypeAlias = "Mapping[str, str]"
Number = int


class Page:
    """A page."""


class PageSpec(Protocol):
    """Hooks of every mode."""

    @hookspec
    def sections(self, *, page: Page, path: Path, amount: decimal.Decimal) -> list[str]:
        """Give sections.

        At any length.
        """
        ...

    @hookspec(firstresult=True)
    def render(self, *, page: "Page") -> bytes | None: ...

    @hookspec(pipeline="text")
    def polish(self, *, text: str, width: Number = 80) -> str: ...

    @hookspec(historic=True)
    def configured(self, *, options: Options) -> None: ...

    @hookspec
    async def fetch(self, *, url: str) -> bytes: ...

    def not_a_hook(self): ...


del PageSpec.not_a_hook


class AppSpec(PageSpec, Protocol):
    """Composed."""

    @hookspec
    def nothing(self) -> object: ...


registry = Registry(AppSpec)
'''


@pytest.fixture(autouse=True)
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make a host in the current folder."""
    with module_here(tmp_path, monkeypatch, "page_host", HOST) as path:
        yield path


def run(capsys: pytest.CaptureFixture[str], name: str, spec: str, *options: str) -> tuple[int, str, str]:
    """Run the command."""
    return commands.run(capsys, "new", "plugin", name, "--for", spec, *options)


def check(folder: Path, *command: str) -> None:
    """Run one of the project's own checks."""
    paths = [str(Path(pluginkit.__path__[0]).parent), str(folder.parent)]
    environment = {"PYTHONPATH": ":".join(paths), "MYPYPATH": str(folder.parent), "PATH": ""}
    arguments = [sys.executable, "-m", *command]
    done = subprocess.run(arguments, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_project_passes_its_own_checks(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What is written for a spec with hooks of every mode passes mypy, ruff and its test."""
    assert run(capsys, "page-plugin", "page_host:AppSpec", "--group", "pages") == (
        0,
        "wrote page-plugin: 6 hooks of AppSpec\n",
        "",
    )
    folder = tmp_path / "page-plugin"
    check(folder, "mypy", "src", "tests")
    check(folder, "ruff", "check", ".")
    check(folder, "pytest", "-q", "-p", "no:cacheprovider")
    assert 'page-plugin = "page_plugin:Plugin"' in (folder / "pyproject.toml").read_text()
    code = (folder / "src" / "page_plugin" / "__init__.py").read_text()
    assert '    """Give sections."""' in code.replace("        ", "    ")
    assert "async def fetch(self, url: str) -> bytes | None:" in code
    assert "from page_host import AppSpec, Number, Options, Page\n" in code


def test_host_finds_the_installed_project(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A wheel of the project is found by the host through its entry point, whose group may be a guess."""
    _, out, _ = run(capsys, "page-plugin", "page_host:AppSpec")
    assert out == (
        "wrote page-plugin: 6 hooks of AppSpec; "
        "the entry point group 'page_host.plugins' is a guess, see pyproject.toml\n"
    )
    environment = Environment(tmp_path)
    wheel = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", "dist", "./page-plugin"]
    subprocess.run(wheel, cwd=tmp_path, check=True, capture_output=True)
    (built,) = (tmp_path / "dist").iterdir()
    environment.pip(str(built))
    listed = environment.run("-m", "pluginkit", "list", "page_host:registry", "--group", "page_host.plugins")
    assert "page-plugin  registered  page-plugin 0.1.0  sections" in listed.stdout


@pytest.mark.parametrize("name", ["", "1st", "a b", "-a", "class", "a/b", "../a"])
def test_bad_name(capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str) -> None:
    """A name that no project and module can have is refused, and nothing is written."""
    before = sorted(tmp_path.iterdir())
    status, _, errors = run(capsys, f"{name}", "page_host:AppSpec") if not name.startswith("-") else (2, "", "no name")
    assert (status, "no name" in errors) == (2, True)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("absent:AppSpec", "'absent:AppSpec' cannot be loaded: ModuleNotFoundError"),
        ("page_host:Absent", "'page_host:Absent' cannot be loaded: AttributeError"),
        ("page_host:Page", "Page is no Protocol class"),
    ],
)
def test_bad_spec(capsys: pytest.CaptureFixture[str], tmp_path: Path, spec: str, message: str) -> None:
    """Where there is no spec, nothing is written."""
    status, _, errors = run(capsys, "page-plugin", spec)
    assert (status, message in errors) == (2, True)
    assert not (tmp_path / "page-plugin").exists()


def test_nothing_is_overwritten(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A folder of that name is left as it is."""
    (tmp_path / "page-plugin").mkdir()
    status, _, errors = run(capsys, "page-plugin", "page_host:AppSpec")
    assert (status, errors) == (2, "error: 'page-plugin' is there already, and is left as it is\n")
    assert list((tmp_path / "page-plugin").iterdir()) == []


def test_spec_that_is_made_while_a_program_runs(
    capsys: pytest.CaptureFixture[str], host: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hook whose declaration is not in a file cannot be written out, and the error says so."""
    host.write_text(HOST + "\nexec('class Made(Protocol):\\n    @hookspec\\n    def made(self): ...')\n")
    status, _, errors = run(capsys, "page-plugin", "page_host:Made")
    assert (status, errors) == (2, "error: Made.made is not written in page_host\n")
    monkeypatch.setattr(sys.modules["page_host"], "__file__", None)
    assert run(capsys, "page-plugin", "page_host:Made")[2] == "error: the source of page_host cannot be found\n"


def test_relative_imports(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A type that the host's module imports relatively is imported from that module."""
    package = tmp_path / "page_package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "types.py").write_text("class Sheet: ...")
    (package / "hooks.py").write_text(
        "from typing import Protocol\nfrom pluginkit import hookspec\nfrom .types import Sheet\n"
        "class SheetSpec(Protocol):\n    @hookspec\n    def draw(self, *, sheet: Sheet) -> int: ...\n"
        "    @hookspec\n    def plain(self, *, size=1): ...\n"
    )
    assert run(capsys, "sheet-plugin", "page_package.hooks:SheetSpec")[0] == 0
    code = (tmp_path / "sheet-plugin" / "src" / "sheet_plugin" / "__init__.py").read_text()
    assert "from page_package.hooks import Sheet, SheetSpec\n" in code
    assert "def plain(self, size: object = 1) -> object:" in code
    for name in ("page_package", "page_package.hooks", "page_package.types"):
        sys.modules.pop(name)
