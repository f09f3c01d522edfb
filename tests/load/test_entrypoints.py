"""Entry points: what is found is what `importlib.metadata` finds."""

from __future__ import annotations

import sys
from importlib import metadata
from importlib.metadata import DistributionFinder, distributions, entry_points
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluginkit._load.entrypoints import Distribution, EntryPoint, find

if TYPE_CHECKING:
    from collections.abc import Iterable

GROUP = "some.group"


def install(
    folder: Path, name: str, points: str | None, *, metadata: str = "METADATA", kind: str = "dist-info"
) -> None:
    """Put the metadata of a distribution into a folder."""
    info = folder / f"{name}-1.0.{kind}"
    info.mkdir(parents=True)
    info.joinpath(metadata).write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n\nName: not this\n")
    if points is not None:
        info.joinpath("entry_points.txt").write_text(points)


def found(group: str = GROUP) -> list[tuple[str, ...]]:
    """Return what is found, in an order of its own."""
    return sorted((point.name, point.value, *point.distribution) for point in find(group))


def expected(group: str = GROUP) -> list[tuple[str, ...]]:
    """Return what `importlib.metadata` finds."""
    points = [(point, point.dist.metadata) for point in entry_points(group=group) if point.dist]
    return sorted((point.name, point.value, fields["Name"], fields["Version"]) for point, fields in points)


def test_real_environment() -> None:
    """In the environment of the tests, every group has the same entry points."""
    groups = {point.group for distribution in distributions() for point in distribution.entry_points}
    assert groups >= {"console_scripts", "pytest11"}
    for group in groups:
        assert found(group) == expected(group)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        f"[{GROUP}]\na = m:x",
        f"# comment\n\n[other]\nz = y\n[{GROUP}]\n# a = b\n  b.c-d=m.n : x.y [extra]  \n\nc = q\n[{GROUP}.more]\ne = f",
        f"a = before:{GROUP}\n[other]\nb = c\n",
    ],
)
@pytest.mark.parametrize(("kind", "metadata"), [("dist-info", "METADATA"), ("egg-info", "PKG-INFO")])
def test_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, kind: str, metadata: str) -> None:
    """Sections, comments and blanks are read as `importlib.metadata` reads them."""
    install(tmp_path, "some_dist", text, kind=kind, metadata=metadata)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert found() == expected()


NAMES = st.sampled_from(["a", "B", "a_b", "a.b", "A_B"])


@given(folders=st.lists(st.dictionaries(NAMES, st.sampled_from([None, "x = y", "z = w:v"]), max_size=3), max_size=3))
def test_first_on_the_path_counts(
    tmp_path_factory: pytest.TempPathFactory, folders: list[dict[str, str | None]]
) -> None:
    """Of distributions of one name, however it is written, the first on the path counts, with or without points."""
    root = tmp_path_factory.mktemp("path")
    for number, content in enumerate(folders):
        (root / str(number)).mkdir()
        taken: set[str] = set()
        for name, point in content.items():
            if (same := name.lower().replace(".", "_")) not in taken:  # within a folder the order is the system's
                taken.add(same)
                install(root / str(number), name, f"[{GROUP}]\n{point}" if point else None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [*(str(root / str(number)) for number in range(len(folders))), str(root / "none")])
        assert found() == expected()


def test_archives_and_eggs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules outside plain folders are found as well."""
    install(tmp_path / "content", "zipped", f"[{GROUP}]\na = b")
    with ZipFile(tmp_path / "some.zip", "w") as archive:
        for path in (tmp_path / "content").rglob("*"):
            archive.write(path, path.relative_to(tmp_path / "content"))
    egg = tmp_path / "laid-2.0.egg" / "EGG-INFO"
    egg.mkdir(parents=True)
    egg.joinpath("PKG-INFO").write_text("Metadata-Version: 2.1\nName: laid\nVersion: 2.0\n")
    egg.joinpath("entry_points.txt").write_text(f"[{GROUP}]\nc = d")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "some.zip"), str(egg.parent)])
    assert found() == expected() == [("a", "b", "zipped", "1.0"), ("c", "d", "laid", "2.0")]


def test_long_and_odd_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file may be long, and what should be one may be a folder."""
    points = "".join(f"name{number} = some.module:attribute\n" for number in range(5000))
    install(tmp_path, "long", f"[{GROUP}]\n{points}")
    install(tmp_path, "odd", None)
    (tmp_path / "odd-1.0.dist-info" / "entry_points.txt").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert len(found()) == 5000


def test_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty entry of the path is the current folder."""
    install(tmp_path, "here", f"[{GROUP}]\na = b")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [""])
    assert found() == expected() == [("a", "b", "here", "1.0")]


@pytest.mark.parametrize("fields", ["Name: made\nVersion: 3\n", "Summary: nothing else\n"])
def test_finder_of_somebody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fields: str) -> None:
    """Distributions that a finder in `sys.meta_path` knows of are found, and the others with them."""

    class Made(metadata.Distribution):
        def read_text(self, filename: str) -> str | None:
            return {"METADATA": fields, "entry_points.txt": f"[{GROUP}]\nx = y"}.get(filename)

        def locate_file(self, path: object) -> Path:
            raise NotImplementedError

    class Finder(DistributionFinder):
        def find_distributions(self, context: object = None) -> Iterable[metadata.Distribution]:
            return [Made(), Made()]

    install(tmp_path, "plain", f"[{GROUP}]\na = b")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder()])
    made = ("made", "3") if "made" in fields else ("", "")
    assert found() == [("a", "b", "plain", "1.0"), ("x", "y", *made)]


def test_does_not_import_importlib_metadata() -> None:
    """The common case does without `importlib.metadata`."""
    import subprocess

    program = (
        "import sys; from pluginkit._load.entrypoints import find; before = set(sys.modules); find('x');"
        "print('importlib.metadata' in set(sys.modules) - before)"
    )
    path = str(Path(sys.modules["pluginkit"].__path__[0]).parent)
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {path!r}); {program}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("value", "result"), [("os", "os"), ("os:path.join", "join"), (" os : path.join [extra]", "join")]
)
def test_load(value: str, result: str) -> None:
    """An entry point refers to a module, or to an attribute of one; extras are passed over."""
    assert EntryPoint("p", value, "g", Distribution("d", "1")).load().__name__ == result
