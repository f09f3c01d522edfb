"""Contracts: what a host ships, and what a plugin author makes of it."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
import types
import unittest
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pytest
from plugins import plugin
from specs import AppSpec, AsyncSpec, LintSpec, ReportSpec, TextSpec

from pluginkit import HookSpecError, hookimpl
from pluginkit.testing import HookContract, RecordingPlugin, muted, requires

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

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
    """It can be overridden instead of `plugin`."""

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


def test_a_contract_may_prepare_plugins() -> None:
    """A class that says `__test__ = False` is a base class: its `make_plugin` does not make it run."""

    class Shared(ReportContract):
        def make_plugin(self) -> object:
            return super().make_plugin()

    class Prepared(Shared):
        __test__ = False
        prepared = 0

        def make_plugin(self) -> object:
            type(self).prepared += 1
            return super().make_plugin()

    class Further(Prepared):
        pass

    class Kept(Further):
        plugin = Sections

    class Made(Further):
        def make_plugin(self) -> Sections:
            return Sections()

    assert [each.__test__ for each in (Shared, Prepared, Further, Kept, Made)] == [True, False, False, True, True]
    Kept().test_sections_have_titles()
    assert Kept.prepared == 1
    with pytest.raises(TypeError, match=r"^TestFurther has no plugin\n"):
        type("TestFurther", (Further,), {})


def test_the_plugin_may_be_made_elsewhere() -> None:
    """A `make_plugin` of another base counts, whatever the contract does with its own."""

    class Prepared(ReportContract):
        __test__ = False

        def make_plugin(self) -> object:
            return super().make_plugin()

    class Makes(HookContract[ReportSpec]):
        __test__ = False

    class MakesSections(Makes):
        def make_plugin(self) -> Sections:
            return Sections()

    class Kept(Prepared, MakesSections):
        pass

    assert Kept.__test__
    assert Kept().hook.sections(document="d") == [["one"]]


def test_other_plugins_may_stand_beside() -> None:
    """A case, or a fixture, registers what it wants: what the plugin implements stays what it is."""

    class Kept(BothKept):
        __test__ = False

    contract = Kept()
    contract.registry.register(RecordingPlugin(ReportSpec), "another")
    assert contract.implements(ReportSpec.render)
    contract.test_sections_have_titles()
    contract = SectionsKept()
    contract.registry.register(RecordingPlugin(ReportSpec), "another")
    assert not contract.implements(ReportSpec.render)
    with pytest.raises(unittest.SkipTest):
        contract.test_something_is_rendered()
    contract.registry.unregister("Sections")
    assert not contract.implements(ReportSpec.sections)


def test_to_wrap_a_hook_is_not_to_implement_it() -> None:
    """A plugin that only wraps a hook gives no answer of its own; one that does both implements it."""

    @hookimpl.function(ReportSpec.render, wrapper=True)
    def around(**_: object) -> Generator[None, bytes | None, bytes | None]:
        return (yield)

    @hookimpl.function(ReportSpec.render)
    def render(document: str) -> bytes:
        return b"r"

    class Wraps(ReportContract):
        __test__ = False
        plugin = plugin(around)

    class WrapsAndRenders(ReportContract):
        __test__ = False
        plugin = plugin(around, render)

    with pytest.raises(unittest.SkipTest, match=r"^the plugin does not implement ReportSpec\.render$"):
        Wraps().test_something_is_rendered()
    WrapsAndRenders().test_something_is_rendered()


def test_what_is_overridden_is_implemented() -> None:
    """`implements` is about the plugin, and not about what runs for the moment."""
    contract = BothKept()
    with muted(contract.registry, ReportSpec.render):
        assert contract.implements(ReportSpec.render)


def test_implements_tells_hooks_apart() -> None:
    """A hook is known by its declaration, also where a base has it; and not by its name alone."""

    class AppContract(HookContract[AppSpec]):
        plugin = Sections

    contract = AppContract()
    assert (contract.implements(AppSpec.sections), contract.implements(ReportSpec.sections)) == (True, True)
    assert (contract.implements(AppSpec.render), contract.implements(LintSpec.lint)) == (False, False)
    assert not contract.implements(AsyncSpec.sections)
    wrong: Any = "render"
    with pytest.raises(TypeError) as refused:
        contract.implements(wrong)
    assert str(refused.value) == (
        "'render' is not a hook [PK113]\n  Hint: refer to a hook by its spec, as in AppSpec.render"
    )


def test_requires_wants_hooks() -> None:
    """Without any, or with the name of one, it is refused where it stands: the case would pass without running."""

    def test_something(self: object) -> None:
        raise AssertionError

    wrong: Any = requires
    for given, shown in ((test_something, repr(test_something)), ("render", "'render'"), (AppSpec, repr(AppSpec))):
        with pytest.raises(TypeError) as refused:
            wrong(given)
        assert str(refused.value) == f"{shown} is not a hook [PK113]\n  Hint: write @requires(AppSpec.render)"


def test_a_required_hook_is_one_of_the_spec() -> None:
    """A case that waits for a hook of another spec would be skipped forever: the class cannot be made."""

    @requires(ReportSpec.render)
    @requires(LintSpec.lint)
    def test_lint(self: object) -> None:
        raise AssertionError

    with pytest.raises(TypeError) as refused:
        type("Lints", (ReportContract,), {"test_lint": test_lint})
    assert str(refused.value) == (
        "Lints.test_lint requires LintSpec.lint, which is not a hook of ReportSpec\n"
        "  Hint: require a hook of that spec, or derive the contract from HookContract[AppSpec], of a spec that has it"
    )


def test_a_required_hook_of_a_generic_contract_is_one_of_each_spec() -> None:
    """A class that leaves its spec open may require any hook; one that is derived from it has to have that."""

    class Renders(HookContract[Spec]):
        @requires(ReportSpec.render)
        def test_render(self) -> None:
            raise AssertionError

    class Composed(Renders[AppSpec]):
        pass

    assert Composed.spec is AppSpec
    with pytest.raises(
        TypeError, match=r"^Lints\.test_render requires ReportSpec\.render, which is not a hook of LintSpec"
    ):
        types.new_class("Lints", (Renders[LintSpec],))


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
    """Without a spec, or with something else, the class cannot be made; its base can be left open."""
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


CLASSIC = """
T, S = TypeVar("T"), TypeVar("S")
class Report(HookContract[ReportSpec], Generic[T]): ...
class First(HookContract[S], Generic[S, T]): ...
class Last(HookContract[S], Generic[T, S]): ...
class Nested(Last[int, S]): ...
class Renamed(Last[S, T], Generic[S, T]): ...
"""
NEW = """
class Report[T](HookContract[ReportSpec]): ...
class First[S, T](HookContract[S]): ...
class Last[T, S](HookContract[S]): ...
class Nested[S](Last[int, S]): ...
class Renamed[S, T](Last[S, T]): ...
"""


@pytest.mark.parametrize("source", [CLASSIC, NEW] if sys.version_info >= (3, 12) else [CLASSIC])
@pytest.mark.parametrize(
    "base",
    [
        "Report[int]",
        "First[ReportSpec, int]",
        "Last[int, ReportSpec]",
        "Nested[ReportSpec]",
        "Renamed[int, ReportSpec]",
    ],
)
def test_a_generic_contract_may_have_further_parameters(source: str, base: str) -> None:
    """The spec is what stands for the parameter of `HookContract`, at whatever place; if it is settled, nothing is."""
    names: dict[str, Any] = dict(globals())
    exec(f"{source}\nclass Kept({base}):\n    plugin = Sections", names)
    kept = names["Kept"]
    assert (kept.spec, kept.__test__) == (ReportSpec, True)
    kept().test_implements_the_spec()


def test_a_generic_contract_without_its_brackets_has_no_spec() -> None:
    """Nothing stands for the parameter then."""

    class Common(HookContract[Spec]):
        pass

    with pytest.raises(TypeError) as refused:
        type("Particular", (Common,), {})
    assert str(refused.value) == "Particular has no spec\n  Hint: derive it from HookContract[TheSpec]"


class TextContract(HookContract[TextSpec]):
    """What a host expects of plugins that work on texts."""

    def test_polish(self) -> None:
        """Texts stay texts."""
        assert self.hook.polish(text="t")


def test_a_plugin_may_have_hooks_of_a_composed_spec() -> None:
    """A contract of a part is kept by a plugin of the whole, where `spec` is set to that."""

    class Whole(Sections):
        @hookimpl(TextSpec.polish)
        def polish(self, text: str) -> str:
            return text

    class Part(ReportContract):
        __test__ = False
        plugin = Whole

    class Kept(Part):
        __test__ = False
        spec = AppSpec

    with pytest.raises(AssertionError, match=r"TextSpec\.polish: is not a hook of this registry"):
        Part().test_implements_the_spec()
    Kept().test_implements_the_spec()
    Kept().test_sections_have_titles()


def test_several_contracts_want_a_spec_that_derives_from_theirs() -> None:
    """Without one, the hooks of one contract would be those of another; the class cannot be made."""
    expected = (
        "TestBoth has no spec that derives from ReportSpec and TextSpec\n"
        "  Hint: set 'spec = AppSpec' in it, to a spec that does: it has all their hooks"
    )
    for body in ({}, {"spec": TextSpec}, {"spec": LintSpec}):
        with pytest.raises(TypeError) as refused:
            type("TestBoth", (ReportContract, TextContract), {"plugin": Sections, **body})
        assert str(refused.value) == expected
    with pytest.raises(TypeError) as refused:
        type("TestOne", (ReportContract,), {"plugin": Sections, "spec": TextSpec})
    assert str(refused.value).splitlines()[0] == "TestOne has no spec that derives from ReportSpec"
    with pytest.raises(HookSpecError):
        type("TestOne", (ReportContract,), {"plugin": Sections, "spec": int})


def test_the_spec_that_derives_from_the_others_counts() -> None:
    """It may be set, or be that of one of the contracts, at whatever place."""

    class AppContract(HookContract[AppSpec]):
        pass

    class Set(ReportContract, TextContract):
        spec = AppSpec

    class Found(ReportContract, AppContract):
        pass

    class Again(Found, TextContract):
        pass

    assert [each.spec for each in (Set, Found, Again)] == [AppSpec, AppSpec, AppSpec]


def test_plugins_may_be_marked_for_pluggy() -> None:
    """A contract that names the project takes them; a class that is derived from it does as well."""
    import pluggy

    class Marked:
        @pluggy.HookimplMarker("app")
        def render(self, document: str) -> bytes:
            return document.encode()

    class Project(ReportContract):
        __test__ = False
        pluggy = "app"

    class Kept(Project):
        __test__ = False
        plugin = Marked

    Kept().test_implements_the_spec()
    Kept().test_something_is_rendered()

    class Other(ReportContract):
        __test__ = False
        plugin = Marked

    with pytest.raises(AssertionError, match="implements no hook"):
        Other().test_implements_the_spec()


def test_a_contract_may_have_other_bases() -> None:
    """The spec is found behind generic classes that are not contracts."""

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


def test_a_test_case_wants_a_plugin() -> None:
    """`unittest` runs a class that derives from `TestCase`, whatever it is called: without a plugin it would fail."""
    with pytest.raises(TypeError) as refused:
        type("ReportCase", (ReportContract, unittest.TestCase), {})
    assert str(refused.value) == (
        "ReportCase has no plugin\n"
        "  Hint: set 'plugin = ...' in it; or, if it is to be derived from, "
        "derive it from TestCase only where a plugin is set: unittest runs whatever is one"
    )

    class Unrun(ReportContract, unittest.TestCase):
        __test__ = False

    assert not Unrun.__test__


class Awaited(HookContract[AsyncSpec]):
    """A contract with cases of both kinds."""

    def test_names(self) -> None:
        """The plugin has a name."""
        assert self.registry.plugin_names()

    @requires(AsyncSpec.render)
    async def test_render(self) -> None:
        """Something is rendered."""
        assert await self.hook.render(document="d") == b"r"

    async def test_sections(self) -> None:
        """There is no section."""
        assert await self.hook.sections(document="d") == []


def rendering(answer: bytes) -> Any:
    """Return a plugin that renders."""

    @hookimpl.function(AsyncSpec.render)
    async def render(**_: object) -> bytes:
        return answer

    return plugin(render)


def test_async_cases_want_a_test_case_that_awaits() -> None:
    """A plain `TestCase` would let them pass without running; it is refused for a class that is run."""
    for body in ({"plugin": rendering(b"r")}, {"make_plugin": lambda self: rendering(b"r")}, {"__test__": True}):
        with pytest.raises(TypeError) as refused:
            type("AwaitedCase", (Awaited, unittest.TestCase), body)
        assert str(refused.value) == (
            "AwaitedCase has async cases, which TestCase does not await: test_render, test_sections\n"
            "  Hint: derive it from unittest.IsolatedAsyncioTestCase"
        )

    class Unrun(Awaited, unittest.TestCase):
        __test__ = False

    assert not Unrun.__test__


def test_test_cases_that_await_run_async_cases() -> None:
    """`IsolatedAsyncioTestCase` does, and so may others that run cases in their own way."""

    class Right(Awaited, unittest.IsolatedAsyncioTestCase):
        plugin = rendering(b"r")

    class Wrong(Awaited, unittest.IsolatedAsyncioTestCase):
        plugin = rendering(b"s")

    class Own(Awaited, unittest.TestCase):
        plugin = rendering(b"r")

        def _callTestMethod(self, method: Callable[[], Any]) -> None:  # noqa: N802 - as unittest calls it
            result = method()
            if asyncio.iscoroutine(result):
                asyncio.run(result)

    assert [outcome(each) for each in (Right, Wrong, Own)] == [(4, 0, 0), (4, 0, 1), (4, 0, 0)]


def test_the_kit_imports_no_asyncio() -> None:
    """`unittest` imports it for those alone whose cases are async, and so do contracts."""
    code = "import sys, pluginkit.testing; raise SystemExit('asyncio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


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


def outcome(case: type[unittest.TestCase]) -> tuple[int, int, int]:
    """Return how many cases `unittest` runs, and how many of them it skips, and how many fail."""
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(case)
    result = unittest.TextTestRunner(io.StringIO()).run(suite)
    return result.testsRun, len(result.skipped), len(result.failures)


def test_unittest_runs_contracts() -> None:
    """Derived from `TestCase` as well, a contract runs without pytest."""

    class SectionsCase(ReportContract, unittest.TestCase):
        plugin = Sections

    class BothCase(ReportContract, unittest.TestCase):
        plugin = Both

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
