"""Async hooks: awaited calls of every mode, implementations that are async or plain, and async wrappers."""

from collections.abc import AsyncGenerator, Generator
from typing import Protocol, assert_type

from pluginkit import Registry, hookimpl, hookspec


class FetchSpec(Protocol):
    @hookspec
    async def fetch(self, *, url: str, retries: int) -> bytes | None: ...

    @hookspec(concurrent=True)
    async def mirrors(self, *, url: str) -> str: ...

    @hookspec(firstresult=True)
    async def first(self, *, url: str) -> bytes | None: ...

    @hookspec(pipeline="body")
    async def decode(self, *, body: bytes) -> bytes: ...

    @hookspec(historic=True)
    async def started(self, *, address: str) -> int | None: ...

    @hookspec
    async def closing(self) -> None: ...

    @hookspec(historic=True)
    async def opened(self) -> None: ...


registry = Registry(FetchSpec)
hook = registry.hook


async def extra(url: str, **_: object) -> bytes | None:
    raise NotImplementedError


def answered(answer: int) -> None:
    raise NotImplementedError


def misanswered(answer: str) -> None:
    raise NotImplementedError


async def calls() -> None:
    assert_type(await hook.fetch(url="u", retries=1), list[bytes])
    assert_type(await hook.mirrors(url="u"), list[str])
    assert_type(await hook.first(url="u"), bytes | None)
    assert_type(await hook.decode(body=b""), bytes)
    assert_type(await hook.closing(), list[None])
    assert_type(await hook.fetch.call_extra([extra], url="u", retries=1), list[bytes])
    assert_type(await registry.without("p").first(url="u"), bytes | None)
    await hook.started.call_historic(answered, address="a")
    await hook.opened.call_historic()
    await registry.aregister(object(), "name")
    await registry.areplace("name", object())


async def wrong_calls() -> None:
    await hook.fetch(url="u")  # reject: missing argument
    await hook.fetch(ulr="u", retries=1)  # reject: misspelled argument
    await hook.fetch(url=1, retries=1)  # reject: mistyped argument
    await hook.fetch("u", 1)  # reject: positional arguments
    await hook.started(address="a")  # reject: a historic hook is not called directly
    await hook.started.call_historic(misanswered, address="a")  # reject: callback for other answers
    await hook.opened.call_historic(address="a")  # reject: unknown argument
    len(hook.fetch(url="u", retries=1))  # reject: not awaited
    list(hook.mirrors(url="u"))  # reject: not awaited
    hook.decode(body=b"").split()  # reject: not awaited


class Right:
    @hookimpl(FetchSpec.fetch)
    async def awaited(self, url: str, retries: int) -> bytes:
        raise NotImplementedError

    @hookimpl(FetchSpec.fetch, tryfirst=True)
    async def partial(self, url: str, **_: object) -> bytes | None:
        raise NotImplementedError

    @hookimpl(FetchSpec.fetch, trylast=True)
    def plain(self, url: str, **_: object) -> bytes | None:
        raise NotImplementedError

    @hookimpl(FetchSpec.mirrors)
    def plain_concurrent(self, url: str) -> str:
        raise NotImplementedError

    @hookimpl(FetchSpec.decode)
    async def pipeline(self, body: bytes) -> bytes | None:
        raise NotImplementedError

    @hookimpl(FetchSpec.started)
    async def historic(self, address: str) -> int:
        raise NotImplementedError

    @hookimpl(FetchSpec.opened)
    def plain_historic(self) -> None:
        raise NotImplementedError

    @hookimpl(FetchSpec.closing)
    async def notified(self) -> None:
        raise NotImplementedError

    @hookimpl(FetchSpec.fetch, wrapper=True)
    async def wrapper(self, **_: object) -> AsyncGenerator[list[bytes] | None, list[bytes]]:
        result = yield None
        yield result

    @hookimpl(FetchSpec.fetch, wrapper=True, trylast=True)
    async def wrapper_without_result(self, url: str, **_: object) -> AsyncGenerator[None, list[bytes]]:
        yield

    @hookimpl(FetchSpec.first, wrapper=True)
    async def wrapper_of_firstresult(self, url: str) -> AsyncGenerator[bytes | None, bytes | None]:
        yield (yield None)

    @hookimpl(FetchSpec.decode, wrapper=True)
    def plain_wrapper(self, **_: object) -> Generator[None, bytes, bytes]:
        return (yield)


@hookimpl.function(FetchSpec.fetch)
async def function(url: str, retries: int) -> bytes:
    raise NotImplementedError


@hookimpl.function(FetchSpec.fetch, wrapper=True)
async def function_wrapper(**_: object) -> AsyncGenerator[list[bytes] | None, list[bytes]]:
    yield (yield None)


class Wrong:
    @hookimpl(FetchSpec.fetch)  # reject: misspelled parameter
    async def misspelled(self, ulr: str, **_: object) -> bytes:
        raise NotImplementedError

    @hookimpl(FetchSpec.fetch)  # reject: mistyped parameter
    async def mistyped(self, url: bytes, **_: object) -> bytes:
        raise NotImplementedError

    @hookimpl(FetchSpec.fetch)  # reject: wrong return
    async def returning(self, url: str, **_: object) -> str:
        raise NotImplementedError

    @hookimpl(FetchSpec.fetch)  # reject: wrong return of a plain implementation
    def plainly_returning(self, url: str, **_: object) -> str:
        raise NotImplementedError

    @hookimpl(FetchSpec.fetch)  # reject: missing parameter without **rest
    async def bare(self, url: str) -> bytes:
        raise NotImplementedError

    @hookimpl(FetchSpec.opened)  # reject: an answer where there is none
    async def answering(self) -> int:
        raise NotImplementedError

    @hookimpl(FetchSpec.fetch, wrapper=True)  # reject: wrapper of other results
    async def other_results(self, **_: object) -> AsyncGenerator[bytes | None, bytes]:
        yield (yield None)

    @hookimpl(FetchSpec.fetch, wrapper=True)  # reject: a wrapper yields
    async def not_yielding(self, **_: object) -> list[bytes]:
        raise NotImplementedError

    @hookimpl(FetchSpec.fetch, wrapper=True)  # reject: misspelled parameter of a wrapper
    async def misspelled_wrapper(self, ulr: str, **_: object) -> AsyncGenerator[None, list[bytes]]:
        yield

    @hookimpl(FetchSpec.fetch)  # reject: an async generator without wrapper=True
    async def forgotten(self, **_: object) -> AsyncGenerator[None, list[bytes]]:
        yield

    @hookimpl(FetchSpec.opened, wrapper=True)  # reject: a historic hook cannot have wrappers
    async def historic_wrapper(self) -> AsyncGenerator[None, None]:
        yield


class SyncSpec(Protocol):
    @hookspec
    def lines(self, *, text: str) -> list[str]: ...

    @hookspec(concurrent=True)  # reject: only async hooks are concurrent
    def at_once(self, *, text: str) -> str: ...


class WrongForSync:
    @hookimpl(SyncSpec.lines)  # reject: async implementation of a sync hook
    async def awaited(self, text: str) -> list[str]:
        raise NotImplementedError

    @hookimpl(SyncSpec.lines, wrapper=True)  # reject: async wrapper of a sync hook
    async def wrapper(self, text: str) -> AsyncGenerator[None, list[list[str]]]:
        yield


hookspec(concurrent=True, firstresult=True)  # reject: a concurrent hook collects
hookspec(concurrent=True, historic=True)  # reject: a concurrent hook collects
