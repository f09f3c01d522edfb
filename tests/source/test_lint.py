"""The rules of lint: what each finds, where it points, and what its change makes of the source."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from lint_cases import FILE, linted, registered

from pluginkit._source.edits import Edit, apply
from pluginkit._source.lint import run
from pluginkit._source.lint.codes import RULES, selected
from pluginkit._source.lint.findings import Finding
from pluginkit._source.lint.run import Linter, Selection, files_in, is_failure
from pluginkit._source.sources import Range, Source

HOST = """\
import contextlib, functools
from collections.abc import Iterator
from typing import Protocol
from pluginkit import Registry, hookimpl, hookspec
class AppSpec(Protocol):
    @hookspec
    def sections(self, *, document: str, verbose: bool) -> list[str]: ...
    @hookspec(firstresult=True)
    def render(self, *, document: str) -> str | None: ...
    @hookspec(pipeline="text")
    def polish(self, *, text: str) -> str: ...
    @hookspec(historic=True)
    def configured(self, *, options: dict[str, str]) -> None: ...
    @hookspec
    async def fetch(self, *, url: str) -> bytes: ...
    @hookspec
    def stream(self) -> Iterator[str]: ...
    @hookspec
    def untyped(self): ...
def helper(): ...
function = hookimpl.function
"""
EVERYTHING = Linter(selection=Selection(("ALL",), ("PK118", "PK125")))


class Shown(NamedTuple):
    """A finding as a test looks at it."""

    code: str
    marked: str
    message: str


def found(text: str, linter: Linter = EVERYTHING) -> list[Shown]:
    """Return what lint finds in a module."""
    linter.change(FILE, text)
    source, report = linter.lint(FILE)
    return [Shown(each.code, source.segment(each.range), each.message) for each in report.findings]


def fixed(text: str, linter: Linter = EVERYTHING, *, unsafe: bool = True) -> str:
    """Return a module with everything corrected."""
    linter.change(FILE, text)
    return linter.fix(FILE, unsafe=unsafe)[0]


def in_class(body: str) -> str:
    """Return a module with a plugin class."""
    lines = "".join(f"    {line}\n" if line else "\n" for line in body.splitlines())
    return f"{HOST}class Plugin:\n{lines}"


SECTIONS = "AppSpec.sections"

METHODS = [
    # of a method in a class: source, findings, and what is left of the source
    (
        "@hookimpl(AppSpec.sections)\ndef a(self, documnt, **_):\n    return [documnt]",
        [Shown("PK101", "documnt", "AppSpec.sections: unknown parameter 'documnt'")],
        "@hookimpl(AppSpec.sections)\ndef a(self, document, **_):\n    return [document]",
    ),
    (
        "@hookimpl(AppSpec.sections)\ndef a(self, documnt, **_):\n    document = documnt\n    return [document]",
        [Shown("PK101", "documnt", "AppSpec.sections: unknown parameter 'documnt'")],
        "@hookimpl(AppSpec.sections)\ndef a(self, documnt, **_):\n    document = documnt\n    return [document]",
    ),
    (
        "@hookimpl(AppSpec.sections)\ndef a(self, documnt, **_):\n    return locals()",
        [Shown("PK101", "documnt", "AppSpec.sections: unknown parameter 'documnt'")],
        "@hookimpl(AppSpec.sections)\ndef a(self, documnt, **_):\n    return locals()",
    ),
    (
        "@hookimpl(AppSpec.sections)\ndef a(self, documnt, **_):\n    def b(documnt): ...",
        [Shown("PK101", "documnt", "AppSpec.sections: unknown parameter 'documnt'")],
        "@hookimpl(AppSpec.sections)\ndef a(self, documnt, **_):\n    def b(documnt): ...",
    ),
    (
        "@hookimpl(AppSpec.sections)\ndef a(self, qqq, **_): ...",
        [Shown("PK101", "qqq", "AppSpec.sections: unknown parameter 'qqq'")],
        "@hookimpl(AppSpec.sections)\ndef a(self, qqq, **_): ...",
    ),
    (
        "@hookimpl(AppSpec.sections)\ndef a(self, document, /, verbose): ...",
        [Shown("PK102", "document", "AppSpec.sections: parameter 'document' is positional-only")],
        "@hookimpl(AppSpec.sections)\ndef a(self, document, verbose): ...",
    ),
    (
        "@hookimpl(AppSpec.sections)\ndef a(self, verbose, document=1/2, /): ...",
        [
            Shown("PK102", "verbose", "AppSpec.sections: parameter 'verbose' is positional-only"),
            Shown("PK102", "document", "AppSpec.sections: parameter 'document' is positional-only"),
        ],
        "@hookimpl(AppSpec.sections)\ndef a(self, verbose, document=1/2): ...",
    ),
    (
        "@hookimpl(AppSpec.sectons)\ndef a(self, **_): ...",
        [Shown("PK103", "sectons", "AppSpec has no hook 'sectons'")],
        "@hookimpl(AppSpec.sections)\ndef a(self, **_): ...",
    ),
    (
        "@hookimpl(AppSpec.qqq)\ndef a(self, **_): ...",
        [Shown("PK103", "qqq", "AppSpec has no hook 'qqq'")],
        "@hookimpl(AppSpec.qqq)\ndef a(self, **_): ...",
    ),
    (
        "@hookimpl\ndef sectons(self, **_): ...",
        [Shown("PK103", "sectons", "no known spec has a hook 'sectons'")],
        "@hookimpl\ndef sections(self, **_): ...",
    ),
    (
        "@hookimpl\ndef sectons(self, **_):\n    return self.sectons()",
        [Shown("PK103", "sectons", "no known spec has a hook 'sectons'")],
        "@hookimpl\ndef sectons(self, **_):\n    return self.sectons()",
    ),
    (
        "@hookimpl\ndef qqq(self, **_): ...",
        [Shown("PK002", "qqq", "the hook 'qqq' cannot be found: no spec is known")],
        "@hookimpl\ndef qqq(self, **_): ...",
    ),
    ("@hookimpl(optional=True)\ndef sectons(self, **_): ...", [], None),
    (
        "@hookimpl(AppSpec.sections)\nasync  def a(self, **_): ...",
        [Shown("PK104", "async", "AppSpec.sections: is async, but the hook is not")],
        "@hookimpl(AppSpec.sections)\ndef a(self, **_): ...",
    ),
    (
        "@hookimpl(AppSpec.sections)\nasync def a(self, **_):\n    await x()",
        [Shown("PK104", "async", "AppSpec.sections: is async, but the hook is not")],
        "@hookimpl(AppSpec.sections)\nasync def a(self, **_):\n    await x()",
    ),
    (
        "@hookimpl(AppSpec.sections, wrapper=True)\ndef a(self, **_): ...",
        [Shown("PK105", "a", "AppSpec.sections: the wrapper is not a generator function")],
        None,
    ),
    (
        "@hookimpl(AppSpec.configured, wrapper=True)\ndef a(self, **_):\n    yield",
        [Shown("PK106", "wrapper", "AppSpec.configured: a historic hook cannot have wrappers")],
        None,
    ),
    (
        "@hookimpl(AppSpec.sections)\ndef a(document, **_): ...",
        [Shown("PK107", "document", "AppSpec.sections: has no 'self': 'document' would be the plugin")],
        "@hookimpl(AppSpec.sections)\ndef a(self, document, **_): ...",
    ),
    (
        "@hookimpl(AppSpec.stream)\ndef a(): ...",
        [Shown("PK107", "a", "AppSpec.stream: has no 'self'")],
        "@hookimpl(AppSpec.stream)\ndef a(self): ...",
    ),
    (
        "@hookimpl.function(AppSpec.sections)\ndef a(self, **_): ...",
        [Shown("PK108", "hookimpl.function", "AppSpec.sections: is marked as a function, but is a method")],
        "@hookimpl(AppSpec.sections)\ndef a(self, **_): ...",
    ),
    (
        "@staticmethod\n@hookimpl(AppSpec.sections)\ndef a(**_): ...",
        [Shown("PK108", "hookimpl", "AppSpec.sections: is marked as a method, but is a function")],
        "@staticmethod\n@hookimpl.function(AppSpec.sections)\ndef a(**_): ...",
    ),
    (
        "@property\n@hookimpl(AppSpec.sections)\ndef a(self, **_): ...",
        [
            Shown(
                "PK109",
                "property",
                "AppSpec.sections: is marked, but another decorator has made it a property, not a function",
            )
        ],
        None,
    ),
    (
        "@hookimpl(AppSpec.sections, tryfirst=True, trylast=True)\ndef a(self, **_): ...",
        [Shown("PK110", "trylast", "'a' is both tryfirst and trylast")],
        None,
    ),
    ("@hookimpl(AppSpec.sections, tryfirst=True, trylast=False)\ndef a(self, **_): ...", [], None),
    (
        "@hookimpl(AppSpec.sections, try_first=True)\ndef a(self, **_): ...",
        [Shown("PK111", "try_first", "@hookimpl has no option 'try_first'")],
        "@hookimpl(AppSpec.sections, tryfirst=True)\ndef a(self, **_): ...",
    ),
    (
        "@hookimpl(AppSpec.sections, hookwrapper=True)\ndef a(self, **_):\n    yield",
        [Shown("PK111", "hookwrapper", "@hookimpl has no option 'hookwrapper'")],
        "@hookimpl(AppSpec.sections, wrapper=True)\ndef a(self, **_):\n    yield",
    ),
    (
        "@hookimpl(AppSpec.sections, qqq=True, **more)\ndef a(self, **_): ...",
        [Shown("PK111", "qqq", "@hookimpl has no option 'qqq'")],
        None,
    ),
    (
        "@hookimpl(AppSpec.sections)\ndef a(self, **_):\n    yield",
        [Shown("PK112", "a", "AppSpec.sections: is a generator function, and not marked as a wrapper")],
        "@hookimpl(AppSpec.sections, wrapper=True)\ndef a(self, **_):\n    yield",
    ),
    (
        "@hookimpl\ndef sections(self, **_):\n    yield",
        [Shown("PK112", "sections", "AppSpec.sections: is a generator function, and not marked as a wrapper")],
        "@hookimpl(wrapper=True)\ndef sections(self, **_):\n    yield",
    ),
    ("@hookimpl(AppSpec.stream)\ndef a(self):\n    yield ''", [], None),
    (
        "@hookimpl(AppSpec)\ndef a(self, **_): ...",
        [Shown("PK113", "AppSpec", "AppSpec is not a hook")],
        None,
    ),
    (
        "@hookimpl('sections')\ndef a(self, **_): ...",
        [Shown("PK113", "'sections'", "'sections' is not a hook")],
        None,
    ),
    (
        "@hookimpl(functools.cache)\ndef a(self, **_): ...",
        [Shown("PK113", "functools.cache", "functools.cache is not a hook")],
        None,
    ),
    (
        "@hookimpl(HOOK)\ndef a(self, **_): ...",
        [Shown("PK002", "HOOK", "what HOOK is cannot be told from source: 1 implementation is not checked")],
        None,
    ),
    (
        "@hookimpl(AppSpec.sections, wrapper=True)\n@contextlib.contextmanager\ndef a(self, **_):\n    yield",
        [
            Shown(
                "PK114",
                "contextlib.contextmanager",
                "AppSpec.sections: the wrapper is made a context manager by @contextlib.contextmanager",
            )
        ],
        None,
    ),
    (
        "@hookimpl(AppSpec.sections)\ndef a(self, document, *rest): ...",
        [Shown("PK115", "rest", "AppSpec.sections: '*rest' receives nothing")],
        None,
    ),
    ("@hookimpl(AppSpec.sections)\ndef a(self, *args, **kwargs): ...", [], None),
    ("@hookimpl(AppSpec.sections)\ndef a(*args, **kwargs): ...", [], None),
    (
        (
            "@hookimpl(AppSpec.sections, wrapper=True)\ndef a(self, **_):\n    x = yield\n    try:\n        yield\n"
            "    finally:\n        pass\n    return x"
        ),
        [Shown("PK119", "yield", "AppSpec.sections: the wrapper yields more than once")],
        None,
    ),
    (
        "@hookimpl(AppSpec.sections, wrapper=True)\ndef a(self, **_):\n    if x:\n        return []\n    return (yield)",
        [Shown("PK119", "return []", "AppSpec.sections: the wrapper returns before its 'yield' on this path")],
        None,
    ),
    (
        (
            "@hookimpl(AppSpec.fetch, wrapper=True)\nasync def a(self, **_):\n    with x:\n        y: int = yield\n"
            "    yield y\n    yield"
        ),
        [Shown("PK119", "yield", "AppSpec.fetch: the wrapper yields more than once")],
        None,
    ),
    (
        (
            "@hookimpl(AppSpec.sections, wrapper=True)\ndef a(self, **_):\n    for x in y:\n        return []\n    return (yield)\n"
            "    yield"
        ),
        [],
        None,
    ),
    (
        "@hookimpl(AppSpec.sections, wrapper=True)\ndef a(self, **_):\n    x = [1]\n    return (yield from x)\n    yield",
        [],
        None,
    ),
    ("@hookimpl(AppSpec.sections, wrapper=True)\ndef a(self, **_):\n    while x:\n        yield", [], None),
    ("@contextlib.contextmanager\n@hookimpl(AppSpec.sections)\ndef a(self, **_):\n    yield", [], None),
    ("@hookimpl(AppSpec.untyped)\ndef a(self):\n    yield", [], None),
    ("@function(AppSpec.sections)\ndef a(self, **_): ...", ["PK108"], ""),
    (
        "@hookimpl(AppSpec.sections)\n@hookimpl\n@functools.cached_property\ndef render(self, **_): ...",
        ["PK109", "PK109"],
        "",
    ),
    ("@hookimpl(helper)\ndef a(self, **_): ...", ["PK113"], ""),
    ("@hookimpl(AppSpec.nothing().x)\ndef a(self, **_): ...", ["PK002"], ""),
    ("@(lambda f: f)\n@hookimpl(AppSpec.sections)\ndef a(self, qqq): ...", [], None),
    (
        "@hookimpl(AppSpec.sections)\ndef a(self, documnt, docment, **_): ...",
        [
            Shown("PK101", "documnt", "AppSpec.sections: unknown parameter 'documnt'"),
            Shown("PK101", "docment", "AppSpec.sections: unknown parameter 'docment'"),
        ],
        "@hookimpl(AppSpec.sections)\ndef a(self, document, docment, **_): ...",
    ),
    ("@whatever\n@hookimpl(AppSpec.sections)\ndef a(self, qqq): ...", [], None),
    ("@functools.wraps\n@hookimpl(AppSpec.sectons)\ndef a(self): ...", ["PK103"], ""),
    ("@hookimpl\n@hookimpl(AppSpec.render)\ndef sections(self, document): ...", [], None),
]


@pytest.mark.parametrize(("body", "expected", "after"), METHODS)
def test_methods(body: str, expected: list[Shown], after: str | None) -> None:
    """Each rule points at what is wrong; where there is a change, it corrects just that."""
    shown = found(in_class(body))
    assert (shown == expected) if after != "" else [each.code for each in shown] == expected
    if after != "":
        assert fixed(in_class(body)) == in_class(body if after is None else after)


@pytest.mark.parametrize(
    ("text", "expected", "after"),
    [
        (
            "@hookimpl(AppSpec.sections)\ndef a(document, **_): ...",
            [Shown("PK108", "hookimpl", "AppSpec.sections: is marked as a method, but is a function")],
            "@hookimpl.function(AppSpec.sections)\ndef a(document, **_): ...",
        ),
        ("@hookimpl\ndef sections(document): ...", [], None),
        (
            "def make(spec):\n    @hookimpl.function(spec.sections)\n    def a(): ...",
            [
                Shown(
                    "PK002",
                    "spec.sections",
                    "what spec.sections is cannot be told from source: 1 implementation is not checked",
                )
            ],
            None,
        ),
        (
            (
                "def make():\n    class Local(Protocol):\n        @hookspec\n        def x(self, *, a: int) -> int: ...\n"
                "    @hookimpl\n    def x(b): ..."
            ),
            [Shown("PK101", "b", "Local.x: unknown parameter 'b'")],
            (
                "def make():\n    class Local(Protocol):\n        @hookspec\n        def x(self, *, a: int) -> int: ...\n"
                "    @hookimpl\n    def x(b): ..."
            ),
        ),
    ],
)
def test_functions(text: str, expected: list[Shown], after: str | None) -> None:
    """Functions of a module, and functions within functions, are implementations as well."""
    assert found(f"{HOST}{text}\n") == expected
    assert fixed(f"{HOST}{text}\n") == f"{HOST}{text if after is None else after}\n"


SPEC = "from typing import Protocol\nfrom pluginkit import hookspec\nclass S(Protocol):\n"

SPECS = [
    (
        "    @hookspec\n    def a(*, x: int) -> int: ...\n",
        [Shown("PK201", "a", "S.a has no 'self'")],
        "    @hookspec\n    def a(self, *, x: int) -> int: ...\n",
    ),
    (
        "    @hookspec\n    def a(\n        self,  # comment (\n        x: int = (1),\n        y: str = 'a)',\n    ) -> int: ...\n",
        [Shown("PK202", "x", "S.a takes 'x', 'y' by position")],
        "    @hookspec\n    def a(\n        self, *,  # comment (\n        x: int = (1),\n        y: str = 'a)',\n    ) -> int: ...\n",
    ),
    (
        "    @hookspec\n    def a(self, x: int, *, y: int) -> int: ...\n",
        [Shown("PK202", "x", "S.a takes 'x' by position")],
        None,
    ),
    (
        "    @hookspec\n    def a(self, **x: int) -> int: ...\n",
        [Shown("PK203", "x", "S.a takes *args or **kwargs")],
        None,
    ),
    (
        "    @hookspec(pipeline='txt')\n    def a(self, *, text: str) -> str: ...\n",
        [Shown("PK204", "'txt'", "S.a has no parameter 'txt' for pipeline=")],
        '    @hookspec(pipeline="text")\n    def a(self, *, text: str) -> str: ...\n',
    ),
    (
        "    @hookspec(pipeline='')\n    def a(self) -> str: ...\n",
        [Shown("PK204", "''", "S.a has no parameter '' for pipeline=")],
        None,
    ),
    (
        "    @hookspec(concurrent=True)\n    def a(self) -> str: ...\n",
        [Shown("PK205", "concurrent", "S.a cannot be concurrent: it is not async")],
        None,
    ),
    (
        "    @hookspec(firstresult=True, historic=True)\n    def a(self) -> str: ...\n",
        [Shown("PK206", "historic", "S.a cannot be firstresult and historic at once")],
        None,
    ),
    (
        "    @hookspec(errors='ignore')\n    def a(self) -> str: ...\n",
        [Shown("PK215", "errors", "S.a has errors='ignore', which is not a policy")],
        None,
    ),
    (
        "    @hookspec(errors='skip')\n    def a(self) -> str: ...\n",
        [],
        None,
    ),
    (
        "    @hookspec(errors=print())\n    def a(self) -> str: ...\n",
        [],
        None,
    ),
    (
        "    @hookspec\n    def a(self) -> str: ...\n    def b(self) -> str: ...\n    c = 1\n    d: int\n    def __e__(self): ...\n",
        [
            Shown("PK207", "b", "S.b is not a hook"),
            Shown("PK207", "c", "S.c is not a hook"),
            Shown("PK207", "d", "S.d is not a hook"),
        ],
        (
            "    @hookspec\n    def a(self) -> str: ...\n    @hookspec\n    def b(self) -> str: ...\n    c = 1\n    d: int\n"
            "    def __e__(self): ...\n"
        ),
    ),
    (
        (
            "    @hookspec\n    def a(self, *, x: int) -> str: ...\nclass T(S, Protocol):\n    @hookspec\n    def a(self) -> str: ...\n"
            "class U(T, Protocol): ...\n"
        ),
        [Shown("PK208", "a", "T.a is not what it overrides, S.a")],
        None,
    ),
    (
        (
            "    @hookspec(pipeline='x')\n    def a(self, *, x: int) -> str: ...\nclass T(S, Protocol):\n"
            "    @hookspec(pipeline='x')\n    def a(self, *, x: int) -> str: ...\n"
        ),
        [],
        None,
    ),
    (
        "    @hookspec\n    def __a(self) -> str: ...\n",
        [Shown("PK209", "__a", "S.__a has a name that starts with two underscores")],
        None,
    ),
    (
        (
            "    @hookspec\n    def a(self) -> str: ...\nclass T(Protocol):\n    @hookspec\n    def a(self) -> str: ...\n"
            "class U(S, T, Protocol): ...\nclass V(S, T, Protocol):\n    @hookspec\n    def a(self) -> str: ...\n"
        ),
        [Shown("PK214", "U", "S.a and T.a are different hooks of one name")],
        None,
    ),
    ("    def a(self) -> str: ...\n", [], None),
    ("    @hookspec(historic=False, firstresult=None)\n    def a(self) -> str: ...\n", [], None),
]


@pytest.mark.parametrize(("body", "expected", "after"), SPECS)
def test_specs(body: str, expected: list[Shown], after: str | None) -> None:
    """What `@hookspec` and a registry refuse of a spec is found in its source."""
    assert found(SPEC + body) == expected
    assert fixed(SPEC + body) == SPEC + (body if after is None else after)


CALLS = [
    ("registry = Registry(AppSpec)\nregistry.hook.sections(documnt=1, verbose=2)", ["PK301"], "document=1"),
    ("registry = Registry(AppSpec)\nregistry.hook.sections(1, document=1, *x, **y)", ["PK302"], None),
    ("registry = Registry(AppSpec)\nregistry.hook.sections(document=1, verbose=2, qqq=1)", ["PK301"], None),
    ("registry = Registry(AppSpec)\nregistry.hook.sections(document=1)", ["PK304"], None),
    ("registry = Registry(AppSpec)\nregistry.hook.sections(**x)\nregistry.hook.stream()", [], None),
    ("registry = Registry(AppSpec)\nregistry.hook.configured.call_historic(print)", ["PK304"], None),
    ("registry = Registry(AppSpec)\nregistry.hook.configured.call_historic()", ["PK304"], None),
    ("registry = Registry(AppSpec)\nhook = registry.hook\nhook.sections(1)", ["PK302"], None),
    ("registry = Registry(AppSpec)\nregistry.hook.configured(options={})", ["PK303"], None),
    ("registry = Registry(AppSpec)\nregistry.hook.configured.call_historic(print, option={})", ["PK301"], "options={}"),
    ("registry = Registry(AppSpec)\nregistry.hook.nothing(1)", [], None),
    ("def f(hook: AppSpec) -> None:\n    hook.sections(1)", ["PK302"], None),
    ("def f(registry: Registry[AppSpec]) -> None:\n    registry.hook.sections(1)", ["PK302"], None),
    ("def f(registry: 'Registry[AppSpec]') -> None:\n    registry.hook.sections(1)", ["PK302"], None),
    (
        "def f(registry: list[AppSpec], hook: int, other) -> None:\n    registry.hook.x(1)\n    hook.x(1)\n    other.x(1)",
        [],
        None,
    ),
    ("def f(x) -> None:\n    x.hook.sections(1)\n    unheard.hook.x(1)\n    unheard.x(1)\n    x()", [], None),
    (
        "registry = Registry(AppSpec)\nclass P:\n    @hookimpl\n    def sections(self): ...\nregistry.register(P)",
        ["PK117"],
        None,
    ),
    (
        "registry = Registry(AppSpec)\nclass P:\n    @hookimpl\n    def sections(self): ...\nregistry.register(P())",
        [],
        None,
    ),
    (
        "registry = Registry(AppSpec)\nclass P:\n    @classmethod\n    @hookimpl\n    def sections(cls): ...\nregistry.register(P)",
        [],
        None,
    ),
    ("registry = Registry(AppSpec)\nregistry.register(Unheard)", [], None),
    ("registry = Registry(AppSpec)\nregistry.register(functools)\nregistry.register()\nx.register(AppSpec)", [], None),
    (
        "registry = Registry(AppSpec)\nx = 1\nregistry.register(x)\nRegistry(unheard).hook.x(1)\nRegistry().register(1)",
        [],
        None,
    ),
]


@pytest.mark.parametrize(("text", "codes", "after"), CALLS)
def test_calls(text: str, codes: list[str], after: str | None) -> None:
    """Calls are checked where it is certain which spec they are about."""
    assert [each.code for each in found(f"{HOST}{text}\n")] == codes
    assert after is None or after in fixed(f"{HOST}{text}\n")


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("class Plugin(AppSpec): ...", "AppSpec"),
        ("class A:\n    @hookimpl\n    def sections(self): ...\nclass B(A):\n    def sections(self): ...", "sections"),
        ("class A:\n    @hookimpl\n    def sections(self): ...\nclass B(A):\n    def other(self): ...\n    x = 1", ""),
        (
            "class A:\n    @hookimpl\n    def sections(self): ...\nclass B(A):\n    @hookimpl\n    def sections(self): ...",
            "",
        ),
        ("class A(Protocol): ...\nclass B(A): ...", ""),
    ],
)
def test_what_looks_like_a_plugin(text: str, marked: str) -> None:
    """A subclass of a spec, and an override without a marker, are pointed at."""
    code = "PK126" if marked == "sections" else "PK116"
    assert [(each.code, each.marked) for each in found(f"{HOST}{text}\n")] == ([(code, marked)] if marked else [])


# -- what is not known ------------------------------------------------------------------------------------------------


def write(folder: Path, files: dict[str, str]) -> None:
    """Write the files of a project."""
    (folder / "pyproject.toml").write_text(files.get("pyproject.toml", ""))
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def in_project(folder: Path, files: dict[str, str], path: str, *select: str) -> list[tuple[str, str]]:
    """Return code and message of what is found in a file of a project."""
    write(folder, files)
    linter = Linter(str(folder), Selection(select))
    return [(each.code, each.message) for each in linter.lint(folder / path).report.findings]


def test_not_installed_is_said_once(tmp_path: Path) -> None:
    """A marker or a spec that cannot be found is named, with the number of implementations that it concerns."""
    text = (
        "from gone import hookimpl, AppSpec\nfrom pluginkit import hookimpl as mark\nfrom gone import other\n"
        "@hookimpl\ndef a(): ...\n@hookimpl(tryfirst=True, odd=1)\ndef b(): ...\n@mark.function(AppSpec.c)\ndef c(): ...\n"
        "@other\ndef d(): ...\n"
    )
    assert in_project(tmp_path, {"plugin.py": text}, "plugin.py") == [
        ("PK002", f"'gone.hookimpl' is not installed in {tmp_path}: 2 implementations are not checked"),
        ("PK002", f"'gone.AppSpec.c' is not installed in {tmp_path}: 1 implementation is not checked"),
    ]


def test_a_name_that_a_module_lacks(tmp_path: Path) -> None:
    """A spec that its module does not have is told from a module that is missing."""
    text = "from hooks import AppSpec\nfrom pluginkit import hookimpl\n@hookimpl.function(AppSpec.c)\ndef c(): ...\n"
    assert in_project(tmp_path, {"plugin.py": text, "hooks.py": ""}, "plugin.py") == [
        ("PK002", "module 'hooks' has no 'AppSpec.c': 1 implementation is not checked")
    ]


def test_a_spec_with_a_base_that_is_missing(tmp_path: Path) -> None:
    """Such a spec may have any hook: what it does not show cannot be checked."""
    text = (
        "from gone import Base\nfrom pluginkit import hookimpl, hookspec\nfrom typing import Protocol\n"
        "class S(Base, Protocol):\n    @hookspec\n    def a(self) -> int: ...\n"
        "class T(unheard, Protocol):\n    @hookspec\n    def a(self) -> int: ...\n"
        "@hookimpl.function(S.b)\ndef b(): ...\n@hookimpl.function(T.b)\ndef c(): ...\n"
        "class U: ...\n@hookimpl.function(U.b)\ndef d(): ...\n"
    )
    assert in_project(tmp_path, {"plugin.py": text}, "plugin.py") == [
        ("PK002", f"'gone.Base.b' is not installed in {tmp_path}: 1 implementation is not checked"),
        ("PK002", "what T.b is cannot be told from source: 2 implementations are not checked"),
    ]


HOOKS = SPEC + "    @hookspec\n    def a(self, *, x: int) -> int: ...\n"
BARE = "from pluginkit import hookimpl\n@hookimpl\ndef a(y): ...\n@hookimpl\ndef other(): ...\n"


@pytest.mark.parametrize(
    ("specs", "expected"),
    [
        (
            "['hooks:S']",
            [("PK101", "S.a: unknown parameter 'y'"), ("PK103", "no known spec has a hook 'other'")],
        ),
        (
            "['hooks:S', 'gone:T']",
            [("PK101", "S.a: unknown parameter 'y'"), ("PK002", "the hook 'other' cannot be found: no spec is known")],
        ),
        (
            "['hooks:Outer.S', 'hooks:x']",
            [
                ("PK002", "the hook 'a' cannot be found: no spec is known"),
                ("PK002", "the hook 'other' cannot be found: no spec is known"),
            ],
        ),
    ],
)
def test_settings_name_the_specs(tmp_path: Path, specs: str, expected: list[tuple[str, str]]) -> None:
    """Bare implementations go by the specs that the settings name; where all are found, these are all hooks."""
    files = {"plugin.py": BARE, "hooks.py": HOOKS, "pyproject.toml": f"[tool.pluginkit]\nspecs = {specs}\n"}
    assert in_project(tmp_path, files, "plugin.py") == expected


def test_a_registry_tells_the_spec(tmp_path: Path) -> None:
    """Without settings, bare implementations go by the specs that their module imports, alone or in a registry."""
    files = {"plugin.py": f"from host import registry\n{BARE}", "hooks.py": HOOKS}
    files["host.py"] = "from pluginkit import Registry\nfrom hooks import S\nregistry = Registry(S)\n"
    assert in_project(tmp_path, files, "plugin.py") == [
        ("PK101", "S.a: unknown parameter 'y'"),
        ("PK002", "the hook 'other' cannot be found: no spec is known"),
    ]


def test_of_several_hooks_of_one_name_one_has_to_fit(tmp_path: Path) -> None:
    """A bare implementation is wrong if it fits none of the hooks that it may mean."""
    other = HOOKS.replace("class S", "class T").replace("x: int", "z: int")
    text = f"from hooks import S\nfrom others import T\n{BARE}"
    files = {"plugin.py": text, "hooks.py": HOOKS, "others.py": other}
    found_in = in_project(tmp_path, files, "plugin.py", "PK101")
    assert found_in == [("PK101", "S.a: unknown parameter 'y'")]
    files["plugin.py"] = text.replace("(y)", "(z)")
    assert in_project(tmp_path, files, "plugin.py", "PK101") == []


# -- pluggy -----------------------------------------------------------------------------------------------------------

PLUGGY = {
    "host/__init__.py": "from host.markers import hookimpl\n",
    "host/markers.py": "import pluggy\nNAME = 'host'\nhookspec = pluggy.HookspecMarker(NAME)\n"
    "hookimpl = pluggy.HookimplMarker(project_name=NAME)\n",
    "host/hookspecs.py": "from host.markers import hookspec\n@hookspec\ndef host_a(x, y, z=1): ...\n"
    "@hookspec(historic=True)\ndef host_h(x): ...\ndef host_unmarked(x): ...\ndef helper(): ...\n"
    "class Specs:\n    @hookspec\n    def in_class(self, x): ...\n    @hookspec\n    def no_self(x): ...\n",
    "host/unrelated.py": "raise RuntimeError\n",
}
PLUGGY_CASES = [
    ("def host_a(y): ...", []),
    ("def host_a(x, own=1, *, keyword=2, **rest): ...", []),
    ("def host_a(xx): ...", ["PK101"]),
    ("def host_a(*, z): ...", ["PK101"]),
    ("def host_unmarked(y): ...", ["PK101"]),
    ("def in_class(y): ...", ["PK101"]),
    ("def in_class(x): ...", []),
    ("def no_self(x): ...", []),
    ("def no_self(y): ...", ["PK101"]),
    ("async def host_a(x): ...", []),
    ("def host_a(x):\n    yield", []),
    ("def other(): ...", []),
]


@pytest.mark.parametrize(("function", "codes"), PLUGGY_CASES)
def test_pluggy(tmp_path: Path, function: str, codes: list[str]) -> None:
    """Implementations for hosts on pluggy are checked as pluggy does, against what their marker's package declares."""
    text = f"import host\n@host.hookimpl\n{function}\n"
    assert [code for code, _ in in_project(tmp_path, {**PLUGGY, "plugin.py": text}, "plugin.py")] == codes


