"""Runs hosts of pluggy on the drop-in, and compares with stock pluggy; the session `pluggy_hosts` calls it.

This is not a test module: it needs the hosts to be installed, and runs all tests twice.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile

DROP_IN = (sys.executable, "-m", "pluginkit", "pluggy-run", "--")
# The drop-in is a part of what is measured, and has been imported when pytest-cov begins: here coverage cannot be full.
PYTEST = (
    "pytest",
    "-q",
    "-p",
    "no:cacheprovider",
    "-n",
    "2",
    "--cov=pluginkit",
    "--cov-report=",
    "--cov-fail-under=0",
    "--no-header",
)
PLUGINS = ("-p", "xdist", "-p", "pytest_cov", "-p", "asyncio")
# Also for the runs of pytest that tests start: pytest-asyncio warns where this is left open, and warnings are errors.
ASYNCIO = {"PYTEST_ADDOPTS": "-o asyncio_default_fixture_loop_scope=function"}
# What each prints is the same on both: the plugins that it found. llm lists a set, so the order of lines is left out.
HOSTS = (("tox", "--version"), ("llm", "plugins", "--all"), ("datasette", "plugins", "--all"))


def run(*command: str) -> tuple[int, str]:
    """Return the exit status of a program, and what it printed; it finds an empty home."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, **ASYNCIO, "LLM_USER_PATH": home}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def outcome(text: str) -> dict[str, int]:
    """Return how many tests passed, failed and so on, as pytest says in its last line."""
    return {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", text.strip().splitlines()[-1])}


def main() -> int:
    """Print what was compared, and return how many differ."""
    failures = 0
    for name, *arguments in HOSTS:
        stock, ours = run(sys.executable, "-m", name, *arguments), run(*DROP_IN, name, *arguments)
        same = stock[0] == ours[0] == 0 and sorted(stock[1].splitlines()) == sorted(ours[1].splitlines())
        failures += not same
        print(f"{'same' if same else 'DIFFERENT'}: {name} {' '.join(arguments)}")
    stock, ours = run(sys.executable, "-m", *PYTEST, *PLUGINS), run(*DROP_IN, *PYTEST, *PLUGINS)
    same = stock[0] == ours[0] == 0 and outcome(stock[1]) == outcome(ours[1])
    failures += not same
    print(f"{'same' if same else 'DIFFERENT'}: pytest with xdist, cov and asyncio")
    print(f"  pluggy   {stock[1].strip().splitlines()[-1]}\n  drop-in  {ours[1].strip().splitlines()[-1]}")
    return failures


if __name__ == "__main__":
    sys.exit(main())
