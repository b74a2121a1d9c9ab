"""What became of each need by the end of its entry.

The decision looks at the mention, at what is said before it and at what is said after it: what follows
decides more often, since the latest state wins (codebook 2.4). Each place is a linear head of its own, and
the voice of a clause fades with its distance and with every other need spoken of in between.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from msgspec import Struct

from .characters import Ints
from .curves import stepped
from .scores import STATUS_PLACES, Doubles, Floats, Scores

# How a clause fades: by the power of its distance, and by a factor for each need that begins in between, at
# most so many. Chosen by cross-validation: with these two the status of a marked mention was right in 78.7 %,
# with a head for each of seven places around it in 73.9 %.
FADING = {"sooner": (1.0, 0.6), "later": (0.7, 0.3)}
MOST_TURNS = 3

# What stands farther away than this counts as if it stood here; and what a clause counts is whole steps.
FARTHEST = 1_000
_STEPS = 1 << 16


class Mention(Struct, frozen=True):
    """Clauses ``first`` to ``last`` (numbers within the batch) that speak of one need of ``label``, with its chance."""

    label: int
    first: int
    last: int
    chance: float = 0.0


class Place(Struct, frozen=True):
    """The clauses that stand in one place around each mention, and what each counts there.

    Mention ``i`` has ``clauses[starts[i]:starts[i + 1]]``, which may be none; ``starts`` is ``(n_mentions + 1,)``.
    """

    starts: Ints
    clauses: Ints
    weights: Doubles

    def sums(self, values: Floats) -> Doubles:
        """Add up the weighted rows of each mention: ``(n_clauses, n)`` -> ``(n_mentions, n)``. Every sum is exact."""
        sums = np.zeros((len(self.starts) - 1, values.shape[1]))
        filled = np.flatnonzero(np.diff(self.starts))
        if len(filled):
            rows = values[self.clauses] * self.weights[:, None]
            sums[filled] = np.add.reduceat(rows, self.starts[filled], axis=0)
        return sums


def surroundings(mentions: Sequence[Mention], entries: Ints) -> dict[str, Place]:
    """Give what stands in each place, seen from each mention; ``entries`` numbers the entry of each clause."""
    first = np.array([mention.first for mention in mentions], dtype=np.int64)
    last = np.array([mention.last for mention in mentions], dtype=np.int64)
    start = np.searchsorted(entries, entries[first])
    end = np.searchsorted(entries, entries[first], side="right")
    is_first = np.bincount(first, minlength=len(entries)) > 0
    begun = np.cumsum(is_first)  # how many clauses up to this one begin a mention
    mention, inside = _ranges(first, last + 1)
    after, later = _ranges(last + 1, end)
    before, sooner = _ranges(start, first)
    turns_later: Ints = begun[later] - begun[last[after]]
    turns_sooner = begun[first[before]] - 1 - begun[sooner] + is_first[sooner]
    n = len(mentions)
    return {
        "own": _place(n, mention, inside, _weights("own", last - first + 1)[mention]),
        "sooner": _place(n, before, sooner, _weights("sooner", first[before] - sooner, turns_sooner)),
        "later": _place(n, after, later, _weights("later", later - last[after], turns_later)),
    }


def _ranges(starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Lay ranges of clauses end to end: the number of the range, and the clause."""
    lengths = ends - starts
    number = np.repeat(np.arange(len(starts)), lengths)
    return number, np.arange(len(number)) + (starts - np.cumsum(lengths) + lengths)[number]


def _place(n: int, mentions: Ints, clauses: Ints, weights: Doubles) -> Place:
    starts = np.concatenate([[0], np.cumsum(np.bincount(mentions, minlength=n))])
    return Place(starts, clauses, weights)


@cache
def place_weights() -> Doubles:
    """Say what a clause counts in each place, as ``STATUS_PLACES`` names them: ``(3, MOST_TURNS + 1, FARTHEST)``.

    Then by how many needs begin in between, and by how far away it stands, from 1 on. In the mention itself each counts
    by how many it has.
    """
    far = np.arange(1, FARTHEST + 1)
    turns = np.arange(MOST_TURNS + 1)[:, None]
    own = np.tile(1 / np.sqrt(far), (MOST_TURNS + 1, 1))
    faded = (far**-power * turn**turns for power, turn in map(FADING.__getitem__, STATUS_PLACES[1:]))
    return stepped(np.stack([own, *faded]), _STEPS)


def _weights(place: str, distance: Ints, turns: Ints | int = 0) -> Doubles:
    table = place_weights()[STATUS_PLACES.index(place)]
    return np.asarray(table[np.minimum(turns, MOST_TURNS), np.minimum(distance, FARTHEST) - 1])


def status_scores(mentions: Sequence[Mention], scores: Scores) -> Doubles:
    """Score the statuses of each mention: ``(n_mentions, n_statuses)``."""
    total = np.tile(scores.status_bias.astype(np.float64), (len(mentions), 1))
    for name, place in surroundings(mentions, scores.entries).items():
        total += place.sums(scores.status[name])
    return total
