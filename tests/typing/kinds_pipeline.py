"""Parameters and answers of every kind, for hooks that thread a value; sync and async."""

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


class PipelineSpec(Protocol):
    @hookspec(pipeline="value")
    def anything(self, *, value: Any, number: int) -> Any: ...

    @hookspec(pipeline="value")
    def mapping(self, *, value: dict[str, Any], number: int) -> dict[str, Any]: ...

    @hookspec(pipeline="value")
    def function(self, *, value: Callable[..., int], number: int) -> Callable[..., int]: ...

    @hookspec(pipeline="value")
    def optional(self, *, value: str | None, number: int) -> str | None: ...

    @hookspec(pipeline="value")
    def union(self, *, value: int | str, number: int) -> int | str: ...

    @hookspec(pipeline="value")
    def union_or_none(self, *, value: str | Path | None, number: int) -> str | Path | None: ...

    @hookspec(pipeline="value")
    def mapping_or_none(self, *, value: dict[str, Any] | None, number: int) -> dict[str, Any] | None: ...

    @hookspec(pipeline="value")
    def sizes(self, *, value: list[Size], number: int) -> list[Size]: ...

    @hookspec(pipeline="value")
    def boxes(self, *, value: Box[int], number: int) -> Box[int]: ...

    @hookspec(pipeline="value")
    def named(self, *, value: Named | None, number: int) -> Named | None: ...


def pipeline(hook: PipelineSpec, box: Named) -> None:
    assert_type(hook.anything(value=1, number=1), Any)
    hook.anything(valu=1, number=1)  # reject(mypy, pyright, pyrefly): misspelled argument
    assert_type(hook.mapping(value={}, number=1), dict[str, Any])
    hook.mapping(valu={}, number=1)  # reject: misspelled argument
    assert_type(hook.function(value=len, number=1), Callable[..., int])
    hook.function(valu=len, number=1)  # reject: misspelled argument
    assert_type(hook.optional(value="", number=1), str)
    hook.optional(valu="", number=1)  # reject: misspelled argument
    assert_type(hook.union(value=1, number=1), int | str)
    hook.union(valu=1, number=1)  # reject: misspelled argument
    assert_type(hook.union_or_none(value="", number=1), str | Path)
    hook.union_or_none(valu="", number=1)  # reject: misspelled argument
    assert_type(hook.mapping_or_none(value={}, number=1), dict[str, Any])
    hook.mapping_or_none(valu={}, number=1)  # reject: misspelled argument
    assert_type(hook.sizes(value=[], number=1), list[Size])
    hook.sizes(valu=[], number=1)  # reject: misspelled argument
    assert_type(hook.boxes(value=Box(1), number=1), Box[int])
    hook.boxes(valu=Box(1), number=1)  # reject: misspelled argument
    assert_type(hook.named(value=box, number=1), Named)
    hook.named(valu=box, number=1)  # reject: misspelled argument


class RightPipeline:
    @hookimpl(PipelineSpec.anything)
    def anything(self, value: Any, number: int) -> Any:
        return value

    @hookimpl(PipelineSpec.mapping)
    def mapping(self, value: dict[str, Any], number: int) -> dict[str, Any]:
        return value

    @hookimpl(PipelineSpec.function)
    def function(self, value: Callable[..., int], number: int) -> Callable[..., int]:
        return value

    @hookimpl(PipelineSpec.optional)
    def optional(self, value: str | None, number: int) -> str | None:
        return value

    @hookimpl(PipelineSpec.union)
    def union(self, value: int | str, number: int) -> int | str:
        return value

    @hookimpl(PipelineSpec.union_or_none)
    def union_or_none(self, value: str | Path | None, number: int) -> str | Path | None:
        return value

    @hookimpl(PipelineSpec.mapping_or_none)
    def mapping_or_none(self, value: dict[str, Any] | None, number: int) -> dict[str, Any] | None:
        return value

    @hookimpl(PipelineSpec.sizes)
    def sizes(self, value: list[Size], number: int) -> list[Size]:
        return value

    @hookimpl(PipelineSpec.boxes)
    def boxes(self, value: Box[int], number: int) -> Box[int]:
        return value

    @hookimpl(PipelineSpec.named)
    def named(self, value: Named | None, number: int) -> Named | None:
        return value


