"""`pluginkit migrate`: which modules it takes, what it prints, and that it writes all of them or none."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import commands
import pytest

from pluginkit.cli import _files
from pluginkit.cli import migrate as command

PLUGIN = "from app import hookimpl\n\n\n@hookimpl(tryfirst=True)\ndef f(a): ...\n"
MIGRATED = "from pluginkit import hookimpl\n\n\n@hookimpl(tryfirst=True)\ndef f(a): ...\n"
DONE = "1 module rewritten, 0 left as they are: 0 hooks and 1 implementation of app\n"
NEXT = "Next: run your formatter, your type checker, and your tests\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the command."""
    return commands.run(capsys, "migrate", *arguments)


def write(files: dict[str, str | bytes]) -> None:
    """Write files below the current folder."""
    for name, content in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("# coding: latin-1\r\n# B\xe4ckerei\r\n", "latin-1"),
        ("\ufeff# B\xe4ckerei\r\n", "utf-8"),
        ("# \u2028\f\x1c\r\n", "utf-8"),
    ],
)
def test_files_keep_their_encoding_and_line_ends(capsys: pytest.CaptureFixture[str], head: str, encoding: str) -> None:
    """And a byte order mark; a second time nothing is done."""
    write({"plugin.py": (head + PLUGIN.replace("\n", "\r\n")).encode(encoding)})
    assert run(capsys, "plugin.py") == (0, DONE + NEXT, "")
    assert Path("plugin.py").read_bytes() == (head + MIGRATED.replace("\n", "\r\n")).encode(encoding)
    assert run(capsys, "plugin.py") == (0, "0 modules rewritten, 1 left as they are\n", "")


def test_nothing_is_written_to_check_or_to_show(capsys: pytest.CaptureFixture[str]) -> None:
    """`--check` tells by its status, `--diff` prints the change, also that of a last line without an end."""
    write({"plugin.py": PLUGIN.rstrip("\n")})
    summary = "1 module to rewrite, 0 left as they are: 0 hooks and 1 implementation of app\n"
    following = "Next: run the command without --check and --diff, to write this\n"
    assert run(capsys, ".", "--check") == (1, summary + following, "")
    status, out, _ = run(capsys, ".", "--diff")
    assert status == 0
    assert out == (
        "--- plugin.py\n+++ plugin.py\n@@ -1,4 +1,4 @@\n-from app import hookimpl\n+from pluginkit import hookimpl\n \n \n"
        f" @hookimpl(tryfirst=True)\n{summary}{following}"
    )
    write({"last.py": "from app import hookspec\n@hookspec\ndef f() -> int: 1"})
    assert "\\ No newline at end of file\n" in run(capsys, "last.py", "--diff")[1]
    assert Path("plugin.py").read_text() == PLUGIN.rstrip("\n")


def test_notes_and_the_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    """What is left is printed with its place and a hint."""
    write({"hooks.py": "from app import hookspec\n@hookspec\ndef f() -> 'int': ...\n@hookspec\ndef g(): 1\n"})
    assert run(capsys, "hooks.py", "--name", "Chosen") == (
        0,
        "hooks.py:5: g: no type is written for the result\n  Hint: write it instead of Any\n"
        "1 module rewritten, 0 left as they are: 2 hooks and 0 implementations of app\n1 note on 1 module, see above\n"
        "Next: write the types at the comments that begin with TODO, then run your formatter and your type checker\n",
        "",
    )
    assert "class Chosen(Protocol):\n" in Path("hooks.py").read_text()


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    """All of it, for programs; with the change, where it is asked for."""
    write({"hooks.py": "from app import hookspec\n@hookspec\ndef f(): ...\n", "other.py": "x = 1\n"})
    note = {"line": 3, "message": "f: no type is written for the result", "hint": "write it instead of Any"}
    status, out, _ = run(capsys, ".", "--json", "--diff")
    read: dict[str, Any] = json.loads(out)
    assert read["modules"][0].pop("diff").startswith("--- hooks.py\n+++ hooks.py\n@@")
    hooks = {"file": "hooks.py", "changed": True, "hooks": ["f"], "implementations": [], "notes": [note]}
    other = {"file": "other.py", "changed": False, "hooks": [], "implementations": [], "notes": []}
    assert (status, read) == (0, {"version": 1, "project": "app", "written": False, "modules": [hooks, other]})
    assert json.loads(run(capsys, ".", "--json")[1]) == {**read, "written": True}


