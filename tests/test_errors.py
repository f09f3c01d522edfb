"""The exceptions: what they are, what they keep, and how they show."""

from __future__ import annotations

import pickle
import traceback
from inspect import signature

import pytest
from plugins import lines

from pluginkit import HookCallError, HookSpecError, PluginkitError, PluginValidationError, Problem, WrapperError
from pluginkit._errors import closest

FULL = Problem(
    "unknown parameter 'nam'",
    hook="GreetSpec.greet",
    hook_signature="GreetSpec.greet(self, *, name: str) -> str",
    implementation_signature="Polite.greet(self, nam: str) -> str",
    location="polite.py:7",
    hint="did you mean 'name'?",
    code="PK101",
)
HOOK_FIELDS = ("is not a hook", "GreetSpec.greet", "GreetSpec.greet(self)", "hooks.py:3", "mark it", "PK207")
ERRORS = [
    PluginkitError("anything"),
    HookSpecError(*HOOK_FIELDS),
    HookSpecError("is not a Protocol class", "Greet", hint="derive it directly from 'Protocol'"),
    HookCallError(*HOOK_FIELDS),
    PluginValidationError("polite", (FULL,)),
    PluginValidationError("polite", (FULL, Problem("the name is taken", code="PK401")), "polite-plugin 1.0"),
    WrapperError("did not yield", "timer", "AppSpec.run", "timer.py:7", "yield exactly once", "PK601"),
]


def fields(error: BaseException) -> dict[str, object]:
    """Return what an error keeps, with its problems as dictionaries of their own."""
    kept = dict(vars(error))
    problems = kept.pop("problems", ())
    return {**kept, "problems": [{name: getattr(each, name) for name in Problem.__slots__} for each in problems]}


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (HookSpecError, TypeError),
        (PluginValidationError, ValueError),
        (HookCallError, TypeError),
        (WrapperError, RuntimeError),
    ],
)
def test_each_error_is_a_pluginkit_error_and_a_builtin_one(error: type, builtin: type) -> None:
    """Each error can be caught as a `PluginkitError`, and as the built-in error that it is a case of."""
    assert error.__bases__[-1] is builtin
    assert issubclass(error, PluginkitError)


@pytest.mark.parametrize("error", ERRORS, ids=str)
def test_an_error_shows_where_it_is_imported_from(error: PluginkitError) -> None:
    """A traceback names the errors as hosts import them."""
    assert traceback.format_exception_only(error)[0].startswith(f"pluginkit.{type(error).__name__}: ")


def test_the_errors_are_told_apart() -> None:
    """No error of pluginkit is another one of them, so that each can be caught alone."""
    kinds = [HookSpecError, PluginValidationError, HookCallError, WrapperError]
    assert [(a, b) for a in kinds for b in kinds if a is not b and issubclass(a, b)] == []


@pytest.mark.parametrize("error", ERRORS, ids=str)
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_an_error_survives_pickling(error: PluginkitError, protocol: int) -> None:
    """An error that was pickled and read again has the same fields and the same text."""
    again = pickle.loads(pickle.dumps(error, protocol))  # noqa: S301 - the test wrote it itself
    assert type(again) is type(error)
    assert fields(again) == fields(error)
    assert str(again) == str(error)


@pytest.mark.parametrize("error", ERRORS[1:], ids=str)
def test_the_arguments_of_an_error_are_its_fields(error: PluginkitError) -> None:
    """What an error says can be read from its fields, which are its arguments too, also where they were left out."""
    assert error.args == tuple(getattr(error, name) for name in signature(type(error)).parameters)


def test_a_problem_with_a_message_only_is_one_line() -> None:
    """A problem of which only the message is known is shown as that message."""
    assert str(Problem("the name is taken")) == "the name is taken"


def test_a_problem_shows_everything_it_knows() -> None:
    """A problem begins with its hook; below are both signatures, aligned, the place, and the hint."""
    assert str(FULL) == lines(
        "GreetSpec.greet: unknown parameter 'nam' [PK101]",
        "  hook            GreetSpec.greet(self, *, name: str) -> str",
        "  implementation  Polite.greet(self, nam: str) -> str",
        "  at              polite.py:7",
        "  Hint: did you mean 'name'?",
    )


