"""Implementations: how they are marked, where they are found, and what is refused at registration."""

from __future__ import annotations

import asyncio
import functools
from abc import ABC, abstractmethod
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from plugins import answering, at, lines, plugin, refused
from specs import AppSpec, LintSpec, ReportSpec, TextSpec

from pluginkit import PluginValidationError, Registry, hookimpl, hookspec

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

SECTIONS = "ReportSpec.sections(self, *, document: str, verbose: bool = False) -> list[str]"
POLISH = "TextSpec.polish(self, *, text: str, width: int = 80) -> str"
CONFIGURED = "TextSpec.configured(self, *, options: dict[str, str]) -> str | None"


def module(**members: object) -> ModuleType:
    """Return a module with these members."""
    made = ModuleType("extension")
    vars(made).update(members)
    return made


def logged(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return what a decorator makes of a function."""

    @functools.wraps(function)
    def around(*args: Any, **arguments: Any) -> Any:
        return function(*args, **arguments)

    return around


def sections(registry: Registry[AppSpec]) -> list[list[str]]:
    """Call the hook that most tests implement."""
    return registry.hook.sections(document="d")


# -- marking ----------------------------------------------------------------------------------------------------------


def test_method_is_marked_with_its_hook(registry: Registry[AppSpec]) -> None:
    """`@hookimpl(Spec.hook)` makes a method the implementation of a hook, whatever the method's name."""

    class Plugin:
        @hookimpl(AppSpec.sections)
        def some_name(self, document: str) -> list[str]:
            return [type(self).__name__, document]

    registry.register(Plugin())
    assert sections(registry) == [["Plugin", "d"]]


def test_function_is_marked_with_its_hook(registry: Registry[AppSpec]) -> None:
    """`@hookimpl.function(Spec.hook)` makes a function the implementation of a hook, whatever its name."""

    @hookimpl.function(AppSpec.sections)
    def some_name(document: str) -> list[str]:
        return [document]

    registry.register(module(some_name=some_name))
    assert sections(registry) == [["d"]]


@pytest.mark.parametrize("mark", [hookimpl, hookimpl(), hookimpl(optional=True)])
def test_bare_mark_goes_by_the_name(registry: Registry[AppSpec], mark: Any) -> None:
    """A bare `@hookimpl`, with or without parentheses, makes a method or a function implement the hook of its name."""

    class Plugin:
        @mark
        def sections(self, document: str) -> list[str]:
            return ["method", document]

    @mark
    def sections_function(document: str) -> list[str]:
        return ["function", document]

    registry.register(Plugin())
    registry.register(module(sections=sections_function))
    assert sections(registry) == [["function", "d"], ["method", "d"]]


def test_function_stays_what_it_was() -> None:
    """Marking gives the function back, which can be called as before."""

    def function(document: str) -> list[str]:
        return [document]

    assert hookimpl.function(AppSpec.sections)(function) is function
    assert hookimpl(function) is function
    assert function("d") == ["d"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {}),
        ({"tryfirst": True}, {"tryfirst": True}),
        ({"trylast": True}, {"trylast": True}),
        ({"optional": True}, {"optional": True}),
        ({"before": "one"}, {"before": ("one",)}),
        ({"after": ["one", "two"]}, {"after": ("one", "two")}),
    ],
)
@pytest.mark.parametrize("form", [hookimpl, hookimpl.function])
def test_implementation_keeps_its_options(
    registry: Registry[AppSpec], form: Any, options: dict[str, Any], expected: dict[str, Any]
) -> None:
    """What `@hookimpl` says can be read from the implementation; a name stands for a list of one."""

    class Method:
        @hookimpl(AppSpec.sections, **options)
        def some_name(self) -> list[str]: ...

    extension = Method() if form is hookimpl else answering(AppSpec.sections, [], **options)
    registry.register(extension)
    mark = registry.hook.sections.implementations()[0].mark
    kept = {name: getattr(mark, name) for name in ("tryfirst", "trylast", "wrapper", "optional", "before", "after")}
    plain = {"tryfirst": False, "trylast": False, "wrapper": False, "optional": False, "before": (), "after": ()}
    assert kept == {**plain, **expected}


