"""The commands check, list and explain, run within the process."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from commands import module_here, run
from hypothesis import given
from hypothesis import strategies as st
from plugins import lines
from sarif_pydantic import Sarif

from pluginkit import HookSpecError, PluginValidationError, Problem, Registry, hookimpl
from pluginkit._call.order import call_order, reasons
from pluginkit.cli import graph, main
from pluginkit.cli._colour import Colours
from pluginkit.cli._findings import Finding, as_github, as_sarif, findings_of, in_order, place_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOST = """
from typing import Protocol
from pluginkit import LoadReport, Registry, hookimpl, hookspec

class ReportSpec(Protocol):
    @hookspec
    def sections(self, *, document: str) -> str: ...

class Summary:
    @hookimpl(ReportSpec.sections)
    def sections(self, document: str) -> str:
        return document

class Wrong:
    @hookimpl(ReportSpec.sections)
    def sections(self, documnet: str) -> str:  # type: ignore
        return documnet

class Title:
    @hookimpl(ReportSpec.sections, tryfirst=True)
    def sections(self, document: str) -> str:
        return document

    @hookimpl(ReportSpec.sections, wrapper=True)
    def around(self, **_: object):
        return (yield)

registry = Registry(ReportSpec)
registry.register(Summary())
empty = Registry(ReportSpec)
number = 3

class Space:
    registry = registry

def make():
    made = Registry(ReportSpec)
    made.register(Summary(), "summary")
    made.register(Title(), "title")
    return made

def make_both():
    made = make()
    made.set_blocked("other_host:Blocked")
    return made, made.load_modules(["report_host:Wrong", "other_host:Blocked"], ignore_errors=True)

def fails():
    Registry(ReportSpec).register(Wrong(), "wrong")

def spec_fails():
    class Bad(Protocol):
        @hookspec
        def hook(self, a): ...

def crashes():
    raise ValueError("no")
"""


@pytest.fixture(autouse=True)
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make a host in the current folder, and return its file."""
    with module_here(tmp_path, monkeypatch, "report_host", HOST) as path:
        yield path


def line_of(text: str) -> int:
    """Return the line of the host on which a text is."""
    return HOST[: HOST.index(text)].count("\n") + 1


# -- check ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["report_host:registry", "report_host:make", "report_host:Space.registry"])
def test_no_problems(capsys: pytest.CaptureFixture[str], target: str) -> None:
    """A target is a registry, or a factory of one; without problems the exit status is 0."""
    number = 2 if target.endswith("make") else 1
    plugins = "2 plugins" if number == 2 else "1 plugin"
    assert run(capsys, "check", target) == (0, f"{plugins} registered, no problems\n", "")


def test_factory_that_reports(capsys: pytest.CaptureFixture[str], host: Path) -> None:
    """A factory may give its `LoadReport` as well: what failed is reported, with place and hint."""
    line = line_of("@hookimpl(ReportSpec.sections)\n    def sections(self, documnet")
    assert run(capsys, "check", "report_host:make_both") == (
        1,
        lines(
            "error: plugin 'report_host:Wrong': ReportSpec.sections: unknown parameter 'documnet' [PK101]",
            "  hook            ReportSpec.sections(self, *, document: str) -> str",
            "  implementation  Wrong.sections(self, documnet: str) -> str",
            f"  at              {host}:{line}",
            "  Hint: did you mean 'document'?",
            "",
            "2 plugins registered, 1 problem",
            "",
        ),
        "",
    )


def test_factory_that_raises(capsys: pytest.CaptureFixture[str]) -> None:
    """A factory that raises the error of a plugin, or of a spec, reports a problem; the target is not bad."""
    status, out, _ = run(capsys, "check", "report_host:fails", "--static")
    assert (status, "plugin 'wrong': ReportSpec.sections: unknown parameter" in out) == (1, True)
    status, out, _ = run(capsys, "check", "report_host:spec_fails", "--format", "json")
    (problem,) = json.loads(out)["problems"]
    assert (status, problem["rule"], problem["line"]) == (1, "PK202", line_of("@hookspec\n        def hook"))
    for command in ("list", "explain"):
        arguments = (command, "report_host:fails", *(["sections"] if command == "explain" else []))
        status, _, errors = run(capsys, *arguments)
        assert (status, errors.startswith("error: plugin 'wrong'")) == (2, True)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("report_host", "'report_host' is not a target [PK803]\n  Hint: write module:registry"),
        (":make", "':make' is not a target"),
        ("absent_host:make", "'absent_host:make' cannot be loaded: ModuleNotFoundError: No module named 'absent_host'"),
        ("report_host:absent", "cannot be loaded: AttributeError: module 'report_host' has no attribute 'absent'"),
        ("report_host:crashes", "'report_host:crashes' cannot be loaded: ValueError: no"),
        ("report_host:number", "'report_host:number' gives 3, which is not a registry"),
    ],
)
def test_bad_target(capsys: pytest.CaptureFixture[str], target: str, message: str) -> None:
    """Where there is no registry, the exit status is 2."""
    status, out, errors = run(capsys, "check", target)
    assert (status, out) == (2, "")
    assert errors.startswith("error: ")
    assert message in errors


