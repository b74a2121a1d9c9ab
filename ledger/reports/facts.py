"""What a report says, before it is drawn: every number once, so that all formats say the same."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from minqing.corpora.taxonomy import load_taxonomy
from minqing.ledger.counts import OPEN, OTHERS, Counted, Counting, Line, Table
from minqing.ledger.database import Database
from minqing.ledger.estimates import Estimate, KnownErrors, estimate
from minqing.ledger.privacy.documents import Masker
from minqing.ledger.privacy.pseudonyms import pseudonyms_of
from minqing.ledger.reports.language import Words

# More needs than these are no reading matter: they stand in the workbook alone.
MOST_LISTED = 3_000
_OLDEST = 10
# How long a need has waited, in months, where the very day would single it out.
_MONTHS = (24, 12, 6, 3, 1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What report is wanted: for whom, from which day, and whether it quotes."""

    language: str = "zh_CN"
    is_internal: bool = False
    quotes: bool = False
    counting: Counting = field(default_factory=Counting)

    @property
    def smallest(self) -> int:
        """Give below how many households a number is hidden; inside the office none is."""
        return 1 if self.is_internal else self.counting.smallest


@dataclass(frozen=True, slots=True)
class Row:
    """A need of the ledger, masked; what may not be shown is ""."""

    number: int
    village: str
    household: str
    label: str
    sub: str
    state: str
    opened: str
    last: str
    days: str
    asked: str
    quotation: str
    source: str


@dataclass(frozen=True, slots=True)
class Facts:
    """A whole report. Numbers that are hidden are None."""

    asked: Asked
    words: Words
    day: str
    first: str
    overview: Mapping[str, str]
    labels: tuple[tuple[Line, Estimate | None], ...]
    states: tuple[Line, ...]
    tables: Mapping[str, Table]
    lines: Mapping[str, tuple[Line, ...]]
    help: tuple[tuple[str, int], ...]
    oldest: tuple[Row, ...]
    completeness: tuple[tuple[str, int], ...]
    models: tuple[str, ...]
    errors: KnownErrors
    is_corrected: bool
    needs: int


