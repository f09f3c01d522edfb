"""`Registry(Spec, pluggy=...)`: plugins that pluggy's marker has marked, beside typed ones."""

from __future__ import annotations

import gc
from types import FunctionType, SimpleNamespace
from typing import TYPE_CHECKING, Any, Protocol

import pluggy
import pytest

from pluginkit import PluginValidationError, Registry, WrapperError, hookimpl, hookspec
from pluginkit.pluggy import Result

if TYPE_CHECKING:
    from collections.abc import Generator

impl = pluggy.HookimplMarker("app")


class AppSpec(Protocol):
    """A host that came from pluggy."""

    @hookspec
    def sections(self, *, document: str, verbose: bool = False) -> list[str]: ...

    @hookspec(firstresult=True)
    def render(self, *, document: str) -> str | None: ...

    @hookspec(historic=True)
    def configured(self, *, options: str) -> None: ...


class FurtherSpec(Protocol):
    """What the host may have or not."""

    @hookspec
    def closed(self) -> str | None: ...


@pytest.fixture
def registry() -> Registry[AppSpec]:
    """Return a registry that takes the marks of the project."""
    return Registry(AppSpec, pluggy="app")


def render(registry: Registry[AppSpec]) -> str | None:
    """Call the hook of most of these tests."""
    return registry.hook.render(document="d")


def plugin(function: Any, **options: Any) -> SimpleNamespace:
    """Return a plugin with one function, marked by pluggy's marker."""
    return SimpleNamespace(function=impl(specname="render", **options)(function))


def test_old_and_new_plugins_side_by_side(registry: Registry[AppSpec]) -> None:
    """Plugins of both kinds are called in one order: pluginkit's."""

    class Old:
        @impl
        def sections(self, document: str) -> list[str]:
            return [f"old {document}"]

    class New:
        @hookimpl(AppSpec.sections)
        def sections(self, document: str, **_: object) -> list[str]:
            return [f"new {document}"]

    class First:
        @impl(tryfirst=True)
        def sections(self) -> list[str]:
            return ["first"]

    for each in (First(), Old(), New()):
        registry.register(each)
    assert registry.hook.sections(document="d") == [["first"], ["new d"], ["old d"]]


def test_without_the_option_marks_are_unseen() -> None:
    """Only a registry with the project's name accepts its marks, and those of no other project."""
    old = plugin(lambda document: document)
    for registry in (Registry(AppSpec), Registry(AppSpec, pluggy="other")):
        with pytest.raises(PluginValidationError, match="implements no hook"):
            registry.register(old)
        assert registry.plugin_names() == ()


def test_both_marks_count_once(registry: Registry[AppSpec]) -> None:
    """A function with a mark of either kind is one implementation, for plugins that serve both."""

    class Both:
        @impl(tryfirst=True)
        @hookimpl(AppSpec.render)
        def render(self, document: str) -> str:
            return document

    registry.register(Both())
    (found,) = registry.hook.render.implementations()
    assert not found.mark.tryfirst


def test_forms(registry: Registry[AppSpec]) -> None:
    """Methods, static and class methods with the mark above or below, and functions of a class are implementations."""

    class Plugin:
        @staticmethod
        @impl(specname="sections")
        def below(document: str) -> list[str]:
            return [f"below {document}"]

        @impl(specname="sections")
        @classmethod
        def above(cls, document: str) -> list[str]:
            return [f"{cls.__name__} {document}"]

        @impl(specname="sections")
        def plain(document: str) -> list[str]:  # noqa: N805
            return [f"plain {document}"]

        @impl(specname="sections")
        def nothing() -> list[str]:  # type: ignore[misc]
            return ["nothing"]

    registry.register(Plugin)
    assert sorted(registry.hook.sections(document="d")) == [["Plugin d"], ["below d"], ["nothing"], ["plain d"]]


def test_class_with_self_needs_an_instance(registry: Registry[AppSpec]) -> None:
    """A class whose function wants an instance is refused; pluggy would find out at the call."""

    class Plugin:
        @impl
        def render(self, document: str) -> str:
            return document

    with pytest.raises(PluginValidationError, match="needs an instance, but the plugin is a class"):
        registry.register(Plugin)
    assert registry.plugin_names() == ()
    registry.register(Plugin())
    assert render(registry) == "d"


def test_overridden_without_a_mark(registry: Registry[AppSpec]) -> None:
    """A method that overrides a marked one, and has no mark, is not an implementation."""

    class Base:
        @impl
        def render(self) -> str:
            return "base"

        @impl
        def sections(self) -> list[str]:
            return ["base"]

    class Derived(Base):
        def render(self) -> str:
            return "derived"

    registry.register(Derived())
    assert render(registry) is None
    assert registry.hook.sections(document="d") == [["base"]]


