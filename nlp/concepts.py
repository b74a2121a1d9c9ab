"""The concept lexicon: words and phrases grouped by what they mean for a need, matched in one pass.

Concepts let a model that has seen a broken 渠 understand a broken 泵站: both are ``water_facility``.
A concept alone never makes a need; it is one feature of a clause among many.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import daachorse
import numpy as np
from numpy.typing import NDArray


class Term(NamedTuple):
    """A word or phrase in simplified characters, and the concept it stands for.

    ``region`` is empty for words of everywhere, else where they are said (``yue``, ``tw``, ``sw`` …).
    """

    text: str
    concept: str
    region: str = ""


@dataclass(frozen=True, slots=True)
class Hits:
    """Concepts found in a text, by the place where they end: three arrays of the same length."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    concepts: NDArray[np.int64]


class ConceptLexicon:
    """Terms, no two alike, compiled into one automaton. ``names`` are the concepts in order of their number."""

    def __init__(self, terms: Iterable[Term]) -> None:
        taken = list(terms)
        self.names: tuple[str, ...] = tuple(sorted({term.concept for term in taken}))
        number = {name: i for i, name in enumerate(self.names)}
        texts = [term.text for term in taken]
        self._concept_of = np.array([number[term.concept] for term in taken], dtype=np.int64)
        self._automaton = daachorse.CharwiseDoubleArrayAhoCorasick(texts) if texts else None

    def hits(self, text: str) -> Hits:
        """Find every term in ``text``, overlapping ones too."""
        found = self._automaton.find_overlapping(text) if self._automaton else []
        table = np.fromiter(chain.from_iterable(found), np.int64, 3 * len(found)).reshape(-1, 3)
        return Hits(table[:, 0], table[:, 1], self._concept_of[table[:, 2]])

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """Give ``(start, end, concept)`` of every term in ``text``.

        >>> ConceptLexicon([Term("水渠", "water_facility"), Term("断", "broken")]).find("水渠断了")
        [(0, 2, 'water_facility'), (2, 3, 'broken')]
        """
        hits = self.hits(text)
        names = (self.names[i] for i in hits.concepts)
        return list(zip(hits.starts.tolist(), hits.ends.tolist(), names, strict=True))
