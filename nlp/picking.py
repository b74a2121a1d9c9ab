"""Which entries to label next: those a model is unsure of, unlike each other, and likely to hold rare labels."""

from collections.abc import Callable

import numpy as np
import scipy.sparse as sp

from .characters import Ints
from .scores import Doubles

# Of the most doubtful, so many times as many as are wanted are looked at for variety.
POOL = 6

# How much it counts against an entry that it is like one already picked.
LIKENESS = 0.6


def doubt(chances: Doubles, single: bool) -> Doubles:
    """Say how unsure a model is of each entry, 0 to 1.

    With one label an entry: how near the second comes to the first. With several: how near the likeliest of those
    refused, or the unlikeliest of those given, is to one half.
    """
    if single and chances.shape[1] > 1:
        two = np.sort(chances, axis=1)[:, -2:]
        return np.asarray(1 - (two[:, 1] - two[:, 0]))
    return np.asarray(1 - 2 * np.abs(chances - 0.5).min(axis=1, initial=0.5))


def rarity(chances: Doubles, counts: Ints) -> Doubles:
    """Say how much of what few labelled entries have an entry is likely to have: 0 to 1."""
    weight = 1 / np.sqrt(1 + counts)
    found = chances @ weight
    return np.asarray(found / max(float(found.max(initial=0)), 1e-9))


def _mixed(chances: Doubles, counts: Ints, single: bool) -> Doubles:
    return np.asarray(doubt(chances, single) * (0.75 + 0.25 * rarity(chances, counts)))


SCORES: dict[str, Callable[[Doubles, Ints, bool], Doubles]] = {
    "mixed": _mixed,
    "uncertain": lambda chances, _counts, single: doubt(chances, single),
    "rare": lambda chances, counts, _single: rarity(chances, counts),
    "diverse": lambda chances, _counts, _single: np.ones(len(chances)),
    "random": lambda chances, _counts, _single: np.ones(len(chances)),
}
STRATEGIES = tuple(SCORES)


def pick(
    chances: Doubles, rows: sp.csr_matrix, counts: Ints, n: int, single: bool, strategy: str = "mixed", seed: int = 0
) -> list[int]:
    """Give the numbers of ``n`` entries to label, the first one first.

    ``rows`` are the entries as unit vectors ``(n_entries, n_features)``; ``counts`` says how many labelled entries
    have each label. The same seed gives the same entries.
    """
    random = np.random.default_rng(seed)
    score = SCORES[strategy](chances, counts, single)
    order = np.lexsort((random.random(len(score)), -score))
    if strategy in ("random", "uncertain", "rare"):
        return [int(i) for i in order[:n]]
    pool = order[: max(n * POOL, 1)] if strategy == "mixed" else order[: max(n * POOL * 4, 1)]
    return _various(score[pool], rows[pool], pool, n)


def _various(score: Doubles, rows: sp.csr_matrix, pool: Ints, n: int) -> list[int]:
    """Pick one after another, each for its score less its likeness to those picked."""
    nearest = np.zeros(len(pool))
    left = np.ones(len(pool), dtype=np.bool_)
    picked: list[int] = []
    for _ in range(min(n, len(pool))):
        best = int(np.where(left, score - LIKENESS * nearest, -np.inf).argmax())
        picked.append(int(pool[best]))
        left[best] = False
        like = np.asarray((rows @ rows[best].T).todense()).ravel()
        nearest = np.maximum(nearest, like)
    return picked
