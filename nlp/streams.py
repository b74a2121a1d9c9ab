"""Streams cut into pieces that are worth handling together, and what tags such a stream."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from .records import Entry, TaggedEntry

# Arrays pay from a few dozen entries on; past a few hundred they only take more memory.
BATCH = 250

T = TypeVar("T")


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Give the items in lists of ``size``, the last one shorter; nothing of an empty stream.

    >>> list(batches("abcde", 2))
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    stream = iter(items)
    while batch := list(islice(stream, size)):
        yield batch


class StreamTagger(ABC):
    """What tags one entry or a stream of them, batch by batch, with the same answers."""

    def tag(self, entry: Entry | str) -> TaggedEntry:
        """Tag one entry, or one text, which gets the id ``""``."""
        return self._tag_batch([Entry("", entry) if isinstance(entry, str) else entry])[0]

    def pipe(self, entries: Iterable[Entry], batch: int = BATCH) -> Iterator[TaggedEntry]:
        """Tag a stream, in its order, ``batch`` entries at a time.

        Raises:
            TypeError: ``entries`` is one text; a stream of entries is meant.
        """
        if isinstance(entries, str):
            raise TypeError("pipe takes entries, not one text; use tag for that")
        for taken in batches(entries, batch):
            yield from self._tag_batch(taken)

    @abstractmethod
    def _tag_batch(self, entries: Sequence[Entry]) -> list[TaggedEntry]: ...
