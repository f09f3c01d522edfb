"""`Callee`: one implementation in the worker, from the frame of a call to the frame of its answer.

Whatever an implementation does, there is a frame that says so. This module knows no pipe and no plugin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pluginkit.isolated._exceptions import pack
from pluginkit.isolated._wire import ANSWER, ENCODER, HEADER, RAISED, frame, reusable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def spread_of(names: Sequence[str]) -> Callable[[Callable[..., Any], Sequence[Any]], Any]:
    """Return a function that calls another one with values by these names, which are those of a hook's parameters.

    It takes a third of the time that making a dictionary of them would, a tenth of a short call.
    """
    given = ", ".join(f"{name}=values[{place}]" for place, name in enumerate(names))
    made: Callable[[Callable[..., Any], Sequence[Any]], Any] = eval(f"lambda function, values: function({given})")  # noqa: S307
    return made


class Callee(NamedTuple):
    """An implementation that can be called from a frame.

    Attributes:
        function: The implementation.
        names: The parameters that it is given, in the order of the frame.
        spread: Calls a function with values by these names.
        decode: Decodes the arguments; it refuses those of other types.
        mutable: The numbers of the arguments that it could change.
        most: How many bytes an answer may have.
    """

    function: Callable[..., Any]
    names: tuple[str, ...]
    spread: Callable[[Callable[..., Any], Sequence[Any]], Any]
    decode: Callable[[Any], tuple[Any, ...]]
    mutable: tuple[int, ...]
    most: int

    def call(self, index: int, number: int, body: Any, buffer: bytearray) -> bytearray:
        """Return the frame that answers a call, made in a buffer."""
        try:
            values = self.decode(body)
            if not self.mutable:
                return self._answer(self.spread(self.function, values), index, number, buffer)
            before = self._changeable(values)
            answer = self.spread(self.function, values)
            self._check_unchanged(before, values)
            return self._answer(answer, index, number, buffer)
        except BaseException as error:  # SystemExit included: the plugin does not decide when the worker ends
            return frame(RAISED, pack(error), index, number, reusable(buffer))

    async def call_async(self, index: int, number: int, body: Any) -> bytearray:
        """Return the frame that answers a call whose implementation is plain or async."""
        try:
            values = self.decode(body)
            before = self._changeable(values)
            answer = self.spread(self.function, values)
            if hasattr(answer, "__await__"):
                answer = await answer
            self._check_unchanged(before, values)
            return self._answer(answer, index, number)
        except BaseException as error:
            return frame(RAISED, pack(error), index, number)

    def _changeable(self, values: Sequence[Any]) -> list[bytes]:
        """Return the arguments that could be changed, encoded."""
        return [ENCODER.encode(values[each]) for each in self.mutable]

    def _check_unchanged(self, before: list[bytes], values: Sequence[Any]) -> None:
        """Refuse what an implementation did to its arguments.

        Raises:
            TypeError: It has changed one.
        """
        after = self._changeable(values)
        if after != before:
            changed = [
                self.names[each] for each, old, new in zip(self.mutable, before, after, strict=True) if old != new
            ]
            raise TypeError(
                f"the plugin changed an argument: {', '.join(map(repr, changed))}. "
                "It runs in another process, where the host does not see that; return what is to be changed"
            )

    def _answer(self, answer: object, index: int, number: int, buffer: bytearray | None = None) -> bytearray:
        """Return the frame of an answer.

        Raises:
            ValueError: It is too large.
        """
        made = frame(ANSWER, answer, index, number, buffer)
        length = len(made) - HEADER.size
        if length > self.most:
            raise ValueError(f"the answer has {length} bytes, and the limit is {self.most}: raise Limits.answer")
        return made
