"""How pluggy calls implementations: its conventions and its errors, on the loop of `pluginkit._call.loop`.

Implementations may be any objects with the attributes of a `HookImpl`: hosts put their own in between. Exceptions
leave through a frame of this module: pytest hides the frames of files that lie beside `pluggy.__file__`.
"""

# The names are private to the package, or those that hosts know as private.
# pyright: reportPrivateUsage=false
from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, cast

from pluginkit._call.loop import Style, below, unwind
from pluginkit.pluggy._result import HookCallError, Result
from pluginkit.pluggy._warnings import PluggyTeardownRaisedWarning

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from pluginkit.pluggy._impl import HookImpl

    Teardown: TypeAlias = Generator[None, object, object]

__all__ = ["_multicall", "_raise_wrapfail", "_warn_teardown_exception", "run_old_style_hookwrapper"]

_PACKAGE = str(Path(__file__).parent.parent)
_SECOND_YIELD = "has second yield"
_ENDED = object()


class _PluggyStyle(Style):
    """pluggy adds no notes, and calls a wrapper that misbehaves a RuntimeError; it is known by its generator."""

    def attribute(self, exc: BaseException, owner: object) -> None:
        """Add nothing."""

    def yielded_again(self, owner: Any, _: list[BaseException], closing: BaseException | None, /) -> BaseException:
        """Return what its cleanup raises, or else say that it yielded twice."""
        return closing or _wrapfail(owner, _SECOND_YIELD)


_STYLE = _PluggyStyle()


def _multicall(  # noqa: C901 - calling a function for a part of it would cost as much as the part
    hook_name: str, hook_impls: Sequence[HookImpl], caller_kwargs: Mapping[str, object], firstresult: bool
) -> object | list[object]:
    """Call implementations, the last one first, and return what they give together.

    Args:
        hook_name: The hook.
        hook_impls: The implementations, in reverse call order.
        caller_kwargs: The arguments of the call.
        firstresult: Whether to stop at the first answer, and to return it.
    """
    __tracebackhide__ = True
    started: list[tuple[Any, Teardown]] = []
    failure: list[BaseException] = []
    results: list[object] = []
    generator: Any
    given = caller_kwargs.__getitem__  # with `map`, faster than a comprehension
    try:
        for impl in reversed(hook_impls):
            try:
                args = [*map(given, impl.argnames)]
            except KeyError as error:
                raise HookCallError(f"hook call must provide argument {error.args[0]!r}") from error
            kwargs = _defaulted(impl, caller_kwargs) if impl.kwargnames else None
            if impl.hookwrapper:
                generator = run_old_style_hookwrapper(impl, hook_name, args, kwargs)
                next(generator)
                started.append((generator, generator))
                continue
            answer: Any = impl.function(*args, **kwargs) if kwargs else impl.function(*args)
            if impl.wrapper:
                generator = answer
                if next(generator, _ENDED) is _ENDED:
                    _raise_wrapfail(generator, "did not yield")
                started.append((generator, generator))
            elif answer is not None:
                results.append(answer)
                if firstresult:
                    break
    except BaseException as exc:
        if not started:
            raise
        failure.append(below(exc))
    result: object = (results[0] if results else None) if firstresult else results
    if started:
        result = unwind(started, result, failure, _STYLE)
        if failure:
            raise failure.pop()
    return result


def _defaulted(impl: HookImpl, given: Mapping[str, object]) -> dict[str, object]:
    """Return what an implementation gets by keyword."""
    return {name: given[name] for name in impl.kwargnames if name in given}


def run_old_style_hookwrapper(
    hook_impl: HookImpl, hook_name: str, args: Sequence[object], kwargs: Mapping[str, object] | None = None
) -> Teardown:
    """Run a wrapper of the old style as one of the new.

    Args:
        hook_impl: The wrapper.
        hook_name: Its hook.
        args: Its arguments by position.
        kwargs: Its arguments by keyword.
    """
    generator = cast("Generator[None, Result[object], None]", hook_impl.function(*args, **(kwargs or {})))
    try:
        next(generator)
    except StopIteration:
        _raise_wrapfail(generator, "did not yield")
    result: Result[object]
    try:
        result = Result((yield), None)
    except BaseException as exc:
        result = Result(None, exc)
    try:
        generator.send(result)
    except StopIteration:
        pass
    except BaseException as exc:
        _warn_teardown_exception(hook_name, hook_impl, exc)
        raise
    else:
        _raise_wrapfail(generator, _SECOND_YIELD)
    finally:
        generator.close()
    return result.get_result()


def _wrapfail(generator: Any, message: str) -> RuntimeError:
    code = generator.gi_code
    return RuntimeError(f"wrap_controller at {code.co_name!r} {code.co_filename}:{code.co_firstlineno} {message}")


def _raise_wrapfail(wrap_controller: Generator[Any, Any, Any], msg: str) -> NoReturn:
    raise _wrapfail(wrap_controller, msg)


def _warn_teardown_exception(hook_name: str, hook_impl: HookImpl, e: BaseException) -> None:
    text = (
        "A plugin raised an exception during an old-style hookwrapper teardown.\n"
        f"Plugin: {hook_impl.plugin_name}, Hook: {hook_name}\n"
        f"{type(e).__name__}: {e}\n"
        "For more information see https://pluggy.readthedocs.io/en/stable/api_reference.html"
        "#pluggy.PluggyTeardownRaisedWarning"
    )
    warnings.warn(PluggyTeardownRaisedWarning(text), stacklevel=_calls_to_host())


def _calls_to_host() -> int:
    """Return how far up the stack the call of the hook is, seen from whoever calls this function."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    return level
