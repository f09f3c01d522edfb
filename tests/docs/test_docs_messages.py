"""The catalogue of problems, the messages of the source, and the tables of the pages: all three agree."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

import pluginkit
import pluginkit.testing
from pluginkit._codes import CODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path(pluginkit.__path__[0])
ROOMS = ("_declare", "_implement", "_call", "_load")
PAGES = ("messages.md", "isolated.md", "command-line.md", "lint.md", "pluggy.md")
SHORTEST = 10  # what is shorter says neither why nor what to do
A_CODE = re.compile(r"PK\d{3}")


# -- the catalogue ------------------------------------------------------------------------------------------------


def used() -> set[str]:
    """Return the codes that the source mentions, the catalogue apart."""
    paths = [path for path in SOURCE.rglob("*.py") if path.name != "_codes.py"]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    texts = [node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return {text for text in texts if isinstance(text, str) and A_CODE.fullmatch(text)}


def test_every_code_of_the_source_is_in_the_catalogue() -> None:
    """No error has a code that nobody can look up."""
    assert used() <= CODES.keys()


def test_codes_and_names_are_stable_and_unique() -> None:
    """A code has three digits, and no other has its name."""
    assert all(A_CODE.fullmatch(code) and CODES[code].code == code for code in CODES)
    assert len({each.name for each in CODES.values()}) == len(CODES)
    assert list(CODES) == sorted(CODES)


def test_names_and_texts_are_of_one_form() -> None:
    """A name is in lower case with hyphens; a text is one sentence."""
    for each in CODES.values():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", each.name), each
        assert re.fullmatch(r"[A-Z@b][^\n]*[a-z.*]\.", each.text), each


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
    "coded": 0,
    "CommandError": 0,
    "FilesError": 0,
    "HookError": 0,
    "LintError": 0,
    "MigrateError": 0,
    "ModulesError": 0,
    "NoCheckerError": 0,
    "NoProgramError": 0,
    "NotStartedError": 0,
    "RenameError": 0,
    "ScaffoldError": 0,
    "ServerError": 0,
    "SeveralProjectsError": 0,
    "StubError": 0,
    "TargetError": 0,
    "VersionError": 0,
}
# The testing kit has no exceptions of its own, and writes the hint into the message.
KIT = {"TypeError": 0, "ValueError": 0, "SkipTest": 0}

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Message(NamedTuple):
    """A message and its code; the latter is empty where the source does not write it beside the message."""

    code: str
    text: str


def messages(source: str, makers: dict[str, int]) -> Iterator[Message]:
    """Yield the messages in a source, with `…` where something is put in.

    What is not written where the error is made is yielded as `<function>(<expression>)`.
    """
    for function, call in calls(ast.parse(source)):
        name = called(call)
        if name in makers and len(call.args) > makers[name]:
            text = text_of(call.args[makers[name]], function)
            yield Message(code_of(call), text.partition("\n")[0])


def code_of(call: ast.Call) -> str:
    """Return the code that is passed to what makes an error, or an empty string."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    texts = [str(each.value) for each in given if isinstance(each, ast.Constant)]
    return next((text for text in texts if A_CODE.fullmatch(text)), "")


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


def written(paths: Iterable[Path], makers: dict[str, int] = MAKERS) -> set[Message]:
    """Return the messages in some files."""
    return {each for path in paths for each in messages(path.read_text(encoding="utf-8"), makers)}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("raise HookSpecError('is new', code='PK200')", Message("PK200", "is new")),
        ("raise errors.HookSpecError(f'is {new}{er}', 'PK200')", Message("PK200", "is …")),
        ("def f(text):\n    raise HookSpecError(text)", Message("", "f(text)")),
        ("def f():\n    text = 'is new'\n    raise HookSpecError(text)", Message("", "is new")),
        ("raise HookSpecError('is new' + hint)", Message("", "is new")),
        ("raise TypeError(coded('is new\\nHint: be old', 'PK200'))", Message("PK200", "is new")),
        ("raise HookSpecError(TEXTS[0])", Message("", "(TEXTS[0])")),
    ],
)
def test_messages_are_found(source: str, found: Message) -> None:
    """However an error is made, its message is found; or the place is, if the message is elsewhere."""
    assert list(messages(source, MAKERS)) == [found]


