"""Random hook calls for the property tests, and a naive model of what each of them does.

A `Program` is data: a mode, implementations and wrappers, each with what it will do. `model` says what must come of
it, with recursion and plain `try` statements, sharing nothing with the package. `plugins_of` makes real plugins of
it. Both write down what happens in the same words, so that order and unwinding can be compared as well.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from hypothesis import strategies as st
from plugins import plugin
from specs import AppSpec

from pluginkit import WrapperError, hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


class Odd(BaseException):
    """An exception that is no `Exception`."""


RAISED = (ValueError, StopIteration, GeneratorExit, KeyboardInterrupt, RuntimeError, Odd)
Log = list[tuple[str, ...]]


class Plain(NamedTuple):
    """An implementation: it gives `answer`, or raises."""

    answer: str | None
    raises: type[BaseException] | None
    group: Literal["", "tryfirst", "trylast"]


class Wrapper(NamedTuple):
    """A wrapper, with what it does before the others, and after them when they gave a result or raised."""

    before: Literal["yield", "raise", "no yield"]
    on_result: Literal["return", "replace", "raise", "yield", "yield twice"]
    on_error: Literal["uncaught", "reraise", "swallow", "raise", "yield", "yield twice"]
    raises: type[BaseException]
    group: Literal["", "tryfirst", "trylast"]


class Program(NamedTuple):
    """A call of one hook. Members are in the order of registration."""

    mode: Literal["collect", "firstresult", "pipeline"]
    members: tuple[Plain | Wrapper, ...]


GROUPS = st.sampled_from(["", "", "", "tryfirst", "trylast"])
PLAINS = st.builds(
    Plain,
    answer=st.sampled_from(["", "a", "b", None]),
    raises=st.sampled_from([None, None, None, None, *RAISED]),
    group=GROUPS,
)
WRAPPERS = st.builds(
    Wrapper,
    before=st.sampled_from(["yield", "yield", "yield", "yield", "raise", "no yield"]),
    on_result=st.sampled_from(["return", "return", "replace", "raise", "yield", "yield twice"]),
    on_error=st.sampled_from(["uncaught", "reraise", "swallow", "raise", "yield", "yield twice"]),
    raises=st.sampled_from(RAISED),
    group=GROUPS,
)
PROGRAMS = st.builds(
    Program,
    mode=st.sampled_from(["collect", "firstresult", "pipeline"]),
    members=st.lists(st.one_of(PLAINS, WRAPPERS), max_size=8).map(tuple),
)

HOOKS: dict[str, Any] = {"collect": AppSpec.sections, "firstresult": AppSpec.render, "pipeline": AppSpec.polish}


class Outcome(NamedTuple):
    """What came of a call: a result, or an exception with the plugins that its notes name; and what happened."""

    result: Any
    raised: tuple[str, ...]
    notes: list[str]
    log: Log


def described(error: BaseException) -> tuple[str, ...]:
    """Return what identifies an exception: its type, and who raised it."""
    if isinstance(error, WrapperError):
        return ("WrapperError", error.plugin_name, error.message)
    return (type(error).__name__, *map(str, error.args))


def replacement(mode: str, name: str) -> Any:
    """Return the result that a wrapper puts in the place of another."""
    return [name] if mode == "collect" else name


# -- the model ---------------------------------------------------------------------------------------------------------


def in_call_order(program: Program, kind: type) -> list[tuple[str, Any]]:
    """Return members of one kind with their names, those of `tryfirst` first and so on, the latest first in each."""
    named = [(f"p{place}", member) for place, member in enumerate(program.members) if isinstance(member, kind)]
    return [each for group in ("tryfirst", "", "trylast") for each in reversed(named) if each[1].group == group]


def model(program: Program) -> Outcome:
    """Say what a call of the program gives."""
    log: Log = []
    culprit: list[str] = []  # who raised the exception that is on its way
    wrappers = in_call_order(program, Wrapper)

    def fail(kind: type[BaseException], name: str) -> BaseException:
        culprit[:] = [name]
        return kind(name)

    def fail_in_generator(kind: type[BaseException], name: str) -> BaseException:
        if kind is StopIteration:  # PEP 479: no generator can raise one
            fail(kind, name)
            return RuntimeError("generator raised StopIteration")
        return fail(kind, name)

    def broken(name: str, message: str) -> WrapperError:
        culprit.clear()  # the error names the plugin itself
        return WrapperError(message, name, "", "", "")

    def combined() -> Any:
        value, answers = "", []
        for name, member in in_call_order(program, Plain):
            log.append(("call", name, value) if program.mode == "pipeline" else ("call", name))
            if member.raises:
                raise fail(member.raises, name)
            if member.answer is None:
                continue
            if program.mode == "firstresult":
                return member.answer
            answers.append(member.answer)
            value += member.answer
        return {"collect": answers, "firstresult": None, "pipeline": value}[program.mode]

    def finish(name: str, member: Wrapper, does: str) -> Any:
        if does == "raise":
            raise fail_in_generator(member.raises, name)
        if does in ("yield", "yield twice"):
            log.append(("closed", name))
            raise broken(name, "yielded a second time")
        return replacement(program.mode, name)

    def around(depth: int) -> Any:
        if depth == len(wrappers):
            return combined()
        name, member = wrappers[depth]
        log.append(("start", name))
        if member.before == "raise":
            raise fail_in_generator(member.raises, name)
        if member.before == "no yield":
            raise broken(name, "did not yield")
        try:
            result = around(depth + 1)
        except BaseException as error:
            log.append(("error", name, *described(error)))
            if member.on_error in ("uncaught", "reraise"):
                raise
            return finish(name, member, member.on_error)
        log.append(("result", name, repr(result)))
        return result if member.on_result == "return" else finish(name, member, member.on_result)

    try:
        return Outcome(around(0), (), [], log)
    except BaseException as error:
        return Outcome(None, described(error), culprit, log)


# -- the real thing ----------------------------------------------------------------------------------------------------


def plugins_of(program: Program, log: Log) -> list[tuple[str, object]]:
    """Return a plugin with its name for each member of the program; they write what they do into `log`."""
    made = []
    for place, member in enumerate(program.members):
        name = f"p{place}"
        options: dict[str, Any] = {member.group: True} if member.group else {}
        if isinstance(member, Wrapper):
            function = wrapper_function(program, name, member, log)
            options["wrapper"] = True
        else:
            function = plain_function(program, name, member, log)
        made.append((name, plugin(hookimpl.function(HOOKS[program.mode], **options)(function))))
    return made


def plain_function(program: Program, name: str, member: Plain, log: Log) -> Callable[..., Any]:
    """Return an implementation that does what `member` says."""

    def implementation(**arguments: Any) -> str | None:
        log.append(("call", name, arguments["text"]) if program.mode == "pipeline" else ("call", name))
        if member.raises:
            raise member.raises(name)
        if program.mode == "pipeline" and member.answer is not None:
            return str(arguments["text"] + member.answer)
        return member.answer

    return implementation


def wrapper_function(program: Program, name: str, member: Wrapper, log: Log) -> Callable[..., Any]:
    """Return a wrapper that does what `member` says.

    It is one flat generator: `yield from` would not hand a GeneratorExit on as what it is.
    """

    def after(does: str) -> Any:
        if does == "raise":
            raise member.raises(name)
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
