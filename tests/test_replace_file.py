"""Replacing a file in one step: links, modes, threads, and folders that nobody may write to."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pluginkit._files import replace_file


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What a link leads to is replaced, through several links as well, and in another folder."""
    (tmp_path / "real").mkdir()
    real, first, second = tmp_path / "real" / "x.py", tmp_path / "first.py", tmp_path / "second.py"
    real.write_text("old\n")
    first.symlink_to(real)
    second.symlink_to(first)
    replace_file(second, "new\n")
    assert (second.readlink(), first.readlink(), real.read_text()) == (first, real, "new\n")
    assert list(real.parent.iterdir()) == [real]


def test_a_dangling_link_leads_to_the_new_file(tmp_path: Path) -> None:
    """A link to a file that does not exist yet leads to it afterwards."""
    (tmp_path / "link.py").symlink_to(tmp_path / "made" / "x.py")
    replace_file(tmp_path / "link.py", "new\n")
    assert (tmp_path / "made" / "x.py").read_text() == "new\n"


@pytest.mark.parametrize("mode", [0o755, 0o600, 0o444])
def test_a_file_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    """A script stays executable, and what is private stays private."""
    path = tmp_path / "x.py"
    path.write_text("old\n")
    path.chmod(mode)
    replace_file(path, "new\n")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new\n", mode)


def test_threads_do_not_share_a_temporary_file(tmp_path: Path) -> None:
    """Whoever writes last, one of the texts is in the file as a whole, and nothing else is in the folder."""
    path = tmp_path / "x.py"
    texts = [f"{number}\n" * 1000 for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda text: [replace_file(path, text) for _ in range(10)], texts))
    assert path.read_text() in texts
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_nobody_may_write_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error of the system is raised, and the file is as it was."""
    path = tmp_path / "x.py"
    path.write_text("old\n")

    def refuse(self: Path, *_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "write_text", refuse)
    with pytest.raises(PermissionError):
        replace_file(path, "new\n")
    assert (path.read_text(), list(tmp_path.iterdir())) == ("old\n", [path])
