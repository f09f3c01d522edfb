"""Random hook calls for the property tests, and a naive model of what each of them does.

A `Program` is data: a mode, implementations and wrappers, each with what it will do. `model` says what must come of
it, with recursion and plain `try` statements, sharing nothing with the package. `plugins_of` makes real plugins of
it. Both write down what happens in the same words, so that order and unwinding can be compared as well.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from anyio.lowlevel import checkpoint
from hypothesis import strategies as st
from plugins import plugin
from specs import SPECS

from pluginkit import WrapperError, hookimpl

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Generator


class Odd(BaseException):
    """An exception that is not an `Exception`."""


RAISED = (ValueError, StopIteration, GeneratorExit, KeyboardInterrupt, RuntimeError, Odd)
Log = list[tuple[Any, ...]]


class Plain(NamedTuple):
    """An implementation: it gives `answer`, or raises; that of an async hook may be `async def`."""

    answer: str | None
    raises: type[BaseException] | None
    group: Literal["", "tryfirst", "trylast"]
    is_async: bool


class Wrapper(NamedTuple):
    """A wrapper, with what it does before the others, and after them when they gave a result or raised.

    To `end` is to come to the end without a result; to `yield` is to do so once too often.
    """

    before: Literal["yield", "raise", "no yield"]
    on_result: Literal["return", "replace", "raise", "yield", "yield twice"]
    on_error: Literal["uncaught", "reraise", "replace", "end", "raise", "yield", "yield twice"]
    raises: type[BaseException]
    group: Literal["", "tryfirst", "trylast"]
    is_async: bool


class Program(NamedTuple):
    """A call of one hook. Members are in the order of registration; `errors` is what the hook does when one fails."""

    mode: Literal["collect", "firstresult", "pipeline"]
    members: tuple[Plain | Wrapper, ...]
    is_async: bool
    errors: Literal["raise", "skip", "group"]


GROUPS = st.sampled_from(["", "", "", "tryfirst", "trylast"])


def programs(*, is_async: bool) -> st.SearchStrategy[Program]:
    """Return a strategy for calls of sync hooks, or of async ones."""
    members = st.one_of(plains(is_async=is_async), wrappers(is_async=is_async))
    return st.builds(
        Program,
        mode=st.sampled_from(["collect", "firstresult", "pipeline"]),
        members=st.lists(members, max_size=8).map(tuple),
        is_async=st.just(is_async),
        errors=st.sampled_from(["raise", "skip", "group"]),
    )


def plains(*, is_async: bool) -> st.SearchStrategy[Plain]:
    """Return a strategy for implementations."""
    return st.builds(
        Plain,
        answer=st.sampled_from(["", "a", "b", None]),
        raises=st.sampled_from([None, None, None, None, *RAISED]),
        group=GROUPS,
        is_async=st.booleans() if is_async else st.just(value=False),
    )


def wrappers(*, is_async: bool) -> st.SearchStrategy[Wrapper]:
    """Return a strategy for wrappers."""
    return st.builds(
        Wrapper,
        before=st.sampled_from(["yield", "yield", "yield", "yield", "raise", "no yield"]),
        on_result=st.sampled_from(["return", "return", "replace", "raise", "yield", "yield twice"]),
        on_error=st.sampled_from(["uncaught", "reraise", "replace", "end", "raise", "yield", "yield twice"]),
        raises=st.sampled_from(RAISED),
        group=GROUPS,
        is_async=st.booleans() if is_async else st.just(value=False),
    )


def hook_of(program: Program) -> Any:
    """Return the hook that a program calls."""
    spec: Any = SPECS[program.is_async, program.errors]
    return {"collect": spec.sections, "firstresult": spec.render, "pipeline": spec.polish}[program.mode]


class Outcome(NamedTuple):
    """What came of a call: a result, or an exception with the plugins that its notes name; and what happened.

    `reports` has who failed, and with what, where the hook went on.
    """

    result: Any
    raised: tuple[Any, ...]
    notes: list[str]
    log: Log
    reports: Log


def described(error: BaseException) -> tuple[Any, ...]:
    """Return what identifies an exception: its type, and who raised it."""
    if isinstance(error, BaseExceptionGroup):
        return (type(error).__name__, *map(described, error.exceptions))
    if isinstance(error, WrapperError):
        return ("WrapperError", error.plugin_name, error.message)
    return (type(error).__name__, *map(str, error.args))


NOTHING: dict[str, Any] = {"collect": [], "firstresult": None, "pipeline": ""}
"""What a hook gives without implementations."""


def replacement(mode: str, name: str) -> Any:
    """Return the result by which a wrapper replaces another."""
    return [name] if mode == "collect" else name


# -- the model ---------------------------------------------------------------------------------------------------------


def in_call_order(program: Program, kind: type) -> list[tuple[str, Any]]:
    """Return members of one kind with their names, those of `tryfirst` first and so on, the latest first in each."""
    named = [(f"p{place}", member) for place, member in enumerate(program.members) if isinstance(member, kind)]
    return [each for group in ("tryfirst", "", "trylast") for each in reversed(named) if each[1].group == group]


def model(program: Program) -> Outcome:
    """Say what a call of the program gives."""
    log: Log = []
    reports: Log = []
    kept: list[BaseException] = []  # what is to be raised in a group
    culprit: list[str] = []  # who raised the exception that is on its way
    wrappers = in_call_order(program, Wrapper)

    def fail(kind: type[BaseException], name: str) -> BaseException:
        culprit[:] = [name]
        return kind(name)

    def fail_in(what: str, kind: type[BaseException], name: str) -> BaseException:
        error = fail(kind, name)  # PEP 479: nothing that is suspended can raise a StopIteration
        return RuntimeError(f"{what} raised StopIteration") if kind is StopIteration else error

    def broken(name: str, message: str) -> WrapperError:
        culprit.clear()  # the error names the plugin itself
        return WrapperError(message, name, "", "", "")

    def passes(error: BaseException) -> bool:
        return program.errors == "raise" or isinstance(error, (KeyboardInterrupt, GeneratorExit))

    def go_on(name: str, error: BaseException) -> None:
        if passes(error):
            raise error
        culprit.clear()
        if program.errors == "skip":
            reports.append((name, *described(error)))
        else:
            kept.append(error)

    def ask(name: str, member: Plain) -> None:
        if member.raises and not program.is_async:
            raise fail(member.raises, name)
        if member.raises:
            error = fail_in("coroutine", member.raises, name)
            if member.raises is StopIteration and not member.is_async:
                culprit.clear()  # it becomes another on its way out of our own coroutine
            raise error

    def inside() -> Any:
        result = combined()
        if kept:
            raise BaseExceptionGroup("", kept)
        return result

    def combined() -> Any:
        value, answers = "", []
        for name, member in in_call_order(program, Plain):
            log.append(("call", name, value) if program.mode == "pipeline" else ("call", name))
            try:
                ask(name, member)
            except BaseException as error:
                go_on(name, error)
                continue
            if member.answer is None:
                continue
            if program.mode == "firstresult":
                return member.answer
            answers.append(member.answer)
            value += member.answer
        return {"collect": answers, "firstresult": None, "pipeline": value}[program.mode]

    def finish(name: str, member: Wrapper, does: str) -> Any:
        if does == "raise":
            raise fail_in(f"{'async ' * member.is_async}generator", member.raises, name)
        if does in ("yield", "yield twice"):
            log.append(("closed", name))
            raise broken(name, f"yielded a {'third' if member.is_async else 'second'} time")
        if does == "end":
            return NOTHING[program.mode] if member.is_async else None
        return replacement(program.mode, name)

    def start(name: str, member: Wrapper) -> None:
        if member.before == "raise":
            raise fail_in(f"{'async ' * member.is_async}generator", member.raises, name)
        if member.before == "no yield":
            raise broken(name, "did not yield")

    def settle(name: str, member: Wrapper, does: str, pending: BaseException | None, result: Any) -> Any:
        before = culprit[:]
        try:
            return finish(name, member, does)
        except BaseException as error:
            if passes(error):
                raise
            if program.errors == "group" and not (pending and passes(pending)):
                culprit.clear()
                raise error if isinstance(error, BaseExceptionGroup) else BaseExceptionGroup("", [error]) from None
            reports.append((name, *described(error)))
        culprit[:] = before
        if pending:
            raise pending
        return result

    def around(depth: int) -> Any:
        if depth == len(wrappers):
            return inside()
        name, member = wrappers[depth]
        log.append(("start", name))
        try:
            start(name, member)
        except BaseException as error:
            go_on(name, error)
            return around(depth + 1)
        try:
            result = around(depth + 1)
        except BaseException as error:
            log.append(("error", name, *described(error)))
            if member.on_error in ("uncaught", "reraise"):
                raise
            return settle(name, member, member.on_error, error, None)
        log.append(("result", name, repr(result)))
        return result if member.on_result == "return" else settle(name, member, member.on_result, None, result)

    try:
        return Outcome(around(0), (), [], log, reports)
    except BaseException as error:
        return Outcome(None, described(error), culprit, log, reports)


# -- the real thing ----------------------------------------------------------------------------------------------------


def plugins_of(program: Program, log: Log) -> list[tuple[str, object]]:
    """Return a plugin with its name for each member of the program; they write what they do into `log`."""
    made = []
    for place, member in enumerate(program.members):
        name = f"p{place}"
        options: dict[str, Any] = {member.group: True} if member.group else {}
        function: Callable[..., Any]
        if isinstance(member, Wrapper):
            function = (async_wrapper if member.is_async else wrapper)(program, name, member, log)
            options["wrapper"] = True
        else:
            function = (async_plain if member.is_async else plain)(program, name, member, log)
        made.append((name, plugin(hookimpl.function(hook_of(program), **options)(function))))
    return made


def plain(program: Program, name: str, member: Plain, log: Log) -> Callable[..., Any]:
    """Return an implementation that does what `member` says."""

    def implementation(**arguments: Any) -> str | None:
        log.append(("call", name, arguments["text"]) if program.mode == "pipeline" else ("call", name))
        if member.raises:
            raise member.raises(name)
        if program.mode == "pipeline" and member.answer is not None:
            return str(arguments["text"] + member.answer)
        return member.answer

    return implementation


def async_plain(program: Program, name: str, member: Plain, log: Log) -> Callable[..., Coroutine[Any, Any, str | None]]:
    """Return an implementation that does what `member` says, and awaits something before it does."""
    does = plain(program, name, member, log)

    async def implementation(**arguments: Any) -> str | None:
        await checkpoint()
        answer: str | None = does(**arguments)
        return answer

    return implementation


def wrapper(program: Program, name: str, member: Wrapper, log: Log) -> Callable[..., Any]:
    """Return a wrapper that does what `member` says.

    It is one flat generator: `yield from` would not hand a GeneratorExit on as what it is.
    """

    def after(does: str) -> Any:
        if does == "raise":
            raise member.raises(name)
        if does == "end":
            return None
        return replacement(program.mode, name)

    def implementation(**_: Any) -> Generator[None, Any, Any]:
        log.append(("start", name))
        if member.before == "raise":
            raise member.raises(name)
        if member.before == "no yield":
            return None
        try:
            result = yield
        except BaseException as error:
            log.append(("error", name, *described(error)))
            if member.on_error in ("reraise", "uncaught"):
                raise
            does = member.on_error
        else:
            log.append(("result", name, repr(result)))
            does = member.on_result
        if does == "return":
            return result
        if not does.startswith("yield"):
            return after(does)
        try:
            yield
        finally:
            log.append(("closed", name))
            if does == "yield twice":
                yield

    def without_except(**_: Any) -> Generator[None, Any, Any]:
        log.append(("start", name))
        handled = sys.exception()
        try:
            result = yield
        finally:
            error = sys.exception()
            log.append(
                ("result", name, repr(result)) if error is handled else ("error", name, *described(error or handled))
            )
        return result if member.on_result == "return" else after(member.on_result)

    simple = member.before == "yield" and member.on_result in ("return", "replace", "raise")
    return without_except if member.on_error == "uncaught" and simple else implementation


def async_wrapper(program: Program, name: str, member: Wrapper, log: Log) -> Callable[..., AsyncGenerator[Any, Any]]:
    """Return an async wrapper that does what `member` says, and awaits something wherever it runs."""

    async def implementation(**_: Any) -> AsyncGenerator[Any, Any]:
        log.append(("start", name))
        await checkpoint()
        if member.before == "raise":
            raise member.raises(name)
        if member.before == "no yield":
            return
        try:
            result = yield
        except BaseException as error:
            log.append(("error", name, *described(error)))
            await checkpoint()
            if member.on_error in ("reraise", "uncaught"):
                raise
            does = member.on_error
        else:
            log.append(("result", name, repr(result)))
            does = member.on_result
        if does == "raise":
            raise member.raises(name)
        if does in ("return", "end"):
            return
        yield replacement(program.mode, name)
        await checkpoint()
        if does == "replace":
            return
        try:
            yield
        finally:
            log.append(("closed", name))
            if does == "yield twice":
                yield

    return implementation
