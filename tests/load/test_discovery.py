"""Plugins of installed distributions: each one is loaded by itself, whatever the others do."""

from __future__ import annotations

import importlib
import sys
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
from plugins import answering, lines, refused
from specs import AppSpec

from pluginkit import PluginValidationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pluginkit import LoadReport, Registry

GROUP = "report.plugins"

PLUGIN = """
from pluginkit import hookimpl
from specs import AppSpec

@hookimpl.function(AppSpec.sections)
def sections():
    return [__name__]
"""
CLASS = """
from pluginkit import hookimpl
from specs import AppSpec

class Plugin:
    @hookimpl(AppSpec.sections)
    def sections(self):
        return [__name__, type(self).__name__]

plugin = Plugin()
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Return a function that installs a distribution with one module of its own name."""
    monkeypatch.syspath_prepend(tmp_path)
    known = set(sys.modules)

    def install(name: str, code: str, *points: str, group: str = GROUP, site: str = "") -> None:
        where = tmp_path / site
        if site:
            monkeypatch.syspath_prepend(where)
        info = where / f"{name}-1.0.dist-info"
        info.mkdir(parents=True)
        (where / f"{name}.py").write_text(dedent(code))
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("\n".join([f"[{group}]", *points]))
        importlib.invalidate_caches()

    yield install
    for name in set(sys.modules) - known:
        del sys.modules[name]


def outcome(report: LoadReport) -> tuple[tuple[str, ...], tuple[str, ...], tuple[PluginValidationError, ...]]:
    """Return the names of what was loaded and of what was skipped, and what failed."""
    return report.names, tuple(each.entry_point.name for each in report.skipped), report.failed


def answers(registry: Registry[AppSpec]) -> list[list[str]]:
    """Call the hook that the plugins here implement."""
    return registry.hook.sections(document="d")


def failing(distribution: str, name: str, value: str, what: str, place: str = "") -> str:
    """Return the text of the error about a plugin that could not be loaded."""
    return lines(
        f"plugin '{name}' of {distribution} 1.0: cannot be loaded from '{value}': {what} [PK501]",
        *([f"  at  {place}"] if place else []),
        f"  Hint: fix or uninstall {distribution} 1.0, or block the name before loading",
    )


def test_nothing_is_installed(registry: Registry[AppSpec]) -> None:
    """A group that no distribution offers plugins in is empty."""
    report = registry.load_entrypoints(GROUP)
    assert outcome(report) == ((), (), ())


@pytest.mark.parametrize(
    ("code", "value", "answer"),
    [
        (PLUGIN, "dist_a", ["dist_a"]),
        (CLASS, "dist_a:plugin", ["dist_a", "Plugin"]),
        (CLASS, "dist_a:Plugin", ["dist_a", "Plugin"]),
    ],
    ids=["module", "object", "class"],
)
def test_entry_point_names_a_plugin(
    registry: Registry[AppSpec], install: Callable[..., None], code: str, value: str, answer: list[str]
) -> None:
    """An entry point is a module, an object, or a class, which is instantiated; its name is the plugin's."""
    install("dist_a", code, f"mine = {value}")
    report = registry.load_entrypoints(GROUP)
    assert outcome(report) == (("mine",), (), ())
    assert (registry.plugin_names(), answers(registry)) == (("mine",), [answer])


def test_plugins_are_loaded_in_the_order_of_their_names(
    registry: Registry[AppSpec], install: Callable[..., None]
) -> None:
    """Whichever distribution they come from, plugins are registered in alphabetical order."""
    install("dist_a", CLASS, "d = dist_a:plugin", "b = dist_a:Plugin")
    install("dist_b", CLASS, "c = dist_b:plugin", "a = dist_b:Plugin")
    assert registry.load_entrypoints(GROUP).names == ("a", "b", "c", "d")
    assert registry.plugin_names() == ("a", "b", "c", "d")


