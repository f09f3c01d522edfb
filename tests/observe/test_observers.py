"""`pluginkit.observe`: timings, logs, spans, and what `PLUGINKIT_TRACE` asks for."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import subprocess
import sys
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol
from xml.etree import ElementTree as ET

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from plugins import plugin

from pluginkit import Distribution, Registry, hookimpl, hookspec
from pluginkit._call.observed import Call
from pluginkit.observe import Timing, Timings, log_calls, spans, timings
from pluginkit.observe import _trace as tracing
from pluginkit.observe._flame import flame
from pluginkit.observe._logs import Shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from opentelemetry.sdk.trace import ReadableSpan


class Spec(Protocol):
    """Hooks that call one another."""

    @hookspec
    def outer(self, *, text: str) -> str: ...

    @hookspec
    def inner(self, *, text: str) -> str: ...

    @hookspec(concurrent=True)
    async def fetch(self, *, text: str) -> str: ...


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


def nested(clock: Clock) -> Registry[Spec]:
    """Return a registry in which `a` takes a second, and calls `b`, which takes two, within a wrapper of a half."""
    registry = Registry(Spec)

    def outer(text: str) -> str:
        clock.pass_time(1)
        return registry.hook.inner(text=text)[0]

    def inner(text: str) -> str:
        clock.pass_time(2)
        if text == "bad":
            raise LookupError(text)
        return text

    def around(text: str) -> Any:
        clock.pass_time(0.25)
        try:
            return (yield)
        finally:
            clock.pass_time(0.25)

    registry.register(plugin(hookimpl.function(Spec.outer)(outer)), "a")
    registry.register(plugin(hookimpl.function(Spec.inner)(inner)), "b")
    registry.register(plugin(hookimpl.function(Spec.inner, wrapper=True)(around)), "w")
    return registry


def test_timings_are_those_of_the_own_code() -> None:
    """What a plugin calls of others counts for these, what a wrapper wraps as well; failures count once."""
    clock = Clock()
    registry, table = nested(clock), timings(clock=clock)
    with registry.observe(table):
        registry.hook.outer(text="good")
        with suppress(LookupError):
            registry.hook.outer(text="bad")
    assert list(table) == [
        Timing("b", "Spec.inner", 2, 4.0, 2.0, 1),
        Timing("a", "Spec.outer", 2, 2.0, 1.0, 0),
        Timing("w", "Spec.inner", 2, 1.0, 0.5, 0),
    ]
    assert str(table) == (
        "plugin  hook        calls  total ms   mean ms    max ms  failures\n"
        "b       Spec.inner      2  4000.000  2000.000  2000.000         1\n"
        "a       Spec.outer      2  2000.000  1000.000  1000.000         0\n"
        "w       Spec.inner      2  1000.000   500.000   500.000         0"
    )
    assert table.as_dict()["b"]["Spec.inner"] == {"calls": 2, "total": 4.0, "mean": 2.0, "max": 2.0, "failures": 1}
    assert list(table.paths()) == [
        (("a", "Spec.outer"), ("w", "Spec.inner"), ("b", "Spec.inner")),
        (("a", "Spec.outer"), ("w", "Spec.inner")),
        (("a", "Spec.outer"),),
    ]


def test_tables_do_not_disturb_one_another() -> None:
    """Two tables that observe the same calls show the same; one that comes later sees what comes later."""
    clock = Clock()
    registry, one, other, late = nested(clock), timings(clock=clock), timings(clock=clock), timings(clock=clock)
    with registry.observe(one), registry.observe(other):
        registry.hook.outer(text="good")
        with registry.observe(late, per="call"):
            registry.hook.inner(text="good")
    assert list(one) == list(other)
    assert list(late) == [Timing("", "Spec.inner", 1, 2.5, 2.5, 0)]


def test_times_at_once_overlap() -> None:
    """What runs in other tasks at the same time is not taken off twice, and no time is negative."""
    registry, table = Registry(Spec), timings()

    async def slow(text: str) -> str:
        await asyncio.sleep(0.01)
        return text

    async def around(text: str) -> Any:
        result = yield
        yield result

    for name in ("a", "b"):
        registry.register(plugin(hookimpl.function(Spec.fetch)(slow)), name)
    registry.register(plugin(hookimpl.function(Spec.fetch, wrapper=True)(around)), "w")
    with registry.observe(table):
        asyncio.run(registry.hook.fetch(text="x"))
    rows = {row.plugin_name: row.total for row in table}
    assert rows["a"] >= 0.01
    assert rows["b"] >= 0.01
    assert rows["w"] == 0.0


def test_threads_fill_one_table() -> None:
    """Calls from several threads are all counted."""
    registry, table = nested(Clock()), timings(clock=Clock())
    with registry.observe(table):
        threads = [Thread(target=lambda: [registry.hook.outer(text="x") for _ in range(50)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {row.calls for row in table} == {200}


def test_cleared_table_is_empty() -> None:
    """What was measured can be forgotten, and the table printed anywhere."""
    registry, table = nested(Clock()), timings(clock=Clock())
    with registry.observe(table):
        registry.hook.inner(text="x")
    assert list(table)
    table.clear()
    written = io.StringIO()
    table.print(written)
    assert written.getvalue() == "plugin  hook  calls  total ms  mean ms  max ms  failures\n"


def log_of(registry: Registry[Spec], level: int) -> list[str]:
    """Return what a handler of a level writes of two calls, one of which fails."""
    written = io.StringIO()
    logger = logging.Logger("test", level)  # noqa: LOG001 - of its own, so that nothing is left behind
    logger.addHandler(logging.StreamHandler(written))
    with registry.observe(log_calls(logger)):
        registry.hook.inner(text="good")
        with suppress(LookupError):
            registry.hook.inner(text="bad")
    return written.getvalue().splitlines()


def test_log_shows_calls_and_failures() -> None:
    """Each call is a line with its arguments, and each failure as well; nothing is written at a higher level."""
    registry = nested(Clock())
    assert log_of(registry, logging.DEBUG) == [
        "w: Spec.inner(text='good')",
        "b: Spec.inner(text='good')",
        "w: Spec.inner(text='bad')",
        "b: Spec.inner(text='bad')",
        "b: Spec.inner(text='bad') raised LookupError: bad",
        "w: Spec.inner(text='bad') raised LookupError: bad",
    ]
    assert log_of(registry, logging.INFO) == []


def test_log_formats_arguments_only_if_they_are_written(caplog: pytest.LogCaptureFixture) -> None:
    """An argument whose repr is costly is not shown unless a handler writes it; without a logger it is ours."""

    class Costly(str):
        __slots__ = ()

        def __repr__(self) -> str:
            raise AssertionError("nobody wants to see it")

    registry = nested(Clock())
    with registry.observe(log_calls()):
        registry.hook.inner(text=Costly("x"))
    with caplog.at_level(logging.DEBUG, "pluginkit"), registry.observe(log_calls(), per="call"):
        registry.hook.inner(text="good")
    assert caplog.messages == ["Spec.inner(text='good')"]


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    """Return what keeps spans in memory."""
    return InMemorySpanExporter()


@pytest.fixture
def observer(exporter: InMemorySpanExporter) -> Any:
    """Return the observer that makes them."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return spans(provider.get_tracer("test"))


