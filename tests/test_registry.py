"""The registry: plugins come and go, look-ups, other views, further specs, and replays to later plugins."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from plugins import answering, at, lines, plugin, refused, state
from specs import AppSpec, LintSpec, ReportSpec

from pluginkit import HookSpecError, PluginValidationError, Registry, hookimpl, hookspec

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

pytestmark = pytest.mark.usefixtures("tier")


class Polite:
    """A plugin; each instance answers with itself."""

    @hookimpl(AppSpec.sections)
    def sections(self, **_: object) -> Any:
        """Answer."""
        return self


class Misfit:
    """A plugin that cannot be registered."""

    @hookimpl(AppSpec.sections)
    def sections(self, page: int) -> list[str]:
        """Take a parameter that the hook does not have."""
        ...


def answers(registry: Registry[AppSpec]) -> list[Any]:
    """Call the hook that most tests implement."""
    return registry.hook.sections(document="d")


def receiving(hear: Callable[[Any], object]) -> Any:
    """Return a plugin that passes the calls of the historic hook to a function."""

    @hookimpl.function(AppSpec.configured)
    def configured(options: dict[str, str]) -> None:
        hear(options)

    return plugin(configured)


# -- names ------------------------------------------------------------------------------------------------------------


def test_plugin_has_the_given_name(registry: Registry[AppSpec]) -> None:
    """A plugin is registered under the name that it is given."""
    handle = registry.register(Polite(), "mine")
    assert (handle.name, registry.plugin_names()) == ("mine", ("mine",))


def test_plugin_without_a_name_is_called_after_itself(registry: Registry[AppSpec]) -> None:
    """Without a name, modules and classes are called after their `__name__`, other objects after their class."""

    class Static:
        @staticmethod
        @hookimpl
        def render() -> bytes: ...

    module = ModuleType("some.module")
    vars(module).update(vars(answering(AppSpec.sections, [])))
    for extension in (Polite(), Static, module):
        registry.register(extension)
    assert registry.plugin_names() == ("Polite", "Static", "some.module")


def test_name_of_its_own_may_be_hidden(registry: Registry[AppSpec]) -> None:
    """A module that has lost its `__name__` is called after its class; a metaclass cannot rename a class."""

    class Meta(type):
        __name__ = property(lambda _: 1 / 0)

    class Static(metaclass=Meta):
        @staticmethod
        @hookimpl
        def render() -> bytes: ...

    module = ModuleType("some.module")
    vars(module).update(vars(answering(AppSpec.sections, [])))
    del module.__name__
    registry.register(module)
    registry.register(Static)
    assert registry.plugin_names() == ("module", "Static")


def test_name_of_its_own_is_made_unique(registry: Registry[AppSpec]) -> None:
    """Where its own name is taken, a plugin without a given name has the first number behind it that is free."""
    handles = [registry.register(Polite()) for _ in range(3)]
    assert registry.plugin_names() == ("Polite", "Polite-2", "Polite-3")
    handles[1].close()
    registry.register(Polite())
    assert registry.plugin_names() == ("Polite", "Polite-3", "Polite-2")
    registry.register(Polite(), "Polite-5")
    names = [registry.register(Polite()).name for _ in range(2)]
    assert names == ["Polite-4", "Polite-6"]


def test_given_name_has_to_be_free(registry: Registry[AppSpec]) -> None:
    """A plugin is not registered under a name that is taken."""
    registry.register(Polite(), "mine")
    with refused(registry, PluginValidationError) as caught:
        registry.register(Polite(), "mine")
    assert str(caught.value) == lines(
        "plugin 'mine': the name is taken [PK401]", "  Hint: choose another name, or call replace('mine', ...)"
    )


def test_object_is_registered_once(registry: Registry[AppSpec]) -> None:
    """The same object is not registered again under another name."""
    registry.register(polite := Polite(), "mine")
    with refused(registry, PluginValidationError) as caught:
        registry.register(polite, "other")
    assert str(caught.value) == lines(
        "plugin 'other': the same object is already registered as 'mine' [PK403]",
        "  Hint: register it once, or register a second instance",
    )


def test_plugins_are_told_apart_by_identity(registry: Registry[AppSpec]) -> None:
    """Objects that are equal are different plugins, and plugins need no hash."""

    class Equal(Polite):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None

    one, two = Equal(), Equal()
    registry.register(one, "one")
    registry.register(two, "two")
    assert registry.get_name(two) == "two"
    assert not registry.is_registered(Equal())
    assert registry.unregister(two) is two


def test_name_is_not_a_plugin(registry: Registry[AppSpec]) -> None:
    """A string is not a plugin, and does not stand for the plugin of that name."""
    registry.register(Polite(), "mine")
    with refused(registry, PluginValidationError) as caught:
        registry.register("mine", "other")
    assert str(caught.value) == lines(
        "plugin 'other': implements no hook [PK120]", "  Hint: mark its implementations with @hookimpl"
    )


def test_problems_of_the_name_come_with_those_of_the_plugin(registry: Registry[AppSpec]) -> None:
    """All problems of the name, the object and its implementations are in one error."""

    def section() -> None: ...

    registry.register(extension := answering(AppSpec.sections, []), "mine")
    extension.section = hookimpl(section)
    with refused(registry, PluginValidationError) as caught:
        registry.register(extension, "mine")
    assert str(caught.value) == lines(
        "plugin 'mine': 3 problems",
        "",
        "  the name is taken [PK401]",
        "    Hint: choose another name, or call replace('mine', ...)",
        "",
        "  the same object is already registered as 'mine' [PK403]",
        "    Hint: register it once, or register a second instance",
        "",
        "  'section' is not a hook of this registry [PK103]",
        "    implementation  section() -> None",
        f"    at              {at(section)}",
        "    Hint: did you mean 'sections'?",
    )


# -- unregistering ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["name", "object"])
def test_plugin_is_unregistered_by_name_or_as_itself(registry: Registry[AppSpec], by: str) -> None:
    """Unregistering gives the plugin back; its implementations are no longer called, and its name is free."""
    registry.register(polite := Polite(), "mine")
    assert registry.unregister("mine" if by == "name" else polite) is polite
    assert answers(registry) == []
    assert registry.plugin_names() == ()
    registry.register(polite, "mine")
    assert answers(registry) == [polite]


def test_unknown_name_is_not_unregistered(registry: Registry[AppSpec]) -> None:
    """A name that is not registered is refused, with a suggestion if a similar one exists."""
    registry.register(Polite(), "polite")
    with refused(registry, PluginValidationError) as caught:
        registry.unregister("polit")
    assert str(caught.value) == lines("plugin 'polit': is not registered [PK404]", "  Hint: did you mean 'polite'?")
    with refused(registry, PluginValidationError) as caught:
        registry.unregister("xyz")
    assert str(caught.value) == "plugin 'xyz': is not registered [PK404]"


def test_unknown_object_is_not_unregistered(registry: Registry[AppSpec]) -> None:
    """An object that is not registered is refused; there is no hint about another one of its class."""
    registry.register(Polite())
    with refused(registry, PluginValidationError) as caught:
        registry.unregister(Polite())
    assert str(caught.value) == "plugin 'Polite': is not registered [PK404]"


def test_other_plugins_stay(registry: Registry[AppSpec]) -> None:
    """Unregistering a plugin leaves the others in their order."""
    a, b, c = Polite(), Polite(), Polite()
    for name, each in (("a", a), ("b", b), ("c", c)):
        registry.register(each, name)
    registry.unregister("b")
    assert (registry.plugin_names(), answers(registry)) == (("a", "c"), [c, a])
    registry.register(b, "b")
    assert (registry.plugin_names(), answers(registry)) == (("a", "c", "b"), [b, c, a])


# -- registrations ----------------------------------------------------------------------------------------------------


def test_registration_knows_its_plugin(registry: Registry[AppSpec]) -> None:
    """A registration has the plugin and its name, and shows the name."""
    handle = registry.register(polite := Polite(), "mine")
    assert (handle.name, handle.plugin, repr(handle)) == ("mine", polite, "<Registration of plugin 'mine'>")


def test_closing_a_registration_unregisters_the_plugin(registry: Registry[AppSpec]) -> None:
    """Closing a registration unregisters its plugin; closing it again has no effect."""
    handle = registry.register(Polite())
    handle.close()
    assert registry.plugin_names() == ()
    handle.close()
    assert registry.plugin_names() == ()


def test_registration_lasts_for_a_with_block(registry: Registry[AppSpec]) -> None:
    """A plugin is registered within the `with` block of its registration, which gives the registration."""
    with registry.register(polite := Polite(), "mine") as handle:
        assert (handle.name, answers(registry)) == ("mine", [polite])
    assert answers(registry) == []


def test_exception_leaves_a_with_block(registry: Registry[AppSpec]) -> None:
    """An exception in the `with` block leaves it, and the plugin is unregistered."""
    with pytest.raises(ZeroDivisionError), registry.register(Polite()):
        raise ZeroDivisionError
    assert registry.plugin_names() == ()


def test_registration_closes_no_other_one(registry: Registry[AppSpec]) -> None:
    """A registration whose plugin was unregistered has no effect on what has its name now."""
    old = registry.register(polite := Polite(), "mine")
    registry.unregister("mine")
    registry.register(polite, "mine")
    old.close()
    assert registry.get_plugin("mine") is polite


def test_registration_of_a_replaced_plugin_has_no_effect(registry: Registry[AppSpec]) -> None:
    """The registration of a plugin that was replaced closes nothing; that of the new one does."""
    old = registry.register(Polite(), "mine")
    new = registry.replace("mine", polite := Polite())
    old.close()
    assert answers(registry) == [polite]
    new.close()
    assert answers(registry) == []


# -- replacing --------------------------------------------------------------------------------------------------------


def test_replacing_keeps_the_place(registry: Registry[AppSpec]) -> None:
    """The new plugin has the name of the old one and its place in the order of registration."""
    a, b, c, new = Polite(), Polite(), Polite(), Polite()
    for name, each in (("a", a), ("b", b), ("c", c)):
        registry.register(each, name)
    handle = registry.replace("b", new)
    assert (handle.name, handle.plugin) == ("b", new)
    assert registry.plugin_names() == ("a", "b", "c")
    assert registry.get_plugin("b") is new
    assert answers(registry) == [c, new, a]


def test_replacing_changes_the_hooks_of_both(registry: Registry[AppSpec]) -> None:
    """Hooks that only the old plugin implements lose it, and hooks that only the new one implements gain it."""
    registry.register(answering(AppSpec.sections, ["old"]), "mine")
    registry.replace("mine", answering(AppSpec.render, b"new"))
    assert answers(registry) == []
    assert registry.hook.render(document="d") == b"new"


def test_plugin_may_be_replaced_by_itself(registry: Registry[AppSpec]) -> None:
    """Replacing a plugin by itself reads it again."""
    extension = answering(AppSpec.sections, ["old"])
    registry.register(extension, "mine")
    vars(extension).update(vars(answering(AppSpec.sections, ["new"])))
    registry.replace("mine", extension)
    assert answers(registry) == [["new"]]


def test_unknown_plugin_is_not_replaced(registry: Registry[AppSpec]) -> None:
    """There has to be a plugin to replace."""
    registry.register(Polite(), "polite")
    with refused(registry, PluginValidationError) as caught:
        registry.replace("polit", Polite())
    assert str(caught.value) == lines("plugin 'polit': is not registered [PK404]", "  Hint: did you mean 'polite'?")


def test_plugin_is_not_replaced_by_a_misfit(registry: Registry[AppSpec]) -> None:
    """A plugin that does not fit replaces nothing: the old one stays."""
    registry.register(polite := Polite(), "mine")
    with refused(registry, PluginValidationError) as caught:
        registry.replace("mine", Misfit())
    assert str(caught.value) == lines(
        "plugin 'mine': ReportSpec.sections: unknown parameter 'page' [PK101]",
        f"  hook            {AppSpec.sections.signature}",
        "  implementation  Misfit.sections(self, page: int) -> list[str]",
        f"  at              {at(Misfit.sections)}",
        "  Hint: use 'document', 'verbose'",
    )
    assert answers(registry) == [polite]


def test_plugin_is_not_replaced_by_another_registered_one(registry: Registry[AppSpec]) -> None:
    """A plugin that is registered under another name replaces nothing."""
    registry.register(Polite(), "mine")
    registry.register(other := Polite(), "other")
    with refused(registry, PluginValidationError) as caught:
        registry.replace("mine", other)
    assert str(caught.value) == lines(
        "plugin 'mine': the same object is already registered as 'other' [PK403]",
        "  Hint: register it once, or register a second instance",
    )


def test_plugin_is_not_replaced_by_one_that_makes_a_cycle(registry: Registry[AppSpec]) -> None:
    """A plugin whose place in the call order contradicts the others replaces nothing."""
    registry.register(answering(AppSpec.sections, []), "a")
    registry.register(answering(AppSpec.sections, [], before="a"), "b")
    with refused(registry, PluginValidationError) as caught:
        registry.replace("a", answering(AppSpec.sections, [], before="b"))
    assert str(caught.value) == lines(
        "plugin 'a': ReportSpec.sections: before= and after= form a cycle: b → a → b [PK124]",
        "  Hint: remove one of these before= or after= options",
    )


# -- blocking ---------------------------------------------------------------------------------------------------------


def test_blocked_name_is_refused(registry: Registry[AppSpec]) -> None:
    """Under a blocked name no plugin is registered, given or its own, until it is unblocked."""
    registry.set_blocked("Polite")
    for name in (None, "Polite"):
        with refused(registry, PluginValidationError) as caught:
            registry.register(Polite(), name)
        assert str(caught.value) == lines(
            "plugin 'Polite': the name is blocked [PK402]", "  Hint: call unblock('Polite') first"
        )
    registry.unblock("Polite")
    registry.register(Polite())
    assert registry.plugin_names() == ("Polite",)


def test_blocking_unregisters(registry: Registry[AppSpec]) -> None:
    """Blocking the name of a plugin unregisters it; unblocking does not bring it back."""
    registry.register(Polite(), "mine")
    registry.register(other := Polite(), "other")
    registry.set_blocked("mine")
    assert (registry.plugin_names(), answers(registry)) == (("other",), [other])
    registry.unblock("mine")
    assert registry.plugin_names() == ("other",)


def test_blocked_names_are_known(registry: Registry[AppSpec]) -> None:
    """Names are blocked or not, however often they were blocked; unblocking returns whether it was blocked."""
    assert not registry.is_blocked("mine")
    registry.set_blocked("mine")
    registry.set_blocked("mine")
    assert registry.is_blocked("mine")
    assert not registry.is_blocked("other")
    assert [registry.unblock("mine"), registry.unblock("mine")] == [True, False]
    assert not registry.is_blocked("mine")


# -- looking up -------------------------------------------------------------------------------------------------------


def test_plugin_is_looked_up_by_name_or_as_itself(registry: Registry[AppSpec]) -> None:
    """A plugin is found by its name, and its name by the plugin."""
    registry.register(Polite(), "other")
    registry.register(polite := Polite(), "mine")
    assert registry.get_plugin("mine") is polite
    assert registry.get_name(polite) == "mine"
    assert registry.is_registered("mine")
    assert registry.is_registered(polite)


@pytest.mark.parametrize("unknown", ["xyz", Polite()], ids=["name", "object"])
def test_unknown_plugin_is_not_found(registry: Registry[AppSpec], unknown: Any) -> None:
    """Looking up an unregistered plugin gives None, or False."""
    registry.register(Polite(), "mine")
    assert registry.get_plugin(unknown) is None
    assert registry.get_name(unknown) is None
    assert registry.get_hookcallers(unknown) is None
    assert not registry.is_registered(unknown)


def test_name_has_no_name(registry: Registry[AppSpec]) -> None:
    """`get_name` takes a plugin: the name of a plugin is none."""
    registry.register(Polite(), "mine")
    assert registry.get_name("mine") is None


@pytest.mark.parametrize("by", ["name", "object"])
def test_hooks_of_a_plugin(registry: Registry[AppSpec], by: str) -> None:
    """A plugin has one caller for each hook that it implements, in the order in which it implements them."""

    class Plugin:
        @hookimpl(AppSpec.render)
        def one(self) -> bytes: ...

        @hookimpl(AppSpec.configured)
        def two(self) -> None: ...

        @hookimpl(AppSpec.render)
        def three(self) -> bytes: ...

    registry.register(extension := Plugin(), "mine")
    callers = registry.get_hookcallers("mine" if by == "name" else extension)
    assert callers is not None
    assert [(caller.name, caller.spec) for caller in callers] == [
        ("render", AppSpec.render),
        ("configured", AppSpec.configured),
    ]


def test_hooks_of_a_plugin_are_those_of_the_registry(registry: Registry[AppSpec]) -> None:
    """The callers of a plugin's hooks are those of `registry.hook`."""
    registry.register(Polite(), "mine")
    assert registry.get_hookcallers("mine") == (registry.hook.sections,)


