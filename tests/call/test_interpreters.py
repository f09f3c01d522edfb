"""Several interpreters in one process: each has registries of its own, and they are called at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pluginkit

PROGRAM = '''
import sys
from concurrent.futures import InterpreterPoolExecutor

SOURCE = """
import sys
sys.path[:] = PATH
from typing import Protocol
from pluginkit import Registry, hookimpl, hookspec

class Spec(Protocol):
    @hookspec
    def parts(self, *, number: int) -> int: ...
    @hookspec(historic=True)
    def told(self, *, number: int) -> None: ...

class Plugin:
    def __init__(self):
        self.received = []
    @hookimpl(Spec.parts)
    def parts(self, number: int) -> int:
        return number
    @hookimpl(Spec.told)
    def told(self, number: int) -> None:
        self.received.append(number)

registry = Registry(Spec)
answers = []
for number in range(ROUNDS):
    registry.hook.told.call_historic(number=number)
    with registry.register(Plugin()), registry.register(Plugin()):
        answers += registry.hook.parts(number=OWN)
plugin = Plugin()
registry.register(plugin)
"""

def work(own, path, rounds):
    namespace = {"OWN": own, "PATH": path, "ROUNDS": rounds}
    exec(SOURCE, namespace)
    assert namespace["answers"] == [own] * 2 * rounds
    assert namespace["plugin"].received == list(range(rounds))
    return own

if __name__ == "__main__":
    with InterpreterPoolExecutor(4) as pool:
        print(list(pool.map(work, range(8), [sys.path] * 8, [100] * 8)))
'''


def test_several_interpreters_at_once(tmp_path: Path) -> None:
    """Registries of four interpreters are changed and called at once, and answer each for itself."""
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    environment = {"PYTHONPATH": str(Path(pluginkit.__path__[0]).parent)}
    command = [sys.executable, "-W", "error", "program.py"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "[0, 1, 2, 3, 4, 5, 6, 7]\n", "")
