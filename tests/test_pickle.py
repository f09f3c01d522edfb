"""Registries in a process that copies, pickles or spawns: they are made again, or the error says how."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from dataclasses import asdict, dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from plugins import answering, lines, refused
from specs import AppSpec

from pluginkit import LoadReport, Registry
from pluginkit._registry import _recreated

if TYPE_CHECKING:
    from collections.abc import Callable

HINT = "  Hint: pass Registry(..., reference='module:registry'), or make it in each process"
OF_A_RELAY = "  Hint: pickle the registry, and ask it for its hooks"


@dataclass
class Holder:
    """Something that holds a registry, or a part of one."""

    held: object


def pickled(held: object) -> Any:
    """Return what comes out of a pickle."""
    return pickle.loads(pickle.dumps(held))  # noqa: S301 - it is our own


WAYS: list[Callable[[Any], object]] = [pickle.dumps, copy.deepcopy, lambda held: asdict(Holder(held))]


@pytest.mark.parametrize("way", WAYS, ids=["pickle", "deepcopy", "asdict"])
@pytest.mark.parametrize(
    ("part", "text"),
    [
        (
            lambda registry: registry,
            lines("<Registry of AppSpec, 1 plugins> cannot be pickled or copied [PK406]", HINT),
        ),
        (
            lambda registry: registry.hook,
            lines("<HookRelay of AppSpec> cannot be pickled or copied [PK406]", OF_A_RELAY),
        ),
        (
            lambda registry: registry.hook.configured,
            lines("<HistoricCaller TextSpec.configured> cannot be pickled or copied [PK406]", OF_A_RELAY),
        ),
        (
            lambda registry: registry.register(answering(AppSpec.sections, []), "other"),
            lines(
                "<Registration of plugin 'other'> cannot be pickled or copied [PK406]",
                "  Hint: keep it in the process that registered the plugin",
            ),
        ),
    ],
    ids=["registry", "relay", "caller", "registration"],
)
def test_what_is_of_one_process(
    way: Callable[[Any], object], part: Callable[[Registry[AppSpec]], object], text: str
) -> None:
    """What belongs to one process is neither pickled nor copied, alone or within something, and the error says how."""
    registry = Registry(AppSpec)
    registry.register(answering(AppSpec.sections, []), "it")
    held = part(registry)
    for each in (held, [Holder(held)]):
        with refused(registry, TypeError) as caught:
            way(each)
        assert str(caught.value) == text


def test_a_hook_is_a_function() -> None:
    """The function of a hook is copied as functions are, and not pickled, as functions that have no address are not."""
    registry = Registry(AppSpec)
    assert copy.deepcopy(registry.hook.sections) is registry.hook.sections
    assert asdict(Holder(registry.hook.sections)) == {"held": registry.hook.sections}
    with pytest.raises(pickle.PicklingError, match="not the same object"):
        pickle.dumps(registry.hook.sections)


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return a module with a registry that refers to itself, and factories."""
    made = ModuleType("pickled_host")
    monkeypatch.setitem(sys.modules, "pickled_host", made)
    made.registry = Registry(AppSpec, reference="pickled_host:registry")
    made.make = lambda: Registry(AppSpec, reference="pickled_host:make")
    made.make_both = lambda: (made.make(), LoadReport((), (), ()))
    made.space = Holder(made.registry)
    made.nothing = made.none = ()
    return made


def test_a_registry_with_a_reference(host: ModuleType) -> None:
    """A registry with a reference is pickled and copied as what is there: the registry of that process."""
    for way in (copy.copy, copy.deepcopy, pickled):
        assert way(host.registry) is host.registry
        assert way(Holder([host.registry])).held[0] is host.registry
    assert asdict(Holder(host.registry)) == {"held": host.registry}


def test_a_factory(host: ModuleType) -> None:
    """A reference may name a function that makes a registry, alone or with a report: each time another one."""
    one = host.make()
    other = pickled(one)
    assert type(other) is Registry
    assert other is not one
    assert type(_recreated("pickled_host:make_both")) is Registry
    assert _recreated("pickled_host:space.held") is host.registry


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("pickled_host", "'pickled_host' gives <module 'pickled_host'>, which is not a registry [PK407]"),
        ("pickled_host:nothing", "'pickled_host:nothing' gives (), which is not a registry [PK407]"),
    ],
)
def test_a_reference_to_something_else(host: ModuleType, reference: str, text: str) -> None:
    """A reference that leads to something else is an error that shows what is there."""
    with pytest.raises(TypeError) as caught:
        copy.copy(Registry(AppSpec, reference=reference))
    assert str(caught.value) == text


def test_a_spawned_process(tmp_path: Any) -> None:
    """A process that is spawned gets the registry of its own, with the plugins that the host registers there."""
    (tmp_path / "spawning_host.py").write_text(
        """
from typing import Protocol
from pluginkit import Registry, hookimpl, hookspec

class Spec(Protocol):
    @hookspec
    def parts(self, *, text: str) -> str: ...

class Plugin:
    @hookimpl(Spec.parts)
    def parts(self, text: str) -> str:
        return text.upper()

registry = Registry(Spec, reference="spawning_host:registry")
registry.register(Plugin())

def work(given: Registry[Spec], text: str) -> list[str]:
    return given.hook.parts(text=text)
"""
    )
    program = """
import multiprocessing
from spawning_host import registry, work

if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.apply(work, (registry, "there")))
"""
    (tmp_path / "spawn_it.py").write_text(program)
    done = subprocess.run([sys.executable, tmp_path / "spawn_it.py"], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("['THERE']\n", "")
