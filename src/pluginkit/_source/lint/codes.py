"""What `pluginkit lint` can say: the problems of the catalogue that it finds, why they matter, and what corrects them.

The page of rules, `--explain` and SARIF are made from this list.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from pluginkit._codes import CODES, Severity


class Rule(NamedTuple):
    """One rule.

    Attributes:
        code: The code of what it finds.
        reason: Why that is wrong, and what to do.
        fix: Whether there is a change that corrects it: "safe", "unsafe", or empty.
        is_on: Whether it is on unless something else is selected.
    """

    code: str
    reason: str
    fix: Literal["safe", "unsafe", ""] = ""
    is_on: bool = True

    @property
    def name(self) -> str:
        """Its name, for people."""
        return CODES[self.code].name

    @property
    def summary(self) -> str:
        """What it finds, one sentence."""
        return CODES[self.code].text

    @property
    def severity(self) -> Severity:
        """How serious it is: an error and a warning fail a run, and a note does with `--strict`."""
        return CODES[self.code].severity


_LISTED = (
    Rule("PK001", "Nothing of it is checked. The Python that runs the command has to know the syntax of the file."),
    Rule(
        "PK002",
        "A module may not be installed in the environment that is looked at: name another one with `--python`. A bare"
        " implementation is checked where its module imports the spec, or where `[tool.pluginkit] specs` names it."
        " With `--strict` this is an error.",
    ),
    Rule("PK101", "Registration refuses it. Correct the name, or remove the parameter.", fix="safe"),
    Rule("PK102", "Arguments are passed by keyword. Remove the `/`.", fix="safe"),
    Rule(
        "PK103",
        "Correct the name, or mark the implementation `optional=True` if only some hosts have the hook.",
        fix="safe",
    ),
    Rule("PK104", "Nothing would await it. Write `def`, or declare the hook with `async def`.", fix="unsafe"),
    Rule("PK105", "A wrapper yields once, receives the result at its `yield`, and returns it."),
    Rule(
        "PK106",
        "A historic call is never over, as it is replayed to later plugins; so nothing can be wrapped around it.",
    ),
    Rule("PK107", "The plugin would be passed as its first parameter. Add `self`.", fix="safe"),
    Rule(
        "PK108",
        "Write `@hookimpl(Spec.hook)` on methods and `@hookimpl.function(Spec.hook)` on functions and static methods.",
        fix="safe",
    ),
    Rule(
        "PK109",
        "Put `@hookimpl` directly above `def`, below `@staticmethod` and `@classmethod`; remove other decorators.",
    ),
    Rule("PK110", "They exclude each other. Keep one of them."),
    Rule(
        "PK111",
        "The decorator raises. Correct the name; pluggy's `hookwrapper` receives a result object, so that a wrapper has"
        " to be rewritten when it becomes `wrapper`.",
        fix="safe",
    ),
    Rule("PK112", "The hook would receive a generator. Add `wrapper=True`, or return the answer.", fix="unsafe"),
    Rule("PK113", "Refer to a hook by its spec, as in `@hookimpl(AppSpec.sections)`."),
    Rule("PK114", "A wrapper is the generator itself. Remove the decorator."),
    Rule("PK115", "Arguments are passed by keyword. Remove it; `**rest` takes what is not named."),
    Rule("PK116", "What is not marked is not registered, and a plugin does not derive from its spec."),
    Rule("PK117", "Register an instance of it."),
    Rule(
        "PK118",
        "That is fine at run time, and type checkers refuse it without the host's generated stub. Turn the rule on with"
        " `--select` where they are to accept it.",
        fix="safe",
        is_on=False,
    ),
    Rule("PK119", "The call ends with a `WrapperError`. Let every path reach one `yield`."),
    Rule("PK126", "It would not run. Mark it as well, or set the name to `None` to leave the hook out."),
    Rule("PK121", "Keep `wrapper=True` or `hookwrapper=True`."),
    Rule(
        "PK125",
        "pluggy accepts implementations without a spec, which another plugin may declare. Turn the rule on with"
        " `--select` where all hooks are known.",
        is_on=False,
    ),
    Rule("PK128", "It works still. Do what the reason says before it is gone."),
    Rule("PK129", "It works still. Do what the reason says before it is gone."),
    Rule("PK201", "A hook is a method of a Protocol. Add `self`.", fix="safe"),
    Rule("PK202", "Hooks are called by keyword. Add `*,` after `self`.", fix="safe"),
    Rule("PK203", "Declare each parameter by name, so that implementations can choose."),
    Rule("PK204", "Name one of the hook's parameters.", fix="safe"),
    Rule("PK205", "Declare it with `async def`, or remove the option."),
    Rule("PK206", "Keep one of `firstresult`, `pipeline`, `historic` and `concurrent`."),
    Rule(
        "PK207",
        "A registry refuses the spec. Mark the method with `@hookspec`, or move it out of the Protocol.",
        fix="unsafe",
    ),
    Rule(
        "PK208", "Implementations of the one would not fit the other. Keep the parameters, their defaults and the mode."
    ),
    Rule("PK209", "Such names are Python's own. Choose another name."),
    Rule("PK214", "Rename one of them."),
    Rule("PK215", "Write `raise`, `skip` or `group`."),
    Rule("PK216", "Write a number of seconds above 0."),
    Rule("PK217", "A plain function cannot be interrupted. Declare it with `async def`, or remove the option."),
    Rule("PK218", "Map parameters of the hook to reasons. A hook itself is marked with `@deprecated`."),
    Rule("PK301", "The call raises. Correct the name.", fix="safe"),
    Rule("PK302", "Hooks are called by keyword. Give the argument by its name."),
    Rule("PK303", "Such a call would not be remembered. Write `call_historic`."),
    Rule("PK304", "The call raises. Give the argument, or declare a default in the spec."),
)

RULES: dict[str, Rule] = {rule.code: rule for rule in _LISTED}


def selected(select: tuple[str, ...], ignore: tuple[str, ...]) -> frozenset[str]:
    """Return the codes of the rules that run.

    Args:
        select: Codes, or how codes begin, such as `PK1`; `ALL`, or nothing for those that are on.
        ignore: Those to leave out.
    """

    def matches(code: str, prefixes: tuple[str, ...]) -> bool:
        return any(code.startswith(prefix) or prefix == "ALL" for prefix in prefixes)

    chosen = [rule.code for rule in _LISTED if (matches(rule.code, select) if select else rule.is_on)]
    return frozenset(code for code in chosen if not matches(code, ignore))


def explained(rule: Rule) -> str:
    """Return what a rule is about, as `--explain` writes it."""
    kind = {"error": "an error", "warning": "a warning", "note": "a note, and an error with --strict"}[rule.severity]
    fix = {"safe": "--fix corrects it", "unsafe": "--fix --unsafe corrects it", "": ""}[rule.fix]
    facts = ", ".join(each for each in (kind, fix, "" if rule.is_on else "off unless selected") if each)
    return f"{rule.code} {rule.name} ({facts})\n\n{rule.summary} {rule.reason}\n"
