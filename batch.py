"""The long run: read every entry of some files, tag it, keep the place, write one output. ``minqing batch`` is this.

What was tagged is kept, under the hash of its text, in a small SQLite file beside the output. A run that was
killed and is started again reads its input anew, finds what is done there, tags the rest, and writes the file
an undisturbed run would have written. The output appears whole; then the SQLite file goes.
"""

import hashlib
import sqlite3
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from gettext import gettext as _
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

import msgspec

from minqing.corpora.duplicates import Seen, describe
from minqing.corpora.taxonomy import load_taxonomy
from minqing.corpora.writers import write_entries
from minqing.models import open_tagger
from minqing.models.opening import AnyTagger
from minqing.nlp.engines import make_engine
from minqing.nlp.errors import EntryError
from minqing.nlp.records import Entry, Need, Script, TaggedEntry
from minqing.nlp.streams import batches
from minqing.nlp.tagger import BATCH

# So many chunks may wait for their turn, for each process: enough to keep it busy, few enough to stay small.
AHEAD = 3


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run is done. What decides the answers is the model and the engine: with others it starts afresh."""

    model: Path | None = None
    engine: str = "rjieba"
    jobs: int = 1
    dedupe: bool = False
    language: str = "zh_CN"


@dataclass(slots=True)
class Summary:
    """What came of a run."""

    entries: int = 0
    written: int = 0
    resumed: int = 0
    afresh: bool = False
    no_need: int = 0
    uncertain: int = 0
    duplicates: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    files: dict[str, str] = field(default_factory=dict)
    errors: list[EntryError] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, entry: TaggedEntry, duplicate: bool) -> None:
        """Count one entry."""
        self.entries += 1
        self.duplicates += duplicate
        self.no_need += not entry.needs
        self.uncertain += sum(need.uncertain for need in entry.needs)
        self.labels.update(need.label for need in entry.needs)
        self.statuses.update(need.status for need in entry.needs if need.status)

    def as_dict(self) -> dict[str, object]:
        """Give the figures as plain values."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return fields | {
            "labels": dict(self.labels.most_common()),
            "statuses": dict(self.statuses.most_common()),
            "errors": [str(error) for error in self.errors],
            "seconds": round(self.seconds, 2),
        }


class Answer(msgspec.Struct, array_like=True):
    """What is known of a text: its script, needs and facets, and what it is compared by."""

    script: Script
    needs: tuple[Need, ...]
    facets: dict[str, object]
    described: bytes


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Answer).decode


Reading = Callable[[Callable[[EntryError], None], Callable[[str, str], object]], Iterator[Entry]]
Progress = Callable[[int, float], object]

SHOWN_ERRORS = 20

# The rate of a run shorter than this, in seconds, says nothing.
LONG = 5


def run(read: Reading, output: Path, settings: Settings, errors: Path | None, progress: Progress) -> Summary:
    """Tag what ``read`` gives, and write it to ``output`` in its order.

    ``read(on_error, on_file)`` gives the entries. Bad rows go to the file ``errors``.

    Raises:
        EntryError: the output cannot be written, or nothing could be read.
        ModelError: the model cannot be read.
    """
    began = time.monotonic()
    summary = Summary()
    with closing(Journal(output.with_name(f".{output.name}.progress"), settings)) as journal:
        summary.afresh = journal.afresh
        answers = _tagged(read(summary.errors.append, summary.files.__setitem__), settings, journal, summary)
        tagged = _counted(answers, settings, summary, partial(_report, progress, began))
        summary.written = write_entries(output, tagged, settings.language)
        journal.is_done = True
    if errors:
        errors.write_text("".join(f"{error}\n" for error in summary.errors), encoding="utf-8")
    summary.seconds = time.monotonic() - began
    return summary


def _report(progress: Progress, began: float, summary: Summary) -> None:
    if summary.entries % BATCH == 0:
        progress(summary.entries, time.monotonic() - began)


def summarised(found: Summary, output: Path, language: str) -> Iterator[str]:
    """Write the summary for reading, a line at a time."""
    names = load_taxonomy().names(language)
    rate = found.entries / max(found.seconds, 0.001)
    yield _("{entries:,} entries from {files:,} files: {path}").format(
        entries=found.entries, files=len(found.files), path=output
    )
    if found.seconds > LONG:
        yield _("{entries:,} entries, {rate:,.0f} a second").format(entries=found.entries, rate=rate)
    if found.resumed:
        yield _("{n:,} of them were done before").format(n=found.resumed)
    if found.afresh:
        yield _("what was kept of an earlier run was of another model or engine: started afresh")
    if found.labels:
        yield _("needs: ") + ", ".join(f"{names.get(label, label)} {n:,}" for label, n in found.labels.most_common())
    if found.statuses:
        yield _("status: ") + ", ".join(f"{names[status]} {n:,}" for status, n in found.statuses.most_common())
    yield _(
        "{none:,} entries without need, {uncertain:,} needs worth rereading, {twice:,} entries like an earlier one"
    ).format(none=found.no_need, uncertain=found.uncertain, twice=found.duplicates)
    if found.errors:
        yield _("{n:,} rows or files could not be read:").format(n=len(found.errors))
        yield from (f"  {error}" for error in found.errors[:SHOWN_ERRORS])
    if len(found.errors) > SHOWN_ERRORS:
        yield _("  and {n:,} more; --errors FILE collects all").format(n=len(found.errors) - SHOWN_ERRORS)


