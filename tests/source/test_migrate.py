"""Modules for pluggy become modules for pluginkit, and what is not decided is left and noted."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pluggy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluginkit import Registry
from pluginkit._declare.spec import hooks_of
from pluginkit._source.migrate.records import Migrated, Source, Target
from pluginkit._source.migrate.run import Result, SeveralProjectsError, migrate

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

from typing import TYPE_CHECKING, Any, Protocol

from pluggy import HookimplMarker
from pluginkit import hookspec

if TYPE_CHECKING:
    from pathlib import Path

hookimpl = HookimplMarker("bakery")


LIMIT = """
a constant
"""

# -- ovens


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

tests = pluggy.HookimplMarker("tests")


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


def run(modules: dict[str, str], folder: Path = Path("nowhere"), **target: Any) -> Result:
    """Migrate modules, by the names of their files; they are there if the folder is."""
    for name, text in modules.items():
        if folder.exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    return migrate([Source(folder / name, text) for name, text in modules.items()], Target(**target))


def one(source: str, **target: Any) -> Migrated:
    """Migrate one module."""
    return run({"one.py": source}, **target).modules[0]


def left(source: str, **target: Any) -> list[tuple[int, str]]:
    """Return the notes on a module that is left as it is."""
    migrated = one(source, **target)
    assert migrated.new == source
    assert (migrated.hooks, migrated.implementations) == ((), ())
    return [(note.line, note.message) for note in migrated.notes]


# -- specs ------------------------------------------------------------------------------------------------------------


def test_a_module_of_specs_becomes_a_protocol() -> None:
    """Modes, defaults, docstrings, annotations and comments are kept; what is not annotated is marked."""
    migrated = one(SPECS)
    assert migrated.new == MIGRATED
    assert migrated.hooks == ("bake", "price", "opened", "closed")
    assert [(note.line, note.message) for note in migrated.notes] == [
        (28, "price: no type is written for 'customer'"),
        (42, "opened: 'warn_on_impl' has no counterpart"),
        (42, "opened: no type is written for 'where', 'when', the result"),
        (46, "closed: no type is written for the result"),
    ]


@pytest.mark.parametrize("source", [MIGRATED, MIGRATED_PLUGIN, "", "x = 1\n", "def f(): ...\n"])
def test_what_needs_no_change_is_left(source: str) -> None:
    """What has been rewritten stays as it is, and so does what has nothing to do with pluggy."""
    assert left(source, module="bakery.specs", spec="BakerySpec") == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "import pluggy\nfrom pluggy import Result\n\n_SPEC: object = pluggy.HookspecMarker('b')\n\n\n@_SPEC\ndef f(a: int) -> int: ...\n",
            "from typing import Protocol\n\nfrom pluggy import Result\nfrom pluginkit import hookspec\n\n\n"
            'class BSpec(Protocol):\n    """The hooks of b."""\n\n    @hookspec\n    def f(self, *, a: int) -> int: ...\n',
        ),
        (
            "import sys\nfrom typing import Protocol\n\nfrom zoo import x\nfrom pluggy import HookspecMarker\n\nhookspec = HookspecMarker('b')\n\n\n"
            "class Spec(Protocol):\n    @hookspec\n    def f(self) -> int: ...\n",
            "import sys\nfrom typing import Protocol\n\nfrom pluginkit import hookspec\nfrom zoo import x\n\n\n"
            "class Spec(Protocol):\n    @hookspec\n    def f(self) -> int: ...\n",
        ),
        (
            "from zoo import hookspec, other\n@hookspec\ndef f() -> int: 'D.'\n",
            "from typing import Protocol\n\nfrom pluginkit import hookspec\nfrom zoo import other\n"
            'class ZooSpec(Protocol):\n    """The hooks of zoo."""\n\n    @hookspec\n    def f(self) -> int: \'D.\'; ...\n',
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
            "    def b_one(self, *, text: str = '''a\n  b''') -> int: ...\ndef b_two() -> int: ...\n",
        ),
        (
            "from typing import List\nfrom typing import Set\nfrom pluggy import HookspecMarker\n"
            "hookspec = HookspecMarker('b')\n@hookspec\ndef f(): ...\n",
            "from typing import Any, List, Protocol\nfrom typing import Set\n\n"
            'from pluginkit import hookspec\nclass BSpec(Protocol):\n    """The hooks of b."""\n\n'
            "    @hookspec  # TODO: annotate\n    def f(self) -> Any: ...\n",
        ),
        (
            "from typing import (\n    Generic,  # one\n    TypeVar,\n)\nimport pluggy\n\nT = TypeVar('T')\nhookspec = pluggy.HookspecMarker('b')\n\n\n"
            "class Spec(object):\n    @hookspec()  # why\n    def f(self, a=1): 'D.'\n",
            "from typing import (\n    Any,\n    Generic,  # one\n    Protocol,\n    TypeVar,\n)\n\nfrom pluginkit import hookspec\n\n"
            "T = TypeVar('T')\n\n\n"
            "class Spec(Protocol):\n    @hookspec  # why  # TODO: annotate\n    def f(self, *, a: Any = 1) -> Any: 'D.'; ...\n",
        ),
    ],
)
def test_ways_to_write_specs(old: str, new: str) -> None:
    """Markers of any name, classes, and imports one by one are known; strings stay as they are."""
    assert one(old).new == new


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ("@hookspec\ndef f(a, /): ...\n", "f takes arguments of several kinds"),
        ("@hookspec\ndef f(*a): ...\n", "f takes arguments of several kinds"),
        ("@hookspec\ndef f(**a): ...\n", "f takes arguments of several kinds"),
        ("@hookspec\ndef f(*, a): ...\n", "f takes arguments of several kinds"),
        ("@hookspec\nasync def f(a): ...\n", "f is declared with 'async def'"),
        ("@hookspec\ndef f(self): ...\n", "f has the name 'self', which means something else in a class"),
        ("@hookspec\ndef f(__a): ...\n", "f has the name '__a', which means something else in a class"),
        ("@hookspec\n@cached\ndef f(a): ...\n", "f has another decorator, 'cached'"),
        ("@[0][0]\n@hookspec\ndef f(a): ...\n", "f has another decorator, '...'"),
        ("@hookspec(firstresult=A)\ndef f(a): ...\n", "f is firstresult in some cases"),
        ("@hookspec(firstresult=True, historic=True)\ndef f(a): ...\n", "f is firstresult and historic at once"),
        ("@hookspec(colour=1)\ndef f(a): ...\n", "f has the option 'colour', which is not known"),
        ("@hookspec(**A)\ndef f(a): ...\n", "f has options that are not named"),
        ("if A:\n    @hookspec\n    def f(a): ...\n", "f is in a block"),
        ("def g():\n    @hookspec\n    def f(a): ...\n", "f is in a function"),
        ("class C:\n    @hookspec\n    def f(a): ...\n", "f does not take 'self' first"),
        ("class C:\n    @hookspec\n    @staticmethod\n    def f(a): ...\n", "f does not take 'self' first"),
        ("class C(A):\n    @hookspec\n    def f(self): ...\n", "C has the base 'A', which is not a spec"),
        ("class C(*A):\n    @hookspec\n    def f(self): ...\n", "C has the base 'A', which is not a spec"),
        ("class C(A[0]()):\n    @hookspec\n    def f(self): ...\n", "C has the base 'A[0]()', which is not a spec"),
        ("class C(metaclass=A):\n    @hookspec\n    def f(self): ...\n", "C has a metaclass"),
        ("@A\nclass C:\n    @hookspec\n    def f(self): ...\n", "C has a decorator"),
        ("@hookspec\ndef f(a): ...\nB = f\n", "f is used as a function here"),
        ("@hookspec\ndef f(a): ...\n__all__ = ['f'] + B\n", "f is in '__all__'"),
        ("@hookspec\ndef f(a): ...\n__all__ = ['f', B]\n", "f is in '__all__'"),
        ("@hookspec\ndef f(a): ...\n__all__ = []\n__all__ += ['f']\n", "f is in '__all__'"),
        ("@hookspec\ndef f(a): ...\n__all__ = ['f']\nprint(__all__)\n", "f is in '__all__'"),
        ("@hookspec\ndef f(a): ...\n__all__: list[str] = ['f']\n", "f is in '__all__'"),
        ("@hookspec\ndef f(a): ...\ndef f(): ...\n", "f is bound more than once"),
        ("@hookspec\ndef f(a=A): ...\nA = 2\n", "f refers to 'A', which is bound more than once"),
        ("@hookspec\ndef f(a): ...\nBSpec = 1\n", "there is a 'BSpec' in this module already"),
    ],
)
def test_specs_that_are_not_decided(declared: str, message: str) -> None:
    """A module whose specs cannot all be declared as they were stays as it is, with the reason."""
    source = f"from pluggy import HookspecMarker\nhookspec = HookspecMarker('b')\nA = B = 1\n{declared}"
    assert message in [note.removesuffix(", so the specs of this module stay as they are") for _, note in left(source)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("['f']", '["BSpec"]'),
        ("('f',)", '("BSpec",)'),
        ("'A', 'f', 'g', 'B'", "'A', \"BSpec\", 'B'"),
        ("[\n    'A',\n    'f',\n    'g',\n]", "[\n    'A',\n    \"BSpec\",\n]"),
        ("['B', 'g']", "['B', \"BSpec\"]"),
    ],
)
def test_the_class_is_exported_instead_of_its_functions(old: str, new: str) -> None:
    """A plain `__all__` changes with the specs."""
    head = "from pluggy import HookspecMarker\nhookspec = HookspecMarker('b')\nA = B = 1\n"
    source = f"{head}__all__ = {old}\n@hookspec\ndef f() -> int: ...\n@hookspec\ndef g() -> int: ...\n"
    assert f"\n__all__ = {new}\n" in one(source).new


def test_a_spec_that_is_instantiated_stays() -> None:
    """A Protocol cannot be, so that the class would break its module."""
    source = "from b import hookspec\nclass C:\n    @hookspec\n    def f(self) -> int: ...\nC()\n"
    assert left(source) == [
        (5, "C is instantiated, which a Protocol cannot be, so the specs of this module stay as they are")
    ]


def test_an_import_that_may_be_one_of_two_is_no_reason_to_stay() -> None:
    """An annotation may name what a `try` statement imports from either of two places."""
    source = "from b import hookspec\ntry:\n    import x\nexcept ImportError:\n    import y as x\n@hookspec\ndef f() -> x.A: ...\n"
    assert one(source).hooks == ("f",)


def test_a_spec_may_extend_one_of_another_module(tmp_path: Path) -> None:
    """Both become Protocols; the second one refers to the first as before."""
    modules = {
        "host/__init__.py": "",
        "host/marks.py": "import pluggy\nNAME = 'b'\nhookspec = pluggy.HookspecMarker(NAME)\n",
        "host/first.py": "from host.marks import hookspec\nclass First:\n    @hookspec\n    def f(self) -> int: ...\n",
        "host/more.py": "from .first import First\nfrom .marks import hookspec\nclass More(First):\n    @hookspec\n    def g(self) -> int: ...\n",
    }
    result = run(modules, tmp_path)
    assert [module.hooks for module in result.modules] == [(), (), ("f",), ("g",)]
    assert "class More(First, Protocol):" in result.modules[3].new
    assert result.modules[1].new == modules["host/marks.py"]  # other modules import it


def test_pytest_knows_hooks_by_their_names() -> None:
    """Only where its project is asked for; elsewhere a function without a marker is not a hook."""
    source = "import pytest\n\n\n@pytest.hookspec(firstresult=True)\ndef pytest_a() -> int: ...\n\n\ndef pytest_b() -> int: ...\n"
    assert left(source) == []
    migrated = one(source, project="pytest")
    assert migrated.hooks == ("pytest_a", "pytest_b")
    assert migrated.new == (
        "from typing import Protocol\n\nfrom pluginkit import hookspec\n\n\n"
        'class PytestSpec(Protocol):\n    """The hooks of pytest."""\n\n    @hookspec(firstresult=True)\n'
        "    def pytest_a(self) -> int: ...\n\n    @hookspec\n    def pytest_b(self) -> int: ...\n"
    )


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
    exec(one(source).new, new)
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


def test_the_hooks_of_pytest() -> None:
    """The hook specs of a host with a long history become a spec that a registry takes."""
    source = importlib.util.find_spec("_pytest.hookspec")
    assert source is not None
    assert source.origin is not None
    path = Path(source.origin)
    (migrated,) = migrate([Source(path, path.read_text(encoding="utf-8"))], Target(project="pytest")).modules
    namespace: dict[str, Any] = {"__name__": "pytest_hooks"}
    exec(migrated.new, namespace)
    registry = Registry(namespace["PytestSpec"])
    names = {name for name in vars(sys.modules["_pytest.hookspec"]) if name.startswith("pytest_")}
    assert hooks_of(namespace["PytestSpec"]).keys() == names
    assert registry.plugin_names() == ()


# -- implementations --------------------------------------------------------------------------------------------------


def test_implementations_refer_to_the_spec() -> None:
    """Functions and methods get the form that they need, and options the names that they have."""
    migrated = one(PLUGIN, module="bakery.specs", spec="BakerySpec")
    assert migrated.new == MIGRATED_PLUGIN
    assert (migrated.notes, migrated.implementations) == ((), ("bake", "cheap", "closed"))


def test_implementations_go_by_name_without_a_spec() -> None:
    """A bare decorator is matched by the function's name, when the plugin is registered."""
    old = "from bakery import hookimpl\n\n\n@hookimpl\ndef bake(dough): ...\n\n\n@hookimpl(tryfirst=True, trylast=False)\ndef price(): ...\n"
    new = "from pluginkit import hookimpl\n\n\n@hookimpl\ndef bake(dough): ...\n\n\n@hookimpl(tryfirst=True)\ndef price(): ...\n"
    assert one(old).new == new
    assert one(old).notes == ()


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ("@hookimpl(hookwrapper=True)\ndef f(a): yield\n", "f is an old-style wrapper"),
        ("@hookimpl(hookwrapper=A)\ndef f(a): yield\n", "f is an old-style wrapper"),
        ("@hookimpl(wrapper=A)\ndef f(a): yield\n", "f is a wrapper in some cases"),
        ("@hookimpl(specname='g')\ndef f(a): ...\n", "f implements 'g'"),
        ("@hookimpl(specname=A)\ndef f(a): ...\n", "f has a specname that is not written out"),
        ("@hookimpl(specname=b'g')\ndef f(a): ...\n", "f has a specname that is not written out"),
        ("@hookimpl(colour=1)\ndef f(a): ...\n", "f has the option 'colour', which is not known"),
        ("@hookimpl(**A)\ndef f(a): ...\n", "f has options that are not named"),
        ("@hookimpl(None, True)\ndef f(a): ...\n", "f has options that are not named"),
        ("@hookimpl(tryfirst=True, trylast=A)\ndef f(a): ...\n", "f is tryfirst and trylast at once"),
        ("@hookimpl\ndef f(a, /): ...\n", "f has positional-only parameters"),
        ("@hookimpl\ndef f(*, a): ...\n", "f has keyword-only parameters, to which pluggy gives nothing"),
        ("@hookimpl\ndef f(*a): ...\n", "f has '*a', to which pluggy gives nothing"),
        ("@hookimpl\ndef f(a, **b): ...\n", "f has '**b', to which pluggy gives nothing"),
        ("class C:\n    @hookimpl\n    def f(a): ...\n", "f is in a class and does not take 'self'"),
        ("class C:\n    @hookimpl\n    def f(): ...\n", "f is in a class and does not take 'self'"),
        ("@hookimpl\n@cached\ndef f(a): ...\n", "f has the decorator 'cached' below its marker"),
        ("@hookimpl\n@[0][0]\ndef f(a): ...\n", "f has the decorator '...' below its marker"),
        ("@hookimpl\nasync def f(a): ...\n", "f is an async implementation of a plain hook"),
    ],
)
def test_implementations_that_are_not_decided(declared: str, message: str) -> None:
    """A module whose implementations cannot all be marked as they were stays as it is, with the reason."""
    source = f"from b import hookimpl\nA = 1\n@hookimpl\ndef other(): ...\n{declared}"
    notes = [note.removesuffix(", so the decorators of this module stay as they are") for _, note in left(source)]
    assert notes == [message]


