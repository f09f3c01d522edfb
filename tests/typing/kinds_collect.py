"""Parameters and answers of every kind, for hooks that collect; sync and async."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, Protocol, TypedDict, TypeVar, assert_type

from pluginkit import hookimpl, hookspec

T = TypeVar("T")


class Size(TypedDict):
    width: int


class Box(Generic[T]):
    def __init__(self, content: T) -> None:
        self.content = content


class Named(Protocol):
    name: str


class CollectSpec(Protocol):
    @hookspec
    def anything(self, *, value: Any, number: int) -> Any: ...

    @hookspec
    def mapping(self, *, value: dict[str, Any], number: int) -> dict[str, Any]: ...

    @hookspec
    def function(self, *, value: Callable[..., int], number: int) -> Callable[..., int]: ...

    @hookspec
    def optional(self, *, value: str | None, number: int) -> str | None: ...

    @hookspec
    def union(self, *, value: int | str, number: int) -> int | str: ...

    @hookspec
    def union_or_none(self, *, value: str | Path | None, number: int) -> str | Path | None: ...

    @hookspec
    def mapping_or_none(self, *, value: dict[str, Any] | None, number: int) -> dict[str, Any] | None: ...

    @hookspec
    def sizes(self, *, value: list[Size], number: int) -> list[Size]: ...

    @hookspec
    def boxes(self, *, value: Box[int], number: int) -> Box[int]: ...

    @hookspec
    def named(self, *, value: Named | None, number: int) -> Named | None: ...


def collect(hook: CollectSpec, box: Named) -> None:
    assert_type(hook.anything(value=1, number=1), list[Any])  # reject(ty): a hook that returns Any is Any itself
    hook.anything(valu=1, number=1)  # reject(mypy, pyright, pyrefly): misspelled argument
    assert_type(hook.mapping(value={}, number=1), list[dict[str, Any]])
    hook.mapping(valu={}, number=1)  # reject: misspelled argument
    assert_type(hook.function(value=len, number=1), list[Callable[..., int]])
    hook.function(valu=len, number=1)  # reject: misspelled argument
    assert_type(hook.optional(value="", number=1), list[str])
    hook.optional(valu="", number=1)  # reject: misspelled argument
    assert_type(hook.union(value=1, number=1), list[int | str])
    hook.union(valu=1, number=1)  # reject: misspelled argument
    assert_type(hook.union_or_none(value="", number=1), list[str | Path])
    hook.union_or_none(valu="", number=1)  # reject: misspelled argument
    assert_type(hook.mapping_or_none(value={}, number=1), list[dict[str, Any]])
    hook.mapping_or_none(valu={}, number=1)  # reject: misspelled argument
    assert_type(hook.sizes(value=[], number=1), list[list[Size]])
    hook.sizes(valu=[], number=1)  # reject: misspelled argument
    assert_type(hook.boxes(value=Box(1), number=1), list[Box[int]])
    hook.boxes(valu=Box(1), number=1)  # reject: misspelled argument
    assert_type(hook.named(value=box, number=1), list[Named])
    hook.named(valu=box, number=1)  # reject: misspelled argument


class RightCollect:
    @hookimpl(CollectSpec.anything)
    def anything(self, value: Any, number: int) -> Any:
        return value

    @hookimpl(CollectSpec.mapping)
    def mapping(self, value: dict[str, Any], number: int) -> dict[str, Any]:
        return value

    @hookimpl(CollectSpec.function)
    def function(self, value: Callable[..., int], number: int) -> Callable[..., int]:
        return value

    @hookimpl(CollectSpec.optional)
    def optional(self, value: str | None, number: int) -> str | None:
        return value

    @hookimpl(CollectSpec.union)
    def union(self, value: int | str, number: int) -> int | str:
        return value

    @hookimpl(CollectSpec.union_or_none)
    def union_or_none(self, value: str | Path | None, number: int) -> str | Path | None:
        return value

    @hookimpl(CollectSpec.mapping_or_none)
    def mapping_or_none(self, value: dict[str, Any] | None, number: int) -> dict[str, Any] | None:
        return value

    @hookimpl(CollectSpec.sizes)
    def sizes(self, value: list[Size], number: int) -> list[Size]:
        return value

    @hookimpl(CollectSpec.boxes)
    def boxes(self, value: Box[int], number: int) -> Box[int]:
        return value

    @hookimpl(CollectSpec.named)
    def named(self, value: Named | None, number: int) -> Named | None:
        return value


class WrongCollect:
    @hookimpl(CollectSpec.anything)  # reject(mypy, pyright, pyrefly): misspelled parameter
    def anything_misspelled(self, valu: Any, number: int) -> Any:
        return valu

    @hookimpl(CollectSpec.anything)  # reject(mypy, pyright, pyrefly): mistyped parameter
    def anything_mistyped(self, value: Any, number: bytes) -> Any:
        return value

    @hookimpl(CollectSpec.mapping)  # reject: misspelled parameter
    def mapping_misspelled(self, valu: dict[str, Any], number: int) -> dict[str, Any]:
        return valu

    @hookimpl(CollectSpec.mapping)  # reject: wrong answer
    def mapping_answering(self, value: dict[str, Any], number: int) -> list[str]:
        return []

    @hookimpl(CollectSpec.mapping)  # reject: mistyped parameter
    def mapping_mistyped(self, value: dict[str, Any], number: bytes) -> dict[str, Any]:
        return value

    @hookimpl(CollectSpec.function)  # reject: misspelled parameter
    def function_misspelled(self, valu: Callable[..., int], number: int) -> Callable[..., int]:
        return valu

    @hookimpl(CollectSpec.function)  # reject: wrong answer
    def function_answering(self, value: Callable[..., int], number: int) -> str:
        return ""

    @hookimpl(CollectSpec.function)  # reject: mistyped parameter
    def function_mistyped(self, value: Callable[..., int], number: bytes) -> Callable[..., int]:
        return value

    @hookimpl(CollectSpec.optional)  # reject: misspelled parameter
    def optional_misspelled(self, valu: str | None, number: int) -> str | None:
        return valu

    @hookimpl(CollectSpec.optional)  # reject: wrong answer
    def optional_answering(self, value: str | None, number: int) -> bytes:
        return b""

    @hookimpl(CollectSpec.optional)  # reject: mistyped parameter
    def optional_mistyped(self, value: str | None, number: bytes) -> str | None:
        return value

    @hookimpl(CollectSpec.union)  # reject: misspelled parameter
    def union_misspelled(self, valu: int | str, number: int) -> int | str:
        return valu

    @hookimpl(CollectSpec.union)  # reject: wrong answer
    def union_answering(self, value: int | str, number: int) -> bytes:
        return b""

    @hookimpl(CollectSpec.union)  # reject: mistyped parameter
    def union_mistyped(self, value: int | str, number: bytes) -> int | str:
        return value

    @hookimpl(CollectSpec.union_or_none)  # reject: misspelled parameter
    def union_or_none_misspelled(self, valu: str | Path | None, number: int) -> str | Path | None:
        return valu

    @hookimpl(CollectSpec.union_or_none)  # reject: wrong answer
    def union_or_none_answering(self, value: str | Path | None, number: int) -> bytes:
        return b""

    @hookimpl(CollectSpec.union_or_none)  # reject: mistyped parameter
    def union_or_none_mistyped(self, value: str | Path | None, number: bytes) -> str | Path | None:
        return value

    @hookimpl(CollectSpec.mapping_or_none)  # reject: misspelled parameter
    def mapping_or_none_misspelled(self, valu: dict[str, Any] | None, number: int) -> dict[str, Any] | None:
        return valu

    @hookimpl(CollectSpec.mapping_or_none)  # reject: wrong answer
    def mapping_or_none_answering(self, value: dict[str, Any] | None, number: int) -> list[str]:
        return []

    @hookimpl(CollectSpec.mapping_or_none)  # reject: mistyped parameter
    def mapping_or_none_mistyped(self, value: dict[str, Any] | None, number: bytes) -> dict[str, Any] | None:
        return value

    @hookimpl(CollectSpec.sizes)  # reject: misspelled parameter
    def sizes_misspelled(self, valu: list[Size], number: int) -> list[Size]:
        return valu

    @hookimpl(CollectSpec.sizes)  # reject: wrong answer
    def sizes_answering(self, value: list[Size], number: int) -> list[str]:
        return []

    @hookimpl(CollectSpec.sizes)  # reject: mistyped parameter
    def sizes_mistyped(self, value: list[Size], number: bytes) -> list[Size]:
        return value

    @hookimpl(CollectSpec.boxes)  # reject: misspelled parameter
    def boxes_misspelled(self, valu: Box[int], number: int) -> Box[int]:
        return valu

    @hookimpl(CollectSpec.boxes)  # reject: wrong answer
    def boxes_answering(self, value: Box[int], number: int) -> Box[str]:
        return Box("")

    @hookimpl(CollectSpec.boxes)  # reject: mistyped parameter
    def boxes_mistyped(self, value: Box[int], number: bytes) -> Box[int]:
        return value

    @hookimpl(CollectSpec.named)  # reject: misspelled parameter
    def named_misspelled(self, valu: Named | None, number: int) -> Named | None:
        return valu

    @hookimpl(CollectSpec.named)  # reject: wrong answer
    def named_answering(self, value: Named | None, number: int) -> bytes:
        return b""

    @hookimpl(CollectSpec.named)  # reject: mistyped parameter
    def named_mistyped(self, value: Named | None, number: bytes) -> Named | None:
        return value


class AsyncCollectSpec(Protocol):
    @hookspec
    async def anything(self, *, value: Any, number: int) -> Any: ...

    @hookspec
    async def mapping(self, *, value: dict[str, Any], number: int) -> dict[str, Any]: ...

    @hookspec
    async def function(self, *, value: Callable[..., int], number: int) -> Callable[..., int]: ...

    @hookspec
    async def optional(self, *, value: str | None, number: int) -> str | None: ...

    @hookspec
    async def union(self, *, value: int | str, number: int) -> int | str: ...

    @hookspec
    async def union_or_none(self, *, value: str | Path | None, number: int) -> str | Path | None: ...

    @hookspec
    async def mapping_or_none(self, *, value: dict[str, Any] | None, number: int) -> dict[str, Any] | None: ...

    @hookspec
    async def sizes(self, *, value: list[Size], number: int) -> list[Size]: ...

    @hookspec
    async def boxes(self, *, value: Box[int], number: int) -> Box[int]: ...

    @hookspec
    async def named(self, *, value: Named | None, number: int) -> Named | None: ...


async def async_collect(hook: AsyncCollectSpec, box: Named) -> None:
    assert_type(await hook.anything(value=1, number=1), list[Any])
    await hook.anything(valu=1, number=1)  # reject: misspelled argument
    assert_type(await hook.mapping(value={}, number=1), list[dict[str, Any]])
    await hook.mapping(valu={}, number=1)  # reject: misspelled argument
    assert_type(await hook.function(value=len, number=1), list[Callable[..., int]])
    await hook.function(valu=len, number=1)  # reject: misspelled argument
    assert_type(await hook.optional(value="", number=1), list[str])
    await hook.optional(valu="", number=1)  # reject: misspelled argument
    assert_type(await hook.union(value=1, number=1), list[int | str])
    await hook.union(valu=1, number=1)  # reject: misspelled argument
    assert_type(await hook.union_or_none(value="", number=1), list[str | Path])
    await hook.union_or_none(valu="", number=1)  # reject: misspelled argument
    assert_type(await hook.mapping_or_none(value={}, number=1), list[dict[str, Any]])
    await hook.mapping_or_none(valu={}, number=1)  # reject: misspelled argument
    assert_type(await hook.sizes(value=[], number=1), list[list[Size]])
    await hook.sizes(valu=[], number=1)  # reject: misspelled argument
    assert_type(await hook.boxes(value=Box(1), number=1), list[Box[int]])
    await hook.boxes(valu=Box(1), number=1)  # reject: misspelled argument
    assert_type(await hook.named(value=box, number=1), list[Named])
    await hook.named(valu=box, number=1)  # reject: misspelled argument


class RightAsyncCollect:
    @hookimpl(AsyncCollectSpec.anything)
    async def anything(self, value: Any, number: int) -> Any:
        return value

    @hookimpl(AsyncCollectSpec.mapping)
    async def mapping(self, value: dict[str, Any], number: int) -> dict[str, Any]:
        return value

    @hookimpl(AsyncCollectSpec.function)
    async def function(self, value: Callable[..., int], number: int) -> Callable[..., int]:
        return value

    @hookimpl(AsyncCollectSpec.optional)
    async def optional(self, value: str | None, number: int) -> str | None:
        return value

    @hookimpl(AsyncCollectSpec.union)
    async def union(self, value: int | str, number: int) -> int | str:
        return value

    @hookimpl(AsyncCollectSpec.union_or_none)
    async def union_or_none(self, value: str | Path | None, number: int) -> str | Path | None:
        return value

    @hookimpl(AsyncCollectSpec.mapping_or_none)
    async def mapping_or_none(self, value: dict[str, Any] | None, number: int) -> dict[str, Any] | None:
        return value

    @hookimpl(AsyncCollectSpec.sizes)
    async def sizes(self, value: list[Size], number: int) -> list[Size]:
        return value

    @hookimpl(AsyncCollectSpec.boxes)
    async def boxes(self, value: Box[int], number: int) -> Box[int]:
        return value

    @hookimpl(AsyncCollectSpec.named)
    async def named(self, value: Named | None, number: int) -> Named | None:
        return value


class WrongAsyncCollect:
    @hookimpl(AsyncCollectSpec.anything)  # reject: misspelled parameter
    async def anything_misspelled(self, valu: Any, number: int) -> Any:
        return valu

    @hookimpl(AsyncCollectSpec.anything)  # reject: mistyped parameter
    async def anything_mistyped(self, value: Any, number: bytes) -> Any:
        return value

    @hookimpl(AsyncCollectSpec.mapping)  # reject: misspelled parameter
    async def mapping_misspelled(self, valu: dict[str, Any], number: int) -> dict[str, Any]:
        return valu

    @hookimpl(AsyncCollectSpec.mapping)  # reject: wrong answer
    async def mapping_answering(self, value: dict[str, Any], number: int) -> list[str]:
        return []

    @hookimpl(AsyncCollectSpec.mapping)  # reject: mistyped parameter
    async def mapping_mistyped(self, value: dict[str, Any], number: bytes) -> dict[str, Any]:
        return value

    @hookimpl(AsyncCollectSpec.function)  # reject: misspelled parameter
    async def function_misspelled(self, valu: Callable[..., int], number: int) -> Callable[..., int]:
        return valu

    @hookimpl(AsyncCollectSpec.function)  # reject: wrong answer
    async def function_answering(self, value: Callable[..., int], number: int) -> str:
        return ""

    @hookimpl(AsyncCollectSpec.function)  # reject: mistyped parameter
    async def function_mistyped(self, value: Callable[..., int], number: bytes) -> Callable[..., int]:
        return value

    @hookimpl(AsyncCollectSpec.optional)  # reject: misspelled parameter
    async def optional_misspelled(self, valu: str | None, number: int) -> str | None:
        return valu

    @hookimpl(AsyncCollectSpec.optional)  # reject: wrong answer
    async def optional_answering(self, value: str | None, number: int) -> bytes:
        return b""

    @hookimpl(AsyncCollectSpec.optional)  # reject: mistyped parameter
    async def optional_mistyped(self, value: str | None, number: bytes) -> str | None:
        return value

    @hookimpl(AsyncCollectSpec.union)  # reject: misspelled parameter
    async def union_misspelled(self, valu: int | str, number: int) -> int | str:
        return valu

    @hookimpl(AsyncCollectSpec.union)  # reject: wrong answer
    async def union_answering(self, value: int | str, number: int) -> bytes:
        return b""

    @hookimpl(AsyncCollectSpec.union)  # reject: mistyped parameter
    async def union_mistyped(self, value: int | str, number: bytes) -> int | str:
        return value

    @hookimpl(AsyncCollectSpec.union_or_none)  # reject: misspelled parameter
    async def union_or_none_misspelled(self, valu: str | Path | None, number: int) -> str | Path | None:
        return valu

    @hookimpl(AsyncCollectSpec.union_or_none)  # reject: wrong answer
    async def union_or_none_answering(self, value: str | Path | None, number: int) -> bytes:
        return b""

    @hookimpl(AsyncCollectSpec.union_or_none)  # reject: mistyped parameter
    async def union_or_none_mistyped(self, value: str | Path | None, number: bytes) -> str | Path | None:
        return value

    @hookimpl(AsyncCollectSpec.mapping_or_none)  # reject: misspelled parameter
    async def mapping_or_none_misspelled(self, valu: dict[str, Any] | None, number: int) -> dict[str, Any] | None:
        return valu

    @hookimpl(AsyncCollectSpec.mapping_or_none)  # reject: wrong answer
    async def mapping_or_none_answering(self, value: dict[str, Any] | None, number: int) -> list[str]:
        return []

    @hookimpl(AsyncCollectSpec.mapping_or_none)  # reject: mistyped parameter
    async def mapping_or_none_mistyped(self, value: dict[str, Any] | None, number: bytes) -> dict[str, Any] | None:
        return value

    @hookimpl(AsyncCollectSpec.sizes)  # reject: misspelled parameter
    async def sizes_misspelled(self, valu: list[Size], number: int) -> list[Size]:
        return valu

    @hookimpl(AsyncCollectSpec.sizes)  # reject: wrong answer
    async def sizes_answering(self, value: list[Size], number: int) -> list[str]:
        return []

    @hookimpl(AsyncCollectSpec.sizes)  # reject: mistyped parameter
    async def sizes_mistyped(self, value: list[Size], number: bytes) -> list[Size]:
        return value

    @hookimpl(AsyncCollectSpec.boxes)  # reject: misspelled parameter
    async def boxes_misspelled(self, valu: Box[int], number: int) -> Box[int]:
        return valu

    @hookimpl(AsyncCollectSpec.boxes)  # reject: wrong answer
    async def boxes_answering(self, value: Box[int], number: int) -> Box[str]:
        return Box("")

    @hookimpl(AsyncCollectSpec.boxes)  # reject: mistyped parameter
    async def boxes_mistyped(self, value: Box[int], number: bytes) -> Box[int]:
        return value

    @hookimpl(AsyncCollectSpec.named)  # reject: misspelled parameter
    async def named_misspelled(self, valu: Named | None, number: int) -> Named | None:
        return valu

    @hookimpl(AsyncCollectSpec.named)  # reject: wrong answer
    async def named_answering(self, value: Named | None, number: int) -> bytes:
        return b""

    @hookimpl(AsyncCollectSpec.named)  # reject: mistyped parameter
    async def named_mistyped(self, value: Named | None, number: bytes) -> Named | None:
        return value
