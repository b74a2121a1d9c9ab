"""Questions in SQL that can only read, over a few views with telling names."""

import sqlite3
from collections.abc import Iterable, Iterator
from gettext import gettext as _

from minqing.ledger.database import VIEWS, Database, ServerError
from minqing.nlp.errors import LedgerError

_REFUSALS = ("not authorized", "prohibited", "readonly", "read-only")


def ask(db: Database, question: str, values: tuple[object, ...] = ()) -> tuple[list[str], Iterator[tuple[object, ...]]]:
    """Give the names of the columns, and the rows one by one.

    Raises:
        LedgerError: the question is none, or wants to change something.
    """
    try:
        found = db.execute(question, values)
    except (sqlite3.Error, sqlite3.Warning, ServerError, UnicodeEncodeError, ValueError) as error:
        raise LedgerError(_told(error)) from error
    return [column[0] for column in found.description or ()], _rows(found)


def _rows(found: Iterable[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    try:
        yield from found
    except (sqlite3.Error, ServerError) as error:
        raise LedgerError(_told(error)) from error


def _told(error: Exception) -> str:
    if any(refusal in str(error) for refusal in _REFUSALS):
        return _("a question may only read: SELECT … over {views} or the tables").format(views=", ".join(VIEWS))
    return _("the question cannot be answered: {error}").format(error=error)
