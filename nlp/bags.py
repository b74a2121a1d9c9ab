"""Whole entries as sparse rows of weighted features: what a model of somebody's own labels looks at.

An entry is the bag of all features of its clauses (``features.py``): character 1-4 grams, words, word pairs and
concepts. A feature that occurs ``n`` times counts ``1 + log n``, times its rarity; rows have length 1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .characters import Ints
from .features import BITS, Features, Rows
from .scores import Floats

N_COLUMNS = 2 << BITS


@dataclass(frozen=True, slots=True)
class Bags:
    """Counts of features: entry ``i`` has ``columns[starts[i]:starts[i + 1]]``, ascending, ``counts`` times."""

    starts: Ints
    columns: Ints
    counts: Ints

    def __len__(self) -> int:
        return len(self.starts) - 1

    def take(self, chosen: Ints) -> "Bags":
        """Give the entries numbered ``chosen``, in that order."""
        rows = Rows(self.starts, np.arange(len(self.columns), dtype=np.int32)).take(chosen)
        return Bags(rows.starts, self.columns[rows.columns], self.counts[rows.columns])


def occurrences(features: Features) -> tuple[Ints, Ints]:
    """Give the clause and the column of every single feature; those of the context follow those of the clause."""
    blocks = (features.own, 0), (features.context, 1 << BITS)
    clauses = [np.repeat(np.arange(len(rows)), np.diff(rows.starts)) for rows, _ in blocks]
    return np.concatenate(clauses), np.concatenate([rows.columns + shift for rows, shift in blocks])


def make_bags(features: Features) -> Bags:
    """Bring the features of each entry's clauses together."""
    clauses, columns = occurrences(features)
    pairs, counts = np.unique(features.entries[clauses] * N_COLUMNS + columns, return_counts=True)
    entries = pairs // N_COLUMNS
    starts = np.searchsorted(entries, np.arange(features.n_entries + 1))
    return Bags(starts.astype(np.int64), pairs % N_COLUMNS, counts.astype(np.int64))


@dataclass(frozen=True, slots=True)
class Space:
    """The columns kept, ascending, and the rarity of each: log of how many entries there are to one that has it."""

    columns: NDArray[np.int32]
    rarity: Floats

    @classmethod
    def of(cls, bags: Bags, fewest: int) -> "Space":
        """Keep the columns that stand in at least ``fewest`` entries."""
        columns, entries = np.unique(bags.columns, return_counts=True)
        kept = entries >= fewest
        rarity = np.log((1 + len(bags)) / (1 + entries[kept])) + 1
        return cls(columns[kept].astype(np.int32), rarity.astype(np.float32))

    def weigh(self, bags: Bags) -> "Weighed":
        """Weigh the columns that are kept; the others are left out."""
        places = np.searchsorted(self.columns, bags.columns)
        places[places == len(self.columns)] = 0
        known = self.columns[places] == bags.columns if len(self.columns) else np.zeros(len(places), dtype=np.bool_)
        starts = np.concatenate([[0], np.cumsum(known)])[bags.starts]
        places, counts = places[known], bags.counts[known]
        values = (1 + np.log(counts)) * self.rarity[places]
        squares = np.concatenate([[0.0], np.cumsum(values.astype(np.float64) ** 2)])
        lengths = np.sqrt(np.maximum(squares[starts[1:]] - squares[starts[:-1]], 1e-9))
        unit = values / np.repeat(lengths, np.diff(starts))
        return Weighed(starts, places, unit.astype(np.float32), counts)


@dataclass(frozen=True, slots=True)
class Weighed:
    """Sparse rows of length 1: entry ``i`` has ``values`` at ``places`` of the space, ``starts[i]:starts[i + 1]``."""

    starts: Ints
    places: Ints
    values: Floats
    counts: Ints
