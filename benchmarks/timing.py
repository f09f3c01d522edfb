"""Takes times in turns, and makes ratios of them."""

from __future__ import annotations

import gc
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SPAN = 0.002  # seconds that one measurement of a call should last


def repetitions(call: Callable[[], object]) -> int:
    """Return how often to make a call for a measurement."""
    number = 1
    while (taken := seconds(call, number)) < SPAN / 4:
        number *= 4
    return max(1, int(number * SPAN / taken))


def seconds(call: Callable[[], object], number: int) -> float:
    """Return the seconds that so many calls take."""
    repeated = range(number)
    start = perf_counter()
    for _ in repeated:
        call()
    return perf_counter() - start


def ratios(ours: Callable[[], object], others: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """Return what `ours` takes as a multiple of what each of the others takes: medians over pairs, taken in turns."""
    number = repetitions(ours)
    numbers = [repetitions(other) for other in others]
    found: list[list[float]] = [[] for _ in others]
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for each, other, other_number in zip(found, others, numbers, strict=True):
                mine = seconds(ours, number) / number
                each.append(mine / (seconds(other, other_number) / other_number))
    finally:
        gc.enable()
    return [median(each) for each in found]