@pytest.mark.parametrize(
    ("decorator", "function", "codes"),
    [
        ("@hookimpl(hookwrapper=True)", "def host_a(x): ...", ["PK105"]),
        ("@hookimpl(hookwrapper=True)", "def host_a(x):\n    yield", []),
        ("@hookimpl(hookwrapper=True)", "def host_h(x):\n    yield", ["PK106"]),
        ("@hookimpl(specname='host_a')", "def other(q): ...", ["PK101"]),
        ("@hookimpl(specname='host_b')", "def other(q): ...", ["PK125"]),
        ("@hookimpl(optionalhook=True)", "def host_b(q): ...", []),
        ("@hookimpl(trylast=True, tryfirst=True)", "def host_a(x): ...", []),
        ("@hookimpl(optional=True)", "def host_a(x): ...", ["PK111"]),
    ],
)
def test_options_of_pluggy(tmp_path: Path, decorator: str, function: str, codes: list[str]) -> None:
    """The options are those of pluggy."""
    text = f"from host import hookimpl\n{decorator}\n{function}\n"
    files = {**PLUGGY, "plugin.py": text}
    assert [code for code, _ in in_project(tmp_path, files, "plugin.py", "ALL")] == codes


def test_plugins_of_pluggy_that_are_classes(tmp_path: Path) -> None:
    """An instance takes the first parameter, whatever its name; a class that is registered itself has none."""
    text = (
        "from host import hookimpl\nclass Plugin:\n    @hookimpl\n    def host_a(self, x): ...\n"
        "    @hookimpl\n    def host_h(x): ...\n    @staticmethod\n    @hookimpl\n    def in_class(q): ...\n"
    )
    assert in_project(tmp_path, {**PLUGGY, "plugin.py": text}, "plugin.py") == [
        ("PK101", "Specs.in_class: unknown parameter 'q'")
    ]