class Gathering:
    """Gathers the facts of a ledger, and its rows one by one."""

    def __init__(self, db: Database, asked: Asked, errors: KnownErrors) -> None:
        self._db, self._asked, self._errors = db, asked, errors
        self.words = Words.of(asked.language)
        self._query = _ROWS.format(places=_PLACES) if asked.is_internal else _QUOTED if asked.quotes else _BARE
        self._told: dict[tuple[str, str], tuple[str, str]] = {}
        self._counted = Counted(db, Counting(asked.counting.day, asked.smallest))
        self._by_state = self._counted.table("label", "state")
        self._masker = Masker(pseudonyms_of(db), () if asked.is_internal else self._place_names())

    def facts(self) -> Facts:
        """Give everything but the rows of the ledger."""
        counted = self._counted
        models = tuple(
            name
            for (name,) in self._db.execute(
                "SELECT DISTINCT m.name FROM entries e JOIN models m ON m.id = e.model WHERE is_current = 1 ORDER BY 1"
            )
        )
        tables = {
            "village": counted.table("place", "label"), "village_state": counted.table("place", "state"),
            "label_state": self._by_state, "month": counted.table("month", "label"),
        }  # fmt: skip
        is_corrected = self._errors.are_of(list(models))
        needs, _ = counted.one("count(*)")
        return Facts(
            asked=self._asked, words=self.words, day=counted.day, first=self._first_day(),
            overview=self._overview(needs), labels=self._labels(is_corrected), states=tuple(counted.states()),
            tables=tables, lines={name: tuple(counted.lines(name)) for name in ("town", "unit", "level")},
            help=self._help(), oldest=tuple(self._oldest()), completeness=self._completeness(), models=models,
            errors=self._errors, is_corrected=is_corrected, needs=needs,
        )  # fmt: skip

    def rows(self) -> Iterator[Row]:
        """Give the needs of the ledger in its order; outside the office with label and status alone."""
        query = f"{self._query} ORDER BY c.place, c.label, c.opened, c.id"
        for number, row in enumerate(self._db.execute(query), start=1):
            yield self._row(number, row)

    def uncertain(self) -> Iterator[tuple[Row, float]]:
        """Give the needs whose label the machine was least sure of; inside the office alone."""
        query = f"{self._query} WHERE s.uncertain = 1 ORDER BY s.score, c.id LIMIT 2000"
        if self._asked.is_internal:
            for number, row in enumerate(self._db.execute(query), start=1):
                yield self._row(number, row), float(row[-1])

    def _row(self, number: int, row: tuple[object, ...]) -> Row:
        id, place, household, label, sub, state, opened, last, days, asked, text, places, _score = row
        inside = self._asked.is_internal
        label_shown, state_shown = self._label_and_state(str(label), str(state))
        return Row(
            number=int(str(id)) if inside else number,
            village=self.words.name(str(place)) if inside else "",
            household=f"H{household}" if inside and household else "",
            label=label_shown,
            sub=self.words.name(str(sub)) if inside else "",
            state=state_shown,
            opened=str(opened) if inside else "", last=str(last) if inside else "",
            days=self._days(days) if inside else "", asked=str(asked) if inside else "",
            quotation=self._masker.text(str(text)) if self._asked.quotes else "",
            source=str(places),
        )  # fmt: skip

    def _label_and_state(self, label: str, state: str) -> tuple[str, str]:
        """Give both as they are shown, worked out once: a ledger has many rows, and few pairs of these."""
        if (label, state) not in self._told:
            is_open = self._asked.is_internal or self._is_open_cell(label, state)
            name = self.words.name(self._counted.shown_as("label", label))
            self._told[label, state] = name, self.words.name(state) if is_open else ""
        return self._told[label, state]

    def _is_open_cell(self, label: str, state: str) -> bool:
        """Say whether the label and status of a need may be told together."""
        table = self._by_state
        names = [line.name for line in table.rows], [line.name for line in table.columns]
        label, state = self._counted.shown_as("label", label), self._counted.shown_as("state", state)
        if label not in names[0] or state not in names[1] or OTHERS in state:
            return False
        return not table.hidden[names[0].index(label), names[1].index(state)]

    def _days(self, days: object) -> str:
        """Give the days, outside the office only over how many months."""
        if not isinstance(days, int) or days < 0:
            return ""
        if self._asked.is_internal:
            return str(days)
        months = next((n for n in _MONTHS if days >= 30 * n), 0)
        return self.words["over_months"].format(n=months) if months else self.words["under_month"]

    def _oldest(self) -> Iterator[Row]:
        states = ",".join(f"'{state}'" for state in OPEN)
        query = f"{self._query} WHERE c.state IN ({states}) AND c.days >= 0 ORDER BY c.days DESC, c.id LIMIT {_OLDEST}"
        for number, row in enumerate(self._db.execute(query).fetchall(), start=1):
            made = self._row(number, row)
            yield made if self._asked.is_internal else _with_days(made, self._days(row[8]))

    def _overview(self, needs: int) -> dict[str, str]:
        counted, words = self._counted, self.words
        known = {line.name: line.needs for line in counted.states()}
        is_whole = not any(OTHERS in name for name in known)
        entries, authors, places = self._db.execute(
            "SELECT count(*), count(DISTINCT nullif(author, '')), count(DISTINCT nullif(p.name, ''))"
            " FROM entries e JOIN places p ON p.id = e.place WHERE is_current = 1"
        ).fetchone()
        opened = sum(known.get(state, 0) for state in OPEN) + known.get(f"open{OTHERS}", 0)
        met = known.get("met")
        reopened, behind = counted.one("count(*)", "reopened > 0")
        days = counted.median_days_open()
        hidden = words["hidden_short"]
        return {
            "entries": f"{entries:,}", "authors": f"{authors:,}", "villages": f"{places:,}",
            "households": f"{counted.one('count(*)')[1]:,}", "needs": f"{needs:,}",
            "open": f"{opened:,}" if is_whole or OTHERS not in known else hidden,
            "met_ratio": f"{met / needs:.0%} ({met:,} / {needs:,})" if met is not None and needs else hidden,
            "late_long": f"{known['late']:,}" if "late" in known else hidden,
            "median_days": "" if days is None else str(days),
            "reopened": f"{reopened:,}" if not behind or behind >= self._asked.smallest else hidden,
        }  # fmt: skip

    def _labels(self, is_corrected: bool) -> tuple[tuple[Line, Estimate | None], ...]:
        errors = self._errors.labels if is_corrected else {}
        return tuple(
            (line, estimate(line.needs, errors[line.name]) if line.name in errors else None)
            for line in self._counted.lines("label")
        )

    def _help(self) -> tuple[tuple[str, int], ...]:
        query = (
            "SELECT j.value, count(*) FROM entries, json_each(facets, '$.help_kind') j WHERE is_current = 1"
            " GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        names = {value.id: value.name(self._asked.language) for f in load_taxonomy().facet for value in f.values}
        return tuple((names.get(value, value), n) for value, n in self._db.execute(query))

    def _completeness(self) -> tuple[tuple[str, int], ...]:
        row = self._db.execute(
            "SELECT count(*) FILTER (WHERE date = ''), count(*) FILTER (WHERE p.name = ''),"
            " count(*) FILTER (WHERE author = ''), count(*) FILTER (WHERE visited = ''),"
            " count(*) FILTER (WHERE twin <> ''),"
            " count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM spans s WHERE s.entry = e.id))"
            " FROM entries e JOIN places p ON p.id = e.place WHERE is_current = 1"
        ).fetchone()
        unnamed, _ = self._counted.one("count(*)", "holder = 'unnamed'")
        (uncertain,) = self._db.execute("SELECT count(*) FROM spans WHERE is_current = 1 AND uncertain = 1").fetchone()
        names = ("no_date", "no_place", "no_author", "no_visited", "twins", "no_need", "unnamed", "uncertain")
        return tuple(zip(names, (int(n or 0) for n in (*row, unnamed, uncertain)), strict=True))

    def _first_day(self) -> str:
        query = "SELECT coalesce(min(date), '') FROM entries WHERE is_current = 1 AND date <> ''"
        return str(self._db.execute(query).fetchone()[0])

    def _place_names(self) -> list[str]:
        return [name for (name,) in self._db.execute("SELECT name FROM places WHERE length(name) > 1")]


# A need with its first mention, which numbers it.
_ROWS = """
SELECT n.id, c.place, n.household, n.label, n.sub, c.state, n.opened, n.last, c.days, n.asked, s.text, {places}, s.score
FROM counted c JOIN needs n ON n.id = c.id JOIN spans s ON s.id = n.id
"""
# Outside the office, where little of a need is told, little is read.
_BARE = "SELECT c.id, '', 0, c.label, '', c.state, '', '', c.days, 0, '', '', 0 FROM counted c"
_QUOTED = """
SELECT c.id, '', 0, c.label, '', c.state, '', '', c.days, 0, s.text, '', 0 FROM counted c JOIN spans s ON s.id = c.id
"""
# Where each mention of a need stands in the diaries.
_PLACES = """
(SELECT group_concat(spot, ' ')
 FROM (SELECT CASE e.file WHEN '' THEN e.name ELSE e.file || ':' || e.row END AS spot
       FROM spans t JOIN entries e ON e.id = t.entry WHERE t.need = n.id AND t.is_current = 1 ORDER BY t.id) AS spots)
"""


def _with_days(row: Row, days: str) -> Row:
    return replace(row, days=days)
