"""`Limits`: what a worker may take. Plain data; this module knows nothing of processes."""

from __future__ import annotations

from dataclasses import dataclass, fields

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a worker of an isolated plugin may take.

    Attributes:
        timeout: How many seconds a call may take, from when a worker has it; None for no limit.
        start: How many seconds a worker may take until it is ready.
        memory: How many bytes of memory a worker may allocate (`RLIMIT_DATA`), or None for no limit. What exceeds it
            is a `MemoryError` in the plugin. Not on Windows.
        answer: How many bytes an answer may have.
        calls: After how many calls a worker is replaced by a new one; None for never.
        restarts: How often a worker may end by itself within a minute, and be started again.
        grace: How many seconds an async implementation that was cancelled, and a worker that is to end, has for it.
        in_flight: How many calls of async hooks one worker has at once; further ones wait.

    Raises:
        TypeError: A limit is not a number.
        ValueError: A limit is not positive; `restarts` and `grace` can be 0.

    Example:
        >>> Limits(timeout=5.0, memory=500_000_000).restarts
        5
    """

    timeout: float | None = 30.0
    start: float = 30.0
    memory: int | None = None
    answer: int = 64 * MEBIBYTE
    calls: int | None = None
    restarts: int = 5
    grace: float = 0.05
    in_flight: int = 64

    def __post_init__(self) -> None:
        for field in fields(self):
            _check(field.name, getattr(self, field.name))


_OPTIONAL = frozenset({"timeout", "memory", "calls"})
_FRACTIONS = frozenset({"timeout", "start", "grace"})
_CAN_BE_ZERO = frozenset({"restarts", "grace"})


def _check(name: str, value: object) -> None:
    if value is None and name in _OPTIONAL:
        return
    is_fraction = name in _FRACTIONS
    if not isinstance(value, int | float) or isinstance(value, bool) or not (is_fraction or isinstance(value, int)):
        wanted = "a number" if is_fraction else "an integer"
        raise TypeError(f"{name}={value!r} is not {wanted}")
    lowest_is_zero = name in _CAN_BE_ZERO
    if not (value >= 0 if lowest_is_zero else value > 0) or value == float("inf"):
        raise ValueError(f"{name}={value!r} is not {'positive or zero' if lowest_is_zero else 'positive'}")
