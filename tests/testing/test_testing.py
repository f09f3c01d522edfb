"""`pluginkit.testing`: doubles, overrides, and the check of a plugin."""

from __future__ import annotations

import asyncio
import functools
from types import MethodType
from typing import TYPE_CHECKING, Any, Protocol, Self
from unittest.mock import Mock, create_autospec

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plugins import answering, at, plugin, refused
from specs import AppSpec, AsyncSpec, LintSpec, ReportSpec

from pluginkit import HookSpecError, PluginValidationError, Registry, hookimpl, hookspec
from pluginkit._call.caller import COMPILE_AFTER
from pluginkit.testing import RecordedCall, RecordingPlugin, assert_implements, muted, override
from pluginkit.testing._fixtures import registries

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


# -- the recording plugin ---------------------------------------------------------------------------------------------


def recorded(spec: Callable[..., Any]) -> tuple[Any, RecordingPlugin]:
    """Return the hooks of a registry with a recording plugin alone, and the plugin."""
    recording, registry = RecordingPlugin(spec), Registry(spec)
    registry.register(recording)
    return registry.hook, recording


def test_calls_are_recorded_in_order_with_all_arguments() -> None:
    """Every hook is implemented, and each call is recorded with the defaults of the spec."""
    hook, recording = recorded(AppSpec)
    hook.render(document="d")
    hook.sections(document="e")
    hook.polish(text="t")
    hook.configured.call_historic(options={"a": "b"})
    assert recording.calls == [
        RecordedCall("render", {"document": "d"}),
        RecordedCall("sections", {"document": "e", "verbose": False}),
        RecordedCall("polish", {"text": "t", "width": 80}),
        RecordedCall("configured", {"options": {"a": "b"}}),
    ]


def test_a_recording_plugin_gives_no_answer_until_it_is_told_to() -> None:
    """It disturbs nothing: lists stay empty, texts stay what they are."""
    hook, recording = recorded(AppSpec)
    assert (hook.sections(document="d"), hook.render(document="d"), hook.polish(text="t")) == ([], None, "t")
    recording.answer(AppSpec.sections, ["one"])
    recording.answer(AppSpec.render, b"r")
    recording.answer(AppSpec.polish, "p")
    assert (hook.sections(document="d"), hook.render(document="d"), hook.polish(text="t")) == ([["one"]], b"r", "p")
    recording.answer(AppSpec.render, None)
    assert hook.render(document="d") is None


def test_functions_answer_with_what_they_return() -> None:
    """A function takes the arguments that it declares, of each call anew; the calls are recorded as well."""
    hook, recording = recorded(AppSpec)
    recording.answer_with(AppSpec.sections, lambda document: [document])
    recording.answer_with(AppSpec.polish, lambda text, **others: text + str(others))
    recording.answer_with(AppSpec.render, Renderer())
    assert [hook.sections(document=each) for each in "de"] == [[["d"]], [["e"]]]
    assert hook.polish(text="t") == "t{'width': 80}"
    assert hook.render(document="d") == b"d"
    assert [call.hook for call in recording.calls] == ["sections", "sections", "polish", "render"]


def test_functions_may_raise() -> None:
    """What a function raises leaves the hook as from a plugin that fails; the call is recorded."""
    hook, recording = recorded(AppSpec)

    def fail() -> bytes:
        raise LookupError

    recording.answer_with(AppSpec.render, fail)
    with pytest.raises(LookupError) as caught:
        hook.render(document="d")
    (note,) = caught.value.__notes__
    assert note.startswith("in hook ReportSpec.render, plugin 'RecordingPlugin' (")
    assert recording.calls == [RecordedCall("render", {"document": "d"})]


def test_the_latest_answer_counts() -> None:
    """`answer` and `answer_with` replace each other."""
    hook, recording = recorded(AppSpec)
    recording.answer(AppSpec.render, b"r")
    recording.answer_with(AppSpec.render, lambda document: document.encode())
    assert hook.render(document="d") == b"d"
    recording.answer(AppSpec.render, None)
    assert hook.render(document="d") is None