def test_registry_shows_its_spec(registry: Registry[AppSpec]) -> None:
    """The repr of a registry names the spec and counts the plugins."""
    registry.register(Polite())
    assert repr(registry) == "<Registry of AppSpec, 1 plugins>"


def test_registry_can_be_subscripted() -> None:
    """`Registry[AppSpec]` can be written where annotations are evaluated, and makes a registry."""
    assert repr(Registry[AppSpec](AppSpec)) == "<Registry of AppSpec, 0 plugins>"


def test_registries_are_independent(registry: Registry[AppSpec]) -> None:
    """A plugin in one registry is unknown to another one of the same spec, and can be registered there too."""
    other = Registry(AppSpec)
    registry.register(polite := Polite())
    assert answers(other) == []
    other.register(polite, "other")
    assert (answers(other), registry.plugin_names(), other.plugin_names()) == ([polite], ("Polite",), ("other",))


# -- leaving plugins out ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["name", "object"])
def test_plugins_are_left_out_by_name_or_as_themselves(registry: Registry[AppSpec], by: str) -> None:
    """The relay without some plugins calls all others; the registry's own calls all."""
    a, b, c = Polite(), Polite(), Polite()
    for name, each in (("a", a), ("b", b), ("c", c)):
        registry.register(each, name)
    relay = registry.without("a", "c") if by == "name" else registry.without(a, c)
    assert relay.sections(document="d") == [b]
    assert answers(registry) == [c, b, a]


