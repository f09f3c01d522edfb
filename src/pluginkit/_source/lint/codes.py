"""What `pluginkit lint` can say: each rule with its code, its name, why it matters, and how serious it is.

The page of rules, `--explain` and SARIF are made from this list. A code is never given to another rule.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

Severity: TypeAlias = Literal["error", "warning", "note"]


class Rule(NamedTuple):
    """One rule.

    Attributes:
        code: Its code, which never changes.
        name: Its name, for people.
        summary: What it finds, one sentence.
        reason: Why that is wrong, and what to do.
        severity: An error and a warning fail a run; a note does with `--strict`.
        fix: Whether there is a change that corrects it: "safe", "unsafe", or empty.
        is_on: Whether it is on unless something else is selected.
    """

    code: str
    name: str
    summary: str
    reason: str
    severity: Severity = "error"
    fix: Literal["safe", "unsafe", ""] = ""
    is_on: bool = True


_LISTED = (
    Rule(
        "PK001",
        "cannot-parse",
        "A file is not valid Python.",
        "Nothing of it is checked. The Python that runs the command has to know the syntax of the file.",
    ),
    Rule(
        "PK002",
        "cannot-resolve",
        "An implementation cannot be checked, because a name leads to nothing that can be found.",
        "A module may not be installed in the environment that is looked at: name another one with `--python`. A bare"
        " implementation is checked where its module imports the spec, or where `[tool.pluginkit] specs` names it."
        " With `--strict` this is an error.",
        "note",
    ),
    Rule(
        "PK101",
        "unknown-parameter",
        "An implementation takes a parameter that its hook does not give.",
        "Registration refuses it. Correct the name, or remove the parameter.",
        fix="safe",
    ),
    Rule(
        "PK102",
        "positional-only",
        "A parameter of an implementation is positional-only.",
        "Arguments are passed by keyword. Remove the `/`.",
        fix="safe",
    ),
    Rule(
        "PK103",
        "unknown-hook",
        "An implementation names a hook that its spec does not have.",
        "Correct the name, or mark the implementation `optional=True` if only some hosts have the hook.",
        fix="safe",
    ),
    Rule(
        "PK104",
        "async-for-sync",
        "An async function implements a hook that is not async.",
        "Nothing would await it. Write `def`, or declare the hook with `async def`.",
        fix="unsafe",
    ),
    Rule(
        "PK105",
        "wrapper-not-generator",
        "A wrapper is not a generator function.",
        "A wrapper yields once, receives the result at its `yield`, and returns it.",
    ),
    Rule(
        "PK106",
        "wrapper-historic",
        "A historic hook has a wrapper.",
        "A historic call is never over, as it is replayed to later plugins; so nothing can be wrapped around it.",
    ),
    Rule(
        "PK107",
        "missing-self",
        "A method has no `self`.",
        "The plugin would be passed as its first parameter. Add `self`.",
        fix="safe",
    ),
    Rule(
        "PK108",
        "wrong-form",
        "The form of `@hookimpl` is that for methods on a function, or the other way round.",
        "Write `@hookimpl(Spec.hook)` on methods and `@hookimpl.function(Spec.hook)` on functions and static methods.",
        fix="safe",
    ),
    Rule(
        "PK109",
        "decorator-order",
        "Another decorator makes something other than a function of an implementation.",
        "Put `@hookimpl` directly above `def`, below `@staticmethod` and `@classmethod`; remove other decorators.",
    ),
    Rule(
        "PK110",
        "first-and-last",
        "An implementation is `tryfirst` and `trylast` at once.",
        "They exclude each other. Keep one of them.",
    ),
    Rule(
        "PK111",
        "unknown-option",
        "`@hookimpl` has no such option.",
        "The decorator raises. Correct the name; pluggy's `hookwrapper` receives a result object, so that a wrapper has"
        " to be rewritten when it becomes `wrapper`.",
        fix="safe",
    ),
    Rule(
        "PK112",
        "generator-without-wrapper",
        "An implementation is a generator function and not marked as a wrapper.",
        "The hook would receive a generator. Add `wrapper=True`, or return the answer.",
        "warning",
        "unsafe",
    ),
    Rule(
        "PK113",
        "not-a-hook",
        "`@hookimpl` refers to something that is not a hook.",
        "Refer to a hook by its spec, as in `@hookimpl(AppSpec.sections)`.",
    ),
    Rule(
        "PK114",
        "wrapper-contextmanager",
        "A wrapper is made a context manager.",
        "A wrapper is the generator itself. Remove the decorator.",
    ),
    Rule(
        "PK115",
        "star-args",
        "An implementation has `*args`, which receives nothing.",
        "Arguments are passed by keyword. Remove it; `**rest` takes what is not named.",
        "warning",
    ),
    Rule(
        "PK116",
        "looks-like-a-plugin",
        "A class derives from a spec, or overrides an implementation without marking the override.",
        "What is not marked is not registered, and a plugin does not derive from its spec.",
        "warning",
    ),
    Rule(
        "PK117",
        "class-registered",
        "A class is registered whose implementations need an instance.",
        "Register an instance of it.",
    ),
    Rule(
        "PK118",
        "missing-rest",
        "An implementation takes some of the hook's parameters and has no `**_`.",
        "That is fine at run time, and type checkers refuse it without the host's generated stub. Turn the rule on with"
        " `--select` where they are to accept it.",
        "warning",
        "safe",
        is_on=False,
    ),
    Rule(
        "PK119",
        "wrapper-yields",
        "A wrapper comes to its `yield` twice, or returns before it.",
        "The call ends with a `WrapperError`. Let every path reach one `yield`.",
        "warning",
    ),
    Rule(
        "PK120",
        "wrapper-twofold",
        "An implementation for pluggy is a wrapper of both kinds.",
        "Keep `wrapper=True` or `hookwrapper=True`.",
    ),
    Rule(
        "PK122",
        "unknown-pluggy-hook",
        "No package that is looked at declares a hook of this name for the pluggy project.",
        "pluggy accepts implementations without a spec, which another plugin may declare. Turn the rule on with"
        " `--select` where all hooks are known.",
        "warning",
        is_on=False,
    ),
    Rule(
        "PK201",
        "hook-without-self",
        "A hook has no `self`.",
        "A hook is a method of a Protocol. Add `self`.",
        fix="safe",
    ),
    Rule(
        "PK202",
        "hook-positional",
        "A parameter of a hook can be given by position.",
        "Hooks are called by keyword. Add `*,` after `self`.",
        fix="safe",
    ),
    Rule(
        "PK203",
        "hook-star",
        "A hook has `*args` or `**rest`.",
        "Declare each parameter by name, so that implementations can choose.",
    ),
    Rule(
        "PK204",
        "pipeline-parameter",
        "`pipeline=` names a parameter that the hook does not have.",
        "Name one of the hook's parameters.",
        fix="safe",
    ),
    Rule(
        "PK205",
        "concurrent-not-async",
        "A hook is concurrent and not async.",
        "Declare it with `async def`, or remove the option.",
    ),
    Rule(
        "PK206",
        "modes",
        "A hook has options that exclude each other.",
        "Keep one of `firstresult`, `pipeline`, `historic` and `concurrent`.",
    ),
    Rule(
        "PK207",
        "spec-member",
        "A spec has a member that is not a hook.",
        "A registry refuses the spec. Mark the method with `@hookspec`, or move it out of the Protocol.",
        fix="unsafe",
    ),
    Rule(
        "PK208",
        "override-differs",
        "A hook overrides one of a base spec and differs from it.",
        "Implementations of the one would not fit the other. Keep the parameters, their defaults and the mode.",
    ),
    Rule(
        "PK209",
        "dunder-name",
        "The name of a hook begins with two underscores.",
        "Such names are Python's own. Choose another name.",
    ),
    Rule(
        "PK210",
        "different-hooks",
        "A spec inherits two different hooks of one name.",
        "Rename one of them.",
    ),
    Rule(
        "PK301",
        "unknown-argument",
        "A call of a hook has an argument that the hook does not take.",
        "The call raises. Correct the name.",
        fix="safe",
    ),
    Rule(
        "PK302",
        "positional-argument",
        "A call of a hook has an argument by position.",
        "Hooks are called by keyword. Give the argument by its name.",
    ),
    Rule(
        "PK303",
        "historic-called",
        "A historic hook is called directly.",
        "Such a call would not be remembered. Write `call_historic`.",
    ),
    Rule(
        "PK304",
        "missing-argument",
        "A call of a hook is missing an argument.",
        "The call raises. Give the argument, or declare a default in the spec.",
    ),
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