def test_async_hooks_are_answered_by_functions_of_both_kinds() -> None:
    """An async function is awaited, and a plain one is not, in every mode."""
    hook, recording = recorded(AsyncSpec)

    async def sections(document: str) -> list[str]:
        await asyncio.sleep(0)
        return [document]

    recording.answer_with(AsyncSpec.sections, sections)
    recording.answer_with(AsyncSpec.sections_at_once, sections)
    recording.answer_with(AsyncSpec.render, lambda document: document.encode())

    async def run() -> list[object]:
        return [
            await hook.sections(document="d"),
            await hook.sections_at_once(document="d"),
            await hook.render(document="d"),
        ]

    assert asyncio.run(run()) == [[["d"]], [["d"]], b"d"]


def test_a_function_that_does_not_fit_gives_no_answer() -> None:
    """It is refused as an override is, async functions of plain hooks and wrappers among it; nothing changes."""
    hook, recording = recorded(AppSpec)
    recording.answer(AppSpec.render, b"r")

    async def render(document: str) -> bytes:
        raise NotImplementedError

    wrong: Any
    for wrong, message in (
        (lambda documnet: b"o", "unknown parameter 'documnet' [PK101]"),
        (render, "is async, but the hook is not [PK104]"),
        (wrapping, "is marked as a wrapper, but would be called as an implementation [PK122]"),
    ):
        with pytest.raises(PluginValidationError) as caught:
            recording.answer_with(AppSpec.render, wrong)
        assert str(caught.value).splitlines()[0] == f"plugin '<answer_with>': ReportSpec.render: {message}"
    assert hook.render(document="d") == b"r"


def test_a_recording_plugin_sees_what_the_host_calls() -> None:
    """It runs first, whenever it was registered: no other plugin has answered, or changed what a pipeline threads."""
    hook, recording = (registry := Registry(AppSpec)).hook, RecordingPlugin(AppSpec)
    registry.register(recording)
    registry.register(answering(AppSpec.render, b"plugin"), "render")
    registry.register(answering(AppSpec.polish, "plugin"), "polish")
    assert (hook.render(document="d"), hook.polish(text="t")) == (b"plugin", "plugin")
    assert recording.calls == [
        RecordedCall("render", {"document": "d"}),
        RecordedCall("polish", {"text": "t", "width": 80}),
    ]
    recording.answer(AppSpec.render, b"recording")
    assert hook.render(document="d") == b"recording"


def test_arguments_are_recorded_as_they_are() -> None:
    """What is recorded are the objects of the call, and no copies."""
    hook, recording = recorded(AppSpec)
    options = {"a": "b"}
    hook.configured.call_historic(options=options)
    options["a"] = "c"
    assert recording.calls_of(AppSpec.configured) == [{"options": {"a": "c"}}]


def test_historic_answers_reach_the_callback() -> None:
    """A historic hook is answered as others are."""
    hook, recording = recorded(AppSpec)
    recording.answer(AppSpec.configured, "yes")
    answers: list[str] = []
    hook.configured.call_historic(answers.append, options={})
    assert answers == ["yes"]


def test_async_hooks_are_recorded_and_answered() -> None:
    """Async hooks of every mode are implemented by async functions."""
    hook, recording = recorded(AsyncSpec)
    recording.answer(AsyncSpec.render, b"r")
    recording.answer(AsyncSpec.configured, "yes")

    async def run() -> bytes | None:
        await hook.sections(document="d")
        await hook.configured.call_historic(options={})
        return await hook.render(document="e")

    assert asyncio.run(run()) == b"r"
    assert [call.hook for call in recording.calls] == ["sections", "configured", "render"]


