"""The one loop that calls implementations, safe around wrappers, and nothing else.

A wrapper that has yielded is always resumed, in reverse order, whatever happened inside it. From one to the next goes
a result, or a pending exception. The exception is held in a list, `failure`, that is emptied before it is
out of the call: no frame of its traceback keeps it alive, and nothing is left for the garbage collector.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from types import TracebackType
from typing import Any, NoReturn, TypeAlias

from pluginkit._call.modes import MODES, Arguments, Calls
from pluginkit._call.order import Snapshot
from pluginkit._declare.impl import HookImpl
from pluginkit._declare.spec import BaseSpec
from pluginkit._errors import WrapperError

Started: TypeAlias = list[tuple[HookImpl, Generator[Any, Any, Any]]]  # wrappers
Ask: TypeAlias = Callable[[HookImpl, Arguments], Any]  # how an implementation is asked for its answer

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows


def call_implementation(impl: HookImpl, arguments: Arguments) -> Any:
    """Call one implementation with those of the arguments that it takes. What it raises is noted to be its own."""
    names, rest = impl.taken
    taken = arguments if rest else {name: arguments[name] for name in names}
    try:
        return impl.function(**taken)
    except BaseException as exc:
        attribute(exc, impl)
        raise


def call_hook(spec: BaseSpec, snapshot: Snapshot, arguments: Arguments, ask: Ask = call_implementation) -> Any:
    """Run the implementations of a hook, within its wrappers, and return what they give together.

    Args:
        spec: The hook, which says how answers are combined.
        snapshot: What runs.
        arguments: All of the hook's arguments.
        ask: How to call an implementation that is not a wrapper.
    """

    def inside() -> Any:
        return drive(MODES[spec.mode](spec, snapshot.implementations, arguments), ask)

    return call_wrapped(snapshot.wrappers, inside, arguments) if snapshot.wrappers else inside()


def drive(calls: Calls, ask: Ask) -> Any:
    """Make the calls of a mode, and return its result."""
    answer: Any = None
    while True:
        try:
            impl, arguments = calls.send(answer)
        except StopIteration as stop:
            return stop.value
        answer = ask(impl, arguments)


def attribute(exc: BaseException, impl: HookImpl) -> None:
    """Note on an exception in which implementation it arose."""
    add_note(exc, note_of(impl))


def note_of(impl: HookImpl) -> str:
    """Return the note that an exception gets in an implementation."""
    return f"in hook {impl.spec.qualified_name}, plugin '{impl.plugin_name}' ({impl.location})"


def add_note(exc: BaseException, note: str) -> None:
    """Add a note to an exception that does not have it yet."""
    try:
        if note not in getattr(exc, "__notes__", ()):
            exc.add_note(note)
    except Exception:  # noqa: S110 - some take no note, such as frozen dataclasses: better raised than replaced
        pass


class Style:
    """How the loop reports faults of wrappers; the layer for pluggy words its errors differently."""

    def attribute(self, exc: BaseException, owner: Any) -> None:
        """Note on an exception which wrapper raised it."""
        attribute(exc, owner)

    def yielded_again(
        self, owner: Any, failure: list[BaseException], closing: BaseException | None, /
    ) -> BaseException:
        """Return the exception to continue with after a wrapper that has yielded twice."""
        return yielded_again(owner, "second", failure, closing)


NATIVE = Style()


def unwind(
    started: list[tuple[Any, Generator[Any, Any, Any]]],
    result: Any,
    failure: list[BaseException],
    style: Style = NATIVE,
) -> Any:
    """Resume all wrappers that have yielded, the last one first; each comes with what `style` knows it by.

    A wrapper is taken off the list once it has ended. After an interrupt this can be called again.
    """
    while started:
        owner, generator = started[-1]
        if failure:
            if getattr(generator, "gi_suspended", True):  # else it has not begun, or has ended
                result = resume(owner, generator, result, failure, style)
            started.pop()
            continue
        try:  # what `resume` does where nothing has failed, without the cost of calling it
            generator.send(result)
        except StopIteration as stop:
            result = stop.value
        except BaseException as exc:
            record_failure(below(exc), owner, failure, None, style)
            if getattr(generator, "gi_suspended", False):  # interrupted before it was resumed
                continue
        else:
            failure.append(style.yielded_again(owner, failure, close(generator)))
        started.pop()
    return result


def begin(impl: HookImpl, arguments: Arguments, started: Started) -> None:
    """Make the generator of a wrapper, and run it up to its `yield`."""
    generator = expect_generator(call_implementation(impl, arguments), impl)
    started.append((impl, generator))  # before it runs, and may be interrupted right after its `yield`
    start(impl, generator)


def call_wrapped(
    wrappers: tuple[HookImpl, ...],
    inside: Callable[[], Any],
    arguments: Arguments,
    *,
    begin: Callable[[HookImpl, Arguments, Started], None] = begin,
    unwind: Callable[[Started, Any, list[BaseException]], Any] = unwind,
) -> Any:
    """Run something within wrappers; a hook that goes on when one fails begins and resumes them in its own way."""
    started: Started = []
    failure: list[BaseException] = []  # the pending exception, if there is one
    result: Any = None
    try:
        try:
            for impl in wrappers:
                begin(impl, arguments, started)
            result = inside()
        except BaseException as exc:
            failure.append(below(exc))
        result = unwind(started, result, failure)
    except BaseException as exc:  # an interrupt between two steps of this: what has yielded is resumed with it
        failure[:] = [below(exc)]
    if started:
        result = unwind(started, None, failure)
    if failure:
        reraise(failure)
    return result


def reraise(failure: list[BaseException]) -> NoReturn:
    """Raise the pending exception, as it is."""
    context = failure[0].__context__
    try:
        raise failure[0]
    finally:
        # Raised while the host handles an exception, this one has lost its context: restore it. An
        # exception may be frozen; none overrides how `object` sets this attribute.
        object.__setattr__(failure.pop(), "__context__", context)
        del context


def expect_generator(made: Generator[Any, Any, Any] | None, impl: HookImpl) -> Generator[Any, Any, Any]:
    """Return what a wrapper has made, if it is a generator: a decorator may have made something else of it."""
    if isinstance(made, Generator):
        return made
    error = TypeError(f"a wrapper makes a generator, and this one has made {made!r}")
    attribute(error, impl)
    raise error


def start(impl: HookImpl, generator: Generator[Any, Any, Any]) -> None:
    """Run a wrapper up to its `yield`."""
    try:
        next(generator)
    except StopIteration:
        raise wrapper_error(impl, "did not yield") from None
    except BaseException as exc:
        attribute(exc, impl)
        raise


def resume(
    owner: Any,
    generator: Generator[Any, Any, Any],
    result: Any,
    failure: list[BaseException],
    style: Style = NATIVE,
) -> Any:
    """Run a wrapper from its `yield` to its end, and return the result; `failure` is brought up to date."""
    origin = failure[0].__traceback__ if failure else None
    try:
        if failure:
            generator.throw(failure[0])
        else:
            generator.send(result)
    except StopIteration as stop:
        failure.clear()
        return stop.value
    except BaseException as exc:
        record_failure(below(exc), owner, failure, origin, style)
    else:
        failure[:] = [style.yielded_again(owner, failure, close(generator))]
        return None
    if getattr(generator, "gi_suspended", False):  # interrupted before it was resumed
        return resume(owner, generator, result, failure, style)
    return None


def record_failure(
    exc: BaseException,
    owner: Any,
    failure: list[BaseException],
    origin: TracebackType | None,
    style: Style = NATIVE,
) -> None:
    """Bring `failure` up to date after a wrapper has raised: it let an exception through, or it raised its own."""
    if failure and _is_same(exc, failure[0]):
        failure[0].with_traceback(origin)  # without the frames it has passed through on its way
    else:
        style.attribute(exc, owner)
        failure[:] = [exc]


# Python replaces a StopIteration that leaves a generator, and a StopAsyncIteration that leaves an async generator.
_REPLACED = (
    ["generator raised StopIteration"],
    ["async generator raised StopIteration"],
    ["async generator raised StopAsyncIteration"],
)


def _is_same(raised: BaseException, thrown: BaseException) -> bool:
    """Tell whether a wrapper let an exception through, whatever Python has made of it on its way."""
    if raised is thrown:
        return True
    replaced = type(raised) is RuntimeError and raised.__cause__ is thrown
    return replaced and [each for each in raised.args if type(each) is str] in _REPLACED


def close(generator: Generator[Any, Any, Any]) -> BaseException | None:
    """Close a wrapper that has yielded again, and return what it raises if it yields again or its cleanup fails.

    No frame that is active here may keep an exception: frames of the wrapper lead back to it, and make a cycle.
    """
    try:
        generator.close()
    except BaseException as exc:
        return below(exc)
    return None


def yielded_again(
    impl: HookImpl, times: str, failure: list[BaseException], closing: BaseException | None
) -> BaseException:
    """Return the exception to continue with after a wrapper that has yielded again, and may have failed to close."""
    if closing is not None and not isinstance(closing, Exception):
        return closing
    error = wrapper_error(impl, f"yielded a {times} time")
    if closing is not None:
        error.__cause__ = closing
    error.__context__ = failure[0] if failure else None
    return error


def wrapper_error(impl: HookImpl, message: str) -> WrapperError:
    hint = "yield exactly once, whatever happens inside"
    if impl.spec.is_async:
        hint = "yield once, whatever happens inside; an async wrapper may replace the result with a second yield"
    code = "PK601" if message == "did not yield" else "PK602"
    return WrapperError(message, impl.plugin_name, impl.spec.qualified_name, impl.location, hint, code)


def below(exc: BaseException) -> BaseException:
    """Return an exception with its traceback as it was before the frame that caught it."""
    traceback = exc.__traceback__
    return exc.with_traceback(traceback and traceback.tb_next)
