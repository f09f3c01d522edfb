"""`pluginkit check --isolated`: which hooks of a host cannot be implemented by plugins in another process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pluginkit.cli._findings import Finding, place_of
from pluginkit.cli._target import TargetError, callers_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pluginkit._errors import Problem
    from pluginkit._registry import Registry


def isolated_findings(registry: Registry[Any]) -> list[Finding]:
    """Return a finding for each type that keeps a hook from crossing to another process. No plugin is called.

    Raises:
        TargetError: The extra is not installed.
    """
    try:
        from pluginkit.isolated._crossing import problems_of
    except ModuleNotFoundError as error:
        message = "--isolated needs msgspec\n  Hint: install it with: pip install 'typed-pluginkit[isolated]'"
        raise TargetError(message, "PK817") from error
    hooks = [caller.spec for caller in callers_of(registry).values()]
    return list(_findings([problem for hook in hooks for problem in problems_of(hook)]))


def _findings(problems: list[Problem]) -> Iterator[Finding]:
    for problem in problems:
        file, line = place_of(problem.location)
        message = f"{problem.hook}: {problem.message}"
        yield Finding(problem.code, message, "", "", problem.hook, file, line, problem.hint, str(problem))
