"""A mapping that never changes: adding to it makes another one, which shares nearly everything with the first.

It knows nothing of plugins.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar, overload

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
D = TypeVar("D")

_COUNT = 64  # of buckets, a power of two: a change copies one of them, and the tuple that they are in


class PersistentMap(Generic[K, V]):
    """An immutable mapping in which a change costs little, however much there is in it."""

    __slots__ = ("_buckets",)

    def __init__(self, buckets: tuple[dict[K, V], ...] = ({},) * _COUNT) -> None:
        self._buckets = buckets

    def __contains__(self, key: K) -> bool:
        return key in self._buckets[_place(key)]

    @overload
    def get(self, key: K) -> V | None: ...
    @overload
    def get(self, key: K, default: D) -> V | D: ...
    def get(self, key: K, default: object = None) -> object:
        """Return the value of a key, or `default`."""
        return self._buckets[_place(key)].get(key, default)

    def with_item(self, key: K, value: V) -> PersistentMap[K, V]:
        """Return a mapping in which a key has a value."""
        return self._with_bucket(_place(key), {**self._buckets[_place(key)], key: value})

    def without(self, key: K) -> PersistentMap[K, V]:
        """Return a mapping that does not have a key."""
        place = _place(key)
        bucket = self._buckets[place].copy()
        bucket.pop(key, None)
        return self._with_bucket(place, bucket)

    def _with_bucket(self, place: int, bucket: dict[K, V]) -> PersistentMap[K, V]:
        return PersistentMap((*self._buckets[:place], bucket, *self._buckets[place + 1 :]))


def _place(key: Hashable) -> int:
    number = hash(key)
    return (number ^ number >> 6) % _COUNT  # identities of objects are multiples of 16
