"""Looking into a ledger: words in the evidence, a need with all that speaks for it, the places and their spellings."""

from collections.abc import Iterator
from dataclasses import dataclass
from gettext import gettext as _
from typing import Any

import msgspec

from minqing.ledger.database import Database
from minqing.ledger.places import alike_places
from minqing.nlp.errors import LedgerError


@dataclass(frozen=True, slots=True)
class Evidence:
    """A mention of a need: where it stands, what it says, and why it was linked to the ones before."""

    span: int
    need: int
    entry: str
    file: str
    row: int
    date: str
    author: str
    place: str
    household: int
    label: str
    sub: str
    status: str
    state: str
    score: float
    start: int
    end: int
    text: str
    why: tuple[tuple[str, float, str], ...]


_EVIDENCE = """
SELECT s.id, s.need, e.name, e.file, e.row, s.date, e.author, p.name, s.household, s.label, s.sub, s.status,
       coalesce(t.state, ''), s.score, s.start, s."end", s.text, s.why
FROM spans s JOIN entries e ON e.id = s.entry JOIN places p ON p.id = s.place
LEFT JOIN statuses t ON t.need = s.need AND t.span = s.id
WHERE s.is_current = 1 AND {condition} ORDER BY s.date, s.id LIMIT ?
"""

_ALL = 1_000_000_000


def search(db: Database, words: str, limit: int = 50) -> list[Evidence]:
    """Find mentions whose evidence holds ``words``, one character or more; at most ``limit``, oldest first.

    A scan, since the word index of SQLite finds nothing for two Han characters.
    """
    pattern = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return _read(db, "lower(s.text) LIKE lower(?) ESCAPE '\\'", pattern, limit)


def evidence_of(db: Database, need: int) -> list[Evidence]:
    """Give the mentions of a need in the order of time.

    Raises:
        LedgerError: there is no such need.
    """
    found = _read(db, "s.need = ?", need, _ALL)
    if not found:
        raise LedgerError(_("there is no need {need}; minqing ledger search finds some").format(need=need))
    return found


def _read(db: Database, condition: str, value: object, limit: int) -> list[Evidence]:
    rows = db.execute(_EVIDENCE.format(condition=condition), (value, limit))
    return [_evidence(*row) for row in rows]


def _evidence(*row: Any) -> Evidence:
    why = msgspec.json.decode(row[-1], type=list[tuple[str, float, str]])
    return Evidence(*[*row[:-1], tuple(why)])


@dataclass(frozen=True, slots=True)
class Place:
    """A village as the ledger knows it."""

    name: str
    town: str
    entries: int
    needs: int


def places(db: Database) -> list[Place]:
    """Give every place with how many entries and needs it has; the unknown one has no name."""
    rows = db.execute(
        "SELECT p.name, p.town, (SELECT count(*) FROM entries WHERE place = p.id AND is_current = 1),"
        " (SELECT count(*) FROM needs WHERE place = p.id) FROM places p ORDER BY p.key"
    )
    return [place for place in (Place(*row) for row in rows) if place.entries]


def suggestions(db: Database) -> Iterator[tuple[str, str, str]]:
    """Give pairs of places that may be one, and why; the one with more entries comes first."""
    names = sorted(places(db), key=lambda place: -place.entries)
    yield from alike_places([place.name for place in names if place.name])


def needs_where(place: str, label: str, status: str, limit: int) -> tuple[str, tuple[object, ...]]:
    """Give the question for needs of a village, label and status, "" for any, and its values."""
    wanted = {"village": place, "label": label, "status": status}
    conditions = [f"{name} = ?" for name, value in wanted.items() if value]
    question = f"SELECT * FROM v_needs WHERE {' AND '.join(conditions) or 'true'} ORDER BY opened, need LIMIT ?"
    return question, (*(value for value in wanted.values() if value), limit)
