"""`pluginkit.pluggy.typed`: a typed relay over a manager of pluggy's own."""

from __future__ import annotations

import pickle
from typing import Any, Protocol

import pluggy
import pytest

from pluginkit import HookCallError, HookSpecError, PluginValidationError, hookspec
from pluginkit.pluggy import SpecMismatchError, typed

project = pluggy.HookspecMarker("app")
impl = pluggy.HookimplMarker("app")


class OldSpec:
    """What the manager knows."""

    @project
    def sections(self, document: str, verbose: bool = False) -> Any: ...

    @project(firstresult=True)
    def render(self, document: str) -> Any: ...

    @project(historic=True)
    def configured(self, options: dict[str, str]) -> Any: ...


class AppSpec(Protocol):
    """The same, typed."""

    @hookspec
    def sections(self, *, document: str, verbose: bool = False) -> list[str]: ...

    @hookspec(firstresult=True)
    def render(self, *, document: str) -> bytes | None: ...

    @hookspec(historic=True)
    def configured(self, *, options: dict[str, str]) -> str | None: ...


class Plugin:
    """Implements all of it."""

    @impl(tryfirst=True)
    def sections(self, document: str) -> list[str]:
        return [document]

    @impl
    def render(self, document: str) -> bytes:
        return document.encode()

    @impl
    def configured(self, options: dict[str, str]) -> str:
        return options["colour"]


@pytest.fixture
def manager() -> Any:
    """Return a manager with the hooks, and no plugin."""
    made = pluggy.PluginManager("app")
    made.add_hookspecs(OldSpec)
    return made


def test_calls_go_through_the_manager(manager: Any) -> None:
    """A call of the relay is a call of the manager: all that watches it, watches this."""
    manager.register(Plugin())
    seen: list[str] = []
    manager.add_hookcall_monitoring(lambda name, *_: seen.append(name), lambda *_: None)
    hook = typed(manager, AppSpec)
    assert hook.sections(document="d") == [["d"]]
    assert hook.render(document="d") == b"d"
    assert seen == ["sections", "render"]


def test_plugins_that_come_later_are_called(manager: Any) -> None:
    """The relay follows the manager."""
    hook = typed(manager, AppSpec)
    assert hook.render(document="d") is None
    manager.register(Plugin())
    assert hook.render(document="d") == b"d"


def test_defaults_are_passed_on(manager: Any) -> None:
    """The defaults of the spec reach implementations that take them."""

    class Verbose:
        @impl
        def sections(self, verbose: bool) -> list[str]:
            return [str(verbose)]

    manager.register(Verbose())
    assert typed(manager, AppSpec).sections(document="d") == [["False"]]


def test_arguments_are_checked(manager: Any) -> None:
    """A call that does not fit the hook is an error, where pluggy only warns or is silent."""
    wrong: Any = typed(manager, AppSpec)
    with pytest.raises(HookCallError, match="is missing the argument 'document'"):
        wrong.render()
    with pytest.raises(HookCallError, match="unknown argument 'documnet'"):
        wrong.sections(document="d", documnet="d")
    with pytest.raises(HookCallError, match="takes no positional arguments"):
        wrong.render("d")


def test_call_extra(manager: Any) -> None:
    """Further functions are called as if registered last, and may take `**rest` and keyword-only parameters."""
    manager.register(Plugin(), "plugin")

    def extra(*, document: str, **rest: object) -> list[str]:
        return [document, *rest]

    hook = typed(manager, AppSpec)
    assert hook.sections.call_extra([extra], document="d") == [["d"], ["d", "verbose"]]
    assert hook.sections(document="d") == [["d"]]


def test_each(manager: Any) -> None:
    """`each` asks the implementations of the manager, and leaves its wrappers out."""

    class Wrapping:
        @impl(wrapper=True)
        def sections(self) -> Any:
            raise AssertionError
            yield

    manager.register(Plugin(), "plugin")
    manager.register(Wrapping(), "wrapping")
    outcomes = typed(manager, AppSpec).sections.each(document="d")
    assert [(outcome.plugin_name, outcome.unwrap()) for outcome in outcomes] == [("plugin", ["d"])]


def test_extra_that_does_not_fit(manager: Any) -> None:
    """A further function is checked as an implementation is, and nothing is called."""
    called: list[str] = []
    manager.add_hookcall_monitoring(lambda name, *_: called.append(name), lambda *_: None)
    wrong: Any = lambda documnet: None  # noqa: E731
    with pytest.raises(PluginValidationError, match="unknown parameter 'documnet'"):
        typed(manager, AppSpec).sections.call_extra([wrong], document="d")
    assert called == []


def test_historic(manager: Any) -> None:
    """A historic hook has `call_historic`, and the manager replays it."""
    answers: list[str] = []
    hook = typed(manager, AppSpec)
    hook.configured.call_historic(answers.append, options={"colour": "no"})
    hook.configured.call_historic(options={"colour": "yes"})
    manager.register(Plugin())
    assert answers == ["no"]


