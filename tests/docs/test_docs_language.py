"""Plain English: phrases that no page, docstring, message or comment uses, each with what to write instead."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOTS = ("src", "tests", "docs", "benchmarks", "README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
SUFFIXES = {".py", ".pyi", ".md", ".txt", ".toml"}

# By the phrase, what to write instead. "There is no …" is English; "it is no …" is not, or not any more.
PHRASES = {
    r"(?<!there )(?<!There )\b(is|are|was|were) no (?!longer\b|more\b|one\b)\w+": "is not a …",
    r"\b[Mm]end(s|ed|ing)?\b": "fix",
    r"\bin the place of\b": "instead of",
    r"\bhear(s|d|ing)? of\b": "receive, or notice",
    r"\bspares\b": "makes unnecessary",
    r"\bthat there (is|are) not\b": "unknown, or missing",
    r"\bmisses the argument": "is missing the argument",
    r"\bare to run before\b": "form a cycle",
    r"\b[Ww]hat (is|are) no\b(?! longer\b)": "anything but a …",
}


def texts() -> list[Path]:
    """Return the files of the project that people read, this one apart."""
    roots = [ROOT / each for each in ROOTS]
    paths = [path for root in roots for path in ([root] if root.is_file() else sorted(root.rglob("*")))]
    return [path for path in paths if path.suffix in SUFFIXES and path != Path(__file__).resolve()]


def found(text: str) -> list[str]:
    """Return the phrases in a text that are not to be used, with what to write instead."""
    return [f"{match[0]}: {instead}" for phrase, instead in PHRASES.items() for match in re.finditer(phrase, text)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("This is no hook.", 1),
        ("Specs that are no Protocols, and what is no hook", 3),
        ("There is no hook, and there are no plugins.", 0),
        ("What is no longer registered, is no longer called; there is no more to do.", 0),
        ("Mend it, or put another one in the place of it.", 2),
        ("A plugin hears of calls; it has heard of others.", 2),
        ("an argument that there is not", 1),
        ("Amend the message, and recommend another.", 0),
    ],
)
def test_phrases_are_found(text: str, count: int) -> None:
    """Whole phrases count, and words that only contain them do not."""
    assert len(found(text)) == count


def test_texts_are_in_plain_english() -> None:
    """No file has one of the phrases."""
    wrong = {path.relative_to(ROOT).as_posix(): found(path.read_text(encoding="utf-8")) for path in texts()}
    assert {path: phrases for path, phrases in wrong.items() if phrases} == {}


def test_the_texts_are_there() -> None:
    """What is looked at are the pages, the source and the tests."""
    names = {path.relative_to(ROOT).as_posix() for path in texts()}
    assert {"README.md", "docs/index.md", "src/pluginkit/__init__.py", "tests/specs.py"} <= names
