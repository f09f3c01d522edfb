"""Timeouts, which only async hooks have, and what is deprecated, in every mode: calls keep their types."""

from typing import Any, Protocol, assert_type

from typing_extensions import deprecated

from pluginkit import Registry, hookimpl, hookspec


class Timed(Protocol):
    @hookspec(timeout=2)
    async def collect(self, *, text: str) -> str: ...

    @hookspec(timeout=0.5, concurrent=True, errors="skip")
    async def at_once(self, *, text: str) -> str | None: ...

    @hookspec(timeout=0.5, firstresult=True)
    async def first(self, *, text: str) -> bytes: ...

    @hookspec(timeout=0.5, pipeline="text")
    async def threaded(self, *, text: str) -> str: ...

    @hookspec(timeout=0.5, historic=True)
    async def started(self, *, text: str) -> None: ...

    @hookspec(timeout=0.5)
    async def anything(self, *, values: dict[str, Any]) -> Any: ...


hook = Registry(Timed).hook


async def calls() -> None:
    assert_type(await hook.collect(text=""), list[str])
    assert_type(await hook.at_once(text=""), list[str])
    assert_type(await hook.first(text=""), bytes | None)
    assert_type(await hook.threaded(text=""), str)
    assert_type(await hook.started.call_historic(text=""), None)
    assert_type(await hook.anything(values={}), list[Any])
    await hook.collect(txet="")  # reject: misspelled argument
    await hook.anything(values=[])  # reject: wrong type


class Plugin:
    @hookimpl(Timed.collect)
    async def collect(self, text: str) -> str:
        return text

    @hookimpl(Timed.threaded)
    def threaded(self, text: str) -> str:
        return text

    @hookimpl(Timed.first)  # reject: wrong answer
    async def first(self, text: str) -> str:
        return text


class NotAsync(Protocol):
    @hookspec(timeout=2)  # reject: it is not async
    def collect(self, *, text: str) -> str: ...

    @hookspec(timeout=2, firstresult=True)  # reject: it is not async
    def first(self, *, text: str) -> str: ...

    @hookspec(timeout=2, pipeline="text")  # reject: it is not async
    def threaded(self, *, text: str) -> str: ...

    @hookspec(timeout=2, historic=True)  # reject: it is not async
    def started(self, *, text: str) -> None: ...


class WrongValues(Protocol):
    @hookspec(timeout="2")  # reject: not a number
    async def text(self, *, text: str) -> str: ...

    @hookspec(deprecated="use other")  # reject: it maps parameters to reasons
    def reason(self, *, text: str) -> str: ...

    @hookspec(deprecated={"text": 1})  # reject: a reason is text
    def number(self, *, text: str) -> str: ...


class Deprecated(Protocol):
    @hookspec
    @deprecated("use render")
    def draw(self, *, text: str) -> str: ...

    @hookspec(firstresult=True, deprecated={"text": "it is ignored"})
    @deprecated("use fetch_all")
    async def fetch(self, *, text: str = "") -> bytes: ...

    @hookspec(pipeline="text", deprecated={"width": "it is always 80"})
    def polish(self, *, text: str, width: int = 80) -> str: ...

    @hookspec(historic=True, deprecated={"text": "it is empty"}, errors="skip")
    def started(self, *, text: str) -> None: ...


old = Registry(Deprecated).hook
assert_type(old.draw(text=""), list[str])  # reject(pyright): it is deprecated
assert_type(old.polish(text=""), str)
old.draw(txet="")  # reject: misspelled argument
old.polish(text=1)  # reject: wrong type


async def old_calls() -> None:
    assert_type(await old.fetch(), bytes | None)  # reject(pyright): it is deprecated


class OldPlugin:
    @hookimpl(Deprecated.draw)
    def draw(self, text: str) -> str:
        return text

    @hookimpl(Deprecated.polish)  # reject: parameter of a wrong type
    def polish(self, text: int) -> str:
        return str(text)