def test_hooks_of_pluggy_in_ones_own_package(tmp_path: Path) -> None:
    """A plugin may declare hooks for the project itself; a marker without a plain name is of no known project."""
    own = (
        "import pluggy\nfrom host import hookimpl\nfrom host.markers import hookspec\n@hookspec\ndef own(x): ...\n"
        "@hookimpl\ndef own(y): ...\nodd = pluggy.HookimplMarker(unheard)\n@odd\ndef own2(): ...\n"
        "other = print(1)\n@other\ndef own3(): ...\n"
    )
    assert in_project(tmp_path, {**PLUGGY, "plugin.py": own}, "plugin.py") == [("PK101", "own: unknown parameter 'y'")]
    split = own.replace("@hookimpl\ndef own(", "@hookimpl(specname='own')\ndef of_own(")
    assert in_project(tmp_path, {**PLUGGY, "plugin.py": split}, "plugin.py") == [
        ("PK101", "own: unknown parameter 'y'")
    ]


def test_implementations_beside_hooks_of_pluggy(tmp_path: Path) -> None:
    """An implementation in a module of hooks does not make a hook of itself, though it has the project's prefix."""
    text = (
        "from host.markers import hookimpl, hookspec\n@hookspec\ndef host_own(x): ...\n"
        "@hookimpl\ndef host_a(wrong): ...\n"
    )
    assert in_project(tmp_path, {**PLUGGY, "plugin.py": text}, "plugin.py") == [
        ("PK101", "host_a: unknown parameter 'wrong'")
    ]


