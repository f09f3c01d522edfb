"""What other tools say of generated stubs: the formatter, and two type checkers. Each test needs the tool it asks.

Modules of the standard library and of other projects stand for what host authors write. None of them is imported.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import sysconfig
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

from pluginkit._source.stub.module import Options, generate

STDLIB = Path(sysconfig.get_path("stdlib"))
MODULES = [
    "abc", "argparse", "asyncio.protocols", "concurrent.futures._base", "contextlib", "dataclasses", "enum",
    "functools", "http.client", "importlib.abc", "json.decoder", "logging", "pathlib", "selectors", "tempfile",
    "typing", "unittest.case",
]  # fmt: skip
# Those among them, and others, that are interfaces, and that checkers accept as they are.
INTERFACES = [
    "argparse", "asyncio.protocols", "asyncio.transports", "cmd", "codecs", "html.parser", "importlib.resources.abc",
    "sched", "wsgiref.types", "xml.sax.handler",
]  # fmt: skip
SPEC = """\
from typing import Protocol

from pluginkit import hookspec


class Spec(Protocol):
    @hookspec
    {hook}: ...
"""
HOOK_MODULES = {"_pytest.hookspec": 52, "tox.plugin.spec": 9, "datasette.hookspecs": 26, "llm.hookspecs": 6}


def source_of(module: str) -> str:
    """Return the source of a module without importing it."""
    path = sys.path
    spec = None
    for end in range(1, module.count(".") + 2):
        spec = PathFinder.find_spec(".".join(module.split(".")[:end]), path)
        assert spec is not None, f"{module} is not installed: run the nox session 'stubs'"
        path = spec.submodule_search_locations or []
    assert spec is not None
    return Path(spec.origin or "").read_text("utf-8")


class _ToProtocol(ast.NodeTransformer):
    """Turns functions with pluggy's `@hookspec` into methods of a Protocol, with our options and keyword-only."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.hooks: list[ast.stmt] = []

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        if node.level:  # the stub is checked on its own
            base = self.package.rsplit(".", node.level - 1)[0]
            return ast.ImportFrom(f"{base}.{node.module}" if node.module else base, node.names, 0)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef | None:
        decorators = [d for d in node.decorator_list if "spec" in ast.unparse(d).lower()]
        if not decorators and not node.name.startswith("pytest_"):  # pytest takes such names for hooks
            return node
        options = ast.unparse(decorators[0]) if decorators else ""
        mode = next((m for m in ("firstresult", "historic") if f"{m}=True" in options), "")
        decorator = f"_hookspec({mode}=True)" if mode else "_hookspec"
        node.decorator_list = [ast.parse(decorator, mode="eval").body]
        arguments = [a for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs) if a.arg != "self"]
        node.args = ast.arguments([], [ast.arg("self")], None, arguments, [None] * len(arguments), None, [])
        self.hooks.append(node)
        return None


def as_protocol(source: str, package: str) -> tuple[str, int]:
    """Return a module of pluggy's hook specs as one of ours, and how many hooks it has."""
    transformer = _ToProtocol(package)
    tree = transformer.visit(ast.parse(source))
    spec = ast.ClassDef("Spec", [ast.parse("_Protocol", mode="eval").body], [], transformer.hooks, [])
    if sys.version_info >= (3, 12):
        spec.type_params = []
    head = ast.parse("from pluginkit import hookspec as _hookspec\nfrom typing import Protocol as _Protocol").body
    future = [s for s in tree.body if isinstance(s, ast.ImportFrom) and s.module == "__future__"]
    others = [s for s in tree.body if s not in future]
    tree.body = [*future, *head, *others, spec]
    return ast.unparse(ast.fix_missing_locations(tree)), len(transformer.hooks)


def formatted(folder: Path, width: int) -> str:
    """Return what `ruff format` would change in a folder."""
    pytest.importorskip("ruff")
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", f"--line-length={width}", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def mypy_errors(folder: Path) -> list[str]:
    """Return the errors that mypy finds in the files of a folder."""
    pytest.importorskip("mypy")
    command = [sys.executable, "-m", "mypy", "--output=json", "--cache-dir=.cache", "."]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    reports = [json.loads(line) for line in done.stdout.splitlines() if line]
    return [f"{r['file']}:{r['line']}: {r['message']}" for r in reports if r["severity"] == "error"]


def pyright_errors(folder: Path) -> list[str]:
    """Return the errors that pyright finds in the files of a folder."""
    pytest.importorskip("pyright")
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, "."]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    reports = json.loads(done.stdout)["generalDiagnostics"]
    return [
        f"{r['file']}:{r['range']['start']['line'] + 1}: {r['message']}" for r in reports if r["severity"] == "error"
    ]


@pytest.mark.parametrize("width", [79, 88, 120])
def test_format_of_standard_modules(tmp_path: Path, width: int) -> None:
    """Stubs are formatted as `ruff format` formats them, whatever the line length."""
    for module in MODULES:
        stub = generate(source_of(module), module, module, Options(width=width, specs=False))
        (tmp_path / f"{module}.pyi").write_text(stub, "utf-8")
    assert formatted(tmp_path, width) == ""


@pytest.mark.parametrize("width", [79, 120])
def test_format_of_names_of_any_length(tmp_path: Path, width: int) -> None:
    """Stubs of hooks are formatted as `ruff format` formats them, whatever the length of their names and answers."""
    for length in range(1, width + 20):
        one, two = f"{'p' * length}: int", f"p: {'T' * length}, q: str = 'q'"
        for number, parameters in enumerate(["", f", *, {one}", f", *, {two}"]):
            hook = f"def {'h' * length}(self{parameters}) -> {'R' * (length // 3 + 1)}"
            stub = generate(SPEC.format(hook=hook), "hooks.py", "hooks", Options(width=width))
            (tmp_path / f"stub{length}_{number}.pyi").write_text(stub, "utf-8")
    assert formatted(tmp_path, width) == ""


@pytest.mark.parametrize("width", [88, 120])
def test_hook_modules_of_other_projects(tmp_path: Path, width: int) -> None:
    """The hook specs of other projects, turned into Protocols, have stubs that both checkers accept."""
    for module, number in HOOK_MODULES.items():
        source, hooks = as_protocol(source_of(module), module.rpartition(".")[0])
        assert hooks >= number  # later versions may have more
        stub = generate(source, module, module, Options(width=width))
        (tmp_path / f"{module.replace('.', '_')}.pyi").write_text(stub, "utf-8")
    assert (formatted(tmp_path, width), mypy_errors(tmp_path), pyright_errors(tmp_path)) == ("", [], [])


def test_interfaces_of_the_standard_library(tmp_path: Path) -> None:
    """What is kept of modules that are interfaces is accepted by both checkers."""
    for module in INTERFACES:
        stub = generate(source_of(module), module, module, Options(specs=False))
        (tmp_path / f"stub_of_{module.replace('.', '_')}.pyi").write_text(stub, "utf-8")
    assert (mypy_errors(tmp_path), pyright_errors(tmp_path)) == ([], [])


def test_checkers_see_what_is_wrong(tmp_path: Path) -> None:
    """What these tests ask checkers is not lost: an error in a stub is found by both."""
    (tmp_path / "stub.pyi").write_text("x: int = nope\n")
    (mypy,), (pyright,) = mypy_errors(tmp_path), pyright_errors(tmp_path)
    assert mypy == 'stub.pyi:1: Name "nope" is not defined'
    assert pyright.endswith('stub.pyi:1: "nope" is not defined')
