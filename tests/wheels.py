"""Makes distributions and environments: real wheels, which pip installs."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path
from textwrap import dedent
from zipfile import ZipFile

import pluginkit

BACKEND = """
import sys, zipfile

def build_editable(directory, config_settings=None, metadata_directory=None):
    name = "{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(f"{{directory}}/{{name}}", "w") as wheel:
        wheel.writestr("{name}.pth", "{source}")
        for file, text in {metadata!r}.items():
            wheel.writestr(f"{name}-1.0.dist-info/{{file}}", text)
    return name
"""


def metadata(name: str, group: str, points: dict[str, str]) -> dict[str, str]:
    """Return the files of a `.dist-info` folder."""
    listed = "".join(f"{point} = {value}\n" for point, value in points.items())
    return {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "entry_points.txt": f"[{group}]\n{listed}",
        "RECORD": "",
    }


class Environment:
    """A virtual environment that has pluginkit, what the tests have, pip too, and what is installed into it.

    Args:
        folder: Where it is made.
    """

    def __init__(self, folder: Path) -> None:
        import venv  # late: Python on WebAssembly has none

        self.folder = folder
        venv.create(folder / "env", symlinks=True)
        scripts = folder / "env" / ("Scripts" if sys.platform == "win32" else "bin")
        self.python = str(scripts / "python")
        site = self.run("-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip()
        tested = str(Path(pluginkit.__path__[0]).parent)
        # Not as a plain path: what is installed there in place has `.pth` files of its own.
        others = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})"
        Path(site, "tested.pth").write_text(f"{tested}\n{others}\n")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the environment, in its folder."""
        command = [self.python, *arguments]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)

    def pip(self, *arguments: str) -> None:
        """Install something that needs no index."""
        command = [sys.executable, "-m", "pip", "--python", self.python, "install", "--no-index", "--no-deps", "-q"]
        subprocess.run([*command, *arguments], check=True, capture_output=True)

    def install(self, name: str, code: str, group: str, points: dict[str, str]) -> None:
        """Install a wheel with one module."""
        wheel = self.folder / f"{name}-1.0-py3-none-any.whl"
        with ZipFile(wheel, "w") as archive:
            archive.writestr(f"{name}.py", dedent(code))
            for file, text in metadata(name, group, points).items():
                archive.writestr(f"{name}-1.0.dist-info/{file}", text)
        self.pip(str(wheel))

    def install_editable(self, name: str, code: str, group: str, points: dict[str, str]) -> Path:
        """Install a project with one module in place, and return the module's file."""
        project = self.folder / f"{name}-project"
        source = project / "src"
        source.mkdir(parents=True)
        module = source / f"{name}.py"
        module.write_text(dedent(code))
        files = metadata(name, group, points)
        project.joinpath("backend.py").write_text(BACKEND.format(name=name, source=source, metadata=files))
        project.joinpath("pyproject.toml").write_text(
            '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        )
        self.pip("--no-build-isolation", "--editable", str(project))
        return module
