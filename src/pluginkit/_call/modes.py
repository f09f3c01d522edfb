"""The modes: how the answers of a hook's implementations become one result.

Each is a generator that neither calls nor awaits: it yields an implementation with the arguments for it, is sent the
answer, and returns the result. `loop` drives it with calls, and `aio` with calls that are awaited in turn or run at
once. A rule about answers is written here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any, TypeAlias

from pluginkit._declare.impl import HookImpl
from pluginkit._declare.spec import BaseSpec

Arguments: TypeAlias = Mapping[str, Any]
Calls: TypeAlias = Generator[tuple[HookImpl, Arguments], Any, Any]


def collect(_: BaseSpec, implementations: Sequence[HookImpl], arguments: Arguments) -> Calls:
    """Collect the answers, in call order."""
    answers: list[Any] = []
    for impl in implementations:
        answer = yield impl, arguments
        if answer is not None:
            answers.append(answer)
    return answers


def firstresult(_: BaseSpec, implementations: Sequence[HookImpl], arguments: Arguments) -> Calls:
    """Stop at the first answer."""
    for impl in implementations:
        answer = yield impl, arguments
        if answer is not None:
            return answer
    return None


def pipeline(spec: BaseSpec, implementations: Sequence[HookImpl], arguments: Arguments) -> Calls:
    """Pass each answer to the next implementation as the parameter that is threaded."""
    value = arguments[spec.pipeline]
    for impl in implementations:
        answer = yield impl, {**arguments, spec.pipeline: value}
        if answer is not None:
            value = answer
    return value


MODES: dict[str, Callable[[BaseSpec, Sequence[HookImpl], Arguments], Calls]] = {
    "collect": collect,
    "firstresult": firstresult,
    "pipeline": pipeline,
}
