"""Contracts: what a host ships, and what a plugin author makes of it."""

from __future__ import annotations

import asyncio
import io
import unittest
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pytest
from plugins import plugin
from specs import AppSpec, AsyncSpec, LintSpec, ReportSpec

from pluginkit import HookSpecError, hookimpl
from pluginkit.testing import HookContract, requires

if TYPE_CHECKING:
    from collections.abc import Callable

Spec = TypeVar("Spec")


class ReportContract(HookContract[ReportSpec]):
    """What a host expects of plugins that make reports."""

    def test_sections_have_titles(self) -> None:
        """No section is empty."""
        for sections in self.hook.sections(document="d"):
            assert all(sections)

    @requires(ReportSpec.render)
    def test_something_is_rendered(self) -> None:
        """An implementation of `render` renders every document."""
        assert self.hook.render(document="d") is not None


class Sections:
    """A plugin with sections only; it counts its instances."""

    made = 0

    def __init__(self) -> None:
        type(self).made += 1

    @hookimpl(ReportSpec.sections)
    def sections(self, **_: object) -> list[str]:
        return ["one"]


class Both(Sections):
    """A plugin with both hooks, that breaks the contract of one."""

    @hookimpl(ReportSpec.render)
    def render(self, document: str) -> bytes | None:
        return document.encode() if document == "e" else None


class SectionsKept(ReportContract):
    """What a plugin author writes."""

    plugin = Sections


class BothKept(ReportContract):
    """What another plugin author writes."""

    plugin = Both


# pytest would collect them here; these tests run their cases themselves.
SectionsKept.__test__ = BothKept.__test__ = False


def test_cases_run_on_the_plugin() -> None:
    """A case that the plugin passes passes, and one that it fails fails."""
    BothKept().test_implements_the_spec()
    BothKept().test_sections_have_titles()
    with pytest.raises(AssertionError):
        BothKept().test_something_is_rendered()


def test_cases_are_skipped_for_hooks_that_the_plugin_lacks() -> None:
    """The reason names the hooks."""
    with pytest.raises(unittest.SkipTest, match=r"^the plugin does not implement ReportSpec\.render$"):
        SectionsKept().test_something_is_rendered()


def test_async_cases_stay_async() -> None:
    """A case that is a coroutine function is one with `requires` as well, and it is skipped or run as others are."""

    class FetchContract(HookContract[AsyncSpec]):
        @requires(AsyncSpec.render)
        async def test_render(self) -> None:
            assert await self.hook.render(document="d") == b"r"

    @hookimpl.function(AsyncSpec.render)
    async def render(**_: object) -> bytes:
        return b"r"

    @hookimpl.function(AsyncSpec.sections)
    async def sections(**_: object) -> list[str]:
        return []

    class Kept(FetchContract):
        plugin = plugin(render)

    class Skipped(FetchContract):
        plugin = plugin(sections)

    asyncio.run(Kept().test_render())
    with pytest.raises(unittest.SkipTest):
        asyncio.run(Skipped().test_render())


def test_each_case_has_a_registry_and_a_plugin_of_its_own() -> None:
    """A class is called once for each case that needs it; a plugin that is an object is taken as it is."""
    Sections.made = 0
    one, other = SectionsKept(), SectionsKept()
    assert one.hook.sections(document="d") == other.hook.sections(document="d") == [["one"]]
    assert (Sections.made, one.registry is other.registry, one.registry is one.registry) == (2, False, True)
    shared = Sections()

    class Shared(ReportContract):
        plugin = shared

    assert Shared().registry.get_name(shared) == Shared().registry.get_name(shared) == "Sections"


def test_make_plugin_makes_plugins_with_arguments() -> None:
    """It can be overridden, in the place of `plugin`."""

    class Titled:
        def __init__(self, title: str) -> None:
            self.title = title

        @hookimpl(ReportSpec.sections)
        def sections(self, **_: object) -> list[str]:
            return [self.title]

    class TestTitled(ReportContract):
        def make_plugin(self) -> Titled:
            return Titled("t")

    assert TestTitled.__test__
    assert TestTitled().hook.sections(document="d") == [["t"]]