def test_calls_of_one_hook() -> None:
    """`calls_of` gives the arguments of the calls of one hook, also where it is known from a base of the spec."""
    hook, recording = recorded(AppSpec)
    hook.render(document="d")
    hook.sections(document="e")
    hook.render(document="f")
    assert recording.calls_of(AppSpec.render) == [{"document": "d"}, {"document": "f"}]
    assert recording.calls_of(ReportSpec.render) == recording.calls_of(AppSpec.render)
    recording.calls.clear()
    assert recording.calls_of(AppSpec.render) == []


def test_hooks_may_have_the_names_of_its_attributes() -> None:
    """A hook called `calls` or `answer` is recorded like any other."""

    class Awkward(Protocol):
        @hookspec
        def calls(self) -> int: ...

        @hookspec
        def answer(self, *, hook: str) -> int: ...

    hook, recording = recorded(Awkward)
    recording.answer(Awkward.calls, 1)
    assert (hook.calls(), hook.answer(hook="h")) == ([1], [])
    assert recording.calls == [RecordedCall("calls", {}), RecordedCall("answer", {"hook": "h"})]


def test_a_recording_plugin_shows_what_it_records() -> None:
    """Its text names the spec and counts the calls."""
    assert repr(RecordingPlugin(AppSpec)) == "<RecordingPlugin of AppSpec, 0 calls>"


def test_a_hook_of_another_spec_is_refused() -> None:
    """`answer`, `answer_with` and `calls_of` take hooks of the spec only; nothing changes."""
    hook, recording = recorded(ReportSpec)
    with pytest.raises(ValueError, match=r"^LintSpec\.lint is not a hook of ReportSpec$"):
        recording.answer_with(LintSpec.lint, lambda document: "l")
    with pytest.raises(ValueError, match=r"^LintSpec\.lint is not a hook of ReportSpec$"):
        recording.answer(LintSpec.lint, "l")
    with pytest.raises(ValueError, match=r"^LintSpec\.lint is not a hook of ReportSpec$"):
        recording.calls_of(LintSpec.lint)
    assert hook.sections(document="d") == []


def test_only_a_spec_is_accepted() -> None:
    """A recording plugin requires a spec, as a registry does."""
    with pytest.raises(HookSpecError):
        RecordingPlugin(int)


# -- override and muted -----------------------------------------------------------------------------------------------


CALLER = Registry(AppSpec).hook.render
NO_HOOKS: list[tuple[Any, str, str]] = [
    ("render", "'render'", "AppSpec.render"),
    (AppSpec, repr(AppSpec), "AppSpec.render"),
    (CALLER, repr(CALLER), "ReportSpec.render"),
]


@pytest.mark.parametrize(("wrong", "shown", "right"), NO_HOOKS, ids=["name", "spec", "caller"])
@pytest.mark.parametrize("function", ["answer", "answer_with", "calls_of", "override", "muted"])
def test_only_a_hook_is_accepted(function: str, wrong: Any, shown: str, right: str) -> None:
    """A name, a spec, or what `registry.hook` has: the message says how a hook is referred to, and nothing changes."""
    registry, recording = Registry(AppSpec), RecordingPlugin(AppSpec)
    registry.register(recording)
    calls: dict[str, Callable[[], object]] = {
        "answer": lambda: recording.answer(wrong, b"r"),
        "answer_with": lambda: recording.answer_with(wrong, lambda document: b"r"),
        "calls_of": lambda: recording.calls_of(wrong),
        "override": override(registry, wrong, lambda document: b"o").__enter__,
        "muted": muted(registry, AppSpec.render, wrong).__enter__,
    }
    with refused(registry, TypeError) as caught:
        calls[function]()
    assert str(caught.value) == f"{shown} is not a hook [PK113]\n  Hint: refer to a hook by its spec, as in {right}"
    assert registry.hook.render(document="d") is None
    assert len(recording.calls) == 1


@hookimpl.function(AppSpec.render, wrapper=True)
def wrapping(**_: object) -> Generator[None, bytes | None, bytes | None]:
    """Replace what `render` gives."""
    yield
    return b"wrapper"


