"""Draws a bar chart as SVG: readable in light and in dark, on a phone, and without a script."""

from __future__ import annotations

from html import escape
from textwrap import wrap

WIDTH, ROW, TOP = 440, 36, 62  # narrow enough for a phone: each label is above its bar
CAPTION = 48  # characters of a line

_STYLE = """
text { font: 14px system-ui, sans-serif; fill: #24292f }
.small { font-size: 12px; fill: #57606a }
.other { fill: #d0d7de } .ours { fill: #1f6feb }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .small { fill: #8d96a0 } .other { fill: #30363d } .ours { fill: #4493f8 }
}
"""


def svg(rows: list[tuple[str, float]], caption: str) -> str:
    """Return a chart with a bar for each row: its share of what pluggy takes, which is the whole width."""
    height = TOP + ROW * len(rows) + 6
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title">',
        f"<style>{_STYLE}</style>",
        '<text id="title" x="0" y="16">What pluginkit takes; pluggy takes the whole bar</text>',
    ]
    for place, line in enumerate(wrap(caption, CAPTION)):
        parts.append(f'<text class="small" x="0" y="{34 + 16 * place}">{escape(line)}</text>')
    for place, (label, share) in enumerate(rows):
        y = TOP + ROW * place
        parts += [
            f'<text x="0" y="{y + 14}">{escape(label)}</text>',
            f'<text x="{WIDTH}" y="{y + 14}" text-anchor="end">{share:.2f}</text>',
            f'<rect class="other" x="0" y="{y + 20}" width="{WIDTH}" height="8" rx="3"/>',
            f'<rect class="ours" x="0" y="{y + 20}" width="{min(share, 1) * WIDTH:.1f}" height="8" rx="3"/>',
        ]
    return "\n".join([*parts, "</svg>", ""])
