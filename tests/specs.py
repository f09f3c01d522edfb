"""The specs that the tests share: one hook of each mode, and their composition."""

from __future__ import annotations

from typing import Literal, Protocol

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


def report_spec(errors: Literal["raise", "skip", "group"]) -> type:
    """Return a spec with the hooks of `AppSpec`, which go on when a plugin fails."""

    class Going(Protocol):
        @hookspec(errors=errors)
        def sections(self, *, document: str, verbose: bool = False) -> list[str]: ...

        @hookspec(firstresult=True, errors=errors)
        def render(self, *, document: str) -> bytes | None: ...

        @hookspec(pipeline="text", errors=errors)
        def polish(self, *, text: str, width: int = 80) -> str: ...

        @hookspec(historic=True, errors=errors)
        def configured(self, *, options: dict[str, str]) -> str | None: ...

    return Going


def async_spec(errors: Literal["raise", "skip", "group"]) -> type:
    """Return a spec with the hooks of `AsyncSpec`, which go on when a plugin fails."""

    class Going(Protocol):
        @hookspec(errors=errors)
        async def sections(self, *, document: str, verbose: bool = False) -> list[str]: ...

        @hookspec(concurrent=True, errors=errors)
        async def sections_at_once(self, *, document: str) -> list[str]: ...

        @hookspec(firstresult=True, errors=errors)
        async def render(self, *, document: str) -> bytes | None: ...

        @hookspec(pipeline="text", errors=errors)
        async def polish(self, *, text: str, width: int = 80) -> str: ...

        @hookspec(historic=True, errors=errors)
        async def configured(self, *, options: dict[str, str]) -> str | None: ...

    return Going


SPECS: dict[tuple[bool, str], type] = {
    (False, "raise"): AppSpec,
    (False, "skip"): report_spec("skip"),
    (False, "group"): report_spec("group"),
    (True, "raise"): AsyncSpec,
    (True, "skip"): async_spec("skip"),
    (True, "group"): async_spec("group"),
}
"""The specs by whether their hooks are async, and by what these do when a plugin fails."""
