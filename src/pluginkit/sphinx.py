"""A Sphinx extension: the directive `pluginkit-hooks` puts the reference of a host's hooks into a page.

It needs Sphinx, which is there where documentation is built; nothing else of pluginkit imports it. In `conf.py`, name
`pluginkit.sphinx` among the extensions, and in a page of reStructuredText write:

    .. pluginkit-hooks:: myhost.hooks:AppSpec
       :group: myhost.plugins

Each hook is a section. Its docstring is read as the page is: as reStructuredText, or as Markdown with MyST.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from pluginkit import __version__
from pluginkit._errors import PluginkitError
from pluginkit.cli._target import load_registry
from pluginkit.cli.docs import HookReference, references

if TYPE_CHECKING:
    from sphinx.application import Sphinx


class HooksDirective(SphinxDirective):
    """Documents the hooks of the spec, or of the registry, at a target such as `myhost.hooks:AppSpec`.

    Its option `group` loads an entry point group, whose plugins are named with the hooks that they implement.
    """

    required_arguments = 1
    option_spec: ClassVar[dict[str, Callable[[str], Any]] | None] = {"group": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return a section for each hook."""
        groups = [self.options["group"]] if "group" in self.options else []
        try:
            registry, _ = load_registry(Namespace(target=self.arguments[0], group=groups))
        except PluginkitError as error:
            raise self.error(str(error)) from error
        return [self._section(hook) for hook in references(registry)]

    def _section(self, hook: HookReference) -> nodes.Node:
        section = nodes.section(ids=[nodes.make_id(f"hook-{hook.owner}-{hook.name}")], names=[hook.name])
        section += nodes.title(text=hook.name)
        section += nodes.literal_block(hook.signature, hook.signature, language="python")
        section += self.parse_text_to_nodes(hook.documentation)
        section += self._paragraph(hook.rules.replace("`", ""))
        for each in hook.deprecations:
            section += self._paragraph(each)
        if hook.plugins:
            section += self._paragraph(f"Implemented by: {', '.join(hook.plugins)}.")
        return section

    @staticmethod
    def _paragraph(text: str) -> nodes.Node:
        return nodes.paragraph("", text)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive; Sphinx calls this."""
    app.add_directive("pluginkit-hooks", HooksDirective)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
