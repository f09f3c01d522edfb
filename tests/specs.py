"""The specs that the tests share: one hook of each mode, and their composition."""

from __future__ import annotations

from typing import Protocol

from pluginkit import hookspec


class ReportSpec(Protocol):
    """A host that makes reports."""

    @hookspec
    def sections(self, *, document: str, verbose: bool = False) -> list[str]:
        """Contribute sections to the report."""
        ...

    @hookspec(firstresult=True)
    def render(self, *, document: str) -> bytes | None: ...


class TextSpec(Protocol):
    """A host that works on texts."""

    @hookspec(pipeline="text")
    def polish(self, *, text: str, width: int = 80) -> str: ...

    @hookspec(historic=True)
    def configured(self, *, options: dict[str, str]) -> str | None: ...


class AppSpec(ReportSpec, TextSpec, Protocol):
    """Both."""


class AsyncSpec(Protocol):
    """The hooks of `AppSpec`, async."""

    @hookspec
    async def sections(self, *, document: str, verbose: bool = False) -> list[str]: ...

    @hookspec(concurrent=True)
    async def sections_at_once(self, *, document: str) -> list[str]: ...

    @hookspec(firstresult=True)
    async def render(self, *, document: str) -> bytes | None: ...

    @hookspec(pipeline="text")
    async def polish(self, *, text: str, width: int = 80) -> str: ...

    @hookspec(historic=True)
    async def configured(self, *, options: dict[str, str]) -> str | None: ...


class LintSpec(Protocol):
    """A spec that a plugin brings."""

    @hookspec
    def lint(self, *, document: str) -> str: ...
