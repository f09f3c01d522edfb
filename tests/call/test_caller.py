"""Callers: arguments, `call_extra`, historic calls, and the relay that holds them."""

from __future__ import annotations

import copy
import functools
import inspect
from typing import TYPE_CHECKING, Any, Protocol, get_type_hints

import pytest
from plugins import answering, at, lines, plugin, refused
from specs import AppSpec, ReportSpec

from pluginkit import HookCallError, PluginValidationError, Registry, hookimpl, hookspec

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

SECTIONS = "ReportSpec.sections(self, *, document: str, verbose: bool = False) -> list[str]"
CONFIGURED = "TextSpec.configured(self, *, options: dict[str, str]) -> str | None"


class NoParameters(Protocol):
    """Has a hook without parameters."""

    @hookspec
    def ping(self) -> str: ...


class ManyParameters(Protocol):
    """Has a hook with several parameters."""

    @hookspec
    def draw(self, *, width: int, height: int, colour: str) -> str: ...


class Listener:
    """Remembers what it was told of the historic hook, and answers it."""

    def __init__(self, answer: object = None) -> None:
        """Answer with `answer`."""
        self.answer = answer
        self.heard: list[object] = []

    @hookimpl(AppSpec.configured)
    def configured(self, options: dict[str, str]) -> Any:
        """Hear."""
        self.heard.append(options)
        return self.answer


def uncalled() -> Callable[..., Any]:
    """Return a function that fails: what is refused is not called."""

    def fail(**_: object) -> Any:
        raise AssertionError("called, although the call was refused")

    return fail


# -- arguments --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "call", "message", "hint"),
    [
        (ReportSpec.render, lambda extra: extra(()), "is missing the argument 'document' [PK304]", None),
        (
            ManyParameters.draw,
            lambda extra: extra((), height=1),
            "is missing the arguments 'width', 'colour' [PK304]",
            None,
        ),
        (
            ReportSpec.render,
            lambda extra: extra((), documnet="d"),
            "got an unknown argument 'documnet' [PK301]",
            "did you mean 'document'?",
        ),
        (
            ReportSpec.render,
            lambda extra: extra((), document="d", documents="d"),
            "got an unknown argument 'documents' [PK301]",
            "did you mean 'document'?",
        ),
        (
            ReportSpec.render,
            lambda extra: extra((), document="d", page=1),
            "got an unknown argument 'page' [PK301]",
            None,
        ),
        (
            ManyParameters.draw,
            lambda extra: extra((), width=1, hight=1, color="red"),
            "got unknown arguments 'hight', 'color' [PK301]",
            "did you mean 'height'?",
        ),
        (
            ReportSpec.render,
            lambda extra: extra((), "d"),
            "takes no positional arguments [PK302]",
            "name them: document=...",
        ),
        (
            ManyParameters.draw,
            lambda extra: extra((), 1, 2, colour="red"),
            "takes no positional arguments [PK302]",
            "name them: width=..., height=..., colour=...",
        ),
        (NoParameters.ping, lambda extra: extra((), 1), "takes no positional arguments [PK302]", None),
    ],
)
def test_arguments_of_call_extra_have_to_be_those_of_the_hook(
    spec: Any, call: Callable[[Any], object], message: str, hint: str | None
) -> None:
    """A missing, unknown or positional argument is refused before anything is called, with the hook's signature."""
    registry = Registry(spec.owner)
    registry.register(plugin(hookimpl.function(spec)(uncalled())))
    with refused(registry, HookCallError) as caught:
        call(getattr(registry.hook, spec.name).call_extra)
    assert str(caught.value) == lines(
        f"{spec.qualified_name} {message}",
        f"  hook  {spec.signature}",
        f"  at    {at(spec.function)}",
        *([f"  Hint: {hint}"] if hint else []),
    )


