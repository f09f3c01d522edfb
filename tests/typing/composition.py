"""Specs are composed by inheritance, and hooks may be overridden."""

from typing import Protocol, assert_type

from host import AppSpec, ReportSpec, TextSpec

from pluginkit import HookSpec, Registry, hookimpl, hookspec


class WiderSpec(AppSpec, Protocol):
    @hookspec
    def exported(self, *, path: str) -> int: ...


class OverridingSpec(ReportSpec, Protocol):
    @hookspec
    def sections(self, *, document: str, verbose: bool) -> list[str]:
        """The same, with a word of its own."""
        ...


hook = Registry(WiderSpec).hook
assert_type(hook.sections(document="", verbose=True), list[list[str]])
assert_type(hook.polish(text="", width=80), str)
assert_type(hook.exported(path=""), list[int])
assert_type(Registry(OverridingSpec).hook.sections(document="", verbose=True), list[list[str]])
assert_type(Registry(OverridingSpec).hook.render(document=""), bytes | None)


# what takes a narrower spec takes a relay, and a registry's hooks, of a wider one
def report(hooks: ReportSpec) -> bytes | None:
    return hooks.render(document="")


report(hook)
report(Registry(OverridingSpec).hook)
report(Registry(AppSpec).without("links"))
report(Registry(TextSpec).hook)  # reject: the hooks of another spec

# a hook is the same hook, wherever it is read from
same: HookSpec[..., list[str], list[list[str]]] = WiderSpec.sections


class Plugin:
    @hookimpl(WiderSpec.sections)
    def through_the_widest(self, document: str, **_: object) -> list[str]:
        return [document]

    @hookimpl(ReportSpec.sections)
    def through_the_declaring(self, document: str, **_: object) -> list[str]:
        return [document]

    @hookimpl(OverridingSpec.sections)
    def through_the_overriding(self, document: str, **_: object) -> list[str]:
        return [document]

    @hookimpl(ReportSpec.polish)  # reject: a hook of another spec
    def another_spec(self, text: str, **_: object) -> str:
        return text


# an overriding hook stays what it was: mode, parameters and answers
class ModeSpec(ReportSpec, Protocol):
    @hookspec(firstresult=True)
    def sections(self, *, document: str, verbose: bool) -> list[str]: ...  # reject: another mode


class HistoricModeSpec(ReportSpec, Protocol):
    @hookspec(historic=True)
    def sections(self, *, document: str, verbose: bool) -> list[str]: ...  # reject: another mode, a historic one


class FewerParametersSpec(ReportSpec, Protocol):
    @hookspec
    def sections(self, *, document: str) -> list[str]: ...  # reject: a parameter is gone


class RenamedParameterSpec(ReportSpec, Protocol):
    @hookspec(firstresult=True)
    def render(self, *, documents: str) -> bytes | None: ...  # reject: a parameter has another name


class AnswerSpec(ReportSpec, Protocol):
    @hookspec(firstresult=True)
    def render(self, *, document: str) -> str | None: ...  # reject: other answers


class NoHookSpec(ReportSpec, Protocol):
    def render(self, *, document: str) -> bytes | None: ...  # reject: no hook any more


class OtherSpec(Protocol):
    @hookspec
    def sections(self, *, path: str) -> list[str]: ...


class BothSpec(ReportSpec, OtherSpec, Protocol): ...  # reject: two different hooks of one name
