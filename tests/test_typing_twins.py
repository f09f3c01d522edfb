"""The twins of tests/typing: what every checker promises there holds at run time, what it refuses is refused.

The wrong lines are hidden from checkers behind `Any`. The last two parts are about the places where run time and
checkers differ: each of their tests says which of the two is stricter.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from plugins import plugin, refused

from pluginkit import (
    HistoricCaller,
    HookCaller,
    HookCallError,
    HookSpecError,
    PluginValidationError,
    Registry,
    hookimpl,
    hookspec,
)

if TYPE_CHECKING:
    from collections.abc import Generator


class ReportSpec(Protocol):
    """A host that makes reports."""

    @hookspec
    def sections(self, *, document: str, verbose: bool) -> list[str]: ...

    @hookspec(firstresult=True)
    def render(self, *, document: str) -> bytes | None: ...


class TextSpec(Protocol):
    """A host that works on texts."""

    @hookspec(pipeline="text")
    def polish(self, *, text: str, width: int = 80) -> str: ...

    @hookspec(historic=True)
    def configured(self, *, options: dict[str, str]) -> str | None: ...


class AppSpec(ReportSpec, TextSpec, Protocol):
    """Both."""


class FurtherSpec(Protocol):
    """A spec that a plugin brings."""

    @hookspec
    def closed(self) -> int | None: ...


# The same, out of sight of checkers.
as_method: Any = hookimpl
as_function: Any = hookimpl.function
as_hook: Any = hookspec
Unchecked: Any = AppSpec


class Plugin:
    """A right one, with an answer to every hook."""

    @hookimpl(AppSpec.sections)
    def sections(self, document: str, **_: object) -> list[str]:
        return [document]

    @hookimpl(AppSpec.render)
    def render(self, document: str) -> bytes | None:
        return document.encode() or None

    @hookimpl(AppSpec.polish)
    def polish(self, text: str, **_: object) -> str:
        return text.strip()

    @hookimpl(AppSpec.configured)
    def configured(self, options: dict[str, str]) -> str | None:
        return options.get("colour")


@pytest.fixture
def registry() -> Registry[AppSpec]:
    """Return a registry with one plugin."""
    registry = Registry(AppSpec)
    registry.register(Plugin(), "right")
    return registry


@pytest.fixture
def hook(registry: Registry[AppSpec]) -> Any:
    """Return its hooks."""
    return registry.hook


def refuse_plugin(registry: Registry[AppSpec], wrong: object, message: str) -> None:
    """Expect that a plugin is refused, for one reason."""
    with refused(registry, PluginValidationError) as caught:
        registry.register(wrong)
    assert [problem.message for problem in caught.value.problems] == [message]


def only(plugins: type, name: str) -> object:
    """Return an instance of a class that has one member of another class."""
    return type("Only", (), {name: vars(plugins)[name]})()


def names(plugins: type) -> list[str]:
    """Return the names of the members of a class."""
    return [name for name in vars(plugins) if not name.startswith("__")]


# -- results.py, registries.py: what a call gives ---------------------------------------------------------------------


def test_collect_gives_a_list_of_what_is_not_none(registry: Registry[AppSpec]) -> None:
    """A collect call returns a list of the answers. None means "no answer"."""

    @hookimpl.function(AppSpec.sections)
    def no_answer(**_: object) -> None: ...

    registry.register(plugin(no_answer))
    assert registry.hook.sections(document="d", verbose=True) == [["d"]]


def test_firstresult_gives_an_answer_or_none(registry: Registry[AppSpec]) -> None:
    """A firstresult call gives one answer, or None where there is none."""
    assert registry.hook.render(document="d") == b"d"
    assert registry.hook.render(document="") is None


def test_pipeline_gives_a_value_always(registry: Registry[AppSpec]) -> None:
    """A pipeline gives the value that the last implementation made, and without plugins the one it was given."""
    assert registry.hook.polish(text=" t ", width=80) == "t"
    assert Registry(AppSpec).hook.polish(text=" t ", width=80) == " t "


def test_historic_call_gives_nothing(hook: AppSpec) -> None:
    """`call_historic` gives None; its callback gets the answers, without None."""
    answers: list[str] = []
    assert hook.configured.call_historic(answers.append, options={"colour": "no"}) is None
    hook.configured.call_historic(answers.append, options={})
    assert answers == ["no"]


def test_call_extra_gives_what_a_call_gives(hook: AppSpec) -> None:
    """`call_extra` takes functions that fit the hook, and gives a result like that of a call."""

    def further(document: str, **_: object) -> list[str]:
        return [document, document]

    assert hook.sections.call_extra([further], document="d", verbose=True) == [["d", "d"], ["d"]]


def test_wrapper_gets_and_gives_the_result(registry: Registry[AppSpec]) -> None:
    """A wrapper gets the result of a call at its `yield`, and what it returns is the result."""

    @hookimpl.function(AppSpec.sections, wrapper=True)
    def around(**_: object) -> Generator[None, list[list[str]], list[list[str]]]:
        result = yield
        return [*result, ["end"]]

    registry.register(plugin(around))
    assert registry.hook.sections(document="d", verbose=True) == [["d"], ["end"]]


def test_relays_have_the_hooks_of_their_spec(registry: Registry[AppSpec]) -> None:
    """`without` gives the hooks of the registry's spec, and `add_spec` those of the further spec."""
    assert registry.without("right").sections(document="d", verbose=True) == []
    assert registry.add_spec(FurtherSpec).closed() == []


