"""`pluginkit check`: loads everything, and reports every problem at once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pluginkit._codes import CODES
from pluginkit._errors import closest
from pluginkit.cli._advice import warnings_about
from pluginkit.cli._checkers import CHECKERS
from pluginkit.cli._colour import Colours
from pluginkit.cli._findings import FORMATS, findings_of, in_order
from pluginkit.cli._isolated import isolated_findings
from pluginkit.cli._linted import lint_findings
from pluginkit.cli._static import static_findings
from pluginkit.cli._streams import add_output
from pluginkit.cli._target import TargetError, add_target, load_target

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from pluginkit.cli._findings import Finding

SUMMARY = "check the plugins of a host"
DESCRIPTION = """\
Load all plugins of a registry and report every problem with its place and a hint: plugins that cannot be imported or
registered, specs that cannot be used, and what lint finds within implementations. Plugins that are registered lazily
are loaded for real.
"""
EPILOG = """\
examples:
  pluginkit check myhost:registry --group myhost.plugins
  pluginkit check myhost:make_registry --format github
  pluginkit check myhost:make_registry --static --format sarif > pluginkit.sarif
  pluginkit check myhost.hooks:AppSpec --isolated

Exit status: 0 no errors; 1 errors, or with --strict anything; 2 bad usage, or there is no registry at the target.
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_target(parser)
    parser.add_argument("--format", choices=FORMATS, default="text", help="the output format (text)")
    add_output(parser)
    codes = "codes of problems, or how these begin, separated by commas"
    parser.add_argument("--select", type=_codes, default=(), metavar="CODES", help=f"report these only: {codes}")
    parser.add_argument("--ignore", type=_codes, default=(), metavar="CODES", help="leave these out")
    parser.add_argument("--strict", action="store_true", help="report notes as well, and fail for warnings and notes")
    parser.add_argument(
        "--traceback", action="store_true", help="show where in a plugin, or in the host, loading failed"
    )
    parser.add_argument(
        "--static",
        nargs="?",
        const="auto",
        choices=("auto", *CHECKERS),
        help="also report what a type checker says about implementations, partial ones included",
    )
    parser.add_argument(
        "--isolated", action="store_true", help="also report hooks whose types cannot cross to another process"
    )


def run(options: Namespace) -> int:
    """Check, and write what is found."""
    target = load_target(options)
    findings = [finding for error in target.errors for finding in findings_of(error, with_traceback=options.traceback)]
    if target.registry is not None:
        findings += lint_findings(target.registry)
        findings += [each for error in warnings_about(target.registry, target) for each in findings_of(error)]
    if options.static and target.registry is not None:
        findings += static_findings(target.registry, options.static)
    if options.isolated and target.registry is not None:
        findings += isolated_findings(target.registry)
    found = [each for each in in_order(findings) if _is_wanted(each, options)]
    registered = len(target.registry.plugin_names()) if target.registry is not None else 0
    sys.stdout.write(FORMATS[options.format](found, registered, Colours.of(sys.stdout)))
    failures = ("error", "warning", "note") if options.strict else ("error",)
    return 1 if any(CODES[each.rule].severity in failures for each in found) else 0


def _is_wanted(finding: Finding, options: Namespace) -> bool:
    """Tell whether a finding is shown: notes are where they are selected, or with `--strict`."""
    if finding.rule.startswith(options.ignore):
        return False
    if options.select:
        return finding.rule.startswith(options.select)
    return options.strict or CODES[finding.rule].severity != "note"


def _codes(text: str) -> tuple[str, ...]:
    """Return codes, or how codes begin.

    Raises:
        TargetError: No code begins so.
    """
    codes = tuple(each.strip().upper() for each in text.split(",") if each.strip())
    for code in codes:
        if not any(each.startswith(code) for each in CODES):
            hint = closest(code, CODES) or "docs/reference/messages lists them"
            raise TargetError(f"there is no problem '{code}'\n  Hint: {hint}", "PK816")
    return codes
