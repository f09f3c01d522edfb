"""The command line as programs and systems meet it: closed pipes, full disks, odd hosts, odd names, odd encodings."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import IO, TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluginkit import __version__
from pluginkit.cli import COMMANDS, main
from pluginkit.cli._streams import in_one_line, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

HOST = """
    import os, sys, time
    from typing import Protocol
    from pluginkit import Registry, hookimpl, hookspec
    print("host 1.0 starts")
    os.write(1, b"written by C code\\n")
    class OddSpec(Protocol):
        @hookspec
        def hook(self, *, text: str) -> str: ...
    class Plugin:
        @hookimpl(OddSpec.hook)
        def hook(self, text): return text
    registry = Registry(OddSpec)
    registry.register(Plugin(), "plain")
    odd = Registry(OddSpec)
    odd.register(Plugin(), "\\x1b[31mred\\nmore \\u202eodd")
    odd.register(Plugin(), "::error::no")
    def make():
        print("made")
        return registry
    def failing():
        raise ValueError("no\\n::error::no")
    def exiting():
        sys.exit(7)
    def stopping():
        raise type("Odd", (BaseException,), {})("stop")
    def waiting():
        print("ready", flush=True)
        time.sleep(60)
    def interrupted():
        raise KeyboardInterrupt
"""
TARGETS = ("check", "list", "explain", "graph")
MACHINE = {"check": ("json", "sarif"), "list": ("json",), "explain": ("json",), "graph": ("json",)}


@pytest.fixture(autouse=True)
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the host into the current folder."""
    (tmp_path / "odd_host.py").write_text(dedent(HOST), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.delitem(sys.modules, "odd_host", raising=False)


def started(*arguments: str, encoding: str = "utf-8", stdout: int = subprocess.PIPE) -> tuple[int, str, str]:
    """Run the command in a process of its own; return its exit status and what it writes."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "pluginkit", *arguments]
    done = subprocess.run(command, env=environment, stdout=stdout, stderr=subprocess.PIPE, check=False)
    return done.returncode, (done.stdout or b"").decode(encoding), done.stderr.decode(encoding)


def test_without_a_command_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """`pluginkit` alone shows what there is; `--version` names the version."""
    assert main([]) == 0
    out = capsys.readouterr().out
    assert all(command in out for command in COMMANDS)
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"pluginkit {__version__}\n"


@pytest.mark.parametrize(
    ("command", "format_"), [(name, each) for name, several in MACHINE.items() for each in several]
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii"])
def test_machine_formats_stay_readable(command: str, format_: str, encoding: str) -> None:
    """Whatever a host prints while it is loaded goes to stderr, and stdout has the report alone."""
    status, out, errors = started(command, "odd_host:make", "--format", format_, encoding=encoding)
    assert status == 0
    json.loads(out)
    assert errors.splitlines() == ["host 1.0 starts", "written by C code", "made"]


@pytest.mark.parametrize("command", TARGETS)
def test_report_goes_to_a_file(command: str, tmp_path: Path) -> None:
    """`--output` writes what would go to stdout; after an error nothing is written, and what was there stays."""
    file = tmp_path / "report"
    status, expected, _ = started(command, "odd_host:registry")
    assert started(command, "odd_host:registry", "--output", str(file))[:2] == (status, "")
    assert file.read_text("utf-8") == expected
    assert started(command, "odd_host:failing", "-o", str(file))[0] == 2
    assert file.read_text("utf-8") == expected


@pytest.mark.parametrize("command", TARGETS)
@pytest.mark.parametrize(
    ("factory", "message"),
    [
        ("failing", "ValueError: no [PK804]\n: :error::no"),
        ("exiting", "SystemExit: 7"),
        ("stopping", "Odd: stop"),
        ("missing", "AttributeError: module 'odd_host' has no attribute 'missing'"),
    ],
)
def test_failing_hosts_are_errors(command: str, factory: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever a host raises is a message, with its place, and status 2, without a traceback or a CI command."""
    assert main([command, f"odd_host:{factory}"]) == 2
    error = capsys.readouterr().err.partition("error: ")[2]
    assert error.startswith(f"'odd_host:{factory}' cannot be loaded: {message}")
    assert "[PK804]" in error
    assert "Traceback" not in error
    assert ("\n  at " in error) == (factory != "missing")


def test_traceback_of_a_host(capsys: pytest.CaptureFixture[str]) -> None:
    """With `--traceback` it is shown where the host has failed."""
    assert main(["check", "odd_host:failing", "--traceback"]) == 2
    error = capsys.readouterr().err
    assert "Traceback (most recent call last):" in error
    assert "in failing" in error


@pytest.mark.parametrize("command", TARGETS)
def test_closed_pipe_ends_quietly(command: str) -> None:
    """A reader that has gone, as `head` has, ends the command with the status of a shell, and without a message."""
    read, write = os.pipe()
    os.close(read)
    try:
        status, _, errors = started(command, "odd_host:registry", stdout=write)
    finally:
        os.close(write)
    assert (status, errors.splitlines()) == (141, ["host 1.0 starts", "written by C code"])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.parametrize("command", TARGETS)
def test_full_disk_is_an_error(command: str) -> None:
    """Where the output cannot be written, a message says why."""
    with Path("/dev/full").open("wb") as full:
        status, _, errors = started(command, "odd_host:registry", stdout=full.fileno())
    assert status == 2
    assert errors.splitlines()[-1] == "error: OSError: [Errno 28] No space left on device"


@pytest.mark.parametrize("command", TARGETS)
def test_file_that_cannot_be_written_is_an_error(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A place that cannot be written is refused."""
    assert main([command, "odd_host:registry", "-o", "/dev/null/report"]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_interrupt_has_the_status_of_a_shell(capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C ends any command with 130, and a word."""
    assert main(["list", "odd_host:interrupted"]) == 130
    assert capsys.readouterr().err.endswith("error: interrupted\n")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are others there")
def test_interrupt_from_outside() -> None:
    """The signal of Ctrl-C while a host is loaded does the same."""
    interruptible = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # a parent may ignore it
    program = f"{interruptible}; import sys; from pluginkit.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", program, "list", "odd_host:waiting"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        while process.stderr.readline() != b"ready\n":
            pass
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert (process.returncode, rest) == (130, b"error: interrupted\n")


class Gone(io.StringIO):
    """A stream that cannot be written any more."""

    def __init__(self, error: OSError, file: IO[bytes]) -> None:
        super().__init__()
        self.error = error
        self.file = file

    def write(self, text: str, /) -> int:
        raise self.error

    def flush(self) -> None:
        raise self.error

    def fileno(self) -> int:
        return self.file.fileno()


@pytest.mark.parametrize(("error", "status"), [(BrokenPipeError(), 141), (OSError("no space"), 2)])
def test_stream_that_cannot_be_written(
    error: OSError, status: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is left for such a stream goes nowhere: Python does not try, and fail, once more at its end."""
    with (tmp_path / "out").open("wb") as file:
        stream = Gone(error, file)
        monkeypatch.setattr(sys, "stdout", stream)
        assert main(["list", "odd_host:registry"]) == status
        os.write(file.fileno(), b"the rest")
    assert (tmp_path / "out").read_bytes() == b""
    assert ("no space" in capsys.readouterr().err) == (status == 2)


def test_host_that_is_not_python(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A host with a syntax error is refused with its place."""
    (tmp_path / "odd_syntax.py").write_text("\n\ndef (", "utf-8")
    assert main(["list", "odd_syntax:registry"]) == 2
    assert f"\n  at {tmp_path / 'odd_syntax.py'}:3" in capsys.readouterr().err


def test_without_stdout(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the descriptor of stdout is closed, a host is loaded all the same."""

    def closed(_: int) -> int:
        raise OSError(9, "Bad file descriptor")

    monkeypatch.setattr(os, "dup", closed)
    assert main(["list", "odd_host:registry"]) == 0
    assert "plain" in capsys.readouterr().out


def test_fault_of_a_command_is_a_message(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What should not happen is a message as well, never the status of a breaking change."""
    monkeypatch.setattr("pluginkit.cli.diff.run", lambda _: 1 / 0)
    assert main(["diff", "a.py", "b.py"]) == 2
    assert capsys.readouterr().err == (
        "error: ZeroDivisionError: division by zero\n"
        "  Hint: this is a fault of pluginkit, or of the code that it has loaded: please report it\n"
    )


@pytest.mark.parametrize("command", TARGETS)
def test_odd_names_are_escaped(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Names move no cursor, turn no text around, and give CI systems no command, in any format."""
    for format_ in ("", *MACHINE[command], *(("html", "dot") if command == "graph" else ())):
        assert main([command, "odd_host:odd", *(["--format", format_] if format_ else [])]) == 0
        out = capsys.readouterr().out
        assert not {"\x1b", "\u202e"} & set(out)
        assert not [line for line in out.splitlines() if line.lstrip().startswith("::error")]


@pytest.mark.parametrize("value", ["auto", "mypy"])
def test_static_does_not_take_the_target(
    value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--static` may stand before the target."""
    asked: list[str] = []
    monkeypatch.setattr("pluginkit.cli.check.static_findings", lambda _, checker: asked.append(checker) or [])
    option = ["--static"] if value == "auto" else ["--static", value]
    assert main(["check", *option, "odd_host:registry"]) == 0
    assert main(["check", "odd_host:registry", *option]) == 0
    assert asked == [value, value]


def test_colours_can_be_forced(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`FORCE_COLOR` colours what goes to a file, and `NO_COLOR` colours nothing."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    main(["list", "odd_host:registry"])
    assert "\x1b[1m" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    main(["list", "odd_host:registry"])
    assert "\x1b" not in capsys.readouterr().out


def test_explain_without_a_hook_explains_all(capsys: pytest.CaptureFixture[str]) -> None:
    """All hooks of the registry are explained, as text and as JSON."""
    assert main(["explain", "odd_host:registry"]) == 0
    everything = capsys.readouterr().out
    assert main(["explain", "odd_host:registry", "hook"]) == 0
    assert everything == capsys.readouterr().out
    assert main(["explain", "odd_host:registry", "--format", "json"]) == 0
    (hook,) = json.loads(capsys.readouterr().out)
    assert (hook["hook"], hook["kind"]) == ("OddSpec.hook", "collect")
    assert [each["plugin"] for each in hook["implementations"]] == ["plain"]


TEXTS: st.SearchStrategy[str] = st.text(st.one_of(st.characters(), st.sampled_from("::\x1b\r\n\t\u202e#[ ")))


@given(TEXTS)
def test_shown_texts_do_nothing_else(text: str) -> None:
    """Whatever a text has, what is shown of it is letters, spaces and line breaks, and begins no CI command."""
    for shown in (printable(text), in_one_line(text)):
        lines: Sequence[str] = shown.split("\n")
        assert not [line for line in lines if line.lstrip().startswith(("::", "##["))]
        assert not [each for each in shown if each not in "\n\t" and (ord(each) < 32 or 127 <= ord(each) < 160)]
    assert "\n" not in in_one_line(text)


def test_plain_texts_are_left_alone() -> None:
    """What does nothing is shown as it is."""
    text = "plugin 'Ünï': a :: b → c\n  at file.py:3"
    assert printable(text) == text