def test_settings_name_the_spec_of_a_pluggy_project(tmp_path: Path) -> None:
    """A host that has moved to pluginkit names its spec for plugins that have not."""
    files = {"hooks.py": HOOKS, "pyproject.toml": "[tool.pluginkit.pluggy]\nhost = 'hooks:S'\n"}
    files["plugin.py"] = (
        "import pluggy\nmark = pluggy.HookimplMarker('host')\n@mark\ndef a(y): ...\n@mark\ndef b(): ...\n"
    )
    assert in_project(tmp_path, files, "plugin.py") == [
        ("PK101", "S.a: unknown parameter 'y'"),
        ("PK103", "no known spec has a hook 'b'"),
    ]


# -- order, and what is suppressed ------------------------------------------------------------------------------------


def test_answers_do_not_depend_on_other_files(tmp_path: Path) -> None:
    """A file is checked alone: in any order, and whatever else is looked at."""
    plugins = {
        f"p{number}.py": f"import host\n@host.hookimpl\n{text}\n" for number, (text, _) in enumerate(PLUGGY_CASES)
    }
    write(
        tmp_path, {**PLUGGY, **plugins, "hooks.py": HOOKS, "bare.py": BARE, "spec.py": f"from hooks import S\n{BARE}"}
    )
    files = list(files_in([tmp_path]))
    alone = {path: Linter(str(tmp_path)).lint(path).report for path in files}
    for order in (files, files[::-1], files[3:] + files[:3]):
        linter = Linter(str(tmp_path))
        assert {path: linter.lint(path).report for path in order} == alone


