"""The blocks of the pages: each is of a kind that something checks, or of one that holds nothing to check.

`pages.py` and the scripts of docs look for blocks of a few exact forms. What has another form, they pass over in
silence, so there must be none.
"""

from __future__ import annotations

import importlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pages import CACHES, Folder

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]

RUN = {"```python", "```console"}
NOT_RUN = {"```shell", "```text", "```toml", "```yaml"}
DIRECTIVES = {
    "```{eval-rst}",
    "```{pluginkit-hooks} proofread.hooks:ProofreadSpec",
    "```{image} _static/editor-dark.png",
    "```{image} _static/editor-light.png",
    "```{raw} html",  # a file, of which `playground_checked.py` uses every field
    "```{toctree}",
    "```{include} ../../CHANGELOG.md",
    "```{include} ../../CONTRIBUTING.md",
    "```{include} ../../SECURITY.md",
    "```{literalinclude} ../../LICENSE",
}
INCLUDED = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")  # they are pages of the site, and nothing runs them
END = {"": "", "<!--": "-->"}  # of what stands outside blocks, and of a file in a comment; blocks end in a fence
BLOCK_BEGINS = re.compile(r"```|~~~|:::|<pre\b")
COMMENT = re.compile(r"<!-- (file: \S+|refused by type checkers -->|figures: 3\.\d+ -->|end of figures -->)")
AUTODOC = re.compile(r"\.\. (auto\w+|py:module):: |   :|$")  # docstrings are run where they are written