def test_unknown_hooks_and_parameters(registry: Registry[AppSpec]) -> None:
    """The same validation: everything that does not fit is reported at once, and nothing is registered."""

    class Wrong:
        @impl
        def rendr(self) -> None: ...

        @impl
        def render(self, documnet: str) -> None: ...

        @impl(hookwrapper=True)
        def sections(self) -> None: ...

        @impl(hookwrapper=True)
        def configured(self) -> Generator[None, Any, None]:
            yield

    with pytest.raises(PluginValidationError) as caught:
        registry.register(Wrong())
    assert [problem.message for problem in caught.value.problems] == [
        "'rendr' is not a hook of this registry",
        "unknown parameter 'documnet'",
        "the wrapper is not a generator function",
        "a historic hook cannot have wrappers",
    ]
    assert f"{__file__}:" in caught.value.problems[3].location
    assert registry.plugin_names() == ()


def test_wrapper_of_both_kinds(registry: Registry[AppSpec]) -> None:
    """A function that is an old-style and a new-style wrapper is refused, as by pluggy."""

    def both() -> Generator[None, Any, None]:
        yield

    with pytest.raises(PluginValidationError, match="is a wrapper of both kinds"):
        registry.register(plugin(both, wrapper=True, hookwrapper=True))
    assert registry.plugin_names() == ()


def test_tryfirst_and_trylast(registry: Registry[AppSpec]) -> None:
    """With both options pluggy runs it last, and so do we."""
    registry.register(plugin(lambda: "both", tryfirst=True, trylast=True))
    registry.register(plugin(lambda: "plain"), "plain")
    registry.register(plugin(lambda: "last", trylast=True), "last")
    assert registry.hook.render.implementations()[0].plugin_name == "plain"


def test_functions_that_are_written_like_ours(registry: Registry[AppSpec]) -> None:
    """What each takes goes by its own marker, whatever the other has registered before: here `**rest` and a default."""

    def named(document: str = "own", **rest: object) -> str:
        return f"{document} {sorted(rest)}"

    def other(text: str = "own", **rest: object) -> str:
        return f"{text} {sorted(rest)}"

    for _ in range(2):
        ours = registry.register(SimpleNamespace(sections=hookimpl(copied(named))), "ours")
        theirs = registry.register(SimpleNamespace(sections=impl(copied(named))), "theirs")
        renamed = registry.register(SimpleNamespace(sections=impl(copied(other))), "renamed")
        assert registry.hook.sections(document="d") == ["own []", "d []", "d ['verbose']"]
        for each in (ours, theirs, renamed):
            each.close()


def copied(function: FunctionType) -> FunctionType:
    """Return another function with the same code, which is not marked."""
    made = FunctionType(function.__code__, {}, "sections", function.__defaults__)
    made.__kwdefaults__ = function.__kwdefaults__
    return made


def test_what_is_passed(registry: Registry[AppSpec]) -> None:
    """As with pluggy, defaults of other names are kept, positional-only parameters are given, `**rest` gets nothing."""

    def positional(document: str, /, other: int = 1, *, third: int = 2, **rest: object) -> str:
        return f"{document} {other} {third} {rest}"

    registry.register(plugin(positional))
    assert render(registry) == "d 1 2 {}"
    (found,) = registry.hook.render.implementations()
    assert found.location.startswith(__file__)


def test_required_keyword_only(registry: Registry[AppSpec]) -> None:
    """What is keyword-only and required is given; pluggy gives nothing, and such a call fails."""

    def required(*, document: str) -> str:
        return document

    registry.register(plugin(required))
    assert render(registry) == "d"


def test_builtin_wrapped_method(registry: Registry[AppSpec]) -> None:
    """A method with positional-only parameters is bound as any other."""

    class Plugin:
        @impl
        def render(self, document: str = "", /) -> str:
            return document

    registry.register(Plugin())
    assert render(registry) == "d"


def test_optional_hooks_wait(registry: Registry[AppSpec]) -> None:
    """What is marked with `optionalhook` takes effect once the host has the hook."""

    class Plugin:
        @impl(optionalhook=True)
        def closed(self) -> str:
            return "closed"

    registry.register(Plugin())
    assert registry.add_spec(FurtherSpec).closed() == ["closed"]


def test_historic_replay(registry: Registry[AppSpec]) -> None:
    """A historic call is replayed to plugins of either kind."""
    seen: list[str] = []
    registry.hook.configured.call_historic(options="o")

    class Plugin:
        @impl
        def configured(self, options: str) -> None:
            seen.append(options)

    registry.register(Plugin())
    assert seen == ["o"]


