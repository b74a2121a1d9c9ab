"""A ledger, opened wherever it is: this file alone knows that there are two kinds."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from minqing.ledger import server, store
from minqing.ledger.addresses import Where
from minqing.ledger.database import Database, Ledger


def open_ledger(where: Where, must_exist: bool = False) -> Ledger:
    """Open a ledger to be changed; it is made when it is not there, unless it must be.

    Raises:
        LedgerError: it cannot be opened.
    """
    return store.Store(where, must_exist) if isinstance(where, Path) else server.ServerStore(where, must_exist)


@contextmanager
def reading(where: Where) -> Iterator[Database]:
    """Open a ledger so that nothing can write to it.

    Raises:
        LedgerError: it cannot be opened or read.
    """
    if isinstance(where, Path):
        with store.clear_errors(where), closing(store.read_only(where)) as file:
            yield file
    else:
        with server.clear_errors(where), closing(server.read_only(where)) as session:
            yield session


@contextmanager
def views(where: Where) -> Iterator[Database]:
    """Open a ledger for questions of a user's, with the views, and nothing else allowed.

    Raises:
        LedgerError: it cannot be opened or read.
    """
    if isinstance(where, Path):
        with store.clear_errors(where), closing(store.questions(where)) as file:
            yield file
    else:
        with server.clear_errors(where), closing(server.Questions(where)) as session:
            yield session