class WrongPipeline:
    @hookimpl(PipelineSpec.anything)  # reject(mypy, pyright, pyrefly): misspelled parameter
    def anything_misspelled(self, valu: Any, number: int) -> Any:
        return valu

    @hookimpl(PipelineSpec.anything)  # reject(mypy, pyright, pyrefly): mistyped parameter
    def anything_mistyped(self, value: Any, number: bytes) -> Any:
        return value

    @hookimpl(PipelineSpec.mapping)  # reject: misspelled parameter
    def mapping_misspelled(self, valu: dict[str, Any], number: int) -> dict[str, Any]:
        return valu

    @hookimpl(PipelineSpec.mapping)  # reject: wrong answer
    def mapping_answering(self, value: dict[str, Any], number: int) -> list[str]:
        return []

    @hookimpl(PipelineSpec.mapping)  # reject: mistyped parameter
    def mapping_mistyped(self, value: dict[str, Any], number: bytes) -> dict[str, Any]:
        return value

    @hookimpl(PipelineSpec.function)  # reject: misspelled parameter
    def function_misspelled(self, valu: Callable[..., int], number: int) -> Callable[..., int]:
        return valu

    @hookimpl(PipelineSpec.function)  # reject: wrong answer
    def function_answering(self, value: Callable[..., int], number: int) -> str:
        return ""

    @hookimpl(PipelineSpec.function)  # reject: mistyped parameter
    def function_mistyped(self, value: Callable[..., int], number: bytes) -> Callable[..., int]:
        return value

    @hookimpl(PipelineSpec.optional)  # reject: misspelled parameter
    def optional_misspelled(self, valu: str | None, number: int) -> str | None:
        return valu

    @hookimpl(PipelineSpec.optional)  # reject: wrong answer
    def optional_answering(self, value: str | None, number: int) -> bytes:
        return b""

    @hookimpl(PipelineSpec.optional)  # reject: mistyped parameter
    def optional_mistyped(self, value: str | None, number: bytes) -> str | None:
        return value

    @hookimpl(PipelineSpec.union)  # reject: misspelled parameter
    def union_misspelled(self, valu: int | str, number: int) -> int | str:
        return valu

    @hookimpl(PipelineSpec.union)  # reject: wrong answer
    def union_answering(self, value: int | str, number: int) -> bytes:
        return b""

    @hookimpl(PipelineSpec.union)  # reject: mistyped parameter
    def union_mistyped(self, value: int | str, number: bytes) -> int | str:
        return value

    @hookimpl(PipelineSpec.union_or_none)  # reject: misspelled parameter
    def union_or_none_misspelled(self, valu: str | Path | None, number: int) -> str | Path | None:
        return valu

    @hookimpl(PipelineSpec.union_or_none)  # reject: wrong answer
    def union_or_none_answering(self, value: str | Path | None, number: int) -> bytes:
        return b""

    @hookimpl(PipelineSpec.union_or_none)  # reject: mistyped parameter
    def union_or_none_mistyped(self, value: str | Path | None, number: bytes) -> str | Path | None:
        return value

    @hookimpl(PipelineSpec.mapping_or_none)  # reject: misspelled parameter
    def mapping_or_none_misspelled(self, valu: dict[str, Any] | None, number: int) -> dict[str, Any] | None:
        return valu

    @hookimpl(PipelineSpec.mapping_or_none)  # reject: wrong answer
    def mapping_or_none_answering(self, value: dict[str, Any] | None, number: int) -> list[str]:
        return []

    @hookimpl(PipelineSpec.mapping_or_none)  # reject: mistyped parameter
    def mapping_or_none_mistyped(self, value: dict[str, Any] | None, number: bytes) -> dict[str, Any] | None:
        return value

    @hookimpl(PipelineSpec.sizes)  # reject: misspelled parameter
    def sizes_misspelled(self, valu: list[Size], number: int) -> list[Size]:
        return valu

    @hookimpl(PipelineSpec.sizes)  # reject: wrong answer
    def sizes_answering(self, value: list[Size], number: int) -> list[str]:
        return []

    @hookimpl(PipelineSpec.sizes)  # reject: mistyped parameter
    def sizes_mistyped(self, value: list[Size], number: bytes) -> list[Size]:
        return value

    @hookimpl(PipelineSpec.boxes)  # reject: misspelled parameter
    def boxes_misspelled(self, valu: Box[int], number: int) -> Box[int]:
        return valu

    @hookimpl(PipelineSpec.boxes)  # reject: wrong answer
    def boxes_answering(self, value: Box[int], number: int) -> Box[str]:
        return Box("")

    @hookimpl(PipelineSpec.boxes)  # reject: mistyped parameter
    def boxes_mistyped(self, value: Box[int], number: bytes) -> Box[int]:
        return value

    @hookimpl(PipelineSpec.named)  # reject: misspelled parameter
    def named_misspelled(self, valu: Named | None, number: int) -> Named | None:
        return valu

    @hookimpl(PipelineSpec.named)  # reject: wrong answer
    def named_answering(self, value: Named | None, number: int) -> bytes:
        return b""

    @hookimpl(PipelineSpec.named)  # reject: mistyped parameter
    def named_mistyped(self, value: Named | None, number: bytes) -> Named | None:
        return value