def test_which_modules_are_taken(capsys: pytest.CaptureFixture[str]) -> None:
    """Folders are searched; what git ignores, environments, hidden folders and what is excluded is left out."""
    names = [
        "a.py",
        "sub/b.py",
        "skip/c.py",
        "sub/gen.py",
        "ignored/d.py",
        ".hidden/e.py",
        "env/f.py",
        "node_modules/g.py",
    ]
    write(
        {
            **dict.fromkeys(names, PLUGIN),
            "env/pyvenv.cfg": "",
            ".gitignore": "ignored/\n",
            "sub/x.txt": "",
            "tmpl/h.py": PLUGIN,
        }
    )
    subprocess.run(["git", "init", "-q", "."], check=True)  # noqa: S607
    write({"sub/repo/i.py": PLUGIN, "sub/repo/j.py": PLUGIN, "sub/repo/.gitignore": "j.py"})
    subprocess.run(["git", "init", "-q", "sub/repo"], check=True)  # noqa: S607
    Path("link.py").symlink_to("a.py")
    Path("broken.py").symlink_to("gone.py")
    options = [
        "--exclude",
        "skip/",
        "--exclude",
        "gen.py",
        "--exclude",
        "tmp*/h.py",
        "--exclude",
        str(Path.cwd() / "none"),
    ]
    status, out, _ = run(capsys, ".", "a.py", "sub/b.py", "--json", "--check", *options)
    assert status == 1
    assert [module["file"] for module in json.loads(out)["modules"]] == ["a.py", "sub/b.py", "sub/repo/i.py"]
    named = json.loads(run(capsys, "ignored/d.py", "--json", "--check")[1])
    assert [module["file"] for module in named["modules"]] == ["ignored/d.py"]


