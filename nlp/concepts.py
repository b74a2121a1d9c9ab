"""The concept lexicon: words and phrases grouped by what they mean for a need, matched in one pass.

Concepts let a model that has seen a broken 渠 understand a broken 泵站: both are ``water_facility``.
A concept alone never makes a need; it is one feature of a clause among many.

Matching compares hashes of n-grams with those of the terms, with arrays alone. An automaton matches as
fast but is built anew on every start, which took longer than tagging a hundred entries.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from .characters import Bools, Codes, Ints, codes_of
from .errors import EntryError
from .hashing import Hashes, hash_grams, hash_spans, top_bits

# One in about twenty n-grams that are no term passes this sieve and is looked up for nothing.
_SIEVE_BITS = 20


class Term(NamedTuple):
    """A word or phrase in simplified characters, and the concept it stands for.

    ``region`` is empty for words of everywhere, else where they are said (``yue``, ``tw``, ``sw`` …).
    """

    text: str
    concept: str
    region: str = ""


class Hits(Struct, frozen=True):
    """Concepts found in a text, in its order: three arrays of the same length."""

    starts: Ints
    ends: Ints
    concepts: Ints


class ConceptLexicon:
    """Terms to be found, made ready when the first is looked for.

    ``table`` is the lexicon as text, a line a term: term, concept and region, a tab between two. It is
    compiled without making an object of each term.
    """

    def __init__(self, table: str) -> None:
        self.table = table
        self._codes = codes_of(table)
        self._starts, self._tabs = _fields(self._codes)

    @property
    def names(self) -> tuple[str, ...]:
        """The concepts in the order of their numbers."""
        return self._index.names

    @property
    def hashes(self) -> Hashes:
        """The hash of each concept's name."""
        return self._index.hashes

    @cached_property
    def _index(self) -> "_Index":
        return _Index.of(self.table, self._codes, self._starts, self._tabs)

    @classmethod
    def of(cls, terms: Iterable[Term]) -> "ConceptLexicon":
        """Make a lexicon of terms; a term may stand for several concepts."""
        return cls("".join("\t".join(term) + "\n" for term in terms))

    def hits(self, codes: Codes) -> Hits:
        """Find every term in the text of ``codes``, overlapping ones too."""
        return self._index.hits(codes)

    def arrays(self) -> tuple[Codes, Ints, Ints]:
        """Give all that the fast path needs to find the terms itself.

        The code points of ``table``, where each line begins, ``(n_lines,)``, and its two tabs, ``(n_lines, 2)``.
        """
        return self._codes, self._starts, self._tabs

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """Give ``(start, end, concept)`` of every term in ``text``.

        >>> ConceptLexicon.of([Term("水渠", "water_facility"), Term("断", "broken")]).find("水渠断了")
        [(0, 2, 'water_facility'), (2, 3, 'broken')]
        """
        hits = self.hits(codes_of(text))
        names = (self.names[i] for i in hits.concepts)
        return list(zip(hits.starts.tolist(), hits.ends.tolist(), names, strict=True))


class _Index(Struct, frozen=True):
    """The terms by their hashes, ascending: each has ``counts`` senses from ``first`` on; a sense is a concept."""

    terms: Hashes
    first: Ints
    counts: Ints
    senses: Ints
    names: tuple[str, ...]
    hashes: Hashes
    sieve: Bools
    longest: int

    @classmethod
    def of(cls, table: str, codes: Codes, starts: Ints, tabs: Ints) -> "_Index":
        keys = hash_spans(codes, starts, tabs[:, 0])
        order = np.argsort(keys, kind="stable")
        terms, first, counts = np.unique(keys[order], return_index=True, return_counts=True)
        sieve = np.zeros(1 << _SIEVE_BITS, dtype=np.bool_)
        sieve[top_bits(keys, _SIEVE_BITS)] = True
        hashes, lines, concepts = np.unique(
            hash_spans(codes, tabs[:, 0] + 1, tabs[:, 1]), return_index=True, return_inverse=True
        )
        names = tuple(table[a:b] for a, b in (tabs[lines] + (1, 0)).tolist())
        longest = int((tabs[:, 0] - starts).max(initial=0))
        return cls(terms, first, counts, concepts[order], names, hashes, sieve, longest)

    def hits(self, codes: Codes) -> Hits:
        starts: list[Ints] = []
        keys: list[Hashes] = []
        for grams in hash_grams(codes, self.longest):
            passed = np.flatnonzero(self.sieve[top_bits(grams, _SIEVE_BITS)])
            starts.append(passed)
            keys.append(grams[passed])
        lengths = np.repeat(np.arange(1, len(starts) + 1), [len(found) for found in starts])
        return self._expand(_joined(starts, np.int64), lengths, _joined(keys, np.uint64))

    def _expand(self, starts: Ints, lengths: Ints, keys: Hashes) -> Hits:
        """Give one hit for each concept of each n-gram that is a term."""
        place = np.minimum(np.searchsorted(self.terms, keys), len(self.terms) - 1)
        first, counts = self.first[place], np.where(self.terms[place] == keys, self.counts[place], 0)
        rows = np.repeat(first - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
        at, ends = np.repeat(starts, counts), np.repeat(starts + lengths, counts)
        order = np.lexsort((ends, at))
        return Hits(at[order], ends[order], self.senses[rows][order])


def _fields(codes: Codes) -> tuple[Ints, Ints]:
    """Give where each line starts, ``(n,)``, and where its two tabs stand, ``(n, 2)``.

    Raises:
        EntryError: a line is not a term, a concept and a region; the message gives its number.
    """
    ends = np.flatnonzero(codes == ord("\n"))
    tabs = np.flatnonzero(codes == ord("\t"))
    starts = np.concatenate([[0], ends + 1])
    counts = np.diff(np.searchsorted(tabs, starts))
    bad = np.flatnonzero(counts != 2)
    if len(bad) or starts[-1] != len(codes):
        raise EntryError(f"line {int(bad[0]) + 1 if len(bad) else len(starts)}: not a term, a concept and a region")
    return starts[:-1], tabs.reshape(-1, 2)


def _joined(arrays: list[Ints] | list[Hashes], kind: type) -> np.ndarray:
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype=kind)
