"""What came of a run: counted as it goes, and written for reading."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from gettext import gettext as _
from itertools import chain
from pathlib import Path

from minqing.batch.answers import Answer
from minqing.corpora.readers.source import Source
from minqing.corpora.taxonomy import load_taxonomy
from minqing.nlp.errors import EntryError

# So many doubtful files and bad rows are shown; so many bad rows are in the summary as a file.
SHOWN = 20
KEPT = 10_000

# The rate of a run shorter than this, in seconds, says nothing.
LONG = 30


@dataclass(frozen=True, slots=True)
class FileRead:
    """How a file was read: its kind, the entries it gave, and of text its encoding and whether that is sure."""

    kind: str
    entries: int
    encoding: str = ""
    sure: bool = True


@dataclass(slots=True)
class Summary:
    """What came of a run; ``resumed`` counts the entries that an earlier run had done.

    ``errors`` are the first of the ``n_errors`` rows and files that could not be read.
    """

    entries: int = 0
    written: int = 0
    resumed: int = 0
    afresh: bool = False
    no_need: int = 0
    uncertain: int = 0
    duplicates: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    files: dict[str, FileRead] = field(default_factory=dict)
    n_errors: int = 0
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0
    _source: Source | None = None
    _bytes: int = 0

    def begin(self, source: Source | None) -> None:
        """Take note that another file is read now, or none any more."""
        last = self._source
        if last:
            self._bytes += last.weight
        if last and last.entries:
            self.files[last.name] = FileRead(last.kind, last.entries, last.encoding, last.sure)
        self._source = source

    def bytes_read(self) -> int:
        """Give the bytes of input read so far."""
        return self._bytes + (round(self._source.weight * self._source.share()) if self._source else 0)

    def blame(self, error: EntryError) -> None:
        """Count what could not be read; only the first lines are kept, as there may be millions."""
        self.n_errors += 1
        if len(self.errors) < KEPT:
            self.errors.append(str(error))

    def add(self, answers: Sequence[Answer]) -> None:
        """Count some entries."""
        self.entries += len(answers)
        self.no_need += sum(not answer.labels for answer in answers)
        self.uncertain += sum(answer.uncertain for answer in answers)
        self.labels.update(chain.from_iterable(answer.labels for answer in answers))
        self.statuses.update(chain.from_iterable(answer.statuses for answer in answers))

    def encodings(self) -> Counter[str]:
        """Count the text files by their encodings."""
        return Counter(file.encoding for file in self.files.values() if file.encoding)

    def doubtful(self) -> list[str]:
        """Give the names of the files that may be in another encoding than they were read in."""
        return [name for name, file in self.files.items() if not file.sure]

    def as_dict(self) -> dict[str, object]:
        """Give the figures as plain values."""
        fields = {name: getattr(self, name) for name in self.__slots__ if not name.startswith("_")}
        return fields | {
            "labels": dict(self.labels.most_common()),
            "statuses": dict(self.statuses.most_common()),
            "encodings": dict(self.encodings().most_common()),
            "files": {name: _plain(file) for name, file in self.files.items()},
            "seconds": round(self.seconds, 2),
            "rate": round(self.entries / max(self.seconds, 0.001), 1),
        }


def _plain(file: FileRead) -> dict[str, object]:
    fields = asdict(file)
    return fields if file.encoding else {name: fields[name] for name in ("kind", "entries")}


def summarised(found: Summary, output: Path, language: str) -> Iterator[str]:
    """Write the summary for reading, a line at a time."""
    names = load_taxonomy().names(language)
    yield _("{entries:,} entries from {files:,} files: {path}").format(
        entries=found.entries, files=len(found.files), path=output
    )
    if found.seconds > LONG:
        rate = found.entries / max(found.seconds, 0.001)
        yield _("{entries:,} entries, {rate:,.0f} a second").format(entries=found.entries, rate=rate)
    if found.resumed:
        yield _("{n:,} of them were done before").format(n=found.resumed)
    yield from _encodings(found)
    if found.labels:
        yield _("needs: ") + ", ".join(f"{names.get(label, label)} {n:,}" for label, n in found.labels.most_common())
    if found.statuses:
        yield _("status: ") + ", ".join(f"{names[status]} {n:,}" for status, n in found.statuses.most_common())
    yield _(
        "{none:,} entries without need, {uncertain:,} needs worth rereading, {twice:,} entries like an earlier one"
    ).format(none=found.no_need, uncertain=found.uncertain, twice=found.duplicates)
    if found.errors:
        yield _("{n:,} rows or files could not be read:").format(n=found.n_errors)
        yield from (f"  {error}" for error in found.errors[:SHOWN])
    if found.n_errors > SHOWN:
        yield _("  and {n:,} more; --errors FILE collects all").format(n=found.n_errors - SHOWN)


def _encodings(found: Summary) -> Iterator[str]:
    counts, doubtful = found.encodings(), found.doubtful()
    if counts:
        yield _("encodings: ") + ", ".join(f"{name} {n:,}" for name, n in counts.most_common())
    if doubtful:
        yield _("{n:,} files may be in another encoding; look at them, and name it with --encoding:").format(
            n=len(doubtful)
        )
        yield from (f"  {name} ({found.files[name].encoding})" for name in doubtful[:SHOWN])
    if len(doubtful) > SHOWN:
        yield _("  and {n:,} more; --summary FILE names all").format(n=len(doubtful) - SHOWN)