def test_new_style_wrapper(registry: Registry[AppSpec], tier: str) -> None:
    """A new-style wrapper of pluggy's is a wrapper of ours, with a positional-only parameter too."""

    def around(document: str, /) -> Generator[None, str, str]:
        result = yield
        return f"[{document} {result}]"

    registry.register(plugin(lambda: "inner"))
    registry.register(plugin(around, wrapper=True), "around")
    assert render(registry) == "[d inner]"


def test_old_style_wrapper(registry: Registry[AppSpec], tier: str) -> None:
    """An old-style wrapper gets a `Result`; what it returns is ignored, what it forces counts."""

    def looking(document: str) -> Generator[None, Any, str]:
        outcome = yield
        assert (outcome.get_result(), outcome.exception, outcome.excinfo) == ("inner", None, None)
        return "ignored"

    def forcing() -> Generator[None, Any, None]:
        outcome = yield
        outcome.force_result(outcome.get_result().upper())

    registry.register(plugin(lambda: "inner"))
    registry.register(plugin(forcing, hookwrapper=True), "forcing")
    assert render(registry) == "INNER"
    registry.unregister("forcing")
    registry.register(plugin(looking, hookwrapper=True), "looking")
    assert render(registry) == "inner"


def test_old_style_wrapper_and_exceptions(registry: Registry[AppSpec], tier: str) -> None:
    """The code behind its `yield` runs after an exception as well, which goes on as it was, or is replaced."""
    outcomes: list[Any] = []
    raised = ZeroDivisionError("inner")

    def failing() -> str:
        raise raised

    def looking() -> Generator[None, Any, None]:
        outcome = yield
        outcomes.append((outcome.exception, outcome.excinfo[:2]))

    registry.register(plugin(failing))
    registry.register(plugin(looking, hookwrapper=True), "looking")
    with pytest.raises(ZeroDivisionError) as caught:
        render(registry)
    assert caught.value is raised
    assert (raised.__context__, raised.__cause__) == (None, None)
    assert outcomes == [(raised, (ZeroDivisionError, raised))]
    names = [entry.name for entry in caught.traceback]
    assert names[-1] == "failing"
    assert "wrapper" not in names

    def replacing() -> Generator[None, Any, None]:
        (yield).force_exception(KeyError("replaced"))

    registry.register(plugin(replacing, hookwrapper=True), "replacing")
    with pytest.raises(KeyError, match="replaced"):
        render(registry)


def test_old_style_wrapper_that_raises(registry: Registry[AppSpec]) -> None:
    """What an old-style wrapper raises leaves the call, with a note of where it came from."""

    def raising() -> Generator[None, Any, None]:
        yield
        raise LookupError("teardown")

    registry.register(plugin(raising, hookwrapper=True), "raising")
    with pytest.raises(LookupError, match="teardown") as caught:
        render(registry)
    assert "in hook AppSpec.render, plugin 'raising'" in caught.value.__notes__[0]


def test_old_style_wrapper_that_yields_wrongly(registry: Registry[AppSpec]) -> None:
    """No `yield`, and a second one, are errors of the wrapper; the others unwind, and it is closed."""
    closed: list[str] = []

    def never() -> Generator[None, Any, None]:
        if closed is None:
            yield

    def twice() -> Generator[None, Any, None]:
        yield
        try:
            yield
        finally:
            closed.append("closed")

    with registry.register(plugin(never, hookwrapper=True)), pytest.raises(WrapperError, match="did not yield"):
        render(registry)
    with registry.register(plugin(twice, hookwrapper=True)), pytest.raises(WrapperError, match="yielded a second time"):
        render(registry)
    assert closed == ["closed"]


def test_nothing_is_left_for_the_garbage_collector(registry: Registry[AppSpec]) -> None:
    """A call that raises through an old-style wrapper leaves no cycle behind."""

    class Marker(Exception):  # noqa: N818
        pass

    def failing() -> str:
        raise Marker

    def looking() -> Generator[None, Any, None]:
        yield

    registry.register(plugin(failing))
    registry.register(plugin(looking, hookwrapper=True), "looking")
    gc.collect()
    gc.disable()
    try:
        try:
            render(registry)
        except Marker:
            pass
        assert not [each for each in gc.get_objects() if type(each) is Marker]
    finally:
        gc.enable()


def test_result_of_a_call_that_raises() -> None:
    """What a call raises is held, and raised again with the traceback that it came with."""
    outcome: Result[None] = Result.from_call(lambda: {}["a"])
    for _ in range(2):
        with pytest.raises(KeyError) as caught:
            outcome.get_result()
        assert [entry.name for entry in caught.traceback][-2:] == ["from_call", "<lambda>"]
