"""The documentation: it is complete, its diagrams are current, and what checks it finds mistakes."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
import subprocess
import sys
import tomllib
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import pluginkit
import pluginkit.pluggy
import pluginkit.testing
from pluginkit.pluggy import _typed

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SOURCE = Path(pluginkit.__path__[0])


@pytest.fixture(autouse=True)
def _scripts_of_docs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(DOCS))


def read(*names: str) -> str:
    """Return the text of a file of the project."""
    return ROOT.joinpath(*names).read_text(encoding="utf-8")


# -- the reference is complete ------------------------------------------------------------------------------------


# Each public name, and the page that has its docstring. The rest of `pluginkit.pluggy` is explained by pluggy.
PAGES = {
    **{f"pluginkit.{name}": "api.md" for name in pluginkit.__all__ if name != "__version__"},
    **{f"pluginkit.testing.{name}": "testing.md" for name in pluginkit.testing.__all__},
    "pluginkit.pytest_plugin.registry_for": "testing.md",
    **{
        f"pluginkit.pluggy.{name}": "pluggy.md"
        for name in pluginkit.pluggy.__all__
        if vars(_typed).get(name) is getattr(pluginkit.pluggy, name)
    },
}


def public_object(name: str) -> Any:
    """Return what has a public name."""
    module, _, last = name.rpartition(".")
    return getattr(importlib.import_module(module), last)


def docstring(name: str) -> str:
    """Return the docstring of a public object; `hookimpl` is an instance, with its own below the assignment."""
    if name != "pluginkit.hookimpl":
        return inspect.getdoc(public_object(name)) or ""
    body = ast.parse((SOURCE / "_implement" / "hookimpl.py").read_text(encoding="utf-8")).body
    for assignment, text in pairwise(body):
        match assignment, text:
            case ast.AnnAssign(target=ast.Name(id="hookimpl")), ast.Expr(value=ast.Constant(value=str(found))):
                return found
    return ""


def test_the_names_of_every_public_module_are_known() -> None:
    """What is checked below is all there is."""
    assert {"pluginkit.Registry", "pluginkit.testing.override", "pluginkit.pluggy.typed"} <= PAGES.keys()
    assert "pluginkit.pluggy.SpecMismatchError" in PAGES
    assert "pluginkit.pluggy.PluginManager" not in PAGES


@pytest.mark.parametrize("name", PAGES)
def test_every_public_object_has_a_docstring_with_an_example(name: str) -> None:
    """Each public name says what it is for, and shows it; the examples run."""
    text = docstring(name)
    assert re.match(r"[A-Z].*[.:]$", text.splitlines()[0])
    assert ">>> " in text


def public_members() -> list[Any]:
    """Return the public methods and properties of public classes; `Attributes:` has what is only data."""
    classes = {name: public_object(name) for name in PAGES}
    return [
        pytest.param(member, id=f"{each}.{name}")
        for each, value in classes.items()
        if isinstance(value, type)
        for name, member in vars(value).items()
        if not name.startswith("_")
        if inspect.isfunction(member) or isinstance(member, property | cached_property)
    ]


@pytest.mark.parametrize("member", public_members())
def test_every_public_member_has_a_docstring_with_an_example(member: object) -> None:
    """Each public method and property says what it does, and shows it.

    The example is in its own docstring, also where that of the class shows it already; it may go on with that one.
    """
    text = inspect.getdoc(member) or ""
    assert text.splitlines()[:1]
    assert ">>> " in text


@pytest.mark.parametrize("name", PAGES)
def test_the_reference_has_every_public_object(name: str) -> None:
    """A page of the reference takes the docstring of each public name."""
    page = read("docs", "reference", PAGES[name])
    assert len(re.findall(rf"^\.\. auto\w+:: {re.escape(name)}(?:\(.*\))?$", page, re.MULTILINE)) == 1


def test_the_page_of_errors_has_every_exception() -> None:
    """Each exception has a section there that says what to do, and a list of its messages."""
    errors = [name for name in pluginkit.__all__ if name.endswith("Error") and name != "PluginkitError"]
    page = read("docs/reference/errors.md")
    sections = dict(re.findall(r"^## (\w+)$(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    assert set(errors) <= sections.keys()
    assert all("**What to do:**" in sections[name] for name in errors)
    assert all(f"\n## {name}\n" in read("docs/reference/messages.md") for name in errors)


def test_the_versions_are_those_that_are_tested() -> None:
    """The page of supported versions, the README and pyproject.toml name the same versions."""
    project = tomllib.loads(read("pyproject.toml"))
    pythons = [each.rpartition(" ")[2] for each in project["project"]["classifiers"] if ":: 3." in each]
    groups = project["dependency-groups"]
    pinned: dict[str, list[str]] = {}
    for each in (*groups["demo"], *groups["typing"], *groups["typing-oldest"]):
        if isinstance(each, str) and "==" in each:
            name, _, version = each.replace("[nodejs]", "").partition("==")
            pinned.setdefault(name, []).append(version)
    shown = dict(re.findall(r"^\| (\w+) \| ([\d., ]+) \|$", read("docs/reference/versions.md"), re.MULTILINE))
    assert shown == {"Python": ", ".join(pythons), **{name: ", ".join(several) for name, several in pinned.items()}}
    assert f"Python {', '.join(pythons[:-1])} and {pythons[-1]}" in read("README.md")
    assert project["project"]["requires-python"] == f">={pythons[0]}"


def test_each_python_has_a_session_of_ci() -> None:
    """The table of Pythons names the sessions and the versions that CI runs, here and in the workflows."""
    rows = re.findall(r"^\| (\w+) ([\w., -]+) \| .+ \| `(\w+)` \|$", read("docs/reference/versions.md"), re.MULTILINE)
    nox = read("noxfile.py")
    special = re.search(r'FREE_THREADED, PYPY, PYODIDE = "([\w.]+)", "(\w+\.\d+)", "pyodide-(\d+)\.', nox)
    assert special is not None
    project = tomllib.loads(read("pyproject.toml"))["project"]
    pythons = [each.rpartition(" ")[2] for each in project["classifiers"] if ":: 3." in each]
    assert [f"{name} {versions}" for name, versions, _ in rows] == [
        f"CPython {', '.join(pythons)}",
        f"CPython {special[1].removesuffix('t')}, free-threaded",
        f"PyPy {special[2].removeprefix('pypy')}",
        f"Pyodide {special[3]}, CPython 3.14 on WebAssembly",
    ]
    workflow = read(".github/workflows/ci.yml")
    assert all(f"def {session}(" in nox and session in workflow for _, _, session in rows)
    assert f"python: {json.dumps(pythons)}" in workflow
    assert all(f'"{python}"' in workflow for python in special.groups()[:2])
    assert all(f'"{program}' in read(".ci/interpreters.py") for program in ("python3.14", "python3.15", special[2]))


@pytest.mark.parametrize("folder", ["tutorial", "how-to", "reference", "explanation", "examples", "project"])
def test_the_index_of_a_folder_links_every_page(folder: str) -> None:
    """Each page is in the list that readers see, and in the hidden one that orders the site."""
    page = read("docs", folder, "index.md")
    linked = re.findall(r"^- \[.+\]\(([\w/-]+)\.md\): .+$", page, re.MULTILINE)
    _, _, listed = page.partition("```{toctree}\n:hidden:\n\n")
    globs = ("*.md", "*/README.md", "environments/*/README.md")
    files = [path.relative_to(DOCS / folder) for glob in globs for path in (DOCS / folder).glob(glob)]
    assert sorted(linked) == sorted(file.with_suffix("").as_posix() for file in files if file.name != "index.md")
    assert listed.split() == [*linked, "```"]


# -- diagrams -----------------------------------------------------------------------------------------------------


def test_the_diagrams_are_current() -> None:
    """The pictures are what `python docs/diagrams.py` draws."""
    diagrams = importlib.import_module("diagrams")
    assert set(diagrams.DIAGRAMS) == {"call-order.svg", "unwinding.svg"}
    for name, draw in diagrams.DIAGRAMS.items():
        assert read("docs", "explanation", name) == draw()


@pytest.mark.parametrize("page", ["README.md", "docs/index.md"])
def test_what_the_picture_of_an_editor_says_is_what_lint_says(page: str) -> None:
    """Its alternative text has the words of the linter, which README shows and its test compares."""
    shown = re.search(r"PK101 ReportSpec\.sections: (unknown .*)\n(?:.*\n){1,5}?  Hint: (did .*)\n", read("README.md"))
    assert shown is not None
    alternative = re.findall(r"An editor underlines .*", read(page))
    assert alternative
    assert all(f'"{shown[1]}, {shown[2]}"' in text for text in alternative)


def test_the_task_for_vs_code_reads_what_lint_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pattern in the editors page takes file, line, column, code and message apart."""
    page = read("docs", "how-to", "editors.md")
    tasks, *_ = (json.loads(text) for text in re.findall(r"```text\n(\{\n.*?)```", page, re.DOTALL))
    (task,) = tasks["tasks"]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plugin.py").write_text("import pluginkit\ndef (")
    command = [sys.executable, *task["args"]]
    written = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()[0]
    pattern = task["problemMatcher"]["pattern"]
    found = re.fullmatch(pattern["regexp"], written)
    assert found is not None
    assert {name: found[number] for name, number in pattern.items() if name != "regexp"} == {
        "file": "plugin.py",
        "line": "2",
        "column": "5",
        "code": "PK001",
        "message": "cannot be parsed: invalid syntax",
    }


# -- what checks the documentation --------------------------------------------------------------------------------


def site(folder: Path, **pages: str) -> list[str]:
    """Return what is wrong with the links of a site."""
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    found: list[str] = list(importlib.import_module("check_links").wrong_links(folder))
    return found


def test_right_links_are_accepted(tmp_path: Path) -> None:
    """Links to files, to places, in the page itself, and to the outside may stand together."""
    index = '<a href="other.html#here">a</a><a href="#top" id="top">b</a><a href="https://example.com/x">c</a>'
    assert site(tmp_path, index=index, other='<p id="here"><img src="index.html?v=1"></p>') == []


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("nowhere.html", "leads to no file"),
        ("other.html#nowhere", "leads to no place in that page"),
        ("#nowhere", "leads to no place in that page"),
        ("http://example.com", "is not an https link with a host"),
        ("https://localhost", "is not an https link with a host"),
    ],
)
def test_broken_links_are_found(tmp_path: Path, link: str, reason: str) -> None:
    """A link that leads nowhere is reported, with the page it is on."""
    assert site(tmp_path, index=f'<a href="{link}">a</a>', other="") == [f"index.html: {link}: {reason}"]


