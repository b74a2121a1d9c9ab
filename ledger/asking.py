"""Questions in SQL that can only read, over a few views with telling names."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from gettext import gettext as _
from pathlib import Path

from minqing.ledger.privacy.masking import mask
from minqing.ledger.privacy.pseudonyms import pseudonyms_of
from minqing.ledger.store import clear_errors, read_only
from minqing.nlp.errors import LedgerError

# What each view holds stands in docs/reports.md. Households are numbers, texts are masked.
VIEWS = {
    "v_needs": """
        SELECT n.id AS need, p.name AS village, p.town, iif(n.household, 'H' || n.household, '') AS household, n.holder,
               n.label, n.sub, n.status, n.opened, n.last, n.since, n.closed, n.asked, n.mentions, n.reopened
        FROM needs n JOIN places p ON p.id = n.place""",
    "v_mentions": """
        SELECT s.id AS mention, s.need, s.entry, e.file, e.row, s.date, e.author, e.unit, p.name AS village,
               iif(s.household, 'H' || s.household, '') AS household, s.label, s.sub, s.status,
               coalesce(t.state, '') AS state, s.score, s.uncertain, s.start, s."end", masked(s.text) AS text
        FROM spans s JOIN entries e ON e.id = s.entry JOIN places p ON p.id = s.place
        LEFT JOIN statuses t ON t.need = s.need AND t.span = s.id WHERE s.is_current""",
    "v_entries": """
        SELECT e.id AS entry, e.name, e.file, e.row, e.date, p.name AS village, p.town, e.author, e.unit, e.level,
               e.script, e.twin, e.facets, m.name AS model
        FROM entries e JOIN places p ON p.id = e.place JOIN models m ON m.id = e.model WHERE e.is_current""",
    "v_households": """
        SELECT 'H' || h.id AS household, p.name AS village, count(n.id) AS needs,
               coalesce(sum(n.status IN ('unmet', 'planned', 'in_progress')), 0) AS open
        FROM households h JOIN places p ON p.id = h.place LEFT JOIN needs n ON n.household = h.id GROUP BY h.id""",
}

_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})


@contextmanager
def views(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a ledger for questions, with the views, and nothing else allowed.

    Raises:
        LedgerError: as ``Store`` does.
    """
    db = read_only(path)
    with clear_errors(path):
        stands = pseudonyms_of(db)
        db.create_function("masked", 1, lambda text: mask(str(text), stands).text, deterministic=True)
        db.execute("PRAGMA query_only = OFF")
        for name, query in VIEWS.items():
            db.execute(f"CREATE TEMP VIEW {name} AS {query}")
        db.execute("PRAGMA query_only = ON")
        db.set_authorizer(_allow)
    try:
        yield db
    finally:
        db.close()


def _allow(action: int, first: str | None, second: str | None, *_rest: str | None) -> int:
    is_harmful = action == sqlite3.SQLITE_FUNCTION and second in ("load_extension", "readfile", "writefile")
    is_secret = action == sqlite3.SQLITE_READ and first == "secrets"
    return sqlite3.SQLITE_OK if action in _READING and not is_harmful and not is_secret else sqlite3.SQLITE_DENY


def ask(
    db: sqlite3.Connection, question: str, values: tuple[object, ...] = ()
) -> tuple[list[str], Iterator[tuple[object, ...]]]:
    """Give the names of the columns, and the rows one by one.

    Raises:
        LedgerError: the question is none, or wants to change something.
    """
    try:
        found = db.execute(question, values)
    except (sqlite3.Error, sqlite3.Warning, UnicodeEncodeError, ValueError) as error:
        raise LedgerError(_told(error)) from error
    return [column[0] for column in found.description or ()], _rows(found)


def _rows(found: sqlite3.Cursor) -> Iterator[tuple[object, ...]]:
    try:
        yield from found
    except sqlite3.Error as error:
        raise LedgerError(_told(error)) from error


def _told(error: Exception) -> str:
    if "not authorized" in str(error) or "prohibited" in str(error) or "readonly" in str(error):
        return _("a question may only read: SELECT … over {views} or the tables").format(views=", ".join(VIEWS))
    return _("the question cannot be answered: {error}").format(error=error)
