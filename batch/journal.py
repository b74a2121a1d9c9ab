"""The place of a run: what is known of each text so far, in one SQLite file beside the output."""

import contextlib
import sqlite3
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import msgspec

from minqing.batch.answers import FORMAT
from minqing.nlp.errors import EntryError


class Journal:
    """What was done, kept by the hash of each text; what was done in another way is dropped.

    The way is the model, the engine, the version, and whether labels alone were wanted.

    ``kept`` counts the texts that an earlier run did; ``afresh`` says that they were dropped.

    Raises:
        EntryError: the file is no journal, or cannot be written.
    """

    def __init__(self, path: Path, model: str, engine: str | None, labels_only: bool = False) -> None:
        self.afresh = self.is_done = False
        self._path = path
        try:
            self._db = self._opened(path)
            self._check(model, version("minqing"), FORMAT, engine or "", *(["labels only"] if labels_only else []))
            self.kept = self.count()
        except sqlite3.Error as error:
            if "locked" in str(error):
                raise EntryError(f"{path}: another run is writing the same output; let it end") from error
            raise EntryError(
                f"{path}: cannot keep the place of this run: {error}; delete it or write elsewhere"
            ) from error

    @staticmethod
    def _opened(path: Path) -> sqlite3.Connection:
        db = sqlite3.connect(path, timeout=0, isolation_level=None)
        # Two runs must not write one output. The system lets go of the lock of a run that was killed.
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        # Written ahead, a chunk costs no wait for the disk; held by one process, that works on network folders too.
        # Losing the last seconds to a power cut is no loss.
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("BEGIN EXCLUSIVE")
        db.execute("CREATE TABLE IF NOT EXISTS run (settings TEXT NOT NULL) STRICT")
        # Answers lie in the order they came, and only the keys are sorted: that writes each page once.
        db.execute("CREATE TABLE IF NOT EXISTS done (text BLOB NOT NULL UNIQUE, answer BLOB NOT NULL) STRICT")
        db.execute("COMMIT")
        return db

    def _check(self, *settings: str) -> None:
        wanted = msgspec.json.encode(settings).decode()
        found = self._db.execute("SELECT settings FROM run").fetchone()
        if found and found[0] != wanted:
            self.afresh = True
            self._db.execute("DELETE FROM done")
            self._db.execute("DELETE FROM run")
        if not found or self.afresh:
            self._db.execute("INSERT INTO run VALUES (?)", (wanted,))

    def known(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """Give what is known of these texts."""
        marks = ",".join("?" * len(keys))
        return dict(self._db.execute(f"SELECT text, answer FROM done WHERE text IN ({marks})", list(keys)).fetchall())

    def add(self, answers: Sequence[tuple[bytes, bytes]]) -> None:
        """Keep answers; once this returns they outlive the process."""
        if not answers:
            return
        try:
            self._db.execute("BEGIN")
            self._db.executemany("INSERT OR IGNORE INTO done VALUES (?, ?)", answers)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            raise EntryError(f"cannot keep the place of this run: {error}; make room and start again") from error

    def count(self) -> int:
        """Count the texts that are kept, without those of an ``add`` that was broken off."""
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
        return int(self._db.execute("SELECT count(*) FROM done").fetchone()[0])

    def close(self) -> None:
        """Close the file, and drop it when nobody will want it."""
        is_wanted = not self.is_done and self._db.execute("SELECT 1 FROM done").fetchone() is not None
        self._db.close()
        if not is_wanted:
            # On Windows another program may look at it; what is left does no harm.
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)