def test_what_a_problem_does_not_know_is_left_out() -> None:
    """A problem without a signature aligns the others among themselves."""
    problem = Problem("is marked as a method", hook_signature="GreetSpec.greet(self)", location="polite.py:7")
    assert str(problem) == lines(
        "is marked as a method",
        "  hook  GreetSpec.greet(self)",
        "  at    polite.py:7",
    )


def test_a_problem_is_recognised_in_a_list() -> None:
    """The repr of a problem has its message."""
    assert repr(FULL) == "<Problem \"unknown parameter 'nam'\">"


def test_an_error_with_one_problem() -> None:
    """An error with one problem shows it after the plugin's name."""
    assert str(PluginValidationError("polite", (FULL,))) == lines(
        "plugin 'polite': GreetSpec.greet: unknown parameter 'nam' [PK101]",
        "  hook            GreetSpec.greet(self, *, name: str) -> str",
        "  implementation  Polite.greet(self, nam: str) -> str",
        "  at              polite.py:7",
        "  Hint: did you mean 'name'?",
    )


def test_an_error_with_several_problems() -> None:
    """An error with several problems counts them, and shows each below, after an empty line."""
    error = PluginValidationError(
        "polite", (Problem("the name is taken", hint="choose another name", code="PK401"), FULL)
    )
    assert str(error) == lines(
        "plugin 'polite': 2 problems",
        "",
        "  the name is taken [PK401]",
        "    Hint: choose another name",
        "",
        "  GreetSpec.greet: unknown parameter 'nam' [PK101]",
        "    hook            GreetSpec.greet(self, *, name: str) -> str",
        "    implementation  Polite.greet(self, nam: str) -> str",
        "    at              polite.py:7",
        "    Hint: did you mean 'name'?",
    )


def test_an_error_names_the_distribution() -> None:
    """Where the plugin's distribution is known, it is shown after the plugin's name."""
    error = PluginValidationError("polite", (Problem("the name is taken", code="PK401"),), "polite-plugin 1.0")
    assert str(error) == "plugin 'polite' of polite-plugin 1.0: the name is taken [PK401]"


@pytest.mark.parametrize("error", [HookSpecError, HookCallError])
def test_an_error_about_a_hook(error: type[HookSpecError | HookCallError]) -> None:
    """An error about a hook begins with it; below are its signature, its place, and the hint."""
    assert str(error(*HOOK_FIELDS)) == lines(
        "GreetSpec.greet is not a hook [PK207]",
        "  hook  GreetSpec.greet(self)",
        "  at    hooks.py:3",
        "  Hint: mark it",
    )


@pytest.mark.parametrize("error", [HookSpecError, HookCallError])
def test_an_error_about_a_hook_of_which_little_is_known(error: type[HookSpecError | HookCallError]) -> None:
    """An error about a hook leaves out what is not known."""
    assert str(error("is not a hook", "GreetSpec.greet")) == "GreetSpec.greet is not a hook"


def test_a_wrapper_error_names_its_place() -> None:
    """An error of a wrapper names the hook, the plugin, the place, and what a wrapper has to do."""
    assert str(
        WrapperError("did not yield", "timer", "AppSpec.run", "timer.py:7", "yield exactly once", "PK601")
    ) == lines(
        "AppSpec.run: the wrapper of plugin 'timer' did not yield [PK601]",
        "  at  timer.py:7",
        "  Hint: yield exactly once",
    )


def test_the_closest_name_is_suggested() -> None:
    """The hint has the existing name that is most like the wrong one."""
    assert closest("nam", {"name", "format", "game"}) == "did you mean 'name'?"


@pytest.mark.parametrize("candidates", [(), ("verbose", "width")])
def test_no_name_is_suggested_where_none_is_like_it(candidates: tuple[str, ...]) -> None:
    """Where no name is like the wrong one, there is no hint."""
    assert closest("nam", candidates) == ""
