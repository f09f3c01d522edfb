"""Files are written all or none, whole, and as what they are: with mode, owner and links."""

from __future__ import annotations

import os
import random
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from pluginkit.cli import _files
from pluginkit.cli._files import Change, FilesError, replace_file, restore, write_all

if TYPE_CHECKING:
    from collections.abc import Callable


def contents(folder: Path) -> dict[str, bytes]:
    """Return what is in all files of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_files_are_written(tmp_path: Path) -> None:
    """Folders that are missing are made, and nothing else is left."""
    (tmp_path / "old").write_bytes(b"old")
    write_all([Change(tmp_path / "old", b"new", b"old"), Change(tmp_path / "a" / "b" / "c", b"made")])
    assert contents(tmp_path) == {"old": b"new"}
    assert contents(tmp_path / "a" / "b") == {"c": b"made"}


def test_text_is_written_with_its_line_ends(tmp_path: Path) -> None:
    """In the encoding that is asked for."""
    replace_file(tmp_path / "file", "ä\r\n\n", "latin-1")
    assert contents(tmp_path) == {"file": b"\xe4\r\n\n"}


@pytest.mark.parametrize("mode", [0o755, 0o640, 0o4711])
def test_the_mode_stays(tmp_path: Path, mode: int) -> None:
    """Of a file that is replaced; a new one gets that of any new file."""
    path, new, plain = tmp_path / "file", tmp_path / "new", tmp_path / "plain"
    path.write_bytes(b"old")
    path.chmod(mode)
    write_all([Change(path, b"new"), Change(new, b"new")])
    plain.touch()
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert new.stat().st_mode == plain.stat().st_mode


@pytest.mark.parametrize("refused", [False, True])
def test_the_owner_stays_where_that_is_possible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, refused: bool
) -> None:
    """Who may not give a file away keeps it."""
    asked: list[tuple[int, int]] = []

    def chown(path: object, user: int, group: int) -> None:
        asked.append((user, group))
        if refused:
            raise PermissionError

    monkeypatch.setattr(os, "chown", chown)
    path = tmp_path / "file"
    path.write_bytes(b"old")
    write_all([Change(path, b"new")])
    status = path.stat()
    assert asked == [(-1, status.st_gid), (status.st_uid, -1)][: 1 if refused else 2]
    assert path.read_bytes() == b"new"


def test_systems_without_owners(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some have none."""
    monkeypatch.delattr(os, "chown")
    path = tmp_path / "file"
    path.write_bytes(b"old")
    write_all([Change(path, b"new")])
    assert path.read_bytes() == b"new"


def test_the_target_of_a_link_is_written(tmp_path: Path) -> None:
    """The link stays one, also where it leads to nothing yet."""
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "dangling").symlink_to("made")
    write_all([Change(tmp_path / "link", b"new", b"old"), Change(tmp_path / "dangling", b"new")])
    assert contents(tmp_path) == {"file": b"new", "link": b"new", "dangling": b"new", "made": b"new"}
    assert (tmp_path / "link").readlink() == Path("file")
    assert (tmp_path / "dangling").readlink() == Path("made")


def test_several_names_of_a_file_stay_names_of_one(tmp_path: Path) -> None:
    """A shorter content as well as a longer one; and it is written once, if both names are given."""
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_bytes(b"old")
    second.hardlink_to(first)
    for new in (b"longer", b"s"):
        write_all([Change(first, new), Change(second, new)])
        assert first.samefile(second)
        assert contents(tmp_path) == {"first": new, "second": new}


def test_one_file_cannot_become_two(tmp_path: Path) -> None:
    """Two names of one file with two contents are a mistake."""
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "link").symlink_to("file")
    with pytest.raises(FilesError) as caught:
        write_all([Change(tmp_path / "file", b"1"), Change(tmp_path / "link", b"2")])
    assert (
        str(caught.value)
        == f"'{tmp_path / 'file'}' and '{tmp_path / 'link'}' are one file, which would have to be two [PK821]"
    )
    assert contents(tmp_path) == {"file": b"old", "link": b"old"}