def test_spec_of_some_hooks_is_enough_for_who_calls_them(registry: Registry[AppSpec]) -> None:
    """The hooks of a composed spec can be passed where one of its bases is expected."""

    def report(hooks: ReportSpec) -> bytes | None:
        return hooks.render(document="d")

    assert report(registry.hook) == b"d"


def test_defaults_of_the_spec_can_be_left_out(registry: Registry[AppSpec]) -> None:
    """An argument that has a default in the spec can be left out of a call; implementations still get it."""
    seen: list[object] = []

    @hookimpl.function(AppSpec.polish)
    def look(text: str, width: int = 1) -> str:
        seen.append(width)
        return text

    registry.register(plugin(look))
    registry.hook.polish(text="t")
    assert seen == [80]


@pytest.mark.parametrize(("name", "caller"), [("sections", HookCaller), ("configured", HistoricCaller)])
def test_callers_are_what_the_protocols_say(hook: Any, name: str, caller: type) -> None:
    """A caller has every member of `HookCaller`, a historic one every member of `HistoricCaller`."""
    members = {member for member in vars(caller) if callable(vars(caller)[member]) or member in {"name", "spec"}}
    public = {member for member in members if not member.startswith("_")}
    assert public >= {"name", "spec", "implementations"}
    assert all(hasattr(getattr(hook, name), member) for member in public)


# -- calls.py, unusual.py: wrong calls --------------------------------------------------------------------------------


def test_missing_argument_is_refused(registry: Registry[AppSpec], hook: Any) -> None:
    """A call without an argument that has no default is an error."""
    for call in (hook.sections, hook.render, hook.polish):
        with refused(registry, TypeError, match="missing .* required keyword-only argument"):
            call()
    with refused(registry, HookCallError, match="is missing"):
        hook.configured.call_historic()


def test_unknown_argument_is_refused(registry: Registry[AppSpec], hook: Any) -> None:
    """A call with an argument that the hook does not have is an error."""
    with refused(registry, TypeError, match="unexpected keyword argument 'width'"):
        hook.sections(document="d", verbose=True, width=80)
    with refused(registry, HookCallError, match="unknown argument 'colour'"):
        hook.configured.call_historic(options={}, colour="no")


def test_misspelled_argument_is_refused(registry: Registry[AppSpec], hook: Any) -> None:
    """A call with a misspelled argument is an error."""
    with refused(registry, TypeError, match="unexpected keyword argument 'verbos'"):
        hook.sections(document="d", verbos=True)
    with refused(registry, HookCallError, match="did you mean 'options'"):
        hook.configured.call_historic(option={})


def test_positional_argument_is_refused(registry: Registry[AppSpec], hook: Any) -> None:
    """A call with an argument by position is an error, whether others go by name or not."""
    with refused(registry, TypeError, match="takes 0 positional arguments"):
        hook.sections("d", True)
    with refused(registry, TypeError, match="takes 0 positional arguments"):
        hook.sections("d", document="d", verbose=True)
    with refused(registry, HookCallError, match="takes no positional arguments"):
        hook.configured.call_historic(None, {}, options={})