def test_distribution_without_metadata(
    registry: Registry[AppSpec], install: Callable[..., None], tmp_path: Path
) -> None:
    """A distribution that has lost its metadata is named by their folder, and its plugins are loaded like any other."""
    install("dist_a", PLUGIN, "mine = dist_a", "broken = dist_a:absent")
    (tmp_path / "dist_a-1.0.dist-info" / "METADATA").unlink()
    report = registry.load_entrypoints(GROUP, ignore_errors=True)
    assert report.names == ("mine",)
    assert [str(error) for error in report.failed] == [
        lines(
            "plugin 'broken' of dist_a 1.0: cannot be loaded from 'dist_a:absent': "
            "AttributeError: module 'dist_a' has no attribute 'absent' [PK501]",
            "  Hint: fix or uninstall dist_a 1.0, or block the name before loading",
        )
    ]


def test_other_groups_are_not_loaded(registry: Registry[AppSpec], install: Callable[..., None]) -> None:
    """Only the plugins of the group are loaded; nothing of other groups is imported."""
    install("dist_a", "raise AssertionError", "other = dist_a", group="other.plugins")
    install("dist_b", PLUGIN, "mine = dist_b")
    assert registry.load_entrypoints(GROUP).names == ("mine",)


def test_report_counts(registry: Registry[AppSpec], install: Callable[..., None]) -> None:
    """The repr of the report counts what was loaded, what was skipped, and what failed."""
    install("dist_a", CLASS, "a = dist_a:plugin", "b = dist_a:Plugin", "c = dist_a:absent", "d = dist_a")
    registry.set_blocked("b")
    report = registry.load_entrypoints(GROUP, ignore_errors=True)
    assert repr(report) == "<LoadReport: 1 loaded, 1 skipped, 2 failed>"


# -- what is skipped --------------------------------------------------------------------------------------------------


def test_blocked_name_is_not_imported(registry: Registry[AppSpec], install: Callable[..., None]) -> None:
    """A plugin whose name is blocked is skipped, and nothing of it is imported."""
    install("dist_a", "raise AssertionError", "mine = dist_a")
    registry.set_blocked("mine")
    report = registry.load_entrypoints(GROUP)
    assert outcome(report) == ((), ("mine",), ())


def test_registered_name_is_not_imported(registry: Registry[AppSpec], install: Callable[..., None]) -> None:
    """A plugin whose name is registered is skipped, and nothing of it is imported."""
    install("dist_a", "raise AssertionError", "mine = dist_a")
    registry.register(own := answering(AppSpec.sections, ["own"]), "mine")
    assert outcome(registry.load_entrypoints(GROUP))[1] == ("mine",)
    assert registry.get_plugin("mine") is own


def test_loading_again_loads_what_is_new(registry: Registry[AppSpec], install: Callable[..., None]) -> None:
    """Loading a group a second time skips what was loaded, and loads what was installed since."""
    install("dist_a", PLUGIN, "a = dist_a")
    registry.load_entrypoints(GROUP)
    install("dist_b", PLUGIN, "b = dist_b")
    report = registry.load_entrypoints(GROUP)
    assert outcome(report)[:2] == (("b",), ("a",))


# -- what fails -------------------------------------------------------------------------------------------------------

FAILURES = [
    ("1 / 0", "broken", ZeroDivisionError, "ZeroDivisionError: division by zero", 1),
    ("import absent_module", "broken", ModuleNotFoundError, "ModuleNotFoundError: No module named 'absent_module'", 1),
    ("x = = 1", "broken", SyntaxError, "SyntaxError: invalid syntax (broken.py, line 1)", 1),
    ("raise SystemExit(3)", "broken", SystemExit, "SystemExit: 3", 1),
    ("raise BaseException('of another kind')", "broken", BaseException, "BaseException: of another kind", 1),
    ("", "broken:absent", AttributeError, "AttributeError: module 'broken' has no attribute 'absent'", 0),
    ("", "absent_module:plugin", ModuleNotFoundError, "ModuleNotFoundError: No module named 'absent_module'", 0),
    (
        "class Plugin:\n    def __init__(self): raise ValueError('no')",
        "broken:Plugin",
        ValueError,
        "ValueError: no",
        2,
    ),
    (
        "class Plugin:\n    def __init__(self): raise SystemExit",
        "broken:Plugin",
        SystemExit,
        "SystemExit",
        2,
    ),
    (
        "class Silent(Exception):\n    def __str__(self): raise ValueError\nraise Silent",
        "broken",
        Exception,
        "Silent: <exception str() failed>",
        3,
    ),
]


