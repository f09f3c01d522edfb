"""A picture of nested calls: as wide as the time that they took, with what they call below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from zlib import crc32

from pluginkit.observe._timings import Key, Path, Timing

WIDTH, HEIGHT, MARGIN = 1000, 22, 10
LETTER = 7.4  # the width of one, about

STYLE = """\
text { font: 12px ui-monospace, monospace; fill: #1b1f24 }
.title { font: 14px system-ui, sans-serif; fill: #1b1f24 }
rect { stroke: #ffffff }
svg { background: #ffffff }
@media (prefers-color-scheme: dark) {
  .title { fill: #e6edf3 }
  rect { stroke: #0d1117 }
  svg { background: #0d1117 }
}
"""


class Node:
    """What one plugin took in one hook, called from the same place.

    Attributes:
        own: The seconds of its own code.
        calls: How many there were.
        inner: What it calls.
    """

    def __init__(self) -> None:
        self.own = 0.0
        self.calls = 0
        self.inner: dict[Key, Node] = {}

    @property
    def total(self) -> float:
        """The seconds, with those of what it calls."""
        return self.own + sum(node.total for node in self.inner.values())

    @property
    def depth(self) -> int:
        """How many calls are below one another in it."""
        return max((1 + node.depth for node in self.inner.values()), default=0)


def flame(paths: Mapping[Path, Timing], title: str) -> str:
    """Return an SVG picture of what was measured; each colour stands for a plugin."""
    root = tree(paths)
    height = 3 * MARGIN + HEIGHT * (1 + root.depth)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + 2 * MARGIN} {height}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>\n{STYLE}</style>",
        f'<text class="title" x="{MARGIN}" y="{MARGIN + 12}">{escape(title)}: {_time(root.total)}</text>',
        *_bars(root, MARGIN, 2 * MARGIN + HEIGHT, root.total),
        "</svg>",
    ]
    return "\n".join([*lines, ""])


def tree(paths: Mapping[Path, Timing]) -> Node:
    """Return the calls as a tree, below a node that stands for the program."""
    root = Node()
    for path, timing in paths.items():
        node = root
        for key in path:
            node = node.inner.setdefault(key, Node())
        node.own += timing.total
        node.calls += timing.calls
    return root


def _bars(node: Node, left: float, top: float, whole: float) -> Iterator[str]:
    for (plugin, hook), inner in sorted(node.inner.items(), key=lambda item: (-item[1].total, item[0])):
        width = WIDTH * (inner.total / whole) if whole else 0.0
        told = f"{plugin}: {hook}, {_time(inner.total)} in {inner.calls} calls, {_time(inner.own)} of its own"
        yield "<g>"
        yield f"<title>{escape(told)}</title>"
        yield f'<rect x="{left:.2f}" y="{top}" width="{width:.2f}" height="{HEIGHT}" fill="{_colour(plugin)}"/>'
        label = f"{plugin}: {hook}"[: max(0, int((width - 8) / LETTER))]
        if label:
            yield f'<text x="{left + 4:.2f}" y="{top + 15}">{escape(label)}</text>'
        yield "</g>"
        yield from _bars(inner, left, top + HEIGHT, whole)
        left += width


def _colour(plugin: str) -> str:
    return f"hsl({crc32(plugin.encode('utf-8', 'surrogatepass')) % 360} 70% 75%)"


def _time(seconds: float) -> str:
    return f"{1000 * seconds:.3f} ms"
