"""Hooks out of the ordinary: without parameters or answers, of unions and callables, with defaults."""

from collections.abc import Awaitable, Callable, Generator, Iterator, Sequence
from typing import Any, Literal, Protocol, TypedDict, assert_type

from pluginkit import Registry, hookimpl, hookspec


class Size(TypedDict):
    width: int


class UnusualSpec(Protocol):
    @hookspec
    def nothing_to_tell(self) -> str: ...

    @hookspec
    def nothing_at_all(self) -> None: ...

    @hookspec
    def either(self, *, value: int | str) -> int | str: ...

    @hookspec
    def choice(self) -> Literal["a", "b"]: ...

    @hookspec(firstresult=True)
    def first_either(self) -> int | str | None: ...

    @hookspec(pipeline="value")
    def pipeline_either(self, *, value: int | str) -> int | str: ...

    @hookspec(historic=True)
    def historic_either(self) -> int | str: ...

    @hookspec
    def anything(self, *, thing: object) -> object: ...

    @hookspec(firstresult=True)
    def first_anything(self, *, thing: object) -> object: ...

    @hookspec
    def truth(self) -> bool: ...

    @hookspec
    def lines(self, *, path: str) -> Iterator[str]: ...

    @hookspec(firstresult=True)
    def factory(self) -> Callable[[str], int] | None: ...

    @hookspec
    def size(self) -> Size: ...

    @hookspec
    def nested(self, *, items: Sequence[dict[str, list[int]]]) -> tuple[int, ...]: ...

    @hookspec
    def defaults(self, *, text: str, width: int = 80, strict: bool = False) -> str: ...

    @hookspec(pipeline="text")
    def pipeline_defaults(self, *, text: str = "", width: int = 80) -> str: ...

    @hookspec(historic=True)
    def historic_defaults(self, *, level: int = 0) -> None: ...

    @hookspec(pipeline="items")
    def narrowed(self, *, items: list[str] | None) -> list[str] | None: ...

    @hookspec
    def awaited(self) -> Awaitable[int]: ...


hook = Registry(UnusualSpec).hook
assert_type(hook.nothing_to_tell(), list[str])
assert_type(hook.nothing_at_all(), list[None])
assert_type(hook.either(value=1), list[int | str])
assert_type(hook.choice(), list[Literal["a", "b"]])
assert_type(hook.first_either(), int | str | None)
assert_type(hook.pipeline_either(value=1), int | str)
assert_type(hook.anything(thing=1), list[object])
assert_type(hook.first_anything(thing=1), object | None)
assert_type(hook.truth(), list[bool])
assert_type(hook.lines(path=""), list[Iterator[str]])
assert_type(hook.factory(), Callable[[str], int] | None)
assert_type(hook.size(), list[Size])
assert_type(hook.nested(items=[{"a": [1]}]), list[tuple[int, ...]])
assert_type(hook.awaited(), list[Awaitable[int]])

hook.nothing_to_tell(text="")  # reject: the hook has no parameters
hook.either(value=1.5)  # reject: neither of the two
hook.nested(items=[{"a": "b"}])  # reject: wrong argument, deep inside
hook.truth()[0].nope  # reject: unknown attribute of an answer

# defaults of the spec: calls may leave them out, and an implementation has its own
assert_type(hook.defaults(text=""), list[str])
assert_type(hook.defaults(text="", strict=True), list[str])
assert_type(hook.pipeline_defaults(), str)
assert_type(hook.pipeline_defaults(width=1), str)
assert_type(hook.historic_defaults.call_historic(), None)
hook.defaults()  # reject: an argument without a default is missing
hook.defaults(text="", width="")  # reject: wrong argument that has a default


class Right:
    @hookimpl(UnusualSpec.nothing_to_tell)
    def nothing_to_tell(self) -> str:
        return ""

    @hookimpl(UnusualSpec.nothing_to_tell)
    def nothing_and_rest(self, **_: object) -> str:
        return ""

    @hookimpl(UnusualSpec.nothing_at_all)
    def nothing_at_all(self) -> None: ...

    @hookimpl(UnusualSpec.either)
    def one_of_two(self, value: int | str) -> int:
        return len(str(value))

    @hookimpl(UnusualSpec.anything)
    def anything(self, thing: object) -> str:
        return str(thing)

    @hookimpl(UnusualSpec.lines)
    def lines(self, path: str) -> Iterator[str]:
        yield path

    @hookimpl(UnusualSpec.lines)
    def generated_lines(self, path: str) -> Generator[str, None, None]:
        yield path

    @hookimpl(UnusualSpec.factory)
    def factory(self) -> Callable[[str], int]:
        return len

    @hookimpl(UnusualSpec.defaults)
    def own_defaults(self, text: str, width: int = 100, strict: bool = True) -> str:
        return text[:width] * strict

    @hookimpl(UnusualSpec.defaults)
    def rest_for_defaults(self, text: str, **_: object) -> str:
        return text

    @hookimpl(UnusualSpec.awaited)
    async def awaited(self) -> int:
        return 1


class Wrong:
    @hookimpl(UnusualSpec.either)  # reject: none of the two
    def neither(self, **_: object) -> float:
        return 1.5

    @hookimpl(UnusualSpec.choice)  # reject: none of the choices
    def no_choice(self) -> Literal["c"]:
        return "c"

    @hookimpl(UnusualSpec.historic_either)  # reject: none of the two, of a historic hook
    def historic_neither(self) -> float:
        return 1.5

    @hookimpl(UnusualSpec.nothing_to_tell)  # reject: the hook has no parameters
    def parameter(self, text: str) -> str:
        return text

    @hookimpl(UnusualSpec.nothing_at_all)  # reject: the hook takes no answers
    def answer(self) -> int:
        return 1

    @hookimpl(UnusualSpec.either)  # reject: it takes one of two types only
    def narrower_parameter(self, value: int) -> int:
        return value

    @hookimpl(UnusualSpec.defaults)  # reject: no default where the spec has one
    def no_default(self, text: str, width: int, **_: object) -> str:
        return text[:width]

    @hookimpl(UnusualSpec.truth)  # reject: a number is not a bool
    def number(self) -> int:
        return 1


class LooseSpec(Protocol):
    """A hook that returns Any is not taken for an async one."""

    @hookspec
    def anything(self, *, number: int) -> Any: ...


for answer in Registry(LooseSpec).hook.anything(number=1):
    print(answer)