@pytest.mark.parametrize(
    "call",
    [
        lambda hook: hook.sections.call_extra([], "d"),
        lambda hook: hook.sections.call_extra([]),
        lambda hook: hook.sections.call_extra([], document="d", page=1),
        lambda hook: hook.configured.call_historic(None, {}),
        lambda hook: hook.configured.call_historic(),
        lambda hook: hook.configured.call_historic(options={}, page=1),
    ],
)
def test_other_calls_check_their_arguments(registry: Registry[AppSpec], call: Callable[[Any], object]) -> None:
    """`call_historic` refuses what `call_extra` refuses, and nothing is remembered."""
    with refused(registry, HookCallError):
        call(registry.hook)


@pytest.mark.parametrize(("given", "expected"), [({}, False), ({"verbose": True}, True)])
def test_defaults_are_those_of_the_spec(
    registry: Registry[AppSpec],
    given: dict[str, bool],
    expected: bool,
) -> None:
    """What a call leaves out has the spec's default, whatever default an implementation has."""

    class Plugin:
        @hookimpl(AppSpec.sections)
        def some_name(self, verbose: object = "mine") -> Any:
            return verbose

    registry.register(Plugin())
    assert registry.hook.sections(document="d", **given) == [expected]


def test_defaults_are_passed_on_in_rest(registry: Registry[AppSpec]) -> None:
    """An implementation with `**rest` is given the defaults as well."""
    registry.register(plugin(hookimpl.function(AppSpec.sections)(lambda **rest: rest)))
    assert registry.hook.sections(document="d") == [{"document": "d", "verbose": False}]


def test_rest_is_its_own_dictionary(registry: Registry[AppSpec]) -> None:
    """What an implementation does to its `**rest` is not seen by the next one."""

    def emptied(**rest: object) -> Any:
        seen = dict(rest)
        rest.clear()
        return seen

    for _ in range(2):
        registry.register(plugin(hookimpl.function(AppSpec.render)(emptied)))
    assert registry.hook.render(document="d") == {"document": "d"}
    assert registry.hook.sections.call_extra([emptied, emptied], document="d") == [
        {"document": "d", "verbose": False},
        {"document": "d", "verbose": False},
    ]


def test_parameters_may_have_any_name() -> None:
    """A hook's parameters may be called like those of the callers."""

    class Spec(Protocol):
        @hookspec
        def hook(self, *, spec: int, functions: int, positional: int, arguments: int) -> int: ...

        @hookspec(historic=True)
        def past(self, *, result_callback: int, positional: int, call: int) -> int: ...

    registry = Registry(Spec)
    registry.register(plugin(hook=hookimpl(lambda **rest: sum(rest.values())), past=hookimpl(lambda **rest: rest)))
    given = {"spec": 1, "functions": 2, "positional": 3, "arguments": 4}
    assert registry.hook.hook(**given) == [10]
    assert registry.hook.hook.call_extra([lambda **_: 0], **given) == [0, 10]
    heard: list[object] = []
    registry.hook.past.call_historic(heard.append, result_callback=1, positional=2, call=3)
    assert heard == [{"result_callback": 1, "positional": 2, "call": 3}]


# -- what a caller shows ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hook", ["sections", "configured"])
def test_caller_knows_its_hook(registry: Registry[AppSpec], hook: str) -> None:
    """A caller has the name and the declaration of its hook."""
    caller = getattr(registry.hook, hook)
    assert (caller.name, caller.spec) == (hook, getattr(AppSpec, hook))


def test_caller_has_the_signature_of_its_hook(registry: Registry[AppSpec]) -> None:
    """`inspect` and `typing` see the hook's signature on a caller, with its types where they are asked for."""
    caller: Any = registry.hook.polish
    assert str(inspect.signature(caller)) == "(*, text: 'str', width: 'int' = 80) -> 'str'"
    assert str(inspect.signature(caller, eval_str=True)) == "(*, text: str, width: int = 80) -> str"
    assert get_type_hints(caller) == {"text": str, "width": int, "return": str}


def test_arguments_are_in_the_order_of_the_hook(registry: Registry[AppSpec], tier: str) -> None:
    """An implementation that takes `**rest` gets the arguments in the order in which the hook declares them."""

    @hookimpl.function(AppSpec.sections)
    def names(**rest: object) -> list[str]:
        return list(rest)

    registry.register(plugin(names))
    assert registry.hook.sections(verbose=True, document="d") == [["document", "verbose"]]
    assert registry.hook.sections(document="d") == [["document", "verbose"]]


