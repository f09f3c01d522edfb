"""A build hook for hatchling, which writes the stubs of spec modules into the wheel, and nowhere else.

A host names it in its `pyproject.toml`; hatchling finds it by the entry point of the group `hatch`. Neither the source
tree nor an editable install has the stubs, where they would keep editors from finding what is used where. This module
needs hatchling, which is there when it is asked for; nothing else of pluginkit imports it.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.plugin import hookimpl

from pluginkit._source.stub.module import DEFAULT_LIMIT
from pluginkit.cli.stubs import stubs_to_ship


class StubsBuildHook(BuildHookInterface[BuilderConfig]):
    """Writes the stubs of the modules that `specs` names, in `[tool.hatch.build.targets.wheel.hooks.pluginkit]`.

    Example:
        ```toml
        [build-system]
        requires = ["hatchling", "typed-pluginkit"]
        build-backend = "hatchling.build"

        [tool.hatch.build.targets.wheel.hooks.pluginkit]
        specs = ["src/myhost/hooks.py"]
        ```
    """

    PLUGIN_NAME = "pluginkit"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Put the stubs into the wheel; checkers and editors read the source of an editable install.

        Args:
            version: The kind of wheel.
            build_data: What is to be built.

        Raises:
            StubError: No module is named, or one has no stub, or has one in the source tree.
        """
        if version == "editable" or self.target_name != "wheel":
            return
        limit = int(self.config.get("max-params", DEFAULT_LIMIT))
        stubs = stubs_to_ship(Path(self.root), self.config.get("specs", []), limit)
        self._folder = TemporaryDirectory()  # until the wheel is written
        for number, stub in enumerate(stubs):
            written = Path(self._folder.name, f"{number}.pyi")
            written.write_text(stub.text, encoding="utf-8")
            place = self.build_config.get_distribution_path(str(stub.path.relative_to(self.root)))
            build_data["force_include"][str(written)] = place

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove what was written on the way.

        Args:
            version: The kind of wheel.
            build_data: What was built.
            artifact_path: The wheel.
        """
        if hasattr(self, "_folder"):
            self._folder.cleanup()


@hookimpl
def hatch_register_build_hook() -> type[StubsBuildHook]:
    """Tell hatchling of the build hook."""
    return StubsBuildHook
