"""What a user sees: real wheels in a real environment, and the command in its own process."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from wheels import Environment

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

GROUP = "report.plugins"

HOST = """
from typing import Protocol
from pluginkit import Registry, hookspec

class ReportSpec(Protocol):
    @hookspec
    def sections(self, *, document: str, verbose: bool = False) -> str: ...

registry = Registry(ReportSpec)
"""
GOOD = """
from pluginkit import hookimpl
from report_host import ReportSpec

class Plugin:
    @hookimpl(ReportSpec.sections)
    def sections(self, document: str, **_: object) -> str:
        return document
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Return an environment with good, broken and conflicting distributions."""
    made = Environment(tmp_path_factory.mktemp("environment"))
    made.install("report_host", HOST, "console_scripts", {})
    made.install("good", GOOD, GROUP, {"good": "good:Plugin"})
    made.install_editable("edited", GOOD, GROUP, {"edited": "edited:Plugin"})
    made.install("exits", "raise SystemExit('not here')", GROUP, {"exits": "exits"})
    made.install("misspelled", GOOD.replace("document", "documnet"), GROUP, {"misspelled": "misspelled:Plugin"})
    made.install("twin_a", GOOD, GROUP, {"twin": "twin_a:Plugin"})
    made.install("twin_b", GOOD, GROUP, {"twin": "twin_b:Plugin"})
    return made


def check(environment: Environment, *options: str) -> tuple[int, str, str]:
    """Run the command, and return its exit status, what it writes, and what goes to stderr."""
    target = ("report_host:registry", "--group", GROUP)
    done = environment.run("-m", "pluginkit", "check", *target, *options)
    return done.returncode, done.stdout, done.stderr


def test_check_reports_everything_at_once(environment: Environment) -> None:
    """Each broken distribution is named with its problem; the good ones are still registered."""
    status, out, errors = check(environment)
    assert (status, errors) == (1, "")
    assert "error: plugin 'exits' of exits 1.0: cannot be loaded from 'exits': SystemExit: not here" in out
    assert "plugin 'misspelled' of misspelled 1.0: ReportSpec.sections: unknown parameter 'documnet'" in out
    assert "  Hint: did you mean 'document'?" in out
    assert "by twin_a 1.0 ('twin_a:Plugin') and twin_b 1.0 ('twin_b:Plugin')" in out
    assert out.endswith("\n2 plugins registered, 3 problems\n")


def test_list(environment: Environment) -> None:
    """The list says what became of each plugin, those of editable installations among them."""
    done = environment.run("-m", "pluginkit", "list", "report_host:registry", "--group", GROUP, "--json")
    rows = [(each["name"], each["state"], each["distribution"], each["version"]) for each in json.loads(done.stdout)]
    assert rows == [
        ("edited", "registered", "edited", "1.0"),
        ("good", "registered", "good", "1.0"),
        ("exits", "failed", "exits", "1.0"),
        ("misspelled", "failed", "misspelled", "1.0"),
        ("twin", "failed", "", ""),
    ]


def test_editable_installation_changes_under_a_lazy_host(environment: Environment) -> None:
    """A lazy host imports neither a wheel nor an editable project twice, and sees at once that a file was edited."""
    program = dedent(
        f"""
        import sys, report_host
        report_host.registry.load_entrypoints("{GROUP}", only=["good", "edited"], lazy=True)
        early = [name for name in ("good", "edited") if name in sys.modules]
        print(early, report_host.registry.hook.sections(document="d"))
        """
    )
    module: Path = environment.folder / "edited-project" / "src" / "edited.py"

    def start() -> str:
        done = environment.run("-c", f"import os; os.environ['XDG_CACHE_HOME'] = 'cache'\n{program}")
        assert not done.stderr
        return done.stdout.strip()

    assert start() == "['good', 'edited'] ['d', 'd']"
    assert start() == "[] ['d', 'd']"
    module.write_text(module.read_text().replace("return document", "return 'edited ' + document"))
    assert start() == "['edited'] ['d', 'edited d']"
    assert start() == "[] ['d', 'edited d']"


def test_importing_the_report_of_a_check(environment: Environment) -> None:
    """What is written in JSON names the file and the line within the environment."""
    status, out, _ = check(environment, "--format", "json")
    (misspelled,) = [each for each in json.loads(out)["problems"] if each["plugin"] == "misspelled"]
    assert status == 1
    assert misspelled["file"].endswith("misspelled.py")
    assert misspelled["line"] == 6