def test_several_notes_on_one_module() -> None:
    """All that is not decided is noted at once, each with its line and what to write."""
    source = "from b import hookimpl\n@hookimpl(hookwrapper=True)\ndef f(): yield\n@hookimpl(colour=1)\ndef g(): ...\n"
    assert [(note.line, note.hint) for note in one(source).notes] == [
        (3, "write wrapper=True, take the result from the yield, and return it; then run the command again"),
        (5, "remove it, and run the command again"),
    ]


def test_a_marker_moves_below_what_makes_a_function_something_else() -> None:
    """Marks of pluginkit are for functions; those of pluggy may be on a static or class method too."""
    old = (
        "from b import hookimpl\nclass C:\n    # first\n    @hookimpl  # why\n    @staticmethod\n    def f(): ...\n"
        "    @hookimpl\n    @classmethod\n    def g(cls): ...\n"
    )
    new = (
        "from pluginkit import hookimpl\nclass C:\n    # first\n    @staticmethod\n    @hookimpl  # why\n    def f(): ...\n"
        "    @classmethod\n    @hookimpl\n    def g(cls): ...\n"
    )
    assert one(old).new == new


def test_what_returns_the_function_itself_may_stay_below() -> None:
    """A marker may stand above `override`, and above the marker of another project."""
    old = "from b import hookimpl\nfrom c import hookimpl as other_hookimpl\nclass C(A):\n    @hookimpl\n    @override\n    @other_hookimpl\n    def f(self): ...\n"
    new = "from c import hookimpl as other_hookimpl\nfrom pluginkit import hookimpl\nclass C(A):\n    @hookimpl\n    @override\n    @other_hookimpl\n    def f(self): ...\n"
    assert one(old, project="b").new == new


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ("@hookimpl\ndef nope(a): ...\n", "nope: there is no hook 'nope'"),
        ("@hookimpl\ndef f(b): ...\n", "f: the hook has no parameter 'b'"),
        ("@hookimpl\nasync def f(a): ...\n", "f is an async implementation of a plain hook"),
    ],
)
def test_what_registration_would_refuse(tmp_path: Path, declared: str, message: str) -> None:
    """The hooks of a spec that is named are read, and implementations that do not fit stay as they are."""
    spec = (
        "from typing import Protocol\nimport b.marks\nfrom .base import Base\n"
        "class Spec(Base, Protocol):\n    @hookspec\n    async def wait(self, *, a: int) -> int: ...\n"
    )
    base = "class Base(Protocol):\n    @hookspec\n    def f(self, *, a: int) -> int: ...\n"
    plugin = f"from b import hookimpl\n{declared}"
    (tmp_path / "host").mkdir()
    for name, text in {"__init__": "", "spec": spec, "base": base}.items():
        (tmp_path / "host" / f"{name}.py").write_text(text)
    known = {"module": "host.spec", "spec": "Spec"}
    migrated = run({"plugin.py": plugin}, tmp_path, **known).modules[0]
    assert migrated.new == plugin
    assert [note.message for note in migrated.notes] == [
        f"{message}, so the decorators of this module stay as they are"
    ]
    fitting = (
        "from b import hookimpl\n@hookimpl\nasync def wait(a): ...\n@hookimpl(optionalhook=True)\ndef nope(): ...\n"
    )
    assert run({"plugin.py": fitting}, tmp_path, **known).modules[0].implementations == ("wait", "nope")


