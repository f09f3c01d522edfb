"""Parameters and answers of every kind, for hooks that give the first answer; sync and async."""

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


class FirstresultSpec(Protocol):
    @hookspec(firstresult=True)
    def anything(self, *, value: Any, number: int) -> Any: ...

    @hookspec(firstresult=True)
    def mapping(self, *, value: dict[str, Any], number: int) -> dict[str, Any]: ...

    @hookspec(firstresult=True)
    def function(self, *, value: Callable[..., int], number: int) -> Callable[..., int]: ...

    @hookspec(firstresult=True)
    def optional(self, *, value: str | None, number: int) -> str | None: ...

    @hookspec(firstresult=True)
    def union(self, *, value: int | str, number: int) -> int | str: ...

    @hookspec(firstresult=True)
    def union_or_none(self, *, value: str | Path | None, number: int) -> str | Path | None: ...

    @hookspec(firstresult=True)
    def mapping_or_none(self, *, value: dict[str, Any] | None, number: int) -> dict[str, Any] | None: ...

    @hookspec(firstresult=True)
    def sizes(self, *, value: list[Size], number: int) -> list[Size]: ...

    @hookspec(firstresult=True)
    def boxes(self, *, value: Box[int], number: int) -> Box[int]: ...

    @hookspec(firstresult=True)
    def named(self, *, value: Named | None, number: int) -> Named | None: ...


def firstresult(hook: FirstresultSpec, box: Named) -> None:
    assert_type(hook.anything(value=1, number=1), Any)
    hook.anything(valu=1, number=1)  # reject(mypy, pyright, pyrefly): misspelled argument
    assert_type(hook.mapping(value={}, number=1), dict[str, Any] | None)
    hook.mapping(valu={}, number=1)  # reject: misspelled argument
    assert_type(hook.function(value=len, number=1), Callable[..., int] | None)
    hook.function(valu=len, number=1)  # reject: misspelled argument
    assert_type(hook.optional(value="", number=1), str | None)
    hook.optional(valu="", number=1)  # reject: misspelled argument
    assert_type(hook.union(value=1, number=1), int | str | None)
    hook.union(valu=1, number=1)  # reject: misspelled argument
    assert_type(hook.union_or_none(value="", number=1), str | Path | None)
    hook.union_or_none(valu="", number=1)  # reject: misspelled argument
    assert_type(hook.mapping_or_none(value={}, number=1), dict[str, Any] | None)
    hook.mapping_or_none(valu={}, number=1)  # reject: misspelled argument
    assert_type(hook.sizes(value=[], number=1), list[Size] | None)
    hook.sizes(valu=[], number=1)  # reject: misspelled argument
    assert_type(hook.boxes(value=Box(1), number=1), Box[int] | None)
    hook.boxes(valu=Box(1), number=1)  # reject: misspelled argument
    assert_type(hook.named(value=box, number=1), Named | None)
    hook.named(valu=box, number=1)  # reject: misspelled argument


class RightFirstresult:
    @hookimpl(FirstresultSpec.anything)
    def anything(self, value: Any, number: int) -> Any:
        return value

    @hookimpl(FirstresultSpec.mapping)
    def mapping(self, value: dict[str, Any], number: int) -> dict[str, Any]:
        return value

    @hookimpl(FirstresultSpec.function)
    def function(self, value: Callable[..., int], number: int) -> Callable[..., int]:
        return value

    @hookimpl(FirstresultSpec.optional)
    def optional(self, value: str | None, number: int) -> str | None:
        return value

    @hookimpl(FirstresultSpec.union)
    def union(self, value: int | str, number: int) -> int | str:
        return value

    @hookimpl(FirstresultSpec.union_or_none)
    def union_or_none(self, value: str | Path | None, number: int) -> str | Path | None:
        return value

    @hookimpl(FirstresultSpec.mapping_or_none)
    def mapping_or_none(self, value: dict[str, Any] | None, number: int) -> dict[str, Any] | None:
        return value

    @hookimpl(FirstresultSpec.sizes)
    def sizes(self, value: list[Size], number: int) -> list[Size]:
        return value

    @hookimpl(FirstresultSpec.boxes)
    def boxes(self, value: Box[int], number: int) -> Box[int]:
        return value

    @hookimpl(FirstresultSpec.named)
    def named(self, value: Named | None, number: int) -> Named | None:
        return value