@pytest.mark.parametrize(
    ("comment", "codes"),
    [
        ("", ["PK101"]),
        ("# noqa", []),
        ("# NoQA : pk101", []),
        ("# noqa: E501, PK101", []),
        ("# noqa: E501 PK102", ["PK101"]),
    ],
)
def test_comments_that_suppress(comment: str, codes: list[str]) -> None:
    """A `noqa` suppresses what is found on its line: everything, or the codes that it names."""
    text = f"{HOST}@hookimpl.function(AppSpec.stream)\ndef a(x): ...  {comment}\n"
    assert [each.code for each in found(text)] == codes


@pytest.mark.parametrize(
    ("settings", "selection", "expected"),
    [
        ("", Selection(), ["PK101", "PK110"]),
        ("select = ['PK110']", Selection(), ["PK110"]),
        ("ignore = ['PK110']", Selection(), ["PK101"]),
        ("select = ['PK110']", Selection(("PK101",)), ["PK101"]),
        ("", Selection(("PK1",), ("PK101",)), ["PK110", "PK118"]),
        ("", Selection(("PK2",)), []),
        ("", Selection((), ("ALL",)), []),
    ],
)
def test_rules_that_are_selected(tmp_path: Path, settings: str, selection: Selection, expected: list[str]) -> None:
    """Codes and their beginnings select rules, on the command line or in the settings."""
    write(tmp_path, {"pyproject.toml": f"[tool.pluginkit.lint]\n{settings}\n", "hooks.py": HOOKS})
    text = (
        "from hooks import S\nfrom pluginkit import hookimpl\n@hookimpl.function(S.a, tryfirst=True, trylast=True)\n"
        "def b(y): ...\n@hookimpl.function(S.a)\ndef c(): ...\n"
    )
    (tmp_path / "plugin.py").write_text(text)
    findings = Linter("", selection).lint(tmp_path / "plugin.py").report.findings
    assert [each.code for each in sorted(findings)] == expected