@pytest.mark.parametrize(
    "spec", ["class Other: ...\n", "from .gone import Spec\n", "class Spec(Gone): ...\n", "Spec = 1\n"]
)
def test_a_spec_that_cannot_be_read(tmp_path: Path, spec: str) -> None:
    """Its hooks are not known then, and implementations are taken as they are."""
    (tmp_path / "spec.py").write_text(spec)
    migrated = run(
        {"plugin.py": "from b import hookimpl\n@hookimpl\ndef f(): ...\n"}, tmp_path, module="spec", spec="Spec"
    )
    assert migrated.modules[0].implementations == ("f",)


def test_implementations_beside_their_spec(tmp_path: Path) -> None:
    """A module does not import itself."""
    source = "from b import hookimpl\nclass Spec(Protocol): ...\n@hookimpl(optionalhook=True)\ndef f(): ...\n"
    migrated = run({"spec.py": source}, tmp_path, module="spec", spec="Spec").modules[0]
    assert migrated.new == (
        "from pluginkit import hookimpl\nclass Spec(Protocol): ...\n@hookimpl.function(Spec.f, optional=True)\ndef f(): ...\n"
    )


def test_implementations_of_one_hook_in_one_plugin() -> None:
    """A note says where their order changes: not in another class, and not where they are sorted by name."""
    source = (
        "from b import hookimpl\n@hookimpl(specname='f')\ndef g(): ...\n@hookimpl(specname='f')\ndef a(): ...\n"
        "class C:\n    @hookimpl(specname='f')\n    def a(self): ...\n    @hookimpl(specname='f')\n    def b(self): ...\n"
    )
    migrated = one(source, module="b.spec", spec="Spec")
    assert migrated.implementations == ("g", "a", "a", "b")
    assert [(note.line, note.message) for note in migrated.notes] == [
        (3, "'f' is implemented by g, a: pluggy orders them by name, pluginkit as they are written")
    ]


