"""What a call gives, in every mode, and what each mode makes of None."""

from typing import Protocol, assert_type

from pluginkit import BaseSpec, HistoricCaller, HistoricSpec, HookCaller, HookSpec, Registry, hookspec


class ModesSpec(Protocol):
    @hookspec
    def collect(self, *, number: int) -> str: ...

    @hookspec()
    def collect_called(self, *, number: int) -> str: ...

    @hookspec
    def collect_optional(self, *, number: int) -> str | None: ...

    @hookspec
    def collect_none(self, *, number: int) -> None: ...

    @hookspec()
    def collect_none_called(self, *, number: int) -> None: ...

    @hookspec(firstresult=True)
    def first(self, *, number: int) -> str: ...

    @hookspec(firstresult=True)
    def first_optional(self, *, number: int) -> str | None: ...

    @hookspec(pipeline="text")
    def pipeline(self, *, text: str) -> str: ...

    @hookspec(pipeline="text")
    def pipeline_optional(self, *, text: str) -> str | None: ...

    @hookspec(historic=True)
    def historic(self, *, number: int) -> str: ...

    @hookspec(historic=True)
    def historic_none(self, *, number: int) -> None: ...


hook = Registry(ModesSpec).hook

# collect: a list of what the implementations give, without None
assert_type(hook.collect(number=1), list[str])
assert_type(hook.collect_called(number=1), list[str])
assert_type(hook.collect_optional(number=1), list[str])
assert_type(hook.collect_none(number=1), list[None])
assert_type(hook.collect_none_called(number=1), list[None])

# firstresult: one answer, or None
assert_type(hook.first(number=1), str | None)
assert_type(hook.first_optional(number=1), str | None)

# pipeline: a value, always
assert_type(hook.pipeline(text=""), str)
assert_type(hook.pipeline_optional(text=""), str)

# historic: nothing, now or later
assert_type(hook.historic.call_historic(number=1), None)
assert_type(hook.historic_none.call_historic(number=1), None)

# call_extra gives what a call gives
assert_type(hook.collect.call_extra([], number=1), list[str])
assert_type(hook.collect_none.call_extra([], number=1), list[None])
assert_type(hook.first.call_extra([], number=1), str | None)
assert_type(hook.pipeline.call_extra([], text=""), str)

# a hook and its caller are values, and keep their types
collect: HookCaller[..., str, list[str]] = hook.collect
first: HookCaller[..., str, str | None] = hook.first
historic: HistoricCaller[..., str] = hook.historic
collect_spec: HookSpec[..., str, list[str]] = ModesSpec.collect
historic_spec: HistoricSpec[..., str] = ModesSpec.historic
assert_type(hook.collect.name, str)
assert_type(hook.collect.spec, BaseSpec)
assert_type(hook.historic.spec, BaseSpec)
assert_type(hook.collect.spec.parameters, tuple[str, ...])
assert_type(ModesSpec.collect.name, str)
assert_type(ModesSpec.collect.parameters, tuple[str, ...])

number: list[int] = hook.collect(number=1)  # reject: the answers are strings
text: str = hook.first(number=1)  # reject: there may be no answer
length = len(hook.first_optional(number=1))  # reject: there may be no answer
text_or_none: int = hook.pipeline(text="")  # reject: the value is a string
wrong_result: HookCaller[..., str, list[int]] = hook.collect  # reject: a call gives strings
wrong_mode: HistoricCaller[..., str] = hook.collect  # reject: the hook is not historic
historic_as_plain: HookCaller[..., str, list[str]] = hook.historic  # reject: a historic hook is not called directly
