"""The tables of messages: each has a row for everything that the source says, and no other row."""

from __future__ import annotations

import ast
import builtins
import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

import pluginkit
import pluginkit.testing
from pluginkit._implement.validate import expect_hook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path(pluginkit.__path__[0])
ROOMS = ("_declare", "_implement", "_call", "_load")
SHORTEST = 10  # what is shorter says neither why nor what to do


# -- what the source says -----------------------------------------------------------------------------------------


# What makes an error, and at which place it takes the message.
MAKERS = {
    "Problem": 0,
    "Misfit": 1,
    "HookSpecError": 0,
    "HookCallError": 0,
    "WrapperError": 0,
    "_error": 1,
    "_clash": 1,
    "_refused": 2,
    "call_error": 1,
    "wrapper_error": 1,
    "warn": 0,
}
PYTHONS = {
    name: 0 for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, Exception)
}

# The testing kit has no exceptions of its own, and writes the hint into the message.
KIT = {"TypeError": 0, "ValueError": 0, "SkipTest": 0}

COMMANDS = {
    "MigrateError": 0,
    "NoCheckerError": 0,
    "NoProgramError": 0,
    "ScaffoldError": 0,
    "SeveralStubsError": 0,
    "StubError": 0,
    "TargetError": 0,
    "VersionError": 0,
}

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def messages(source: str, makers: dict[str, int], prefix: str = "") -> Iterator[str]:
    """Yield the messages in a source, with `…` where something is put in.

    What is not written where the error is made is yielded as `<function>(<expression>)`.
    """
    for function, call in calls(ast.parse(source)):
        name = called(call)
        if name in makers and (call.args or call.keywords):
            yield prefix.format(name) + text_of(call.args[makers[name]], function)


def calls(node: ast.AST, function: _Function | None = None) -> Iterator[tuple[_Function | None, ast.Call]]:
    """Yield the calls in a piece of source, with the functions that they are in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield function, child
        yield from calls(child, child if isinstance(child, _Function) else function)


def called(call: ast.Call) -> str:
    """Return the last name of what is called."""
    return ast.unparse(call.func).rpartition(".")[2]


def text_of(node: ast.expr, function: _Function | None) -> str:
    """Return a message as it is written; a name stands for what its function assigns to it."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            parts = [str(part.value) if isinstance(part, ast.Constant) else "…" for part in values]
            return re.sub("…+", "…", "".join(parts))
        case ast.BinOp(left=left, op=ast.Add()):
            return text_of(left, function)
        case ast.Name(id=name) if name in (assigned := assignments(function)):
            return text_of(assigned[name], function)
        case _:
            return f"{function.name if function else ''}({ast.unparse(node)})"


def assignments(function: _Function | None) -> dict[str, ast.expr]:
    """Return what a function assigns to its names, where that is a text."""
    return {
        ast.unparse(target): node.value
        for node in (ast.walk(function) if function else ())
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.JoinedStr)
        for target in node.targets
    }


def written(paths: Iterable[Path], makers: dict[str, int], prefix: str = "") -> set[str]:
    """Return the messages in some files."""
    return {each for path in paths for each in messages(path.read_text(encoding="utf-8"), makers, prefix)}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("raise HookSpecError('is new')", "is new"),
        ("raise errors.HookSpecError(f'is {new}{er}')", "is …"),
        ("def f(text):\n    raise HookSpecError(text)", "f(text)"),
        ("def f():\n    text = 'is new'\n    raise HookSpecError(text)", "is new"),
        ("raise HookSpecError('is new' + hint)", "is new"),
        ("raise HookSpecError(TEXTS[0])", "(TEXTS[0])"),
    ],
)
def test_messages_are_found(source: str, found: str) -> None:
    """However an error is made, its message is found; or the place is, if the message is elsewhere."""
    assert list(messages(source, MAKERS)) == [found]


def test_errors_of_python_are_found() -> None:
    """Those begin with their class; one without a message needs no row."""
    source = "if f(): raise TypeError(f'{name} is wrong')\nraise KeyError\nraise IndexError()"
    assert list(messages(source, PYTHONS, "{}: ")) == ["TypeError: … is wrong"]


# -- what the pages say -------------------------------------------------------------------------------------------


class Row(NamedTuple):
    """A row of a table of messages."""

    message: str
    cause: str
    fix: str


def rows_of(*names: str) -> list[Row]:
    """Return the rows of the tables of messages of a page."""
    text = ROOT.joinpath("docs", "reference", *names).read_text(encoding="utf-8")
    tables = re.findall(r"^\| message \| cause \| fix \|\n\| --- \| --- \| --- \|\n((?:\|.*\n)+)", text, re.MULTILINE)
    return [row_of(line) for table in tables for line in table.splitlines()]