def test_historic_is_not_called_directly(manager: Any) -> None:
    """A direct call of a historic hook is refused, and so is a callback that is not callable; nothing is remembered."""
    wrong: Any = typed(manager, AppSpec)
    with pytest.raises(HookCallError, match=r"write configured.call_historic\(\.\.\.\)"):
        wrong.configured(options={})
    with pytest.raises(HookCallError, match="got a callback that is not callable"):
        wrong.configured.call_historic(1, options={})
    assert manager.hook.configured._call_history == []


def test_implementations(manager: Any) -> None:
    """A caller lists what it runs in call order, the wrappers first."""

    class Wrapping:
        @impl(wrapper=True)
        def sections(self) -> Any:
            return (yield)

        @impl(hookwrapper=True, trylast=True, optionalhook=True)
        def render(self) -> Any:
            yield

    manager.register(Wrapping(), "wrapping")
    manager.register(Plugin(), "plugin")
    hook = typed(manager, AppSpec)
    assert [each.plugin_name for each in hook.sections.implementations()] == ["wrapping", "plugin"]
    assert hook.sections.implementations()[1].parameters == ("document",)
    assert hook.sections.implementations()[1].mark.tryfirst
    (around, _) = hook.render.implementations()
    assert (around.mark.wrapper, around.mark.trylast, around.mark.optional) == (True, True, True)
    assert around.spec is AppSpec.render


def test_what_a_caller_says_of_itself(manager: Any) -> None:
    """A caller has the name and the spec of its hook."""
    hook = typed(manager, AppSpec)
    assert (hook.sections.name, hook.sections.spec) == ("sections", AppSpec.sections)
    assert repr(hook.sections) == "<TypedCaller AppSpec.sections>"
    assert repr(hook) == "<HookRelay of AppSpec>"


def test_everything_that_differs_is_reported() -> None:
    """All mismatches are in one error: hooks, modes, parameters, defaults, and what pluggy does not have."""

    class Wrong(Protocol):
        @hookspec(firstresult=True)
        def sections(self, *, document: str, verbos: bool = True) -> list[str]: ...

        @hookspec
        def render(self, *, document: str = "") -> bytes | None: ...

        @hookspec
        def rendr(self) -> None: ...

        @hookspec
        def unspecified(self) -> None: ...

        @hookspec
        async def configured(self, *, options: dict[str, str]) -> None: ...

        @hookspec(pipeline="text")
        def nothing_alike(self, *, text: str) -> str: ...

    manager = pluggy.PluginManager("app")
    manager.add_hookspecs(OldSpec)

    class Unspecified:
        @impl
        def unspecified(self) -> None: ...

    manager.register(Unspecified())
    with pytest.raises(SpecMismatchError) as caught:
        typed(manager, Wrong)
    assert isinstance(caught.value, HookSpecError)
    assert [(p.hook, p.message, p.hint) for p in caught.value.problems] == [
        ("Wrong.sections", "is not firstresult in the manager", "remove @hookspec(firstresult=True)"),
        ("Wrong.sections", "parameter 'verbos' is unknown to the manager", "did you mean 'verbose'?"),
        ("Wrong.sections", "parameter 'verbose' of the manager is missing", "declare 'verbose'"),
        ("Wrong.render", "is firstresult in the manager", "write @hookspec(firstresult=True)"),
        (
            "Wrong.render",
            "parameter 'document' has the default '' here and no default in the manager",
            "make them equal",
        ),
        ("Wrong.rendr", "is not a hook of the manager", "did you mean 'render'?"),
        ("Wrong.unspecified", "has no hookspec in the manager", "call add_hookspecs first"),
        ("Wrong.configured", "is async, but pluggy has no async hooks", "declare it with 'def', or use a Registry"),
        ("Wrong.configured", "is historic in the manager", "write @hookspec(historic=True)"),
        ("Wrong.nothing_alike", "is a pipeline, but pluggy has no pipelines", "remove the option, or use a Registry"),
        ("Wrong.nothing_alike", "is not a hook of the manager", "add its hookspec to the manager first"),
    ]
    assert str(caught.value).startswith("Wrong does not describe the hooks of this manager\n  Wrong.sections: is not")


def test_mismatch_can_be_pickled() -> None:
    """A mismatch keeps its fields when it goes to another process."""
    manager = pluggy.PluginManager("app")
    with pytest.raises(SpecMismatchError) as caught:
        typed(manager, AppSpec)
    copied = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own
    assert str(copied) == str(caught.value)
    assert [problem.hint for problem in copied.problems] == ["add its hookspec to the manager first"] * 3


@pytest.mark.parametrize("extra", ["documnet", "zzz"])
def test_implementations_are_compared(extra: str) -> None:
    """An implementation that wants what the spec does not have is a mismatch."""
    manager = pluggy.PluginManager("app")
    manager.add_hookspecs(OldSpec)
    manager.register(Plugin(), "plugin")
    registered: Any = manager.hook.render.get_hookimpls()[0]
    registered.argnames = (extra,)
    with pytest.raises(SpecMismatchError, match=f"plugin 'plugin' wants the unknown parameter '{extra}'"):
        typed(manager, AppSpec)