def test_implementation_knows_where_it_comes_from(registry: Registry[AppSpec]) -> None:
    """An implementation knows its plugin, its hook, its parameters and its place, and shows hook and plugin."""

    class Plugin:
        @hookimpl(AppSpec.sections)
        def some_name(self, document: str, **_: object) -> list[str]: ...

    extension = Plugin()
    registry.register(extension, "mine")
    impl = registry.hook.sections.implementations()[0]
    assert (impl.plugin, impl.plugin_name, impl.spec) == (extension, "mine", AppSpec.sections)
    assert (impl.function, impl.parameters, impl.rest) == (extension.some_name, ("document",), True)
    assert impl.location == at(Plugin.some_name)
    assert repr(impl) == "<HookImpl ReportSpec.sections of plugin 'mine'>"


def test_function_can_implement_several_hooks(registry: Registry[AppSpec]) -> None:
    """A function with several marks implements each of the hooks."""

    class Plugin:
        @hookimpl(AppSpec.sections)
        @hookimpl(AppSpec.render)
        def both(self, document: str) -> Any:
            return document.encode()

    registry.register(Plugin())
    assert sections(registry) == [b"d"]
    assert registry.hook.render(document="d") == b"d"


# -- what @hookimpl refuses -------------------------------------------------------------------------------------------


def refusal(decorate: Callable[[], object]) -> str:
    """Return the text of the error that decorating a function raises."""
    with pytest.raises(PluginValidationError) as caught:
        decorate()
    assert caught.value.plugin_name == __name__
    return str(caught.value)


def some_function(document: str) -> None:
    """Be a plain function."""


def test_method_form_on_a_function_is_refused() -> None:
    """The form for methods on a plain function is refused at once: it would take a parameter for `self`."""
    assert refusal(lambda: hookimpl(AppSpec.sections)(some_function)) == lines(
        "plugin 'test_impl': ReportSpec.sections: 'some_function' is marked as a method, but is a plain function "
        "[PK108]",
        f"  at  {at(some_function)}",
        "  Hint: write @hookimpl.function(...)",
    )


def test_method_form_on_a_function_within_a_function_is_refused() -> None:
    """A function that is defined in another function is not a method either."""

    def inner() -> None: ...

    assert refusal(lambda: hookimpl(AppSpec.sections)(inner)) == lines(
        "plugin 'test_impl': ReportSpec.sections: 'inner' is marked as a method, but is a plain function [PK108]",
        f"  at  {at(inner)}",
        "  Hint: write @hookimpl.function(...)",
    )


def test_tryfirst_and_trylast_exclude_each_other() -> None:
    """An implementation cannot be first and last."""
    both: Any = {"tryfirst": True, "trylast": True}
    assert refusal(lambda: hookimpl(**both)(some_function)) == lines(
        "plugin 'test_impl': 'some_function' is both tryfirst and trylast [PK110]",
        f"  at  {at(some_function)}",
        "  Hint: keep one of them",
    )


@pytest.mark.parametrize("decorator", [staticmethod, classmethod])
def test_mark_stands_below_static_and_class_method(decorator: Any) -> None:
    """What another decorator has made of a function cannot be marked: the mark belongs below."""
    assert refusal(lambda: hookimpl.function(AppSpec.sections)(decorator(some_function))) == lines(
        f"plugin 'test_impl': ReportSpec.sections: 'some_function' is a {decorator.__name__}, not a function [PK109]",
        f"  at  {at(some_function)}",
        "  Hint: put @hookimpl below other decorators",
    )


def test_function_form_without_a_hook_is_refused() -> None:
    """`@hookimpl.function` needs a hook: without one the function would get lost."""
    bare: Any = hookimpl.function
    assert refusal(lambda: bare(some_function)) == lines(
        "plugin 'test_impl': 'some_function' is not a hook [PK113]",
        f"  at  {at(some_function)}",
        "  Hint: write @hookimpl.function(Spec.hook)",
    )


def test_mark_of_a_class_is_refused() -> None:
    """`@hookimpl(Spec)` instead of `@hookimpl(Spec.hook)`, or a class that is marked, is refused."""

    class Spec: ...

    assert refusal(lambda: hookimpl(Spec)) == lines(
        "plugin 'test_impl': 'Spec' is a class, not a function [PK113]",
        f"  at  {Spec!r}",
        "  Hint: name one of its hooks: @hookimpl(Spec.some_hook)",
    )


# -- where implementations are found ----------------------------------------------------------------------------------