def test_argument_in_the_place_of_the_callback_is_refused(registry: Registry[AppSpec], hook: Any) -> None:
    """The first thing by position in `call_historic` is the callback, and an argument is none."""
    with refused(registry, HookCallError, match="got a callback that is not callable"):
        hook.configured.call_historic({})


def test_unknown_hook_is_refused(registry: Registry[AppSpec], hook: Any) -> None:
    """The relay has no attribute for a hook that the spec does not have."""
    with refused(registry, AttributeError, match=r"'HookRelay\[AppSpec\]' object has no attribute 'section'"):
        hook.section(document="d", verbose=True)
    with refused(registry, AttributeError, match=r"'HookRelay\[AppSpec\]' object has no attribute 'nothing'"):
        hook.nothing()


def test_historic_hook_is_not_called_directly(registry: Registry[AppSpec], hook: Any) -> None:
    """A historic hook has `call_historic` only: no direct call, and no `call_extra`."""
    with refused(registry, HookCallError, match="cannot be called directly"):
        hook.configured(options={})
    with refused(registry, AttributeError):
        hook.configured.call_extra([], options={})


def test_plain_hook_has_no_historic_call(registry: Registry[AppSpec], hook: Any) -> None:
    """A hook that is not historic has no `call_historic`."""
    with refused(registry, AttributeError):
        hook.sections.call_historic(document="d", verbose=True)


def test_spec_is_not_called(registry: Registry[AppSpec]) -> None:
    """A hook is called through a registry; its spec cannot be called."""
    with refused(registry, TypeError, match="not callable"):
        Unchecked.sections(document="d", verbose=True)
    with refused(registry, AttributeError):
        Unchecked.configured.call_historic(options={})


def test_wrong_function_is_refused_by_call_extra(registry: Registry[AppSpec], hook: Any) -> None:
    """`call_extra` refuses a function that does not fit the hook, and the call does not take place."""
    with refused(registry, PluginValidationError, match="unknown parameter 'documnt'"):
        hook.sections.call_extra([lambda documnt, **_: [documnt]], document="d", verbose=True)


def test_call_extra_takes_several_functions(registry: Registry[AppSpec], hook: Any) -> None:
    """`call_extra` takes an iterable of functions, by position."""

    def further(document: str) -> list[str]:
        return [document]

    with refused(registry, TypeError):
        hook.sections.call_extra(further, document="d", verbose=True)
    with refused(registry, TypeError):
        hook.sections.call_extra(document="d", verbose=True)
    with refused(registry, TypeError):
        hook.sections.call_extra(functions=[further], document="d", verbose=True)


# -- methods.py, functions.py, wrappers.py: implementations -----------------------------------------------------------


class RightMethods:
    """What fits the hook."""

    @as_method(AppSpec.sections)
    def everything(self, document: str, verbose: bool) -> list[str]:
        return [document]

    @as_method(AppSpec.sections)
    def keyword_only(self, *, document: str, verbose: bool) -> list[str]:
        return [document]

    @as_method(AppSpec.sections)
    def another_order(self, verbose: bool, document: str) -> list[str]:
        return [document]

    @as_method(AppSpec.sections)
    def partial(self, document: str, **_: object) -> list[str]:
        return [document]

    @as_method(AppSpec.sections)
    def nothing_but_the_rest(self, **rest: str) -> list[str]:
        return [rest["document"]]

    @as_method(AppSpec.sections)
    def whatever_comes(self, *_: object, **rest: str) -> list[str]:
        return [rest["document"]]

    @as_method(AppSpec.sections)
    def own_default(self, document: str, verbose: bool = False) -> list[str]:
        return [document]

    @as_method(AppSpec.sections)
    def any_name_for_the_instance(this, document: str, **_: object) -> list[str]:  # noqa: N805 - that is the point
        return [document]

    @classmethod
    @as_method(AppSpec.sections)
    def of_the_class(cls, document: str, **_: object) -> list[str]:
        return [document]

    @staticmethod
    @as_function(AppSpec.sections)
    def static(document: str, **_: object) -> list[str]:
        return [document]


