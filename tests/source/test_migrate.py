"""`pluginkit migrate`: modules for pluggy become modules for pluginkit, and what is not decided is told."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import commands
import pluggy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluginkit import Registry
from pluginkit._declare.spec import hooks_of
from pluginkit._source.migrate import Target, migrate

SPECS = '''\
"""The hooks of bakery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pluggy import HookimplMarker, HookspecMarker

if TYPE_CHECKING:
    from pathlib import Path

hookspec = HookspecMarker("bakery")
hookimpl = HookimplMarker("bakery")

# -- ovens


@hookspec
def bake(dough: str, minutes: int = 30) -> list[str]:
    """Bake.

    At length.
    """


# -- shops
@hookspec(firstresult=True)
def price(
    loaf: str,
    customer,
) -> float | None:
    """Give a price."""
    raise NotImplementedError


LIMIT = """
a constant
"""


@hookspec(historic=True, warn_on_impl=DeprecationWarning("old"))
def opened(where, when=8): ...


@hookspec
def closed(): ...


def helper():
    return LIMIT
'''
MIGRATED = '''\
"""The hooks of bakery."""

from __future__ import annotations

from typing import Any, Protocol, TYPE_CHECKING

from pluggy import HookimplMarker
from pluginkit import hookspec

if TYPE_CHECKING:
    from pathlib import Path

hookimpl = HookimplMarker("bakery")

# -- ovens


LIMIT = """
a constant
"""


class BakerySpec(Protocol):
    """The hooks of bakery."""

    @hookspec
    def bake(self, *, dough: str, minutes: int = 30) -> list[str]:
        """Bake.

        At length.
        """
        ...

    # -- shops
    @hookspec(firstresult=True)  # TODO: annotate
    def price(
        self,
        *,
        loaf: str,
        customer: Any,
    ) -> float | None:
        """Give a price."""
        raise NotImplementedError

    @hookspec(historic=True)  # TODO: annotate
    def opened(self, *, where: Any, when: Any = 8) -> None: ...

    @hookspec  # TODO: annotate
    def closed(self) -> Any: ...


def helper():
    return LIMIT
