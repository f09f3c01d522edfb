"""Calls: results of each mode, wrappers and what they are told, exceptions on their way out."""

from __future__ import annotations

import gc
import sys
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from plugins import answering, fresh, plugin
from specs import AppSpec

from pluginkit import Registry, WrapperError, hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

pytestmark = pytest.mark.usefixtures("tier")

Sections = list[list[str]]


@pytest.fixture
def registry() -> Registry[AppSpec]:
    """Return a registry without plugins."""
    return Registry(AppSpec)


def where(function: Callable[..., Any]) -> str:
    """Return `file:line` of a function."""
    return f"{function.__code__.co_filename}:{function.__code__.co_firstlineno}"


def raising(error: BaseException, name: str = "broken") -> Any:
    """Return a plugin whose sections raise `error`."""

    @hookimpl.function(AppSpec.sections)
    def sections(**_: object) -> list[str]:
        raise error

    return plugin(**{name: sections})


# -- results -----------------------------------------------------------------------------------------------------------


def test_collect_gives_every_answer_in_call_order(registry: Registry[AppSpec]) -> None:
    """A collecting hook gives the list of all answers, the last registered plugin's first."""
    for name in ("a", "b"):
        registry.register(answering(AppSpec.sections, [name]), name)
    assert registry.hook.sections(document="d") == [["b"], ["a"]]


def test_none_means_no_answer(registry: Registry[AppSpec]) -> None:
    """An implementation that returns None is left out of a collecting hook's list."""
    registry.register(answering(AppSpec.sections, None), "silent")
    registry.register(answering(AppSpec.sections, []), "empty")
    assert registry.hook.sections(document="d") == [[]]


def test_firstresult_stops_at_the_first_answer(registry: Registry[AppSpec]) -> None:
    """A firstresult hook gives the first answer that is not None, falsy ones too; later implementations do not run."""
    registry.register(raising_render(), "never")
    registry.register(answering(AppSpec.render, b""), "empty")
    registry.register(answering(AppSpec.render, None), "silent")
    assert registry.hook.render(document="d") == b""


def raising_render() -> Any:
    """Return a plugin whose render must not run."""

    @hookimpl.function(AppSpec.render)
    def render(**_: object) -> bytes:
        raise AssertionError("must not run")

    return plugin(render)


def test_pipeline_threads_its_parameter(registry: Registry[AppSpec]) -> None:
    """In a pipeline each answer takes the parameter's place for the next; None keeps the value."""

    def adding(letter: str) -> Any:
        @hookimpl.function(AppSpec.polish)
        def polish(text: str, width: int = 80) -> str:
            return f"{text}{letter}{width}"

        return plugin(polish)

    registry.register(adding("b"), "b")
    registry.register(answering(AppSpec.polish, None), "silent")
    registry.register(adding("a"), "a")
    assert registry.hook.polish(text="x", width=1) == "xa1b1"


def test_without_implementations_nothing_is_given(registry: Registry[AppSpec]) -> None:
    """Without implementations: an empty list, None, or the value that went into the pipeline."""
    hook = registry.hook
    assert (hook.sections(document="d"), hook.render(document="d"), hook.polish(text="x")) == ([], None, "x")


def test_implementation_gets_what_it_declares(registry: Registry[AppSpec]) -> None:
    """An implementation gets exactly the parameters that it declares, and `**rest` the others."""
    seen: list[object] = []

    @hookimpl.function(AppSpec.sections)
    def one(document: str) -> None:
        seen.append(document)

    @hookimpl.function(AppSpec.sections)
    def rest(document: str, **rest: object) -> None:
        seen.append((document, rest))

    @hookimpl.function(AppSpec.sections)
    def none() -> None:
        seen.append(())

    @hookimpl.function(AppSpec.sections)
    def keyword(*args: object, verbose: bool) -> None:
        seen.append((args, verbose))

    registry.register(plugin(one, rest, none, keyword))
    registry.hook.sections(document="d", verbose=True)
    assert seen == [((), True), (), ("d", {"verbose": True}), "d"]