def test_static_and_class_methods_of_an_instance(registry: Registry[AppSpec]) -> None:
    """A static method is a function, a class method is a method, and both can be implementations."""

    class Plugin:
        @staticmethod
        @hookimpl.function(AppSpec.sections)
        def static(document: str) -> list[str]:
            return ["static", document]

        @classmethod
        @hookimpl(AppSpec.sections)
        def of_class(cls, document: str) -> list[str]:
            return [cls.__name__, document]

    registry.register(Plugin())
    assert sections(registry) == [["Plugin", "d"], ["static", "d"]]


def test_class_is_a_plugin(registry: Registry[AppSpec]) -> None:
    """A class is a plugin itself if its implementations are static or class methods."""

    class Plugin:
        @staticmethod
        @hookimpl
        def sections(document: str) -> list[str]:
            return ["static", document]

        @classmethod
        @hookimpl
        def render(cls, document: str) -> bytes:
            return cls.__name__.encode()

    registry.register(Plugin)
    assert sections(registry) == [["static", "d"]]
    assert registry.hook.render(document="d") == b"Plugin"


def test_inherited_class_method_gets_the_plugin(registry: Registry[AppSpec]) -> None:
    """A class method that a plugin class inherits is called with the plugin's own class."""

    class Base:
        @classmethod
        @hookimpl(AppSpec.sections)
        def of_class(cls) -> list[str]:
            return [cls.__name__]

    class Derived(Base):
        pass

    registry.register(Derived)
    assert sections(registry) == [["Derived"]]


def test_method_needs_an_instance(registry: Registry[AppSpec]) -> None:
    """A class with an implementation that needs an instance is not a plugin: an instance of it is."""

    class Plugin:
        @hookimpl(AppSpec.sections)
        def method(self, document: str) -> list[str]: ...

    with refused(registry, PluginValidationError) as caught:
        registry.register(Plugin)
    assert str(caught.value) == lines(
        "plugin 'Plugin': ReportSpec.sections: needs an instance, but the plugin is a class [PK117]",
        f"  hook            {SECTIONS}",
        "  implementation  Plugin.method(self, document: str) -> list[str]",
        f"  at              {at(Plugin.method)}",
        "  Hint: register an instance, or put @staticmethod above @hookimpl.function(ReportSpec.sections)",
    )


def test_module_is_a_plugin(registry: Registry[AppSpec]) -> None:
    """A module is a plugin with the marked functions among its names; everything else in it is ignored."""

    class Unrelated:
        @hookimpl(AppSpec.sections)
        def method(self) -> list[str]: ...

    functions = answering(AppSpec.sections, ["module"])
    registry.register(module(answer=functions.answer_it, Unrelated=Unrelated, os=functools, number=1))
    assert sections(registry) == [["module"]]


def test_functions_of_an_instance(registry: Registry[AppSpec]) -> None:
    """Marked functions that an instance holds itself are implementations, and are not bound to it."""

    class Plugin:
        def __init__(self) -> None:
            self.answer = answering(AppSpec.sections, ["own"]).answer_it

    registry.register(Plugin())
    assert sections(registry) == [["own"]]


def test_attribute_of_an_instance_hides_a_method(registry: Registry[AppSpec]) -> None:
    """What an instance holds under the name of a method replaces the method."""

    class Plugin:
        @hookimpl
        def sections(self) -> list[str]:
            return ["method"]

        @hookimpl
        def render(self) -> bytes:
            return b"method"

    extension = Plugin()
    extension.render = None
    registry.register(extension)
    assert sections(registry) == [["method"]]
    assert registry.hook.render(document="d") is None


def test_implementations_are_inherited(registry: Registry[AppSpec]) -> None:
    """A plugin has the implementations of its base classes; one that it marks again is its own."""

    class Base:
        @hookimpl
        def sections(self) -> list[str]:
            return ["base"]

        @hookimpl
        def render(self) -> bytes:
            return b"base"

    class Derived(Base):
        @hookimpl
        def render(self) -> bytes:
            return b"derived"

    registry.register(Derived())
    assert sections(registry) == [["base"]]
    assert registry.hook.render(document="d") == b"derived"


def test_none_in_a_subclass_leaves_a_hook_out(registry: Registry[AppSpec]) -> None:
    """A subclass that sets the name of an implementation to None does not implement its hook."""

    class Base:
        @hookimpl
        def sections(self) -> list[str]: ...

        @hookimpl
        def render(self) -> bytes: ...

    class Derived(Base):
        sections = None  # type: ignore[assignment]

    registry.register(Derived())
    assert registry.hook.sections.implementations() == ()
    assert registry.is_registered("Derived")


