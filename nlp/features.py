"""Clauses -> sparse rows of hashed features, for many entries at once.

Two blocks, since they play different parts. ``own`` describes the clause itself: character 1-4 grams, word
pairs, pairs of concepts, the section. ``context`` (words and concepts) describes a clause to its
neighbours as well. Both are counts over ``2 ** BITS`` hashed columns; the hash is a fixed polynomial over
code points, computed with numpy over the whole batch, and is the same on every machine.
"""

from collections.abc import Iterable
from functools import cache

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .characters import Codes, Ints
from .clauses import SECTIONS, Clauses
from .concepts import ConceptLexicon
from .engines import WordEngine
from .hashing import BASE, Hashes, hash_grams, hash_spans, hash_text, top_bits
from .reading import Reading
from .words import word_spans

BITS = 21
LONGEST_GRAM = 4
LONGEST_SKIP = 4


class Rows(Struct, frozen=True):
    """A sparse matrix of counts, ``(n_clauses, 2 ** BITS)``: row ``i`` has ``columns[starts[i]:starts[i + 1]]``."""

    starts: Ints
    columns: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def take(self, rows: Ints) -> "Rows":
        """Give the rows numbered ``rows``, in that order."""
        lengths = np.diff(self.starts)[rows]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        shift = np.repeat(self.starts[:-1][rows] - starts[:-1], lengths)
        return Rows(starts, self.columns[np.arange(starts[-1]) + shift])


class Features(Struct, frozen=True):
    """The rows of all clauses of a batch, and the number of the entry each belongs to, ascending."""

    own: Rows
    context: Rows
    entries: Ints
    n_entries: int

    def __len__(self) -> int:
        return len(self.entries)

    def take(self, chosen: Ints) -> "Features":
        """Give the features of the entries numbered ``chosen`` (ascending), numbered anew from 0."""
        rows = np.flatnonzero(np.isin(self.entries, chosen))
        entries = np.searchsorted(chosen, self.entries[rows])
        return Features(self.own.take(rows), self.context.take(rows), entries, len(chosen))


def extract(reading: Reading, lexicon: ConceptLexicon, engine: WordEngine) -> Features:
    """Describe every clause of the texts read, in order."""
    clauses = reading.clauses
    clause_at = _clause_of_each_character(len(reading.text), clauses)
    words = _words(reading.codes, clause_at, word_spans(reading.text, reading.codes, engine))
    concepts = _concepts(reading.codes, clause_at, lexicon)
    own = [
        *_character_grams(reading.codes, clause_at),
        _pairs(words, 1, 11),
        *(_pairs(concepts, skip, 12) for skip in range(1, LONGEST_SKIP + 1)),
        _sections(clauses),
    ]
    n = len(clauses)
    return Features(_rows(own, n), _rows([_tag(words, 9), _tag(concepts, 10)], n), clauses.entries, len(reading))


Block = tuple[Ints, Hashes]  # the clause and the hash of each feature, in text order


def _clause_of_each_character(length: int, clauses: Clauses) -> Ints:
    """Number the clause that each character stands in, -1 between clauses and at the end."""
    at = np.full(length + 1, -1, dtype=np.int64)
    lengths = clauses.ends - clauses.starts
    clause = np.repeat(np.arange(len(clauses)), lengths)
    first = np.cumsum(lengths) - lengths  # of each clause, were all laid end to end
    at[np.arange(len(clause)) + (clauses.starts - first)[clause]] = clause
    return at


def _character_grams(codes: Codes, clause_at: Ints) -> Iterable[Block]:
    here = clause_at[:-1]
    for n, value in enumerate(hash_grams(codes, LONGEST_GRAM), start=1):
        first, last = here[: len(value)], here[n - 1 :]
        inside = (first == last) & (first >= 0)
        yield first[inside], value[inside] + np.uint64(n)


def _words(codes: Codes, clause_at: Ints, spans: tuple[Ints, Ints]) -> Block:
    """Hash the words that lie in a clause."""
    starts, ends = spans
    inside = clause_at[starts] >= 0
    starts, ends = starts[inside], ends[inside]
    return clause_at[starts], hash_spans(codes, starts, ends)


def _concepts(codes: Codes, clause_at: Ints, lexicon: ConceptLexicon) -> Block:
    """Hash the concepts of each clause by their names, so that a new one leaves the columns of the others alone."""
    hits = lexicon.hits(codes)
    clause = clause_at[hits.starts]
    inside = (clause >= 0) & (clause == clause_at[hits.ends - 1])
    return clause[inside], lexicon.hashes[hits.concepts[inside]]


def _pairs(block: Block, skip: int, salt: int) -> Block:
    """Join each feature with the one ``skip`` places on in the same clause; the order counts."""
    clause, value = block
    same = clause[:-skip] == clause[skip:]
    joined = value[:-skip][same] * BASE + value[skip:][same]
    return clause[:-skip][same], joined + np.uint64(salt)


def _tag(block: Block, salt: int) -> Block:
    clause, value = block
    return clause, value * BASE + np.uint64(salt)


def _sections(clauses: Clauses) -> Block:
    return np.arange(len(clauses)), section_hashes()[clauses.sections]


@cache
def section_hashes() -> Hashes:
    """Give the hash that stands for each kind of section, as ``SECTIONS`` numbers them."""
    return np.array([hash_text("section " + name) for name in SECTIONS], dtype=np.uint64)


def _rows(blocks: Iterable[Block], n: int) -> Rows:
    """Bring the blocks together by clause; within a clause they keep their order."""
    taken = list(blocks)
    clause = np.concatenate([block[0] for block in taken])
    value = np.concatenate([block[1] for block in taken])
    columns = top_bits(value, BITS).astype(np.int32)
    # numpy sorts small integers by counting, many times faster than large ones.
    order = np.argsort(clause.astype(np.uint16) if n < 1 << 16 else clause, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(clause, minlength=n))])
    return Rows(starts.astype(np.int64), columns[order])