# -- markers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bound", "called"),
    [
        ("from pluggy import HookimplMarker\nimpl = HookimplMarker('app')\n", "impl"),
        ("from pluggy import HookimplMarker as M\nNAME = 'app'\nimpl: M = M(NAME)\n", "impl"),
        ("import pluggy as p\nhook_impl = p.HookimplMarker(project_name='a' 'pp')\n", "hook_impl"),
        ("import pluginkit.pluggy\nimpl = pluginkit.pluggy.HookimplMarker('app')\n", "impl"),
        ("from typing import cast\nimport pluggy\nimpl = cast(object, pluggy.HookimplMarker('app'))\n", "impl"),
        ("import pluggy\nfirst = pluggy.HookimplMarker('app')\nimpl = first\n", "impl"),
        ("from app import hookimpl as i\n", "i"),
        ("import app\n", "app.hookimpl"),
        ("import app.plugins\n", "app.plugins.hook_impl"),
        ("if A:\n    from app import hookimpl as i\nelse:\n    from app.old import hookimpl as i\n", "i"),
    ],
)
def test_a_marker_is_known_by_what_it_is(bound: str, called: str) -> None:
    """Not by its name: constants, aliases, casts and attributes are followed."""
    result = run({"m.py": f"{bound}@{called}\ndef f(): ...\n"})
    assert result.project == "app"
    assert result.modules[0].implementations == ("f",)
    assert "@hookimpl\ndef f" in result.modules[0].new


@pytest.mark.parametrize(
    "source",
    [
        "import pytest\n@pytest.hookimpl(wrapper=True)\ndef pytest_a(): yield\n",
        "from pytest import hookimpl\n@hookimpl\ndef pytest_a(): ...\n",
        "import pluggy\nhookimpl = pluggy.HookimplMarker('pytest')\n@hookimpl\ndef pytest_a(): ...\n",
        "from _pytest.config import hookimpl\n@hookimpl\ndef pytest_a(): ...\n",
        "from pluginkit import hookimpl\n@hookimpl\ndef f(): ...\n",
        "def hookimpl(f): return f\n@hookimpl\ndef f(): ...\n",
        "from x import other\n@other\ndef f(): ...\n",
        "hookimpl = make()\n@hookimpl\ndef f(): ...\n",
        "@hookimpl\ndef f(): ...\n",
        "import x\n@x.y().hookimpl\ndef f(): ...\n",
        "import pluggy\nimpl = pluggy.HookimplMarker\n@impl\ndef f(): ...\n",
        "import pluggy\nimpl = pluggy.nothing\n@impl\ndef f(): ...\n",
        "impl = impl\n@impl\ndef f(): ...\n",
        "from typing import cast\nimpl = cast()\n@impl\ndef f(): ...\n",
        "import pluggy\nimpl = (pluggy.HookimplMarker('a'),)\n@impl[0]\ndef f(): ...\n",
    ],
)
def test_what_is_not_a_marker_of_the_project(source: str) -> None:
    """It is not touched, whatever its name is: pytest's marks first of all."""
    assert left(source) == []


