"""Rules of `pluginkit.pluggy` that random programs do not reach; each is checked on real pluggy as well."""

from __future__ import annotations

import functools
import importlib.metadata
import inspect
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pluggy as real
import pytest

from pluginkit import pluggy as ours

spec = ours.HookspecMarker("p")
impl = ours.HookimplMarker("p")


@pytest.fixture(params=[real, ours], ids=["pluggy", "drop-in"])
def pluggy(request: pytest.FixtureRequest) -> Any:
    """Return each of the two packages: what a test says holds for both."""
    return request.param


class Spec:
    """A spec that both managers read: markers leave the same dict."""

    @spec
    def hook(self, a: int, b: int = 2) -> None: ...

    @spec(firstresult=True)
    def first(self, a: int) -> None: ...

    @spec(historic=True)
    def past(self, a: int) -> None: ...


@pytest.fixture
def pm(pluggy: Any) -> Any:
    """Return a manager with `Spec`."""
    manager = pluggy.PluginManager("p")
    manager.add_hookspecs(Spec)
    return manager


class Plugin:
    """A plugin; it can be hashed, and equals nothing else."""

    def __init__(self, functions: dict[str, Any]) -> None:
        vars(self).update(functions)


def plugin(**functions: Any) -> Any:
    """Return a plugin that has these attributes."""
    return Plugin(functions)


def test_public_names_are_those_of_pluggy() -> None:
    """All public names are there, apart from what pluggy lacks, and options are plain dicts of the same keys."""
    further = {"SpecMismatchError", "typed"}
    assert further <= set(ours.__all__)
    assert set(ours.__all__) - further == set(real.__all__) - further  # also where the drop-in answers for both
    assert ours.__version__ == real.__version__
    assert ours.HookimplOpts.__annotations__.keys() == real.HookimplOpts.__annotations__.keys()
    assert ours.HookspecOpts.__annotations__.keys() == real.HookspecOpts.__annotations__.keys()


def test_unknown_name_of_the_module() -> None:
    """The error of an unknown name says pluggy, whatever the module is called."""
    with pytest.raises(AttributeError) as ours_error:
        _ = ours.nope  # type: ignore[attr-defined]
    with pytest.raises(AttributeError) as real_error:
        _ = real.nope  # type: ignore[attr-defined]
    assert str(ours_error.value) == str(real_error.value)