class WrongMethods:
    """What does not fit the hook, by the message of the error."""

    @as_method(AppSpec.sections)
    def misspelled(self, documnt: str, **_: object) -> list[str]: ...

    @as_method(AppSpec.sections)
    def extra_parameter(self, document: str, verbose: bool, width: int) -> list[str]: ...

    @as_method(AppSpec.sections)
    def positional_only(self, document: str, /, verbose: bool) -> list[str]: ...

    @as_method(AppSpec.sections)
    async def asynchronous(self, **_: object) -> list[str]: ...

    @as_method(AppSpec.configured)
    def misspelled_historic(self, option: dict[str, str]) -> None: ...

    @as_function(AppSpec.sections)
    def function_form(self, document: str, verbose: bool) -> list[str]: ...

    @staticmethod
    @as_method(AppSpec.sections)
    def method_form(document: str, verbose: bool) -> list[str]: ...

    @as_method(AppSpec.sections, wrapper=True)
    def wrapper_that_is_not_a_generator(self, **_: object) -> list[list[str]]: ...

    @as_method(AppSpec.sections, wrapper=True)
    def misspelled_wrapper(self, documnt: str, **_: object) -> Generator[None, Any, Any]:
        yield

    @as_method(AppSpec.configured, wrapper=True)
    def historic_wrapper(self, options: dict[str, str]) -> Generator[None, None, None]:
        yield

    @as_method(FurtherSpec.closed)
    def another_spec(self) -> int: ...


MESSAGES = {
    "misspelled": "unknown parameter 'documnt'",
    "extra_parameter": "unknown parameter 'width'",
    "positional_only": "parameter 'document' is positional-only",
    "asynchronous": "is async, but the hook is not",
    "misspelled_historic": "unknown parameter 'option'",
    "function_form": "is marked as a function, but is a method",
    "method_form": "is marked as a method, but is a function",
    "wrapper_that_is_not_a_generator": "the wrapper is not a generator function",
    "misspelled_wrapper": "unknown parameter 'documnt'",
    "historic_wrapper": "a historic hook cannot have wrappers",
    "another_spec": "is not a hook of this registry",
}


@pytest.mark.parametrize("name", names(RightMethods))
def test_fitting_implementation_is_accepted(registry: Registry[AppSpec], name: str) -> None:
    """What can take the hook's arguments by name is accepted, and called."""
    registry.register(only(RightMethods, name))
    assert registry.hook.sections(document="d", verbose=True) == [["d"], ["d"]]


@pytest.mark.parametrize("name", names(WrongMethods))
def test_misfitting_implementation_is_refused(registry: Registry[AppSpec], name: str) -> None:
    """What cannot take the hook's arguments by name, or is of a wrong kind, is refused at registration."""
    refuse_plugin(registry, only(WrongMethods, name), MESSAGES[name])


def test_misfitting_function_is_refused(registry: Registry[AppSpec]) -> None:
    """What is refused of a method is refused of a function."""

    @as_function(AppSpec.sections)
    def misspelled(documnt: str, **_: object) -> list[str]: ...

    refuse_plugin(registry, plugin(misspelled), "unknown parameter 'documnt'")


def test_method_form_on_a_function_is_refused(registry: Registry[AppSpec]) -> None:
    """`@hookimpl(spec)` on a function is an error as soon as it is decorated."""

    def sections(document: str, verbose: bool) -> list[str]: ...

    with refused(registry, PluginValidationError, match="is marked as a method, but is a plain function"):
        as_method(AppSpec.sections)(sections)


def test_class_of_static_and_class_methods_is_a_plugin(registry: Registry[AppSpec]) -> None:
    """A class can be registered itself, with its static and its class methods."""

    class Static:
        @staticmethod
        @hookimpl.function(AppSpec.sections)
        def static(document: str, **_: object) -> list[str]:
            return [document]

        @classmethod
        @hookimpl(AppSpec.sections)
        def of_the_class(cls, document: str, **_: object) -> list[str]:
            return [document, cls.__name__]

    registry.register(Static)
    assert registry.hook.sections(document="d", verbose=True) == [["d", "Static"], ["d"], ["d"]]