@pytest.mark.parametrize(("code", "value", "kind", "what", "line"), FAILURES)
def test_plugin_that_cannot_be_loaded(
    registry: Registry[AppSpec],
    install: Callable[..., None],
    *,
    code: str,
    value: str,
    kind: type[BaseException],
    what: str,
    line: int,
    tmp_path: Path,
) -> None:
    """A plugin that fails when it is imported, found or made is an error that names it, its distribution and place."""
    install("broken", code, f"mine = {value}")
    place = f"{tmp_path / 'broken.py'}:{line}" if line else ""
    with refused(registry, PluginValidationError) as caught:
        registry.load_entrypoints(GROUP)
    assert str(caught.value) == failing("broken", "mine", value, what, place)
    assert isinstance(caught.value.__cause__, kind)
    assert (caught.value.plugin_name, caught.value.distribution) == ("mine", "broken 1.0")


OTHER = """
from pluginkit import hookimpl
from specs import AppSpec

def fail():
    raise LookupError("not here")

class Plugin:
    def __init__(self):
        fail()
"""


@pytest.mark.parametrize(
    ("code", "value", "file", "line"),
    [
        ("def load():\n    {}['server']\n\nload()", "broken", "broken.py", 2),
        ("import other\n\ndef load():\n    other.fail()\n\nload()", "broken", "broken.py", 4),
        ("from other import Plugin", "broken:Plugin", "other.py", 6),
        ("x = 1\nimport misspelled_absent", "broken", "broken.py", 2),
        ("import json\njson.loads('{')", "broken", "broken.py", 2),
        ("exec(compile('1 +', 'text', 'exec'))", "broken", "broken.py", 1),
    ],
    ids=["its own", "another's, called by its own", "another's alone", "import", "standard library", "text"],
)
def test_failure_names_the_last_line_of_the_plugins_own_code(  # noqa: PLR0917
    registry: Registry[AppSpec],
    install: Callable[..., None],
    tmp_path: Path,
    code: str,
    value: str,
    file: str,
    line: int,
) -> None:
    """Where a plugin cannot be loaded, the place is the last line of its own code that led there, if any ran."""
    install("other", OTHER)
    install("broken", code, f"mine = {value}")
    (error,) = registry.load_entrypoints(GROUP, ignore_errors=True).failed
    assert error.problems[0].location == f"{tmp_path / file}:{line}"


@pytest.mark.parametrize(
    ("settings", "line"),
    [("def load():\n    known = {}\n    return known['server']", 3), ("def load(:\n", 1), ("\nimport other.absent", 2)],
)
def test_failure_of_a_package(
    registry: Registry[AppSpec], install: Callable[..., None], tmp_path: Path, settings: str, line: int
) -> None:
    """All modules of a plugin's package are its own code, those that it imports among them."""
    install("other", OTHER)
    install("broken", "", "mine = broken_package.inner:Plugin")
    package = tmp_path / "broken_package"
    package.mkdir()
    package.joinpath("__init__.py").write_text("from . import inner")
    package.joinpath("inner.py").write_text("from .settings import load\nload()\nclass Plugin: pass")
    package.joinpath("settings.py").write_text(settings)
    (error,) = registry.load_entrypoints(GROUP, ignore_errors=True).failed
    assert error.problems[0].location == f"{package / 'settings.py'}:{line}"


