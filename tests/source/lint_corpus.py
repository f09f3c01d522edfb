"""Lint on published plugins and hosts of pluggy, whose sources are read and never imported.

    python tests/source/lint_corpus.py ENVIRONMENT

`python -m nox -s lint_corpus` installs what `tests/lint_corpus.txt` pins, without dependencies, and runs this. These
packages work, so that whatever lint finds wrong in them is a mistake of lint's; and a letter that is dropped from a
parameter has to be found. Exit status: 0 if all bars are held.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pluginkit._source.edits import Edit, apply
from pluginkit._source.lint.codes import RULES
from pluginkit._source.lint.run import Linter, files_in
from pluginkit._source.project import target_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pluginkit._source.lint.findings import Finding, Report
    from pluginkit._source.model import Implementation, Parameter
    from pluginkit._source.project import Project

LEAST_IMPLEMENTATIONS, LEAST_PACKAGES, MOST_WARNINGS = 300, 30, 1
LEAST_FOUND, LEAST_RIGHT = 0.99, 0.98
MUTATED = 100


def severe(reports: dict[Path, Report], severity: str) -> list[Finding]:
    """Return the findings of a severity; files that are not valid Python, such as templates, are none of them."""
    findings = (each for report in reports.values() for each in report.findings)
    return [each for each in findings if RULES[each.code].severity == severity and each.code != "PK001"]


def parameters(implementation: Implementation, project: Project) -> Iterator[Parameter]:
    """Yield the parameters of an implementation that its hook gives and that have a letter to drop."""
    for hook in target_of(implementation, project).hooks[:1]:
        for each in implementation.parameters:
            if each.name in hook.offer.parameters and each.default is None and len(each.name) > 3:
                yield each


def mutations(environment: str, files: list[Path]) -> list[tuple[bool, bool]]:
    """Drop a letter of a parameter, many times; tell whether it was found, and whether the right name was suggested."""
    draw = random.Random(0)  # noqa: S311 - nothing is kept secret with it
    linter = Linter(environment)
    chances = [
        (path, parameter)
        for path in files
        for implementation in linter.project(path).model.implementations(linter.project(path).sources.at(path))
        if implementation.is_certain
        for parameter in parameters(implementation, linter.project(path))
    ]
    return [mutated(Linter(environment), *chosen, draw) for chosen in draw.sample(chances, min(MUTATED, len(chances)))]


def mutated(linter: Linter, path: Path, parameter: Parameter, draw: random.Random) -> tuple[bool, bool]:
    """Drop a letter of one parameter, and look at what is found there."""
    source = linter.project(path).sources.at(path)
    index = draw.randrange(1, len(parameter.name))
    name = parameter.name[:index] + parameter.name[index + 1 :]
    linter.change(path, apply(source, [Edit(parameter.range, name)]))
    findings = [each for each in linter.lint(path).report.findings if each.range.start == parameter.range.start]
    found = [each for each in findings if each.code == "PK101"]
    return bool(found), any(each.hint == f"did you mean '{parameter.name}'?" for each in found)


def main(environment: str) -> int:
    """Measure, print what was measured, and tell whether the bars are held."""
    (site,) = Path(environment).absolute().glob("lib/python3*/site-packages")
    files = list(files_in([site]))
    together = Linter(environment)
    reports = {path: together.lint(path).report for path in files}
    backwards = Linter(environment)
    same = all(backwards.lint(path).report == reports[path] for path in reversed(files))
    plugins = [path for path, report in reports.items() if report.implementations]
    alone = all(Linter(environment).lint(path).report == reports[path] for path in plugins)
    packages = {path.relative_to(site).parts[0] for path in plugins}
    implementations = sum(report.implementations for report in reports.values())
    errors, warnings = severe(reports, "error"), severe(reports, "warning")
    for each in (*errors, *warnings):
        print(f"{each.path.relative_to(site)}:{each.range.line}: {each.code} {each.message}")
    dropped = mutations(environment, plugins)
    found, right = (sum(each[place] for each in dropped) / max(len(dropped), 1) for place in (0, 1))
    print(f"{len(files)} files, {implementations} implementations of {len(packages)} packages")
    print(f"{sum(report.unresolved for report in reports.values())} not checked: their hooks are declared elsewhere")
    print(f"{len(errors)} errors, {len(warnings)} warnings; alone the same: {alone}; in another order: {same}")
    print(f"{len(dropped)} misspelled parameters: {found:.1%} found, {right:.1%} with the right name")
    held = [
        implementations >= LEAST_IMPLEMENTATIONS,
        len(packages) >= LEAST_PACKAGES,
        not errors,
        len(warnings) <= MOST_WARNINGS,
        same,
        alone,
        found >= LEAST_FOUND,
        right >= LEAST_RIGHT,
    ]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
