"""The host that the other files call and implement: hooks of every mode, composed by inheritance."""

from typing import Protocol

from pluginkit import Registry, hookspec


class ReportSpec(Protocol):
    @hookspec
    def sections(self, *, document: str, verbose: bool) -> list[str]: ...

    @hookspec(firstresult=True)
    def render(self, *, document: str) -> bytes | None: ...


class TextSpec(Protocol):
    @hookspec(pipeline="text")
    def polish(self, *, text: str, width: int) -> str: ...

    @hookspec(historic=True)
    def configured(self, *, options: dict[str, str]) -> None: ...


class AppSpec(ReportSpec, TextSpec, Protocol): ...


class FurtherSpec(Protocol):
    """What a plugin brings."""

    @hookspec
    def closed(self) -> int | None: ...


registry = Registry(AppSpec)