def test_version_without_pluggy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an installed pluggy, the version is the one that this answers for."""

    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    assert ours.__version__ == "1.7.0"


def test_markers_refuse_a_historic_firstresult_hook(pluggy: Any) -> None:
    """The refusal comes when the decorator is applied."""
    decorator = pluggy.HookspecMarker("p")(historic=True, firstresult=True)
    with pytest.raises(ValueError, match=r"^cannot have a historic firstresult hook$"):
        decorator(lambda: None)


@pytest.mark.parametrize("name", [None, "other"])
def test_manager_refuses_what_is_registered(pm: Any, name: str | None) -> None:
    """A name or a plugin cannot be registered twice, and nothing changes."""
    one = plugin()
    pm.register(one, "one")
    before = pm.list_name_plugin()
    with pytest.raises(ValueError, match=r"^Plugin name already registered: one=|under a different name: "):
        pm.register(plugin() if name is None else one, name or "one")
    assert pm.list_name_plugin() == before


def test_none_is_ignored(pm: Any) -> None:
    """Registering None does nothing."""
    assert pm.register(None) is None
    assert pm.get_plugins() == set()


def test_canonical_name(pm: Any) -> None:
    """A plugin is called after its `__name__`, else after its identity; an empty name does not count."""
    assert pm.register(Spec, "") == "Spec"
    one = plugin()
    assert pm.register(one) == str(id(one))
    assert pm.is_registered(one)
    assert not pm.is_registered(object())


def test_unregister_wants_a_plugin(pm: Any) -> None:
    """Without a plugin, or with one that is unknown or has another name, nothing is unregistered."""
    one, two = plugin(), plugin(x=1)
    pm.register(one, "one")
    pm.register(two, "two")
    with pytest.raises(AssertionError, match=r"^one of name or plugin needs to be specified"):
        pm.unregister()
    with pytest.raises(AssertionError, match=r"^plugin is not registered"):
        pm.unregister(object())
    with pytest.raises(ValueError, match=r"do not agree"):
        pm.unregister(one, "two")
    assert pm.list_name_plugin() == [("one", one), ("two", two)]
    assert pm.get_plugins() == {one, two}
    assert pm.unregister(one, "one") is one
    assert pm.get_hookcallers(one) is None
    assert pm.unregister(name="one") is None


@pytest.mark.parametrize(
    ("options", "parameters", "hook", "message"),
    [
        ({}, "self, c", "hook", "Argument(s) {'c'} are declared in the hookimpl but can not be found in the hookspec"),
        ({"wrapper": True}, "self", "hook", "but function is not a generator function"),
        ({"hookwrapper": True}, "self", "past", "historic incompatible with yield/wrapper/hookwrapper"),
        ({"hookwrapper": True, "wrapper": True}, "self, a", "hook", "options are mutually exclusive"),
    ],
)
def test_validation(  # noqa: PLR0917 - what it is parametrized with
    pluggy: Any, pm: Any, options: Any, parameters: str, hook: str, message: str
) -> None:
    """What does not fit is refused, the plugin stands in the error, and nothing changes."""
    namespace: dict[str, Any] = {}
    body = "yield" if message.endswith("exclusive") else "return 1"
    exec(f"class Plugin:\n    def {hook}({parameters}): {body}", namespace)
    impl(**options)(vars(namespace["Plugin"])[hook])
    one = namespace["Plugin"]()
    with pytest.raises(pluggy.PluginValidationError) as error:
        pm.register(one, "one")
    assert message in str(error.value)
    assert error.value.plugin is one
    assert (pm.list_name_plugin(), getattr(pm.hook, hook).get_hookimpls()) == ([], [])


def test_specs_cannot_be_added_twice(pluggy: Any, pm: Any) -> None:
    """A hook is declared once; a namespace has to have a hook of the project."""
    with pytest.raises(ValueError, match=r"^Hook 'first' is already registered within namespace"):
        pm.add_hookspecs(Spec)
    with pytest.raises(ValueError, match=r"^did not find any 'p' hooks in"):
        pm.add_hookspecs(int)
    assert [*vars(pm.hook)] == ["first", "hook", "past"]


def test_falsy_answer_is_the_first_result(pm: Any) -> None:
    """Only None means "no answer": other falsy values count, and later implementations do not run."""
    ran = []
    pm.register(plugin(first=impl(lambda a: ran.append(a) or 5)), "late")
    pm.register(plugin(first=impl(lambda a: 0)), "early")
    assert pm.hook.first(a=1) == 0
    assert ran == []


def test_calls_take_keywords_only(pm: Any) -> None:
    """A positional argument is a TypeError, and a historic hook is not called directly."""
    with pytest.raises(TypeError, match=r"__call__\(\) takes 1 positional argument but 2 were given"):
        pm.hook.hook(1)
    for call in (lambda: pm.hook.past(a=1), lambda: pm.hook.past.call_extra([], {"a": 1})):
        with pytest.raises(AssertionError, match=r"^Cannot directly call a historic hook"):
            call()
    with pytest.raises(AssertionError):
        pm.hook.hook.call_historic()


def test_required_by_position_and_defaulted_by_keyword(pm: Any) -> None:
    """Hosts put functions in between that take `*args`: what is required comes by position."""

    @impl
    def hook(a: int, b: int = 5) -> Any: ...

    seen: list[Any] = []
    pm.register(plugin(hook=hook), "one")
    inner = pm._hookexec

    def spying(name: str, methods: Any, kwargs: Any, firstresult: bool) -> Any:
        duck = SimpleNamespace(
            **{key: getattr(methods[0], key) for key in ("argnames", "kwargnames", "wrapper", "hookwrapper")},
            function=lambda *args, **kwargs: seen.append((args, kwargs)),
        )
        return inner(name, [duck], kwargs, firstresult)

    pm.hook.hook._hookexec = spying
    assert pm.hook.hook(a=1) == []
    assert seen == [((1,), {"b": 2})]


@pytest.mark.parametrize("count", [1, 2])
def test_wrapper_that_yields_wrongly(pm: Any, count: int) -> None:
    """A wrapper that does not yield, or yields twice, is a RuntimeError that names it."""

    @impl(wrapper=True)
    def hook(a: int) -> Any:
        if count == 2:
            yield
            yield

    pm.register(plugin(hook=hook), "one")
    text = "has second yield" if count == 2 else "did not yield"
    with pytest.raises(RuntimeError, match=rf"^wrap_controller at 'hook' .*test_pluggy_manager.py:\d+ {text}$"):
        pm.hook.hook(a=1)


def test_old_wrapper_that_yields_wrongly(pm: Any) -> None:
    """For wrappers of the old style the same holds."""

    @impl(hookwrapper=True)
    def hook(a: int) -> Any:
        yield
        yield

    pm.register(plugin(hook=hook), "one")
    with pytest.raises(RuntimeError, match=r"has second yield$"):
        pm.hook.hook(a=1)


def test_cleanup_that_fails_after_a_second_yield(pm: Any) -> None:
    """What a wrapper raises when it is closed is raised instead of the RuntimeError."""

    @impl(wrapper=True)
    def hook(a: int) -> Any:
        yield
        try:
            yield
        finally:
            raise KeyError(a)

    pm.register(plugin(hook=hook), "one")
    with pytest.raises(KeyError):
        pm.hook.hook(a=1)


def test_outer_wrappers_are_resumed_after_a_second_yield() -> None:
    """Intended difference: what a wrapper does wrong keeps no other one from its cleanup, as it does in pluggy."""
    log: list[str] = []

    @impl(wrapper=True, specname="hook")
    def twice(a: int) -> Any:
        yield
        yield

    @impl(wrapper=True, specname="hook", tryfirst=True)
    def outer(a: int) -> Any:
        try:
            return (yield)
        except RuntimeError as error:
            log.append(str(error).rpartition(":")[2].partition(" ")[2])
            raise

    pm = ours.PluginManager("p")
    pm.add_hookspecs(Spec)
    pm.register(plugin(twice=twice, outer=outer), "one")
    with pytest.raises(RuntimeError, match=r"has second yield$"):
        pm.hook.hook(a=1)
    assert log == ["has second yield"]


def test_teardown_warning_is_attributed_to_the_call(pm: Any) -> None:
    """The warning about an old-style wrapper that raises names plugin and hook, at the line of the call."""

    @impl(hookwrapper=True)
    def hook(a: int) -> Any:
        yield
        raise ValueError(a)

    pm.register(plugin(hook=hook), "one")
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        with pytest.raises(ValueError, match=r"^1$"):
            pm.hook.hook(a=1)
        line = inspect.currentframe().f_lineno - 1  # type: ignore[union-attr]
    assert [(w.filename, w.lineno, w.category.__module__) for w in seen] == [(__file__, line, "pluggy")]
    assert "Plugin: one, Hook: hook\nValueError: 1\n" in str(seen[0].message)


class Slotted:
    """A plugin with slots, one of them empty, and with what must not be read."""

    __slots__ = ("empty", "past")

    @property
    def hook(self) -> None:
        raise AssertionError

    @staticmethod
    @impl
    def first(a: int) -> int:
        return a


class Methods:
    """A plugin with methods of all kinds."""

    @impl
    @classmethod
    def hook(cls, a: int) -> str:
        return cls.__name__

    @classmethod
    @impl
    def first(cls, a: int) -> str:
        return cls.__name__


def test_scanning_runs_nothing(pm: Any) -> None:
    """Functions in slots are found, properties are not read, and a plugin may be a class or hold bound methods."""
    one = Slotted()
    one.past = impl(lambda a: a)
    pm.register(one, "one")
    assert [caller.name for caller in pm.get_hookcallers(one)] == ["first", "past"]
    pm.register(Methods, "class")
    pm.register(Methods(), "instance")

    class Bound:
        @impl
        def hook(self, a: int) -> int:
            return a

    pm.register(plugin(hook=Bound().hook, other=3), "bound")
    pm.register(type("ClassOfBound", (), {"hook": Bound().hook}), "class of bound")
    assert pm.hook.hook(a=7) == [7, 7, "Methods", "Methods"]
    assert pm.hook.first(a=7) == "Methods"


def test_what_a_subclass_claims_has_to_be_a_function(pluggy: Any) -> None:
    """A host that finds implementations in its own way may give a part of the options, but only of functions."""

    class Host(pluggy.PluginManager):  # type: ignore[misc]
        def parse_hookimpl_opts(self, plugin: Any, name: str) -> Any:
            return {} if name.startswith("app_") else None

        def parse_hookspec_opts(self, namespace: Any, name: str) -> Any:
            return {"firstresult": True} if name.startswith("app_") else None

    pm = Host("p")
    pm.add_hookspecs(plugin(app_x=lambda: None))
    pm.register(plugin(app_x=lambda: 3), "one")
    assert pm.hook.app_x() == 3
    with pytest.raises(AssertionError, match=r"is not a hookable attribute"):
        pm.register(plugin(app_x=3), "two")
    assert pm.list_name_plugin()[1:] == []


class Callable:
    """An object that can be called."""

    def __call__(self, x: int, y: int = 1) -> None: ...


class Constructed:
    """A class that is called."""

    def __init__(self, x: int) -> None: ...


@functools.wraps(Constructed.__init__)
def wrapped(*args: Any) -> None:
    """Hide what is called."""


def no_self_of_its_own(self: Any, x: int) -> None:
    """Look like a method."""


@pytest.mark.parametrize(
    "function",
    [
        Callable(),
        Constructed,
        Constructed(1),
        wrapped,
        no_self_of_its_own,
        len,
        int,
        functools.wraps(Callable().__call__)(lambda *_: None),
        lambda x, /, y, *, z, **rest: None,
        Spec.hook,
        Spec().hook,
    ],
)
def test_varnames(function: Any) -> None:
    """The parameters that are read of a callable are those that pluggy reads."""
    from pluggy._hooks import varnames

    from pluginkit.pluggy._hooks import varnames as ours_varnames

    assert ours_varnames(function) == varnames(function)


def test_spec_method_without_self(pluggy: Any) -> None:
    """The parameters of a method that lacks `self` are all kept, with a warning."""

    class Bad:
        @spec
        def bad(item) -> None: ...  # type: ignore[no-untyped-def]  # noqa: N805

        @staticmethod
        @spec
        def good(item: int) -> None: ...

    pm = pluggy.PluginManager("p")
    with pytest.warns(DeprecationWarning, match=r"is a method but its first parameter 'item' is not 'self'"):
        pm.add_hookspecs(Bad)
    assert pm.hook.bad.spec.argnames == pm.hook.good.spec.argnames == ("item",)


def test_check_pending_skips_private_names(pluggy: Any, pm: Any) -> None:
    """Hooks nobody has declared are an error, unless optional or private."""
    pm.register(plugin(_x=impl(lambda: 1), y=impl(optionalhook=True)(lambda: 1), hook=impl(lambda: 1)), "one")
    pm.check_pending()
    pm.register(plugin(z=impl(lambda: 1)), "two")
    with pytest.raises(pluggy.PluginValidationError, match=r"^unknown hook 'z' in plugin"):
        pm.check_pending()


def test_spec_that_a_replay_adds(pluggy: Any, pm: Any) -> None:
    """An implementation is verified against a hook that a replay during its own registration declares."""

    class Late:
        @spec
        def zzz(self, a: int) -> None: ...

    pm.hook.past.call_historic(kwargs={"a": 1})
    late = plugin(past=impl(lambda a: pm.add_hookspecs(Late)), zzz=impl(lambda a: a), zzzz=impl(lambda: 1))
    pm.register(plugin(zzz=impl(lambda a: a)), "early")
    pm.register(late, "late")
    assert pm.hook.zzz(a=3) == [3, 3]
    assert repr(pm.hook.zzz) == "<HookCaller 'zzz'>"
    assert repr(pm.hook.zzz.get_hookimpls()[0]).startswith("<HookImpl plugin_name='early', plugin=")


def test_callers_refuse_to_remove_what_they_have_not(pm: Any) -> None:
    """Hosts' tests reach for `_remove_plugin`: an unknown plugin is a ValueError."""
    with pytest.raises(ValueError, match=r"not found$"):
        pm.hook.hook._remove_plugin(object())


