"""How the documentation site is built; `python -m nox -s docs` builds it.

Docstrings are written for a terminal: Google's layout, and code between single backticks, as in Markdown. Pictures
are put into the page, so that they follow its light and dark theme.
"""

# ruff: noqa: INP001 - Sphinx reads this file, nobody imports it

from __future__ import annotations

import inspect
import os
import re
import shutil
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.pycode import ModuleAnalyzer
from sphinx.writers.html5 import HTML5Translator

import pluginkit

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PYPROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
REPOSITORY = PYPROJECT["project"]["urls"]["Source"]

project = "pluginkit"
version = release = pluginkit.__version__
copyright = "The pluginkit authors, MIT licence"  # noqa: A001 - Sphinx wants this name

extensions = [
    "pluginkit.sphinx",
    "myst_parser",
    "notfound.extension",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
]
exclude_patterns = ["_build", "examples/*/.*", "examples/*/src", "examples/*/tests"]
nitpicky = True
nitpick_ignore_regex = [
    ("py:.*", r"(?!pluginkit\.).*|pluginkit\.(_declare\.(hookspec|types)|_registry|testing\._\w+)\..*")
]  # names of other libraries, type variables

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
# MyST does not see anchors within tables; docs/check_links.py checks all of them in the site that was built.
suppress_warnings = ["myst.xref_missing"]

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
napoleon_use_ivar = True
napoleon_use_rtype = False

html_theme = "furo"
pygments_dark_style = "github-dark"
html_title = f"pluginkit {version}"
html_static_path = ["_static"]
html_favicon = "_static/favicon.svg"
html_css_files = ["site.css"]
html_extra_path = ["_root"]  # a service worker serves what is below the folder that it is in
html_copy_source = False
templates_path = ["_templates"]
html_theme_options: dict[str, Any] = {
    "navigation_with_keys": True,
    "source_repository": REPOSITORY,  # from these, each page gets links to its source, and to edit it
    "source_branch": "main",
    "source_directory": "docs/",
}
html_context = {"repository": REPOSITORY}
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
        "links.html",
    ]
}
notfound_urls_prefix = "/en/latest/" if os.environ.get("READTHEDOCS") else "/"

copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
copybutton_only_copy_prompt_lines = True

NARROW = 450  # a picture up to this width can be read on a phone; others scroll there
COLUMNS, SENTENCE = 3, 24  # so many, with a text longer than that in one of them, are too many for a phone
STYLE = re.compile(
    r"<style>(?P<light>.*?)@media \(prefers-color-scheme: dark\) \{(?P<dark>.*?)\n\}\s*</style>", re.DOTALL
)
INCLUDE = re.compile(r"```\{include\} \.\./\.\./(?P<name>\w+\.md)\n```")
DOCS_LINK = re.compile(r"\]\(docs/")
ROOT_LINK = re.compile(r"\]\((?P<page>[A-Z]+\.md)")
RAISES = re.compile(r"^:raises (\w+):")
MESSAGE_PLACE = re.compile(r'<a id="(pk\d+)">')
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