def strange_lines(text: str, allowed: set[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines of a page that nothing would check, with their numbers."""
    inside = ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() == END.get(inside, "```") and inside:
            inside = ""
        elif is_strange(line, inside, allowed):
            yield number, line
        elif not inside:
            inside = opened_by(line)
    if inside:
        yield text.count("\n"), f"{inside} has no end"


def is_strange(line: str, inside: str, allowed: set[str]) -> bool:
    """Tell whether nothing would check a line that is in a block, or in none."""
    if not inside and BLOCK_BEGINS.search(line):
        return not (line in allowed or line.strip() in NOT_RUN)
    if not inside and ("<!--" in line or line.startswith(" " * 4)):  # the latter is a block, as Markdown had it first
        return not COMMENT.fullmatch(line)
    if inside == "```{eval-rst}":
        return not AUTODOC.match(line)
    prompts = {"```console": (), "```python": ("$ ",)}.get(inside, ("$ ", ">>> "))
    return bool(BLOCK_BEGINS.search(line)) or line.strip().startswith(prompts)


def opened_by(line: str) -> str:
    """Return what a line opens that ends at a later one: a block, a file in a comment, or nothing."""
    if BLOCK_BEGINS.search(line):
        return line.strip()
    return "<!--" if line.startswith("<!-- file: ") else ""


def pages() -> list[Path]:
    """Return the pages that are checked."""
    found: list[Path] = importlib.import_module("check_snippets").documents()
    return found


@pytest.fixture(autouse=True)
def _scripts_of_docs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))


def test_every_block_is_of_a_kind_that_is_known() -> None:
    """A page has blocks that are run or compared, and blocks in which there is nothing of this kind."""
    texts = {path: (path.read_text(encoding="utf-8"), RUN | NOT_RUN | DIRECTIVES) for path in pages()}
    texts |= {ROOT / name: ((ROOT / name).read_text(encoding="utf-8"), NOT_RUN) for name in INCLUDED}
    assert len(texts) > len(INCLUDED) + 50
    assert [
        f"{path.relative_to(ROOT)}:{number}: {line}"
        for path, (text, allowed) in texts.items()
        for number, line in strange_lines(text, allowed)
    ] == []


@pytest.mark.parametrize(
    "text",
    [
        "```python\nx = 1\n```\n",
        "```console\n$ python a.py\n```\n",
        "```{eval-rst}\n.. autoclass:: pluginkit.Call\n   :members:\n```\n",
        "- install it:\n\n  ```shell\n  pip install it\n  ```\n",
        "<!-- file: a.py\ndef f():\n    return 1\n-->\n\n<!-- refused by type checkers -->\n",
    ],
)
def test_checked_lines_are_not_strange(text: str) -> None:
    """Blocks of the known kinds are accepted; where nothing runs, they may be indented."""
    assert list(strange_lines(text, RUN | NOT_RUN | DIRECTIVES)) == []


@pytest.mark.parametrize(
    "line",
    [
        "```py",
        "```pycon",
        "```Python",
        "```python ",
        "  ```python",
        "- ```python",
        "> ```python",
        "````python",
        "~~~python",
        "```python {lineno=1}",
        "```{code-block} python",
        "```{literalinclude} ../hooks.py",
        ":::{code-block} python",
        "<pre>",
        "    x = 1",
        ">>> x",
        "$ pluginkit check host:registry",
        "<!-- refused by type checker -->",
        "<!--file: a.py",
    ],
)
def test_blocks_that_nothing_checks_are_found(line: str) -> None:
    """What begins in any other way is reported, with its place."""
    assert list(strange_lines(f"# A page\n\n{line}\n", RUN | NOT_RUN | DIRECTIVES)) == [(3, line)]


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ("```text", "$ pluginkit check host:registry"),
        ("```shell", "$ pluginkit check host:registry"),
        ("```python", "$ python a.py"),
        ("```text", ">>> x"),
        ("```console", ">>> x\n```py"),
        ("```{eval-rst}", ".. code-block:: python"),
        ("```{eval-rst}", "::"),
    ],
)
def test_code_in_blocks_that_do_not_check_it_is_found(block: str, line: str) -> None:
    """A prompt counts only where what follows it is compared, and a directive where it takes a docstring."""
    found = list(strange_lines(f"{block}\n{line}\n```\n", RUN | NOT_RUN | DIRECTIVES))
    assert found == [(1 + len(line.splitlines()), line.splitlines()[-1])]


def test_a_block_without_an_end_is_found() -> None:
    """The patterns of the scripts need one."""
    assert list(strange_lines("```python\nx = 1\n", RUN)) == [(2, "```python has no end")]


def files_of(text: str) -> list[str]:
    """Return the names of the files that a page shows, and of those that it holds in comments."""
    checker: Any = importlib.import_module("check_editor_output")
    return [match["name"] for each in (checker.HIDDEN_FILE, checker.SHOWN_FILE) for match in each.finditer(text)]


def test_no_page_has_two_files_of_one_name() -> None:
    """Type checkers would see only the last one."""
    names = {path: files_of(path.read_text(encoding="utf-8")) for path in pages()}
    assert [str(path) for path, files in names.items() if len(files) != len(set(files))] == []
    shown = "```python\n# a.py\nx = 1\n```\n"
    assert files_of(f"{shown}\n<!-- file: a.py\n-->\n\n{shown}") == ["a.py"] * 3


def test_the_settings_of_examples_are_excerpts() -> None:
    """A page of an example shows its `pyproject.toml`; for a project of the reader's own it may show other settings."""
    blocks = {
        (path.parent.name, block)
        for path in pages()
        if path.parent.parent.name == "examples"
        for block in re.findall(r"^```toml\n(.+)\n(?:.+\n)*?```$", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert blocks == {
        ("jot", "# in pyproject.toml"),
        ("shortlinks", "# in pyproject.toml"),
        ("proofread", '[project.entry-points."proofread.plugins"]'),
        ("pytest-proofread", "[tool.pytest.ini_options]"),
    }


# -- what pages.py does with them ------------------------------------------------------------------------------


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """Return a project whose pages are run as those of pluginkit are."""
    pytester.makeconftest((ROOT / "conftest.py").read_text(encoding="utf-8"))
    pytester.mkdir("docs")
    return pytester


def failures(project: pytest.Pytester, text: str) -> int:
    """Return how many blocks of a page fail."""
    (project.path / "docs" / "page.md").write_text(text, encoding="utf-8")
    outcomes = project.runpytest("docs").parseoutcomes()
    assert outcomes
    return outcomes.get("failed", 0)


@pytest.mark.parametrize(
    ("block", "failed"),
    [
        ("$ python a.py\nhello\n", 0),
        ("$ python a.py\nhello\n$ python a.py\nhello\n", 0),
        ("$ python a.py\ngoodbye\n", 1),
        ("goodbye\n$ python a.py\nhello\n", 1),
        ("goodbye\n", 1),
        ("$ python a.py\nhello\n$ \ngoodbye\n", 1),
    ],
)
def test_every_line_of_a_console_block_is_compared(project: pytest.Pytester, block: str, failed: int) -> None:
    """A block begins with a command, and what follows a command is what it prints."""
    file = "```python\n# a.py\nprint('hello')\n```\n"
    assert failures(project, f"{file}\n```console\n{block}```\n") == failed


@pytest.mark.parametrize(
    ("block", "failed"),
    [
        ("# in shop.toml\n[project]\nname = 'shop'\n", 0),
        ("# in shop.toml\n[project]\nname = 'ship'\n", 1),
        ("# in shop.toml\nname = 'shop'\nversion = '1'\n", 1),
        ("[project]\nname = 'ship'\n", 0),
    ],
)
def test_excerpts_of_settings_are_compared(project: pytest.Pytester, block: str, failed: int) -> None:
    """What is said to be in a file is there; what is not said to be in one is not compared."""
    (project.path / "docs" / "shop.toml").write_text("[project]\nname = 'shop'\n", encoding="utf-8")
    assert failures(project, f"```python\nx = 1\n```\n\n```toml\n{block}```\n") == failed


@pytest.mark.parametrize("before", [None, "/somewhere"])
def test_a_page_has_a_folder_of_caches_of_its_own(monkeypatch: pytest.MonkeyPatch, before: str | None) -> None:
    """What a page says of a second start does not depend on what else writes to the user's folder of caches."""
    for variable in CACHES:
        monkeypatch.delenv(variable, raising=False)
    if before is not None:
        monkeypatch.setenv("XDG_CACHE_HOME", before)
    one, other = Folder(), Folder()
    caches = os.environ["XDG_CACHE_HOME"]
    assert caches != before
    assert "pluginkit" not in caches
    other.close()
    assert os.environ["XDG_CACHE_HOME"] != caches
    one.close()
    assert os.environ.get("XDG_CACHE_HOME") == before
