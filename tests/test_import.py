"""What `import pluginkit` costs and offers."""

from __future__ import annotations

import inspect
import subprocess
import sys
import typing
from collections.abc import Callable, Iterator
from importlib import import_module

import pytest

import pluginkit

# Modules that take long to import.
SLOW = {
    *("asyncio", "ast", "dataclasses", "difflib", "hashlib", "importlib.metadata", "inspect", "json", "linecache"),
    *("pathlib", "tempfile", "tokenize", "traceback"),
}
# Modules of the package that many programs never need.
LATE = {
    *("_call.compile", "_call.generate", "_codes", "_files"),
    *("_load.cache", "_load.discovery", "_load.finding", "_load.lazy", "_load.turn", "_source"),
}


def test_import_is_lean() -> None:
    """`import pluginkit` imports nothing slow besides what Protocols and named tuples need of Python itself."""
    spec = "import sys, typing\nclass Spec(typing.Protocol):\n    def hook(self) -> int: ...\n"
    spec += "class Record(typing.NamedTuple):\n    number: int\n"
    code = f"{spec}before = set(sys.modules)\nimport pluginkit\nprint(*sorted(set(sys.modules) - before))"
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{code}"]
    imported = set(subprocess.run(command, capture_output=True, check=True, text=True).stdout.split())
    assert "pluginkit._registry" in imported
    assert not imported & SLOW
    assert not imported & {f"pluginkit.{module}" for module in LATE}


def test_everything_public_is_there() -> None:
    """Every name of `__all__`, which is sorted, can be imported."""
    assert pluginkit.__all__ == sorted(pluginkit.__all__)
    assert all(getattr(pluginkit, name) for name in pluginkit.__all__)


def test_unknown_name_is_an_attribute_error() -> None:
    """A name that the package does not have raises an AttributeError, as for any module."""
    with pytest.raises(AttributeError, match=r"^module 'pluginkit' has no attribute 'nope'$"):
        _ = pluginkit.nope  # type: ignore[attr-defined]


def test_generics_can_be_subscripted() -> None:
    """`Registry[AppSpec]` can be written where annotations are evaluated."""
    assert pluginkit.Registry[int].__origin__ is pluginkit.Registry
    assert pluginkit.HookSpec[..., int, int].__origin__ is pluginkit.HookSpec


def functions() -> Iterator[tuple[str, Callable[..., object]]]:
    """Yield the public functions of the package, and the public methods of its classes, with their names."""
    for name in pluginkit.__all__:
        thing: object = getattr(pluginkit, name)
        members = vars(thing).items() if isinstance(thing, type) else [("", thing)]
        for member, value in members:
            public = not member.startswith("_") or member in {"__init__", "__call__", "__get__"}
            if inspect.isfunction(value) and public:
                yield f"{name}.{member}".rstrip("."), value


FUNCTIONS = dict(functions())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_annotations_can_be_evaluated(name: str) -> None:
    """The annotations of every public function are real at run time."""
    hints = typing.get_type_hints(FUNCTIONS[name])
    signature = inspect.signature(FUNCTIONS[name], eval_str=True)
    assert hints.keys() - {"return"} <= signature.parameters.keys()
    assert not any(isinstance(parameter.annotation, str) for parameter in signature.parameters.values())


def test_what_is_public_has_annotations() -> None:
    """The test above has something to look at: functions, decorators, methods of classes and of callers."""
    assert {"hookspec", "hookimpl", "Registry.register", "HookCaller.__call__", "HookSpec.__get__"} <= FUNCTIONS.keys()


@pytest.mark.parametrize("name", [name for name in pluginkit.__all__ if name != "__version__"])
def test_annotations_of_classes_can_be_evaluated(name: str) -> None:
    """So are those of every public class; and every public name can be asked for its own."""
    assert isinstance(typing.get_type_hints(getattr(pluginkit, name)), dict)


@pytest.mark.parametrize("module", ["decorators", "declared", "kinds", "types"])
def test_annotations_for_checkers_can_be_evaluated(module: str) -> None:
    """So are those of what only type checkers read, overloads included."""
    classes = [each for each in vars(import_module(f"pluginkit._declare.{module}")).values() if isinstance(each, type)]
    own = [each for each in classes if each.__module__.endswith(module)]
    methods = [method for each in own for method in vars(each).values() if inspect.isfunction(method)]
    evaluated = [typing.get_type_hints(each) for method in methods for each in (method, *typing.get_overloads(method))]
    assert any(evaluated)
