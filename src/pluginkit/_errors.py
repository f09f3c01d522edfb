"""The exceptions.

    PluginkitError
    ├── HookSpecError          (also TypeError)     a spec that cannot be used
    ├── PluginValidationError  (also ValueError)    a plugin that cannot be registered
    ├── HookCallError          (also TypeError)     a call that does not fit the hook
    └── WrapperError           (also RuntimeError)  a wrapper that does not yield exactly once

Each one keeps what it knows in fields and renders its text from them, so that a host can show the fields its own
way. The fields are strings: an exception can be pickled, and keeps no plugin alive. `code` is one of the catalogue in
`_codes`, and is shown at the end of a problem's first line. This module knows nothing of specs, implementations or
registries.
"""

from __future__ import annotations

from collections.abc import Iterable

INDENT = "  "


def coded(text: str, code: str) -> str:
    """Return a text with a code at the end of its first line; without a code, the text."""
    if not code:
        return text
    first, newline, rest = text.partition("\n")
    return f"{first} [{code}]{newline}{rest}"


def unpicklable(what: str, remedy: str) -> TypeError:
    """Return the error for something that is of one process, and that `pickle` or `copy` is to take elsewhere."""
    return TypeError(coded(f"{what} cannot be pickled or copied", "PK406") + f"\n{INDENT}Hint: {remedy}")


def closest(name: str, candidates: Iterable[str]) -> str:
    """Return a hint that names the candidate most like `name`, or an empty string."""
    from difflib import get_close_matches  # late: it imports `re`, and only errors need it

    matches = get_close_matches(name, sorted(candidates), n=1)
    return f"did you mean '{matches[0]}'?" if matches else ""


def _details(
    hook_signature: str = "", implementation_signature: str = "", location: str = "", hint: str = ""
) -> list[str]:
    """Return the lines below an error's first one: aligned signatures, place and hint; what is empty is left out."""
    rows = {"hook": hook_signature, "implementation": implementation_signature, "at": location}
    rows = {label: text for label, text in rows.items() if text}
    width = max(map(len, rows), default=0)
    lines = [f"{label:<{width}}  {text}" for label, text in rows.items()]
    return [*lines, f"Hint: {hint}"] if hint else lines


def _indented(lines: Iterable[str]) -> list[str]:
    return [INDENT + line for line in lines]


class Problem:
    """One thing that is wrong with a plugin; a `PluginValidationError` holds one or more.

    Attributes:
        message: What is wrong, a sentence without a full stop.
        hook: The qualified hook, such as `ReportSpec.sections`; empty if it is not about a single hook.
        hook_signature: The hook as its spec declares it, or empty.
        implementation_signature: The implementation as the plugin declares it, or empty.
        location: `file:line` of the implementation, or empty.
        hint: What to do, or empty.
        code: The stable code of this kind of problem, such as `PK101`; empty for problems that are not pluginkit's own.

    Example:
        >>> print(Problem("unknown parameter 'nam'", hook="GreetSpec.greet", hint="did you mean 'name'?", code="PK101"))
        GreetSpec.greet: unknown parameter 'nam' [PK101]
          Hint: did you mean 'name'?
    """

    __slots__ = ("code", "hint", "hook", "hook_signature", "implementation_signature", "location", "message")

    def __init__(
        self,
        message: str,
        *,
        hook: str = "",
        hook_signature: str = "",
        implementation_signature: str = "",
        location: str = "",
        hint: str = "",
        code: str = "",
    ) -> None:
        self.message: str = message
        self.hook: str = hook
        self.hook_signature: str = hook_signature
        self.implementation_signature: str = implementation_signature
        self.location: str = location
        self.hint: str = hint
        self.code: str = code

    def __repr__(self) -> str:
        return f"<Problem {self.message!r}>"

    def __str__(self) -> str:
        heading = coded(f"{self.hook}: {self.message}" if self.hook else self.message, self.code)
        details = _details(self.hook_signature, self.implementation_signature, self.location, self.hint)
        return "\n".join([heading, *_indented(details)])


class PluginkitError(Exception):
    """Base of every exception that pluginkit itself raises.

    What a plugin raises is never one of these: it leaves a call as it is.

    Example:
        >>> issubclass(HookCallError, PluginkitError)
        True
    """


class _HookError(PluginkitError):
    """What the errors about one hook, or one spec class, have in common: their fields and their text."""

    def __init__(  # noqa: PLR0917 - exceptions are pickled by position
        self, message: str, hook: str, hook_signature: str = "", location: str = "", hint: str = "", code: str = ""
    ) -> None:
        super().__init__(message, hook, hook_signature, location, hint, code)
        self.message = message
        self.hook = hook
        self.hook_signature = hook_signature
        self.location = location
        self.hint = hint
        self.code = code

    def __str__(self) -> str:
        details = _details(self.hook_signature, location=self.location, hint=self.hint)
        return "\n".join([coded(f"{self.hook} {self.message}", self.code), *_indented(details)])


