"""Isolated plugins: what calls give is as in process; wrong specs, limits and environments are refused."""

from fractions import Fraction
from pathlib import Path
from typing import Protocol, assert_type

from pluginkit import LoadReport, Registry, hookspec
from pluginkit.isolated import (
    Environment,
    IsolatedPlugin,
    Limits,
    WorkerDied,
    WorkerTimeout,
    isolated,
    load_environment,
    register_type,
)


class TermsSpec(Protocol):
    @hookspec
    def terms(self, *, text: str) -> list[str]: ...

    @hookspec
    async def fetch(self, *, url: str) -> bytes: ...


registry = Registry(TermsSpec)
limits = Limits(
    timeout=5.0, start=10, memory=500_000_000, answer=1_000_000, calls=None, restarts=0, grace=0.1, in_flight=8
)

with isolated(TermsSpec, "acme:Terms", python="/opt/python", workers=2, limits=limits, command=["nice"]) as plugin:
    assert_type(plugin, IsolatedPlugin)
    assert_type(plugin.environment, Environment)
    registry.register(plugin, "terms")
    registry.replace("terms", isolated(TermsSpec, "acme", python=Path("/opt/python"), paths=[Path("/lib"), "/more"]))
    assert_type(registry.hook.terms(text="a"), list[list[str]])
    registry.hook.terms(txt="a")  # reject: no such parameter, isolated or not


async def call() -> None:
    assert_type(await registry.hook.fetch(url="u"), list[bytes])


report = load_environment(registry, TermsSpec, "acme.plugins", python="/opt/python", only=["a"], ignore_errors=True)
assert_type(report, LoadReport)
load_environment(registry, TermsSpec, "acme.plugins", python="/opt/python", lazy=True)


def of_pair(pair: tuple[int, int]) -> Fraction:
    return Fraction(*pair)


register_type(Fraction, str, str, Fraction)
register_type(Fraction, tuple[int, int], lambda value: (value.numerator, value.denominator), of_pair)

try:
    registry.hook.terms(text="a")
except (WorkerDied, WorkerTimeout) as error:
    assert_type(error.message, str)

isolated("acme:TermsSpec", "acme:Terms")  # reject: the spec is a class, not its name
isolated(TermsSpec, object())  # reject: the plugin is named, not given
isolated(TermsSpec)  # reject: no plugin
isolated(TermsSpec, "acme:Terms", python=3.12)  # reject: a path
isolated(TermsSpec, "acme:Terms", workers="2")  # reject: a number
isolated(TermsSpec, "acme:Terms", limits={"timeout": 5.0})  # reject: a Limits
isolated(TermsSpec, "acme:Terms", timeout=5.0)  # reject: a limit, which belongs in Limits
isolated(TermsSpec, "acme:Terms", command=["nice", 5])  # reject: texts
Limits(5.0)  # reject: limits have names
Limits(timeout="5")  # reject: a number
Limits(answer=None)  # reject: an answer has a limit
Limits(memory=0.5)  # reject: bytes
limits.timeout = 6.0  # reject: limits do not change
load_environment(registry, TermsSpec, "acme.plugins")  # reject: no environment
load_environment(TermsSpec, TermsSpec, "acme.plugins", python="/opt/python")  # reject: no registry
load_environment(registry, TermsSpec, "acme.plugins", python="/opt/python", lazy="yes")  # reject: a bool
register_type("Fraction", str, str, Fraction)  # reject: the class, not its name
register_type(Fraction, str, str)  # reject: no way back
register_type(Fraction, str, str, of_pair)  # reject: it decodes something else