def test_without_git_nothing_is_ignored(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside a repository, and where git is not installed."""
    write({"a/x.py": PLUGIN, "a/.gitignore": "x.py", "a/.git/HEAD": ""})
    monkeypatch.setenv("PATH", "")
    assert run(capsys, "a", "--check")[0] == 1


def test_links_and_names(capsys: pytest.CaptureFixture[str]) -> None:
    """The target of a link is written, once; all names of a file stay."""
    write({"real.py": PLUGIN})
    Path("link.py").symlink_to("real.py")
    Path("second.py").hardlink_to("real.py")
    assert run(capsys, "link.py", "real.py", "second.py")[1].startswith(DONE)
    assert Path("link.py").is_symlink()
    assert Path("second.py").samefile("real.py")
    assert Path("second.py").read_text() == MIGRATED


def test_what_cannot_be_read_is_passed_over(capsys: pytest.CaptureFixture[str]) -> None:
    """Templates, unknown encodings and other bytes are noted, and the rest is migrated."""
    write(
        {
            "a.py": PLUGIN,
            "b.py": "{{ template }} x\n",
            "c.py": b"# coding: nope\n",
            "d.py": b"x = '\xff'\n",
            "e.py": b"# coding: utf-7\nx = 1 # +ACs-\n",
            "f.py": b"x = 1\0",
        }
    )
    status, out, _ = run(capsys, ".")
    lines = [line.partition(": ")[0] for line in out.splitlines() if "passed over" in line]
    assert (status, lines) == (0, [f"{name}.py:1" for name in "bcdef"])
    assert Path("a.py").read_text() == MIGRATED
    assert "1 module rewritten, 5 left as they are: " in out


def test_an_encoding_without_the_new_names(capsys: pytest.CaptureFixture[str]) -> None:
    """The module stays as it is."""
    write({"a.py": f"# coding: ascii\n{PLUGIN}"})
    status, out, _ = run(capsys, "a.py", "--spec", "app.spec:Sp\xe9c")
    assert (status, Path("a.py").read_text()) == (0, f"# coding: ascii\n{PLUGIN}")
    assert out.startswith("a.py:1: the new source cannot be written as ascii, so this module stays as it is\n")


def test_what_libcst_cannot_keep(capsys: pytest.CaptureFixture[str]) -> None:
    """It is noted, and stays as it is."""
    source = "from app import hookimpl\r\r@hookimpl\rdef f(): ...\r"
    write({"a.py": source, "b.py": f"{PLUGIN}x = 1\n\f\n\fy = 2\n"})
    out = run(capsys, ".")[1]
    assert out.startswith("a.py:1: LibCST cannot rewrite this module: it would not stay as it is\n")
    assert Path("a.py").read_bytes() == source.encode()
    assert Path("b.py").read_text() == f"{MIGRATED}x = 1\n\f\n\fy = 2\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent.py"], "error: there is no file or folder 'absent.py' [PK808]\n"),
        (["x.py", "--spec", "a"], "error: --spec has to be MODULE:SPEC, and --name an identifier [PK816]\n"),
        (["x.py", "--spec", "a-b:C"], "error: --spec has to be MODULE:SPEC, and --name an identifier [PK816]\n"),
        (["x.py", "--name", "1"], "error: --spec has to be MODULE:SPEC, and --name an identifier [PK816]\n"),
        (
            ["x.py", "y.py"],
            "error: there are markers of 2 projects [PK822]\n  'app', at x.py:5\n  'other', at y.py:5\n"
            "  Hint: name the one to migrate with --project\n",
        ),
    ],
)
def test_bad_input(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    """It is exit status 2, and no file is written, not even one that could be."""
    write({"x.py": PLUGIN, "y.py": PLUGIN.replace("app", "other")})
    assert run(capsys, "x.py", *arguments) == (2, "", message)
    assert Path("x.py").read_text() == PLUGIN
    assert run(capsys, "x.py", "y.py", "--project", "other")[0] == 0
    assert Path("x.py").read_text() == PLUGIN


def test_without_libcst(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra that is missing is named."""
    write({"x.py": PLUGIN})
    monkeypatch.setitem(sys.modules, "libcst", None)
    assert run(capsys, "x.py") == (
        2,
        "",
        "error: pluginkit migrate needs LibCST, which is not installed [PK817]\n  Hint: install it with: pip install 'typed-pluginkit[migrate]'\n",
    )


def test_a_terminal_shows_how_far_it_is(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing of it stays there."""
    write({"x.py": PLUGIN})
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert run(capsys, "x.py")[2] == "\r0/1 module\033[K\r1/1 module\033[K\r\033[K"


def test_a_module_that_changes_meanwhile(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written, not even the others."""
    write({"x.py": PLUGIN, "y.py": PLUGIN})
    migrate = command._migrate

    def change(*arguments: Any) -> Any:
        done = migrate(*arguments)
        write({"y.py": "x = 1\n"})
        return done

    monkeypatch.setattr(command, "_migrate", change)
    assert run(capsys, ".") == (2, "", "error: 'y.py' has changed since it was read [PK821]\n")
    assert Path("x.py").read_text() == PLUGIN


def test_a_file_that_a_killed_run_left_is_restored(capsys: pytest.CaptureFixture[str]) -> None:
    """Before it is read."""
    write({"x.py": "from app", ".x.py.pluginkit-saved": PLUGIN})
    assert run(capsys, "x.py")[1].startswith(DONE)
    assert (Path("x.py").read_text(), [path.name for path in Path().iterdir()]) == (MIGRATED, ["x.py"])


def test_what_would_differ_from_the_plan_stays(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is rewritten is read again, and compared."""
    engine = command._engine()
    for text, message in [
        ("def", "it would not be Python: invalid syntax (<unknown>, line 1)"),
        (f"{MIGRATED}import x\n", "its imports would not be those that are planned"),
        (f"{MIGRATED}x = 1\n", "it would differ in more than what is planned"),
        (MIGRATED.replace("# a", "# b"), "the comment '# a' would be lost"),
    ]:
        source = PLUGIN + ("# a\n" if "comment" in message else "")
        write({"x.py": source})
        monkeypatch.setattr(engine, "rewrite", lambda *_, text=text: text)
        out = run(capsys, "x.py")[1]
        assert out.startswith(
            f"x.py:1: {message}, so this module stays as it is\n  Hint: report this as a bug, with the module\n"
        )
        assert Path("x.py").read_text() == source


def test_files_belong_to_one_module() -> None:
    """No other module of the command line writes any, apart from copies in temporary folders."""
    folder = Path(_files.__file__).parent
    writers = ("write_text(", "write_bytes(", ".replace(path", "os.replace", '"wb"', '"w"')
    found = {path.name for path in folder.rglob("*.py") if any(word in path.read_text() for word in writers)}
    assert found - {"_static.py"} == {"_files.py"}


def test_folders_elsewhere(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Patterns are compared with names and whole paths there."""
    write({"one/a.py": PLUGIN, "one/b.py": PLUGIN, "two/x": ""})
    folder = Path("one").absolute()
    monkeypatch.chdir("two")
    status, out, _ = run(capsys, str(folder), "--check", "--json", "--exclude", "b.py")
    assert (status, [module["file"] for module in json.loads(out)["modules"]]) == (1, [str(folder / "a.py")])