class WrongFirstresult:
    @hookimpl(FirstresultSpec.anything)  # reject(mypy, pyright, pyrefly): misspelled parameter
    def anything_misspelled(self, valu: Any, number: int) -> Any:
        return valu

    @hookimpl(FirstresultSpec.anything)  # reject(mypy, pyright, pyrefly): mistyped parameter
    def anything_mistyped(self, value: Any, number: bytes) -> Any:
        return value

    @hookimpl(FirstresultSpec.mapping)  # reject: misspelled parameter
    def mapping_misspelled(self, valu: dict[str, Any], number: int) -> dict[str, Any]:
        return valu

    @hookimpl(FirstresultSpec.mapping)  # reject: wrong answer
    def mapping_answering(self, value: dict[str, Any], number: int) -> list[str]:
        return []

    @hookimpl(FirstresultSpec.mapping)  # reject: mistyped parameter
    def mapping_mistyped(self, value: dict[str, Any], number: bytes) -> dict[str, Any]:
        return value

    @hookimpl(FirstresultSpec.function)  # reject: misspelled parameter
    def function_misspelled(self, valu: Callable[..., int], number: int) -> Callable[..., int]:
        return valu

    @hookimpl(FirstresultSpec.function)  # reject: wrong answer
    def function_answering(self, value: Callable[..., int], number: int) -> str:
        return ""

    @hookimpl(FirstresultSpec.function)  # reject: mistyped parameter
    def function_mistyped(self, value: Callable[..., int], number: bytes) -> Callable[..., int]:
        return value

    @hookimpl(FirstresultSpec.optional)  # reject: misspelled parameter
    def optional_misspelled(self, valu: str | None, number: int) -> str | None:
        return valu

    @hookimpl(FirstresultSpec.optional)  # reject: wrong answer
    def optional_answering(self, value: str | None, number: int) -> bytes:
        return b""

    @hookimpl(FirstresultSpec.optional)  # reject: mistyped parameter
    def optional_mistyped(self, value: str | None, number: bytes) -> str | None:
        return value

    @hookimpl(FirstresultSpec.union)  # reject: misspelled parameter
    def union_misspelled(self, valu: int | str, number: int) -> int | str:
        return valu

    @hookimpl(FirstresultSpec.union)  # reject: wrong answer
    def union_answering(self, value: int | str, number: int) -> bytes:
        return b""

    @hookimpl(FirstresultSpec.union)  # reject: mistyped parameter
    def union_mistyped(self, value: int | str, number: bytes) -> int | str:
        return value

    @hookimpl(FirstresultSpec.union_or_none)  # reject: misspelled parameter
    def union_or_none_misspelled(self, valu: str | Path | None, number: int) -> str | Path | None:
        return valu

    @hookimpl(FirstresultSpec.union_or_none)  # reject: wrong answer
    def union_or_none_answering(self, value: str | Path | None, number: int) -> bytes:
        return b""

    @hookimpl(FirstresultSpec.union_or_none)  # reject: mistyped parameter
    def union_or_none_mistyped(self, value: str | Path | None, number: bytes) -> str | Path | None:
        return value

    @hookimpl(FirstresultSpec.mapping_or_none)  # reject: misspelled parameter
    def mapping_or_none_misspelled(self, valu: dict[str, Any] | None, number: int) -> dict[str, Any] | None:
        return valu

    @hookimpl(FirstresultSpec.mapping_or_none)  # reject: wrong answer
    def mapping_or_none_answering(self, value: dict[str, Any] | None, number: int) -> list[str]:
        return []

    @hookimpl(FirstresultSpec.mapping_or_none)  # reject: mistyped parameter
    def mapping_or_none_mistyped(self, value: dict[str, Any] | None, number: bytes) -> dict[str, Any] | None:
        return value

    @hookimpl(FirstresultSpec.sizes)  # reject: misspelled parameter
    def sizes_misspelled(self, valu: list[Size], number: int) -> list[Size]:
        return valu

    @hookimpl(FirstresultSpec.sizes)  # reject: wrong answer
    def sizes_answering(self, value: list[Size], number: int) -> list[str]:
        return []

    @hookimpl(FirstresultSpec.sizes)  # reject: mistyped parameter
    def sizes_mistyped(self, value: list[Size], number: bytes) -> list[Size]:
        return value

    @hookimpl(FirstresultSpec.boxes)  # reject: misspelled parameter
    def boxes_misspelled(self, valu: Box[int], number: int) -> Box[int]:
        return valu

    @hookimpl(FirstresultSpec.boxes)  # reject: wrong answer
    def boxes_answering(self, value: Box[int], number: int) -> Box[str]:
        return Box("")

    @hookimpl(FirstresultSpec.boxes)  # reject: mistyped parameter
    def boxes_mistyped(self, value: Box[int], number: bytes) -> Box[int]:
        return value

    @hookimpl(FirstresultSpec.named)  # reject: misspelled parameter
    def named_misspelled(self, valu: Named | None, number: int) -> Named | None:
        return valu

    @hookimpl(FirstresultSpec.named)  # reject: wrong answer
    def named_answering(self, value: Named | None, number: int) -> bytes:
        return b""

    @hookimpl(FirstresultSpec.named)  # reject: mistyped parameter
    def named_mistyped(self, value: Named | None, number: bytes) -> Named | None:
        return value


