"""What an editor is answered: completions at every point of a head, hovers, and who implements a hook."""

from __future__ import annotations

from pathlib import Path

import pytest

from pluginkit._source.features import Features

HOOKS = '''\
from typing import Protocol
from pluginkit import hookspec
class AppSpec(Protocol):
    @hookspec
    def sections(self, *, document: str, verbose: bool = False) -> list[str]:
        """Contribute sections."""
    @hookspec(firstresult=True)
    async def fetch(self, *, url) -> bytes | None: ...
    @hookspec(historic=True)
    def idle(self): ...
'''
PLUGIN = """\
from hooks import AppSpec
from pluginkit import hookimpl
class Plugin:
    @hookimpl(AppSpec.sections)
    def sections(self, document: str, **_: object) -> list[str]:
        return [document]
    @hookimpl(AppSpec.fetch)
    async def fetch(self, url): ...
@hookimpl.function(AppSpec.sections, tryfirst=True)
def again(document): ...
@hookimpl
def unheard(): ...
"""


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """Write a project, and return the file of its plugin."""
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "hooks.py").write_text(HOOKS)
    (tmp_path / "plugin.py").write_text(PLUGIN)
    return tmp_path / "plugin.py"


def position(text: str, marked: str) -> tuple[int, int]:
    """Return the position behind a piece of text."""
    before = text[: text.index(marked) + len(marked)]
    return before.count("\n") + 1, len(before) - before.rfind("\n") - 1


def completed(plugin: Path, added: str, behind: str = "") -> list[str]:
    """Return what is inserted at the end of what is being typed below a plugin that was complete before."""
    features = Features()
    features.change(plugin, PLUGIN)
    features.change(plugin, f"{PLUGIN}{added}{behind}\n")
    line, column = position(f"{PLUGIN}{added}", added)
    return [each.text for each in features.completions(plugin, line, column)]


HEAD = "@hookimpl.function(AppSpec.sections)\n"


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        (f"{HEAD}def a(", ["document: str", "verbose: bool", "**_: object"]),
        (f"{HEAD}def a(do", ["document: str", "verbose: bool", "**_: object"]),
        (f"{HEAD}def a(document: str, ", ["verbose: bool", "**_: object"]),
        (f"{HEAD}def a(\n    document,\n    ver", ["verbose: bool", "**_: object"]),
        (f"{HEAD}def a(document, verbose=1, ", []),
        (f"{HEAD}def a(**_, ", ["document: str", "verbose: bool"]),
        (f"{HEAD}def a", ["sections(document: str, verbose: bool) -> list[str]:"]),
        ("@hookimpl(AppSpec.fetch)\nasync def ", ["fetch(self, url) -> bytes | None:"]),
        ("@hookimpl(\n    AppSpec.fetch)\ndef a(", []),
        ("@hookimpl(AppSpec.idle)\ndef ", ["idle(self):"]),
        ("@hookimpl(AppSpec.idle)\ndef a(", []),
        ("@hookimpl(AppSpec.nothing)\ndef a(", []),
        ("@staticmethod\n\n@hookimpl.function(AppSpec.fetch)\ndef a(", ["url", "**_: object"]),
        ("x = 1\ndef a(", []),
        (f"{HEAD}def a(document):\n    x = ", []),
        (f"{HEAD}def a(document): ...\n\n@", []),
    ],
)
def test_completions(plugin: Path, added: str, expected: list[str]) -> None:
    """Behind a decorator the parameters that are left are offered, or the whole head; elsewhere nothing is."""
    assert completed(plugin, added) == expected


@pytest.mark.parametrize("cut", range(len("def a(document: str, ver") + 1))
def test_every_point_of_a_head(plugin: Path, cut: int) -> None:
    """Wherever the cursor is, and whatever is behind it, what is offered is right."""
    head = "def a(document: str, ver"
    if cut < len("def "):
        return
    typed, behind = head[:cut], ") -> list[str]:\n    return []"
    expected = ["document: str", "verbose: bool", "**_: object"]
    expected = ["verbose: bool", "**_: object"] if "," in typed else expected
    expected = expected if "(" in typed else ["sections(document: str, verbose: bool) -> list[str]:"]
    assert completed(plugin, f"{HEAD}{typed}") == expected
    assert completed(plugin, f"{HEAD}{typed}", behind) == expected


def test_a_file_that_was_never_complete(plugin: Path) -> None:
    """Without a text that could be parsed, nothing is known of its names; at its top there is nothing to complete."""
    features = Features()
    features.change(plugin, "from hooks import AppSpec\nx = (\n@hookimpl(AppSpec.sections)\ndef a(")
    assert features.completions(plugin, 4, 6) == []
    assert features.completions(plugin, 1, 3) == []
    features.change(plugin, "@whatever\ndef a(")
    assert features.completions(plugin, 2, 6) == []


@pytest.mark.parametrize(
    ("file", "marked", "expected"),
    [
        (
            "plugin.py",
            "@hookimpl(AppSpec.sec",
            (
                "```python\ndef sections(self, *, document: str, verbose: bool = False) -> list[str]\n```\n\n"
                "**AppSpec.sections**: a call returns the answers of all implementations\n\nContribute sections."
            ),
        ),
        (
            "plugin.py",
            "async def fetc",
            (
                "```python\nasync def fetch(self, *, url) -> bytes | None\n```\n\n"
                "**AppSpec.fetch**: a call returns the first answer; later implementations do not run"
            ),
        ),
        (
            "hooks.py",
            "def idl",
            "```python\ndef idle(self)\n```\n\n**AppSpec.idle**: calls are remembered, and replayed to later plugins",
        ),
        ("plugin.py", "def unhear", ""),
        ("plugin.py", "class Plug", ""),
    ],
)
def test_hovers(plugin: Path, file: str, marked: str, expected: str) -> None:
    """A hook is shown where it is declared, referred to and implemented."""
    path = plugin.with_name(file)
    assert Features().hover(path, *position(path.read_text(), marked)) == expected


def test_who_implements_a_hook(plugin: Path) -> None:
    """From the hook one gets to its implementations in the project, and above it is how many there are."""
    features, hooks = Features(), plugin.with_name("hooks.py")
    found = features.implementations(hooks, *position(HOOKS, "def sec"))
    assert [(path.name, where.line) for path, where in found] == [("plugin.py", 5), ("plugin.py", 10)]
    assert features.implementations(hooks, 1, 0) == []
    assert [(each.range.line, each.title) for each in features.lenses(hooks)] == [
        (5, "2 implementations"),
        (8, "1 implementation"),
        (10, "0 implementations"),
    ]
    assert features.lenses(plugin) == []
