"""What names mean: scopes, alternatives, imports across modules, and environments; nothing is executed."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from pluginkit._source.environment import environment_for, own_folders, project_root, settings_of
from pluginkit._source.model import full_name
from pluginkit._source.names import Definition, External, Missing, ModuleName, Names
from pluginkit._source.sources import Sources, decode, module_name, read, top_folder

RAISES = "raise RuntimeError('this module is not to be executed')\n"


def project(folder: Path, files: dict[str, str]) -> Names:
    """Write files, and return what names mean in them."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return Names(Sources([folder]))


def meaning_of(names: Names, module: str, name: str) -> str:
    """Return the full name of what a name means at the end of a module."""
    source = names.sources.module(module)
    assert source is not None
    node = ast.parse(name, mode="eval").body
    for each in ast.walk(node):
        if isinstance(each, ast.expr):
            each.lineno = sys.maxsize - 1
    return full_name(names.resolve(node, names.scope(source)))


@pytest.mark.parametrize(
    ("text", "name", "meaning"),
    [
        ("from typing import Protocol", "Protocol", "typing.Protocol"),
        ("from typing import Protocol as P", "P", "typing.Protocol"),
        ("import typing as t", "t.Protocol", "typing.Protocol"),
        ("import os.path", "os.path.join", "os.path.join"),
        ("from typing import *", "Protocol", "typing.Protocol"),
        ("from typing import *", "Unheard", ""),
        ("from typing import *", "print", "builtins.print"),
        ("", "print", "builtins.print"),
        ("", "unheard", ""),
        ("class A: ...", "A", "m.A"),
        ("class A:\n    class B: ...", "A.B", "m.A.B"),
        ("class A:\n    class B: ...\nclass C(A): ...", "C.B", "m.A.B"),
        ("class A: ...\nB = A", "B", "m.A"),
        ("class A: ...\nB: type = A", "B", "m.A"),
        ("class A: ...\nB, C = A, 1", "B", "m.A"),
        ("class A: ...\n(B, *C) = A, 1", "C", "m.C"),
        ("class A: ...\nA = A", "A", "m.A"),
        ("A = B\nB = A", "A", "m.B"),
        ("class A: ...\nx = (B := A)", "B", "m.A"),
        ("class A: ...\nB = A if A else None", "B", "m.A"),
        ("class A: ...\nB = A[int]", "B", "m.A"),
        ("class A: ...\nclass A(A):\n    class B: ...", "A.B", "m.A.B"),
        ("with a() as b:\n    class A: ...", "A", "m.A"),
        ("with a() as b:\n    pass", "b", "m.b"),
        ("for a in ():\n    pass\nelse:\n    class A: ...", "A", "m.A"),
        ("while True:\n    class A: ...", "A", "m.A"),
        ("match 1:\n    case 1:\n        class A: ...", "A", "m.A"),
        ("try:\n    from gone import A\nexcept ImportError:\n    class A: ...", "A", "m.A"),
        ("try:\n    class A: ...\nexcept ImportError:\n    A = None", "A", "m.A"),
        ("try:\n    class A: ...\nexcept* OSError:\n    A = None", "A", "m.A"),
        ("if x:\n    from typing import A\nelse:\n    from os import A", "A", "typing.A"),
        ("if not TYPE_CHECKING:\n    from os import A\nelse:\n    from typing import A", "A", "typing.A"),
        ("from typing import A\nif x:\n    from gone import A", "A", "typing.A"),
        ("from os import A\nfrom typing import A", "A", "typing.A"),
        ("if x:\n    if y:\n        from gone import A\n    else:\n        from os import A", "A", "os.A"),
        ("from gone import A", "A.b", "gone.A.b"),
        ("import gone", "gone.A", "gone.A"),
        ("from gone import *", "A", "gone.A"),
        ("from gone import *", "print", "builtins.print"),
        ("def f(): ...", "f.x", ""),
        ("x = lambda: 1", "x", "m.x"),
        ("1", "'list[int]'", "builtins.list"),
        ("1", "'no type'", ""),
        ("1", "1 + 1", ""),
    ],
)
def test_meanings_in_a_module(tmp_path: Path, text: str, name: str, meaning: str) -> None:
    """A name means what is bound last before it; of alternatives the first that can be found."""
    assert meaning_of(project(tmp_path, {"m.py": text}), "m", name) == meaning


