"""Types that a host lets cross: both sides know them, and what is wrong with a value is an error of the call."""

from __future__ import annotations

import sys
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluginkit import PluginValidationError, Registry, hookspec
from pluginkit._declare.spec import hooks_of
from pluginkit.isolated import IsolationError, _codecs, isolated, register_type
from pluginkit.isolated._crossing import is_mutable, problems_of
from pluginkit.isolated._wire import ENCODER, decoder_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SPEC = """\
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol
from pluginkit import hookimpl, hookspec
from pluginkit.isolated import register_type
class Money:
    def __init__(self, cents): self.cents = cents
class Euro(Money): ...
@dataclass
class Prices:
    all: list[Fraction]
def money(cents):
    return Money(100 // cents)
{registered}
class PriceSpec(Protocol):
    @hookspec(firstresult=True)
    def half(self, *, price: Fraction) -> Fraction | None: ...
    @hookspec(firstresult=True)
    def highest(self, *, prices: Prices) -> dict[str, Fraction] | None: ...
    @hookspec(firstresult=True)
    def pay(self, *, money: Money) -> Money | None: ...
class Plugin:
    @hookimpl(PriceSpec.half)
    def half(self, price): return price / 2
    @hookimpl(PriceSpec.highest)
    def highest(self, prices): return {{"highest": max(prices.all)}}
    @hookimpl(PriceSpec.pay)
    def pay(self, money):
        if money.cents == 7: money.cents = 8
        return Money(3) if money.cents == 1 else money
"""
REGISTERED = """\
register_type(Fraction, tuple[int, int], lambda value: (value.numerator, value.denominator), lambda two: Fraction(*two))
register_type(Money, int, lambda value: 100 // value.cents if value.cents != 3 else 0, money)
"""


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return a module with a spec, and forget it and its types at the end."""
    monkeypatch.setattr(_codecs, "_CODECS", {})
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "price_spec.py").write_text(SPEC.format(registered=REGISTERED))
    import price_spec  # type: ignore[import-not-found]

    yield price_spec
    del sys.modules["price_spec"]


@pytest.fixture
def registry(spec: Any) -> Iterator[Registry[Any]]:
    """Return a registry with the isolated plugin."""
    made = Registry(spec.PriceSpec)
    with isolated(spec.PriceSpec, "price_spec:Plugin") as plugin:
        made.register(plugin)
        yield made


def test_values_arrive_as_they_were(registry: Registry[Any], spec: Any) -> None:
    """Alone, in a dataclass and in a dictionary, in arguments and in answers."""
    assert registry.hook.half(price=Fraction(1, 3)) == Fraction(1, 6)
    assert registry.hook.highest(prices=spec.Prices([Fraction(1, 3), Fraction(1, 2)])) == {"highest": Fraction(1, 2)}


def test_a_subclass_arrives_as_the_class(registry: Registry[Any], spec: Any) -> None:
    """The data is that of the class that is registered."""
    answer = registry.hook.pay(money=spec.Euro(10))
    assert (type(answer), answer.cents) == (spec.Money, 10)


def test_what_cannot_be_decoded_is_an_error_of_the_call(registry: Registry[Any], spec: Any) -> None:
    """The host raises an IsolationError for an answer, and goes on."""
    with pytest.raises(IsolationError, match="no value of Money: ZeroDivisionError"):
        registry.hook.pay(money=spec.Money(1))
    assert registry.hook.pay(money=spec.Money(10)).cents == 10


def test_an_argument_that_is_changed_is_found(registry: Registry[Any], spec: Any) -> None:
    """A change would be lost, whatever the type."""
    with pytest.raises(TypeError, match="changed"):
        registry.hook.pay(money=spec.Money(7))


@pytest.mark.parametrize(
    ("there", "code"),
    [("", "PK701"), (REGISTERED.replace("tuple[int, int]", "tuple[int, ...]"), "PK705")],
    ids=["missing", "other"],
)
def test_both_sides_have_to_agree(spec: Any, tmp_path: Path, there: str, code: str) -> None:
    """A type that only one side knows, or knows otherwise, is refused when the plugin is made."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "price_spec.py").write_text(SPEC.format(registered=there))
    with pytest.raises(PluginValidationError) as caught:
        isolated(spec.PriceSpec, "price_spec:Plugin", python=sys.executable, paths=[other, *filter(None, sys.path)])
    assert {problem.code for problem in caught.value.problems} == {code}


@pytest.mark.parametrize(
    ("kind", "message"),
    [(int, "values of 'int' can cross as they are"), ("Fraction", "'Fraction' is not a class")],
    ids=["data", "text"],
)
def test_what_is_not_a_type_of_ones_own_is_refused(kind: Any, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data crosses anyway; nothing is registered then."""
    monkeypatch.setattr(_codecs, "_CODECS", {})
    with pytest.raises(TypeError, match=message):
        register_type(kind, str, str, kind)
    assert _codecs._CODECS == {}


def test_what_a_type_crosses_as_has_to_cross(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hook is refused whose type becomes something that is not data."""
    monkeypatch.setattr(_codecs, "_CODECS", {})
    register_type(Fraction, list[Any], lambda value: [value], lambda several: several[0])

    class FractionSpec(Protocol):
        @hookspec
        def half(self, *, price: Fraction) -> str: ...

    (problem,) = problems_of(hooks_of(FractionSpec)["half"])
    assert (problem.code, problem.message) == (
        "PK701",
        "parameter 'price' cannot cross to another process: it has a part of any type",
    )
    assert is_mutable(Fraction)


@given(st.lists(st.fractions()) | st.dictionaries(st.text(), st.fractions()))
def test_any_nesting_crosses(value: Any) -> None:
    """What is encoded is decoded to the same, wherever it stands."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_codecs, "_CODECS", {Fraction: _codecs.Codec(str, str, Fraction)})
        kind = list[Fraction] if isinstance(value, list) else dict[str, Fraction]
        assert decoder_of(kind).decode(ENCODER.encode(value)) == value
        with pytest.raises(msgspec.ValidationError):
            decoder_of(list[Fraction]).decode(ENCODER.encode([1.5]))