def test_caller_shows_its_hook(registry: Registry[AppSpec]) -> None:
    """The repr of a caller names the hook; that of a historic one also the plugins that are left out, sorted."""
    registry.register(answering(AppSpec.sections, []), "b")
    registry.register(answering(AppSpec.sections, []), "a")
    assert repr(registry.hook.sections).startswith("<function ReportSpec.sections at ")
    assert repr(registry.hook.configured) == "<HistoricCaller TextSpec.configured>"
    assert repr(registry.without("b", "a").configured) == "<HistoricCaller TextSpec.configured without a, b>"


def test_implementations_are_listed_in_call_order(registry: Registry[AppSpec]) -> None:
    """A caller lists what a call runs: the wrappers, and then the others, in call order."""

    @hookimpl.function(AppSpec.sections, wrapper=True)
    def around() -> Generator[None, list[list[str]], list[list[str]]]:
        return (yield)

    registry.register(plugin(around), "wrapper")
    registry.register(answering(AppSpec.sections, []), "a")
    registry.register(answering(AppSpec.sections, []), "b")
    names = [impl.plugin_name for impl in registry.hook.sections.implementations()]
    assert names == ["wrapper", "b", "a"]


# -- the relay --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("section", "'HookRelay[AppSpec]' object has no attribute 'section'"),
        ("spec", "'HookRelay[AppSpec]' object has no attribute 'spec'"),
    ],
)
def test_unknown_hook_is_an_attribute_error(registry: Registry[AppSpec], name: str, text: str) -> None:
    """A hook that the spec lacks is an `AttributeError`, with the hook that was meant if there is one like it."""
    with pytest.raises(AttributeError) as caught:
        getattr(registry.hook, name)
    assert str(caught.value) == text


def test_relay_shows_its_spec(registry: Registry[AppSpec]) -> None:
    """The repr of a relay names the spec."""
    assert repr(registry.hook) == "<HookRelay of AppSpec>"


def test_relay_can_be_copied(registry: Registry[AppSpec]) -> None:
    """A copy of a relay has the same callers: that it is asked for special methods does not disturb it."""
    assert vars(copy.copy(registry.hook)) == vars(registry.hook)


@pytest.mark.parametrize("name", ["_spec", "_state", "name"])
def test_hook_may_have_any_name(name: str) -> None:
    """A hook may be called like something that callers and relays use themselves."""

    def method(self: object) -> str: ...

    method.__name__ = name
    spec: Any = type(Protocol)("Spec", (Protocol,), {name: hookspec(method), "__module__": __name__})
    registry = Registry(spec)
    registry.register(plugin(**{name: hookimpl(lambda: "answer")}))
    assert getattr(registry.hook, name)() == ["answer"]
    assert repr(registry.hook) == "<HookRelay of Spec>"


# -- call_extra -------------------------------------------------------------------------------------------------------


def test_extra_functions_count_as_registered_last(registry: Registry[AppSpec]) -> None:
    """Extra functions are called as if registered last, the last of them first, and in this one call only."""
    registry.register(answering(AppSpec.sections, ["last"], trylast=True))
    registry.register(answering(AppSpec.sections, ["first"], tryfirst=True))
    registry.register(answering(AppSpec.sections, ["plain"]))
    extra = [lambda: ["extra 1"], lambda document: ["extra 2", document]]
    assert registry.hook.sections.call_extra(extra, document="d") == [
        ["first"],
        ["extra 2", "d"],
        ["extra 1"],
        ["plain"],
        ["last"],
    ]
    assert registry.hook.sections(document="d") == [["first"], ["plain"], ["last"]]


def test_extra_functions_are_combined_as_the_mode_says(registry: Registry[AppSpec]) -> None:
    """With extra functions a call gives what the hook's mode gives."""
    registry.register(answering(AppSpec.render, b"plugin"))
    assert registry.hook.render.call_extra([lambda: b"extra"], document="d") == b"extra"
    assert registry.hook.polish.call_extra([lambda text: text + "!"] * 2, text="hi") == "hi!!"