class HookSpecError(_HookError, TypeError):
    """A spec cannot be used: wrong options, a wrong signature, a class that is not a spec.

    Attributes:
        message: What is wrong.
        hook: The qualified hook, or the class.
        hook_signature: The hook as it is declared, or empty.
        location: `file:line` of the declaration, or empty.
        hint: What to do, or empty.
        code: The stable code of this kind of problem, such as `PK210`, or empty.

    Example:
        >>> print(HookSpecError("is not a Protocol class", "AppSpec", hint="derive it from 'Protocol'", code="PK210"))
        AppSpec is not a Protocol class [PK210]
          Hint: derive it from 'Protocol'
    """


class PluginValidationError(PluginkitError, ValueError):
    """A plugin cannot be registered, or a plugin that was named is not registered.

    All problems of the plugin are in the one error, and the registry has not changed.

    Attributes:
        plugin_name: The name of the plugin.
        problems: What is wrong with it, one `Problem` each.
        distribution: Name and version of the distribution that brought the plugin, or empty.

    Example:
        >>> print(PluginValidationError("summary", (Problem("the name is blocked", code="PK402"),)))
        plugin 'summary': the name is blocked [PK402]
    """

    def __init__(self, plugin_name: str, problems: tuple[Problem, ...], distribution: str = "") -> None:
        super().__init__(plugin_name, problems, distribution)
        self.plugin_name = plugin_name
        self.problems = problems
        self.distribution = distribution

    def __str__(self) -> str:
        who = f"plugin '{self.plugin_name}'" if self.plugin_name else "distribution"
        if self.distribution:
            who += f" of {self.distribution}" if self.plugin_name else f" {self.distribution}"
        if len(self.problems) == 1:
            return f"{who}: {self.problems[0]}" if self.plugin_name or self.distribution else str(self.problems[0])
        listed = [line for problem in self.problems for line in ["", *str(problem).splitlines()]]
        return "\n".join([f"{who}: {len(self.problems)} problems", *(line and INDENT + line for line in listed)])


class HookCallError(_HookError, TypeError):
    """A call does not fit the hook: an argument is missing, unknown or positional.

    Attributes:
        message: What is wrong.
        hook: The qualified hook.
        hook_signature: The hook as its spec declares it.
        location: `file:line` of the hook's declaration.
        hint: What to do, or empty.
        code: The stable code of this kind of problem, such as `PK304`, or empty.

    Example:
        >>> print(HookCallError("is missing the argument 'name'", "GreetSpec.greet", code="PK304"))
        GreetSpec.greet is missing the argument 'name' [PK304]
    """


class WrapperError(PluginkitError, RuntimeError):
    """A wrapper did not yield, or yielded more than once.

    It replaces the outcome of the call; the other wrappers of the call are still resumed.

    Attributes:
        message: What the wrapper did.
        plugin_name: The name of its plugin.
        hook: The qualified hook.
        location: `file:line` of the wrapper.
        hint: What to do.
        code: The stable code of this kind of problem, such as `PK601`, or empty.

    Example:
        >>> print(WrapperError("did not yield", "timer", "AppSpec.run", "timer.py:7", "yield exactly once", "PK601"))
        AppSpec.run: the wrapper of plugin 'timer' did not yield [PK601]
          at  timer.py:7
          Hint: yield exactly once
    """

    def __init__(  # noqa: PLR0917 - exceptions are pickled by position
        self, message: str, plugin_name: str, hook: str, location: str, hint: str, code: str = ""
    ) -> None:
        super().__init__(message, plugin_name, hook, location, hint, code)
        self.message = message
        self.plugin_name = plugin_name
        self.hook = hook
        self.location = location
        self.hint = hint
        self.code = code

    def __str__(self) -> str:
        heading = f"{self.hook}: the wrapper of plugin '{self.plugin_name}' {self.message}"
        return "\n".join([coded(heading, self.code), *_indented(_details(location=self.location, hint=self.hint))])


class CommandError(PluginkitError):
    """A command cannot do what it is asked to do.

    Attributes:
        code: The stable code of this kind of problem.

    Example:
        >>> print(CommandError("there is no program 'ls'", "PK815"))
        there is no program 'ls' [PK815]
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message, code)
        self.code = code

    def __str__(self) -> str:
        return coded(str(self.args[0]), self.code)


# Where hosts import them from is what their tracebacks show.
for _error in (PluginkitError, HookSpecError, PluginValidationError, HookCallError, WrapperError):
    _error.__module__ = "pluginkit"
