"""`pluginkit new plugin`: writes the project of a plugin, with a typed implementation of every hook."""

from __future__ import annotations

import ast
import keyword
import re
import sys
from importlib.metadata import packages_distributions
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, NamedTuple

from pluginkit._errors import PluginkitError
from pluginkit._spec import hooks_of
from pluginkit._stubgen.names import bound, identifiers
from pluginkit.cli._target import module_from_here

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Iterator

    from pluginkit._spec import BaseSpec

    Function = ast.FunctionDef | ast.AsyncFunctionDef

SUMMARY = "start the project of a plugin"
DESCRIPTION = """\
Write a project in a folder of the plugin's name: a typed implementation of every hook, the entry point, a test, and a
workflow that checks it. What it writes passes its own checks. The module of the spec is imported.
"""
EPILOG = """\
examples:
  pluginkit new plugin report-links --for myhost.hooks:ReportSpec --group myhost.plugins

Exit status: 0 done; 2 bad input, and nothing was written.
"""
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_FILES = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    ".github/workflows/check.yml": "check.yml",
    "tests/test_plugin.py": "test_plugin.py",
}


class ScaffoldError(PluginkitError):
    """The project cannot be written."""


class Host(NamedTuple):
    """What is known of the host.

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
    parser.add_argument("what", choices=("plugin",), help="what to start")
    parser.add_argument("name", metavar="NAME", help="the name of the plugin, its project and its folder")
    parser.add_argument("--for", dest="spec", required=True, metavar="MODULE:SPEC", help="the spec of the host")
    parser.add_argument("--group", help="the host's entry point group (MODULE.plugins, with the first part of MODULE)")


def run(options: Namespace) -> int:
    """Write the project."""
    name = options.name
    package = re.sub(r"[-.]+", "_", name).lower()
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", name) or not _is_module(package):
        raise ScaffoldError(f"'{name}' is no name for a project and a module: use letters, digits and '-'")
    host = _host(options.spec)
    group = options.group or f"{host.module.partition('.')[0]}.plugins"
    folder = Path(name)
    if folder.exists():
        raise ScaffoldError(f"'{name}' is there already, and is left as it is")
    project = list(_project(name, package, group, host))  # all of it is known before anything is written
    for path, text in project:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    guessed = "" if options.group else f"; the entry point group '{group}' is a guess, see pyproject.toml"
    sys.stdout.write(f"wrote {name}: {len(host.hooks)} hooks of {host.spec}{guessed}\n")
    return 0


def _is_module(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name)


def _host(reference: str) -> Host:
    module, _, name = reference.partition(":")
    try:
        spec: object = getattr(module_from_here(module), name)
    except (Exception, SystemExit) as exc:
        raise ScaffoldError(f"'{reference}' cannot be loaded: {type(exc).__name__}: {exc}") from exc
    top = module.partition(".")[0]
    distribution = packages_distributions().get(top, [top])[0]
    return Host(module, name, distribution, tuple(hooks_of(spec).values()))


def _project(name: str, package: str, group: str, host: Host) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each file."""
    names = "\n        ".join(f'"{each}",' for each in sorted(each.name for each in host.hooks))
    imports = "\n".join(_sorted((f"from {host.module} import {host.spec}", "from pluginkit import Registry")))
    values = {
        "imports": imports,
        "project": name,
        "package": package,
        "group": group,
        "host": host.distribution,
        "names": names,
    }
    templates = files("pluginkit.cli").joinpath("scaffold")
    for path, template in _FILES.items():
        text = templates.joinpath(f"{template}.txt").read_text(encoding="utf-8")
        yield path, Template(text).substitute(values, module=host.module, spec=host.spec)
    yield f"src/{package}/py.typed", ""
    yield f"src/{package}/__init__.py", _plugin(host)