class AsyncPipelineSpec(Protocol):
    @hookspec(pipeline="value")
    async def anything(self, *, value: Any, number: int) -> Any: ...

    @hookspec(pipeline="value")
    async def mapping(self, *, value: dict[str, Any], number: int) -> dict[str, Any]: ...

    @hookspec(pipeline="value")
    async def function(self, *, value: Callable[..., int], number: int) -> Callable[..., int]: ...

    @hookspec(pipeline="value")
    async def optional(self, *, value: str | None, number: int) -> str | None: ...

    @hookspec(pipeline="value")
    async def union(self, *, value: int | str, number: int) -> int | str: ...

    @hookspec(pipeline="value")
    async def union_or_none(self, *, value: str | Path | None, number: int) -> str | Path | None: ...

    @hookspec(pipeline="value")
    async def mapping_or_none(self, *, value: dict[str, Any] | None, number: int) -> dict[str, Any] | None: ...

    @hookspec(pipeline="value")
    async def sizes(self, *, value: list[Size], number: int) -> list[Size]: ...

    @hookspec(pipeline="value")
    async def boxes(self, *, value: Box[int], number: int) -> Box[int]: ...

    @hookspec(pipeline="value")
    async def named(self, *, value: Named | None, number: int) -> Named | None: ...


async def async_pipeline(hook: AsyncPipelineSpec, box: Named) -> None:
    assert_type(await hook.anything(value=1, number=1), Any)
    await hook.anything(valu=1, number=1)  # reject: misspelled argument
    assert_type(await hook.mapping(value={}, number=1), dict[str, Any])
    await hook.mapping(valu={}, number=1)  # reject: misspelled argument
    assert_type(await hook.function(value=len, number=1), Callable[..., int])
    await hook.function(valu=len, number=1)  # reject: misspelled argument
    assert_type(await hook.optional(value="", number=1), str)
    await hook.optional(valu="", number=1)  # reject: misspelled argument
    assert_type(await hook.union(value=1, number=1), int | str)
    await hook.union(valu=1, number=1)  # reject: misspelled argument
    assert_type(await hook.union_or_none(value="", number=1), str | Path)
    await hook.union_or_none(valu="", number=1)  # reject: misspelled argument
    assert_type(await hook.mapping_or_none(value={}, number=1), dict[str, Any])
    await hook.mapping_or_none(valu={}, number=1)  # reject: misspelled argument
    assert_type(await hook.sizes(value=[], number=1), list[Size])
    await hook.sizes(valu=[], number=1)  # reject: misspelled argument
    assert_type(await hook.boxes(value=Box(1), number=1), Box[int])
    await hook.boxes(valu=Box(1), number=1)  # reject: misspelled argument
    assert_type(await hook.named(value=box, number=1), Named)
    await hook.named(valu=box, number=1)  # reject: misspelled argument