def test_the_marks_of_other_projects_stay() -> None:
    """In one module as in several, and also where they have the same name."""
    source = "import pytest\nfrom app import hookimpl\n\n\n@hookimpl\ndef f(): ...\n\n\n@pytest.hookimpl(tryfirst=True)\ndef pytest_a(): ...\n"
    assert one(source).new == source.replace("from app import", "from pluginkit import")


def test_several_projects(tmp_path: Path) -> None:
    """One has to be chosen; the other's marks stay."""
    modules = {
        "one.py": "from app import hookimpl\nfrom other import hookimpl as o\n@hookimpl\n@o\ndef f(): ...\n",
        "two.py": "import pluggy\nhookimpl = pluggy.HookimplMarker('app')\n@hookimpl\ndef f(): ...\n",
    }
    with pytest.raises(SeveralProjectsError) as caught:
        run(modules, tmp_path)
    assert str(caught.value) == (
        f"there are markers of 2 projects [PK822]\n  'app', at {tmp_path / 'one.py'}:5\n  'other', at {tmp_path / 'one.py'}:5\n"
        "  Hint: name the one to migrate with --project"
    )
    chosen = run(modules, tmp_path, project="other")
    assert chosen.modules[0].new == (
        "from app import hookimpl\nfrom pluginkit import hookimpl as pluginkit_hookimpl\n@hookimpl\n@pluginkit_hookimpl\n"
        "def f(): ...\n"
    )
    assert chosen.modules[1].new == modules["two.py"]


def test_markers_are_followed_through_the_modules_of_a_tree(tmp_path: Path) -> None:
    """Re-exports, relative imports, star imports and modules on disk that are not migrated."""
    (tmp_path / "base.py").write_text("import pluggy\nimpl = pluggy.HookimplMarker('app')\n")
    modules = {
        "pack/__init__.py": "from .marks import *\nfrom . import marks\n",
        "pack/marks.py": "from base import impl as mark\n__all__ = ['mark']\n",
        "pack/one.py": "from . import mark\n@mark\ndef f(): ...\n",
        "pack/two.py": "from pack.marks import mark\n@mark\ndef f(): ...\n",
        "pack/three.py": "from .marks import *\n@mark\ndef f(): ...\n",
        "pack/four.py": "import pack\n@pack.marks.mark\ndef f(): ...\n",
        "pack/sub/five.py": "from .. import marks\n@marks.mark\ndef f(): ...\n",
        "pack/sub/__init__.py": "",
    }
    result = run(modules, tmp_path)
    assert result.project == "app"
    assert [bool(module.implementations) for module in result.modules] == [False, False, *[True] * 5, False]
    assert result.modules[1].new == modules["pack/marks.py"]
    assert result.modules[4].new == (
        "from pluginkit import hookimpl as pluginkit_hookimpl\n\nfrom .marks import *\n@pluginkit_hookimpl\ndef f(): ...\n"
    )


@pytest.mark.parametrize("broken", ["def", "\0", "\udcff"])
def test_a_module_that_is_imported_may_be_broken(tmp_path: Path, broken: str) -> None:
    """Nothing is known of what is in it, then."""
    (tmp_path / "base.py").write_bytes(broken.encode("utf-8", "surrogatepass"))
    source = "from base import impl\n@impl\ndef f(): ...\n"
    assert run({"one.py": source}, tmp_path).modules[0].new == source


def test_names_that_lead_back_to_themselves(tmp_path: Path) -> None:
    """They are nothing."""
    modules = {"a.py": "from b import impl\n@impl\ndef f(): ...\n", "b.py": "from a import impl\n"}
    assert [module.notes for module in run(modules, tmp_path).modules] == [(), ()]


def test_the_name_of_the_module_may_be_the_project(tmp_path: Path) -> None:
    """As in `HookimplMarker(__name__)`, or with the package."""
    modules = {
        "app/__init__.py": "import pluggy\nimpl = pluggy.HookimplMarker(__name__)\n@impl\ndef f(): ...\n",
        "app/sub.py": "import pluggy\nimpl = pluggy.HookimplMarker(__package__)\n@impl\ndef f(): ...\n",
    }
    assert run(modules, tmp_path).project == "app"


def test_a_project_that_cannot_be_told() -> None:
    """It is migrated if it is the only one, and left beside one that is known."""
    unknown = "import pluggy\nimpl = pluggy.HookimplMarker(name())\n@impl\ndef f(): ...\n"
    assert one(unknown).implementations == ("f",)
    both = run({"a.py": unknown, "b.py": "from app import hookimpl\n@hookimpl\ndef f(): ...\n"})
    assert [module.implementations for module in both.modules] == [(), ("f",)]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "try:\n    from app import hookimpl\nexcept ImportError:\n    hookimpl = None\n@hookimpl\ndef f(): ...\n",
            "f: its marker is bound more than once, so the decorators of this module stay",
        ),
        (
            "from app import hookimpl\n@hookimpl\ndef f(): ...\ng = hookimpl(make())\n",
            "a marker is called as a function here, so the decorators of this module stay",
        ),
        (
            "from app import hookimpl\n@hookimpl\n@hookimpl(tryfirst=True)\ndef f(): ...\n",
            "f has several markers, so they stay as they are",
        ),
    ],
)
def test_uses_that_are_not_decided(source: str, message: str) -> None:
    """A module whose marker is not plainly a decorator stays as it is."""
    assert message in [note for _, note in left(source)]


def test_a_function_that_is_a_hook_and_an_implementation() -> None:
    """It cannot be both for pluginkit."""
    source = "from app import hookimpl, hookspec\n@hookspec\n@hookimpl\ndef f(): ...\n"
    assert left(source) == [(4, "f has several markers, so they stay as they are")]


