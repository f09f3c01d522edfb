"""Random calls and random lives of plugins do what naive models say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from plugins import state
from programs import Log, Outcome, Program, described, model, plugins_of, programs
from specs import SPECS, AppSpec

from pluginkit import Failure, PluginValidationError, Registration, Registry, hookimpl

pytestmark = pytest.mark.usefixtures("tier")


def call(program: Program, log: Log, reports: Log) -> Any:
    """Call the hook of a program, with its plugins registered."""

    def report(failure: Failure) -> None:
        reports.append((failure.plugin_name, *described(failure.error)))

    spec: Any = SPECS[program.is_async, program.errors]
    registry: Registry[Any] = Registry(spec, on_error=report)
    for name, plugin in plugins_of(program, log):
        registry.register(plugin, name)
    hook = registry.hook
    if program.mode == "pipeline":
        return hook.polish(text="")
    return hook.sections(document="") if program.mode == "collect" else hook.render(document="")


def failed(error: BaseException, log: Log, reports: Log) -> Outcome:
    """Return the outcome of a call that has raised."""
    return Outcome(
        None, described(error), [note.split("'")[1] for note in getattr(error, "__notes__", ())], log, reports
    )


def run(program: Program) -> Outcome:
    """Run a program for real."""
    log: Log = []
    reports: Log = []
    try:
        return Outcome(call(program, log, reports), (), [], log, reports)
    except BaseException as error:
        return failed(error, log, reports)


def run_async(program: Program, library: str) -> Outcome:
    """Run a program of an async hook for real, under asyncio or Trio."""
    log: Log = []
    reports: Log = []

    async def main() -> Outcome:
        try:
            return Outcome(await call(program, log, reports), (), [], log, reports)
        except BaseException as error:
            return failed(error, log, reports)

    return anyio.run(main, backend=library)


@pytest.mark.parametrize("library", ["asyncio", "trio"])
@given(programs(is_async=True))
def test_async_call_does_what_the_model_says(library: str, program: Program) -> None:
    """A call of an async hook does what the model says, under asyncio and under Trio."""
    assert run_async(program, library) == model(program)


@given(programs(is_async=False))
def test_call_does_what_the_model_says(program: Program) -> None:
    """A call gives the result, the exception, its attribution and the order of effects that the model gives."""
    assert run(program) == model(program)


@given(programs(is_async=False))
def test_every_started_wrapper_is_resumed_once_in_reverse(program: Program) -> None:
    """Every wrapper that has yielded is resumed exactly once, the last one started first."""
    log = run(program).log
    started = [entry[1] for entry in log if entry[0] == "start"]
    resumed = [entry[1] for entry in log if entry[0] in ("result", "error")]
    yielded = [name for name in started if program.members[int(name[1:])].before == "yield"]
    assert resumed == yielded[::-1]


class Listener:
    """A plugin that answers with its number, and receives historic calls."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.heard: list[str] = []

    @hookimpl(AppSpec.sections)
    def sections(self, **_: object) -> list[str]:
        return [str(self.number)]

    @hookimpl(AppSpec.configured)
    def configured(self, options: dict[str, str]) -> None:
        self.heard.append(options["call"])


NAMES = st.sampled_from(["a", "b", "c", "d"])


class Lifecycle(RuleBasedStateMachine):
    """Plugins come, go, are replaced and blocked in any order; a dictionary is the model."""

    def __init__(self) -> None:
        super().__init__()
        self.registry = Registry(AppSpec)
        self.present: dict[str, Listener] = {}
        self.blocked: set[str] = set()
        self.calls: list[str] = []
        self.heard: dict[Listener, list[str]] = {}
        self.handles: list[tuple[Registration, Listener]] = []
        self.count = 0

    def new(self) -> Listener:
        """Return a plugin that has not been used."""
        self.count += 1
        return Listener(self.count)

    def came(self, listener: Listener) -> None:
        """Note that a plugin was registered, and so receives all calls."""
        self.heard[listener] = list(self.calls)

    @rule(name=NAMES)
    def register(self, name: str) -> None:
        listener = self.new()
        if name in self.present or name in self.blocked:
            self.refused(lambda: self.registry.register(listener, name))
        else:
            self.handles.append((self.registry.register(listener, name), listener))
            self.present[name] = listener
            self.came(listener)

    @rule(name=NAMES)
    def register_again(self, name: str) -> None:
        if name in self.present:
            self.refused(lambda: self.registry.register(self.present[name], "new name"))

    @rule(name=NAMES)
    def replace(self, name: str) -> None:
        listener = self.new()
        if name in self.present:
            self.handles.append((self.registry.replace(name, listener), listener))
            self.present[name] = listener
            self.came(listener)
        else:
            self.refused(lambda: self.registry.replace(name, listener))

    @rule(name=NAMES, by_object=st.booleans())
    def unregister(self, name: str, *, by_object: bool) -> None:
        if name in self.present:
            listener = self.present.pop(name)
            assert self.registry.unregister(listener if by_object else name) is listener
        else:
            self.refused(lambda: self.registry.unregister(name))

    @precondition(lambda self: self.handles)
    @rule(data=st.data())
    def close(self, data: st.DataObject) -> None:
        handle, listener = data.draw(st.sampled_from(self.handles))
        handle.close()
        if self.present.get(handle.name) is listener:
            del self.present[handle.name]

    @rule(name=NAMES)
    def block(self, name: str) -> None:
        self.registry.set_blocked(name)
        self.blocked.add(name)
        self.present.pop(name, None)

    @rule(name=NAMES)
    def unblock(self, name: str) -> None:
        assert self.registry.unblock(name) == (name in self.blocked)
        self.blocked.discard(name)

    @rule()
    def call_historic(self) -> None:
        call = f"call {len(self.calls)}"
        self.registry.hook.configured.call_historic(options={"call": call})
        self.calls.append(call)
        for listener in self.present.values():
            self.heard[listener].append(call)

    def refused(self, operation: Callable[[], object]) -> None:
        """Expect that an operation is refused and changes nothing."""
        known = state(self.registry)
        with pytest.raises(PluginValidationError):
            operation()
        assert state(self.registry) == known

    @invariant()
    def registry_is_as_the_model(self) -> None:
        registry = self.registry
        assert registry.plugin_names() == tuple(self.present)
        assert all(registry.get_plugin(name) is listener for name, listener in self.present.items())
        assert all(registry.get_name(listener) == name for name, listener in self.present.items())
        assert all(registry.is_blocked(name) == (name in self.blocked) for name in "abcd")
        latest_first = [[str(listener.number)] for listener in reversed(self.present.values())]
        assert registry.hook.sections(document="d") == latest_first
        assert all(listener.heard == calls for listener, calls in self.heard.items())


def test_lifecycle() -> None:
    """Whatever comes and goes, the registry has what the model has, and historic calls reach each plugin once."""
    run_state_machine_as_test(Lifecycle)
