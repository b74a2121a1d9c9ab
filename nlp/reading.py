"""Entries as the model sees them: cleaned, in simplified characters, cut into clauses; and the way back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from .alignment import Aligned, Edit
from .characters import Codes, Ints, codes_of, text_of
from .clauses import Clauses, in_fields
from .clean import clean
from .looking import BRACKET, HAN, IRREGULAR, RARE, SIMPLIFIED, SPACED, TRADITIONAL, UNUSUAL, Looker, numbers
from .records import Script
from .script import mixture, pure, simplify

# The script of a text by what characters it holds; None where they are of both.
_TELLING = np.uint32(HAN | SIMPLIFIED | TRADITIONAL)
_PURE = tuple(pure(bool(held & HAN), bool(held & SIMPLIFIED), bool(held & TRADITIONAL)) for held in range(_TELLING + 1))


@dataclass(frozen=True)
class Reading:
    """A batch of texts laid end to end, a newline between two, and how those changed stand to the text as given.

    ``codes`` are all code points, and ``offsets`` say where each text begins. Texts in which characters were put in or
    left out are known by their numbers: what ``cleaned`` made of them, and then the ``edits`` for regional words.
    """

    codes: Codes
    offsets: Ints
    clauses: Clauses
    scripts: Sequence[Script]
    cleaned: Mapping[int, Aligned] = field(default_factory=dict)
    edits: Mapping[int, Sequence[Edit]] = field(default_factory=dict)
    _ways: dict[int, Aligned] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.offsets)

    @cached_property
    def text(self) -> str:
        """The texts as one."""
        return text_of(self.codes)

    @cached_property
    def _beginnings(self) -> list[int]:
        beginnings: list[int] = self.offsets.tolist()
        return beginnings

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Give the offsets, in the text as given, of the clauses numbered ``first`` to ``last`` in the batch."""
        entry = int(self.clauses.entries[first])
        return self.given(entry, int(self.clauses.starts[first]), int(self.clauses.ends[last]))

    def given(self, entry: int, start: int, end: int) -> tuple[int, int]:
        """Give the offsets, in the text as given, of ``text[start:end]``, which lies in the text of ``entry``."""
        offset = self._beginnings[entry]
        if entry in self.edits or entry in self.cleaned:
            return self._way(entry).span(start - offset, end - offset)
        return start - offset, end - offset

    def _way(self, entry: int) -> Aligned:
        """Give the way back of a text, found when it is first asked for."""
        if entry not in self._ways:
            cleaned = self.cleaned.get(entry) or Aligned("")
            self._ways[entry] = cleaned.edited(self.edits.get(entry, ()))
        return self._ways[entry]


class Reader:
    """Reads entries; ``looker`` is what looks at the texts, by default with arrays, and knows their vocabulary."""

    def __init__(self, vocabulary: Mapping[str, str] | None = None, looker: Looker | None = None) -> None:
        self._looker = looker or Looker(vocabulary or {})
        self._new = [codes_of(new) for new in self._looker.vocabulary.new]

    def read(self, texts: Sequence[str]) -> Reading:
        """Read texts. Every offset found in the reading leads back to the text it was found in."""
        looker = self._looker
        codes = codes_of("\n".join(texts))
        offsets = _offsets(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)))
        codes, found = looker.look(codes, offsets)
        changed = dict(_changed(texts, numbers(found, RARE | BRACKET | SPACED)))
        looked = {
            number: looker.look(codes_of(new.text), np.zeros(1, dtype=np.int64)) for number, new in changed.items()
        }
        for number, (_, held) in looked.items():
            found[number] = held[0]

        def clean_text(number: int) -> str:
            return changed[number].text if number in changed else texts[number]

        pieces = {number: simplified for number, (simplified, _) in looked.items()}
        pieces |= {number: codes_of(simplify(clean_text(number))) for number in numbers(found, UNUSUAL | IRREGULAR)}
        codes, offsets = _put(codes, offsets, pieces)
        scripts = [
            _PURE[held] or mixture(codes_of(clean_text(number)))
            for number, held in enumerate((found & _TELLING).tolist())
        ]
        regional = looker.regional(codes, offsets, found)
        edits = self._edits(regional, offsets)
        codes, offsets = self._fold(codes, offsets, regional)
        starts, ends, entries = looker.clauses(codes, offsets)
        sections = np.zeros(len(starts), dtype=np.int64)
        for number, fields in looker.fields(codes, offsets, found):
            first, past = np.searchsorted(entries, (number, number + 1))
            sections[first:past] = in_fields(starts[first:past] - offsets[number], fields)
        moved = {number: new for number, new in changed.items() if new.starts or new.earlier}
        return Reading(codes, offsets, Clauses(starts, ends, entries, sections), scripts, moved, edits)

    def _edits(self, regional: Iterable[tuple[int, int, int]], offsets: Ints) -> dict[int, list[Edit]]:
        """Give the edits of each text that has regional words, counted from its beginning."""
        words, beginnings = self._looker.vocabulary, offsets.tolist()
        edits: dict[int, list[Edit]] = {}
        for number, place, word in regional:
            at = place - beginnings[number]
            edits.setdefault(number, []).append((at, at + len(words.words[word]), words.new[word]))
        return edits

    def _fold(self, codes: Codes, offsets: Ints, regional: Sequence[tuple[int, int, int]]) -> tuple[Codes, Ints]:
        """Put mainland words for regional ones."""
        if not regional:
            return codes, offsets
        lengths = list(map(len, self._looker.vocabulary.words))
        parts: list[Codes] = []
        more = [0] * len(offsets)
        at = 0
        for number, place, word in regional:
            parts += (codes[at:place], self._new[word])
            at = place + lengths[word]
            more[number] += len(self._new[word]) - lengths[word]
        parts.append(codes[at:])
        return np.concatenate(parts), offsets + np.cumsum([0, *more], dtype=np.int64)[:-1]


def _changed(texts: Sequence[str], suspect: Iterable[int]) -> Iterable[tuple[int, Aligned]]:
    """Repair texts; give those that were changed."""
    for number in suspect:
        repaired = clean(texts[number])
        if repaired.text != texts[number]:
            yield number, repaired


def _put(codes: Codes, offsets: Ints, pieces: Mapping[int, Codes]) -> tuple[Codes, Ints]:
    """Put other code points in place of those of some texts."""
    if not pieces:
        return codes, offsets
    lengths = np.diff(offsets, append=len(codes) + 1) - 1
    parts: list[Codes] = []
    at = 0
    for number in sorted(pieces):
        start = int(offsets[number])
        parts += (codes[at:start], pieces[number])
        at = start + int(lengths[number])
        lengths[number] = len(pieces[number])
    parts.append(codes[at:])
    return np.concatenate(parts), _offsets(lengths)


def _offsets(lengths: Ints) -> Ints:
    """Say where each text begins when all are laid end to end, a newline between two."""
    return np.cumsum(np.append(np.int64(0), lengths + 1))[:-1]