# -- what stays -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [
        "print(impl)\n",
        "__all__ = ['impl']\n",
        "__all__ = []\n__all__ += ['impl']\n",
        "def g():\n    return impl\n",
        "def g(a: 'impl'): ...\n",
    ],
)
def test_a_marker_that_something_else_uses_stays(more: str) -> None:
    """The decorators change, the marker does not go."""
    old = f"import pluggy\nimpl = pluggy.HookimplMarker('app')\n\n\n@impl\ndef f(): ...\n{more}"
    new = old.replace("@impl", "@hookimpl").replace(
        "import pluggy\n", "import pluggy\nfrom pluginkit import hookimpl\n\n", 1
    )
    assert one(old).new in (new, new.replace("hookimpl\n\nimpl", "hookimpl\nimpl"))


@pytest.mark.parametrize(
    "other",
    [
        "from one import impl\n",
        "import one\none.impl\n",
        "from one import *\n",
        "patch('one.impl')\n",
    ],
)
def test_a_marker_that_another_module_imports_stays(tmp_path: Path, other: str) -> None:
    """Modules do not depend on each other's changes."""
    source = "import pluggy\nimpl = pluggy.HookimplMarker('app')\n@impl\ndef f(): ...\n"
    result = run({"one.py": source, "two.py": other}, tmp_path)
    assert "impl = pluggy.HookimplMarker('app')\n" in result.modules[0].new
    assert result.modules[1].new == other


def test_the_marker_that_a_host_gives_to_plugins_stays(tmp_path: Path) -> None:
    """Plugins of other projects import it from the host."""
    modules = {
        "host/__init__.py": "from .hooks import hookimpl\n@hookimpl\ndef f(): ...\n",
        "host/hooks.py": "import pluggy\nhookspec = pluggy.HookspecMarker('host')\nhookimpl = pluggy.HookimplMarker('host')\n"
        "@hookspec\ndef f() -> int: ...\n@hookimpl\ndef g(): ...\n",
    }
    first, second = run(modules, tmp_path).modules
    assert "from .hooks import hookimpl\n" in first.new
    assert "@pluginkit_hookimpl\ndef f" in first.new
    assert "hookimpl = pluggy.HookimplMarker('host')\n" in second.new
    assert "HookspecMarker" not in second.new


def test_an_import_that_something_else_uses_stays() -> None:
    """Names of one statement go apart from each other, with their comments kept."""
    old = (
        "import app, os\nfrom pluggy import (\n    # the marker\n    HookimplMarker,  # one\n    PluginManager,  # two\n)\n"
        "impl = HookimplMarker('app')  # three\n# four\n\n\n@impl(  # five\n    tryfirst=True,  # six\n    trylast=False,  # seven\n)\ndef f():\n    PluginManager\n"
    )
    new = one(old).new
    assert [text in new for text in ("# one", "# two", "# three", "# four", "# five", "# six", "# seven")] == [True] * 7
    assert "import app, os\n" in new
    assert "    PluginManager,  # two\n" in new
    assert "HookimplMarker" not in new


def test_comments_that_speak_to_tools_go_with_their_line() -> None:
    """`# type: ignore` alone on a line would be about the whole file."""
    old = "# type: keep\nfrom app import hookimpl  # type: ignore\n@hookimpl  # noqa: X\ndef f(): ...\n"
    assert one(old).new == "# type: keep\nfrom pluginkit import hookimpl\n@hookimpl  # noqa: X\ndef f(): ...\n"


def test_statements_on_one_line() -> None:
    """Only the one that is meant goes."""
    old = "import pluggy; x = 1\ny = 2; impl = pluggy.HookimplMarker('app')\n@impl\ndef f(): ...\n"
    assert one(old).new == "from pluginkit import hookimpl\nx = 1\ny = 2\n@hookimpl\ndef f(): ...\n"


@pytest.mark.parametrize(
    "block",
    [
        "if A:\n    from app import hookimpl\n",
        "try:\n    from app import hookimpl\nfinally:\n    pass\n",
        "with A:\n    from app import hookimpl\n",
        "first = hookimpl = make()\nfrom app import hookimpl\n",
    ],
)
def test_what_is_not_run_in_every_case_stays(block: str) -> None:
    """An import in a block may be all that is in it."""
    source = f"{block}@hookimpl\ndef f(): ...\n"
    new = one(source).new
    assert block in new


def test_markers_in_functions() -> None:
    """An import in a function is replaced there, so that it is as late as before."""
    old = "def make():\n    # late\n    from app import hookimpl, other\n\n    class Plugin:\n        @hookimpl\n        def f(self): ...\n\n    return Plugin\n"
    assert one(old, module="app.spec", spec="Spec").new == (
        "def make():\n    # late\n    from app import other\n    from app.spec import Spec\n    from pluginkit import hookimpl\n\n    class Plugin:\n"
        "        @hookimpl(Spec.f)\n        def f(self): ...\n\n    return Plugin\n"
    )
    assigned = "def make():\n    import pluggy\n    impl = pluggy.HookimplMarker('app')  # why\n    @impl\n    def f(): ...\n    return f\n"
    assert "    # why\n    from pluginkit import hookimpl\n    @hookimpl\n    def f" in one(assigned).new


def test_markers_in_functions_and_at_the_top() -> None:
    """One import at the top is enough, then."""
    old = "from app import hookimpl\ndef make():\n    from app import hookimpl as h\n    @h\n    def f(): ...\n@hookimpl\ndef g(): ...\n"
    new = "from pluginkit import hookimpl\ndef make():\n    @hookimpl\n    def f(): ...\n@hookimpl\ndef g(): ...\n"
    assert one(old).new == new


def test_markers_in_classes() -> None:
    """They are attributes of the class, and stay."""
    old = "import pluggy\nclass C:\n    hookimpl = pluggy.HookimplMarker('app')\n    @hookimpl\n    def f(self): ...\n"
    assert one(old).new == (
        "import pluggy\nfrom pluginkit import hookimpl as pluginkit_hookimpl\nclass C:\n"
        "    hookimpl = pluggy.HookimplMarker('app')\n    @pluginkit_hookimpl\n    def f(self): ...\n"
    )


@pytest.mark.parametrize("block", ["if A:", "try:", "with A:", "for A in B:", "while A:", "async def g():", "class C:"])
def test_implementations_in_blocks(block: str) -> None:
    """They are marked like any others."""
    rest = "except Exception: ...\n" if block == "try:" else ""
    own = "self" if block == "class C:" else ""
    source = f"from app import hookimpl\n{block}\n    @hookimpl\n    def f({own}): ...\n{rest}"
    assert one(source).new == source.replace("from app", "from pluginkit")


