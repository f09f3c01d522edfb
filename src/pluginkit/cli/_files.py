"""Files are written here and nowhere else: all of a run, or none, and nobody finds half of one.

A run prepares every file beside its place, checks that nothing has changed meanwhile, and then puts one after the
other into place. What goes wrong up to the last one is taken back. A process that is killed in between leaves every
file whole: some new, the others as they were. Links stay links: the file that a symbolic link leads to is written, and
one that has several names (hard links) is written in place, since another one would have only one of them; its old
content stands beside it for that moment, and `restore` puts it back after a kill.

This module knows nothing of what is in the files.
"""

from __future__ import annotations

import contextlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pluginkit._errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PREPARED = "pluginkit-new"
_SAVED = "pluginkit-saved"
_BINARY = getattr(os, "O_BINARY", 0)


class FilesError(CommandError):
    """Files cannot be written; none was."""


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is to be written.

    Attributes:
        path: Where.
        new: What will be in it.
        old: What was in it when it was read; None for a file that is new, or whose content does not matter.
    """

    path: Path
    new: bytes
    old: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A file that is ready to be put into place.

    Attributes:
        target: Its place, links followed.
        temporary: Where it is meanwhile.
        new: What is in it.
        before: What is in its place; None if there is nothing.
        is_shared: Whether its place has several names.
    """

    target: Path
    temporary: Path
    new: bytes
    before: bytes | None
    is_shared: bool


