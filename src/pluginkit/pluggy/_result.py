"""`Result`: what came of a call, as old-style wrappers and monitors get it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar, cast, final

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None]

__all__ = ["HookCallError", "Result"]

ResultType = TypeVar("ResultType")


class HookCallError(Exception):
    """A call lacks an argument that an implementation requires."""


@final
class Result(Generic[ResultType]):
    """The result of a hook call, or the exception that it raised; a wrapper may replace either.

    Args:
        result: The result.
        exception: The exception, or None.

    Example:
        >>> from pluginkit.pluggy import Result
        >>> outcome = Result.from_call(lambda: [1, 2])
        >>> outcome.force_result([3])
        >>> outcome.get_result()
        [3]
    """

    __slots__ = ("_exception", "_result", "_traceback")

    def __init__(self, result: ResultType | None, exception: BaseException | None) -> None:
        self._result: ResultType | None = result
        self._exception: BaseException | None = exception
        # Raising an exception makes its traceback longer: this is the one that it came with.
        self._traceback: TracebackType | None = None if exception is None else exception.__traceback__

    @classmethod
    def from_call(cls, func: Callable[[], ResultType]) -> Result[ResultType]:
        """Call a function, and hold what it returns or raises.

        Args:
            func: It takes no arguments.

        Returns:
            What came of it.
        """
        __tracebackhide__ = True
        try:
            return cls(func(), None)
        except BaseException as exc:
            return cls(None, exc)

    @property
    def exception(self) -> BaseException | None:
        """The exception, if there is one."""
        return self._exception

    @property
    def excinfo(self) -> ExcInfo | None:
        """The exception as `sys.exc_info()` gives it, if there is one."""
        if self._exception is None:
            return None
        return type(self._exception), self._exception, self._traceback

    def force_result(self, result: ResultType) -> None:
        """Replace what there is by a result.

        Args:
            result: A list, or one value where the hook is `firstresult`.
        """
        self._result, self._exception, self._traceback = result, None, None

    def force_exception(self, exception: BaseException) -> None:
        """Replace what there is by an exception.

        Args:
            exception: What `get_result` is to raise.
        """
        self._result, self._exception, self._traceback = None, exception, exception.__traceback__

    def get_result(self) -> ResultType:
        """Return the result, or raise the exception with the traceback that it came with.

        Returns:
            A list, or one value where the hook is `firstresult`.
        """
        __tracebackhide__ = True
        if self._exception is None:
            return cast("ResultType", self._result)
        raise self._exception.with_traceback(self._traceback)


_Result = Result  # an old name that plugins still import