def test_extra_functions_run_within_wrappers(registry: Registry[AppSpec]) -> None:
    """Wrappers run around extra functions as around others."""

    @hookimpl.function(AppSpec.render, wrapper=True)
    def around() -> Generator[None, bytes | None, bytes | None]:
        result = yield
        return b"<%s>" % result

    registry.register(plugin(around))
    assert registry.hook.render.call_extra([lambda: b"extra"], document="d") == b"<extra>"


class Extra:
    """Has what can be given as an extra function."""

    keywords = ("document",)  # as a `functools.partial` has

    def method(self, document: str) -> list[str]:
        """Answer."""
        return ["method", document]

    @classmethod
    def of_class(cls, document: str) -> list[str]:
        """Answer."""
        return ["class", document]

    def __call__(self, document: str) -> list[str]:
        """Answer."""
        return ["instance", document]


def prefixed(prefix: str, document: str) -> list[str]:
    """Take a parameter that the hook does not have."""
    return [prefix, document]


@pytest.mark.parametrize(
    ("function", "answer"),
    [
        (lambda document: ["lambda", document], ["lambda", "d"]),
        (Extra().method, ["method", "d"]),
        (Extra.of_class, ["class", "d"]),
        (Extra(), ["instance", "d"]),
        (functools.partial(prefixed, "partial"), ["partial", "d"]),
        (functools.partial(prefixed, prefix="partial"), ["partial", "d"]),
        (functools.cache(lambda document: ["cached", document]), ["cached", "d"]),
        (dict, {"document": "d", "verbose": False}),
    ],
    ids=["lambda", "method", "class method", "instance", "partial", "partial by keyword", "cached", "built-in"],
)
def test_any_callable_can_be_extra(registry: Registry[AppSpec], function: Callable[..., Any], answer: object) -> None:
    """An extra function is anything that can be called with the hook's arguments."""
    assert registry.hook.sections.call_extra([function], document="d") == [answer]


def test_extra_function_has_to_fit(registry: Registry[AppSpec]) -> None:
    """An extra function that does not fit the hook is refused, before anything is called."""
    registry.register(plugin(hookimpl.function(AppSpec.sections)(uncalled())))
    with refused(registry, PluginValidationError) as caught:
        registry.hook.sections.call_extra([uncalled(), prefixed], document="d")
    assert str(caught.value) == lines(
        "plugin '<extra>': ReportSpec.sections: unknown parameter 'prefix' [PK101]",
        f"  hook            {SECTIONS}",
        "  implementation  prefixed(prefix: str, document: str) -> list[str]",
        f"  at              {at(prefixed)}",
        "  Hint: use 'document', 'verbose'",
    )


def test_extra_function_that_is_not_written_in_python_has_to_fit(registry: Registry[AppSpec]) -> None:
    """A built-in function that does not fit is shown in place of its file and line."""
    with refused(registry, PluginValidationError) as caught:
        registry.hook.sections.call_extra([len], document="d")
    assert str(caught.value) == lines(
        "plugin '<extra>': ReportSpec.sections: parameter 'obj' is positional-only [PK102]",
        f"  hook            {SECTIONS}",
        "  implementation  len(obj, /)",
        "  at              <built-in function len>",
        "  Hint: remove the '/': arguments are passed by keyword",
    )


def test_extra_function_is_not_a_wrapper(registry: Registry[AppSpec]) -> None:
    """A function that is marked as a wrapper would give its generator as the answer: it is refused."""
    registry.register(plugin(hookimpl.function(AppSpec.render)(uncalled())))

    @hookimpl.function(AppSpec.render, wrapper=True)
    def around() -> Generator[None, bytes | None, bytes | None]:
        return (yield)

    with refused(registry, PluginValidationError) as caught:
        registry.hook.render.call_extra([around], document="d")
    assert str(caught.value) == lines(
        "plugin '<extra>': ReportSpec.render: is marked as a wrapper, but would be called as an implementation [PK122]",
        "  hook            ReportSpec.render(self, *, document: str) -> bytes | None",
        "  implementation  around() -> Generator[None, bytes | None, bytes | None]",
        f"  at              {at(around)}",
        "  Hint: remove wrapper=True, or register a plugin that has it",
    )


