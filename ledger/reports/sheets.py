"""A report as tables of texts and numbers: what the workbook and the Word file are both made of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from minqing.ledger.counts import Line, Table, shown
from minqing.ledger.estimates import Estimate
from minqing.ledger.reports.facts import Facts, Row

Cell = str | int | float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A titled table; ``rows`` may be read once, ``key`` is its name in every language."""

    key: str
    title: str
    header: tuple[str, ...]
    rows: Iterable[tuple[Cell, ...]]


def overview(facts: Facts) -> Sheet:
    """Give the numbers of the first page, and for whom they are."""
    w = facts.words
    inside = w["internal"] if facts.asked.is_internal else w["shared"].format(n=facts.asked.smallest)
    rows: list[tuple[Cell, ...]] = [(w["as_of"], facts.day or w["unknown"]), ("", inside), ("", w["machine"])]
    rows += [(w[key], value or w["unknown"]) for key, value in facts.overview.items()]
    return Sheet("overview", w["overview"], (w["what"], w["count"]), rows)


def sheets(facts: Facts) -> Iterator[Sheet]:
    """Give every table of counts."""
    w = facts.words
    header = (w["label"], w["households"], w["needs"], w["likely"], w["interval"])
    yield Sheet("by_label", w["by_label"], header, [_label(facts, *pair) for pair in facts.labels])
    for name, title, first in (
        ("village", "by_village", "village"), ("village_state", "by_village_state", "village"),
        ("label_state", "by_label_state", "label"), ("month", "by_month", "month"),
    ):  # fmt: skip
        yield _grid(facts, facts.tables[name], title, w[first])
    for name in ("town", "unit", "level"):
        rows = [_line(facts, line) for line in facts.lines[name]]
        yield Sheet(f"by_{name}", w[f"by_{name}"], (w[name], w["needs"], w["households"]), rows)
    yield Sheet("by_help", w["by_help"], (w["help"], w["count"]), list(facts.help))
    yield Sheet(
        "completeness", w["completeness"], (w["what"], w["count"]), [(w[key], n) for key, n in facts.completeness]
    )


def ledger(facts: Facts, rows: Iterable[Row]) -> Sheet:
    """Give the needs one by one, with the columns that may be shown."""
    columns = _columns(facts)
    header = tuple(facts.words[name] for name, _ in columns)
    return Sheet(
        "ledger", facts.words["ledger"], header, (tuple(getattr(row, at) for _, at in columns) for row in rows)
    )


def oldest(facts: Facts) -> Sheet:
    """Give the open needs that have waited longest."""
    made = ledger(facts, facts.oldest)
    if facts.asked.is_internal:
        return Sheet("oldest", facts.words["oldest"], made.header, list(made.rows))
    rows = [(row.number, row.label, row.state, row.days) for row in facts.oldest]
    w = facts.words
    return Sheet("oldest", w["oldest"], (w["number"], w["label"], w["state"], w["days"]), rows)


def read_again(facts: Facts, rows: Iterable[tuple[Row, float]]) -> Sheet:
    """Give the needs the machine was unsure of, with its score."""
    columns = _columns(facts)
    header = (*(facts.words[name] for name, _ in columns), facts.words["score"])
    made = ((*(getattr(row, at) for _, at in columns), round(score, 2)) for row, score in rows)
    return Sheet("read_again", facts.words["read_again"], header, made)


def _columns(facts: Facts) -> list[tuple[str, str]]:
    """Give the words over the columns and the fields under them."""
    inside = [("village", "village"), ("household", "household")], [("need", "sub")]
    dates = [("opened", "opened"), ("last", "last"), ("days", "days"), ("asked", "asked")]
    found = [("number", "number")]
    found += inside[0] if facts.asked.is_internal else []
    found += [("label", "label")]
    found += inside[1] if facts.asked.is_internal else []
    found += [("state", "state")]
    found += dates if facts.asked.is_internal else []
    found += [("quotation", "quotation")] if facts.asked.quotes else []
    return found + ([("source", "source")] if facts.asked.is_internal else [])


def _label(facts: Facts, line: Line, likely: Estimate | None) -> tuple[Cell, ...]:
    interval = f"{likely.low:.0f}–{likely.high:.0f}" if likely else ""
    return facts.words.name(line.name), line.households, line.needs, round(likely.likely) if likely else "", interval


def _line(facts: Facts, line: Line) -> tuple[Cell, ...]:
    return facts.words.name(line.name), line.needs, line.households


def _grid(facts: Facts, table: Table, key: str, first: str) -> Sheet:
    w = facts.words
    header = (first, *(w.name(line.name) for line in table.columns), w["total"], w["households"])
    rows: list[tuple[Cell, ...]] = [
        (w.name(line.name), *shown(table.cell(r, c) for c in range(len(table.columns))), line.needs, line.households)
        for r, line in enumerate(table.rows)
    ]
    rows.append((w["total"], *(line.needs for line in table.columns), facts.needs, ""))
    return Sheet(key, w[key], header, rows)