def test_wrappers_are_left_out(registry: Registry[AppSpec]) -> None:
    """The wrappers of a plugin that is left out do not run."""

    @hookimpl.function(AppSpec.sections, wrapper=True)
    def around() -> Generator[None, list[list[str]], list[list[str]]]:
        return [*(yield), ["around"]]

    registry.register(plugin(around), "wrapper")
    assert registry.without().sections(document="d") == [["around"]]
    assert registry.without("wrapper").sections(document="d") == []


def test_unknown_plugins_are_not_left_out(registry: Registry[AppSpec]) -> None:
    """Only plugins that are registered can be left out."""
    registry.register(Polite(), "polite")
    with refused(registry, PluginValidationError) as caught:
        registry.without("polite", "polit")
    assert str(caught.value) == lines("plugin 'polit': is not registered [PK404]", "  Hint: did you mean 'polite'?")


def test_relay_without_plugins_follows_the_registry(registry: Registry[AppSpec]) -> None:
    """A relay that leaves out plugins calls those that are registered later, unless they have one of the names."""
    registry.register(Polite(), "a")
    relay = registry.without("a")
    registry.register(b := Polite(), "b")
    registry.replace("a", Polite())
    assert relay.sections(document="d") == [b]
    registry.unregister("b")
    assert relay.sections(document="d") == []


