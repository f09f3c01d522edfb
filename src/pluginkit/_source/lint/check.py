"""Checks one module: runs the rules, and puts what they find in the order of the source.

It knows no files, settings or formats of output.
"""

from __future__ import annotations

from pluginkit._source.lint.calls import of_calls
from pluginkit._source.lint.classes import of_classes
from pluginkit._source.lint.findings import Finding, Report
from pluginkit._source.lint.implementations import ImplementationRules, missing_names
from pluginkit._source.lint.specs import of_spec
from pluginkit._source.project import Project
from pluginkit._source.sources import Range, Source


def check(source: Source, project: Project) -> Report:
    """Return what is wrong with a module."""
    if source.error is not None:
        line = min(max(source.error.lineno or 1, 1), len(source.lines))
        where = Range(line, max((source.error.offset or 1) - 1, 0), line, max((source.error.offset or 1) - 1, 0))
        return Report((Finding("PK001", f"cannot be parsed: {source.error.msg}", source.path, where),))
    plugins = project.model.plugins(source)
    implementations = [ImplementationRules(each, project) for plugin in plugins for each in plugin.implementations]
    specs = project.model.specs(source)
    found = [finding for each in implementations for finding in each.findings()]
    found += missing_names(implementations, project)
    found += [finding for spec in specs for finding in of_spec(spec, project)]
    found += of_classes(source, project)
    found += of_calls(source, project)
    ordered = sorted(dict.fromkeys(found), key=lambda each: (each.range.start, each.code, each.message))
    unresolved = sum(not each.target.hooks for each in implementations)
    return Report(tuple(ordered), len(specs), len(implementations), unresolved)
