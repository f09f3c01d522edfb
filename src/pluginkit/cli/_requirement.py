"""How a project that is written asks for what is installed here, so that it never gets another project's code.

A name alone is not enough: on an index it may be free, or somebody else's. What was installed from a folder, an archive
or a repository is asked for from there. This module reads the metadata of distributions, and knows no command.
"""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

DISTRIBUTION = "typed-pluginkit"  # on the index, `pluginkit` is another project


def requirement(name: str) -> str | None:
    """Return what installs the same distribution again, or None where it is not installed.

    Args:
        name: The name of the distribution.

    Returns:
        A direct reference where it was installed from one, else its name: it came from an index.
    """
    try:
        origin = distribution(name).read_text("direct_url.json")
    except PackageNotFoundError:
        return None
    return name if origin is None else f"{name} @ {_reference(json.loads(origin))}"


def _reference(origin: dict[str, Any]) -> str:
    """Return the URL of a direct reference, from what the installer noted of it."""
    url: str = origin["url"]
    if repository := origin.get("vcs_info"):
        url = f"{repository['vcs']}+{url}@{repository.get('requested_revision') or repository['commit_id']}"
    return f"{url}#subdirectory={origin['subdirectory']}" if origin.get("subdirectory") else url
