"""What lint says of the implementations of a registry, for `pluginkit check`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pluginkit._declare.impl import HookImpl
from pluginkit._declare.signature import code_of
from pluginkit._errors import coded
from pluginkit._registry import Registry
from pluginkit._source.lint.codes import RULES
from pluginkit._source.lint.findings import Finding as Linted
from pluginkit._source.lint.run import Linter
from pluginkit.cli._findings import Finding
from pluginkit.cli._static import implementations_of, lines_of

_KNOWN = ("PK128", "PK129")  # the registry knows what is deprecated, and says so


def lint_findings(registry: Registry[Any]) -> Iterator[Finding]:
    """Yield what lint finds within the implementations of a registry: of those that register, what only source shows.

    Args:
        registry: Its plugins are looked at.
    """
    linter = Linter(sys.executable)
    for impl in implementations_of(registry):
        code = code_of(impl.function)
        file = Path(code.co_filename).absolute() if code is not None else None
        if code is None or file is None or not file.is_file():
            continue
        for each in linter.lint(file).report.findings:
            if each.range.line in lines_of(code) and RULES[each.code].severity != "note" and each.code not in _KNOWN:
                yield _finding(each, impl)


def _finding(finding: Linted, impl: HookImpl) -> Finding:
    file, line, plugin = str(finding.path), finding.range.line, impl.plugin_name
    message = f"plugin '{plugin}': {finding.message}"
    hint = f"\n  Hint: {finding.hint}" if finding.hint else ""
    text = f"{coded(message, finding.code)}\n  at  {file}:{line}{hint}"
    return Finding(finding.code, message, plugin, "", impl.spec.qualified_name, file, line, finding.hint, text)
