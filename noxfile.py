"""Everything that can be done with the project, one session each; `python -m nox --list` shows them."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import nox

nox.needs_version = ">=2025.5.1"
nox.options.sessions = ["lint", "build", "typing", "typing_oldest", "stubs", "tests", "bundles", "docs"]
if any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
    nox.options.sessions += ["browser_docs", "browser"]  # they need a browser, and nox does not install one
IS_CI = bool(os.environ.get("CI"))
if shutil.which("nvim"):
    nox.options.sessions += ["editors"]
nox.options.error_on_missing_interpreters = IS_CI  # elsewhere, the tests run on every Python found here
nox.options.download_python = "never"

EXAMPLES = sorted(path.parent.as_posix() for path in Path("docs/examples").glob("*/pyproject.toml"))
CHECKED = (
    "src",
    "docs/examples/mirrors.py",
    *(f"{example}/src" for example in EXAMPLES),
    *(f"{example}/tests" for example in EXAMPLES if Path(example, "tests").exists()),
)
SITE = "build/site"
LOCK = "constraints.txt"
HEADING = ("# Written by `python -m nox -s lock`. What pyproject.toml fixes itself is not repeated here.",)
PYPROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = [each for each in nox.project.python_versions(PYPROJECT) if not each.endswith("t")]  # newer nox adds those
FREE_THREADED, PYPY, PYODIDE = "3.13t", "pypy3.11", "pyodide-314.0.7"
CORE = (
    *(f"tests/{room}" for room in ("declare", "implement", "call", "load")),
    *(f"tests/test_{about}.py" for about in ("registry", "errors", "rooms")),
)
QUIET = ("-p", "no:cacheprovider", "-p", "no:unraisableexception")  # PyPy finalizes what is lost any time later
WHEELS = os.environ.get("PLUGINKIT_WHEEL")  # the folder of a wheel: a release is tested as it is published


def group(name: str) -> list[str]:
    """Return the requirements of a dependency group of pyproject.toml."""
    return list(nox.project.dependency_groups(PYPROJECT, name))


def runs(command: str) -> bool:
    """Tell whether a Python can be started; a version manager's stub may exist and fail."""
    found = shutil.which(command)
    return found is not None and subprocess.run([found, "--version"], capture_output=True, check=False).returncode == 0


def playground_python() -> str:
    """Return the folder of Pyodide's package, or nothing where it is missing: the site is then built without it."""
    found = shutil.which(PYODIDE)
    return str(Path(found).resolve().parent / "node_modules" / "pyodide") if found else ""


FOUND = PYTHONS if IS_CI else [python for python in PYTHONS if runs(f"python{python}")]
if not FOUND:
    raise SystemExit(f"None of the supported Pythons can be started: {', '.join(PYTHONS)}")
if IS_CI or runs(f"python{FREE_THREADED}"):
    nox.options.sessions += ["tests_free_threaded"]
if IS_CI or runs(PYPY):
    nox.options.sessions += ["tests_pypy"]
if IS_CI or runs(PYODIDE):
    nox.options.sessions += ["tests_pyodide"]


