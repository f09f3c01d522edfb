"""Hook calls on the executors that people have; `python -m nox -s scale_out` runs this, with Dask and Ray."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import os
import sys
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING

import pytest
from jobs import Jobs, JobSpec

from pluginkit import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TEXTS = [str(number) for number in range(200)]


@cache
def registry() -> Registry[JobSpec]:
    """Return the registry of this process."""
    made = Registry(JobSpec)
    made.register(Jobs())
    return made


def say(text: str) -> list[str]:
    """Call a hook."""
    return registry().hook.do(action="say", detail=text)


def say_all(texts: list[str]) -> list[list[str]]:
    """Call it for several texts."""
    return [say(text) for text in texts]


def die(text: str) -> list[str]:
    """Let a plugin end its process."""
    return registry().hook.do(action="mark_and_die", detail=text)


def fail(text: str) -> list[str]:
    """Let a plugin raise an exception."""
    return registry().hook.do(action="raise", detail=text)


def warm() -> None:
    """Make the registry before the first call."""
    registry()


EXECUTORS: dict[str, Callable[[], Executor]] = {
    "threads": ThreadPoolExecutor,
    **{
        method: partial(ProcessPoolExecutor, 2, multiprocessing.get_context(method), warm)
        for method in multiprocessing.get_all_start_methods()
    },
}
if hasattr(concurrent.futures, "InterpreterPoolExecutor"):
    EXECUTORS["subinterpreters"] = partial(concurrent.futures.InterpreterPoolExecutor, initializer=warm)


@contextmanager
def dask() -> Iterator[Executor]:
    """Return the executor of a Dask cluster."""
    from dask import config
    from dask.distributed import Client, LocalCluster

    config.set({"distributed.scheduler.allowed-failures": 0})
    with LocalCluster(n_workers=2, dashboard_address=None) as cluster, Client(cluster) as client:
        yield client.get_executor()


@pytest.mark.parametrize("executor", EXECUTORS.values(), ids=EXECUTORS.keys())
def test_executors_of_python(executor: Callable[[], Executor]) -> None:
    """The same function and the same registry work on each, and notes of exceptions survive."""
    with executor() as running:
        assert list(running.map(say, TEXTS, chunksize=50)) == [[text] for text in TEXTS]
        error = running.submit(fail, "no").exception()
    assert isinstance(error, ValueError)
    assert any(note.startswith("in hook JobSpec.do, plugin 'Jobs'") for note in error.__notes__)


def test_a_process_pool_breaks(tmp_path: os.PathLike[str]) -> None:
    """A plugin that ends its process breaks the pool for every later call."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as running:
        assert running.submit(say, "x").result() == ["x"]
        assert isinstance(running.submit(die, f"{tmp_path}/ran").exception(), BrokenProcessPool)
        with pytest.raises(BrokenProcessPool):
            running.submit(say, "x")


@pytest.mark.filterwarnings("ignore")  # what Dask says of its own dependencies
def test_dask(tmp_path: os.PathLike[str]) -> None:
    """Dask runs the same function; a plugin that ends its worker fails one call, and the cluster goes on."""
    with dask() as running:
        assert list(running.map(say_all, [TEXTS[:100], TEXTS[100:]])) == [say_all(TEXTS[:100]), say_all(TEXTS[100:])]
        error = running.submit(die, f"{tmp_path}/ran").exception()
        assert type(error).__name__ == "KilledWorker"
        assert running.submit(say, "x").result() == ["x"]
        with open(f"{tmp_path}/ran", encoding="utf-8") as file:  # noqa: PTH123 - the path is a text here
            assert file.read() == "ran\n"


@pytest.mark.filterwarnings("ignore")  # what Ray says of its own dependencies
def test_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray runs the same function."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))  # its workers do not get it otherwise
    from ray.util.multiprocessing import Pool

    with Pool(2, initializer=warm) as running:
        assert running.map(say, TEXTS, chunksize=50) == [[text] for text in TEXTS]


def test_isolated_plugins_go_on(tmp_path: os.PathLike[str]) -> None:
    """Threads with an isolated plugin lose the one call whose plugin ended its process."""
    from pluginkit.isolated import WorkerDied, isolated  # late: msgspec does not load in subinterpreters

    made = Registry(JobSpec)
    with isolated(JobSpec, "jobs:Jobs", workers=2) as plugin, ThreadPoolExecutor(4) as running:
        made.register(plugin)
        call = made.hook.do
        lost = running.submit(call, action="mark_and_die", detail=f"{tmp_path}/ran")
        others = [running.submit(call, action="say", detail=text) for text in TEXTS]
        assert [other.result() for other in others] == [[text] for text in TEXTS]
        assert isinstance(lost.exception(), WorkerDied)