class AsyncFirstresultSpec(Protocol):
    @hookspec(firstresult=True)
    async def anything(self, *, value: Any, number: int) -> Any: ...

    @hookspec(firstresult=True)
    async def mapping(self, *, value: dict[str, Any], number: int) -> dict[str, Any]: ...

    @hookspec(firstresult=True)
    async def function(self, *, value: Callable[..., int], number: int) -> Callable[..., int]: ...

    @hookspec(firstresult=True)
    async def optional(self, *, value: str | None, number: int) -> str | None: ...

    @hookspec(firstresult=True)
    async def union(self, *, value: int | str, number: int) -> int | str: ...

    @hookspec(firstresult=True)
    async def union_or_none(self, *, value: str | Path | None, number: int) -> str | Path | None: ...

    @hookspec(firstresult=True)
    async def mapping_or_none(self, *, value: dict[str, Any] | None, number: int) -> dict[str, Any] | None: ...

    @hookspec(firstresult=True)
    async def sizes(self, *, value: list[Size], number: int) -> list[Size]: ...

    @hookspec(firstresult=True)
    async def boxes(self, *, value: Box[int], number: int) -> Box[int]: ...

    @hookspec(firstresult=True)
    async def named(self, *, value: Named | None, number: int) -> Named | None: ...


async def async_firstresult(hook: AsyncFirstresultSpec, box: Named) -> None:
    assert_type(await hook.anything(value=1, number=1), Any)
    await hook.anything(valu=1, number=1)  # reject: misspelled argument
    assert_type(await hook.mapping(value={}, number=1), dict[str, Any] | None)
    await hook.mapping(valu={}, number=1)  # reject: misspelled argument
    assert_type(await hook.function(value=len, number=1), Callable[..., int] | None)
    await hook.function(valu=len, number=1)  # reject: misspelled argument
    assert_type(await hook.optional(value="", number=1), str | None)
    await hook.optional(valu="", number=1)  # reject: misspelled argument
    assert_type(await hook.union(value=1, number=1), int | str | None)
    await hook.union(valu=1, number=1)  # reject: misspelled argument
    assert_type(await hook.union_or_none(value="", number=1), str | Path | None)
    await hook.union_or_none(valu="", number=1)  # reject: misspelled argument
    assert_type(await hook.mapping_or_none(value={}, number=1), dict[str, Any] | None)
    await hook.mapping_or_none(valu={}, number=1)  # reject: misspelled argument
    assert_type(await hook.sizes(value=[], number=1), list[Size] | None)
    await hook.sizes(valu=[], number=1)  # reject: misspelled argument
    assert_type(await hook.boxes(value=Box(1), number=1), Box[int] | None)
    await hook.boxes(valu=Box(1), number=1)  # reject: misspelled argument
    assert_type(await hook.named(value=box, number=1), Named | None)
    await hook.named(valu=box, number=1)  # reject: misspelled argument