def _plugin(host: Host) -> str:
    """Return the module of the plugin."""
    sources = {module: _Source(module) for module in dict.fromkeys(hook.owner.__module__ for hook in host.hooks)}
    imports = {f"from {host.module} import {host.spec}", "from pluginkit import hookimpl"}
    methods: list[str] = []
    for hook in host.hooks:
        source = sources[hook.owner.__module__]
        node = source.function(hook)
        imports |= set(source.imports(_annotations(node)))
        methods.append(_method(host, hook, node))
    heading = f'"""A plugin for {host.distribution}."""\n\nfrom __future__ import annotations\n'
    summary = f'    """Implements every hook of {host.spec}: keep those that the plugin is about."""\n'
    return "\n".join([heading, *_sorted(imports), "\n\nclass Plugin:", summary, "\n".join(methods)])


def _sorted(imports: Iterable[str]) -> list[str]:
    """Return imports in the order of ruff: those of the standard library, and then the others."""
    plain = sorted({each for each in imports if each.startswith("import ")})
    names: dict[str, set[str]] = {}
    for each in imports:
        if each.startswith("from "):
            module, name = each.removeprefix("from ").split(" import ")
            names.setdefault(module, set()).add(name)
    lines = plain + [f"from {module} import {', '.join(sorted(names[module]))}" for module in sorted(names)]
    first = [line for line in lines if line.split()[1].partition(".")[0] in sys.stdlib_module_names]
    return [*first, *([""] if first else []), *(line for line in lines if line not in first)]


def _method(host: Host, hook: BaseSpec, node: Function) -> str:
    parameters = "".join(
        f", {_parameter(*each)}" for each in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    )
    returns = _written(node.returns)
    if returns != "object" and not returns.endswith("None"):
        returns = f"{returns} | None"
    define = "async def" if hook.is_async else "def"
    summary = (ast.get_docstring(node) or f"Implement {host.spec}.{hook.name}.").splitlines()[0]
    return (
        f"    @hookimpl({host.spec}.{hook.name})\n"
        f"    {define} {hook.name}(self{parameters}) -> {returns}:\n"
        f'        """{summary}"""\n'
        f"        return None\n"
    )


def _parameter(parameter: ast.arg, default: ast.expr | None) -> str:
    written = f"{parameter.arg}: {_written(parameter.annotation)}"
    return f"{written} = {ast.unparse(default)}" if default else written


def _written(annotation: ast.expr | None) -> str:
    """Return an annotation as it is written, without quotes around it."""
    match annotation:
        case None:
            return "object"
        case ast.Constant(str(text)):
            return text
        case _:
            return ast.unparse(annotation)


def _annotations(node: Function) -> list[ast.expr]:
    """Return the expressions of a declaration whose names an implementation needs as well."""
    written = [*(each.annotation for each in node.args.kwonlyargs), node.returns]
    annotations = [ast.parse(_written(each), mode="eval").body for each in written]
    return [*annotations, *(default for default in node.args.kw_defaults if default)]


class _Source:
    """The source of a module that declares hooks.

    Args:
        module: Its name; it was imported.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        path = sys.modules[module].__file__
        if path is None:
            raise ScaffoldError(f"the source of {module} cannot be found")
        self._tree = ast.parse(Path(path).read_text(encoding="utf-8"))

    def function(self, hook: BaseSpec) -> Function:
        """Return the declaration of a hook."""
        owners = [
            node for node in ast.walk(self._tree) if isinstance(node, ast.ClassDef) and node.name == hook.owner.__name__
        ]
        functions = (each for owner in owners for each in owner.body if isinstance(each, _FUNCTIONS))
        found = next((each for each in functions if each.name == hook.name), None)
        if found is None:
            raise ScaffoldError(f"{hook.qualified_name} is not written in {self._module}")
        return found

    def imports(self, annotations: Iterable[ast.expr]) -> Iterator[str]:
        """Yield the imports that annotations need in another module."""
        known = dict(self._imported())
        for name in sorted({name for each in annotations for name in identifiers(each)}):
            if name in known:
                yield known[name]
            elif any(name in bound(statement) for statement in self._tree.body):
                yield f"from {self._module} import {name}"

    def _imported(self) -> Iterator[tuple[str, str]]:
        for node in ast.walk(self._tree):
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for alias in node.names:
                    yield alias.asname or alias.name, f"from {node.module} import {ast.unparse(alias)}"
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    yield alias.asname or alias.name, f"from {self._module} import {alias.asname or alias.name}"
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.asname or alias.name.partition(".")[0], f"import {ast.unparse(alias)}"