@pytest.fixture
def registry(tier: str) -> Registry[AppSpec]:
    """Return a registry with an implementation and a wrapper of `render`."""
    registry = Registry(AppSpec)
    registry.register(answering(AppSpec.render, b"plugin"), "plugin")
    registry.register(plugin(wrapping), "wrapper")
    return registry


def test_an_override_runs_alone(registry: Registry[AppSpec]) -> None:
    """Neither plugins nor wrappers run, and afterwards they do again."""
    held = registry.hook.render
    with override(registry, AppSpec.render, lambda document: document.encode()):
        assert (registry.hook.render(document="d"), held(document="d")) == (b"d", b"d")
        assert [impl.plugin_name for impl in registry.hook.render.implementations()] == ["<override>"]
    assert (registry.hook.render(document="d"), held(document="d")) == (b"wrapper", b"wrapper")


class Renderer:
    """A callable that is not a function."""

    def __call__(self, document: str) -> bytes:
        return document.encode()


class Rendered(bytes):
    """A class to be called: bytes that are made of a document."""

    def __new__(cls, document: str) -> Self:
        return super().__new__(cls, document.encode())


def encode(document: str, encoding: str) -> bytes:
    """Return a document in an encoding."""
    return document.encode(encoding)


CALLABLES: dict[str, Callable[..., Any]] = {
    "mock": Mock(return_value=b"d"),
    "partial": functools.partial(encode, encoding="ascii"),
    "instance": Renderer(),
    "method": Renderer().__call__,
    "method of a mock": MethodType(Mock(return_value=b"d"), Renderer()),
    "class": Rendered,
    "cached": functools.lru_cache(lambda document: b"d"),
    "mock of a function": create_autospec(lambda document: b"", return_value=b"d"),
}


@pytest.mark.parametrize("name", CALLABLES)
def test_any_callable_overrides(name: str) -> None:
    """A substitute for a plugin need not be a function, however often the hook is called."""
    registry = Registry(AppSpec)
    with override(registry, AppSpec.render, CALLABLES[name]):
        assert [registry.hook.render(document="d") for _ in range(3 * COMPILE_AFTER)] == [b"d"] * (3 * COMPILE_AFTER)
    assert registry.hook.render(document="d") is None


def test_muted_hooks_run_nothing(registry: Registry[AppSpec]) -> None:
    """Neither plugins nor wrappers run, of those hooks alone."""
    registry.register(answering(AppSpec.sections, ["s"]), "sections")
    with muted(registry, AppSpec.render):
        assert (registry.hook.render(document="d"), registry.hook.sections(document="d")) == (None, [["s"]])
        with muted(registry, AppSpec.render, AppSpec.sections):
            assert (registry.hook.render(document="d"), registry.hook.sections(document="d")) == (None, [])
        assert (registry.hook.render(document="d"), registry.hook.sections(document="d")) == (None, [["s"]])
    assert registry.hook.render(document="d") == b"wrapper"


def test_extra_functions_run_beside_an_override(registry: Registry[AppSpec]) -> None:
    """They belong to the call, which asks for them: neither `override` nor `muted` keeps them away."""
    with override(registry, AppSpec.sections, lambda document: ["o"]):
        assert registry.hook.sections.call_extra([lambda: ["extra"]], document="d") == [["extra"], ["o"]]
    with muted(registry, AppSpec.sections):
        assert registry.hook.sections.call_extra([lambda: ["extra"]], document="d") == [["extra"]]


@pytest.mark.parametrize("context", ["override", "muted"])
def test_exceptions_end_it(registry: Registry[AppSpec], context: str) -> None:
    """Whatever leaves the block, everything is as before."""
    made = (
        override(registry, AppSpec.render, lambda **_: b"o")
        if context == "override"
        else muted(registry, AppSpec.render)
    )
    with pytest.raises(KeyboardInterrupt), made:
        raise KeyboardInterrupt
    assert registry.hook.render(document="d") == b"wrapper"


