"""Scores -> mentions: where a need is spoken of, and how sure that is.

The linear heads each see one side of the question: is this clause about label j, is it a need at all, is
the entry about j, does it hold any need? A small logistic model weighs them, with products of two, and
gives the probability that clause i speaks of a need of label j.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .characters import Ints
from .scores import Floats, Scores
from .status import Mention

Doubles = NDArray[np.float64]

# Below this sum of what the clause and its entry say, a label is never chosen; it saves six sevenths of the work.
FLOOR = -1.35

EVIDENCE = (
    "label", "need", "topic", "topic_lead", "entry_label", "entry_need",
    "label_lead", "behind_best", "best_need", "n_clauses", "need_behind_best",
)  # fmt: skip


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
        single, products = self.weights[: len(columns)], iter(self.weights[len(columns) :].tolist())
        logits = np.full(len(evidence), self.bias)
        for i, column in enumerate(columns):
            factor = np.full(len(evidence), single[i])
            for other in columns[i:]:
                factor += next(products) * other
            logits += factor * column
        return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float64)


def with_products(values: Doubles) -> Doubles:
    """Append the product of every two columns, squares included."""
    a, b = np.triu_indices(values.shape[1])
    return np.concatenate([values, values[:, a] * values[:, b]], axis=1)


def n_terms(n_columns: int) -> int:
    """Say how many columns ``with_products`` makes of ``n_columns``."""
    return n_columns + n_columns * (n_columns + 1) // 2


def candidates(scores: Scores) -> tuple[Ints, Ints]:
    """Give the ``(clauses, labels)`` worth a decision, by clause."""
    clauses, labels = np.nonzero(scores.labels + 0.5 * scores.entry_labels[scores.entries] > FLOOR)
    return clauses, labels


def evidence(scores: Scores, topics: Floats, clauses: Ints, labels: Ints) -> Doubles:
    """Bring together what each head says of the candidates: ``(n_candidates, n_evidence)``.

    ``topics`` is ``(n_clauses, n_labels)``: the best second-level score of each label.
    """
    entries = scores.entries
    n_entries = len(scores.entry_need)
    best_label = _best(scores.labels, entries, n_entries)
    best_need = _best(scores.need[:, None], entries, n_entries)[:, 0]
    sizes = np.maximum(np.bincount(entries, minlength=n_entries), 1)
    e = entries[clauses]
    label, need = scores.labels[clauses, labels], scores.need[clauses]
    columns = (
        label,
        need,
        topics[clauses, labels],
        _lead(topics, clauses, labels),
        scores.entry_labels[e, labels],
        scores.entry_need[e],
        _lead(scores.labels, clauses, labels),
        best_label[e, labels] - label,
        best_need[e],
        np.log(sizes[e]),
        best_need[e] - need,
    )
    return np.stack(columns, axis=1).astype(np.float64)


def _best(values: Floats, entries: Ints, n_entries: int) -> Floats:
    """Give the greatest of each column by entry; entries without clauses get the lowest of all."""
    starts = np.searchsorted(entries, np.arange(n_entries))
    out = np.full((n_entries, values.shape[1]), -9, dtype=np.float32)
    filled = np.flatnonzero(np.bincount(entries, minlength=n_entries))
    if len(filled):
        out[filled] = np.maximum.reduceat(values, starts[filled], axis=0)
    return out


def _lead(values: Floats, clauses: Ints, labels: Ints) -> Floats:
    """Say by how much each candidate's label leads the best other label of its clause."""
    two = np.sort(values, axis=1)[:, -2:]
    mine = values[clauses, labels]
    best, second = two[clauses, 1], two[clauses, 0]
    return np.asarray(mine - np.where(mine == best, second, best), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Limits:
    """The threshold of each label, and how near to it a score is called uncertain."""

    thresholds: Doubles
    band: float


def pick(probability: Doubles, clauses: Ints, labels: Ints, entries: Ints, limits: Limits) -> list[Mention]:
    """Join neighbouring clauses over the threshold of a label into mentions, in text order."""
    over = probability >= limits.thresholds[labels]
    chosen = sorted(zip(labels[over].tolist(), clauses[over].tolist(), probability[over].tolist(), strict=True))
    return sorted(_joined(chosen, entries, limits), key=lambda m: (m.first, m.label))


def _joined(chosen: list[tuple[int, int, float]], entries: Ints, limits: Limits) -> Iterator[Mention]:
    at = 0
    while at < len(chosen):
        label, first, score = chosen[at]
        last = first
        at += 1
        while at < len(chosen) and chosen[at][:2] == (label, last + 1) and entries[last + 1] == entries[first]:
            last, score = last + 1, max(score, chosen[at][2])
            at += 1
        yield Mention(label, first, last, score, bool(score < limits.thresholds[label] + limits.band))
