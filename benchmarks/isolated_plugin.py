"""The spec and the plugin that `isolated.py` measures; a module of its own, so that its worker imports nothing else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Protocol

from pluginkit import hookimpl, hookspec


@dataclass
class Doc:
    """Ten fields, as arguments of hooks have."""

    title: str
    text: str
    tags: list[str]
    number: int
    words: int
    language: str
    author: str
    version: str
    score: float
    is_draft: bool


class BenchSpec(Protocol):
    """The hooks that are called."""

    @hookspec(firstresult=True)
    def small(self, *, name: str, text: str) -> list[str] | None:
        """Give a short answer."""
        ...

    @hookspec(firstresult=True)
    def record(self, *, doc: Doc) -> Doc | None:
        """Give a record back."""
        ...

    @hookspec(firstresult=True)
    def text(self, *, text: str) -> str | None:
        """Give a text back."""
        ...

    @hookspec(firstresult=True)
    def content(self, *, content: bytes) -> bytes | None:
        """Give bytes back."""
        ...

    @hookspec(firstresult=True)
    async def small_async(self, *, name: str, text: str) -> list[str] | None:
        """Give a short answer."""
        ...

    @hookspec(firstresult=True)
    def misbehave(self, *, how: str) -> str | None:
        """End, hang, or say how much memory the worker has."""
        ...


class Plugin:
    """Trivial implementations."""

    @hookimpl(BenchSpec.small)
    def small(self, name: str, text: str) -> list[str]:
        """Give a short answer."""
        return [name, text]

    @hookimpl(BenchSpec.record)
    def record(self, doc: Doc) -> Doc:
        """Give a record back."""
        return doc

    @hookimpl(BenchSpec.text)
    def text(self, text: str) -> str:
        """Give a text back."""
        return text

    @hookimpl(BenchSpec.content)
    def content(self, content: bytes) -> bytes:
        """Give bytes back."""
        return content

    @hookimpl(BenchSpec.small_async)
    async def small_async(self, name: str, text: str) -> list[str]:
        """Give a short answer."""
        return [name, text]

    @hookimpl(BenchSpec.misbehave)
    def misbehave(self, how: str) -> str:
        """End, hang, or say how much memory the worker has."""
        if how == "end":
            os._exit(1)
        while how == "hang":
            pass
        with open("/proc/self/status", encoding="utf-8") as file:  # noqa: PTH123 - what is measured imports little
            return next(line.split()[1] for line in file if line.startswith("VmRSS:"))
