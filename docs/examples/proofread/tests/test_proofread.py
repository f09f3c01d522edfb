"""The host, and the plugins of proofread-extra; both have to be installed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofread import Document
from proofread.cli import main
from proofread.host import make_registry, markdown_files, proofread

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proofread import Finding

REGISTRY, _ = make_registry()
EXAMPLES = Path(__file__).resolve().parents[2]


def findings(folder: Path, text: str, options: Mapping[str, str] | None = None) -> list[Finding]:
    """Return what is wrong with a text, as the document `page.md` of a folder."""
    path = folder / "page.md"
    path.write_bytes(text.encode())
    registry, loaded = make_registry(options=options)
    assert loaded.failed == ()
    return list(proofread(registry.hook, [path]).findings)


def places(folder: Path, text: str, options: Mapping[str, str] | None = None) -> list[tuple[str, int]]:
    """Return rule and line of everything that is wrong with a text."""
    return [(finding.rule, finding.line) for finding in findings(folder, text, options)]


def distribution(folder: Path, name: str, source: str, plugin: str = "") -> Path:
    """Lay down an installed distribution with one module, which is a plugin or holds it, and return its folder."""
    metadata = folder / f"{name}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text(f"[proofread.plugins]\n{name} = {plugin or name}\n", encoding="utf-8")
    (folder / f"{name}.py").write_text(source, encoding="utf-8")
    return folder


# -- rules ------------------------------------------------------------------------------------------------------------


def test_link_leads_to_a_file(tmp_path: Path) -> None:
    """A relative link, an image and a link in HTML lead to a file; what may be meant is said."""
    (tmp_path / "manual.md").touch()
    text = '[a](manual.md) [b](manul.md)\n![c](c.png)\n\n<p>\n<a href="d.md">d</a></p>\n\n[e][e]\n\n[e]: e.md\n'
    found = findings(tmp_path, text)
    assert [(finding.line, finding.message, finding.hint) for finding in found] == [
        (1, "'manul.md' leads to no file", "did you mean 'manual.md'?"),
        (2, "'c.png' leads to no file", ""),
        (5, "'d.md' leads to no file", ""),
        (7, "'e.md' leads to no file", ""),
    ]


def test_link_leads_to_a_heading(tmp_path: Path) -> None:
    """Behind the `#` stands a heading of the document, as GitHub or another renderer spells it."""
    (tmp_path / "other.md").write_text("# Other `code` & *more*\n\n## Twice\n\n# Then\n\n## Twice\n", encoding="utf-8")
    good = ["#here", "#named", "#top", "other.md#other-code--more", "other.md#other-code-more", "other.md#twice-1"]
    bad = ["#her", "other.md#twice-2"]
    text = "".join(f"- [a]({target})\n" for target in good + bad)
    found = findings(tmp_path, f'# Here\n\n<a name="named"></a>\n\n{text}')
    assert [(finding.message, finding.hint) for finding in found] == [
        ("'#her' leads to no heading of page.md", "did you mean 'here'?"),
        ("'other.md#twice-2' leads to no heading of other.md", "did you mean 'twice-1'?"),
    ]


@pytest.mark.parametrize("target", ["https://example.org/a.md", "//example.org", "mailto:a@example.org", "/a.md"])
def test_link_elsewhere_is_not_followed(tmp_path: Path, target: str) -> None:
    """A link to another machine, or below the root of a server, is left alone."""
    assert findings(tmp_path, f"[a]({target})\n") == []


def test_image_has_a_text(tmp_path: Path) -> None:
    """An image has an alternative text; in HTML it may be empty, which says that the image only decorates."""
    (tmp_path / "a.png").touch()
    text = '![a](a.png)\n![](a.png)\n<img src="a.png">\n<img src="a.png" alt="">\n'
    assert places(tmp_path, text) == [("missing-alt-text", 2), ("missing-alt-text", 3)]


def test_no_word_stands_twice_in_a_row(tmp_path: Path) -> None:
    """A word is not repeated, not even across line breaks and markup; the finding is where the second one is."""
    assert places(tmp_path, "One\nand the\nThe the **the** end\n\nend of\n") == [
        ("repeated-word", 3),
        ("repeated-word", 3),
    ]


@pytest.mark.parametrize(
    "text",
    ["Duran Duran", "what he had had", "it is is-not", "ada <ada@example.org>", "the\n\nthe", "2 2", "the `a` the"],
)
def test_what_only_looks_like_a_repeated_word(tmp_path: Path, text: str) -> None:
    """Names, parts of other words, numbers, and allowed words do not count as repeated words."""
    assert findings(tmp_path, text) == []


def test_repeated_words_can_be_allowed(tmp_path: Path) -> None:
    """An option given at the command line reaches the plugin through the historic hook `configured`."""
    options = {"repeated-word.allow": "very,so"}
    assert places(tmp_path, "very very\n\nmuch much\n", options) == [("repeated-word", 3)]


def test_headings_do_not_jump(tmp_path: Path) -> None:
    """A heading is at most one level below the one before it; the first one can have any level."""
    assert places(tmp_path, "## A\n\n### B\n\n# C\n\n### D\n") == [("heading-jump", 7)]


def test_headings_of_a_section_differ(tmp_path: Path) -> None:
    """Two headings directly below the same heading differ; those of different sections, or in code only, need not."""
    text = "# 1.0\n\n## Added\n\n# 2.0\n\n## Added\n\n## Added ##\n\n## `a`\n\n## `b`\n"
    assert places(tmp_path, text) == [("duplicate-heading", 9)]


def test_code_blocks_end(tmp_path: Path) -> None:
    """A code block that is opened is closed, in a list or a quotation as well."""
    assert places(tmp_path, "```\na\n```\n\n> ~~~\n> a\n\n- ```\n  a\n  ```\n\n````\na\n```\n") == [
        ("unclosed-fence", 5),
        ("unclosed-fence", 12),
    ]


def test_sentences_are_not_long(tmp_path: Path) -> None:
    """A sentence has at most 40 words, or as many as an option says; code does not count."""
    more = " ".join(f"word{number}" for number in range(39))
    assert places(tmp_path, f"One is short.\nThis {more}.\nThis {more}.\n") == []
    assert places(tmp_path, f"One is short.\nThis too {more}. Short.\n") == [("long-sentence", 2)]
    assert places(tmp_path, "One, e.g. two `three four`. Four.\n", {"long-sentence.words": "3"}) == []
    assert places(tmp_path, "One, e.g. two. Four.\n", {"long-sentence.words": "2"}) == [("long-sentence", 1)]


# -- what is looked at ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: the the\n---\n",
        "+++\ntitle = 'the the'\n+++\n",
        "\ufeff---\r\ntitle: the the\r\n---\r\n",
        "```text\nthe the ![](a.md)\n```\n",
        "    the the\n",
        "1. ```text\n   the the\n   ```\n",
        "A `the the`, a ``the ` the``, and `a\nlong the the`.\n",
        "{% link the the.md %} and [a]({{ 'the the' }})\n",
    ],
)
def test_what_is_no_prose_is_left_alone(tmp_path: Path, text: str) -> None:
    """Front matter, code and template tags have no findings, and what follows has them on the right line."""
    after = len(text.splitlines())
    assert places(tmp_path, f"{text}\nthe end end\n") == [("repeated-word", after + 2)]


def test_text_after_code_in_a_list_is_prose(tmp_path: Path) -> None:
    """Where code was, the list goes on: what is indented behind it is not taken for code."""
    assert places(tmp_path, "10. ```text\n    a\n    ```\n\n    the end end\n") == [("repeated-word", 5)]


@settings(deadline=None)
@given(st.text(alphabet="`~#>-+*|.1 \\{}%[]()!<a\n\r", max_size=80))
def test_normalising_keeps_lines(text: str) -> None:
    """Whatever is in a document, it has as many lines after `normalise`, and every check copes with it."""
    normalised = REGISTRY.hook.normalise(text=text, path=Path("page.md"))
    document = Document(Path("page.md"), text, normalised)
    assert len(normalised.split("\n")) == len(document.lines)
    for answer in REGISTRY.hook.check(document=document):
        assert all(1 <= finding.line <= len(document.lines) for finding in answer)


def test_folder_is_searched_for_markdown(tmp_path: Path) -> None:
    """Below a folder every Markdown file is found once; hidden folders, packages and environments are left out."""
    left_out = [".hidden/d.md", "node_modules/e.md", "env/f.md", ".g.md"]
    for name in ["b.md", "a.markdown", "sub/c.MD", "notes.txt", *left_out]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "env" / "pyvenv.cfg").touch()
    found = markdown_files([tmp_path, tmp_path / "b.md", tmp_path / "notes.txt"])
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["a.markdown", "b.md", "sub/c.MD", "notes.txt"]


def test_file_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    """A file that is not UTF-8 is reported, and the others are read."""
    (tmp_path / "a.md").write_bytes(b"\xff")
    (tmp_path / "b.md").write_text("the the", encoding="utf-8")
    registry, _ = make_registry()
    report = proofread(registry.hook, markdown_files([tmp_path]))
    assert [(finding.path.name, finding.rule) for finding in report.findings] == [
        ("a.md", "unreadable"),
        ("b.md", "repeated-word"),
    ]


# -- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a folder with a good and a bad page, and return it."""
    (tmp_path / "good.md").write_text("# Good\n", encoding="utf-8")
    (tmp_path / "bad.md").write_text("# Bad <&>\n\nThe\nthe end, [a](b&c.md)\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def command(*arguments: str, cwd: Path, site: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command in its own process, where every warning is an error."""
    environment = {**os.environ, "PYTHONPATH": str(site or ""), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "proofread", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_text(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The text has a line for each finding and one for its hint, in the order of the lines, and a summary."""
    assert folder == Path.cwd()
    assert main(["."]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    assert out.splitlines() == [
        "bad.md:4: broken-link: 'b&c.md' leads to no file",
        "bad.md:4: repeated-word: 'the' stands twice in a row",
        "    Hint: take one away",
        "2 findings in 1 of 2 files",
    ]


@pytest.mark.usefixtures("folder")
def test_exit_code_is_0_where_nothing_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a finding the exit code is 0."""
    assert main(["good.md"]) == 0
    assert capsys.readouterr().out == "No finding in 1 file\n"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name a file or a folder"),
        (["nowhere"], "there is no 'nowhere'"),
        ([".", "--unknown"], "unrecognized arguments: --unknown"),
        ([".", "--format", "pdf"], "no plugin renders the format 'pdf'"),
        ([".", "--disable", "broken-lnk"], "there is no plugin 'broken-lnk'; did you mean 'broken-link'?"),
        ([".", "--option", "name"], "--option takes NAME=VALUE, not 'name'"),
    ],
)
def test_exit_code_is_2_for_bad_usage(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Usage errors are written on stderr; nothing is written on stdout."""
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-1] == f"proofread: error: {message}"


@pytest.mark.usefixtures("folder")
def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON has all files, and the fields of each finding."""
    assert main([".", "--format", "json", "--disable", "broken-link"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "files": ["bad.md", "good.md"],
        "findings": [
            {
                "path": "bad.md",
                "line": 4,
                "rule": "repeated-word",
                "message": "'the' stands twice in a row",
                "hint": "take one away",
            }
        ],
    }


@pytest.mark.usefixtures("folder")
def test_html(capsys: pytest.CaptureFixture[str]) -> None:
    """The HTML page is well-formed, needs nothing from elsewhere, and shows findings and their lines, escaped."""
    assert main([".", "--format", "html"]) == 1
    page = capsys.readouterr().out
    reader = Page()
    reader.feed(page)
    assert reader.open == []
    assert reader.links == []
    assert "2 findings in 1 of 2 files" in page
    assert "<pre>the end, [a](b&amp;c.md)</pre>" in page
    assert page.count("<section>") == 1


class Page(HTMLParser):
    """Reads a page: which elements are still open, and what it refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        self.links += (value for name, value in attrs if name in ("href", "src"))
        if tag not in ("meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the element that was opened last."""
        assert self.open.pop() == tag


def test_report_goes_to_a_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With `--output` the report is written to a file, and nothing to stdout."""
    assert main([".", "--output", "report.txt"]) == 1
    assert capsys.readouterr() == ("", "")
    assert (folder / "report.txt").read_text(encoding="utf-8").endswith("2 findings in 1 of 2 files\n")


@pytest.mark.usefixtures("folder")
def test_disabled_plugins_do_not_run(capsys: pytest.CaptureFixture[str]) -> None:
    """`--disable` leaves plugins out, built-in ones and those of other distributions."""
    disabled = ["--disable", "broken-link", "--disable", "repeated-word", "--disable", "long-sentence"]
    assert main([".", *disabled]) == 0
    assert main(["--list-plugins", *disabled]) == 0
    assert not {"broken-link", "repeated-word", "long-sentence"} & set(capsys.readouterr().out.split())


@pytest.mark.usefixtures("folder")
def test_stats_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    """`--stats` counts and times on stderr, and changes nothing else."""
    main(["."])
    report = capsys.readouterr().out
    main([".", "--stats"])
    out, err = capsys.readouterr()
    assert out == report
    assert re.fullmatch(
        r"stats: 14 checks of 2 files in [\d.]+ s\n"
        r"stats: slowest (bad|good).md, [\d.]+ s\n"
        r"stats: broken-link 1\n"
        r"stats: repeated-word 1\n",
        err,
    )


@pytest.mark.usefixtures("folder")
def test_timings_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    """`--timings` shows a row for each plugin and hook on stderr, and changes nothing else."""
    main(["."])
    report = capsys.readouterr().out
    main([".", "--timings"])
    out, err = capsys.readouterr()
    assert out == report
    rows = [line.split()[:3] for line in err.splitlines()]
    assert rows[0] == ["plugin", "hook", "calls"]
    assert ["broken-link", "ProofreadSpec.check", "2"] in rows


def test_plugins_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """`--list-plugins` names each plugin with its hooks and where it comes from, those of proofread-extra as well."""
    assert main(["--list-plugins"]) == 0
    rows = [re.split(r" {2,}", line) for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["plugin", "hooks", "from"]
    assert ["repeated-word", "configured, check", "built-in"] in rows
    assert ["long-sentence", "configured, check", "proofread-extra 0.1.0"] in rows
    assert ["template-tags", "normalise", "proofread-extra 0.1.0"] in rows


def test_order_of_normalising() -> None:
    """Line endings go first, then whatever other distributions bring for templates, before code is taken out."""
    names = [impl.plugin_name for impl in REGISTRY.hook.normalise.implementations()]
    assert names[0] == "line-endings"
    assert names.index("template-tags") < names.index("code")
    assert names.index("front-matter") < names.index("code")


# -- as a program -----------------------------------------------------------------------------------------------------


def test_console_script(folder: Path) -> None:
    """`proofread` and `python -m proofread` are the same command."""
    script = shutil.which("proofread", path=sysconfig.get_path("scripts"))
    assert script
    done = subprocess.run([script, "."], cwd=folder, capture_output=True, encoding="utf-8", check=False)
    module = command(".", cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (module.returncode, module.stdout, module.stderr)
    assert (done.returncode, done.stderr) == (1, "")


def test_broken_plugin_does_not_stop_the_others(folder: Path, tmp_path: Path) -> None:
    """A plugin of another distribution that cannot be imported is reported on stderr; the others run."""
    site = distribution(tmp_path, "broken", "import nowhere\n")
    done = command(".", cwd=folder, site=site)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "2 findings in 1 of 2 files")
    assert done.stderr.splitlines()[0] == (
        "proofread: plugin 'broken' of broken 1.0: cannot be loaded from 'broken': "
        "ModuleNotFoundError: No module named 'nowhere' [PK501]"
    )


def test_broken_plugin_can_be_disabled(folder: Path, tmp_path: Path) -> None:
    """A plugin that is disabled is not even imported."""
    site = distribution(tmp_path, "broken", "import nowhere\n")
    assert command(".", "--disable", "broken", cwd=folder, site=site).stderr == ""


def test_plugin_that_does_not_fit_is_reported(folder: Path, tmp_path: Path) -> None:
    """A plugin with a misspelled parameter is reported with what it should be, and the others run."""
    source = (EXAMPLES / "misspelled.py").read_text(encoding="utf-8") + "\n\nplugin = Shouting()\n"
    site = distribution(tmp_path, "misspelled", source, "misspelled:plugin")
    done = command(".", cwd=folder, site=site)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "2 findings in 1 of 2 files")
    assert done.stderr.splitlines() == [
        "proofread: plugin 'misspelled' of misspelled 1.0: ProofreadSpec.check: unknown parameter 'documnet' [PK101]",
        "  hook            ProofreadSpec.check(self, *, document: Document) -> list[Finding]",
        "  implementation  Shouting.check(self, documnet: Document, **_: object) -> list[Finding]",
        f"  at              {tmp_path / 'misspelled.py'}:13",
        "  Hint: did you mean 'document'?",
    ]


def test_failing_plugin_is_named(folder: Path, tmp_path: Path) -> None:
    """A plugin that fails while it runs ends the program with exit code 2; hook, plugin and line are named."""
    source = "from pluginkit import hookimpl\n\n@hookimpl\ndef check(document):\n    raise RuntimeError('no idea')\n"
    site = distribution(tmp_path, "failing", source)
    done = command(".", cwd=folder, site=site)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "proofread: RuntimeError: no idea",
        f"  in hook ProofreadSpec.check, plugin 'failing' ({tmp_path / 'failing.py'}:3)",
    ]


ELSEWHERE = """
import os
from pluginkit import hookimpl
from proofread import Finding

@hookimpl
def check(document):
    return [Finding(document.path, 1, "elsewhere", f"checked by {os.getpid()}")]
"""


def test_plugins_of_another_environment_run_there(folder: Path, tmp_path: Path) -> None:
    """With `--environment`, plugins of both environments run, those of the other one in a process there."""
    other = tmp_path / "environment"
    venv.create(other, with_pip=False)
    site = other / "elsewhere"
    site.mkdir()
    distribution(site, "elsewhere", ELSEWHERE)
    python = other / ("Scripts" if os.name == "nt" else "bin") / "python"
    packages = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], capture_output=True, check=True
    ).stdout.decode()
    importable = "\n".join([str(site), *(entry for entry in sys.path if entry)])
    Path(packages.strip(), "elsewhere.pth").write_text(importable, encoding="utf-8")
    done = command(".", "--environment", str(python), "--format", "json", cwd=folder)
    assert (done.returncode, done.stderr) == (1, "")
    found = {finding["rule"]: finding["message"] for finding in json.loads(done.stdout)["findings"]}
    assert set(found) == {"broken-link", "elsewhere", "repeated-word"}
    assert found["elsewhere"].startswith("checked by ")


def test_environment_that_cannot_be_used_is_told(folder: Path, tmp_path: Path) -> None:
    """A Python that does not exist ends the program with exit code 2."""
    done = command(".", "--environment", str(tmp_path / "nowhere"), cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "it cannot be started" in done.stderr


def test_plugin_of_the_readme(folder: Path, tmp_path: Path) -> None:
    """The plugin that the README shows finds what it says."""
    readme = (EXAMPLES / "proofread" / "README.md").read_text(encoding="utf-8")
    site = distribution(tmp_path, "shouting", readme.partition("```python\n")[2].partition("```")[0])
    (folder / "bad.md").write_text("# Stop!\n", encoding="utf-8")
    done = command("bad.md", cwd=folder, site=site)
    assert done.stdout.splitlines()[0] == "bad.md:1: shouting: the line shouts"
    assert done.stderr == ""


def test_own_documentation_is_in_order() -> None:
    """README and docs of this project have no findings."""
    done = command("README.md", "docs", cwd=EXAMPLES.parent.parent)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
