"""Collects what README.md and the pages below docs show of Python, and the examples in docstrings.

tests/pages.py says what blocks mean.
"""

from __future__ import annotations

import os
from doctest import ELLIPSIS
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import settings
from pages import ConsoleParser, DocStrings, HiddenFileParser, PythonParser, TomlParser, close_folder, open_folder
from sybil import Sybil
from sybil.parsers.rest import DocTestParser

if TYPE_CHECKING:
    from collections.abc import Callable

    Collect: TypeAlias = Callable[[Path, pytest.Collector], pytest.Collector | None]

pytest_plugins = ["pluginkit.pytest_plugin", "pytester"]  # the latter runs the projects that tests write

ROOT = Path(__file__).resolve().parent

settings.register_profile("project", deadline=None)  # a machine under load may take any time
settings.load_profile("project")

_collect_markdown: Collect = Sybil(
    parsers=[PythonParser(), TomlParser(), ConsoleParser(), HiddenFileParser()],
    pattern="*.md",
    setup=open_folder,
    teardown=close_folder,
).pytest()
_collect_docstrings: Collect = Sybil(
    parsers=[DocTestParser(ELLIPSIS)], pattern="*.py", document_types={".py": DocStrings}
).pytest()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that renews the generated texts in tests/snapshots."""
    parser.addoption("--write-snapshots", action="store_true", help="write tests/snapshots anew, to review as a diff")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Share a whole round among the processors, where pytest-xdist is installed; `-n 0` turns that off.

    Examples of one page build on each other, so that a file stays in one process.
    """
    is_whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS and "PYTEST_XDIST_WORKER" not in os.environ
    if is_whole and config.getoption("numprocesses", 0) is None:
        config.option.numprocesses, config.option.dist = "auto", "loadfile"


def is_below(folder: str, path: Path) -> bool:
    """Tell whether a file is in a folder of the project, or in one below it."""
    return path.is_relative_to(ROOT / folder)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect README.md, the pages of docs, and the package."""
    if file_path == ROOT / "README.md" or is_below("docs", file_path):
        return _collect_markdown(file_path, parent)
    if is_below("src/pluginkit", file_path):
        return _collect_docstrings(file_path, parent)
    return None
