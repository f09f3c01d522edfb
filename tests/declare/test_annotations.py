"""Annotations are shown and never evaluated, on any Python: not by errors, nor by signatures, nor by commands.

Modules with `from __future__ import annotations` have them as text on every Python. Without it, Python 3.14 keeps them
unevaluated until somebody reads them: they may name what is imported for type checkers only.
"""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Protocol

import commands
import pytest
from commands import module_here

from pluginkit import HookCallError, HookSpecError, PluginValidationError, Registry, hookspec
from pluginkit._declare.signature import location_of, read_parameters, signature_text
from pluginkit.testing import assert_implements

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FUTURE = "from __future__ import annotations\n"
HOST = '''
from typing import TYPE_CHECKING, Protocol
from pluginkit import Registry, hookimpl, hookspec

if TYPE_CHECKING:
    from collections.abc import Generator
    from decimal import Decimal

def evaluated():
    raise AssertionError("an annotation was evaluated")

class PriceSpec(Protocol):
    @hookspec
    def price(self, *, amount: Decimal, note: evaluated() = "") -> Decimal | None:
        """Change a price."""

    @hookspec(historic=True)
    def changed(self, *, by: Decimal) -> None: ...

class OwnSpec(PriceSpec, Protocol):
    @hookspec
    async def fetch(self, *, currency: Decimal) -> Decimal: ...

class Plain:
    @hookimpl(PriceSpec.price)
    def price(self, amount: Decimal, **_: evaluated()) -> Decimal:
        return amount

    @hookimpl(PriceSpec.price, wrapper=True)
    def around(self, **_: evaluated()) -> Generator[None, Decimal, Decimal]:
        return (yield)

class Misspelled:
    @hookimpl(PriceSpec.price)
    def price(self, amonut: Decimal) -> Decimal: ...

class Bare:
    @hookimpl
    def prise(self, amount: Decimal) -> evaluated(): ...

class Callable:
    def __call__(self, amount: Decimal) -> Decimal:
        return amount

registry = Registry(OwnSpec)
'''
FORMS = [FUTURE, ""] if sys.version_info >= (3, 14) else [FUTURE]