def test_call_goes_on_with_the_plugins_it_began_with(registry: Registry[AppSpec]) -> None:
    """What is registered or unregistered during a call has effect on later calls only."""

    @hookimpl.function(AppSpec.sections)
    def sections(**_: object) -> list[str]:
        if registry.is_registered("old"):
            registry.unregister("old")
            registry.register(answering(AppSpec.sections, ["new"]), "new")
        return ["first"]

    registry.register(answering(AppSpec.sections, ["old"]), "old")
    registry.register(plugin(sections), "first")
    assert registry.hook.sections(document="d") == [["first"], ["old"]]
    assert registry.hook.sections(document="d") == [["new"], ["first"]]


# -- wrappers ----------------------------------------------------------------------------------------------------------


def wrapping(function: Callable[..., Generator[None, Any, Any]]) -> Any:
    """Return a plugin that wraps sections with a generator function."""
    return plugin(hookimpl.function(AppSpec.sections, wrapper=True)(fresh(function)))


def test_wrapper_gets_the_result_and_returns_another(registry: Registry[AppSpec]) -> None:
    """A wrapper gets the result at its `yield`; what it returns is the result."""

    def wrapper(**_: object) -> Generator[None, Sections, Sections]:
        result = yield
        return [*result, ["wrapped"]]

    registry.register(wrapping(wrapper), "wrapper")
    registry.register(answering(AppSpec.sections, ["inside"]), "inside")
    assert registry.hook.sections(document="d") == [["inside"], ["wrapped"]]


def test_wrapper_cleanup_runs_when_inner_impl_raises(registry: Registry[AppSpec]) -> None:
    """When an implementation raises, every wrapper is resumed, the innermost first, and the exception leaves."""
    cleaned: list[str] = []

    def wrapper(name: str) -> Any:
        def around(**_: object) -> Generator[None, Sections, Sections]:
            try:
                return (yield)
            finally:
                cleaned.append(name)

        return wrapping(around)

    error = ValueError("inside")
    registry.register(raising(error))
    for name in ("inner", "middle", "outer"):
        registry.register(wrapper(name), name)
    with pytest.raises(ValueError, match="inside") as caught:
        registry.hook.sections(document="d")
    assert caught.value is error
    assert cleaned == ["inner", "middle", "outer"]


def test_wrapper_can_suppress_inner_exception(registry: Registry[AppSpec]) -> None:
    """A wrapper that catches the exception and returns has swallowed it: the call gives what it returned."""

    def wrapper(**_: object) -> Generator[None, Sections, Sections]:
        try:
            return (yield)
        except ValueError as error:
            return [[f"suppressed {error}"]]

    registry.register(raising(ValueError("inside")))
    registry.register(wrapping(wrapper), "wrapper")
    assert registry.hook.sections(document="d") == [["suppressed inside"]]


def test_wrapper_outside_a_suppressing_one_gets_its_result(registry: Registry[AppSpec]) -> None:
    """Outside a wrapper that has swallowed an exception there is a result, and no exception."""
    seen: list[object] = []

    def inner(**_: object) -> Generator[None, Sections, Sections]:
        try:
            return (yield)
        except ValueError:
            return []

    def outer(**_: object) -> Generator[None, Sections, Sections]:
        seen.append((yield))
        return [["outer"]]

    registry.register(raising(ValueError()))
    registry.register(wrapping(inner), "inner")
    registry.register(wrapping(outer), "outer")
    assert registry.hook.sections(document="d") == [["outer"]]
    assert seen == [[]]


def test_wrapper_can_replace_the_exception(registry: Registry[AppSpec]) -> None:
    """A wrapper that raises replaces the exception, which stays behind the new one as its cause."""

    def wrapper(**_: object) -> Generator[None, Sections, Sections]:
        try:
            return (yield)
        except ValueError as error:
            raise LookupError("outside") from error

    inside = ValueError("inside")
    registry.register(raising(inside))
    registry.register(wrapping(wrapper), "wrapper")
    with pytest.raises(LookupError, match="outside") as caught:
        registry.hook.sections(document="d")
    assert caught.value.__cause__ is inside