def test_plugin_may_inherit_from_the_spec(registry: Registry[AppSpec]) -> None:
    """A plugin class may derive from the Protocol: its marked methods are implementations, the hooks are not."""

    class Plugin(AppSpec):
        @hookimpl(AppSpec.sections)
        def sections(self, **_: object) -> Any:
            return ["plugin"]

    registry.register(Plugin())
    assert sections(registry) == [["plugin"]]
    assert registry.hook.render.implementations() == ()


def test_mark_of_an_abstract_method_is_not_inherited(registry: Registry[AppSpec]) -> None:
    """An abstract method that is marked is implemented by the marked method of a subclass."""

    class Base(ABC):
        @abstractmethod
        @hookimpl
        def sections(self) -> list[str]: ...

    class Derived(Base):
        @hookimpl
        def sections(self) -> list[str]:
            return ["derived"]

    registry.register(Derived())
    assert sections(registry) == [["derived"]]


def test_plugin_with_slots(registry: Registry[AppSpec]) -> None:
    """An object without a dictionary of its own is a plugin like any other."""

    class Plugin:
        __slots__ = ("answer",)

        @hookimpl(AppSpec.sections)
        def some_name(self) -> list[str]:
            return self.answer

    extension = Plugin()
    extension.answer = ["slots"]
    registry.register(extension)
    assert sections(registry) == [["slots"]]


def test_implementations_are_found_in_the_order_of_definition(registry: Registry[AppSpec]) -> None:
    """Base classes come first, then the class, each in the order of definition; the last one is called first."""

    class Base:
        @hookimpl(AppSpec.sections)
        def one(self) -> list[str]: ...

        @hookimpl(AppSpec.sections)
        def two(self) -> list[str]: ...

    class Derived(Base):
        @hookimpl(AppSpec.sections)
        def three(self) -> list[str]: ...

    registry.register(Derived())
    called = [impl.function.__name__ for impl in registry.hook.sections.implementations()]
    assert called == ["three", "two", "one"]


def test_mark_above_another_decorator(registry: Registry[AppSpec]) -> None:
    """A function that is decorated with `functools.wraps` and then marked takes what the function below takes."""

    class Plugin:
        @hookimpl(AppSpec.sections)
        @logged
        def some_name(self, document: str) -> list[str]:
            return [document]

    registry.register(Plugin())
    assert sections(registry) == [["d"]]
    assert registry.hook.sections.implementations()[0].parameters == ("document",)


def test_mark_below_another_decorator(registry: Registry[AppSpec]) -> None:
    """A mark goes through `functools.wraps`: what is called is the decorated function."""

    class Plugin:
        @logged
        @hookimpl(AppSpec.sections)
        def some_name(self, document: str) -> list[str]:
            return [document]

    registry.register(Plugin())
    assert sections(registry) == [["d"]]
    assert registry.hook.sections.implementations()[0].function == vars(Plugin)["some_name"].__get__(
        registry.get_plugin("Plugin")
    )


def test_decorated_wrapper_is_still_a_wrapper(registry: Registry[AppSpec]) -> None:
    """A wrapper below a decorator made with `functools.wraps` is known to be a generator."""

    class Plugin:
        @logged
        @hookimpl(AppSpec.sections, wrapper=True)
        def around(self) -> Generator[None, list[list[str]], list[list[str]]]:
            result = yield
            return [*result, ["around"]]

    registry.register(Plugin())
    assert sections(registry) == [["around"]]