def test_a_file_that_has_changed_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written: before the files are prepared, and after."""
    for name in "ab":
        (tmp_path / name).write_bytes(b"old")
    changes = [Change(tmp_path / "a", b"new", b"old"), Change(tmp_path / "b", b"new", b"other")]
    with pytest.raises(FilesError, match=r"'.*b' has changed since it was read"):
        write_all(changes)
    assert contents(tmp_path) == {"a": b"old", "b": b"old"}
    write = _files._write_beside

    def write_and_change(target: Path, content: bytes, status: os.stat_result | None) -> Path:
        (tmp_path / "a").write_bytes(b"other")
        return write(target, content, status)

    monkeypatch.setattr(_files, "_write_beside", write_and_change)
    with pytest.raises(FilesError, match=r"'.*a' has changed since it was read"):
        write_all(changes[:1])
    assert contents(tmp_path) == {"a": b"other", "b": b"old"}


def test_what_is_not_a_file_or_read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused, and what comes before it is not written; folders that were made go again."""
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(FilesError, match=r"'.*' is not a file"):
        write_all([Change(tmp_path / "file", b"new"), Change(tmp_path / "a" / "b", b"new"), Change(tmp_path, b"")])
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(FilesError, match=r"'.*file' is read-only"):
        write_all([Change(tmp_path / "c" / "b", b"new"), Change(tmp_path / "file", b"new")])
    assert contents(tmp_path) == {"file": b"old"}
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    """The error names it."""
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(FilesError) as caught:
        write_all([Change(tmp_path / "file", b"new"), Change(tmp_path / "file" / "below", b"new")])
    assert str(caught.value).startswith(f"'{tmp_path / 'file'}") or "cannot be written" in str(caught.value)
    assert contents(tmp_path) == {"file": b"old"}


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_goes_wrong_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Replaced files, shared ones and new ones, whichever of them fails; and an interruption too."""
    for fails in range(1, 5):
        folder = tmp_path / str(fails)
        folder.mkdir()
        (folder / "a").write_bytes(b"old")
        (folder / "b").write_bytes(b"old")
        (folder / "c").hardlink_to(folder / "b")
        changes = [Change(folder / "a", b"new"), Change(folder / "b", b"new"), Change(folder / "d" / "e", b"new")]
        changes.append(Change(folder / "f", b"new"))
        put_or_fail = _failing(fails, error)

        with monkeypatch.context() as patch:
            patch.setattr(_files, "_put_into_place", put_or_fail)
            with pytest.raises((FilesError, KeyboardInterrupt)):
                write_all(changes)
        assert contents(folder) == {"a": b"old", "b": b"old", "c": b"old"}
        assert (folder / "b").samefile(folder / "c")
        assert not (folder / "d").exists()


def _failing(fails: int, error: BaseException) -> Callable[[_files._Prepared], None]:
    """Return what puts files into place, and fails after some of them."""
    put, count = _files._put_into_place, iter(range(1, 9))

    def put_or_fail(each: _files._Prepared) -> None:
        now = next(count) == fails
        if now and fails == 1:
            raise error  # before anything has happened
        put(each)
        if now:
            raise error

    return put_or_fail


def test_what_cannot_be_taken_back_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the error that made it necessary; a folder that others use meanwhile stays."""

    def fail(*_: object) -> NoReturn:
        raise OSError(5, "Input/output error", "there")

    def put(each: _files._Prepared) -> None:
        each.target.write_bytes(b"new")
        (tmp_path / "made" / "other").touch()
        fail()

    (tmp_path / "a").write_bytes(b"old")
    monkeypatch.setattr(_files, "_put_into_place", put)
    monkeypatch.setattr(_files, "_bring_back", fail)
    with pytest.raises(FilesError) as caught:
        write_all([Change(tmp_path / "a", b"new"), Change(tmp_path / "made" / "b", b"new")])
    place = tmp_path / "a"
    assert (
        str(caught.value)
        == f"'there' cannot be written: Input/output error; '{place}' could not be brought back [PK821]"
    )
    assert contents(tmp_path / "made") == {"other": b""}


