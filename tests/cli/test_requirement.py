"""What new projects ask for: what is installed here, from where it came, and never a name that may be a stranger's."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import commands
import pytest
from commands import module_here

from pluginkit.cli._requirement import DISTRIBUTION, requirement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
HOST = """
from typing import Protocol
from pluginkit import hookspec

class Spec(Protocol):
    @hookspec
    def parts(self, *, number: int) -> str: ...
"""

Install = "Callable[[str, dict[str, Any] | None], None]"


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Give a function that installs a distribution with one module, and notes where it came from."""
    with module_here(tmp_path, monkeypatch, "small_host", HOST):
        site = tmp_path / "site"
        monkeypatch.syspath_prepend(site)

        def install(name: str, origin: dict[str, Any] | None) -> None:
            folder = site / f"{name.replace('-', '_')}-1.0.dist-info"
            folder.mkdir(parents=True)
            (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
            (folder / "RECORD").write_text("small_host.py,,\n" if name == "small-host" else "")
            (folder / "top_level.txt").write_text("small_host\n" if name == "small-host" else "")
            if origin is not None:
                (folder / "direct_url.json").write_text(json.dumps(origin))

        yield install


def settings(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[str, dict[str, Any]]:
    """Write a project, and return its settings as text and as what they mean."""
    status, _, err = commands.run(
        capsys, "new", "plugin", "small-plugin", "--for", "small_host:Spec", "--group", "g", *options
    )
    assert (status, err) == (0, "")
    text = Path("small-plugin", "pyproject.toml").read_text(encoding="utf-8")
    return text, tomllib.loads(text)


def test_the_distribution_has_one_name() -> None:
    """The name that the command knows is that of the project; no page and no example installs another one."""
    assert tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["name"] == DISTRIBUTION
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("docs/**/pyproject.toml")]
    foreign = re.compile(r"(pip|uv|pipx)\b.* install .*(?<![\w./-])pluginkit\b|dependencies = .*[\"']pluginkit\b")
    lines = [line for page in pages for line in page.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if foreign.search(line) and "would bring another project" not in line] == []


@pytest.mark.parametrize(
    ("origin", "wanted"),
    [
        (None, "some-dist"),
        ({"url": "file:///home/me/some", "dir_info": {"editable": True}}, "some-dist @ file:///home/me/some"),
        (
            {
                "url": "https://host/a.git",
                "vcs_info": {"vcs": "git", "commit_id": "c0ffee", "requested_revision": "v1"},
            },
            "some-dist @ git+https://host/a.git@v1",
        ),
        (
            {"url": "https://host/a.git", "vcs_info": {"vcs": "git", "commit_id": "c0ffee"}, "subdirectory": "b"},
            "some-dist @ git+https://host/a.git@c0ffee#subdirectory=b",
        ),
        ({"url": "https://host/a-1.0.tar.gz", "archive_info": {}}, "some-dist @ https://host/a-1.0.tar.gz"),
    ],
)
def test_requirement(install: Callable[..., None], origin: dict[str, Any] | None, wanted: str) -> None:
    """What came from an index is asked for by its name, anything else from where it came."""
    install("some-dist", origin)
    assert requirement("some-dist") == wanted


def test_what_is_not_installed_has_no_requirement() -> None:
    """A name that is not installed may be anybody's."""
    assert requirement("no-such-distribution") is None


def test_project_asks_for_what_is_installed(install: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    """Both dependencies are those that are installed, and direct references are allowed."""
    install("small-host", {"url": "file:///hosts/small", "dir_info": {}})
    install(DISTRIBUTION, {"url": "https://host/p.whl", "archive_info": {}})
    _, project = settings(capsys)
    assert project["project"]["dependencies"] == [
        "small-host @ file:///hosts/small",
        f"{DISTRIBUTION} @ https://host/p.whl",
    ]
    assert project["tool"]["hatch"]["metadata"] == {"allow-direct-references": True}


def test_project_asks_for_what_the_user_says(install: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    """`--pluginkit` says what installs it; names need no direct references."""
    install("small-host", None)
    _, project = settings(capsys, "--pluginkit", 'my-mirror-of-it>=1; python_version > "3"')
    assert project["project"]["dependencies"] == ["small-host", 'my-mirror-of-it>=1; python_version > "3"']
    assert "metadata" not in project["tool"]["hatch"]


def test_what_is_not_installed_is_left_out(install: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    """A host that no distribution provides is not asked for by a name that may be a stranger's: the author adds it."""
    install(DISTRIBUTION, None)
    text, project = settings(capsys)
    assert project["project"]["dependencies"] == [DISTRIBUTION]
    assert f'dependencies = ["{DISTRIBUTION}"]  # add what installs small_host: it is not installed here\n' in text