def test_a_file_that_cannot_be_parsed() -> None:
    """Only the place is reported."""
    assert [(each.code, each.message) for each in found("x = 1\ndef (\n")] == [
        ("PK001", "cannot be parsed: invalid syntax")
    ]


def test_the_rest_is_added_where_it_is_asked_for() -> None:
    """With PK118, an implementation that leaves out a parameter gets a `**_`, wherever its last parameter is."""
    linter = Linter(selection=Selection(("PK118",)))
    for before, after in {
        "(self)": "(self, **_: object)",
        "(self, document)": "(self, document, **_: object)",
        "(self, document=')',)": "(self, document=')', **_: object)",
        "(\n        self,\n        document: str,  # its text\n    )": "(\n        self,\n        document: str, **_: object  # its text\n    )",
        "(self, document, verbose)": "(self, document, verbose)",
        "(self, **kwargs)": "(self, **kwargs)",
    }.items():
        text = in_class(f"@hookimpl(AppSpec.sections)\ndef a{before}: ...")
        assert fixed(text, linter) == in_class(f"@hookimpl(AppSpec.sections)\ndef a{after}: ...")
    static = f"{HOST}@hookimpl.function(AppSpec.sections)\ndef a(): ...\n"
    assert fixed(static, linter) == static.replace("a()", "a(**_: object)")