# -- what the pages say -------------------------------------------------------------------------------------------


class Row(NamedTuple):
    """A row of a table of messages."""

    code: str
    name: str
    message: str
    cause: str
    fix: str


def tables_of(page: str) -> list[list[Row]]:
    """Return the tables of messages of a page."""
    text = ROOT.joinpath("docs", "reference", page).read_text(encoding="utf-8")
    found = re.findall(r"^\| code \| message \| cause \| fix \|\n\|[ |-]+\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    return [[row_of(line) for line in table.splitlines()] for table in found]


def rows_of(page: str) -> list[Row]:
    """Return the rows of the tables of a page."""
    return [row for table in tables_of(page) for row in table]


def row_of(line: str) -> Row:
    """Return a row; one that is not made as the others is an error."""
    code = r"(?:<a id=\"pk\d{3}\"></a>)?`(PK\d{3})` ([a-z-]+)|-"
    found = re.fullmatch(rf"\| (?:{code}) \| `([^`]+)` \| (.+) \| (.+) \|", line)
    assert found, line
    row = Row(*found.groups(""))
    assert min(len(row.cause), len(row.fix)) >= SHORTEST, line
    return row


@pytest.mark.parametrize(
    "line",
    [
        "| `PK200` invalid-spec | `is new` | it is | make it older |",
        "| `PK200` invalid-spec | `is new` | it is not old | do |",
        "| `PK200` invalid-spec | is new | it is not old | make it older |",
        "| PK200 | `is new` | it is not old | make it older |",
    ],
)
def test_rows_that_say_nothing_are_found(line: str) -> None:
    """A row has a code, a message, a cause and a fix, and the latter are more than a word."""
    with pytest.raises(AssertionError):
        row_of(line)


@pytest.mark.parametrize("page", PAGES)
def test_tables_are_arranged_by_code(page: str) -> None:
    """The codes of each table ascend; messages without one are last."""
    for table in tables_of(page):
        assert [row.code or "Z" for row in table] == sorted(row.code or "Z" for row in table)


@pytest.mark.parametrize("page", PAGES)
def test_names_are_those_of_the_catalogue(page: str) -> None:
    """Beside each code is its name."""
    coded = [row for row in rows_of(page) if row.code]
    assert [row.name for row in coded] == [CODES[row.code].name for row in coded]


def test_every_code_is_documented_at_its_anchor() -> None:
    """Each code that something reports has one place in the documentation, where its anchor leads."""
    found = [
        f"reference/{page.replace('.md', '.html')}#{place}"
        for page in PAGES
        for place in re.findall(r'<a id="(pk\d{3})">', ROOT.joinpath("docs", "reference", page).read_text("utf-8"))
    ]
    rules = ROOT.joinpath("docs", "reference", "lint.md").read_text("utf-8")
    headings = re.findall(r"^#### (PK\d{3} \S+)$", rules, re.MULTILINE)
    places = {f"reference/lint.html#{heading.lower().replace(' ', '-')}" for heading in headings}
    found += sorted(places & {CODES[code].anchor for code in used()})
    assert sorted(found) == sorted(CODES[code].anchor for code in used())


# -- both are the same --------------------------------------------------------------------------------------------


# Helpers get these messages from callers that are makers too; what they put together is listed below.
PASSED_ON = {
    Message("", "'…' …"),
    Message("", "_clash(message)"),
    Message("", "_error(message)"),
    Message("", "_checked_method(misfit.message)"),
    Message("", "_problem(misfit.message)"),
    Message("", "call_error(message)"),
    Message("PK214", "different_hooks(twice(hook, other))"),
    Message("", "wrapper_error(message)"),
    Message("", "cannot be …: …"),
    Message("PK301", "got …"),
    Message("PK304", "is missing …"),
}
PARTS = {
    Message("PK406", "… cannot be pickled or copied"),
    Message("PK214", "is there twice: its module was imported as …"),
    Message("PK301", "got an unknown argument '…'"),
    Message("PK304", "is missing the argument '…'"),
    Message("PK501", "cannot be loaded from '…': …"),
    Message("PK502", "cannot be registered: …"),
    Message("PK601", "did not yield"),
    Message("PK602", "yielded a … time"),
}
# Python words the errors; and the warning is a whole report.
WORDED_ELSEWHERE = {
    Message("", "AttributeError: … has no attribute '…'"),
    Message("", "TypeError: … got an unexpected keyword argument '…'"),
    Message("", "TypeError: … missing … required keyword-only argument…: '…'"),
    Message("", "TypeError: … takes 0 positional arguments but … given"),
    Message("", "RuntimeWarning: plugin '…' of …: … problems"),
    Message("", "RuntimeWarning: … names '…', which is not a plugin"),
}
# These are raised in functions of the testing kit, whose table has them.
OF_THE_KIT = {Message("PK113", "… is not a hook")}


def listed(page: str) -> list[Message]:
    """Return the messages of a page; where one has a code, without the class of Python's own that raises it."""
    return [
        Message(row.code, re.sub(r"^[A-Z]\w+Error: ", "", row.message) if row.code else row.message)
        for row in rows_of(page)
    ]


def test_every_message_is_listed_with_its_cause_and_its_fix() -> None:
    """The page of messages has a row for each message of the source."""
    paths = [
        SOURCE / "_fits.py",
        SOURCE / "_registry.py",
        *(path for room in ROOMS for path in SOURCE.glob(f"{room}/*.py")),
    ]
    found = written(paths)
    assert found >= PASSED_ON | OF_THE_KIT
    expected = (found - PASSED_ON - OF_THE_KIT) | PARTS | WORDED_ELSEWHERE
    assert sorted(listed("messages.md")) == sorted(expected)


def test_every_message_of_the_source_has_a_code() -> None:
    """Only helpers that pass a message on, with the code of whoever calls them, name none."""
    others = ("_errors.py", "_findings.py")  # they define what makes an error, and report it
    pluggys = {*SOURCE.glob("pluggy/*.py")} - {SOURCE / "pluggy" / "_typed.py"}  # worded as pluggy words them
    found = written(path for path in SOURCE.rglob("*.py") if path.name not in others and path not in pluggys)
    passed_on = PASSED_ON | OF_COMMANDS | REPORTED | {Message("", "_problem(message)")}
    assert {each for each in found if not each.code} <= passed_on


def test_every_message_of_the_testing_kit_is_listed() -> None:
    """The table of its page has a row for the first line of each."""
    kit = Path(pluginkit.testing.__path__[0])
    found = {re.sub(r"^…\.…", "…", each.text) for each in written(kit.glob("*.py"), KIT)}
    text = ROOT.joinpath("docs", "reference", "testing.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| .{10,} \| .{10,} \|$", text, re.MULTILINE)
    assert sorted(rows) == sorted(found | {"… is not a hook"})


# A helper, and what `@hookspec` refuses, in its own words.
OF_COMMANDS = {Message("", "__init__(message)"), Message("", "… …")}
# What `check` reports of others: of lint, with the code of its finding, and of type checkers.
REPORTED = {Message("", "plugin '…': …"), Message("PK801", "plugin '…': …: …")}


def test_every_message_of_the_command_line_is_listed() -> None:
    """The table of its page has a row for each error of a command."""
    found = written([*SOURCE.glob("cli/*.py"), *SOURCE.glob("_source/**/*.py")])
    several = Message("", "… modules have no stub")  # and the messages about each
    assert found >= REPORTED
    expected = (found - OF_COMMANDS - REPORTED) | {several}
    assert sorted(listed("command-line.md")) == sorted(expected)


def test_every_message_of_isolated_plugins_is_listed() -> None:
    """The table of its page has a row for everything that keeps a plugin from being isolated, or a call from ending."""
    makers = {"Problem": 0, "_problem": 1, "error": 1, "lost": 2}
    found = written(SOURCE.glob("isolated/*.py"), makers)
    passed_on = {
        Message("", "_problem(message)"),
        Message("", "error(message)"),
        Message("", "lost(late)"),
        Message("PK101", "unknown parameter …"),  # the page of messages has it
    }
    assert sorted({each.text for each in listed("isolated.md")}) == sorted({each.text for each in found - passed_on})


def test_every_message_of_typed_hooks_is_listed() -> None:
    """The table of the drop-in for pluggy has a row for everything in which a manager can differ."""
    found = written([SOURCE / "pluggy" / "_typed.py"], {"_problem": 1})
    assert sorted(listed("pluggy.md")) == sorted(found)