def test_implements_tells_hooks_apart() -> None:
    """A hook is known by its declaration, also where a base has it; and not by its name alone."""

    class AppContract(HookContract[AppSpec]):
        plugin = Sections

    contract = AppContract()
    assert (contract.implements(AppSpec.sections), contract.implements(ReportSpec.sections)) == (True, True)
    assert (contract.implements(AppSpec.render), contract.implements(LintSpec.lint)) == (False, False)
    assert not contract.implements(AsyncSpec.sections)


def test_only_classes_with_a_plugin_are_collected() -> None:
    """What pytest collects says `__test__`: neither contracts nor classes derived from them without a plugin."""

    class MoreContract(ReportContract):
        pass

    class More(MoreContract):
        plugin = Sections

    class Less(More):
        __test__ = False

    assert [each.__test__ for each in (HookContract, ReportContract, MoreContract, More, Less)] == [
        False,
        False,
        False,
        True,
        False,
    ]


def test_a_contract_wants_a_spec() -> None:
    """Without one, or with what is none, the class cannot be made; its base can be left open."""
    with pytest.raises(TypeError) as refused:
        type("Unspecified", (HookContract,), {})
    assert str(refused.value) == "Unspecified has no spec\n  Hint: derive it from HookContract[TheSpec]"
    with pytest.raises(HookSpecError):

        class Wrong(HookContract[int]):
            pass


def test_a_contract_may_be_generic() -> None:
    """What all contracts of a host share can be a class without a spec."""

    class Common(HookContract[Spec]):
        def test_names(self) -> None:
            assert self.registry.plugin_names()

    class Particular(Common[ReportSpec]):
        plugin = Sections

    assert Particular.spec is ReportSpec
    Particular().test_names()


def test_a_contract_may_have_other_bases() -> None:
    """The spec is found behind generic classes that are no contracts."""

    class Mixin(Generic[Spec]):
        pass

    class Mixed(Mixin[int], HookContract[ReportSpec]):
        plugin = Sections

    assert Mixed.spec is ReportSpec


def test_a_test_class_wants_a_plugin() -> None:
    """A class whose name begins with `Test` is meant to run: without a plugin it would pass unseen."""
    with pytest.raises(TypeError) as refused:
        type("TestNothing", (ReportContract,), {})
    assert str(refused.value) == (
        "TestNothing has no plugin\n"
        "  Hint: set 'plugin = ...' in it; or, if it is to be derived from, choose a name without 'Test'"
    )


def test_a_plugin_that_cannot_be_registered_fails_with_the_report() -> None:
    """The case for that shows what registration says, and every other case fails as well."""

    class Wrong:
        @hookimpl
        def sections(self, documnet: str) -> list[str]:
            raise AssertionError

    class Broken(ReportContract):
        plugin = Wrong

    Broken.__test__ = False
    with pytest.raises(AssertionError, match="unknown parameter 'documnet'"):
        Broken().test_implements_the_spec()
    with pytest.raises(ValueError, match="unknown parameter 'documnet'"):
        Broken().test_sections_have_titles()


def test_unittest_runs_contracts() -> None:
    """Derived from `TestCase` as well, a contract runs without pytest."""

    class SectionsCase(ReportContract, unittest.TestCase):
        plugin = Sections

    class BothCase(ReportContract, unittest.TestCase):
        plugin = Both

    def outcome(case: type[unittest.TestCase]) -> tuple[int, int, int]:
        suite = unittest.defaultTestLoader.loadTestsFromTestCase(case)
        result = unittest.TextTestRunner(io.StringIO()).run(suite)
        return result.testsRun, len(result.skipped), len(result.failures)

    assert outcome(SectionsCase) == (3, 1, 0)
    assert outcome(BothCase) == (3, 0, 1)


def options(case: Callable[..., Any]) -> set[str]:
    """Return the names that a case takes."""
    import inspect

    return set(inspect.signature(case).parameters)


def test_cases_with_requires_take_fixtures() -> None:
    """The parameters that pytest sees are those of the case itself."""

    class Contract(HookContract[ReportSpec]):
        @requires(ReportSpec.sections)
        def test_fixture(self, given: str) -> None:
            assert self.hook.sections(document=given)

    class Kept(Contract):
        plugin = Sections

    assert options(Contract.test_fixture) == {"self", "given"}
    Kept().test_fixture("d")