@pytest.mark.parametrize(
    ("text", "name", "meaning"),
    [
        ("from host.api import Spec", "Spec", "host.hooks.Spec"),
        ("from host import Spec", "Spec", "host.hooks.Spec"),
        ("from host.starred import Spec", "Spec", "host.hooks.Spec"),
        ("from host import hooks", "hooks.Spec", "host.hooks.Spec"),
        ("import host.hooks", "host.hooks.Spec", "host.hooks.Spec"),
        ("import host.hooks as h", "h.Spec", "host.hooks.Spec"),
        ("from host import loop", "loop.Spec", "host.loop.Spec"),
        ("from host.hooks import Nothing", "Nothing", "host.hooks.Nothing"),
        ("from host.anything import whatever", "whatever", ""),
        ("from space.inner import Spec", "Spec", "host.hooks.Spec"),
        ("import space", "space.inner.Spec", "host.hooks.Spec"),
        ("from space import nothing", "nothing", "space.nothing"),
        ("from broken import A", "A", ""),
        ("from compiled import A", "A", ""),
        ("import compiled", "compiled", "compiled"),
    ],
)
def test_meanings_across_modules(tmp_path: Path, text: str, name: str, meaning: str) -> None:
    """Imports are followed, through packages, re-exports and namespace packages, and no module is executed."""
    files = {
        "host/__init__.py": f"from .hooks import Spec\n{RAISES}",
        "host/hooks.py": f"class Spec: ...\n{RAISES}",
        "host/api.py": f"from . import hooks\nSpec = hooks.Spec\n{RAISES}",
        "host/starred.py": "from .hooks import *\nfrom .gone import *\n",
        "host/loop.py": "from .loop import Spec\nfrom .loop2 import Other\n",
        "host/loop2.py": "from .loop import Other\n",
        "host/anything.py": "def __getattr__(name): ...\n",
        "space/inner.py": "from ..host import x\nfrom host.hooks import Spec\n",
        "broken.py": "def (\n",
        "compiled.abi3.so": "",
        "m.py": text,
    }
    assert meaning_of(project(tmp_path, files), "m", name) == meaning


def test_names_within_functions(tmp_path: Path) -> None:
    """A function sees its own names, then those around it, whenever they are bound, but not those of a class."""
    text = (
        "class A:\n    x = 1\n    def method(self, given: int):\n        class Inner: ...\n"
        "        return Inner, x, given, Late\nclass Late: ...\n"
    )
    names = project(tmp_path, {"m.py": text})
    source = names.sources.module("m")
    assert source is not None
    (method,) = (each for each in names.scope(source).walk() if each.name == "A.method")
    found = {name: full_name(names.lookup(name, method, (5, 0))) for name in ("Inner", "x", "given", "Late")}
    assert found == {"Inner": "m.A.method.Inner", "x": "", "given": "m.A.method.given", "Late": "m.Late"}
    assert method.is_function
    assert not method.is_class


def test_orders_of_bases(tmp_path: Path) -> None:
    """Bases are in Python's order; where there is none, and where a class is its own base, from left to right."""
    text = (
        "from gone import G\nclass A: ...\nclass B(A): ...\nclass C(A): ...\nclass D(B, C, G): ...\n"
        "class E(A, B): ...\nclass F(F2): ...\nclass F2(F): ...\nclass H(D): ...\n"
    )
    names = project(tmp_path, {"m.py": text})

    def order(name: str) -> list[str]:
        meaning = names.attribute("m", name)
        assert isinstance(meaning, Definition)
        return [full_name(each) for each in names.mro(meaning)]

    assert order("D") == ["m.D", "m.B", "m.C", "m.A", "gone.G"]
    assert order("E") == ["m.E", "m.A", "m.B"]
    assert order("F") == ["m.F", "m.F2", "m.F"]
    assert meaning_of(names, "m", "H.x") == "gone.G.x"


