"""Needs counted: each once, however often it was mentioned, with the households behind every number.

All numbers of a report come from one temporary table, a row a need, so that no two of them can disagree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from minqing.ledger.database import Database
from minqing.ledger.privacy.suppression import Counts, Marks, hide_small, small_lines

# A promise older than this is late, in days: what offices ask for (see docs/reports.md).
LATE = 30
STATES = ("unmet", "planned", "late", "in_progress", "met", "declined")
OPEN = ("unmet", "planned", "late", "in_progress")

# The name of what was put together because it was small, and of what is not known.
OTHERS, UNKNOWN = "\u2026", ""
OTHERS_OPEN, OTHERS_CLOSED = "open\u2026", "closed\u2026"

# A household that was named counts as one; all unnamed ones of a cell as one more, since they may be one.
_HOLDERS = "count(DISTINCT nullif(household, 0)) + max(CASE holder WHEN 'unnamed' THEN 1 ELSE 0 END)"

_NEEDS = """
CREATE TEMP TABLE counted AS
SELECT n.id, p.name AS place, p.town, n.label, n.household, n.holder, n.asked, n.reopened, n.opened,
       CASE WHEN n.status = 'planned' AND n.since <> '' AND n.since < :late
            THEN 'late' ELSE n.status END AS state,
       substr(n.opened, 1, 7) AS month,
       CASE WHEN n.opened = '' THEN NULL ELSE
            CAST(julianday(CASE WHEN n.closed = '' THEN :day ELSE n.closed END) - julianday(n.opened) AS INTEGER)
       END AS days,
       e.unit, e.level
