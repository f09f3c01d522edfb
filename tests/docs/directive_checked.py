"""The Sphinx directive, in a project of its own; the session `docs` runs this, where Sphinx is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from sphinx.cmd.build import build_main

if TYPE_CHECKING:
    from pathlib import Path

HOOKS = '''
from typing import Protocol
from pluginkit import Registry, hookimpl, hookspec

class DocumentedSpec(Protocol):
    @hookspec(deprecated={"width": "it is always 80"})
    def parts(self, *, text: str, width: int = 80) -> str:
        """Contribute parts.

        They are *joined*.
        """
        ...

    @hookspec(pipeline="text", errors="skip", timeout=2)
    async def polish(self, *, text: str) -> str: ...

class Plugin:
    @hookimpl(DocumentedSpec.polish)
    def polish(self, text): return text

registry = Registry(DocumentedSpec)
registry.register(Plugin(), "polisher")
'''
PAGES = {
    "index.rst": "Hooks\n=====\n\n.. pluginkit-hooks:: documented_hooks:registry\n",
    "index.md": "# Hooks\n\n```{pluginkit-hooks} documented_hooks:registry\n```\n",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a host, and the settings of its documentation."""
    (tmp_path / "documented_hooks.py").write_text(HOOKS, "utf-8")
    (tmp_path / "conf.py").write_text("extensions = ['myst_parser', 'pluginkit.sphinx']\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "documented_hooks", raising=False)
    return tmp_path


def built(folder: Path) -> int:
    """Build the documentation, in which a warning is an error."""
    return build_main(["-q", "-W", "-b", "html", str(folder), str(folder / "out")])


@pytest.mark.parametrize("page", PAGES)
def test_directive_documents_hooks(page: str, folder: Path) -> None:
    """Each hook is a section with its signature, docstring, rules, deprecations and plugins, in either markup."""
    (folder / page).write_text(PAGES[page], "utf-8")
    assert built(folder) == 0
    html = (folder / "out" / "index.html").read_text("utf-8")
    assert html.index('id="hook-documentedspec-parts"') < html.index('id="hook-documentedspec-polish"')
    assert "<em>joined</em>" in html
    assert "is deprecated: it is always 80" in html
    assert "Each answer replaces text for the next implementation" in html
    assert "An implementation may take 2 seconds." in html
    assert "Implemented by: polisher." in html


def test_unknown_target_is_an_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A target that does not exist is an error of the page, with what to write."""
    (folder / "index.rst").write_text("Hooks\n=====\n\n.. pluginkit-hooks:: documented_hooks:nothing\n", "utf-8")
    assert built(folder) != 0
    assert "'documented_hooks:nothing' cannot be loaded" in capsys.readouterr().err
