"""The calls that a historic hook remembers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pluginkit._call.modes import Arguments
from pluginkit._call.order import Excluded

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows


class HistoricCall:
    """A call of a historic hook, which is replayed to later plugins.

    Attributes:
        arguments: All of the hook's arguments, as they were given.
        callback: Takes each answer, or None.
        excluded: The plugins that do not receive it.
    """

    __slots__ = ("arguments", "callback", "excluded")

    def __init__(self, arguments: Arguments, callback: Callable[[Any], object] | None, excluded: Excluded) -> None:
        self.arguments = arguments
        self.callback = callback
        self.excluded = excluded

    def tell(self, answer: object) -> None:
        """Pass the answer of one implementation to the callback."""
        if answer is not None and self.callback is not None:
            self.callback(answer)


class History:
    """The calls that a hook remembers. It never changes: a further call makes another one, which holds this one.

    So a call costs the same however many there were before it.
    """

    __slots__ = ("_before", "_call", "_length")

    def __init__(self, before: History | None = None, call: HistoricCall | None = None) -> None:
        self._before = before
        self._call = call
        self._length = 0 if before is None else len(before) + 1

    def __len__(self) -> int:
        return self._length

    def since(self, count: int) -> list[HistoricCall]:
        """Return the calls, the first one first, without the first `count`."""
        calls: list[HistoricCall] = []
        history = self
        while history._length > count and history._before is not None and history._call is not None:
            calls.append(history._call)
            history = history._before
        return calls[::-1]


NO_HISTORY = History()
