"""A ledger, opened wherever it is: this file alone knows that there are two kinds."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from minqing.ledger import server, store
from minqing.ledger.addresses import Server, Where
from minqing.ledger.database import Database, Ledger


def open_ledger(where: Where, must_exist: bool = False) -> Ledger:
    """Open a ledger to be changed; it is made when it is not there, unless it must be.

    Raises:
        LedgerError: it cannot be opened.
    """
    return store.Store(where, must_exist) if isinstance(where, Path) else server.ServerStore(where, must_exist)


def reading(where: Where) -> AbstractContextManager[Database]:
    """Open a ledger so that nothing can write to it.

    Raises:
        LedgerError: it cannot be opened or read.
    """
    return _opened(where, store.read_only, server.read_only)


def views(where: Where) -> AbstractContextManager[Database]:
    """Open a ledger for questions of a user's, with the views, and nothing else allowed.

    Raises:
        LedgerError: it cannot be opened or read.
    """
    return _opened(where, store.questions, server.Questions)


@contextmanager
def _opened(
    where: Where, of_file: Callable[[Path], Database], of_server: Callable[[Server], Database]
) -> Iterator[Database]:
    if isinstance(where, Path):
        with store.clear_errors(where), closing(of_file(where)) as file:
            yield file
    else:
        with server.clear_errors(where), closing(of_server(where)) as session:
            yield session