def test_function_made_a_generator_is_a_wrapper(registry: Registry[AppSpec]) -> None:
    """A decorator that makes a function a generator makes it a wrapper."""

    def after(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def around(*args: Any, **arguments: Any) -> Generator[None, Any, Any]:
            return [*(yield), function(*args, **arguments)]

        return around

    class Plugin:
        @after
        @hookimpl(wrapper=True)
        def sections(self, document: str) -> Any:
            return ["after", document]

    registry.register(Plugin())
    assert sections(registry) == [["after", "d"]]


def test_mark_below_another_decorator_is_refused(registry: Registry[AppSpec]) -> None:
    """A decorator above the mark that makes something that cannot be called is refused, not passed over."""

    class Plugin:
        @functools.cached_property
        @hookimpl(AppSpec.sections)
        def cached(self, document: str) -> list[str]: ...  # noqa: PLR0206 - it is what is refused

        @hookimpl(AppSpec.render)
        def render(self, document: str) -> bytes: ...

    with refused(registry, PluginValidationError) as caught:
        registry.register(Plugin())
    assert str(caught.value) == lines(
        "plugin 'Plugin': ReportSpec.sections: "
        "is marked, but another decorator has made it a cached_property, not a function [PK109]",
        f"  hook            {SECTIONS}",
        "  implementation  Plugin.cached(self, document: str) -> list[str]",
        f"  at              {at(Plugin.cached.func)}",
        "  Hint: remove the decorator above @hookimpl",
    )


def test_implementation_of_an_overridden_hook(registry: Registry[AppSpec]) -> None:
    """An implementation that refers to a hook implements the one that overrides it."""

    class Described(AppSpec, Protocol):
        @hookspec
        def sections(self, *, document: str, verbose: bool = True) -> list[str]: ...

    class Plugin:
        @hookimpl(AppSpec.sections)
        def some_name(self, document: str, verbose: bool) -> list[str]:
            return [document, str(verbose)]

    described = Registry(Described)
    described.register(Plugin())
    assert described.hook.sections(document="d") == [["d", "True"]]


# -- scanning runs nothing --------------------------------------------------------------------------------------------


def fail(*_: object) -> Any:
    """Stand for code that must not run."""
    raise AssertionError("scanning ran code of the plugin")


class Descriptor:
    """Fails when it is read."""

    __get__ = fail
    __getattr__ = fail


class Lazy:
    """Stands for an object that is made when it is first looked at."""

    __class__ = property(fail)
    __dict__ = property(fail)
    __getattribute__ = fail


class Meta(type):
    """A class of classes that looks up nothing."""

    __getattr__ = fail


class Guarded(metaclass=Meta):
    """Has everything that could run when it is looked at."""

    descriptor = Descriptor()
    computed = property(fail)
    cached = functools.cached_property(fail)
    lazy = Lazy()
    __getattr__ = fail

    @hookimpl(AppSpec.sections)
    def some_name(self) -> list[str]:
        return ["guarded"]


class GuardedClass(metaclass=Meta):
    """Is a plugin as a class."""

    descriptor = Descriptor()
    lazy = Lazy()

    @staticmethod
    @hookimpl.function(AppSpec.sections)
    def some_name() -> list[str]:
        return ["guarded"]


class Looked(Guarded):
    """Fails whenever it is looked at."""

    __getattribute__ = fail

    @hookimpl(AppSpec.sections)
    def some_name(self) -> list[str]:
        return ["guarded"]


class Proxy(Guarded):
    """Has a class and a dictionary that must not be read."""

    __class__ = property(fail)
    __dict__ = property(fail)


@pytest.mark.parametrize("kind", ["instance", "class", "module", "holder", "looked", "proxy"])
def test_scanning_runs_nothing_of_a_plugin(registry: Registry[AppSpec], kind: str) -> None:
    """No property, descriptor, `__getattr__` or lazy object of a plugin runs when it is registered."""
    answer = answering(AppSpec.sections, ["guarded"]).answer_it
    made = {
        "instance": Guarded,
        "class": lambda: GuardedClass,
        "module": lambda: module(lazy=Lazy(), descriptor=Descriptor(), __getattr__=fail, answer=answer),
        "holder": lambda: SimpleNamespace(lazy=Lazy(), answer=answer),
        "looked": Looked,
        "proxy": Proxy,
    }
    registry.register(made[kind]())
    assert sections(registry) == [["guarded"]]


# -- what is refused at registration ----------------------------------------------------------------------------------


def test_plugin_implements_something(registry: Registry[AppSpec]) -> None:
    """An object without a marked function is not a plugin."""

    class Plugin:
        def sections(self, document: str) -> list[str]: ...

    with refused(registry, PluginValidationError) as caught:
        registry.register(Plugin())
    assert str(caught.value) == lines(
        "plugin 'Plugin': implements no hook [PK120]",
        "  Hint: mark its implementations with @hookimpl",
    )


def test_misspelled_hook_is_refused(registry: Registry[AppSpec]) -> None:
    """A bare implementation whose name is not a hook is refused, with the hook that its author may have meant."""

    class Plugin:
        @hookimpl
        def section(self, document: str) -> list[str]: ...

    with refused(registry, PluginValidationError) as caught:
        registry.register(Plugin())
    assert str(caught.value) == lines(
        "plugin 'Plugin': 'section' is not a hook of this registry [PK103]",
        "  implementation  Plugin.section(self, document: str) -> list[str]",
        f"  at              {at(Plugin.section)}",
        "  Hint: did you mean 'sections'?",
    )


def test_unknown_hook_is_refused(registry: Registry[AppSpec]) -> None:
    """A bare implementation whose name resembles no hook gets a hint that says what to do."""

    class Plugin:
        @hookimpl
        def xyz(self) -> list[str]: ...

    with refused(registry, PluginValidationError) as caught:
        registry.register(Plugin())
    assert str(caught.value) == lines(
        "plugin 'Plugin': 'xyz' is not a hook of this registry [PK103]",
        "  implementation  Plugin.xyz(self) -> list[str]",
        f"  at              {at(Plugin.xyz)}",
        "  Hint: name it after a hook, refer to the hook, or mark it optional=True",
    )


class OtherHost(Protocol):
    """Has a hook of the same name as another host."""

    @hookspec
    def sections(self, *, page: int) -> str: ...


class NarrowReport(ReportSpec, Protocol):
    """Overrides a hook."""

    @hookspec
    def sections(self, *, document: str, verbose: bool = False) -> list[str]: ...


@pytest.mark.parametrize(
    ("spec", "signature"),
    [
        (LintSpec.lint, "LintSpec.lint(self, *, document: str) -> str"),
        (OtherHost.sections, "OtherHost.sections(self, *, page: int) -> str"),
        (NarrowReport.sections, SECTIONS.replace("ReportSpec", "NarrowReport")),
    ],
    ids=["unknown", "same name", "below"],
)
def test_hook_of_another_spec_is_refused(registry: Registry[AppSpec], spec: Any, signature: str) -> None:
    """An implementation of a hook that the registry lacks is refused, even if there is another of that name."""
    extension = answering(spec, "answer")
    with refused(registry, PluginValidationError) as caught:
        registry.register(extension, "p")
    assert str(caught.value) == lines(
        f"plugin 'p': {spec.qualified_name}: is not a hook of this registry [PK103]",
        f"  hook            {signature}",
        "  implementation  answer_it(**_: object) -> object",
        f"  at              {at(extension.answer_it)}",
        "  Hint: add its spec to the registry, or mark the implementation optional=True",
    )


def test_optional_implementation_of_an_unknown_hook_is_accepted(registry: Registry[AppSpec]) -> None:
    """A plugin may implement a hook that the host lacks, if it says so; nothing is called then."""

    class Plugin:
        @hookimpl(LintSpec.lint, optional=True)
        def lint(self, document: str) -> str: ...

        @hookimpl(optional=True)
        def section(self) -> str: ...

    registry.register(Plugin())
    assert registry.plugin_names() == ("Plugin",)
    assert registry.get_hookcallers("Plugin") == ()


def test_optional_implementation_of_a_known_hook_has_to_fit(registry: Registry[AppSpec]) -> None:
    """An implementation that is optional is checked like any other where the host has the hook."""

    class Plugin:
        @hookimpl(optional=True)
        def sections(self, page: int) -> list[str]: ...

    with refused(registry, PluginValidationError, match="unknown parameter 'page'"):
        registry.register(Plugin())


def test_form_for_methods_on_a_function_of_an_instance(registry: Registry[AppSpec]) -> None:
    """A function that is marked as a method, but is held like a plain function, is refused."""

    class Elsewhere:
        @hookimpl(AppSpec.sections)
        def method(self, document: str) -> list[str]: ...

    with refused(registry, PluginValidationError) as caught:
        registry.register(module(method=Elsewhere.method))
    assert str(caught.value) == lines(
        "plugin 'extension': ReportSpec.sections: is marked as a method, but is a function [PK108]",
        f"  hook            {SECTIONS}",
        "  implementation  Elsewhere.method(self, document: str) -> list[str]",
        f"  at              {at(Elsewhere.method)}",
        "  Hint: write @hookimpl.function(ReportSpec.sections)",
    )


def test_form_for_functions_on_a_method(registry: Registry[AppSpec]) -> None:
    """A method that is marked as a function is refused: what it takes for a parameter is `self`."""

    class Plugin:
        @hookimpl.function(AppSpec.sections)
        def method(document: str) -> list[str]: ...  # noqa: N805 - it is what is refused

    with refused(registry, PluginValidationError) as caught:
        registry.register(Plugin())
    assert str(caught.value) == lines(
        "plugin 'Plugin': ReportSpec.sections: is marked as a function, but is a method [PK108]",
        f"  hook            {SECTIONS}",
        "  implementation  Plugin.method(document: str) -> list[str]",
        f"  at              {at(Plugin.method)}",
        "  Hint: write @hookimpl(ReportSpec.sections), or put @staticmethod above",
    )


class Misfits:
    """Has methods that do not fit their hooks."""

    def misspelled(self, documnet: str) -> list[str]: ...

    def with_default(self, document: str, depth: int = 1) -> list[str]: ...

    def keyword_only(self, *, verbos: bool = False) -> list[str]: ...

    def beside_rest(self, page: int, **rest: object) -> list[str]: ...

    def positional_only(self, document: str, /) -> list[str]: ...

    async def async_method(self, document: str) -> list[str]: ...


@pytest.mark.parametrize(
    ("method", "message", "signature", "hint"),
    [
        (
            Misfits.misspelled,
            "unknown parameter 'documnet' [PK101]",
            "(self, documnet: str) -> list[str]",
            "did you mean 'document'?",
        ),
        (
            Misfits.with_default,
            "unknown parameter 'depth' [PK101]",
            "(self, document: str, depth: int = 1) -> list[str]",
            "use 'document', 'verbose'",
        ),
        (
            Misfits.keyword_only,
            "unknown parameter 'verbos' [PK101]",
            "(self, *, verbos: bool = False) -> list[str]",
            "did you mean 'verbose'?",
        ),
        (
            Misfits.beside_rest,
            "unknown parameter 'page' [PK101]",
            "(self, page: int, **rest: object) -> list[str]",
            "use 'document', 'verbose'",
        ),
        (
            Misfits.positional_only,
            "parameter 'document' is positional-only [PK102]",
            "(self, document: str, /) -> list[str]",
            "remove the '/': arguments are passed by keyword",
        ),
        (
            Misfits.async_method,
            "is async, but the hook is not [PK104]",
            "(self, document: str) -> list[str]",
            "write 'def' instead of 'async def', or declare the hook with 'async def'",
        ),
    ],
)
def test_implementation_has_to_fit_its_hook(
    registry: Registry[AppSpec], method: Callable[..., Any], message: str, signature: str, hint: str
) -> None:
    """A parameter that the hook does not have, one that cannot be passed by keyword, and `async` are refused."""
    extension = type("Plugin", (), {"method": hookimpl(AppSpec.sections)(copy_of(method))})()
    with refused(registry, PluginValidationError) as caught:
        registry.register(extension)
    assert str(caught.value) == lines(
        f"plugin 'Plugin': ReportSpec.sections: {message}",
        f"  hook            {SECTIONS}",
        f"  implementation  {method.__qualname__}{signature}",
        f"  at              {at(method)}",
        f"  Hint: {hint}",
    )


def copy_of(method: Any) -> Any:
    """Return another function like this one, so that marking it leaves this one as it is."""
    again = type(method)(method.__code__, method.__globals__, method.__name__, method.__defaults__)
    again.__kwdefaults__ = method.__kwdefaults__
    return functools.update_wrapper(again, method, updated=())


def test_hint_names_a_parameter_that_is_not_taken_yet(registry: Registry[AppSpec]) -> None:
    """For a misspelled parameter, those that the implementation has right are not suggested."""

    class Plugin:
        @hookimpl(AppSpec.sections)
        def method(self, document: str, documents: str) -> list[str]: ...

    with refused(registry, PluginValidationError) as caught:
        registry.register(Plugin())
    assert caught.value.problems[0].hint == "use 'document', 'verbose'"


def test_parameter_of_a_hook_without_parameters() -> None:
    """Where the hook gives nothing, the hint says so."""

    class Spec(Protocol):
        @hookspec
        def hook(self) -> str: ...

    class Plugin:
        @hookimpl(Spec.hook)
        def method(self, document: str) -> str: ...

    bare = Registry(Spec)
    with refused(bare, PluginValidationError) as caught:
        bare.register(Plugin())
    assert str(caught.value) == lines(
        "plugin 'Plugin': Spec.hook: unknown parameter 'document' [PK101]",
        "  hook            Spec.hook(self) -> str",
        "  implementation  Plugin.method(self, document: str) -> str",
        f"  at              {at(Plugin.method)}",
        "  Hint: remove it: the hook has no parameters",
    )


def test_wrapper_is_a_generator(registry: Registry[AppSpec]) -> None:
    """A wrapper that is not a generator function is refused."""

    class Plugin:
        @hookimpl(AppSpec.polish, wrapper=True)
        def around(self) -> Any: ...

    with refused(registry, PluginValidationError) as caught:
        registry.register(Plugin())
    assert str(caught.value) == lines(
        "plugin 'Plugin': TextSpec.polish: the wrapper is not a generator function [PK105]",
        f"  hook            {POLISH}",
        "  implementation  Plugin.around(self) -> Any",
        f"  at              {at(Plugin.around)}",
        "  Hint: yield once, and return the result",
    )


def test_historic_hook_takes_no_wrapper(registry: Registry[AppSpec]) -> None:
    """A wrapper of a historic hook is refused."""

    class Plugin:
        @hookimpl(TextSpec.configured, wrapper=True)
        def around(self) -> Generator[None, None, None]:
            yield

    with refused(registry, PluginValidationError) as caught:
        registry.register(Plugin())
    assert str(caught.value) == lines(
        "plugin 'Plugin': TextSpec.configured: a historic hook cannot have wrappers [PK106]",
        f"  hook            {CONFIGURED}",
        "  implementation  Plugin.around(self) -> Generator[None, None, None]",
        f"  at              {at(Plugin.around)}",
        "  Hint: remove wrapper=True",
    )


def test_function_made_synchronous_is_not_async(registry: Registry[AppSpec]) -> None:
    """A decorator that makes an async function synchronous makes it an implementation of a synchronous hook."""

    def run(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def around(*args: Any, **arguments: Any) -> Any:
            return asyncio.run(function(*args, **arguments))

        return around

    class Plugin:
        @run
        @hookimpl
        async def sections(self, document: str) -> list[str]:
            return [document]

    registry.register(Plugin())
    assert sections(registry) == [["d"]]


def test_everything_that_is_wrong_is_told_at_once(registry: Registry[AppSpec]) -> None:
    """All problems of a plugin are in one error, in the order of definition, and nothing of it is registered."""

    class Plugin:
        @hookimpl(AppSpec.render)
        def render(self, document: str) -> bytes: ...

        @hookimpl(TextSpec.configured, wrapper=True)
        async def around(self, option: str) -> None: ...

        @hookimpl
        def section(self, document: str) -> list[str]: ...

    with refused(registry, PluginValidationError) as caught:
        registry.register(Plugin(), "broken")
    around = (
        f"    hook            {CONFIGURED}",
        "    implementation  Plugin.around(self, option: str) -> None",
        f"    at              {at(Plugin.around)}",
    )
    assert str(caught.value) == lines(
        "plugin 'broken': 5 problems",
        "",
        "  TextSpec.configured: a historic hook cannot have wrappers [PK106]",
        *around,
        "    Hint: remove wrapper=True",
        "",
        "  TextSpec.configured: the wrapper is not a generator function [PK105]",
        *around,
        "    Hint: yield once, and return the result",
        "",
        "  TextSpec.configured: is async, but the hook is not [PK104]",
        *around,
        "    Hint: write 'def' instead of 'async def', or declare the hook with 'async def'",
        "",
        "  TextSpec.configured: unknown parameter 'option' [PK101]",
        *around,
        "    Hint: did you mean 'options'?",
        "",
        "  'section' is not a hook of this registry [PK103]",
        "    implementation  Plugin.section(self, document: str) -> list[str]",
        f"    at              {at(Plugin.section)}",
        "    Hint: did you mean 'sections'?",
    )


@pytest.mark.parametrize("function", [lambda *documents: list(documents), lambda **rest: rest, lambda: ["nothing"]])
def test_implementation_may_take_less(registry: Registry[AppSpec], function: Callable[..., Any]) -> None:
    """An implementation may leave out parameters of its hook, and may have `*args` and `**rest`."""
    registry.register(plugin(hookimpl.function(AppSpec.sections)(function)))
    assert len(sections(registry)) == 1
