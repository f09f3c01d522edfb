"""Type variables: hooks with some of their own, specs with some, and registries that stand for others."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol, TypeVar, assert_type

from pluginkit import Registry, hookimpl, hookspec

T = TypeVar("T")


class OwnSpec(Protocol):
    @hookspec
    def same(self, *, value: T) -> T: ...

    @hookspec(firstresult=True)
    def made(self, *, kind: type[T], number: int) -> list[T]: ...

    @hookspec
    async def awaited(self, *, value: T) -> T: ...


def own(hook: OwnSpec) -> None:
    hook.same(value=1)
    hook.made(kind=int, number=1)
    hook.same(valu=1)  # reject(mypy, pyright, pyrefly): misspelled argument
    hook.made(kind=int, number="")  # reject(mypy, pyright, pyrefly): mistyped argument
    hook.made(kind=int)  # reject(mypy, pyright, pyrefly): missing argument


async def own_async(hook: OwnSpec) -> None:
    await hook.awaited(value=1)
    await hook.awaited(valu=1)  # reject(mypy, pyright, pyrefly): misspelled argument


class RightOwn:
    @hookimpl(OwnSpec.same)
    def same(self, value: T) -> T:
        return value

    @hookimpl(OwnSpec.made)
    def made(self, kind: type[T], **_: object) -> list[T]:
        return [kind()]

    @hookimpl(OwnSpec.awaited)
    async def awaited(self, value: T) -> T:
        return value


class WrongOwn:
    @hookimpl(OwnSpec.same)  # reject(mypy, pyright, pyrefly): misspelled parameter
    def same(self, valu: T) -> T:
        return valu

    @hookimpl(OwnSpec.made)  # reject(mypy, pyright, pyrefly): misspelled parameter
    def made(self, knd: type[T], **_: object) -> list[T]:
        return [knd()]

    @hookimpl(OwnSpec.made)  # reject(mypy, pyright, pyrefly): mistyped parameter
    def mistyped(self, number: str, **_: object) -> list[Any]:
        return [number]

    @hookimpl(OwnSpec.made)  # reject(mypy, pyright, pyrefly): wrong answer
    def answering(self, **_: object) -> bytes:
        return b""

    @hookimpl(OwnSpec.same)  # reject(mypy, pyright): an answer of another type than the value
    def other(self, value: T) -> list[T]:
        return [value]

    @hookimpl(OwnSpec.awaited)  # reject(mypy, pyright, pyrefly): misspelled parameter
    async def awaited(self, valu: T) -> T:
        return valu


class PutSpec(Protocol[T]):
    @hookspec
    def put(self, *, item: T) -> T: ...

    @hookspec(firstresult=True)
    async def fetch(self, *, item: T) -> str | None: ...


puts = Registry(PutSpec[int])
assert_type(puts, Registry[PutSpec[int]])
assert_type(puts.hook.put(item=1), list[int])
puts.hook.put(item="")  # reject: mistyped argument
puts.hook.put(itm=1)  # reject: misspelled argument


async def of_spec() -> None:
    assert_type(await puts.hook.fetch(item=1), str | None)
    await puts.hook.fetch(item="")  # reject: mistyped argument


class NumberSpec(PutSpec[int], Protocol):
    """The way to refer to hooks of a generic spec that every checker knows."""


assert_type(Registry(NumberSpec).hook.put(item=1), list[int])


class RightPuts:
    @hookimpl(NumberSpec.put)
    def put(self, item: int) -> int:
        return item

    @hookimpl(NumberSpec.fetch)
    async def fetch(self, item: object) -> str:
        return str(item)

    @hookimpl(PutSpec[int].put)  # reject(pyrefly): right, but it takes the spec's type variable for a type
    def directly(self, item: int) -> int:
        return item


class WrongPuts:
    @hookimpl(NumberSpec.put)  # reject: misspelled parameter
    def misspelled(self, itm: int) -> int:
        return itm

    @hookimpl(NumberSpec.put)  # reject: wrong answer
    def answering(self, item: int) -> str:
        return str(item)

    @hookimpl(NumberSpec.put)  # reject: mistyped parameter
    def mistyped(self, item: str) -> int:
        return len(item)

    @hookimpl(NumberSpec.fetch)  # reject: wrong answer of an async hook
    async def fetch(self, item: int) -> int:
        return item


# a registry stands for one of a spec that its own spec extends
class BaseSpec(Protocol):
    @hookspec
    def base(self, *, number: int) -> str: ...


class ExtendedSpec(BaseSpec, Protocol):
    @hookspec
    def extended(self) -> str: ...


def needs_base(registry: Registry[BaseSpec]) -> list[str]:
    return registry.hook.base(number=1)


def needs_extended(registry: Registry[ExtendedSpec]) -> list[str]:
    return registry.hook.extended()


needs_base(Registry(ExtendedSpec))
extended = Registry(ExtendedSpec)
needs_base(extended)
needs_extended(extended)
needs_extended(Registry(BaseSpec))  # reject: the spec lacks hooks
needs_base(puts)  # reject: another spec


# a plain `def` that gives something to be awaited
class LaterSpec(Protocol):
    @hookspec
    def awaitable(self) -> Awaitable[int]: ...

    @hookspec
    def coroutine(self) -> Coroutine[Any, Any, int]: ...

    @hookspec
    def started(self) -> Callable[[], Coroutine[Any, Any, int]]: ...


def later(hook: LaterSpec) -> None:
    assert_type(hook.awaitable(), list[Awaitable[int]])
    assert_type(hook.started(), list[Callable[[], Coroutine[Any, Any, int]]])
    started: Coroutine[Any, Any, list[int]] = hook.coroutine()  # to a checker this is `async def`
    started.close()


class RightLater:
    @hookimpl(LaterSpec.awaitable)
    async def awaitable(self) -> int:
        return 1

    @hookimpl(LaterSpec.awaitable)
    def plain(self) -> Awaitable[int]:
        return self.awaited()

    async def awaited(self) -> int:
        return 1


class WrongLater:
    @hookimpl(LaterSpec.awaitable)  # reject: an answer that cannot be awaited
    def answer(self) -> int:
        return 1

    @hookimpl(LaterSpec.awaitable)  # reject: another answer when awaited
    async def awaited(self) -> str:
        return ""

    @hookimpl(LaterSpec.started)  # reject: started already
    async def started(self) -> int:
        return 1