# -- further specs ----------------------------------------------------------------------------------------------------


def test_plugin_brings_further_hooks(registry: Registry[AppSpec]) -> None:
    """A spec that is added gives a relay for its hooks; plugins can implement them from then on."""
    relay = registry.add_spec(LintSpec)
    registry.register(answering(LintSpec.lint, "answer"))
    assert relay.lint(document="d") == ["answer"]
    assert repr(relay) == "<HookRelay of LintSpec>"


def test_spec_can_be_added_again(registry: Registry[AppSpec]) -> None:
    """Adding a spec again, or one that the registry has already, gives a relay, and changes nothing."""
    first = registry.add_spec(LintSpec)
    registry.register(answering(LintSpec.lint, "answer"))
    registry.register(answering(AppSpec.sections, ["answer"]))
    before = state(registry)
    assert first.lint(document="d") == registry.add_spec(LintSpec).lint(document="d") == ["answer"]
    assert registry.add_spec(ReportSpec).sections(document="d") == [["answer"]]
    assert state(registry) == before


def test_added_spec_may_share_hooks(registry: Registry[AppSpec]) -> None:
    """A spec that inherits hooks that the registry has brings the others, and its relay has all."""

    class More(ReportSpec, Protocol):
        @hookspec
        def more(self) -> str: ...

    registry.register(polite := Polite())
    relay = registry.add_spec(More)
    assert (relay.sections(document="d"), relay.more()) == ([polite], [])


