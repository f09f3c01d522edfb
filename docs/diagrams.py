"""Draw the diagrams of the documentation.

    python docs/diagrams.py    # writes them; a test checks that they are current

Each is one SVG, light or dark as its reader prefers. `docs/conf.py` puts them into the pages of the site, where they
follow its theme. They are narrow, so that their text can be read on a phone.
"""

# ruff: noqa: INP001 - this is a command

from __future__ import annotations

from html import escape
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "explanation"
STYLE = """\
<style>
text { font: 14px system-ui, sans-serif; fill: #24292f }
.small { font-size: 12px; fill: #57606a }
.box { fill: #f6f8fa; stroke: #8c959f }
.ring { fill: #ddf4ff; stroke: #0969da }
.line { stroke: #8c959f; stroke-width: 1.5; fill: none }
.good { stroke: #1a7f37; stroke-width: 2; fill: none } .goodhead { fill: #1a7f37 } .goodtext { fill: #1a7f37 }
.bad { stroke: #cf222e; stroke-width: 2; fill: none; stroke-dasharray: 5 4 } .badhead, .badtext { fill: #cf222e }
.life { stroke: #d0d7de; stroke-width: 1.5 }
.head { fill: #8c959f }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .small { fill: #9ea7b3 }
  .box { fill: #21262d; stroke: #6e7681 }
  .ring { fill: #12294a; stroke: #4493f8 }
  .good { stroke: #3fb950 } .goodhead, .goodtext { fill: #3fb950 }
  .bad { stroke: #ff7b72 } .badhead, .badtext { fill: #ff7b72 }
  .life { stroke: #3d444d }
}
</style>"""
LEFT, RIGHT = -1, 1


def svg(width: int, height: int, title: str, parts: list[str]) -> str:
    """Return a whole picture."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="title">'
    return "\n".join([head, f'<title id="title">{escape(title)}</title>', STYLE, *parts, "</svg>", ""])


def text(x: int, y: int, words: str, kind: str = "", anchor: str = "middle") -> str:
    """Return a line of text."""
    attributes = f' class="{kind}"' if kind else ""
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}"{attributes}>{escape(words)}</text>'


def box(x: int, y: int, width: int, words: str, kind: str = "box") -> str:
    """Return a box with words in it."""
    rectangle = f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="32" rx="6"/>'
    return f"{rectangle}\n{text(x + width // 2, y + 21, words)}"


def arrow(start: tuple[int, int], end: tuple[int, int], kind: str = "line", head: str = "head") -> str:
    """Return a straight arrow, to the left, to the right, or down."""
    (x1, y1), (x2, y2) = start, end
    if y1 == y2:
        way = RIGHT if x2 > x1 else LEFT
        point = f"{x2},{y2} {x2 - 9 * way},{y2 - 5} {x2 - 9 * way},{y2 + 5}"
        x2 -= 8 * way
    else:
        point = f"{x2},{y2} {x2 - 5},{y2 - 9} {x2 + 5},{y2 - 9}"
        y2 -= 8
    return f'<path class="{kind}" d="M{x1} {y1}L{x2} {y2}"/>\n<polygon class="{head}" points="{point}"/>'


GROUPS = (
    ("ring", "wrappers, tryfirst", "outermost"),
    ("ring", "wrappers", "around all below"),
    ("ring", "wrappers, trylast", "innermost"),
    ("box", "tryfirst", "runs first"),
    ("box", "neither", "runs next"),
    ("box", "trylast", "runs last"),
)


def call_order() -> str:
    """Return the diagram of the groups of a call order."""
    parts = [text(160, 22, "within a group:"), text(160, 40, "last registered first", "small")]
    for number, (kind, name, place) in enumerate(GROUPS):
        y = 56 + 60 * number
        parts += [box(60, y, 200, name, kind), text(276, y + 21, place, "small", "start")]
        if number:
            parts.append(arrow((160, y - 28), (160, y - 1)))
    parts += [
        '<path class="line" d="M44 56 H34 V208 H44"/>',
        '<path class="line" d="M44 236 H34 V388 H44"/>',
        f'<g transform="rotate(-90 20 132)">{text(20, 137, "run around", "small")}</g>',
        f'<g transform="rotate(-90 20 312)">{text(20, 317, "give answers", "small")}</g>',
    ]
    title = "Call order: wrappers first, the outermost at the top; then tryfirst, the others, and trylast"
    return svg(420, 400, title, parts)


LIVES = ((45, "host"), (165, "outer"), (285, "inner"), (395, "plugin"))


def unwinding() -> str:
    """Return the diagram of an exception that passes two wrappers and ends in the outer one."""
    host, outer, inner, plugin = (x for x, _ in LIVES)
    parts = [f'<path class="life" d="M{x} 46V388"/>' for x, _ in LIVES]
    parts += [box(x - 40, 14, 80, name, "ring" if name in {"outer", "inner"} else "box") for x, name in LIVES]
    steps = (
        (host, outer, 76, "call", "line", "head", ""),
        (outer, inner, 116, "yield", "line", "head", ""),
        (inner, plugin, 156, "yield", "line", "head", ""),
        (plugin, inner, 206, "raises", "bad", "badhead", "badtext"),
        (inner, outer, 266, "raises again", "bad", "badhead", "badtext"),
        (outer, host, 340, "returns", "good", "goodhead", "goodtext"),
    )
    for start, end, y, words, kind, head, ink in steps:
        parts += [arrow((start, y), (end, y), kind, head), text((start + end) // 2, y - 8, words, ink)]
    parts += [
        text(inner - 8, 224, "at its yield:", "small", "end"),
        text(inner - 8, 240, "finally cleans up", "small", "end"),
        text(outer - 8, 284, "at its yield:", "small", "end"),
        text(outer - 8, 300, "except returns", "small", "end"),
        text(host + 8, 370, "has a result", "small", "start"),
    ]
    title = "An exception is raised at the yield of the inner wrapper, then of the outer one, which returns a result"
    return svg(440, 396, title, parts)


DIAGRAMS = {"call-order.svg": call_order, "unwinding.svg": unwinding}

if __name__ == "__main__":
    for file, draw in DIAGRAMS.items():
        (FOLDER / file).write_text(draw(), encoding="utf-8")