class RightAsyncPipeline:
    @hookimpl(AsyncPipelineSpec.anything)
    async def anything(self, value: Any, number: int) -> Any:
        return value

    @hookimpl(AsyncPipelineSpec.mapping)
    async def mapping(self, value: dict[str, Any], number: int) -> dict[str, Any]:
        return value

    @hookimpl(AsyncPipelineSpec.function)
    async def function(self, value: Callable[..., int], number: int) -> Callable[..., int]:
        return value

    @hookimpl(AsyncPipelineSpec.optional)
    async def optional(self, value: str | None, number: int) -> str | None:
        return value

    @hookimpl(AsyncPipelineSpec.union)
    async def union(self, value: int | str, number: int) -> int | str:
        return value

    @hookimpl(AsyncPipelineSpec.union_or_none)
    async def union_or_none(self, value: str | Path | None, number: int) -> str | Path | None:
        return value

    @hookimpl(AsyncPipelineSpec.mapping_or_none)
    async def mapping_or_none(self, value: dict[str, Any] | None, number: int) -> dict[str, Any] | None:
        return value

    @hookimpl(AsyncPipelineSpec.sizes)
    async def sizes(self, value: list[Size], number: int) -> list[Size]:
        return value

    @hookimpl(AsyncPipelineSpec.boxes)
    async def boxes(self, value: Box[int], number: int) -> Box[int]:
        return value

    @hookimpl(AsyncPipelineSpec.named)
    async def named(self, value: Named | None, number: int) -> Named | None:
        return value


