"""The long run: read every entry of some files, tag it, keep the place, write one output. ``minqing batch`` is this.

What was tagged is kept, under the hash of its text, in a small SQLite file beside the output. A run that was
killed and is started again reads its input anew, finds what is done there, tags the rest, and writes the file
an undisturbed run would have written. The output appears whole; then the SQLite file goes.
"""

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future
from contextlib import closing
from gettext import gettext as _
from pathlib import Path

from minqing.batch.answers import Answer, decode_answer
from minqing.batch.complaints import Complaints
from minqing.batch.copies import Copies, Mark
from minqing.batch.journal import Journal
from minqing.batch.progress import Progress, Watch, progress_line
from minqing.batch.summary import Summary, summarised
from minqing.batch.workers import Settings, Workers
from minqing.corpora.readers.source import Source
from minqing.corpora.writers import Record, write_entries
from minqing.models import name_of
from minqing.nlp.errors import EntryError, MinqingError
from minqing.nlp.records import Entry
from minqing.nlp.streams import BATCH

__all__ = ["Journal", "Progress", "Settings", "Stopped", "Summary", "Watch", "progress_line", "run", "summarised"]

UNWATCHED = Watch()

# Tagged in one go, so many characters: 250 entries have fewer but where they are long. What tagging takes of memory
# grows with the square of a text's length: beyond so many characters one counts for more than it has.
MOST_CHARACTERS = 60_000
LONG = 2_000

_BROKEN = "a process that tags was ended, for want of memory perhaps; the same command goes on from there"

_Answered = tuple[list[Entry], list[Answer]]

Reading = Callable[[Callable[[EntryError], object], Callable[[Source], object]], Iterator[Entry]]


class Stopped(Exception):
    """A run was stopped by the user; ``done`` entries are kept, and the same command goes on from there."""

    def __init__(self, done: int) -> None:
        super().__init__(f"stopped; {done} entries are done")
        self.done = done


def run(read: Reading, output: Path, settings: Settings, errors: Path | None, watch: Watch = UNWATCHED) -> Summary:
    """Tag what ``read`` gives, and write it to ``output`` in its order.

    ``read(on_error, on_file)`` gives the entries. Bad rows go to the file ``errors``.

    Raises:
        EntryError: the output cannot be written, or nothing could be read.
        ModelError: the model cannot be read.
        MinqingError: a process that tags was ended.
        Stopped: the user pressed Ctrl-C.
    """
    with Complaints(errors) as complaints:
        one = _Run(settings, watch, complaints)
        one.write(read, output)
    return one.summary


class _Run:
    """One run: its settings, and what came of it so far."""

    def __init__(self, settings: Settings, watch: Watch, complaints: Complaints) -> None:
        self.summary = Summary()
        self._complaints = complaints
        self._settings = settings
        self._watch = watch
        self._began = time.monotonic()
        self._model = name_of(settings.model)

    def write(self, read: Reading, output: Path) -> None:
        """Read, tag and write; the journal goes once the output is there."""
        place = output.with_name(f".{output.name}.progress")
        how = self._settings
        with (
            Workers(how) as workers,
            closing(Journal(place, self._model, how.engine, how.labels_only)) as journal,
        ):
            self._begin(journal)
            try:
                entries = read(self._blame, self.summary.begin)
                records = self._records(self._answered(entries, workers, journal), output.parent)
                self.summary.written = write_entries(output, records, how.language)
            except KeyboardInterrupt:
                raise Stopped(journal.count()) from None
            except BrokenExecutor as error:
                raise MinqingError(_BROKEN) from error
            journal.is_done = True
        self.summary.seconds = time.monotonic() - self._began

    def _blame(self, error: EntryError) -> None:
        self.summary.blame(error)
        self._complaints.add(error)

    def _begin(self, journal: Journal) -> None:
        self.summary.afresh = journal.afresh
        if journal.afresh:
            self._watch.say(
                _("an earlier run was with another model, engine, version or --labels-only: starting afresh")
            )
        elif journal.kept:
            self._watch.say(_("going on where an earlier run stopped: {n:,} entries are done").format(n=journal.kept))

    def _answered(self, entries: Iterable[Entry], workers: Workers, journal: Journal) -> Iterator[_Answered]:
        """Give the entries with their answers, in order, from the journal or from a worker, a chunk at a time."""
        waiting: deque[_Chunk] = deque()
        for taken in portions(entries):
            chunk = _Chunk(taken, journal, workers)
            self.summary.resumed += chunk.n_known
            waiting.append(chunk)
            if len(waiting) > workers.ahead:
                yield waiting.popleft().answered(journal)
        self.summary.begin(None)
        while waiting:
            yield waiting.popleft().answered(journal)

    def _records(self, answered: Iterable[_Answered], folder: Path) -> Iterator[Record]:
        """Give the entries as they are written, copies marked or left out."""
        with Copies(folder) as copies:
            for entries, answers in answered:
                self._show()
                self.summary.add(answers)
                marks = copies.marks(entries, [answer.described for answer in answers])
                for entry, answer, mark in zip(entries, answers, marks, strict=True):
                    self.summary.duplicates += bool(mark)
                    if not (mark and self._settings.dedupe):
                        yield self._record(entry, answer, mark)
        self._show(is_tagged=True)

    def _record(self, entry: Entry, answer: Answer, mark: Mark) -> Record:
        meta = {**entry.meta, **mark} if mark else entry.meta
        return Record(entry.id, answer.script, answer.needs, answer.facets, self._model, meta, entry.text)

    def _show(self, is_tagged: bool = False) -> None:
        share = min(self.summary.bytes_read() / max(self._watch.total, 1), 1.0)
        seconds = time.monotonic() - self._began
        self._watch.show(Progress(self.summary.entries, seconds, share, is_tagged))


class _Chunk:
    """Some entries, what is known of their texts, and those that are being tagged."""

    def __init__(self, entries: list[Entry], journal: Journal, workers: Workers) -> None:
        self._entries = entries
        self._keys = [key_of(entry.text) for entry in entries]
        self._known = journal.known(self._keys)
        new = [entry.text for entry, key in zip(entries, self._keys, strict=True) if key not in self._known]
        self.n_known = len(entries) - len(new)
        self._future: Future[list[bytes]] = workers.submit(new)

    def answered(self, journal: Journal) -> _Answered:
        """Give the entries and their answers, once those are kept."""
        new = iter(self._future.result())
        answers = [self._known[key] if key in self._known else next(new) for key in self._keys]
        journal.add([(k, answer) for k, answer in zip(self._keys, answers, strict=True) if k not in self._known])
        return self._entries, [decode_answer(answer) for answer in answers]


def portions(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Give the entries in lists of up to 250, fewer where they are long, so that memory stays flat."""
    portion: list[Entry] = []
    characters = 0
    for entry in entries:
        portion.append(entry)
        characters += len(entry.text) * max(1, len(entry.text) // LONG)
        if len(portion) == BATCH or characters >= MOST_CHARACTERS:
            yield portion
            portion, characters = [], 0
    if portion:
        yield portion


def key_of(text: str) -> bytes:
    """Give the name under which what is known of a text is kept."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]
