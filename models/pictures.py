"""Figures as SVG that opens anywhere: text stays text, in the reader's own font, and nothing is fetched."""

from collections.abc import Mapping, Sequence
from html import escape

WIDTH, ROW, LEFT, BAR = 760, 26, 220, 440
COLOURS = ("#9db4c8", "#1f5f8b", "#c8743c")


def bars(title: str, rows: Mapping[str, Sequence[float]], series: Sequence[str]) -> str:
    """Draw a group of bars a row, each between 0 and 1; ``series`` names the bars of a group."""
    height = 70 + len(rows) * ROW * len(series) // 2 + len(rows) * 10
    parts = [_text(16, 26, title, 16), *_legend(series)]
    top = 64.0
    for name, values in rows.items():
        parts.append(_text(LEFT - 10, top + len(values) * 6.5 + 4, name, 12, "end"))
        for place, value in enumerate(values):
            y = top + place * 13
            parts.append(
                f'<rect x="{LEFT}" y="{y:.1f}" width="{BAR * value:.1f}" height="11" fill="{COLOURS[place % 3]}"/>'
            )
            parts.append(_text(LEFT + BAR * value + 6, y + 9.5, f"{value:.3f}", 10))
        top += len(values) * 13 + 10
    return _svg(parts, max(height, int(top) + 10))


def curve(title: str, sizes: Sequence[int], lines: Mapping[str, Sequence[float]], across: str) -> str:
    """Draw lines over how many rows were learnt from."""
    left, top, wide, high = 60, 60, 560, 280
    most = max(sizes)
    parts = [_text(16, 26, title, 16), *_legend(list(lines))]
    for tenth in range(0, 11, 2):
        y = top + high * (1 - tenth / 10)
        parts.append(f'<line x1="{left}" y1="{y:.1f}" x2="{left + wide}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(_text(left - 8, y + 4, f"{tenth / 10:.1f}", 11, "end"))
    for size in sizes:
        parts.append(_text(left + wide * size / most, top + high + 18, f"{size:,}", 11, "middle"))
    for number, (_, values) in enumerate(lines.items()):
        points = [(left + wide * s / most, top + high * (1 - v)) for s, v in zip(sizes, values, strict=True)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        colour = COLOURS[(number + 1) % 3]
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
    parts.append(_text(left + wide / 2, top + high + 40, across, 12, "middle"))
    return _svg(parts, top + high + 60)


def _legend(series: Sequence[str]) -> list[str]:
    parts: list[str] = []
    shift = 0 if len(series) > 1 else 1
    for place, name in enumerate(series):
        x = 16 + place * 240
        parts.append(f'<rect x="{x}" y="38" width="12" height="12" fill="{COLOURS[(place + shift) % 3]}"/>')
        parts.append(_text(x + 18, 48, name, 12))
    return parts


def _text(x: float, y: float, text: str, size: int, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(parts: Sequence[str], height: int) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif">\n'
        f'<rect width="100%" height="100%" fill="white"/>\n{body}\n</svg>\n'
    )
