"""The command line on other systems: paths as Windows and macOS write them, and consoles with old encodings."""

from __future__ import annotations

import io
import ntpath
import posixpath
import sys
from typing import TYPE_CHECKING, Any

import pytest

from pluginkit.cli import main
from pluginkit.cli._paths import file_meant

if TYPE_CHECKING:
    from pathlib import Path

FILE = r"C:\work\plug\plugin.py"


@pytest.mark.parametrize(
    "said",
    [
        r"plug\plugin.py",
        "plug/plugin.py",
        r".\plug\plugin.py",
        r"C:\work\plug\plugin.py",
        r"c:\work\plug\plugin.py",
        r"c:\Work\Plug\PLUGIN.PY",
        r"C:\work\other\..\plug\plugin.py",
        "c:/work/plug/plugin.py",
    ],
)
def test_paths_of_windows(said: str) -> None:
    """A checker may write a path relative to the folder, with other separators, or in another case."""
    assert file_meant(said, [r"C:\work\a.py", FILE], r"C:\work", ntpath) == FILE


@pytest.mark.parametrize(
    "said", [r"D:\work\plug\plugin.py", "plugin.py", r"more\plug\plugin.py", r"\\host\plug\plugin.py"]
)
def test_other_paths_of_windows(said: str) -> None:
    """A file with the same name in another place is another file."""
    assert file_meant(said, [FILE], r"C:\work", ntpath) == said


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("plug/plugin.py", "/work/plug/plugin.py"),
        ("../work/plug/plugin.py", "/work/plug/plugin.py"),
        ("plugin.py", "plugin.py"),
        ("Plug/plugin.py", "Plug/plugin.py"),
    ],
)
def test_paths_of_other_systems(said: str, wanted: str) -> None:
    """Elsewhere the case of a path counts, and a path that only ends alike is another one."""
    assert file_meant(said, ["/work/plug/plugin.py"], "/work", posixpath) == wanted


def test_one_file_under_two_names(tmp_path: Path) -> None:
    """A path that leads through a link, as macOS has them for temporary folders, is that of the same file."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "plugin.py").touch()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    linked = str(tmp_path / "link" / "plugin.py")
    assert file_meant("plugin.py", [str(tmp_path / "other.py"), linked], str(tmp_path / "real")) == linked


CYCLE = """
from typing import Protocol
from pluginkit import Registry, hookimpl, hookspec

class Spec(Protocol):
    @hookspec
    def parts(self, *, number: int) -> int: ...

class A:
    @hookimpl(Spec.parts, before="b")
    def parts(self, number: int) -> int: ...

class B:
    @hookimpl(Spec.parts, before="a")
    def parts(self, number: int) -> int: ...

def registry():
    made = Registry(Spec)
    made.register(A(), "a")
    made.register(B(), "b")
    return made
"""


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp437", "ascii", "latin-1", "utf-16"])
def test_any_encoding_of_a_console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    """What an encoding lacks is written in other characters: a message with an arrow is shown by any console."""
    (tmp_path / "host_with_cycle.py").write_text(CYCLE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    streams: list[Any] = [io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2)]
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    status = main(["check", "host_with_cycle:registry"])
    sys.modules.pop("host_with_cycle", None)
    shown = ""
    for stream in streams:
        stream.flush()
        shown += stream.buffer.getvalue().decode(encoding)
    arrow = "→" if encoding.startswith("utf") else "->"
    assert status != 0
    assert f"a {arrow} b" in shown or f"b {arrow} a" in shown


def test_other_characters_are_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A character that has no other spelling is written as Python escapes it."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stderr", stream)
    assert main(["explain", "no_such_module_é:registry", "parts"]) == 2
    stream.flush()
    assert "no_such_module_\\xe9" in stream.buffer.getvalue().decode("ascii")  # type: ignore[attr-defined]


def test_streams_of_another_kind_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program may have replaced its streams."""
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert main(["explain", "no_such_module:registry", "parts"]) == 2
