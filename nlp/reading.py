"""Entries as the model sees them: cleaned, in simplified characters, cut into clauses; and the way back."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from .alignment import Aligned, unedited
from .characters import Codes, Ints, codes_of, text_of
from .clauses import Clauses, in_fields
from .clean import clean
from .looking import (
    BRACKET,
    HAN,
    IRREGULAR,
    RARE,
    REGIONAL,
    SIMPLIFIED,
    SPACED,
    TRADITIONAL,
    UNUSUAL,
    Bits,
    Looker,
    Regional,
    numbers,
)
from .records import Script
from .script import mixture, pure, simplify

# The script of a text by what characters it holds; None where they are of both.
_TELLING = np.uint32(HAN | SIMPLIFIED | TRADITIONAL)
_PURE = tuple(pure(bool(held & HAN), bool(held & SIMPLIFIED), bool(held & TRADITIONAL)) for held in range(_TELLING + 1))


class Edits(NamedTuple):
    """Regional words that were replaced, in order: four arrays of shape ``(n_edits,)``.

    The number of the text of each, where in it the word stood, and the length of the new one.
    """

    entries: Ints
    starts: Ints
    ends: Ints
    sizes: Ints


class Reading(Struct, frozen=True, dict=True):
    """A batch of texts laid end to end, a newline between two, and how those changed stand to the text as given.

    ``codes`` are all code points, and ``offsets`` say where each text begins. Of the texts in which characters were put
    in or left out ``cleaned`` has, by their numbers, what repairs made of them; then come the ``edits``.
    """

    codes: Codes
    offsets: Ints
    clauses: Clauses
    scripts: Sequence[Script]
    cleaned: Mapping[int, Aligned]
    edits: Edits

    def __len__(self) -> int:
        return len(self.offsets)

    @cached_property
    def text(self) -> str:
        """The texts as one."""
        return text_of(self.codes)

    @cached_property
    def _edited(self) -> dict[int, Aligned]:
        """Give the way back of each text with edits."""
        edits: dict[int, list[tuple[int, int, int]]] = {}
        for number, *edit in zip(*(column.tolist() for column in self.edits), strict=True):
            edits.setdefault(number, []).append((edit[0], edit[1], edit[2]))
        return {number: unedited(those) for number, those in edits.items()}

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Give the offsets, in the text as given, of the clauses numbered ``first`` to ``last`` in the batch."""
        entry = int(self.clauses.entries[first])
        return self.given(entry, *self.unedited(entry, int(self.clauses.starts[first]), int(self.clauses.ends[last])))

    def given(self, entry: int, start: int, end: int) -> tuple[int, int]:
        """Give the offsets, in the text of ``entry`` as given, of a stretch of it as cleaned."""
        return self.cleaned[entry].span(start, end) if entry in self.cleaned else (start, end)

    def unedited(self, entry: int, start: int, end: int) -> tuple[int, int]:
        """Give the offsets, in the cleaned text of ``entry``, of ``text[start:end]``, before words were replaced."""
        offset = int(self.offsets[entry])
        start, end = start - offset, end - offset
        return self._edited[entry].span(start, end) if entry in self._edited else (start, end)


