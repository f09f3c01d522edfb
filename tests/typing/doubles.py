"""Test doubles for callers: `HookCaller` and `HistoricCaller` are Protocols, so anything of their shape is one."""

from collections.abc import Callable, Iterable, Iterator
from typing import ParamSpec, TypeVar, assert_type

from host import AppSpec, registry

from pluginkit import BaseSpec, HistoricCaller, HookCaller, HookImpl, HookSpec, Outcome

P = ParamSpec("P")
R = TypeVar("R")
Result = TypeVar("Result")

Sections = list[list[str]]


# what a host may take in place of a registry: the callers it needs
def report(sections: HookCaller[..., list[str], Sections]) -> int:
    return len(sections(document="d", verbose=True))


def start(configured: HistoricCaller[..., None]) -> None:
    configured.call_historic(options={})


class FakeSections:
    """A double for one hook, with its very arguments."""

    @property
    def name(self) -> str:
        return "sections"

    @property
    def spec(self) -> BaseSpec:
        return AppSpec.sections

    def __call__(self, *, document: str, verbose: bool) -> Sections:
        return [[document]] * verbose

    def call_extra(
        self, functions: Iterable[Callable[..., list[str] | None]], /, *, document: str, verbose: bool
    ) -> Sections:
        return [function(document=document, verbose=verbose) or [] for function in functions]

    def each(self, *, document: str, verbose: bool) -> Iterator[Outcome[list[str]]]:
        return iter(())

    def implementations(self) -> tuple[HookImpl, ...]:
        return ()


class FakeConfigured:
    """A double for a historic hook."""

    @property
    def name(self) -> str:
        return "configured"

    @property
    def spec(self) -> BaseSpec:
        return AppSpec.configured

    def call_historic(
        self, result_callback: Callable[[None], object] | None = None, /, *, options: dict[str, str]
    ) -> None: ...

    def implementations(self) -> tuple[HookImpl, ...]:
        return ()


class Recorder(HookCaller[P, R, Result]):
    """A double for any hook: it takes what the hook takes, and gives what it was told to."""

    def __init__(self, spec: HookSpec[P, R, Result], result: Result) -> None:
        self.calls: list[object] = []
        self._spec = spec
        self._result = result

    @property
    def name(self) -> str:
        return self._spec.name

    @property
    def spec(self) -> BaseSpec:
        return self._spec

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Result:
        self.calls.append(kwargs)
        return self._result

    def call_extra(self, functions: Iterable[Callable[P, R | None]], /, *args: P.args, **kwargs: P.kwargs) -> Result:
        return self(*args, **kwargs)

    def each(self, *args: P.args, **kwargs: P.kwargs) -> Iterator[Outcome[R]]:
        return iter(())

    def implementations(self) -> tuple[HookImpl, ...]:
        return ()


class NoCallExtra:
    """It can be called, and lacks the rest."""

    def __call__(self, *, document: str, verbose: bool) -> Sections:
        return [[document]] * verbose


report(registry.hook.sections)
report(registry.without("links").sections)
report(FakeSections())
start(registry.hook.configured)
start(FakeConfigured())

nothing: Sections = []
recorder = Recorder(AppSpec.sections, nothing)
report(recorder)
assert_type(recorder(document="d", verbose=True), Sections)

report(NoCallExtra())  # reject: a function is not yet a caller
report(FakeConfigured())  # reject: a double for a historic hook
report(registry.hook.render)  # reject: another hook
start(FakeSections())  # reject: a double for a hook that is not historic
start(registry.hook.sections)  # reject: a hook that is not historic
recorder(document="d")  # reject: missing argument of a double
recorder(document="d", verbos=True)  # reject: misspelled argument of a double
