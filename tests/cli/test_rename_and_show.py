"""`pluginkit show` and `pluginkit rename`: what is printed to paste, and what a name is changed in."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from commands import run

from pluginkit import Registry
from pluginkit._source.lint.run import Linter

HOOKS = """\
from collections.abc import Sequence
from typing import Protocol
from pluginkit import hookspec
class BaseSpec(Protocol):
    @hookspec
    def sections(self, *, document: Sequence[str], verbose: bool = False) -> list[str]:
        \"\"\"Contribute sections.\"\"\"
    @hookspec(pipeline="text")
    def polish(self, *, text: str) -> str: ...
class AppSpec(BaseSpec, Protocol):
    @hookspec
    def sections(self, *, document: Sequence[str], verbose: bool = False) -> list[str]: ...
    @hookspec
    async def fetch(self, *, url: str) -> bytes | None: ...
class OtherSpec(Protocol):
    @hookspec
    def sections(self, *, document: str) -> str: ...
"""
PLUGIN = """\
from hooks import AppSpec, BaseSpec, OtherSpec
from pluginkit import Registry, hookimpl
registry = Registry(AppSpec)
class Plugin:
    @hookimpl(AppSpec.sections)
    def mine(self, document, **_):
        return [document for _ in document]
    @hookimpl(OtherSpec.sections)
    def other(self, document): ...
    @hookimpl(BaseSpec.sections, tryfirst=AppSpec.sections is None)
    def third(self, document, *, verbose=AppSpec.sections):
        text = document
        return locals()
    @hookimpl
    def polish(self, text):
        return text
def call(given, hook: AppSpec):
    registry.hook.sections(document=[], verbose=True)
    registry.hook.sections.call_extra([], document=[])
    hook.sections(document=[])
    given.hook.sections(document=[])
    given.sections(document=[])
    print(document=1)
    registry.hook.polish(document=1)
    return AppSpec.sections, OtherSpec.sections, lambda: BaseSpec.sections
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the current folder a project."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "hooks.py").write_text(HOOKS)
    (tmp_path / "plugin.py").write_text(PLUGIN)
    return tmp_path


# -- show -------------------------------------------------------------------------------------------------------------

METHOD = '''\
from collections.abc import Sequence

from hooks import BaseSpec
from pluginkit import hookimpl


@hookimpl(BaseSpec.sections)
def sections(
    self, document: Sequence[str], verbose: bool = False
) -> list[str] | None:
    """Contribute sections."""
    return None
'''


@pytest.mark.parametrize(
    ("hook", "form", "expected"),
    [
        ("BaseSpec.sections", "method", METHOD),
        (
            "BaseSpec.sections",
            "bare",
            METHOD.replace("from hooks import BaseSpec\n", "").replace("@hookimpl(BaseSpec.sections)", "@hookimpl"),
        ),
        (
            "BaseSpec.sections",
            "function",
            METHOD.replace("@hookimpl(", "@hookimpl.function(").replace(
                "\n    self, document: Sequence[str], verbose: bool = False\n",
                "document: Sequence[str], verbose: bool = False",
            ),
        ),
        (
            "AppSpec.polish",
            "function",
            (
                "from hooks import AppSpec\nfrom pluginkit import hookimpl\n\n\n@hookimpl.function(AppSpec.polish)\n"
                'def polish(text: str) -> str | None:\n    """Implement AppSpec.polish."""\n    return None\n'
            ),
        ),
        (
            "AppSpec.fetch",
            "function",
            (
                "from hooks import AppSpec\nfrom pluginkit import hookimpl\n\n\n@hookimpl.function(AppSpec.fetch)\n"
                'async def fetch(url: str) -> bytes | None:\n    """Implement AppSpec.fetch."""\n    return None\n'
            ),
        ),
        (
            "AppSpec.fetch",
            "wrapper",
            (
                "from collections.abc import AsyncGenerator\n\nfrom hooks import AppSpec\nfrom pluginkit import hookimpl\n\n\n"
                "@hookimpl(AppSpec.fetch, wrapper=True)\nasync def around_fetch(\n    self, **_: object\n"
                ") -> AsyncGenerator[list[bytes] | None, list[bytes]]:\n    result = yield None\n    yield result\n"
            ),
        ),
        (
            "AppSpec.polish",
            "wrapper",
            (
                "from collections.abc import Generator\n\nfrom hooks import AppSpec\nfrom pluginkit import hookimpl\n\n\n"
                "@hookimpl(AppSpec.polish, wrapper=True)\ndef around_polish(\n    self, **_: object\n"
                ") -> Generator[None, str, str]:\n    result = yield\n    return result\n"
            ),
        ),
    ],
)
def test_show(capsys: pytest.CaptureFixture[str], hook: str, form: str, expected: str) -> None:
    """What is printed is an implementation of the hook in the form that is asked for, with its imports."""
    assert run(capsys, "show", f"hooks:{hook}", "--form", form) == (0, expected, "")


