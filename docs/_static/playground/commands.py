"""Runs the commands of the playground within one interpreter, as if each was a program of its own."""

# ruff: noqa: INP001, T201 - worker.js reads this file, nobody imports it, and it prints

import linecache
import os
import runpy
import shlex
import sys
import traceback
from pathlib import Path


def prepare(packages: str, folder: str) -> None:
    """Let modules be found in both folders, and run in the second."""
    sys.path[:0] = [folder, packages]
    os.chdir(folder)


def run(command: str) -> None:
    """Run `python FILE ...`, `python -m MODULE ...` or `pluginkit ...`, and print what it prints."""
    try:
        _run(shlex.split(command))
    except SystemExit as status:
        if isinstance(status.code, str):
            print(status.code)
    except BaseException as error:  # whatever a program raises, only the program ends
        _print(error)
    finally:
        sys.stdout.flush()
        for name, module in [*sys.modules.items()]:
            if str(getattr(module, "__file__", "")).startswith(str(Path.cwd())):  # the next command reads it anew
                del sys.modules[name]
        linecache.clearcache()


def _run(words: list[str]) -> None:
    if words[:1] == ["pluginkit"]:
        sys.argv = words
        from pluginkit.cli import main

        main(words[1:])
    elif words[:2] == ["python", "-m"] and words[2:]:
        sys.argv = words[2:]
        runpy.run_module(words[2], run_name="__main__", alter_sys=True)
    elif words[:1] == ["python"] and words[1:]:
        sys.argv = words[1:]
        runpy.run_path(words[1], run_name="__main__")
    else:
        print("write 'python FILE ...', 'python -m MODULE ...' or 'pluginkit COMMAND ...'")


def _print(error: BaseException) -> None:
    """Print an exception as Python does, without the lines of this file and of `runpy`."""
    found = traceback.TracebackException.from_exception(error)
    frames = [frame for frame in found.stack if "runpy" not in frame.filename and "commands.py" not in frame.filename]
    found.stack = traceback.StackSummary.from_list(frames)
    print("".join(found.format()), end="")