def test_exception_before_the_yield_reaches_the_wrappers_outside(registry: Registry[AppSpec]) -> None:
    """A wrapper that fails before its `yield` fails the call: those outside are resumed, nothing inside starts."""
    log: list[str] = []

    def outer(**_: object) -> Generator[None, Sections, Sections]:
        try:
            return (yield)
        except LookupError:
            log.append("outer resumed")
            raise

    def failing(**_: object) -> Generator[None, Sections, Sections]:
        raise LookupError
        yield

    def inner(**_: object) -> Generator[None, Sections, Sections]:
        log.append("inner started")
        return (yield)

    for function in (inner, failing, outer):
        registry.register(wrapping(function), function.__name__)
    with pytest.raises(LookupError):
        registry.hook.sections(document="d")
    assert log == ["outer resumed"]


def test_wrapper_that_does_not_yield_is_an_error(registry: Registry[AppSpec]) -> None:
    """A wrapper that returns without having yielded raises a WrapperError that names it."""

    def wrapper(document: str) -> Generator[None, Sections, Sections]:
        if document:
            return []
        return (yield)

    registry.register(wrapping(wrapper), "wrapper")
    with pytest.raises(WrapperError) as caught:
        registry.hook.sections(document="d")
    assert str(caught.value) == (
        "ReportSpec.sections: the wrapper of plugin 'wrapper' did not yield [PK601]\n"
        f"  at  {where(wrapper)}\n"
        "  Hint: yield exactly once, whatever happens inside"
    )


def test_wrapper_that_yields_twice_is_an_error(registry: Registry[AppSpec]) -> None:
    """A wrapper that yields again is closed, and raises a WrapperError that names it; the others are resumed."""
    log: list[str] = []

    def twice(**_: object) -> Generator[None, Sections, Sections]:
        yield
        try:
            yield
        finally:
            log.append("closed")
        return []

    def outer(**_: object) -> Generator[None, Sections, Sections]:
        try:
            return (yield)
        finally:
            log.append("outer resumed")

    registry.register(wrapping(twice), "twice")
    registry.register(wrapping(outer), "outer")
    with pytest.raises(WrapperError) as caught:
        registry.hook.sections(document="d")
    assert str(caught.value) == (
        "ReportSpec.sections: the wrapper of plugin 'twice' yielded a second time [PK602]\n"
        f"  at  {where(twice)}\n"
        "  Hint: yield exactly once, whatever happens inside"
    )
    assert log == ["closed", "outer resumed"]


def test_second_yield_keeps_the_exception_as_context(registry: Registry[AppSpec]) -> None:
    """The error about a second `yield` in place of handling an exception has that exception as its context."""

    def twice(**_: object) -> Generator[None, Sections, Sections]:
        try:
            return (yield)
        except ValueError:
            yield
            return []

    inside = ValueError("inside")
    registry.register(raising(inside))
    registry.register(wrapping(twice), "twice")
    with pytest.raises(WrapperError) as caught:
        registry.hook.sections(document="d")
    assert caught.value.__context__ is inside


def test_cleanup_that_fails_at_a_second_yield_is_the_cause(registry: Registry[AppSpec]) -> None:
    """What a wrapper raises when it is closed after a second `yield` is the cause of the WrapperError."""

    def twice(**_: object) -> Generator[None, Sections, Sections]:
        yield
        try:
            yield
        finally:
            raise LookupError("cleanup")

    registry.register(wrapping(twice), "twice")
    with pytest.raises(WrapperError) as caught:
        registry.hook.sections(document="d")
    assert repr(caught.value.__cause__) == "LookupError('cleanup')"


def test_interrupt_at_a_second_yield_goes_through(registry: Registry[AppSpec]) -> None:
    """A KeyboardInterrupt raised when a wrapper is closed after a second `yield` leaves as it is."""

    def twice(**_: object) -> Generator[None, Sections, Sections]:
        yield
        try:
            yield
        finally:
            raise KeyboardInterrupt

    registry.register(wrapping(twice), "twice")
    with pytest.raises(KeyboardInterrupt):
        registry.hook.sections(document="d")


