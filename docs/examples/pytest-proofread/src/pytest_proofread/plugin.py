"""The fixtures, and what pytest calls to make them.

Every run of pytest imports this module where it is installed. So it imports proofread only once a test asks for it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pluginkit import Registry

    from proofread import ProofreadSpec, Report
    from pytest_proofread import Proofread

REGISTRY: pytest.StashKey[Registry[ProofreadSpec]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the settings of the command `proofread` from the configuration of pytest."""
    parser.addini("proofread_disable", "plugins of proofread to leave out", type="args", default=[])
    parser.addini("proofread_options", "what to tell the plugins of proofread, as NAME=VALUE", type="args", default=[])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes `proofread_check` once for each check."""
    if "proofread_check" in metafunc.fixturenames:
        names = checks(registry_of(metafunc.config))
        metafunc.parametrize("proofread_check", names, indirect=True)


@pytest.fixture
def proofread(pytestconfig: pytest.Config) -> Proofread:
    """Return a function that runs all checks on files and folders, and fails if they find something."""
    return runner(registry_of(pytestconfig).hook, pytestconfig.rootpath)


@pytest.fixture
def proofread_check(request: pytest.FixtureRequest) -> Proofread:
    """Return a function that runs one check, and fails if it finds something."""
    registry = registry_of(request.config)
    others = (name for name in checks(registry) if name != request.param)
    return runner(registry.without(*others), request.config.rootpath)


def registry_of(config: pytest.Config) -> Registry[ProofreadSpec]:
    """Return the registry of a run of pytest, made as the configuration wants it, once.

    Raises:
        pytest.UsageError: A setting cannot be understood, or a plugin cannot be loaded.
    """
    if REGISTRY not in config.stash:
        from proofread.cli import UsageError, check_disabled, named_value
        from proofread.host import make_registry

        disabled = config.getini("proofread_disable")
        try:
            options = dict(map(named_value, config.getini("proofread_options")))
            registry, loaded = make_registry(disabled=disabled, options=options)
            check_disabled(disabled, loaded)
        except UsageError as error:
            raise pytest.UsageError(f"proofread: {error}") from error
        if loaded.failed:
            raise pytest.UsageError("\n".join(map(str, loaded.failed)))
        config.stash[REGISTRY] = registry
    return config.stash[REGISTRY]


def checks(registry: Registry[ProofreadSpec]) -> list[str]:
    """Return the names of the plugins that check documents, the first registered first."""
    implementations = registry.hook.check.implementations()
    return [impl.plugin_name for impl in reversed(implementations) if not impl.mark.wrapper]


def runner(hook: ProofreadSpec, root: Path) -> Proofread:
    """Return a function that runs the checks behind `hook`, on paths below a folder."""
    from proofread.host import markdown_files
    from proofread.host import proofread as run

    def proofread(*paths: str | Path) -> Report:
        __tracebackhide__ = True
        report = run(hook, markdown_files(Path(os.path.relpath(root / path)) for path in paths))
        if report.findings:
            text = hook.render(report=report, output_format="text") or report.summary()
            pytest.fail(text.rstrip(), pytrace=False)
        return report

    return proofread
