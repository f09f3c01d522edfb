"""`pluginkit new`: writes the project of a plugin, with a typed implementation of every hook, or that of a host."""

from __future__ import annotations

import json
import keyword
import re
import sys
from importlib.metadata import packages_distributions
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, NamedTuple

from pluginkit._declare.spec import hooks_of
from pluginkit._source.scaffold import (
    Imports,
    ScaffoldError,
    Source,
    contracts_for,
    loaded_groups,
    method,
    wrapper_example,
)
from pluginkit.cli._files import Change, write_all
from pluginkit.cli._requirement import DISTRIBUTION, requirement
from pluginkit.cli._streams import add_format, as_json
from pluginkit.cli._target import module_from_here

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Mapping

    from pluginkit._declare.spec import BaseSpec

SUMMARY = "start the project of a plugin, or of a host"
DESCRIPTION = """\
Write a project in a folder of its name, with its tests and with workflows that check and release it. What is written
passes its own checks.

The project of a plugin has a typed implementation of every hook of the host, and the entry point; the module of the
spec is imported. The project of a host has a spec, a registry that loads plugins, one of its own, and a contract.

If the host's package has a module `testing` with exactly one contract for the spec, there is a test of that contract as
well. It may fail until the plugin gives answers.
"""
EPILOG = """\
examples:
  pluginkit new plugin report-links --for myhost.hooks:ReportSpec --group myhost.plugins
  pluginkit new host myhost

Exit status: 0 done; 2 bad input, and nothing was written.
"""
_SHARED = {
    ".gitignore": "gitignore",
    ".pre-commit-config.yaml": "pre-commit.yaml",
    ".github/workflows/check.yml": "check.yml",
    ".github/workflows/release.yml": "release.yml",
    "LICENSE": "LICENSE",
}
_FILES = {
    **_SHARED,
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "tests/test_plugin.py": "test_plugin.py",
}
_HOST = {
    **_SHARED,
    "pyproject.toml": "host/pyproject.toml",
    "README.md": "host/README.md",
    "src/{}/hooks.py": "host/hooks.py",
    "src/{}/host.py": "host/host.py",
    "src/{}/builtin.py": "host/builtin.py",
    "src/{}/__main__.py": "host/main.py",
    "src/{}/testing.py": "host/contract.py",
    "tests/test_host.py": "host/test_host.py",
}
_CONTRACT = {"tests/test_contract.py": "test_contract.py"}


class Host(NamedTuple):
    """What is known about the host.

    Attributes:
        module: The module of the spec.
        spec: The name of the spec.
        distribution: The distribution that is to be installed for it.
        hooks: Its hooks.
    """

    module: str
    spec: str
    distribution: str
    hooks: tuple[BaseSpec, ...]


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("what", choices=("plugin", "host"), help="what to start")
    parser.add_argument("name", metavar="NAME", help="the name of the project and its folder")
    parser.add_argument("--for", dest="spec", metavar="MODULE:SPEC", help="the spec of the host, for a plugin")
    group = "the host's entry point group (the one that its package loads)"
    parser.add_argument("--group", help=group)
    installs = "what installs pluginkit for the project (what it was installed from here)"
    parser.add_argument("--pluginkit", metavar="REQUIREMENT", help=installs)
    add_format(parser)


def run(options: Namespace) -> int:
    """Write the project."""
    name = options.name
    package = re.sub(r"[-.]+", "_", name).lower()
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", name) or not _is_module(package):
        hint = "use letters, digits and '-'"
        raise ScaffoldError(f"'{name}' cannot name a project and a module\n  Hint: {hint}", "PK812")
    if options.what == "plugin" and not options.spec:
        raise ScaffoldError("a plugin needs the spec of its host\n  Hint: name it with --for MODULE:SPEC", "PK816")
    if options.what == "host" and options.spec:
        raise ScaffoldError("a host has a spec of its own\n  Hint: leave out --for", "PK816")
    if Path(name).exists() or Path(name).is_symlink():
        raise ScaffoldError(f"'{name}' already exists\n  Hint: choose another name, or move it away", "PK813")
    written = _new_host if options.what == "host" else _new_plugin
    project, message = written(name, package, options)  # all of it is known before anything is written
    write_all(Change(Path(name) / path, text.encode()) for path, text in project)
    if options.format == "json":
        sys.stdout.write(as_json({"project": name, "about": message, "files": sorted(path for path, _ in project)}))
    else:
        sys.stdout.write(f"wrote {name}: {message}\n")
    return 0


def _new_plugin(name: str, package: str, options: Namespace) -> tuple[list[tuple[str, str]], str]:
    """Return the files of a plugin, and what is said of them."""
    host = _host(options.spec)
    group, origin = (options.group, "") if options.group else _group(host)
    own = options.pluginkit or requirement(DISTRIBUTION)
    needed = {host.distribution: requirement(host.distribution), DISTRIBUTION: own}
    return [*_project(name, package, group, host, needed)], f"{len(host.hooks)} hooks of {host.spec}{origin}"


