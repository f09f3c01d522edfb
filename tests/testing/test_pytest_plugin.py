"""The plugin for pytest, in projects as its users write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pluginkit.testing import RegistryFor

HOST = """
from typing import Protocol

from pluginkit import hookspec
from pluginkit.testing import HookContract, requires


class GreetSpec(Protocol):
    @hookspec
    def greet(self, *, name: str) -> str: ...

    @hookspec(firstresult=True)
    def leave(self, *, name: str) -> str | None: ...


class GreetContract(HookContract[GreetSpec]):
    def test_greetings_have_the_name(self) -> None:
        assert all("Ada" in greeting for greeting in self.hook.greet(name="Ada"))

    @requires(GreetSpec.leave)
    def test_everybody_may_leave(self) -> None:
        assert self.hook.leave(name="Ada")
"""
PLUGINS = """
from greet_host import GreetSpec
from pluginkit import hookimpl


class Polite:
    @hookimpl(GreetSpec.greet)
    def greet(self, name: str) -> str:
        return f"Good day, {name}."


class Rude:
    @hookimpl(GreetSpec.greet)
    def greet(self, name: str) -> str:
        return "You again."
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """Return a folder with a host and plugins."""
    pytester.makepyfile(greet_host=HOST, greeters=PLUGINS)
    pytester.makeconftest('pytest_plugins = ["pluginkit.pytest_plugin"]')
    pytester.syspathinsert()
    return pytester


def test_registries_are_made_and_emptied(project: pytest.Pytester) -> None:
    """`registry_for` makes registries with plugins, as many as a test asks for, and empties them after the test."""
    project.makepyfile("""
        from greet_host import GreetSpec
        from greeters import Polite, Rude

        made = []

        def test_two_registries(registry_for):
            made.append(registry_for(GreetSpec, Polite()))
            made.append(registry_for(GreetSpec))
            made[1].register(Rude())
            assert made[0].hook.greet(name="Ada") == ["Good day, Ada."]
            assert made[1].hook.greet(name="Ada") == ["You again."]

        def test_both_are_empty():
            assert [registry.plugin_names() for registry in made] == [(), ()]
    """)
    project.runpytest().assert_outcomes(passed=2)


def test_registries_are_emptied_after_a_failure(project: pytest.Pytester) -> None:
    """A test that fails leaves nothing behind either."""
    project.makepyfile("""
        from greet_host import GreetSpec
        from greeters import Polite

        made = []

        def test_failing(registry_for):
            made.append(registry_for(GreetSpec, Polite()))
            assert False

        def test_empty():
            assert made[0].plugin_names() == ()
    """)
    project.runpytest().assert_outcomes(passed=1, failed=1)


def test_contracts_need_no_plugin_of_pytest(project: pytest.Pytester) -> None:
    """Contracts run where nothing of pluginkit is set up."""
    project.makeconftest("")
    project.makepyfile("""
        from greet_host import GreetContract
        from greeters import Polite

        class TestPolite(GreetContract):
            plugin = Polite
    """)
    project.runpytest().assert_outcomes(passed=2, skipped=1)


def test_contracts_are_collected_with_a_plugin_only(project: pytest.Pytester) -> None:
    """Imported contracts are not tests; each class with a plugin runs all cases, whatever its name is."""
    project.makepyfile("""
        from greet_host import GreetContract
        from greeters import Polite, Rude

        class TestPolite(GreetContract):
            plugin = Polite

        class RudeKeepsIt(GreetContract):
            plugin = Rude
    """)
    result = project.runpytest("-v", "-rs")
    result.assert_outcomes(passed=3, failed=1, skipped=2)
    result.stdout.fnmatch_lines(
        [
            "*TestPolite::test_implements_the_spec PASSED*",
            "*RudeKeepsIt::test_greetings_have_the_name FAILED*",
            "*the plugin does not implement GreetSpec.leave*",
        ]
    )


def test_a_forgotten_plugin_is_an_error(project: pytest.Pytester) -> None:
    """A test class without a plugin does not pass by having no tests."""
    project.makepyfile("""
        from greet_host import GreetContract

        class TestPolite(GreetContract):
            plugins = 1
    """)
    result = project.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*TypeError: TestPolite has no plugin*"])


@pytest.mark.parametrize("asked_for", [False, True])
def test_values_of_a_contract_are_shown_if_asked_for(project: pytest.Pytester, asked_for: bool) -> None:
    """The assertions of a contract are rewritten where `conftest.py` asks for it before the import."""
    project.makepyfile(
        demanding="""
        from greet_host import GreetContract

        class DemandingContract(GreetContract):
            def test_two_greetings(self) -> None:
                assert len(self.hook.greet(name="Ada")) == 2
        """,
        test_it="""
        from demanding import DemandingContract
        from greeters import Polite

        class TestPolite(DemandingContract):
            plugin = Polite
        """,
    )
    project.makeconftest('import pytest\npytest.register_assert_rewrite("demanding")' if asked_for else "")
    result = project.runpytest()
    result.assert_outcomes(passed=2, skipped=1, failed=1)
    shown = [line for line in result.outlines if line.startswith("E ")]
    assert (shown[0] == "E       AssertionError: assert 1 == 2") == asked_for
    assert any("where 1 = len(['Good day, Ada.'])" in line for line in shown) == asked_for


def test_contracts_that_prepare_plugins_are_not_collected(project: pytest.Pytester) -> None:
    """One that is imported, and says `__test__ = False`, is a base class, whatever its `make_plugin` does."""
    project.makepyfile(
        prepared="""
        from greet_host import GreetContract

        class PreparedContract(GreetContract):
            __test__ = False

            def make_plugin(self) -> object:
                return super().make_plugin()
        """,
        test_it="""
        from greeters import Polite
        from prepared import PreparedContract

        class TestPolite(PreparedContract):
            plugin = Polite
        """,
    )
    project.runpytest().assert_outcomes(passed=2, skipped=1)


def test_the_fixture_can_be_asked_for_without_a_conftest(project: pytest.Pytester) -> None:
    """`-p` on the command line, or in `addopts`, loads the plugin as well."""
    project.makeconftest("")
    project.makeini("[pytest]\naddopts = -p pluginkit.pytest_plugin")
    project.makepyfile("""
        from greet_host import GreetSpec

        def test_nobody(registry_for):
            assert registry_for(GreetSpec).hook.greet(name="Ada") == []
    """)
    project.runpytest().assert_outcomes(passed=1)


def test_the_fixture_is_typed(registry_for: RegistryFor) -> None:
    """The annotation gives a registry of the spec."""
    from specs import ReportSpec

    assert registry_for(ReportSpec).hook.sections(document="d") == []