def test_subclass_overrides_an_implementation(registry: Registry[AppSpec]) -> None:
    """A method that overrides an implementation replaces it."""

    class Derived(Plugin):
        @hookimpl(AppSpec.sections)
        def sections(self, document: str, **_: object) -> list[str]:
            return [document, "derived"]

    registry.replace("right", Derived())
    assert registry.hook.sections(document="d", verbose=True) == [["d", "derived"]]


def test_function_may_implement_several_hooks() -> None:
    """A function that is marked for several hooks implements each of them."""

    class SaveSpec(Protocol):
        @hookspec
        def saving(self, *, path: str) -> str: ...

        @hookspec
        def saved(self, *, path: str) -> str: ...

    class Watcher:
        @hookimpl(SaveSpec.saving)
        @hookimpl(SaveSpec.saved)
        def watch(self, path: str) -> str:
            return path

    registry = Registry(SaveSpec)
    registry.register(Watcher())
    assert registry.hook.saving(path="a") + registry.hook.saved(path="b") == ["a", "b"]


# -- spec_options.py, impl_options.py: options ------------------------------------------------------------------------


def thread(self: object, *, text: str) -> str:
    """Stand for a hook."""
    ...


@pytest.mark.parametrize(
    "options",
    [
        {"firstresult": True, "historic": True},
        {"firstresult": True, "pipeline": "text"},
        {"pipeline": "text", "historic": True},
        {"firstresult": True, "pipeline": "text", "historic": True},
    ],
)
def test_hook_has_one_mode(options: dict[str, object]) -> None:
    """Options of `hookspec` that stand for different modes exclude each other."""
    with pytest.raises(HookSpecError, match="at once"):
        as_hook(**options)(thread)


def test_pipeline_names_its_parameter() -> None:
    """`pipeline=` is the name of a parameter of the hook."""
    with pytest.raises(HookSpecError, match="has no parameter 'True' for pipeline="):
        as_hook(pipeline=True)(thread)


@pytest.mark.parametrize("option", ["firstresults", "wrapper"])
def test_unknown_option_of_a_hook_is_refused(option: str) -> None:
    """`hookspec` has no other options."""
    with pytest.raises(TypeError, match=option):
        as_hook(**{option: True})


@pytest.mark.parametrize("thing", ["text", staticmethod(thread)])
def test_hook_is_made_of_a_method(thing: object) -> None:
    """`hookspec` takes a function of a class body, and nothing else."""
    with pytest.raises(HookSpecError, match="is not a method"):
        as_hook(thing)


FORMS = {
    "by name": as_method,
    "method": partial(as_method, AppSpec.sections),
    "wrapper": partial(as_method, AppSpec.sections, wrapper=True),
    "historic": partial(as_method, AppSpec.configured),
    "function": partial(as_function, AppSpec.sections),
    "function, wrapper": partial(as_function, AppSpec.sections, wrapper=True),
    "function, historic": partial(as_function, AppSpec.configured),
}


@pytest.mark.parametrize("form", FORMS)
def test_tryfirst_and_trylast_exclude_each_other(registry: Registry[AppSpec], form: str) -> None:
    """An implementation is tried first or last, in whatever form it is marked."""
    with refused(registry, PluginValidationError, match="is both tryfirst and trylast"):
        FORMS[form](tryfirst=True, trylast=True)(RightMethods.static)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("option", ["tryfist", "firstresult", "hookwrapper"])
def test_unknown_option_of_an_implementation_is_refused(registry: Registry[AppSpec], form: str, option: str) -> None:
    """`hookimpl` has no other options."""
    with refused(registry, TypeError, match=option):
        FORMS[form](**{option: True})


@pytest.mark.parametrize("names", [1, None, Plugin, Plugin(), [1], [Plugin()]])
def test_before_and_after_take_names(registry: Registry[AppSpec], names: object) -> None:
    """`before=` and `after=` take a name or several, and nothing that is neither."""
    with refused(registry, TypeError):
        as_method(AppSpec.sections, before=names)
    with refused(registry, TypeError):
        as_function(AppSpec.sections, after=names)


def test_unknown_hook_cannot_be_referred_to(registry: Registry[AppSpec]) -> None:
    """A spec has no attribute for a hook that it does not declare."""
    with refused(registry, AttributeError):
        Unchecked.nope  # noqa: B018 - reading it is the error