def test_views_and_composed_specs_are_overridden(registry: Registry[AppSpec]) -> None:
    """The hook may be given as its base declares it, and `without` shows the override as well."""
    with override(registry, ReportSpec.render, lambda **_: b"o"):
        assert registry.without("wrapper").render(document="d") == b"o"
    assert registry.without("wrapper").render(document="d") == b"plugin"


def test_a_function_that_does_not_fit_is_refused(registry: Registry[AppSpec]) -> None:
    """An override is checked as an implementation is, and nothing changes."""
    wrong: Any = lambda documnet: b"o"  # noqa: E731
    with refused(registry, PluginValidationError, match="unknown parameter 'documnet'"):
        override(registry, AppSpec.render, wrong).__enter__()
    assert registry.hook.render(document="d") == b"wrapper"


def test_an_override_is_not_a_wrapper(registry: Registry[AppSpec]) -> None:
    """A function, or a method, that is marked as a wrapper would give its generator as the answer: it is refused."""

    class Wrapper:
        @hookimpl(AppSpec.render, wrapper=True)
        def around(self) -> Generator[None, bytes | None, bytes | None]:
            return (yield)

    wrong: Any
    for wrong in (wrapping, Wrapper().around):
        with refused(registry, PluginValidationError) as caught:
            override(registry, AppSpec.render, wrong).__enter__()
        first, *_, last = str(caught.value).splitlines()
        told = "is marked as a wrapper, but would be called as an implementation [PK122]"
        assert first == f"plugin '<override>': ReportSpec.render: {told}"
        assert last == "  Hint: remove wrapper=True, or register a plugin that has it"
    assert registry.hook.render(document="d") == b"wrapper"


def test_what_an_override_raises_is_noted_to_be_its_own(registry: Registry[AppSpec]) -> None:
    """The note of the exception says `<override>` where it would name a plugin."""

    def fail(document: str) -> bytes:
        raise LookupError(document)

    with override(registry, AppSpec.render, fail), pytest.raises(LookupError) as caught:
        registry.hook.render(document="d")
    assert caught.value.__notes__ == [f"in hook ReportSpec.render, plugin '<override>' ({at(fail)})"]


def test_hooks_of_others_are_refused(registry: Registry[AppSpec]) -> None:
    """A hook that the registry lacks is neither overridden nor muted, and nor are those beside it."""
    message = (
        f"plugin '{{}}': LintSpec.lint: is not a hook of this registry [PK103]\n  at  {at(LintSpec.lint.function)}\n"
        "  Hint: refer to a hook of the registry's spec, or add its spec"
    )
    with refused(registry, PluginValidationError) as caught, muted(registry, AppSpec.render, LintSpec.lint):
        pass
    assert str(caught.value) == message.format("<muted>")
    with refused(registry, PluginValidationError) as caught:
        override(registry, LintSpec.lint, lambda document: document).__enter__()
    assert str(caught.value) == message.format("<override>")
    assert registry.hook.render(document="d") == b"wrapper"


def test_async_hooks_are_overridden() -> None:
    """By async functions and by plain ones."""
    registry = Registry(AsyncSpec)

    async def render(document: str) -> bytes:
        return document.encode()

    with override(registry, AsyncSpec.render, render):
        assert asyncio.run(registry.hook.render(document="d")) == b"d"
    with override(registry, AsyncSpec.render, lambda document: b"plain"):
        assert asyncio.run(registry.hook.render(document="d")) == b"plain"


def test_historic_calls_in_an_override_are_remembered() -> None:
    """Plugins that are registered later receive a call that was made in the meantime."""
    registry, told = Registry(AppSpec), list[object]()

    def hear(options: object) -> None:
        told.append(options)

    with override(registry, AppSpec.configured, hear):
        registry.hook.configured.call_historic(options={"a": "b"})
    recording = RecordingPlugin(AppSpec)
    registry.register(recording)
    assert told == [{"a": "b"}]
    assert recording.calls == [RecordedCall("configured", {"options": {"a": "b"}})]


