"""What the ledger asks of a database, whether that is one file or a server: the same SQL, the same answers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from gettext import gettext as _
from typing import Any, Protocol

from minqing.ledger.schema import VERSION
from minqing.nlp.errors import LedgerError


class ServerError(Exception):
    """A database server refused something; ``code`` is its SQLSTATE, "" when it was not reached."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


class Answer(Protocol):
    """Rows, read once."""

    @property
    def description(self) -> Any:
        """Give a sequence a column whose first item is its name."""

    @property
    def rowcount(self) -> int:
        """Give how many rows were changed."""

    def fetchone(self) -> Any:
        """Give the next row, None after the last."""

    def fetchall(self) -> list[Any]:
        """Give the rows that are left."""

    def __iter__(self) -> Iterator[Any]: ...


class Database(Protocol):
    """Takes SQL with ``?`` or ``:name`` for values, as ``sqlite3.Connection`` does."""

    def execute(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ..., /) -> Answer:
        """Run one statement."""

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run a statement that answers nothing, once for each row of values."""

    def close(self) -> None:
        """Let go of it."""


class Ledger(Protocol):
    """A ledger that is open. Use it with ``with``; change it within ``change()`` alone."""

    db: Any
    on_network: bool

    def change(self) -> AbstractContextManager[Database]:
        """Change the ledger whole, or, when anything fails, not at all."""

    def __enter__(self) -> "Ledger": ...

    def __exit__(self, *error: Any) -> None: ...


def check_version(where: object, found: int, must_exist: bool) -> None:
    """Refuse a ledger of a newer version, and none where there must be one; ``found`` is 0 for none.

    Raises:
        LedgerError: it is so.
    """
    if must_exist and not found:
        raise LedgerError(_("{path}: there is no ledger; minqing ledger add makes one").format(path=where))
    if found > VERSION:
        raise LedgerError(
            _("{path}: of version {found}, and this minqing reads up to {known}; install a newer one").format(
                path=where, found=found, known=VERSION
            )
        )


def in_use() -> str:
    """Say that a ledger is being changed."""
    return _("another program is writing to this ledger; wait until it is done and try again")


def disk_full() -> str:
    """Say that there is no room."""
    return _("the disk is full; the ledger is as it was: make room and try again")


@contextmanager
def one_moment(db: Database) -> Iterator[None]:
    """See the ledger as it is now, whatever another program adds meanwhile."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.execute("ROLLBACK")


# What each view holds stands in docs/reports.md. Households are numbers; ``{masked}`` is how a text is masked there.
VIEWS = {
    "v_needs": """
        SELECT n.id AS need, p.name AS village, p.town,
               CASE WHEN n.household <> 0 THEN 'H' || n.household ELSE '' END AS household, n.holder, n.label,
               n.sub, n.status, n.opened, n.last, n.since, n.closed, n.asked, n.mentions, n.reopened
        FROM needs n JOIN places p ON p.id = n.place""",
    "v_mentions": """
        SELECT s.id AS mention, s.need, s.entry, e.file, e.row, s.date, e.author, e.unit, p.name AS village,
               CASE WHEN s.household <> 0 THEN 'H' || s.household ELSE '' END AS household, s.label, s.sub, s.status,
               coalesce(t.state, '') AS state, s.score, s.uncertain, s.start, s."end", {masked} AS text
        FROM spans s JOIN entries e ON e.id = s.entry JOIN places p ON p.id = s.place
        LEFT JOIN statuses t ON t.need = s.need AND t.span = s.id WHERE s.is_current = 1""",
    "v_entries": """
        SELECT e.id AS entry, e.name, e.file, e.row, e.date, p.name AS village, p.town, e.author, e.unit, e.level,
               e.script, e.twin, e.facets, m.name AS model
        FROM entries e JOIN places p ON p.id = e.place JOIN models m ON m.id = e.model WHERE e.is_current = 1""",
    "v_households": """
        SELECT 'H' || h.id AS household, p.name AS village, count(n.id) AS needs,
               count(*) FILTER (WHERE n.status IN ('unmet', 'planned', 'in_progress')) AS open
        FROM households h JOIN places p ON p.id = h.place LEFT JOIN needs n ON n.household = h.id
        GROUP BY h.id, p.name""",
}