def test_added_hook_has_to_be_the_one_of_its_name(registry: Registry[AppSpec]) -> None:
    """A spec with another hook of a name that the registry has is refused; nothing of it is added."""

    class Other(Protocol):
        @hookspec
        def further(self) -> str: ...

        @hookspec
        def sections(self, *, page: int) -> str: ...

    with refused(registry, HookSpecError) as caught:
        registry.add_spec(Other)
    assert str(caught.value) == lines(
        "Other.sections and ReportSpec.sections are different hooks with the same name [PK214]",
        "  hook  Other.sections(self, *, page: int) -> str",
        f"  at    {at(Other.sections.function)}",
        "  Hint: rename one of them",
    )
    assert registry.add_spec(LintSpec).lint(document="d") == []


def test_what_is_added_is_a_spec(registry: Registry[AppSpec]) -> None:
    """Only a spec can be added."""
    with refused(registry, HookSpecError) as caught:
        registry.add_spec(Polite)
    assert str(caught.value) == lines(
        "Polite is not a Protocol class [PK210]", "  Hint: derive it directly from 'Protocol'"
    )


def test_optional_implementations_wake_up(registry: Registry[AppSpec]) -> None:
    """Optional implementations of plugins that are there already take effect when their spec is added."""

    class Waiting:
        @hookimpl(AppSpec.sections)
        def sections(self) -> list[str]:
            return ["sections"]

        @hookimpl(LintSpec.lint, optional=True)
        def by_reference(self, document: str) -> str:
            return "by reference"

        @hookimpl(optional=True)
        def lint(self) -> str:
            return "by name"

        @hookimpl(optional=True)
        def unknown(self) -> str: ...

    registry.register(Waiting(), "waiting")
    registry.register(Polite(), "other")
    relay = registry.add_spec(LintSpec)
    assert relay.lint(document="d") == ["by name", "by reference"]
    callers = registry.get_hookcallers("waiting")
    assert callers is not None
    assert [caller.name for caller in callers] == ["sections", "lint"]
    registry.unregister("waiting")
    assert relay.lint(document="d") == []


