"""What became of each need by the end of its entry.

The decision looks at the mention and at everything around it, by place: a cue right after the mention
weighs otherwise than one before it, and the last clause of the entry has a voice of its own, since the
latest state wins (codebook 2.4). Each place is a linear head of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .features import Ints
from .scores import Floats, Scores


@dataclass(frozen=True, slots=True)
class Mention:
    """Clauses ``first`` to ``last`` (numbers within the batch) that speak of one need of ``label``."""

    label: int
    first: int
    last: int
    score: float = 0.0
    uncertain: bool = False


def places(mention: Mention, entry: tuple[int, int], next_mention: int) -> Iterator[tuple[str, int, int]]:
    """Give ``(place, start, end)``: the clauses that stand in each place, seen from the mention.

    ``entry`` is the range of its entry's clauses, ``next_mention`` where the next mention begins.
    """
    start, end = entry
    first, last = mention.first, mention.last
    turn = max(next_mention, last + 1)
    yield "own", first, last + 1
    yield "before", max(first - 1, start), first
    yield "earlier", start, max(first - 1, start)
    yield "after", last + 1, min(last + 2, end)
    yield "second", last + 2, min(last + 3, end)
    yield "until", last + 3, min(turn, end)
    yield "rest", max(turn, last + 3), end
    yield "last", max(end - 1, last + 1), end


def surroundings(mentions: Sequence[Mention], entries: Ints) -> Iterator[tuple[int, str, int, int]]:
    """Give ``(number of the mention, place, start, end)`` for every filled place of every mention."""
    firsts = sorted({mention.first for mention in mentions})
    for number, mention in enumerate(mentions):
        start, end = np.searchsorted(entries, [entries[mention.first], entries[mention.first] + 1]).tolist()
        at = int(np.searchsorted(firsts, mention.last, side="right"))
        following = firsts[at] if at < len(firsts) else end
        for place, a, b in places(mention, (start, end), min(following, end)):
            if a < b:
                yield number, place, a, b


def status_scores(mentions: Sequence[Mention], scores: Scores) -> Floats:
    """Score the statuses of each mention: ``(n_mentions, n_statuses)``."""
    logits = np.tile(scores.status_bias, (len(mentions), 1))
    for number, place, a, b in surroundings(mentions, scores.entries):
        logits[number] += scores.status[place][a:b].sum(axis=0) / np.float32((b - a) ** 0.5)
    return logits