def test_exception_of_an_extra_function_names_it(registry: Registry[AppSpec]) -> None:
    """An exception that an extra function raises carries a note with its place."""

    def fail() -> list[str]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as caught:
        registry.hook.sections.call_extra([fail], document="d")
    assert caught.value.__notes__ == [f"in hook ReportSpec.sections, plugin '<extra>' ({at(fail)})"]


def test_extra_functions_without_some_plugins(registry: Registry[AppSpec]) -> None:
    """A caller that leaves out plugins leaves them out with extra functions too."""
    registry.register(answering(AppSpec.sections, ["a"]), "a")
    registry.register(answering(AppSpec.sections, ["b"]), "b")
    assert registry.without("a").sections.call_extra([lambda: ["extra"]], document="d") == [["extra"], ["b"]]


# -- historic calls ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [{}, {"options": {}}])
def test_historic_hook_is_not_called_directly(registry: Registry[AppSpec], given: Any) -> None:
    """Calling a historic hook directly is refused, and the error says what to call."""
    registry.register(listener := Listener())
    caller: Any = registry.hook.configured
    with refused(registry, HookCallError) as caught:
        caller(**given)
    assert str(caught.value) == lines(
        "TextSpec.configured is historic and cannot be called directly [PK303]",
        f"  hook  {CONFIGURED}",
        f"  at    {at(AppSpec.configured.function)}",
        "  Hint: write configured.call_historic(...): the call is remembered",
    )
    assert listener.heard == []


def test_historic_call_reaches_who_is_there(registry: Registry[AppSpec]) -> None:
    """A historic call calls every implementation, in call order, and gives nothing."""
    heard: list[str] = []
    registry.register(plugin(configured=hookimpl(lambda: heard.append("a"))))
    registry.register(plugin(configured=hookimpl(lambda: heard.append("b"))))
    registry.register(plugin(configured=hookimpl(tryfirst=True)(lambda: heard.append("c"))))
    registry.register(plugin(configured=hookimpl(lambda: heard.append("d"))))
    assert registry.hook.configured.call_historic(options={}) is None
    assert heard == ["c", "d", "b", "a"]


def test_historic_calls_are_replayed_once(registry: Registry[AppSpec]) -> None:
    """A plugin that is registered later gets every call, in the order of the calls, once."""
    early, late = Listener(), Listener()
    registry.register(early)
    registry.hook.configured.call_historic(options={"call": "1"})
    registry.hook.configured.call_historic(options={"call": "2"})
    registry.register(late)
    registry.hook.configured.call_historic(options={"call": "3"})
    assert early.heard == late.heard == [{"call": "1"}, {"call": "2"}, {"call": "3"}]


def test_implementations_of_one_plugin_are_replayed_in_call_order(registry: Registry[AppSpec]) -> None:
    """Each call is replayed to all implementations of the plugin, in call order, before the next call is."""
    heard: list[str] = []

    class Plugin:
        @hookimpl(AppSpec.configured)
        def one(self, options: dict[str, str]) -> None:
            heard.append("one " + options["call"])

        @hookimpl(AppSpec.configured)
        def two(self, options: dict[str, str]) -> None:
            heard.append("two " + options["call"])

    registry.hook.configured.call_historic(options={"call": "1"})
    registry.hook.configured.call_historic(options={"call": "2"})
    registry.register(Plugin())
    assert heard == ["two 1", "one 1", "two 2", "one 2"]


def test_callback_gets_the_answers(registry: Registry[AppSpec]) -> None:
    """The callback gets each answer that is not None, at once and at each replay."""
    answers: list[object] = []
    registry.register(Listener("a"))
    registry.register(Listener(None))
    registry.register(Listener(""))
    registry.hook.configured.call_historic(answers.append, options={})
    assert answers == ["", "a"]
    registry.register(Listener(None))
    registry.register(Listener("late"))
    assert answers == ["", "a", "late"]


