"""Checks published plugins against the migrated specs of their hosts, in mypy --strict and strict pyright.

Run by `nox -s typing_hosts`; not a part of the tests, since it installs from a package index. Hosts and plugins are
copied and migrated; plugins refer to the host's spec. Then both checkers look at them, without a stub of the spec and
with one, and then once more with a parameter of each implementation misspelled. What counts is what they say about
implementations, from the decorator to the end of the signature; a missing annotation does not count.
Each error has to be in `EXPECTED`, with the reason why it is right, and each of these has to be found.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from migrate_hosts import HOSTS, ROOT, Environment, Host, apply, copied

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUPS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
CHECKERS = tuple(GROUPS["demo"])  # mypy and pyright, as the rest is checked with
STRICTNESS = re.compile(
    r"no-untyped|untyped-decorator|reportUnknown|reportMissing(?!Module)|reportUntyped|reportUnused"
)
MARKER = re.compile(
    r"(?<!pytest\.)\b(hookimpl|impl)\b"
)  # tox calls its own marker `impl`, and marks hooks of pytest too


class Error(NamedTuple):
    """What a checker says about an implementation.

    Attributes:
        stub: Whether the spec has a stub.
        checker: Which checker.
        plugin: The distribution, or the host for its own plugins.
        function: The function that implements the hook.
    """

    stub: bool
    checker: str
    plugin: str
    function: str


# What is wrong with published plugins, as both checkers say: the reasons, with the functions that they hold for.
PARTIAL = "it takes some of the parameters, and has no **_; a stub accepts that"
OLD = "it is for tox 3, in a module that tox 4 does not import: tox 4 has no tox.hookimpl"
OLD_HOOKS = ("addoption", "configure", "testenv_create", "package", "testenv_install_deps", "runtest", "cleanup")
EXPECTED = {
    **{(name, "register_models"): PARTIAL for name in ("llm-echo", "llm-openrouter", "llm-replicate")},
    ("kedro-telemetry", "after_catalog_created"): PARTIAL,
    **{("tox-current-env", f"tox_{hook}"): OLD for hook in (*OLD_HOOKS, "runenvreport")},
}


def expected(owners: set[str]) -> set[Error]:
    """Return the errors that there have to be in some distributions."""
    found = {(stub, place, why) for place, why in EXPECTED.items() for stub in (False, True)}
    return {
        Error(stub, checker, *place)
        for stub, place, why in found
        for checker in ("mypy", "pyright")
        if place[0] in owners and not (stub and why == PARTIAL)
    }


def implementations(path: Path) -> dict[int, str]:
    """Return the functions that implement hooks, by the lines from their decorators to the ends of their signatures."""
    found: dict[int, str] = {}
    try:
        tree = ast.parse(path.read_text("utf-8"))
    except SyntaxError:  # a template of a project
        return {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            marks = [each for each in node.decorator_list if MARKER.search(ast.unparse(each))]
            first = min((each.lineno for each in marks), default=0)
            end = max((each.end_lineno or 0 for each in ast.walk(node.args) if isinstance(each, ast.arg)), default=0)
            lines = range(first, max(end, node.lineno) + 1) if marks else ()
            found.update(dict.fromkeys(lines, node.name))
    return found


class Project(NamedTuple):
    """A host and its plugins, migrated.

    Attributes:
        host: The host.
        work: The folder with the copies: `hosts` and `plugins`.
        environment: Where all of it is installed.
        owners: The distribution of each file.
        functions: The implementations in each file.
    """

    host: Host
    work: Path
    environment: Environment
    owners: dict[Path, str]
    functions: dict[Path, dict[int, str]]

    def mypy(self) -> Iterator[tuple[Path, int, str]]:
        """Yield file, line and message with its code."""
        path = f"{self.work / 'hosts'}:{self.work / 'plugins'}"
        options = ("--strict", "--no-error-summary", "--hide-error-context", "--no-incremental")
        command = ["mypy", *options, *map(str, self.functions)]
        done = self.environment.run(command, check=False, MYPYPATH=path, PWD=str(self.work))
        for found in re.finditer(r"^(\S+?):(\d+): error: (.*)$", done.stdout, re.MULTILINE):
            yield self.work / found[1], int(found[2]), found[3]

    def pyright(self) -> Iterator[tuple[Path, int, str]]:
        """Yield file, line and message with its rule."""
        settings = {"typeCheckingMode": "strict", "extraPaths": ["hosts", "plugins"], "pythonVersion": "3.11"}
        config = self.work / "pyrightconfig.json"
        config.write_text(json.dumps({**settings, "include": [str(path) for path in self.functions]}), "utf-8")
        done = self.environment.run(["pyright", "--outputjson", "-p", str(config)], check=False, PWD=str(self.work))
        for found in json.loads(done.stdout)["generalDiagnostics"]:
            if found["severity"] == "error":
                message = " ".join(found["message"].split())
                yield Path(found["file"]), found["range"]["start"]["line"] + 1, f"{message} [{found.get('rule', '')}]"

    def errors(self, *, stub: bool) -> dict[Error, str]:
        """Return what the checkers say about implementations."""
        errors: dict[Error, str] = {}
        for checker in ("mypy", "pyright"):
            for path, line, message in getattr(self, checker)():
                function = self.functions.get(path, {}).get(line)
                if function and not STRICTNESS.search(message.rpartition("[")[2]):
                    errors[Error(stub, checker, self.owners[path], function)] = message
        return errors


def migrated(host: Host, work: Path) -> Project:
    """Migrate a host and its plugins."""
    for copies in ("hosts", "plugins"):
        shutil.rmtree(work / copies, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    environment = Environment(host._replace(needs=CHECKERS), work / "environment")
    environment.pip(
        "install", f"{host.name}=={host.version}", *(f"{name}=={version}" for name, version, _ in host.plugins)
    )
    copy = copied(environment.package(host.name), work / "hosts")
    for project in host.projects:
        environment.migrate(copy, "--project", project, "--infer")
    apply(host.name, work / "hosts")
    _, module, _, spec, *_ = host.spec.split()
    owners = dict.fromkeys(copy.rglob("*.py"), host.name)
    for name, _, package in host.plugins:
        plugin = copied(environment.package(package), work / "plugins")
        command = ["pluginkit", "migrate", str(plugin), "--project", host.projects[0], "--spec", f"{module}:{spec}"]
        environment.run(command, PYTHONPATH=str(work / "hosts"), PWD=str(work))
        owners |= dict.fromkeys([plugin] if plugin.is_file() else plugin.rglob("*.py"), name)
    functions = {path: found for path in owners if (found := implementations(path))}
    return Project(host, work, environment, owners, functions)


def misspell(project: Project) -> set[Error]:
    """Misspell a parameter of every implementation of the plugins, and return what both checkers have to say then."""
    changed: set[Error] = set()
    for path in project.functions:
        text = path.read_text("utf-8")
        lines = text.split("\n")
        arguments = [*first_arguments(ast.parse(text))] if project.owners[path] != project.host.name else []
        for function, argument in arguments:
            line, end = argument.lineno - 1, argument.col_offset + len(argument.arg)
            lines[line] = f"{lines[line][:end]}_misspelled{lines[line][end:]}"
            changed |= {Error(True, checker, project.owners[path], function) for checker in ("mypy", "pyright")}
        path.write_text("\n".join(lines), "utf-8")
    return changed


def first_arguments(tree: ast.AST) -> Iterator[tuple[str, ast.arg]]:
    """Yield the name and the first argument from the hook of each implementation that has one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(MARKER.search(ast.unparse(each)) for each in node.decorator_list):
            arguments = [each for each in (*node.args.args, *node.args.kwonlyargs) if each.arg != "self"]
            if arguments:
                yield node.name, arguments[0]


