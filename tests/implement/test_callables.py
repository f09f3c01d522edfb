"""What can be called can implement: every callable whose parameters `inspect.signature` can read."""

from __future__ import annotations

import functools
import inspect
import operator
from collections.abc import Awaitable, Callable
from types import MethodType, ModuleType
from typing import Any, Protocol, cast

import pytest
from plugins import refused

from pluginkit import HookSpecError, PluginValidationError, Registry, hookimpl, hookspec


class Spec(Protocol):
    """Hooks with a parameter that a built-in function has as well."""

    @hookspec
    def opened(self, *, a: Any, b: Any = 1) -> Any: ...

    @hookspec
    async def fetched(self, *, a: Any) -> Any: ...


@pytest.fixture
def spec_registry() -> Registry[Spec]:
    """Return a registry without plugins."""
    return Registry(Spec)


class Compiled:
    """A function as compilers make it: not of Python's type, with everything that one has, and bound as one is."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.__code__ = function.__code__
        self.__kwdefaults__ = function.__kwdefaults__
        self.__defaults__ = function.__defaults__
        self.__annotations__ = function.__annotations__
        self.__doc__ = function.__doc__
        self.__name__, self.__qualname__ = function.__name__, function.__qualname__
        self.function = function

    def __call__(self, *args: object, **kwargs: object) -> Any:
        return self.function(*args, **kwargs)

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return self if instance is None else MethodType(self, instance)


class Bound(Compiled):
    """A decorator that binds itself, and makes another object each time."""

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return functools.partial(self, instance)


class Adding:
    """An object that can be called, and marked."""

    def __call__(self, a: int, b: int) -> int:
        return a + b


class Slotted:
    """An object that can be called, and takes no marks."""

    __slots__ = ()

    def __call__(self, a: int, b: int) -> int:
        return a - b

    def method(self, a: int) -> int:
        """Give its argument."""
        return a

    async def later(self, a: int) -> int:
        """Give its argument later."""
        return a


def added(a: int, b: int) -> int:
    """Add two."""
    return a + b


def all_added(a: int, b: int, c: int) -> int:
    """Add three."""
    return a + b + c


ADDED: Any = added


def with_c(function: Callable[..., Any]) -> Callable[..., Any]:
    """Supply an argument, and say so."""

    @functools.wraps(function)
    def supplied(*args: Any, **kwargs: Any) -> Any:
        return function(*args, c=5, **kwargs)

    signature = inspect.signature(function)
    rest = [each for each in signature.parameters.values() if each.name != "c"]
    vars(supplied)["__signature__"] = signature.replace(parameters=rest)
    return supplied


CALLABLES: dict[str, tuple[Callable[[], Any], int]] = {
    "partial": (lambda: functools.partial(all_added, c=10), 15),
    "object": (Adding, 5),
    "slots": (Slotted, -1),
    "bound": (lambda: Slotted().method, 2),
    "cached": (lambda: functools.lru_cache(added), 5),
    "compiled": (lambda: Compiled(added), 5),
    "signature": (lambda: with_c(all_added), 10),
    "function": (lambda: lambda a, b: a + b, 5),
}


@pytest.mark.parametrize("kind", CALLABLES)
@pytest.mark.parametrize("form", ["module", "staticmethod", "instance"])
def test_what_can_be_called_can_implement(spec_registry: Registry[Spec], kind: str, form: str) -> None:
    """It is marked by a call, and is called with what it takes, wherever the plugin has it."""
    make, expected = CALLABLES[kind]
    implementation: Any = hookimpl.function(Spec.opened)(make())
    plugin: Any = ModuleType("plugin")
    if form == "staticmethod":
        plugin = type("Plugin", (), {"opened": staticmethod(implementation)})()
    else:
        plugin.opened = implementation
    spec_registry.register(plugin)
    assert spec_registry.hook.opened(a=2, b=3) == [expected]


@pytest.mark.cpython
def test_what_takes_no_marks_is_called_by_a_function() -> None:
    """A built-in function stays as it is; what is returned is a function of its name."""
    given: Any = operator.add
    made: Any = hookimpl.function(Spec.opened)(given)
    assert made is not operator.add
    assert made.__name__ == "add"
    assert inspect.signature(made) == inspect.signature(operator.add)


@pytest.mark.cpython
def test_parameters_that_cannot_be_passed_are_refused(spec_registry: Registry[Spec]) -> None:
    """What a built-in function takes is checked as that of any other."""
    plugin = ModuleType("plugin")
    given: Any = operator.add
    vars(plugin)["opened"] = hookimpl.function(Spec.opened)(given)
    with refused(spec_registry, PluginValidationError) as caught:
        spec_registry.register(plugin)
    assert [problem.code for problem in caught.value.problems] == ["PK102", "PK102"]


@pytest.mark.cpython
def test_what_cannot_be_read_is_refused() -> None:
    """The reason is that nobody can tell what it takes."""
    with pytest.raises(PluginValidationError) as caught:
        hookimpl.function(Spec.opened)(cast("Any", max))
    (problem,) = caught.value.problems
    assert (problem.message, problem.code) == ("'max' has parameters that cannot be read", "PK127")
    assert problem.hint == "write a function that calls it, and mark that"


@pytest.mark.parametrize("kind", [Compiled, Bound, functools.lru_cache])
def test_methods_of_other_types(spec_registry: Registry[Spec], kind: Callable[[Any], Any]) -> None:
    """A callable that binds itself in a class is a method: the plugin is its first argument, once for all names."""

    class Plugin:
        @hookimpl(Spec.opened)
        @kind
        def opened(self, a: int, b: int) -> Any:
            return self, a + b

        again = opened

    plugin = Plugin()
    spec_registry.register(plugin)
    assert spec_registry.hook.opened(a=2, b=3) == [(plugin, 5)]


def test_a_mark_below_a_decorator_that_can_be_called(spec_registry: Registry[Spec]) -> None:
    """A decorator above the mark that makes something that can be called is called."""

    class Plugin:
        @functools.lru_cache  # noqa: B019 - the plugin lives as long as the test
        @hookimpl(Spec.opened)
        def opened(self, a: int, **_: object) -> int:
            return a

    spec_registry.register(Plugin())
    assert spec_registry.hook.opened(a=2) == [2]


def test_objects_are_not_bound(spec_registry: Registry[Spec]) -> None:
    """An object in the body of a class, which does not bind itself, is a function: the method form is refused."""
    marked: Any = hookimpl.function(Spec.opened)
    spec_registry.register(type("Plugin", (), {"opened": marked(Adding())})())
    assert spec_registry.hook.opened(a=2, b=3) == [5]
    marked = hookimpl(Spec.opened)
    with refused(spec_registry, PluginValidationError) as caught:
        spec_registry.register(type("Plugin", (), {"opened": marked(Adding())})())
    assert [problem.code for problem in caught.value.problems] == ["PK108"]


def test_a_method_without_self_is_found_in_compiled_code(spec_registry: Registry[Spec]) -> None:
    """What a compiler made is asked for its receiver as any function."""

    def opened() -> None: ...

    opened.__qualname__ = "Plugin.opened"
    marked: Any = hookimpl(Spec.opened)
    plugin = type("Plugin", (), {"opened": marked(Compiled(opened))})
    with refused(spec_registry, PluginValidationError) as caught:
        spec_registry.register(plugin())
    (problem,) = caught.value.problems
    assert problem.code == "PK107"
    assert __file__ in problem.location


@pytest.mark.parametrize("make", [lambda: Slotted().later, lambda: functools.partial(Slotted().later)])
def test_coroutine_functions_of_other_types(make: Callable[[], Callable[..., Awaitable[int]]]) -> None:
    """They are known to be async: an async hook awaits them, and another one refuses them."""
    registry = Registry(Spec)
    plugin = ModuleType("plugin")
    vars(plugin)["fetched"] = hookimpl.function(Spec.fetched)(make())
    registry.register(plugin)
    with pytest.raises(StopIteration) as caught:
        registry.hook.fetched(a=2).send(None)
    assert caught.value.value == [2]
    marked: Any = hookimpl.function(Spec.opened)
    vars(plugin)["fetched"] = marked(make())
    with refused(registry, PluginValidationError) as refusal:
        registry.register(plugin, "again")
    assert [problem.code for problem in refusal.value.problems] == ["PK403", "PK104"]


@pytest.mark.parametrize("wrong", [staticmethod(added), classmethod(ADDED), property(ADDED), 5])
def test_what_cannot_be_called_as_it_is_cannot_be_marked(wrong: Any) -> None:
    """A mark goes below `@staticmethod` and `@classmethod`."""
    with pytest.raises(PluginValidationError) as caught:
        hookimpl(wrong)
    assert [problem.code for problem in caught.value.problems] == ["PK109"]


def test_hooks_of_a_compiled_host() -> None:
    """A method that a compiler made is a hook, with the parameters, the defaults and the place of its source."""

    class Compiling(Protocol):
        @hookspec
        @Compiled
        def opened(self, *, a: int, b: int = 7) -> int: ...

    class Plugin:
        @hookimpl
        def opened(self, a: int, b: int) -> int:
            return a * b

    registry = Registry(Compiling)
    registry.register(Plugin())
    hook: Any = registry.hook
    assert hook.opened(a=2) == [14]
    assert __file__ in Compiling.opened.location
    assert Compiling.opened.signature == "Compiling.opened(self, *, a: int, b: int = 7) -> int"


@pytest.mark.parametrize("wrong", [Slotted().method, functools.partial(added), Adding()])
def test_other_callables_are_not_hooks(wrong: Any) -> None:
    """A hook is declared by a method: what is bound, or an object, is not one."""
    with pytest.raises(HookSpecError, match="is not a method"):
        hookspec(wrong)


def test_callers_are_not_implementations(spec_registry: Registry[Spec]) -> None:
    """The caller of a hook can be called, and is not something that a plugin has."""
    with pytest.raises(PluginValidationError) as caught:
        hookimpl.function(Spec.opened)(cast("Any", spec_registry.hook.opened))
    (problem,) = caught.value.problems
    assert problem.message.endswith("is the caller of a registry, not a hook")
    assert problem.hint == "refer to the hook by its spec: @hookimpl(Spec.opened)"
    assert problem.code == "PK113"


class Copying:
    """A descriptor that has all attributes of a function, and cannot be called."""

    def __init__(self, function: Callable[..., Any]) -> None:
        vars(self).update(vars(function))

    def __get__(self, instance: object, owner: type) -> object:
        raise AssertionError("it runs")


def test_what_copies_a_mark_and_cannot_be_called_is_refused(spec_registry: Registry[Spec]) -> None:
    """A mark alone does not make an implementation, and nothing runs."""

    class Plugin:
        @Copying
        @hookimpl(Spec.opened)
        def opened(self, **_: object) -> Any: ...

    with refused(spec_registry, PluginValidationError) as caught:
        spec_registry.register(Plugin())
    (problem,) = caught.value.problems
    assert problem.message == "is marked, but another decorator has made it a Copying, not a function"
    assert problem.code == "PK109"


def test_generators_of_a_hook_without_annotation() -> None:
    """A hook that does not say what it returns may be answered by an iterator."""
    declared: Any = lambda self, *, a: None  # noqa: E731 - it has no annotations
    declared.__name__ = "opened"
    meta: Any = type(Protocol)
    declaring: Any = meta("Declaring", (Protocol,), {"opened": hookspec(declared)})

    def opened(a: int) -> Any:
        yield a

    plugin = ModuleType("plugin")
    vars(plugin)["opened"] = hookimpl(opened)
    registry: Any = Registry(declaring)
    registry.register(plugin)
    assert [list(each) for each in registry.hook.opened(a=2)] == [[2]]