def test_changes_keep_the_ends_of_lines() -> None:
    """What a change does not concern stays as it is, line ends and comments among it."""
    text = in_class("@hookimpl(AppSpec.sections)\ndef a(self, documnt, **_):  # ä\n    return [documnt]")
    windows = text.replace("\n", "\r\n")
    assert fixed(windows) == windows.replace("documnt", "document")


@pytest.mark.parametrize("body", [body for body, expected, after in METHODS if after and expected])
def test_safe_changes_register_and_are_done_once(body: str) -> None:
    """What is corrected safely lints without an error that has a safe change, registers, and stays as it is."""
    text = in_class(body) + "plugin = Plugin()\n"
    once = fixed(text, unsafe=False)
    assert fixed(once, unsafe=False) == once
    left = [each for each in linted(once, EVERYTHING) if RULES[each.code].severity == "error"]
    assert not [each for each in left if each.edits and each.is_safe]
    if not left and not any(each.code == "PK002" for each in linted(once, EVERYTHING)):
        assert registered(once) == set()


def test_selected_rules() -> None:
    """Without a selection the rules that are on run; with ALL all of them."""
    assert selected((), ()) == {rule.code for rule in RULES.values() if rule.is_on}
    assert selected(("ALL",), ()) == RULES.keys()


def test_files_that_are_looked_at(tmp_path: Path) -> None:
    """Folders are entered but for environments, hidden ones and builds; files that are named count in any case."""
    names = ["a.py", "src/b.py", ".hidden/c.py", "build/d.py", "env/e.py", "plain.py", "f.txt"]
    write(tmp_path, {name: "" if name == "plain.py" else "import pluginkit\n" for name in names})
    (tmp_path / "env" / "pyvenv.cfg").write_text("")
    (tmp_path / "dangling.py").symlink_to(tmp_path / "gone")
    found_there = [path.relative_to(tmp_path).as_posix() for path in files_in([tmp_path, tmp_path / "a.py"])]
    assert found_there == ["a.py", "dangling.py", "src/b.py"]
    assert list(files_in([tmp_path / "plain.py"])) == [tmp_path / "plain.py"]


