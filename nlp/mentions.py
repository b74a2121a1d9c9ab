"""Scores -> mentions: where a need is spoken of, and how sure that is.

A small logistic model weighs what the linear heads say (``candidates.py``), with products of two, and gives
the probability that clause i speaks of a need of label j.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .characters import Ints
from .scores import Doubles
from .status import Mention

# Up to so many rows the calls of numpy take longer than what they do.
_FEW = 150


@dataclass(frozen=True, slots=True)
class Decision:
    """The logistic model over the evidence: ``low`` and ``high`` (n_evidence,), ``weights`` (n_terms,).

    Evidence is brought into the range that training saw often: a sum of squares says nothing sensible
    beyond it, and the clearest needs lie there.
    """

    low: Doubles
    high: Doubles
    weights: Doubles
    bias: float

    def scaled(self, evidence: Doubles) -> Doubles:
        """Bring the evidence to -1 … 1."""
        middle, half = (self.high + self.low) / 2, (self.high - self.low) / 2
        return np.asarray((np.clip(evidence, self.low, self.high) - middle) / half, dtype=np.float64)

    def probabilities(self, evidence: Doubles) -> Doubles:
        """Give the probability of each row of evidence, ``(n, n_evidence)`` -> ``(n,)``.

        Summed term by term, column by column: so a row has the same probability, to the last bit, in a
        batch of any size, and the products of two are never written down.
        """
        columns = np.ascontiguousarray(self.scaled(evidence).T)
        single, products = self.weights[: len(columns)], self.weights[len(columns) :]
        sum_up = _sum_of_few if len(evidence) <= _FEW else _sum_of_many
        logits = np.full(len(evidence), self.bias)
        for i, column in enumerate(columns):
            weights, products = products[: len(columns) - i], products[len(columns) - i :]
            logits += sum_up(single[i], weights, columns[i:]) * column
        return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float64)


def _sum_of_many(first: float, weights: Doubles, columns: Doubles) -> Doubles:
    """Give ``first`` and the weighted columns added up, one column after another."""
    total = np.full(columns.shape[1], first)
    for weight, column in zip(weights.tolist(), columns, strict=True):
        total += weight * column
    return total


def _sum_of_few(first: float, weights: Doubles, columns: Doubles) -> Doubles:
    """Give the same, to the last bit, in three calls of numpy; ``sum`` would be free to add in another order."""
    terms = np.empty((len(columns) + 1, columns.shape[1]))
    terms[0] = first
    np.multiply(weights[:, None], columns, out=terms[1:])
    return np.asarray(np.add.accumulate(terms, axis=0)[-1], dtype=np.float64)


def with_products(values: Doubles) -> Doubles:
    """Append the product of every two columns, squares included."""
    a, b = np.triu_indices(values.shape[1])
    return np.concatenate([values, values[:, a] * values[:, b]], axis=1)


def n_terms(n_columns: int) -> int:
    """Say how many columns ``with_products`` makes of ``n_columns``."""
    return n_columns + n_columns * (n_columns + 1) // 2


@dataclass(frozen=True, slots=True)
class Limits:
    """The threshold of each label on the probability of a clause, and what is said of the mentions over it.

    A mention's score is the chance that its entry holds a need of its label: the probability of its best
    clause, straightened by a logistic curve of ``slope`` and ``offset`` (Platt). Below ``doubtful`` it is
    called uncertain.
    """

    thresholds: Doubles
    slope: float = 1.0
    offset: float = 0.0
    doubtful: float = 0.0

    def score(self, probability: float) -> float:
        """Straighten a probability.

        >>> Limits(np.zeros(0)).score(0.25)
        0.25
        """
        kept = min(max(probability, 1e-9), 1 - 1e-9)
        return 1 / (1 + math.exp(-self.slope * math.log(kept / (1 - kept)) - self.offset))


def pick(probability: Doubles, clauses: Ints, labels: Ints, entries: Ints, limits: Limits) -> list[Mention]:
    """Join neighbouring clauses over the threshold of a label into mentions, in text order."""
    over = probability >= limits.thresholds[labels]
    chosen = sorted(zip(labels[over].tolist(), clauses[over].tolist(), probability[over].tolist(), strict=True))
    return sorted(_joined(chosen, entries, limits), key=lambda m: (m.first, m.label))


def _joined(chosen: list[tuple[int, int, float]], entries: Ints, limits: Limits) -> Iterator[Mention]:
    at = 0
    while at < len(chosen):
        label, first, probability = chosen[at]
        last = first
        at += 1
        while at < len(chosen) and chosen[at][:2] == (label, last + 1) and entries[last + 1] == entries[first]:
            last, probability = last + 1, max(probability, chosen[at][2])
            at += 1
        score = limits.score(probability)
        yield Mention(label, first, last, score, score < limits.doubtful)