# -- managers ---------------------------------------------------------------------------------------------------------

HOOKS = "from pluggy import HookspecMarker\nhookspec = HookspecMarker('app')\n@hookspec\ndef f() -> int: ...\n"
MANAGER = "import pluggy\n{imported}\npm = pluggy.PluginManager('app')\npm.add_hookspecs({given})\n"


@pytest.mark.parametrize(
    ("imported", "given"),
    [
        ("from . import hooks", "hooks"),
        ("import host.hooks", "host.hooks"),
        ("from host import hooks as h", "h"),
    ],
)
def test_a_manager_that_is_given_the_specs(tmp_path: Path, imported: str, given: str) -> None:
    """Its line is left to the author, with what to write instead."""
    manager = MANAGER.format(imported=imported, given=given)
    modules = {"host/__init__.py": "", "host/hooks.py": HOOKS, "host/manager.py": manager}
    result = run(modules, tmp_path)
    assert result.modules[1].hooks == ("f",)
    assert result.modules[2].new == manager
    assert [(note.line, note.message, note.hint) for note in result.modules[2].notes] == [
        (
            4,
            f"pm.add_hookspecs({given}): these hooks are in a Protocol now",
            "replace the manager: Registry(AppSpec, pluggy='app')",
        )
    ]


@pytest.mark.parametrize("given", ["sys.modules[__name__]", "one", "Spec"])
def test_a_module_that_gives_its_specs_to_a_manager_of_its_own(tmp_path: Path, given: str) -> None:
    """It stays as it is: its import would fail."""
    source = f"import pluggy, sys\nfrom pluggy import PluginManager\nimport one\n{HOOKS}class Spec:\n    @hookspec\n    def g(self) -> int: ...\nPluginManager('app').add_hookspecs({given})\n"
    migrated = run({"one.py": source}, tmp_path).modules[0]
    assert migrated.new == source
    assert [note.message for note in migrated.notes] == [
        f"the hooks of this module are given to a manager when it is imported ({tmp_path / 'one.py'}:11), so they stay"
    ]


def test_specs_that_a_plugin_adds_to_its_host(tmp_path: Path) -> None:
    """They stay: their manager is elsewhere. What the plugin implements is not affected."""
    modules = {
        "plugin/__init__.py": "from app import hookimpl\nfrom app.plugins import pm\nfrom . import hooks\n"
        "@hookimpl\ndef startup(): ...\npm.add_hookspecs(hooks)\npm.add_hookspecs(pm)\npm.add_hookspecs(f())\npm.add_hookspecs(pm.x)\n",
        "plugin/hooks.py": HOOKS,
    }
    first, second = run(modules, tmp_path).modules
    assert first.implementations == ("startup",)
    assert second.new == HOOKS
    place = f"{tmp_path / 'plugin/__init__.py'}:6"
    assert [note.message for note in second.notes] == [
        f"the hooks of this module are for the manager of another project ({place}), so they stay"
    ]


def test_hooks_that_another_module_uses_as_functions(tmp_path: Path) -> None:
    """They would no longer be there."""
    modules = {"hooks.py": HOOKS, "other.py": "from hooks import f\n"}
    migrated = run(modules, tmp_path).modules[0]
    assert migrated.new == HOOKS
    assert [note.message for note in migrated.notes] == [
        f"f is used as a function by {tmp_path / 'other.py'}:1, so the specs of this module stay as they are"
    ]


# -- types that are proposed ------------------------------------------------------------------------------------------


def test_types_are_proposed(tmp_path: Path) -> None:
    """From defaults, docstrings, implementations and calls, each marked, and only where all agree."""
    modules = {
        "hooks.py": "from pathlib import Path\nfrom pluggy import HookspecMarker\nhookspec = HookspecMarker('app')\n\n\n"
        "@hookspec(firstresult=True)\ndef f(size=3, names=[], path, mixed, text, odd, gone):\n".replace(
            "size=3, names=[], path, mixed, text, odd, gone",
            "path, mixed, text, odd, gone, size=3, names=[], table={}, title=f'', other=None",
        )
        + '    """Do it.\n\n    :param str text: What.\n    :type odd: what you like\n    :type gone: Gone\n    """\n\n\n'
        '@hookspec\ndef g(a, b, c: int):\n    """Do.\n\n    Args:\n        a (int, optional): One.\n\n    Returns:\n        list[str]: All.\n    """\n',
        "plugin.py": "from pathlib import Path\nfrom app import hookimpl\n\n\n@hookimpl\ndef f(path: Path, mixed: int) -> 'str': ...\n\n\n"
        "class C:\n    @hookimpl\n    def f(self, mixed: str): ...\n    @hookimpl(wrapper=True)\n    def g(self) -> int:\n        yield\n",
        "host.py": "def go(pm, hook):\n    pm.hook.g(b=1.5, **{})\n    hook.g(b=x())\n",
    }
    migrated = run(modules, tmp_path, infer=True).modules[0]
    assert migrated.new == (
        "from pathlib import Path\nfrom typing import Any, Protocol\n\nfrom pluginkit import hookspec\n\n\n"
        'class AppSpec(Protocol):\n    """The hooks of app."""\n\n'
        "    @hookspec(firstresult=True)  # TODO: annotate  # TODO: check the proposed types\n"
        "    def f(self, *, path: Path, mixed: Any, text: str, odd: Any, gone: Any, size: int = 3, names: list[Any] = [], "
        "table: dict[Any, Any] = {}, title: str = f'', other: Any = None) -> str | None:\n"
        '        """Do it.\n\n        :param str text: What.\n        :type odd: what you like\n        :type gone: Gone\n        """\n        ...\n\n'
        "    @hookspec  # TODO: check the proposed types\n    def g(self, *, a: int, b: float, c: int) -> list[str]:\n"
        '        """Do.\n\n        Args:\n            a (int, optional): One.\n\n        Returns:\n            list[str]: All.\n        """\n        ...\n'
    )
    assert [note.message for note in migrated.notes if "g:" in note.message] == [
        "g: types are proposed for a: int (from the docstring), b: float (from calls), the result: list[str] (from the docstring)"
    ]