def test_a_module_that_is_missing_is_told_from_a_name_that_is(tmp_path: Path) -> None:
    """What is missing says which module it is, and whether that exists."""
    names = project(tmp_path, {"m.py": "", "space/inner.py": ""})
    assert names.attribute("gone", "A") == Missing("gone.A", "gone")
    assert names.attribute("m", "A") == Missing("m.A", "m", exists=True)
    assert names.attribute("space", "A") == Missing("space.A", "space")
    assert names.attribute("space", "inner") == ModuleName("space.inner")
    assert names.attribute("os", "path") == External("os.path")
    assert names.member(External("os"), "path") == External("os.path")
    assert names.attribute("m.", "A") == Missing("m..A", "m.")


def test_what_changes_is_read_again(tmp_path: Path) -> None:
    """A text that stands for that of a file counts once the old one is forgotten, also for a file that is new."""
    overlay: dict[Path, str] = {}
    (tmp_path / "m.py").write_text("class A: ...\n")
    names = Names(Sources([tmp_path], overlay))
    assert meaning_of(names, "m", "A") == "m.A"
    overlay[tmp_path / "m.py"] = "from new import A\n"
    overlay[tmp_path / "new.py"] = "class A: ...\n"
    names.sources.forget(tmp_path / "m.py")
    names.forget(tmp_path / "m.py")
    assert meaning_of(names, "m", "A") == "new.A"


# -- files ------------------------------------------------------------------------------------------------------------


def test_encodings(tmp_path: Path) -> None:
    """A file is read in the encoding that it declares; one that cannot be read says why, and is empty."""
    assert decode("# coding: latin-1\nx = 'ä'\n".encode("latin-1")) == ("# coding: latin-1\nx = 'ä'\n", "iso-8859-1")
    wrong = {"a.py": b"# coding: odd\n", "b.py": b"\n\nx = '\xff'\n", "c.py": b"x = \0\n", "d.py": b"def\n"}
    wrong["f.py"] = b"x = " + b"-" * 100_000 + b"1"
    for name, data in wrong.items():
        (tmp_path / name).write_bytes(data)
    errors = [read(tmp_path / name, "m").error for name in (*wrong, "e.py")]
    assert [error.msg.partition(":")[0] for error in errors if error] == [
        "unknown encoding",
        "it is not in the encoding utf-8",
        "source code string cannot contain null bytes",
        "invalid syntax",
        errors[4].msg if errors[4] else "",  # which depends on the version of Python
        "it cannot be read",
    ]
    unreadable = [read(tmp_path / name, "m").is_unreadable for name in (*wrong, "e.py")]
    assert unreadable == [True, True, False, False, False, True]


def test_columns_are_characters(tmp_path: Path) -> None:
    """Positions count characters, whatever their encoding, and lines end as Python ends them."""
    (tmp_path / "m.py").write_bytes("x = 'ä\x0c'; y = 1\r\nz = 2\r".encode())
    source = read(tmp_path / "m.py", "m")
    where = [source.range_of(each) for each in source.tree.body]
    assert [source.segment(each) for each in where] == ["x = 'ä\x0c'", "y = 1", "z = 2"]
    assert where[1] == (1, 10, 1, 15)
    assert where[1].contains(1, 12)
    assert not where[1].contains(2, 0)
    assert source.position(source.offset(2, 3)) == (2, 3)


