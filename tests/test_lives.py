"""Some random lives of a registry; `python -m nox -s lives` runs many more."""

from __future__ import annotations

import pytest
from lives import Entry, Life, environment, run

from pluginkit import Registry


def test_random_lives() -> None:
    """Whatever comes, goes, is blocked, loaded or called, and by whom, a registry does what the model says."""
    run(0, 60)


@pytest.mark.parametrize("difference", ["plugin_names", "is_blocked"])
def test_a_difference_is_found(monkeypatch: pytest.MonkeyPatch, difference: str) -> None:
    """A registry that does something else is found out, with the seed."""
    monkeypatch.setattr(Registry, difference, lambda *_: ("x",))
    with pytest.raises(AssertionError) as caught:
        run(7, 1)
    assert caught.value.__notes__ == ["in the life of seed 7"]


def test_an_answer_too_much_is_found() -> None:
    """A call that gives what the model does not is found out."""
    with environment() as pool:
        life = Life(0, pool)
        life.entries.append(Entry("absent", "absent", {"parts": 1}))
        with pytest.raises(AssertionError):
            life.call()