@pytest.mark.parametrize("kind", [StopIteration, GeneratorExit, KeyboardInterrupt, SystemExit, StopAsyncIteration])
def test_special_exceptions_pass_wrappers_unharmed(registry: Registry[AppSpec], kind: type[BaseException]) -> None:
    """Exceptions that mean something to generators or to the interpreter pass through wrappers as they are."""
    log: list[str] = []

    def wrapper(**_: object) -> Generator[None, Sections, Sections]:
        try:
            return (yield)
        finally:
            log.append("resumed")

    error = kind("special")
    registry.register(raising(error))
    registry.register(wrapping(wrapper), "wrapper")
    with pytest.raises(kind) as caught:
        registry.hook.sections(document="d")
    assert caught.value is error
    assert log == ["resumed"]


@pytest.mark.parametrize("document", ["render", "polish"])
def test_wrapper_sees_the_bare_result(registry: Registry[AppSpec], document: str) -> None:
    """A wrapper of a firstresult or pipeline hook gets the bare result, None where there is none."""
    seen: list[object] = []

    def wrapper(**_: object) -> Generator[None, Any, Any]:
        seen.append((yield))
        return b"w" if document == "render" else "w"

    registry.register(plugin(hookimpl.function(getattr(AppSpec, document), wrapper=True)(wrapper)), "wrapper")
    if document == "render":
        assert (registry.hook.render(document="d"), seen) == (b"w", [None])
    else:
        assert (registry.hook.polish(text="x"), seen) == ("w", ["x"])


# -- exceptions on their way out ---------------------------------------------------------------------------------------


def test_exception_carries_one_note(registry: Registry[AppSpec]) -> None:
    """An exception that leaves a hook has one note, which names hook, plugin and place of the implementation."""

    def wrapper(**_: object) -> Generator[None, Sections, Sections]:
        return (yield)

    broken = raising(ValueError("inside"))
    registry.register(broken, "broken")
    registry.register(wrapping(wrapper), "wrapper")
    with pytest.raises(ValueError, match="inside") as caught:
        registry.hook.sections(document="d")
    assert caught.value.__notes__ == [f"in hook ReportSpec.sections, plugin 'broken' ({where(broken.broken)})"]


def test_same_note_is_not_added_again(registry: Registry[AppSpec]) -> None:
    """An exception object that is raised again by the same implementation keeps one note."""
    error = ValueError("again")
    registry.register(raising(error), "broken")
    for _ in range(2):
        with pytest.raises(ValueError, match="again"):
            registry.hook.sections(document="d")
    assert len(error.__notes__) == 1


def test_exception_of_a_wrapper_names_the_wrapper(registry: Registry[AppSpec]) -> None:
    """An exception that a wrapper raises itself, before or after its `yield`, is noted to be its own."""

    def after(**_: object) -> Generator[None, Sections, Sections]:
        yield
        raise LookupError("after")

    registry.register(wrapping(after), "after")
    with pytest.raises(LookupError, match="after") as caught:
        registry.hook.sections(document="d")
    assert caught.value.__notes__ == [f"in hook ReportSpec.sections, plugin 'after' ({where(after)})"]


def test_exception_through_two_hooks_names_both(registry: Registry[AppSpec]) -> None:
    """An exception that leaves a hook called within another one carries a note for each, the inner one first."""

    @hookimpl.function(AppSpec.render)
    def render(document: str) -> bytes:
        registry.hook.sections(document=document)
        raise AssertionError("sections raises")

    registry.register(raising(ValueError("inside")), "inner")
    registry.register(plugin(render), "outer")
    with pytest.raises(ValueError, match="inside") as caught:
        registry.hook.render(document="d")
    assert [note.split(" (")[0] for note in caught.value.__notes__] == [
        "in hook ReportSpec.sections, plugin 'inner'",
        "in hook ReportSpec.render, plugin 'outer'",
    ]