@pytest.mark.parametrize("text", ["1 +", "x = 1\ndef (:"])
def test_failure_of_text_that_is_not_python(
    registry: Registry[AppSpec], install: Callable[..., None], tmp_path: Path, text: str
) -> None:
    """A plugin whose module is not Python at all fails at the line that Python names."""
    install("broken", text, "mine = broken")
    (error,) = registry.load_entrypoints(GROUP, ignore_errors=True).failed
    cause = error.__cause__
    assert isinstance(cause, SyntaxError)
    assert error.problems[0].location == f"{tmp_path / 'broken.py'}:{cause.lineno}"


def test_text_that_somebody_elses_file_has(
    registry: Registry[AppSpec], install: Callable[..., None], tmp_path: Path
) -> None:
    """If a module that a plugin imports is not Python, the place is the plugin's line that imports it."""
    install("other", "1 +")
    install("broken", "import other", "mine = broken")
    (error,) = registry.load_entrypoints(GROUP, ignore_errors=True).failed
    assert error.problems[0].location == f"{tmp_path / 'broken.py'}:1"


# -- what is found more than once, or not at all ----------------------------------------------------------------------


def test_the_same_plugin_twice_in_one_file(registry: Registry[AppSpec], install: Callable[..., None]) -> None:
    """A line that a distribution has twice is one entry point."""
    install("dist_a", PLUGIN, "mine = dist_a", "mine = dist_a", "mine=dist_a [extra]")
    report = registry.load_entrypoints(GROUP)
    assert report.names == ("mine",)
    assert [each.reason for each in report.skipped] == ["the same as that of dist_a 1.0"]


def test_the_same_plugin_of_two_distributions(registry: Registry[AppSpec], install: Callable[..., None]) -> None:
    """Two distributions that name the very same object offer one plugin; that it is found twice is reported."""
    install("dist_b", PLUGIN, "mine = dist_b")
    install("dist_a", "", "mine = dist_b")
    report = registry.load_entrypoints(GROUP)
    assert outcome(report) == (("mine",), ("mine",), ())
    assert str(registry.get_distribution("mine")) == "dist_a 1.0"
    assert report.skipped[0].reason == "the same as that of dist_a 1.0"


def test_what_an_interrupted_installation_left_behind(
    registry: Registry[AppSpec], install: Callable[..., None], tmp_path: Path
) -> None:
    """A folder whose name begins with a tilde is what an installer left behind: nothing of it is loaded."""
    install("dist_a", PLUGIN, "mine = dist_a")
    install("dist_b", "1 / 0", "mine = dist_b", "other = dist_b")
    (tmp_path / "dist_b-1.0.dist-info").rename(tmp_path / "~ist_b-1.0.dist-info")
    report = registry.load_entrypoints(GROUP)
    assert outcome(report) == (("mine",), ("mine", "other"), ())
    assert {each.reason for each in report.skipped} == {"left behind by an interrupted installation"}


def test_a_group_that_nobody_offers(registry: Registry[AppSpec], install: Callable[..., None]) -> None:
    """A group under which nothing is offered is named in the report, with the one that was perhaps meant."""
    install("dist_a", PLUGIN, "mine = dist_a")
    report = registry.load_entrypoints("report.plugin")
    assert (report.unknown_group, report.hint) == ("report.plugin", "did you mean 'report.plugins'?")
    assert str(report) == lines(
        "<LoadReport: 0 loaded, 0 skipped, 0 failed, no distribution offers 'report.plugin'>",
        "Hint: did you mean 'report.plugins'?",
    )
    assert registry.load_entrypoints("\udcff").hint == "install a distribution that offers it"
    known = registry.load_entrypoints(GROUP)
    assert (known.unknown_group, known.hint, str(known)) == ("", "", "<LoadReport: 1 loaded, 0 skipped, 0 failed>")


