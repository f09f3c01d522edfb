"""The code that is generated for hooks that are called often, as a text to review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from plugins import fresh, plugin
from specs import AppSpec, AsyncSpec

from pluginkit import Registry, hookimpl, hookspec
from pluginkit._call.generate import Shape, source_of
from pluginkit._call.order import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


class OddSpec(Protocol):
    """A hook without parameters, and one with a parameter that looks like a generated name."""

    @hookspec
    def ping(self) -> str: ...

    @hookspec
    def pong(self, *, _exc: int) -> str: ...


def everything(**rest: object) -> Any:
    """Take all arguments."""


def nothing() -> Any:
    """Take none."""


async def awaited(**rest: object) -> Any:
    """Take all arguments, and be awaited."""


def wrapper(**rest: object) -> Generator[None, Any, Any]:
    """Run around the others."""
    return (yield)


CASES: list[tuple[str, Any, tuple[Callable[..., Any], ...]]] = [
    ("nothing is registered", AppSpec.sections, ()),
    ("collect", AppSpec.sections, (everything, nothing)),
    ("collect, within wrappers", AppSpec.sections, (everything, wrapper, wrapper)),
    ("firstresult", AppSpec.render, (everything, nothing)),
    ("firstresult, within a wrapper", AppSpec.render, (everything, wrapper)),
    ("pipeline", AppSpec.polish, (everything, nothing)),
    ("pipeline, within a wrapper", AppSpec.polish, (everything, wrapper)),
    ("async collect", AsyncSpec.sections, (awaited, everything)),
    ("async firstresult", AsyncSpec.render, (awaited, everything)),
    ("async pipeline", AsyncSpec.polish, (awaited, everything)),
    ("without parameters", OddSpec.ping, (nothing,)),
    ("a parameter that looks like a generated name", OddSpec.pong, (everything,)),
]


def generated(spec: Any, functions: tuple[Callable[..., Any], ...], *, sparse: bool) -> str:
    """Return what is generated for a hook with implementations; its constants are shown by their names."""
    registry: Registry[Any] = Registry(spec.owner)
    decorator: Any = hookimpl.function
    for function in functions:
        mark = decorator(spec, wrapper=function is wrapper)
        registry.register(plugin(mark(fresh(function))))
    implementations = getattr(registry.hook, spec.name).implementations()
    shape = Shape(spec, Snapshot(implementations[::-1]), sparse=sparse)
    return "".join(f"{text}\n" for text, _ in source_of(shape, str))


def test_generated_code_is_reviewed(snapshot: Callable[[str, str], None]) -> None:
    """The code for each mode, with and without wrappers, is that of the file: a change of it shows as a diff."""
    parts = [f"# {title}\n\n{generated(spec, functions, sparse=False)}" for title, spec, functions in CASES]
    sparse = generated(AppSpec.sections, (everything, nothing), sparse=True)
    snapshot("generated_calls.txt", "\n\n".join([*parts, f"# collect, where many answers are None\n\n{sparse}"]))