def test_handle_closes_a_plugin_that_woke_up(registry: Registry[AppSpec]) -> None:
    """The registration of a plugin closes it after its optional implementations took effect, too."""
    handle = registry.register(answering(LintSpec.lint, "answer", optional=True))
    relay = registry.add_spec(LintSpec)
    handle.close()
    assert registry.plugin_names() == ()
    assert relay.lint(document="d") == []


def test_optional_implementation_that_does_not_fit_keeps_a_spec_out(registry: Registry[AppSpec]) -> None:
    """A spec that a waiting implementation does not fit is refused, and nothing has changed."""

    class Waiting:
        @hookimpl(optional=True)
        def lint(self, documnet: str) -> str: ...

    registry.register(Waiting(), "waiting")
    with refused(registry, PluginValidationError) as caught:
        registry.add_spec(LintSpec)
    assert str(caught.value) == lines(
        "plugin 'waiting': LintSpec.lint: unknown parameter 'documnet' [PK101]",
        "  hook            LintSpec.lint(self, *, document: str) -> str",
        "  implementation  Waiting.lint(self, documnet: str) -> str",
        f"  at              {at(Waiting.lint)}",
        "  Hint: did you mean 'document'?",
    )
    registry.unregister("waiting")
    assert registry.add_spec(LintSpec).lint(document="d") == []