@pytest.fixture(params=FORMS, ids=["text", "unevaluated"][: len(FORMS)])
def host(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return a module whose annotations cannot be evaluated."""
    with module_here(tmp_path, monkeypatch, "price_host", f"{request.param}{HOST}"):
        sys.path.insert(0, str(tmp_path))
        yield import_module("price_host")


def test_calls(host: Any) -> None:
    """Plugins are registered and called; a wrong call is refused with the signature as it is written."""
    host.registry.register(host.Plain())
    host.registry.hook.changed.call_historic(by=1)
    assert host.registry.hook.price(amount=1) == [1]
    assert host.registry.hook.price.call_extra([host.Callable()], amount=2) == [2, 2]
    with pytest.raises(HookCallError) as caught:
        host.registry.hook.changed.call_historic(bye=1)
    assert "\n  hook  PriceSpec.changed(self, *, by: Decimal) -> None\n" in str(caught.value)


def test_refused_implementation(host: Any) -> None:
    """Both signatures stand in the error as they are written."""
    with pytest.raises(PluginValidationError) as caught:
        host.registry.register(host.Misspelled())
    assert str(caught.value) == (
        "plugin 'Misspelled': PriceSpec.price: unknown parameter 'amonut' [PK101]\n"
        "  hook            PriceSpec.price(self, *, amount: Decimal, note: evaluated() = '') -> Decimal | None\n"
        "  implementation  Misspelled.price(self, amonut: Decimal) -> Decimal\n"
        f"  at              {location_of(host.Misspelled.price)}\n"
        "  Hint: did you mean 'amount'?"
    )
    assert host.registry.plugin_names() == ()


def test_unknown_hook(host: Any) -> None:
    """So it is where the hook is not known."""
    with pytest.raises(PluginValidationError, match=r"Bare\.prise\(self, amount: Decimal\) -> evaluated\(\)"):
        host.registry.register(host.Bare())


def test_refused_spec(host: Any) -> None:
    """So it is in errors about a spec, and where a spec overrides another."""
    with pytest.raises(HookSpecError, match=r"Plain\.price\(self, amount: Decimal, \*\*_: evaluated\(\)\) -> Decimal"):
        hookspec(host.Plain.price)

    class Wrong(host.PriceSpec, Protocol):
        @hookspec
        def price(self, *, amount: int) -> int: ...

    with pytest.raises(HookSpecError, match=r"differs from the hook that it overrides, PriceSpec\.price"):
        Registry(Wrong)


def test_signatures(host: Any) -> None:
    """`signature` is the declaration as it is written."""
    signature = "PriceSpec.price(self, *, amount: Decimal, note: evaluated() = '') -> Decimal | None"
    assert host.PriceSpec.price.signature == signature
    assert host.OwnSpec.fetch.signature == "OwnSpec.fetch(self, *, currency: Decimal) -> Decimal"


def test_what_inspect_reads(host: Any) -> None:
    """Parameters of a callable other than a Python function are read without its annotations."""
    assert read_parameters(host.Callable()).positional == ("amount",)
    assert read_parameters(partial(host.Callable(), amount=1)).by_keyword == ()


def test_testing_kit(host: Any) -> None:
    """The kit for tests of plugins says what does not fit, and accepts what does."""
    assert_implements(host.Plain(), host.PriceSpec)
    with pytest.raises((AssertionError, PluginValidationError), match="unknown parameter 'amonut'"):
        assert_implements(host.Misspelled(), host.PriceSpec)


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (("check", "price_host:registry"), "no problems"),
        (("list", "price_host:registry"), "price"),
        (("explain", "price_host:registry", "price"), "PriceSpec.price"),
        (("graph", "price_host:registry"), "price"),
        (("stubs", "price_host"), "wrote price_host.pyi"),
        (("new", "plugin", "price-plugin", "--for", "price_host:OwnSpec", "--group", "g"), "wrote price-plugin"),
    ],
)
def test_commands(host: Any, capsys: pytest.CaptureFixture[str], command: tuple[str, ...], shown: str) -> None:
    """Commands work on such a host, and on its plugins."""
    host.registry.register(host.Plain())
    status, out, err = commands.run(capsys, *command)
    assert (status, shown in out, err) == (0, True, "")


def test_check_shows_signatures(host: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """A finding of `check` has both signatures."""
    host.make = lambda: (host.registry.register(host.Misspelled()), host.registry)[1]
    status, out, err = commands.run(capsys, "check", "price_host:make")
    assert status != 0
    assert "Misspelled.price(self, amonut: Decimal) -> Decimal" in out + err


@pytest.mark.parametrize("form", FORMS)
def test_name_that_is_only_annotated(form: str) -> None:
    """A name in a spec that is only annotated is refused; one that a base annotates is refused there."""
    namespace: dict[str, Any] = {"__name__": "made", "Protocol": Protocol, "hookspec": hookspec}
    base = "class Base(Protocol):\n  number: Missing\n  @hookspec\n  def f(self) -> None: ...\n"
    exec(f"{form}{base}class Spec(Base, Protocol): ...\n", namespace)
    with pytest.raises(HookSpecError, match=r"^Base\.number is no"):
        Registry(namespace["Spec"])


@pytest.mark.parametrize("form", FORMS)
def test_name_that_is_annotated_beside_its_hook(form: str) -> None:
    """A hook that a spec inherits and annotates again stays that hook."""
    namespace: dict[str, Any] = {"__name__": "made", "Protocol": Protocol, "hookspec": hookspec}
    base = "class Base(Protocol):\n  @hookspec\n  def f(self) -> None: ...\n"
    exec(f"{form}{base}class Spec(Base, Protocol):\n  f: Missing\n", namespace)
    assert Registry(namespace["Spec"]).hook.f() == []


def test_annotations_are_asked_for_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a class keeps its annotations unevaluated, they are asked for as text."""
    if find_spec("annotationlib") is None:
        stand_in = SimpleNamespace(get_annotations=lambda owner, *, format: owner.__annotate__(format))  # noqa: A006
        monkeypatch.setitem(sys.modules, "annotationlib", stand_in)

    class Spec(Protocol):
        @hookspec
        def f(self) -> None: ...

    asked: list[int] = []
    spec: Any = Spec
    spec.__annotate__ = lambda format: asked.append(int(format)) or {"number": "Decimal"}  # noqa: A006
    with pytest.raises(HookSpecError, match=r"^Spec\.number is no"):
        Registry(Spec)
    assert asked == [4]


def test_signature_that_cannot_be_read() -> None:
    """A signature that raises, whatever it is, is shown without its parameters."""

    class Odd:
        @property
        def __signature__(self) -> object:
            raise RuntimeError("no")

        def __repr__(self) -> str:
            return "odd"

        def __call__(self) -> None: ...

    assert signature_text(Odd()) == "odd(...)"
    assert read_parameters(Odd()).rest