FROM needs n JOIN places p ON p.id = n.place JOIN spans s ON s.id = n.id JOIN entries e ON e.id = s.entry
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A row or column and its own totals."""

    name: str
    needs: int
    households: int


@dataclass(frozen=True, slots=True)
class Table:
    """Counts by two things. ``needs``, ``households`` and ``hidden`` are ``(n_rows, n_columns)``."""

    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    needs: Counts
    households: Counts
    hidden: Marks

    def cell(self, row: int, column: int) -> int | None:
        """Give the number of needs in a cell, None when it is hidden."""
        return None if self.hidden[row, column] else int(self.needs[row, column])


@dataclass(frozen=True, slots=True)
class Counting:
    """How to count: from which day to look back, and below how many households a cell is hidden (1: none)."""

    day: str = ""
    smallest: int = 3


@dataclass(slots=True)
class Pools:
    """What was put together as "other", by dimension: the same in every table, or one would betray the next."""

    of: dict[str, dict[str, str]] = field(default_factory=dict)

    def name(self, dimension: str, value: str) -> str:
        """Give the name under which a value is shown."""
        return self.of.get(dimension, {}).get(value, value)


class Counted:
    """The needs of a ledger, ready to be counted.

    Raises:
        sqlite3.Error: the ledger cannot be read; ServerError where it is on a server.
    """

    def __init__(self, db: Database, counting: Counting) -> None:
        self.db, self.smallest = db, counting.smallest
        self.day = counting.day or latest(db)
        db.execute("DROP TABLE IF EXISTS counted")
        db.execute(_NEEDS, {"day": self.day, "late": days_before(self.day, LATE)})
        self._pools = Pools()
        self._known: dict[str, list[tuple[str, int, int]]] = {}
        for dimension in ("label", "month", "unit", "level"):
            self._pools.of[dimension] = _pooled(self._totals(dimension), self.smallest, False)
        self._pools.of["town"] = _pooled(self._totals("town"), self.smallest, True)
        self._pools.of["state"] = self._pool_states()
        self._pools.of["place"] = self._pool_places()

    def lines(self, dimension: str) -> list[Line]:
        """Give the totals by one dimension, those that are small put together; most households first."""
        totals: dict[str, list[int]] = {}
        for name, needs, households in self._totals(dimension):
            total = totals.setdefault(self._pools.name(dimension, name), [0, 0])
            total[0] += needs
            total[1] += households
        lines = [Line(name, *total) for name, total in totals.items()]
        return sorted(lines, key=lambda line: (line.name == OTHERS, -line.needs, line.name))

    def states(self) -> list[Line]:
        """Give the totals by state in the order of a need's life, small ones put together apart for open and closed."""
        names = [*STATES, *(name for name in (OTHERS_OPEN, OTHERS_CLOSED, OTHERS))]
        found = {line.name: line for line in self.lines("state")}
        pooled = self._pools.of["state"]
        return [
            found.get(name, Line(name, 0, 0))
            for name in names
            if name in found or (name in STATES and name not in pooled)
        ]

    def table(self, row: str, column: str) -> Table:
        """Count by two dimensions, small cells hidden."""
        rows = self._ordered(row)
        columns = self._ordered(column)
        place = {line.name: n for n, line in enumerate(rows)}, {line.name: n for n, line in enumerate(columns)}
        shape = len(rows), len(columns)
        needs, households = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        query = f"SELECT {row}, {column}, count(*), {_HOLDERS} FROM counted GROUP BY 1, 2 ORDER BY 1, 2"
        for r, c, n, h in self.db.execute(query):
            at = place[0][self._pools.name(row, r)], place[1][self._pools.name(column, c)]
            needs[at] += n
            # Villages share no household; of labels put together the larger is what is sure.
            households[at] = households[at] + h if row == "place" else max(households[at], h)
        hidden = hide_small(needs, households, self.smallest)
        return Table(tuple(rows), tuple(columns), needs, households, hidden)

    def shown_as(self, dimension: str, name: str) -> str:
        """Give the name under which a value of a dimension is shown."""
        return self._pools.name(dimension, name)

    def one(self, what: str, condition: str = "true") -> tuple[int, int]:
        """Give how many needs and households meet a condition of ours, never of a reader's."""
        row = self.db.execute(f"SELECT {what}, {_HOLDERS} FROM counted WHERE {condition}").fetchone()
        return int(row[0] or 0), int(row[1] or 0)

    def median_days_open(self) -> int | None:
        """Give how long half of the open needs have waited, None when none has a date."""
        states = ",".join(f"'{state}'" for state in OPEN)
        query = f"SELECT days FROM counted WHERE state IN ({states}) AND days >= 0 ORDER BY days"
        days = [day for (day,) in self.db.execute(query)]
        return days[len(days) // 2] if days else None

    def _ordered(self, dimension: str) -> list[Line]:
        if dimension == "state":
            return [line for line in self.states() if line.needs or line.name in STATES]
        lines = self.lines(dimension)
        return sorted(lines, key=lambda line: line.name) if dimension == "month" else lines

    def _totals(self, dimension: str) -> list[tuple[str, int, int]]:
        if dimension not in self._known:
            query = f"SELECT {dimension}, count(*), {_HOLDERS} FROM counted GROUP BY 1 ORDER BY 1"
            self._known[dimension] = self.db.execute(query).fetchall()
        return self._known[dimension]

    def _pool_states(self) -> dict[str, str]:
        """Put small states together, open ones with open ones; all of them when even that is small."""
        totals = self._totals("state")
        opened = [line for line in totals if line[0] in OPEN]
        closed = [line for line in totals if line[0] not in OPEN]
        if any(0 < max((h for *_, h in lines), default=0) < self.smallest for lines in (opened, closed)):
            return {name: OTHERS for name, *_ in totals}
        return _pooled(opened, self.smallest, False, OTHERS_OPEN) | _pooled(closed, self.smallest, False, OTHERS_CLOSED)

    def _pool_places(self) -> dict[str, str]:
        """Put small villages together within their town, since the total of the town is shown as well."""
        towns: dict[str, list[tuple[str, int, int]]] = {}
        query = f"SELECT town, place, count(*), {_HOLDERS} FROM counted GROUP BY 1, 2 ORDER BY 1, 2"
        for town, *line in self.db.execute(query):
            towns.setdefault(self._pools.name("town", town), []).append((line[0], line[1], line[2]))
        found: dict[str, str] = {}
        for town, lines in towns.items():
            pool = OTHERS if town in (OTHERS, UNKNOWN) else f"{town}{OTHERS}"
            whole = {name: pool for name, *_ in lines} if town == OTHERS else _pooled(lines, self.smallest, True, pool)
            found |= whole
        return found


def _pooled(
    lines: Sequence[tuple[str, int, int]], smallest: int, are_apart: bool, name: str = OTHERS
) -> dict[str, str]:
    holders = np.array([households for _, _, households in lines], np.int64)
    return {lines[n][0]: name for n in small_lines(holders, smallest, are_apart)}


def latest(db: Database) -> str:
    """Give the latest date in the ledger: what is said of it holds for that day, whenever it is said."""
    return str(db.execute("SELECT coalesce(max(date), '') FROM entries WHERE is_current = 1").fetchone()[0])


def days_before(day: str, number: int) -> str:
    """Give the day so many days before another, "" for no day.

    >>> days_before("2025-03-01", 30)
    '2025-01-30'
    """
    return (date.fromisoformat(day) - timedelta(number)).isoformat() if day else ""


def shown(values: Iterable[int | None]) -> list[int | str]:
    """Write hidden numbers as a star."""
    return ["＊" if value is None else value for value in values]
