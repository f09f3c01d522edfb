"""Plugins are found however a host and its plugins are installed or bundled. Run by `python -m nox -s bundles`.

Each test makes real projects, and starts the host in a process of its own: it loads the group, at once and lazily, and
prints the plugins with their distributions and answers.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipapp
from pathlib import Path

import pytest
from wheels import Environment

import pluginkit

HOST = '''
"""A host that loads its plugins, at once or lazily."""

import sys
from typing import Protocol
from pluginkit import Registry, hookspec

class Spec(Protocol):
    @hookspec
    def parts(self, *, number: int) -> str: ...

def main() -> None:
    registry = Registry(Spec)
    report = registry.load_entrypoints("report.plugins", lazy="lazy" in sys.argv, ignore_errors=True)
    imported = sorted(name for name in sys.modules if name.startswith(("links", "acme")))
    answers = sorted(registry.hook.parts(number=1))
    for failure in report.failed:
        print(failure)
    print(*[f"{point.name} of {point.distribution}" for point in report.loaded], answers, imported and "imported")

if __name__ == "__main__":
    main()
'''
PLUGIN = """
from pluginkit import hookimpl
from report_host import Spec

class Plugin:
    @hookimpl(Spec.parts)
    def parts(self, number: int) -> str:
        return "{answer}"
"""
BACKENDS = {
    "setuptools": ("setuptools.build_meta", ""),
    "hatchling": ("hatchling.build", '[tool.hatch.build.targets.wheel]\npackages = ["src/{top}"]\n'),
    "uv_build": ("uv_build", '[tool.uv.build-backend]\nmodule-name = "{top}"\n'),
}


def project(folder: Path, name: str, backend: str, modules: dict[str, str], points: dict[str, str]) -> Path:
    """Write a project with its source in `src`."""
    made, settings = BACKENDS[backend]
    listed = "".join(f'{point} = "{value}"\n' for point, value in points.items())
    top = next(iter(modules)).partition("/")[0].removesuffix(".py")
    root = folder / name
    for file, text in modules.items():
        path = root / "src" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (root / "pyproject.toml").write_text(
        f'[build-system]\nrequires = ["{backend}"]\nbuild-backend = "{made}"\n\n'
        f'[project]\nname = "{name}"\nversion = "1.0"\n'
        f'dependencies = ["typed-pluginkit"]\n\n[project.entry-points."report.plugins"]\n{listed}\n'
        + settings.format(top=top),
        encoding="utf-8",
    )
    return root


def started(environment: Environment, cache: Path, *options: str) -> str:
    """Start the host, and return what it prints; its cache is in a folder of the test's own."""
    command = [environment.python, "-W", "error", "-m", "report_host", *options]
    variables = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    done = subprocess.run(command, cwd=cache, env=variables, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """Return an environment with the host."""
    made = Environment(tmp_path)
    root = project(tmp_path, "report-host", "hatchling", {"report_host/__init__.py": HOST}, {})
    (root / "src/report_host/__main__.py").write_text("from report_host import main\nmain()\n", encoding="utf-8")
    install(made, str(root))
    return made


def install(environment: Environment, *arguments: str) -> None:
    """Install a project with the backend that it names, which comes from an index."""
    command = [sys.executable, "-m", "pip", "--python", environment.python, "install", "--no-deps", "--quiet"]
    subprocess.run([*command, *arguments], check=True)


@pytest.mark.parametrize("backend", BACKENDS)
def test_editable_installation(tmp_path: Path, environment: Environment, backend: str) -> None:
    """A plugin that is installed in place is found, cached, and loaded anew once it has changed."""
    modules = {"links/__init__.py": "", "links/plugin.py": PLUGIN.format(answer="one")}
    root = project(tmp_path, "report-links", backend, modules, {"links": "links.plugin:Plugin"})
    install(environment, "--editable", str(root))
    assert started(environment, tmp_path) == "links of report-links 1.0 ['one'] imported\n"
    assert started(environment, tmp_path, "lazy") == "links of report-links 1.0 ['one'] imported\n"
    lazily = started(environment, tmp_path, "lazy")
    assert lazily in {"links of report-links 1.0 ['one'] []\n", "links of report-links 1.0 ['one'] imported\n"}
    (root / "src/links/plugin.py").write_text(PLUGIN.format(answer="another"), encoding="utf-8")
    assert started(environment, tmp_path, "lazy") == "links of report-links 1.0 ['another'] imported\n"


def test_namespace_packages(tmp_path: Path, environment: Environment) -> None:
    """Two distributions that share a namespace each offer their plugin."""
    for name in ("first", "second"):
        modules = {f"acme/{name}/__init__.py": PLUGIN.format(answer=name)}
        root = project(tmp_path, f"acme-{name}", "hatchling", modules, {name: f"acme.{name}:Plugin"})
        install(environment, str(root))
    expected = "first of acme-first 1.0 second of acme-second 1.0 ['first', 'second'] "
    assert started(environment, tmp_path) == f"{expected}imported\n"
    assert started(environment, tmp_path, "lazy") == f"{expected}imported\n"
    assert started(environment, tmp_path, "lazy") == f"{expected}[]\n"


def test_installed_packages_that_cannot_be_written(tmp_path: Path, environment: Environment) -> None:
    """Nothing is written beside what is installed, nor is a cache needed that can be written."""
    modules = {"links/__init__.py": PLUGIN.format(answer="one")}
    root = project(tmp_path, "report-links", "hatchling", modules, {"links": "links:Plugin"})
    install(environment, str(root))
    site = next((tmp_path / "env").glob("lib/python*/site-packages"))
    before = sorted(path for path in site.rglob("*") if "__pycache__" not in path.parts)
    folders = [site, *(path for path in site.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    (tmp_path / "file").touch()
    try:
        for _ in range(2):  # the folder of the cache is a file: nobody can write there, whoever it is
            assert started(environment, tmp_path, "lazy").startswith("links of report-links 1.0 ['one']")
            command = [environment.python, "-m", "report_host", "lazy"]
            variables = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "file")}
            done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
            assert (done.stdout, done.stderr) == ("links of report-links 1.0 ['one'] imported\n", "")
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert sorted(path for path in site.rglob("*") if "__pycache__" not in path.parts) == before


def application(folder: Path) -> Path:
    """Write a folder with the host, a plugin with its metadata, and pluginkit."""
    application = folder / "application"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(pluginkit.__path__[0]), application / "pluginkit", ignore=ignored)
    (application / "report_host.py").write_text(HOST, encoding="utf-8")
    (application / "program.py").write_text("from report_host import main\nmain()\n", encoding="utf-8")
    (application / "links.py").write_text(PLUGIN.format(answer="zipped"), encoding="utf-8")
    metadata = application / "report_links-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: report-links\nVersion: 1.0\nRequires-Dist: typed-pluginkit\n", encoding="utf-8"
    )
    (metadata / "entry_points.txt").write_text("[report.plugins]\nlinks = links:Plugin\n", encoding="utf-8")
    return application