@dataclass(frozen=True)
class FrozenError(Exception):
    """An exception that takes no note."""

    code: int


def test_exception_that_takes_no_note_leaves_as_it_is(registry: Registry[AppSpec]) -> None:
    """A frozen exception, which takes no note, goes through wrappers and leaves as it is."""

    def wrapper(**_: object) -> Generator[None, Sections, Sections]:
        return (yield)

    error = FrozenError(3)
    registry.register(raising(error))
    registry.register(wrapping(wrapper), "wrapper")
    with pytest.raises(FrozenError) as caught:
        registry.hook.sections(document="d")
    assert caught.value is error


def frames(error: BaseException) -> list[str]:
    """Return the names of the functions in an exception's traceback."""
    return [frame.name for frame in traceback.extract_tb(error.__traceback__)]


def test_traceback_leads_to_the_implementation(registry: Registry[AppSpec]) -> None:
    """The traceback ends in the implementation; wrappers that let the exception pass do not make it longer."""

    def wrapper(**_: object) -> Generator[None, Sections, Sections]:
        return (yield)

    def frames_of_a_call() -> list[str]:
        for _ in range(2):  # the first one may be passed on, from a function that was compiled before
            with pytest.raises(ValueError, match="inside") as caught:
                registry.hook.sections(document="d")
        return frames(caught.value)

    @hookimpl.function(AppSpec.sections)
    def implementation(**_: object) -> list[str]:
        raise ValueError("inside")

    registry.register(plugin(implementation))
    registry.register(wrapping(wrapper), "one")
    through_one = frames_of_a_call()
    for name in ("two", "three"):
        registry.register(wrapping(wrapper), name)
    assert frames_of_a_call() == through_one
    assert through_one[-1] == "implementation"
    assert "wrapper" not in through_one
    assert len(through_one) == len(set(through_one))


def test_exception_raised_while_another_is_handled_keeps_its_context(registry: Registry[AppSpec]) -> None:
    """A call made while the host handles an exception does not cut off what a plugin's exception was raised from."""

    @hookimpl.function(AppSpec.sections)
    def sections(**_: object) -> list[str]:
        try:
            raise LookupError("first")
        except LookupError:
            raise ValueError("second")  # noqa: B904 - the context is what is looked at

    def wrapper(**_: object) -> Generator[None, Sections, Sections]:
        return (yield)

    registry.register(plugin(sections))
    registry.register(wrapping(wrapper), "wrapper")
    with pytest.raises(ValueError, match="second") as caught:
        try:
            raise OSError("handled by the host")
        except OSError:
            registry.hook.sections(document="d")
    assert repr(caught.value.__context__) == "LookupError('first')"


@pytest.mark.refcounts
@pytest.mark.parametrize("kind", [ValueError, StopIteration])
@pytest.mark.parametrize("ending", ["passes", "is replaced", "is swallowed", "ends in a second yield"])
def test_exception_leaves_no_cyclic_garbage(registry: Registry[AppSpec], kind: type[Exception], ending: str) -> None:
    """An exception that goes through three wrappers leaves nothing for the garbage collector."""

    def through(**_: object) -> Generator[None, Sections, Sections]:
        return (yield)

    def last(**_: object) -> Generator[None, Sections, Sections]:
        try:
            return (yield)
        except kind:
            if ending == "is replaced":
                raise LookupError from None
            if ending == "ends in a second yield":
                yield
            if ending == "is swallowed":
                return []
            raise

    @hookimpl.function(AppSpec.sections)
    def sections(**_: object) -> list[str]:
        raise kind("inside")

    registry.register(plugin(sections), "broken")
    for name, function in (("inner", through), ("middle", last), ("outer", through)):
        registry.register(wrapping(function), name)

    def call() -> None:
        try:
            registry.hook.sections(document="d")
        except Exception:
            pass

    call()
    while gc.collect():
        pass  # what is left of earlier tests may take several rounds
    gc.disable()
    try:
        call()
        assert gc.collect() == 0
    finally:
        gc.enable()
    assert sys.exception() is None
