"""The page of `pluginkit graph`, in a real browser without a window. Run by `python -m nox -s browser`.

A script is added to the page that uses it as a person would, and writes what it saw in the title of the document.
"""

from __future__ import annotations

import json
import re
import subprocess
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from browsers import browser
from plugins import answering
from specs import AppSpec

from pluginkit import Registry, hookimpl
from pluginkit.cli.graph import Graph, as_html, pictures

if TYPE_CHECKING:
    from pathlib import Path


SCRIPT = """
<script>
const seen = { errors: 0 };
addEventListener("error", () => seen.errors++);
const shown = () => hooks.filter(hook => hook.offsetParent !== null).length;
const filter = document.getElementById("filter");
const type = text => { filter.value = text; filter.dispatchEvent(new Event("input")); };
const colour = () => getComputedStyle(document.body).backgroundColor;
seen.overflow = document.documentElement.scrollWidth - document.documentElement.clientWidth;
seen.all = shown();
type("SECTIONS"); seen.byHook = shown();
type("second"); seen.byPlugin = shown();
type("nothing like it"); seen.none = shown();
seen.message = document.getElementById("none").offsetParent !== null;
type(""); seen.again = shown();
const first = colour();
document.getElementById("theme").click(); seen.changes = colour() !== first;
document.getElementById("theme").click(); seen.changesBack = colour() === first;
const [ring, inner] = document.querySelectorAll(".ring");
const outside = ring.getBoundingClientRect(), inside = inner.getBoundingClientRect();
seen.nested = outside.left < inside.left && outside.right > inside.right && outside.bottom > inside.bottom;
document.title = JSON.stringify(seen);
</script>
"""


def page() -> str:
    """Return the page of a host with wrappers, and names that are long."""
    registry = Registry(AppSpec)
    registry.register(answering(AppSpec.sections, ["first"]), "first" + "-and-so-on" * 12)
    registry.register(answering(AppSpec.render, b"second"), "second")

    class Around:
        @hookimpl(AppSpec.sections, wrapper=True)
        def around(self, **_: object) -> Any:
            return (yield)

    for name in ("inner", "outer"):
        registry.register(Around(), name)
    return as_html(Graph(tuple(pictures(registry)), (), "host:registry"))


@pytest.mark.parametrize("width", [500, 1280])  # the narrowest window that the browser opens, and a wide one
@pytest.mark.parametrize("scheme", ["0", "1"], ids=["dark", "light"])
def test_page(tmp_path: Path, width: int, scheme: str) -> None:
    """The filter finds hooks by hook and by plugin, the theme changes, rings are nested, and nothing overflows."""
    path = tmp_path / "page.html"
    path.write_text(page().replace("</body>", f"{SCRIPT}</body>"))
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    options += [f"--window-size={width},900", f"--blink-settings=preferredColorScheme={scheme}", "--dump-dom"]
    done = subprocess.run([browser(), *options, path.as_uri()], capture_output=True, text=True, check=True, timeout=60)
    title = re.search("<title>(.*?)</title>", done.stdout)
    assert title
    assert json.loads(unescape(title[1])) == {
        "errors": 0,
        "overflow": 0,
        "all": 4,
        "byHook": 1,
        "byPlugin": 1,
        "none": 0,
        "message": True,
        "again": 4,
        "changes": True,
        "changesBack": True,
        "nested": True,
    }
