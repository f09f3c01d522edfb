"""Calls an isolated plugin of cpex through its own client, in this environment: it makes no other one for it."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import cpex
from cpex.framework.hooks.tools import ToolHookType, ToolPreInvokePayload
from cpex.framework.isolated.client import IsolatedVenvPlugin
from cpex.framework.isolated.venv_comm import VenvProcessCommunicator
from cpex.framework.models import GlobalContext, PluginConfig, PluginContext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PLUGIN = """
from cpex.framework import Plugin
from cpex.framework.hooks.tools import ToolPreInvokeResult


class Quick(Plugin):
    async def tool_pre_invoke(self, payload, context):
        return ToolPreInvokeResult(continue_processing=True)
"""


@contextlib.contextmanager
def client(folder: Path) -> Iterator[Callable[[], object]]:
    """Give what makes one call."""
    package = folder / "quick"
    package.mkdir()
    package.joinpath("__init__.py").touch()
    package.joinpath("plugin.py").write_text(PLUGIN, encoding="utf-8")
    config = PluginConfig(
        name="quick",
        kind="isolated_venv",
        hooks=[ToolHookType.TOOL_PRE_INVOKE.value],
        version="1.0",
        author="benchmark",
        config={"class_name": "quick.plugin.Quick"},
    )
    plugin = IsolatedVenvPlugin(config, plugin_dirs=[str(folder)])
    plugin.comm = VenvProcessCommunicator(sys.prefix)
    payload = ToolPreInvokePayload(name="x", args={"text": "hello"})
    context = PluginContext(global_context=GlobalContext(request_id="1"))
    folder.joinpath("cpex").symlink_to(Path(cpex.__path__[0]))  # its worker is started by a path from here
    with contextlib.chdir(folder), asyncio.Runner() as runner:

        def call() -> object:
            return runner.run(plugin.invoke_hook(ToolHookType.TOOL_PRE_INVOKE.value, payload, context))

        result = call()
        assert result is not None
        yield call
        runner.run(plugin.cleanup())