def row_of(line: str) -> Row:
    """Return a row; one that is not made as the others is an error."""
    found = re.fullmatch(r"\| `([^`]+)` \| (.+) \| (.+) \|", line)
    assert found, line
    row = Row(*found.groups())
    assert min(len(row.cause), len(row.fix)) >= SHORTEST, line
    return row


@pytest.mark.parametrize(
    "line",
    [
        "| `is new` | it is | make it older |",
        "| `is new` | it is not old | do |",
        "| is new | it is not old | make it older |",
    ],
)
def test_rows_that_say_nothing_are_found(line: str) -> None:
    """A row has a message, a cause and a fix, and the latter are more than a word."""
    with pytest.raises(AssertionError):
        row_of(line)


# -- both are the same --------------------------------------------------------------------------------------------


# These functions get the message from a caller that is a maker too, or is one of those below.
PASSED_ON = {
    "load_late(str(_late(error, needed_by)))",
    "call_error(message)",
    "_clash(message)",
    "_error(message)",
    "_checked_method(misfit.message)",
    "_problem(misfit.message)",
    "wrapper_error(message)",
}
PUT_TOGETHER = {"'…' …", "misses …", "got …", "cannot be …: …"}
PARTS = {
    "got an unknown argument '…'",
    "misses the argument '…'",
    "cannot be loaded from '…': …",
    "cannot be registered: …",
}
# Python words the errors; and the warning is a whole report.
WORDED_ELSEWHERE = {
    "AttributeError: … has no attribute '…'",
    "TypeError: … got an unexpected keyword argument '…'",
    "TypeError: … missing … required keyword-only argument…: '…'",
    "TypeError: … takes 0 positional arguments but … given",
    "RuntimeWarning: plugin '…' of …: … problems",
}
# One is caught; the other is in the table of the testing kit, whose functions raise it.
ROWLESS = {
    "ValueError: _restored(each)",
    "TypeError: … is no hook",
}


def test_every_message_is_listed_with_its_cause_and_its_fix() -> None:
    """The page of messages has a row for each message of the source."""
    listed = [row.message for row in rows_of("messages.md")]
    paths = [*SOURCE.glob("_*.py"), *(path for room in ROOMS for path in SOURCE.glob(f"{room}/*.py"))]
    own = written(paths, MAKERS)
    pythons = {without_hint(message) for message in written(paths, PYTHONS, "{}: ")}
    assert own >= PASSED_ON | PUT_TOGETHER
    assert pythons >= ROWLESS
    expected = (own - PASSED_ON - PUT_TOGETHER) | PARTS | (pythons - ROWLESS) | WORDED_ELSEWHERE
    assert sorted(listed) == sorted([*expected, "is no hook"])  # of a spec, and of a decorator


# Parts of `cannot be read` and `invalid syntax`.
PARTS_OF_COMMANDS = {
    "__init__(str(other) or 'it is too complex to be parsed')",
    "it cannot be read: …",
    "it is not in the encoding …: …",
    "there is no file '…' in the archive",
}


def without_hint(message: str) -> str:
    """Return what is wrong, without what to do."""
    return re.split(r"\n|; |: write ", message, maxsplit=1)[0]


def test_every_message_of_the_testing_kit_is_listed() -> None:
    """The table of its page has a row for the first line of each."""
    kit = Path(pluginkit.testing.__path__[0])
    found = written(kit.glob("*.py"), KIT) | set(messages(inspect.getsource(expect_hook), KIT))
    first_lines = {re.sub(r"^…\.…", "…", message.partition("\n")[0]) for message in found}
    assert sorted(row.message for row in rows_of("testing.md")) == sorted(first_lines)


def test_every_message_of_the_command_line_is_listed() -> None:
    """The table of its page has a row for each error of a command."""
    paths = [*SOURCE.glob("cli/*.py"), *SOURCE.glob("_source/**/*.py")]
    joined = "run('\\n'.join([f'{len(errors)} modules have no stub', *map(str, errors)]))"
    found = {without_hint(message) for message in written(paths, COMMANDS)}
    assert joined in found
    of_hooks = "… …"  # what `@hookspec` refuses, in its own words
    assert of_hooks in found
    expected = found - {joined, of_hooks} | {"… modules have no stub"}
    assert sorted(row.message for row in rows_of("command-line.md")) == sorted(expected)
    assert written(paths, PYTHONS) == PARTS_OF_COMMANDS


def test_the_errors_of_the_command_line_are_known() -> None:
    """What is looked for above are all exceptions that its modules define."""
    paths = [*SOURCE.glob("cli/*.py"), *SOURCE.glob("_source/**/*.py")]
    classes = [node for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    names = {node.name for node in classes if isinstance(node, ast.ClassDef) and node.name.endswith("Error")}
    assert names == COMMANDS.keys()
