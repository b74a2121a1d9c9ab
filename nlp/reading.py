"""Entries as the model sees them: cleaned, in simplified characters, cut into clauses; and the way back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .alignment import Aligned, substitute
from .characters import Codes, Ints, codes_of, text_of
from .clauses import Clauses, in_sections
from .clean import clean
from .looking import (
    BRACKET,
    FIELD,
    HAN,
    IRREGULAR,
    RARE,
    REGIONAL,
    REGIONAL_ALONE,
    SIMPLIFIED,
    SPACED,
    TRADITIONAL,
    UNUSUAL,
    Bits,
    Looker,
)
from .records import Script
from .script import Vocabulary, mixture, pure, simplify

# The script of a text by what characters it holds; None where they are of both.
_TELLING = np.uint32(HAN | SIMPLIFIED | TRADITIONAL)
_PURE = tuple(pure(bool(held & HAN), bool(held & SIMPLIFIED), bool(held & TRADITIONAL)) for held in range(_TELLING + 1))


@dataclass(frozen=True)
class Reading:
    """A batch of texts laid end to end, a newline between two, and how those changed stand to the text as given.

    ``codes`` are all code points, and ``offsets`` say where each text begins; ``aligned`` has the way back of those of
    which a character was put in or left out, by their numbers.
    """

    codes: Codes
    offsets: Ints
    clauses: Clauses
    aligned: Mapping[int, Aligned]
    scripts: Sequence[Script]

    def __len__(self) -> int:
        return len(self.offsets)

    @cached_property
    def _beginnings(self) -> list[int]:
        beginnings: list[int] = self.offsets.tolist()
        return beginnings

    @cached_property
    def text(self) -> str:
        """The texts as one."""
        return text_of(self.codes)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Give the offsets, in the text as given, of the clauses numbered ``first`` to ``last`` in the batch."""
        entry = int(self.clauses.entries[first])
        return self.given(entry, int(self.clauses.starts[first]), int(self.clauses.ends[last]))

    def given(self, entry: int, start: int, end: int) -> tuple[int, int]:
        """Give the offsets, in the text as given, of ``text[start:end]``, which lies in the text of ``entry``."""
        offset = self._beginnings[entry]
        aligned = self.aligned.get(entry)
        return aligned.span(start - offset, end - offset) if aligned else (start - offset, end - offset)


class Reader:
    """Reads entries; holds the vocabulary it folds. ``looker`` is what looks at the texts, by default with arrays."""

    def __init__(self, vocabulary: Mapping[str, str] | None = None, looker: Looker | None = None) -> None:
        self._vocabulary = Vocabulary(vocabulary or {})
        self._looker = looker or Looker(vocabulary or {})

    def read(self, texts: Sequence[str]) -> Reading:
        """Read texts. Every offset found in the reading leads back to the text it was found in."""
        taken = _Taken(texts)
        simplified, found = self._looker.look(taken.codes, taken.offsets)
        if taken.clean(_numbers(found, RARE | BRACKET | SPACED)):
            simplified, found = self._looker.look(taken.codes, taken.offsets)
        scripts = [
            _PURE[held] or mixture(taken.piece(number)) for number, held in enumerate((found & _TELLING).tolist())
        ]
        taken.codes = simplified
        taken.simplify(_numbers(found, UNUSUAL | IRREGULAR))
        taken.fold(_numbers(found, REGIONAL | REGIONAL_ALONE), self._vocabulary)
        starts, ends, entries = self._looker.clauses(taken.codes, taken.offsets)
        sections = np.zeros(len(starts), dtype=np.int64)
        for number in _numbers(found, FIELD):
            first, past = np.searchsorted(entries, (number, number + 1))
            sections[first:past] = in_sections(starts[first:past] - taken.offsets[number], taken.text(number))
        return Reading(taken.codes, taken.offsets, Clauses(starts, ends, entries, sections), taken.aligned, scripts)


def _numbers(found: Bits, bits: int) -> list[int]:
    """Number the texts that hold any of ``bits``."""
    numbers: list[int] = np.flatnonzero(found & np.uint32(bits)).tolist()
    return numbers


class _Taken:
    """Texts on their way: laid end to end, each changed where it has to be."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._given = texts
        self.aligned: dict[int, Aligned] = {}
        self.codes = codes_of("\n".join(texts))
        self.offsets = _offsets(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)))

    def piece(self, number: int) -> Codes:
        """Give the code points of a text."""
        end = self.offsets[number + 1] - 1 if number + 1 < len(self.offsets) else len(self.codes)
        return self.codes[self.offsets[number] : end]

    def text(self, number: int) -> str:
        return text_of(self.piece(number))

    def clean(self, numbers: Sequence[int]) -> bool:
        """Repair texts; say whether any was changed."""
        repaired = {number: clean(self._given[number]) for number in numbers}
        changed = {number: new for number, new in repaired.items() if new.text != self._given[number]}
        self.aligned |= {number: new for number, new in changed.items() if new.starts or new.earlier}
        self._put({number: codes_of(new.text) for number, new in changed.items()})
        return bool(changed)

    def simplify(self, numbers: Sequence[int]) -> None:
        """Simplify texts in which a character's neighbours count; OpenCC keeps their number."""
        self.codes = self.codes.copy() if numbers else self.codes
        for number in numbers:
            self.piece(number)[:] = codes_of(simplify(self.text(number)))

    def fold(self, numbers: Sequence[int], vocabulary: Vocabulary) -> None:
        """Put mainland words for regional ones."""
        folded: dict[int, Codes] = {}
        for number in numbers:
            text = self.text(number)
            edits = vocabulary.edits(text)
            if edits:
                before = self.aligned.get(number, Aligned(text)).same_length(text)
                self.aligned[number] = before.then(substitute(text, edits))
                folded[number] = codes_of(self.aligned[number].text)
        self._put(folded)

    def _put(self, pieces: Mapping[int, Codes]) -> None:
        """Put other code points in place of those of some texts."""
        if not pieces:
            return
        newline = np.array([ord("\n")], dtype=np.uint32)
        lengths = np.diff(self.offsets, append=len(self.codes) + 1) - 1
        parts: list[Codes] = []
        at = 0
        for number, piece in pieces.items():
            start = int(self.offsets[number])
            parts += [self.codes[at:start], piece, newline]
            at = start + int(lengths[number]) + 1
            lengths[number] = len(piece)
        parts.append(self.codes[at:])
        self.codes = np.concatenate(parts)[: int(lengths.sum()) + len(lengths) - 1]
        self.offsets = _offsets(lengths)


def _offsets(lengths: Ints) -> Ints:
    """Say where each text begins when all are laid end to end, a newline between two."""
    return np.cumsum(np.append(np.int64(0), lengths + 1))[:-1]
