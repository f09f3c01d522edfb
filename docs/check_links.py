"""Check the links of the built site.

    python docs/check_links.py build/site

Every link within the site has to lead to a file that is there, and to a place in it. Links to the outside are not
followed: they have to be `https`, with a host. Exit status: 0 all are right, 1 some are not, 2 there is no site.
"""

# ruff: noqa: INP001, T201 - this is a command, it is not imported, and it prints

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

LINKS = {"a": "href", "link": "href", "img": "src", "script": "src"}
NOT_FOUND = "404.html"
VOID = {"data", "javascript", "mailto"}


class Page(HTMLParser):
    """The links of a page, and the places in it that links can lead to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag links to, and what it is called."""
        values = dict(attrs)
        link, place = values.get(LINKS.get(tag, "")), values.get("id")
        if link:
            self.links.append(link)
        if place:
            self.places.append(place)


def wrong_links(site: Path) -> Iterator[str]:
    """Yield what is wrong with the links of each page, and with its places."""
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    for path, page in pages.items():
        name = path.relative_to(site)
        for link in dict.fromkeys(page.links):
            reason = _wrong(link, path, pages)
            if reason:
                yield f"{name}: {link}: {reason}"
        for place in sorted({each for each in page.places if page.places.count(each) > 1}):
            yield f"{name}: #{place}: stands for several places"


def _wrong(link: str, path: Path, pages: dict[Path, Page]) -> str:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        right = parts.scheme in VOID or (parts.scheme == "https" and "." in parts.netloc)
        return "" if right else "is not an https link with a host"
    if path.name == NOT_FOUND:  # it is shown at any address, and its links begin at the root of the site
        parts = parts._replace(path=parts.path.removeprefix("/"))
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file():
        return "leads to no file"
    if parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].places:
        return "leads to no place in that page"
    return ""


def wrong_list(site: Path) -> Iterator[str]:
    """Yield the pages that `llms.txt` does not list, and the addresses in it that lead to no page."""
    listed = re.findall(r"\]\(https://[^/]+/en/latest/([^)]*)\)", (site / "llms.txt").read_text(encoding="utf-8"))
    made = {"genindex.html", "py-modindex.html", "search.html"}  # not written by anybody
    pages = {path.relative_to(site).as_posix() for path in site.rglob("*.html")} - made
    yield from (f"llms.txt: {page}: is not listed" for page in sorted(pages - {*listed}))
    yield from (f"llms.txt: {page}: leads to no page" for page in sorted({*listed} - pages))


def main() -> int:
    """Check the site that is named, and return the exit status."""
    site = Path(sys.argv[1]).resolve()
    if not (site / "index.html").is_file():
        print(f"there is no site in {site}", file=sys.stderr)
        return 2
    wrong = [*wrong_links(site), *wrong_list(site)]
    print("\n".join(wrong) if wrong else f"all links of {sum(1 for _ in site.rglob('*.html'))} pages are right")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