def test_notes_fail_when_it_is_strict() -> None:
    """What cannot be checked is a note, unless it is asked to be more."""
    (finding,) = linted(in_class("@hookimpl\ndef qqq(self, **_): ..."))
    assert (is_failure(finding, strict=False), is_failure(finding, strict=True)) == (False, True)


def test_related_places() -> None:
    """A finding about an implementation shows where its hook is."""
    (finding,) = linted(in_class("@hookimpl(AppSpec.sections)\ndef a(self, qqq, **_): ..."))
    (related,) = finding.related
    assert (related.path, related.text, related.range.start) == (FILE, SECTIONS, (7, 8))


def test_a_module_without_hooks() -> None:
    """Nothing is found where nothing is about hooks."""
    assert found("x = 1\nclass A(list[int]): ...\n") == []


def test_a_plugin_that_cannot_be_imported_by_its_name(tmp_path: Path) -> None:
    """A file whose name is not an identifier is read all the same, and what of a package cannot be read is left out."""
    text = "import pluggy\nfrom host.markers import hookimpl, hookspec\n@hookspec\ndef own(x): ...\n"
    text += "@hookimpl(specname='own')\ndef mine(y): ...\n"
    write(tmp_path, PLUGGY)
    (tmp_path / "host" / "dangling.py").symlink_to(tmp_path / "gone")
    assert in_project(tmp_path, {"my-plugin.py": text}, "my-plugin.py") == [("PK101", "own: unknown parameter 'y'")]


def test_changes_that_would_meet_are_made_one_after_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of changes that touch each other the first is made; there is an end to the rounds in which others follow."""
    source = Source(FILE, "m", "abcdef\n")
    one, other = Edit(Range(1, 0, 1, 3), "x"), Edit(Range(1, 2, 1, 5), "y")
    assert apply(source, [other, one]) == "xdef\n"
    made = [Finding("PK101", "", FILE, each.range, edits=(each,)) for each in (one, other)]
    assert list(run._apart(made, unsafe=False)) == made[:1]
    monkeypatch.setattr(run, "_MOST_ROUNDS", 1)
    text = in_class("@hookimpl(AppSpec.sections)\ndef a(self, documnt, **_): ...")
    assert fixed(text) == text.replace("documnt", "document")
