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
    from collections.abc import Callable, Iterator

HOST = r'''
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


def test_what_is_written_is_reviewed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, snapshot: Callable[[str, str], None]
) -> None:
    """The whole project is that of the snapshot: a change of it shows as a diff."""
    options = ("--group", "pages", "--pluginkit", "typed-pluginkit")
    assert run(capsys, "page-plugin", "page_host:AppSpec", *options)[0] == 0
    folder = tmp_path / "page-plugin"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    parts = [f"=== {path.relative_to(folder).as_posix()}\n{path.read_text(encoding='utf-8')}" for path in files]
    snapshot("new_plugin.txt", "".join(parts))


def test_host_that_is_written_is_reviewed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, snapshot: Callable[[str, str], None]
) -> None:
    """The project of a host is that of the snapshot."""
    assert commands.run(capsys, "new", "host", "page-maker", "--pluginkit", "typed-pluginkit") == (
        0,
        "wrote page-maker: a host whose plugins are in the group 'page_maker.plugins'\n",
        "",
    )
    folder = tmp_path / "page-maker"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    parts = [f"=== {path.relative_to(folder).as_posix()}\n{path.read_text(encoding='utf-8')}" for path in files]
    snapshot("new_host.txt", "".join(parts))


@pytest.mark.slow
def test_host_passes_its_own_checks(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new host passes its checks, runs, and a new plugin for it passes its own and the contract of the host."""
    assert commands.run(capsys, "new", "host", "page-maker", "--group", "pages")[0] == 0
    folder = tmp_path / "page-maker"
    check(folder, "pluginkit", "lint", "src", "--strict")
    check(folder, "mypy", "src", "tests")
    check(folder, "ruff", "check", ".")
    check(folder, "ruff", "format", "--check", ".")
    check(folder, "pytest", "-q", "-p", "no:cacheprovider")
    command = [sys.executable, "-m", "page_maker", "To", "be"]
    environment = {"PYTHONPATH": f"{Path(pluginkit.__path__[0]).parent}:{folder / 'src'}"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "To be\n- 2 words\n"
    monkeypatch.syspath_prepend(str(folder / "src"))
    for name in [name for name in sys.modules if name.partition(".")[0] == "page_maker"]:
        monkeypatch.delitem(sys.modules, name)
    status, out, _ = run(capsys, "page-links", "page_maker.hooks:PageMakerSpec")
    assert (status, out) == (
        0,
        "wrote page-links: 4 hooks of PageMakerSpec; page_maker loads the entry point group 'pages'\n",
    )
    assert (tmp_path / "page-links" / "tests" / "test_contract.py").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("plugin", "x"), "a plugin needs the spec of its host [PK816]\n  Hint: name it with --for MODULE:SPEC"),
        (("host", "x", "--for", "page_host:AppSpec"), "a host has a spec of its own [PK816]\n  Hint: leave out --for"),
        (("host", "class"), "'class' cannot name a project and a module [PK812]\n  Hint: use letters, digits and '-'"),
        (
            ("host", "page_host.py"),
            "'page_host.py' already exists [PK813]\n  Hint: choose another name, or move it away",
        ),
    ],
)
def test_bad_arguments(
    arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """What does not make sense is refused, and nothing is written."""
    before = sorted(tmp_path.iterdir())
    assert commands.run(capsys, "new", *arguments) == (2, "", f"error: {message}\n")
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.slow
def test_project_passes_its_own_checks(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What is written for a spec with hooks of every mode passes mypy, ruff and its test."""
    assert run(capsys, "page-plugin", "page_host:AppSpec", "--group", "pages") == (
        0,
        "wrote page-plugin: 6 hooks of AppSpec\n",
        "",
    )
    folder = tmp_path / "page-plugin"
    check(folder, "pluginkit", "lint", "src", "--strict")
    check(folder, "mypy", "src", "tests")
    check(folder, "ruff", "check", ".")
    check(folder, "ruff", "format", "--check", ".")
    check(folder, "pytest", "-q", "-p", "no:cacheprovider")
    assert 'page-plugin = "page_plugin.plugin:Plugin"' in (folder / "pyproject.toml").read_text()
    code = (folder / "src" / "page_plugin" / "plugin.py").read_text()
    assert '    """Give sections."""' in code.replace("        ", "    ")
    assert "async def fetch(self, url: str) -> bytes | None:" in code
    assert "from page_host import AppSpec, Number, Options, Page\n" in code


@pytest.mark.slow
def test_hooks_can_be_deleted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A project that keeps one hook of many passes its checks, once ruff has removed the unused imports."""
    options = ("--group", "pages", "--pluginkit", "typed-pluginkit")
    assert run(capsys, "page-plugin", "page_host:AppSpec", *options)[0] == 0
    folder = tmp_path / "page-plugin"
    module = folder / "src" / "page_plugin" / "plugin.py"
    head, *methods = module.read_text().split("    @hookimpl(")
    (kept,) = (each for each in methods if each.startswith("AppSpec.polish)"))
    module.write_text(f"{head}    @hookimpl({kept.rstrip()}\n")
    check(folder, "ruff", "check", "--fix", ".")
    check(folder, "ruff", "format", "--check", ".")
    check(folder, "mypy", "src", "tests")
    check(folder, "pytest", "-q", "-p", "no:cacheprovider")
    assert "Page" not in module.read_text()


@pytest.mark.slow
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
    status, _, errors = run(capsys, f"{name}", "page_host:AppSpec") if not name.startswith("-") else (2, "", "[PK812]")
    assert (status, "[PK812]" in errors) == (2, True)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("absent:AppSpec", "'absent:AppSpec' cannot be loaded: ModuleNotFoundError"),
        ("page_host:Absent", "'page_host:Absent' cannot be loaded: AttributeError"),
        ("page_host:Page", "Page is not a Protocol class [PK210]"),
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
    assert (status, errors) == (
        2,
        "error: 'page-plugin' already exists [PK813]\n  Hint: choose another name, or move it away\n",
    )
    assert list((tmp_path / "page-plugin").iterdir()) == []


def test_spec_that_is_made_while_a_program_runs(
    capsys: pytest.CaptureFixture[str], host: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hook whose declaration is not in a file cannot be written out, and the error says so."""
    host.write_text(HOST + "\nexec('class Made(Protocol):\\n    @hookspec\\n    def made(self): ...')\n")
    status, _, errors = run(capsys, "page-plugin", "page_host:Made")
    assert (status, errors) == (2, "error: Made.made is not written in page_host [PK810]\n")
    monkeypatch.setattr(sys.modules["page_host"], "__file__", None)
    errors = run(capsys, "page-plugin", "page_host:Made")[2]
    assert errors == "error: the source of page_host cannot be found [PK809]\n"


def test_relative_imports(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A type that the host's module imports relatively is imported from where it is."""
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
    code = (tmp_path / "sheet-plugin" / "src" / "sheet_plugin" / "plugin.py").read_text()
    assert "from page_package.hooks import SheetSpec\nfrom page_package.types import Sheet\n" in code
    assert "def plain(self, size: object = 1) -> object:" in code
    for name in ("page_package", "page_package.hooks", "page_package.types"):
        sys.modules.pop(name)


NASTY = r'''
from __future__ import annotations

