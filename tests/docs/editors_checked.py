"""What editors show: the table of docs/reference/editors.md is what language servers answer on a host and its plugin.

Run by `nox -s language_servers`: it needs the servers, and pytest alone does not collect it.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from language_server import COMMANDS, Server

from pluginkit._source.stub.module import Options, generate

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "editors.md"
FILES = {
    "hooks.py": '''\
from typing import Protocol

from pluginkit import Registry, hookspec


class AppSpec(Protocol):
    @hookspec
    def sections(self, *, document: str, verbose: bool) -> list[str]:
        """Contribute sections to the report."""
        ...


registry = Registry(AppSpec)
''',
    "plugin.py": """\
from hooks import AppSpec
from pluginkit import hookimpl


class Summary:
    @hookimpl(AppSpec.sections)
    def summary(self, document: str, **_: object) -> list[str]:
        return [document]
""",
    "app.py": """\
from hooks import registry
from plugin import Summary

registry.register(Summary())
found = registry.hook.sections(document="text", verbose=True)
print(found)
""",
    "misspelled.py": """\
from hooks import AppSpec
from pluginkit import hookimpl


class Misspelled:
    @hookimpl(AppSpec.sections)
    def sections(self, documnet: str, **_: object) -> list[str]:
        return [documnet]
""",
    "typing_call.py": "from hooks import registry\n\nregistry.hook.sections()\n",
    "typing_hook.py": "from hooks import registry\n\nregistry.hook.\n",
    "pyrefly.toml": 'preset = "default"\n',
    "typing_spec.py": "from hooks import AppSpec\nfrom pluginkit import hookimpl\n\nhookimpl(AppSpec.)\n",
}
BARE = FILES["misspelled.py"].replace(", **_: object", "")
STUBBED = {
    "app.py": FILES["app.py"],
    "plugin.py": FILES["plugin.py"].replace(", **_: object", ""),
    "misspelled.py": BARE,
    "typing_call.py": FILES["typing_call.py"],
    "typing_hook.py": FILES["typing_hook.py"],
    "pyrightconfig.json": '{"extraPaths": ["installed"]}\n',
    "ty.toml": '[environment]\nextra-paths = ["installed"]\n',
    "pyrefly.toml": 'preset = "default"\nsearch-path = [".", "installed"]\n',
    "installed/hooks.py": FILES["hooks.py"],
    "installed/hooks.pyi": generate(FILES["hooks.py"], "hooks.py", "hooks", Options()),
}
TABLE = {
    row[0]: row[1:]
    for line in re.findall(r"^\| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    if len(row := line.split(" | ")) == 1 + len(COMMANDS) and row[1] in {"yes", "no"}
}
CALL, DECORATOR = ("app.py", "hook.sections", 6), ("plugin.py", "AppSpec.sections", 9)
SPEC = ("hooks.py", "def sections", 5)
PLUGIN = "in a plugin of a host with a stub: "


def started(name: str, folder: Path, files: dict[str, str]) -> Server:
    """Start a language server on some files."""
    for file, text in files.items():
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(text, encoding="utf-8")
    server = Server(name, folder)
    server.red("misspelled.py")  # it has read everything by then
    return server


def runs(texts: dict[str, str], folder: Path) -> bool:
    """Tell whether the program still prints what it did, under a new name of the hook."""
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    done = subprocess.run([sys.executable, "app.py"], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout == "[['text']]\n" and all("sections" not in texts[name] for name in ("plugin.py", "app.py"))


def in_the_host(server: Server, folder: Path) -> dict[str, bool]:
    """Return what a server does in a project that has host and plugin, by the rows of the table."""
    call, decorator, spec = server.at(*CALL), server.at(*DECORATOR), server.at(*SPEC)
    hooks = server.completions(server.at("typing_hook.py", "registry.hook.", 14))
    of_spec = server.completions(server.at("typing_spec.py", "AppSpec.", 8))
    arguments = server.completions(server.at("typing_call.py", "sections(", 9))
    declared = ("hooks.py", 8)
    return {
        "a misspelled parameter is red, at the decorator": "AppSpec.sections" in server.red("misspelled.py")[0],
        "hover over a call shows the hook's documentation": "Contribute sections" in server.hover(call),
        "hover over a decorator shows the hook's parameters": "document" in server.hover(decorator),
        "completion of hooks behind `registry.hook.`": "sections" in hooks,
        "completion of hooks in `@hookimpl(AppSpec.`": "sections" in of_spec,
        "completion of arguments in a call": {"document", "verbose"} <= set(arguments),
        "definition from a call leads to the spec": declared in server.definitions(call),
        "definition from a decorator leads to the spec": declared in server.definitions(decorator),
        "references from the spec": {declared, ("plugin.py", 6), ("app.py", 5)} <= set(server.references(spec)),
        "rename from the spec": runs(server.renamed(spec, "parts"), folder / "spec"),
        "rename from a call": runs(server.renamed(call, "parts"), folder / "call"),
        "rename from a decorator": runs(server.renamed(decorator, "parts"), folder / "decorator"),
    }


def in_a_plugin(server: Server) -> dict[str, bool]:
    """Return what a server does in the project of a plugin, whose host is installed with a stub."""
    call, decorator = server.at(*CALL), server.at(*DECORATOR)
    hooks = server.completions(server.at("typing_hook.py", "registry.hook.", 14))
    arguments = server.completions(server.at("typing_call.py", "sections(", 9))
    spec = {"hooks.py", "hooks.pyi"}
    uses = {("plugin.py", 6), ("app.py", 5)}
    return {
        "a misspelled parameter is red, without `**_`": "AppSpec.sections" in server.red("misspelled.py")[0],
        "hover over a call shows the hook's documentation": "Contribute sections" in server.hover(call),
        "completion of hooks behind `registry.hook.`": "sections" in hooks,
        "completion of arguments in a call": {"document", "verbose"} <= set(arguments),
        "definition from a call leads to the spec": bool(spec & {file for file, _ in server.definitions(call)}),
        "definition from a decorator leads to the spec": bool(
            spec & {file for file, _ in server.definitions(decorator)}
        ),
        "references from a decorator find the uses in the project": uses <= set(server.references(decorator)),
        "rename from a decorator changes all uses in the project": are_renamed(server.renamed(decorator, "parts")),
    }


def are_renamed(texts: dict[str, str]) -> bool:
    """Tell whether every use of the hook in the project has the new name."""
    named = re.compile(r"(?:AppSpec|registry\.hook)\.(sections|parts)\b")
    return {name for file in ("plugin.py", "app.py") for name in named.findall(texts[file])} == {"parts"}


@pytest.mark.parametrize("name", COMMANDS)
def test_what_editors_show(name: str, tmp_path: Path) -> None:
    """Each row of the table is what the server does; after a rename the program runs as before."""
    (tmp_path / "host").mkdir()
    (tmp_path / "plugin").mkdir()
    with started(name, (tmp_path / "host").resolve(), FILES) as server:
        found = in_the_host(server, tmp_path)
    with started(name, (tmp_path / "plugin").resolve(), STUBBED) as server:
        found |= {f"{PLUGIN}{row}": does for row, does in in_a_plugin(server).items()}
    column = list(COMMANDS).index(name)
    assert {row: "yes" if does else "no" for row, does in found.items()} == {
        row: cells[column] for row, cells in TABLE.items()
    }
