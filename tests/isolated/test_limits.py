"""`Limits`: what they are without saying so, and what is refused."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from pluginkit.isolated import Limits


def test_defaults() -> None:
    """Calls end, answers have a size, and a worker is not started for ever, also where nothing is said."""
    assert dataclasses.asdict(Limits()) == {
        "timeout": 30.0,
        "start": 30.0,
        "memory": None,
        "answer": 67_108_864,
        "calls": None,
        "restarts": 5,
        "grace": 0.05,
        "in_flight": 64,
    }


def test_no_limit() -> None:
    """None takes a limit away where there may be none, and 0 is a number of restarts."""
    limits = Limits(timeout=None, memory=None, calls=None, restarts=0, grace=0)
    assert (limits.timeout, limits.restarts, limits.grace) == (None, 0, 0)


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"timeout": "5"}, TypeError, "timeout='5' is not a number"),
        ({"timeout": True}, TypeError, "timeout=True is not a number"),
        ({"start": None}, TypeError, "start=None is not a number"),
        ({"memory": 1.5}, TypeError, "memory=1.5 is not an integer"),
        ({"answer": None}, TypeError, "answer=None is not an integer"),
        ({"timeout": 0}, ValueError, "timeout=0 is not positive"),
        ({"timeout": float("nan")}, ValueError, "timeout=nan is not positive"),
        ({"timeout": float("inf")}, ValueError, "timeout=inf is not positive"),
        ({"calls": 0}, ValueError, "calls=0 is not positive"),
        ({"restarts": -1}, ValueError, "restarts=-1 is not positive or zero"),
        ({"grace": -0.1}, ValueError, "grace=-0.1 is not positive or zero"),
    ],
)
def test_wrong_limits_are_refused(options: dict[str, Any], kind: type[Exception], message: str) -> None:
    """A limit that cannot be kept is refused when it is made."""
    with pytest.raises(kind) as caught:
        Limits(**options)
    assert str(caught.value) == message
