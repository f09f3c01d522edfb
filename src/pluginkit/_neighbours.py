"""Another project's distribution in the same environment.

On the index, `pluginkit` is the distribution of another project, whose package has this name as well. Where both are
installed into one folder, the files of the later one replace those of the earlier one, and the rest stays: neither is
whole. This module looks for the metadata of the other one beside this package, in one listing, and knows nothing else.
"""

from __future__ import annotations

import os
import warnings

_TEXT = (
    "the distribution '{}' is another project: the files of both are mixed up in this package\n"
    "  Hint: uninstall 'pluginkit' and 'typed-pluginkit', and install 'typed-pluginkit' again"
)


def warn_of_another_project(package: str) -> None:
    """Warn if a distribution whose name is that of the package is installed beside it.

    Args:
        package: The folder of the package.
    """
    try:
        names = os.listdir(os.path.dirname(package))  # noqa: PTH120, PTH208 - `pathlib` is slow to import
    except OSError:  # in an archive there is no folder, nor does anybody install into it
        return
    for name in names:
        if name.startswith("pluginkit-") and name.endswith((".dist-info", ".egg-info")):
            warnings.warn(_TEXT.format(name.rpartition(".")[0].replace("-", " ")), RuntimeWarning, stacklevel=3)