import os as p
import typing
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Literal, Optional, Protocol

import decimal as hookimpl

from pluginkit import Registry as R, hookspec
from nasty_other import Page as Theirs

MOST = 80
GROUP = "nasty.plugins"


class Plugin:
    """A type of the host that is called as the plugin's class."""


class AnswerNone:
    """A type whose name ends so."""


class Generator: ...


class NastySpec(Protocol):
    @hookspec
    def quoted(self, *, page: list["Plugin"], kind: Literal["Plugin", "b"] = "b") -> "AnswerNone":
        """It ends in a "quote\""""
        ...

    @hookspec
    def escaped(self, *, number: hookimpl.Decimal, most: int = MOST) -> int:
        r"""Match \d and \"\"\" in C:\new"""
        ...

    @hookspec(pipeline="a_parameter_of_a_very_long_name")
    def long(
        self,
        *,
        a_parameter_of_a_very_long_name: Mapping[str, OrderedDict[str, Callable[[Theirs], Generator]]],
        page: Optional["Theirs"] = None,
    ) -> Mapping[str, OrderedDict[str, Callable[[Theirs], Generator]]]: ...

    @hookspec(firstresult=True)
    def unknown(self, *, name: typing.Any, more: object = None) -> object: ...

    @hookspec(historic=True)
    def told(self, *, path: "p.PathLike[str] | None" = None) -> None: ...


class Renamed(NastySpec, Protocol): ...


registry = R(NastySpec)


def load():
    registry.load_entrypoints(GROUP)
    registry.load_entrypoints("nasty.plugins", ignore_errors=True)
    registry.load_entrypoints(registry.plugin_names()[0])
    registry.load_entrypoints(MOST)
