"""The fixtures, in runs of a real pytest on projects that the tests write."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

CHECKS = ["broken-link", "missing-alt-text", "repeated-word", "heading-jump", "duplicate-heading", "unclosed-fence"]
EXTRA = ["long-sentence", "template-tags"] if find_spec("proofread_extra") else []  # it may be installed or not

ONE_BY_ONE = """
    def test_documentation(proofread_check):
        proofread_check("docs")
"""
TOGETHER = """
    def test_documentation(proofread):
        assert len(proofread("docs", "README.md").documents) == 2
"""


@pytest.fixture(autouse=True)
def project(pytester: pytest.Pytester) -> Path:
    """Write a project with two documents; in one of them a link is broken, and a word is repeated."""
    docs = pytester.mkdir("docs")
    (docs / "setup.md").write_text("# Set up\n\nFirst [install](instal.md) the\nthe program.\n", encoding="utf-8")
    (pytester.path / "README.md").write_text("# Read me\n", encoding="utf-8")
    return pytester.path


def configure(pytester: pytest.Pytester, disable: str = "", options: str = "") -> None:
    """Configure pytest; plugins of other distributions that may be installed are left out."""
    disabled = " ".join([disable, *EXTRA])
    pytester.makeini(f"[pytest]\nproofread_disable = {disabled}\nproofread_options = {options}\n")


def test_every_check_is_a_test_of_its_own(pytester: pytest.Pytester) -> None:
    """A test that takes `proofread_check` runs once for each check, and is called after it."""
    configure(pytester)
    pytester.makepyfile(ONE_BY_ONE)
    result = pytester.runpytest("-v")
    result.assert_outcomes(passed=len(CHECKS) - 2, failed=2)
    for check in CHECKS:
        outcome = "FAILED" if check in {"broken-link", "repeated-word"} else "PASSED"
        result.stdout.fnmatch_lines(f"*::test_documentation?{check}? {outcome}*")


def test_a_failure_is_the_report(pytester: pytest.Pytester) -> None:
    """What is found is all that a failed test shows, with paths relative to the current folder."""
    pytester.makepyfile(ONE_BY_ONE)
    result = pytester.runpytest("-k", "repeated")
    result.stdout.fnmatch_lines(
        [
            "*test_documentation?repeated-word?*",
            "docs?setup.md:4: repeated-word: 'the' stands twice in a row",
            "    Hint: take one away",
            "1 finding in 1 of 1 file",
        ],
        consecutive=True,
    )
    result.stdout.no_fnmatch_line("*in proofread*")


def test_all_checks_together(pytester: pytest.Pytester, project: Path) -> None:
    """The fixture `proofread` runs all checks, fails if one finds something, and gives the report otherwise."""
    pytester.makepyfile(TOGETHER)
    pytester.runpytest().assert_outcomes(failed=1)
    (project / "docs" / "setup.md").write_text("# Set up\n", encoding="utf-8")
    pytester.runpytest().assert_outcomes(passed=1)


def test_paths_are_relative_to_the_root_folder(
    pytester: pytest.Pytester, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not matter where pytest is started."""
    configure(pytester)
    file = pytester.makepyfile(ONE_BY_ONE)
    monkeypatch.chdir(project / "docs")
    result = pytester.runpytest(file, "-k", "repeated")
    result.stdout.fnmatch_lines("setup.md:4: repeated-word: 'the' stands twice in a row")


def test_a_path_that_is_not_there(pytester: pytest.Pytester) -> None:
    """A misspelled folder is a failure, not a test of nothing."""
    pytester.makepyfile(TOGETHER.replace("docs", "dosc"))
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines("dosc:1: unreadable: *")


def test_plugins_are_configured(pytester: pytest.Pytester) -> None:
    """The configuration of pytest leaves out plugins, and passes options to them."""
    configure(pytester, disable="broken-link", options="repeated-word.allow=the")
    pytester.makepyfile(ONE_BY_ONE)
    pytester.runpytest().assert_outcomes(passed=len(CHECKS) - 1)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"options": "nothing"}, "proofread: --option takes NAME=VALUE, not 'nothing'"),
        ({"disable": "broken-lnk"}, "proofread: there is no plugin 'broken-lnk'; did you mean 'broken-link'?"),
    ],
)
def test_a_setting_that_cannot_be_understood(pytester: pytest.Pytester, setting: dict[str, str], message: str) -> None:
    """A mistake in the configuration is reported before any test runs."""
    configure(pytester, **setting)
    pytester.makepyfile(ONE_BY_ONE)
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(f"*{message}")


def distribution(folder: Path, name: str, source: str) -> None:
    """Lay down an installed distribution whose only module is a plugin of proofread."""
    metadata = folder / f"{name}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text(f"[proofread.plugins]\n{name} = {name}\n", encoding="utf-8")
    (folder / f"{name}.py").write_text(source, encoding="utf-8")


PLUGIN = """
from pluginkit import hookimpl
from proofread import Document, Finding

@hookimpl
def check(document: Document) -> list[Finding]:
    return [Finding(document.path, 1, "short", "the document is short")]
"""


def test_checks_of_other_distributions(pytester: pytest.Pytester, project: Path) -> None:
    """A check that another distribution adds is one more test, and nothing has to be written for it."""
    configure(pytester)
    distribution(project, "short", PLUGIN)
    pytester.syspathinsert()
    pytester.makepyfile(ONE_BY_ONE)
    result = pytester.runpytest("-k", "short")
    result.assert_outcomes(failed=1, deselected=len(CHECKS))
    result.stdout.fnmatch_lines("docs?setup.md:1: short: the document is short")


def test_a_broken_plugin(pytester: pytest.Pytester, project: Path) -> None:
    """A plugin that cannot be loaded is an error with the report of its registration."""
    distribution(project, "broken", PLUGIN.replace("document: Document", "docment: Document"))
    pytester.syspathinsert()
    pytester.makepyfile(ONE_BY_ONE)
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "*plugin 'broken' of broken 1.0: ProofreadSpec.check: unknown parameter 'docment'*",
            "*did you mean 'document'?*",
        ]
    )


def test_other_tests_do_not_pay(pytester: pytest.Pytester) -> None:
    """Where no test asks for a fixture, proofread is not imported."""
    pytester.makepyfile("""
        import sys

        def test_modules():
            assert "pytest_proofread.plugin" in sys.modules
            assert "proofread" not in sys.modules
    """)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