@pytest.mark.parametrize(
    ("content", "message", "line"),
    [
        (b"[report.plugins]\nmine = dist_a\n# caf\xe9\n", "is not UTF-8: invalid continuation byte at byte 36", 3),
        (b"[report.plugins]\nmine = dist_a\nwithout\n", "'without' is not an entry point", 3),
        (b"[report.plugins]\n= dist_a\nmine = dist_a\n", "'= dist_a' is not an entry point", 2),
    ],
)
def test_entry_points_that_cannot_be_read(  # noqa: PLR0917
    registry: Registry[AppSpec], install: Callable[..., None], tmp_path: Path, content: bytes, message: str, line: int
) -> None:
    """A distribution whose entry points cannot be read is an error that names it and the place, and harms no other."""
    install("dist_a", PLUGIN)
    install("dist_b", PLUGIN, "other = dist_b")
    path = tmp_path / "dist_a-1.0.dist-info" / "entry_points.txt"
    path.write_bytes(content)
    with refused(registry, PluginValidationError):
        registry.load_entrypoints(GROUP)
    report = registry.load_entrypoints(GROUP, ignore_errors=True)
    assert report.names[-1] == "other"
    (error,) = report.failed
    assert (error.plugin_name, error.distribution) == ("", "dist_a 1.0")
    text = message if message.startswith("'") else f"its entry_points.txt {message}"
    assert str(error) == lines(
        f"distribution dist_a 1.0: {text} [PK507]", f"  at  {path}:{line}", "  Hint: fix or uninstall dist_a 1.0"
    )


def test_invalid_plugin_names_its_distribution(registry: Registry[AppSpec], install: Callable[..., None]) -> None:
    """A plugin that the registry refuses is an error with the problems, and the name of the distribution."""
    install("dist_a", "", "mine = dist_a")
    with refused(registry, PluginValidationError) as caught:
        registry.load_entrypoints(GROUP)
    assert str(caught.value) == lines(
        "plugin 'mine' of dist_a 1.0: implements no hook [PK120]", "  Hint: mark its implementations with @hookimpl"
    )


def test_wrong_mark_names_the_entry_point(
    registry: Registry[AppSpec], install: Callable[..., None], tmp_path: Path
) -> None:
    """What `@hookimpl` refuses when the module is imported names the entry point and its distribution."""
    install("dist_a", PLUGIN.replace(".function", ""), "mine = dist_a")
    with refused(registry, PluginValidationError) as caught:
        registry.load_entrypoints(GROUP)
    assert str(caught.value) == lines(
        "plugin 'mine' of dist_a 1.0: ReportSpec.sections: 'sections' is marked as a method, but is a plain function "
        "[PK108]",
        f"  at  {tmp_path / 'dist_a.py'}:5",
        "  Hint: write @hookimpl.function(...)",
    )


def test_failing_replay_is_a_failure(registry: Registry[AppSpec], install: Callable[..., None]) -> None:
    """A plugin that fails in a replay is not registered, and is reported like any other."""
    code = """
        from pluginkit import hookimpl
        from specs import AppSpec

        @hookimpl.function(AppSpec.configured)
        def configured():
            raise ValueError("no")
    """
    install("dist_a", code, "mine = dist_a")
    registry.hook.configured.call_historic(options={})
    with refused(registry, PluginValidationError) as caught:
        registry.load_entrypoints(GROUP)
    place = f"{importlib.import_module('dist_a').__file__}:5"
    assert str(caught.value) == lines(
        "plugin 'mine' of dist_a 1.0: cannot be registered: ValueError: no, "
        f"in hook TextSpec.configured, plugin 'mine' ({place}) [PK502]",
        f"  at  {place[:-1]}7",
        "  Hint: fix or uninstall dist_a 1.0, or block the name before loading",
    )