'''


@pytest.fixture
def nasty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make a host whose hooks are hard to write down."""
    (tmp_path / "nasty_other.py").write_text("class Page: ...\n")
    with module_here(tmp_path, monkeypatch, "nasty_host", NASTY) as path:
        yield path
    sys.modules.pop("nasty_other", None)


def uncommented(code: str) -> str:
    """Return a module whose example of a wrapper is not a comment any more."""
    head, _, example = code.rpartition("    # A wrapper runs")
    shown = "".join(f"{line.replace('# ', '', 1)}\n" for line in example.splitlines()[2:])
    return head.replace("annotations\n\n", "annotations\n\nimport collections.abc\n", 1) + shown.replace(
        "-> ", "-> collections.abc.", 1
    )


@pytest.mark.slow
@pytest.mark.parametrize("spec", ["NastySpec", "Renamed"])
@pytest.mark.usefixtures("nasty")
def test_hooks_that_are_hard_to_write_down(capsys: pytest.CaptureFixture[str], tmp_path: Path, spec: str) -> None:
    """A project with quotes, backslashes, taken names and long lines passes its own checks."""
    assert run(capsys, "nasty-plugin", f"nasty_host:{spec}") == (
        0,
        f"wrote nasty-plugin: 5 hooks of {spec}; nasty_host loads the entry point group 'nasty.plugins'\n",
        "",
    )
    folder = tmp_path / "nasty-plugin"
    assert '"nasty.plugins"' in (folder / "pyproject.toml").read_text()
    module = folder / "src" / "nasty_plugin" / "plugin.py"
    code = module.read_text()
    assert "-> AnswerNone | None:" in code
    assert 'page: list[HostPlugin], kind: Literal["Plugin", "b"] = "b"' in code
    assert "number: HostHookimpl.Decimal" in code
    for _ in range(2):
        check(folder, "mypy", "src", "tests")
        check(folder, "ruff", "check", ".")
        check(folder, "ruff", "format", "--check", "--exclude", "src" if _ else "none", ".")
        check(folder, "pytest", "-q", "-p", "no:cacheprovider")
        assert uncommented(code) != code
        module.write_text(uncommented(code))  # and once more, with the wrapper


@pytest.mark.slow
def test_the_spec_may_be_called_as_what_the_project_uses(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, host: Path
) -> None:
    """A spec called `Plugin` or `Registry` is imported under another name, and every mode has its wrapper."""
    made = "\n\nclass Plugin(Protocol):\n    @hookspec\n    async def fetch(self, *, url: str) -> bytes: ...\n"
    told = "\n\nclass Registry(Protocol):\n    @hookspec(historic=True)\n    def told(self) -> None: ...\n"
    first = "\n\nclass First(Protocol):\n    @hookspec(firstresult=True)\n    def first(self) -> int: ...\n"
    union = "\n\nclass Choice(Protocol):\n    @hookspec\n    def one(self) -> t.Union[t.List[int | None], None]: ...\n"
    piped = "\n\nclass Piped(Protocol):\n    @hookspec(pipeline='a')\n    def piped(self, *, a: int) -> int: ...\n"
    head = HOST.replace("import Registry, hookspec", "import hookspec\nimport typing as t").partition("registry =")[0]
    host.write_text(head + made + told + first + union + piped)
    for number, name in enumerate(("Plugin", "Registry", "First", "Choice", "Piped")):
        assert run(capsys, f"p{number}", f"page_host:{name}")[0] == 0
        folder = tmp_path / f"p{number}"
        check(folder, "mypy", "src", "tests")
        check(folder, "ruff", "format", "--check", ".")
        check(folder, "pytest", "-q", "-p", "no:cacheprovider")
    for number in (0, 2, 3, 4):
        module = tmp_path / f"p{number}" / "src" / f"p{number}" / "plugin.py"
        module.write_text(uncommented(module.read_text()))
        check(tmp_path / f"p{number}", "mypy", "src", "tests")
    assert "wrapper" not in (tmp_path / "p1" / "src" / "p1" / "plugin.py").read_text()


def test_a_host_with_several_groups(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Groups are looked for in the whole package; of several, one has to be named, and nothing is written."""
    package = tmp_path / "grouped"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "broken.py").write_text("def")
    (package / "one.py").write_text("registry.load_entrypoints('one')")
    (package / "hooks.py").write_text(
        "from typing import Protocol\nfrom pluginkit import hookspec\n"
        "class Spec(Protocol):\n    @hookspec\n    def draw(self) -> int: ...\n"
        "def load(registry): registry.load_entrypoints('two')\n"
    )
    assert run(capsys, "plug", "grouped.hooks:Spec") == (
        2,
        "",
        "error: grouped loads several entry point groups: 'one', 'two' [PK814]\n  Hint: choose one with --group\n",
    )
    assert not (tmp_path / "plug").exists()
    assert run(capsys, "plug", "grouped.hooks:Spec", "--group", "two")[0] == 0
    for name in ("grouped", "grouped.hooks"):
        sys.modules.pop(name)


def test_a_link_that_leads_nowhere_is_left_as_it_is(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Nothing is written to where a link of the plugin's name leads."""
    (tmp_path / "page-plugin").symlink_to(tmp_path / "elsewhere")
    assert run(capsys, "page-plugin", "page_host:AppSpec")[0] == 2
    assert not (tmp_path / "elsewhere").exists()


CONTRACTS = """
import pluginkit.testing
import not_installed
from contracted.hooks import DrawSpec, OtherSpec
from contracted import hooks


class Plugin(pluginkit.testing.HookContract[hooks.DrawSpec]):
    def test_it_draws(self) -> None:
        assert self.hook.draw() == []


class OtherContract(pluginkit.testing.HookContract[OtherSpec]): ...


class Unrelated(dict[str, int], Plain, some.base): ...
"""
DERIVED = "class Derived(Plugin): ...\n"
OTHERS = """
import contracted.elsewhere as elsewhere
from .hooks import DrawSpec as Spec
from .elsewhere import DrawSpec
from pluginkit.testing import HookContract

class _Base(HookContract[Spec]): ...
class Contract(_Base): ...
class TestBuiltin(Contract):
    plugin = object()
class OfAnotherSpec(HookContract[DrawSpec]): ...
class OfAnotherSpecAsWell(HookContract[elsewhere.DrawSpec]): ...
"""


@pytest.fixture
def contracted(tmp_path: Path) -> Iterator[Path]:
    """Make a host with a module of contracts, which cannot be imported."""
    package = tmp_path / "contracted"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "hooks.py").write_text(
        "from typing import Protocol\nfrom pluginkit import hookspec\n"
        "class DrawSpec(Protocol):\n    @hookspec\n    def draw(self) -> int | None: ...\n"
        "class OtherSpec(DrawSpec, Protocol): ...\n"
    )
    (package / "testing.py").write_text(CONTRACTS)
    yield package
    for name in [each for each in sys.modules if each.partition(".")[0] == "contracted"]:
        sys.modules.pop(name)


def contract_test(capsys: pytest.CaptureFixture[str], folder: Path, name: str, spec: str) -> str:
    """Return the test of the contract that is written, or nothing."""
    assert run(capsys, name, f"contracted.hooks:{spec}")[0] == 0
    path = folder / name / "tests" / "test_contract.py"
    return path.read_text() if path.exists() else ""


@pytest.mark.slow
def test_the_contract_of_the_host_becomes_a_test(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, contracted: Path
) -> None:
    """The one contract for the spec is found in the source of the host, and the project runs it."""
    code = contract_test(capsys, tmp_path, "drawing", "DrawSpec")
    assert "from contracted.testing import Plugin as HostPlugin\n" in code
    assert "class TestContract(HostPlugin):\n" in code
    importable = CONTRACTS.replace("import not_installed\n", "").partition("class Unrelated")[0]
    (contracted / "testing.py").write_text(importable)
    folder = tmp_path / "drawing"
    check(folder, "mypy", "src", "tests")
    check(folder, "ruff", "check", ".")
    check(folder, "ruff", "format", "--check", ".")
    check(folder, "pytest", "-q", "-p", "no:cacheprovider")
    assert "import OtherContract\n" in contract_test(capsys, tmp_path, "other", "OtherSpec")


def test_only_contracts_for_the_spec_count(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, contracted: Path
) -> None:
    """A contract for another spec of the same name is left alone, and so is what is private, or has a plugin."""
    hooks = (contracted / "hooks.py").read_text()
    (contracted / "elsewhere.py").write_text(hooks)
    (contracted / "hooks.py").write_text(f"{hooks}import contracted.elsewhere\n")
    (contracted / "testing.py").write_text(OTHERS)
    assert "from contracted.testing import Contract\n" in contract_test(capsys, tmp_path, "drawing", "DrawSpec")


def test_of_several_contracts_none_is_chosen(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, contracted: Path
) -> None:
    """Where it is unclear which contract is meant, or what the source says, there is no such test."""
    (contracted / "testing.py").write_text(CONTRACTS + DERIVED)
    assert contract_test(capsys, tmp_path, "several", "DrawSpec") == ""
    (contracted / "testing.py").write_text("class")
    assert contract_test(capsys, tmp_path, "broken", "DrawSpec") == ""
    (contracted / "testing.py").unlink()
    assert contract_test(capsys, tmp_path, "none", "DrawSpec") == ""


def test_the_module_of_contracts_may_be_a_package(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, contracted: Path
) -> None:
    """It is looked for in the innermost package first, and the package of the spec may be the host itself."""
    (contracted / "testing").mkdir()
    (contracted / "testing.py").unlink()
    moved = CONTRACTS.replace("from contracted import hooks", "import contracted").replace("hooks.D", "contracted.D")
    (contracted / "testing" / "__init__.py").write_text(moved.replace("from contracted.hooks", "from .."))
    (contracted / "hooks.py").rename(contracted / "__init__.py")
    assert run(capsys, "drawing", "contracted:DrawSpec")[0] == 0
    assert "contracted.testing import Plugin" in (tmp_path / "drawing" / "tests" / "test_contract.py").read_text()