class RightAsyncFirstresult:
    @hookimpl(AsyncFirstresultSpec.anything)
    async def anything(self, value: Any, number: int) -> Any:
        return value

    @hookimpl(AsyncFirstresultSpec.mapping)
    async def mapping(self, value: dict[str, Any], number: int) -> dict[str, Any]:
        return value

    @hookimpl(AsyncFirstresultSpec.function)
    async def function(self, value: Callable[..., int], number: int) -> Callable[..., int]:
        return value

    @hookimpl(AsyncFirstresultSpec.optional)
    async def optional(self, value: str | None, number: int) -> str | None:
        return value

    @hookimpl(AsyncFirstresultSpec.union)
    async def union(self, value: int | str, number: int) -> int | str:
        return value

    @hookimpl(AsyncFirstresultSpec.union_or_none)
    async def union_or_none(self, value: str | Path | None, number: int) -> str | Path | None:
        return value

    @hookimpl(AsyncFirstresultSpec.mapping_or_none)
    async def mapping_or_none(self, value: dict[str, Any] | None, number: int) -> dict[str, Any] | None:
        return value

    @hookimpl(AsyncFirstresultSpec.sizes)
    async def sizes(self, value: list[Size], number: int) -> list[Size]:
        return value

    @hookimpl(AsyncFirstresultSpec.boxes)
    async def boxes(self, value: Box[int], number: int) -> Box[int]:
        return value

    @hookimpl(AsyncFirstresultSpec.named)
    async def named(self, value: Named | None, number: int) -> Named | None:
        return value


