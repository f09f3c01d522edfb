"""`pluginkit check`: loads everything, and reports every problem at once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pluginkit._codes import CODES
from pluginkit._registry import RegistryHost
from pluginkit.cli._checkers import CHECKERS
from pluginkit.cli._colour import Colours
from pluginkit.cli._findings import FORMATS, findings_of, in_order
from pluginkit.cli._isolated import isolated_findings
from pluginkit.cli._linted import lint_findings
from pluginkit.cli._static import static_findings
from pluginkit.cli._target import add_target, load_target

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

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

Exit status: 0 no problems; 1 problems; 2 bad usage, or there is no registry at the target.
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_target(parser)
    parser.add_argument("--format", choices=FORMATS, default="text", help="the output format (text)")
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
    findings = [finding for error in target.errors for finding in findings_of(error)]
    if target.registry is not None:
        findings += lint_findings(target.registry)
        host = RegistryHost(target.registry)
        findings += [each for error in (*host.unmarked(), *host.deprecations()) for each in findings_of(error)]
    if options.static and target.registry is not None:
        findings += static_findings(target.registry, options.static)
    if options.isolated and target.registry is not None:
        findings += isolated_findings(target.registry)
    found = in_order(findings)
    registered = len(target.registry.plugin_names()) if target.registry is not None else 0
    sys.stdout.write(FORMATS[options.format](found, registered, Colours.of(sys.stdout)))
    return 1 if any(CODES[each.rule].severity == "error" for each in found) else 0