def test_a_plugin_registered_during_an_override_receives_earlier_calls() -> None:
    """What was called before is replayed to a plugin that is registered meanwhile, as always."""
    registry = Registry(AppSpec)
    registry.hook.configured.call_historic(options={"call": "1"})
    for meanwhile in (muted(registry, AppSpec.configured), override(registry, AppSpec.configured, lambda options: "")):
        recording = RecordingPlugin(AppSpec)
        with meanwhile:
            registry.register(recording)
        assert recording.calls_of(AppSpec.configured) == [{"options": {"call": "1"}}]


class Slow:
    """An async listener that stops until it is told to go on."""

    def __init__(self) -> None:
        self.began, self.may_end = asyncio.Event(), asyncio.Event()
        self.received: list[object] = []

    @hookimpl(AsyncSpec.configured)
    async def configured(self, options: dict[str, str]) -> None:
        self.received.append(options)
        self.began.set()
        await self.may_end.wait()


def test_a_historic_call_that_begins_in_an_override_goes_on_with_it() -> None:
    """Plugins that were there do not get the call when the override ends before it; it is remembered."""
    registry, present, later = Registry(AsyncSpec), RecordingPlugin(AsyncSpec), RecordingPlugin(AsyncSpec)
    registry.register(present, "present")

    async def main() -> None:
        slow = Slow()
        with override(registry, AsyncSpec.configured, slow.configured):
            call = asyncio.create_task(registry.hook.configured.call_historic(options={"a": "b"}))
            await slow.began.wait()
        slow.may_end.set()
        await call
        assert slow.received == [{"a": "b"}]
        await registry.aregister(later, "later")

    asyncio.run(main())
    assert (present.calls, later.calls) == ([], [RecordedCall("configured", {"options": {"a": "b"}})])


def test_a_historic_call_that_is_under_way_takes_no_notice_of_an_override() -> None:
    """A call that began with the plugins goes on with them: no substitute gets it, and each plugin gets it once."""
    registry, other, told = Registry(AsyncSpec), RecordingPlugin(AsyncSpec), list[object]()

    async def main() -> None:
        slow = Slow()
        registry.register(slow)
        call = asyncio.create_task(registry.hook.configured.call_historic(options={"a": "b"}))
        await slow.began.wait()
        with override(registry, AsyncSpec.configured, lambda options: str(told.append(options))):
            registry.register(other)
            slow.may_end.set()
            await call
        assert slow.received == [{"a": "b"}]

    asyncio.run(main())
    assert (told, other.calls) == ([], [RecordedCall("configured", {"options": {"a": "b"}})])


def test_a_plugin_that_comes_during_an_overridden_historic_call_gets_it_once() -> None:
    """It is later than the call, which is not over yet; it still receives the call."""
    registry, present, later = Registry(AppSpec), RecordingPlugin(AppSpec), RecordingPlugin(AppSpec)
    registry.register(present, "present")

    def register(options: object) -> None:
        registry.register(later, "later")

    with override(registry, AppSpec.configured, register):
        registry.hook.configured.call_historic(options={"a": "b"})
    assert (present.calls, later.calls) == ([], [RecordedCall("configured", {"options": {"a": "b"}})])


def test_an_overridden_historic_call_that_fails_is_not_remembered() -> None:
    """What the function raises leaves the call, and no plugin receives it."""
    registry, later = Registry(AppSpec), RecordingPlugin(AppSpec)

    def fail(options: object) -> None:
        raise LookupError

    with override(registry, AppSpec.configured, fail), refused(registry, LookupError):
        registry.hook.configured.call_historic(options={})
    registry.register(later)
    assert later.calls == []


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("register"), st.integers(0, 3)),
        st.tuples(st.just("unregister"), st.integers(0, 3)),
        st.tuples(st.just("override"), st.integers(10, 13)),
        st.tuples(st.just("mute"), st.just(0)),
        st.tuples(st.just("end"), st.integers(0, 3)),
        st.tuples(st.just("call"), st.just(0)),
    ),
    max_size=30,
)