def test_entry_points(pm: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entry points of the group are loaded, except those of other names and those whose names are taken or blocked."""
    one = plugin()
    points = [
        SimpleNamespace(group=group, name=name, load=lambda: one)
        for group, name in [("g", "one"), ("g", "blocked"), ("g", "taken"), ("other", "x"), ("g", "unwanted")]
    ]
    dist = SimpleNamespace(entry_points=points, metadata={"name": "dist"}, version="1")
    monkeypatch.setattr(importlib.metadata, "distributions", lambda: iter([dist]))
    pm.set_blocked("blocked")
    pm.register(plugin(x=1), "taken")
    assert pm.load_setuptools_entrypoints("g", "unwanted") == 1
    pm.unregister(name="unwanted")
    pm.set_blocked("unwanted")
    assert pm.load_setuptools_entrypoints("g") == 1
    facade = pm.list_plugin_distinfo()[0][1]
    assert (facade.project_name, facade.version) == ("dist", "1")
    assert dir(facade) == sorted([*dir(dist), "_dist", "project_name"])
    assert pm.list_plugin_distributions() == [(one, dist), (one, dist)]


def test_result(pluggy: Any) -> None:
    """A result is replaced by another or by an exception, which keeps the traceback that it came with."""
    outcome = pluggy.Result.from_call(lambda: 1 / 0)
    kind, error, traceback = outcome.excinfo
    assert (kind, error, outcome.exception) == (ZeroDivisionError, error, error)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            outcome.get_result()
    assert outcome.excinfo[2] is traceback
    outcome.force_result(2)
    assert (outcome.get_result(), outcome.excinfo) == (2, None)
    outcome.force_exception(KeyError(1))
    with pytest.raises(KeyError):
        outcome.get_result()


class Broken:
    """Cannot be shown, and neither can what it raises."""

    class WorseError(Exception):
        """Cannot be shown."""

        def __repr__(self) -> str:
            raise ValueError

    def __str__(self) -> str:
        raise self.WorseError


def test_tracing(pm: Any) -> None:
    """Messages show each argument on a line of its own, without raising; processors get them by their tags."""
    out: list[str] = []
    got: list[Any] = []
    pm.trace.root.setwriter(out.append)
    pm.trace.root.setprocessor("pluginmanage:x", lambda tags, args: got.append((tags, args)))
    pm.trace.root.setprocessor(("y",), lambda tags, args: got.append((tags, args)))
    values = {"a": "one", "b": "two words", "c": "", "d": "l1\nl2", "e": "\ud800", "f": Path("x")}
    pm.trace.get("x")("text", {**values, "g": 3})
    pm.trace.root.get("y")()
    pm.trace(Broken())
    assert out[0] == (
        "text [pluginmanage:x]\n    a: one\n    b: 'two words'\n    c: ''\n    d:\n      l1\n      l2\n"
        f"    e: '\\ud800'\n    f: {Path('x')!r}\n    g: 3\n"
    )
    assert out[1].startswith("<[unpresentable WorseError raised in str()] Broken object at 0x")
    assert len(out) == 2
    assert got == [(("pluginmanage", "x"), ("text", {**values, "g": 3})), (("y",), ())]
    with pytest.raises(AssertionError):
        pm.trace.root.setprocessor(["list"], print)


def test_tracing_of_calls(pm: Any) -> None:
    """Calls are shown with their arguments and results, until tracing is undone; a failed one is not finished."""
    out: list[str] = []
    pm.trace.root.setwriter(out.append)
    undo = pm.enable_tracing()
    pm.register(plugin(hook=impl(lambda a: 1 // a)), "one")
    pm.hook.hook(a=1)
    with pytest.raises(ZeroDivisionError):
        pm.hook.hook(a=0)
    undo()
    pm.hook.hook(a=1)
    begin = "  hook [hook]\n      b: 2\n      a: {}\n"
    assert out == [begin.format(1), "  finish hook --> [1] [hook]\n", begin.format(0)]


def test_facade_and_subset_of_names_kept() -> None:
    """Modules and names that older plugins import are there."""
    from pluginkit.pluggy import _callers, _hooks, _result

    assert _hooks._HookCaller is ours.HookCaller
    assert _hooks._HookRelay is ours.HookRelay
    assert _result._Result is ours.Result
    assert _callers._multicall is ours.PluginManager("p")._inner_hookexec


def test_unregister_a_plugin_that_is_not_there(pm: Any) -> None:
    """A plugin and a name that are both unknown agree: nothing is done, and a name that is blocked stays so."""
    one = plugin()
    pm.set_blocked("one")
    assert pm.unregister(one, "one") is one
    assert pm.is_blocked("one")


def test_old_wrapper_sees_an_exception_and_replaces_it(pm: Any) -> None:
    """An old-style wrapper finds the exception in its result; without a `yield` it is an error."""

    @impl(hookwrapper=True)
    def hook(a: int) -> Any:
        outcome = yield
        if isinstance(outcome.exception, ZeroDivisionError):
            outcome.force_result(["forced"])

    @impl(hookwrapper=True)
    def first(a: int) -> Any:
        if a is None:
            yield

    pm.register(plugin(hook=hook, first=first), "one")
    pm.register(plugin(hook=impl(lambda a: 1 // a)), "two")
    assert (pm.hook.hook(a=0), pm.hook.hook(a=1)) == (["forced"], [1])
    with pytest.raises(RuntimeError, match=r"^wrap_controller at 'first' .* did not yield$"):
        pm.hook.first(a=1)


def test_callback_gets_each_answer(pm: Any) -> None:
    """The callback of a historic call gets what implementations give, at once and later, but not None."""
    answers: list[int] = []
    pm.register(plugin(past=impl(lambda a: a)), "one")
    pm.hook.past.call_historic(answers.append, {"a": 1})
    pm.hook.past.call_historic(kwargs={"a": 2})
    pm.register(plugin(past=impl(lambda a: a + 10)), "two")
    pm.register(plugin(past=impl(lambda a: None)), "three")
    assert answers == [1, 11]


def test_blocking(pm: Any) -> None:
    """A blocked name is unregistered, takes no plugin, is still listed, and can be unblocked once."""
    one = plugin()
    pm.register(one, "one")
    pm.set_blocked("one")
    assert (pm.register(one, "one"), pm.list_name_plugin(), pm.has_plugin("one")) == (None, [("one", None)], False)
    assert (pm.unblock("one"), pm.unblock("one"), pm.register(one, "one")) == (True, False, "one")


def test_subset_follows_its_original(pm: Any) -> None:
    """A subset leaves plugins out, takes in what is registered later, and is the original where nothing is left out."""
    seen: list[int] = []

    @impl
    def past(a: int) -> None:
        seen.append(a)

    one, two = plugin(hook=impl(lambda a: 1), past=past), plugin(hook=impl(lambda a: 2))
    pm.register(one, "one")
    assert pm.subset_hook_caller("hook", [two]) is pm.hook.hook
    subset = pm.subset_hook_caller("hook", [one])
    pm.register(two, "two")
    assert (subset(a=1), repr(subset), subset.spec) == ([2], "<_SubsetHookCaller 'hook'>", pm.hook.hook.spec)
    pm.subset_hook_caller("past", [one]).call_historic(kwargs={"a": 1})
    assert seen == []
    pm.register(plugin(past=past), "three")
    assert seen == [1]


def test_extra_functions_run_as_if_registered_last(pm: Any) -> None:
    """They run behind those that are tried first, the last one given first."""
    pm.register(plugin(hook=impl(tryfirst=True)(lambda: "first")), "one")
    pm.register(plugin(hook=impl(lambda: "plain")), "two")
    assert pm.hook.hook.call_extra([lambda: "x", lambda: "y"], {"a": 1}) == ["first", "y", "x", "plain"]