def replace_file(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write one file; the ends of its lines stay what they are."""
    write_all([Change(path, text.encode(encoding))])


def write_all(changes: Iterable[Change]) -> None:
    """Write some files, or none of them.

    Args:
        changes: The files. Folders that are missing are made.

    Raises:
        FilesError: One of them cannot be written, or has changed since it was read.
    """
    prepared: list[_Prepared] = []
    started: list[_Prepared] = []
    folders: list[Path] = []
    try:
        for change in _distinct(changes):
            folders += _make_folders(_target(change.path).parent)
            prepared.append(_prepare(change))
        for each in prepared:
            _check_unchanged(each)
        for each in prepared:
            started.append(each)
            _put_into_place(each)
    except OSError as error:
        message = f"'{error.filename or 'a file'}' cannot be written: {error.strerror or error}"
        raise FilesError(message + _take_back(prepared, started, folders), "PK821") from error
    except BaseException:
        _take_back(prepared, started, folders)
        raise


def restore(path: Path) -> None:
    """Put back what was in a file with several names, if a process was killed while it wrote it."""
    target = _target(path)
    saved = _beside(target, _SAVED)
    if saved.exists():
        _write_in_place(target, saved.read_bytes())
        saved.unlink()


def identity(path: Path) -> tuple[int, int]:
    """Return what two names of one file have in common."""
    status = path.stat()
    return status.st_dev, status.st_ino


# -- preparing --------------------------------------------------------------------------------------------------------


def _target(path: Path) -> Path:
    """Return the place that a path leads to."""
    return path.resolve()


def _beside(target: Path, kind: str) -> Path:
    return target.with_name(f".{target.name}.{kind}")


def _distinct(changes: Iterable[Change]) -> Sequence[Change]:
    """Return one change for each file, by whichever names it is known.

    Raises:
        FilesError: A file is to become two things.
    """
    found: dict[object, Change] = {}
    for change in changes:
        key = identity(change.path) if change.path.exists() else _target(change.path)
        present = found.setdefault(key, change)
        if present.new != change.new:
            raise FilesError(f"'{present.path}' and '{change.path}' are one file, which would have to be two", "PK821")
    return list(found.values())


def _make_folders(folder: Path) -> list[Path]:
    """Make a folder and those above it, and return the ones that were missing."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing[::-1]


def _prepare(change: Change) -> _Prepared:
    target = _target(change.path)
    before, status = _content(change.path, target)
    if change.old is not None and before != change.old:
        raise FilesError(f"'{change.path}' has changed since it was read", "PK821")
    is_shared = status is not None and status.st_nlink > 1
    content = before if is_shared and before is not None else change.new  # a shared file is saved, and then written
    return _Prepared(target, _write_beside(target, content, status), change.new, before, is_shared)


def _content(path: Path, target: Path) -> tuple[bytes | None, os.stat_result | None]:
    """Return what is in a file, and its status; nothing of either, if it is not there yet."""
    if not target.exists():
        return None, None
    status = target.stat()
    if not stat.S_ISREG(status.st_mode):
        raise FilesError(f"'{path}' is not a file", "PK821")
    if not os.access(target, os.W_OK):
        raise FilesError(f"'{path}' is read-only", "PK821")
    return target.read_bytes(), status


def _write_beside(target: Path, content: bytes, status: os.stat_result | None) -> Path:
    """Write a file of its own beside another one, with its mode and, where that is possible, its owner."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}.{_PREPARED}")
    _remove_abandoned(target)
    try:
        mode = 0o666 if status is None else 0o600  # not more than its place allows, while it has no mode of its own
        with open(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | _BINARY, mode), "wb") as file:  # noqa: PTH123
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if status is not None:
            _copy_owner(temporary, status)
            temporary.chmod(stat.S_IMODE(status.st_mode))
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _copy_owner(path: Path, status: os.stat_result) -> None:
    if hasattr(os, "chown"):
        with contextlib.suppress(PermissionError):  # only root may give files away; a group may be allowed alone
            os.chown(path, -1, status.st_gid)
            os.chown(path, status.st_uid, -1)


def _remove_abandoned(target: Path) -> None:
    """Remove what processes that were killed have prepared."""
    for path in target.parent.glob(f".{_escaped(target.name)}.*.{_PREPARED}"):
        process = path.name.split(".")[-2]
        if process.isdecimal() and not _is_running(int(process)):
            path.unlink(missing_ok=True)


def _escaped(name: str) -> str:
    return "".join(f"[{each}]" if each in "*?[" else each for each in name)


def _is_running(process: int) -> bool:
    """Tell whether a process is running; where that cannot be asked without harm, every other one is."""
    if process == os.getpid():
        return False  # it is this one, and has not prepared anything yet
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


# -- putting into place -----------------------------------------------------------------------------------------------


def _check_unchanged(each: _Prepared) -> None:
    if (each.target.read_bytes() if each.target.exists() else None) != each.before:
        raise FilesError(f"'{each.target}' has changed since it was read", "PK821")


def _put_into_place(each: _Prepared) -> None:
    if not each.is_shared:
        each.temporary.replace(each.target)
        return
    saved = _beside(each.target, _SAVED)
    each.temporary.replace(saved)
    _write_in_place(each.target, each.new)
    saved.unlink()


def _write_in_place(target: Path, content: bytes) -> None:
    with target.open("r+b") as file:
        file.write(content)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _take_back(prepared: Sequence[_Prepared], started: Sequence[_Prepared], folders: Sequence[Path]) -> str:
    """Bring back what was there before, and return what is to be said of files for which that fails."""
    failed: list[str] = []
    for each in prepared:
        each.temporary.unlink(missing_ok=True)
    for each in reversed(started):
        try:
            _bring_back(each)
        except OSError:
            failed.append(f"'{each.target}'")
    for folder in sorted(set(folders), key=lambda each: len(each.parts), reverse=True):
        with contextlib.suppress(OSError):  # something else was put there meanwhile
            folder.rmdir()
    return f"; {', '.join(failed)} could not be brought back" if failed else ""


def _bring_back(each: _Prepared) -> None:
    if each.before is None:
        each.target.unlink(missing_ok=True)
    elif each.target.read_bytes() != each.before:
        if each.is_shared:
            _write_in_place(each.target, each.before)
        else:
            _write_beside(each.target, each.before, each.target.stat()).replace(each.target)
    _beside(each.target, _SAVED).unlink(missing_ok=True)