# -- odd corners ------------------------------------------------------------------------------------------------------


def test_a_manager_that_is_given_a_class(tmp_path: Path) -> None:
    """The note names the class; other hooks of the tree, and those of other projects, have nothing to do with it."""
    spec = "from pluggy import HookspecMarker\nhookspec = HookspecMarker('app')\nclass Spec:\n    @hookspec\n    def f(self) -> int: ...\n"
    modules = {
        "host/__init__.py": "",
        "host/one.py": spec,
        "host/two.py": HOOKS.replace("def f", "def g"),
        "host/other.py": HOOKS.replace("'app'", "'other'"),
        "host/manager.py": MANAGER.format(imported="from .one import Spec", given="Spec"),
        "host/plugin.py": "from app import hookimpl\n@hookimpl\ndef g(): ...\n",
    }
    result = run(modules, tmp_path, project="app")
    assert [module.hooks for module in result.modules] == [(), ("f",), ("g",), (), (), ()]
    assert [note.hint for note in result.modules[4].notes] == ["replace the manager: Registry(Spec, pluggy='app')"]
    assert result.modules[5].implementations == ("g",)


def test_methods_are_compared_with_the_hooks_of_a_host(tmp_path: Path) -> None:
    """Without `self`, and static ones as they are."""
    hooks = HOOKS.replace("def f()", "def f(a)")
    plugin = "from app import hookimpl\nclass C:\n    @hookimpl\n    def f(self, a): ...\nclass D:\n    @staticmethod\n    @hookimpl\n    def f(a): ...\n"
    modules = {
        "hooks.py": hooks,
        "manager.py": MANAGER.format(imported="import hooks", given="hooks"),
        "plugin.py": plugin,
    }
    assert run(modules, tmp_path).modules[2].implementations == ("f", "f")


def test_imports_below_those_from_the_future() -> None:
    """They stay the first ones; a plain `__all__` of other names stays as it is."""
    old = "'Doc.'\nfrom __future__ import annotations\nfrom b import hookspec\n__all__ = ['A']\n@hookspec\ndef f() -> int: ...\n"
    new = one(old).new
    assert new.startswith(
        "'Doc.'\nfrom __future__ import annotations\n\nfrom typing import Protocol\n\nfrom pluginkit import hookspec\n__all__ = ['A']\n"
    )


def test_published_hosts_that_are_not_installed() -> None:
    """What they call their markers is known."""
    result = run({"one.py": "from kedro.framework.cli.hooks import cli_hook_impl as i\n@i\ndef f(): ...\n"})
    assert (result.project, result.modules[0].implementations) == ("kedro_cli", ("f",))


def test_star_imports_without_the_name(tmp_path: Path) -> None:
    """All of them are looked into."""
    modules = {
        "a.py": "x = 1\n",
        "b.py": "from app import hookimpl\n",
        "c.py": "from a import *\nfrom b import *\nfrom gone import *\n@hookimpl\ndef f(): ...\n",
    }
    assert run(modules, tmp_path).modules[2].implementations == ("f",)


@pytest.mark.parametrize(
    "head",
    [
        "import pluggy\nif (impl := pluggy.HookimplMarker('app')): pass\n",
        "import pluggy\nother = impl = pluggy.HookimplMarker('app')\n",
        "if A: from app import hookimpl as impl\n",
    ],
)
def test_bindings_that_are_more_than_a_line(head: str) -> None:
    """They stay, and the decorators change."""
    new = one(f"{head}@impl\ndef f(): ...\n").new
    assert head.splitlines()[-1] in new
    assert "@hookimpl\ndef f" in new


def test_form_feeds_and_comments_that_look_like_pages() -> None:
    """They are told apart."""
    old = "from app import hookimpl\n# page 0#\n# page - 1\n\f\nx = '''\n\f a\n'''\n\f  # c\n\fy = 1\nif x:\n\f    z = 1 + \\\n\f 2\n@hookimpl\ndef f(): ...\n"
    assert one(old).new == old.replace("from app", "from pluginkit")


def test_what_libcst_cannot_parse(monkeypatch: pytest.MonkeyPatch) -> None:
    """The module is left as it is, with a note."""

    def fail(*_: object) -> None:
        raise RecursionError("too deep\nby far")

    monkeypatch.setattr("pluginkit._source.migrate.run.Module.__init__", fail)
    assert left("from app import hookimpl\n@hookimpl\ndef f(): ...\n") == [
        (1, "LibCST cannot rewrite this module: too deep")
    ]


def test_specs_with_type_parameters() -> None:
    """A generic class stays one."""
    old = "from typing import Generic\nfrom pytest import hookspec\nclass C(Generic[T]):\n    @hookspec\n    def f(self) -> T: ...\n"
    assert "class C(Generic[T], Protocol):" in one(old, project="pytest").new


def test_names_that_have_no_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that cannot be looked for is not known."""

    def fail(_: object) -> None:
        raise ValueError("__main__.__spec__ is None")

    monkeypatch.setattr(importlib.util, "find_spec", fail)
    assert left("from __main__ import impl\n@impl\ndef f(): ...\n") == []


@pytest.mark.parametrize(
    "bound",
    [
        "import os, app as a",
        "import app.plugins as a",
        "import app\n    a: object = app",
        "if A:\n        import app as a",
    ],
)
def test_ways_to_bind_in_functions(bound: str) -> None:
    """Imports and assignments in functions are followed too."""
    source = f"def make():\n    {bound}\n    @a.hookimpl\n    def f(): ...\n"
    assert one(source).implementations == ("f",)


def test_what_is_unpacked_in_a_function_is_not_known() -> None:
    """Only plain assignments are followed."""
    head = "from app import hookimpl as impl\n"
    body = "def make(a):\n    impl, other = a\n    for o in a:\n        @impl\n        @o\n        def f(): ...\n"
    assert left(head + body) == []


def test_documented_types_that_are_not_types(tmp_path: Path) -> None:
    """They are not proposed."""
    source = f"{HOOKS.replace('def f() -> int: ...', 'def f(a):')}    ''':type a: int()'''\n"
    assert "def f(self, *, a: Any) -> Any:" in run({"hooks.py": source}, tmp_path, infer=True).modules[0].new
