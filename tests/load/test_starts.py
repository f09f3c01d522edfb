"""Starts at once and lazy ones: over any environment they give the same answers, errors and order."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from specs import AppSpec

from pluginkit import PluginValidationError, Registry

if TYPE_CHECKING:
    from pathlib import Path

GROUP = "starts.plugins"
NAMES = ("a", "b", "c", "d")
OPTIONS = st.sampled_from(
    [
        "",
        ", tryfirst=True",
        ", trylast=True",
        *(f", {which}={name!r}" for which in ("before", "after") for name in NAMES),
    ]
)
IMPLEMENTATIONS = st.dictionaries(
    st.sampled_from(["sections", "around", "render", "polish", "configured"]), OPTIONS, min_size=1, max_size=3
)
CODE = {
    "sections": "    @hookimpl(AppSpec.sections{})\n    def sections(self, document): return [NAME, document]\n",
    "around": (
        "    @hookimpl(AppSpec.sections, wrapper=True{})\n"
        "    def around(self): result = yield; return [*result, [NAME]]\n"
    ),
    "render": "    @hookimpl(AppSpec.render{})\n    def render(self): return NAME.encode()\n",
    "polish": "    @hookimpl(AppSpec.polish{})\n    def polish(self, text): return text + NAME\n",
    "configured": (
        "    @hookimpl(AppSpec.configured)\n    def configured(self, options): options[NAME] = options['n']\n"
    ),
}
HEAD = "from pluginkit import hookimpl\nfrom specs import AppSpec\nNAME = __name__\n"
ODD = st.sampled_from(
    [
        "1 / 0\n",
        "    def __init__(self): raise ValueError(NAME)\n",
        "    @hookimpl(AppSpec.sections)\n    def odd(self, documnet): return []\n",
        "    @hookimpl(optional=True)\n    def from_elsewhere(self): return NAME\n",
    ]
)
PLUGINS = st.tuples(IMPLEMENTATIONS, st.one_of(st.none(), st.none(), st.none(), ODD))


def write(folder: Path, name: str, implementations: dict[str, str], odd: str | None) -> None:
    """Install a distribution with one plugin."""
    module = f"start_{name}"
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir(parents=True)
    info.joinpath("METADATA").write_text(f"Name: {module}\nVersion: 1.0\n")
    info.joinpath("entry_points.txt").write_text(f"[{GROUP}]\n{name} = {module}:Plugin\n")
    body = "".join(CODE[hook].format(options) for hook, options in implementations.items())
    outside = odd if odd and not odd.startswith(" ") else ""
    inside = odd if odd and odd.startswith(" ") else ""
    folder.joinpath(f"{module}.py").write_text(f"{HEAD}{outside}class Plugin:\n{body}{inside}")


def start(*, lazy: bool, blocked: str, early: bool) -> tuple[Any, ...]:
    """Start a program, and return everything that can be seen of it; and what was imported before a hook was called."""
    for name in NAMES:
        sys.modules.pop(f"start_{name}", None)
    registry = Registry(AppSpec)
    registry.set_blocked(blocked)
    known: list[dict[str, str]] = [{"n": "1"}, {"n": "2"}]
    if early:
        registry.hook.configured.call_historic(options=known[0])
    report = registry.load_entrypoints(GROUP, lazy=lazy, ignore_errors=True)
    late = sum(f"start_{name}" not in sys.modules for name in report.names)
    names = registry.plugin_names()
    hooks = [[caller.name for caller in registry.get_hookcallers(name) or ()] for name in names]
    registry.hook.configured.call_historic(options=known[1])
    answers = (
        registry.hook.sections(document="d", verbose=True),
        registry.hook.render(document="d"),
        registry.hook.polish(text="-", width=1),
        known,
    )
    order = [
        [(impl.plugin_name, impl.location) for impl in caller.implementations()]
        for caller in (registry.hook.sections, registry.hook.render, registry.hook.polish)
    ]
    skipped = [(each.entry_point.name, each.reason) for each in report.skipped]
    failed = [str(error) for error in report.failed]
    return late, (names, hooks, answers, order, report.names, skipped, failed, registry.plugin_names())


@settings(max_examples=40)
@given(
    plugins=st.dictionaries(st.sampled_from(NAMES), PLUGINS, min_size=1),
    blocked=st.sampled_from([*NAMES, "-", "-"]),
    early=st.booleans(),
)
def test_lazy_starts_are_as_others(
    tmp_path_factory: pytest.TempPathFactory, plugins: dict[str, Any], blocked: str, *, early: bool
) -> None:
    """Whether plugins are loaded at once, lazily for the first time, or lazily from what is known, all is the same."""
    folder = tmp_path_factory.mktemp("starts")
    for name, (implementations, odd) in plugins.items():
        write(folder, name, implementations, odd)
    importlib.invalidate_caches()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(folder), *(path for path in sys.path if "site-packages" not in path)])
        for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
            patch.setenv(variable, str(folder / "cache"))
        try:
            _, expected = start(lazy=False, blocked=blocked, early=early)
            _, cold = start(lazy=True, blocked=blocked, early=early)
            late, warm = start(lazy=True, blocked=blocked, early=early)
        finally:
            for name in NAMES:
                sys.modules.pop(f"start_{name}", None)
    assert cold == expected
    assert warm == expected
    plain = [name for name, (implementations, odd) in plugins.items() if not (odd or "configured" in implementations)]
    assert late >= len(set(plain) & set(expected[0]))


@pytest.mark.parametrize("ignore_errors", [True, False])
def test_errors_of_lazy_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, ignore_errors: bool) -> None:
    """A start that ends at the first error ends there lazily as well, with the same plugins before it."""
    write(tmp_path, "a", {"render": ""}, None)
    write(tmp_path, "b", {"render": ""}, "1 / 0\n")
    write(tmp_path, "c", {"render": ""}, None)
    monkeypatch.syspath_prepend(tmp_path)
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "cache"))
    seen = []
    for lazy in (False, True, True):
        registry = Registry(AppSpec)
        try:
            registry.load_entrypoints(GROUP, lazy=lazy, ignore_errors=ignore_errors)
        except PluginValidationError as error:
            seen.append((str(error), registry.plugin_names()))
        else:
            seen.append(("", registry.plugin_names()))
        for name in NAMES:
            sys.modules.pop(f"start_{name}", None)
    assert seen == [seen[0]] * 3
    assert seen[0][1] == (("a", "c") if ignore_errors else ("a",))
