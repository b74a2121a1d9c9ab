"""How sure a figure is: bootstrap intervals, and whether one model beats another beyond chance.

Entries are drawn anew, with replacement, a thousand times; the middle 95 % of what comes out is the interval.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np

from .characters import Ints
from .scores import Doubles

ROUNDS = 1000
MIDDLE = (2.5, 97.5)

Interval = tuple[float, float]
Answers = Sequence[frozenset[str]]  # the labels of each entry


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from A to B: the F1 differences with their intervals, and McNemar's exact test on whole entries.

    ``better`` and ``worse`` count entries that only B, or only A, got right to the last label; ``p`` is the chance of
    a split at least so uneven if the models were equal.
    """

    micro_f1: float
    micro_interval: Interval
    macro_f1: float
    macro_interval: Interval
    better: int
    worse: int
    p: float


def intervals(gold: Answers, predicted: Answers, seed: int = 0) -> dict[str, Interval]:
    """Give the 95 % intervals of ``micro_f1`` and ``macro_f1``."""
    micro, macro = _f1s(*_counts(gold, predicted), _weights(len(gold), seed))
    return {"micro_f1": _middle(micro), "macro_f1": _middle(macro)}


def difference(gold: Answers, a: Answers, b: Answers, seed: int = 0) -> Difference:
    """Hold the answers of two models to the same entries against each other; B minus A."""
    weights = _weights(len(gold), seed)
    drawn_a, drawn_b = _f1s(*_counts(gold, a), weights), _f1s(*_counts(gold, b), weights)
    ones = np.ones((1, len(gold)))
    whole_a, whole_b = _f1s(*_counts(gold, a), ones), _f1s(*_counts(gold, b), ones)
    better = sum(g == y != x for g, x, y in zip(gold, a, b, strict=True))
    worse = sum(g == x != y for g, x, y in zip(gold, a, b, strict=True))
    return Difference(
        float(whole_b[0][0] - whole_a[0][0]),
        _middle(drawn_b[0] - drawn_a[0]),
        float(whole_b[1][0] - whole_a[1][0]),
        _middle(drawn_b[1] - drawn_a[1]),
        better,
        worse,
        mcnemar(better, worse),
    )


def mcnemar(better: int, worse: int) -> float:
    """Give the two-sided exact p-value of ``better`` against ``worse``.

    >>> mcnemar(0, 0), round(mcnemar(9, 1), 4)
    (1.0, 0.0215)
    """
    n, k = better + worse, min(better, worse)
    return min(1.0, float(2 * sum(comb(n, i) for i in range(k + 1)) / 2**n))


def _counts(gold: Answers, predicted: Answers) -> tuple[Ints, Ints]:
    """Give, by entry and label, what is hit, and what is there plus what is predicted; two of ``(n, n_labels)``."""
    labels = {label: j for j, label in enumerate(sorted(frozenset().union(*gold, *predicted)))}
    there, found = np.zeros((2, len(gold), max(len(labels), 1)), dtype=np.int64)
    for table, answers in ((there, gold), (found, predicted)):
        for row, names in enumerate(answers):
            table[row, [labels[name] for name in names]] = 1
    return there * found, there + found


def _weights(n: int, seed: int) -> Doubles:
    """Say how often each entry is drawn in each round: ``(ROUNDS, n)``."""
    random = np.random.default_rng(seed)
    return np.array([np.bincount(random.integers(0, max(n, 1), n), minlength=n) for _ in range(ROUNDS)], dtype=float)


def _f1s(hits: Ints, marks: Ints, weights: Doubles) -> tuple[Doubles, Doubles]:
    """Give the micro and the macro F1 of each round; a label that is nowhere in the round does not count."""
    hit, mark = weights @ hits, weights @ marks
    micro = 2 * hit.sum(axis=1) / np.maximum(mark.sum(axis=1), 1)
    own = np.divide(2 * hit, mark, out=np.full(hit.shape, np.nan), where=mark > 0)
    there = ~np.isnan(own)
    return micro, np.where(there, own, 0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)


def _middle(values: Doubles) -> Interval:
    low, high = np.percentile(values, MIDDLE) if len(values) else (0.0, 0.0)
    return round(float(low), 4), round(float(high), 4)