def _counted(
    answers: Iterator[tuple[Entry, Answer]], settings: Settings, summary: Summary, report: Callable[[Summary], object]
) -> Iterator[TaggedEntry]:
    seen = Seen()
    name = model_name(settings)
    for entry, answer in answers:
        first = seen.first(entry.id, answer.described)
        meta = {**entry.meta, "duplicate_of": first} if first else entry.meta
        tagged = TaggedEntry(entry.id, answer.script, answer.needs, answer.facets, name, meta, entry.text)
        summary.add(tagged, bool(first))
        report(summary)
        if not (first and settings.dedupe):
            yield tagged


def _tagged(
    entries: Iterable[Entry], settings: Settings, journal: "Journal", summary: Summary
) -> Iterator[tuple[Entry, Answer]]:
    """Give every entry with its answer, in order, from the journal or from a worker."""
    waiting: deque[tuple[list[Entry], list[bytes], dict[bytes, bytes], Future[list[bytes]]]] = deque()
    with _Workers(settings) as workers:
        for chunk in batches(entries, BATCH):
            keys = [key_of(entry.text) for entry in chunk]
            known = journal.known(keys)
            summary.resumed += sum(key in known for key in keys)
            new = [entry.text for entry, key in zip(chunk, keys, strict=True) if key not in known]
            waiting.append((chunk, keys, known, workers.submit(new)))
            if len(waiting) > AHEAD * settings.jobs:
                yield from _settled(*waiting.popleft(), journal)
        while waiting:
            yield from _settled(*waiting.popleft(), journal)


def _settled(
    chunk: list[Entry], keys: list[bytes], known: dict[bytes, bytes], future: Future[list[bytes]], journal: "Journal"
) -> Iterator[tuple[Entry, Answer]]:
    new = iter(future.result())
    answers = [known[key] if key in known else next(new) for key in keys]
    journal.add([(key, answer) for key, answer in zip(keys, answers, strict=True) if key not in known])
    for entry, answer in zip(chunk, answers, strict=True):
        yield entry, _decode(answer)


def key_of(text: str) -> bytes:
    """Give the name under which what is known of a text is kept."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def model_name(settings: Settings) -> str:
    """Give ``name@hash`` of the model, as it stands in every record."""
    return _tagger(settings).name


# --- the workers -------------------------------------------------------------------------------------------

_taggers: dict[Settings, AnyTagger] = {}


def _tagger(settings: Settings) -> AnyTagger:
    """Give this process's tagger, which is loaded once."""
    if settings not in _taggers:
        _taggers[settings] = open_tagger(settings.model, make_engine(settings.engine))
    return _taggers[settings]


def _answer(settings: Settings, texts: Sequence[str]) -> list[bytes]:
    tagged = _tagger(settings).pipe(Entry("", text) for text in texts)
    return [
        _encode(Answer(entry.script, entry.needs, dict(entry.facets), describe(text)))
        for entry, text in zip(tagged, texts, strict=True)
    ]


class _Workers:
    """Processes that tag, or this very process when one is enough."""

    def __init__(self, settings: Settings) -> None:
        self._answer = partial(_answer, settings)
        self._pool = ProcessPoolExecutor(settings.jobs, get_context("spawn")) if settings.jobs > 1 else None

    def __enter__(self) -> "_Workers":
        return self

    def __exit__(self, *_error: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def submit(self, texts: Sequence[str]) -> Future[list[bytes]]:
        """Tag ``texts``, now or soon."""
        if self._pool and texts:
            return self._pool.submit(self._answer, texts)
        done: Future[list[bytes]] = Future()
        done.set_result(self._answer(texts) if texts else [])
        return done


# --- the place kept ----------------------------------------------------------------------------------------


class Journal:
    """Answers by text, in one SQLite file; those of another model or other settings are thrown away.

    The file outlives a run that was not done, if it holds anything.
    """

    def __init__(self, path: Path, settings: Settings) -> None:
        self.afresh = self.is_done = False
        self._path = path
        try:
            self._db = self._opened(path)
            self._check(model_name(settings), version("minqing"), settings.engine)
        except sqlite3.Error as error:
            raise EntryError(
                f"{path}: cannot keep the place of this run: {error}; delete it or write elsewhere"
            ) from error

    @staticmethod
    def _opened(path: Path) -> sqlite3.Connection:
        db = sqlite3.connect(path, isolation_level=None)
        # The old journal mode works on network folders too; losing the last second to a power cut is no loss.
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("CREATE TABLE IF NOT EXISTS run (settings TEXT NOT NULL) STRICT")
        db.execute(
            "CREATE TABLE IF NOT EXISTS done (text BLOB PRIMARY KEY, answer BLOB NOT NULL) STRICT, WITHOUT ROWID"
        )
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

    def close(self) -> None:
        """Close the file, and drop it when nobody will want it."""
        is_wanted = not self.is_done and self._db.execute("SELECT 1 FROM done").fetchone() is not None
        self._db.close()
        if not is_wanted:
            self._path.unlink(missing_ok=True)