def test_a_place_that_is_there_twice_is_found(tmp_path: Path) -> None:
    """Two things of one page cannot have the same name: a link would lead to the first."""
    assert site(tmp_path, index='<p id="a"></p><p id="a"></p>') == ["index.html: #a: stands for several places"]


PAGE = """\
```python
# hooks.py
ready: int = 1
```

```python
>>> from hooks import ready
>>> ready.missing
Traceback (most recent call last):
AttributeError: ...
```

<!-- refused by type checkers -->

```python
ready + "text"
```
"""


def snippets(folder: Path, text: str = PAGE) -> tuple[Any, list[Any]]:
    """Return the checker of snippets, and the modules of a page."""
    checker = importlib.import_module("check_snippets")
    page = folder / "page.md"
    page.write_text(text, encoding="utf-8")
    return checker, list(checker.modules_of(page, 3))


def test_snippets_keep_their_lines(tmp_path: Path) -> None:
    """Each line of a snippet is checked as the line that it has in the page, with imports of the page's own files."""
    _, (hooks, session) = snippets(tmp_path)
    assert (hooks.file, hooks.text) == ("page3/hooks.py", "\n# hooks.py\nready: int = 1\n")
    assert session.text.splitlines()[6:8] == ["from page3.hooks import ready", "ready.missing"]
    assert session.text.splitlines()[15] == 'ready + "text"'
    assert "".join(session.text.split()) == 'frompage3.hooksimportreadyready.missingready+"text"'