def parents(exporter: InMemorySpanExporter) -> dict[str, str]:
    """Return the name of each span and that of its parent."""
    found: tuple[ReadableSpan, ...] = exporter.get_finished_spans()
    names = {each.context.span_id: each.name for each in found if each.context}
    return {each.name: names[each.parent.span_id] if each.parent else "" for each in found}


def test_spans_are_nested_and_say_what_is_called(observer: Any, exporter: InMemorySpanExporter) -> None:
    """Spans have the calls around them as parents, and attributes for plugin, hook and place; failures are recorded."""
    registry = nested(Clock())
    with registry.observe(observer), suppress(LookupError):
        registry.hook.outer(text="bad")
    assert parents(exporter) == {"Spec.outer a": "", "Spec.inner w": "Spec.outer a", "Spec.inner b": "Spec.inner w"}
    span = next(each for each in exporter.get_finished_spans() if each.name == "Spec.inner b")
    attributes = dict(span.attributes or {})
    line = attributes.pop("code.line.number")
    assert isinstance(line, int)
    assert attributes == {
        "pluginkit.hook": "Spec.inner",
        "pluginkit.kind": "implementation",
        "pluginkit.plugin": "b",
        "code.file.path": __file__,
    }
    assert not span.status.is_ok
    assert [event.name for event in span.events] == ["exception"]