def include_from_root(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put the documents of the root folder into their pages, with links that lead to pages of the site."""
    del docname

    def include(match: re.Match[str]) -> str:
        text = (Path(app.srcdir).parent / match["name"]).read_text(encoding="utf-8")
        return ROOT_LINK.sub(lambda link: f"]({link['page'].lower()}", DOCS_LINK.sub("](../", text))

    source[0] = INCLUDE.sub(include, source[0])


def as_rst(_app: Sphinx, _what: str, name: str, _object: object, _options: object, lines: list[str]) -> None:
    """Turn the code in a docstring into code of reStructuredText, and public names into links.

    Exceptions of pluginkit get their full names: the layer for pluggy has some of the same name.
    """
    lines[:] = [CODE.sub(_code, line) for line in lines]
    if not name.startswith("pluginkit.pluggy."):
        lines[:] = [RAISES.sub(_raises, line) for line in lines]


def _raises(match: re.Match[str]) -> str:
    return f":raises pluginkit.{match[1]}:" if match[1] in pluginkit.__all__ else match[0]


def _code(match: re.Match[str]) -> str:
    name = match[1]
    return f":py:obj:`~pluginkit.{name}`" if name in pluginkit.__all__ else f"``{name}``"


class AsWritten(str):
    """An annotation that is shown as its author wrote it; evaluated, type variables would become None."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def as_written(_app: Sphinx, what: str, name: str, function: Any, *_: object) -> tuple[str, str] | None:
    """Return the signature of a function; of a class only where others make instances of it."""
    if what in {"class", "exception"}:
        function = function.__init__
    if what == "data" or not inspect.isfunction(function):
        return None
    if what in {"class", "exception"} and name != "pluginkit.Registry":
        return "", ""
    signature = inspect.signature(function)
    parameters = [
        each.replace(annotation=AsWritten(each.annotation))
        for each in signature.parameters.values()
        if each.name != "self"
    ]
    returns = "" if signature.return_annotation in {"None", "Any"} else signature.return_annotation
    return str(signature.replace(parameters=parameters, return_annotation=inspect.Signature.empty)), returns


def inline_pictures(app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Put SVG pictures into the page: there, they can follow its theme."""
    if app.builder.format != "html":
        return
    for number, image in enumerate(list(doctree.findall(nodes.image))):
        picture = Path(app.srcdir, image["uri"])
        if picture.suffix == ".svg" and picture.is_file():
            text = in_page(picture.read_text(encoding="utf-8"), f"picture-{number}")
            image.replace_self(nodes.raw("", f'<div class="picture" id="picture-{number}">{text}</div>', format="html"))


def in_page(svg: str, name: str) -> str:
    """Return a picture whose styles and names are its own, and dark where the page is dark."""
    width = re.search(r'viewBox="0 0 (\d+) ', svg)
    if width:
        least = f"; min-width: {int(width[1]) * 3 // 4}px" if int(width[1]) > NARROW else ""
        svg = svg.replace("<svg ", f'<svg style="max-width: {width[1]}px{least}" ', 1)
    svg = re.sub(r'\b(id|aria-labelledby)="(\w+)"', rf'\1="{name}-\2"', svg)
    return STYLE.sub(lambda match: _themed(f"#{name}", match["light"], match["dark"]), svg)


def _themed(selector: str, light: str, dark: str) -> str:
    chosen = f'body[data-theme="dark"] {selector} {{ {dark} }}'
    preferred = f'body:not([data-theme="light"]) {selector} {{ {dark} }}'
    return f"<style>{selector} {{ {light} }}\n{chosen}\n@media (prefers-color-scheme: dark) {{ {preferred} }}</style>"


def stack_cells(_app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Prepare tables of text, which have three columns or more, for narrow screens: each cell gets its column's name.

    Tables of figures stay as they are, and scroll.
    """
    for table in doctree.findall(nodes.table):
        head, *rows = [[*row.findall(nodes.entry)] for row in table.findall(nodes.row)]
        if len(head) >= COLUMNS and any(len(cell.astext()) > SENTENCE for row in rows for cell in row[1:]):
            table["classes"].append("stacked")
            for row in rows:
                for name, cell in zip(head[1:], row[1:], strict=True):
                    cell["label"] = name.astext()
                    cell["classes"] += [] if cell.astext() else ["empty"]


def index_messages(_app: Sphinx, doctree: nodes.document) -> None:
    """Put each message of a table of codes into the index, so that searching it leads to its row before all else."""
    for row in doctree.findall(nodes.row):
        cells = [*row.findall(nodes.entry)]
        place = MESSAGE_PLACE.search("".join(raw.astext() for raw in cells[0].findall(nodes.raw)))
        if place:
            messages = [literal.astext() for literal in cells[1].findall(nodes.literal)]
            cells[0].insert(0, addnodes.index(entries=[("single", text, place[1], "main", None) for text in messages]))


SITE = "https://typed-pluginkit.readthedocs.io/en/latest/"


def write_llms(app: Sphinx, failure: Exception | None) -> None:
    """Write `llms.txt`: the pages with their addresses and first sentences, for programs that read texts."""
    if failure is not None or app.builder.format != "html":
        return
    summary = "> A statically typed plugin framework for Python: hook specs are typing.Protocol classes."
    lines = ["# pluginkit", "", summary, ""]
    for name in sorted(app.env.found_docs):
        tree = app.env.get_doctree(name)
        first = next(tree.findall(nodes.paragraph), None)
        summary = " ".join(first.astext().split()) if first is not None else ""
        lines.append(f"- [{app.env.titles[name].astext()}]({SITE}{app.builder.get_target_uri(name)}): {summary}")
    Path(app.outdir, "llms.txt").write_text("\n".join([*lines, ""]), encoding="utf-8")


PYODIDE = os.environ.get("PYODIDE", "")  # the folder of the npm package, for the playground
LOADED = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")


def bring_python(app: Sphinx, failure: Exception | None) -> None:
    """Put Python for the browser beside the pages, and this pluginkit; the playground says so where it is missing."""
    if failure is not None or app.builder.format != "html" or not PYODIDE:
        return
    folder = Path(app.outdir, "_static", "pyodide")
    folder.mkdir(parents=True, exist_ok=True)
    for name in LOADED:
        shutil.copyfile(Path(PYODIDE, name), folder / name)
    package = Path(pluginkit.__file__).parent
    with zipfile.ZipFile(folder / "pluginkit.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(package.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                archive.write(path, path.relative_to(package.parent))


class Translator(HTML5Translator):
    """Writes the names of columns into cells."""

    def starttag(self, node: Any, *args: Any, **attributes: Any) -> str:
        """Return the opening tag of a node."""
        if isinstance(node, nodes.entry) and node.get("label"):
            attributes["data-label"] = node["label"]
        tag: str = super().starttag(node, *args, **attributes)
        return tag


def setup(app: Sphinx) -> None:
    """Register the above."""
    for module in ("pluginkit._declare.spec", "pluginkit.testing._doubles"):
        analyzer = ModuleAnalyzer.for_module(module)
        analyzer.analyze()
        analyzer.overloads.clear()  # those of `hookspec` and `override` say less than the one real signature
    app.connect("source-read", include_from_root)
    app.connect("autodoc-process-signature", as_written)
    app.connect("autodoc-process-docstring", as_rst, priority=900)  # after napoleon
    app.connect("doctree-read", index_messages)
    app.connect("doctree-resolved", inline_pictures)
    app.connect("doctree-resolved", stack_cells)
    app.connect("build-finished", write_llms)
    app.connect("build-finished", bring_python)
    app.set_translator("html", Translator)
