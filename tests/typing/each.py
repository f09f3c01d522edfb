"""`each` of callers in every mode, its outcomes, and `only`."""

from collections.abc import AsyncGenerator, Iterator
from typing import Protocol, assert_type

from pluginkit import Outcome, Registry, hookspec


class Spec(Protocol):
    @hookspec
    def collect(self, *, text: str, width: int) -> list[str]: ...

    @hookspec
    def optional(self, *, text: str) -> str | None: ...

    @hookspec(firstresult=True)
    def first(self, *, text: str) -> bytes: ...

    @hookspec(pipeline="text")
    def pipeline(self, *, text: str) -> str: ...

    @hookspec(historic=True)
    def historic(self, *, text: str) -> str: ...

    @hookspec(errors="skip")
    async def fetch(self, *, text: str) -> bytes: ...

    @hookspec(concurrent=True)
    async def at_once(self, *, text: str) -> list[int]: ...


registry = Registry(Spec)
hook = registry.hook
assert_type(hook.collect.each(text="", width=1), Iterator[Outcome[list[str]]])
assert_type(hook.optional.each(text=""), Iterator[Outcome[str]])
assert_type(hook.first.each(text=""), Iterator[Outcome[bytes]])
assert_type(hook.pipeline.each(text=""), Iterator[Outcome[str]])
assert_type(hook.fetch.each(text=""), AsyncGenerator[Outcome[bytes], None])
assert_type(hook.at_once.each(text=""), AsyncGenerator[Outcome[list[int]], None])

for outcome in hook.collect.each(text="", width=1):
    assert_type(outcome.plugin_name, str)
    assert_type(outcome.value, list[str] | None)
    assert_type(outcome.error, BaseException | None)
    assert_type(outcome.unwrap(), list[str])
    outcome.unwarp()  # reject: misspelled


async def iterate() -> None:
    async for each in hook.at_once.each(text=""):
        assert_type(each.unwrap(), list[int])
    async for found in hook.fetch.each(text=""):
        assert_type(found.unwrap(), bytes)


hook.collect.each(text="")  # reject: missing argument
hook.collect.each(text="", widht=1)  # reject: misspelled argument
hook.collect.each(text=1, width=1)  # reject: wrong type
hook.collect.each("", 1)  # reject: arguments go by keyword
hook.historic.each(text="")  # reject: a historic hook is not called directly
wrong: Iterator[Outcome[int]] = hook.pipeline.each(text="")  # reject: outcomes are text
as_object: Iterator[Outcome[object]] = hook.pipeline.each(text="")

assert_type(registry.only("a", "b"), Spec)
assert_type(registry.only("a").pipeline(text=""), str)
registry.only(name="a")  # reject: plugins go by position
