"""The store: one SQLite file, opened, checked, changed in whole steps. Every trouble with it is one clear line."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from gettext import gettext as _
from pathlib import Path

from minqing.ledger.database import VIEWS, check_version, disk_full, in_use
from minqing.ledger.disks import is_network_folder
from minqing.ledger.privacy.masking import mask
from minqing.ledger.privacy.pseudonyms import pseudonyms_of
from minqing.ledger.schema import APPLICATION, TABLES, VERSION
from minqing.nlp.errors import LedgerError

# How long another process may write before we say that the file is in use, in seconds.
PATIENCE = 3.0


class Store:
    """A ledger file. Use it with ``with``; change it within ``change()`` alone.

    Raises:
        LedgerError: the file is no ledger, is of a newer version, is in use or damaged, or the disk is full.
    """

    def __init__(self, path: Path, must_exist: bool = False) -> None:
        self.path = path
        if must_exist and not path.is_file():
            check_version(path, 0, must_exist)
        self.on_network = is_network_folder(path.parent)
        with clear_errors(path):
            self.db = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self.db.close()
                raise

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self.db.close()
        if isinstance(error, sqlite3.Error):
            raise LedgerError(f"{self.path}: {_told(error)}") from error

    def _prepare(self) -> None:
        self._check_version()
        # The log beside the file is shared memory, which computers on a network do not share.
        self.db.execute(f"PRAGMA journal_mode = {'DELETE' if self.on_network else 'WAL'}")
        self.db.execute("PRAGMA synchronous = FULL")
        # In KiB: of a million entries the indexes are looked up all over the file.
        self.db.execute("PRAGMA cache_size = -262144")
        self.db.execute("PRAGMA temp_store = MEMORY")
        if not self._version():
            with self.change():
                if not self._version():
                    self._create()

    def _version(self) -> int:
        return int(self.db.execute("PRAGMA user_version").fetchone()[0])

    def _check_version(self) -> None:
        version = self._version()
        application = self.db.execute("PRAGMA application_id").fetchone()[0]
        has_tables = self.db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if application != APPLICATION and (has_tables or version):
            raise LedgerError(
                _("{path}: a database, but no ledger of minqing; name another file").format(path=self.path)
            )
        check_version(self.path, version, False)

    def _create(self) -> None:
        for statement in TABLES.split(";\n"):
            self.db.execute(statement)
        # By which pseudonyms of one ledger stay the same from report to report.
        self.db.execute("INSERT INTO secrets VALUES ('pseudonyms', ?)", (secrets.token_bytes(32),))
        self.db.execute(f"PRAGMA application_id = {APPLICATION}")
        self.db.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """Change the ledger whole, or, when anything fails, not at all."""
        with clear_errors(self.path):
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
                self.db.execute("COMMIT")
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise


def read_only(path: Path) -> sqlite3.Connection:
    """Open a ledger so that nothing can write to it.

    Raises:
        LedgerError: as ``Store`` does.
    """
    Store(path, must_exist=True).db.close()
    with clear_errors(path):
        db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)
        db.execute("PRAGMA query_only = ON")
        return db


_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})


def questions(path: Path) -> sqlite3.Connection:
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
            db.execute(f"CREATE TEMP VIEW {name} AS {query.format(masked='masked(s.text)')}")
        db.execute("PRAGMA query_only = ON")
        db.set_authorizer(_allow)
        return db


def _allow(action: int, first: str | None, second: str | None, *_rest: str | None) -> int:
    is_harmful = action == sqlite3.SQLITE_FUNCTION and second in ("load_extension", "readfile", "writefile")
    is_secret = action == sqlite3.SQLITE_READ and first == "secrets"
    return sqlite3.SQLITE_OK if action in _READING and not is_harmful and not is_secret else sqlite3.SQLITE_DENY


@contextmanager
def clear_errors(path: Path) -> Iterator[None]:
    """Say in one line what SQLite met with."""
    try:
        yield
    except sqlite3.Error as error:
        raise LedgerError(f"{path}: {_told(error)}") from error


def _told(error: sqlite3.Error) -> str:
    text = str(error)
    if "locked" in text:
        return in_use()
    if "full" in text:
        return disk_full()
    if "not a database" in text or "malformed" in text:
        return _("no ledger, or a damaged one; take the last copy")
    if "readonly" in text or "unable to open" in text:
        return _("cannot be written here: {error}; choose another folder").format(error=text)
    return _("the ledger cannot be used: {error}").format(error=text)
