"""Plugins: instances, classes with static and class methods, subclasses; and one function for two hooks."""

from abc import ABC, abstractmethod
from collections.abc import Generator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, assert_type

from host import AppSpec, FurtherSpec

from pluginkit import Registry, hookimpl, hookspec

T = TypeVar("T")


class StaticPlugin:
    """Register the class itself."""

    @staticmethod
    @hookimpl.function(AppSpec.sections)
    def static(document: str, **_: object) -> list[str]:
        return [document]

    @classmethod
    @hookimpl(AppSpec.sections)
    def of_the_class(cls, document: str, **_: object) -> list[str]:
        return [document, cls.__name__]

    @staticmethod
    @hookimpl.function(AppSpec.polish, wrapper=True)
    def static_wrapper(**_: object) -> Generator[None, str, str]:
        return (yield)

    @staticmethod
    @hookimpl
    def render(document: str) -> bytes:
        return document.encode()


class SaveSpec(Protocol):
    @hookspec
    def saving(self, *, path: str) -> None: ...

    @hookspec
    def saved(self, *, path: str) -> None: ...


class Watcher:
    @hookimpl(SaveSpec.saving)
    @hookimpl(SaveSpec.saved)
    def watch(self, path: str) -> None: ...

    @hookimpl(SaveSpec.saving)  # reject: the hooks have different parameters, though it takes any
    @hookimpl(FurtherSpec.closed)
    def watch_others(self, **_: object) -> None: ...

    @hookimpl(AppSpec.render)  # reject: it does not fit the second hook
    @hookimpl(AppSpec.sections)
    def fits_one_of_two(self, document: str, verbose: bool) -> list[str]:
        return [document] * verbose


class Base:
    @hookimpl(AppSpec.sections)
    def sections(self, document: str, verbose: bool) -> list[str]:
        return [document] * verbose


class Derived(Base):
    @hookimpl(AppSpec.sections, tryfirst=True)
    def sections(self, document: str, **_: object) -> list[str]:
        return [document]


class Abstract(ABC):
    @hookimpl(AppSpec.render)
    @abstractmethod
    def render(self, document: str) -> bytes: ...


@dataclass
class Configured:
    width: int

    @hookimpl(AppSpec.polish)
    def polish(self, text: str, **_: object) -> str:
        return text[: self.width]


class Remembering(Generic[T]):
    def __init__(self, thing: T) -> None:
        self.thing = thing

    @hookimpl(AppSpec.sections)
    def sections(self, document: str, **_: object) -> list[str]:
        return [document, str(self.thing)]


# These stand as calls: where decorators are stacked, mypy 1.13 reports the line of the first one.
def misspelled(documnt: str, **_: object) -> list[str]:
    return [documnt]


def misspelled_of_the_class(cls: type[StaticPlugin], documnt: str, **_: object) -> list[str]:
    return [documnt, cls.__name__]


staticmethod(hookimpl.function(AppSpec.sections)(misspelled))  # reject: misspelled parameter of a static method
classmethod(hookimpl(AppSpec.sections)(misspelled_of_the_class))  # reject: misspelled parameter of a class method


registry = Registry(AppSpec)
registry.register(StaticPlugin)
registry.register(Derived())
registry.register(Configured(width=80))
registry.register(Remembering(1))

# what is decorated has the signature of its hook
assert_type(Base().sections(document="", verbose=True), list[str] | None)
assert_type(StaticPlugin.static(document="", verbose=True), list[str] | None)
assert_type(StaticPlugin.of_the_class(document="", verbose=True), list[str] | None)
assert_type(StaticPlugin.render(document=""), bytes)