def test_names_of_files(tmp_path: Path) -> None:
    """A file is named by the packages above it."""
    for name in ("src/app/__init__.py", "src/app/inner/__init__.py", "src/app/inner/hooks.py", "src/alone.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    inner = tmp_path / "src" / "app" / "inner"
    assert module_name(inner / "hooks.py") == "app.inner.hooks"
    assert module_name(inner / "__init__.py") == "app.inner"
    assert module_name(tmp_path / "src" / "alone.py") == "alone"
    assert top_folder(inner / "hooks.py") == tmp_path / "src"


# -- environments -----------------------------------------------------------------------------------------------------


def environment(folder: Path, configuration: str = "home = /usr/bin\n") -> Path:
    """Make an environment, and return where its packages are."""
    site = folder / "lib" / "python3.12" / "site-packages"
    site.mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text(configuration)
    return site


def test_the_environment_of_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the one that is named, or the active one, or `.venv` of the project, or the one that runs this."""
    root = tmp_path / "project"
    root.mkdir()
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    assert environment_for(root).shown == sys.prefix
    beside = environment(root / ".venv")
    assert environment_for(root).folders == (beside,)
    active = environment(tmp_path / "active")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "active"))
    assert environment_for(root).folders == (active,)
    named = environment(tmp_path / "named")
    assert environment_for(root, str(tmp_path / "named")).folders == (named,)
    (tmp_path / "named" / "bin").mkdir()
    (tmp_path / "named" / "bin" / "python").write_text("")
    assert environment_for(root, str(tmp_path / "named" / "bin" / "python")).folders == (named,)


def test_editable_installs(tmp_path: Path) -> None:
    """Lines of `.pth` files that name a folder count, and the table that setuptools writes; what runs code does not."""
    site = environment(tmp_path / "env")
    linked = tmp_path / "linked"
    linked.mkdir()
    (site / "a.pth").write_text(f"# comment\n\nimport sys\n{linked}\n/nowhere\n")
    (site / "b.pth").write_bytes(b"\xff")
    (tmp_path / "elsewhere" / "mapped").mkdir(parents=True)
    (tmp_path / "elsewhere" / "mapped" / "__init__.py").write_text("class A: ...\n")
    table = {"mapped": str(tmp_path / "elsewhere" / "mapped"), "odd": 1}
    (site / "__editable___mapped_1_finder.py").write_text(f"MAPPING: dict[str, str] = {table!r}\n{RAISES}")
    (site / "__editable___odd_1_finder.py").write_text("MAPPING: dict[str, str] = call()\n")
    (site / "__editable___list_1_finder.py").write_text("MAPPING: dict[str, str] = []\n")
    found = environment_for(tmp_path, str(tmp_path / "env"))
    assert found.folders == (site, linked)
    assert found.mapping == {"mapped": tmp_path / "elsewhere" / "mapped"}
    names = Names(Sources(found.folders, mapping=found.mapping))
    assert full_name(names.attribute("mapped", "A")) == "mapped.A"


def test_an_environment_that_sees_the_system(tmp_path: Path) -> None:
    """Then the packages of its Python count as well, after its own."""
    system = environment(tmp_path / "system")
    configuration = f"home = {tmp_path / 'system' / 'bin'}\ninclude-system-site-packages = true\n"
    site = environment(tmp_path / "env", configuration)
    assert environment_for(tmp_path, str(tmp_path / "env")).folders == (site, system)
    (tmp_path / "env" / "pyvenv.cfg").unlink()
    assert environment_for(tmp_path, str(tmp_path / "env")).folders == (site,)


def test_the_root_of_a_project(tmp_path: Path) -> None:
    """It is the folder with a `pyproject.toml`; the sources are beside it, or in `src`."""
    inner = tmp_path / "project" / "src" / "app"
    inner.mkdir(parents=True)
    (tmp_path / "project" / "pyproject.toml").write_text("[tool.pluginkit]\nspecs = ['a:B']\n")
    file = inner / "m.py"
    file.write_text("")
    assert project_root(file) == tmp_path / "project"
    assert own_folders(file, tmp_path / "project") == (inner, tmp_path / "project" / "src", tmp_path / "project")
    assert settings_of(tmp_path / "project") == {"specs": ["a:B"]}
    assert settings_of(inner) == {}
    (tmp_path / "project" / "pyproject.toml").write_text("[tool]\npluginkit = 1\n")
    assert settings_of(tmp_path / "project") == {}


def test_a_file_outside_of_any_project(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a project, it starts where the modules do."""
    monkeypatch.setattr("pluginkit._source.environment._MARKS", ("never-there",))
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("")
    assert project_root(tmp_path / "app" / "__init__.py") == tmp_path
    assert project_root(tmp_path / "app") == tmp_path / "app"
