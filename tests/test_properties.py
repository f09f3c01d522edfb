"""Random calls do what a naive model says: the same result or exception, and the same unwinding."""

from __future__ import annotations

from hypothesis import given
from programs import PROGRAMS, Log, Outcome, Program, described, model, plugins_of
from specs import AppSpec

from pluginkit import Registry


def run(program: Program) -> Outcome:
    """Run a program for real."""
    log: Log = []
    registry = Registry(AppSpec)
    for name, plugin in plugins_of(program, log):
        registry.register(plugin, name)
    calls = {
        "collect": lambda: registry.hook.sections(document=""),
        "firstresult": lambda: registry.hook.render(document=""),
        "pipeline": lambda: registry.hook.polish(text=""),
    }
    try:
        return Outcome(calls[program.mode](), (), [], log)
    except BaseException as error:
        named = [note.split("'")[1] for note in getattr(error, "__notes__", ())]
        return Outcome(None, described(error), named, log)


@given(PROGRAMS)
def test_call_does_what_the_model_says(program: Program) -> None:
    """A call gives the result, the exception, its attribution and the order of effects that the model gives."""
    assert run(program) == model(program)


@given(PROGRAMS)
def test_every_started_wrapper_is_resumed_once_in_reverse(program: Program) -> None:
    """Every wrapper that has yielded is resumed exactly once, the last one started first."""
    log = run(program).log
    started = [entry[1] for entry in log if entry[0] == "start"]
    resumed = [entry[1] for entry in log if entry[0] in ("result", "error")]
    yielded = [name for name in started if program.members[int(name[1:])].before == "yield"]
    assert resumed == yielded[::-1]