def test_plugins_before_a_failure_stay(registry: Registry[AppSpec], install: Callable[..., None]) -> None:
    """Where a plugin cannot be loaded, those before it are registered, and those after it are not."""
    install("broken", "1 / 0", "b = broken")
    install("dist_a", CLASS, "a = dist_a:plugin", "c = dist_a:Plugin")
    with pytest.raises(PluginValidationError):
        registry.load_entrypoints(GROUP)
    assert registry.plugin_names() == ("a",)


def test_failures_are_reported_where_errors_are_ignored(
    registry: Registry[AppSpec], install: Callable[..., None], tmp_path: Path
) -> None:
    """With `ignore_errors` every other plugin is loaded, and each failure is in the report, with its cause."""
    install("broken", "1 / 0", "b = broken", "d = broken:again")
    install("dist_a", CLASS, "a = dist_a:plugin", "c = dist_a", "e = dist_a:Plugin")
    report = registry.load_entrypoints(GROUP, ignore_errors=True)
    place = f"{tmp_path / 'broken.py'}:1"
    assert outcome(report)[:2] == (("a", "e"), ())
    assert registry.plugin_names() == ("a", "e")
    assert [str(error) for error in report.failed] == [
        failing("broken", "b", "broken", "ZeroDivisionError: division by zero", place),
        lines(
            "plugin 'c' of dist_a 1.0: implements no hook [PK120]", "  Hint: mark its implementations with @hookimpl"
        ),
        failing("broken", "d", "broken:again", "ZeroDivisionError: division by zero", place),
    ]
    causes = [type(error.__cause__) for error in report.failed]
    assert causes == [ZeroDivisionError, PluginValidationError, ZeroDivisionError]


def test_name_that_two_distributions_offer(registry: Registry[AppSpec], install: Callable[..., None]) -> None:
    """Of two distributions that offer a plugin of one name, none is loaded; the error names both."""
    install("dist_b", PLUGIN, "mine = dist_b", site="first")
    install("dist_a", PLUGIN, "mine = dist_a", site="second")
    with refused(registry, PluginValidationError) as caught:
        registry.load_entrypoints(GROUP)
    assert str(caught.value) == lines(
        "plugin 'mine': is offered more than once, by dist_a 1.0 ('dist_a') and dist_b 1.0 ('dist_b') [PK503]",
        "  Hint: uninstall all but one, or choose: prefer={'mine': 'dist_a'}",
    )
    report = registry.load_entrypoints(GROUP, ignore_errors=True)
    assert (report.names, [str(error) for error in report.failed]) == ((), [str(caught.value)])


def test_preferred_distribution(registry: Registry[AppSpec], install: Callable[..., None]) -> None:
    """`prefer` takes a plugin from the distribution that the host names, however the name is written."""
    install("dist_b", PLUGIN, "mine = dist_b", site="first")
    install("dist_a", "raise AssertionError", "mine = dist_a", site="second")
    report = registry.load_entrypoints(GROUP, prefer={"mine": "Dist-B"})
    assert [(each.name, str(each.distribution)) for each in report.loaded] == [("mine", "dist_b 1.0")]
    assert [(str(each.entry_point.distribution), each.reason) for each in report.skipped] == [
        ("dist_a 1.0", "another distribution is preferred")
    ]
    assert registry.get_distribution("mine") == ("dist_b", "1.0")


# -- what is chosen ---------------------------------------------------------------------------------------------------


def test_only_and_exclude(registry: Registry[AppSpec], install: Callable[..., None]) -> None:
    """An unwanted plugin is skipped, with the reason, and nothing of it is imported."""
    install("dist_a", PLUGIN, "a = dist_a")
    install("dist_b", "raise AssertionError", "b = dist_b", "c = dist_b", "d = dist_b")
    registry.set_blocked("d")
    report = registry.load_entrypoints(GROUP, only=["a", "b", "d"], exclude=["b"])
    assert report.names == ("a",)
    assert [(each.entry_point.name, each.reason) for each in report.skipped] == [
        ("b", "excluded"),
        ("c", "not among those to load"),
        ("d", "blocked"),
    ]
    again = registry.load_entrypoints(GROUP, only=["a"])
    assert [each.reason for each in again.skipped] == ["registered before", *["not among those to load"] * 3]