@pytest.mark.parametrize("thing", ["sections", AppSpec, Registry(AppSpec).hook.sections])
def test_implementation_refers_to_a_hook(registry: Registry[AppSpec], thing: object) -> None:
    """`hookimpl` takes a hook of a spec, not its name, the spec or a caller."""
    with refused(registry, PluginValidationError):
        as_method(thing)


def test_function_form_takes_a_hook(registry: Registry[AppSpec]) -> None:
    """`hookimpl.function` cannot be used without a hook."""
    with refused(registry, TypeError):
        as_function()
    with refused(registry, TypeError):
        as_function(tryfirst=True)


# -- registries.py, composition.py ------------------------------------------------------------------------------------


@pytest.mark.parametrize("thing", ["AppSpec", Registry(AppSpec).hook, AppSpec.sections])
def test_registry_takes_a_spec(registry: Registry[AppSpec], thing: Any) -> None:
    """`Registry` and `add_spec` take a spec, not its name, a relay or a hook."""
    with pytest.raises(HookSpecError, match="is not a Protocol class"):
        Registry(thing)
    with refused(registry, HookSpecError, match="is not a Protocol class"):
        registry.add_spec(thing)


def test_registry_takes_one_spec() -> None:
    """A registry has one spec; several are composed by inheritance."""
    make: Any = Registry
    with pytest.raises(TypeError):
        make()
    with pytest.raises(TypeError):
        make(ReportSpec, TextSpec)


def test_methods_of_a_registry_take_what_they_say(registry: Registry[AppSpec]) -> None:
    """A missing argument, one too many, or an unknown option is an error."""
    unchecked: Any = registry
    for wrong in (
        partial(unchecked.register),
        partial(unchecked.register, Plugin(), replace=True),
        partial(unchecked.plugin_names, 1),
        partial(unchecked.load_entrypoints),
        partial(unchecked.load_entrypoints, "app.plugins", True),
    ):
        with refused(registry, TypeError):
            wrong()


def test_relay_has_the_hooks_of_its_spec_only(registry: Registry[AppSpec]) -> None:
    """The hooks of an added spec are on the relay that `add_spec` gives, and only they are there."""
    further: Any = registry.add_spec(FurtherSpec)
    first: Any = registry.hook
    left_out: Any = registry.without("right")
    with refused(registry, AttributeError):
        further.sections(document="d", verbose=True)
    with refused(registry, AttributeError):
        first.closed()
    with refused(registry, AttributeError):
        left_out.nope()


def test_overriding_member_is_a_hook() -> None:
    """What overrides a hook is a hook itself."""

    class NoHookSpec(ReportSpec, Protocol):
        def render(self, *, document: str) -> bytes | None: ...  # type: ignore[override]

    with pytest.raises(HookSpecError, match="is not a hook"):
        Registry(NoHookSpec)


@pytest.mark.parametrize("options", [{"firstresult": True}, {"historic": True}, {"pipeline": "document"}])
def test_overriding_hook_keeps_its_mode(options: dict[str, Any]) -> None:
    """A hook that overrides another one has the mode of that."""

    class OverridingSpec(ReportSpec, Protocol):
        @as_hook(**options)
        def sections(self, *, document: str, verbose: bool) -> list[str]: ...

    with pytest.raises(HookSpecError, match="overrides"):
        Registry(OverridingSpec)


def test_overriding_hook_keeps_its_parameters() -> None:
    """A hook that overrides another one has the parameters of that."""

    class FewerSpec(ReportSpec, Protocol):
        @as_hook
        def sections(self, *, document: str) -> list[str]: ...

    class RenamedSpec(ReportSpec, Protocol):
        @as_hook(firstresult=True)
        def render(self, *, documents: str) -> bytes | None: ...

    for spec in (FewerSpec, RenamedSpec):
        with pytest.raises(HookSpecError, match="overrides"):
            Registry(spec)


def test_two_hooks_of_one_name_exclude_each_other() -> None:
    """A spec cannot inherit two different hooks with the same name."""

    class OtherSpec(Protocol):
        @hookspec
        def sections(self, *, path: str) -> list[str]: ...

    class BothSpec(ReportSpec, OtherSpec, Protocol): ...  # type: ignore[misc]

    with pytest.raises(HookSpecError, match="different hooks with the same name"):
        Registry(BothSpec)