'''
PLUGIN = """\
import pluggy
from bakery import hookimpl, hookspec

tests = pluggy.HookimplMarker("tests")


@hookimpl(tryfirst=True, trylast=True)
def bake(dough): ...


class Plugin:
    @hookimpl(specname="price", optionalhook=True)
    def cheap(self, loaf): ...

    @staticmethod
    @hookimpl(wrapper=True)
    def closed():
        return (yield)
"""
MIGRATED_PLUGIN = """\
import pluggy
from bakery import hookspec
from bakery.specs import BakerySpec
from pluginkit import hookimpl


@hookimpl.function(BakerySpec.bake, trylast=True)
def bake(dough): ...


class Plugin:
    @hookimpl(BakerySpec.price, optional=True)
    def cheap(self, loaf): ...

    @staticmethod
    @hookimpl.function(BakerySpec.closed, wrapper=True)
    def closed():
        return (yield)
"""


def test_a_module_of_specs_becomes_a_protocol() -> None:
    """Modes, defaults, docstrings, annotations and comments are kept; what is not annotated is marked."""
    text, notes = migrate(SPECS, Target())
    assert text == MIGRATED
    assert [(note.line, note.message) for note in notes] == [
        (28, "price: no type is written for 'customer'"),
        (42, "opened: 'warn_on_impl' has no counterpart"),
        (42, "opened: no type is written for 'where', 'when', the result"),
        (46, "closed: no type is written for the result"),
    ]


@pytest.mark.parametrize("source", [MIGRATED, MIGRATED_PLUGIN, "", "x = 1\n", "def f(): ...\n"])
def test_what_needs_no_change_is_left(source: str) -> None:
    """What has been rewritten stays as it is, and so does what has nothing to do with pluggy."""
    assert migrate(source, Target("", "bakery.specs", "BakerySpec")) == (source, ())


def test_implementations_refer_to_the_spec() -> None:
    """Functions and methods get the form that they need, and options the names that they have."""
    assert migrate(PLUGIN, Target("", "bakery.specs", "BakerySpec")) == (MIGRATED_PLUGIN, ())


def test_implementations_go_by_name_without_a_spec() -> None:
    """A bare decorator is matched by the function's name, when the plugin is registered."""
    text, notes = migrate(
        "from bakery import hookimpl\n\n\n@hookimpl\ndef bake(dough): ...\n\n\n@hookimpl(tryfirst=True)\ndef price(): ...\n",
        Target(),
    )
    assert text == (
        "from pluginkit import hookimpl\n\n\n@hookimpl\ndef bake(dough): ...\n\n\n@hookimpl(tryfirst=True)\ndef price(): ...\n"
    )
    assert notes == ()


@pytest.mark.parametrize(
    ("decorator", "message"),
    [
        ("hookwrapper=True", "bake is an old-style wrapper, so the decorators of this module stay as they are"),
        ("specname='price'", "bake implements 'price', so the decorators of this module stay as they are"),
        ("colour=1", "bake: the option 'colour' is not known, so the decorators of this module stay"),
    ],
)
def test_what_is_not_decided_leaves_the_module_alone(decorator: str, message: str) -> None:
    """Decorators of two kinds under one name would be worse than those of pluggy."""
    source = f"import pytest\n\n\n@pytest.hookimpl({decorator})\ndef bake(): ...\n\n\n@pytest.hookimpl\ndef b(): ...\n"
    text, notes = migrate(source, Target())
    assert text == source
    assert [(note.line, note.message) for note in notes] == [(5, message)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "import pluggy\nfrom pluggy import Result\n\n_SPEC: object = pluggy.HookspecMarker('b')\n\n\n@_SPEC\ndef f(a: int) -> int: ...\n",
            "from typing import Protocol\n\nimport pluggy\nfrom pluggy import Result\nfrom pluginkit import hookspec\n\n\n"
            'class BSpec(Protocol):\n    """The hooks of b."""\n\n    @hookspec\n    def f(self, *, a: int) -> int: ...\n',
        ),
        (
            "import sys\nfrom typing import Protocol\n\nfrom zoo import x\nfrom pluggy import HookspecMarker\n\nhookspec = HookspecMarker('b')\n\n\n"
            "class Spec(Protocol):\n    @hookspec\n    def f(self) -> int: ...\n",
            "import sys\nfrom typing import Protocol\n\nfrom pluginkit import hookspec\nfrom zoo import x\n\n\n"
            "class Spec(Protocol):\n    @hookspec\n    def f(self) -> int: ...\n",
        ),
        (
            "from m import hookspec, other\n@hookspec\ndef f() -> int: 'D.'\n",
            "from typing import Protocol\n\nfrom m import other\nfrom pluginkit import hookspec\n"
            'class MSpec(Protocol):\n    """The hooks of m."""\n\n    @hookspec\n    def f(self) -> int: \'D.\'; ...\n',
        ),
        (
            "from .markers import hookspec\n\n\nclass Spec:\n    @hookspec\n    def f(self, a: int) -> int: ...\n"
            "    @hookspec\n    def g(self) -> int: ...\n\n\nclass More(Spec):\n    @hookspec\n    def h(self) -> int: ...\n",
            "from typing import Protocol\n\nfrom pluginkit import hookspec\n\n\nclass Spec(Protocol):\n    @hookspec\n"
            "    def f(self, *, a: int) -> int: ...\n    @hookspec\n    def g(self) -> int: ...\n\n\n"
            "class More(Spec, Protocol):\n    @hookspec\n    def h(self) -> int: ...\n",
        ),
        (
            "'Hooks.'\nfrom pluggy import HookspecMarker\nhookspec = HookspecMarker('b')\n"
            "@hookspec\ndef b_one(text: str = '''a\n  b''') -> int: ...\ndef b_two() -> int: ...\n",
            "'Hooks.'\n\nfrom typing import Protocol\n\nfrom pluginkit import hookspec\n"
            'class BSpec(Protocol):\n    """The hooks of b."""\n\n    @hookspec\n'
            "    def b_one(self, *, text: str = '''a\n  b''') -> int: ...\n    @hookspec\n    def b_two(self) -> int: ...\n",
        ),
        (
            "from typing import List\nfrom typing import Set\nfrom pluggy import HookspecMarker\n"
            "hookspec = HookspecMarker('b')\n@hookspec\ndef f(): ...\n",
            "from typing import List\nfrom typing import Set\nfrom typing import Any\nfrom typing import Protocol\n\n"
            'from pluginkit import hookspec\nclass BSpec(Protocol):\n    """The hooks of b."""\n\n'
            "    @hookspec  # TODO: annotate\n    def f(self) -> Any: ...\n",
        ),
    ],
)
def test_ways_to_write_specs(old: str, new: str) -> None:
    """Markers of any name, classes, hooks by their names, and imports one by one are known; strings stay as they are."""
    assert migrate(old, Target()).text == new


@pytest.mark.parametrize("parameters", ["a, /", "*a", "**a", "*, a"])
def test_parameters_that_no_hook_can_have(parameters: str) -> None:
    """They are told of, and the module is left as it is."""
    source = f"from m import hookspec\n@hookspec\ndef f({parameters}) -> int: ...\n"
    text, (note,) = migrate(source, Target())
    assert text == source
    assert note.message == "f takes arguments of several kinds, so the specs of this module stay as they are"


PARAMETERS = st.dictionaries(st.sampled_from("abc"), st.booleans(), max_size=3)
MODES = st.sampled_from(["", "(firstresult=True)", "(historic=True)", "(firstresult=False)"])


@given(st.dictionaries(st.sampled_from(["f", "g", "h"]), st.tuples(PARAMETERS, MODES, st.booleans()), min_size=1))
def test_the_spec_has_the_hooks_that_pluggy_sees(hooks: dict[str, tuple[dict[str, bool], str, bool]]) -> None:
    """Names, parameters, defaults and modes are those that pluggy reads from the same module."""
    source = "from pluggy import HookspecMarker\nhookspec = HookspecMarker('b')\n"
    for name, (parameters, mode, documented) in hooks.items():
        ordered = sorted(parameters.items(), key=lambda each: each[1])
        listed = ", ".join(f"{each}=1" if default else each for each, default in ordered)
        body = "'D.'" if documented else "..."
        source += f"\n\n@hookspec{mode}\ndef {name}({listed}): {body}\n"
    old: dict[str, Any] = {"__name__": "old"}
    new: dict[str, Any] = {"__name__": "new"}
    exec(source, old)
    exec(migrate(source, Target()).text, new)
    manager = pluggy.PluginManager("b")
    manager.add_hookspecs(type("Module", (), {name: staticmethod(old[name]) for name in hooks}))
    found = hooks_of(new["BSpec"])
    assert found.keys() == hooks.keys()
    for name, hook in found.items():
        spec = getattr(manager.hook, name).spec
        assert set(hook.parameters) == {*spec.argnames, *spec.kwargnames}
        assert dict(hook.defaults) == spec.kwargdefaults
        assert (hook.mode == "firstresult", hook.mode == "historic") == (
            bool(spec.opts["firstresult"]),
            bool(spec.opts["historic"]),
        )


def test_the_hooks_of_pytest(tmp_path: Path) -> None:
    """The hook specs of a host with a long history become a spec that a registry takes."""
    source = importlib.util.find_spec("_pytest.hookspec")
    assert source is not None
    assert source.origin is not None
    text, _ = migrate(Path(source.origin).read_text(encoding="utf-8"), Target())
    namespace: dict[str, Any] = {"__name__": "pytest_hooks"}
    exec(text, namespace)
    registry = Registry(namespace["PytestSpec"])
    names = {name for name in vars(sys.modules["_pytest.hookspec"]) if name.startswith("pytest_")}
    assert hooks_of(namespace["PytestSpec"]).keys() == names
    assert registry.plugin_names() == ()


# -- the command ------------------------------------------------------------------------------------------------------


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the command."""
    return commands.run(capsys, "migrate", *arguments)


def test_the_command_rewrites_files(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Folders are searched; the ends of lines and the encoding stay, and a second time nothing is done."""
    monkeypatch.chdir(tmp_path)
    head = "# coding: latin-1\r\n# B\xe4ckerei\r\n"
    (tmp_path / "plugin.py").write_bytes((head + PLUGIN.replace("\n", "\r\n")).encode("latin-1"))
    (tmp_path / "other.py").write_text("x = 1\n")
    arguments = (".", "--spec", "bakery.specs:BakerySpec")
    assert run(capsys, *arguments, "--check") == (1, "1 module to rewrite, 1 left as they are\n", "")
    status, out, _ = run(capsys, *arguments, "--diff")
    assert (status, "-@hookimpl(tryfirst=True, trylast=True)" in out) == (0, True)
    assert (tmp_path / "plugin.py").read_bytes().endswith(PLUGIN.replace("\n", "\r\n").encode())
    assert run(capsys, *arguments) == (0, "1 module rewritten, 1 left as they are\n", "")
    assert (tmp_path / "plugin.py").read_bytes() == (head + MIGRATED_PLUGIN.replace("\n", "\r\n")).encode("latin-1")
    assert run(capsys, *arguments, "--check") == (0, "0 modules to rewrite, 2 left as they are\n", "")


def test_what_is_not_decided_is_printed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the place and a hint; a difference at the end of a file is shown as such."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hooks.py").write_text(
        "from m import hookspec\n@hookspec\ndef f() -> 'int': ...\n@hookspec\ndef g(): 1"
    )
    status, out, _ = run(capsys, "hooks.py", "--diff", "--name", "Chosen")
    assert status == 0
    assert "+class Chosen(Protocol):\n" in out
    assert "\\ No newline at end of file\n" in out
    assert out.endswith(
        "hooks.py:5: g: no type is written for the result\n  Hint: write it in the place of Any\n"
        "1 module to rewrite, 0 left as they are\n"
    )


@pytest.mark.parametrize("arguments", [["absent.py"], ["broken.py"], ["x.py", "--spec", "a"], ["x.py", "--name", "1"]])
def test_bad_input(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    """Unreadable input, or a wrong --spec, is exit status 2; no file is written, not even one that could be."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.py").write_text("def")
    (tmp_path / "x.py").write_text(PLUGIN)
    assert run(capsys, "x.py", *arguments)[:2] == (2, "")
    assert (tmp_path / "x.py").read_text() == PLUGIN
