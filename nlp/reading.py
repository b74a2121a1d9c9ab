"""Entries as the model sees them: cleaned, in simplified characters, cut into clauses; and the way back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .alignment import Aligned, Edit, substitute
from .characters import Codes, Ints, codes_of
from .clauses import Clauses, find_clauses
from .clean import clean
from .records import Script
from .script import Vocabulary, detect_scripts, simplify_all


@dataclass(frozen=True, slots=True)
class Reading:
    """A batch of texts laid end to end, a newline between two, and how each stands to the text as given."""

    text: str
    codes: Codes
    offsets: Ints
    clauses: Clauses
    aligned: Sequence[Aligned]
    scripts: Sequence[Script]

    def __len__(self) -> int:
        return len(self.aligned)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Give the offsets, in the text as given, of the clauses numbered ``first`` to ``last`` in the batch."""
        entry = int(self.clauses.entries[first])
        return self.given(entry, int(self.clauses.starts[first]), int(self.clauses.ends[last]))

    def given(self, entry: int, start: int, end: int) -> tuple[int, int]:
        """Give the offsets, in the text as given, of ``text[start:end]``, which lies in the text of ``entry``."""
        offset = int(self.offsets[entry])
        return self.aligned[entry].span(start - offset, end - offset)


class Reader:
    """Reads entries; holds the vocabulary it folds."""

    def __init__(self, vocabulary: Mapping[str, str] | None = None) -> None:
        self._vocabulary = Vocabulary(vocabulary or {})

    def read(self, texts: Sequence[str]) -> Reading:
        """Read texts. Every offset found in the reading leads back to the text it was found in."""
        cleaned = [clean(text) for text in texts]
        whole = "\n".join(text.text for text in cleaned)
        offsets = _offsets(cleaned)
        codes = codes_of(whole)
        scripts = detect_scripts(codes, offsets) if cleaned else []
        simple = simplify_all([text.text for text in cleaned], codes, offsets)
        edits = self._edits("\n".join(simple), offsets)
        aligned = [
            _put(text, new, edits.get(number)) for number, (text, new) in enumerate(zip(cleaned, simple, strict=True))
        ]
        if edits:
            offsets = _offsets(aligned)
        whole = "\n".join(text.text for text in aligned)
        codes = codes_of(whole)
        clauses = find_clauses([text.text for text in aligned], codes)
        return Reading(whole, codes, offsets, clauses, aligned, scripts)

    def _edits(self, whole: str, offsets: Ints) -> dict[int, list[Edit]]:
        """Find the regional words of each text that has any, counted from its beginning."""
        found = self._vocabulary.edits(whole)
        entries = np.searchsorted(offsets, [start for start, _, _ in found], side="right") - 1
        edits: dict[int, list[Edit]] = {}
        for entry, (start, end, new) in zip(entries.tolist(), found, strict=True):
            offset = int(offsets[entry])
            edits.setdefault(entry, []).append((start - offset, end - offset, new))
        return edits


def _offsets(texts: Sequence[Aligned]) -> Ints:
    """Say where each text begins when all are laid end to end."""
    return np.cumsum([0, *(len(text.text) + 1 for text in texts)], dtype=np.int64)[:-1]


def _put(cleaned: Aligned, simple: str, edits: list[Edit] | None) -> Aligned:
    """Put the simplified text for the cleaned one, its regional words folded."""
    aligned = cleaned if simple is cleaned.text else cleaned.same_length(simple)
    return aligned.then(substitute(simple, edits)) if edits else aligned
