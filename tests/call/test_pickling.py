"""Registries and what belongs to them cannot be pickled or copied, and say what to do instead."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from specs import AppSpec

    from pluginkit import Registry

HINT = "make the registry where it is used, with a function: cache it, and call hooks in a function of a module"


@pytest.mark.parametrize("take", [pickle.dumps, copy.copy, copy.deepcopy])
def test_pickling_says_what_to_do(registry: Registry[AppSpec], take: Callable[[Any], Any]) -> None:
    """The error of a registry, of its hooks and of a historic one has a hint; so has that of an object with one."""
    things: list[tuple[str, Any]] = [
        ("a registry", registry),
        ("the hooks of a registry", registry.hook),
        ("a hook of a registry", registry.hook.configured),
    ]
    for what, thing in things:
        with pytest.raises(TypeError) as caught:
            take(thing)
        assert str(caught.value) == f"{what} cannot be pickled or copied [PK604]\n  Hint: {HINT}"
    with pytest.raises(TypeError, match=r"^a registry cannot be pickled or copied \[PK604\]"):
        pickle.dumps({"registry": registry})


def test_pickling_a_caller_is_refused_by_python(registry: Registry[AppSpec]) -> None:
    """The caller of another hook is a function, which pickle takes for one of its module, and refuses."""
    with pytest.raises(pickle.PicklingError, match=r"ReportSpec\.sections"):
        pickle.dumps(registry.hook.sections)