def test_callback_has_to_be_callable(registry: Registry[AppSpec]) -> None:
    """A callback that cannot be called is refused before anything is called."""
    registry.register(listener := Listener())
    callback: Any = {}
    with refused(registry, HookCallError) as caught:
        registry.hook.configured.call_historic(callback, options={})
    assert str(caught.value) == lines(
        "TextSpec.configured got a callback that is not callable [PK305]",
        f"  hook  {CONFIGURED}",
        f"  at    {at(AppSpec.configured.function)}",
        "  Hint: pass a function, or nothing; arguments go by name, as in call_historic(options=...)",
    )
    assert listener.heard == []


def test_call_that_fails_is_not_remembered(registry: Registry[AppSpec]) -> None:
    """A historic call in which an implementation fails is not remembered."""

    def fail() -> None:
        raise ZeroDivisionError

    handle = registry.register(plugin(configured=hookimpl(fail)))
    with refused(registry, ZeroDivisionError):
        registry.hook.configured.call_historic(options={})
    handle.close()
    registry.register(listener := Listener())
    assert listener.heard == []


def test_call_whose_callback_fails_is_not_remembered(registry: Registry[AppSpec]) -> None:
    """A historic call whose callback fails is not remembered."""

    def fail(_: object) -> None:
        raise ZeroDivisionError

    handle = registry.register(Listener("answer"))
    with refused(registry, ZeroDivisionError):
        registry.hook.configured.call_historic(fail, options={})
    handle.close()
    registry.register(listener := Listener())
    assert listener.heard == []


def test_arguments_are_remembered_as_they_were(registry: Registry[AppSpec]) -> None:
    """What is remembered is which objects were given: neither an implementation nor the caller can change that."""

    def emptied(**rest: object) -> None:
        rest.clear()

    registry.register(plugin(configured=hookimpl(emptied)))
    given = {"options": {"call": "1"}}
    registry.hook.configured.call_historic(**given)
    given["options"] = {"call": "2"}
    registry.register(listener := Listener())
    assert listener.heard == [{"call": "1"}]


def test_plugin_that_registers_during_a_call_gets_it_once(registry: Registry[AppSpec]) -> None:
    """A plugin that an implementation registers during a historic call gets that call once, as do the others."""
    inner, outer = Listener(), Listener()
    heard: list[str] = []

    @hookimpl
    def configured() -> None:
        heard.append("registering")
        registry.register(inner)

    registry.register(outer)
    registry.register(plugin(configured))
    registry.hook.configured.call_historic(options={})
    assert (heard, inner.heard, outer.heard) == (["registering"], [{}], [{}])


def test_plugin_that_leaves_during_a_call_is_still_reached(registry: Registry[AppSpec]) -> None:
    """A historic call goes on with the implementations that it began with."""
    leaving = Listener()
    registry.register(leaving, "leaving")
    registry.register(plugin(configured=hookimpl(lambda: registry.unregister("leaving") and None)))
    registry.hook.configured.call_historic(options={})
    assert leaving.heard == [{}]


def test_historic_call_within_a_historic_call(registry: Registry[AppSpec]) -> None:
    """An implementation may call the hook: the inner call ends first, and is remembered first."""
    heard: list[str] = []

    @hookimpl
    def configured(options: dict[str, str]) -> None:
        heard.append(options["call"])
        if options["call"] == "outer":
            registry.hook.configured.call_historic(options={"call": "inner"})

    registry.register(plugin(configured))
    registry.hook.configured.call_historic(options={"call": "outer"})
    registry.register(late := Listener())
    assert heard == ["outer", "inner"]
    assert late.heard == [{"call": "inner"}, {"call": "outer"}]


def test_historic_call_without_some_plugins(registry: Registry[AppSpec]) -> None:
    """A historic call that leaves out plugins does not reach them, now or later, by the names they then have."""
    a, b, again, late = Listener(), Listener(), Listener(), Listener()
    registry.register(a, "a")
    registry.register(b, "b")
    registry.without("a").configured.call_historic(options={})
    registry.unregister("a")
    registry.register(again, "a")
    registry.register(late, "late")
    assert [each.heard for each in (a, b, again, late)] == [[], [{}], [], [{}]]
