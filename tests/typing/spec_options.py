"""Options of `@hookspec`: a hook has one mode."""

from typing import Protocol

from pluginkit import hookspec


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
