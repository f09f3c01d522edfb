"""The worker loads its plugin, and describes it: what it implements, what is wrong with it, and what crosses.

It uses the same reading and checking of plugins as a registry does. This module knows no pipe.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import msgspec

import pluginkit
from pluginkit._declare.spec import hooks_of
from pluginkit._implement.scan import scan
from pluginkit._implement.validate import read_plugin
from pluginkit._load.cache import key_of
from pluginkit._load.finding import find
from pluginkit.isolated import _crossing
from pluginkit.isolated._callee import Callee, spread_of
from pluginkit.isolated._wire import Broken, Described, Hello, Offered, Ready, Reported, decoder_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pluginkit import HookImpl, Problem


def load(hello: Hello) -> tuple[Ready, Sequence[Callee]]:
    """Load the plugin, and return what the host is told of it and what it can call.

    Raises:
        Exception: Whatever importing or making the plugin raises.
    """
    if hello.group:
        return _offering(hello.group), ()
    hooks = hooks_of(resolve(hello.spec))
    found = resolve(hello.target)
    plugin = found() if isinstance(found, type) else found
    candidate = read_plugin(plugin, hello.target, scan(plugin), hooks)
    implementations = candidate.implementations
    problems = [*candidate.problems, *_crossing_problems(implementations)]
    if problems:
        return _ready(problems=tuple(map(_reported, problems))), ()
    described = tuple(map(_described, implementations))
    shapes = {each.spec.name: _crossing.shape_text(each.spec) for each in implementations}
    callees = [_callee(each, hello.answer) for each in implementations]
    return _ready(shapes=shapes, implementations=described), callees


def resolve(reference: str) -> Any:
    """Return what `module:attribute` refers to; a module, without an attribute."""
    module, _, attributes = reference.partition(":")
    found: Any = import_module(module)
    for name in filter(None, attributes.split(".")):
        found = getattr(found, name)
    return found


def _ready(**found: Any) -> Ready:
    python = ".".join(map(str, sys.version_info[:3]))
    return Ready(python, sys.executable, pluginkit.__version__, msgspec.__version__, **found)


def _offering(group: str) -> Ready:
    """Return the entry points of a group, and what cannot be read of them."""
    found = find(group)
    offered = [
        Offered(point.name, point.value, *point.distribution, point.folder, key_of(point) or "")
        for point in found.points
    ]
    broken = [Broken(tuple(map(_reported, error.problems)), error.distribution) for error in found.broken]
    return _ready(offered=tuple(offered), broken=tuple(broken))


def _crossing_problems(implementations: Sequence[HookImpl]) -> list[Problem]:
    hooks = {each.spec.name: each.spec for each in implementations}
    problems = [problem for hook in hooks.values() for problem in _crossing.problems_of(hook)]
    return [*problems, *(_crossing.wrapper_problem(each) for each in implementations if each.mark.wrapper)]


def _reported(problem: Problem) -> Reported:
    names = ("hook", "hook_signature", "implementation_signature", "location", "hint", "code")
    return Reported(problem.message, **{name: getattr(problem, name) for name in names})


def _described(impl: HookImpl) -> Described:
    file, _, line = impl.location.rpartition(":")
    mark = impl.mark
    return Described(
        impl.spec.name,
        getattr(impl.function, "__qualname__", impl.spec.name),
        impl.parameters,
        impl.rest,
        file,
        int(line) if line.isdecimal() else 0,
        mark.tryfirst,
        mark.trylast,
        mark.before,
        mark.after,
    )


def _callee(impl: HookImpl, most: int) -> Callee:
    names = _crossing.taken(impl.spec, impl.parameters, rest=impl.rest)
    kinds = [_crossing.shape_of(impl.spec).parameters[name] for name in names]
    decoder = decoder_of(tuple.__class_getitem__(tuple(kinds)))  # the types are known at run time only
    mutable = tuple(place for place, kind in enumerate(kinds) if _crossing.is_mutable(kind))
    return Callee(impl.function, names, spread_of(names), decoder.decode, mutable, most)