# -- where the run time is more lenient -------------------------------------------------------------------------------


def test_partial_implementation_needs_no_rest(registry: Registry[AppSpec]) -> None:
    """More lenient: an implementation may leave parameters out without `**rest`; it is given what it takes."""

    class Partial:
        @as_method(AppSpec.sections)
        def document_only(self, document: str) -> list[str]:
            return [document]

        @as_method(AppSpec.sections)
        def nothing(self) -> list[str]:
            return []

        @as_method(AppSpec.sections)
        def nothing_by_position(self, *arguments: str) -> list[str]:
            return [*arguments]

    registry.register(Partial())
    assert registry.hook.sections(document="d", verbose=True) == [[], [], ["d"], ["d"]]


def test_implementation_needs_no_default(registry: Registry[AppSpec]) -> None:
    """More lenient: a parameter with a default in the spec needs none in the implementation; it is always given."""

    @as_function(AppSpec.polish)
    def cut(text: str, width: int) -> str:
        return text[:width]

    registry.register(plugin(cut))
    assert registry.hook.polish(text="t" * 100) == "t" * 80


def test_annotations_are_not_looked_at(registry: Registry[AppSpec]) -> None:
    """More lenient: a wrong type is for checkers only, of a parameter, an answer or an argument."""

    @as_function(AppSpec.sections)
    def mistyped(document: int, **_: str) -> int:
        return document

    registry.register(plugin(mistyped))
    hook: Any = registry.hook
    assert hook.sections(document=1, verbose="no") == [1, [1]]


def test_generator_is_not_an_answer(registry: Registry[AppSpec]) -> None:
    """A generator function that is not marked as a wrapper is refused, as the hook asks for a list."""

    @as_function(AppSpec.sections)
    def lines(document: str, **_: object) -> Generator[str, None, None]:
        yield document

    refuse_plugin(registry, plugin(lines), "is a generator function, and not marked as a wrapper")


def test_one_function_may_implement_hooks_with_different_parameters(registry: Registry[AppSpec]) -> None:
    """More lenient: a function may be marked for two hooks; checkers ask for the same parameters of both."""
    seen: list[object] = []

    class Both:
        @as_method(AppSpec.render)
        @as_method(AppSpec.sections)
        def listen(self, **arguments: object) -> None:
            seen.append(arguments)

    registry.register(Both())
    registry.hook.sections(document="d", verbose=True)
    registry.hook.render(document="d")
    assert seen == [{"document": "d", "verbose": True}, {"document": "d"}]


def test_decorated_function_is_what_it_was() -> None:
    """More lenient: a decorated function can be called as it is written; checkers give it the hook's signature."""

    def sections(document: str, **_: object) -> list[str]:
        return [document]

    assert as_function(AppSpec.sections)(sections) is sections


def test_options_need_not_be_of_type_bool() -> None:
    """More lenient: options accept any true or false value, and False may be spelled out."""
    assert as_hook(firstresult="yes", historic=False)(thread).mode == "firstresult"
    assert as_method(AppSpec.sections, tryfirst=0, trylast="yes")(RightMethods.static) is RightMethods.static


# -- where the run time is stricter -----------------------------------------------------------------------------------


def test_extra_parameter_with_a_default_is_refused(registry: Registry[AppSpec]) -> None:
    """Stricter: a parameter that the hook does not have is refused even with a default: nobody would ever give it."""

    class Extra:
        @hookimpl(AppSpec.sections)
        def sections(self, documnt: str = "", **_: object) -> list[str]: ...

    refuse_plugin(registry, Extra(), "unknown parameter 'documnt'")


def test_method_form_on_a_partial_function_is_refused(registry: Registry[AppSpec]) -> None:
    """Stricter than all but mypy: they take the first parameter for the instance, if `**rest` takes all the others."""

    def sections(document: str, **_: object) -> list[str]: ...

    with refused(registry, PluginValidationError, match="is marked as a method, but is a plain function"):
        hookimpl(AppSpec.sections)(sections)