class Reader:
    """Reads entries; ``looker`` is what looks at the texts, by default with arrays, and knows their vocabulary."""

    def __init__(self, vocabulary: Mapping[str, str] | None = None, looker: Looker | None = None) -> None:
        self._looker = looker or Looker(vocabulary or {})
        words = self._looker.vocabulary
        self._new = [codes_of(new) for new in words.new]
        self._lengths = np.array([len(word) for word in words.words], dtype=np.int64)
        self._sizes = np.array([len(new) for new in words.new], dtype=np.int64)

    def read(self, texts: Sequence[str]) -> Reading:
        """Read texts. Every offset found in the reading leads back to the text it was found in."""
        looker = self._looker
        codes, offsets, found, repaired = self._repaired(texts)
        plain = _Plain(texts, repaired)
        scripts = [
            _PURE[held] or mixture(codes_of(plain.text(number)))
            for number, held in enumerate((found & _TELLING).tolist())
        ]
        closer = numbers(found, UNUSUAL | IRREGULAR)
        codes, offsets = _put(codes, offsets, {number: codes_of(simplify(plain.text(number))) for number in closer})
        found[closer] |= np.uint32(REGIONAL)  # which words these hold now nobody has looked at
        regional = looker.regional(codes, offsets, found)
        edits = self._edits(regional, offsets)
        begin, new = regional.places, [self._new[word] for word in regional.words.tolist()]
        codes, offsets = _spliced(codes, offsets, regional.entries, begin, begin + self._lengths[regional.words], new)
        starts, ends, entries = looker.clauses(codes, offsets)
        sections = np.zeros(len(starts), dtype=np.int64)
        for number, fields in looker.fields(codes, offsets, found):
            first, past = np.searchsorted(entries, (number, number + 1))
            sections[first:past] = in_fields(starts[first:past] - offsets[number], fields)
        moved = {number: new for number, new in repaired.items() if new.starts or new.earlier}
        return Reading(codes, offsets, Clauses(starts, ends, entries, sections), scripts, moved, edits)

    def _repaired(self, texts: Sequence[str]) -> tuple[Codes, Ints, Bits, dict[int, Aligned]]:
        """Look at texts, and once more at those that had to be repaired, which are given by their numbers."""
        codes = codes_of("\n".join(texts))
        offsets = _offsets(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)))
        codes, found = self._looker.look(codes, offsets)
        repaired = dict(_changed(texts, numbers(found, RARE | BRACKET | SPACED)))
        pieces: dict[int, Codes] = {}
        for number, new in repaired.items():
            pieces[number], held = self._looker.look(codes_of(new.text), np.zeros(1, dtype=np.int64))
            found[number] = held[0]
        return *_put(codes, offsets, pieces), found, repaired

    def _edits(self, regional: Regional, offsets: Ints) -> Edits:
        entries, places, words = regional
        starts = places - offsets[entries]
        return Edits(entries, starts, starts + self._lengths[words], self._sizes[words])


class _Plain(NamedTuple):
    """Texts as given, or as repaired where they had to be."""

    given: Sequence[str]
    repaired: Mapping[int, Aligned]

    def text(self, number: int) -> str:
        return self.repaired[number].text if number in self.repaired else self.given[number]


def _changed(texts: Sequence[str], suspect: Iterable[int]) -> Iterable[tuple[int, Aligned]]:
    """Repair texts; give those that were changed."""
    for number in suspect:
        repaired = clean(texts[number])
        if repaired.text != texts[number]:
            yield number, repaired


def _put(codes: Codes, offsets: Ints, pieces: Mapping[int, Codes]) -> tuple[Codes, Ints]:
    """Put other code points in place of those of some texts."""
    entries = np.array(sorted(pieces), dtype=np.int64)
    ends = np.append(offsets[1:] - 1, len(codes))
    return _spliced(codes, offsets, entries, offsets[entries], ends[entries], [pieces[n] for n in entries.tolist()])


def _spliced(
    codes: Codes, offsets: Ints, entries: Ints, starts: Ints, ends: Ints, new: Sequence[Codes]
) -> tuple[Codes, Ints]:
    """Put other code points in place of stretches, in order; each lies in the text that ``entries`` numbers."""
    if not new:
        return codes, offsets
    parts: list[Codes] = []
    at = 0
    for start, end, put in zip(starts.tolist(), ends.tolist(), new, strict=True):
        parts += (codes[at:start], put)
        at = end
    parts.append(codes[at:])
    longer = np.fromiter(map(len, new), dtype=np.int64, count=len(new)) - (ends - starts)
    moved = np.concatenate([[0], np.cumsum(longer)])[np.searchsorted(entries, np.arange(len(offsets)))]
    return np.concatenate(parts), offsets + moved


def _offsets(lengths: Ints) -> Ints:
    """Say where each text begins when all are laid end to end, a newline between two."""
    return np.cumsum(np.append(np.int64(0), lengths + 1))[:-1]
