"""Asks the implementations of a hook one by one, and says what came of each.

They are those that a call would ask, with the same arguments: `modes` says which. Wrappers do not run. What always
leaves a call, as `failure` knows it, leaves here as well.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from pluginkit._call.failure import is_failure
from pluginkit._call.loop import below, call_implementation
from pluginkit._call.modes import MODES, Arguments
from pluginkit._declare.impl import HookImpl
from pluginkit._declare.outcome import Outcome
from pluginkit._declare.spec import BaseSpec

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows


def each_outcome(
    spec: BaseSpec, implementations: Sequence[HookImpl], arguments: Arguments
) -> Generator[Outcome[Any], None, None]:
    """Yield what comes of each implementation that gives an answer or fails."""
    calls = MODES[spec.mode](spec, implementations, arguments)
    answer: Any = None
    while True:
        try:
            impl, given = calls.send(answer)
        except StopIteration:
            return
        outcome = _asked(impl, given)
        answer = outcome.value
        if counts(outcome):
            yield outcome


def counts(outcome: Outcome[Any]) -> bool:
    """Tell whether an implementation has given an answer or failed."""
    return outcome.value is not None or outcome.error is not None


def _asked(impl: HookImpl, arguments: Arguments) -> Outcome[Any]:
    try:
        return Outcome(impl.original, call_implementation(impl, arguments), None)
    except BaseException as exc:
        if not is_failure(exc):
            raise
        return Outcome(impl.original, None, below(exc))