def install(session: nox.Session, *requirements: str) -> None:
    """Install the package, or the wheel that is to be tested, and what else is needed, in versions that are fixed."""
    session.install("-c", LOCK, *requirements, ".")
    if WHEELS:
        session.install("--force-reinstall", "--no-deps", *map(str, Path(WHEELS).glob("*.whl")))


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format, and look for weaknesses in the workflows."""
    session.install("-c", LOCK, *group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("zizmor", "--offline", "--quiet", ".github")


@nox.session
def build(session: nox.Session) -> None:
    """Build the distributions twice, byte by byte the same, and check what an index gets; they are in `dist`."""
    session.install("-c", LOCK, *group("build"))
    first, second = Path("dist"), Path(session.create_tmp(), "again")
    for folder in (first, second):
        shutil.rmtree(folder, ignore_errors=True)
        session.run("python", "-m", "build", "--outdir", str(folder), silent=True)
    files = sorted(first.iterdir())
    if [file.name for file in files if file.read_bytes() != Path(second, file.name).read_bytes()]:
        session.error("building the same sources again gives other files")
    session.run("twine", "check", "--strict", *map(str, files))
    session.run("check-wheel-contents", *(str(file) for file in files if file.suffix == ".whl"))
    session.run("validate-pyproject", "pyproject.toml")
    session.run("pyroma", "--min", "10", ".")


@nox.session
def release_check(session: nox.Session) -> None:
    """Refuse a tag, which is given as `-- v1.2.3`, that is not the version, has no changes, or no repository yet."""
    version = runpy.run_path("src/pluginkit/_version.py")["__version__"]
    if session.posargs != [f"v{version}"]:
        session.error(f"the tag has to be v{version}, the version in src/pluginkit/_version.py")
    if f"## {version}" not in Path("CHANGELOG.md").read_text(encoding="utf-8"):
        session.error(f"CHANGELOG.md has no section '## {version}'")
    if "OWNER" in Path("pyproject.toml").read_text(encoding="utf-8"):
        session.error("the addresses in pyproject.toml have no owner yet; see RELEASING.md")


@nox.session
def lock(session: nox.Session) -> None:
    """Write constraints.txt anew: the newest versions that fit, but for those that dependency groups fix."""
    session.install(*group("lock"))
    groups = [name for name in PYPROJECT["dependency-groups"] if name != "typing-oldest"]
    fixed = {re.split(r"[=<>\[]", each)[0] for name in groups for each in group(name) if "==" in each}
    options = ("--universal", "--python-version", "3.11", "--no-annotate", "--no-header", "--upgrade", "--quiet")
    command = ("uv", "pip", "compile", *options, *(f"--group={name}" for name in groups), "--output-file", LOCK)
    session.run(*command, external=True)
    lines = Path(LOCK).read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if re.split(r"[=<>\[]", line)[0] not in fixed]
    Path(LOCK).write_text("\n".join([*HEADING, *kept, ""]), encoding="utf-8")


@nox.session
def typing(session: nox.Session) -> None:
    """Check the package, the examples and the documentation with every type checker; they have to agree."""
    install(session, *group("typing"), *EXAMPLES)
    session.run("pluginkit", "lint", "--strict", *(f"{example}/src" for example in EXAMPLES))
    session.run("mypy", *CHECKED)
    session.run("pyright", *CHECKED)
    session.run("ty", "check", *CHECKED)
    session.run("pyrefly", "check", "--preset", "default", "--python-version", "3.11", *CHECKED)
    session.run("python", "tests/typing/run.py")
    session.run("python", "tests/typing/run.py", "--self-test")
    session.run("python", "docs/check_editor_output.py")
    session.run("python", "docs/check_mistakes.py")
    session.run("python", "docs/check_snippets.py")
    session.run("pyright", "--verifytypes", "pluginkit", "--ignoreexternal")


@nox.session
def language_servers(session: nox.Session) -> None:
    """Ask language servers what editors show of a host and its plugin, and compare it with the documentation."""
    session.install(*group("typing"), ".")
    session.run("pytest", "tests/docs/editors_checked.py")


@nox.session
def typing_oldest(session: nox.Session) -> None:
    """Check the same with the oldest mypy that is supported."""
    session.install(*group("typing-oldest"), ".", *EXAMPLES)
    session.run("mypy", *CHECKED)
    session.run("python", "tests/typing/run.py", "--only", "mypy")
    session.run("python", "docs/check_editor_output.py", "--column", "mypy 1.16")


@nox.session(python=FOUND)
def tests(session: nox.Session) -> None:
    """Run the tests, including the examples in the documentation; on the oldest Python all, with full coverage."""
    install(session, *group("tests"), *EXAMPLES)
    if session.python != PYTHONS[0]:
        session.run("pytest", "-n", "0", *session.posargs)
        return
    session.run("coverage", "run", "-m", "pytest", "-n", "0", "-m", "not exhaustive", *session.posargs)
    session.run("coverage", "report")
    session.run("pytest", "-m", "exhaustive", "tests/source")


@nox.session(python=PYTHONS)
def tests_core(session: nox.Session) -> None:
    """Run the core's tests only, for systems without what the others need."""
    install(session, *group("core-tests"))
    session.run("pytest", "-p", "no:cacheprovider", *CORE)


