"""What a type checker says of implementations: runs mypy or pyright over their files, and keeps what is about them."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from pluginkit._declare.signature import code_of
from pluginkit._errors import CommandError, PluginValidationError, coded
from pluginkit.cli._findings import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import CodeType

    from pluginkit._implement.impl import HookImpl
    from pluginkit._registry import Registry

    Message = tuple[str, int, str]  # file, line, text


class NoCheckerError(CommandError):
    """The requested type checker is not installed."""


def static_findings(registry: Registry[Any], checker: str) -> Iterator[Finding]:
    """Yield what a type checker refuses within the implementations of a registry.

    Args:
        registry: Its plugins are checked.
        checker: "mypy", "pyright", or "auto" for the one that is installed.

    Raises:
        NoCheckerError: It is not installed.
    """
    chosen = _chosen(checker)
    implementations = [(impl, code) for impl in implementations_of(registry) if (code := code_of(impl.function))]
    files = sorted({code.co_filename for _, code in implementations})
    messages = CHECKERS[chosen](files) if files else []
    for file, line, text in messages:
        for impl, code in implementations:
            if file == code.co_filename and line in lines_of(code):
                yield _finding(impl, file, line, f"{chosen}: {text}")
                break


def _chosen(checker: str) -> str:
    names = list(CHECKERS) if checker == "auto" else [checker]
    for name in names:
        if find_spec(name):
            return name
    message = f"--static needs {' or '.join(names)}, installed for the Python that runs this command"
    raise NoCheckerError(message, "PK802")


def implementations_of(registry: Registry[Any]) -> Iterator[HookImpl]:
    """Yield the implementations of all plugins of a registry, apart from lazy ones that turn out to be broken."""
    for name in registry.plugin_names():
        try:
            found = [impl for caller in registry.get_hookcallers(name) or () for impl in caller.implementations()]
        except PluginValidationError:  # whoever loads the target reports it
            continue
        yield from (impl for impl in found if impl.plugin_name == name)


def lines_of(code: CodeType) -> range:
    """Return the lines of a function, its decorators among them."""
    lines = [line for _, _, line in code.co_lines() if line]
    nested = [line for each in code.co_consts if isinstance(each, type(code)) for line in lines_of(each)]
    return range(code.co_firstlineno, max([*lines, *nested], default=code.co_firstlineno) + 1)


def _finding(impl: HookImpl, file: str, line: int, message: str) -> Finding:
    hook = impl.spec.qualified_name
    heading = f"plugin '{impl.plugin_name}': {hook}: {message}"
    text = f"{coded(heading, 'PK801')}\n  hook  {impl.spec.signature}\n  at    {file}:{line}"
    return Finding("PK801", heading, impl.plugin_name, "", hook, file, line, "", text)


def _output(arguments: Sequence[str]) -> str:
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False).stdout  # noqa: S603


def _mypy(files: Sequence[str]) -> list[Message]:
    lines = _output(["mypy", "--output", "json", "--no-error-summary", *files]).splitlines()
    found = [json.loads(line) for line in lines if line.startswith("{")]
    return [
        (_absolute(each["file"], files), each["line"], each["message"]) for each in found if each["severity"] == "error"
    ]


def _pyright(files: Sequence[str]) -> list[Message]:
    found = json.loads(_output(["pyright", "--outputjson", *files]) or "{}").get("generalDiagnostics", [])
    return [
        (_absolute(each["file"], files), each["range"]["start"]["line"] + 1, each["message"])
        for each in found
        if each["severity"] == "error"
    ]


def _absolute(file: str, files: Sequence[str]) -> str:
    """Return the one of `files` that a checker means, which shortens paths."""
    return next((each for each in files if each == file or each.endswith(f"/{file}")), file)


CHECKERS: dict[str, Callable[[Sequence[str]], list[Message]]] = {"mypy": _mypy, "pyright": _pyright}