@pytest.mark.parametrize("options", [(), ("lazy",)])
def test_zipapp(tmp_path: Path, options: tuple[str, ...]) -> None:
    """A host in an archive finds the plugins in that archive: they are loaded at once, lazy or not."""
    zipapp.create_archive(application(tmp_path), tmp_path / "host.pyz", main="report_host:main")
    command = [sys.executable, "-I", "-S", "-W", "error", str(tmp_path / "host.pyz"), *options]
    variables = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    for _ in range(2):
        done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
        assert (done.stdout, done.stderr) == ("links of report-links 1.0 ['zipped'] imported\n", "")


def test_pyinstaller(tmp_path: Path) -> None:
    """A program of PyInstaller finds its plugins, made without any option: pluginkit ships the hook."""
    source = application(tmp_path)
    shutil.rmtree(source / "pluginkit")
    command = [sys.executable, "-m", "PyInstaller", "--log-level", "ERROR", "--noconfirm", "program.py"]
    variables = {**os.environ, "PYTHONPATH": str(source), "PYINSTALLER_CONFIG_DIR": str(tmp_path / "config")}
    subprocess.run(command, cwd=source, env=variables, check=True)
    program = str(source / "dist" / "program" / "program")
    variables = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    for options in ([], ["lazy"]):
        done = subprocess.run(
            [program, *options], cwd=tmp_path, env=variables, capture_output=True, text=True, check=False
        )
        assert (done.stdout, done.stderr) == ("links of report-links 1.0 ['zipped'] imported\n", "")
