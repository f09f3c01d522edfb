"""`pluginkit pluggy-run`: programs whose `import pluggy` is answered by the drop-in."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pluginkit.cli import main
from pluginkit.pluggy import _alias

if TYPE_CHECKING:
    from pathlib import Path

PROBE = """\
import pluggy, pluggy._hooks, pluggy._manager, subprocess, sys
print(pluggy.PluginManager.__module__, pluggy._manager.PluginManager is pluggy.PluginManager, *sys.argv[1:], flush=True)
if sys.argv[1:] == ["child"]:
    subprocess.run([sys.executable, "-c", "import pluggy._hooks; print(pluggy._hooks.HookImpl.__module__)"], check=True)
sys.exit({})
"""


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Restore everything that the command changes."""
    monkeypatch.setattr(sys, "argv", [*sys.argv])
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "modules", sys.modules)
    monkeypatch.setenv("PYTHONPATH", os.environ.get("PYTHONPATH", ""))
    saved = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "pluggy"}
    monkeypatch.setattr(_alias.sys, "modules", sys.modules)
    yield  # type: ignore[misc]
    for name in [name for name in sys.modules if name.partition(".")[0] == "pluggy"]:
        del sys.modules[name]
    sys.modules.update(saved)


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in its own process."""
    paths = os.pathsep.join(filter(None, sys.path))
    return subprocess.run(
        [sys.executable, "-m", "pluginkit", "pluggy-run", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("leave", "status"), [("0", 0), ("3", 3), ("None", 0), ("'text'", 1)])
def test_file_gets_the_drop_in_and_so_do_its_children(tmp_path: Path, leave: str, status: int) -> None:
    """A file runs as `python FILE` would run it, its status is the command's, and child processes do the same."""
    (tmp_path / "probe.py").write_text(PROBE.format(leave), "utf-8")
    done = run("--", "probe.py", "child", folder=tmp_path)
    assert done.stdout.split() == ["pluginkit.pluggy._manager", "True", "child", "pluginkit.pluggy._impl"]
    assert done.returncode == status


def test_module_gets_the_drop_in(tmp_path: Path) -> None:
    """A module runs as `python -m MODULE` would run it."""
    (tmp_path / "probe.py").write_text(PROBE.format(0), "utf-8")
    done = run("--", "-m", "probe", "x", folder=tmp_path)
    assert done.stdout.split() == ["pluginkit.pluggy._manager", "True", "x"]


def test_pytest_runs_on_the_drop_in(tmp_path: Path) -> None:
    """Tests run on it with pytest, which hides its frames from tracebacks as it hides those of pluggy."""
    code = "import pluggy\ndef test(): assert pluggy.PluginManager.__module__ == 'pluginkit.pluggy._manager'\n"
    (tmp_path / "test_it.py").write_text(code + "def test_bad(nope): pass\n", "utf-8")
    done = run("--", "pytest", "-q", "-p", "no:cacheprovider", folder=tmp_path)
    assert "1 passed, 1 error" in done.stdout
    assert "_execution.py" not in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize("command", [[], ["--"], ["--", "-m"], ["--", "no-such-program"]])
def test_unknown_program_is_refused(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Without a program there is nothing to run, and nothing has changed."""
    before = (sys.modules["pluggy"], [*sys.argv], [*sys.path], os.environ.get("PYTHONPATH"))
    assert main(["pluggy-run", *command]) == 2
    assert "Hint: " in capsys.readouterr().err
    assert (sys.modules["pluggy"], [*sys.argv], [*sys.path], os.environ.get("PYTHONPATH")) == before


@pytest.mark.usefixtures("environment")
def test_program_in_this_process(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The program runs in the process of the command: a script, a module, or a file."""
    (tmp_path / "probed.py").write_text("import sys, pluggy; print(pluggy.__name__, sys.argv[1:])", "utf-8")
    assert main(["pluggy-run", "--", str(tmp_path / "probed.py"), "x"]) == 0
    assert main(["pluggy-run", "--", "-m", "probed", "y"]) == 0
    assert capsys.readouterr().out.splitlines() == ["pluginkit.pluggy ['x']", "pluginkit.pluggy ['y']"]
    assert os.environ["PYTHONPATH"].startswith(str(_alias.SHIM))


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(("gives", "status"), [(None, 0), (4, 4), ("text", 1)])
def test_status_of_a_script(
    gives: object, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a console script returns is the exit status, as for the script that an installer writes."""
    from types import SimpleNamespace

    from pluginkit.cli import pluggy_run

    script = SimpleNamespace(load=lambda: lambda: gives)
    monkeypatch.setattr(pluggy_run, "entry_points", lambda **_: [script])
    assert main(["pluggy-run", "--", "tool", "x"]) == status
    assert sys.argv == ["tool", "x"]
    assert capsys.readouterr().err == ("text\n" if status == 1 else "")


@pytest.mark.usefixtures("environment")
def test_shim_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the shim first on the path, `import pluggy` gives the drop-in."""
    import importlib

    for name in [name for name in sys.modules if name.partition(".")[0] == "pluggy"]:
        del sys.modules[name]
    monkeypatch.syspath_prepend(str(_alias.SHIM))
    assert importlib.import_module("pluggy").__name__ == "pluginkit.pluggy"