def test_errors_in_snippets_are_found(tmp_path: Path) -> None:
    """An error counts, but for one where a page shows what goes wrong; there, it has to be."""
    checker, modules = snippets(tmp_path)
    session = "page3/session_of_page.py"
    expected = [(session, 8, "no attribute"), (session, 16, "no sum")]
    assert list(checker.wrong(modules, {"mypy": expected, "pyright": expected})) == []
    unexpected = [*expected, ("page3/hooks.py", 3, "no int")]
    assert list(checker.wrong(modules, {"mypy": unexpected})) == ["page.md:3: mypy: no int"]
    assert list(checker.wrong(modules, {"mypy": []})) == ["page.md:16: no type checker refuses this"]


def test_a_file_that_is_to_be_wrong_has_an_error(tmp_path: Path) -> None:
    """A name that begins with `wrong` or `misspelled` says that a checker finds an error somewhere in the file."""
    checker, (hooks, _) = snippets(tmp_path, PAGE.replace("# hooks.py", "# wrong_hooks.py"))
    assert list(checker.wrong([hooks], {"mypy": [], "pyright": []})) == ["page.md:2: no type checker refuses this"]
    for line in (2, 3):
        assert list(checker.wrong([hooks], {"mypy": [], "pyright": [(hooks.file, line, "no int")]})) == []


def test_the_scripts_of_docs_are_imported_from_there() -> None:
    """What is tested here are the scripts of this project."""
    assert Path(str(importlib.import_module("diagrams").__file__)).parent == DOCS
