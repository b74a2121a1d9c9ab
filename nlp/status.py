"""What became of each need by the end of its entry.

The decision looks at the mention and at everything around it, by place: a cue right after the mention
weighs otherwise than one before it, and the last clause of the entry has a voice of its own, since the
latest state wins (codebook 2.4). Each place is a linear head of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .characters import Ints
from .scores import Floats, Scores


@dataclass(frozen=True, slots=True)
class Mention:
    """Clauses ``first`` to ``last`` (numbers within the batch) that speak of one need of ``label``."""

    label: int
    first: int
    last: int
    score: float = 0.0
    uncertain: bool = False


Range = tuple[Ints, Ints]  # the first clause of each mention's place, and the one past its last


def surroundings(mentions: Sequence[Mention], entries: Ints) -> dict[str, Range]:
    """Give, for every place, the range of clauses that stands there, seen from each mention; it may be empty."""
    first = np.array([mention.first for mention in mentions], dtype=np.int64)
    past = np.array([mention.last for mention in mentions], dtype=np.int64) + 1
    start = np.searchsorted(entries, entries[first])
    end = np.searchsorted(entries, entries[first], side="right")
    firsts = np.append(np.unique(first), len(entries))
    turn = np.minimum(firsts[np.searchsorted(firsts, past)], end)  # where the next mention begins
    second = np.minimum(past + 1, end)
    third = np.minimum(past + 2, end)
    before = np.maximum(first - 1, start)
    return {
        "own": (first, past),
        "before": (before, first),
        "earlier": (start, before),
        "after": (past, second),
        "second": (second, third),
        "until": (third, np.maximum(turn, third)),
        "rest": (np.maximum(turn, third), end),
        "last": (np.maximum(end - 1, past), end),
    }


def status_scores(mentions: Sequence[Mention], scores: Scores) -> Floats:
    """Score the statuses of each mention: ``(n_mentions, n_statuses)``."""
    total = np.tile(scores.status_bias, (len(mentions), 1))
    for place, (start, end) in surroundings(mentions, scores.entries).items():
        total += _range_sums(scores.status[place], start, end)
    return total


def _range_sums(values: Floats, start: Ints, end: Ints) -> Floats:
    """Sum the rows of each range, divided by the root of their number; zeros for an empty range."""
    sums = np.zeros((len(start), values.shape[1]), dtype=np.float32)
    filled = np.flatnonzero(end > start)
    if len(filled):
        padded = np.concatenate([values, np.zeros((1, values.shape[1]), dtype=np.float32)])
        edges = np.stack([start[filled], end[filled]], axis=1).ravel()
        counts = (end - start)[filled, None].astype(np.float32)
        sums[filled] = np.add.reduceat(padded, edges, axis=0)[::2] / np.sqrt(counts)
    return sums
