"""Options of `@hookspec`: a hook has one mode."""

from typing import Protocol

from pluginkit import Failure, Registry, hookspec


class Right(Protocol):
    @hookspec
    def bare(self, *, text: str) -> str: ...

    @hookspec()
    def called(self, *, text: str) -> str: ...

    @hookspec(firstresult=True)
    def firstresult(self, *, text: str) -> str: ...

    @hookspec(pipeline="text")
    def pipeline(self, *, text: str) -> str: ...

    @hookspec(historic=True)
    def historic(self, *, text: str) -> str: ...


class Policies(Protocol):
    @hookspec(errors="skip")
    def collects(self, *, text: str) -> str: ...

    @hookspec(firstresult=True, errors="group")
    def firstresult(self, *, text: str) -> str: ...

    @hookspec(pipeline="text", errors="skip")
    def pipeline(self, *, text: str) -> str: ...

    @hookspec(historic=True, errors="raise")
    def historic(self, *, text: str) -> str: ...

    @hookspec(concurrent=True, errors="group")
    async def concurrent(self, *, text: str) -> str: ...


def takes_text(_: str) -> None: ...


def takes_error(_: BaseException) -> None: ...


def report(failure: Failure) -> None:
    takes_error(failure.error)
    takes_text(failure.plugin_name)
    takes_text(failure.error)  # reject: an exception is not text


def wrong_report(failure: str) -> None: ...


policies = Registry(Policies, on_error=report).hook
skipped: list[str] = policies.collects(text="")
first: str | None = policies.firstresult(text="")
Registry(Policies, on_error=wrong_report)  # reject: it takes a Failure
hookspec(errors="ignore")  # reject: not a policy
hookspec(errors=True)  # reject: not a policy
hookspec(pipeline="text", errors="ignore")  # reject: not a policy

hookspec(firstresult=True, historic=True)  # reject: two modes
hookspec(firstresult=True, pipeline="text")  # reject: two modes
hookspec(pipeline="text", historic=True)  # reject: two modes
hookspec(firstresult=True, pipeline="text", historic=True)  # reject: three modes
hookspec(pipeline=True)  # reject: a pipeline names its parameter
hookspec(firstresult="yes")  # reject: an option is True, or left out
hookspec(firstresults=True)  # reject: misspelled option
hookspec(wrapper=True)  # reject: an option of hookimpl
hookspec("text")  # reject: not a method
hookspec(None)  # reject: not a method


class Wrong(Protocol):
    @hookspec(firstresult=True, historic=True)  # reject: two modes
    def modes(self, *, text: str) -> str: ...

    @hookspec("text")  # reject: not a method
    def not_a_method(self, *, text: str) -> str: ...

    @hookspec  # reject: a method has an instance
    @staticmethod
    def static() -> str: ...
