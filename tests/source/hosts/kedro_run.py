"""Runs a pipeline of kedro with hooks that are marked as ever, and prints which of them are called with what."""

from __future__ import annotations

from typing import Any

from kedro.framework.hooks import _create_hook_manager, hook_impl
from kedro.framework.hooks.manager import _register_hooks
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import node, pipeline
from kedro.runner import SequentialRunner


class Hooks:
    """Prints what it is called with."""

    @hook_impl
    def before_node_run(self, node: Any, inputs: dict[str, Any]) -> dict[str, Any] | None:
        """Replace an input of one node."""
        print("before", node.name, inputs)
        return {"word": "changed"} if node.name == "first" else None

    @hook_impl
    def after_node_run(self, node: Any, outputs: dict[str, Any]) -> None:
        """Print what a node gave."""
        print("after", node.name, outputs)

    @hook_impl
    def on_node_error(self, error: Exception, node: Any) -> None:
        """Print what went wrong."""
        print("error", node.name, error)

    @hook_impl
    def before_dataset_loaded(self, dataset_name: str) -> None:
        """Print the name."""
        print("load", dataset_name)

    @hook_impl(tryfirst=True)
    def after_dataset_saved(self, dataset_name: str, data: Any) -> None:
        """Print the name and the data."""
        print("saved", dataset_name, data)


def broken(word: str) -> str:
    """Fail."""
    raise ValueError(word)


def main() -> None:
    """Run it."""
    manager = _create_hook_manager()
    _register_hooks(manager, [Hooks()])
    nodes = [
        node(str.upper, "word", "loud", name="first"),
        node(len, "loud", "length", name="second"),
        node(broken, "loud", "nothing", name="third"),
    ]
    catalog = DataCatalog({"word": MemoryDataset("as it was")})
    try:
        SequentialRunner().run(pipeline(nodes), catalog, manager)
    except ValueError as error:
        print("raised", error)


main()
