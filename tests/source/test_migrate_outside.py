"""What is outside the decorators and imports that change stays byte for byte, and the result can be imported.

Modules are made of segments, each of which either stays or may change; odd characters, comments and nesting included.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pluginkit._declare.impl import MARKS
from pluginkit._source.migrate.records import Source, Target
from pluginkit._source.migrate.run import migrate
from pluginkit.cli._modules import read

if TYPE_CHECKING:
    from collections.abc import Iterator

ODD = st.text(st.sampled_from("aZ 'é\f\x1c\x85\u2028\u2029\xa0\t#@\N{SNAKE}"), max_size=6)
HEADS = (
    "import pluggy\nimpl = pluggy.HookimplMarker('app')\n",
    "from pluggy import HookimplMarker  # why\nNAME = 'app'\n\nimpl = HookimplMarker(NAME)  # that\n",
    "from app.marks import hookimpl as impl\n",
    "from app.marks import (\n    # first\n    hookimpl as impl,\n)\n",
    "import pluggy; impl = pluggy.HookimplMarker('app')\n",
)
DECORATORS = (
    "@impl\n",
    "@impl()\n",
    "@impl(tryfirst=True)\n",
    "@impl(trylast=True, tryfirst=False)  # late\n",
    "@impl(\n    # before\n    optionalhook=True,  # behind\n)\n",
    "@ impl\n",
    "@\\\nimpl\n",
)
OTHERS = ("", "@kept\n", "@kept  # a\n# b\n\n", "@kept(\n    1, # c\n)\n")
BLOCKS = (
    "",
    "if True:\n",
    "try:\n",
    "with kept:\n",
    "for _ in '1':\n",
    "class {name}:\n",
    "def {name}():\n",
    "if True:\n  \f\n",
)


class _Kept:
    """Something to decorate with, and to enter."""

    def __call__(self, given: Any) -> Any:
        return given if callable(given) else self

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


@st.composite
def modules(draw: st.DrawFn) -> tuple[list[tuple[bool, str]], int]:
    """Draw the segments of a module, each with whether it stays, and how many implementations can be seen."""
    segments: list[tuple[bool, str]] = [(True, draw(filler())), (False, draw(st.sampled_from(HEADS)))]
    seen = 0
    for number in range(draw(st.integers(1, 4))):
        segments.append((True, draw(filler())))
        block = draw(st.sampled_from(BLOCKS)).format(name=f"block{number}")
        indent = "    " if block else ""
        above, below = draw(st.sampled_from(OTHERS)), draw(st.sampled_from(("", "# between\n")))
        decorator = draw(st.sampled_from(DECORATORS))
        own = "self" if block.startswith("class") else ""
        seen += not block.startswith(("class", "def"))
        body = draw(
            st.sampled_from(
                (f"    return {draw(ODD)!a}\n", f'    """{_inside(draw(ODD))}\n  {_inside(draw(ODD))}"""\n')
            )
        )
        segments += [(True, block + _indented(above, indent)), (False, _indented(decorator, indent))]
        segments.append((True, _indented(f"{below}def hook{number}({own}):  # odd {_line(draw(ODD))}\n", indent)))
        segments.append((True, _body(body, indent) + ("except Exception: pass\n" if block.startswith("try") else "")))
    return segments, seen


@st.composite
def filler(draw: st.DrawFn) -> str:
    """Draw statements that have nothing to do with hooks."""
    odd = draw(ODD)
    kinds = (
        "",
        "\n\n",
        "\f\n",
        f"# {_line(odd)}\n",
        f"x = {odd!a}\n",
        f"y = '''{_inside(odd)}\n@impl\n'''\n",
        "if 1:\n  z = 1 # a\n\n  # b\n # c\nelse: z = [\n1,\n    2,]\n",
        "\n\fw = 1;v = 2 ;\n",
        "u = 1 \\\n  + 2\n",
    )
    return "".join(draw(st.lists(st.sampled_from(kinds), max_size=3)))


def _line(text: str) -> str:
    return text.replace("\r", "").replace("\n", "")


def _inside(text: str) -> str:
    return text.replace("'", "").replace('"', "")


def _indented(text: str, indent: str) -> str:
    return "".join(indent + line for line in text.splitlines(keepends=True)) if "\\\n" not in text else indent + text


def _body(text: str, indent: str) -> str:
    return indent + text


def _gaps(segments: list[tuple[bool, str]], new: str) -> Iterator[str]:
    """Yield what is between the segments that stay; each of them is there, in order."""
    position = 0
    for stays, text in segments:
        if stays and text.strip():
            found = new.find(text, position)
            assert found >= 0, text
            yield new[position:found]
            position = found + len(text)
    yield new[position:]


@settings(deadline=None, max_examples=150)
@given(modules(), st.sampled_from(("\n", "\r\n")), st.sampled_from(("utf-8", "utf-8-sig", "utf-8-cookie")))
def test_the_rest_of_a_module_stays(module: tuple[list[tuple[bool, str]], int], end: str, encoding: str) -> None:
    """Byte for byte, with comments, form feeds, line ends and encoding; and the result marks the same functions."""
    segments, seen = module
    if encoding == "utf-8-cookie":
        segments = [(True, "# -*- coding: utf-8 -*-\n"), *segments]
    written = [(stays, text.replace("\n", end)) for stays, text in segments]
    with TemporaryDirectory() as folder:
        path = Path(folder, "one.py")
        path.write_bytes("".join(text for _, text in written).encode(encoding.removesuffix("-cookie")))
        source = read(path)
        (migrated,) = migrate([Source(path, source.text)], Target()).modules
        path.write_bytes(source.encoded(migrated.new))
        assert read(path).text == migrated.new
    assert migrated.notes == ()
    assert len(migrated.implementations) == sum(text.lstrip().startswith("@") and not stays for stays, text in segments)
    for gap in _gaps(written, migrated.new):
        lines = [line.strip() for line in gap.replace("\\", "").splitlines()]
        assert all(
            line.startswith(("@", "from pluginkit", "#", "optional", ")", "hookimpl", "NAME", "\f")) or not line
            for line in lines
        )
    namespace: dict[str, Any] = {"kept": _Kept(), "__name__": "one"}
    exec(migrated.new, namespace)
    assert sum(hasattr(value, MARKS) for name, value in namespace.items() if name.startswith("hook")) == seen


@pytest.mark.parametrize("encoding", ["latin-1", "cp1251", "shift_jis", "koi8-r"])
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    """A module in an old encoding keeps it."""
    word = {"latin-1": "é", "cp1251": "й", "shift_jis": "日", "koi8-r": "й"}[encoding]
    text = f"# coding: {encoding}\n# {word}\nfrom app import hookimpl\nx = '{word}'\n@hookimpl\ndef f(): ...\n"
    path = tmp_path / "one.py"
    path.write_bytes(text.encode(encoding))
    source = read(path)
    (migrated,) = migrate([Source(path, source.text)], Target()).modules
    assert source.encoded(migrated.new) == text.replace("from app", "from pluginkit").encode(encoding)
