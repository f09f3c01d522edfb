"""Lint and registration are one predicate: what lint refuses does not register, and what it accepts does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from lint_cases import Case, cases, linted, registered

from pluginkit._source.lint.codes import RULES
from pluginkit._source.lint.run import Linter

LINTER = Linter()
# What `_fits` says of functions; it says the same whoever asks.
FITS = {"PK101", "PK102", "PK104", "PK105", "PK106", "PK107", "PK108"}


def agree(case: Case) -> None:
    """Ask both, and compare."""
    refused = registered(case.source)
    errors = [each for each in linted(case.source, LINTER) if RULES[each.code].severity == "error"]
    assert bool(errors) is bool(refused), (refused, errors)
    if all(each.code in FITS for each in errors) and not any("is marked as a method" in each for each in refused):
        assert {each.message.partition(": ")[2] for each in errors} == refused


@given(cases())
@settings(max_examples=500)
def test_some_implementations(case: Case) -> None:
    """Lint agrees with registration on implementations of every form and kind."""
    agree(case)


@pytest.mark.slow
@pytest.mark.exhaustive
@given(cases())
@settings(max_examples=10_000, deadline=None)
def test_ten_thousand_implementations(case: Case) -> None:
    """Lint agrees with registration on ten thousand implementations."""
    agree(case)
