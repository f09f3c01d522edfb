"""Migrates published hosts and plugins, and prints a table: what was rewritten, what is left, and whether it works.

Run by `nox -s migrate_hosts`; not a part of the tests, since it installs from a package index. A host is copied,
migrated, and changed by hand where `hosts/<host>.patch` says so; then its own plugin tests run, where its source
distribution has some, and otherwise what its commands print is compared. A plugin is copied, migrated, imported and
registered in a registry of the migrated spec.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


class Host(NamedTuple):
    """A host.

    Attributes:
        name: Its package, which is the name of its patch as well.
        version: Its version.
        projects: Its projects of pluggy.
        spec: The spec that its plugins are registered for, and the project, as Python.
        plugins: Its plugins: distribution, version, module.
        needs: What its tests need.
        tests: Its own plugin tests, in its source distribution.
        commands: What is compared where there are no tests.
    """

    name: str
    version: str
    projects: tuple[str, ...]
    spec: str
    plugins: tuple[tuple[str, str, str], ...]
    needs: tuple[str, ...] = ()
    tests: str = ""
    commands: tuple[str, ...] = ()


HOSTS = (
    Host(
        "llm",
        "0.36",
        ("llm",),
        "from llm.hookspecs import LlmSpec as Spec",
        (
            ("llm-cluster", "0.2", "llm_cluster"),
            ("llm-cmd", "0.2a0", "llm_cmd"),
            ("llm-echo", "0.5", "llm_echo"),
            ("llm-jq", "0.1.1", "llm_jq"),
            ("llm-openrouter", "0.7.1", "llm_openrouter"),
            ("llm-replicate", "0.3.1", "llm_replicate"),
        ),
        commands=(
            "llm plugins --all",
            "llm models list",
            "llm tools list",
            "llm embed-models list",
            "llm templates loaders",
            "llm --help",
        ),
    ),
    Host(
        "tox",
        "4.25.0",
        ("tox",),
        "from tox.plugin.spec import ToxSpec as Spec",
        (
            ("tox-gh", "1.5.0", "tox_gh"),
            ("tox-gh-actions", "3.5.0", "tox_gh_actions"),
            ("tox-ignore-env-name-mismatch", "0.2.0.post2", "tox_ignore_env_name_mismatch"),
            ("tox-extra", "2.2.0", "tox_extra"),
            ("tox-current-env", "0.0.17", "tox_current_env"),
        ),
        needs=(
            "pytest<9",
            "pytest-mock",
            "pytest-xdist",
            "devpi-process",
            "flaky",
            "re-assert",
            "time-machine",
            "distlib",
            "virtualenv<20.30",
        ),
        tests="tests/plugin",
    ),
    Host(
        "kedro",
        "1.7.0",
        ("kedro", "kedro_cli"),
        "from kedro.framework.hooks.manager import KedroSpec as Spec",
        (("kedro-telemetry", "0.9.0", "kedro_telemetry"), ("kedro-boot", "0.3.0", "kedro_boot")),
        commands=("kedro --help", f"python {HERE / 'hosts' / 'kedro_run.py'}"),
    ),
    Host(
        "datasette",
        "0.65.5",
        ("datasette",),
        "from datasette.hookspecs import DatasetteSpec as Spec",
        (
            ("datasette-cluster-map", "0.18.2", "datasette_cluster_map"),
            ("datasette-cors", "1.0.1", "datasette_cors"),
            ("datasette-gzip", "0.3", "datasette_gzip"),
            ("datasette-json-html", "1.0.1", "datasette_json_html"),
            ("datasette-pretty-json", "0.3", "datasette_pretty_json"),
            ("datasette-search-all", "1.1.4", "datasette_search_all"),
            ("datasette-vega", "0.6.2", "datasette_vega"),
        ),
    ),
)


class Environment:
    """A virtual environment for a host.

    Args:
        host: The host.
        folder: Where.
    """

    def __init__(self, host: Host, folder: Path) -> None:
        self.folder = folder
        if not folder.exists():
            venv.create(folder, with_pip=True)
            self.pip("install", "-U", "pip")
            self.pip("install", f"{host.name}=={host.version}", *(host.needs or ("pytest",)), f"{ROOT}[migrate]")

    def pip(self, *arguments: str) -> None:
        """Run pip."""
        self.run([str(self.folder / "bin" / "python"), "-m", "pip", "-q", "--disable-pip-version-check", *arguments])

    def run(self, command: list[str], *, check: bool = True, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment."""
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "LLM_USER_PATH": str(self.folder / "home"), **variables}
        environment |= {"DO_NOT_TRACK": "1", "NO_COLOR": "1", "COLUMNS": "80"}
        environment["KEDRO_LOGGING_CONFIG"] = str(HERE / "hosts" / "kedro_logging.yml")
        where = variables.get("PWD")
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=where)
        if check and done.returncode:
            raise SystemExit(f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        return done

    def package(self, module: str) -> Path:
        """Return where a module or a package is."""
        command = ["python", "-c", f"import importlib.util as u; print(u.find_spec('{module}').origin)"]
        origin = Path(self.run(command).stdout.strip())
        return origin.parent if origin.name == "__init__.py" else origin

    def migrate(self, path: Path, *options: str) -> dict[str, int]:
        """Migrate a copy, and return what was counted."""
        done = self.run(["pluginkit", "migrate", str(path), "--json", *options])
        modules = json.loads(done.stdout)["modules"]
        changed = [module for module in modules if module["changed"]]
        return {
            "modules": len(changed),
            "hooks": sum(len(module["hooks"]) for module in changed),
            "implementations": sum(len(module["implementations"]) for module in changed),
        }


def copied(path: Path, folder: Path) -> Path:
    """Copy a module or a package, and return the copy."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / path.name
    if path.is_dir():
        shutil.copytree(path, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(path, target)
    return target


def by_hand(name: str) -> str:
    """Return how many lines a patch adds and removes."""
    patch = HERE / "hosts" / f"{name}.patch"
    lines = patch.read_text(encoding="utf-8").splitlines() if patch.exists() else []
    added = sum(line.startswith("+") and not line.startswith("+++") for line in lines)
    removed = sum(line.startswith("-") and not line.startswith("---") for line in lines)
    return f"+{added} −{removed}" if lines else "0"  # noqa: RUF001 - a minus


def apply(name: str, folder: Path) -> None:
    """Make the changes by hand, if there are some."""
    patch = HERE / "hosts" / f"{name}.patch"
    if patch.exists():
        command = ["git", "apply", "--unsafe-paths", f"--directory={folder}", str(patch)]
        subprocess.run(command, check=True, cwd="/")


def tested(environment: Environment, host: Host, work: Path, path: str) -> str:
    """Return how the tests of a host end; or what its commands print, each with its lines in order of their text."""
    if host.tests:
        folder = work / f"{host.name}-{host.version}"
        if not folder.exists():
            environment.pip("install", "hatchling", "hatch-vcs")
            options = ["--no-build-isolation", "--no-deps", "--no-binary", ":all:", "-d", str(work)]
            environment.pip("download", *options, f"{host.name}=={host.version}")
            with tarfile.open(work / f"{host.name}-{host.version}.tar.gz") as archive:
                archive.extractall(work, filter="data")
        command = ["python", "-m", "pytest", "-q", "-p", "no:cacheprovider", host.tests]
        done = environment.run(command, check=False, PYTHONPATH=path, PWD=str(folder))
        last = (done.stdout or done.stderr).splitlines()[-1]
        return re.sub(r" in .*|=", "", last).strip()
    outputs = [environment.run(command.split(), PYTHONPATH=path, PWD=str(work)).stdout for command in host.commands]
    return json.dumps([sorted(output.replace(",\n", "\n").splitlines()) for output in outputs])


def migrate_host(environment: Environment, host: Host, work: Path) -> None:
    """Print the row of a host."""
    before = tested(environment, host, work, "")
    copy = copied(environment.package(host.name), work / "hosts")
    counts: dict[str, int] = {}
    for project in host.projects:
        for key, number in environment.migrate(copy, "--project", project).items():
            counts[key] = counts.get(key, 0) + number
    apply(host.name, work / "hosts")
    after = tested(environment, host, work, str(work / "hosts"))
    result = f"{before} / {after}"
    if not host.tests and not host.commands:
        result = "not run: its spec only, for its plugins"
    elif not host.tests:
        result = f"{len(host.commands)} commands {'print the same' if before == after else 'DIFFER'}"
    row(f"{host.name} {host.version}", counts, by_hand(host.name), result)


def migrate_plugin(environment: Environment, host: Host, work: Path, plugin: tuple[str, str, str]) -> None:
    """Print the row of a plugin."""
    name, version, module = plugin
    copy = copied(environment.package(module), work / "plugins")
    counts = environment.migrate(copy, "--project", host.projects[0])
    apply(name, work / "plugins")
    path = os.pathsep.join([str(work / "plugins"), str(work / "hosts")])
    command = ["python", str(HERE / "register_migrated.py"), host.spec, host.projects[0], module]
    done = environment.run(command, check=False, PYTHONPATH=path)
    result = done.stdout.strip() if not done.returncode else f"FAILED: {done.stderr.strip().splitlines()[-1]}"
    row(f"{name} {version}", counts, by_hand(name), result)


def row(name: str, counts: dict[str, int], hand: str, result: str) -> None:
    """Print a row."""
    numbers = (counts["modules"], counts["hooks"], counts["implementations"])
    sys.stdout.write(f"| {name} | {' | '.join(map(str, numbers))} | {hand} | {result} |\n")
    sys.stdout.flush()


def main() -> None:
    """Print the table."""
    folder = Path(sys.argv[1]).resolve()
    sys.stdout.write("| what | modules | hooks | implementations | lines by hand | before / after |\n")
    sys.stdout.write("| --- | ---: | ---: | ---: | --- | --- |\n")
    for host in HOSTS:
        work = folder / host.name
        for copies in ("hosts", "plugins"):
            shutil.rmtree(work / copies, ignore_errors=True)
        work.mkdir(parents=True, exist_ok=True)
        environment = Environment(host, work / "environment")
        migrate_host(environment, host, work)
        plugins = (f"{name}=={version}" for name, version, _ in host.plugins)
        environment.pip("install", f"{host.name}=={host.version}", *plugins)
        for plugin in host.plugins:
            migrate_plugin(environment, host, work, plugin)


if __name__ == "__main__":
    main()