def _new_host(name: str, package: str, options: Namespace) -> tuple[list[tuple[str, str]], str]:
    """Return the files of a host, and what is said of them."""
    words = "".join(word[:1].upper() + word[1:] for word in package.split("_"))
    group = options.group or f"{package}.plugins"
    values = {
        "project": name,
        "package": package,
        "spec": f"{words}Spec",
        "spec_short": words,
        "group": group,
        "variable": f"{package.upper()}_PLUGINS",
        **_dependencies({DISTRIBUTION: options.pluginkit or requirement(DISTRIBUTION)}),
    }
    found = [(path.format(package), text) for path, text in _filled(_HOST, values)]
    about = f'"""{name}, a program with plugins."""\n'
    return [*found, (f"src/{package}/py.typed", ""), (f"src/{package}/__init__.py", about)], (
        f"a host whose plugins are in the group '{group}'"
    )


def _filled(several: Mapping[str, str], values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield path and text of files, from their templates."""
    templates = files("pluginkit.cli").joinpath("scaffold")
    for path, template in several.items():
        yield path, Template(templates.joinpath(f"{template}.txt").read_text(encoding="utf-8")).substitute(values)


def _is_module(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name)


def _host(reference: str) -> Host:
    module, _, name = reference.partition(":")
    try:
        spec: object = getattr(module_from_here(module), name)
    except (Exception, SystemExit) as exc:
        raise ScaffoldError(f"'{reference}' cannot be loaded: {type(exc).__name__}: {exc}", "PK804") from exc
    top = module.partition(".")[0]
    distribution = packages_distributions().get(top, [top])[0]
    return Host(module, name, distribution, tuple(hooks_of(spec).values()))


def _group(host: Host) -> tuple[str, str]:
    """Return the entry point group that a host loads, and how it is known.

    Raises:
        ScaffoldError: It loads several.
    """
    top = host.module.partition(".")[0]
    groups = sorted(set(loaded_groups(sys.modules[top])))
    if len(groups) > 1:
        listed = ", ".join(f"'{group}'" for group in groups)
        message = f"{top} loads several entry point groups: {listed}\n  Hint: choose one with --group"
        raise ScaffoldError(message, "PK814")
    if groups:
        return groups[0], f"; {top} loads the entry point group '{groups[0]}'"
    guess = f"{top}.plugins"
    return guess, f"; the entry point group '{guess}' is a guess, see pyproject.toml"


def _dependencies(needed: Mapping[str, str | None]) -> dict[str, str]:
    """Return what the settings of the project say of its dependencies.

    A distribution that is not installed is left out: its name may be that of another project on an index.
    """
    known = [each for each in needed.values() if each is not None]
    missing = " and ".join(name for name, each in needed.items() if each is None)
    has_references = any(" @ " in each for each in known)
    return {
        "dependencies": ", ".join(map(json.dumps, known)),
        "missing": f"  # add what installs {missing}: it is not installed here" if missing else "",
        "references": "[tool.hatch.metadata]\nallow-direct-references = true\n\n" if has_references else "",
    }


def _project(
    name: str, package: str, group: str, host: Host, needed: Mapping[str, str | None]
) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each file."""
    imports = Imports("Plugin")
    imports.add("pluginkit.testing", "assert_implements")
    spec = imports.add(host.module, host.spec)
    values = {
        "imports": "\n".join(imports.lines()),
        "spec": spec,
        "project": name,
        "package": package,
        "group": group,
        "host": host.distribution,
        **_dependencies(needed),
    }
    contract = _contract(host)
    yield from _filled({**_FILES, **(_CONTRACT if contract else {})}, {**values, **contract})
    yield f"src/{package}/py.typed", ""
    yield f"src/{package}/__init__.py", f'"""A plugin for {host.distribution}."""\n'
    yield f"src/{package}/plugin.py", _plugin(host)  # not in `__init__.py`, where ruff does not remove imports


def _contract(host: Host) -> dict[str, str]:
    """Return the values for the test of the host's contract; nothing, unless there is exactly one contract."""
    contracts = contracts_for(host.module, host.spec)
    if len(contracts) != 1:
        return {}
    imports = Imports("Plugin", "TestContract")
    name = imports.add(*contracts[0])
    return {"contract": name, "contract_imports": "\n".join(imports.lines())}


def _plugin(host: Host) -> str:
    """Return the module of the plugin."""
    imports = Imports("Plugin", "Generator", "AsyncGenerator", "annotations")
    imports.add("pluginkit", "hookimpl")
    spec = imports.add(host.module, host.spec)
    sources = {module: Source(module) for module in dict.fromkeys(hook.owner.__module__ for hook in host.hooks)}
    declared = [sources[hook.owner.__module__].declaration(hook, imports) for hook in host.hooks]
    methods = [method(spec, each) for each in declared]
    heading = f'"""A plugin for {host.distribution}."""\n\nfrom __future__ import annotations\n'
    summary = f'    """Implements every hook of {host.spec}: keep those that the plugin is about."""\n'
    parts = [heading, *imports.lines(), "\n\nclass Plugin:", summary, "\n".join(methods)]
    return "\n".join(parts) + wrapper_example(spec, declared)
