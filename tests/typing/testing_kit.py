"""`pluginkit.testing`: what stands in for a plugin is typed as one."""

import typing
from collections.abc import Generator
from typing import assert_type

from async_hooks import FetchSpec
from host import AppSpec, FurtherSpec, ReportSpec

from pluginkit import Registry, hookimpl
from pluginkit.testing import (
    HookContract,
    RecordedCall,
    RecordingPlugin,
    RegistryFor,
    assert_implements,
    muted,
    override,
    requires,
)


def rendered(document: str) -> bytes | None:
    return document.encode()


def misspelled(documnet: str) -> bytes | None:
    return documnet.encode()


def of_another_type(document: str) -> str | None:
    return document


@hookimpl.function(AppSpec.render, wrapper=True)
def around(document: str) -> Generator[None, bytes | None, bytes | None]:
    return (yield)


def test_registries(registry_for: RegistryFor) -> None:
    registry = registry_for(AppSpec, object())
    assert_type(registry, Registry[AppSpec])
    assert_type(registry.hook.render(document="d"), bytes | None)
    registry_for()  # reject: the spec is missing


def test_doubles() -> None:
    registry, recording = Registry(AppSpec), RecordingPlugin(AppSpec)
    assert_type(recording.calls, list[RecordedCall])
    recording.answer(AppSpec.render, b"r")
    recording.answer(AppSpec.render, None)
    recording.answer(AppSpec.render, "r")  # reject: another type
    recording.answer("render", b"r")  # reject: no hook
    recording.answer_with(AppSpec.render, rendered)
    recording.answer_with(AppSpec.sections, lambda document, verbose: [document])
    recording.answer_with(AppSpec.configured, lambda options: None)
    recording.answer_with(AppSpec.render, misspelled)  # reject: misspelled
    recording.answer_with(AppSpec.render, lambda documnet: b"")  # reject: misspelled
    recording.answer_with(AppSpec.render, of_another_type)  # reject: another type
    recording.answer_with(AppSpec.render, around)  # reject: a wrapper
    recording.answer_with("render", rendered)  # reject: no hook
    assert_type(recording.calls_of(AppSpec.render), list[dict[str, object]])
    override(registry, AppSpec.render, lambda document: document.encode())
    override(registry, AppSpec.sections, lambda document, verbose: [document])
    override(registry, AppSpec.configured, lambda options: None)
    override(registry, AppSpec.render, lambda document: None)
    with override(registry, AppSpec.render, rendered), muted(registry, AppSpec.sections, AppSpec.render):
        pass
    override(registry, AppSpec.render, misspelled)  # reject: misspelled
    override(registry, AppSpec.render, lambda documnet: b"")  # reject: misspelled
    override(registry, AppSpec.render, of_another_type)  # reject: another type
    override(registry, AppSpec.render, around)  # reject: a wrapper
    registry.hook.render.call_extra([around], document="d")  # reject: a wrapper
    override(registry, registry.hook.render, rendered)  # reject: no hook
    override(registry, "render", rendered)  # reject: no hook
    recording.answer(registry.hook.render, b"r")  # reject: no hook
    recording.calls_of("render")  # reject: no hook
    muted(registry, "render")  # reject: no hook
    muted(registry, AppSpec)  # reject: no hook
    muted(registry, registry.hook.render)  # reject: no hook
    assert_implements(object(), AppSpec)
    assert_implements(object())  # reject: the spec is missing


async def fetched(url: str) -> bytes:
    return url.encode()


def fetched_at_once(url: str) -> bytes:
    return url.encode()


async def of_a_wrong_type(url: str) -> str:
    return url


def test_async_doubles() -> None:
    registry, recording = Registry(FetchSpec), RecordingPlugin(FetchSpec)
    recording.answer(FetchSpec.first, b"f")
    recording.answer(FetchSpec.first, "f")  # reject: another type
    recording.answer_with(FetchSpec.first, fetched)
    recording.answer_with(FetchSpec.first, fetched_at_once)
    recording.answer_with(FetchSpec.first, lambda url: url.encode())
    recording.answer_with(FetchSpec.first, of_a_wrong_type)  # reject: another type
    override(registry, FetchSpec.first, fetched)
    override(registry, FetchSpec.first, fetched_at_once)
    override(registry, FetchSpec.first, lambda url: url.encode())
    override(registry, FetchSpec.first, of_a_wrong_type)  # reject: another type


class AppContract(HookContract[AppSpec]):
    @requires(AppSpec.render)
    def test_render(self) -> None:
        assert_type(self.hook, AppSpec)
        assert_type(self.registry, Registry[AppSpec])
        assert_type(self.hook.render(document="d"), bytes | None)
        self.hook.render(documnet="d")  # reject: misspelled
        assert_type(self.implements(FurtherSpec.closed), bool)


class TestPlugin(AppContract):
    plugin = object()


class TestModule(AppContract):
    plugin = typing


class TestClass(AppContract):
    plugin = RecordingPlugin


class TestWhole(HookContract[ReportSpec]):
    plugin = object()
    spec = AppSpec
    pluggy = "app"


class WrongSpec(HookContract[AppSpec]):
    spec = 1  # reject: no spec


def some_case(contract: AppContract) -> None: ...


assert_type(TestPlugin().test_render(), None)
requires("render")  # reject: no hook
requires(AppSpec)  # reject: no hook
requires(some_case)  # reject: no hook
TestPlugin().implements("render")  # reject: no hook