def rows(project: Project, errors: set[Error], misspelled: set[Error]) -> Iterator[str]:
    """Yield the rows of a host and of its plugins."""
    counts = Counter(project.owners[path] for path, found in project.functions.items() for _ in set(found.values()))
    for owner, number in counts.items():
        cells = []
        for stub in (False, True):
            found = Counter(each.checker for each in errors if each.plugin == owner and each.stub is stub)
            cells.append(f"{found['mypy']}, {found['pyright']}")
        cells.append(str(len({each.function for each in misspelled if each.plugin == owner})))
        yield f"| {owner} | {number} | {' | '.join(cells)} |\n"


def main() -> None:
    """Print the table, and what is not as expected."""
    folder = Path(sys.argv[1]).resolve()
    wrong: list[str] = []
    sys.stdout.write(
        "| plugin | implementations | without a stub: mypy, pyright | with one: mypy, pyright | misspelled |\n"
    )
    sys.stdout.write("| --- | ---: | --- | --- | ---: |\n")
    for host in (each for each in HOSTS if each.name in {"kedro", "tox", "llm"}):
        project = migrated(host, folder / host.name)
        errors = project.errors(stub=False)
        specs = [
            str(path) for path in project.owners if re.search(r"^ +@hookspec", path.read_text("utf-8"), re.MULTILINE)
        ]
        project.environment.run(["pluginkit", "stubs", *specs])
        errors |= project.errors(stub=True)
        wanted = expected(set(project.owners.values()))
        wrong += [f"not expected: {error}: {errors[error]}" for error in errors.keys() - wanted]
        wrong += [f"not found: {error}" for error in wanted - errors.keys()]
        misspelled = misspell(project)
        found = project.errors(stub=True)
        wrong += [f"misspelled, and not found: {error}" for error in misspelled - found.keys()]
        sys.stdout.writelines(rows(project, set(errors), misspelled))
        sys.stdout.flush()
    for place, why in EXPECTED.items():
        sys.stdout.write(f"{' '.join(place)}: {why}\n")
    if wrong:
        raise SystemExit("\n".join(wrong))


if __name__ == "__main__":
    main()