@pytest.mark.parametrize("form", ["method", "function", "wrapper", "bare"])
def test_what_is_shown_registers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, project: Path, form: str
) -> None:
    """It is a valid implementation: it lints, and a plugin that has it registers."""
    monkeypatch.syspath_prepend(str(project))
    monkeypatch.setitem(sys.modules, "hooks", None)  # what is imported below is forgotten afterwards
    del sys.modules["hooks"]
    text = run(capsys, "show", "hooks:AppSpec.sections", "--form", form)[1]
    head, _, method = text.partition("\n\n\n")
    lines = method.splitlines()
    body = "\n".join(f"    {line}" for line in lines)
    place = f"{head}\nfrom hooks import AppSpec\nclass Plugin:\n{body}\n"
    if form == "function":
        place = f"{head}\nclass Plugin:\n    @staticmethod\n{body}\n"
    (project / "pasted.py").write_text(place)
    assert Linter().lint(project / "pasted.py").report.findings == ()
    namespace: dict[str, type] = {}
    exec(place, namespace)
    Registry(namespace["AppSpec"]).register(namespace["Plugin"]())


# -- rename -----------------------------------------------------------------------------------------------------------


def test_rename_a_hook(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    """Specs that override it, references, calls on known registries and relays change; others do not."""
    status, out, _ = run(capsys, "rename", "hooks:BaseSpec.sections", "parts")
    hooks, plugin = (project / "hooks.py").read_text(), (project / "plugin.py").read_text()
    assert hooks == HOOKS.replace("def sections(self, *, document: Sequence", "def parts(self, *, document: Sequence")
    expected = PLUGIN.replace("AppSpec.sections", "AppSpec.parts").replace("BaseSpec.sections", "BaseSpec.parts")
    expected = expected.replace("registry.hook.sections", "registry.hook.parts").replace(
        "    hook.sections", "    hook.parts"
    )
    assert plugin == expected
    place = f"{project / 'plugin.py'}:21:16"
    assert (status, out) == (
        1,
        f"{place}: not changed: the spec of 'given.hook' is not known\n2 files changed, 1 place not decided\n",
    )


def test_rename_a_hook_that_goes_by_its_name(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    """A bare implementation gets the new name, unless that name is used for something else."""
    assert run(capsys, "rename", "hooks:BaseSpec.polish", "clean")[:2] == (0, "2 files changed, 0 places not decided\n")
    plugin = PLUGIN.replace("def polish", "def clean").replace("hook.polish(", "hook.clean(")
    assert (project / "plugin.py").read_text() == plugin
    used = plugin + "Plugin().clean('')\n"
    (project / "plugin.py").write_text(used)
    status, out, _ = run(capsys, "rename", "hooks:BaseSpec.clean", "polish")
    assert (status, "def clean(self, text)" in (project / "plugin.py").read_text()) == (1, True)
    assert "the implementation goes by its name, which is used elsewhere" in out


def test_rename_a_parameter(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    """Heads and bodies of implementations change, and arguments of calls; what is not certain is listed."""
    status, out, _ = run(capsys, "rename", "hooks:AppSpec.sections", "document", "text")
    hooks, plugin = (project / "hooks.py").read_text(), (project / "plugin.py").read_text()
    assert hooks == HOOKS.replace("document: Sequence", "text: Sequence")
    expected = PLUGIN.replace("def mine(self, document", "def mine(self, text")
    expected = expected.replace("[document for _ in document]", "[text for _ in text]")
    expected = expected.replace("    registry.hook.sections(document", "    registry.hook.sections(text")
    expected = expected.replace("call_extra([], document", "call_extra([], text").replace(
        "    hook.sections(document", "    hook.sections(text"
    )
    assert plugin == expected
    assert status == 1
    assert [line.partition(": ")[2] for line in out.splitlines()[:-1]] == [
        "not changed: the function uses 'text', or makes names at run time",
        "not changed: the spec of 'given.hook' is not known",
    ]


def test_rename_the_parameter_of_a_pipeline(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    """The option that names it changes as well; with --diff nothing is written."""
    status, out, _ = run(capsys, "rename", "hooks:BaseSpec.polish", "text", "value", "--diff", "--in", "hooks.py")
    assert (project / "hooks.py").read_text() == HOOKS
    changed = [line for line in out.splitlines() if line[:1] in "+-"][2:]
    assert (status, changed) == (
        0,
        [
            '-    @hookspec(pipeline="text")',
            "-    def polish(self, *, text: str) -> str: ...",
            '+    @hookspec(pipeline="value")',
            "+    def polish(self, *, value: str) -> str: ...",
        ],
    )


def test_an_implementation_that_may_be_several_hooks(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    """A bare implementation in a module that knows two such hooks is listed."""
    (project / "bare.py").write_text(
        "from hooks import AppSpec, OtherSpec\nfrom pluginkit import hookimpl\n@hookimpl\ndef sections(): ...\n"
    )
    status, out, _ = run(capsys, "rename", "hooks:OtherSpec.sections", "parts", "--in", "bare.py")
    assert status == 1
    assert "bare.py:4:5: not changed: the implementation may be one of several hooks" in out
    assert "def parts(self, *, document: str)" in (project / "hooks.py").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sections", "parts"], "'sections' does not name a hook [PK816]\n  Hint: write MODULE:SPEC.HOOK"),
        (
            ["gone:AppSpec.sections", "parts"],
            (
                "there is no spec 'gone:AppSpec' [PK808]\n"
                "  Hint: name its module as it is imported, or name an environment with --python"
            ),
        ),
        (["hooks:AppSpec.sectons", "parts"], "AppSpec has no hook 'sectons' [PK805]\n  Hint: did you mean 'sections'?"),
        (
            ["hooks:OtherSpec.qqq", "parts"],
            "OtherSpec has no hook 'qqq' [PK805]\n  Hint: it has sections",
        ),
        (
            ["hooks:AppSpec.sections", "a", "b", "c"],
            "there are too many names [PK816]\n  Hint: give the new name, or a parameter and its new name",
        ),
        (["hooks:AppSpec.sections", "class"], "cannot be renamed: 'class' is not a name [PK816]"),
        (["hooks:AppSpec.sections", "polish"], "cannot be renamed: AppSpec already has 'polish' [PK816]"),
        (
            ["hooks:AppSpec.sections", "document", "verbose"],
            "cannot be renamed: AppSpec.sections already has 'verbose' [PK816]",
        ),
        (
            ["hooks:AppSpec.sections", "qqq", "x"],
            "cannot be renamed: AppSpec.sections has no parameter 'qqq' [PK816]",
        ),
    ],
)
def test_bad_input(capsys: pytest.CaptureFixture[str], project: Path, arguments: list[str], message: str) -> None:
    """What cannot be done ends with status 2, and nothing is written."""
    assert run(capsys, "rename", *arguments) == (2, "", f"error: {message}\n")
    assert (project / "hooks.py").read_text() == HOOKS