@pytest.mark.parametrize("run", [asyncio.run, lambda coroutine: trio.run(lambda: coroutine)], ids=["asyncio", "trio"])
def test_spans_of_tasks_have_the_right_parent(
    run: Callable[..., Any], observer: Any, exporter: InMemorySpanExporter, caplog: pytest.LogCaptureFixture
) -> None:
    """Implementations that run at once are children of the call, also within an async wrapper."""
    registry = Registry(Spec)

    async def fetch(text: str) -> str:
        return text

    async def around(text: str) -> Any:
        result = yield
        yield result

    for name in ("a", "b"):
        registry.register(plugin(hookimpl.function(Spec.fetch)(fetch)), name)
    registry.register(plugin(hookimpl.function(Spec.fetch, wrapper=True)(around)), "w")
    with registry.observe(observer), registry.observe(observer, per="call"):
        run(registry.hook.fetch(text="x"))
    assert parents(exporter) == {
        "Spec.fetch": "",
        "Spec.fetch w": "Spec.fetch",
        "Spec.fetch a": "Spec.fetch w",
        "Spec.fetch b": "Spec.fetch w",
    }
    assert not caplog.records


def test_spans_of_threads_are_apart(observer: Any, exporter: InMemorySpanExporter) -> None:
    """Calls in different threads are not children of one another."""
    registry = nested(Clock())
    with registry.observe(observer):
        threads = [Thread(target=registry.hook.inner, kwargs={"text": "x"}) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert parents(exporter) == {"Spec.inner w": "", "Spec.inner b": "Spec.inner w"}


def test_span_names_the_distribution(observer: Any, exporter: InMemorySpanExporter) -> None:
    """A plugin that a distribution offers has its name and version in the attributes."""
    (impl,) = nested(Clock()).hook.outer.implementations()
    call = Call(
        "implementation", impl.spec, "a", implementation=impl, distribution_of=lambda _: Distribution("dist-a", "1.0")
    )
    with observer(call):
        pass
    (span,) = exporter.get_finished_spans()
    attributes = dict(span.attributes or {})
    assert (attributes["pluginkit.distribution"], attributes["pluginkit.version"]) == ("dist-a", "1.0")


def test_place_without_a_line_is_left_out(observer: Any, exporter: InMemorySpanExporter) -> None:
    """What is called may have no code that has a place: the attributes say nothing of it."""

    class Placeless(Call):
        location = "<built-in function>"

    (impl,) = nested(Clock()).hook.outer.implementations()
    with observer(Placeless("implementation", impl.spec, "a", implementation=impl)):
        pass
    (span,) = exporter.get_finished_spans()
    assert "code.line.number" not in dict(span.attributes or {})


def test_log_shows_imports() -> None:
    """The import of a lazy plugin is a line of its own."""
    (impl,) = nested(Clock()).hook.outer.implementations()
    assert str(Shown(Call("load", impl.spec, "a"))) == "a: imported for Spec.outer"


def test_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without OpenTelemetry, `spans` says what to install; with the global tracer it works without arguments."""
    assert callable(spans())
    for name in [name for name in sys.modules if name.partition(".")[0] == "opentelemetry"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with pytest.raises(ModuleNotFoundError) as refused:
        spans()
    assert str(refused.value) == (
        "pluginkit.observe.spans needs OpenTelemetry\n  Hint: install it with: pip install 'typed-pluginkit[otel]'"
    )


def test_other_missing_module_is_not_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """An OpenTelemetry that cannot be imported for another reason says which."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "opentelemetry"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "typing_extensions", None)
    with pytest.raises(ModuleNotFoundError, match="typing_extensions"):
        spans()


PROGRAM = """
from typing import Protocol
from pluginkit import Registry, hookimpl, hookspec
class Spec(Protocol):
    @hookspec
    def hook(self, *, a: int) -> int: ...
class Plugin:
    @hookimpl(Spec.hook)
    def hook(self, a: int) -> int:
        if a < 0:
            raise ValueError(a)
        return a
for _ in range(2):
    registry = Registry(Spec)
    registry.register(Plugin())
    assert registry.hook.hook(a=1) == [1]
try:
    registry.hook.hook(a=-1)
except ValueError:
    pass
"""


def traced(value: str) -> str:
    """Return what a program writes to stderr that runs with the environment variable."""
    environment = {"PLUGINKIT_TRACE": value, "PYTHONPATH": ":".join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return done.stderr


def test_trace_writes_calls() -> None:
    """`PLUGINKIT_TRACE=calls` shows each call of each registry."""
    assert traced("calls").splitlines() == [
        "Plugin: Spec.hook(a=1)",
        "Plugin: Spec.hook(a=1)",
        "Plugin: Spec.hook(a=-1)",
        "Plugin: Spec.hook(a=-1) raised ValueError: -1",
    ]


def test_trace_writes_timings() -> None:
    """`PLUGINKIT_TRACE=timings` writes one table for all registries at the end."""
    head, row = traced("timings").splitlines()
    assert head.split()[:3] == ["plugin", "hook", "calls"]
    assert row.split()[:3] == ["Plugin", "Spec.hook", "3"]
    assert row.split()[-1] == "1"


def test_trace_adds_to_a_file(tmp_path: Path) -> None:
    """`timings:FILE` adds what each process has measured to a file, from which it is read as one table."""
    file = tmp_path / "timings"
    assert traced(f"timings:{file}") == ""
    assert traced(f"timings:{file}") == ""
    assert len(file.read_text("utf-8").splitlines()) == 2
    (row,) = tracing.read(file.read_text("utf-8"))
    assert (row.calls, row.failures) == (6, 2)


def test_unknown_trace_is_said_once() -> None:
    """A value that is unknown is reported once, and the program runs as it would."""
    assert traced("time") == "pluginkit: PLUGINKIT_TRACE is 'calls' or 'timings', not 'time'; nothing is traced\n"


def test_trace_within_this_process(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A registry that is made while the variable is set is observed, and one that was made before is not."""
    before = nested(Clock())
    monkeypatch.setenv("PLUGINKIT_TRACE", "calls")
    registry = nested(Clock())
    registry.hook.inner(text="x")
    before.hook.inner(text="y")
    with suppress(LookupError):
        registry.hook.inner(text="bad")
    assert capsys.readouterr().err.splitlines() == [
        "w: Spec.inner(text='x')",
        "b: Spec.inner(text='x')",
        "w: Spec.inner(text='bad')",
        "b: Spec.inner(text='bad')",
        "b: Spec.inner(text='bad') raised LookupError: bad",
        "w: Spec.inner(text='bad') raised LookupError: bad",
    ]
    monkeypatch.setenv("PLUGINKIT_TRACE", "other")
    Registry(Spec)
    Registry(Spec)
    assert capsys.readouterr().err.count("not 'other'") == 1


def test_one_table_for_a_process(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """All registries of a process fill one table, which is written at the end, and empty in a forked child."""
    ends: list[Any] = []
    children: list[Any] = []
    monkeypatch.setattr(tracing.atexit, "register", lambda *call: ends.append(call))
    monkeypatch.setattr(tracing.os, "register_at_fork", lambda after_in_child: children.append(after_in_child))  # noqa: PLW0108 - its name is that of the parameter
    tracing._table.cache_clear()
    for file in ("", str(tmp_path / "timings")):
        monkeypatch.setenv("PLUGINKIT_TRACE", f"timings:{file}" if file else "timings")
        nested(Clock()).hook.inner(text="x")
        nested(Clock()).hook.inner(text="x")
    assert len(ends) == len(children) == 2
    for write, *arguments in ends:
        write(*arguments)
    assert sorted(line.split()[:3] for line in capsys.readouterr().err.splitlines()[1:]) == [
        ["b", "Spec.inner", "2"],
        ["w", "Spec.inner", "2"],
    ]
    (line,) = (tmp_path / "timings").read_text("utf-8").splitlines()
    assert len(json.loads(line)) == 2
    children[0]()
    assert list(ends[0][1]) == []
    tracing._table.cache_clear()


KEYS = st.tuples(st.sampled_from("abc<&\ud800"), st.sampled_from(["Spec.x", "Spec.y"]))
PATHS = st.dictionaries(
    st.lists(KEYS, min_size=1, max_size=4).map(tuple), st.floats(0, 10, allow_nan=False), max_size=8
)


@given(PATHS)
def test_flame_is_a_picture_of_all_calls(paths: dict[Any, float]) -> None:
    """Whatever was measured, the picture is valid, has a bar for each path and its beginnings, and fits its width."""
    measured = {path: Timing(*path[-1], 1, own, own, 0) for path, own in paths.items()}
    picture = flame(measured, "a <title>")
    root = ET.fromstring(picture.encode("utf-8", "replace"))  # noqa: S314 - we have just made it
    bars = root.findall(".//{http://www.w3.org/2000/svg}rect")
    assert len(bars) == len({path[:length] for path in paths for length in range(1, len(path) + 1)})
    assert all(float(bar.get("x", "")) + float(bar.get("width", "")) <= 1010.1 for bar in bars)


@given(PATHS)
def test_table_adds_what_was_measured(paths: dict[Any, float]) -> None:
    """The rows of a table are the sums over all paths that end in the same plugin and hook."""
    table = Timings()
    for path, own in paths.items():
        for _ in range(2):
            table.add(path, Timing(*path[-1], 1, own, own, 0))
    expected: dict[Any, float] = {}
    for path, own in paths.items():
        expected[path[-1]] = expected.get(path[-1], 0.0) + 2 * own
    assert {(row.plugin_name, row.hook): row.total for row in table} == pytest.approx(expected)
    assert sum(row.calls for row in table) == 2 * len(paths)
