"""Entry points: what is found is what `importlib.metadata` finds."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata
from importlib.machinery import PathFinder
from importlib.metadata import DistributionFinder, PathDistribution, distributions, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluginkit._load.entrypoints import Distribution, EntryPoint, normalised
from pluginkit._load.finding import find, groups

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

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
    return sorted((point.name, point.value, *point.distribution) for point in find(group).points)


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
    assert groups() == {GROUP}
    assert found() == [("a", "b", "plain", "1.0"), ("x", "y", *made)]


def test_does_not_import_importlib_metadata() -> None:
    """The common case does not need `importlib.metadata`."""
    program = (
        "import sys; from pluginkit._load.finding import find; before = set(sys.modules); find('x');"
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


# -- what is wrong with others ----------------------------------------------------------------------------------------

LINES = st.sampled_from(
    [
        f"[{GROUP}]",
        "[other]",
        f"[{GROUP}.more]",
        f"[{GROUP}",
        "a = m:x",
        "a = m:x",
        " b=n [extra]",
        "c = ",
        "without",
        "# comment",
        "caf\xe9 = m",
        "",
        "\ufeff",
        "d = m \u2028e = n",
    ]
)
CONTENTS = st.one_of(
    st.none(),
    st.sampled_from(["folder", "unreadable", "a link to itself", *(["a pipe"] if hasattr(os, "mkfifo") else [])]),
    st.builds(lambda lines, coding: "\n".join(lines).encode(coding), st.lists(LINES), st.just("utf-8")),
    st.builds(lambda lines: "\n".join(lines).encode("latin-1", "replace"), st.lists(LINES)),
)
METADATA = st.sampled_from(
    [None, b"", b"Metadata-Version: 2.1\nName: named\nVersion: 3\n", b"Name: caf\xe9\n", b"\x00\xff", b"Version: 1\n"]
)
FOLDERS = st.sampled_from(["a-1.0.dist-info", "b-1.0.egg-info", "~a-1.0.dist-info", "c.dist-info", "a--b-2.dist-info"])
ENTRIES = st.sampled_from(["first", "second", "absent", "\0", "\udcff", None, b"first", 3, ""])


def put(path: Path, content: bytes | str | None) -> None:
    """Put a file into a folder, or what may be there instead."""
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content == "folder":
        path.mkdir()
    elif content == "unreadable":
        path.write_text(f"[{GROUP}]\na = b")
        path.chmod(0)
    elif content == "a link to itself":
        path.symlink_to(path)
    elif content == "a pipe":
        os.mkfifo(path)


def by_metadata(info: Path, content: bytes | str | None) -> list[tuple[str, str]] | None:
    """Return what `importlib.metadata` finds in the folder of one distribution, or None if it fails."""
    if content == "a pipe":  # it would wait without end
        return []
    try:
        points = PathDistribution(info).entry_points
    except Exception:
        return None
    return [(point.name, point.value) for point in points if point.group == GROUP]


class Backport:
    """What the package `importlib_metadata` puts into `sys.meta_path` instead of what Python has there."""

    def find_distributions(self, context: object = None) -> None:
        """Fail, as it does if any distribution is broken."""
        raise KeyError(context)


Backport.__module__, Backport.__name__ = "importlib_metadata", "MetadataPathFinder"


def test_the_backport() -> None:
    """Whether somebody has imported the package `importlib_metadata` makes no difference."""
    program = "from pluginkit._load.finding import find; print(sorted(find('console_scripts').points))"
    command = [sys.executable, "-c"]
    plain = subprocess.run([*command, program], capture_output=True, text=True, check=True)
    backport = f"import importlib_metadata, importlib_metadata as m\nassert m.entry_points()\n{program}"
    assert "EntryPoint" in plain.stdout
    assert subprocess.run([*command, backport], capture_output=True, text=True, check=True).stdout == plain.stdout


@given(
    sites=st.lists(st.dictionaries(FOLDERS, st.tuples(METADATA, CONTENTS), max_size=3), min_size=2, max_size=2),
    entries=st.lists(ENTRIES, max_size=6),
    backport=st.booleans(),
)
def test_broken_environments(
    tmp_path_factory: pytest.TempPathFactory,
    sites: list[dict[str, tuple[bytes | None, bytes | str | None]]],
    entries: list[Any],
    *,
    backport: bool,
) -> None:
    """Distributions are found whatever is wrong with others; what cannot be found is reported."""
    root = tmp_path_factory.mktemp("broken")
    for site, distributions_there in zip(("first", "second"), sites, strict=True):
        for folder, (fields, content) in distributions_there.items():
            (root / site / folder).mkdir(parents=True)
            put(root / site / folder / ("PKG-INFO" if "egg" in folder else "METADATA"), fields)
            put(root / site / folder / "entry_points.txt", content)
    expected: dict[str, list[tuple[str, str]] | None] = {}
    whole = True
    for entry in dict.fromkeys(entry for entry in entries if isinstance(entry, str)):
        for info in (root / entry).iterdir() if entry in ("first", "second") and (root / entry).exists() else ():
            content = sites[("first", "second").index(entry)][info.name][1]
            expected.setdefault(key_of(info), by_metadata(info, content))
            whole = whole and content != "a pipe"
    path = [str(root / entry) if isinstance(entry, str) else entry for entry in entries]
    finders = [*sys.meta_path, Backport()] if backport else sys.meta_path
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", path)
        patch.setattr(sys, "meta_path", finders)
        done = find(GROUP)
        groups()
        patch.setattr(sys, "path", [str(root / entry) for entry in entries if entry in ("first", "second", "absent")])
        patch.setattr(sys, "meta_path", [PathFinder])
        if whole and None not in expected.values():
            found_by_python = {(point.name, point.value) for point in entry_points(group=GROUP)}
            assert {(point.name, point.value) for point in done.points} == found_by_python
    got = {
        key: {(point.name, point.value) for point in done.points if key_of(Path(point.folder)) == key}
        for key in expected
    }
    reported = {error.problems[0].location.rpartition(":")[0] for error in done.broken}
    assert {key_of(Path(place).parent) for place in reported} <= {
        key for key, points in expected.items() if points is None
    }
    assert all(error.distribution and error.plugin_name == "" for error in done.broken)
    for key, points in expected.items():
        if points is not None:
            assert got[key] == set(points)


def key_of(info: Path) -> str:
    """Return what is the same for all distributions of one name."""
    return info.name.partition(".")[0].partition("-")[0].lower()


class Broken(metadata.Distribution):
    """A distribution of somebody else's finder, with whatever is wrong with it."""

    def __init__(self, fields: str, points: Callable[[], str | None]) -> None:
        self.fields, self.points = fields, points

    def read_text(self, filename: str) -> str | None:
        """Return what is in a file."""
        return self.points() if filename == "entry_points.txt" else {"METADATA": self.fields}.get(filename)

    def locate_file(self, path: object) -> Path:
        """Return where a file is: there is none."""
        raise NotImplementedError