def test_optional_implementations_that_make_a_cycle_keep_a_spec_out(registry: Registry[AppSpec]) -> None:
    """A spec whose waiting implementations contradict each other in their order is refused."""
    registry.register(answering(LintSpec.lint, "a", optional=True, before="b"), "a")
    registry.register(answering(LintSpec.lint, "b", optional=True, before="a"), "b")
    with refused(registry, PluginValidationError) as caught:
        registry.add_spec(LintSpec)
    assert str(caught.value) == lines(
        "plugin 'b': LintSpec.lint: before= and after= form a cycle: b → a → b [PK124]",
        "  Hint: remove one of these before= or after= options",
    )


def test_added_hook_can_be_historic(registry: Registry[AppSpec]) -> None:
    """A spec that is added may have historic hooks, which reach who waited for them."""

    class Past(Protocol):
        @hookspec(historic=True)
        def started(self, *, version: str) -> None: ...

    def receiver(received: list[str]) -> Any:
        @hookimpl(optional=True)
        def started(version: str) -> None:
            received.append(version)

        return plugin(started)

    early: list[str] = []
    late: list[str] = []
    registry.register(receiver(early), "early")
    registry.add_spec(Past).started.call_historic(version="1")
    registry.register(receiver(late), "late")
    assert early == late == ["1"]


# -- replays ----------------------------------------------------------------------------------------------------------


def test_earlier_calls_are_replayed_before_registration(registry: Registry[AppSpec]) -> None:
    """During its replay a plugin is not registered yet: nothing calls it that it is not prepared for."""
    seen: list[bool] = []
    registry.hook.configured.call_historic(options={})
    registry.register(receiving(lambda _: seen.append(registry.is_registered("late"))), "late")
    assert (seen, registry.is_registered("late")) == ([False], True)


def test_failing_replay_registers_nothing(registry: Registry[AppSpec]) -> None:
    """An exception in a replay leaves `register` as it is, with a note; the plugin can be registered later."""
    received: list[object] = []

    class Late:
        broken = True

        @hookimpl(AppSpec.configured)
        def configured(self, options: dict[str, str]) -> None:
            if options["call"] == "2" and self.broken:
                raise ZeroDivisionError
            received.append(options["call"])

    registry.hook.configured.call_historic(options={"call": "1"})
    registry.hook.configured.call_historic(options={"call": "2"})
    late = Late()
    with refused(registry, ZeroDivisionError) as caught:
        registry.register(late)
    assert caught.value.__notes__ == [f"in hook TextSpec.configured, plugin 'Late' ({at(Late.configured)})"]
    late.broken = False
    registry.register(late)
    assert received == ["1", "1", "2"]


def test_nothing_is_replayed_to_a_refused_plugin(registry: Registry[AppSpec]) -> None:
    """A plugin is checked before anything is replayed to it."""
    received: list[object] = []
    extension = receiving(received.append)
    extension.section = hookimpl(lambda: None)
    registry.hook.configured.call_historic(options={})
    with refused(registry, PluginValidationError):
        registry.register(extension)
    assert received == []


