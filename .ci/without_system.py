"""A plugin of pytest for Pythons without an operating system: leaves out tests that start programs, threads or loops.

Which these are is read from the tests: what they, their fixtures and the helpers that they call refer to.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import pytest

ABSENT = {"anyio", "asyncio", "concurrent", "multiprocessing", "subprocess", "threading", "trio", "venv", "_thread"}
STOOD_IN = ("trio", "venv")  # these cannot even be imported
FIXTURES = {"pytester"}
TESTS = Path(__file__).resolve().parents[1] / "tests"


class StandIn(ModuleType):
    """A module that has whatever is imported from it; the tests that use that are left out."""

    def __getattr__(self, name: str) -> object:
        """Return a stand-in for what the module would have; what is named as a class is an exception, as of tasks."""
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (BaseException,), {}) if name[0].isupper() else StandIn(f"{self.__name__}.{name}")
        setattr(self, name, made)
        return made


sys.modules.update({name: StandIn(name) for name in STOOD_IN})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what cannot run."""
    wanted = [item for item in items if not needs_system(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in wanted])
    items[:] = wanted


def needs_system(item: pytest.Item) -> bool:
    """Tell whether a test or one of its fixtures refers to something that is absent."""
    function = getattr(item, "function", None)
    functions = [function, getattr(getattr(function, "hypothesis", None), "inner_test", None)]
    fixtures = getattr(item, "_fixtureinfo", None)
    for definitions in fixtures.name2fixturedefs.values() if fixtures else ():
        functions.extend(definition.func for definition in definitions)
    names = set(getattr(item, "fixturenames", ()))
    return bool(names & FIXTURES) or any(refers(each, set()) for each in functions if isinstance(each, FunctionType))


def refers(function: FunctionType, seen: set[FunctionType]) -> bool:
    """Tell whether a function, or one of the tests' own that it calls, refers to something that is absent."""
    if function in seen:
        return False
    seen.add(function)
    names = tuple(names_in(function.__code__))
    values = [(name, function.__globals__.get(name)) for name in names]
    helpers = [vars(value) for _, value in values if isinstance(value, ModuleType) and is_own(value.__name__)]
    for name, value in [*values, *((name, helper.get(name)) for helper in helpers for name in names)]:
        module = value.__name__ if isinstance(value, ModuleType) else vars_of(value).get("__module__")
        if name in ABSENT or str(module).partition(".")[0] in ABSENT:
            return True
        if is_own(module) and any(refers(each, seen) for each in functions_of(value)):
            return True
    return False


def vars_of(value: object) -> dict[str, object]:
    """Return the attributes of a class or a function, and nothing of other things, which may answer with anything."""
    if type(value) is FunctionType:
        return {"__module__": value.__module__}
    return dict(vars(value)) if isinstance(value, type) else {}


def is_own(module: object) -> bool:
    """Tell whether a module is one of the tests."""
    file = getattr(sys.modules.get(str(module)), "__file__", None) or ""
    return str(TESTS) in file


def names_in(code: CodeType) -> Iterator[str]:
    """Yield the names that code refers to, that of functions in it too."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from names_in(constant)


def functions_of(value: object) -> list[FunctionType]:
    """Return a function, or the methods of a class."""
    members = [value] if type(value) is FunctionType else list(vars_of(value).values())
    return [member for member in members if type(member) is FunctionType]  # and not what says that it is one
