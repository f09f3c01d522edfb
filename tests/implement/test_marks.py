"""A mark leads to a call, or to an error: nothing that is marked is lost, and nothing runs twice."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import ModuleType
from typing import Any, Protocol, TypeVar

import pytest
from plugins import refused

from pluginkit import HookSpecError, PluginValidationError, Registry, hookimpl, hookspec
from pluginkit.testing import assert_implements

T_contra = TypeVar("T_contra", contravariant=True)
Numbers = Iterator[int]


class Spec(Protocol):
    """Hooks with answers of several kinds."""

    @hookspec
    def number(self, *, x: int) -> int: ...

    @hookspec
    def numbers(self, *, x: int) -> Numbers: ...

    @hookspec
    def later(self, *, x: int) -> Awaitable[int]: ...

    @hookspec
    def anything(self, *, x: int) -> Any: ...

    @hookspec
    async def fetched(self, *, x: int) -> int: ...


class Other:
    """Implements another hook, so that a plugin is not without any."""

    @hookimpl(Spec.anything)
    def anything(self, x: int) -> Any:
        return x


@pytest.fixture
def spec_registry() -> Registry[Spec]:
    """Return a registry without plugins."""
    return Registry(Spec)


def refusal(registry: Registry[Any], plugin: object) -> PluginValidationError:
    """Return the error with which a plugin is refused."""
    with refused(registry, PluginValidationError) as caught:
        registry.register(plugin)
    return caught.value


# -- where marks are found --------------------------------------------------------------------------------------------


class Keeps:
    """A descriptor that keeps a function in a slot."""

    __slots__ = ("_empty", "_function")

    def __init__(self, function: object) -> None:
        self._function = function

    def __get__(self, instance: object, owner: type) -> object:
        raise AssertionError("it runs")


class Command:
    """A callable object that keeps a function in its dictionary, as commands of command lines do."""

    def __init__(self, callback: object) -> None:
        self.callback = callback

    def __call__(self) -> None:
        raise AssertionError("it runs")


DECORATORS: dict[str, Callable[[Any], Any]] = {
    "property": property,
    "cached_property": functools.cached_property,
    "singledispatchmethod": functools.singledispatchmethod,
    "partialmethod": functools.partialmethod,
    "partial": functools.partial,
    "slot": Keeps,
    "command": Command,
    "several": lambda function: Keeps(Command(property(function))),
}


@pytest.mark.parametrize("decorator", DECORATORS)
def test_a_mark_below_another_decorator_is_reported(spec_registry: Registry[Spec], decorator: str) -> None:
    """Whatever a decorator above `@hookimpl` keeps the function in, the plugin is refused, and nothing runs."""

    class Plugin(Other):
        @DECORATORS[decorator]
        @hookimpl(Spec.number)
        def number(self, x: int) -> int: ...

    kind = type(vars(Plugin)["number"]).__name__
    (problem,) = refusal(spec_registry, Plugin()).problems
    assert problem.message == f"is marked, but another decorator has made it a {kind}, not a function"
    assert problem.code == "PK109"
    assert problem.hook == "Spec.number"
    assert __file__ in problem.location


def test_what_is_not_a_decorator_is_not_looked_into(spec_registry: Registry[Spec]) -> None:
    """Other plugins that a plugin holds, as a module or an object, are not parts of it."""
    module = ModuleType("module")
    vars(module).update(number=hookimpl.function(Spec.number)(lambda x: x))

    class Plugin(Other):
        held = module
        kind = Other

        def __init__(self) -> None:
            self.friend = Other()

    spec_registry.register(Plugin())
    assert spec_registry.hook.number.implementations() == ()


@pytest.mark.parametrize("override", [lambda self, x: x, staticmethod(lambda x: x), property(lambda self: 1), 5])
def test_an_override_without_a_mark_is_reported(spec_registry: Registry[Spec], override: object) -> None:
    """A subclass that replaces an implementation by something without a mark is refused, with the place."""

    class Base(Other):
        @hookimpl(Spec.number)
        def number(self, x: int) -> int: ...

    plugin = type("Plugin", (Base,), {"number": override})
    (problem,) = refusal(spec_registry, plugin()).problems
    assert (problem.message, problem.code) == ("is overridden without @hookimpl", "PK126")
    assert problem.hint == "mark it with @hookimpl, or set it to None to leave the hook out"
    assert __file__ in problem.location


# -- aliases ----------------------------------------------------------------------------------------------------------


def test_an_alias_does_not_run_an_implementation_again(spec_registry: Registry[Spec]) -> None:
    """A function that is there under several names, also in a base class, implements its hook once."""

    class Base:
        @hookimpl(Spec.number)
        def number(self, x: int) -> int:
            return x

        old_name = number

    class Plugin(Base):
        oldest_name = Base.number

    spec_registry.register(Plugin())
    assert spec_registry.hook.number(x=1) == [1]


def test_an_alias_of_a_bare_implementation_goes_by_its_own_name(spec_registry: Registry[Spec]) -> None:
    """A bare mark goes by the name of the function, whichever name comes first."""

    def number(x: int) -> int:
        return x

    hookimpl(number)
    module = ModuleType("module")
    vars(module).update(earlier=number, number=number, later=number)
    spec_registry.register(module)
    assert spec_registry.hook.number(x=1) == [1]


# -- what is refused --------------------------------------------------------------------------------------------------


def test_a_context_manager_is_not_a_wrapper(spec_registry: Registry[Spec]) -> None:
    """A wrapper under `@contextmanager` or `@asynccontextmanager` is refused, with what to remove."""
    marked: Any = hookimpl

    class Plugin:
        @marked(Spec.number, wrapper=True)
        @contextmanager
        def around(self, x: int) -> Iterator[None]:
            yield

        @marked(Spec.fetched, wrapper=True)
        @asynccontextmanager
        async def around_async(self, x: int) -> AsyncIterator[None]:
            yield

    problems = refusal(spec_registry, Plugin()).problems
    assert [(each.message, each.code) for each in problems] == [("the wrapper is made a context manager", "PK114")] * 2
    assert {each.hint for each in problems} == {"remove the decorator: a wrapper is the generator function itself"}


def test_a_decorator_that_hands_a_generator_on_is_fine(spec_registry: Registry[Spec]) -> None:
    """A wrapper may be decorated, as long as a call gives the generator."""

    def logged(function: Any) -> Any:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return call

    class Plugin:
        @hookimpl(Spec.number, wrapper=True)
        @logged
        def around(self, **_: object) -> Generator[None, list[int], list[int]]:
            result = yield
            return [*result, 2]

    spec_registry.register(Plugin())
    assert spec_registry.hook.number(x=1) == [2]


def test_a_generator_function_is_not_an_answer(spec_registry: Registry[Spec]) -> None:
    """Where the answer of a hook cannot be a generator, a generator function without `wrapper=True` is refused."""

    class Plugin:
        @hookimpl
        def number(self, x: int) -> Any:
            yield x

        @hookimpl
        async def fetched(self, x: int) -> Any:
            yield x

    problems = refusal(spec_registry, Plugin()).problems
    expected = ("PK112", "is a generator function, and not marked as a wrapper")
    assert [(each.code, each.message) for each in problems] == [expected] * 2


def test_a_generator_function_may_be_an_answer(spec_registry: Registry[Spec]) -> None:
    """A name in the annotation that may be an alias, and `Any`, leave it open: then the generator is the answer."""

    class Plugin:
        @hookimpl
        def numbers(self, x: int) -> Any:
            yield x

        @hookimpl
        def anything(self, x: int) -> Any:
            yield x

    spec_registry.register(Plugin())
    assert [list(each) for each in spec_registry.hook.numbers(x=1)] == [[1]]


def test_an_async_function_gives_an_awaitable(spec_registry: Registry[Spec]) -> None:
    """`async def` implements a plain hook whose answers are awaitables; for other plain hooks it is refused."""

    class Right:
        @hookimpl(Spec.later)
        async def later(self, x: int) -> int:
            return x

    class Wrong:
        @hookimpl
        async def anything(self, x: int) -> Any: ...

    (problem,) = refusal(spec_registry, Wrong()).problems
    assert problem.hint == "write 'def' instead of 'async def', or declare the hook with 'async def'"
    spec_registry.register(Right())
    (answer,) = spec_registry.hook.later(x=1)
    with pytest.raises(StopIteration) as caught:
        answer.__await__().send(None)
    assert caught.value.value == 1


# -- what is warned of ------------------------------------------------------------------------------------------------


def test_a_function_that_is_named_as_a_hook_is_warned_of() -> None:
    """`assert_implements` warns of a function with the name of a hook that is not marked, in a class or a module."""

    class Plugin(Other):
        held = 1

        def number(self, x: int) -> int: ...

    module = ModuleType("module")
    exec("def number(x): ...", vars(module))
    vars(module)["anything"] = hookimpl.function(Spec.anything)(lambda x: x)
    vars(module)["numbers"] = refusal  # it is imported from elsewhere
    for plugin in (Plugin(), module):
        with pytest.warns(UserWarning, match="has the name of the hook") as caught:
            assert_implements(plugin, Spec)
        (message,) = [str(each.message) for each in caught]
        assert "Spec.number: 'number' has the name of the hook, and is not marked [PK116]" in message


# -- specs ------------------------------------------------------------------------------------------------------------


class Puts(Protocol[T_contra]):
    """A generic spec."""

    @hookspec
    def put(self, *, item: T_contra) -> bool: ...


class Takes(Protocol[T_contra]):
    """Another one."""

    @hookspec
    def take(self, *, item: T_contra) -> bool: ...


def test_a_generic_spec_may_be_made_specific() -> None:
    """`Registry(Spec[int])` and `add_spec(Spec[int])` take the spec; for checkers its hooks are specific."""

    class Plugin:
        @hookimpl
        def put(self, item: int) -> bool:
            return item > 0

    registry = Registry(Puts[int])
    registry.register(Plugin())
    assert registry.hook.put(item=1) == [True]
    assert registry.add_spec(Takes[int]).take(item=1) == []
    assert repr(registry) == "<Registry of Puts, 1 plugins>"


def imported_twice() -> tuple[Any, Any]:
    """Return the spec of a module that was imported under two names."""
    spec = "class S(Protocol):\n    @hookspec\n    def h(self): ...\n"
    source = f"from typing import Protocol\nfrom pluginkit import hookspec\n{spec}"
    modules = [ModuleType("host"), ModuleType("__main__")]
    for module in modules:
        exec(compile(source, "host.py", "exec"), vars(module))
    return vars(modules[0])["S"], vars(modules[1])["S"]


def test_a_spec_that_is_imported_twice_is_told_apart() -> None:
    """An implementation of the same hook from a second import of its module is refused for that reason."""
    first, second = imported_twice()

    class Plugin:
        @hookimpl(first.h)
        def h(self) -> None: ...

    registry: Registry[Any] = Registry(second)
    (problem,) = refusal(registry, Plugin()).problems
    assert problem.message == "is there twice: its module was imported as 'host' and as '__main__'"
    assert problem.hint.startswith("import the spec under one name: ")
    with refused(registry, HookSpecError, match="is there twice: its module was imported as 'host' and as '__main__'"):
        registry.add_spec(first)
