"""The host: puts the registry together, and runs the hooks over files. It knows no check and no format."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from pluginkit import LoadReport, Registry

from proofread.document import Document
from proofread.findings import Finding, Report
from proofread.hooks import ProofreadSpec
from proofread.plugins import builtin_plugins

GROUP = "proofread.plugins"
SUFFIXES = (".md", ".markdown")
SKIPPED = ("__pycache__", "node_modules")


def make_registry(
    *,
    disabled: Collection[str] = (),
    options: Mapping[str, str] | None = None,
    environments: Collection[Path] = (),
) -> tuple[Registry[ProofreadSpec], LoadReport]:
    """Return a registry with the built-in plugins and those of other distributions, and how loading the latter went.

    Args:
        disabled: Names of plugins to leave out; those of other distributions are not even imported.
        options: What `configured` tells every plugin.
        environments: Pythons of other environments, whose plugins run in processes of their own.
    """
    registry = Registry(ProofreadSpec)
    for name in disabled:
        registry.set_blocked(name)
    for name, plugin in builtin_plugins().items():
        if not registry.is_blocked(name):
            registry.register(plugin, name)
    registry.hook.configured.call_historic(options=options or {})
    loaded = registry.load_entrypoints(GROUP, ignore_errors=True)
    for python in environments:
        loaded = together(loaded, load_elsewhere(registry, python))
    return registry, loaded


def load_elsewhere(registry: Registry[ProofreadSpec], python: Path) -> LoadReport:
    """Load the plugins of another environment. Those that are here as well are skipped."""
    from pluginkit.isolated import load_environment  # late: few users need it, and it is an extra

    return load_environment(registry, ProofreadSpec, GROUP, python=python, ignore_errors=True)


def together(one: LoadReport, other: LoadReport) -> LoadReport:
    """Return two reports as one."""
    return one._replace(
        loaded=one.loaded + other.loaded, skipped=one.skipped + other.skipped, failed=one.failed + other.failed
    )


def markdown_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files among `paths`, and the Markdown files below the folders among them, each one once."""
    found = (file for path in paths for file in (sorted(_below(path)) if path.is_dir() else [path]))
    return list(dict.fromkeys(found))


def _below(folder: Path) -> Iterator[Path]:
    for name, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if not _is_skipped(Path(name, each))]
        yield from (Path(name, file) for file in files if file.lower().endswith(SUFFIXES) and file[0] != ".")


def _is_skipped(folder: Path) -> bool:
    """Tell whether what is below a folder is hidden, or comes from elsewhere."""
    return folder.name.startswith(".") or folder.name in SKIPPED or (folder / "pyvenv.cfg").exists()


def proofread(hook: ProofreadSpec, paths: Iterable[Path]) -> Report:
    """Run every check on every file. A file that cannot be read is a finding."""
    documents: list[Document] = []
    findings: list[Finding] = []
    for path in paths:
        try:
            document = read(hook, path)
        except (OSError, UnicodeDecodeError) as error:
            findings.append(Finding(path, 1, "unreadable", f"the file cannot be read: {error}"))
            continue
        documents.append(document)
        findings += (finding for answer in hook.check(document=document) for finding in answer)
    return Report(tuple(documents), tuple(sorted(findings)))


def read(hook: ProofreadSpec, path: Path) -> Document:
    """Return the document that is in a file."""
    source = path.read_bytes().decode()
    return Document(path, source, hook.normalise(text=source, path=path))


def describe(registry: Registry[ProofreadSpec]) -> list[tuple[str, str, str]]:
    """Return name, hooks and origin of each plugin."""
    return [
        (name, ", ".join(_hooks(registry, name)), str(registry.get_distribution(name) or "built-in"))
        for name in registry.plugin_names()
    ]


def _hooks(registry: Registry[ProofreadSpec], name: str) -> Iterator[str]:
    for caller in registry.get_hookcallers(name) or ():
        for impl in caller.implementations():
            if impl.plugin_name == name:
                yield f"{caller.name} (around)" if impl.mark.wrapper else caller.name