def install(folder: Path, code: str) -> None:
    """Install a distribution with one plugin."""
    info = folder / "late_dist-1.0.dist-info"
    info.mkdir(exist_ok=True)
    info.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: late-dist\nVersion: 1.0\n")
    info.joinpath("entry_points.txt").write_text("[late.group]\nlate = late_plugin:Plugin\nspare = absent_module\n")
    (folder / "late_plugin.py").write_text(dedent(code))


GOOD = """
from pluginkit import hookimpl
from report_host import ReportSpec
class Plugin:
    @hookimpl(ReportSpec.sections)
    def sections(self, document: str) -> str:
        return document
"""


LAZILY = """
def lazily():
    made = make()
    made.load_entrypoints("late.group", only=["late"], lazy=True)
    return made
"""


def test_groups_and_lazy_plugins(
    capsys: pytest.CaptureFixture[str], host: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Groups are loaded into the registry; a plugin that a host registers lazily is loaded for real."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(host.parent / "cache"))
    install(host.parent, GOOD)
    status, out, _ = run(capsys, "check", "report_host:make", "--group", "late.group")
    assert (status, out.endswith("\n3 plugins registered, 1 problem\n")) == (1, True)
    status, out, _ = run(capsys, "list", "report_host:make", "--group", "late.group", "--group", "late.group")
    assert [line.split()[:2] for line in out.splitlines()[3:]] == [["late", "registered"], ["spare", "failed"]]
    host.write_text(HOST + LAZILY)
    for _ in range(2):
        for name in ("report_host", "late_plugin"):
            sys.modules.pop(name, None)
        assert run(capsys, "check", "report_host:lazily")[0] == 0
    sys.modules.pop("late_plugin")
    monkeypatch.setattr("pluginkit._load.entrypoints.EntryPoint.load", lambda _: 1 / 0)
    status, out, _ = run(capsys, "check", "report_host:lazily")
    assert (status, "ZeroDivisionError" in out) == (1, True)
    status, out, _ = run(capsys, "list", "report_host:lazily")
    assert re.search(r"late +failed +late-dist 1.0 +cannot be loaded from", out)
    sys.modules.pop("late_plugin", None)


# -- formats ----------------------------------------------------------------------------------------------------------


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON is as its schema describes it."""
    schema = json.loads((Path(__file__).parents[2] / "docs" / "reference" / "check.schema.json").read_text())
    for target in ("report_host:make", "report_host:make_both", "report_host:spec_fails"):
        _, out, _ = run(capsys, "check", target, "--format", "json")
        jsonschema.validate(json.loads(out), schema)
    jsonschema.Draft202012Validator.check_schema(schema)


def test_sarif(capsys: pytest.CaptureFixture[str]) -> None:
    """SARIF is version 2.1.0, with the place of each problem that has one, from the current folder on."""
    _, out, _ = run(capsys, "check", "report_host:make_both", "--format", "sarif")
    (result,) = Sarif.model_validate_json(out).runs[0].results or []
    place = (result.locations or [])[0].physical_location
    assert place is not None
    assert place.artifact_location is not None
    assert place.region is not None
    line = line_of("@hookimpl(ReportSpec.sections)\n    def sections(self, documnet")
    assert (result.rule_id, place.artifact_location.uri, place.region.start_line) == (
        "PK101",
        "report_host.py",
        line,
    )


def test_sarif_elsewhere() -> None:
    """A file elsewhere has an absolute URI; a problem without a file has no place."""
    found = [Finding("PK801", "m", file="/some where/a.py", line=3, text="t"), Finding("PK801", "m", text="t")]
    there, nowhere = json.loads(as_sarif(found, 0, Colours(enabled=False)))["runs"][0]["results"]
    uri = there["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert (uri, "locations" in nowhere) == ("file:///some%20where/a.py", False)
    Sarif.model_validate_json(as_sarif(found, 0, Colours(enabled=False)))


def test_github(host: Path) -> None:
    """GitHub's commands escape what they have to."""
    found = [
        Finding("PK801", "m", file=str(host), line=3, text="100 %\nsure"),
        Finding("PK400", "m", text="no place"),
    ]
    assert as_github(found, 0, Colours(enabled=False)) == lines(
        "::error file=report_host.py,line=3,title=pluginkit%3A PK801 type-error::100 %25%0Asure",
        "::error title=pluginkit%3A PK400 invalid-plugin::no place",
        "",
    )


def test_a_problem_of_the_hosts_own_has_a_general_rule() -> None:
    """What has no code of the catalogue is reported as an invalid plugin, or an invalid spec."""
    of_plugin = PluginValidationError("mine", (Problem("has no licence", code="HOST7"), Problem("is late")))
    of_spec = HookSpecError("has no version", "Spec")
    found = [(each.rule, each.message) for error in (of_plugin, of_spec) for each in findings_of(error)]
    assert found == [
        ("PK400", "plugin 'mine': has no licence"),
        ("PK400", "plugin 'mine': is late"),
        ("PK200", "Spec has no version"),
    ]


def test_findings_are_sorted_and_not_repeated() -> None:
    """The same finding is written once; they are sorted by plugin and place."""
    later, earlier = Finding("PK801", "m", "b"), Finding("PK801", "m", "a")
    assert in_order([later, earlier, later]) == [earlier, later]


@pytest.mark.parametrize(
    ("location", "place"),
    [("a.py:7", ("a.py", 7)), ("C:\\a.py:7", ("C:\\a.py", 7)), ("<built-in>", ("", 0)), ("", ("", 0))],
)
def test_place(location: str, place: tuple[str, int]) -> None:
    """A location that is not a file and a line gives no place."""
    assert place_of(location) == place


def test_other_errors_are_not_findings() -> None:
    """Only problems of plugins and specs are findings."""
    from pluginkit import PluginkitError

    assert list(findings_of(PluginkitError("else"))) == []


class _Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """There are colours on a terminal only, and none with NO_COLOR or on a dumb one."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert Colours.of(_Terminal()).red("x") == "\033[31mx\033[0m"
    assert Colours.of(StringIO()).dim("x") == "x"
    monkeypatch.setenv("TERM", "dumb")
    assert Colours.of(_Terminal()).bold("x") == "x"
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert Colours.of(_Terminal()).green("x") == "x"


# -- what type checkers say -------------------------------------------------------------------------------------------

STATIC = (
    HOST
    + """
class Typed:
    @hookimpl(ReportSpec.sections)
    def sections(self, document: str) -> str:
        def inner() -> int:
            return document
        return document

unrelated: int = "not about a plugin"
typed = Registry(ReportSpec)
typed.register(Typed(), "typed")
"""
)


def test_static_mypy(capsys: pytest.CaptureFixture[str], host: Path) -> None:
    """`--static` reports what mypy says within implementations, and nothing else of their files."""
    host.write_text(STATIC)
    status, out, _ = run(capsys, "check", "report_host:typed", "--static", "mypy", "--format", "json")
    (problem,) = json.loads(out)["problems"]
    assert (status, problem["rule"], problem["plugin"], problem["hook"]) == (
        1,
        "PK801",
        "typed",
        "ReportSpec.sections",
    )
    assert problem["line"] == STATIC[: STATIC.index("            return document")].count("\n") + 1
    assert "mypy: Incompatible return value type" in problem["message"]
    assert run(capsys, "check", "report_host:empty", "--static")[0] == 0


# -- list -------------------------------------------------------------------------------------------------------------


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    """The list has a line for each plugin, with its state, and why it is not registered, and where."""
    status, out, errors = run(capsys, "list", "report_host:make_both")
    place = f"{sys.modules['report_host'].__file__}:15"
    assert (status, out, errors) == (
        0,
        lines(
            "plugin              state       distribution  hooks",
            "summary             registered  -             sections",
            "title               registered  -             sections",
            "other_host:Blocked  skipped     -             blocked",
            "report_host:Wrong   failed      -             ReportSpec.sections: unknown parameter 'documnet' [PK101]"
            f" ({place})",
            "",
        ),
        "",
    )


DEEP = """
def make():
    return (made := Registry(ReportSpec)), made.load_modules(["deep_plugin.inner:Plugin"], ignore_errors=True)
"""


def deep_sarif(out: str) -> str:
    """Return the place of the one result in SARIF."""
    place = json.loads(out)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    return f"{place['artifactLocation']['uri']}:{place['region']['startLine']}"


@pytest.mark.parametrize(
    ("arguments", "place_in"),
    [
        (["check"], lambda out: out.splitlines()[1].removeprefix("  at  ")),
        (["check", "--format", "json"], lambda out: "{file}:{line}".format(**json.loads(out)["problems"][0])),
        (["check", "--format", "github"], lambda out: out[13:].partition(",title")[0].replace(",line=", ":")),
        (["check", "--format", "sarif"], deep_sarif),
        (["list"], lambda out: out.rpartition("(")[2].rstrip(")\n")),
        (["list", "--json"], lambda out: json.loads(out)[0]["location"]),
    ],
)
def test_a_load_failure_has_a_place_in_every_format(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    place_in: Callable[[str], str],
) -> None:
    """However it is written, a plugin that cannot be loaded has the last line of its own code that led there."""
    package = tmp_path / "deep_plugin"
    package.mkdir()
    package.joinpath("__init__.py").touch()
    package.joinpath("inner.py").write_text("from . import settings")
    package.joinpath("settings.py").write_text("import json\n\njson.loads('not JSON')\n")
    with module_here(tmp_path, monkeypatch, "deep_host", f"from report_host import *\n{DEEP}"):
        _, out, _ = run(capsys, arguments[0], "deep_host:make", *arguments[1:])
    del sys.modules["deep_plugin"]
    assert place_in(out).endswith("deep_plugin/settings.py:3")


def test_a_group_that_nobody_offers(capsys: pytest.CaptureFixture[str]) -> None:
    """A group under which nobody offers anything is a warning, with what was perhaps meant, and no error."""
    status, _, errors = run(capsys, "list", "report_host:make", "--group", "console_script")
    assert status == 0
    assert errors == "warning: no distribution offers 'console_script': did you mean 'console_scripts'?\n"
    status, out, _ = run(capsys, "check", "report_host:make", "--group", "console_script", "--select", "PK508")
    assert status == 0
    assert out.splitlines()[:2] == [
        "warning: no distribution offers 'console_script' [PK508]",
        "  Hint: did you mean 'console_scripts'?",
    ]


def test_entry_points_that_cannot_be_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A distribution whose entry points cannot be read is named, without a plugin."""
    for name in ("bad", "worse"):
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        info.joinpath("METADATA").write_text(f"Name: {name}\nVersion: 1.0\n")
        info.joinpath("entry_points.txt").write_bytes(b"[bad.group]\nbad = bad\xe9\n")
    monkeypatch.syspath_prepend(tmp_path)
    status, out, _ = run(capsys, "check", "report_host:make", "--group", "bad.group", "--format", "json")
    problems = [(each["message"], each["plugin"], each["line"]) for each in json.loads(out)["problems"]]
    text = "its entry_points.txt is not UTF-8: invalid continuation byte at byte 21"
    assert (status, problems) == (
        1,
        [(f"distribution bad 1.0: {text}", "", 2), (f"distribution worse 1.0: {text}", "", 2)],
    )
    _, out, _ = run(capsys, "list", "report_host:make", "--group", "bad.group")
    failed = [line.split()[:4] for line in out.splitlines() if " failed " in line]
    assert failed == [["-", "failed", "bad", "1.0"], ["-", "failed", "worse", "1.0"]]


def test_list_json(capsys: pytest.CaptureFixture[str]) -> None:
    """The list is available as JSON as well."""
    _, out, _ = run(capsys, "list", "report_host:make", "--json")
    assert json.loads(out)[0] == {
        "name": "summary",
        "state": "registered",
        "distribution": "",
        "version": "",
        "hooks": ["sections"],
        "why": "",
        "location": "",
    }


# -- explain ----------------------------------------------------------------------------------------------------------


def test_explain(capsys: pytest.CaptureFixture[str], host: Path) -> None:
    """The explanation has the call order, and for each position why, and where."""
    status, out, _ = run(capsys, "explain", "report_host:make", "sections")
    assert status == 0
    assert re.sub(r":\d+", ":LINE", out) == lines(
        "ReportSpec.sections (collect)",
        "  1. title  wrapper, runs around those below",
        "     the only one",
        f"     {host}:LINE",
        "  2. title  implementation",
        "     tryfirst",
        f"     {host}:LINE",
        "  3. summary  implementation",
        "     neither tryfirst nor trylast",
        f"     {host}:LINE",
        "",
    )


def test_explain_a_policy(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The explanation says what the hook does when a plugin fails, if that is not to raise."""
    source = """
from typing import Protocol
from pluginkit import Registry, hookspec
class Spec(Protocol):
    @hookspec(errors="skip")
    def go(self, *, text: str) -> str: ...
registry = Registry(Spec)
"""
    (tmp_path / "going_host.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    assert run(capsys, "explain", "going_host:registry", "go")[1] == lines(
        "Spec.go (collect, errors=skip)", "no plugin implements it", ""
    )


def test_explain_what_there_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    """A hook without implementations says so; an unknown hook is bad usage."""
    assert run(capsys, "explain", "report_host:empty", "sections")[1].endswith("\nno plugin implements it\n")
    status, _, errors = run(capsys, "explain", "report_host:make", "section")
    assert (status, errors) == (
        2,
        "error: the registry has no hook 'section' [PK805]\n  Hint: did you mean 'sections'?\n",
    )
    assert run(capsys, "explain", "report_host:make", "zzz")[2] == "error: the registry has no hook 'zzz' [PK805]\n"


NAMES = ("a", "b", "c", "d")


@given(
    options=st.lists(
        st.fixed_dictionaries(
            {
                "tryfirst": st.booleans(),
                "before": st.sets(st.sampled_from(NAMES), max_size=1),
                "after": st.just(()),
            }
        ),
        min_size=1,
        max_size=4,
    )
)
def test_reasons_hold(options: list[dict[str, Any]]) -> None:
    """Whatever is given as a reason is true of the call order that it explains."""
    from specs import AppSpec

    from pluginkit import PluginValidationError

    registry = Registry(AppSpec)
    for name, each in zip(NAMES, options, strict=False):
        chosen = {**each, "before": tuple(each["before"] - {name})}

        class Plugin:
            @hookimpl(AppSpec.sections, **chosen)
            def sections(self, **_: object) -> list[str]:
                return []

        try:
            registry.register(Plugin(), name)
        except PluginValidationError:
            return  # the order has a cycle
    ordered = registry.hook.sections.implementations()
    assert ordered == call_order(
        [impl for name in registry.plugin_names() for impl in ordered if impl.plugin_name == name]
    )
    places = {impl.plugin_name: place for place, impl in enumerate(ordered)}
    for impl, why in zip(ordered, reasons(ordered), strict=True):
        here = places[impl.plugin_name]
        assert why
        for reason in why:
            if named := re.search(r"runs (before|after) '(.)'", reason):
                assert (here < places[named[2]]) is (named[1] == "before")
        assert ("tryfirst" in why) is impl.mark.tryfirst


def test_reasons_name_both_sides() -> None:
    """`after` is a reason on both sides, and so is `trylast`."""
    from specs import AppSpec

    class First:
        @hookimpl(AppSpec.sections, after="second", trylast=True)
        def sections(self, **_: object) -> list[str]:
            return []

    class Second:
        @hookimpl(AppSpec.sections)
        def sections(self, **_: object) -> list[str]:
            return []

    registry = Registry(AppSpec)
    registry.register(First(), "first")
    registry.register(Second(), "second")
    assert reasons(registry.hook.sections.implementations()) == [
        ("runs before 'first', as that says", "neither tryfirst nor trylast"),
        ("trylast", "runs after 'second', as it says"),
    ]


def test_help_has_examples() -> None:
    """Each command's help shows how it is used."""
    for command in ("check", "list", "explain", "graph"):
        arguments = [sys.executable, "-m", "pluginkit", command, "--help"]
        environment = {"PYTHONPATH": str(Path(sys.modules["pluginkit"].__path__[0]).parent), "COLUMNS": "100"}
        done = subprocess.run(arguments, capture_output=True, text=True, check=True, env=environment)
        assert f"examples:\n  pluginkit {command} myhost:" in done.stdout


# -- graph ------------------------------------------------------------------------------------------------------------


def test_graph_mermaid(capsys: pytest.CaptureFixture[str]) -> None:
    """Mermaid has hooks, plugins, and numbered lines between them, dotted for wrappers."""
    assert run(capsys, "graph", "report_host:make")[1] == lines(
        "flowchart LR",
        '  h0["ReportSpec.sections<br>collect"]',
        '  p0(["title"])',
        '  p1(["summary"])',
        "  h0 -. 1 wrapper .-> p0",
        "  h0 -- 2 --> p0",
        "  h0 -- 3 --> p1",
        "",
    )


def test_graph_dot(capsys: pytest.CaptureFixture[str]) -> None:
    """Graphviz gets the same."""
    assert run(capsys, "graph", "report_host:make", "--format", "dot")[1] == lines(
        'digraph "report_host:make" {',
        "  rankdir=LR",
        '  node [fontname="sans-serif"]',
        '  edge [fontname="sans-serif"]',
        '  h0 [shape=box, label="ReportSpec.sections (collect)"]',
        '  p0 [shape=box, style=rounded, label="title"]',
        '  p1 [shape=box, style=rounded, label="summary"]',
        '  h0 -> p0 [label="1 wrapper", style=dashed]',
        '  h0 -> p0 [label="2"]',
        '  h0 -> p1 [label="3"]',
        "}",
        "",
    )


ODD = graph.Picture("Spec.<b>", "collect", (graph.Step('a"\\b<script>', is_wrapper=True, why="w", location="f:1"),))


def test_graph_escapes() -> None:
    """Names of plugins are text in every format, whatever they contain."""
    drawn = graph.Graph((ODD,), (graph.Failed("<script>", "<script>", ""),), "<title>")
    assert r'label="a\"\\b<script>"' in graph.as_dot(drawn)
    assert '(["a#34;#92;b#60;script#62;"])' in graph.as_mermaid(drawn)
    page = graph.as_html(drawn)
    assert "a&quot;\\b&lt;script&gt;" in page
    assert page.count("<script") == 1
    assert "<title><title>" not in page


def test_graph_shows_what_failed(capsys: pytest.CaptureFixture[str]) -> None:
    """A plugin that could not be registered is in the graph, in every format, with the reason."""
    for format_ in ("mermaid", "dot", "html", "json"):
        status, out, _ = run(capsys, "graph", "report_host:make_both", "--format", format_)
        assert status == 0
        assert "unknown parameter" in out


def test_graph_html(capsys: pytest.CaptureFixture[str]) -> None:
    """The page nests the call order in rings, one for each wrapper, and loads nothing."""
    _, page, _ = run(capsys, "graph", "report_host:make", "--format", "html")
    hook = page[page.index('<section class="hook"') : page.index("</section>")]
    assert re.findall(r'class="(ring|plugin)"|<(ol|/div></li|/ol)>', hook) == [
        ("ring", ""),
        ("plugin", ""),
        ("", "ol"),
        ("plugin", ""),
        ("", "/div></li"),
        ("plugin", ""),
        ("", "/div></li"),
        ("", "/ol"),
    ]
    assert '<span class="counts">1 hook, 2 plugins</span>' in page
    assert not re.search(r"src=|<link|@import|url\(|https?:", page)
    assert "no plugin implements it" in run(capsys, "graph", "report_host:empty", "--format", "html")[1]


def test_completion(tmp_path: Path) -> None:
    """A shell that asks through argcomplete gets the commands, and the choices of an option."""
    for line, expected in (
        ("pluginkit ", {"check", "list", "explain", "graph", "diff", "new", "stubs"}),
        ("pluginkit check --format s", {"sarif"}),
    ):
        answer = tmp_path / "answer"
        environment = {
            "PYTHONPATH": str(Path(sys.modules["pluginkit"].__path__[0]).parent),
            "_ARGCOMPLETE": "1",
            "_ARGCOMPLETE_STDOUT_FILENAME": str(answer),
            "_ARGCOMPLETE_IFS": "\n",
            "COMP_LINE": line,
            "COMP_POINT": str(len(line)),
        }
        program = "import sys; sys.argv = ['pluginkit']; from pluginkit.cli import main; main()"
        subprocess.run([sys.executable, "-c", program], env=environment, check=True)
        assert expected <= {each.strip() for each in answer.read_text().split("\n")}


def test_completion_asks_argcomplete(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a shell that asks, argcomplete is not imported."""
    asked: list[object] = []
    double = ModuleType("argcomplete")
    vars(double)["autocomplete"] = asked.append
    monkeypatch.setitem(sys.modules, "argcomplete", double)
    for expected in (0, 1):
        assert main([]) == 0
        assert len(asked) == expected
        monkeypatch.setenv("_ARGCOMPLETE", "1")