def test_earlier_calls_are_replayed_to_a_replacement(registry: Registry[AppSpec]) -> None:
    """Earlier calls are replayed to a plugin that replaces another one; the old one stays until then."""
    received: list[object] = []
    registry.hook.configured.call_historic(options={})
    registry.register(old := receiving(lambda _: received.append("old")), "mine")
    registry.replace("mine", receiving(lambda _: received.append(registry.get_plugin("mine") is old)))
    assert received == ["old", True]


def test_failing_replay_replaces_nothing(registry: Registry[AppSpec]) -> None:
    """Where the replay to the new plugin fails, the old one stays."""
    registry.hook.configured.call_historic(options={})
    registry.register(Polite(), "mine")
    with refused(registry, ZeroDivisionError):
        registry.replace("mine", receiving(lambda _: 1 / 0))


def test_replay_may_register_another_plugin(registry: Registry[AppSpec]) -> None:
    """A plugin may register another one during its replay; each receives each call once."""
    received: list[str] = []
    inner = receiving(lambda _: received.append("inner"))

    def hear(_: object) -> None:
        received.append("outer")
        registry.register(inner, "inner")

    registry.hook.configured.call_historic(options={})
    registry.register(receiving(hear), "outer")
    assert (received, registry.plugin_names()) == (["outer", "inner"], ("inner", "outer"))


def test_replay_may_call_the_hook(registry: Registry[AppSpec]) -> None:
    """A plugin that calls the historic hook during its replay receives that call too, after the earlier ones."""
    received: list[str] = []

    def hear(options: dict[str, str]) -> None:
        received.append(options["call"])
        if options["call"] == "1":
            registry.hook.configured.call_historic(options={"call": "3"})

    registry.hook.configured.call_historic(options={"call": "1"})
    registry.hook.configured.call_historic(options={"call": "2"})
    registry.register(receiving(hear))
    assert received == ["1", "2", "3"]


def test_replay_may_take_the_name(registry: Registry[AppSpec]) -> None:
    """Where another plugin has got the given name during the replay, the plugin is refused."""
    registry.hook.configured.call_historic(options={})
    with pytest.raises(PluginValidationError) as caught:
        registry.register(receiving(lambda _: registry.register(Polite(), "mine")), "mine")
    assert str(caught.value) == lines(
        "plugin 'mine': the name is taken [PK401]", "  Hint: choose another name, or call replace('mine', ...)"
    )
    assert isinstance(registry.get_plugin("mine"), Polite)


def test_name_of_its_own_is_chosen_after_the_replay(registry: Registry[AppSpec]) -> None:
    """Where another plugin has got a plugin's own name during the replay, the plugin gets a number."""
    registry.hook.configured.call_historic(options={})
    handle = registry.register(receiving(lambda _: registry.register(Polite(), "SimpleNamespace")))
    assert (handle.name, registry.plugin_names()) == ("SimpleNamespace-2", ("SimpleNamespace", "SimpleNamespace-2"))


def test_replay_may_block_the_name(registry: Registry[AppSpec]) -> None:
    """Where the name was blocked during the replay, the plugin is refused."""
    registry.hook.configured.call_historic(options={})
    with pytest.raises(PluginValidationError) as caught:
        registry.register(receiving(lambda _: registry.set_blocked("mine")), "mine")
    assert str(caught.value) == lines(
        "plugin 'mine': the name is blocked [PK402]", "  Hint: call unblock('mine') first"
    )
    assert registry.plugin_names() == ()


def test_replay_may_unregister_what_is_replaced(registry: Registry[AppSpec]) -> None:
    """Where the old plugin was unregistered during the replay to the new one, there is nothing to replace."""
    registry.hook.configured.call_historic(options={})
    registry.register(Polite(), "mine")
    with pytest.raises(PluginValidationError) as caught:
        registry.replace("mine", receiving(lambda _: registry.unregister("mine")))
    assert str(caught.value) == lines(
        "plugin 'mine': is not registered [PK404]", "  Hint: call register: there is nothing to replace"
    )
    assert registry.plugin_names() == ()
