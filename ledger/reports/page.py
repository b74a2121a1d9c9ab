"""The report as one web page: nothing to load, nothing that runs, readable in the dark, on paper and by ear."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import IO

import jinja2
from markupsafe import Markup

from minqing.ledger.counts import OTHERS, Line, Table
from minqing.ledger.reports.facts import MOST_LISTED, Facts, Row

# Shades of the heat table, from few to many.
_SHADES = 5


def write_page(file: IO[bytes], facts: Facts, rows: Iterable[Row]) -> None:
    """Write the page; ``rows`` are listed by village inside the office, when they are not too many to read."""
    listed: defaultdict[str, list[Row]] = defaultdict(list)
    is_listed = facts.asked.is_internal and facts.needs <= MOST_LISTED
    for row in rows if is_listed else ():
        listed[row.village].append(row)
    template = _environment().get_template("report.html")
    pieces = template.stream(
        f=facts, w=facts.words, listed=listed, is_listed=is_listed, shade=shade, bars=bars, trend=trend, others=OTHERS
    )
    for piece in pieces:
        file.write(piece.encode("utf-8", "replace"))


def shade(table: Table, row: int, column: int) -> int:
    """Give how dark a cell is, 0 for none, by its share of the largest."""
    largest = int(table.needs.max(initial=0))
    value = table.cell(row, column)
    return -(-value * _SHADES // largest) if value and largest else 0


def bars(lines: Iterable[Line], width: float) -> list[tuple[Line, float, float]]:
    """Give each line with where its piece of a stacked bar begins and how wide it is."""
    taken = [line for line in lines if line.needs]
    total = sum(line.needs for line in taken)
    found, at = [], 0.0
    for line in taken:
        size = width * line.needs / total
        found.append((line, at, size))
        at += size
    return found


def trend(lines: Iterable[Line], width: float, height: float) -> list[tuple[Line, float, float, float, float]]:
    """Give a column for each month that is known: its line, x, y, width and height."""
    taken = [line for line in lines if line.name not in ("", OTHERS)]
    most = max((line.needs for line in taken), default=1) or 1
    step = width / max(len(taken), 1)
    return [
        (line, n * step, height - height * line.needs / most, min(step * 0.8, 40), height * line.needs / most)
        for n, line in enumerate(taken)
    ]


@cache
def _environment() -> jinja2.Environment:
    """Every text is escaped: a name or a diary is never markup, nor a template."""
    folder = Path(__file__).parent / "templates"
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, cache_size=4,
    )  # fmt: skip
    made.globals["style"] = Markup((folder / "report.css").read_text("utf-8"))
    return made