def test_name_that_nothing_offers(registry: Registry[AppSpec], install: Callable[..., None]) -> None:
    """A name in `only` that no distribution offers is an error: it may be misspelled."""
    install("dist_a", PLUGIN, "summary = dist_a")
    with refused(registry, PluginValidationError) as caught:
        registry.load_entrypoints(GROUP, only=["sumary"])
    assert str(caught.value) == lines(
        "plugin 'sumary': no installed distribution offers it [PK504]", "  Hint: did you mean 'summary'?"
    )
    report = registry.load_entrypoints(GROUP, only=["summary", "else"], ignore_errors=True)
    assert report.names == ("summary",)
    assert [error.plugin_name for error in report.failed] == ["else"]


@pytest.mark.parametrize("option", ["only", "exclude"])
def test_one_string_is_not_several_names(registry: Registry[AppSpec], option: str) -> None:
    """A string where several names are expected is refused, rather than read letter by letter."""
    unchecked: Any = registry
    with refused(registry, TypeError, match=rf"{option}= takes several names: write {option}=\['abc'\]"):
        unchecked.load_entrypoints(GROUP, **{option: "abc"})


def test_distribution_of_a_plugin(registry: Registry[AppSpec], install: Callable[..., None]) -> None:
    """The registry knows which distribution a plugin came from, until it is unregistered."""
    install("dist_a", CLASS, "a = dist_a:plugin")
    registry.load_entrypoints(GROUP)
    registry.register(own := answering(AppSpec.sections, ["own"]), "own")
    plugin = registry.get_plugin("a")
    assert [str(registry.get_distribution(each)) for each in ("a", plugin)] == ["dist_a 1.0"] * 2
    assert registry.get_distribution("own") is registry.get_distribution(own) is None
    registry.unregister("a")
    assert registry.get_distribution("a") is None


# -- plugins that a configuration names -------------------------------------------------------------------------------


def test_load_modules(registry: Registry[AppSpec], install: Callable[..., None], tmp_path: Path) -> None:
    """Modules and attributes of modules are loaded in the order given, under the names given; each is isolated."""
    install("dist_a", CLASS)
    install("dist_b", PLUGIN)
    install("broken", "raise SystemExit")
    registry.set_blocked("dist_a:plugin")
    names = ["dist_b", "broken", "dist_a:Plugin", "dist_a:plugin", "dist_b"]
    report = registry.load_modules(names, ignore_errors=True)
    assert registry.plugin_names() == report.names == ("dist_b", "dist_a:Plugin")
    assert [(each.entry_point.name, each.reason) for each in report.skipped] == [
        ("dist_a:plugin", "blocked"),
        ("dist_b", "registered before"),
    ]
    assert [str(error) for error in report.failed] == [
        lines(
            "plugin 'broken': cannot be loaded from 'broken': SystemExit [PK501]",
            f"  at  {tmp_path / 'broken.py'}:1",
            "  Hint: fix it, or remove it from the names to load",
        )
    ]
    with refused(registry, PluginValidationError):
        registry.load_modules(["broken"])
    assert registry.get_distribution("dist_b") is None


@pytest.mark.parametrize("ignore_errors", [True, False])
def test_interrupt_is_not_ignored(
    registry: Registry[AppSpec], install: Callable[..., None], *, ignore_errors: bool
) -> None:
    """A KeyboardInterrupt while a plugin is loaded leaves as it is."""
    install("dist_a", "raise KeyboardInterrupt", "mine = dist_a")
    with refused(registry, KeyboardInterrupt):
        registry.load_entrypoints(GROUP, ignore_errors=ignore_errors)
