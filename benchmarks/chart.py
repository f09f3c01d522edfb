"""Draws a bar chart as SVG: readable in light and in dark, and without a script."""

from __future__ import annotations

from html import escape

WIDTH, LABELS, ROW, TOP = 720, 300, 26, 54
FULL = WIDTH - LABELS - 70  # how long the bar of pluggy is

_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f }
.small { font-size: 11px; fill: #57606a }
.other { fill: #d0d7de } .ours { fill: #1f6feb }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .small { fill: #8d96a0 } .other { fill: #30363d } .ours { fill: #4493f8 }
}
"""


def svg(rows: list[tuple[str, float]], caption: str) -> str:
    """Return a chart with a bar for each row: its share of what pluggy takes, which is the whole width."""
    height = TOP + ROW * len(rows) + 24
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title">',
        f"<style>{_STYLE}</style>",
        f'<text id="title" x="{LABELS}" y="20">What pluginkit takes; pluggy takes the whole bar</text>',
        f'<text class="small" x="{LABELS}" y="38">{escape(caption)}</text>',
    ]
    for place, (label, share) in enumerate(rows):
        y = TOP + ROW * place
        parts += [
            f'<text x="{LABELS - 10}" y="{y + 13}" text-anchor="end">{escape(label)}</text>',
            f'<rect class="other" x="{LABELS}" y="{y + 2}" width="{FULL}" height="14" rx="3"/>',
            f'<rect class="ours" x="{LABELS}" y="{y + 2}" width="{min(share, 1) * FULL:.1f}" height="14" rx="3"/>',
            f'<text x="{LABELS + FULL + 8}" y="{y + 13}">{share:.2f}</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])