def test_an_error_without_a_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system does not always say which file it is about."""

    def fail(*_: object) -> NoReturn:
        raise OSError("odd")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(FilesError) as caught:
        write_all([Change(tmp_path / "a", b"new")])
    assert str(caught.value) == "'a file' cannot be written: odd [PK821]"
    assert contents(tmp_path) == {}


def test_what_killed_processes_have_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What they had prepared goes with the next run, that of others stays; a file they were writing is restored."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    left = [".a[.x.pluginkit-new", f".a[.{done.pid}.pluginkit-new", f".a[.{os.getppid()}.pluginkit-new"]
    left += [".a[.1.pluginkit-new", f".a[.{os.getpid()}.pluginkit-new"]
    for name in left:
        (tmp_path / name).touch()
    monkeypatch.setattr(os, "kill", _kill_unless_first(os.kill))
    write_all([Change(tmp_path / "a[", b"new")])
    assert contents(tmp_path).keys() == {"a[", left[0], left[2], left[3]}
    (tmp_path / left[1]).touch()
    monkeypatch.setattr(os, "name", "other")
    write_all([Change(Path(f"{tmp_path}/a["), b"newer")])
    assert contents(tmp_path).keys() == {"a[", *left[:4]}
    (tmp_path / "link").hardlink_to(tmp_path / "a[")
    (tmp_path / ".a[.pluginkit-saved").write_bytes(b"old")
    restore(tmp_path / "a[")
    restore(tmp_path / "a[")
    assert (tmp_path / "link").read_bytes() == b"old"
    assert not (tmp_path / ".a[.pluginkit-saved").exists()


def _kill_unless_first(kill: object) -> object:
    def ask(process: int, number: int) -> None:
        if process == 1:
            raise PermissionError
        kill(process, number)  # type: ignore[operator]

    return ask


WRITER = """
import os, sys
from pathlib import Path
from pluginkit.cli._files import Change, restore, write_all
folder = Path(sys.argv[1])
paths = [folder / f"{number}.py" for number in range(12)] + [folder / "link.py"]
for _ in sys.stdin:
    process = os.fork()
    if process:
        print(process, flush=True)
        os.waitpid(process, 0)
        print("ended", flush=True)
        continue
    while True:
        for content in (b"a" * 20_000, b"b" * 20_000):
            restore(folder / "link.py")
            write_all([Change(path, content) for path in paths])
"""
KILLED = 300


def test_a_killed_process_leaves_every_file_whole(tmp_path: Path) -> None:
    """Whenever it is killed: each file has its old content or its new one, and none is lost.

    One that has several names may be half written; its old content is beside it then, and the next run restores it.
    """
    names = [f"{number}.py" for number in range(12)]
    whole = (b"a" * 20_000, b"b" * 20_000)
    for name in [*names, "link.py"]:
        (tmp_path / name).write_bytes(whole[0])
    (tmp_path / "other.py").hardlink_to(tmp_path / "link.py")
    chance = random.Random(1)  # noqa: S311 - it is the same in every run
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdin is not None
        assert starter.stdout is not None
        for _ in range(KILLED):
            starter.stdin.write("start\n")
            starter.stdin.flush()
            process = int(starter.stdout.readline())
            time.sleep(chance.random() / 40)
            os.kill(process, signal.SIGKILL)
            assert starter.stdout.readline() == "ended\n"
            assert [(tmp_path / name).read_bytes() in whole for name in names] == [True] * len(names)
            restore(tmp_path / "link.py")
            assert (tmp_path / "link.py").read_bytes() in whole
    write_all([Change(tmp_path / name, whole[1]) for name in [*names, "link.py"]])
    assert contents(tmp_path) == dict.fromkeys([*names, "link.py", "other.py"], whole[1])
