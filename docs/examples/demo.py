"""Show proofread at work, a plugin in an environment of its own, and one with a misspelled parameter.

`python -m nox -s demo` runs this. It needs an environment with pluginkit, proofread, proofread-extra, mypy and pyright,
and makes one more. Whatever is shown is also checked: the exit code is 1 if something is not as it is promised.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from pluginkit import PluginValidationError, Registry

from proofread import ProofreadSpec

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MISSPELLED = HERE / "misspelled.py"
WRONG = "documnet"
NEW = 3  # the first version of markdown-it-py without what the plugin needs

# A text in which each rule is broken once, and the line where.
BAD = """\
---
title: Front matter is is not prose
---

# A bad page

### Two levels down

Read the [manual](manul.md), the `code code`, and the
the picture: ![](picture.png)

## Twice

## Twice

{sentence}

```python
unclosed = "this this is code"
"""
SENTENCE = " ".join(["A sentence", *["that goes on"] * 13, "ends."])
EXPECTED = {
    "heading-jump": 7,
    "broken-link": 9,
    "repeated-word": 10,
    "missing-alt-text": 10,
    "duplicate-heading": 14,
    "long-sentence": 16,
    "unclosed-fence": 18,
}

failures: list[str] = []


def main() -> int:
    """Show everything, and return the exit code."""
    list_plugins()
    proofread_own_docs()
    with tempfile.TemporaryDirectory() as folder:
        proofread_bad_page(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        proofread_with_two_environments(Path(folder))
    check_statically("mypy", "--strict", "--config-file=", "--cache-dir", os.devnull)
    check_statically("pyright", "--pythonpath", sys.executable)
    register_misspelled()
    show("\nNot as promised:" if failures else "\nAll is as promised.")
    for failure in failures:
        show(f"- {failure}")
    return 1 if failures else 0


def list_plugins() -> None:
    """Show which plugins run, with their hooks and where they come from."""
    listed = run("proofread", "--list-plugins").stdout
    for name in (*EXPECTED, "proofread-extra"):
        promise(name in listed, f"--list-plugins shows {name}")


def proofread_own_docs() -> None:
    """Run on the project's own documentation, which is in order."""
    done = run("proofread", "README.md", "docs", "--stats")
    promise(done.returncode == 0, "nothing is wrong with the project's own README and docs")


def proofread_bad_page(folder: Path) -> None:
    """Run on a page that breaks every rule."""
    (folder / "manual.md").write_text("# Manual\n", encoding="utf-8")
    (folder / "picture.png").touch()
    (folder / "page.md").write_text(BAD.format(sentence=SENTENCE), encoding="utf-8")
    done = run("proofread", ".", cwd=folder)
    promise(done.returncode == 1, "findings give the exit code 1")
    report = json.loads(run("proofread", ".", "--format", "json", cwd=folder, quiet=True).stdout)
    found = {finding["rule"]: finding["line"] for finding in report["findings"]}
    promise(found == EXPECTED, f"each rule is found to be broken once: {EXPECTED}, not {found}")
    promise(len(report["findings"]) == len(EXPECTED), "and nothing else")


def proofread_with_two_environments(folder: Path) -> None:
    """Run a plugin that needs an old version of a library beside the host, which has a new one."""
    title("python -m venv elsewhere; pip install proofread-emphasis")
    python = make_environment(folder / "elsewhere")
    here = version("markdown-it-py")
    there = subprocess.run(
        [python, "-c", "import importlib.metadata as m; print(m.version('markdown-it-py'))"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout.strip()
    show(f"markdown-it-py is {here} here, and {there} there")
    promise(int(here.partition(".")[0]) >= NEW > int(there.partition(".")[0]), "the two environments differ")
    (folder / "page.md").write_text("# Emphasis\n\nThis is is *important.\n", encoding="utf-8")
    arguments = ("page.md", "--environment", str(python))
    run("proofread", *arguments, cwd=folder)
    report = json.loads(run("proofread", *arguments, "--format", "json", cwd=folder, quiet=True).stdout)
    found = {finding["rule"] for finding in report["findings"]}
    promise(found == {"repeated-word", "lonely-asterisk"}, f"plugins of both environments run, not {found}")


def make_environment(folder: Path) -> Path:
    """Return the Python of a new environment with the plugin that needs the old library."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    project = HERE / "environments" / "proofread-emphasis"
    subprocess.run([python, "-m", "pip", "install", "--quiet", project], check=True)
    return python


def check_statically(checker: str, *options: str) -> None:
    """Show what a type checker says of the misspelled plugin."""
    done = run(checker, *options, MISSPELLED.name, cwd=HERE)
    line = f"{MISSPELLED.name}:{line_of_mistake()}"
    promise(done.returncode == 1, f"{checker} refuses the misspelled parameter")
    promise(line in done.stdout and WRONG in done.stdout, f"{checker} reports {line} and names {WRONG}")


def line_of_mistake() -> int:
    """Return the line that both checkers name: that of the decorator, which does not take the function."""
    lines = MISSPELLED.read_text(encoding="utf-8").splitlines()
    return lines.index("    @hookimpl(ProofreadSpec.check)") + 1


def register_misspelled() -> None:
    """Show what registration says of the misspelled plugin."""
    title("Registry(ProofreadSpec).register(misspelled.Shouting())")
    registry = Registry(ProofreadSpec)
    try:
        registry.register(shouting())
    except PluginValidationError as error:
        message = str(error)
    else:
        message = "registered"
    show(message)
    promise(f"unknown parameter '{WRONG}'" in message, "registration refuses the misspelled parameter")
    promise("did you mean 'document'?" in message, "registration says what may be meant")
    promise(registry.plugin_names() == (), "nothing is registered")


def shouting() -> object:
    """Return the misspelled plugin."""
    sys.path.insert(0, str(HERE))
    return import_module(MISSPELLED.stem).Shouting()


def run(module: str, *arguments: str, cwd: Path = ROOT, quiet: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a command of this environment, show what it says, and return it."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=cwd, capture_output=True, encoding="utf-8", check=False
    )
    if not quiet:
        title(" ".join([module, *arguments]).replace(sys.executable, "python"))
        show((done.stdout + done.stderr).rstrip())
    return done


def promise(kept: object, what: str) -> None:
    """Note what is not as it should be."""
    if not kept:
        failures.append(what)


def title(text: str) -> None:
    """Print a title."""
    show(f"\n\033[1m$ {text}\033[0m" if sys.stdout.isatty() else f"\n$ {text}")


def show(text: str) -> None:
    """Print a text at once: what the commands say stands between."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
