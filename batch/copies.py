"""Entries that say the same as an earlier one, and what that one is called."""

import tempfile
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

import msgspec

from minqing.corpora.seen import REMEMBERED, Seen
from minqing.nlp.records import Entry

Mark = dict[str, object]

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Mark).decode


class Copies:
    """The entries so far. What each is called lies in a file in ``folder`` until all is done: memory must stay flat.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._seen = Seen()
        # Where it has a name, as on Windows, it is one that readers of the folder pass over.
        self._file = tempfile.TemporaryFile(prefix=".", dir=folder)  # noqa: SIM115 - closed in __exit__
        self._count = self._end = 0
        self._starts = array("q", bytes(8 * REMEMBERED))

    def __enter__(self) -> "Copies":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def marks(self, entries: Sequence[Entry], described: Sequence[bytes]) -> Iterator[Mark]:
        """Give for each entry the id of the first that says the same and where it stands, or nothing.

        Ids may come back from file to file: ``duplicate_at`` is the ``source`` of the first.
        """
        for entry, first in zip(entries, self._seen.firsts(described), strict=True):
            if first < 0:
                self._add(entry)
            yield self._mark(first) if first >= 0 else {}

    def _add(self, entry: Entry) -> None:
        mark: Mark = {"duplicate_of": entry.id}
        if "source" in entry.meta:
            mark["duplicate_at"] = entry.meta["source"]
        line = _encode(mark) + b"\n"
        self._starts[self._count % REMEMBERED] = self._end
        self._file.write(line)
        self._count += 1
        self._end += len(line)

    def _mark(self, number: int) -> Mark:
        self._file.seek(self._starts[number % REMEMBERED])
        mark = _decode(self._file.readline())
        self._file.seek(self._end)
        return mark
