"""`pluginkit show`: prints an implementation of a hook, ready to paste."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pluginkit._source.show import FORMS, shown
from pluginkit.cli._hooks import add_hook, find_hook
from pluginkit.cli._streams import add_format, add_output, as_json

SUMMARY = "print an implementation of a hook to paste"
DESCRIPTION = """\
Print an implementation of a hook that gives no answer, with the imports that it needs: its parameters, types and
docstring are those of the spec. Nothing is imported.
"""
EPILOG = """\
examples:
  pluginkit show myhost.hooks:ReportSpec.sections
  pluginkit show myhost.hooks:ReportSpec.sections --form wrapper

Exit status: 0 done; 2 bad usage, or there is no such hook.
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_hook(parser)
    parser.add_argument("--form", choices=FORMS, default="method", help="what to print (method)")
    add_format(parser)
    add_output(parser)


def run(options: Namespace) -> int:
    """Print the implementation."""
    project, spec, hook = find_hook(options)
    source = shown(project.model, spec, hook, options.form)
    if options.format == "json":
        place = f"{hook.source.path}:{hook.range.line}"
        source = as_json({"hook": f"{spec.name}.{hook.name}", "location": place, "source": source})
    sys.stdout.write(source)
    return 0
