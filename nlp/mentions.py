"""Scores -> mentions: where a need is spoken of, and how sure that is.

A small logistic model weighs what the linear heads say (``candidates.py``), with products of two, and gives
the probability that clause i speaks of a need of label j.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from .characters import Ints
from .curves import logistic, stepped
from .scores import Doubles
from .status import Mention

# Ten bits of each value of two and sixteen of their weight leave seventeen for the sum in a double.
EVIDENCE_STEPS, WEIGHT_STEPS = 1 << 10, 1 << 16

# Rows multiplied at a time: more would set threads to work, which cost other processes more than they spare this one.
ROWS = 128


class Decision(Struct, frozen=True, dict=True):
    """The logistic model over the evidence: ``low`` and ``high`` (n_evidence,), ``weights`` (n_terms,).

    Evidence is brought into the range that training saw often: a sum of squares says nothing sensible
    beyond it, and the clearest needs lie there.
    """

    low: Doubles
    high: Doubles
    weights: Doubles
    bias: float

    def scaled(self, evidence: Doubles) -> Doubles:
        """Bring the evidence to -1 … 1, in steps of ``1 / EVIDENCE_STEPS``."""
        middle, half, _, _ = self.arrays
        return scaled(evidence, middle, half)

    def probabilities(self, evidence: Doubles) -> Doubles:
        """Give the probability of each row of evidence, ``(n, n_evidence)`` -> ``(n,)``.

        All that is multiplied and added is whole steps, few enough bits of them that every sum is exact: so a row has
        the same probability, to the last bit, in a batch of any size, in whatever order the machine adds.
        """
        values = self.scaled(evidence)
        _, _, weights, products = self.arrays
        pairs = [values[:0], *(values[at : at + ROWS] @ products for at in range(0, len(values), ROWS))]
        return logistic(values @ weights + (np.concatenate(pairs) * values).sum(axis=1) + self.bias)

    @cached_property
    def arrays(self) -> tuple[Doubles, Doubles, Doubles, Doubles]:
        """Give what evidence is scaled by, its middle and half its range, and the weights in whole steps.

        Shapes: ``(n_evidence,)`` three times, and ``(n_evidence, n_evidence)`` with nothing below the diagonal.
        """
        n = len(self.low)
        weights = stepped(self.weights, WEIGHT_STEPS)
        products = np.zeros((n, n))
        products[np.triu_indices(n)] = weights[n:]
        return *middle_and_half(self.low, self.high), weights[:n], products


class Decided(NamedTuple):
    """The candidates of a batch, by clause, and the probability of each: three arrays of shape ``(n_candidates,)``."""

    clauses: Ints
    labels: Ints
    probabilities: Doubles


def middle_and_half(low: Doubles, high: Doubles) -> tuple[Doubles, Doubles]:
    """Give the middle of each range and half its width."""
    return (high + low) / 2, (high - low) / 2


def scaled(evidence: Doubles, middle: Doubles, half: Doubles) -> Doubles:
    """Bring each column to -1 … 1, what lies beyond to the ends, in steps of ``1 / EVIDENCE_STEPS``."""
    values = (evidence - middle) / half
    return stepped(np.clip(values, -1, 1, out=values), EVIDENCE_STEPS)


def n_terms(n_columns: int) -> int:
    """Say how many ``n_columns`` are with the product of every two, squares included."""
    return n_columns + n_columns * (n_columns + 1) // 2


class Limits(Struct, frozen=True):
    """The threshold of each label on the chance that an entry holds it, and what is said of the mentions over it.

    A mention's score is the chance that its entry holds a need of its label (``verdicts.py``), straightened by a
    logistic curve of ``slope`` and ``offset`` (Platt). Below ``doubtful`` it is called uncertain.
    """

    thresholds: Doubles
    slope: float = 1.0
    offset: float = 0.0
    doubtful: float = 0.0

    def scores(self, chances: Doubles) -> Doubles:
        """Straighten probabilities, any shape.

        >>> Limits(np.zeros(0)).scores(np.array([0.25, 0.5])).tolist()
        [0.25, 0.5]
        """
        kept = np.clip(chances, 1e-9, 1 - 1e-9)
        return np.asarray(1 / (1 + np.exp(-self.slope * np.log(kept / (1 - kept)) - self.offset)))


def pick(decided: Decided, entries: Ints, limits: Limits) -> list[Mention]:
    """Join neighbouring clauses over the threshold of a label into mentions, in text order."""
    clauses, labels, probability = decided
    over = probability >= limits.thresholds[labels]
    chosen = sorted(zip(labels[over].tolist(), clauses[over].tolist(), probability[over].tolist(), strict=True))
    return sorted(_joined(chosen, entries), key=lambda m: (m.first, m.label))


def _joined(chosen: list[tuple[int, int, float]], entries: Ints) -> Iterator[Mention]:
    at = 0
    while at < len(chosen):
        label, first, probability = chosen[at]
        last = first
        at += 1
        while at < len(chosen) and chosen[at][:2] == (label, last + 1) and entries[last + 1] == entries[first]:
            last, probability = last + 1, max(probability, chosen[at][2])
            at += 1
        yield Mention(label, first, last, probability)
