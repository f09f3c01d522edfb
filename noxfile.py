"""Everything that can be done with the project, one session each; `python -m nox --list` shows them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import nox

nox.needs_version = ">=2025.5.1"
nox.options.sessions = ["lint", "typing", "typing_oldest", "stubs", "tests", "docs"]
if any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
    nox.options.sessions += ["browser_docs", "browser"]  # they cannot do without, and nox installs no browser
nox.options.error_on_missing_interpreters = False  # the tests run on every Python found here
nox.options.download_python = "never"

EXAMPLES = sorted(path.parent.as_posix() for path in Path("docs/examples").glob("*/pyproject.toml"))
CHECKED = (
    "src",
    "docs/examples/mirrors.py",
    *(f"{example}/src" for example in EXAMPLES),
    *(f"{example}/tests" for example in EXAMPLES if Path(example, "tests").exists()),
)
SITE = "build/site"
PYPROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PYPROJECT)


def group(name: str) -> list[str]:
    """Return the requirements of a dependency group of pyproject.toml."""
    return list(nox.project.dependency_groups(PYPROJECT, name))


def runs(python: str) -> bool:
    """Tell whether this Python can be started; a version manager's stub may exist and fail."""
    command = shutil.which(f"python{python}")
    return command is not None and subprocess.run([command, "-c", ""], capture_output=True, check=False).returncode == 0


FOUND = [python for python in PYTHONS if runs(python)]
if not FOUND:
    raise SystemExit(f"None of the supported Pythons can be started: {', '.join(PYTHONS)}")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format."""
    session.install(*group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def typing(session: nox.Session) -> None:
    """Check the package, the examples and the documentation with every type checker; they have to agree."""
    session.install(*group("typing"), ".", *EXAMPLES)
    session.run("mypy", *CHECKED)
    session.run("pyright", *CHECKED)
    session.run("ty", "check", *CHECKED)
    session.run("pyrefly", "check", "--preset", "default", "--python-version", "3.11", *CHECKED)
    session.run("python", "tests/typing/run.py")
    session.run("python", "tests/typing/run.py", "--self-test")
    session.run("python", "docs/check_editor_output.py")
    session.run("python", "docs/check_snippets.py")
    session.run("pyright", "--verifytypes", "pluginkit", "--ignoreexternal")


@nox.session
def typing_oldest(session: nox.Session) -> None:
    """Check the same with the oldest mypy that is supported."""
    session.install(*group("typing-oldest"), ".", *EXAMPLES)
    session.run("mypy", *CHECKED)
    session.run("python", "tests/typing/run.py", "--only", "mypy")
    session.run("python", "docs/check_editor_output.py", "--column", "mypy 1.13")


@nox.session(python=FOUND)
def tests(session: nox.Session) -> None:
    """Run the tests, the examples in the documentation among them, and ask for full coverage."""
    session.install(*group("tests"), ".", *EXAMPLES)
    session.run("coverage", "run", "-m", "pytest", "-m", "", *session.posargs)
    session.run("coverage", "report")


@nox.session
def stubs(session: nox.Session) -> None:
    """Check the generated stubs: they are current, formatted, accepted by checkers, and agree with the run time."""
    session.install(*group("stubs"), ".", *EXAMPLES)
    session.run("pluginkit", "stubs", "--check", "docs/examples/proofread/src/proofread/hooks.py", "--output", "stubs")
    session.run("python", "-m", "mypy.stubtest", "proofread.hooks", "--mypy-config-file", "pyproject.toml")
    session.run("pytest", "tests/source/stubs_checked.py")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation site, check its links, and follow the tutorial; the site is in `build/site`."""
    session.install(*group("docs"), ".")
    session.run("python", "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-E", "docs", SITE)
    session.run("python", "docs/check_links.py", SITE)
    session.run("pytest", "tests/docs/tutorial_followed.py")


@nox.session(requires=["docs"])
def browser_docs(session: nox.Session) -> None:
    """Look at every page of the site in a real browser, as on a desktop and on a phone; needs Chromium or Chrome."""
    session.install(*group("tests"), ".")
    session.run("pytest", "tests/docs/site_checked.py")


@nox.session
def browser(session: nox.Session) -> None:
    """Look at the page of `pluginkit graph` in a real browser; needs Chromium or Chrome on the PATH."""
    session.install(*group("tests"), ".")
    session.run("pytest", "tests/docs/browser_checked.py")


@nox.session
def bench_stubs(session: nox.Session) -> None:
    """Measure what a generated stub costs each type checker, and print a table."""
    session.install(*group("typing"), ".")
    session.run("python", "benchmarks/stubs.py", *session.posargs)


@nox.session
def demo(session: nox.Session) -> None:
    """Run the example program on this project's documentation, and plugins in two environments, and a misspelled one."""
    session.install(*group("demo"), ".[isolated]", *EXAMPLES)
    session.run("python", "docs/examples/demo.py")


@nox.session
def pluggy_hosts(session: nox.Session) -> None:
    """Start real hosts of pluggy on the drop-in, and run the tests on it, with plugins of pytest, as on pluggy."""
    session.install(*group("pluggy-hosts"), ".", *EXAMPLES)
    session.run("python", "tests/pluggy/pluggy_hosts.py")


@nox.session
def bench_pluggy(session: nox.Session) -> None:
    """Print what pytest takes for many trivial tests on pluggy and on the drop-in."""
    session.install("pytest>=9", "pluggy==1.7.0", ".")
    session.run("python", "benchmarks/pytest_on_pluggy.py", *session.posargs)


@nox.session
def bench_async(session: nox.Session) -> None:
    """Print what async calls cost, against a hand-written loop and against apluggy."""
    session.install(*group("bench-async"), ".")
    session.run("python", "benchmarks/async_calls.py")


@nox.session(python=FOUND)
def bench(session: nox.Session) -> None:
    """Compare calls, registration, import and memory with pluggy and with hand-written calls, and print a table."""
    session.install(*group("bench"), ".")
    session.run("python", "benchmarks/compare.py", *session.posargs)


@nox.session
def bench_lazy(session: nox.Session) -> None:
    """Print how long a host with 100 slow plugins takes to start, with and without lazy plugins."""
    session.install(".")
    session.run("python", "benchmarks/lazy_start.py")


@nox.session
def bench_isolated(session: nox.Session) -> None:
    """Print what calls of isolated plugins cost, against raw pipes, multiprocessing, execnet and cpex."""
    session.install(*group("bench-isolated"), ".[isolated]")
    session.run("python", "benchmarks/isolated.py", *session.posargs)


@nox.session
def soak_isolated(session: nox.Session) -> None:
    """Call isolated plugins for ten minutes, while their workers are killed, stopped and slowed at random."""
    session.install(".[isolated]")
    session.run("python", "benchmarks/isolated_soak.py", *session.posargs)


@nox.session
def scale_out(session: nox.Session) -> None:
    """Call hooks on threads, processes, subinterpreters, Dask and Ray."""
    session.install(*group("scale-out"), ".")
    session.run("pytest", "tests/scaled_out.py", *session.posargs)