class WrongAsyncFirstresult:
    @hookimpl(AsyncFirstresultSpec.anything)  # reject: misspelled parameter
    async def anything_misspelled(self, valu: Any, number: int) -> Any:
        return valu

    @hookimpl(AsyncFirstresultSpec.anything)  # reject: mistyped parameter
    async def anything_mistyped(self, value: Any, number: bytes) -> Any:
        return value

    @hookimpl(AsyncFirstresultSpec.mapping)  # reject: misspelled parameter
    async def mapping_misspelled(self, valu: dict[str, Any], number: int) -> dict[str, Any]:
        return valu

    @hookimpl(AsyncFirstresultSpec.mapping)  # reject: wrong answer
    async def mapping_answering(self, value: dict[str, Any], number: int) -> list[str]:
        return []

    @hookimpl(AsyncFirstresultSpec.mapping)  # reject: mistyped parameter
    async def mapping_mistyped(self, value: dict[str, Any], number: bytes) -> dict[str, Any]:
        return value

    @hookimpl(AsyncFirstresultSpec.function)  # reject: misspelled parameter
    async def function_misspelled(self, valu: Callable[..., int], number: int) -> Callable[..., int]:
        return valu

    @hookimpl(AsyncFirstresultSpec.function)  # reject: wrong answer
    async def function_answering(self, value: Callable[..., int], number: int) -> str:
        return ""

    @hookimpl(AsyncFirstresultSpec.function)  # reject: mistyped parameter
    async def function_mistyped(self, value: Callable[..., int], number: bytes) -> Callable[..., int]:
        return value

    @hookimpl(AsyncFirstresultSpec.optional)  # reject: misspelled parameter
    async def optional_misspelled(self, valu: str | None, number: int) -> str | None:
        return valu

    @hookimpl(AsyncFirstresultSpec.optional)  # reject: wrong answer
    async def optional_answering(self, value: str | None, number: int) -> bytes:
        return b""

    @hookimpl(AsyncFirstresultSpec.optional)  # reject: mistyped parameter
    async def optional_mistyped(self, value: str | None, number: bytes) -> str | None:
        return value

    @hookimpl(AsyncFirstresultSpec.union)  # reject: misspelled parameter
    async def union_misspelled(self, valu: int | str, number: int) -> int | str:
        return valu

    @hookimpl(AsyncFirstresultSpec.union)  # reject: wrong answer
    async def union_answering(self, value: int | str, number: int) -> bytes:
        return b""

    @hookimpl(AsyncFirstresultSpec.union)  # reject: mistyped parameter
    async def union_mistyped(self, value: int | str, number: bytes) -> int | str:
        return value

    @hookimpl(AsyncFirstresultSpec.union_or_none)  # reject: misspelled parameter
    async def union_or_none_misspelled(self, valu: str | Path | None, number: int) -> str | Path | None:
        return valu

    @hookimpl(AsyncFirstresultSpec.union_or_none)  # reject: wrong answer
    async def union_or_none_answering(self, value: str | Path | None, number: int) -> bytes:
        return b""

    @hookimpl(AsyncFirstresultSpec.union_or_none)  # reject: mistyped parameter
    async def union_or_none_mistyped(self, value: str | Path | None, number: bytes) -> str | Path | None:
        return value

    @hookimpl(AsyncFirstresultSpec.mapping_or_none)  # reject: misspelled parameter
    async def mapping_or_none_misspelled(self, valu: dict[str, Any] | None, number: int) -> dict[str, Any] | None:
        return valu

    @hookimpl(AsyncFirstresultSpec.mapping_or_none)  # reject: wrong answer
    async def mapping_or_none_answering(self, value: dict[str, Any] | None, number: int) -> list[str]:
        return []

    @hookimpl(AsyncFirstresultSpec.mapping_or_none)  # reject: mistyped parameter
    async def mapping_or_none_mistyped(self, value: dict[str, Any] | None, number: bytes) -> dict[str, Any] | None:
        return value

    @hookimpl(AsyncFirstresultSpec.sizes)  # reject: misspelled parameter
    async def sizes_misspelled(self, valu: list[Size], number: int) -> list[Size]:
        return valu

    @hookimpl(AsyncFirstresultSpec.sizes)  # reject: wrong answer
    async def sizes_answering(self, value: list[Size], number: int) -> list[str]:
        return []

    @hookimpl(AsyncFirstresultSpec.sizes)  # reject: mistyped parameter
    async def sizes_mistyped(self, value: list[Size], number: bytes) -> list[Size]:
        return value

    @hookimpl(AsyncFirstresultSpec.boxes)  # reject: misspelled parameter
    async def boxes_misspelled(self, valu: Box[int], number: int) -> Box[int]:
        return valu

    @hookimpl(AsyncFirstresultSpec.boxes)  # reject: wrong answer
    async def boxes_answering(self, value: Box[int], number: int) -> Box[str]:
        return Box("")

    @hookimpl(AsyncFirstresultSpec.boxes)  # reject: mistyped parameter
    async def boxes_mistyped(self, value: Box[int], number: bytes) -> Box[int]:
        return value

    @hookimpl(AsyncFirstresultSpec.named)  # reject: misspelled parameter
    async def named_misspelled(self, valu: Named | None, number: int) -> Named | None:
        return valu

    @hookimpl(AsyncFirstresultSpec.named)  # reject: wrong answer
    async def named_answering(self, value: Named | None, number: int) -> bytes:
        return b""

    @hookimpl(AsyncFirstresultSpec.named)  # reject: mistyped parameter
    async def named_mistyped(self, value: Named | None, number: bytes) -> Named | None:
        return value
