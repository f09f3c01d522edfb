"""Mappings that never change: adding to one makes another one, which shares nearly everything with the first.

It knows nothing of plugins.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, ValuesView
from itertools import chain
from typing import Any, Generic, TypeVar, overload

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
D = TypeVar("D")

_FULL = 64  # items in a bucket, or as many as there are buckets: a change copies one of them, and the tuple of all
_MORE = 16  # times as many buckets there are if one is full


class PersistentMap(Generic[K, V]):
    """An immutable mapping in which a change costs little, however much there is in it.

    As long as it is small, its items are in the order in which their keys came.
    """

    __slots__ = ("_buckets",)

    def __init__(self, buckets: tuple[dict[K, V], ...] = ({},)) -> None:
        self._buckets = buckets

    def __contains__(self, key: object) -> bool:
        return key in self._buckets[self._place(key)]

    @overload
    def get(self, key: K) -> V | None: ...
    @overload
    def get(self, key: K, default: D) -> V | D: ...
    def get(self, key: K, default: object = None) -> object:
        """Return the value of a key, or `default`."""
        return self._buckets[self._place(key)].get(key, default)

    @property
    def is_small(self) -> bool:
        """Whether the items are in order."""
        return len(self._buckets) == 1

    def items(self) -> Iterator[tuple[K, V]]:
        """Return keys and values."""
        return chain.from_iterable(bucket.items() for bucket in self._buckets)

    def with_item(self, key: K, value: V) -> PersistentMap[K, V]:
        """Return a mapping in which a key has a value."""
        place = self._place(key)
        bucket = {**self._buckets[place], key: value}
        made = self._with_bucket(place, bucket)
        return made if len(bucket) <= max(_FULL, len(self._buckets)) else made.spread()

    def without(self, key: K) -> PersistentMap[K, V]:
        """Return a mapping that does not have a key."""
        place = self._place(key)
        bucket = self._buckets[place].copy()
        bucket.pop(key, None)
        return self._with_bucket(place, bucket)

    def _with_bucket(self, place: int, bucket: dict[K, V]) -> PersistentMap[K, V]:
        return PersistentMap((*self._buckets[:place], bucket, *self._buckets[place + 1 :]))

    def spread(self) -> PersistentMap[K, V]:
        """Return the same mapping with more buckets."""
        made: PersistentMap[K, V] = PersistentMap(tuple({} for _ in range(len(self._buckets) * _MORE)))
        for key, value in self.items():
            made._buckets[made._place(key)][key] = value
        return made

    def _place(self, key: object) -> int:
        count = len(self._buckets)
        if count == 1:
            return 0
        number = hash(key)
        return (number ^ number >> 6) % count  # identities of objects are multiples of 16


class OrderedMap(Mapping[K, V]):
    """An immutable mapping in the order in which its keys came. It is put in order when somebody wants all of it."""

    __slots__ = ("_length", "_next", "_ordered", "_places")

    def __init__(self, places: PersistentMap[K, tuple[int, V]] | None = None, length: int = 0, next_: int = 0) -> None:
        self._places: PersistentMap[K, tuple[int, V]] = places or PersistentMap()
        self._length = length
        self._next = next_
        self._ordered: dict[K, V] | None = None

    def __getitem__(self, key: K) -> V:
        found = self._places.get(key)
        if found is None:
            raise KeyError(key)
        return found[1]

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def __iter__(self) -> Iterator[K]:
        return iter(self._in_order())

    def __len__(self) -> int:
        return self._length

    @overload
    def get(self, key: object) -> V | None: ...
    @overload
    def get(self, key: object, default: V | D) -> V | D: ...
    def get(self, key: Any, default: object = None) -> object:
        """Return the value of a key, or `default`."""
        found = self._places.get(key)
        return default if found is None else found[1]

    def values(self) -> ValuesView[V]:
        """Return the values in order."""
        return self._in_order().values()

    def with_item(self, key: K, value: V) -> OrderedMap[K, V]:
        """Return a mapping in which a key has a value: at the end, or where the key is."""
        found = self._places.get(key)
        if found is not None:
            return OrderedMap(self._places.with_item(key, (found[0], value)), self._length, self._next)
        return OrderedMap(self._places.with_item(key, (self._next, value)), self._length + 1, self._next + 1)

    def without(self, key: K) -> OrderedMap[K, V]:
        """Return a mapping that does not have a key that is there."""
        return OrderedMap(self._places.without(key), self._length - 1, self._next)

    def _in_order(self) -> dict[K, V]:
        ordered = self._ordered
        if ordered is None:
            items = self._places.items()
            if not self._places.is_small:
                items = iter(sorted(items, key=_place_of))
            ordered = self._ordered = {key: found[1] for key, found in items}
        return ordered


def _place_of(item: tuple[object, tuple[int, object]]) -> int:
    return item[1][0]
