"""A PostgreSQL server behind the interface that ``sqlite3`` has, so that one SQL serves both.

The driver is pg8000: of the drivers there are, the one that is pure Python and of a licence this project takes.
Nothing is sent but to the server that the user named.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import lru_cache
from gettext import gettext as _
from itertools import chain, count
from typing import Any

from minqing.ledger.addresses import Server
from minqing.ledger.database import ServerError
from minqing.nlp.errors import LedgerError
from minqing.nlp.streams import batches

# Rows fetched, and statements sent, at a time.
ROWS, STATEMENTS = 2_000, 500
# How long another program may write before we say that the ledger is in use, in milliseconds.
PATIENCE = 3_000

SCHEMA = "minqing"
_SETTINGS = f"""
SET search_path = {SCHEMA}; SET lock_timeout = {PATIENCE}; SET client_min_messages = error;
SET standard_conforming_strings = on; SET default_transaction_isolation = 'repeatable read'
"""
_NUMERIC = 1700
_NAMED = re.compile(r":(\w+)")


class Answer:
    """Rows of a server, read once."""

    def __init__(self, columns: Sequence[Mapping[str, Any]], rows: Iterator[Any], rowcount: int) -> None:
        self.description = [(column["name"],) for column in columns or ()]
        self.rowcount = rowcount
        self._rows = map(tuple, rows)

    def __iter__(self) -> Iterator[Any]:
        return self._rows

    def fetchone(self) -> Any:
        """Give the next row, None after the last."""
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        """Give the rows that are left."""
        return list(self._rows)


class Connection:
    """A session with a server.

    Raises:
        ServerError: the server cannot be reached or refuses what it is asked.
        LedgerError: pg8000 is missing.
    """

    def __init__(self, server: Server) -> None:
        try:
            from pg8000.native import Connection as Session
        except ImportError as error:
            raise LedgerError(_("a ledger on a server takes pg8000: pip install 'minqing[postgres]'")) from error
        self._numbers = count(1)
        self._streams = False
        with _told():
            self._session = Session(
                server.user, host=server.host, port=server.port, database=server.database,
                password=server.password or "",
                ssl_context=_ssl(server), application_name="minqing",
            )  # fmt: skip
            self._session.register_in_adapter(_NUMERIC, _number)
        self.script(_SETTINGS)

    def close(self) -> None:
        """End the session."""
        from pg8000.exceptions import Error

        try:
            self._session.close()
        except (Error, OSError):
            return  # it was gone already

    def execute(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Answer:
        """Run one statement; within ``one_moment`` its rows come piece by piece, however many there are."""
        if sql in ("BEGIN", "ROLLBACK"):
            self._streams = sql == "BEGIN"
        statement, numbered = places_of_values(sql, values)
        if self._streams and statement.lstrip()[:6].upper() == "SELECT":
            return self.stream(statement, numbered)
        done = self.run(statement, numbered)
        return Answer(done.columns, iter(done.rows or ()), done.row_count)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement for each row of values, many in one message, since every answer has to be waited for."""
        rest = iter(rows)
        first = next(rest, None)
        if first is None:
            return
        name = f"s{next(self._numbers)}"
        self.run(f"PREPARE {name} AS {places_of_values(sql, first)[0]}")
        for many in batches(chain([first], rest), STATEMENTS):
            self.script(";".join(f"EXECUTE {name} ({','.join(map(_literal, row))})" for row in many))
        self.run(f"DEALLOCATE {name}")

    def run(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """Run one statement with $1, $2 … for values; give the driver's answer. Two statements in one are refused."""
        with _told():
            return self._session.execute_unnamed(statement, vals=tuple(map(_storable, values)))

    def script(self, statements: str) -> None:
        """Run statements that answer nothing, never any text of a user's."""
        with _told():
            self._session.execute_simple(statements)

    def stream(self, statement: str, values: Sequence[Any] = ()) -> Answer:
        """Ask a question within a transaction, so that memory holds few of its rows at a time."""
        name = f"c{next(self._numbers)}"
        self.run(f"DECLARE {name} NO SCROLL CURSOR FOR {statement}", values)
        first = self.run(f"FETCH {ROWS} FROM {name}")
        return Answer(first.columns, self._fetched(name, first.rows), -1)

    def _fetched(self, name: str, rows: Sequence[Any]) -> Iterator[Any]:
        while rows:
            yield from rows
            rows = self.run(f"FETCH {ROWS} FROM {name}").rows if len(rows) == ROWS else ()
        self.run(f"CLOSE {name}")


def _ssl(server: Server) -> Any:
    """Give what the driver takes: None encrypts where the server can, True always."""
    if server.ssl != "verify-full":
        return {"disable": False, "prefer": None, "require": True}[server.ssl]
    import ssl

    return ssl.create_default_context()


@lru_cache(maxsize=256)
def _places(sql: str) -> tuple[str, tuple[str, ...]]:
    """Write ``?`` and ``:name`` as $1, $2 …; give the names. Ours hold neither sign in a text."""
    numbers = count(1)
    if "?" in sql:
        return re.sub(r"\?", lambda _: f"${next(numbers)}", sql), ()
    names = tuple(dict.fromkeys(_NAMED.findall(sql)))
    return _NAMED.sub(lambda name: f"${names.index(name[1]) + 1}", sql), names


def places_of_values(sql: str, values: Sequence[Any] | Mapping[str, Any]) -> tuple[str, Sequence[Any]]:
    """Give a statement with $1, $2 … in the places of its values, and these in order."""
    if not values:
        return sql, ()
    statement, names = _places(sql)
    return statement, [values[name] for name in names] if isinstance(values, Mapping) else values


def _storable(value: Any) -> Any:
    """Replace the one character that PostgreSQL holds in no text, also where JSON writes it out."""
    return value.replace("\0", "\ufffd").replace("\\u0000", "\\ufffd") if isinstance(value, str) else value


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return "'" + str(_storable(value)).replace("'", "''") + "'"
    return f"'\\x{value.hex()}'" if isinstance(value, bytes) else repr(value)


def _number(text: str) -> int | float:
    """Read a sum or a mean as the kind of number that SQLite gives."""
    value = Decimal(text)
    return int(value) if "." not in text and value.is_finite() else float(value)


@contextmanager
def _told() -> Iterator[None]:
    """Say what the driver met with as one kind of error: the first line of it, which holds no value and no password."""
    from pg8000.exceptions import DatabaseError, Error

    try:
        yield
    except DatabaseError as error:
        known = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
        raise ServerError(str(known.get("M", "")) or type(error).__name__, str(known.get("C", ""))) from error
    except (Error, OSError) as error:
        raise ServerError(str(error).partition("\n")[0]) from error