@nox.session(python=FREE_THREADED)
def tests_free_threaded(session: nox.Session) -> None:
    """Run the core's tests without the global interpreter lock, and change and call a registry from eight threads."""
    install(session, *group("core-tests"))
    environment = {"PYTHON_GIL": "0"}
    session.run("pytest", "-p", "no:cacheprovider", "-m", "not refcounts and not slow", *CORE, env=environment)
    session.run("python", "tests/stress.py", *(session.posargs or ["60"]), env=environment)


@nox.session(python=PYPY)
def tests_pypy(session: nox.Session) -> None:
    """Run the core's tests on PyPy, but for those that are about reference counts and the like."""
    install(session, *group("core-tests"))
    session.run("pytest", *QUIET, "-m", "not cpython and not refcounts and not slow", *CORE)


@nox.session
def tests_pyodide(session: nox.Session) -> None:
    """Run the core's tests on WebAssembly, but for those that need threads, processes or event loops."""
    folder = Path(session.create_tmp(), "packages")
    any_python = ("--implementation=py", "--abi=none", "--platform=any", "--only-binary=:all:", "--python-version=3.14")
    requirements = [each for each in group("core-tests") if not each.startswith("trio")]  # it needs a real system
    session.install("pip")
    session.run(
        *("python", "-m", "pip", "install", "--quiet", "--upgrade", "-c", LOCK),
        *("--target", str(folder), *any_python, *requirements),
    )
    paths = ":".join(map(str, (Path("src").resolve(), folder.resolve(), Path(".ci").resolve())))
    options = ("-m", "pytest", "-p", "no:cacheprovider", "-p", "without_system")
    session.run(PYODIDE, ".ci/pyodide.mjs", paths, *options, *CORE, external=True)


@nox.session
def lives(session: nox.Session) -> None:
    """Run 10,000 random lives of a registry against a naive model, or as many as is said behind `--`."""
    session.install(*group("tests"), ".")
    session.run("python", "tests/lives.py", *(session.posargs or ["10000"]))


@nox.session
def stubs(session: nox.Session) -> None:
    """Check the generated stubs: they are current, formatted, accepted by checkers, and agree with the run time."""
    install(session, *group("stubs"), *EXAMPLES)
    session.run("pluginkit", "stubs", "--check", "docs/examples/proofread/src/proofread/hooks.py", "--output", "stubs")
    session.run("python", "-m", "mypy.stubtest", "proofread.hooks", "--mypy-config-file", "pyproject.toml")
    session.run("pytest", "tests/source/stubs_checked.py")