@given(STEPS)
def test_overrides_nest_among_registrations(steps: list[tuple[str, int]]) -> None:
    """In any order of beginnings and ends, the latest that has not ended counts; without any, the plugins do."""

    class NumberSpec(Protocol):
        @hookspec
        def number(self) -> int: ...

    def giving(value: int) -> Callable[[], int]:
        return lambda: value

    registry = Registry(NumberSpec)
    plugins: list[int] = []
    active: list[tuple[Any, list[int]]] = []
    for step, value in steps:
        if step == "register" and value not in plugins:
            registry.register(answering(NumberSpec.number, value), str(value))
            plugins.insert(0, value)
        elif step == "unregister" and value in plugins:
            registry.unregister(str(value))
            plugins.remove(value)
        elif step == "override":
            active.append((override(registry, NumberSpec.number, giving(value)), [value]))
            active[-1][0].__enter__()
        elif step == "mute":
            active.append((muted(registry, NumberSpec.number), []))
            active[-1][0].__enter__()
        elif step == "end" and value < len(active):
            active.pop(value)[0].__exit__(None, None, None)
        expected = active[-1][1] if active else plugins
        for _ in range(40 if step == "call" else 1):  # often enough to be compiled
            assert registry.hook.number() == expected


# -- registries and assertions ----------------------------------------------------------------------------------------


def test_registries_are_emptied_in_the_end() -> None:
    """All plugins are unregistered, those included that came later."""
    with registries() as registry_for:
        registry = registry_for(AppSpec, answering(AppSpec.render, b"r"))
        assert registry.hook.render(document="d") == b"r"
        registry.register(answering(AppSpec.render, b"s"), "later")
        other = registry_for(AppSpec)
        assert other.plugin_names() == ()
    assert (registry.plugin_names(), registry.hook.render(document="d")) == ((), None)


def test_registries_take_pluggys_marks_if_told_to() -> None:
    """`pluggy=` is passed on."""
    import pluggy

    class Plugin:
        @pluggy.HookimplMarker("app")
        def render(self, document: str) -> bytes:
            return document.encode()

    with registries() as registry_for:
        assert registry_for(AppSpec, Plugin(), pluggy="app").hook.render(document="d") == b"d"
    assert_implements(Plugin(), AppSpec, pluggy="app")
    with pytest.raises(AssertionError, match="implements no hook"):
        assert_implements(Plugin(), AppSpec)


def test_assert_implements_takes_what_a_registry_takes() -> None:
    """Instances, classes with static methods and modules pass if they can be registered, and no code of them runs."""

    class Static:
        @staticmethod
        @hookimpl.function(AppSpec.render)
        def render(document: str) -> bytes:
            raise AssertionError

    assert_implements(Static, AppSpec)
    assert_implements(Static(), AppSpec)
    assert_implements(RecordingPlugin(ReportSpec), AppSpec)


def test_assert_implements_reports_what_registration_reports() -> None:
    """All problems are in the message of the AssertionError, as registration gives them."""

    class Wrong:
        @hookimpl
        def sections(self, documnet: str) -> list[str]: ...  # type: ignore[empty-body]

        @hookimpl
        def rendr(self) -> bytes: ...  # type: ignore[empty-body]

    wrong, registry = Wrong(), Registry(AppSpec)
    with pytest.raises(PluginValidationError) as caught:
        registry.register(wrong)
    with pytest.raises(AssertionError) as failed:
        assert_implements(wrong, AppSpec)
    assert str(failed.value) == str(caught.value)
    assert "unknown parameter 'documnet'" in str(failed.value)
    assert "'rendr' is not a hook" in str(failed.value)


def test_assert_implements_wants_a_spec() -> None:
    """Passing something other than a spec is a mistake of the test, not of the plugin."""
    with pytest.raises(HookSpecError):
        assert_implements(object(), int)


def test_the_kit_needs_no_pytest() -> None:
    """Importing `pluginkit.testing` does not import pytest."""
    import subprocess
    import sys

    code = "import sys, pluginkit.testing; raise SystemExit('pytest' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
