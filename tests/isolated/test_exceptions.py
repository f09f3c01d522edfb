"""Exceptions that cross: as data, whatever they are, and without running anything."""

from __future__ import annotations

import builtins
import pickle
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluginkit.isolated import IsolationError, RemoteError, RemoteTraceback, WorkerDied, WorkerTimeout
from pluginkit.isolated._exceptions import pack, unpack
from pluginkit.isolated._wire import ENCODER, Raised

BUILTIN = sorted(
    (kind for kind in vars(builtins).values() if isinstance(kind, type) and issubclass(kind, BaseException)),
    key=lambda kind: kind.__name__,
)


def crossed(error: BaseException) -> BaseException:
    """Return an exception as the host gets it."""
    return unpack(msgspec.msgpack.decode(ENCODER.encode(pack(error)), type=Raised))


class SilentError(Exception):
    """An exception that cannot be shown."""

    def __str__(self) -> str:
        raise RuntimeError("no")


class LockError(Exception):
    """An exception that holds something that is not data."""


ARGUMENTS = st.lists(
    st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.binary(), st.builds(object)), max_size=3
)


@given(kind=st.sampled_from(BUILTIN), arguments=ARGUMENTS, notes=st.lists(st.text(), max_size=2))
def test_every_builtin_exception_crosses(kind: type[BaseException], arguments: list[Any], notes: list[str]) -> None:
    """What arrives is an `Exception` with the same text and notes: of the same class, or one that names it."""
    try:
        error = kind(*arguments)
    except Exception:
        return
    for note in notes:
        error.add_note(note)
    packed = pack(error)
    found = crossed(error)
    assert isinstance(found, Exception)
    assert type(found) is type(error) or isinstance(found, RemoteError)
    if isinstance(found, RemoteError):
        assert (found.type_name, found.text) == (packed.type_name, packed.text)
    else:
        assert str(found) == str(error)
    assert getattr(found, "__notes__", []) == [note.encode(errors="backslashreplace").decode() for note in notes]
    assert isinstance(found.__cause__, RemoteTraceback)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("x"),
        KeyError("x"),
        FileNotFoundError(2, "No such file or directory", "a.txt"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
        StopIteration(3),
        RuntimeError(),
    ],
)
def test_plain_ones_keep_their_class(error: Exception) -> None:
    """Builtin exceptions made of data are made again."""
    found = crossed(error)
    assert type(found) is type(error)
    assert str(found) == str(error)


@pytest.mark.parametrize(
    ("error", "name", "text"),
    [
        (SystemExit(3), "SystemExit", "3"),
        (KeyboardInterrupt(), "KeyboardInterrupt", ""),
        (LockError(object), "test_exceptions.LockError", "<class 'object'>"),
        (SilentError(), "test_exceptions.SilentError", "<exception str() failed>"),
        (ValueError(object), "ValueError", "<class 'object'>"),
        (ValueError(2**70), "ValueError", str(2**70)),
        (ValueError("\ud800"), "ValueError", "\\ud800"),
        (ExceptionGroup("several", [ValueError("x")]), "ExceptionGroup", "several (1 sub-exception)"),
        (Exception("x" * 200_000), "Exception", "x" * 100_000),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_others_are_told(error: BaseException, name: str, text: str) -> None:
    """What is not builtin, not for the host, or not data becomes a RemoteError."""
    found = crossed(error)
    assert isinstance(found, RemoteError)
    assert (found.type_name, found.text) == (name, text)
    assert str(found) == (f"{name}: {text}" if text else name)


def test_what_a_worker_claims_is_not_trusted() -> None:
    """A name that is not an exception, or arguments that do not make one, give a RemoteError; nothing else is made."""
    for name in ("eval", "print", "os.system", "__import__", "object", "BaseException"):
        found = unpack(Raised(name, "text", ("1",), (), ""))
        assert isinstance(found, RemoteError)
    assert isinstance(unpack(Raised("UnicodeDecodeError", "text", ("1",), (), "")), RemoteError)
    assert isinstance(unpack(Raised("ValueError", "another text", ("1",), (), "")), RemoteError)


def test_a_traceback_that_cannot_be_shown() -> None:
    """An exception whose traceback cannot be formatted crosses all the same."""

    class OddError(Exception):
        @property
        def __notes__(self) -> list[str]:
            return []

        @property
        def __cause__(self) -> BaseException:  # type: ignore[override]
            raise RuntimeError("no")

    assert pack(OddError("x")).traceback == "<the traceback cannot be shown>"


def test_a_traceback_of_the_worker_itself_is_kept() -> None:
    """Frames of the worker are left out only where others follow."""
    namespace = {"__name__": "pluginkit.isolated._worker"}
    exec("def fail():\n    raise ValueError('own')", namespace)
    with pytest.raises(ValueError, match=r"^own$") as caught:
        namespace["fail"]()  # type: ignore[operator]
    error = caught.value.with_traceback(caught.value.__traceback__ and caught.value.__traceback__.tb_next)
    assert "in fail" in pack(error).traceback


@pytest.mark.parametrize(
    "error",
    [
        IsolationError("broke", "a:B", "python", "fix it"),
        WorkerDied("died", "a:B", "python"),
        WorkerTimeout("late", "a:B", "python"),
        RemoteError("a.Error", "text"),
        RemoteTraceback("text"),
    ],
)
def test_the_exceptions_can_be_pickled(error: Exception) -> None:
    """Our own exceptions survive the way between processes that others make."""
    found = pickle.loads(pickle.dumps(error))  # noqa: S301 - it is what was dumped
    assert (type(found), str(found), vars(found)) == (type(error), str(error), vars(error))


def test_texts() -> None:
    """Errors show the plugin, the environment and a hint."""
    assert str(IsolationError("broke", "a:B", "python", "fix it")) == (
        "isolated plugin 'a:B': broke [PK707]\n  environment  python\n  Hint: fix it"
    )
    assert str(RemoteTraceback("text")) == "in the worker:\ntext"