@nox.session
def bundles(session: nox.Session) -> None:
    """Find plugins in archives, in a program of PyInstaller, in editable installations, and in namespace packages."""
    install(session, *group("bundles"))
    session.run("pytest", "-p", "no:cacheprovider", "tests/load/bundles_checked.py")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation site, check its links, and follow the tutorial; the site is in `build/site`.

    Where Pyodide is found, which `.ci/interpreters.py` brings, its playground runs.
    """
    install(session, *group("docs"), "docs/examples/proofread")
    environment = {"PYODIDE": playground_python()}
    session.run("python", "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-E", "docs", SITE, env=environment)
    session.run("python", "docs/check_links.py", SITE)
    session.run("pytest", "tests/docs/tutorial_followed.py", "tests/docs/directive_checked.py")


@nox.session(requires=["docs"])
def browser_docs(session: nox.Session) -> None:
    """Look at every page of the site in a real browser, as on a desktop and on a phone; needs Chromium or Chrome."""
    install(session, *group("tests"))
    has_python = IS_CI or Path(SITE, "_static", "pyodide").exists()  # elsewhere, the site may have no playground
    session.run("pytest", "tests/docs/site_checked.py", *(["tests/docs/playground_checked.py"] if has_python else []))


@nox.session
def browser(session: nox.Session) -> None:
    """Look at the page of `pluginkit graph` in a real browser; needs Chromium or Chrome on the PATH."""
    install(session, *group("tests"))
    session.run("pytest", "tests/docs/browser_checked.py")


@nox.session
def editor_picture(session: nox.Session) -> None:
    """Take the pictures of README's misspelled plugin in an editor anew; needs Chromium and npm."""
    install(session, *group("typing"))
    folder = session.create_tmp()
    session.run("npm", "install", "--silent", "--no-audit", "--prefix", folder, "monaco-editor@0.57.0", external=True)
    monaco = str(Path(folder, "node_modules", "monaco-editor"))
    session.run("python", "docs/editor_picture.py", env={"MONACO": monaco})


@nox.session
def bench_stubs(session: nox.Session) -> None:
    """Measure what a generated stub costs each type checker, and print a table."""
    session.install(*group("typing"), ".")
    session.run("python", "benchmarks/stubs.py", *session.posargs)


@nox.session
def editors(session: nox.Session) -> None:
    """Ask the language server in Neovim, without a screen; needs Neovim on the PATH."""
    install(session, *group("tests"))
    session.run("pytest", "tests/lsp/neovim_checked.py")


@nox.session
def lint_corpus(session: nox.Session) -> None:
    """Lint published plugins and hosts of pluggy, and parameters of theirs that are misspelled on purpose."""
    install(session)
    folder = Path("build", "lint-corpus")
    site = folder / "lib" / "python3" / "site-packages"
    shutil.rmtree(folder, ignore_errors=True)
    site.mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text("", "utf-8")
    only = ("--no-deps", "--only-binary=:all:", "--no-compile")
    session.run("python", "-m", "pip", "install", "-q", *only, "--target", site, "-r", "tests/lint_corpus.txt")
    session.run("python", "tests/source/lint_corpus.py", folder)


@nox.session
def bench_lint(session: nox.Session) -> None:
    """Print what lint costs, against starting Python and against mypy."""
    install(session, *group("demo"))
    session.run("python", "benchmarks/lint.py")


@nox.session
def demo(session: nox.Session) -> None:
    """Run the example program on this project's documentation, with two environments, and a misspelled plugin."""
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
def bench_observers(session: nox.Session) -> None:
    """Print what observers cost, beside pluggy's monitoring."""
    session.install(*group("bench"), ".")
    session.run("python", "benchmarks/observers.py", *session.posargs)


@nox.session
def bench_growth(session: nox.Session) -> None:
    """Print how the time of historic calls, names and blocking grows with their number."""
    session.install(".")
    session.run("python", "benchmarks/growth.py")


@nox.session
def bench_lazy(session: nox.Session) -> None:
    """Print how long a host with 100 slow plugins takes to start, with and without lazy plugins."""
    session.install(".")
    session.run("python", "benchmarks/lazy_start.py")


@nox.session
def migrate_hosts(session: nox.Session) -> None:
    """Migrate published hosts and plugins, run the tests of hosts before and after, and print a table."""
    with TemporaryDirectory() as folder:  # `migrate` leaves out what git ignores
        session.run("python", "tests/source/migrate_hosts.py", folder)


@nox.session
def typing_hosts(session: nox.Session) -> None:
    """Check published plugins against the migrated specs of kedro, tox and llm, in mypy --strict and strict pyright."""
    with TemporaryDirectory() as folder:  # `migrate` leaves out what git ignores
        session.run("python", "tests/source/host_types.py", folder)


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
