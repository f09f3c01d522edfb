"""Parameters and answers of every kind, for hooks that are historic; sync and async."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, Protocol, TypedDict, TypeVar

from pluginkit import hookimpl, hookspec

T = TypeVar("T")


class Size(TypedDict):
    width: int


class Box(Generic[T]):
    def __init__(self, content: T) -> None:
        self.content = content


class Named(Protocol):
    name: str


def misanswered(answer: memoryview) -> None: ...


class HistoricSpec(Protocol):
    @hookspec(historic=True)
    def anything(self, *, value: Any, number: int) -> Any: ...

    @hookspec(historic=True)
    def mapping(self, *, value: dict[str, Any], number: int) -> dict[str, Any]: ...

    @hookspec(historic=True)
    def function(self, *, value: Callable[..., int], number: int) -> Callable[..., int]: ...

    @hookspec(historic=True)
    def optional(self, *, value: str | None, number: int) -> str | None: ...

    @hookspec(historic=True)
    def union(self, *, value: int | str, number: int) -> int | str: ...

    @hookspec(historic=True)
    def union_or_none(self, *, value: str | Path | None, number: int) -> str | Path | None: ...

    @hookspec(historic=True)
    def mapping_or_none(self, *, value: dict[str, Any] | None, number: int) -> dict[str, Any] | None: ...

    @hookspec(historic=True)
    def sizes(self, *, value: list[Size], number: int) -> list[Size]: ...

    @hookspec(historic=True)
    def boxes(self, *, value: Box[int], number: int) -> Box[int]: ...

    @hookspec(historic=True)
    def named(self, *, value: Named | None, number: int) -> Named | None: ...


def historic_anything_took(answer: Any) -> None: ...


def historic_mapping_took(answer: dict[str, Any]) -> None: ...


def historic_function_took(answer: Callable[..., int]) -> None: ...


def historic_optional_took(answer: str) -> None: ...


def historic_union_took(answer: int | str) -> None: ...


def historic_union_or_none_took(answer: str | Path) -> None: ...


def historic_mapping_or_none_took(answer: dict[str, Any]) -> None: ...


def historic_sizes_took(answer: list[Size]) -> None: ...


def historic_boxes_took(answer: Box[int]) -> None: ...


def historic_named_took(answer: Named) -> None: ...


def historic(hook: HistoricSpec, box: Named) -> None:
    hook.anything.call_historic(historic_anything_took, value=1, number=1)
    hook.anything.call_historic(valu=1, number=1)  # reject(mypy, pyright, pyrefly): misspelled argument
    hook.mapping.call_historic(historic_mapping_took, value={}, number=1)
    hook.mapping.call_historic(misanswered, value={}, number=1)  # reject: callback for other answers
    hook.mapping.call_historic(valu={}, number=1)  # reject: misspelled argument
    hook.function.call_historic(historic_function_took, value=len, number=1)
    hook.function.call_historic(misanswered, value=len, number=1)  # reject: callback for other answers
    hook.function.call_historic(valu=len, number=1)  # reject: misspelled argument
    hook.optional.call_historic(historic_optional_took, value="", number=1)
    hook.optional.call_historic(misanswered, value="", number=1)  # reject: callback for other answers
    hook.optional.call_historic(valu="", number=1)  # reject: misspelled argument
    hook.union.call_historic(historic_union_took, value=1, number=1)
    hook.union.call_historic(misanswered, value=1, number=1)  # reject: callback for other answers
    hook.union.call_historic(valu=1, number=1)  # reject: misspelled argument
    hook.union_or_none.call_historic(historic_union_or_none_took, value="", number=1)
    hook.union_or_none.call_historic(misanswered, value="", number=1)  # reject: callback for other answers
    hook.union_or_none.call_historic(valu="", number=1)  # reject: misspelled argument
    hook.mapping_or_none.call_historic(historic_mapping_or_none_took, value={}, number=1)
    hook.mapping_or_none.call_historic(misanswered, value={}, number=1)  # reject: callback for other answers
    hook.mapping_or_none.call_historic(valu={}, number=1)  # reject: misspelled argument
    hook.sizes.call_historic(historic_sizes_took, value=[], number=1)
    hook.sizes.call_historic(misanswered, value=[], number=1)  # reject: callback for other answers
    hook.sizes.call_historic(valu=[], number=1)  # reject: misspelled argument
    hook.boxes.call_historic(historic_boxes_took, value=Box(1), number=1)
    hook.boxes.call_historic(misanswered, value=Box(1), number=1)  # reject: callback for other answers
    hook.boxes.call_historic(valu=Box(1), number=1)  # reject: misspelled argument
    hook.named.call_historic(historic_named_took, value=box, number=1)
    hook.named.call_historic(misanswered, value=box, number=1)  # reject: callback for other answers
    hook.named.call_historic(valu=box, number=1)  # reject: misspelled argument


class RightHistoric:
    @hookimpl(HistoricSpec.anything)
    def anything(self, value: Any, number: int) -> Any:
        return value

    @hookimpl(HistoricSpec.mapping)
    def mapping(self, value: dict[str, Any], number: int) -> dict[str, Any]:
        return value

    @hookimpl(HistoricSpec.function)
    def function(self, value: Callable[..., int], number: int) -> Callable[..., int]:
        return value

    @hookimpl(HistoricSpec.optional)
    def optional(self, value: str | None, number: int) -> str | None:
        return value

    @hookimpl(HistoricSpec.union)
    def union(self, value: int | str, number: int) -> int | str:
        return value

    @hookimpl(HistoricSpec.union_or_none)
    def union_or_none(self, value: str | Path | None, number: int) -> str | Path | None:
        return value

    @hookimpl(HistoricSpec.mapping_or_none)
    def mapping_or_none(self, value: dict[str, Any] | None, number: int) -> dict[str, Any] | None:
        return value

    @hookimpl(HistoricSpec.sizes)
    def sizes(self, value: list[Size], number: int) -> list[Size]:
        return value

    @hookimpl(HistoricSpec.boxes)
    def boxes(self, value: Box[int], number: int) -> Box[int]:
        return value

    @hookimpl(HistoricSpec.named)
    def named(self, value: Named | None, number: int) -> Named | None:
        return value


class WrongHistoric:
    @hookimpl(HistoricSpec.anything)  # reject(mypy, pyright, pyrefly): misspelled parameter
    def anything_misspelled(self, valu: Any, number: int) -> Any:
        return valu

    @hookimpl(HistoricSpec.anything)  # reject(mypy, pyright, pyrefly): mistyped parameter
    def anything_mistyped(self, value: Any, number: bytes) -> Any:
        return value

    @hookimpl(HistoricSpec.mapping)  # reject: misspelled parameter
    def mapping_misspelled(self, valu: dict[str, Any], number: int) -> dict[str, Any]:
        return valu

    @hookimpl(HistoricSpec.mapping)  # reject: wrong answer
    def mapping_answering(self, value: dict[str, Any], number: int) -> list[str]:
        return []

    @hookimpl(HistoricSpec.mapping)  # reject: mistyped parameter
    def mapping_mistyped(self, value: dict[str, Any], number: bytes) -> dict[str, Any]:
        return value

    @hookimpl(HistoricSpec.function)  # reject: misspelled parameter
    def function_misspelled(self, valu: Callable[..., int], number: int) -> Callable[..., int]:
        return valu

    @hookimpl(HistoricSpec.function)  # reject: wrong answer
    def function_answering(self, value: Callable[..., int], number: int) -> str:
        return ""

    @hookimpl(HistoricSpec.function)  # reject: mistyped parameter
    def function_mistyped(self, value: Callable[..., int], number: bytes) -> Callable[..., int]:
        return value

    @hookimpl(HistoricSpec.optional)  # reject: misspelled parameter
    def optional_misspelled(self, valu: str | None, number: int) -> str | None:
        return valu

    @hookimpl(HistoricSpec.optional)  # reject: wrong answer
    def optional_answering(self, value: str | None, number: int) -> bytes:
        return b""

    @hookimpl(HistoricSpec.optional)  # reject: mistyped parameter
    def optional_mistyped(self, value: str | None, number: bytes) -> str | None:
        return value

    @hookimpl(HistoricSpec.union)  # reject: misspelled parameter
    def union_misspelled(self, valu: int | str, number: int) -> int | str:
        return valu

    @hookimpl(HistoricSpec.union)  # reject: wrong answer
    def union_answering(self, value: int | str, number: int) -> bytes:
        return b""

    @hookimpl(HistoricSpec.union)  # reject: mistyped parameter
    def union_mistyped(self, value: int | str, number: bytes) -> int | str:
        return value

    @hookimpl(HistoricSpec.union_or_none)  # reject: misspelled parameter
    def union_or_none_misspelled(self, valu: str | Path | None, number: int) -> str | Path | None:
        return valu

    @hookimpl(HistoricSpec.union_or_none)  # reject: wrong answer
    def union_or_none_answering(self, value: str | Path | None, number: int) -> bytes:
        return b""

    @hookimpl(HistoricSpec.union_or_none)  # reject: mistyped parameter
    def union_or_none_mistyped(self, value: str | Path | None, number: bytes) -> str | Path | None:
        return value

    @hookimpl(HistoricSpec.mapping_or_none)  # reject: misspelled parameter
    def mapping_or_none_misspelled(self, valu: dict[str, Any] | None, number: int) -> dict[str, Any] | None:
        return valu

    @hookimpl(HistoricSpec.mapping_or_none)  # reject: wrong answer
    def mapping_or_none_answering(self, value: dict[str, Any] | None, number: int) -> list[str]:
        return []

    @hookimpl(HistoricSpec.mapping_or_none)  # reject: mistyped parameter
    def mapping_or_none_mistyped(self, value: dict[str, Any] | None, number: bytes) -> dict[str, Any] | None:
        return value

    @hookimpl(HistoricSpec.sizes)  # reject: misspelled parameter
    def sizes_misspelled(self, valu: list[Size], number: int) -> list[Size]:
        return valu

    @hookimpl(HistoricSpec.sizes)  # reject: wrong answer
    def sizes_answering(self, value: list[Size], number: int) -> list[str]:
        return []

    @hookimpl(HistoricSpec.sizes)  # reject: mistyped parameter
    def sizes_mistyped(self, value: list[Size], number: bytes) -> list[Size]:
        return value

    @hookimpl(HistoricSpec.boxes)  # reject: misspelled parameter
    def boxes_misspelled(self, valu: Box[int], number: int) -> Box[int]:
        return valu

    @hookimpl(HistoricSpec.boxes)  # reject: wrong answer
    def boxes_answering(self, value: Box[int], number: int) -> Box[str]:
        return Box("")

    @hookimpl(HistoricSpec.boxes)  # reject: mistyped parameter
    def boxes_mistyped(self, value: Box[int], number: bytes) -> Box[int]:
        return value

    @hookimpl(HistoricSpec.named)  # reject: misspelled parameter
    def named_misspelled(self, valu: Named | None, number: int) -> Named | None:
        return valu

    @hookimpl(HistoricSpec.named)  # reject: wrong answer
    def named_answering(self, value: Named | None, number: int) -> bytes:
        return b""

    @hookimpl(HistoricSpec.named)  # reject: mistyped parameter
    def named_mistyped(self, value: Named | None, number: bytes) -> Named | None:
        return value


class AsyncHistoricSpec(Protocol):
    @hookspec(historic=True)
    async def anything(self, *, value: Any, number: int) -> Any: ...

    @hookspec(historic=True)
    async def mapping(self, *, value: dict[str, Any], number: int) -> dict[str, Any]: ...

    @hookspec(historic=True)
    async def function(self, *, value: Callable[..., int], number: int) -> Callable[..., int]: ...

    @hookspec(historic=True)
    async def optional(self, *, value: str | None, number: int) -> str | None: ...

    @hookspec(historic=True)
    async def union(self, *, value: int | str, number: int) -> int | str: ...

    @hookspec(historic=True)
    async def union_or_none(self, *, value: str | Path | None, number: int) -> str | Path | None: ...

    @hookspec(historic=True)
    async def mapping_or_none(self, *, value: dict[str, Any] | None, number: int) -> dict[str, Any] | None: ...

    @hookspec(historic=True)
    async def sizes(self, *, value: list[Size], number: int) -> list[Size]: ...

    @hookspec(historic=True)
    async def boxes(self, *, value: Box[int], number: int) -> Box[int]: ...

    @hookspec(historic=True)
    async def named(self, *, value: Named | None, number: int) -> Named | None: ...


def async_historic_anything_took(answer: Any) -> None: ...


def async_historic_mapping_took(answer: dict[str, Any]) -> None: ...


def async_historic_function_took(answer: Callable[..., int]) -> None: ...


def async_historic_optional_took(answer: str) -> None: ...


def async_historic_union_took(answer: int | str) -> None: ...


def async_historic_union_or_none_took(answer: str | Path) -> None: ...


def async_historic_mapping_or_none_took(answer: dict[str, Any]) -> None: ...


def async_historic_sizes_took(answer: list[Size]) -> None: ...


def async_historic_boxes_took(answer: Box[int]) -> None: ...


def async_historic_named_took(answer: Named) -> None: ...


async def async_historic(hook: AsyncHistoricSpec, box: Named) -> None:
    await hook.anything.call_historic(async_historic_anything_took, value=1, number=1)
    await hook.anything.call_historic(valu=1, number=1)  # reject: misspelled argument
    await hook.mapping.call_historic(async_historic_mapping_took, value={}, number=1)
    await hook.mapping.call_historic(misanswered, value={}, number=1)  # reject: callback for other answers
    await hook.mapping.call_historic(valu={}, number=1)  # reject: misspelled argument
    await hook.function.call_historic(async_historic_function_took, value=len, number=1)
    await hook.function.call_historic(misanswered, value=len, number=1)  # reject: callback for other answers
    await hook.function.call_historic(valu=len, number=1)  # reject: misspelled argument
    await hook.optional.call_historic(async_historic_optional_took, value="", number=1)
    await hook.optional.call_historic(misanswered, value="", number=1)  # reject: callback for other answers
    await hook.optional.call_historic(valu="", number=1)  # reject: misspelled argument
    await hook.union.call_historic(async_historic_union_took, value=1, number=1)
    await hook.union.call_historic(misanswered, value=1, number=1)  # reject: callback for other answers
    await hook.union.call_historic(valu=1, number=1)  # reject: misspelled argument
    await hook.union_or_none.call_historic(async_historic_union_or_none_took, value="", number=1)
    await hook.union_or_none.call_historic(misanswered, value="", number=1)  # reject: callback for other answers
    await hook.union_or_none.call_historic(valu="", number=1)  # reject: misspelled argument
    await hook.mapping_or_none.call_historic(async_historic_mapping_or_none_took, value={}, number=1)
    await hook.mapping_or_none.call_historic(misanswered, value={}, number=1)  # reject: callback for other answers
    await hook.mapping_or_none.call_historic(valu={}, number=1)  # reject: misspelled argument
    await hook.sizes.call_historic(async_historic_sizes_took, value=[], number=1)
    await hook.sizes.call_historic(misanswered, value=[], number=1)  # reject: callback for other answers
    await hook.sizes.call_historic(valu=[], number=1)  # reject: misspelled argument
    await hook.boxes.call_historic(async_historic_boxes_took, value=Box(1), number=1)
    await hook.boxes.call_historic(misanswered, value=Box(1), number=1)  # reject: callback for other answers
    await hook.boxes.call_historic(valu=Box(1), number=1)  # reject: misspelled argument
    await hook.named.call_historic(async_historic_named_took, value=box, number=1)
    await hook.named.call_historic(misanswered, value=box, number=1)  # reject: callback for other answers
    await hook.named.call_historic(valu=box, number=1)  # reject: misspelled argument


class RightAsyncHistoric:
    @hookimpl(AsyncHistoricSpec.anything)
    async def anything(self, value: Any, number: int) -> Any:
        return value

    @hookimpl(AsyncHistoricSpec.mapping)
    async def mapping(self, value: dict[str, Any], number: int) -> dict[str, Any]:
        return value

    @hookimpl(AsyncHistoricSpec.function)
    async def function(self, value: Callable[..., int], number: int) -> Callable[..., int]:
        return value

    @hookimpl(AsyncHistoricSpec.optional)
    async def optional(self, value: str | None, number: int) -> str | None:
        return value

    @hookimpl(AsyncHistoricSpec.union)
    async def union(self, value: int | str, number: int) -> int | str:
        return value

    @hookimpl(AsyncHistoricSpec.union_or_none)
    async def union_or_none(self, value: str | Path | None, number: int) -> str | Path | None:
        return value

    @hookimpl(AsyncHistoricSpec.mapping_or_none)
    async def mapping_or_none(self, value: dict[str, Any] | None, number: int) -> dict[str, Any] | None:
        return value

    @hookimpl(AsyncHistoricSpec.sizes)
    async def sizes(self, value: list[Size], number: int) -> list[Size]:
        return value

    @hookimpl(AsyncHistoricSpec.boxes)
    async def boxes(self, value: Box[int], number: int) -> Box[int]:
        return value

    @hookimpl(AsyncHistoricSpec.named)
    async def named(self, value: Named | None, number: int) -> Named | None:
        return value


class WrongAsyncHistoric:
    @hookimpl(AsyncHistoricSpec.anything)  # reject: misspelled parameter
    async def anything_misspelled(self, valu: Any, number: int) -> Any:
        return valu

    @hookimpl(AsyncHistoricSpec.anything)  # reject: mistyped parameter
    async def anything_mistyped(self, value: Any, number: bytes) -> Any:
        return value

    @hookimpl(AsyncHistoricSpec.mapping)  # reject: misspelled parameter
    async def mapping_misspelled(self, valu: dict[str, Any], number: int) -> dict[str, Any]:
        return valu

    @hookimpl(AsyncHistoricSpec.mapping)  # reject: wrong answer
    async def mapping_answering(self, value: dict[str, Any], number: int) -> list[str]:
        return []

    @hookimpl(AsyncHistoricSpec.mapping)  # reject: mistyped parameter
    async def mapping_mistyped(self, value: dict[str, Any], number: bytes) -> dict[str, Any]:
        return value

    @hookimpl(AsyncHistoricSpec.function)  # reject: misspelled parameter
    async def function_misspelled(self, valu: Callable[..., int], number: int) -> Callable[..., int]:
        return valu

    @hookimpl(AsyncHistoricSpec.function)  # reject: wrong answer
    async def function_answering(self, value: Callable[..., int], number: int) -> str:
        return ""

    @hookimpl(AsyncHistoricSpec.function)  # reject: mistyped parameter
    async def function_mistyped(self, value: Callable[..., int], number: bytes) -> Callable[..., int]:
        return value

    @hookimpl(AsyncHistoricSpec.optional)  # reject: misspelled parameter
    async def optional_misspelled(self, valu: str | None, number: int) -> str | None:
        return valu

    @hookimpl(AsyncHistoricSpec.optional)  # reject: wrong answer
    async def optional_answering(self, value: str | None, number: int) -> bytes:
        return b""

    @hookimpl(AsyncHistoricSpec.optional)  # reject: mistyped parameter
    async def optional_mistyped(self, value: str | None, number: bytes) -> str | None:
        return value

    @hookimpl(AsyncHistoricSpec.union)  # reject: misspelled parameter
    async def union_misspelled(self, valu: int | str, number: int) -> int | str:
        return valu

    @hookimpl(AsyncHistoricSpec.union)  # reject: wrong answer
    async def union_answering(self, value: int | str, number: int) -> bytes:
        return b""

    @hookimpl(AsyncHistoricSpec.union)  # reject: mistyped parameter
    async def union_mistyped(self, value: int | str, number: bytes) -> int | str:
        return value

    @hookimpl(AsyncHistoricSpec.union_or_none)  # reject: misspelled parameter
    async def union_or_none_misspelled(self, valu: str | Path | None, number: int) -> str | Path | None:
        return valu

    @hookimpl(AsyncHistoricSpec.union_or_none)  # reject: wrong answer
    async def union_or_none_answering(self, value: str | Path | None, number: int) -> bytes:
        return b""

    @hookimpl(AsyncHistoricSpec.union_or_none)  # reject: mistyped parameter
    async def union_or_none_mistyped(self, value: str | Path | None, number: bytes) -> str | Path | None:
        return value

    @hookimpl(AsyncHistoricSpec.mapping_or_none)  # reject: misspelled parameter
    async def mapping_or_none_misspelled(self, valu: dict[str, Any] | None, number: int) -> dict[str, Any] | None:
        return valu

    @hookimpl(AsyncHistoricSpec.mapping_or_none)  # reject: wrong answer
    async def mapping_or_none_answering(self, value: dict[str, Any] | None, number: int) -> list[str]:
        return []

    @hookimpl(AsyncHistoricSpec.mapping_or_none)  # reject: mistyped parameter
    async def mapping_or_none_mistyped(self, value: dict[str, Any] | None, number: bytes) -> dict[str, Any] | None:
        return value

    @hookimpl(AsyncHistoricSpec.sizes)  # reject: misspelled parameter
    async def sizes_misspelled(self, valu: list[Size], number: int) -> list[Size]:
        return valu

    @hookimpl(AsyncHistoricSpec.sizes)  # reject: wrong answer
    async def sizes_answering(self, value: list[Size], number: int) -> list[str]:
        return []

    @hookimpl(AsyncHistoricSpec.sizes)  # reject: mistyped parameter
    async def sizes_mistyped(self, value: list[Size], number: bytes) -> list[Size]:
        return value

    @hookimpl(AsyncHistoricSpec.boxes)  # reject: misspelled parameter
    async def boxes_misspelled(self, valu: Box[int], number: int) -> Box[int]:
        return valu

    @hookimpl(AsyncHistoricSpec.boxes)  # reject: wrong answer
    async def boxes_answering(self, value: Box[int], number: int) -> Box[str]:
        return Box("")

    @hookimpl(AsyncHistoricSpec.boxes)  # reject: mistyped parameter
    async def boxes_mistyped(self, value: Box[int], number: bytes) -> Box[int]:
        return value

    @hookimpl(AsyncHistoricSpec.named)  # reject: misspelled parameter
    async def named_misspelled(self, valu: Named | None, number: int) -> Named | None:
        return valu

    @hookimpl(AsyncHistoricSpec.named)  # reject: wrong answer
    async def named_answering(self, value: Named | None, number: int) -> bytes:
        return b""

    @hookimpl(AsyncHistoricSpec.named)  # reject: mistyped parameter
    async def named_mistyped(self, value: Named | None, number: bytes) -> Named | None:
        return value
