"""The rooms of the source: imports point one way, and the page that says which has a row for each file."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import pluginkit

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(pluginkit.__path__[0])
PAGE = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "source.md"
TEXT = PAGE.read_text(encoding="utf-8")
CHAINS = [line.split(" ← ") for line in re.findall(r"^[\w.]+(?: ← [\w.]+)+$", TEXT, re.MULTILINE)]
INSIDE = {
    room: files.split(" ← ") for room, files in re.findall(r"^\| `(\w+)` \| `([^`]+ ← [^`]+)` \|$", TEXT, re.MULTILINE)
}


def module_of(path: Path) -> str:
    """Return the name of a module within the package; that of the package itself is `pluginkit`."""
    return (
        ".".join(part for part in path.relative_to(SOURCE).with_suffix("").parts if part != "__init__") or "pluginkit"
    )


def imports() -> Iterator[tuple[str, str]]:
    """Yield every import of a module of the package by another one, late ones and those for checkers included."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "pluginkit":
                for alias in node.names:
                    yield module_of(path), _imported(node.module or "", alias.name)


def _imported(module: str, name: str) -> str:
    inside = module.partition(".")[2]
    full = f"{inside}.{name}".lstrip(".")
    is_module = (
        SOURCE.joinpath(*full.split(".")).with_suffix(".py").exists() or SOURCE.joinpath(*full.split(".")).is_dir()
    )
    return full if is_module else inside or "pluginkit"


def is_against(importing: str, imported: str) -> bool:
    """Tell whether an import goes against the orders of the page."""
    room, other = importing.split(".", maxsplit=1)[0], imported.split(".", maxsplit=1)[0]
    if room != other:
        return any(room in chain and other in chain and chain.index(room) < chain.index(other) for chain in CHAINS)
    order = INSIDE.get(room, [])
    file, its = importing.rsplit(".", maxsplit=1)[-1], imported.rsplit(".", maxsplit=1)[-1]
    return file in order and its in order and order.index(file) < order.index(its)


def test_the_page_has_orders() -> None:
    """The page shows the order of the rooms, that of what reads source, and that of files within rooms."""
    assert [chain[0] for chain in CHAINS] == ["_version", "_errors"]
    assert INSIDE.keys() == {"_declare", "_implement", "_call", "_load", "_source"}


def test_imports_point_one_way() -> None:
    """No module imports one to its right."""
    assert {pair for pair in imports() if is_against(*pair)} == set()


@pytest.mark.parametrize(
    ("importing", "imported", "against"),
    [
        ("_call.loop", "_declare.impl", False),
        ("_declare.impl", "_call.loop", True),
        ("_call.order", "_call.caller", True),
        ("_errors", "pluginkit", True),
        ("cli.check", "_registry", False),
    ],
)
def test_an_import_against_the_order_is_found(importing: str, imported: str, against: bool) -> None:
    """The test above can fail: an import to the right is found, between rooms and within one."""
    assert is_against(importing, imported) is against


def test_every_file_has_a_row() -> None:
    """Each file of the package is in the table of what files own, itself or with its folder; and no other is."""
    rows = {
        row.rstrip("/")
        for line in re.findall(r"^\| (`[^|]+`) \|", TEXT, re.MULTILINE)
        for row in re.findall(r"`([^`]+)`", line)
    }
    files = [path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py")]
    alone = {
        "__main__.py",
        *(f"{room}/__init__.py" for room in ("_declare", "_implement", "_call", "_load", "_source")),
    }
    missing = [
        file
        for file in files
        if file not in rows | alone and not any(file.startswith(f"{row}/") for row in rows - INSIDE.keys())
    ]
    assert missing == []
    gone = [row for row in rows if row.startswith("_") and row.endswith(".py") and row not in files]
    assert gone == []