def failing_finder(*distributions: metadata.Distribution) -> Any:
    """Return a finder that gives some distributions, and then fails."""

    class Finder(DistributionFinder):
        def find_distributions(self, context: object = None) -> Iterator[metadata.Distribution]:
            yield from distributions
            raise OSError("no more")

    return Finder()


def test_finders_that_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong with one finder, or with one of its distributions, is an error, and harms nothing else."""
    install(tmp_path, "plain", f"[{GROUP}]\na = b")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    good = Broken("Name: good\nVersion: 2\n", lambda: f"[{GROUP}]\nwithout\nx = y")
    bad = Broken("Name: bad\nVersion: 3\n", lambda: str(1 / 0))
    odd = Broken("", lambda: f"[{GROUP}]\n# {GROUP}\n\udcff = y\n")
    monkeypatch.setattr(sys, "meta_path", [object(), failing_finder(bad, good, odd), *sys.meta_path])
    done = find(GROUP)
    assert sorted((point.name, point.distribution.name) for point in done.points) == [("a", "plain"), ("x", "good")]
    encoding = (
        "UnicodeEncodeError: 'utf-8' codec can't encode character '\\udcff' in position 26: surrogates not allowed"
    )
    assert [str(error).splitlines()[0] for error in done.broken] == [
        "distribution bad 3: cannot be read: ZeroDivisionError: division by zero [PK507]",
        "distribution good 2: 'without' is not an entry point [PK507]",
        f"distribution a distribution without a name: cannot be read: {encoding} [PK507]",
        "distribution of a finder: cannot be read: OSError: no more [PK507]",
    ]
    assert groups() == {GROUP}


def test_metadata_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution of somebody else's finder whose metadata fail has no name, and offers what it offers."""

    class Nameless(Broken):
        @property
        def metadata(self) -> Any:
            raise KeyError("METADATA")

    made = Nameless("", lambda: f"[{GROUP}]\nx = y")

    class Finder(DistributionFinder):
        def find_distributions(self, context: object = None) -> list[metadata.Distribution]:
            return [made]

    monkeypatch.setattr(sys, "meta_path", [Finder()])
    assert found() == [("x", "y", "", "")]


def test_names_that_are_the_same() -> None:
    """A name of a distribution may be written in several ways, with runs of separators as well."""
    assert {normalised(name) for name in ("A-b", "a_b", "a.B", "a--b", "a-_.b")} == {"a_b"}
