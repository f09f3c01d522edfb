"""The documentation site in a real browser without a window. Run by `python -m nox -s docs browser_docs`.

Every page is shown in a frame, as wide as a desktop and as a phone, light and dark. A script looks for what is wider
than the page, and for text that can hardly be read, and writes what it saw into the title of the document.
"""

from __future__ import annotations

import json
import re
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from browsers import Handler, browser, served

SITE = Path(__file__).resolve().parents[2] / "build" / "site"
WIDTHS = {"desktop": 1280, "phone": 390}

FOUND = {  # what people type, and where it leads
    "faq": "how-to/faq.html",
    "profiling": "how-to/find-slow-plugin.html",
    "vscode": "how-to/editors.html",
    "logging": "how-to/cookbook.html",
    "implements no hook": "reference/messages.html#pk120",
    "the name is blocked": "reference/messages.html#pk402",
}

SCRIPT = """
<!doctype html><title>looking</title><iframe id="frame" style="border: 0; height: 900px"></iframe>
<script>
const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
const light = colour => {
  const linear = each => each <= .03928 ? each / 12.92 : ((each + .055) / 1.055) ** 2.4;
  const [r, g, b] = numbers(colour).map(each => linear(each / 255));
  return .2126 * r + .7152 * g + .0722 * b;
};
const contrast = (one, other) => {
  const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
  return (high + .05) / (low + .05);
};
const behind = (element, view) => {
  for (let each = element; each; each = each.parentElement) {
    const colour = view.getComputedStyle(each).backgroundColor;
    if (!/, 0\\)$/.test(colour)) return colour;
  }
  return "rgb(255, 255, 255)";
};
const look = (frame, theme) => {
  const view = frame.contentWindow, page = frame.contentDocument, seen = {};
  page.body.dataset.theme = theme;
  const root = page.documentElement;
  seen.overflow = root.scrollWidth - root.clientWidth;
  seen.wide = [...page.querySelectorAll("article *")].filter(each => {
    const right = each.getBoundingClientRect().right;
    const scrolls = each.closest("pre, .table-wrapper, .highlight, .sig-wrapper, svg");
    return right > root.clientWidth + 1 && !scrolls && each.tagName !== "STYLE" && each.offsetParent !== null;
  }).map(each => each.tagName + " " + each.textContent.trim().slice(0, 40));
  seen.pictures = [...page.querySelectorAll(".picture text")].filter(each =>
    contrast(view.getComputedStyle(each).fill, behind(each.closest(".picture"), view)) < 4.5
      && !each.previousElementSibling?.matches?.("rect, .box, .ring")
  ).map(each => each.textContent);
  seen.text = [...page.querySelectorAll("article p, article td, article li, article h1, article pre")].filter(each =>
    contrast(view.getComputedStyle(each).color, behind(each, view)) < 4.5).map(each => each.textContent.slice(0, 40));
  seen.buttons = page.querySelectorAll("button.copybtn").length;
  seen.blocks = page.querySelectorAll("article div.highlight pre").length;
  return seen;
};
(async () => {
  const frame = document.getElementById("frame"), found = {};
  for (const page of PAGES) for (const [name, width] of Object.entries(WIDTHS)) {
    frame.style.width = width + "px";
    await new Promise(done => { frame.onload = done; frame.src = page; });
    await new Promise(done => setTimeout(done, 30));
    for (const theme of ["light", "dark"]) found[`${page} ${name} ${theme}`] = look(frame, theme);
  }
  const used = { results: {} };
  const asked = words => new Promise(done => {
    frame.onload = done;
    frame.src = "search.html?q=" + encodeURIComponent(words);
  });
  for (const words of QUERIES) {
    await asked(words);
    const summary = () => frame.contentDocument.querySelector("#search-results .search-summary")?.textContent;
    for (let i = 0; i < 200 && !/found|did not match/.test(summary()); i++)
      await new Promise(done => setTimeout(done, 50));
    const links = [...frame.contentDocument.querySelectorAll("#search-results li a")];
    used.results[words] = links.map(each => each.getAttribute("href").replace(/[?].*?(#|$)/, "$1"));
  }
  const page = frame.contentDocument;
  const themes = new Set();
  for (let i = 0; i < 3; i++) {
    page.querySelector(".theme-toggle").click();
    themes.add(page.body.dataset.theme);
  }
  used.themes = [...themes].sort();
  document.title = JSON.stringify({ found, used });
})();
</script>
"""


class _Looking(Handler):
    script = ""

    def do_GET(self) -> None:  # noqa: N802 - the name that `http.server` gives it
        if self.path == "/look.html":
            self.answer(self.script.encode())
        else:
            super().do_GET()


@pytest.fixture(scope="module")
def looked() -> dict[str, dict[str, Any]]:
    """Return what the browser saw, and what happened when the site was used."""
    pages = [path.relative_to(SITE).as_posix() for path in sorted(SITE.rglob("*.html"))]
    assert pages, "build the site first: python -m nox -s docs"
    _Looking.script = SCRIPT.replace("PAGES", json.dumps(pages), 1).replace("(WIDTHS)", f"({json.dumps(WIDTHS)})")
    _Looking.script = _Looking.script.replace("QUERIES", json.dumps([*FOUND, "snapshot"]), 1)
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=600000", "--dump-dom"]
    with served(SITE, _Looking) as address:
        command = [browser(), *options, "--window-size=1400,1000", f"{address}/look.html"]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    title = re.search(r"<title>(.*?)</title>", done.stdout, re.DOTALL)
    assert title is not None, done.stderr
    found: dict[str, dict[str, Any]] = json.loads(unescape(title[1]))
    return found


@pytest.fixture
def seen(looked: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return what the browser saw, by page, width and theme."""
    return looked["found"]


@pytest.mark.parametrize("words", FOUND)
def test_the_search_finds_what_explains_a_word_first(looked: dict[str, dict[str, Any]], words: str) -> None:
    """What people type leads to the page or the section about it, before all others."""
    assert looked["used"]["results"][words][:1] == [FOUND[words]]


def test_the_search_finds_all_pages(looked: dict[str, dict[str, Any]]) -> None:
    """Searching a word leads to the pages that explain it."""
    assert {"reference/glossary.html", "explanation/how-dispatch-works.html"} <= set(
        looked["used"]["results"]["snapshot"]
    )


def test_the_theme_can_be_chosen(looked: dict[str, dict[str, Any]]) -> None:
    """The button goes from what the system prefers to light and to dark."""
    assert looked["used"]["themes"] == ["auto", "dark", "light"]


@pytest.mark.parametrize("what", ["wide", "pictures", "text"])
def test_nothing_is_wider_than_its_page_or_hard_to_read(seen: dict[str, dict[str, Any]], what: str) -> None:
    """On a desktop and on a phone, light and dark, everything fits and has contrast."""
    assert {view: each[what] for view, each in seen.items() if each[what]} == {}


def test_no_page_scrolls_sideways(seen: dict[str, dict[str, Any]]) -> None:
    """Wide tables and code scroll in their own boxes."""
    assert {view: each["overflow"] for view, each in seen.items() if each["overflow"] > 0} == {}
    assert len(seen) > 100


def test_every_block_of_code_has_a_copy_button(seen: dict[str, dict[str, Any]]) -> None:
    """The button copies what is to be typed."""
    assert {view: each for view, each in seen.items() if each["buttons"] != each["blocks"]} == {}
    assert sum(each["blocks"] for each in seen.values()) > 100