def test_positional_only_parameter_beside_rest_is_refused(registry: Registry[AppSpec]) -> None:
    """Stricter than pyrefly: an argument never comes by position, even if `**rest` takes all that go by name."""

    class Positional:
        @as_method(AppSpec.sections)
        def sections(self, document: str, /, **_: object) -> list[str]: ...

    refuse_plugin(registry, Positional(), "parameter 'document' is positional-only")


@pytest.mark.parametrize("kind", [staticmethod, classmethod])
def test_hookimpl_stands_below_other_decorators(registry: Registry[AppSpec], kind: Any) -> None:
    """Stricter: `hookimpl` marks a function, so that it goes below `staticmethod` and `classmethod`."""
    with refused(registry, PluginValidationError, match=f"is a {kind.__name__}, not a function"):
        as_method(AppSpec.sections)(kind(thread))


def test_method_of_a_class_that_is_the_plugin_is_refused(registry: Registry[AppSpec]) -> None:
    """Stricter: where a class is the plugin there is no instance for its methods; checkers accept any object."""
    with refused(registry, PluginValidationError, match="needs an instance, but the plugin is a class"):
        registry.register(Plugin)


def test_bare_mark_is_checked_at_registration(registry: Registry[AppSpec]) -> None:
    """Stricter: a bare `@hookimpl` goes by names, of which checkers know nothing: hook, parameters and kind."""

    class Bare:
        @hookimpl
        def section(self, document: str) -> list[str]: ...

        @hookimpl
        def sections(self, documnt: str) -> list[str]: ...

        @hookimpl(wrapper=True)
        def render(self, document: str) -> bytes: ...

    with refused(registry, PluginValidationError) as caught:
        registry.register(Bare())
    assert [problem.message for problem in caught.value.problems] == [
        "'section' is not a hook of this registry",
        "unknown parameter 'documnt'",
        "the wrapper is not a generator function",
    ]


def test_plugin_has_implementations(registry: Registry[AppSpec]) -> None:
    """Stricter: an object without implementations is not a plugin; checkers accept any object."""
    refuse_plugin(registry, object(), "implements no hook")


class NotHooks:
    """Methods that checkers accept."""

    def positional(self, document: str) -> str: ...

    def any_positional(self, *documents: str) -> str: ...

    def any_keyword(self, *, document: str, **rest: object) -> str: ...


@pytest.mark.parametrize("name", names(NotHooks))
def test_parameters_of_a_hook_are_keyword_only(name: str) -> None:
    """Stricter: a hook has keyword-only parameters; most checkers accept any parameters."""
    with pytest.raises(HookSpecError):
        as_hook(vars(NotHooks)[name])


@pytest.mark.parametrize("parameter", ["txt", ""])
def test_pipeline_threads_a_parameter_of_the_hook(parameter: str) -> None:
    """Stricter: the parameter of a pipeline has to exist; to checkers it is a string."""
    with pytest.raises(HookSpecError, match=f"has no parameter '{parameter}' for pipeline="):
        as_hook(pipeline=parameter)(thread)


def test_spec_is_a_protocol() -> None:
    """Stricter: a spec is a Protocol class; checkers accept any class with hooks."""

    class NoProtocol:
        @hookspec
        def sections(self, *, document: str) -> list[str]: ...

    with pytest.raises(HookSpecError, match="is not a Protocol class"):
        Registry(NoProtocol)


def test_spec_holds_hooks_only() -> None:
    """Stricter: what is not a hook has no place in a spec; checkers cannot know."""

    class MixedSpec(Protocol):
        @hookspec
        def sections(self, *, document: str) -> list[str]: ...

        def helper(self) -> None: ...

    with pytest.raises(HookSpecError, match="is not a hook"):
        Registry(MixedSpec)


def test_two_hooks_of_one_name_exclude_each_other_even_if_alike() -> None:
    """Stricter: two hooks with the same name are two hooks, though checkers see the same signature twice."""

    class AlikeSpec(Protocol):
        @hookspec
        def sections(self, *, document: str, verbose: bool) -> list[str]: ...

    class BothSpec(ReportSpec, AlikeSpec, Protocol): ...

    with pytest.raises(HookSpecError, match="different hooks with the same name"):
        Registry(BothSpec)