class WrongAsyncPipeline:
    @hookimpl(AsyncPipelineSpec.anything)  # reject: misspelled parameter
    async def anything_misspelled(self, valu: Any, number: int) -> Any:
        return valu

    @hookimpl(AsyncPipelineSpec.anything)  # reject: mistyped parameter
    async def anything_mistyped(self, value: Any, number: bytes) -> Any:
        return value

    @hookimpl(AsyncPipelineSpec.mapping)  # reject: misspelled parameter
    async def mapping_misspelled(self, valu: dict[str, Any], number: int) -> dict[str, Any]:
        return valu

    @hookimpl(AsyncPipelineSpec.mapping)  # reject: wrong answer
    async def mapping_answering(self, value: dict[str, Any], number: int) -> list[str]:
        return []

    @hookimpl(AsyncPipelineSpec.mapping)  # reject: mistyped parameter
    async def mapping_mistyped(self, value: dict[str, Any], number: bytes) -> dict[str, Any]:
        return value

    @hookimpl(AsyncPipelineSpec.function)  # reject: misspelled parameter
    async def function_misspelled(self, valu: Callable[..., int], number: int) -> Callable[..., int]:
        return valu

    @hookimpl(AsyncPipelineSpec.function)  # reject: wrong answer
    async def function_answering(self, value: Callable[..., int], number: int) -> str:
        return ""

    @hookimpl(AsyncPipelineSpec.function)  # reject: mistyped parameter
    async def function_mistyped(self, value: Callable[..., int], number: bytes) -> Callable[..., int]:
        return value

    @hookimpl(AsyncPipelineSpec.optional)  # reject: misspelled parameter
    async def optional_misspelled(self, valu: str | None, number: int) -> str | None:
        return valu

    @hookimpl(AsyncPipelineSpec.optional)  # reject: wrong answer
    async def optional_answering(self, value: str | None, number: int) -> bytes:
        return b""

    @hookimpl(AsyncPipelineSpec.optional)  # reject: mistyped parameter
    async def optional_mistyped(self, value: str | None, number: bytes) -> str | None:
        return value

    @hookimpl(AsyncPipelineSpec.union)  # reject: misspelled parameter
    async def union_misspelled(self, valu: int | str, number: int) -> int | str:
        return valu

    @hookimpl(AsyncPipelineSpec.union)  # reject: wrong answer
    async def union_answering(self, value: int | str, number: int) -> bytes:
        return b""

    @hookimpl(AsyncPipelineSpec.union)  # reject: mistyped parameter
    async def union_mistyped(self, value: int | str, number: bytes) -> int | str:
        return value

    @hookimpl(AsyncPipelineSpec.union_or_none)  # reject: misspelled parameter
    async def union_or_none_misspelled(self, valu: str | Path | None, number: int) -> str | Path | None:
        return valu

    @hookimpl(AsyncPipelineSpec.union_or_none)  # reject: wrong answer
    async def union_or_none_answering(self, value: str | Path | None, number: int) -> bytes:
        return b""

    @hookimpl(AsyncPipelineSpec.union_or_none)  # reject: mistyped parameter
    async def union_or_none_mistyped(self, value: str | Path | None, number: bytes) -> str | Path | None:
        return value

    @hookimpl(AsyncPipelineSpec.mapping_or_none)  # reject: misspelled parameter
    async def mapping_or_none_misspelled(self, valu: dict[str, Any] | None, number: int) -> dict[str, Any] | None:
        return valu

    @hookimpl(AsyncPipelineSpec.mapping_or_none)  # reject: wrong answer
    async def mapping_or_none_answering(self, value: dict[str, Any] | None, number: int) -> list[str]:
        return []

    @hookimpl(AsyncPipelineSpec.mapping_or_none)  # reject: mistyped parameter
    async def mapping_or_none_mistyped(self, value: dict[str, Any] | None, number: bytes) -> dict[str, Any] | None:
        return value

    @hookimpl(AsyncPipelineSpec.sizes)  # reject: misspelled parameter
    async def sizes_misspelled(self, valu: list[Size], number: int) -> list[Size]:
        return valu

    @hookimpl(AsyncPipelineSpec.sizes)  # reject: wrong answer
    async def sizes_answering(self, value: list[Size], number: int) -> list[str]:
        return []

    @hookimpl(AsyncPipelineSpec.sizes)  # reject: mistyped parameter
    async def sizes_mistyped(self, value: list[Size], number: bytes) -> list[Size]:
        return value

    @hookimpl(AsyncPipelineSpec.boxes)  # reject: misspelled parameter
    async def boxes_misspelled(self, valu: Box[int], number: int) -> Box[int]:
        return valu

    @hookimpl(AsyncPipelineSpec.boxes)  # reject: wrong answer
    async def boxes_answering(self, value: Box[int], number: int) -> Box[str]:
        return Box("")

    @hookimpl(AsyncPipelineSpec.boxes)  # reject: mistyped parameter
    async def boxes_mistyped(self, value: Box[int], number: bytes) -> Box[int]:
        return value

    @hookimpl(AsyncPipelineSpec.named)  # reject: misspelled parameter
    async def named_misspelled(self, valu: Named | None, number: int) -> Named | None:
        return valu

    @hookimpl(AsyncPipelineSpec.named)  # reject: wrong answer
    async def named_answering(self, value: Named | None, number: int) -> bytes:
        return b""

    @hookimpl(AsyncPipelineSpec.named)  # reject: mistyped parameter
    async def named_mistyped(self, value: Named | None, number: bytes) -> Named | None:
        return value
